"""Refused attempts, counted by rule, command, region and day."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache

from sqlalchemy import BigInteger, Column, Connection, MetaData, Table, func, select

from taizhang.domain.core import Fact
from taizhang.domain.envelope import outer_of
from taizhang.domain.refused import SubmissionRefused
from taizhang.projections.database import RowWriter
from taizhang.projections.tables import day, key_text
from taizhang.projections.view import Item, Page, run


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


def by_rule(connection: Connection, table: Table | None = None) -> dict[str, int]:
    """How often each rule refused something, all in all."""
    columns = (refusal_table() if table is None else table).c
    rows = connection.execute(select(columns.rule, func.sum(columns.refusals)).group_by(columns.rule))
    return {rule: int(count) for rule, count in rows}
