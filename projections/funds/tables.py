"""The read tables of money: steps as recorded, entries per account, shares per person, and sums to ask past days of."""

from __future__ import annotations

from functools import cache
from typing import Any, Final

from sqlalchemy import BigInteger, Column, Index, Integer, MetaData, SmallInteger, Table, Text

from taizhang.projections.funds.tables_registers import registers
from taizhang.projections.tables import day, flag, key_text, number


class FundTables:
    """The tables of the view `funds`; `suffix` stands at the end of their names while they are built beside the old."""

    def __init__(self, suffix: str = "") -> None:
        self.metadata = MetaData()
        made = registers(self.metadata, suffix)
        self.lines, self.plans, self.advances, self.accounts = made.lines, made.plans, made.advances, made.accounts
        self.thresholds, self.rates, self.ties, self.evaluations = (
            made.thresholds,
            made.rates,
            made.ties,
            made.evaluations,
        )
        self.claims = _claims(self.metadata, suffix)
        self.claim_lines = _claim_lines(self.metadata, suffix)
        self.steps = _steps(self.metadata, suffix)
        self.entries = _entries(self.metadata, suffix)
        self.shares = _shares(self.metadata, suffix)
        self.days = _days("fund_day", self.metadata, suffix)
        self.committed = _days("fund_committed", self.metadata, suffix)
        self.months = _months(self.metadata, suffix)


@cache
def fund_tables() -> FundTables:
    """The tables under their plain names, as every query asks them."""
    return FundTables()


def _key(name: str) -> Column[Any]:
    return Column(name, key_text(), primary_key=True)


def _said(name: str) -> Column[Any]:
    """A code or an id; empty where there is none."""
    return Column(name, key_text(), nullable=False)


def _claims(metadata: MetaData, suffix: str) -> Table:
    """One row per claim 申领, as known now."""
    table = Table(
        f"fund_claim{suffix}",
        metadata,
        _key("claim"),
        _said("county"),
        _said("training_class"),
        _said("institution"),
        _said("purpose"),
        _said("payee_kind"),
        Column("persons", Integer, nullable=False),
        Column("amount_fen", BigInteger, nullable=False),
        Column("persons_left_out", Integer, nullable=False),
        Column("approved_fen", BigInteger),  # null: not reviewed; 0: refused
        Column("submitted_on", day()),
        Column("prepared_by", Text, nullable=False),
        Column("reviewed_on", day()),
        Column("reviewed_by", Text, nullable=False),
        Column("posted_on", day()),
        Column("ended_on", day()),
        Column("objections", Integer),
        Column("document", Text, nullable=False),
        Column("position", BigInteger, nullable=False),
        Column("state", Text, nullable=False),
        Index(f"fund_claim_class{suffix}", "training_class"),
        Index(f"fund_claim_county{suffix}", "county"),
        sqlite_with_rowid=False,
    )
    table.info["plain"] = "fund_claim"
    return table


def _claim_lines(metadata: MetaData, suffix: str) -> Table:
    """Which claims are charged to a line or were paid by it, since when, and how much of each has stayed paid."""
    return Table(
        f"fund_claim_line{suffix}",
        metadata,
        _key("line"),
        _key("claim"),
        Column("position", BigInteger, nullable=False),  # of the charge or the first payment
        Column("recorded_at", BigInteger, nullable=False),
        Column("paid_fen", BigInteger, nullable=False),
        Index(f"fund_claim_line_claim{suffix}", "claim"),
        sqlite_with_rowid=False,
    )


def _steps(metadata: MetaData, suffix: str) -> Table:
    """One row per recorded fact of a line; a claim, its review and its notices have no line of their own."""
    return Table(
        f"fund_step{suffix}",
        metadata,
        _key("line"),
        Column("position", number(), primary_key=True, autoincrement=False),
        Column("recorded_at", BigInteger, nullable=False),
        Column("effective_on", day(), nullable=False),
        Column("late_days", Integer, nullable=False),
        _said("fact"),
        _said("kind"),
        Column("corrects", BigInteger),
        flag("void"),
        Column("replaced_at", BigInteger),  # when another correction took its place; null: in force
        _said("recorded_by"),
        _said("role"),
        _said("approver"),
        Column("document", Text, nullable=False),
        Column("amount_fen", BigInteger, nullable=False),
        _said("region"),
        _said("payer"),
        _said("receiver"),
        _said("institution"),
        _said("person"),
        _said("training_class"),
        _said("claim"),
        _said("purpose"),
        _said("payment"),
        _said("advance"),
        _said("bank_account"),
        _said("plan"),
        Column("due_on", day()),
        Column("why", Text, nullable=False),
        Index(f"fund_step_position{suffix}", "position"),
        Index(f"fund_step_corrects{suffix}", "corrects"),
        Index(f"fund_step_claim{suffix}", "claim"),
        Index(f"fund_step_class{suffix}", "training_class"),
        sqlite_with_rowid=False,
    )


