"""Claims: what the rate gives for the evidence, for each person once, and nothing that anybody types."""

from __future__ import annotations

from datetime import date

import claim_samples as c
import msgspec
import pytest
import training_samples as t

from taizhang.domain.attendance import AttendanceCorrected
from taizhang.domain.certificates import CertificateRevoked
from taizhang.domain.classes import ClassNotFiled, ClassRescheduled
from taizhang.domain.core import RegionCode
from taizhang.domain.decisions import NotYourInstitution, NotYourRole, PreparedAndApprovedByOne
from taizhang.domain.employment import EmploymentConfirmed, EmploymentReported
from taizhang.domain.enrolment import NotEnrolled
from taizhang.domain.funds.claim_refusals import (
    AmountTyped,
    ClaimedAlready,
    ClaimIdTaken,
    ClaimOfAnotherCounty,
    ClaimStepTooEarly,
    NobodyEntitled,
    NoRateInForce,
    NotEntitled,
    NotInTheClaim,
    RefusedWithoutReason,
    ReviewedOtherwise,
    UnknownClaim,
)
from taizhang.domain.funds.claims import (
    CLAIM_PERSONS_MOST,
    ClaimId,
    ClaimReviewedCorrected,
    ClaimSubmitted,
    ClaimSubmittedCorrected,
    Entitlement,
)
from taizhang.domain.households import (
    HouseholdExited,
    HouseholdId,
    HouseholdMemberLeft,
    HouseholdMemberListed,
    HouseholdMerged,
    HouseholdRegistered,
)
from taizhang.domain.people import PersonsSeparated
from taizhang.domain.policy import RateSetCorrected
from taizhang.domain.standing import OthersRestOnIt, StandsAlready

CHIEF = t.officer("chief")
POOR = HouseholdId("household-li")
PARTLY = t.attended(t.hours(t.MAY_4, 8, 10), person=t.ZHAO)
ONE_CERTIFIED = [*c.TAUGHT, t.certificate(), c.OPENED]


def amounts(decide, given, **fields) -> dict[str, int]:
    [claim] = decide(given=given, when=c.claim(**fields))
    assert isinstance(claim, ClaimSubmitted)
    assert claim.amount_fen == sum(one.amount_fen for one in claim.entitlements)
    return {one.person: one.amount_fen for one in claim.entitlements}


def test_a_claim_is_computed_from_the_rate_and_the_evidence_of_each_person(decide) -> None:
    [claim] = decide(given=c.CLAIMABLE, when=c.claim())
    assert claim.entitlements == (
        Entitlement(t.LI, 10_000, 240, t.MAY_5),
        Entitlement(t.ZHAO, 10_000, 240, t.MAY_5),
    )
    assert (claim.amount_fen, claim.institution, claim.prepared_by) == (20_000, t.SCHOOL, "clerk")
    assert (claim.rate_fen, claim.basis, claim.beyond) == (10_000, "per-person", 0)


@pytest.mark.parametrize(
    "typed",
    [
        {"entitlements": (c.entitled(),)},
        {"amount_fen": 20_000},
        {"rate_fen": 10_000},
        {"basis": "per-hour"},
        {"beyond": 1},
    ],
    ids=str,
)
def test_what_is_computed_is_not_typed(decide, typed) -> None:
    with pytest.raises(AmountTyped):
        decide(given=c.CLAIMABLE, when=c.claim(**typed))


def test_who_lacks_the_hours_is_not_claimed_for(decide) -> None:
    given = [PARTLY if fact == c.TAUGHT[-1] else fact for fact in c.CLAIMABLE]
    assert amounts(decide, given) == {t.LI: 10_000}
    with pytest.raises(NotEntitled, match="“evidenced hours” is lacking"):
        decide(given=given, when=c.claim(persons=(t.ZHAO,)))


def test_hours_after_the_claims_day_do_not_count(decide) -> None:
    with pytest.raises(NobodyEntitled, match=r"of the 2 trainees of class c620121-welding .*: 2 lack the hours"):
        decide(given=c.CLAIMABLE, when=c.claim(occurred_on=t.MAY_4))


