"""Money by line: what a region was allotted, got, passed on, used and still holds; one line with its terms and its way."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final, NamedTuple, get_args

from sqlalchemy import Connection, select
from starlette.responses import Response

from taizhang.domain.funds.lines import FundSource
from taizhang.domain.funds.purposes import Purpose
from taizhang.domain.officers import BUSINESS
from taizhang.domain.regions import Level
from taizhang.http.charts import Series, bars
from taizhang.http.errors import NoAnswer
from taizhang.http.funds_figures import OPENED, UNCHARGED
from taizhang.http.funds_picture import Edge, flow_picture
from taizhang.http.funds_scope import (
    MEASURES,
    SEES_MONEY,
    SEES_SUMS,
    asked_line,
    asked_region,
    cuts,
    holder_words,
    looked_on,
    measure_words,
    money_page,
    office_name,
    require_role,
    sees_holder,
    yuan,
)
from taizhang.http.funds_steps import of_line, of_region
from taizhang.http.inspections_scope import organisations
from taizhang.http.names import class_name, class_names
from taizhang.http.places import name_of, names_of
from taizhang.http.rendering import link
from taizhang.http.report_foot import foot_of_money
from taizhang.http.visit import Visit, door
from taizhang.projections.funds.ages import ages
from taizhang.projections.funds.claims import NO_LINE
from taizhang.projections.funds.cuts import UseScope
from taizhang.projections.funds.evaluation import OPENED as OPENED_INDICATORS
from taizhang.projections.funds.evaluation import evaluation
from taizhang.projections.funds.lines import FundLine, fund_lines
from taizhang.projections.funds.measures import AGE_BUCKETS
from taizhang.projections.funds.statement import Statement, statement
from taizhang.projections.funds.tables import fund_tables
from taizhang.projections.funds.tied import tied
from taizhang.projections.funds.use import use

SHOWN: Final = (
    *("allocated_fen", "received_fen", "passed_on_fen", "committed_fen", "paid_fen", "bank_returned_fen"),
    *("recovered_fen", "returned_fen", "advances_fen", "balance_fen", "idle_days", "execution_bp"),
)
AGES: Final = tuple(one.name for one in AGE_BUCKETS)
TILES: Final = ("allocated_fen", "received_fen", "passed_on_fen", "paid_fen", "balance_fen", "execution_bp")
BY: Final = ("line", "source", "level", "region", "year", "purpose", "institution", "training_class")
OF_PAYEES: Final = frozenset({"institution", "training_class"})  # not for who sees sums only
ENTRIES_PAGE: Final = 200
CHARTED: Final = 20


class Filter(NamedTuple):
    """What the address narrows the page down to."""

    region: str
    source: str
    year: int | None
    purpose: str
    level: str
    institution: str
    by: str

    @property
    def scope(self) -> UseScope:
        return UseScope(
            self.region,
            source=self.source or None,
            year=self.year,
            purpose=self.purpose or None,
            institution=self.institution or None,
        )

    @property
    def kept(self) -> dict[str, str]:
        return {name: str(value) for name, value in self._asdict().items() if value}


class UseRow(NamedTuple):
    """One line of the page: what it is, where it leads, its figures, where they open ("" nowhere)."""

    name: str
    note: str
    href: str
    figures: Mapping[str, int | None]
    facts: str


def funds(visit: Visit) -> Response:
    """The fund lines of a region with their figures, or its money by any other dimension."""
    require_role(visit, SEES_SUMS)
    asked = asked_filter(visit)
    rows, total = use_rows(visit, asked)
    charted = [row for row in rows if row.figures.get("received_fen") or row.figures.get("paid_fen")][:CHARTED]
    return money_page(
        visit,
        "funds.html",
        region=asked.region,
        region_name=name_of(visit, asked.region),
        asked=asked,
        rows=rows,
        total=total,
        shown=SHOWN,
        ages=AGES,
        tiles=TILES,
        opens=OPENED,
        sources=get_args(FundSource),
        purposes=get_args(Purpose),
        levels=[code for code in get_args(Level) if code in ("province", "prefecture", "county")],
        dimensions=[one for one in BY if sees_payees(visit) or one not in OF_PAYEES],
        sees_payees=sees_payees(visit),
        chart=_chart(visit, charted) if charted else None,
        foot=foot_of_money(visit, asked.scope),
        kept={**visit.bar.query, **asked.kept},
        forms=of_region(visit),
    )


def asked_filter(visit: Visit) -> Filter:
    """What the address asks for.

    Raises HTTPException (404) for a foreign region, NoAnswer (400) for what is no year or dimension, (403) for payees.
    """
    given = visit.request.query_params
    by, year = given.get("by") or "line", given.get("year", "").strip()
    if by not in BY or (year and not (year.isascii() and year.isdecimal() and len(year) == len("2016"))):
        raise NoAnswer(400, "errors.400.body")
    words = {name: given.get(name, "").strip() for name in ("source", "purpose", "level", "institution")}
    found = Filter(asked_region(visit), year=int(year) if year else None, by=by, **words)
    require_payees(visit, found)
    return found


def require_payees(visit: Visit, asked: Filter) -> None:
    """Raises NoAnswer (403) where payees are asked for by who sees sums only."""
    if (asked.by in OF_PAYEES or asked.institution) and not sees_payees(visit):
        raise NoAnswer(403, "errors.403.body")


def sees_payees(visit: Visit) -> bool:
    return visit.actor.role in SEES_MONEY


def use_rows(visit: Visit, asked: Filter) -> tuple[list[UseRow], UseRow | None]:
    """The rows of the page and their sum; every line of the region, also one without any movement."""
    with visit.house.log.database.read() as connection:
        lines = {one.line: one for one in fund_lines(connection, asked.region, cuts=cuts(visit))}
        by = (asked.by, "level") if asked.level and asked.by != "level" else (asked.by,)
        found = use(connection, looked_on(visit), asked.scope, by, cuts(visit))
        whole = use(connection, looked_on(visit), asked.scope, (), cuts(visit))
    found = [one for one in found if not asked.level or one.key[-1] == asked.level]
    figures = {one.key[0]: one.figures for one in found}
    total = UseRow("", "", "", whole[0].figures, _facts_of(visit, asked)) if whole and not asked.level else None
    if asked.by != "line":
        if asked.by == "region":
            names_of(visit, figures)
        elif asked.by == "training_class":
            class_names(visit, figures)
        elif asked.by == "institution":
            visit.office_names |= organisations(visit, figures)
        return [_other_row(visit, asked, key, figures[key]) for key in sorted(figures, key=_uncharged_last)], total
    wanted = [one for one in lines.values() if _fits(one, asked)]
    nothing: dict[str, int | None] = {name: None if name == "execution_bp" else 0 for name in MEASURES}
    rows = [_line_row(visit, one, asked, figures.get(one.line, nothing)) for one in wanted]
    return rows + ([_uncharged_row(visit, asked, figures[NO_LINE])] if NO_LINE in figures else []), total


def _uncharged_last(key: str) -> tuple[bool, str]:
    return key == NO_LINE, key


def _facts_of(visit: Visit, asked: Filter, **more: object) -> str:
    """Where the figures of all lines together open; nowhere for who sees sums only, or where payments are picked out."""
    if asked.purpose or asked.institution or asked.level or not sees_payees(visit):
        return ""
    kept = {"region": asked.region, "source": asked.source, "year": asked.year, **more}
    return link("/funds/facts", kept)


def _narrowing(by: str, key: str) -> dict[str, str]:
    """What narrows all facts down to a group's: a region's row is of its own accounts, and not of those below."""
    return {"region": key, "own": "1"} if by == "region" else {by: key}


def _uncharged_row(visit: Visit, asked: Filter, figures: Mapping[str, int | None]) -> UseRow:
    """What is committed and charged to no line: nothing else has a meaning there."""
    committed = {"committed_fen": figures.get("committed_fen")}
    facts = _facts_of(visit, asked, line=UNCHARGED)
    return UseRow(visit.t("funds.uncharged"), visit.t("funds.uncharged_note"), "", committed, facts)


def _fits(line: FundLine, asked: Filter) -> bool:
    return (
        (not asked.source or line.source == asked.source)
        and asked.year in (None, line.year)
        and (not asked.purpose or asked.purpose in line.purposes)
        and (not asked.level or line.level == asked.level)
    )


def _line_row(visit: Visit, line: FundLine, asked: Filter, figures: Mapping[str, int | None]) -> UseRow:
    note = f"{line.line} · {line.year} · {visit.label('code.source', line.source)}"
    narrowed = bool(asked.purpose or asked.institution)  # the facts of a line are those of all its purposes
    opened = "" if narrowed or not sees_payees(visit) else link(f"/funds/{line.line}/facts", region=asked.region)
    href = link(f"/funds/{line.line}", visit.bar.query) if sees_payees(visit) else ""
    return UseRow(line.name, note, href, figures, opened)


def _other_row(visit: Visit, asked: Filter, key: str, figures: Mapping[str, int | None]) -> UseRow:
    """A group's row: it leads to the lines that it is made of."""
    if key == NO_LINE:
        return _uncharged_row(visit, asked, figures)
    kept = {**visit.bar.query, **asked.kept, "by": "line"}
    name = key
    if asked.by == "region":
        name = name_of(visit, key)
        kept["region"] = key
    elif asked.by in ("source", "level", "purpose"):
        name = visit.label(f"code.{asked.by}", key)
        kept[asked.by] = key
    elif asked.by == "training_class":
        name = class_name(visit, key) or key
        return UseRow(name, key if name != key else "", link(f"/classes/{key}", visit.bar.query), figures, "")
    else:
        name = office_name(visit, key) if asked.by == "institution" else key
        kept[asked.by] = key
    facts = _facts_of(visit, asked, **_narrowing(asked.by, key)) if asked.by in ("source", "year", "region") else ""
    return UseRow(name, key if name != key else "", link("/funds", kept), figures, facts)


