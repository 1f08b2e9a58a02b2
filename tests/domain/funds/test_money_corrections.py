"""Corrections and reversals of money never leave an account with less than nothing, nor a level with too little."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import msgspec
import pytest
from money_samples import (
    BUREAU,
    COUNTY,
    GIFT,
    PREFECTURE,
    PROVINCE,
    REGIONS,
    SCATTERED,
    SECOND,
    allotted,
    amending,
    budgeted,
    officer,
    opened,
    planned,
    recalled,
    returned,
    transferred,
    use,
)

from taizhang.domain.core import Fact
from taizhang.domain.funds.issuing import CashWithoutQuota
from taizhang.domain.funds.planning import PlanAboveAllotment
from taizhang.domain.funds.refusals import (
    AboveAllotment,
    AboveBalance,
    AllotmentTooSmall,
    BalanceBelowNothing,
    CountyOutsideScope,
)

Decide = Callable[..., list[Fact]]
FUNDED = [*REGIONS, opened(), budgeted()]
AT = len(FUNDED) + 1  # where the first step after the budget stands


def corrected(decide: Decide, steps: list[Fact], now: Fact | None, at: int = 0) -> Any:
    """What becomes of correcting one of the steps after the budget to `now`; None: of declaring it void."""
    was, given = steps[at], [*FUNDED, *steps]
    amend = amending(was, AT + at, void=now is None)
    [fact] = decide(given=given, when=now if now is not None else was, by=officer(), amend=amend)
    return getattr(fact, "now", fact)


def test_an_allocation_is_corrected_to_what_it_should_have_said(decide: Decide) -> None:
    for now in (allotted(100_000), allotted(50_000), allotted(to=SECOND), None):
        assert corrected(decide, [allotted()], now) == now


def test_a_corrected_allocation_stays_within_quota_and_scope(decide: Decide) -> None:
    with pytest.raises(AboveBalance):
        corrected(decide, [allotted()], allotted(100_001))
    with pytest.raises(CountyOutsideScope):
        corrected(decide, [allotted()], allotted(to="620102"))  # type: ignore[arg-type]


def test_quota_that_was_passed_on_is_not_corrected_away(decide: Decide) -> None:
    steps = [allotted(50, PREFECTURE), allotted(30, COUNTY, PREFECTURE)]
    for now in (None, allotted(29, PREFECTURE), allotted(50, SECOND)):
        with pytest.raises(BalanceBelowNothing, match=r"620100 would lack 0\.[03][01] yuan of quota"):
            corrected(decide, steps, now)
    assert corrected(decide, steps, allotted(30, PREFECTURE)) == allotted(30, PREFECTURE)


def test_an_allotment_that_cash_followed_is_not_corrected_below_it(decide: Decide) -> None:
    steps = [allotted(50), transferred(30)]
    for now in (None, allotted(29), allotted(50, SECOND)):
        with pytest.raises(AllotmentTooSmall, match=r"less than the 0\.30 yuan"):
            corrected(decide, steps, now)
    assert corrected(decide, steps, allotted(30)) == allotted(30)


def test_an_allotment_with_a_use_plan_is_not_corrected_below_it(decide: Decide) -> None:
    steps = [allotted(50), planned(use(20), use(10, "living"))]
    for now in (None, allotted(29)):
        with pytest.raises(AllotmentTooSmall, match=r"less than the 0\.30 yuan"):
            corrected(decide, steps, now)
    assert corrected(decide, steps, allotted(30)) == allotted(30)


def test_a_use_plan_above_the_allotment_after_a_lawful_return_stops_no_other_correction(decide: Decide) -> None:
    steps = [allotted(50), transferred(50), planned(use(50)), returned(10), transferred(5, BUREAU, COUNTY)]
    assert corrected(decide, steps, transferred(7, BUREAU, COUNTY), 4) == transferred(7, BUREAU, COUNTY)
    assert corrected(decide, steps, returned(20), 3) == returned(20)
    assert corrected(decide, steps, allotted(55)) == allotted(55)


def test_cash_that_was_passed_on_is_not_corrected_away(decide: Decide) -> None:
    steps = [allotted(50), transferred(50), transferred(30, BUREAU, COUNTY)]
    for now in (None, transferred(29)):
        with pytest.raises(BalanceBelowNothing, match=r"620121 would lack 0\.[03][01] yuan of cash"):
            corrected(decide, steps, now, 1)
    assert corrected(decide, steps, transferred(30), 1) == transferred(30)


def test_a_corrected_transfer_stays_within_cash_and_allotment(decide: Decide) -> None:
    steps = [allotted(50), transferred(30)]
    with pytest.raises(AboveAllotment):
        corrected(decide, steps, transferred(51), 1)
    with pytest.raises(AboveBalance):
        corrected(decide, [transferred(30, "620000/office")], transferred(100_001, "620000/office"))


def test_money_given_back_and_given_out_again_is_not_corrected_away(decide: Decide) -> None:
    steps = [allotted(100_000), transferred(100_000), returned(10), allotted(10, SECOND), transferred(10, SECOND)]
    for now in (None, returned(9)):
        with pytest.raises(BalanceBelowNothing, match="620000 would lack"):
            corrected(decide, steps, now, 2)
    assert corrected(decide, steps, returned(20), 2) == returned(20)
    with pytest.raises(AboveBalance):
        corrected(decide, steps, returned(100_001), 2)


def test_recalled_quota_given_out_again_is_not_corrected_away(decide: Decide) -> None:
    steps = [allotted(100_000), recalled(10), allotted(10, SECOND)]
    for now in (None, recalled(9)):
        with pytest.raises(BalanceBelowNothing, match="620000 would lack"):
            corrected(decide, steps, now, 1)
    assert corrected(decide, steps, recalled(20), 1) == recalled(20)


def test_a_corrected_recall_leaves_no_cash_without_quota(decide: Decide) -> None:
    steps = [allotted(50), transferred(50), recalled(20, 20)]
    with pytest.raises(CashWithoutQuota):
        corrected(decide, steps, recalled(20, 19), 2)
    assert corrected(decide, steps, recalled(50, 50), 2) == recalled(50, 50)


def test_a_reversed_return_needs_the_money_where_it_went(decide: Decide) -> None:
    steps = [allotted(50), transferred(50), returned(50)]
    assert corrected(decide, steps, None, 2) is None


def test_a_corrected_use_plan_stays_within_the_allotment(decide: Decide) -> None:
    steps = [allotted(50), planned(use(50))]
    assert corrected(decide, steps, planned(use(30), use(20, "living")), 1)
    with pytest.raises(PlanAboveAllotment):
        corrected(decide, steps, planned(use(51)), 1)


def test_a_step_is_corrected_to_another_line_where_both_lines_bear_it(decide: Decide) -> None:
    other = [opened(GIFT), budgeted(10, GIFT)]
    steps = [*other, allotted(10)]
    now = msgspec.structs.replace(allotted(10), line=GIFT)
    assert corrected(decide, steps, now, 2) == now
    with pytest.raises(BalanceBelowNothing, match="on the line talent-2016"):
        corrected(
            decide,
            [*other, allotted(10, PREFECTURE), allotted(10, COUNTY, PREFECTURE)],
            allotted(10, PREFECTURE, PROVINCE, GIFT),
            2,
        )
    with pytest.raises(AboveBalance, match="on the line gift-2016"):
        corrected(decide, steps, msgspec.structs.replace(now, amount_fen=11), 2)
    assert corrected(decide, steps, allotted(10, SCATTERED), 2)
