"""Wishes, enrolments and withdrawals: one seat each, none too many, none for the dead."""

from __future__ import annotations

from datetime import date

import msgspec
import pytest
from training_samples import (
    CHEN,
    COOKING,
    COUNTY,
    DESIGNATED,
    LI,
    MAY_2,
    MAY_3,
    MAY_4,
    MAY_5,
    MAY_6,
    MAY_9,
    OPEN,
    WELDER,
    WELDING,
    ZHAO,
    amend,
    approved,
    corrected,
    died,
    enrolled,
    filed,
    merged,
    officer,
    withdrawn,
)

from taizhang.domain.boundary import GuardBook
from taizhang.domain.classes import (
    ClassCancelled,
    ClassCompleted,
    ClassFilingRefused,
    ClassFilingRefusedCorrected,
    ClassId,
    ClassNotFiled,
    ClassWasCancelled,
    FilingWasRefused,
)
from taizhang.domain.core import PersonId, RegionCode
from taizhang.domain.decisions import NotYourRole, OutsideYourRegion
from taizhang.domain.enrolment import (
    ClassWasCompleted,
    EnrolledOtherwise,
    NotEnrolled,
    RecordedAsDead,
    SeatGuard,
    SeatsTaken,
    TraineeEnrolledCorrected,
    WishStated,
    sits_on,
)
from taizhang.domain.people import PersonDiedCorrected
from taizhang.domain.sealing import PeriodIsSealed, PeriodSealed, SealId
from taizhang.domain.standing import StandsAlready

FULL = [*OPEN, enrolled(ZHAO), enrolled(CHEN)]
WISH = WishStated(person=LI, county=COUNTY, occupation=WELDER, form="short-class", aim="work-away", occurred_on=MAY_2)


def test_a_person_takes_a_seat(decide) -> None:
    assert decide(given=OPEN, when=enrolled()) == [enrolled()]


def test_people_enrol_before_the_class_is_approved(decide) -> None:
    assert decide(given=[filed()], when=enrolled()) == [enrolled()]


def test_nobody_enrols_in_a_class_that_is_not_filed(decide) -> None:
    with pytest.raises(ClassNotFiled):
        decide(given=[], when=enrolled())


def test_a_full_class_takes_nobody_more(decide) -> None:
    with pytest.raises(SeatsTaken, match="has 2 seats and 2 are taken"):
        decide(given=FULL, when=enrolled())


def test_a_withdrawal_frees_a_seat(decide) -> None:
    assert decide(given=[*FULL, withdrawn(CHEN)], when=enrolled()) == [enrolled()]


def test_a_voided_enrolment_frees_a_seat(decide) -> None:
    given = [*FULL, corrected(TraineeEnrolledCorrected, FULL, enrolled(CHEN), None)]
    assert decide(given=given, when=enrolled()) == [enrolled()]


def test_a_correction_does_not_move_a_person_into_a_full_class(decide) -> None:
    elsewhere = enrolled(LI, COOKING)
    given = [*FULL, filed(COOKING), elsewhere]
    with pytest.raises(SeatsTaken, match="c620121-welding"):
        decide(given=given, when=enrolled(LI), amend=amend(given, elsewhere))


def test_a_correction_of_an_enrolment_in_a_full_class_needs_no_second_seat(decide) -> None:
    now = msgspec.structs.replace(enrolled(CHEN), claimed_poor=True)
    [correction] = decide(given=FULL, when=now, amend=amend(FULL, enrolled(CHEN)))
    assert (correction.was, correction.now) == (enrolled(CHEN), now)


def test_the_same_enrolment_twice_changes_nothing_even_when_the_class_is_full_or_left(decide) -> None:
    with pytest.raises(StandsAlready):
        decide(given=FULL, when=enrolled(CHEN))
    with pytest.raises(StandsAlready):
        decide(given=[*OPEN, enrolled(), withdrawn()], when=enrolled())


