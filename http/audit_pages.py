"""The audit administrator's page: who looked at whom and why, what was taken out, who was granted what, who came in."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import islice
from types import MappingProxyType
from typing import Final

from starlette.responses import Response

from taizhang.adapters.preset import PROVINCE
from taizhang.adapters.signin import DoorEvent
from taizhang.domain.decisions import within
from taizhang.domain.officer_keys import KeyIssued, KeyRevoked, SignInGiven
from taizhang.domain.officers import AUDIT, DataExported, OfficerAppointed, PersonalDataRead, RoleGranted, RoleRevoked
from taizhang.domain.refused import SubmissionRefused
from taizhang.http.fact_names import named
from taizhang.http.fact_pages import cursor, summary
from taizhang.http.fact_reading import newest_of_types
from taizhang.http.frame import Frame
from taizhang.http.officer_state import officer_state
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
SHOWN: Final = 100  # events of a page
EVENTS: Final = 200  # read at once
TOLD: Final = 8  # fields of a fact: all that such facts have, whom somebody looked at among them


def audit(visit: Visit) -> Response:
    """The newest of one kind first: facts about officers, or what happened at the door."""
    kind = visit.request.query_params.get("kind", "looked")
    before = cursor(visit.request.query_params.get("after", ""))
    if kind == DOOR:
        events = list(islice(door_events(visit, before), SHOWN + 1))
        Frame(visit).name_officers(one.officer for one in events)
        following = events[SHOWN - 1].number if len(events) > SHOWN else None
        return visit.page(
            "audit.html", kind=kind, kinds=[*KINDS, DOOR], events=events[:SHOWN], rows=[], after=following
        )
    topics = KINDS.get(kind, KINDS["looked"])
    found = newest_of_types(visit.house.log, topics, visit.actor, before, visit.bar.recorded_at)
    told = named(visit, [summary(visit, fact, {}, most=TOLD) for fact in found.facts])
    rows = list(zip(found.facts, told, strict=True))
    return visit.page("audit.html", kind=kind, kinds=[*KINDS, DOOR], events=[], rows=rows, after=found.after)


def door_events(visit: Visit, before: int | None = None) -> Iterator[DoorEvent]:
    """What happened at the door, the newest first: to the own region's officers, and for the whole house to anybody."""
    known: dict[str, bool] = {}
    while page := visit.house.signin.events(before, EVENTS):
        for one in page:
            if one.officer not in known:
                known[one.officer] = visit.scope == PROVINCE or _works_within(visit, one.officer)
            if known[one.officer]:
                yield one
        before = page[-1].number


def _works_within(visit: Visit, officer: str) -> bool:
    regions = officer_state(visit.house.log, officer).regions_from(visit.house.desk.today())
    return any(within(region, visit.scope) for region in regions)


ROUTES = (door("/audit", audit, roles=frozenset({AUDIT})),)
