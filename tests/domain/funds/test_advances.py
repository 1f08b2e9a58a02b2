"""Advances: lawful, to the class's own institution, cleared against a claim like any payment or given back."""

from __future__ import annotations

from datetime import date

import claim_samples as c
import money_samples as m
import pytest
import training_samples as t

from taizhang.domain.classes import ClassCancelled, ClassNotFiled, ClassWasCancelled
from taizhang.domain.decisions import PreparedAndApprovedByOne
from taizhang.domain.designation import InstitutionNotDesignated
from taizhang.domain.funds.lines import Holder
from taizhang.domain.funds.payment_refusals import (
    AboveEntitlement,
    AboveTheAdvance,
    AccountOfAnother,
    AdvanceBeforeApproval,
    AdvanceNotDue,
    AdvanceToAnother,
    BeforeThePayment,
    CountyOfAnotherPayer,
    NothingCleared,
    NotThePayee,
    PaidAlready,
    PaidBeforeNotice,
    PaymentIdTaken,
    SharesDoNotAddUp,
    UnknownAdvance,
)
from taizhang.domain.funds.refusals import AboveBalance, BalanceBelowNothing, CountyOutsideScope, PurposeNotAllowed
from taizhang.domain.institutions import DesignationWithdrawn
from taizhang.domain.standing import OthersRestOnIt, StandsAlready

TREASURER = m.officer()
GIVEN = [*c.OPENED_CLASS, *c.MONEY, *c.ACCOUNTS]
OUT = [*c.PAYABLE, c.advanced()]  # 150 yuan are out; the claim gives 100 for each of two


def test_an_advance_is_paid_before_the_evidence(decide) -> None:
    assert decide(given=GIVEN, when=c.advanced(), by=TREASURER) == [c.advanced()]


def test_an_advance_is_for_an_approved_class_and_its_designated_institution(decide) -> None:
    def refused(refusal, given=GIVEN, when=None) -> None:
        with pytest.raises(refusal):
            decide(given=given, when=when or c.advanced(), by=TREASURER)

    refused(ClassNotFiled, when=c.advanced(training_class=t.COOKING))
    refused(AdvanceBeforeApproval, when=c.advanced(on=t.MAY_2))
    refused(AdvanceBeforeApproval, given=[fact for fact in GIVEN if fact != t.approved()])
    refused(AdvanceToAnother, when=c.advanced(institution=t.InstitutionId("other")))
    withdrawn = DesignationWithdrawn(institution=t.SCHOOL, region=t.COUNTY, occurred_on=t.MAY_4)
    refused(InstitutionNotDesignated, given=[*GIVEN, withdrawn])
    cancelled = ClassCancelled(training_class=t.WELDING, why="flood", occurred_on=t.MAY_3)
    refused(ClassWasCancelled, given=[*GIVEN, cancelled])
    refused(AccountOfAnother, when=c.advanced(account=c.LIS))


def test_an_advance_is_due_on_a_later_day_and_approved_by_another_officer(decide) -> None:
    with pytest.raises(AdvanceNotDue):
        decide(given=GIVEN, when=c.advanced(due_on=t.MAY_4), by=TREASURER)
    with pytest.raises(PreparedAndApprovedByOne):
        decide(given=GIVEN, when=c.advanced(approver=TREASURER.officer), by=TREASURER)


def test_an_advance_comes_from_what_the_payer_has_for_that_county(decide) -> None:
    with pytest.raises(AboveBalance):
        decide(given=GIVEN, when=c.advanced(60_001), by=TREASURER)
    with pytest.raises(CountyOfAnotherPayer):
        decide(given=GIVEN, when=c.advanced(payer=Holder(m.SECOND)), by=TREASURER)
    elsewhere = [m.opened(scope="named", counties=(m.SECOND,)) if fact == m.opened() else fact for fact in GIVEN]
    with pytest.raises(CountyOutsideScope):
        decide(given=elsewhere, when=c.advanced(), by=TREASURER)


def test_an_advance_is_recorded_once_under_its_id(decide) -> None:
    given = [*GIVEN, c.advanced()]
    with pytest.raises(StandsAlready):
        decide(given=given, when=c.advanced(), by=TREASURER)
    with pytest.raises(PaymentIdTaken):
        decide(given=given, when=c.advanced(1), by=TREASURER)


def test_an_advance_is_cleared_against_a_claim_and_the_rest_given_back(decide) -> None:
    part = c.cleared((t.LI, 10_000))
    assert decide(given=OUT, when=part, by=TREASURER) == [part]
    rest = c.cleared(returned_fen=5_000)
    assert decide(given=[*OUT, part], when=rest, by=TREASURER) == [rest]
    with pytest.raises(AboveTheAdvance, match=r"has 50.00 yuan left to clear, less than 50.01 yuan"):
        decide(given=[*OUT, part], when=c.cleared(returned_fen=5_001), by=TREASURER)
    with pytest.raises(AboveTheAdvance):
        decide(given=OUT, when=c.cleared((t.LI, 10_000), (t.ZHAO, 5_001)), by=TREASURER)


