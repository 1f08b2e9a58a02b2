"""Payments: to the payee of a reviewed and posted claim, once, from what there is; and what comes back of them."""

from __future__ import annotations

from datetime import date

import claim_samples as c
import money_samples as m
import msgspec
import pytest
import training_samples as t

from taizhang.domain.attendance import AttendanceCorrected
from taizhang.domain.core import PersonId
from taizhang.domain.decisions import NotYourRole, OutsideYourRegion, PreparedAndApprovedByOne
from taizhang.domain.funds.bank_accounts import BankAccountRegisteredCorrected
from taizhang.domain.funds.claim_refusals import UnknownClaim
from taizhang.domain.funds.lines import Holder
from taizhang.domain.funds.payment_refusals import (
    AboveEntitlement,
    AboveThePayment,
    AccountOfAnother,
    BeforeThePayment,
    CountyOfAnotherPayer,
    NothingClaimedFor,
    NotThePayee,
    PaidAlready,
    PaidBeforeEvidence,
    PaidBeforeReview,
    PaymentIdTaken,
    PaymentIsOtherwise,
    SharesDoNotAddUp,
    UnknownPayment,
)
from taizhang.domain.funds.payments import PaymentReturnedCorrected, SubsidyPaidCorrected
from taizhang.domain.funds.refusals import (
    AboveBalance,
    BalanceBelowNothing,
    CountyOutsideScope,
    PurposeNotAllowed,
    UnknownLine,
)
from taizhang.domain.regions import UnknownRegion
from taizhang.domain.standing import OthersRestOnIt, StandsAlready

TREASURER = m.officer()
GIVEN = [*c.PAYABLE]
PERSONS = [*c.PAYABLE_TO_PERSONS]
TO_THE_BUREAU = m.transferred(30_000, to=m.BUREAU, by=m.COUNTY)


def replaced(given, was, now):
    return [now if fact == was else fact for fact in given]


def test_an_approved_and_posted_claim_is_paid_to_the_institution(decide) -> None:
    assert decide(given=GIVEN, when=c.paid(), by=TREASURER) == [c.paid()]


def test_a_claim_for_persons_is_paid_to_each_ones_own_account(decide) -> None:
    assert decide(given=PERSONS, when=c.paid_person(), by=TREASURER) == [c.paid_person()]
    for wrong in (
        c.paid(),
        c.paid_person(institution=t.SCHOOL),
        c.paid((t.ZHAO, 10_000), institution=None, person=t.LI, account=c.LIS),
        c.paid(institution=None, person=t.LI, account=c.LIS),
    ):
        with pytest.raises(NotThePayee):
            decide(given=PERSONS, when=wrong, by=TREASURER)
    with pytest.raises(AccountOfAnother):
        decide(given=PERSONS, when=c.paid_person(account=c.ZHAOS), by=TREASURER)


def test_an_account_may_be_registered_under_another_id_of_the_person(decide) -> None:
    given = replaced(PERSONS, c.account(c.LIS, t.LI), c.account(c.LIS, t.CHEN))
    with pytest.raises(AccountOfAnother):
        decide(given=given, when=c.paid_person(), by=TREASURER)
    assert decide(given=[*given, t.merged(t.LI, t.CHEN)], when=c.paid_person(), by=TREASURER)


def test_a_claim_for_an_institution_is_paid_to_that_classs_institution_only(decide) -> None:
    for wrong in (c.paid(institution=t.InstitutionId("other")), c.paid_person(), c.paid(institution=None)):
        with pytest.raises(NotThePayee):
            decide(given=GIVEN, when=wrong, by=TREASURER)
    with pytest.raises(NotThePayee, match="to be paid to other"):  # the filing was corrected after the claim
        decide(given=replaced(GIVEN, t.filed(), t.filed(institution="other")), when=c.paid(), by=TREASURER)
    with pytest.raises(AccountOfAnother):
        decide(given=GIVEN, when=c.paid(account=c.LIS), by=TREASURER)
    given = [*GIVEN]
    given.append(t.corrected(BankAccountRegisteredCorrected, given, c.account(), None))
    with pytest.raises(AccountOfAnother):
        decide(given=given, when=c.paid(), by=TREASURER)


def test_a_department_pays_what_it_holds_and_is_no_payee(decide) -> None:
    given = [*GIVEN, TO_THE_BUREAU]
    payment = c.paid(payer=m.BUREAU)
    assert decide(given=given, when=payment, by=TREASURER) == [payment]
    assert not {"receiver", "department"} & set(payment.__struct_fields__)


