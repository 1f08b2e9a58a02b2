"""The read tables of postings: every fact as a step, and one row per posting, official, month of duty, year and promotion."""

from __future__ import annotations

from functools import cache
from typing import Any

from sqlalchemy import BigInteger, Column, Index, Integer, MetaData, SmallInteger, Table, Text

from taizhang.projections.tables import day, flag, key_text, number, private_state


class PostingTables:
    """The tables of the view of postings."""

    def __init__(self, suffix: str = "") -> None:
        self.metadata = MetaData()
        self.steps = _steps(self.metadata, suffix)
        make = self.metadata, suffix
        self.postings = _register(
            "posting",
            *make,
            _key("posting"),
            _said("official"),
            _said("posting_kind"),
            _said("region"),
            _said("county"),
            Column("since", day()),
            Column("until", day()),
            Column("ended_on", day()),
            _said("ended_by"),
            _said("from_posting"),
            _said("to_posting"),
            _said("officer"),
            Column("position", BigInteger),
        )
        self.officials = _register(
            "official",
            *make,
            _key("official"),
            _said("posting_kind"),
            _said("person_type"),
            _said("home_unit"),
            _said("region"),
            Column("selected_on", day()),
            Column("listed_on", day()),
            Column("lifted_on", day()),
            Column("position", BigInteger),
        )
        self.duty = _register(
            "posting_duty",
            *make,
            _key("item"),
            _said("posting"),
            _said("official"),
            Column("month", day()),
            Column("days", SmallInteger),
            _said("duty_basis"),
            Column("position", BigInteger),
        )
        self.leaves = _register(
            "posting_leave",
            *make,
            _key("item"),
            _said("posting"),
            _said("official"),
            Column("since", day()),
            Column("until", day()),
            Column("why", Text),
            Column("position", BigInteger),
        )
        self.work = _register(
            "posting_work",
            *make,
            _key("item"),
            _said("posting"),
            _said("official"),
            _said("work_kind"),
            Column("what", Text),
            Column("households", Integer),
            Column("classes", Text),
            Column("worked_on", day()),
            Column("position", BigInteger),
        )
        self.appraisals = _register(
            "posting_appraisal",
            *make,
            _key("item"),
            _said("posting"),
            _said("official"),
            Column("year", SmallInteger),
            _said("grade"),
            _said("appraised_by"),
            Column("appraised_on", day()),
            Column("position", BigInteger),
        )
        self.promotions = _register(
            "posting_promotion",
            *make,
            _key("posting"),
            _said("official"),
            Column("to_post", Text),
            Column("promoted_on", day()),
            Column("figures", Text),
            Column("log_position", BigInteger),
            Column("report", Text),
            Column("position", BigInteger),
        )


@cache
def posting_tables() -> PostingTables:
    """The tables under their plain names, as every query asks them."""
    return PostingTables()


def _steps(metadata: MetaData, suffix: str) -> Table:
    """Every fact about postings, as recorded: what was in force at a moment is a condition on its rows."""
    table = Table(
        f"posting_step{suffix}",
        metadata,
        Column("position", number(), primary_key=True, autoincrement=False),
        Column("recorded_at", BigInteger, nullable=False),
        Column("effective_on", day(), nullable=False),
        Column("late_days", Integer, nullable=False),
        _said("fact"),
        _said("kind"),
        Column("corrects", BigInteger),
        flag("void"),
        Column("replaced_at", BigInteger),
        _said("posting"),
        _said("official"),
        _said("county"),
        _said("to_county"),
        _said("recorded_by"),
        private_state(),
        Index(f"posting_step_official{suffix}", "official"),
        Index(f"posting_step_county{suffix}", "county"),
        Index(f"posting_step_to_county{suffix}", "to_county"),
        Index(f"posting_step_corrects{suffix}", "corrects"),
        sqlite_with_rowid=False,
    )
    table.info["plain"] = "posting_step"
    return table


def _register(name: str, metadata: MetaData, suffix: str, *columns: Column[Any]) -> Table:
    table = Table(f"{name}{suffix}", metadata, *columns, private_state(), sqlite_with_rowid=False)
    table.info["plain"] = name
    return table


def _key(name: str) -> Column[Any]:
    return Column(name, key_text(), primary_key=True)


def _said(name: str) -> Column[Any]:
    return Column(name, key_text())
