"""The audit administrator's page: who looked at whom and why, what was taken out, who was granted what, who came in."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from starlette.responses import Response

from taizhang.domain.officer_keys import KeyIssued, KeyRevoked, SignInGiven
from taizhang.domain.officers import AUDIT, DataExported, OfficerAppointed, PersonalDataRead, RoleGranted, RoleRevoked
from taizhang.domain.refused import SubmissionRefused
from taizhang.http.fact_pages import cursor, summary
from taizhang.http.fact_reading import newest_of_types
from taizhang.http.visit import Visit, door

KINDS: Final[Mapping[str, tuple[str, ...]]] = MappingProxyType(
    {
        "looked": (PersonalDataRead.TOPIC,),
        "exported": (DataExported.TOPIC,),
        "granted": (OfficerAppointed.TOPIC, RoleGranted.TOPIC, RoleRevoked.TOPIC),
        "let-in": (SignInGiven.TOPIC, KeyIssued.TOPIC, KeyRevoked.TOPIC),
        "refused": (SubmissionRefused.TOPIC,),
    }
)
DOOR: Final = "door"


def audit(visit: Visit) -> Response:
    """The newest of one kind first: facts about officers, or what happened at the door."""
    kind = visit.request.query_params.get("kind", "looked")
    before = cursor(visit.request.query_params.get("after", ""))
    if kind == DOOR:
        events = visit.house.signin.events(before)
        following = events[-1].number if events and events[-1].number > 1 else None
        return visit.page("audit.html", kind=kind, kinds=[*KINDS, DOOR], events=events, rows=[], after=following)
    topics = KINDS.get(kind, KINDS["looked"])
    found = newest_of_types(visit.house.log, topics, visit.actor, before, visit.bar.recorded_at)
    rows = [(fact, summary(visit, fact, {})) for fact in found.facts]
    return visit.page("audit.html", kind=kind, kinds=[*KINDS, DOOR], events=[], rows=rows, after=found.after)


ROUTES = (door("/audit", audit, roles=frozenset({AUDIT})),)
