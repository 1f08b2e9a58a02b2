"""What money is asked about, one row per thing: how its facts make that row."""

from __future__ import annotations

from typing import Any

from sqlalchemy import MetaData

from taizhang.domain.core import Fact
from taizhang.domain.funds.bank_accounts import BankAccountRegistered
from taizhang.domain.funds.evaluation import AllocationTied, PerformanceEvaluated
from taizhang.domain.funds.lines import LineOpened
from taizhang.domain.funds.payments import AdvanceCleared, AdvancePaid
from taizhang.domain.funds.use_plans import PlannedUse, UsePlanFiled
from taizhang.domain.policy import RateSet, ThresholdSet
from taizhang.projections.funds.tables import FundTables
from taizhang.projections.keyed import Columns, Facts, KeyedView, Kind, latest, text_day
from taizhang.projections.scope import level_of


def register_view(tables: FundTables) -> KeyedView:
    """Folds facts into the rows of lines, plans, advances, accounts, thresholds, rates, ties and evaluations."""
    kinds = [
        Kind(tables.lines, {LineOpened: lambda fact: [fact.line]}, _line),
        Kind(tables.plans, {UsePlanFiled: lambda fact: [plan_item(fact, item) for item in fact.items]}, _plan),
        Kind(tables.advances, dict.fromkeys(_ADVANCE, lambda fact: [fact.advance]), _advance),
        Kind(tables.accounts, {BankAccountRegistered: lambda fact: [fact.account]}, _account),
        Kind(tables.thresholds, {ThresholdSet: lambda fact: [f"{fact.name} {fact.region} {fact.since}"]}, _threshold),
        Kind(tables.rates, {RateSet: lambda fact: [_rate_item(fact)]}, _rate),
        Kind(tables.ties, {AllocationTied: lambda fact: [fact.tie]}, _tie),
        Kind(tables.evaluations, {PerformanceEvaluated: _evaluated_items}, _evaluation),
    ]
    return KeyedView("funds", 1, MetaData(), kinds)


_ADVANCE: tuple[type[Fact], ...] = (AdvancePaid, AdvanceCleared)


def plan_item(fact: UsePlanFiled, item: PlannedUse) -> str:
    """The key of one line and purpose of a use plan."""
    return f"{fact.plan} {item.line} {item.purpose}"


def _rate_item(fact: RateSet) -> str:
    where = (fact.programme, fact.region, fact.payee, fact.purpose, fact.occupation or "", fact.level or "")
    return " ".join((*where, fact.since.isoformat()))


def _evaluated_items(fact: PerformanceEvaluated) -> list[str]:
    return [f"{fact.line} {fact.region} {fact.year} {fact.kind} {one.indicator}" for one in fact.claimed]


def _first(facts: Facts) -> int | None:
    return min(facts, default=None)


def _line(_key: str, facts: Facts) -> Columns:
    fact = latest(facts, LineOpened)
    same = ("name", "source", "document", "year", "scope", "region", "amount_fen", "donor", "donor_person")
    found: dict[str, Any] = {
        name: getattr(fact, name, None) for name in (*same, "restriction", "receipt", "lawful_days")
    }
    return found | {
        "issued_by": ",".join(fact.issued_by) if fact else None,
        "purposes": ",".join(fact.purposes) if fact else None,
        "counties": ",".join(fact.counties) if fact else None,
        "level": level_of(fact.region) if fact else None,
        "opened_on": text_day(fact),
        "position": _first(facts),
    }


def _plan(key: str, facts: Facts) -> Columns:
    fact = latest(facts, UsePlanFiled)
    if fact is None:
        return {}
    items = [item for item in fact.items if plan_item(fact, item) == key]
    return {
        "plan": fact.plan,
        "line": items[0].line,
        "purpose": items[0].purpose,
        "region": fact.region,
        "year": fact.year,
        "amount_fen": sum(item.amount_fen for item in items),
        "document": fact.document,
        "filed_on": text_day(fact),
        "position": _first(facts),
    }


def _advance(_key: str, facts: Facts) -> Columns:
    paid = latest(facts, AdvancePaid)
    clearings = [fact for fact in facts.values() if isinstance(fact, AdvanceCleared)]
    names = ("line", "payer", "institution", "training_class")
    either: Any = paid or next(iter(clearings), None)
    return {name: getattr(either, name, None) for name in names} | {
        "paid_on": text_day(paid),
        "due_on": text_day(paid, "due_on"),
        "paid_fen": paid.amount_fen if paid else 0,
        "cleared_fen": sum(fact.amount_fen for fact in clearings),
        "returned_fen": sum(fact.returned_fen for fact in clearings),
        "position": _first(facts),
    }


def _account(_key: str, facts: Facts) -> Columns:
    named: dict[str, None] = {}
    for fact in facts.values():
        assert isinstance(fact, BankAccountRegistered)
        holder = f"person:{fact.person}" if fact.person is not None else f"institution:{fact.institution}"
        named[holder] = None
    persons = sum(1 for holder in named if holder.startswith("person:"))
    return {
        "persons": persons,
        "institutions": len(named) - persons,
        "holders": ",".join(named),
        "position": _first(facts),
    }


def _threshold(_key: str, facts: Facts) -> Columns:
    fact = latest(facts, ThresholdSet)
    found: dict[str, Any] = {name: getattr(fact, name, None) for name in ("name", "region", "value", "basis")}
    return found | {"since": text_day(fact, "since"), "position": _first(facts)}


def _rate(_key: str, facts: Facts) -> Columns:
    fact = latest(facts, RateSet)
    same = ("programme", "region", "occupation", "purpose", "amount_fen")
    return {name: getattr(fact, name, None) for name in same} | {
        "skill_level": fact.level if fact else None,
        "payee_kind": fact.payee if fact else None,
        "rate_basis": fact.basis if fact else None,
        "conditions": ",".join(fact.conditions) if fact else None,
        "since": text_day(fact, "since"),
        "until": text_day(fact, "until"),
        "position": _first(facts),
    }


def _tie(_key: str, facts: Facts) -> Columns:
    fact = latest(facts, AllocationTied)
    same = ("line", "region", "programme", "per_person_fen", "document")
    return {name: getattr(fact, name, None) for name in same} | {
        "poor_only": int(fact.poor_only) if fact else None,
        "since": text_day(fact, "since"),
        "until": text_day(fact, "until"),
        "position": _first(facts),
    }


def _evaluation(key: str, facts: Facts) -> Columns:
    fact = latest(facts, PerformanceEvaluated)
    if fact is None:
        return {}
    indicator = key.rpartition(" ")[2]
    return {
        "line": fact.line,
        "region": fact.region,
        "year": fact.year,
        "evaluation_kind": fact.kind,
        "indicator": indicator,
        "claimed_value": next(one.value for one in fact.claimed if one.indicator == indicator),
        "document": fact.document,
        "evaluated_on": text_day(fact),
        "position": _first(facts),
    }
