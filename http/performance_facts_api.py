"""The facts behind a figure of performance, two moments beside each other, and promotions reopened, for programs."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, Any, Final

import msgspec
from starlette.exceptions import HTTPException

from taizhang.adapters.visibility import Eyes
from taizhang.domain.envelope import opened
from taizhang.http.api_endpoints import Code, Found, Listing, Moment, OfRegion, in_order, listing
from taizhang.http.errors import NoAnswer
from taizhang.http.explained_api import ChangeRow, Since, SinceEffective, change_row, earlier_cuts
from taizhang.http.field_api import struct_of
from taizhang.http.performance_api import PerformanceAsked
from taizhang.http.performance_facts import row_inputs
from taizhang.http.performance_scope import OPENS_PERFORMANCE, Asked, asked, asked_card
from taizhang.http.visit import Visit
from taizhang.projections.performance.behind import PAGE, behind
from taizhang.projections.performance.cards import chosen
from taizhang.projections.performance.promotions import Reopened, reopened
from taizhang.projections.performance.then_and_now import between, then_and_now

ReopenedStruct: Final[Any] = struct_of(Reopened)
READS: Final = ("performance", "ledger", "funds", "inspections", "postings", "dated", "leads")
SEES_PROMOTIONS: Final = OPENS_PERFORMANCE - {"finance"}


class InputAsked(PerformanceAsked, frozen=True, kw_only=True):
    """Of which measure (with its version), of which row ("" the whole), and which of its two inputs; the first is usual."""

    measure: Annotated[Code, msgspec.Meta(description="指标及版本,见 /api/measures · as /api/measures has it")]
    row: Annotated[str, msgspec.Meta(max_length=120)] = ""
    input: Code | None = None


class InputAnswer(Listing[ChangeRow], kw_only=True):
    """A measure of a row, what it is made of, and the facts behind one input: on all pages their changes sum up to it."""

    measure: str
    input: str
    value: int | None
    inputs: dict[str, int]


class BetweenAsked(PerformanceAsked, frozen=True, kw_only=True):
    """Two moments, each on both axes; what is left out of the earlier one is as at the later. Of `measure` the facts, too."""

    since: Since | None = None
    since_effective_on: SinceEffective | None = None
    measure: (
        Annotated[Code, msgspec.Meta(description="指标及版本,见 /api/measures · as /api/measures has it")] | None
    ) = None


class TwoRow(msgspec.Struct, frozen=True, kw_only=True):
    """A measure of the whole at both moments; null: nothing to take a share of."""

    measure: str
    then: int | None
    later: int | None
    change: int | None


class InputChange(msgspec.Struct, frozen=True, kw_only=True):
    """A fact that stands at one of the moments only, and by how much it changed which input of the measure."""

    position: int
    change: int
    input: str


class BetweenAnswer(Listing[TwoRow], kw_only=True):
    """The measures at both moments, and of the one asked for the facts that lead from the one to the other."""

    facts: list[InputChange]


def performance_facts(visit: Visit, wanted: InputAsked, at: Moment) -> Found:
    """The facts behind one input of a measure of performance, each with the change it made."""
    what, card = _asked(visit), asked_card(visit)
    name = wanted.input or card.part
    if name not in (card.part, card.whole):
        raise HTTPException(404)
    if what.question.by == "region" and wanted.row:
        visit.region(wanted.row)
    inputs = row_inputs(at.connection, visit.house.log, what.question, wanted.row)
    content = {
        "measure": card.id,
        "input": name,
        "value": card.value(inputs),
        "inputs": {one: inputs.get(one, 0) for one in (card.part, card.whole) if one},
    }
    return Found(content, _behind(visit, what, wanted.row, name, at))


def performance_between(visit: Visit, wanted: BetweenAsked, at: Moment) -> Found:
    """Every measure of a region at two moments, and the facts that made the difference of one."""
    what, past = _asked(visit), earlier_cuts(wanted.since, wanted.since_effective_on, at)
    question = what.question._replace(on=at.on)
    found = then_and_now(at.connection, question, past, chosen(what.versions))
    facts = []
    if wanted.measure is not None:
        facts = [one._asdict() for one in between(at.connection, visit.house.log, question, past, asked_card(visit))]
    rows = [{"measure": one.card.id, "then": one.then, "later": one.now, "change": one.change} for one in found]
    return Found({"facts": facts}, in_order(rows, "measure", at))


def promotion_list(visit: Visit, wanted: OfRegion, at: Moment) -> Found:
    """Every figure that a promotion rests on: as stated, as the log had it at the position named, as known now."""
    region = visit.region(wanted.region or visit.scope)
    rows = [
        one._asdict() | {"id": f"{one.posting} {one.promoted_on} {place:04d}"}
        for place, one in enumerate(reopened(at.connection, visit.house.log, region, at.cuts))
    ]
    return Found(rows=in_order(rows, "id", at))


def _asked(visit: Visit) -> Asked:
    """Raises HTTPException (404) for what names no period, grouping or measure."""
    try:
        return asked(visit)
    except NoAnswer:
        raise HTTPException(404) from None


def _behind(visit: Visit, what: Asked, row: str, name: str, at: Moment) -> Iterator[tuple[tuple[Any, ...], Any]]:
    """The facts by their place in an order that stays: a page goes on by counting."""
    passed = at.after(int)
    place, mark, eyes, log = passed[0] if passed else 0, "", Eyes(visit.house.log, visit.actor), visit.house.log
    skipped = 0
    while True:
        found, mark = behind(at.connection, log, what.question, row, name, mark, PAGE)
        stored = log.at(sorted({one.position for one in found})) if found else []
        facts = {one.position: opened(one.position, one.leaf) for one in stored}
        for one in found:
            skipped += 1
            if skipped > place and one.position in facts:
                fact = facts[one.position]
                yield (skipped,), change_row(one.subject, one.change, fact, is_open=eyes.sees(fact))
        if not mark:
            return


ENDPOINTS = (
    listing(
        "/api/performance/facts",
        performance_facts,
        InputAsked,
        ChangeRow,
        told=InputAnswer,
        reads=READS,
        roles=OPENS_PERFORMANCE,
    ),
    listing(
        "/api/performance/between",
        performance_between,
        BetweenAsked,
        TwoRow,
        told=BetweenAnswer,
        reads=READS,
        roles=OPENS_PERFORMANCE,
    ),
    listing(
        "/api/performance/promotions",
        promotion_list,
        OfRegion,
        msgspec.defstruct("PromotionRow", [("id", str)], bases=(ReopenedStruct,), kw_only=True, frozen=True),
        reads=READS,
        roles=SEES_PROMOTIONS,
    ),
)
