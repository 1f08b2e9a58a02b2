"""Refused attempts, counted by rule, command, region and day."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cache
from typing import Final

from sqlalchemy import BigInteger, Column, ColumnElement, Connection, MetaData, Table, func, select

from taizhang.domain.core import Fact
from taizhang.domain.envelope import outer_of
from taizhang.domain.refused import SubmissionRefused
from taizhang.projections.database import RowWriter
from taizhang.projections.scope import begins, stem_of
from taizhang.projections.tables import day, key_text, view_table
from taizhang.projections.view import Item, Page, run

RowKey = tuple[str, str, str, str, str]  # rule, command, region, organisation, day
ROWS: Final = 200  # read at once: a page of refusals is mostly found within so many rule's days


@cache
def refusal_table(suffix: str = "") -> Table:
    """`refusal`: how often a rule refused a command, by the recording officer's region, on a day."""
    return Table(
        f"refusal{suffix}",
        MetaData(),
        Column("rule", key_text(), primary_key=True),
        Column("command", key_text(), primary_key=True),
        Column("region", key_text(), primary_key=True),
        Column("organisation", key_text(), primary_key=True),
        Column("refused_on", day(), primary_key=True),
        Column("refusals", BigInteger, nullable=False),
        Column("first_position", BigInteger, nullable=False),
        Column("last_position", BigInteger, nullable=False),
        sqlite_with_rowid=False,
    )


class RefusalsView:
    """Folds refused attempts into counts."""

    name = "refusals"
    version = 1

    def __init__(self, suffix: str = "") -> None:
        self.table = refusal_table(suffix)
        self.metadata = self.table.metadata
        self._writer = RowWriter(self.table, adds=("refusals",), keeps=("first_position",))
        self._changed: dict[tuple[str, ...], list[int]] = {}

    def wants(self) -> frozenset[type[Fact]]:
        return frozenset({SubmissionRefused})

    def fold(self, page: Sequence[Item], connection: Connection) -> None:  # noqa: ARG002 (it needs no table to fold)
        run({SubmissionRefused: self._refused}, Page.of(page).by_class.get(SubmissionRefused, ()))

    def write(self, connection: Connection) -> None:
        self._writer.put(connection, [(*key, *row) for key, row in sorted(self._changed.items())])
        self._changed = {}

    def forget(self) -> None:
        self._changed = {}

    def figures(self, connection: Connection) -> dict[str, int]:
        return by_rule(connection, self.table)

    def _refused(self, item: Item) -> None:
        fact = item.fact
        assert isinstance(fact, SubmissionRefused)
        by = outer_of(item.leaf).recorded_by
        where = (by.region, by.organisation) if by is not None else ("", "")
        key = (fact.rule, fact.command, *where, fact.occurred_on.isoformat())
        row = self._changed.setdefault(key, [0, item.position, item.position])
        row[0] += 1
        row[2] = item.position


def by_rule(connection: Connection, table: Table | None = None, region: str = "") -> dict[str, int]:
    """How often each rule refused something, all in all or to the officers of a region."""
    columns = (refusal_table() if table is None else table).c
    query = select(columns.rule, func.sum(columns.refusals)).group_by(columns.rule)
    rows = connection.execute(query.where(*_of(region, "")) if region else query)
    return {rule: int(count) for rule, count in rows}


def stretches(connection: Connection, region: str, rule: str, upto: int) -> Iterator[tuple[int, int]]:
    """Where the refusals of a region's officers may stand, of one rule if one is named, up to a position.

    Each as (after, and up to); apart from each other, the newest first. Within them others' refusals stand too; outside
    of them none of the region's. The first holds what is newer than the view, of which the view cannot tell. All at the
    moment of the connection's transaction.
    """
    level = level_of_view(connection)
    if upto > level:
        yield level, upto
        upto = level
    first = last = 0
    for row_first, row_last in _newest_rows(connection, region, rule, upto):
        if first and row_last < first - 1:
            yield first - 1, last
            first = 0
        first, last = (min(first, row_first), last) if first else (row_first, row_last)
    if first:
        yield first - 1, last


def rows_across(connection: Connection, region: str, position: int) -> dict[RowKey, int]:
    """The rows of a region that began by this position and went on after it, each with its first position."""
    c = refusal_table().c
    query = select(c.rule, c.command, c.region, c.organisation, c.refused_on, c.first_position).where(
        *_of(region, ""), c.first_position <= position, c.last_position > position
    )
    return {
        (rule, command, where, office, str(on)): first
        for rule, command, where, office, on, first in connection.execute(query)
    }


def level_of_view(connection: Connection) -> int:
    """Up to which position refusals are counted; 0: none is."""
    view = view_table().c
    return connection.scalar(select(view.position).where(view.name == RefusalsView.name)) or 0


def _newest_rows(connection: Connection, region: str, rule: str, upto: int) -> Iterator[tuple[int, int]]:
    """First and last position of each row with a refusal up to here, by its last one, downwards."""
    columns, wanted = refusal_table().c, _of(region, rule)
    below = 2**63 - 1
    while True:
        rows = connection.execute(
            select(columns.first_position, columns.last_position)
            .where(*wanted, columns.first_position <= upto, columns.last_position < below)
            .order_by(columns.last_position.desc())
            .limit(ROWS)
        ).all()
        yield from ((first, min(last, upto)) for first, last in rows)
        if len(rows) < ROWS:
            return
        below = rows[-1][1]


def _of(region: str, rule: str) -> list[ColumnElement[bool]]:
    columns = refusal_table().c
    return [begins(columns.region, stem_of(region)), *([columns.rule == rule] if rule else [])]
