"""The rules of forgetting, raced: two processes decide on the same state, and only then may either append."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

import pytest
from racing import raced

from taizhang.adapters.desk import Desk
from taizhang.adapters.log.log import Log
from taizhang.adapters.orders import Order
from taizhang.domain.core import Actor, Fact, OfficerId, OrganisationId, PersonId, RegionCode
from taizhang.domain.decisions import Proposal
from taizhang.domain.forgetting import (
    FileBlanked,
    ForgettingApproved,
    ForgettingRequested,
    ForgettingWithdrawn,
    HoldId,
    LegalHoldLifted,
    LegalHoldPlaced,
    PersonForgotten,
)
from taizhang.domain.forgetting_steps import WAIT_DAYS
from taizhang.domain.officers import SYSTEM, OfficerAppointed, RoleGranted
from taizhang.domain.people import PersonRegistered, PersonsMerged
from taizhang.domain.policy import ThresholdName, ThresholdSet

JANUARY, PROVINCE, COUNTY, HR = date(2016, 1, 4), RegionCode("620000"), RegionCode("620121"), OrganisationId("hr")
A, B = PersonId("a"), PersonId("b")


def actor(officer: str, role: str) -> Actor:
    return Actor(officer=OfficerId(officer), role=role, organisation=HR, region=PROVINCE, authenticated="test")


LI, WU, INSPECTOR = actor("li", "clerk"), actor("wu", "clerk"), actor("zhou", "inspector")
AUDIT, GUARD = actor("he", "audit-administrator"), actor("guard", "security-administrator")
OFFICERS = (LI, WU, INSPECTOR, AUDIT, GUARD)


def steps(today: date) -> dict[str, tuple[Actor, Fact]]:
    """Every step about the same person, by whoever may take it."""
    on: dict[str, Any] = {"person": A, "occurred_on": today}
    file: dict[str, Any] = {"before": "1" * 64, "stored_as": "source", "cells": 1, **on}
    return {
        "request": (LI, ForgettingRequested(ground="law-requires", **on)),
        "request by another": (WU, ForgettingRequested(ground="unlawful-processing", **on)),
        "approve": (WU, ForgettingApproved(**on)),
        "approve by another": (AUDIT, ForgettingApproved(**on)),
        "withdraw": (WU, ForgettingWithdrawn(**on)),
        "hold": (INSPECTOR, LegalHoldPlaced(hold=HoldId("h"), document="1", **on)),
        "hold by another": (AUDIT, LegalHoldPlaced(hold=HoldId("h"), document="2", **on)),
        "lift": (INSPECTOR, LegalHoldLifted(hold=HoldId("h"), document="3", **on)),
        "lift by another": (AUDIT, LegalHoldLifted(hold=HoldId("h"), document="4", **on)),
        "forget": (LI, PersonForgotten(**on)),
        "merge": (WU, PersonsMerged(kept=A, merged=(B,), occurred_on=today)),
        "blank": (LI, FileBlanked(after="2" * 64, **file)),
        "blank otherwise": (WU, FileBlanked(after="3" * 64, **file)),
    }


RACES = [  # what stands, the two, and by which rule either is refused when it comes second; None: it is recorded
    ([], ("request", "request by another"), ["people.forgetting-requested-already"] * 2),
    (["request"], ("approve", "approve by another"), ["people.forgetting-approved-already"] * 2),
    (["request"], ("approve", "withdraw"), ["people.forgetting-not-requested", None]),
    (["request"], ("approve", "merge"), ["people.forgetting-ids-changed", None]),
    (["request", "approve"], ("forget", "hold"), ["people.held-by-law", "people.forgotten-already"]),
    (["request", "approve"], ("forget", "withdraw"), ["people.forgetting-not-requested", "people.forgotten-already"]),
    (["request", "approve"], ("forget", "merge"), ["people.forgetting-ids-changed", None]),
    ([], ("hold", "hold by another"), ["people.hold-stands-already"] * 2),
    (["hold"], ("lift", "lift by another"), ["people.no-such-hold"] * 2),
    (["request", "approve", "forget"], ("blank", "blank otherwise"), ["people.file-blanked-already"] * 2),
]


def founded(url: str, standing: Sequence[str]) -> date:
    """Officers, two people, no days of waiting, and what stands; today."""
    log = Log.open(url)
    desk = Desk(log)
    system = Actor(officer=SYSTEM, role="system-administrator", organisation=HR, region=PROVINCE, authenticated="test")
    everybody: list[Fact] = []
    for who in OFFICERS:
        everybody.append(OfficerAppointed(officer=who.officer, organisation=HR, occurred_on=JANUARY))
        everybody.append(
            RoleGranted(
                officer=who.officer,
                role=who.role,  # type: ignore[arg-type]
                organisation=HR,
                region=PROVINCE,
                occurred_on=JANUARY,
            )
        )
    waits = ThresholdSet(name=ThresholdName(WAIT_DAYS), value=0, since=JANUARY, region=PROVINCE, occurred_on=JANUARY)
    people = [PersonRegistered(person=one, statement="s", county=COUNTY, occurred_on=JANUARY) for one in (A, B)]
    known = steps(desk.today())
    prepared = [(system, everybody), (LI, [waits, *people]), *((by, [fact]) for by, fact in map(known.get, standing))]  # type: ignore[misc]
    for number, (by, facts) in enumerate(prepared):
        verdicts = desk.submit(Order(id=f"p{number}", by=by, items=[Proposal(fact=fact) for fact in facts])).verdicts
        assert [one.outcome for one in verdicts] == ["recorded"] * len(facts), verdicts
    today = desk.today()
    log.close()
    return today


@pytest.mark.parametrize("second", [0, 1])
@pytest.mark.parametrize(("standing", "pair", "rules"), RACES, ids=[" against ".join(pair) for _, pair, _ in RACES])
def test_two_processes_never_forget_and_hold_at_once(
    engine_url: str, standing: list[str], pair: tuple[str, str], rules: list[str | None], second: int
) -> None:
    known = steps(founded(engine_url, standing))
    orders = [
        Order(id=f"race-{number}", by=known[name][0], items=[Proposal(fact=known[name][1])])
        for number, name in enumerate(pair)
    ]
    winner, loser = raced(engine_url, orders[1 - second], orders[second])
    assert winner.verdicts[0].outcome == "recorded", winner.verdicts
    assert loser.verdicts[0].rule == rules[second], loser.verdicts
