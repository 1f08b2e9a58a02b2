"""Attendance: inside sessions held, by people who sit in the class and live, each hour once."""

from __future__ import annotations

import pytest
from training_samples import (
    COOKING,
    LI,
    MAY_3,
    MAY_4,
    MAY_5,
    MAY_6,
    MAY_9,
    OPEN,
    TAUGHT,
    WELDING,
    ZHAO,
    amend,
    approved,
    attended,
    corrected,
    died,
    enrolled,
    filed,
    hours,
    merged,
    session,
    withdrawn,
)

from taizhang.domain.attendance import (
    AttendanceCorrected,
    AttendanceTaken,
    HoursOverlap,
    MarkedAlready,
    NothingMarked,
    OutsideSessions,
)
from taizhang.domain.classes import ClassNotFiled
from taizhang.domain.enrolment import (
    NotEnrolled,
    RecordedAsDead,
    TraineeEnrolledCorrected,
    TraineeWithdrawnCorrected,
)
from taizhang.domain.hours import DatedOtherwise, HoursImpossible, SessionHours
from taizhang.domain.people import PersonDiedCorrected
from taizhang.domain.sessions import SessionHeldCorrected
from taizhang.domain.standing import StandsAlready

BOTH_DAYS = attended(hours(MAY_4, 8, 10), hours(MAY_5, 8, 10))
FIRST_DAY = attended(hours(MAY_4, 8, 10))
# the cooking class meets at 9 to 11 on May 4 and May 6, and Li sits in it too
TWO_CLASSES = [
    *TAUGHT,
    filed(COOKING),
    approved(COOKING),
    session(MAY_4, 9, 11, COOKING, teacher=None, venue=None),
    session(MAY_6, 9, 11, COOKING, teacher=None, venue=None),
    enrolled(LI, COOKING),
]


def test_a_row_of_the_attendance_sheet_is_one_fact(decide) -> None:
    assert decide(given=TAUGHT, when=BOTH_DAYS) == [BOTH_DAYS]


def test_who_came_late_and_left_early_is_marked_for_the_time_between(decide) -> None:
    part = attended(SessionHours(MAY_4, 495, 585))
    assert decide(given=TAUGHT, when=part) == [part]


def test_attendance_runs_over_sessions_that_touch(decide) -> None:
    long = attended(hours(MAY_4, 8, 12))
    assert decide(given=[*TAUGHT, session(MAY_4, 10, 12)], when=long) == [long]


@pytest.mark.parametrize(
    "mark",
    [hours(MAY_4, 7, 9), hours(MAY_4, 9, 11), hours(MAY_4, 6, 12), hours(MAY_4, 14, 16), hours(MAY_6, 8, 10)],
    ids=["begins before", "ends after", "around", "another time", "a day without session"],
)
def test_attendance_outside_the_sessions_is_refused(decide, mark) -> None:
    with pytest.raises(OutsideSessions, match=str(mark)):
        decide(given=TAUGHT, when=attended(mark))


def test_the_refusal_names_the_hours_that_were_taught(decide) -> None:
    with pytest.raises(OutsideSessions, match="taught that day \\(08:00-10:00\\)"):
        decide(given=TAUGHT, when=attended(hours(MAY_4, 9, 11)))


def test_attendance_follows_a_corrected_session(decide) -> None:
    given = [*TAUGHT, corrected(SessionHeldCorrected, TAUGHT, session(MAY_4), session(MAY_4, 14, 16))]
    with pytest.raises(OutsideSessions):
        decide(given=given, when=FIRST_DAY)
    afternoon = attended(hours(MAY_4, 14, 16))
    assert decide(given=given, when=afternoon) == [afternoon]


def test_a_correction_does_not_take_attendance_outside_the_sessions(decide) -> None:
    given = [*TAUGHT, FIRST_DAY]
    with pytest.raises(OutsideSessions):
        decide(given=given, when=attended(hours(MAY_4, 8, 12)), amend=amend(given, FIRST_DAY))


def test_attendance_in_a_class_that_is_not_filed_is_refused(decide) -> None:
    with pytest.raises(ClassNotFiled):
        decide(given=[], when=FIRST_DAY)


@pytest.mark.parametrize("mark", [hours(MAY_4, 10, 8), hours(MAY_4, 9, 9), hours(MAY_4, 9, 25)])
def test_marks_do_not_run_backwards_or_past_midnight(decide, mark) -> None:
    with pytest.raises(HoursImpossible):
        decide(given=TAUGHT, when=attended(mark))


def test_attendance_is_dated_by_the_last_day_on_the_sheet_so_that_no_seal_is_passed_by(decide) -> None:
    row = AttendanceTaken(training_class=WELDING, person=LI, marks=(hours(MAY_4, 8, 10),), occurred_on=MAY_9)
    with pytest.raises(DatedOtherwise, match="dated 2016-05-09, but the last day on it is 2016-05-04"):
        decide(given=TAUGHT, when=row)


def test_days_of_absence_are_marks_too(decide) -> None:
    row = AttendanceTaken(
        training_class=WELDING, person=LI, marks=(hours(MAY_4, 8, 10),), absent=(MAY_5,), occurred_on=MAY_5
    )
    assert decide(given=TAUGHT, when=row) == [row]


def test_a_row_without_any_mark_is_refused(decide) -> None:
    with pytest.raises(NothingMarked):
        decide(given=TAUGHT, when=AttendanceTaken(training_class=WELDING, person=LI, occurred_on=MAY_4))


