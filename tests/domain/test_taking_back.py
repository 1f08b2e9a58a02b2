"""Corrections and voids: what may be taken back, what others rest on, and whose fact it is."""

from __future__ import annotations

from datetime import date

import msgspec
import pytest
from training_samples import (
    CHEN,
    COOKING,
    LI,
    MAY_3,
    MAY_4,
    MAY_5,
    MAY_6,
    MAY_9,
    OPEN,
    SCHOOL,
    TAUGHT,
    WELDING,
    ZHAO,
    amend,
    approved,
    attended,
    certificate,
    corrected,
    designated,
    enrolled,
    filed,
    hours,
    officer,
    session,
    withdrawn,
)

from taizhang.domain.certificates import CertificateRevoked
from taizhang.domain.core import Correction, Fact, OfficerId, OrganisationId, Position, RegionCode
from taizhang.domain.decisions import Amend, ChangedMeanwhile, NothingChanges, OutsideYourRegion
from taizhang.domain.enrolment import (
    AttendedAfterLeaving,
    SeatsTaken,
    TraineeEnrolled,
    TraineeEnrolledCorrected,
    TraineeWithdrawnCorrected,
    WishStated,
)
from taizhang.domain.households import HouseholdId, HouseholdMemberListed, HouseholdRegistered
from taizhang.domain.institutions import OrganisationRegistered
from taizhang.domain.policy import ProgrammeOpened, TargetSet
from taizhang.domain.sessions import SessionHeldCorrected, SessionIsAttended
from taizhang.domain.standing import OthersRestOnIt

LEFT = [*TAUGHT, enrolled(ZHAO), withdrawn(ZHAO), enrolled(CHEN)]  # two seats: Li's, and Zhao's that Chen took
MARKED = [*TAUGHT, attended(hours(MAY_4, 8, 10))]
CERTIFIED = [*TAUGHT, attended(hours(MAY_4, 8, 10), hours(MAY_5, 8, 10)), certificate()]
REVOKED = CertificateRevoked(
    training_class=WELDING,
    person=LI,
    number=certificate().number,
    issuer=certificate().issuer,
    why="typing error",
    occurred_on=MAY_9,
)
REGISTERED = OrganisationRegistered(
    organisation=OrganisationId(SCHOOL),
    name="School",
    kind="institution",
    region=RegionCode("620121"),
    occurred_on=MAY_3,
)
OPENED = ProgrammeOpened(
    programme=filed().programme, zh="培训", en="Training", kind="labour", since=MAY_3, occurred_on=MAY_3
)
TARGET = TargetSet(
    programme=filed().programme,
    phase="p1",
    since=MAY_3,
    until=MAY_9,
    unit="persons",
    target=1,
    occurred_on=MAY_3,
)


def void(decide, given: list[Fact], was: Fact) -> Correction:
    [correction] = decide(given=given, when=was, by=officer("deputy"), amend=amend(given, was, void=True))
    assert isinstance(correction, Correction)
    return correction


def change(decide, given: list[Fact], was: Fact, now: Fact) -> Correction:
    [correction] = decide(given=given, when=now, by=officer("deputy"), amend=amend(given, was))
    assert isinstance(correction, Correction)
    return correction


def test_a_void_withdrawal_does_not_overfill_the_class(decide) -> None:
    with pytest.raises(SeatsTaken, match="has 2 seats and 2 are taken"):
        void(decide, LEFT, withdrawn(ZHAO))


def test_a_withdrawal_whose_seat_is_still_free_may_be_void(decide) -> None:
    assert void(decide, LEFT[:-1], withdrawn(ZHAO)).now is None


def test_a_void_withdrawal_does_not_give_one_person_two_seats(decide) -> None:
    given = [designated(), filed(seats=9), approved(), enrolled(), withdrawn(), enrolled(on=MAY_6)]
    with pytest.raises(OthersRestOnIt, match="Trainee enrolled"):
        void(decide, given, withdrawn())