def _entries(metadata: MetaData, suffix: str) -> Table:
    """One row per account and side of an entry: what came in is positive, what went out negative."""
    return Table(
        f"fund_entry{suffix}",
        metadata,
        _key("line"),
        Column("recorded_at", number(), primary_key=True, autoincrement=False),
        Column("position", number(), primary_key=True, autoincrement=False),
        Column("place", SmallInteger, primary_key=True, autoincrement=False),
        Column("effective_on", day(), nullable=False),
        Column("corrects", BigInteger),
        _said("kind"),
        _said("book"),
        _said("account"),
        _said("counter_account"),
        _said("holder"),
        _said("party"),  # own, advance, institution, person, outside
        _said("counter"),
        Column("amount_fen", BigInteger, nullable=False),
        flag("taken_back"),  # a correction takes back what was put in before
        _said("purpose"),
        _said("institution"),
        _said("training_class"),
        _said("payment"),
        _said("claim"),
        Index(f"fund_entry_recorded{suffix}", "recorded_at"),
        Index(f"fund_entry_account{suffix}", "account", "line"),
        Index(f"fund_entry_position{suffix}", "position"),
        sqlite_with_rowid=False,
    )


def _shares(metadata: MetaData, suffix: str) -> Table:
    """Lineage: which fen of which line reached, or came back from, which person's entitlement in which class."""
    return Table(
        f"fund_share{suffix}",
        metadata,
        _key("person"),
        Column("recorded_at", number(), primary_key=True, autoincrement=False),
        Column("position", number(), primary_key=True, autoincrement=False),
        Column("place", SmallInteger, primary_key=True, autoincrement=False),
        Column("effective_on", day(), nullable=False),
        _said("line"),
        _said("holder"),
        _said("kind"),
        _said("payment"),
        _said("advance"),
        _said("claim"),
        _said("training_class"),
        _said("purpose"),
        Column("amount_fen", BigInteger, nullable=False),
        Index(f"fund_share_class{suffix}", "training_class"),
        Index(f"fund_share_line{suffix}", "line", "recorded_at"),
        Index(f"fund_share_claim{suffix}", "claim"),
        sqlite_with_rowid=False,
    )


def _days(name: str, metadata: MetaData, suffix: str) -> Table:
    """What came into and went out of a holder's accounts, by both days: a figure is the sum of what the cuts allow.

    What claims commit a line to pay, and what payments met of it, is no account: its sums stand in a table of their own
    and the same form, so that a statement does not read past them. The days stand first in the key, so that the month that a cut divides is read in one stretch; the index by the other
    day holds everything a statement asks, for the same reason.
    """
    table = Table(
        f"{name}{suffix}",
        metadata,
        _key("line"),
        Column("recorded_on", day(), primary_key=True),
        Column("effective_on", day(), primary_key=True),
        *(_key(one) for one in (*_FLOW, "purpose", "institution", "training_class")),
        *_amounts(),
        sqlite_with_rowid=False,
    )
    table.info["plain"] = name
    c = table.c
    asked = (c.line, c.effective_on, c.recorded_on, *(c[one] for one in _FLOW), c.in_fen, c.out_fen, c.entries)
    Index(f"{name}_effective{suffix}", *asked)
    Index(f"{name}_class{suffix}", c.training_class)
    return table


def _months(metadata: MetaData, suffix: str) -> Table:
    """The same by both months, as numbers: 201703."""
    table = Table(
        f"fund_month{suffix}",
        metadata,
        _key("line"),
        *(_key(one) for one in _FLOW),
        Column("recorded_month", Integer, primary_key=True, autoincrement=False),
        Column("effective_month", Integer, primary_key=True, autoincrement=False),
        *_amounts(),
        sqlite_with_rowid=False,
    )
    table.info["plain"] = "fund_month"
    return table


_FLOW: Final = ("holder", "party", "counter", "book", "kind")


def _amounts() -> tuple[Column[Any], ...]:
    return tuple(Column(name, BigInteger, nullable=False) for name in ("in_fen", "out_fen", "entries"))
