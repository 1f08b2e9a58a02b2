"""The read tables of what people do with leads: how each lead stands, each case, and every step that was ever recorded."""

from __future__ import annotations

from functools import cache
from typing import Any

from sqlalchemy import BigInteger, Column, Index, Integer, MetaData, SmallInteger, Table, Text

from taizhang.projections.tables import day, flag, key_text, private_state


class CaseTables:
    """The tables of the view `cases`; `suffix` stands at the end of their names while they are built beside the old."""

    def __init__(self, suffix: str = "") -> None:
        self.metadata = MetaData()
        self.leads = _leads(self.metadata, suffix)
        self.cases = _cases(self.metadata, suffix)
        self.steps = _steps(self.metadata, suffix)


@cache
def case_tables() -> CaseTables:
    """The tables under their plain names, as every query asks them."""
    return CaseTables()


def _leads(metadata: MetaData, suffix: str) -> Table:
    """`lead_status`: one row per lead that somebody did something with; what is not here is new."""
    table = Table(
        f"lead_status{suffix}",
        metadata,
        Column("lead", key_text(), primary_key=True),
        *_said("status", "rule"),
        Column("version", SmallInteger),
        *_said("region", "subjects", "assigned_to"),
        *_days("assigned_on", "check_by", "checked_on"),
        *_said("result", "conclusion"),
        Column("concluded_on", day()),
        *_said("refuted_why"),
        Column("amount_fen", BigInteger),  # established, where it was confirmed
        *_said("merged_into", "case_id"),
        Column("position", BigInteger),  # of the last fact about it
        private_state(),
        sqlite_with_rowid=False,
    )
    table.info["plain"] = "lead_status"
    Index(f"lead_status_rule{suffix}", table.c.rule, table.c.version)
    Index(f"lead_status_case{suffix}", table.c.case_id)
    return table


def _cases(metadata: MetaData, suffix: str) -> Table:
    """`case_file`: one row per case."""
    table = Table(
        f"case_file{suffix}",
        metadata,
        Column("case_id", key_text(), primary_key=True),
        *_said("case_status", "region", "organisation", "subjects", "leads"),
        Column("title", Text),
        *_days("opened_on", "reply_until", "replied_on", "decided_on"),
        *_said("outcomes"),
        Column("amount_fen", BigInteger),  # as decided
        Column("recovered_fen", BigInteger),  # as linked
        *_days("closed_on", "reopened_on"),
        Column("transfers", Integer),
        Column("position", BigInteger),
        private_state(),
        sqlite_with_rowid=False,
    )
    table.info["plain"] = "case_file"
    return table


def _steps(metadata: MetaData, suffix: str) -> Table:
    """`case_step`: every fact about leads and cases as recorded; what was in force at a moment is a condition on its rows."""
    table = Table(
        f"case_step{suffix}",
        metadata,
        Column("position", BigInteger, primary_key=True, autoincrement=False),
        Column("first_position", BigInteger, nullable=False),
        Column("recorded_at", BigInteger, nullable=False),
        Column("replaced_at", BigInteger),
        Column("effective_on", day(), nullable=False),
        Column("kind", key_text(), nullable=False),
        flag("void"),
        *_said("region", "case_id"),
        private_state(),
        sqlite_with_rowid=False,
    )
    table.info["plain"] = "case_step"
    Index(f"case_step_first{suffix}", table.c.first_position)
    Index(f"case_step_case{suffix}", table.c.case_id)
    Index(f"case_step_recorded{suffix}", table.c.recorded_at)
    return table


def _said(*names: str) -> list[Column[Any]]:
    return [Column(name, key_text()) for name in names]


def _days(*names: str) -> list[Column[Any]]:
    return [Column(name, day()) for name in names]
