"""A finding's whole life: recorded, answered, ordered, reported, reviewed, closed, reopened, revisited, reminded of."""

from __future__ import annotations

from functools import partial
from typing import Any, Final, NamedTuple

from starlette.responses import Response

from taizhang.http.doing import doable
from taizhang.http.fact_names import named
from taizhang.http.fact_words import lines
from taizhang.http.frame import Frame
from taizhang.http.funds_scope import yuan
from taizhang.http.inspections_scope import asked_finding, fact_of, organisations, seen
from taizhang.http.opening import opens
from taizhang.http.people import masked
from taizhang.http.visit import Visit, door
from taizhang.projections.inspections.known import Known
from taizhang.projections.inspections.life import changes_under, steps_of_finding

HIDDEN: Final = frozenset({"finding", "findings", "occurred_on", "institution", "losses", "rests_on"})
NEXT: Final = {  # what may follow, by how the finding stands
    "open": ("answer-finding", "order-rectification", "send-reminder"),
    "answered": ("order-rectification", "send-reminder"),
    "due": ("answer-finding", "report-rectification", "send-reminder", "answer-reminder"),
    "overdue": (
        "report-rectification",
        "review-rectification",
        "send-reminder",
        "answer-reminder",
        "order-rectification",
    ),
    "reported": ("review-rectification", "answer-reminder"),
    "reviewed": ("close-finding",),
    "closed": ("hold-revisit", "reopen-finding"),
    "reopened": ("order-rectification", "report-rectification", "send-reminder"),
}
ALWAYS: Final = ("impose-accountability", "issue-circular")


class Step(NamedTuple):
    """One step with its body in words."""

    told: Known
    lines: list[Any]


def finding(visit: Visit) -> Response:
    """One finding: what it rests on, whom it concerns, and everything that became of it.

    Raises HTTPException (404).
    """
    found = seen(visit)
    row = asked_finding(visit, found.book)
    recorded = fact_of(found.known, "finding-recorded", finding=row.finding)
    steps = steps_of_finding(found.known, row.finding)
    changes = changes_under(found.known, row.finding)
    persons = [loss.person for loss in recorded.fact.losses]
    persons += [one.fact.official for one in steps if getattr(one.fact, "official", None)]
    names, place = masked(visit.house.vault, persons), Frame(visit).place
    told = [lines(one.fact, names, visit.label, place, partial(opens, visit)) for one in steps]
    said = named(visit, [[line for line in one if line.field not in HIDDEN] for one in told])
    shown = [Step(one, mine) for one, mine in zip(steps, said, strict=True)]
    filled = [(f"inspections.{name}", {"finding": row.finding}) for name in NEXT[row.state]]
    return visit.page(
        "finding.html",
        row=row,
        fact=recorded.fact,
        position=recorded.position,
        steps=shown,
        changed={ground: one for ground, one in changes.items() if ground in recorded.fact.rests_on},
        people=names,
        organisations=organisations(visit, [row.responsible, recorded.fact.responsible or "", row.institution]),
        yuan=yuan,
        forms=doable(visit, [*filled, *((f"inspections.{name}", {"findings": row.finding}) for name in ALWAYS)]),
    )


ROUTES = (door("/inspections/findings/{finding}", finding),)
