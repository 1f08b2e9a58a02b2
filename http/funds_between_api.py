"""What changed of the money between two moments, for programs: of a region by measure, of a line by account."""

from __future__ import annotations

from typing import Annotated

import msgspec
from starlette.exceptions import HTTPException

from taizhang.domain.funds.lines import FundSource
from taizhang.http.api_endpoints import Code, Found, Listing, Moment, OfRegion, in_order, listing
from taizhang.http.explained_api import Since, SinceEffective, earlier_cuts
from taizhang.http.funds_api import LineAsked, Year
from taizhang.http.funds_between import MEASURES, NOTHING_YET, changed_entries, figures_at
from taizhang.http.funds_pages import Filter
from taizhang.http.funds_scope import asked_line, asked_region, sees_holder
from taizhang.http.funds_views_api import OF_MONEY, numbered
from taizhang.http.visit import Visit
from taizhang.projections.funds.then_and_now import then_and_now


class FundsBetweenAsked(OfRegion, frozen=True, kw_only=True):
    """Two moments, each on both axes; what is left out of the earlier one is as at the later. Of `measure` the facts, too."""

    since: Since | None = None
    since_effective_on: SinceEffective | None = None
    source: FundSource | None = None
    year: Year | None = None
    measure: Annotated[Code, msgspec.Meta(description="指标,见各行 measure · a measure of the rows")] | None = None


class MeasureChange(msgspec.Struct, frozen=True, kw_only=True):
    """A measure of the money at both moments; null: has no meaning there."""

    measure: str
    then: int | None
    later: int | None
    change: int | None


class EntryChange(msgspec.Struct, frozen=True, kw_only=True):
    """A fact that stands at one of the moments only, and by how much it changed which measure, in fen."""

    position: int
    measure: str
    line: str
    holder: str
    change_fen: int


class FundsBetweenAnswer(Listing[MeasureChange], kw_only=True):
    """The measures at both moments, and of the one asked for the facts that lead from the one to the other."""

    facts: list[EntryChange]


class LineBetweenAsked(LineAsked, frozen=True, kw_only=True):
    """Two moments, each on both axes; what is left out of the earlier one is as at the later."""

    since: Since | None = None
    since_effective_on: SinceEffective | None = None


class ColumnsRow(msgspec.Struct, frozen=True, kw_only=True):
    """What one account held at either moment, in fen."""

    holder: str
    account: str
    book: str
    then_fen: int
    later_fen: int


class LineBetweenAnswer(Listing[ColumnsRow], kw_only=True):
    """Every account in two columns, and the positions of the facts that made the difference."""

    line: str
    facts: list[int]


def funds_between(visit: Visit, asked: FundsBetweenAsked, at: Moment) -> Found:
    """The measures of a region's money at two moments, and the facts that made the difference of one.

    Raises HTTPException (404) for a foreign region or an unknown measure.
    """
    if asked.measure is not None and asked.measure not in MEASURES:
        raise HTTPException(404)
    words = {"source": asked.source or "", "purpose": "", "level": "", "institution": "", "by": "line"}
    what = Filter(asked_region(visit), year=asked.year, **words)
    past = earlier_cuts(asked.since, asked.since_effective_on, at)
    then, later = (figures_at(visit, at.connection, what, cuts) for cuts in (past, at.cuts))
    facts = []
    if asked.measure is not None:
        found = changed_entries(at.connection, what, asked.measure, past, at.cuts)
        facts = [
            EntryChange(
                position=one.position, measure=name, line=one.line, holder=one.holder, change_fen=one.change_fen
            )
            for name, one in found
        ]
    there = MEASURES if then or later else ()  # before the first line there is nothing to compare
    rows = [_change(name, (then or NOTHING_YET).get(name), (later or NOTHING_YET).get(name)) for name in there]
    return Found({"facts": facts}, in_order(rows, "measure", at))


def _change(name: str, then: int | None, later: int | None) -> dict[str, object]:
    change = None if then is None or later is None else later - then
    return {"measure": name, "then": then, "later": later, "change": change}


def fund_between(visit: Visit, asked: LineBetweenAsked, at: Moment) -> Found:
    """Each account of a line at two moments, and the facts in between.

    Raises HTTPException (404) for a foreign line.
    """
    line = asked_line(visit, at.connection)
    past = earlier_cuts(asked.since, asked.since_effective_on, at)
    found = then_and_now(at.connection, line.line, past, at.cuts)
    whole = visit.scope.endswith("0000")
    facts = [
        one.step.position for one in found.facts if whole or any(sees_holder(visit, x.holder) for x in one.effects)
    ]
    rows = [
        {
            "holder": one.holder,
            "account": one.account,
            "book": one.book,
            "then_fen": one.then_fen,
            "later_fen": one.now_fen,
        }
        for one in found.accounts
        if sees_holder(visit, one.holder)
    ]
    return Found({"line": line.line, "facts": facts}, numbered(rows, at))


ENDPOINTS = (
    listing(
        "/api/funds/between",
        funds_between,
        FundsBetweenAsked,
        MeasureChange,
        told=FundsBetweenAnswer,
        **OF_MONEY,
    ),
    listing(
        "/api/funds/{line}/between", fund_between, LineBetweenAsked, ColumnsRow, told=LineBetweenAnswer, **OF_MONEY
    ),
)
