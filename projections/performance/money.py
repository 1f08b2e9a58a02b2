"""Money as performance asks it: what a region or department spent and received, what classes cost, what was paid in time."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from typing import Any, Final

from sqlalchemy import Connection, Select, func, select

from taizhang.projections.funds.cuts import Cuts, UseScope, in_force
from taizhang.projections.funds.rows import CLAIMS_BOOK
from taizhang.projections.funds.statement import PAYEES
from taizhang.projections.funds.steps import as_date
from taizhang.projections.funds.tables import fund_tables
from taizhang.projections.funds.use import Sum, sums_of
from taizhang.projections.performance.asked import (
    Grouped,
    Grouping,
    Question,
    Tie,
    ends,
    grouped,
    in_period,
    region_key,
    ties_of,
)
from taizhang.projections.performance.limits import Limits
from taizhang.projections.scope import DIGITS, level_of, stem_of

RECEIVED: Final = frozenset({"budget-approved", "transferred"})


def money(connection: Connection, question: Question, by: Grouping) -> Grouped:
    """Paid for classes, spent and received by holders, and payments in time, by group."""
    found: Grouped = {}
    tied = ties_of(connection, question.cuts) if by in ("department", "institution") else {}
    for sign, row in flows(connection, question):
        if row.book == CLAIMS_BOOK:
            continue
        amount = row.out_fen - row.in_fen
        if row.counter in PAYEES:
            if row.training_class:
                _add(found, class_key(row, tied, question, by), "paid_fen", sign * amount)
            _add(found, holder_key(row.holder, question, by), "spent_fen", sign * amount)
        elif row.book == "cash" and row.party == "own" and row.kind in RECEIVED and row.in_fen:
            key = holder_key(row.holder, question, by)
            if key is not None and not _is_inside(row.counter, key, question, by):
                _add(found, key, "received_fen", sign * row.in_fen)
    for row, many, in_time in payments(connection, question):
        key = class_key(row, tied, question, by)
        _add(found, key, "payments_limited", many)
        _add(found, key, "payments_on_time", many if in_time else 0)
    return found


def flows(connection: Connection, question: Question) -> Iterator[tuple[int, Sum]]:
    """The sums at the period's end with +1, those before it with -1: together what moved within it."""
    at_end, before = ends(question)
    scope = UseScope(question.region)
    for row in sums_of(connection, scope, at_end):
        yield 1, row
    if before is not None:
        for row in sums_of(connection, scope, before):
            yield -1, row


def payments(connection: Connection, question: Question) -> Iterator[tuple[Any, int, bool]]:
    """Payments of a class, county and pair of days for which a limit is set: a row, how many, and whether in time."""
    limits = Limits(connection, question.cuts)
    p, r = _paid_and_reviewed()
    by = _payment_columns(p, r)
    query = _payments(question).with_only_columns(*by, func.count()).group_by(*by)
    for row in connection.execute(query):
        in_time = _in_time(row, limits)
        if in_time is not None:
            yield row, int(row[-1]), in_time


def payment_positions(connection: Connection, question: Question) -> Iterator[tuple[Any, int, bool]]:
    """The same payments one by one, each with its position."""
    limits = Limits(connection, question.cuts)
    p, _ = _paid_and_reviewed()
    for row in connection.execute(_payments(question).add_columns(p.c.position).order_by(p.c.position)):
        in_time = _in_time(row, limits)
        if in_time is not None:
            yield row, int(row.position), in_time


@cache
def _paid_and_reviewed() -> tuple[Any, Any]:
    steps = fund_tables().steps
    return steps.alias("paid"), steps.alias("reviewed")


def _payment_columns(p: Any, r: Any) -> tuple[Any, ...]:
    days = p.c.effective_on.label("paid_on"), r.c.effective_on.label("reviewed_on")
    return p.c.payer.label("holder"), p.c.region, p.c.training_class, *days


def _payments(question: Question) -> Select[Any]:
    p, r = _paid_and_reviewed()
    query = select(*_payment_columns(p, r)).join_from(p, r, r.c.claim == p.c.claim)
    return query.where(*paid(p.c, question), r.c.kind == "claim-reviewed", *in_force(r.c, question.cuts))


def _in_time(row: Any, limits: Limits) -> bool | None:
    """Whether a payment was made within its limit; None: it has none."""
    day = as_date(row.paid_on)
    limit = limits.payment(row.region, day)
    return None if limit is None else (day - as_date(row.reviewed_on)).days <= limit


def moved(connection: Connection, question: Question, by: Grouping, key: str, name: str) -> Iterator[tuple[int, int]]:
    """The positions behind paid_fen, spent_fen or received_fen of a group, each with the fen that it adds."""
    e = fund_tables().entries.c
    tied = ties_of(connection, question.cuts) if by in ("department", "institution") else {}
    words = e.holder, e.party, e.counter, e.book, e.kind, e.training_class
    here = e.holder.startswith(stem_of(question.region), autoescape=True)
    query = (
        select(e.position, *words, e.amount_fen, e.taken_back)
        .where(here, e.book == "cash", *in_period(e, question))
        .order_by(e.position)
    )
    for row in connection.execute(query):
        if name == "received_fen":
            mine = holder_key(row.holder, question, by)
            into = row.party == "own" and row.kind in RECEIVED and (row.amount_fen > 0) != bool(row.taken_back)
            amount = row.amount_fen if into and not _is_inside(row.counter, key, question, by) else 0
        else:
            of_class = name == "paid_fen"
            mine = class_key(row, tied, question, by) if of_class else holder_key(row.holder, question, by)
            amount = -row.amount_fen if row.counter in PAYEES and (row.training_class or not of_class) else 0
        if mine == key and amount:
            yield int(row.position), int(amount)


def paid(t: Any, question: Question) -> list[Any]:
    """The payments of the region and period that stand."""
    here = t.region.startswith(stem_of(question.region), autoescape=True)
    return [t.kind == "subsidy-paid", here, *in_period(t, question), *in_force(t, Cuts(question.cuts.as_recorded_at))]


def class_key(row: Any, tied: dict[str, Tie], question: Question, by: Grouping) -> str | None:
    """The group of what was paid for a class; by region that of the holder who paid."""
    if by in ("department", "institution"):
        return getattr(tied[row.training_class], by) or None
    return holder_key(row.holder, question, by)


def holder_key(holder: str, question: Question, by: Grouping) -> str | None:
    """The group of an account: the region of its treasury, or its department; None: it belongs to none."""
    if by == "whole":
        return ""
    if by == "region":
        return _region_key(holder, question)
    return holder.partition("/")[2] or None if by == "department" else None


def _region_key(holder: str, question: Question) -> str | None:
    """The region below; money that stays with the region itself belongs to none of these."""
    code = holder[:6]
    return region_key(code, question) if DIGITS[level_of(code)] >= question.digits() else None


def _is_inside(counter: str, key: str, question: Question, by: Grouping) -> bool:
    """Whether money came from the group itself."""
    if not counter[:1].isdigit():
        return False
    if by == "whole":
        return counter.startswith(stem_of(question.region))
    return counter.startswith(stem_of(key)) if by == "region" else counter.partition("/")[2] == key


def _add(found: Grouped, key: str | None, name: str, amount: int) -> None:
    if key is not None:
        grouped(found, key, name, amount)
