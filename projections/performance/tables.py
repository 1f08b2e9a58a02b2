"""The read tables of performance: who recorded how much about which day, and what was stated: targets, plans, seals."""

from __future__ import annotations

from functools import cache

from sqlalchemy import BigInteger, Column, Index, Integer, MetaData, SmallInteger, Table, Text

from taizhang.projections.tables import day, flag, key_text, number


class PerformanceTables:
    """The tables of the view `performance`; `suffix` stands at the end of their names while they are built beside."""

    def __init__(self, suffix: str = "") -> None:
        self.metadata = MetaData()
        self.records = _records(self.metadata, suffix)
        self.statements = _statements(self.metadata, suffix)


@cache
def performance_tables() -> PerformanceTables:
    """The tables under their plain names, as every query asks them."""
    return PerformanceTables()


def _records(metadata: MetaData, suffix: str) -> Table:
    """How many facts of a kind one officer recorded in one go about one class and one day; rows are never taken back."""
    table = Table(
        f"performance_record{suffix}",
        metadata,
        *(_key(name) for name in ("county", "training_class", "organisation", "officer", "kind")),
        Column("effective_on", day(), primary_key=True),
        Column("recorded_at", number(), primary_key=True, autoincrement=False),
        Column("changes", SmallInteger, primary_key=True, autoincrement=False),  # 0 new, 1 correction, 2 late addition
        Column("recorded_on", day(), nullable=False),
        Column("late_days", Integer, nullable=False),
        Column("facts", Integer, nullable=False),
        Column("adverse", Integer, nullable=False),
        Column("first_position", BigInteger, nullable=False),
        Column("last_position", BigInteger, nullable=False),
        Index(f"performance_record_class{suffix}", "training_class"),
        sqlite_with_rowid=False,
    )
    table.info["plain"] = "performance_record"
    return table


def _statements(metadata: MetaData, suffix: str) -> Table:
    """One row per statement and per correction of it; `first_position` is that of the first version."""
    table = Table(
        f"performance_statement{suffix}",
        metadata,
        Column("position", BigInteger, primary_key=True, autoincrement=False),
        Column("first_position", BigInteger, nullable=False),
        Column("recorded_at", BigInteger, nullable=False),
        Column("effective_on", day(), nullable=False),
        Column("kind", key_text(), nullable=False),
        Column("subject", key_text(), nullable=False),
        Column("region", key_text(), nullable=False),
        Column("since", day()),
        Column("until", day()),
        Column("amount", BigInteger),
        Column("unit", key_text(), nullable=False),
        Column("programme", key_text(), nullable=False),
        Column("organisation", key_text(), nullable=False),
        Column("about", Text, nullable=False),
        flag("void"),
        Index(f"performance_statement_kind{suffix}", "kind", "subject"),
        sqlite_with_rowid=False,
    )
    table.info["plain"] = "performance_statement"
    return table


def _key(name: str) -> Column[str]:
    return Column(name, key_text(), primary_key=True)