def test_who_is_not_enrolled_does_not_attend(decide) -> None:
    with pytest.raises(NotEnrolled, match="zhao is not in class c620121-welding"):
        decide(given=TAUGHT, when=attended(hours(MAY_4, 8, 10), person=ZHAO))


def test_who_sits_in_another_class_does_not_attend_this_one(decide) -> None:
    given = [*OPEN, session(), filed(COOKING), enrolled(LI, COOKING)]
    with pytest.raises(NotEnrolled):
        decide(given=given, when=FIRST_DAY)


def test_whose_enrolment_was_voided_does_not_attend(decide) -> None:
    given = [*TAUGHT, corrected(TraineeEnrolledCorrected, TAUGHT, enrolled(), None)]
    with pytest.raises(NotEnrolled):
        decide(given=given, when=FIRST_DAY)


def test_nobody_attends_after_leaving_until_the_withdrawal_is_corrected(decide) -> None:
    given = [*TAUGHT, withdrawn(on=MAY_4)]
    assert decide(given=given, when=FIRST_DAY) == [FIRST_DAY]
    with pytest.raises(NotEnrolled, match="on 2016-05-05"):
        decide(given=given, when=BOTH_DAYS)
    given.append(corrected(TraineeWithdrawnCorrected, given, withdrawn(on=MAY_4), withdrawn(on=MAY_6)))
    assert decide(given=given, when=BOTH_DAYS) == [BOTH_DAYS]


def test_the_dead_do_not_attend_after_the_day_of_their_death(decide) -> None:
    given = [*TAUGHT, died(MAY_4)]
    assert decide(given=given, when=FIRST_DAY) == [FIRST_DAY]
    with pytest.raises(RecordedAsDead, match="dead since 2016-05-04, before 2016-05-05"):
        decide(given=given, when=BOTH_DAYS)


@pytest.mark.parametrize("now", [None, died(MAY_6)])
def test_a_person_attends_again_once_the_death_record_is_corrected(decide, now) -> None:
    given = [*TAUGHT, died(MAY_3)]
    given.append(corrected(PersonDiedCorrected, given, died(MAY_3), now))
    assert decide(given=given, when=BOTH_DAYS) == [BOTH_DAYS]


def test_nobody_is_counted_as_dead_for_being_absent(decide) -> None:
    row = AttendanceTaken(training_class=WELDING, person=LI, absent=(MAY_5,), occurred_on=MAY_5)
    assert decide(given=[*TAUGHT, died(MAY_4)], when=row) == [row]


def test_one_person_does_not_sit_in_two_classes_at_once(decide) -> None:
    with pytest.raises(HoursOverlap, match="while attending class c620121-welding at 2016-05-04 08:00-10:00"):
        decide(
            given=[*TWO_CLASSES, FIRST_DAY],
            when=attended(hours(MAY_4, 9, 11), hours(MAY_6, 9, 11), training_class=COOKING),
        )


def test_one_person_goes_from_one_class_to_the_next(decide) -> None:
    then = attended(hours(MAY_4, 10, 11), hours(MAY_6, 9, 11), training_class=COOKING)
    assert decide(given=[*TWO_CLASSES, FIRST_DAY], when=then) == [then]


def test_one_person_under_two_ids_does_not_sit_in_two_classes_at_once(decide) -> None:
    given = [*TWO_CLASSES, FIRST_DAY, enrolled(ZHAO, COOKING)]
    as_zhao = attended(hours(MAY_4, 9, 11), person=ZHAO, training_class=COOKING)
    assert decide(given=given, when=as_zhao) == [as_zhao]
    with pytest.raises(HoursOverlap):
        decide(given=[*given, merged(LI, ZHAO)], when=as_zhao)


def test_hours_are_free_again_when_the_wrong_attendance_was_corrected(decide) -> None:
    given = [*TWO_CLASSES, BOTH_DAYS]
    given.append(corrected(AttendanceCorrected, given, BOTH_DAYS, attended(hours(MAY_5, 8, 10))))
    other = attended(hours(MAY_4, 9, 11), training_class=COOKING)
    assert decide(given=given, when=other) == [other]


def test_a_correction_does_not_put_a_person_in_two_classes_at_once(decide) -> None:
    later = attended(hours(MAY_4, 10, 11), training_class=COOKING)
    given = [*TWO_CLASSES, FIRST_DAY, later]
    with pytest.raises(HoursOverlap):
        decide(given=given, when=attended(hours(MAY_4, 9, 11), training_class=COOKING), amend=amend(given, later))


def test_a_correction_may_overlap_what_it_replaces(decide) -> None:
    given = [*TAUGHT, FIRST_DAY]
    shorter = attended(hours(MAY_4, 8, 9))
    [correction] = decide(given=given, when=shorter, amend=amend(given, FIRST_DAY))
    assert (correction.was, correction.now) == (FIRST_DAY, shorter)


def test_the_same_row_twice_changes_nothing(decide) -> None:
    with pytest.raises(StandsAlready):
        decide(given=[*TAUGHT, BOTH_DAYS], when=BOTH_DAYS)


def test_an_hour_of_one_class_is_counted_once(decide) -> None:
    with pytest.raises(MarkedAlready, match="2016-05-04 08:00-10:00 already"):
        decide(given=[*TAUGHT, FIRST_DAY], when=BOTH_DAYS)
    with pytest.raises(MarkedAlready):
        decide(given=TAUGHT, when=attended(hours(MAY_4, 8, 10), hours(MAY_4, 9, 10)))
