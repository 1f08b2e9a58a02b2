"""The queue of possible duplicates: two entries side by side, masked, and a decision that becomes a fact."""

from __future__ import annotations

from typing import Final, Literal, NamedTuple, cast

from starlette.exceptions import HTTPException
from starlette.responses import Response

from taizhang.adapters.log.log import Criterion
from taizhang.adapters.orders import Order
from taizhang.adapters.visibility import visible
from taizhang.domain.core import Actor, Correction, Fact
from taizhang.domain.decisions import Proposal
from taizhang.domain.envelope import Recorded, opened
from taizhang.domain.merging import DuplicateQueued, DuplicateResolved, DuplicateResolvedCorrected
from taizhang.domain.people import PersonsMerged
from taizhang.http.errors import NoAnswer
from taizhang.http.fact_pages import cursor
from taizhang.http.fact_reading import facts_of_type
from taizhang.http.orders import WAY, command_of, new_once
from taizhang.http.people import masked
from taizhang.http.visit import Visit, door

MAY_DECIDE: Final = frozenset({"clerk"})


class Waiting(NamedTuple):
    """A queued duplicate, where it was found, and what was decided, if anything."""

    found: Recorded
    queued: DuplicateQueued
    decision: str


def duplicates(visit: Visit) -> Response:
    """The possible duplicates that wait for a decision, and those decided."""
    return _page(visit)


def decide(visit: Visit) -> Response:
    """Record that the persons are the same (a merge, which checks their hours) or different.

    Raises HTTPException (404) for a duplicate outside the officer's region, NoAnswer (403, 400).
    """
    if visit.actor.role not in MAY_DECIDE:
        raise NoAnswer(403, "errors.403.body")
    queued = _queued(visit, visit.field("duplicate"))
    decision = visit.field("decision")
    if decision not in ("same", "different"):
        raise NoAnswer(400, "errors.400.body")
    today = visit.house.desk.today()
    facts: list[Fact] = []
    if decision == "same":
        kept, *merged = queued.persons
        facts.append(PersonsMerged(occurred_on=today, kept=kept, merged=tuple(merged)))
    facts.append(
        DuplicateResolved(
            occurred_on=today,
            duplicate=queued.duplicate,
            persons=queued.persons,
            decision=cast(Literal["same", "different"], decision),
        )
    )
    items = [Proposal(fact=fact, source=WAY, reason=visit.field("reason") or None) for fact in facts]
    answer = visit.house.desk.submit(Order(id=command_of(visit), by=visit.actor, items=items))
    visit.reception.keeper.wake()
    refused = next((one for one in answer.verdicts if one.outcome == "refused"), None)
    if refused is not None:
        return _page(visit, 409, visit.said(refused.words(visit.language)))
    return visit.go("/duplicates", done="decided")


def _page(visit: Visit, status: int = 200, problem: str = "") -> Response:
    rows, following = queued_page(visit, visit.actor, cursor(visit.request.query_params.get("after", "")) or 0)
    return visit.page(
        "duplicates.html",
        status,
        waiting=[row for row in rows if not row.decision],
        decided=[row for row in rows if row.decision],
        people=masked(visit.house.vault, [person for row in rows for person in row.queued.persons]),
        may_decide=visit.actor.role in MAY_DECIDE,
        after=following,
        problem=problem,
        once=new_once,
    )


def queued_page(visit: Visit, seen_by: Actor, after: int) -> tuple[list[Waiting], int | None]:
    """A page of what was queued after a position, as far as this actor sees it, and the position to go on after."""
    listing = facts_of_type(visit.house.log, [DuplicateQueued.TOPIC], seen_by, after, visit.bar.recorded_at)
    queued = [(found, found.fact) for found in listing.facts if isinstance(found.fact, DuplicateQueued)]
    decisions = _decisions(visit, [one.duplicate for _, one in queued])
    return [Waiting(found, one, decisions.get(one.duplicate, "")) for found, one in queued], listing.after


def _decisions(visit: Visit, duplicates: list[str]) -> dict[str, str]:
    """What stands decided about these duplicates, corrections applied."""
    topics = (DuplicateResolved.TOPIC, DuplicateResolvedCorrected.TOPIC)
    asked = [Criterion(topics, (f"duplicate:{duplicate}",)) for duplicate in duplicates]
    decided: dict[str, str] = {}
    for row in visit.house.log.read(asked).facts if asked else []:
        fact = opened(row.position, row.leaf).fact
        body = fact.now if isinstance(fact, Correction) else fact
        name = fact.was.duplicate if isinstance(fact, Correction) else getattr(fact, "duplicate", "")
        decided[name] = body.decision if isinstance(body, DuplicateResolved) else ""
    return decided


def _queued(visit: Visit, duplicate: str) -> DuplicateQueued:
    for row in visit.house.log.read([Criterion((DuplicateQueued.TOPIC,), (f"duplicate:{duplicate}",))]).facts:
        found = opened(row.position, row.leaf)
        if isinstance(found.fact, DuplicateQueued) and visible(visit.house.log, found, visit.actor):
            return found.fact
    raise HTTPException(404)


ROUTES = (door("/duplicates", duplicates), door("/duplicates", decide, "POST"))