def test_hours_that_were_corrected_away_do_not_count(decide) -> None:
    given = [*c.CLAIMABLE]
    given.append(t.corrected(AttendanceCorrected, given, c.TAUGHT[-1], PARTLY))
    assert amounts(decide, given) == {t.LI: 10_000}


def test_a_rate_per_hour_pays_whole_hours_that_are_evidenced_up_to_those_planned(decide) -> None:
    given = [*c.TAUGHT, c.OPENED, c.rate(1_000, basis="per-hour"), t.session(t.MAY_6)]
    half = t.SessionHours(t.MAY_6, 480, 570)
    given.append(t.attended(half))  # Li: five hours and a half
    assert amounts(decide, given) == {t.LI: 4_000, t.ZHAO: 4_000}  # none planned: up to those required
    filed = t.filed(planned_minutes=360)
    assert amounts(decide, [filed if fact == t.filed() else fact for fact in given])[t.LI] == 5_000
    filed = t.filed(planned_minutes=270)
    assert amounts(decide, [filed if fact == t.filed() else fact for fact in given])[t.LI] == 4_000


def test_who_left_the_class_counts_with_what_was_evidenced(decide) -> None:
    assert amounts(decide, [*c.CLAIMABLE, t.withdrawn(on=t.MAY_6)])[t.LI] == 10_000


def test_the_rate_is_that_of_the_day_on_which_the_class_starts(decide) -> None:
    until = c.rate(7_000, until=t.MAY_3)
    given = [*c.TAUGHT, c.OPENED, until, c.rate(8_000, since=t.MAY_4)]
    assert amounts(decide, given)[t.LI] == 8_000
    earlier = ClassRescheduled(
        training_class=t.WELDING, starts_on=t.MAY_3, ends_on=t.MAY_9, why="rain", occurred_on=t.MAY_2
    )
    assert amounts(decide, [*given, earlier])[t.LI] == 7_000


def test_of_several_rates_the_most_specific_holds(decide) -> None:
    rates = [
        c.rate(1_000),
        c.rate(2_000, region=RegionCode("620100")),
        c.rate(3_000, level="5"),
        c.rate(4_000, occupation=t.WELDER),
        c.rate(9_000, occupation=t.OccupationCode("another")),
        c.rate(9_000, region=RegionCode("620200")),
        c.rate(9_000, payee="person"),
        c.rate(9_000, purpose="living"),
    ]
    for place, expected in ((4, 4_000), (3, 2_000), (1, 1_000)):
        given = [*c.TAUGHT, c.OPENED, *rates[:place], *rates[4:]]
        assert amounts(decide, given)[t.LI] == expected
    given = [*c.TAUGHT, c.OPENED, *rates]
    assert amounts(decide, given, payee="person")[t.LI] == 9_000
    five = [t.filed(level="5") if fact == t.filed() else fact for fact in [*given[:-5], *rates[4:]]]
    assert amounts(decide, five)[t.LI] == 3_000


def test_without_a_rate_nothing_is_claimed(decide) -> None:
    with pytest.raises(NoRateInForce, match="No rate for “training subsidy” to a payee of kind “training institution”"):
        decide(given=[*c.TAUGHT, c.OPENED], when=c.claim())
    given = [*c.CLAIMABLE]
    given.append(t.corrected(RateSetCorrected, given, c.rate(), None))
    with pytest.raises(NoRateInForce):
        decide(given=given, when=c.claim())


def test_a_rate_may_ask_for_a_certificate_that_stands(decide) -> None:
    given = [*ONE_CERTIFIED, c.rate(conditions=("certificate",))]
    [claim] = decide(given=given, when=c.claim())
    assert claim.entitlements == (Entitlement(t.LI, 10_000, 240, t.MAY_9, "ZS-1"),)
    with pytest.raises(NobodyEntitled, match="2 a certificate"):
        decide(given=given, when=c.claim(occurred_on=t.MAY_6))  # it was issued later
    revoked = CertificateRevoked(
        training_class=t.WELDING,
        person=t.LI,
        number=t.certificate().number,
        issuer=t.CENTRE,
        why="bought",
        occurred_on=t.MAY_9,
    )
    with pytest.raises(NobodyEntitled):
        decide(given=[*given, revoked], when=c.claim())


