"""More about money for programs: flags, the reconciliation, where a line's money went, its evaluation and what is tied to it."""

from __future__ import annotations

from collections import Counter
from datetime import date
from typing import Any, Final

import msgspec
from starlette.exceptions import HTTPException

from taizhang.domain.decisions import within
from taizhang.http.api_endpoints import Code, Found, Listing, Moment, OfRegion, Place, listing
from taizhang.http.field_api import struct_of
from taizhang.http.funds_api import LineAsked, Year
from taizhang.http.funds_figures import OPENS, entries
from taizhang.http.funds_figures import Asked as Figure
from taizhang.http.funds_flags import KINDS, UNMATCHED
from taizhang.http.funds_scope import SEES_MONEY, asked_line, asked_region
from taizhang.http.visit import Visit
from taizhang.projections.funds.cuts import UseScope
from taizhang.projections.funds.evaluation import IndicatorRow, evaluation
from taizhang.projections.funds.flags import flags
from taizhang.projections.funds.lineage import MOST_SHARES, ShareRow, shares_of_line
from taizhang.projections.funds.reconcile import ClassLine, UnmatchedKind, reconcile
from taizhang.projections.funds.tied import Tied, tied

OF_MONEY: Final[dict[str, Any]] = {"reads": "funds", "roles": SEES_MONEY}


class FlagsAsked(OfRegion, frozen=True, kw_only=True):
    """Flags of a region, perhaps of one line or kind."""

    line: Code | None = None
    kind: Code | None = None


class FlagRow(msgspec.Struct, frozen=True, kw_only=True):
    """Something that somebody should look at; `positions` are the facts it rests on."""

    kind: str
    line: str
    region: str
    amount_fen: int
    positions: list[int]
    zh: str
    en: str
    innocent_zh: str
    innocent_en: str


class FlagsAnswer(Listing[FlagRow], kw_only=True):
    """What somebody should look at, and how many there are of each kind."""

    kinds: dict[str, int]


class ReconciliationAsked(OfRegion, frozen=True, kw_only=True):
    """The reconciliation of a region, perhaps of one class or of one kind of difference."""

    training_class: Code | None = None
    kind: Code | None = None


class UnmatchedRow(msgspec.Struct, frozen=True, kw_only=True):
    """One person whose sides differ by `amount_fen`; `positions` are the facts of claim and payment."""

    kind: UnmatchedKind
    training_class: str
    person: str
    purpose: str
    payee_kind: str
    entitled_fen: int
    claimed_fen: int
    paid_fen: int
    recovered_fen: int
    amount_fen: int
    since: date | None
    age_days: int | None
    positions: list[int]


class ReconciliationAnswer(Listing[UnmatchedRow], kw_only=True):
    """The three sides of a region, in fen, and the persons whose sides differ."""

    totals: dict[str, int]


class EntryRow(msgspec.Struct, frozen=True, kw_only=True):
    """One entry behind a figure, and by how much it changed the figure, in fen."""

    position: int
    recorded_at: int
    effective_on: date
    kind: str
    holder: str
    account: str
    counter: str
    training_class: str
    claim: str
    change_fen: int


class LineageAsked(LineAsked, frozen=True, kw_only=True):
    """Where a line's money went, perhaps only for one class."""

    training_class: Code | None = None


class EvaluationAsked(LineAsked, frozen=True, kw_only=True):
    """A line's indicators, of all years or one."""

    year: Year | None = None


class FiguresAsked(LineAsked, frozen=True, kw_only=True):
    """A figure of a line, in a region or of one holder: a measure, or what moved in one account."""

    region: Place | None = None
    measure: Code | None = None
    holder: Code | None = None
    account: Code | None = None
    book: Code | None = None


def fund_flag_list(visit: Visit, asked: FlagsAsked, at: Moment) -> Found:
    """What somebody should look at: what each says, its facts, and how it may be innocent.

    Raises HTTPException (404) for a foreign region or an unknown kind.
    """
    if asked.kind is not None and asked.kind not in KINDS:
        raise HTTPException(404)
    found = flags(at.connection, at.on, UseScope(asked_region(visit), line=asked.line), at.cuts)
    chosen = [one._asdict() for one in found if asked.kind in (None, one.kind)]
    return Found({"kinds": dict(Counter(one.kind for one in found))}, numbered(chosen, at))


def fund_reconciliation(visit: Visit, asked: ReconciliationAsked, at: Moment) -> Found:
    """Transferred, paid, entitled: the three sides, and every person whose sides differ.

    Raises HTTPException (404) for a foreign region or class, or an unknown kind.
    """
    if asked.kind is not None and asked.kind not in UNMATCHED:
        raise HTTPException(404)
    found = _reconciled(visit, asked, at)
    rows = [one._asdict() for one in found.persons if asked.kind in (None, one.kind)]
    sides = found.totals
    differences = {
        "transferred_less_paid_fen": sides.transferred_less_paid_fen,
        "paid_less_entitled_fen": sides.paid_less_entitled_fen,
    }
    return Found({"totals": sides._asdict() | differences}, numbered(rows, at))


