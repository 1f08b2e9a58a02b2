"""Opening fund lines and approving their budgets."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import msgspec
import pytest
from money_samples import (
    CITY,
    COUNTY,
    DIRECTOR,
    FEBRUARY,
    GIFT,
    JANUARY,
    PREFECTURE,
    REGIONS,
    SECOND,
    allotted,
    amending,
    budgeted,
    officer,
    opened,
    planned,
    transferred,
    use,
)

from taizhang.domain.core import Fact, OfficerId, OrganisationId, PersonId
from taizhang.domain.decisions import ApproverMayNot, NotYourRole, OutsideYourRegion, PreparedAndApprovedByOne
from taizhang.domain.funds.budgeting import (
    BudgetAboveLine,
    BudgetOfAnotherLevel,
    CountiesDoNotFitScope,
    DonationUnexplained,
    IssuersMissing,
    LineIdTaken,
    PurposeMissing,
)
from taizhang.domain.funds.lines import BudgetApprovedCorrected, LineOpenedCorrected
from taizhang.domain.funds.refusals import BalanceBelowNothing, BeforeTheLine, UnknownLine
from taizhang.domain.officers import RoleGranted
from taizhang.domain.regions import UnknownRegion
from taizhang.domain.standing import OthersRestOnIt, StandsAlready

Decide = Callable[..., list[Fact]]
BY = officer()
OPEN = [*REGIONS, opened()]
AT = len(OPEN)  # where the line was opened
DONATED = {"source": "enterprise", "donor": "A firm", "restriction": "welders only", "receipt": "R-1"}


def changed(fact: Any, **fields: Any) -> Any:
    return msgspec.structs.replace(fact, **fields)


def test_a_line_is_opened(decide: Decide) -> None:
    assert decide(given=REGIONS, when=opened(), by=BY) == [opened()]


def test_the_same_line_again_is_a_repetition_and_another_under_its_id_is_refused(decide: Decide) -> None:
    with pytest.raises(StandsAlready):
        decide(given=OPEN, when=opened(), by=BY)
    with pytest.raises(LineIdTaken, match="talent-2016 is opened already"):
        decide(given=OPEN, when=opened(amount_fen=5), by=BY)


def test_a_line_without_a_purpose_is_refused(decide: Decide) -> None:
    with pytest.raises(PurposeMissing):
        decide(given=REGIONS, when=opened(purposes=()), by=BY)


def test_the_party_building_fund_is_issued_by_two_departments(decide: Decide) -> None:
    one, two = OrganisationId("organisation"), OrganisationId("finance")
    for named in ((), (one,), (one, one)):
        with pytest.raises(IssuersMissing, match="issued by 2 organisations"):
            decide(given=REGIONS, when=opened(source="party-building", issued_by=named), by=BY)
    both = opened(source="party-building", issued_by=(one, two))
    assert decide(given=REGIONS, when=both, by=BY) == [both]
    with pytest.raises(IssuersMissing, match="issued by 1 organisations"):
        decide(given=REGIONS, when=opened(issued_by=()), by=BY)


def test_the_organisation_department_opens_its_own_fund_only(decide: Decide) -> None:
    by = officer(role="organisation")
    both = opened(source="party-building", issued_by=(OrganisationId("o"), OrganisationId("f")))
    assert decide(given=REGIONS, when=both, by=by) == [both]
    with pytest.raises(NotYourRole):
        decide(given=REGIONS, when=opened(), by=by)


@pytest.mark.parametrize("missing", ["donor", "restriction", "receipt"])
def test_a_donation_without_donor_restriction_or_receipt_is_refused(decide: Decide, missing: str) -> None:
    with pytest.raises(DonationUnexplained, match="enterprise donation"):
        decide(given=REGIONS, when=opened(**(DONATED | {missing: ""})), by=BY)


def test_a_private_donor_is_a_person(decide: Decide) -> None:
    gift = opened(GIFT, **(DONATED | {"source": "private", "donor": "", "donor_person": PersonId("p1")}))
    assert decide(given=REGIONS, when=gift, by=BY) == [gift]
    assert gift.tags() == ["fund:gift-2016", "person:p1"]


def test_a_line_for_named_counties_names_them_and_no_other_line_does(decide: Decide) -> None:
    with pytest.raises(CountiesDoNotFitScope, match="the counties named"):
        decide(given=REGIONS, when=opened(scope="named"), by=BY)
    with pytest.raises(CountiesDoNotFitScope):
        decide(given=REGIONS, when=opened(counties=(COUNTY,)), by=BY)
    named = opened(scope="named", counties=(COUNTY, CITY))
    assert decide(given=REGIONS, when=named, by=BY) == [named]


def test_named_counties_and_the_lines_own_level_are_registered(decide: Decide) -> None:
    with pytest.raises(UnknownRegion, match="620199"):
        decide(given=REGIONS, when=opened(scope="named", counties=("620199",)), by=BY)
    with pytest.raises(UnknownRegion, match="620000"):
        decide(given=[], when=opened(), by=BY)


def test_a_budget_is_approved_up_to_the_lines_amount(decide: Decide) -> None:
    part, rest = budgeted(70_000), budgeted(30_000, document="No. 2b")
    assert decide(given=[*OPEN, part], when=rest, by=BY) == [rest]
    with pytest.raises(BudgetAboveLine) as refusal:
        decide(given=[*OPEN, part], when=budgeted(30_001, document="No. 2b"), by=BY)
    assert str(refusal.value).startswith("The line talent-2016 is 1,000.00 yuan in all; budgets would reach 1,000.01")


def test_the_same_budget_again_is_a_repetition(decide: Decide) -> None:
    with pytest.raises(StandsAlready):
        decide(given=[*OPEN, budgeted()], when=budgeted(), by=BY)


def test_a_budget_of_an_unknown_line_is_refused(decide: Decide) -> None:
    with pytest.raises(UnknownLine, match="No fund line talent-2016"):
        decide(given=REGIONS, when=budgeted(), by=BY)


def test_a_budget_enters_at_the_lines_own_level(decide: Decide) -> None:
    with pytest.raises(BudgetOfAnotherLevel, match="one of 620000"):
        decide(given=OPEN, when=budgeted(region=PREFECTURE), by=BY)


def test_a_budget_dated_before_the_line_was_opened_is_refused(decide: Decide) -> None:
    with pytest.raises(BeforeTheLine, match="opened on 2016-01-04"):
        decide(given=OPEN, when=budgeted(on=date(2016, 1, 3)), by=BY)


def test_nobody_approves_the_budget_that_they_record(decide: Decide) -> None:
    with pytest.raises(PreparedAndApprovedByOne):
        decide(given=OPEN, when=budgeted(), by=officer(DIRECTOR))


def test_whoever_approves_a_budget_holds_a_role_for_it(decide: Decide) -> None:
    with pytest.raises(ApproverMayNot, match="director holds no role"):
        decide(given=OPEN, when=budgeted(), by=BY, approver_may=False)


def test_only_finance_officers_whose_region_holds_the_line_approve_its_budget(decide: Decide) -> None:
    with pytest.raises(NotYourRole):
        decide(given=OPEN, when=budgeted(), by=officer(role="clerk"))
    with pytest.raises(OutsideYourRegion):
        decide(given=OPEN, when=budgeted(), by=officer(region=COUNTY))


# -- corrections ------------------------------------------------------------------------------------------


def test_a_line_is_corrected_where_nothing_rests_on_what_changes(decide: Decide) -> None:
    given = [*OPEN, budgeted(), allotted(), planned()]
    now = opened(name="Another name", purposes=("training", "living", "travel"), amount_fen=200_000)
    [fact] = decide(given=given, when=now, by=BY, amend=amending(opened(), AT))
    assert isinstance(fact, LineOpenedCorrected)
    assert fact.now == now


def test_a_line_with_a_budget_is_not_declared_void(decide: Decide) -> None:
    with pytest.raises(OthersRestOnIt, match="Budget approved"):
        decide(given=[*OPEN, budgeted()], when=opened(), by=BY, amend=amending(opened(), AT, void=True))
    [fact] = decide(given=OPEN, when=opened(), by=BY, amend=amending(opened(), AT, void=True))
    assert isinstance(fact, LineOpenedCorrected)
    assert fact.now is None


def test_a_line_is_not_corrected_to_less_than_its_budgets(decide: Decide) -> None:
    given = [*OPEN, budgeted(60_000)]
    with pytest.raises(BudgetAboveLine):
        decide(given=given, when=opened(amount_fen=59_999), by=BY, amend=amending(opened(), AT))
    assert decide(given=given, when=opened(amount_fen=60_000), by=BY, amend=amending(opened(), AT))


@pytest.mark.parametrize(
    ("now", "resting"),
    [
        (opened(line=GIFT), "Budget approved, Allocation issued, Use plan filed"),
        (opened(region=PREFECTURE), "Budget approved, Allocation issued, Use plan filed"),
        (opened(occurred_on=FEBRUARY), "Budget approved, Allocation issued"),
        (opened(purposes=("living",)), "Use plan filed"),
        (opened(scope="named", counties=(SECOND,)), "Allocation issued, Use plan filed"),
        (opened(scope="contiguous"), "Allocation issued, Use plan filed"),
    ],
    ids=["id", "level", "day", "purpose", "named", "58"],
)
def test_a_line_is_not_corrected_from_under_what_rests_on_it(decide: Decide, now: Any, resting: str) -> None:
    given = [*OPEN, budgeted(), allotted(on=JANUARY), planned()]
    with pytest.raises(OthersRestOnIt, match=f": {resting.replace(', ', '、')}[.]"):
        decide(given=given, when=now, by=BY, amend=amending(opened(), AT))


def test_a_line_may_lose_counties_and_purposes_that_nothing_used(decide: Decide) -> None:
    was = opened(scope="named", counties=(COUNTY, SECOND))
    given = [*REGIONS, was, budgeted(), allotted(), planned()]
    now = changed(was, counties=(COUNTY,), purposes=("training",))
    [fact] = decide(given=given, when=now, by=BY, amend=amending(was, AT))
    assert fact.now == now  # type: ignore[attr-defined]


def test_a_budget_is_not_corrected_to_less_than_was_allotted(decide: Decide) -> None:
    given = [*OPEN, budgeted(), allotted(60_000)]
    with pytest.raises(BalanceBelowNothing, match=r"would lack 0\.01 yuan of quota"):
        decide(given=given, when=budgeted(59_999), by=BY, amend=amending(budgeted(), AT + 1))
    [fact] = decide(given=given, when=budgeted(60_000), by=BY, amend=amending(budgeted(), AT + 1))
    assert isinstance(fact, BudgetApprovedCorrected)


def test_a_budget_that_was_passed_on_is_not_declared_void(decide: Decide) -> None:
    given = [*OPEN, budgeted(), allotted(10), transferred(10)]
    with pytest.raises(BalanceBelowNothing, match=r"620000 would lack 0\.10 yuan of quota"):
        decide(given=given, when=budgeted(), by=BY, amend=amending(budgeted(), AT + 1, void=True))


def test_a_corrected_budget_stays_within_the_line(decide: Decide) -> None:
    given = [*OPEN, budgeted(40_000), budgeted(50_000, document="No. 2b")]
    with pytest.raises(BudgetAboveLine):
        decide(given=given, when=budgeted(50_001), by=BY, amend=amending(budgeted(40_000), AT + 1))


def test_whoever_approved_a_budget_does_not_correct_it_in_their_own_name(decide: Decide) -> None:
    given = [*OPEN, budgeted(40_000)]
    amend = amending(budgeted(40_000), AT + 1, approver=BY.officer)
    with pytest.raises(PreparedAndApprovedByOne):
        decide(given=given, when=budgeted(30_000), by=officer(DIRECTOR), amend=amend)


def test_whom_a_body_names_as_approver_stays_named_after_leaving_and_nobody_new_without_a_role(decide: Decide) -> None:
    boss = RoleGranted(
        officer=OfficerId("boss"), role="finance", organisation=BY.organisation, region=BY.region, occurred_on=JANUARY
    )
    given, amend = [*OPEN, budgeted(40_000), boss], amending(budgeted(40_000), AT + 1, approver=boss.officer)
    now = budgeted(30_000)
    [fact] = decide(given=given, when=now, by=BY, amend=amend, approver_may=False)
    assert fact.now == now  # type: ignore[attr-defined]
    with pytest.raises(ApproverMayNot, match="clerk holds no role"):
        decide(given=given, when=changed(now, approver="clerk"), by=BY, amend=amend, approver_may=False)


def test_use_in_another_purpose_of_the_line_stands_when_one_goes(decide: Decide) -> None:
    given = [*OPEN, budgeted(), allotted(), planned(use(5, "living"))]
    now = opened(purposes=("living",))
    assert decide(given=given, when=now, by=BY, amend=amending(opened(), AT))
