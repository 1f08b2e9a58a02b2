"""The facts behind a figure of performance, two recording times beside each other, and promotions reopened, for programs."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, Any, Final

import msgspec
from starlette.exceptions import HTTPException

from taizhang.adapters.visibility import Eyes
from taizhang.domain.envelope import opened
from taizhang.http.api_endpoints import MOMENT, Code, Found, Listing, Moment, OfRegion, in_order, listing
from taizhang.http.errors import NoAnswer
from taizhang.http.explained_api import ChangeRow, change_row, moment_of
from taizhang.http.field_api import struct_of
from taizhang.http.performance_api import PerformanceAsked
from taizhang.http.performance_facts import row_inputs
from taizhang.http.performance_scope import OPENS_PERFORMANCE, Asked, asked, asked_card
from taizhang.http.visit import Visit
from taizhang.projections.performance.behind import PAGE, behind
from taizhang.projections.performance.cards import chosen
from taizhang.projections.performance.promotions import Reopened, reopened
from taizhang.projections.performance.then_and_now import then_and_now

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


class ThenAsked(PerformanceAsked, frozen=True, kw_only=True):
    """As known at `then`, beside what is known at `as_recorded_at` or now."""

    then: Annotated[str, msgspec.Meta(pattern=MOMENT, description="较早的入账时间 · the earlier recording time")]


class TwoRow(msgspec.Struct, frozen=True, kw_only=True):
    """A measure of the whole as known at both moments; null: nothing to take a share of."""

    measure: str
    then: int | None
    now: int | None


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


def performance_then(visit: Visit, wanted: ThenAsked, at: Moment) -> Found:
    """Every measure of a region as reported at a recording time, and as known now."""
    what = _asked(visit)
    found = then_and_now(at.connection, what.question, moment_of(wanted.then), chosen(what.versions))
    return Found(
        rows=in_order([{"measure": one.card.id, "then": one.then, "now": one.now} for one in found], "measure", at)
    )


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
    listing("/api/performance/then", performance_then, ThenAsked, TwoRow, reads=READS, roles=OPENS_PERFORMANCE),
    listing(
        "/api/performance/promotions",
        promotion_list,
        OfRegion,
        msgspec.defstruct("PromotionRow", [("id", str)], bases=(ReopenedStruct,), kw_only=True, frozen=True),
        reads=READS,
        roles=SEES_PROMOTIONS,
    ),
)