def fund_reconciled_classes(visit: Visit, asked: ReconciliationAsked, at: Moment) -> Found:
    """Transfers, payments and what the ledger gives, side by side, class by class.

    Raises HTTPException (404) for a foreign region or class.
    """
    return Found(rows=numbered([one._asdict() for one in _reconciled(visit, asked, at).classes], at))


def fund_figure_facts(visit: Visit, asked: FiguresAsked, at: Moment) -> Found:
    """The facts behind a figure of a line, each with the change it made; together they are the figure.

    Raises HTTPException (404) for a foreign line or region, or a figure that there is not.
    """
    if asked.measure is not None and asked.measure not in OPENS:
        raise HTTPException(404)
    line, region = asked_line(visit, at.connection), asked_region(visit)
    parts: dict[str, Any] = {name: getattr(asked, name) or "" for name in ("measure", "holder", "account", "book")}
    rows = [one._asdict() for one in entries(at.connection, Figure((line.line,), region, **parts), at.cuts)]
    return Found(rows=numbered([row | {"effective_on": str(row["effective_on"])} for row in rows], at))


def fund_lineage(visit: Visit, asked: LineageAsked, at: Moment) -> Found:
    """Which fen of a line reached, or came back from, which trainee of which class.

    Raises HTTPException (404) for a foreign line or class.
    """
    if asked.training_class is not None and not _is_theirs(visit, asked.training_class):
        raise HTTPException(404)
    line = asked_line(visit, at.connection)

    def rows() -> Any:
        after = at.after(int, str, int)
        while page := shares_of_line(at.connection, line.line, at.cuts, asked.training_class, None, after):
            for one in page:
                after = one.position, one.person, one.place
                if _is_theirs(visit, one.training_class):
                    yield after, one._asdict()
            if len(page) < MOST_SHARES:
                return

    return Found(rows=rows())


def fund_evaluation(visit: Visit, asked: EvaluationAsked, at: Moment) -> Found:
    """Every indicator of a line as the log gives it, beside what was claimed; as known now."""
    line = asked_line(visit, at.connection)
    found = evaluation(at.connection, line.line, asked.year, visit.scope)
    return Found(rows=numbered([one._asdict() for one in found.rows], at))


def fund_ties(visit: Visit, _: LineAsked, at: Moment) -> Found:
    """What would be due to each county for the training done, beside what was allotted; as known now."""
    line = asked_line(visit, at.connection)
    return Found(rows=numbered([one._asdict() for one in tied(at.connection, visit.scope, line.line)], at))


def _reconciled(visit: Visit, asked: ReconciliationAsked, at: Moment) -> Any:
    if asked.training_class is not None and not _is_theirs(visit, asked.training_class):
        raise HTTPException(404)
    log = visit.house.log
    return reconcile(at.connection, log, at.on, asked_region(visit), at.cuts, asked.training_class)


def _is_theirs(visit: Visit, training_class: str) -> bool:
    return training_class.startswith("c") and within(training_class[1:7], visit.scope)


def numbered(rows: list[dict[str, Any]], at: Moment) -> Any:
    """Rows that are reckoned whole, by their places."""
    behind = at.after(int)
    first = behind[0] if behind is not None else 0
    return (((place,), row) for place, row in enumerate(rows[first:], first + 1))


ENDPOINTS = (
    listing("/api/flags", fund_flag_list, FlagsAsked, FlagRow, told=FlagsAnswer, **OF_MONEY),
    listing(
        "/api/reconciliation",
        fund_reconciliation,
        ReconciliationAsked,
        UnmatchedRow,
        told=ReconciliationAnswer,
        **OF_MONEY,
    ),
    listing(
        "/api/reconciliation/classes", fund_reconciled_classes, ReconciliationAsked, struct_of(ClassLine), **OF_MONEY
    ),
    listing("/api/funds/{line}/facts", fund_figure_facts, FiguresAsked, EntryRow, **OF_MONEY),
    listing("/api/funds/{line}/lineage", fund_lineage, LineageAsked, struct_of(ShareRow), **OF_MONEY),
    listing("/api/funds/{line}/evaluation", fund_evaluation, EvaluationAsked, struct_of(IndicatorRow), **OF_MONEY),
    listing("/api/funds/{line}/ties", fund_ties, LineAsked, struct_of(Tied), **OF_MONEY),
)