def test_nothing_is_paid_before_evidence_and_review(decide) -> None:
    with pytest.raises(PaidBeforeEvidence):
        decide(given=GIVEN, when=c.paid(on=t.MAY_4), by=TREASURER)
    for day in (t.MAY_9, c.CLAIMED):
        with pytest.raises(PaidBeforeReview):
            decide(given=GIVEN, when=c.paid(on=day), by=TREASURER)
    for review in ([], [c.reviewed(approved=False, why="no")]):
        with pytest.raises(PaidBeforeReview):
            decide(given=[*GIVEN[:-3], *review], when=c.paid(), by=TREASURER)
    with pytest.raises(UnknownClaim):
        decide(given=GIVEN[:-4], when=c.paid(), by=TREASURER)
    with pytest.raises(UnknownClaim):
        decide(given=GIVEN, when=c.paid(training_class=t.COOKING), by=TREASURER)


def test_no_more_is_paid_than_the_entitlement_leaves_in_however_many_payments(decide) -> None:
    with pytest.raises(AboveEntitlement, match=r"leaves 100.00 yuan to be paid for li, less than 100.01 yuan"):
        decide(given=GIVEN, when=c.paid((t.LI, 10_001)), by=TREASURER)
    with pytest.raises(AboveEntitlement):  # the same person twice in one payment
        decide(given=GIVEN, when=c.paid((t.LI, 6_000), (t.LI, 6_000)), by=TREASURER)
    part = c.paid((t.LI, 4_000), (t.ZHAO, 10_000))
    assert decide(given=GIVEN, when=part, by=TREASURER)
    given = [*GIVEN, part]
    with pytest.raises(AboveEntitlement, match=r"leaves 60.00 yuan"):
        decide(given=given, when=c.paid((t.LI, 6_001), payment="payment-2"), by=TREASURER)
    assert decide(given=given, when=c.paid((t.LI, 6_000), payment="payment-2"), by=TREASURER)


def test_an_entitlement_is_paid_once_whoever_pays_from_whichever_line(decide) -> None:
    given = [*GIVEN, TO_THE_BUREAU, c.paid()]
    for again in (c.paid(payment="payment-2"), c.paid((t.ZHAO, 1), payment="payment-2", payer=m.BUREAU)):
        with pytest.raises(PaidAlready):
            decide(given=given, when=again, by=TREASURER)
    gift = [m.opened(m.GIFT), m.budgeted(line=m.GIFT)]
    other = c.paid(payment="payment-2", line=m.GIFT, payer=Holder(m.PROVINCE))
    with pytest.raises(PaidAlready):
        decide(given=[*given, *gift], when=other, by=TREASURER)
    assert decide(given=[*given[:-1], *gift], when=other, by=TREASURER)


def test_only_persons_whom_the_review_approved_are_paid_for(decide) -> None:
    with pytest.raises(NothingClaimedFor):
        decide(given=GIVEN, when=c.paid((t.CHEN, 1)), by=TREASURER)
    given = replaced(GIVEN, c.reviewed(), c.reviewed(left_out=(t.ZHAO,), why="no papers"))
    with pytest.raises(NothingClaimedFor):
        decide(given=given, when=c.paid(), by=TREASURER)
    assert decide(given=given, when=c.paid((t.LI, 10_000)), by=TREASURER)


def test_shares_add_up_to_the_amount(decide) -> None:
    with pytest.raises(SharesDoNotAddUp, match=r"add up to 200.00 yuan, the amount is 199.99 yuan"):
        decide(given=GIVEN, when=c.paid(amount_fen=19_999), by=TREASURER)


def test_nobody_pays_more_than_is_on_the_account_of_that_line(decide) -> None:
    poor = replaced(GIVEN, m.transferred(), m.transferred(19_999))
    with pytest.raises(AboveBalance):
        decide(given=poor, when=c.paid(), by=TREASURER)
    with pytest.raises(AboveBalance):
        decide(given=GIVEN, when=c.paid(payer=m.BUREAU), by=TREASURER)
    assert decide(given=replaced(GIVEN, m.transferred(), m.transferred(20_000)), when=c.paid(), by=TREASURER)


