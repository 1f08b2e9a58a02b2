"""Money for programs: the lines with their figures, one line's statement, and its steps; amounts in fen."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Annotated, Any, Literal

import msgspec

from taizhang.domain.funds.lines import FundSource
from taizhang.domain.funds.purposes import Purpose
from taizhang.domain.regions import Level
from taizhang.http.api_endpoints import Code, Dated, Found, Listing, Moment, OfRegion, in_order, listing
from taizhang.http.funds_pages import Filter, require_payees
from taizhang.http.funds_scope import SEES_MONEY, SEES_SUMS, asked_line, asked_region, sees_holder
from taizhang.http.visit import Visit
from taizhang.projections.funds.claims import NO_LINE
from taizhang.projections.funds.cuts import UseScope
from taizhang.projections.funds.lines import fund_lines
from taizhang.projections.funds.measures import UNCHARGED_EN, UNCHARGED_ZH
from taizhang.projections.funds.statement import statement
from taizhang.projections.funds.steps import Step, steps
from taizhang.projections.funds.use import use

Figures = Annotated[dict[str, int | None], msgspec.Meta(description="按指标,以分计 · by measure, in fen")]
Year = Annotated[int, msgspec.Meta(ge=1900, le=2999)]


class FundsAsked(OfRegion, frozen=True, kw_only=True):
    """What narrows the money down, and by which dimension it is told."""

    by: Literal["line", "source", "level", "region", "year", "purpose", "institution", "training_class"] = "line"
    year: Year | None = None
    source: FundSource | None = None
    spent_on: Annotated[Purpose, msgspec.Meta(description="资金用途 · what the money is for")] | None = None
    level: Level | None = None
    institution: Code | None = None


class FundsRow(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A fund line, or whatever else the money is told by, under that dimension's own name."""

    figures: Figures
    line: str | None = None
    name: str | None = None
    source: str | None = None
    year: int | str | None = None
    level: str | None = None
    region: str | None = None
    purpose: str | None = None
    institution: str | None = None
    training_class: str | None = None


class FundsAnswer(Listing[FundsRow], kw_only=True):
    """The lines, and the figures of all that was asked for."""

    figures: Figures


class LineAsked(Dated, frozen=True, kw_only=True):
    """One fund line by its id."""

    line: Code


class AccountRow(msgspec.Struct, frozen=True, kw_only=True):
    """What ever came into an account of the line, went out, and is left, in fen."""

    holder: str
    account: str
    book: str
    in_fen: int
    out_fen: int
    balance_fen: int


class LineAnswer(Listing[AccountRow], kw_only=True):
    """A line's terms and figures, and its accounts."""

    line: Annotated[dict[str, Any], msgspec.Meta(description="资金项目的各项条件 · the line's terms")]
    figures: Figures


class MoveRow(msgspec.Struct, frozen=True, kw_only=True):
    """What a step did to one account, in fen."""

    account: str
    book: str
    change_fen: int
    before_fen: int
    after_fen: int


class StepRow(msgspec.Struct, frozen=True, kw_only=True):
    """One recorded fact of a line: who, when, how late, on which paper, and every balance before and after."""

    position: int
    recorded_at: int
    recorded_by: str
    role: str
    occurred_on: date
    late_days: int
    fact: str
    kind: str
    corrects: int | None
    void: bool
    document: str
    amount_fen: int
    line: str
    claim: str
    training_class: str
    approver: str
    why: str
    moves: list[MoveRow]


class StepsAnswer(Listing[StepRow], kw_only=True):
    """The steps of a line."""

    line: str


