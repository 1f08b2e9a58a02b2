"""Money on its way down and back up: allocations, transfers, returns, recalls."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from money_samples import (
    BUREAU,
    CITY,
    COUNTY,
    DIRECTOR,
    OFFICE,
    OTHER_PREFECTURE,
    PREFECTURE,
    PROVINCE,
    REGIONS,
    SCATTERED,
    SECOND,
    allotted,
    budgeted,
    officer,
    opened,
    planned,
    recalled,
    returned,
    transferred,
    use,
)

from taizhang.domain.core import Fact, RegionCode
from taizhang.domain.decisions import ApproverMayNot, NotYourRole, OutsideYourRegion, PreparedAndApprovedByOne
from taizhang.domain.funds.issuing import (
    CashWithoutQuota,
    NotALowerLevel,
    ReturnGoesAstray,
    TransferGoesAstray,
    TransferToItself,
)
from taizhang.domain.funds.refusals import (
    AboveAllotment,
    AboveBalance,
    BeforeTheLine,
    CountyOutsideScope,
    UnknownLine,
)
from taizhang.domain.regions import RegionRenamed, UnknownRegion
from taizhang.domain.standing import StandsAlready

Decide = Callable[..., list[Fact]]
BY = officer()
FUNDED = [*REGIONS, opened(), budgeted()]
STEPS = [allotted(), transferred(), returned(), recalled()]


def outcome(decide: Decide, given: list[Fact], when: Fact) -> Any:
    return decide(given=given, when=when, by=BY)


# -- every step -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("step", STEPS, ids=lambda one: type(one).__name__)
def test_a_step_of_an_unknown_line_is_refused(decide: Decide, step: Fact) -> None:
    with pytest.raises(UnknownLine):
        outcome(decide, [*REGIONS], step)


@pytest.mark.parametrize("step", [allotted, transferred, returned, recalled])
def test_a_step_dated_before_the_line_was_opened_is_refused(decide: Decide, step: Callable[..., Fact]) -> None:
    with pytest.raises(BeforeTheLine):
        outcome(decide, FUNDED, step(on=date(2016, 1, 3)))


@pytest.mark.parametrize("step", STEPS, ids=lambda one: type(one).__name__)
def test_a_step_is_taken_by_a_finance_officer_of_the_region_and_approved_by_another(decide: Decide, step: Fact) -> None:
    given = [*FUNDED, allotted(90_000), transferred()]
    with pytest.raises(NotYourRole):
        decide(given=given, when=step, by=officer(role="clerk"))
    with pytest.raises(OutsideYourRegion):
        decide(given=given, when=step, by=officer(region=SECOND))
    with pytest.raises(PreparedAndApprovedByOne):
        decide(given=given, when=step, by=officer(DIRECTOR))
    with pytest.raises(ApproverMayNot):
        decide(given=given, when=step, by=BY, approver_may=False)


@pytest.mark.parametrize("step", STEPS, ids=lambda one: type(one).__name__)
def test_the_same_step_again_is_a_repetition(decide: Decide, step: Fact) -> None:
    with pytest.raises(StandsAlready):
        outcome(decide, [*FUNDED, allotted(), transferred(), step], step)


# -- allocations ------------------------------------------------------------------------------------------


def test_a_province_allots_to_a_prefecture_which_allots_to_a_county_or_straight_to_the_county(decide: Decide) -> None:
    first, second = allotted(60_000, PREFECTURE), allotted(60_000, COUNTY, PREFECTURE)
    assert outcome(decide, FUNDED, first) == [first]
    assert outcome(decide, [*FUNDED, first], second) == [second]
    assert outcome(decide, FUNDED, allotted()) == [allotted()]


@pytest.mark.parametrize(
    ("upper", "lower"),
    [(PROVINCE, PROVINCE), (PREFECTURE, PROVINCE), (COUNTY, SECOND), (PREFECTURE, "620201"), (COUNTY, "620121001")],
)
def test_quota_goes_to_a_level_inside_only(decide: Decide, upper: RegionCode, lower: RegionCode) -> None:
    with pytest.raises(NotALowerLevel):
        outcome(decide, FUNDED, allotted(5, lower, upper))


def test_a_county_that_is_not_registered_is_allotted_nothing(decide: Decide) -> None:
    with pytest.raises(UnknownRegion, match="620199"):
        outcome(decide, FUNDED, allotted(to=RegionCode("620199")))


@pytest.mark.parametrize(
    ("scope", "counties", "covered"),
    [
        ("contiguous", (), {COUNTY, SECOND}),
        ("contiguous-and-scattered", (), {COUNTY, SECOND, SCATTERED}),
        ("named", (CITY, COUNTY), {CITY, COUNTY}),
    ],
)
def test_only_counties_in_the_lines_scope_are_allotted(
    decide: Decide, scope: str, counties: tuple[RegionCode, ...], covered: set[RegionCode]
) -> None:
    given = [*REGIONS, opened(scope=scope, counties=counties), budgeted()]
    for county in (COUNTY, SECOND, SCATTERED, CITY):
        if county in covered:
            assert outcome(decide, given, allotted(to=county)) == [allotted(to=county)]
        else:
            with pytest.raises(CountyOutsideScope, match=f"{county} is outside the scope"):
                outcome(decide, given, allotted(to=county))


def test_a_county_keeps_its_place_in_the_scope_under_another_code(decide: Decide) -> None:
    new = RegionCode("620181")
    renamed = RegionRenamed(code=COUNTY, name="City", code_now=new, category="contiguous", occurred_on=date(2016, 1, 2))
    by_name = [*REGIONS, renamed, opened(scope="named", counties=(COUNTY,)), budgeted()]
    for given in (by_name, [*REGIONS, renamed, opened(), budgeted()]):
        assert outcome(decide, given, allotted(to=new)) == [allotted(to=new)]


def test_no_level_allots_more_than_the_quota_it_has_left(decide: Decide) -> None:
    given = [*FUNDED, allotted(70_000)]
    assert outcome(decide, given, allotted(30_000, SECOND))
    with pytest.raises(AboveBalance, match=r"620000 has 300\.00 yuan of quota left .* less than 300\.01 yuan"):
        outcome(decide, given, allotted(30_001, SECOND))
    with pytest.raises(AboveBalance, match=r"620100 has 0\.00 yuan of quota"):
        outcome(decide, given, allotted(1, SECOND, PREFECTURE))


# -- transfers --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("payer", "receiver", "before"),
    [
        (PROVINCE, PREFECTURE, []),
        (PROVINCE, COUNTY, []),
        (PROVINCE, "620000/office", []),
        ("620000/office", COUNTY, [("620000/office", PROVINCE)]),
        ("620000/office", "620000/bureau", [("620000/office", PROVINCE)]),
        (PREFECTURE, COUNTY, [(PREFECTURE, PROVINCE)]),
        (COUNTY, BUREAU, [(COUNTY, PROVINCE)]),
        (BUREAU, OFFICE, [(COUNTY, PROVINCE), (BUREAU, COUNTY)]),
    ],
)
def test_cash_goes_down_to_treasuries_and_to_departments_of_the_same_region(
    decide: Decide, payer: str, receiver: str, before: list[tuple[str, str]]
) -> None:
    given = [*FUNDED, allotted(50_000, PREFECTURE), allotted(30_000), *(transferred(9, to, by) for to, by in before)]
    step = transferred(9, receiver, payer, document="No. 4b")
    assert outcome(decide, given, step) == [step]


@pytest.mark.parametrize(
    ("payer", "receiver"),
    [
        (COUNTY, PREFECTURE),
        (COUNTY, SECOND),
        (BUREAU, COUNTY),
        (PROVINCE, BUREAU),
        (PREFECTURE, OTHER_PREFECTURE),
        (BUREAU, "620123/office"),
    ],
)
def test_cash_goes_no_other_way(decide: Decide, payer: str, receiver: str) -> None:
    with pytest.raises(TransferGoesAstray, match=f"{payer} does not transfer to {receiver}"):
        outcome(decide, FUNDED, transferred(9, receiver, payer))


@pytest.mark.parametrize("holder", [PROVINCE, BUREAU])
def test_nobody_transfers_to_itself(decide: Decide, holder: str) -> None:
    with pytest.raises(TransferToItself):
        outcome(decide, FUNDED, transferred(9, holder, holder))


def test_nobody_transfers_more_than_the_cash_it_has(decide: Decide) -> None:
    given = [*FUNDED, allotted(), transferred(40_000)]
    assert outcome(decide, given, transferred(40_000, BUREAU, COUNTY))
    with pytest.raises(AboveBalance, match=r"620121 has 400\.00 yuan of cash left .* less than 400\.01 yuan"):
        outcome(decide, given, transferred(40_001, BUREAU, COUNTY))
    with pytest.raises(AboveBalance, match=r"620121/bureau has 0\.00 yuan of cash"):
        outcome(decide, given, transferred(1, OFFICE, BUREAU))


def test_cash_to_another_level_never_passes_what_it_was_allotted(decide: Decide) -> None:
    given = [*FUNDED, allotted(60_000), transferred(40_000)]
    assert outcome(decide, given, transferred(20_000))
    with pytest.raises(AboveAllotment, match=r"200\.00 yuan may still follow, less than 200\.01 yuan"):
        outcome(decide, given, transferred(20_001))


def test_cash_that_went_to_a_department_and_back_does_not_count_twice(decide: Decide) -> None:
    given = [*FUNDED, allotted(60_000), transferred(40_000), transferred(40_000, BUREAU, COUNTY)]
    given += [returned(40_000, COUNTY, BUREAU)]
    assert outcome(decide, given, transferred(20_000, document="No. 4b"))


def test_money_given_back_lowers_what_may_follow(decide: Decide) -> None:
    given = [*FUNDED, allotted(60_000), transferred(60_000), returned(10_000)]
    with pytest.raises(AboveAllotment, match=r"0\.00 yuan may still follow"):
        outcome(decide, given, transferred(1))


# -- returns ----------------------------------------------------------------------------------------------


def test_cash_goes_back_up_with_its_quota_and_from_a_department_without(decide: Decide) -> None:
    given = [*FUNDED, allotted(), transferred()]
    assert outcome(decide, given, returned(60_000))
    held = [*given, transferred(60_000, BUREAU, COUNTY)]
    assert outcome(decide, held, returned(60_000, COUNTY, BUREAU))


@pytest.mark.parametrize(
    ("payer", "receiver"),
    [
        (PROVINCE, COUNTY),
        (COUNTY, SECOND),
        (COUNTY, COUNTY),
        (COUNTY, BUREAU),
        (BUREAU, OFFICE),
        (COUNTY, "620000/office"),
        (BUREAU, SECOND),
        (BUREAU, PROVINCE),
    ],
)
def test_returns_go_from_a_department_to_its_treasury_and_from_that_up(
    decide: Decide, payer: str, receiver: str
) -> None:
    with pytest.raises(ReturnGoesAstray):
        outcome(decide, FUNDED, returned(9, receiver, payer))


def test_nobody_returns_more_than_the_cash_it_holds(decide: Decide) -> None:
    given = [*FUNDED, allotted(), transferred(9)]
    assert outcome(decide, given, returned(9))
    with pytest.raises(AboveBalance, match=r"of cash left .* less than 0\.10 yuan"):
        outcome(decide, given, returned(10))


def test_nobody_returns_cash_whose_quota_it_passed_on(decide: Decide) -> None:
    given = [*FUNDED, allotted(50, PREFECTURE), transferred(50, PREFECTURE), allotted(20, COUNTY, PREFECTURE)]
    assert outcome(decide, given, returned(30, PROVINCE, PREFECTURE))
    with pytest.raises(AboveBalance, match=r"620100 has 0\.30 yuan of quota"):
        outcome(decide, given, returned(31, PROVINCE, PREFECTURE))


# -- recalls ----------------------------------------------------------------------------------------------


def test_idle_quota_is_recalled_with_the_cash_that_followed_it(decide: Decide) -> None:
    given = [*FUNDED, allotted(60_000), transferred(40_000)]
    for step in (recalled(20_000), recalled(20_000, 20_000), recalled(60_000, 40_000)):
        assert outcome(decide, given, step) == [step]


def test_a_recall_is_recorded_by_the_level_that_takes_back(decide: Decide) -> None:
    given = [*FUNDED, allotted(60_000)]
    with pytest.raises(OutsideYourRegion):
        decide(given=given, when=recalled(), by=officer(region=COUNTY))


def test_quota_is_recalled_upward_only(decide: Decide) -> None:
    for by, to in ((PROVINCE, COUNTY), (COUNTY, SECOND), (COUNTY, COUNTY)):
        with pytest.raises(NotALowerLevel):
            outcome(decide, FUNDED, recalled(5, by=by, to=to))


def test_no_more_quota_or_cash_is_recalled_than_is_held(decide: Decide) -> None:
    given = [*FUNDED, allotted(60_000), transferred(40_000)]
    with pytest.raises(AboveBalance, match=r"600\.00 yuan of quota"):
        outcome(decide, given, recalled(60_001))
    with pytest.raises(AboveBalance, match=r"400\.00 yuan of cash"):
        outcome(decide, given, recalled(60_000, 40_001))


def test_a_recall_takes_no_more_cash_than_quota_and_leaves_none_without_quota(decide: Decide) -> None:
    given = [*FUNDED, allotted(60_000), transferred(40_000)]
    with pytest.raises(CashWithoutQuota, match=r"between 0\.00 yuan and 100\.00 yuan"):
        outcome(decide, given, recalled(10_000, 10_001))
    with pytest.raises(
        CashWithoutQuota, match=r"between 0\.01 yuan and 200\.01 yuan of cash goes back, not 0\.00 yuan"
    ):
        outcome(decide, given, recalled(20_001))


def test_a_recall_of_quota_whose_cash_is_spent_says_to_lower_the_quota(decide: Decide) -> None:
    given = [*FUNDED, allotted(60_000), transferred(40_000), transferred(39_999, to=BUREAU, by=COUNTY)]
    with pytest.raises(CashWithoutQuota) as refusal:
        outcome(decide, given, recalled(20_002, 1))
    assert "请调低收回的指标" in refusal.value.words("zh")
    assert "The level holds 0.01 yuan in cash" in refusal.value.words("en")


def test_a_shortage_of_quota_speaks_of_allocations(decide: Decide) -> None:
    with pytest.raises(AboveBalance) as refusal:
        outcome(decide, FUNDED, allotted(1, SECOND, PREFECTURE))
    assert "下达的指标" in refusal.value.words("zh")
    assert "allocation (quota)" in refusal.value.words("en")


def test_a_lawful_return_or_recall_may_leave_a_use_plan_above_the_allotment(decide: Decide) -> None:
    given = [*FUNDED, allotted(60_000), transferred(60_000), planned(use(60_000))]
    assert outcome(decide, given, returned(1))
    assert outcome(decide, given, recalled(1, 1))