@pytest.mark.parametrize(
    ("given", "rests"),
    [
        ([*OPEN, enrolled(), withdrawn()], "Trainee withdrawn"),
        (MARKED, "Attendance taken"),
        (CERTIFIED, "Certificate issued"),
    ],
)
def test_an_enrolment_stays_while_something_of_the_trainee_rests_on_it(decide, given: list[Fact], rests: str) -> None:
    with pytest.raises(OthersRestOnIt, match=rests):
        void(decide, given, enrolled())
    with pytest.raises(OthersRestOnIt, match=rests):
        change(decide, given, enrolled(), enrolled(CHEN))


def test_an_enrolment_is_not_dated_after_attendance_that_rests_on_it(decide) -> None:
    with pytest.raises(OthersRestOnIt, match="Attendance taken"):
        change(decide, MARKED, enrolled(), enrolled(on=MAY_5))
    assert change(decide, MARKED, enrolled(), enrolled(on=MAY_4)).now == enrolled(on=MAY_4)


def test_an_enrolment_dated_after_the_start_may_be_dated_anew(decide) -> None:
    """Rosters are often dated late: attendance before the day never rested on that day."""
    given = [*OPEN, session(MAY_4), enrolled(on=MAY_6), attended(hours(MAY_4, 8, 10))]
    assert change(decide, given, enrolled(on=MAY_6), enrolled(on=MAY_9)).now == enrolled(on=MAY_9)


def test_a_second_enrolment_is_not_dated_after_attendance_that_rests_on_it(decide) -> None:
    back = enrolled(on=MAY_5)
    given = [*OPEN, session(MAY_5), enrolled(), withdrawn(on=MAY_4), back, attended(hours(MAY_5, 8, 10))]
    with pytest.raises(OthersRestOnIt, match="Attendance taken"):
        change(decide, given, back, enrolled(on=MAY_6))


@pytest.mark.parametrize("day", [MAY_3, MAY_4])
def test_a_withdrawal_is_not_dated_before_attendance_that_stands_as_it_would_not_be_anew(decide, day: date) -> None:
    given = [*TAUGHT, attended(hours(MAY_5, 8, 10)), withdrawn(on=MAY_5)]
    with pytest.raises(AttendedAfterLeaving, match=f"on 2016-05-05, and so did not leave it on {day}"):
        change(decide, given, withdrawn(on=MAY_5), withdrawn(on=day))
    with pytest.raises(AttendedAfterLeaving):
        decide(given=given[:-1], when=withdrawn(on=day), by=officer("deputy"))
    assert change(decide, given, withdrawn(on=MAY_5), withdrawn(on=MAY_6)).now == withdrawn(on=MAY_6)


def test_an_enrolment_may_go_while_another_of_the_same_person_holds_the_seat(decide) -> None:
    given = [*OPEN, enrolled(), withdrawn(), enrolled(on=MAY_6)]
    assert void(decide, given, enrolled(on=MAY_6)).now is None


def test_an_enrolment_on_which_nothing_rests_may_be_void(decide) -> None:
    assert void(decide, TAUGHT, enrolled()).now is None


def test_an_enrolment_of_one_class_is_free_whatever_happens_in_another(decide) -> None:
    elsewhere: list[Fact] = [filed(COOKING), approved(COOKING), enrolled(training_class=COOKING)]
    assert void(decide, [*MARKED, *elsewhere], enrolled(training_class=COOKING)).now is None


@pytest.mark.parametrize("others", [[approved()], [enrolled()], [approved(), session()]])
def test_a_filing_stays_while_anything_bears_its_class(decide, others: list[Fact]) -> None:
    with pytest.raises(OthersRestOnIt, match="Correct or void those first"):
        void(decide, [designated(), filed(), *others], filed())


def test_a_filing_is_not_renamed_from_under_its_approval(decide) -> None:
    with pytest.raises(OthersRestOnIt, match="Class approved"):
        change(decide, OPEN, filed(), filed(COOKING))