def funds_use(visit: Visit, asked: FundsAsked, at: Moment) -> Found:
    """The lines of a region with their figures, in fen; with `by` the money by another dimension."""
    told = Filter(
        region=asked_region(visit),
        source=asked.source or "",
        year=asked.year,
        purpose=asked.spent_on or "",
        level=asked.level or "",
        institution=asked.institution or "",
        by=asked.by,
    )
    require_payees(visit, told)
    whole = use(at.connection, at.on, told.scope, (), at.cuts)
    rows: list[dict[str, Any]]
    if told.by == "line" and not told.level:
        figures = {one.key[0]: one.figures for one in use(at.connection, at.on, told.scope, ("line",), at.cuts)}
        lines = [one for one in fund_lines(at.connection, told.region, cuts=at.cuts) if one.line in figures]
        rows = [
            {"line": one.line, "name": one.name, "source": one.source, "year": one.year, "figures": figures[one.line]}
            for one in lines
        ]
        if NO_LINE in figures:
            rows.append({"line": NO_LINE, "name": f"{UNCHARGED_ZH} · {UNCHARGED_EN}", "figures": figures[NO_LINE]})
    else:
        by = (told.by,) if not told.level or told.by == "level" else (told.by, "level")
        found = use(at.connection, at.on, told.scope, by, at.cuts)
        rows = [
            {told.by: one.key[0], "figures": one.figures}
            for one in found
            if not told.level or one.key[-1] == told.level
        ]
    figures_of_all = whole[0].figures if whole and not told.level else {}
    return Found({"figures": figures_of_all}, in_order(rows, told.by, at))


def fund_accounts(visit: Visit, _: LineAsked, at: Moment) -> Found:
    """A line's terms, figures and accounts at the cuts, as far as the officer's region has them."""
    line = asked_line(visit, at.connection)
    told = statement(at.connection, line.line, at.cuts)
    figures = use(at.connection, at.on, UseScope(visit.scope, line=line.line), (), at.cuts)
    terms = line._asdict() | {"opened_on": line.opened_on.isoformat()}
    behind = at.after(str, str, str)
    accounts = sorted((one.holder, one.account, one.book, one) for one in told.accounts())
    rows = (
        (key, key[3]._asdict() | {"balance_fen": key[3].balance_fen})
        for key in accounts
        if sees_holder(visit, key[0]) and (behind is None or key[:3] > behind)
    )
    content = {"line": terms, "figures": figures[0].figures if figures else {}}
    return Found(content, ((key[:3], row) for key, row in rows))


def fund_steps(visit: Visit, _: LineAsked, at: Moment) -> Found:
    """The steps of a line with every balance before and after, as far as the officer's region sees them."""
    line = asked_line(visit, at.connection)
    behind = at.after(int)
    first = behind[0] + 1 if behind is not None else 1
    found = seen_steps(visit, steps(at.connection, line.line, first, None, at.cuts))
    return Found({"line": line.line}, (((one["position"],), one) for one in found))


def seen_steps(visit: Visit, found: Iterator[Step]) -> Iterator[dict[str, Any]]:
    """What the officer's region sees of each step; a step that moves nobody of it is left out."""
    whole = visit.scope.endswith("0000")
    for step in found:
        mine = any(sees_holder(visit, one.account) for one in step.moves)
        own_class = bool(step.training_class) and sees_holder(visit, step.training_class[1:7])
        if not (whole or mine or own_class or step.kind == "line-opened"):
            continue
        moves = [
            one._asdict()
            for one in step.moves
            if whole or sees_holder(visit, one.account) or (mine and not one.account[:1].isdigit())
        ]
        yield step._asdict() | {"occurred_on": step.occurred_on.isoformat(), "moves": moves}


ENDPOINTS = (
    listing("/api/funds", funds_use, FundsAsked, FundsRow, told=FundsAnswer, reads="funds", roles=SEES_SUMS),
    listing(
        "/api/funds/{line}", fund_accounts, LineAsked, AccountRow, told=LineAnswer, reads="funds", roles=SEES_MONEY
    ),
    listing(
        "/api/funds/{line}/steps", fund_steps, LineAsked, StepRow, told=StepsAnswer, reads="funds", roles=SEES_MONEY
    ),
)