def test_a_rate_may_ask_for_work_that_a_second_source_confirms(decide) -> None:
    given = [*c.TAUGHT, c.OPENED, c.rate(conditions=("employed-3",))]
    august, later = date(2016, 8, 9), date(2016, 9, 1)
    stated = {"training_class": t.WELDING, "person": t.LI, "months": 3, "occurred_on": august}
    reported = EmploymentReported(kind="transfer", **stated)
    confirmed = EmploymentConfirmed(kind="local", second_source="insurance", **stated)
    with pytest.raises(NobodyEntitled, match="2 confirmed work"):
        decide(given=[*given, reported], when=c.claim(occurred_on=later))
    [claim] = decide(given=[*given, reported, confirmed], when=c.claim(occurred_on=later))
    assert claim.entitlements == (Entitlement(t.LI, 10_000, 240, august, "", 3),)
    for wrong in (msgspec.structs.replace(confirmed, kind="none"), msgspec.structs.replace(confirmed, months=1)):
        with pytest.raises(NobodyEntitled):
            decide(given=[*given, reported, wrong], when=c.claim(occurred_on=later))


def listed(person=t.LI, household=POOR, on=t.JANUARY) -> HouseholdMemberListed:
    return HouseholdMemberListed(household=household, person=person, occurred_on=on)


def test_a_rate_may_ask_who_was_registered_poor_when_enrolled(decide) -> None:
    given = [*c.TAUGHT, c.OPENED, c.rate(conditions=("poor",))]
    with pytest.raises(NobodyEntitled, match="2 were not registered poor"):
        decide(given=given, when=c.claim())
    registered = HouseholdRegistered(
        household=POOR, village=RegionCode("620121100001"), attribute="poor", occurred_on=t.JANUARY
    )
    given += [registered, listed()]
    assert amounts(decide, given) == {t.LI: 10_000}
    later = HouseholdExited(household=POOR, exit_year=2016, occurred_on=t.MAY_4)
    assert amounts(decide, [*given, later]) == {t.LI: 10_000}
    before = HouseholdExited(household=POOR, exit_year=2016, occurred_on=t.MAY_2)
    with pytest.raises(NobodyEntitled):
        decide(given=[*given, before], when=c.claim())


def test_a_poor_household_counts_for_who_belonged_to_it_on_that_day(decide) -> None:
    registered = HouseholdRegistered(
        household=POOR, village=RegionCode("620121100001"), attribute="poor", occurred_on=t.JANUARY
    )
    left = HouseholdMemberLeft(household=POOR, person=t.LI, why="married-out", occurred_on=t.MAY_2)
    given = [*c.TAUGHT, c.OPENED, c.rate(conditions=("poor",)), registered, listed(), listed(t.ZHAO), left]
    assert amounts(decide, given) == {t.ZHAO: 10_000}
    with pytest.raises(NobodyEntitled):
        decide(given=[*given[:-3], listed(on=t.MAY_4)], when=c.claim())


def test_who_is_poor_is_asked_of_the_household_that_a_merge_made(decide) -> None:
    other = HouseholdId("household-other")
    village = RegionCode("620121100001")
    given = [
        *c.TAUGHT,
        c.OPENED,
        c.rate(conditions=("poor",)),
        HouseholdRegistered(household=POOR, village=village, attribute="poor", occurred_on=t.JANUARY),
        HouseholdRegistered(household=other, village=village, attribute="general", occurred_on=t.JANUARY),
        listed(household=other),
    ]
    with pytest.raises(NobodyEntitled):
        decide(given=given, when=c.claim())
    joined = HouseholdMerged(household=POOR, merged=other, persons=(t.LI,), occurred_on=t.MAY_2)
    assert amounts(decide, [*given, joined]) == {t.LI: 10_000}