def _chart(visit: Visit, rows: Sequence[UseRow]) -> Any:
    """Whole yuan; the table beside has the fen."""
    names = ("received_fen", "paid_fen", "balance_fen")
    series = [
        Series(
            measure_words(visit, name),
            [None if (v := row.figures.get(name)) is None else v // 100 for row in rows],
            [
                link(row.facts, visit.bar.query, measure=name) if row.facts and row.figures.get(name) else ""
                for row in rows
            ],
        )
        for name in names
    ]
    labels = [row.name for row in rows]
    return bars(visit.t("funds.chart"), visit.t("funds.chart_desc"), labels, series, "funds-chart")


def fund_line(visit: Visit) -> Response:
    """One line: terms, statement at the cuts, ages, pooled plans, its way as a picture, evaluation and ties.

    Raises HTTPException (404) for a line that has nothing to do with the officer's region.
    """
    require_role(visit)
    with visit.house.log.database.read() as connection:
        line = asked_line(visit, connection)
        told = statement(connection, line.line, cuts(visit))
        figures = use(connection, looked_on(visit), UseScope(visit.scope, line=line.line), (), cuts(visit))
        aged = ages(connection, looked_on(visit), UseScope(visit.scope, line=line.line), cuts(visit))
        plans = _plans(connection, visit, line.line)
        ties = tied(connection, visit.scope, line.line)
        judged = evaluation(connection, line.line, None, visit.scope)
    flows = _seen_flows(visit, told)
    names_of(visit, {flow.holder[:6] for flow in told.flows} | {tie.county for tie in ties})
    return money_page(
        visit,
        "fund_line.html",
        line=line,
        figures=figures[0].figures if figures else {},
        issuers=organisations(visit, line.issued_by),
        shown=SHOWN,
        opens=OPENED,
        age_names=AGES,
        accounts=_accounts(visit, told, {one.holder: one for one in aged}),
        flows=flows,
        picture=flow_figure(visit, line, told),
        plans=plans,
        ties=ties,
        judged=judged,
        indicators=OPENED_INDICATORS,
        sees_opening=sees_holder(visit, line.region),
        forms=of_line(visit, line),
        foot=foot_of_money(visit, UseScope(visit.scope, line=line.line)),
    )


def flow_figure(visit: Visit, line: FundLine, told: Statement) -> Any:
    """The way of the line's cash as far as the officer sees it, as a picture; None where nothing moved.

    Each band and each sum leads to the entries that it is made of.
    """
    edges = cash_edges(visit, told)
    if not edges:
        return None

    def said(account: str) -> str:
        return visit.t("funds.rest") if account == "rest" else holder_words(visit, account)

    def opened(giver: str, taker: str) -> str:
        return link(f"/funds/{line.line}/facts", {**visit.bar.query, "book": "cash"}, between=f"{giver}>{taker}")

    title = visit.t("funds.flow_title", name=line.name)
    return flow_picture(edges, said, title, visit.t("funds.flow_desc"), "flow", yuan, opened)


def cash_edges(visit: Visit, told: Statement) -> list[Edge]:
    """Which cash went from whom to whom, as far as the officer sees it."""
    return [Edge(one.giver, one.taker, one.amount_fen) for one in _seen_flows(visit, told) if one.book == "cash"]


def _seen_flows(visit: Visit, told: Statement) -> list[Any]:
    """The sums between accounts of which one at least is the officer's to see."""
    return [
        one
        for one in told.between()
        if sees_holder(visit, one.giver.removeprefix("advance:"))
        or sees_holder(visit, one.taker.removeprefix("advance:"))
    ]


class AccountRow(NamedTuple):
    """One holder of the line: its cash and quota, advances outstanding, what reached payees, and how old the rest is."""

    holder: str
    received_fen: int
    out_fen: int
    balance_fen: int
    quota_fen: int
    advances_fen: int
    paid_fen: int
    idle_days: int
    buckets: Sequence[int]


def _accounts(visit: Visit, told: Statement, aged: Mapping[str, Any]) -> list[AccountRow]:
    found: dict[str, dict[str, int]] = {}
    for one in told.accounts():
        if sees_holder(visit, one.holder):
            sums = found.setdefault(one.holder, {})
            sums[f"{one.account} {one.book} in"] = one.in_fen
            sums[f"{one.account} {one.book} out"] = one.out_fen
    paid = {one.holder: 0 for one in told.payees()}
    for one in told.payees():
        paid[one.holder] += one.balance_fen
    rows = []
    for holder, sums in sorted(found.items()):
        cash_in, cash_out = sums.get("own cash in", 0), sums.get("own cash out", 0)
        age = aged.get(holder)
        rows.append(
            AccountRow(
                holder,
                cash_in,
                cash_out,
                cash_in - cash_out,
                sums.get("own quota in", 0) - sums.get("own quota out", 0),
                sum(sums.get(f"advance {book} in", 0) - sums.get(f"advance {book} out", 0) for book in ("cash",)),
                paid.get(holder, 0),
                age.idle_days if age is not None else 0,
                age.buckets if age is not None else (0,) * len(AGES),
            )
        )
    return rows


def _plans(connection: Connection, visit: Visit, line: str) -> list[Any]:
    """The use plans that this line is part of, with what other lines put into them."""
    p = fund_tables().plans.c
    mine = select(p.plan).where(p.line == line, p.position.is_not(None))
    query = select(p.plan, p.region, p.year, p.line, p.purpose, p.amount_fen, p.position)
    rows = connection.execute(
        query.where(p.plan.in_(mine), p.position.is_not(None)).order_by(p.region, p.plan, p.line, p.purpose)
    )
    return [row for row in rows if sees_holder(visit, row.region)]


def funds_state(visit: Visit) -> Any:
    """How far the view of money is."""
    return next(view for view in visit.views if view.name == "funds")


ROUTES = (
    door("/funds", funds, roles=BUSINESS),
    door("/funds/{line}", fund_line, roles=BUSINESS),
)