def test_a_second_enrolment_that_says_otherwise_names_the_first(decide) -> None:
    with pytest.raises(EnrolledOtherwise, match="li is in class c620121-welding since 2016-05-03"):
        decide(given=[*OPEN, enrolled()], when=enrolled(on=MAY_4))


def test_one_person_under_two_ids_takes_one_seat(decide) -> None:
    given = [*OPEN, enrolled(ZHAO), merged(LI, ZHAO)]
    with pytest.raises(EnrolledOtherwise):
        decide(given=given, when=enrolled(LI, on=MAY_4))
    with pytest.raises(StandsAlready):
        decide(given=given, when=enrolled(LI))


def test_who_left_may_come_back(decide) -> None:
    again = enrolled(on=MAY_6)
    assert decide(given=[*OPEN, enrolled(), withdrawn(on=MAY_5)], when=again) == [again]


def test_two_classes_at_once_are_no_contradiction(decide) -> None:
    given = [*OPEN, filed(COOKING), enrolled()]
    assert decide(given=given, when=enrolled(LI, COOKING)) == [enrolled(LI, COOKING)]


def test_nobody_enrols_in_a_class_whose_filing_was_refused_until_that_is_corrected(decide) -> None:
    refused = ClassFilingRefused(training_class=WELDING, why="no workshop", occurred_on=MAY_6)
    given = [DESIGNATED, filed(), refused]
    with pytest.raises(FilingWasRefused):
        decide(given=given, when=enrolled())
    given.append(corrected(ClassFilingRefusedCorrected, given, refused, None))
    assert decide(given=given, when=enrolled()) == [enrolled()]


def test_nobody_enrols_after_a_class_was_cancelled_or_completed_but_late_entry_goes_in(decide) -> None:
    cancelled = ClassCancelled(training_class=WELDING, why="nobody came", occurred_on=MAY_5)
    with pytest.raises(ClassWasCancelled, match="cancelled on 2016-05-05, before 2016-05-06"):
        decide(given=[*OPEN, cancelled], when=enrolled(on=MAY_6))
    completed = ClassCompleted(training_class=WELDING, occurred_on=MAY_5)
    with pytest.raises(ClassWasCompleted, match="completed on 2016-05-05; nobody enrols on 2016-05-06"):
        decide(given=[*OPEN, completed], when=enrolled(on=MAY_6))
    assert decide(given=[*OPEN, completed], when=enrolled(on=MAY_3)) == [enrolled(on=MAY_3)]


def test_the_dead_do_not_enrol_after_the_day_of_their_death(decide) -> None:
    with pytest.raises(RecordedAsDead, match="dead since 2016-05-02, before 2016-05-03"):
        decide(given=[*OPEN, died(MAY_2)], when=enrolled())
    assert decide(given=[*OPEN, died(MAY_3)], when=enrolled()) == [enrolled()]


def test_a_death_recorded_under_another_id_of_the_person_counts(decide) -> None:
    with pytest.raises(RecordedAsDead):
        decide(given=[*OPEN, died(MAY_2, ZHAO), merged(LI, ZHAO)], when=enrolled())


@pytest.mark.parametrize("now", [None, died(MAY_9)])
def test_a_person_enrols_again_once_the_death_record_is_corrected(decide, now) -> None:
    given = [*OPEN, died(MAY_2)]
    given.append(corrected(PersonDiedCorrected, given, died(MAY_2), now))
    assert decide(given=given, when=enrolled()) == [enrolled()]


def test_a_person_leaves_a_class(decide) -> None:
    assert decide(given=[*OPEN, enrolled()], when=withdrawn()) == [withdrawn()]


def test_who_is_not_in_the_class_cannot_leave_it(decide) -> None:
    with pytest.raises(NotEnrolled, match="li is not in class c620121-welding on 2016-05-05"):
        decide(given=OPEN, when=withdrawn())
    given = [*OPEN, enrolled(), withdrawn(on=MAY_5)]
    with pytest.raises(NotEnrolled):
        decide(given=given, when=withdrawn(on=MAY_6))
    with pytest.raises(StandsAlready):
        decide(given=given, when=withdrawn(on=MAY_5))


