"""Plans: filed once, at the level of the region, approved by somebody else."""

from __future__ import annotations

from datetime import date
from typing import Any

import msgspec
import pytest

from taizhang.domain.core import Actor, Fact, OfficerId, Position, RegionCode
from taizhang.domain.decisions import Amend, PreparedAndApprovedByOne
from taizhang.domain.plans import (
    LevelDoesNotFit,
    PlanApproved,
    PlanApprovedAlready,
    PlanFiled,
    PlanId,
    PlanIdTaken,
    PlanNotFiled,
)
from taizhang.domain.standing import StandsAlready

COUNTY = RegionCode("620121")


def filed(by: str = "", **other: Any) -> PlanFiled:
    fields: dict[str, Any] = {"level": "county", "kind": "annual", "year": 2016} | other
    return PlanFiled(plan=PlanId("p1"), region=COUNTY, occurred_on=date(2016, 1, 10), filed_by=OfficerId(by), **fields)


def approved(on: date = date(2016, 2, 1), by: str = "") -> PlanApproved:
    return PlanApproved(plan=PlanId("p1"), region=COUNTY, occurred_on=on, approved_by=OfficerId(by))


@pytest.fixture
def head(clerk: Actor) -> Actor:
    return msgspec.structs.replace(clerk, officer=OfficerId("head"))


def test_a_plan_names_who_filed_it_whatever_the_request_says(decide) -> None:
    assert decide(given=[], when=filed(by="somebody else")) == [filed(by="clerk")]


def test_a_plan_is_filed_once(decide) -> None:
    given: list[Fact] = [filed(by="clerk")]
    with pytest.raises(StandsAlready):
        decide(given=given, when=filed())
    with pytest.raises(PlanIdTaken):
        decide(given=given, when=filed(year=2017))


def test_a_plans_level_is_its_regions(decide) -> None:
    with pytest.raises(LevelDoesNotFit, match="620121 is no prefecture"):
        decide(given=[], when=filed(level="prefecture"))


def test_a_plan_is_approved_by_another_officer_once(decide, head: Actor) -> None:
    given: list[Fact] = [filed(by="clerk")]
    assert decide(given=given, when=approved(), by=head) == [approved(by="head")]
    with pytest.raises(PreparedAndApprovedByOne):
        decide(given=given, when=approved())
    with pytest.raises(PlanApprovedAlready):
        decide(given=[*given, approved(by="head")], when=approved(), by=head)


def test_a_plan_is_not_approved_before_it_is_filed(decide, head: Actor) -> None:
    with pytest.raises(PlanNotFiled):
        decide(given=[], when=approved(), by=head)
    with pytest.raises(PlanNotFiled):
        decide(given=[filed(by="clerk")], when=approved(date(2016, 1, 9)), by=head)


def test_who_approved_a_plan_does_not_correct_it_into_their_own(decide, head: Actor) -> None:
    given: list[Fact] = [filed(by="clerk"), approved(by="head")]
    amend = Amend(corrects=Position(1), was=given[0], reason="year", approver=OfficerId("third"))
    with pytest.raises(PreparedAndApprovedByOne):
        decide(given=given, when=filed(year=2017), by=head, amend=amend)
