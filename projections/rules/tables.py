"""The read tables of leads: what the rules found, about whom, and what is to be judged again."""

from __future__ import annotations

from functools import cache

from sqlalchemy import BigInteger, Column, Index, Integer, MetaData, SmallInteger, Table, Text

from taizhang.projections.postings.tables import PostingTables
from taizhang.projections.rules.tables_evidence import EvidenceTables
from taizhang.projections.tables import key_text
from taizhang.projections.tables_dated import DatedTables
from taizhang.projections.tables_ledger import LedgerTables
from taizhang.projections.tables_registry import RegistryTables


class LeadTables:
    """The tables of the view `leads`; `suffix` stands at the end of their names while they are built beside the old."""

    def __init__(self, suffix: str = "") -> None:
        self.metadata = MetaData()
        self.evidence = EvidenceTables(self.metadata, suffix)
        self.leads = _leads(self.metadata, suffix)
        self.subjects = _subjects(self.metadata, suffix)
        self.due = _due(self.metadata, suffix)
        self.runs = _runs(self.metadata, suffix)


@cache
def lead_tables() -> LeadTables:
    """The tables under their plain names, as every query asks them."""
    return LeadTables()


@cache
def ledger_tables() -> LedgerTables:
    """The ledger's tables, one and the same for all parts of a query."""
    return LedgerTables()


@cache
def dated_tables() -> DatedTables:
    """The dated statements' tables."""
    return DatedTables()


@cache
def registry_tables() -> RegistryTables:
    """The registry's tables."""
    return RegistryTables()


@cache
def posting_tables() -> PostingTables:
    """The tables of postings."""
    return PostingTables()


def _leads(metadata: MetaData, suffix: str) -> Table:
    """One row per lead 疑点: something that somebody should look at. It accuses nobody."""
    table = Table(
        f"lead{suffix}",
        metadata,
        Column("lead", key_text(), primary_key=True),
        Column("rule", key_text(), nullable=False),
        Column("version", SmallInteger, nullable=False),
        Column("severity", key_text(), nullable=False),
        Column("region", key_text(), nullable=False),
        Column("subjects", Text, nullable=False),  # comma between
        Column("sum_fen", BigInteger, nullable=False),
        Column("positions", Text, nullable=False),  # comma between, at most so many
        Column("positions_in_all", Integer, nullable=False),
        Column("known_position", BigInteger, nullable=False),  # the last fact it rests on: from there it could be known
        Column("words_zh", Text, nullable=False),
        Column("words_en", Text, nullable=False),
        Index(f"lead_rule{suffix}", "rule"),
        Index(f"lead_region{suffix}", "region"),
        sqlite_with_rowid=False,
    )
    table.info["plain"] = "lead"
    return table


def _subjects(metadata: MetaData, suffix: str) -> Table:
    """One row per lead and subject."""
    table = Table(
        f"lead_subject{suffix}",
        metadata,
        Column("rule", key_text(), primary_key=True),
        Column("subject", key_text(), primary_key=True),
        Column("lead", key_text(), primary_key=True),
        Index(f"lead_subject_subject{suffix}", "subject"),
        Index(f"lead_subject_lead{suffix}", "lead"),
        sqlite_with_rowid=False,
    )
    table.info["plain"] = "lead_subject"
    return table


def _due(metadata: MetaData, suffix: str) -> Table:
    """Whom facts have touched since the rules last judged them."""
    table = Table(
        f"lead_due{suffix}",
        metadata,
        Column("kind", key_text(), primary_key=True),
        Column("key", key_text(), primary_key=True),
        Column("position", BigInteger, nullable=False),  # of the last such fact
        sqlite_with_rowid=False,
    )
    table.info.update(plain="lead_due", bookkeeping=True)
    return table


def _runs(metadata: MetaData, suffix: str) -> Table:
    """How far the rules have judged, with which rules, over which builds of the tables they read."""
    table = Table(
        f"lead_run{suffix}",
        metadata,
        Column("run", key_text(), primary_key=True),
        Column("number", Integer, nullable=False),
        Column("position", BigInteger, nullable=False),
        Column("recorded_at", BigInteger, nullable=False),
        Column("builds", Text, nullable=False),
        Column("rules", Text, nullable=False),
        sqlite_with_rowid=False,
    )
    table.info.update(plain="lead_run", bookkeeping=True)
    return table
