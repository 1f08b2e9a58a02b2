"""The read tables of outside lists: each list, and each of its entries, in every version that was ever known."""

from __future__ import annotations

from functools import cache
from typing import Any

from sqlalchemy import BigInteger, Column, Index, Integer, MetaData, SmallInteger, Table, Text, func, select
from sqlalchemy.sql.elements import ColumnElement

from taizhang.projections.tables import day, flag, key_text


class OutsideTables:
    """The tables of the view `outside`; `suffix` stands at the end of their names while they are built beside the old."""

    def __init__(self, suffix: str = "") -> None:
        self.metadata = MetaData()
        self.lists = _lists(self.metadata, suffix)
        self.entries = _entries(self.metadata, suffix)


@cache
def outside_tables() -> OutsideTables:
    """The tables under their plain names, as every query asks them."""
    return OutsideTables()


def known(table: Table, at: int | None = None) -> ColumnElement[bool]:
    """Which rows held at a recording time (UTC microseconds), or hold now: every query of these tables asks this."""
    c = table.c
    if at is None:
        return (c.replaced_at.is_(None)) & (c.void == 0)
    return (c.recorded_at <= at) & (c.replaced_at.is_(None) | (c.replaced_at > at)) & (c.void == 0)


def held(entries: Table, lists: Table) -> tuple[ColumnElement[Any], ColumnElement[Any]]:
    """From when and until when an entry says that something was so; an open end is known as far as the list's own day."""
    listed = lists.alias("listed")
    own_day = (
        select(listed.c.dated_on)
        .where(listed.c.outside_list == entries.c.outside_list, listed.c.replaced_at.is_(None), listed.c.void == 0)
        .correlate(entries)
        .scalar_subquery()
    )
    dated_on = func.coalesce(own_day, entries.c.effective_on)
    return func.coalesce(entries.c.since, dated_on), func.coalesce(entries.c.until, dated_on)


def _lists(metadata: MetaData, suffix: str) -> Table:
    """`outside_list`: one row per version of a list."""
    table = Table(
        f"outside_list{suffix}",
        metadata,
        *_versions(),
        Column("outside_list", key_text(), nullable=False),
        Column("list_kind", key_text(), nullable=False),
        Column("region", key_text(), nullable=False),
        Column("made_by", Text, nullable=False),
        Column("dated_on", day(), nullable=False),
        Column("covers_since", day()),
        Column("covers_until", day()),
        Column("file", key_text(), nullable=False),
        Column("rows", Integer, nullable=False),
        Column("unusable", Integer, nullable=False),
        Column("document", Text, nullable=False),
        sqlite_with_rowid=False,
    )
    table.info["plain"] = "outside_list"
    return table


def _entries(metadata: MetaData, suffix: str) -> Table:
    """`outside_entry`: one row per version of what a list says about somebody."""
    table = Table(
        f"outside_entry{suffix}",
        metadata,
        *_versions(),
        Column("outside_list", key_text(), nullable=False),
        Column("list_kind", key_text(), nullable=False),
        Column("region", key_text(), nullable=False),
        Column("number", Integer, nullable=False),
        Column("person", key_text()),
        Column("institution", key_text()),
        Column("account", key_text()),
        Column("since", day()),
        Column("until", day()),
        Column("effective_on", day(), nullable=False),
        Column("named_unit", key_text(), nullable=False),
        Column("says", Text, nullable=False),
        Column("amount_fen", BigInteger, nullable=False),
        Column("name_differs", SmallInteger, nullable=False),
        sqlite_with_rowid=False,
    )
    table.info["plain"] = "outside_entry"
    c = table.c
    Index(f"outside_entry_person{suffix}", c.person, c.list_kind)
    Index(f"outside_entry_kind{suffix}", c.list_kind, c.position)
    Index(f"outside_entry_list{suffix}", c.outside_list)
    return table


def _versions() -> list[Column[Any]]:
    """A correction has its own row, under the position of the first version, and ends the one before."""
    return [
        Column("position", BigInteger, primary_key=True, autoincrement=False),
        Column("first_position", BigInteger, nullable=False),
        Column("recorded_at", BigInteger, nullable=False),
        Column("replaced_at", BigInteger),
        flag("void"),
    ]