def test_ids_that_were_merged_are_one_person(decide) -> None:
    assert amounts(decide, [*c.CLAIMABLE, t.merged(t.LI, t.ZHAO)]) == {t.LI: 10_000}
    apart = PersonsSeparated(kept=t.LI, separated=(t.ZHAO,), kept_group=(t.LI,), occurred_on=t.MAY_3)
    assert amounts(decide, [*c.CLAIMABLE, t.merged(), apart]) == {t.LI: 10_000, t.ZHAO: 10_000}


def test_hours_under_two_ids_of_a_person_count_together(decide) -> None:
    first = t.attended(t.hours(t.MAY_4, 8, 10))
    second = t.attended(t.hours(t.MAY_5, 8, 10), person=t.ZHAO)
    given = [*c.TAUGHT[:6], first, second, c.OPENED, c.rate()]
    assert amounts(decide, [*given, t.merged()]) == {t.LI: 10_000}
    with pytest.raises(NobodyEntitled):
        decide(given=given, when=c.claim())


def test_who_stands_in_a_claim_is_left_out_of_the_next_and_refused_when_named(decide) -> None:
    given = [*c.CLAIMABLE, c.claimed(t.LI)]
    assert amounts(decide, given, claim=c.OTHER_CLAIM) == {t.ZHAO: 10_000}
    with pytest.raises(ClaimedAlready, match=r"li's subsidy .* stands in claim claim-620121-1"):
        decide(given=given, when=c.claim(c.OTHER_CLAIM, persons=(t.LI,)))
    with pytest.raises(ClaimedAlready):  # under whichever id
        decide(given=[*given, t.merged(t.LI, t.CHEN)], when=c.claim(c.OTHER_CLAIM, persons=(t.CHEN,)))
    with pytest.raises(NobodyEntitled, match="2 are claimed for"):
        decide(given=[*c.CLAIMABLE, c.claimed()], when=c.claim(c.OTHER_CLAIM))


def test_another_purpose_or_payee_is_claimed_on_its_own(decide) -> None:
    given = [*c.CLAIMABLE, c.rate(300, payee="person", purpose="living"), c.claimed()]
    assert amounts(decide, given, claim=c.OTHER_CLAIM, payee="person", purpose="living")[t.LI] == 300


def test_who_was_refused_or_left_out_by_the_review_may_be_claimed_for_again(decide) -> None:
    refused = c.reviewed(approved=False, why="no papers")
    assert amounts(decide, [*c.CLAIMABLE, c.claimed(), refused], claim=c.OTHER_CLAIM).keys() == {t.LI, t.ZHAO}
    partly = c.reviewed(left_out=(t.ZHAO,), why="no papers")
    assert amounts(decide, [*c.CLAIMABLE, c.claimed(), partly], claim=c.OTHER_CLAIM).keys() == {t.ZHAO}


def test_only_who_is_named_is_claimed_for_and_each_once(decide) -> None:
    assert amounts(decide, c.CLAIMABLE, persons=(t.ZHAO, t.ZHAO)) == {t.ZHAO: 10_000}
    with pytest.raises(NotEnrolled):
        decide(given=c.CLAIMABLE, when=c.claim(persons=(t.CHEN,)))


def test_a_claim_holds_as_many_as_its_leaf_and_says_how_many_are_beyond(decide) -> None:
    count = CLAIM_PERSONS_MOST + 5
    persons = [t.PersonId(f"p{number:016d}") for number in range(count)]
    trained = [fact for one in persons for fact in (t.enrolled(one), t.attended(*c.ALL_HOURS, person=one))]
    given = [*c.TAUGHT[:5], *trained, c.OPENED, c.rate()]
    [first] = decide(given=given, when=c.claim())
    assert len(first.entitlements) + first.beyond == count
    assert first.beyond >= 5
    [correction] = decide(
        given=[*given, first], when=c.claim(document="No. 20a"), amend=t.amend([*given, first], first)
    )
    assert len(msgspec.json.encode([correction, correction.tags()])) < 65_000
    [second] = decide(given=[*given, first], when=c.claim(c.OTHER_CLAIM))
    assert {one.person for one in second.entitlements} == set(persons) - {one.person for one in first.entitlements}


