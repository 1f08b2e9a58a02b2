"""The read tables of what money is asked about: lines, plans, advances, accounts, thresholds, rates, ties, evaluations."""

from __future__ import annotations

from typing import Any, NamedTuple

from sqlalchemy import BigInteger, Column, Integer, MetaData, SmallInteger, Table, Text

from taizhang.projections.tables import day, key_text, private_state


class Registers(NamedTuple):
    """One row per thing, as known now."""

    lines: Table
    plans: Table
    advances: Table
    accounts: Table
    thresholds: Table
    rates: Table
    ties: Table
    evaluations: Table


def registers(metadata: MetaData, suffix: str) -> Registers:
    """Make them all."""
    return Registers(
        _lines(metadata, suffix),
        _plans(metadata, suffix),
        _advances(metadata, suffix),
        _accounts(metadata, suffix),
        _thresholds(metadata, suffix),
        _rates(metadata, suffix),
        _ties(metadata, suffix),
        _evaluations(metadata, suffix),
    )


def _register(name: str, metadata: MetaData, suffix: str, *columns: Column[Any]) -> Table:
    table = Table(f"{name}{suffix}", metadata, *columns, private_state(), sqlite_with_rowid=False)
    table.info["plain"] = name
    return table


def _key(name: str) -> Column[Any]:
    return Column(name, key_text(), primary_key=True)


def _code(name: str) -> Column[Any]:
    return Column(name, key_text())


def _lines(metadata: MetaData, suffix: str) -> Table:
    """One row per fund line 资金, with its terms."""
    return _register(
        "fund_line",
        metadata,
        suffix,
        _key("line"),
        Column("name", Text),
        _code("source"),
        Column("document", Text),
        Column("issued_by", Text),
        Column("year", SmallInteger),
        Column("purposes", Text),
        _code("scope"),
        Column("counties", Text),
        _code("region"),
        _code("level"),
        Column("amount_fen", BigInteger),
        Column("donor", Text),
        _code("donor_person"),
        Column("restriction", Text),
        Column("receipt", Text),
        Column("lawful_days", Integer),
        Column("opened_on", day()),
        Column("position", BigInteger),
    )


def _plans(metadata: MetaData, suffix: str) -> Table:
    """One row per use plan 资金使用计划, line and purpose."""
    return _register(
        "fund_plan",
        metadata,
        suffix,
        _key("item"),
        _code("plan"),
        _code("line"),
        _code("purpose"),
        _code("region"),
        Column("year", SmallInteger),
        Column("amount_fen", BigInteger),
        Column("document", Text),
        Column("filed_on", day()),
        Column("position", BigInteger),
    )


def _advances(metadata: MetaData, suffix: str) -> Table:
    """One row per advance 预付."""
    return _register(
        "fund_advance",
        metadata,
        suffix,
        _key("advance"),
        _code("line"),
        _code("payer"),
        _code("institution"),
        _code("training_class"),
        Column("paid_on", day()),
        Column("due_on", day()),
        Column("paid_fen", BigInteger, nullable=False),
        Column("cleared_fen", BigInteger, nullable=False),
        Column("returned_fen", BigInteger, nullable=False),
        Column("position", BigInteger),
    )


def _accounts(metadata: MetaData, suffix: str) -> Table:
    """One row per bank account of end payees and who named it as theirs."""
    return _register(
        "fund_bank_account",
        metadata,
        suffix,
        _key("bank_account"),
        Column("persons", Integer, nullable=False),
        Column("institutions", Integer, nullable=False),
        Column("holders", Text, nullable=False),  # "person:ID" or "institution:ID", comma between
        Column("position", BigInteger),
    )


def _thresholds(metadata: MetaData, suffix: str) -> Table:
    """One row per threshold, region and first day."""
    return _register(
        "fund_threshold",
        metadata,
        suffix,
        _key("item"),
        _code("name"),
        _code("region"),
        Column("since", day()),
        Column("value", BigInteger),
        Column("basis", Text),
        Column("position", BigInteger),
    )


def _rates(metadata: MetaData, suffix: str) -> Table:
    """One row per subsidy rate in force."""
    return _register(
        "fund_rate",
        metadata,
        suffix,
        _key("item"),
        _code("programme"),
        _code("region"),
        _code("occupation"),
        _code("skill_level"),
        _code("payee_kind"),
        _code("purpose"),
        _code("rate_basis"),
        Column("conditions", Text),
        Column("amount_fen", BigInteger),
        Column("since", day()),
        Column("until", day()),
        Column("position", BigInteger),
    )


def _ties(metadata: MetaData, suffix: str) -> Table:
    """One row per allocation tied to training done 转移支付与培训挂钩."""
    return _register(
        "fund_tie",
        metadata,
        suffix,
        _key("tie"),
        _code("line"),
        _code("region"),
        _code("programme"),
        Column("poor_only", SmallInteger),
        Column("per_person_fen", BigInteger),
        Column("since", day()),
        Column("until", day()),
        Column("document", Text),
        Column("position", BigInteger),
    )


def _evaluations(metadata: MetaData, suffix: str) -> Table:
    """One row per line, year, kind of evaluation and indicator, as claimed."""
    return _register(
        "fund_evaluation",
        metadata,
        suffix,
        _key("item"),
        _code("line"),
        _code("region"),
        Column("year", SmallInteger),
        _code("evaluation_kind"),
        _code("indicator"),
        Column("claimed_value", BigInteger),
        Column("document", Text),
        Column("evaluated_on", day()),
        Column("position", BigInteger),
    )