def test_what_an_advance_cleared_is_paid_and_is_never_above_the_entitlement(decide) -> None:
    part = c.cleared((t.LI, 10_000))
    with pytest.raises(PaidAlready):
        decide(given=[*OUT, part], when=c.paid(), by=TREASURER)
    assert decide(given=[*OUT, part], when=c.paid((t.ZHAO, 10_000)), by=TREASURER)
    with pytest.raises(PaidAlready):
        decide(given=[*OUT, c.paid()], when=part, by=TREASURER)
    with pytest.raises(AboveEntitlement):
        decide(given=OUT, when=c.cleared((t.LI, 10_001)), by=TREASURER)


def test_an_advance_is_cleared_against_a_posted_claim_of_its_class_for_the_institution(decide) -> None:
    part = c.cleared((t.LI, 10_000))
    with pytest.raises(PaidBeforeNotice):
        decide(given=[fact for fact in OUT if fact != c.ended()], when=part, by=TREASURER)
    with pytest.raises(NotThePayee):
        decide(given=[*c.PAYABLE_TO_PERSONS, c.advanced()], when=part, by=TREASURER)
    elsewhere = [c.claimed(institution=t.InstitutionId("other")) if fact == c.claimed() else fact for fact in OUT]
    with pytest.raises(NotThePayee, match="to be paid to other"):
        decide(given=elsewhere, when=part, by=TREASURER)
    living = [m.opened(purposes=("living",)) if fact == m.opened() else fact for fact in OUT]
    with pytest.raises(PurposeNotAllowed):
        decide(given=living, when=part, by=TREASURER)
    with pytest.raises(SharesDoNotAddUp):
        decide(given=OUT, when=c.cleared((t.LI, 10_000), amount_fen=9_000), by=TREASURER)


def test_a_clearing_says_what_it_clears_of_which_advance(decide) -> None:
    for nothing in (c.cleared(), c.cleared(claim=c.CLAIM, returned_fen=1), c.cleared((t.LI, 1), claim=None)):
        with pytest.raises(NothingCleared):
            decide(given=OUT, when=nothing, by=TREASURER)
    for otherwise in (
        {"line": m.LINE + "x"},
        {"payer": m.BUREAU},
        {"institution": "other"},
        {"training_class": t.COOKING},
    ):
        given = [*OUT, m.opened(m.FundLineId(m.LINE + "x"))]
        with pytest.raises(UnknownAdvance):
            decide(given=given, when=c.cleared(returned_fen=1, **otherwise), by=TREASURER)
    with pytest.raises(UnknownAdvance):
        decide(given=c.PAYABLE, when=c.cleared(returned_fen=1), by=TREASURER)
    with pytest.raises(BeforeThePayment):
        decide(given=OUT, when=c.cleared(returned_fen=1, on=t.MAY_3), by=TREASURER)
    rest = c.cleared(returned_fen=1)
    with pytest.raises(StandsAlready):
        decide(given=[*OUT, rest], when=rest, by=TREASURER)


def correct(decide, given, was, now=None):
    amend = t.amend(given, was, void=now is None)
    return decide(given=given, when=was if now is None else now, amend=amend, by=TREASURER)


def test_an_advance_stays_what_its_clearings_rest_on(decide) -> None:
    given = [*OUT, c.cleared((t.LI, 10_000))]
    for now in (None, c.advanced(9_999), c.advanced(advance="advance-2"), c.advanced(on=date(2016, 7, 1))):
        with pytest.raises(OthersRestOnIt, match="Advance cleared"):
            correct(decide, given, c.advanced(), now)
    assert correct(decide, given, c.advanced(), c.advanced(10_000))
    assert correct(decide, OUT, c.advanced())


def test_what_an_advance_gave_back_and_was_used_since_is_not_taken_back(decide) -> None:
    back = c.cleared(returned_fen=5_000)
    spent = m.transferred(50_000, to=m.BUREAU, by=m.COUNTY)  # 60,000 less 15,000 plus 5,000
    with pytest.raises(BalanceBelowNothing):
        correct(decide, [*OUT, back, spent], back)
    assert correct(decide, [*OUT, back], back)


def test_a_clearing_taken_back_leaves_the_entitlement_and_the_advance_open(decide) -> None:
    part = c.cleared((t.LI, 10_000))
    [void] = correct(decide, [*OUT, part], part)
    assert decide(given=[*OUT, part, void], when=c.cleared((t.LI, 10_000), returned_fen=5_000), by=TREASURER)