def test_a_claims_id_is_used_once_and_belongs_to_the_county(decide) -> None:
    given = [*c.CLAIMABLE, c.claimed(by="clerk")]
    with pytest.raises(StandsAlready):
        decide(given=given, when=c.claim())
    with pytest.raises(ClaimIdTaken, match="of 2016-06-01"):
        decide(given=given, when=c.claim(document="another"))
    with pytest.raises(ClaimOfAnotherCounty, match="must begin with “claim-620121-”"):
        decide(given=c.CLAIMABLE, when=c.claim(ClaimId("claim-620122-1")))
    with pytest.raises(ClassNotFiled):
        decide(given=[], when=c.claim())


def test_an_institution_claims_for_its_own_classes(decide) -> None:
    own = t.officer("office", role="institution")
    [claim] = decide(given=c.CLAIMABLE, when=c.claim(), by=own)
    assert claim.prepared_by == "office"
    with pytest.raises(NotYourInstitution):
        decide(
            given=c.CLAIMABLE,
            when=c.claim(),
            by=msgspec.structs.replace(own, organisation=t.OrganisationId("other")),
        )
    with pytest.raises(NotYourRole):
        decide(given=c.CLAIMABLE, when=c.claim(), by=t.officer("treasurer", role="finance"))


# -- reviews ----------------------------------------------------------------------------------------------

SUBMITTED = [*c.CLAIMABLE, c.claimed()]


def test_another_officer_reviews_a_claim(decide) -> None:
    [review] = decide(given=SUBMITTED, when=c.reviewed(), by=CHIEF)
    assert review == c.reviewed()
    with pytest.raises(PreparedAndApprovedByOne):
        decide(given=SUBMITTED, when=c.reviewed(), by=t.officer("teller"))
    with pytest.raises(NotYourRole):
        decide(given=SUBMITTED, when=c.reviewed(), by=t.officer("office", role="institution"))


def test_a_review_is_of_a_claim_of_that_class_and_not_before_it(decide) -> None:
    with pytest.raises(UnknownClaim):
        decide(given=c.CLAIMABLE, when=c.reviewed(), by=CHIEF)
    with pytest.raises(UnknownClaim):
        decide(given=SUBMITTED, when=c.reviewed(training_class=t.COOKING), by=CHIEF)
    with pytest.raises(ClaimStepTooEarly):
        decide(given=SUBMITTED, when=c.reviewed(on=t.MAY_9), by=CHIEF)


def test_who_is_left_out_or_refused_is_told_why(decide) -> None:
    for unexplained in ({"left_out": (t.ZHAO,)}, {"approved": False}, {"approved": False, "why": " "}):
        with pytest.raises(RefusedWithoutReason):
            decide(given=SUBMITTED, when=c.reviewed(**unexplained), by=CHIEF)
    assert decide(given=SUBMITTED, when=c.reviewed(left_out=(t.ZHAO,), why="no papers"), by=CHIEF)
    with pytest.raises(NotInTheClaim):
        decide(given=SUBMITTED, when=c.reviewed(left_out=(t.CHEN,), why="unknown"), by=CHIEF)


def test_a_claim_is_reviewed_once(decide) -> None:
    given = [*SUBMITTED, c.reviewed()]
    with pytest.raises(StandsAlready):
        decide(given=given, when=c.reviewed(), by=CHIEF)
    with pytest.raises(ReviewedOtherwise, match="reviewed on 2016-06-02"):
        decide(given=given, when=c.reviewed(approved=False, why="no"), by=t.officer("deputy"))


# -- corrections ------------------------------------------------------------------------------------------


