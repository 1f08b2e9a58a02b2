"""One row per posting, official, month of duty, leave, work, appraisal and promotion: how their facts make that row."""

from __future__ import annotations

import hashlib
from typing import Any

from sqlalchemy import MetaData

from taizhang.domain.core import Fact
from taizhang.domain.postings.appraisals import (
    NegativeListEntered,
    NegativeListLifted,
    OfficialAppraised,
    OfficialPromoted,
)
from taizhang.domain.postings.duty import DutyRecorded, LeaveTaken, VillageWorkRecorded
from taizhang.domain.postings.officials import OfficialPosted, OfficialSelected, OfficialTransferred
from taizhang.domain.postings.spells import SPELL_FACTS, Spell, moved_spells
from taizhang.projections.keyed import Columns, Facts, KeyedView, Kind, latest, text_day
from taizhang.projections.postings.tables import PostingTables


def register_view(tables: PostingTables) -> KeyedView:
    """Folds facts into the rows of everything that has one."""
    of_official = (OfficialSelected, NegativeListEntered, NegativeListLifted)
    kinds = [
        Kind(tables.postings, dict.fromkeys(SPELL_FACTS, _postings), _posting),
        Kind(tables.officials, dict.fromkeys(of_official, lambda fact: [fact.official]), _official),
        Kind(tables.duty, {DutyRecorded: lambda fact: [f"{fact.posting} {fact.month}"]}, _duty),
        Kind(tables.leaves, {LeaveTaken: lambda fact: [f"{fact.posting} {fact.since}"]}, _leave),
        Kind(tables.work, {VillageWorkRecorded: lambda fact: [_work_item(fact)]}, _work),
        Kind(tables.appraisals, {OfficialAppraised: lambda fact: [f"{fact.official} {fact.year}"]}, _appraisal),
        Kind(tables.promotions, {OfficialPromoted: lambda fact: [fact.posting]}, _promotion),
    ]
    return KeyedView("postings", 1, MetaData(), kinds)


def _postings(fact: Any) -> list[str]:
    return [fact.posting, fact.to_posting] if isinstance(fact, OfficialTransferred) else [fact.posting]


def _work_item(fact: VillageWorkRecorded) -> str:
    told = hashlib.sha256(fact.what.encode()).hexdigest()[:16]
    return f"{fact.posting} {fact.occurred_on} {fact.kind} {told}"


def _first(facts: Facts) -> int | None:
    return min(facts, default=None)


def _posting(key: str, facts: Facts) -> Columns:
    spells: dict[str, Spell] = {}
    for fact in facts.values():
        spells = moved_spells(spells, fact, +1)
    spell = spells.get(key)
    if spell is None or spell.opening is None:
        return {}
    opening = spell.opening
    moves = [one for one in facts.values() if isinstance(one, OfficialTransferred)]
    ending = min(spell.endings, key=lambda one: one.last, default=None)
    return {
        "official": opening.official,
        "posting_kind": opening.kind,
        "region": opening.region,
        "county": opening.region[:6],
        "since": opening.since.isoformat(),
        "until": spell.until.isoformat(),
        "ended_on": ending.last.isoformat() if ending is not None else None,
        "ended_by": ending.topic.split(".")[1] if ending is not None else None,
        "from_posting": next((one.posting for one in moves if one.to_posting == key), None),
        "to_posting": next((one.to_posting for one in moves if one.posting == key), None),
        "officer": opening.officer,
        "position": _first({at: one for at, one in facts.items() if _opens(one, key)}),
    }


def _opens(fact: Fact, posting: str) -> bool:
    if isinstance(fact, OfficialTransferred):
        return fact.to_posting == posting
    return isinstance(fact, OfficialPosted)


def _official(_key: str, facts: Facts) -> Columns:
    selected = latest(facts, OfficialSelected)
    entered, lifted = latest(facts, NegativeListEntered), latest(facts, NegativeListLifted)
    off = lifted if entered is not None and lifted is not None and lifted.occurred_on >= entered.occurred_on else None
    found: dict[str, Any] = {name: getattr(selected, name, None) for name in ("person_type", "home_unit", "region")}
    return found | {
        "posting_kind": selected.kind if selected else None,
        "selected_on": text_day(selected),
        "listed_on": text_day(entered),
        "lifted_on": text_day(off),
        "position": _first(facts),
    }


def _duty(_key: str, facts: Facts) -> Columns:
    fact = latest(facts, DutyRecorded)
    found: dict[str, Any] = {name: getattr(fact, name, None) for name in ("posting", "official", "days")}
    return found | {
        "month": text_day(fact, "month"),
        "duty_basis": fact.basis if fact else None,
        "position": _first(facts),
    }


def _leave(_key: str, facts: Facts) -> Columns:
    fact = latest(facts, LeaveTaken)
    found: dict[str, Any] = {name: getattr(fact, name, None) for name in ("posting", "official", "why")}
    return found | {
        "since": text_day(fact, "since"),
        "until": text_day(fact, "until"),
        "position": _first(facts),
    }


def _work(_key: str, facts: Facts) -> Columns:
    fact = latest(facts, VillageWorkRecorded)
    found: dict[str, Any] = {name: getattr(fact, name, None) for name in ("posting", "official", "what", "households")}
    return found | {
        "work_kind": fact.kind if fact else None,
        "classes": ",".join(fact.classes) if fact else None,
        "worked_on": text_day(fact),
        "position": _first(facts),
    }


def _appraisal(_key: str, facts: Facts) -> Columns:
    fact = latest(facts, OfficialAppraised)
    names = ("posting", "official", "year", "grade", "appraised_by")
    found: dict[str, Any] = {name: getattr(fact, name, None) for name in names}
    return found | {"appraised_on": text_day(fact), "position": _first(facts)}


def _promotion(_key: str, facts: Facts) -> Columns:
    fact = latest(facts, OfficialPromoted)
    found: dict[str, Any] = {name: getattr(fact, name, None) for name in ("official", "to_post", "report")}
    return found | {
        "promoted_on": text_day(fact),
        "figures": ";".join(f"{one.measure} {one.subject} {one.value}" for one in fact.figures) if fact else None,
        "log_position": fact.position if fact else None,
        "position": _first(facts),
    }