def test_a_filing_that_nobody_acted_on_may_be_void(decide) -> None:
    assert void(decide, [designated(), filed()], filed()).now is None


def test_a_filing_may_change_under_its_approval(decide) -> None:
    assert change(decide, OPEN, filed(), filed(name="Welding by night")).now is not None


def test_an_approval_stays_while_sessions_were_held_on_it(decide) -> None:
    given = [*OPEN, session(MAY_4)]
    with pytest.raises(OthersRestOnIt, match="Session held"):
        void(decide, given, approved())
    with pytest.raises(OthersRestOnIt, match="Session held"):
        change(decide, given, approved(), approved(on=MAY_5))
    assert void(decide, OPEN, approved()).now is None


def test_a_session_stays_while_attendance_is_marked_in_it(decide) -> None:
    with pytest.raises(SessionIsAttended, match="1 persons are marked present"):
        void(decide, MARKED, session(MAY_4))


@pytest.mark.parametrize("now", [session(MAY_4, 8, 9), session(MAY_4, 9, 11), session(MAY_6)])
def test_a_session_is_not_shortened_or_moved_from_under_its_attendance(decide, now: Fact) -> None:
    with pytest.raises(SessionIsAttended):
        change(decide, MARKED, session(MAY_4), now)


def test_a_session_may_grow_around_its_attendance_and_change_its_teacher(decide) -> None:
    assert change(decide, MARKED, session(MAY_4), session(MAY_4, 7, 11, teacher=None)).now is not None


def test_a_session_may_go_where_a_parallel_one_carries_the_attendance(decide) -> None:
    parallel = session(MAY_4, teacher=None, venue=None)
    given: list[Fact] = [*OPEN, session(MAY_4), msgspec.structs.replace(parallel, topic="b"), *MARKED[4:]]
    assert void(decide, given, session(MAY_4)).now is None


def test_a_session_without_attendance_may_be_void(decide) -> None:
    assert void(decide, MARKED, session(MAY_5)).now is None


def test_a_certificate_stays_while_its_revocation_stands(decide) -> None:
    with pytest.raises(OthersRestOnIt, match="Certificate revoked"):
        void(decide, [*CERTIFIED, REVOKED], certificate())
    assert void(decide, [*CERTIFIED, REVOKED], REVOKED).now is None
    assert void(decide, CERTIFIED, certificate()).now is None


def test_a_designation_may_be_void_though_classes_were_approved_on_it(decide) -> None:
    given = [REGISTERED, *TAUGHT]
    assert void(decide, given, designated()).now is None


def test_an_organisation_stays_while_it_is_designated(decide) -> None:
    with pytest.raises(OthersRestOnIt, match="Institution designated"):
        void(decide, [REGISTERED, *OPEN], REGISTERED)
    assert void(decide, [REGISTERED], REGISTERED).now is None


def test_a_programme_stays_while_it_has_targets(decide) -> None:
    province = msgspec.structs.replace(officer("teller"), region=RegionCode("620000"))
    given: list[Fact] = [OPENED, TARGET]
    with pytest.raises(OthersRestOnIt, match="Target set"):
        decide(given=given, when=OPENED, by=province, amend=amend(given, OPENED, void=True))


def test_a_wish_is_free_to_go(decide) -> None:
    wish = WishStated(person=LI, county=RegionCode("620121"), occupation=filed().occupation, occurred_on=MAY_3)
    assert void(decide, [wish], wish).now is None


# -- whose fact it is ---------------------------------------------------------------------------------------


def test_a_clerk_of_another_county_neither_voids_nor_moves_a_fact(decide) -> None:
    stranger = msgspec.structs.replace(officer("stranger"), region=RegionCode("620122"))
    given = [*OPEN, enrolled()]
    for when, gone in ((enrolled(), True), (enrolled(training_class="c620122-cooking"), False)):
        with pytest.raises(OutsideYourRegion, match="belongs to 620121"):
            decide(given=given, when=when, by=stranger, amend=amend(given, enrolled(), void=gone))