def test_a_claim_is_corrected_and_computed_anew_until_it_is_reviewed(decide) -> None:
    given = [*SUBMITTED]
    [correction] = decide(given=given, when=c.claim(persons=(t.LI,)), amend=t.amend(given, c.claimed()))
    assert isinstance(correction, ClaimSubmittedCorrected)
    assert {one.person for one in correction.now.entitlements} == {t.LI}
    given.append(c.reviewed())
    with pytest.raises(OthersRestOnIt, match="Claim reviewed"):
        decide(given=given, when=c.claim(persons=(t.LI,)), amend=t.amend(given, c.claimed()))
    with pytest.raises(OthersRestOnIt):
        decide(given=given, when=c.claimed(), amend=t.amend(given, c.claimed(), void=True))


def test_the_paper_of_a_reviewed_claim_is_corrected_by_somebody_else_than_its_reviewer(decide) -> None:
    given = [*SUBMITTED, c.reviewed(by="deputy")]
    other = c.claim(document="No. 20a")
    assert decide(given=given, when=other, amend=t.amend(given, c.claimed()))
    with pytest.raises(PreparedAndApprovedByOne):
        decide(given=given, when=other, amend=t.amend(given, c.claimed()), by=t.officer("deputy"))
    late = c.claim(occurred_on=c.POSTED)
    with pytest.raises(ClaimStepTooEarly):
        decide(given=given, when=late, amend=t.amend(given, c.claimed()))


def test_a_claim_declared_void_lets_its_persons_be_claimed_for_again(decide) -> None:
    given = [*SUBMITTED]
    [void] = decide(given=given, when=c.claimed(), amend=t.amend(given, c.claimed(), void=True))
    assert amounts(decide, [*given, void], claim=c.OTHER_CLAIM).keys() == {t.LI, t.ZHAO}


def test_a_review_under_a_notice_or_a_payment_stays_approved(decide) -> None:
    given = [*c.PAYABLE]
    for now in (c.reviewed(approved=False, why="no"), c.reviewed(on=c.ENDED)):
        with pytest.raises(OthersRestOnIt, match="Notice posted"):
            decide(given=given, when=now, amend=t.amend(given, c.reviewed()), by=t.officer("deputy"))
    with pytest.raises(OthersRestOnIt):
        decide(given=given, when=c.reviewed(), amend=t.amend(given, c.reviewed(), void=True), by=t.officer("deputy"))


def test_a_review_may_leave_out_who_was_objected_to_unless_they_are_paid(decide) -> None:
    given = [*c.PAYABLE, c.paid((t.LI, 10_000))]
    for person, refused in ((t.ZHAO, False), (t.LI, True)):
        now = c.reviewed(left_out=(person,), why="objected to")
        correct = {"given": given, "when": now, "amend": t.amend(given, c.reviewed()), "by": t.officer("deputy")}
        if refused:
            with pytest.raises(OthersRestOnIt, match="Subsidy paid"):
                decide(**correct)
        else:
            assert isinstance(decide(**correct)[0], ClaimReviewedCorrected)


def test_nobody_comes_into_a_claim_whose_list_was_posted_without_them(decide) -> None:
    partly = c.reviewed(left_out=(t.ZHAO,), why="no papers")
    given = [*SUBMITTED, partly, c.posted()]
    with pytest.raises(OthersRestOnIt, match="Notice posted"):
        decide(given=given, when=c.reviewed(), amend=t.amend(given, partly), by=t.officer("deputy"))


def test_a_refusal_is_not_taken_back_once_its_persons_stand_in_another_claim(decide) -> None:
    refused = c.reviewed(approved=False, why="no papers")
    given = [*SUBMITTED, refused, c.claimed(t.LI, id=c.OTHER_CLAIM)]
    for void in (True, False):
        with pytest.raises(ClaimedAlready, match="claim-620121-2"):
            decide(
                given=given,
                when=refused if void else c.reviewed(),
                amend=t.amend(given, refused, void=void),
                by=t.officer("deputy"),
            )
