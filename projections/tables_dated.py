"""Dated statements as read tables: what was said of a person, household or village, from which day on.

One row per statement in force, and versions of those that were corrected, so that "on that day" can be asked of any of them. What holds on a day is the statement
with the latest day, and of one day the later recorded (the higher position).
"""

from __future__ import annotations

from functools import cache
from typing import Any

from sqlalchemy import BigInteger, Column, MetaData, SmallInteger, Table, Text

from taizhang.projections.tables import day, flag, key_text, number
from taizhang.projections.versions import versions_of


def _statements(name: str, metadata: MetaData, suffix: str, *columns: Column[Any]) -> Table:
    """A table of statements; its first columns and the statement's position are the key.

    `recorded_at` is when it was said like this: by the statement itself, or by its latest correction.
    """
    position = Column("position", number(), primary_key=True, autoincrement=False)
    recorded_at = Column("recorded_at", BigInteger, nullable=False)
    table = Table(f"{name}{suffix}", metadata, *columns, position, recorded_at, sqlite_with_rowid=False)
    table.info["plain"] = name
    return table


def _key(name: str) -> Column[Any]:
    return Column(name, key_text(), primary_key=True)


class DatedTables:
    """The dated statements' tables, and the labels of codes."""

    def __init__(self, suffix: str = "") -> None:
        self.metadata = MetaData()
        make = self.metadata, suffix
        self.statuses = _statements(
            "person_status",
            *make,
            _key("person"),
            Column("status", key_text(), nullable=False),
            Column("since", day(), nullable=False),
            Column("until", day()),
            Column("source_list", Text, nullable=False),
        )
        self.standings = _statements(
            "household_standing",
            *make,
            _key("household"),
            Column("since", day(), nullable=False),
            Column("attribute", key_text(), nullable=False),
            flag("poor"),
            Column("exit_year", SmallInteger),
            Column("village", key_text()),  # where the household lives, as far as this says it
        )
        self.memberships = _statements(
            "household_membership",
            *make,
            _key("household"),
            _key("person"),
            Column("since", day(), nullable=False),
            flag("belongs"),
        )
        self.wishes = _statements(
            "wish_stated",
            *make,
            _key("person"),
            Column("county", key_text(), nullable=False),
            Column("occupation", key_text(), nullable=False),
            Column("stated_on", day(), nullable=False),
        )
        self.villages = _statements(
            "village_standing",
            *make,
            _key("village"),
            Column("since", day(), nullable=False),
            flag("poor"),
        )
        self.residences = _statements(
            "person_residence",
            *make,
            _key("person"),
            Column("since", day(), nullable=False),
            Column("county", key_text()),  # that keeps the person's record, as far as this says it
            Column("village", key_text()),
        )
        self.deaths = _statements(
            "person_death",
            *make,
            _key("person"),
            Column("died_on", day(), nullable=False),
        )
        self.openings = _statements(
            "programme_opening",
            *make,
            _key("programme"),
            Column("since", day(), nullable=False),
            Column("until", day()),
        )
        self.names = _statements(
            "region_name",
            *make,
            _key("region"),
            Column("since", day(), nullable=False),
            Column("name", Text, nullable=False),
        )
        self.statements = [*self.metadata.tables.values()]
        self.versions = {
            table.name: versions_of(table, self.metadata, *(c.name for c in table.columns if c.name != "recorded_at"))
            for table in self.statements
        }
        self.labels = Table(
            f"code_label{suffix}",
            self.metadata,
            _key("kind"),
            _key("code"),
            Column("zh", Text, nullable=False),
            Column("en", Text, nullable=False),
            sqlite_with_rowid=False,
        )


@cache
def dated_tables() -> DatedTables:
    """The tables under their plain names, as every query asks them."""
    return DatedTables()