def test_a_fact_is_not_moved_into_another_county_either(decide) -> None:
    given = [*OPEN, enrolled()]
    with pytest.raises(OutsideYourRegion, match="belongs to 620122"):
        change(decide, given, enrolled(), enrolled(training_class="c620122-cooking"))


def test_a_households_member_is_voided_in_its_own_county_only(decide) -> None:
    stranger = msgspec.structs.replace(officer("stranger"), region=RegionCode("620122"))
    household = HouseholdId("h620121-1")
    register = HouseholdRegistered(
        household=household, village=RegionCode("620121100201"), attribute="poor", occurred_on=MAY_3
    )
    member = HouseholdMemberListed(household=household, person=LI, occurred_on=MAY_3)
    given: list[Fact] = [register, member]
    with pytest.raises(OutsideYourRegion):
        decide(given=given, when=member, by=stranger, amend=amend(given, member, void=True))
    assert void(decide, given, member).now is None


# -- what the corrector saw ---------------------------------------------------------------------------------

MOVED = corrected(TraineeEnrolledCorrected, [*OPEN, enrolled()], enrolled(), enrolled(on=MAY_4))


def test_a_correction_of_what_changed_meanwhile_is_refused(decide) -> None:
    given = [*OPEN, enrolled(), MOVED]
    stale = amend(given, enrolled())
    with pytest.raises(ChangedMeanwhile, match="since you looked"):
        decide(given=given, when=enrolled(on=MAY_5), by=officer("deputy"), amend=stale)
    with pytest.raises(ChangedMeanwhile):
        decide(given=given, when=enrolled(), by=officer("deputy"), amend=amend(given, enrolled(), void=True))


def test_a_second_officer_with_the_same_correction_changes_nothing(decide) -> None:
    given = [*OPEN, enrolled(), MOVED]
    with pytest.raises(NothingChanges):
        decide(given=given, when=enrolled(on=MAY_4), by=officer("deputy"), amend=amend(given, enrolled()))


def test_what_is_void_already_is_not_voided_twice_nor_changed(decide) -> None:
    given: list[Fact] = [*OPEN, enrolled(), withdrawn()]
    given.append(corrected(TraineeWithdrawnCorrected, given, withdrawn(), None))
    with pytest.raises(NothingChanges):
        void(decide, given, withdrawn())
    with pytest.raises(ChangedMeanwhile):
        change(decide, given, withdrawn(), withdrawn(on=MAY_6))


def test_a_correction_is_corrected_from_the_body_in_force(decide) -> None:
    given = [*OPEN, enrolled(), MOVED]
    from_now = Amend(corrects=Position(4), was=enrolled(on=MAY_4), reason="again", approver=OfficerId("chief"))
    [correction] = decide(given=given, when=enrolled(on=MAY_5), by=officer("deputy"), amend=from_now)
    assert (correction.corrects, correction.was, correction.now) == (4, enrolled(on=MAY_4), enrolled(on=MAY_5))


def test_a_session_whose_move_was_taken_back_carries_attendance_again(decide) -> None:
    given: list[Fact] = [*OPEN, session(MAY_4), enrolled()]
    given.append(corrected(SessionHeldCorrected, given, session(MAY_4), session(MAY_6)))
    back = Amend(corrects=Position(4), was=session(MAY_6), reason="was right", approver=OfficerId("chief"))
    [correction] = decide(given=given, when=session(MAY_4), by=officer("deputy"), amend=back)
    given.append(correction)
    row = attended(hours(MAY_4, 8, 10))
    assert decide(given=given, when=row, by=officer("deputy")) == [row]


def test_another_persons_correction_leaves_ones_own_alone(decide) -> None:
    given = [*OPEN, enrolled(), enrolled(ZHAO)]
    kept: TraineeEnrolled = enrolled(ZHAO)
    assert change(decide, given, kept, enrolled(ZHAO, on=date(2016, 5, 4))).was == kept
