"""The read table of inspections: every fact about them as it was recorded, corrected bodies under the first position."""

from __future__ import annotations

from functools import cache

from sqlalchemy import BigInteger, Column, Index, MetaData, Table

from taizhang.projections.tables import day, flag, key_text, private_state


class InspectionTables:
    """The table of the view `inspections`; `suffix` stands at the end of its name while it is built beside the old."""

    def __init__(self, suffix: str = "") -> None:
        self.metadata = MetaData()
        self.facts = _facts(self.metadata, suffix)


@cache
def inspection_tables() -> InspectionTables:
    """The table under its plain name, as every query asks it."""
    return InspectionTables()


def _facts(metadata: MetaData, suffix: str) -> Table:
    """One row per fact, correction or refused attempt; `first_position` is that of the first version."""
    table = Table(
        f"inspection_fact{suffix}",
        metadata,
        Column("position", BigInteger, primary_key=True, autoincrement=False),
        Column("first_position", BigInteger, nullable=False),
        Column("recorded_at", BigInteger, nullable=False),
        Column("effective_on", day(), nullable=False),
        Column("kind", key_text(), nullable=False),
        Column("rule", key_text(), nullable=False),
        Column("region", key_text(), nullable=False),
        Column("inspection", key_text(), nullable=False),
        Column("finding", key_text(), nullable=False),
        Column("sample", key_text(), nullable=False),
        Column("officer", key_text(), nullable=False),
        flag("void"),
        private_state(),
        sqlite_with_rowid=False,
    )
    table.info["plain"] = "inspection_fact"
    Index(f"inspection_fact_recorded{suffix}", table.c.recorded_at, table.c.position)
    return table