def test_nobody_leaves_a_class_whose_enrolment_was_voided(decide) -> None:
    given = [*OPEN, enrolled()]
    given.append(corrected(TraineeEnrolledCorrected, given, enrolled(), None))
    with pytest.raises(NotEnrolled):
        decide(given=given, when=withdrawn())


def test_who_enrolled_under_another_id_may_leave_under_this_one(decide) -> None:
    given = [*OPEN, enrolled(ZHAO), merged(LI, ZHAO)]
    assert decide(given=given, when=withdrawn(LI)) == [withdrawn(LI)]


def test_an_enrolment_in_a_sealed_period_is_refused_by_the_county_in_the_class_id(decide) -> None:
    seal = PeriodSealed(
        seal=SealId("s1"), region=COUNTY, since=date(2016, 5, 1), until=date(2016, 5, 31), occurred_on=date(2016, 6, 5)
    )
    with pytest.raises(PeriodIsSealed):
        decide(given=[*OPEN, seal], when=enrolled())


def test_nobody_enrols_people_of_another_county_or_without_the_role(decide) -> None:
    with pytest.raises(OutsideYourRegion):
        decide(given=[], when=enrolled(LI, ClassId("c622621-welding")))
    with pytest.raises(NotYourRole):
        decide(given=OPEN, when=enrolled(), by=officer("inspector", role="inspector"))


def test_seats_taken_back_are_free() -> None:
    book = GuardBook()
    for fact in (enrolled(LI), enrolled(ZHAO), withdrawn(ZHAO)):
        book.apply(fact, 1)
    assert book["seats", WELDING] == SeatGuard(taken=1)
    assert book.without(withdrawn(ZHAO), [("seats", WELDING)])["seats", WELDING] == SeatGuard(taken=2)
    assert book.without(enrolled(LI), [("seats", WELDING)])["seats", WELDING] == SeatGuard(taken=0)


@pytest.mark.parametrize(
    ("day", "enrolments", "withdrawals", "sits"),
    [
        (MAY_4, [], [], False),
        (MAY_4, [MAY_6], [], True),  # the roster is dated after the start
        (MAY_5, [MAY_3], [MAY_5], True),  # the day of leaving itself
        (MAY_6, [MAY_3], [MAY_5], False),
        (MAY_6, [MAY_5], [MAY_5], False),  # came and left on one day
        (MAY_6, [MAY_3, MAY_9], [MAY_5], False),  # between leaving and coming back
        (MAY_9, [MAY_3, MAY_9], [MAY_5], True),
    ],
)
def test_who_sits_in_a_class_on_a_day(day, enrolments, withdrawals, sits) -> None:
    assert sits_on(day, enrolments, withdrawals) is sits


def test_a_wish_is_kept_as_stated_and_stated_once(decide) -> None:
    assert decide(given=[], when=WISH) == [WISH]
    with pytest.raises(StandsAlready):
        decide(given=[WISH], when=WISH)
    later = msgspec.structs.replace(WISH, occurred_on=MAY_9, aim="start-up")
    assert decide(given=[WISH], when=later) == [later]


def test_a_wish_belongs_to_its_county(decide) -> None:
    with pytest.raises(OutsideYourRegion):
        decide(given=[], when=msgspec.structs.replace(WISH, county=RegionCode("622621")))


def test_enrolling_reads_nobody_elses_facts(decide) -> None:
    many = [filed(seats=50), approved(), *(enrolled(PersonId(f"p{number}")) for number in range(49))]
    assert decide(given=many, when=enrolled()) == [enrolled()]
    with pytest.raises(SeatsTaken, match="has 50 seats and 50 are taken"):
        decide(given=[*many, enrolled(CHEN)], when=enrolled())
