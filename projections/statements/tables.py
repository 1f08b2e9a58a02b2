"""The read table of statements: what units reported upward, as claimed."""

from __future__ import annotations

from functools import cache

from sqlalchemy import BigInteger, Column, Index, MetaData, Table, Text

from taizhang.projections.tables import day, key_text, private_state


class StatementTables:
    """The table of the view `statements`; `suffix` stands at the end of its name while it is built beside the old."""

    def __init__(self, suffix: str = "") -> None:
        self.metadata = MetaData()
        self.statements = _statements(self.metadata, suffix)


@cache
def statement_tables() -> StatementTables:
    """The table under its plain name, as every query asks it."""
    return StatementTables()


def _statements(metadata: MetaData, suffix: str) -> Table:
    table = Table(
        f"statement_filed{suffix}",
        metadata,
        Column("statement", key_text(), primary_key=True),
        Column("region", key_text()),
        Column("period", key_text()),
        Column("programme_kind", key_text()),
        Column("filed_on", day()),
        Column("claimed", Text),
        Column("known_position", BigInteger),
        Column("report", Text),
        Column("document", Text),
        Column("stated_by", key_text()),
        Column("position", BigInteger),
        private_state(),
        sqlite_with_rowid=False,
    )
    table.info["plain"] = "statement_filed"
    Index(f"statement_filed_region{suffix}", table.c.region, table.c.filed_on)
    return table