def test_a_line_pays_for_its_purposes_and_counties_only(decide) -> None:
    for terms, refusal in (
        ({"purposes": ("living",)}, PurposeNotAllowed),
        ({"scope": "named", "counties": (m.SECOND,)}, CountyOutsideScope),
    ):
        given = replaced(GIVEN, m.opened(), m.opened(**terms))
        with pytest.raises(refusal):
            decide(given=given, when=c.paid(), by=TREASURER)
    scattered = [
        msgspec.structs.replace(one, category="none") if getattr(one, "code", "") == m.COUNTY else one for one in GIVEN
    ]
    with pytest.raises(CountyOutsideScope):
        decide(given=scattered, when=c.paid(), by=TREASURER)
    with pytest.raises(UnknownRegion):
        decide(given=[fact for fact in GIVEN if fact not in m.REGIONS], when=c.paid(), by=TREASURER)
    with pytest.raises(UnknownLine):
        decide(given=[fact for fact in GIVEN if fact != m.opened()], when=c.paid(), by=TREASURER)


def test_a_level_pays_for_classes_of_its_own_area(decide) -> None:
    with pytest.raises(CountyOfAnotherPayer):
        decide(given=GIVEN, when=c.paid(payer=Holder(m.SECOND)), by=TREASURER)
    assert decide(given=GIVEN, when=c.paid(payer=Holder(m.PROVINCE)), by=TREASURER)


def test_the_payers_own_finance_officer_pays_and_another_one_approves(decide) -> None:
    with pytest.raises(NotYourRole):
        decide(given=GIVEN, when=c.paid())
    with pytest.raises(OutsideYourRegion):
        decide(given=GIVEN, when=c.paid(), by=m.officer(region=m.SECOND))
    with pytest.raises(PreparedAndApprovedByOne):
        decide(given=GIVEN, when=c.paid(approver=TREASURER.officer), by=TREASURER)


def test_a_payment_is_recorded_once_under_its_id(decide) -> None:
    given = [*GIVEN, c.paid((t.LI, 10_000))]
    with pytest.raises(StandsAlready):
        decide(given=given, when=c.paid((t.LI, 10_000)), by=TREASURER)
    with pytest.raises(PaymentIdTaken):
        decide(given=given, when=c.paid((t.ZHAO, 10_000)), by=TREASURER)


# -- what comes back --------------------------------------------------------------------------------------

PAID = [*GIVEN, c.paid()]


def test_what_the_bank_sends_back_may_be_paid_again(decide) -> None:
    assert decide(given=PAID, when=c.sent_back(), by=TREASURER) == [c.sent_back()]
    partly = c.sent_back((t.LI, 4_000))
    again = c.paid((t.LI, 4_000), payment="payment-2", on=date(2016, 6, 21))
    assert decide(given=[*PAID, partly], when=again, by=TREASURER) == [again]
    with pytest.raises(PaidAlready):
        decide(given=PAID, when=again, by=TREASURER)
    with pytest.raises(PaidAlready):  # what was recovered stays paid
        decide(given=[*PAID, c.recovered((t.LI, 4_000))], when=again, by=TREASURER)


def test_no_more_comes_back_than_the_payment_still_holds(decide) -> None:
    given = [*PAID, c.sent_back((t.LI, 4_000))]
    for back in (c.sent_back((t.LI, 6_001), document="No. 99"), c.recovered((t.LI, 6_001))):
        with pytest.raises(AboveThePayment, match=r"still holds 60.00 yuan for li"):
            decide(given=given, when=back, by=TREASURER)
    assert decide(given=given, when=c.recovered((t.LI, 6_000)), by=TREASURER) == [c.recovered((t.LI, 6_000))]
    with pytest.raises(AboveThePayment):
        decide(given=[*given, c.recovered((t.LI, 6_000))], when=c.sent_back((t.LI, 1)), by=TREASURER)
    with pytest.raises(AboveThePayment):
        decide(given=PAID, when=c.recovered((PersonId("wu"), 1)), by=TREASURER)


def test_what_comes_back_comes_the_way_it_went(decide) -> None:
    with pytest.raises(UnknownPayment):
        decide(given=GIVEN, when=c.sent_back(), by=TREASURER)
    for otherwise in (
        {"line": m.GIFT},
        {"payer": m.BUREAU},
        {"claim": c.OTHER_CLAIM},
        {"training_class": t.COOKING},
        {"institution": None, "person": t.LI},
    ):
        for back in (c.sent_back(**otherwise), c.recovered(**otherwise)):
            with pytest.raises(PaymentIsOtherwise):
                decide(given=PAID, when=back, by=TREASURER)
    with pytest.raises(BeforeThePayment):
        decide(given=PAID, when=c.sent_back(on=c.ENDED), by=TREASURER)
    with pytest.raises(SharesDoNotAddUp):
        decide(given=PAID, when=c.recovered(amount_fen=1), by=TREASURER)


