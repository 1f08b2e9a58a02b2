"""Inspections, findings and divided households as rules ask for them: one row each, as known now."""

from __future__ import annotations

from typing import Any

from taizhang.domain.contacts import ContactShared
from taizhang.domain.households import HouseholdSplit
from taizhang.domain.inspections.findings import FindingClosed, FindingRecorded, FindingReopened
from taizhang.domain.inspections.opening import InspectionOpened, VisitHeld
from taizhang.domain.sealing import PeriodSealed
from taizhang.projections.keyed import Columns, Facts, KeyedView, Kind, latest, text_day
from taizhang.projections.rules.tables_evidence import EvidenceTables


def register_view(tables: EvidenceTables) -> KeyedView:
    """Keeps these rows."""
    kinds = [
        Kind(
            tables.inspections,
            {InspectionOpened: lambda fact: (fact.inspection,), VisitHeld: lambda fact: (fact.inspection,)},
            _inspection,
        ),
        Kind(
            tables.findings,
            {cls: lambda fact: (fact.finding,) for cls in (FindingRecorded, FindingClosed, FindingReopened)},
            _finding,
        ),
        Kind(tables.splits, {HouseholdSplit: lambda fact: (fact.new_household,)}, _split),
        Kind(tables.seals, {PeriodSealed: lambda fact: (fact.seal,)}, _seal),
        Kind(tables.contacts, {ContactShared: _sharings}, _contact),
    ]
    return KeyedView("leads", 1, tables.inspections.metadata, kinds)


def _inspection(_: str, facts: Facts) -> Columns:
    opened = latest(facts, InspectionOpened)
    visits = [fact.occurred_on for fact in facts.values() if isinstance(fact, VisitHeld)]
    if opened is None:
        return {}
    return {
        "region": opened.region,
        "kind": opened.kind,
        "opened_on": text_day(opened),
        "announced": int(opened.announced),
        "announced_on": text_day(opened, "announced_on"),
        "visited_on": min(visits).isoformat() if visits else None,
        "position": _place(facts, opened),
    }


def _finding(_: str, facts: Facts) -> Columns:
    found, closed = latest(facts, FindingRecorded), latest(facts, FindingClosed, FindingReopened)
    if found is None:
        return {}
    is_closed = isinstance(closed, FindingClosed)
    return {
        "inspection": found.inspection,
        "region": found.finding[5:11],
        "content": found.content,
        "object": found.object,
        "amount_fen": found.amount_fen,
        "found_on": text_day(found),
        "closed_on": text_day(closed) if is_closed else None,
        "closed_position": _place(facts, closed) if is_closed else None,
        "position": _place(facts, found),
    }


def _split(_: str, facts: Facts) -> Columns:
    split = latest(facts, HouseholdSplit)
    if split is None:
        return {}
    return {"household": split.household, "split_on": text_day(split), "position": _place(facts, split)}


def _seal(_: str, facts: Facts) -> Columns:
    seal = latest(facts, PeriodSealed)
    if seal is None:
        return {}
    days = {"since": text_day(seal, "since"), "until": text_day(seal, "until"), "sealed_on": text_day(seal)}
    return {"region": seal.region, **days, "position": _place(facts, seal)}


def _sharings(fact: ContactShared) -> list[str]:
    return [f"{fact.contact}/{person}" for person in fact.sharers]


def _contact(sharing: str, facts: Facts) -> Columns:
    shared = latest(facts, ContactShared)
    if shared is None:
        return {}
    told = {"contact": shared.contact, "kind": shared.contact_kind, "in_all": shared.sharers_in_all}
    return {**told, "person": sharing.partition("/")[2], "position": _place(facts, shared)}


def _place(facts: Facts, wanted: Any) -> int:
    return next(position for position, fact in facts.items() if fact is wanted)
