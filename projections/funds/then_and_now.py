"""Then reported, now known: two columns of a line's accounts, and every fact that made the difference."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from sqlalchemy import Connection, case, func, or_, select

from taizhang.projections.funds.cuts import NOW, Cuts, allowed, differs
from taizhang.projections.funds.rows import CLAIMS_BOOK
from taizhang.projections.funds.statement import Statement, statement
from taizhang.projections.funds.steps import Step, of_line, step_of
from taizhang.projections.funds.tables import fund_tables


class TwoColumns(NamedTuple):
    """What one account held then, and holds now, in fen; account "own", "advance", "institution" or "person"."""

    holder: str
    account: str
    book: str
    then_fen: int
    now_fen: int


class Effect(NamedTuple):
    """By how much a fact changed one account between the two columns, in fen."""

    holder: str
    account: str
    book: str
    change_fen: int


class Between(NamedTuple):
    """A fact that stands in one of the columns and not in the other."""

    step: Step
    effects: tuple[Effect, ...]


class ThenAndNow(NamedTuple):
    """Both columns, and the facts that lead from the one to the other: their effects sum up to every difference."""

    line: str
    then: Statement
    now: Statement
    accounts: list[TwoColumns]
    facts: list[Between]


def then_and_now(connection: Connection, line: str, then: Cuts, now: Cuts = NOW) -> ThenAndNow:
    """The line at two cuts, side by side, and every fact in between with its effect, oldest first."""
    before, after = statement(connection, line, then), statement(connection, line, now)
    ours, theirs = _columns(before), _columns(after)
    accounts = [TwoColumns(*key, ours.get(key, 0), theirs.get(key, 0)) for key in sorted(ours.keys() | theirs.keys())]
    effects = _effects(connection, line, then, now)
    s = fund_tables().steps.c
    between = differs(s, then, now)
    asked = of_line(line, or_(between, s.corrects.is_not(None)), cuts=Cuts(_later(then, now)), and_told=between)
    facts = [
        Between(step_of(row), tuple(effects.get(row.position, ())))
        for row in connection.execute(asked)
        if row.told or row.position in effects  # a correction may take back what only one column had
    ]
    return ThenAndNow(line, before, after, accounts, facts)


def _columns(found: Statement) -> Mapping[tuple[str, str, str], int]:
    return {(one.holder, one.account, one.book): one.balance_fen for one in (*found.accounts(), *found.payees())}


def _effects(connection: Connection, line: str, then: Cuts, now: Cuts) -> dict[int, list[Effect]]:
    """By position: what a fact that only one of the cuts allows changed."""
    e = fund_tables().entries.c
    signed = case((allowed(e, now), e.amount_fen), else_=-e.amount_fen)
    by = (e.position, e.holder, e.party, e.book)
    query = select(*by, func.sum(signed)).where(
        e.line == line, e.party.not_in(("outside", CLAIMS_BOOK)), differs(e, then, now)
    )
    found: dict[int, list[Effect]] = {}
    for row in connection.execute(query.group_by(*by).order_by(*by)):
        position, holder, party, book, change = tuple(row)
        if change:
            found.setdefault(position, []).append(Effect(holder, party, book, int(change)))
    return found


def _later(then: Cuts, now: Cuts) -> int | None:
    if then.as_recorded_at is None or now.as_recorded_at is None:
        return None
    return max(then.as_recorded_at, now.as_recorded_at)
