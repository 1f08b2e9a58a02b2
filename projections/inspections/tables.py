"""The read tables of inspections: every fact about them as it was recorded; and what findings rest on that was changed later."""

from __future__ import annotations

from functools import cache

from sqlalchemy import BigInteger, Column, Index, MetaData, Table

from taizhang.projections.tables import day, flag, key_text, private_state


class InspectionTables:
    """The tables of the view `inspections`; `suffix` stands at the end of their names while they are built beside the old."""

    def __init__(self, suffix: str = "") -> None:
        self.metadata = MetaData()
        self.facts = _facts(self.metadata, suffix)
        self.grounds = _grounds(self.metadata, suffix)


@cache
def inspection_tables() -> InspectionTables:
    """The tables under their plain names, as every query asks them."""
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


def _grounds(metadata: MetaData, suffix: str) -> Table:
    """One row per correction of a fact that a finding rests on, recorded after the finding."""
    table = Table(
        f"finding_ground{suffix}",
        metadata,
        Column("position", BigInteger, primary_key=True, autoincrement=False),
        Column("finding", key_text(), primary_key=True),
        Column("ground", BigInteger, nullable=False),
        Column("recorded_at", BigInteger, nullable=False),
        flag("void"),
        sqlite_with_rowid=False,
    )
    table.info["plain"] = "finding_ground"
    return table
