"""Columns that the read tables share, and the table that says how far each view is."""

from __future__ import annotations

from datetime import date
from functools import cache

from sqlalchemy import BigInteger, Column, Date, Integer, LargeBinary, MetaData, SmallInteger, Table, Text
from sqlalchemy.types import TypeEngine


def key_text() -> TypeEngine[str]:
    """Names and ids, compared byte by byte on both engines."""
    return Text().with_variant(Text(collation="C"), "postgresql")


def day() -> TypeEngine[date]:
    """A Beijing date: DATE on PostgreSQL, `2016-03-05` as text on SQLite."""
    return Date().with_variant(Text(), "sqlite")


def number() -> TypeEngine[int]:
    """A whole number of 64 bits; on SQLite it may be the row's own number."""
    return BigInteger().with_variant(Integer(), "sqlite")


def flag(name: str) -> Column[int]:
    """1 for yes, 0 for no."""
    return Column(name, SmallInteger, nullable=False)


def private_state() -> Column[bytes]:
    """What the view needs to go on folding; of no use to readers."""
    return Column("state", LargeBinary, nullable=False)


@cache
def view_table() -> Table:
    """`view`: how far each view has read the log, and what stopped it."""
    return Table(
        "view",
        MetaData(),
        Column("name", key_text(), primary_key=True),
        Column("version", Integer, nullable=False),
        Column("build", Integer, nullable=False),  # how often its tables were built anew
        Column("position", BigInteger, nullable=False),
        Column("recorded_at", BigInteger, nullable=False),  # of that position
        Column("error", Text, nullable=True),
        Column("error_position", BigInteger, nullable=True),
    )
