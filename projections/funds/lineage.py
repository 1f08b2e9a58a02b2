"""Lineage: which fen of which line reached which class and which trainee, and back from a trainee to the line."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any, Final, NamedTuple

from sqlalchemy import Connection, and_, or_, select

from taizhang.projections.funds.cuts import NOW, Cuts, known
from taizhang.projections.funds.steps import as_date
from taizhang.projections.funds.tables import fund_tables

MOST_SHARES: Final = 1_000


class ShareRow(NamedTuple):
    """A share of one fact: positive when it was paid, negative when it came back, or a correction took it back."""

    line: str
    holder: str
    payment: str
    advance: str
    claim: str
    training_class: str
    person: str
    purpose: str
    kind: str
    amount_fen: int
    position: int
    place: int
    recorded_at: int
    effective_on: date


def shares_of_line(
    connection: Connection,
    line: str,
    cuts: Cuts = NOW,
    training_class: str | None = None,
    claim: str | None = None,
    after: tuple[int, str, int] | None = None,
    limit: int = MOST_SHARES,
) -> list[ShareRow]:
    """Where the line's money went, oldest first; `after` is (position, person, place) of the last row of a page."""
    s = fund_tables().shares.c
    found: list[Any] = [s.line == line]
    if training_class is not None:
        found.append(s.training_class == training_class)
    if claim is not None:
        found.append(s.claim == claim)
    if after is not None:
        position, person, place = after
        later = and_(s.position == position, or_(s.person > person, and_(s.person == person, s.place > place)))
        found.append(or_(s.position > position, later))
    return _rows(connection, found, cuts, limit)


def shares_of_persons(connection: Connection, persons: Sequence[str], cuts: Cuts = NOW) -> list[ShareRow]:
    """Which lines paid for a person, under any of the person's ids."""
    return _rows(connection, [fund_tables().shares.c.person.in_(persons)], cuts)


def shares_of_class(connection: Connection, training_class: str, cuts: Cuts = NOW) -> list[ShareRow]:
    """Which lines paid for a class, and for whom in it."""
    return _rows(connection, [fund_tables().shares.c.training_class == training_class], cuts)


def paid_sums(rows: Iterable[ShareRow], *names: str) -> dict[tuple[Any, ...], int]:
    """What is left of shares by these fields, in fen: `paid_sums(rows, "line", "training_class")`."""
    found: dict[tuple[Any, ...], int] = {}
    for row in rows:
        key = tuple(getattr(row, name) for name in names)
        found[key] = found.get(key, 0) + row.amount_fen
    return found


def _rows(connection: Connection, conditions: list[Any], cuts: Cuts, limit: int | None = None) -> list[ShareRow]:
    s = fund_tables().shares.c
    query = select(*(s[name] for name in ShareRow._fields)).where(*conditions, *known(s, cuts))
    query = query.order_by(s.recorded_at, s.position, s.person, s.place).limit(limit)
    return [ShareRow(*row)._replace(effective_on=as_date(row.effective_on)) for row in connection.execute(query)]
