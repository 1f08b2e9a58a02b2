"""Use plans: several lines pooled into one, each within its purposes, counties and allotment."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest
from money_samples import (
    BUREAU,
    CITY,
    COUNTY,
    GIFT,
    LINE,
    PREFECTURE,
    REGIONS,
    SECOND,
    allotted,
    budgeted,
    officer,
    opened,
    planned,
    transferred,
    use,
)

from taizhang.domain.core import Fact, RegionCode
from taizhang.domain.decisions import OutsideYourRegion
from taizhang.domain.funds.planning import PlanAboveAllotment, UsePlanIdTaken
from taizhang.domain.funds.refusals import BeforeTheLine, CountyOutsideScope, PurposeNotAllowed, UnknownLine
from taizhang.domain.funds.use_plans import UsePlanId
from taizhang.domain.regions import UnknownRegion
from taizhang.domain.standing import StandsAlready

Decide = Callable[..., list[Fact]]
CLERK = officer("clerk", "clerk", COUNTY)
OWN = opened(GIFT, source="fiscal-county", region=COUNTY, purposes=("travel",), amount_fen=700)
FUNDED: list[Fact] = [*REGIONS, opened(), budgeted(), allotted(1000), OWN, budgeted(700, GIFT, region=COUNTY)]
SECOND_PLAN = UsePlanId("plan-2")


def test_one_plan_pools_several_lines(decide: Decide) -> None:
    plan = planned(use(600), use(400, "living"), use(700, "travel", GIFT))
    assert decide(given=FUNDED, when=plan, by=CLERK) == [plan]
    assert plan.tags() == ["use-plan:plan-620121-2016", "fund:talent-2016", "fund:gift-2016"]


def test_a_plan_is_filed_once(decide: Decide) -> None:
    plan = planned(use(1))
    with pytest.raises(StandsAlready):
        decide(given=[*FUNDED, plan], when=plan, by=CLERK)
    with pytest.raises(UsePlanIdTaken):
        decide(given=[*FUNDED, plan], when=planned(use(2)), by=CLERK)


def test_a_purpose_that_the_line_does_not_allow_is_refused(decide: Decide) -> None:
    with pytest.raises(PurposeNotAllowed, match="gift-2016 is not for “training subsidy”, only for: travel allowance"):
        decide(given=FUNDED, when=planned(use(1), use(1, "training", GIFT)), by=CLERK)


def test_a_county_outside_the_lines_scope_plans_nothing_of_it(decide: Decide) -> None:
    far = opened(GIFT, source="fiscal-county", region=CITY, scope="contiguous")
    given = [*REGIONS, far, budgeted(700, GIFT, region=CITY)]
    with pytest.raises(CountyOutsideScope, match="620102"):
        decide(given=given, when=planned(use(1, line=GIFT), region=CITY), by=officer(region=CITY))


def test_an_unknown_line_or_region_is_refused(decide: Decide) -> None:
    with pytest.raises(UnknownLine, match="gift-2016"):
        decide(given=FUNDED[:-2], when=planned(use(1, "travel", GIFT)), by=CLERK)
    with pytest.raises(UnknownRegion):
        decide(given=FUNDED, when=planned(use(1), region=RegionCode("620199")), by=officer())


def test_a_plan_dated_before_one_of_its_lines_was_opened_is_refused(decide: Decide) -> None:
    with pytest.raises(BeforeTheLine):
        decide(given=FUNDED, when=planned(use(1), occurred_on=date(2016, 1, 3)), by=CLERK)


def test_plans_never_name_more_than_was_allotted(decide: Decide) -> None:
    first = planned(use(600))
    assert decide(given=[*FUNDED, first], when=planned(use(400), plan=SECOND_PLAN), by=CLERK)
    with pytest.raises(PlanAboveAllotment, match=r"4\.00 yuan may still be planned, less than 4\.01 yuan"):
        decide(given=[*FUNDED, first], when=planned(use(200), use(201, "living"), plan=SECOND_PLAN), by=CLERK)
    with pytest.raises(PlanAboveAllotment, match="620123"):
        decide(given=[*FUNDED, first], when=planned(use(1), plan=SECOND_PLAN, region=SECOND), by=officer())


def test_money_that_came_back_from_a_department_was_not_allotted_again(decide: Decide) -> None:
    given = [*FUNDED, transferred(1000), transferred(1000, BUREAU, COUNTY)]
    with pytest.raises(PlanAboveAllotment):
        decide(given=given, when=planned(use(1001)), by=CLERK)


def test_a_prefecture_plans_for_itself(decide: Decide) -> None:
    given = [*FUNDED, allotted(50, PREFECTURE)]
    plan = planned(use(50), region=PREFECTURE)
    assert decide(given=given, when=plan, by=officer(region=PREFECTURE)) == [plan]
    with pytest.raises(OutsideYourRegion):
        decide(given=given, when=plan, by=CLERK)
    assert LINE in plan.tags()[1]