def test_the_same_return_twice_changes_nothing(decide) -> None:
    for back in (c.sent_back((t.LI, 1)), c.recovered((t.LI, 1))):
        with pytest.raises(StandsAlready):
            decide(given=[*PAID, back], when=back, by=TREASURER)


# -- corrections ------------------------------------------------------------------------------------------


def correct(decide, given, was, now=None):
    amend = t.amend(given, was, void=now is None)
    return decide(given=given, when=was if now is None else now, amend=amend, by=TREASURER)


def test_a_payment_is_corrected_under_the_same_rules(decide) -> None:
    [correction] = correct(decide, PAID, c.paid(), c.paid((t.LI, 9_000)))
    assert isinstance(correction, SubsidyPaidCorrected)
    with pytest.raises(AboveEntitlement):
        correct(decide, PAID, c.paid(), c.paid((t.LI, 10_001)))
    given = replaced(PAID, c.paid(), c.paid((t.LI, 9_000)))
    spent = [*given, m.transferred(50_500, to=m.BUREAU, by=m.COUNTY)]  # 500 fen are left
    with pytest.raises(AboveBalance):
        correct(decide, spent, c.paid((t.LI, 9_000)), c.paid((t.LI, 10_000)))
    assert correct(decide, spent, c.paid((t.LI, 9_000)), c.paid((t.LI, 9_500)))


def test_a_void_payment_leaves_its_entitlement_open_again(decide) -> None:
    [void] = correct(decide, PAID, c.paid())
    again = c.paid(payment="payment-2")
    assert decide(given=[*PAID, void], when=again, by=TREASURER) == [again]


def test_a_payment_that_came_back_stays_the_payment_it_was(decide) -> None:
    for back in (c.sent_back((t.LI, 4_000)), c.recovered((t.LI, 4_000))):
        given = [*PAID, back]
        for now in (
            None,
            c.paid((t.LI, 3_999)),
            c.paid((t.ZHAO, 10_000)),
            c.paid(payment="payment-2"),
            c.paid(on=date(2016, 7, 1)),
        ):
            with pytest.raises(OthersRestOnIt):
                correct(decide, given, c.paid(), now)
        assert correct(decide, given, c.paid(), c.paid((t.LI, 4_000), voucher="V2"))


def test_a_return_is_not_taken_back_once_its_shares_are_paid_again(decide) -> None:
    back = c.sent_back((t.LI, 4_000))
    again = c.paid((t.LI, 3_000), payment="payment-2", on=date(2016, 6, 21))
    given = [*PAID, back, again]
    for now in (None, c.sent_back((t.LI, 2_999))):
        with pytest.raises(OthersRestOnIt, match="Subsidy paid"):
            correct(decide, given, back, now)
    [correction] = correct(decide, given, back, c.sent_back((t.LI, 3_000)))
    assert isinstance(correction, PaymentReturnedCorrected)
    assert correct(decide, given[:-1], back)


def test_what_came_back_and_was_used_since_is_not_taken_back(decide) -> None:
    rich = replaced(PAID, m.transferred(), m.transferred(20_000))
    used = m.transferred(4_000, to=m.BUREAU, by=m.COUNTY)
    for back in (c.sent_back((t.LI, 4_000)), c.recovered((t.LI, 4_000))):
        given = [*rich, back, used]
        with pytest.raises(BalanceBelowNothing):
            correct(decide, given, back)
        assert correct(decide, given[:-1], back)


def test_an_account_on_which_somebody_was_paid_stays_registered(decide) -> None:
    for given, was, payment in ((GIVEN, c.account(), c.paid()), (PERSONS, c.account(c.LIS, t.LI), c.paid_person())):
        by = t.officer("deputy")
        with pytest.raises(OthersRestOnIt, match="Subsidy paid"):
            decide(given=[*given, payment], when=was, amend=t.amend([*given], was, void=True), by=by)
        assert decide(given=given, when=was, amend=t.amend([*given], was, void=True), by=by)


def test_evidence_may_be_corrected_after_it_was_paid_for(decide) -> None:
    less = t.attended(t.hours(t.MAY_4, 8, 10))
    [correction] = decide(given=PAID, when=less, amend=t.amend(PAID, t.attended(*c.ALL_HOURS)), by=t.officer("deputy"))
    assert isinstance(correction, AttendanceCorrected)
