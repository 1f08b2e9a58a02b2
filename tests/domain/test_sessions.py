"""Sessions and presence checks: approved in time, at possible hours, with a teacher and a venue that are free."""

from __future__ import annotations

from datetime import date

import msgspec
import pytest
from training_samples import (
    COOKING,
    COUNTY,
    DESIGNATED,
    MAY_2,
    MAY_3,
    MAY_4,
    MAY_5,
    MAY_9,
    OPEN,
    SCHOOL,
    WELDING,
    WORKSHOP,
    amend,
    approved,
    corrected,
    designated,
    filed,
    hours,
    officer,
    session,
)

from taizhang.domain.boundary import GuardBook
from taizhang.domain.classes import (
    ClassApprovedCorrected,
    ClassCancelled,
    ClassCancelledCorrected,
    ClassFilingRefused,
    ClassNotFiled,
    ClassWasCancelled,
    FilingWasRefused,
    TeacherId,
    VenueId,
)
from taizhang.domain.decisions import NotYourRole
from taizhang.domain.designation import InstitutionNotDesignated
from taizhang.domain.hours import DatedOtherwise, HoursImpossible, SessionHours
from taizhang.domain.institutions import InstitutionSuspended, InstitutionSuspendedCorrected
from taizhang.domain.sessions import (
    ApprovedTooLate,
    ClassNeverApproved,
    PresenceChecked,
    SessionGuard,
    SessionHeld,
    SessionHeldCorrected,
    TeacherInTwoPlaces,
    VenueInTwoClasses,
)
from taizhang.domain.standing import StandsAlready

BOTH = [*OPEN, filed(COOKING), approved(COOKING)]
CHECK = PresenceChecked(training_class=WELDING, minute=9 * 60, counted=17, occurred_on=MAY_4)


def test_a_session_of_an_approved_class_is_recorded(decide) -> None:
    assert decide(given=OPEN, when=session()) == [session()]


def test_a_class_is_taught_on_the_day_of_its_approval(decide) -> None:
    assert decide(given=OPEN, when=session(MAY_3)) == [session(MAY_3)]


def test_a_class_that_is_not_filed_is_not_taught(decide) -> None:
    with pytest.raises(ClassNotFiled, match="No class c620121-welding is filed"):
        decide(given=[], when=session())


def test_a_class_that_is_filed_and_not_approved_is_not_taught(decide) -> None:
    with pytest.raises(ClassNeverApproved, match="not approved"):
        decide(given=[DESIGNATED, filed()], when=session())


def test_a_class_is_not_taught_before_it_was_approved(decide) -> None:
    with pytest.raises(ApprovedTooLate, match="approved on 2016-05-05, after the session of 2016-05-04"):
        decide(given=[DESIGNATED, filed(), approved(on=MAY_5)], when=session(MAY_4))


def test_an_approval_dated_before_the_filing_does_not_help(decide) -> None:
    with pytest.raises(ApprovedTooLate, match="filed on 2016-05-05"):
        decide(given=[DESIGNATED, filed(on=MAY_5), approved(on=MAY_2)], when=session(MAY_4))


def test_a_class_may_be_taught_once_the_wrong_day_of_approval_is_corrected(decide) -> None:
    given = [DESIGNATED, filed(), approved(on=MAY_9)]
    given.append(corrected(ClassApprovedCorrected, given, approved(on=MAY_9), approved(on=MAY_3)))
    assert decide(given=given, when=session(MAY_4)) == [session(MAY_4)]


def test_a_class_whose_filing_was_refused_is_not_taught(decide) -> None:
    refused = ClassFilingRefused(training_class=WELDING, why="no workshop", occurred_on=MAY_9)
    with pytest.raises(FilingWasRefused, match="refused on 2016-05-09"):
        decide(given=[DESIGNATED, filed(), refused], when=session(MAY_4))


def test_a_class_is_not_taught_after_the_day_it_was_cancelled(decide) -> None:
    cancelled = ClassCancelled(training_class=WELDING, why="nobody came", occurred_on=MAY_4)
    given = [*OPEN, cancelled]
    assert decide(given=given, when=session(MAY_4)) == [session(MAY_4)]
    with pytest.raises(ClassWasCancelled, match="cancelled on 2016-05-04, before 2016-05-05"):
        decide(given=given, when=session(MAY_5))
    given.append(corrected(ClassCancelledCorrected, given, cancelled, None))
    assert decide(given=given, when=session(MAY_5)) == [session(MAY_5)]


@pytest.mark.parametrize(("start", "end"), [(10, 8), (8, 8), (22, 25), (-1, 2)])
def test_a_session_does_not_run_backwards_or_past_midnight(decide, start: int, end: int) -> None:
    with pytest.raises(HoursImpossible, match="2016-05-04"):
        decide(given=OPEN, when=session(MAY_4, start, end))


def test_a_session_may_last_until_midnight(decide) -> None:
    assert decide(given=OPEN, when=session(MAY_4, 20, 24)) == [session(MAY_4, 20, 24)]


def test_a_session_is_dated_by_the_day_on_which_it_was_held(decide) -> None:
    with pytest.raises(DatedOtherwise, match="dated 2016-05-09, but the last day on it is 2016-05-04"):
        decide(given=OPEN, when=SessionHeld(training_class=WELDING, hours=hours(MAY_4, 8, 10), occurred_on=MAY_9))


def test_a_teacher_is_not_in_two_places(decide) -> None:
    with pytest.raises(TeacherInTwoPlaces, match="wang teaches class c620121-welding at 2016-05-04 08:00-10:00"):
        decide(given=[*BOTH, session()], when=session(start=9, end=11, training_class=COOKING, venue=None))


def test_a_teacher_goes_from_one_class_straight_to_the_next(decide) -> None:
    second = session(start=10, end=12, training_class=COOKING)
    assert decide(given=[*BOTH, session()], when=second) == [second]


def test_a_teacher_does_not_hold_two_sessions_of_one_class_at_once(decide) -> None:
    with pytest.raises(TeacherInTwoPlaces):
        decide(given=[*OPEN, session()], when=session(start=9, end=11))


def test_a_teacher_is_free_again_when_the_wrong_session_was_corrected(decide) -> None:
    given = [*BOTH, session()]
    given.append(corrected(SessionHeldCorrected, given, session(), session(start=13, end=15)))
    second = session(start=9, end=11, training_class=COOKING)
    assert decide(given=given, when=second) == [second]
    with pytest.raises(TeacherInTwoPlaces):
        decide(given=given, when=session(start=14, end=16, training_class=COOKING))


def test_a_correction_does_not_put_a_teacher_in_two_places(decide) -> None:
    second = session(start=10, end=12, training_class=COOKING)
    given = [*BOTH, session(), second]
    with pytest.raises(TeacherInTwoPlaces, match="c620121-welding"):
        decide(given=given, when=session(start=9, end=11, training_class=COOKING), amend=amend(given, second))
    [correction] = decide(
        given=given, when=session(start=10, end=11, training_class=COOKING), amend=amend(given, second)
    )
    assert correction.was == second


def test_a_venue_does_not_hold_two_classes_at_once(decide) -> None:
    other = session(start=9, end=11, training_class=COOKING, teacher=TeacherId("zhou"))
    with pytest.raises(VenueInTwoClasses, match="workshop is used by class c620121-welding"):
        decide(given=[*BOTH, session()], when=other)
    elsewhere = msgspec.structs.replace(other, venue=VenueId("kitchen"))
    assert decide(given=[*BOTH, session()], when=elsewhere) == [elsewhere]


def test_an_assistant_teaches_the_same_class_in_the_same_room(decide) -> None:
    assistant = session(teacher=TeacherId("zhou"), venue=WORKSHOP)
    assert decide(given=[*OPEN, session()], when=assistant) == [assistant]


@pytest.mark.parametrize("unnamed", [{}, {"teacher": None}, {"venue": None}, {"teacher": None, "venue": None}])
def test_the_same_session_twice_changes_nothing(decide, unnamed) -> None:
    with pytest.raises(StandsAlready):
        decide(given=[*OPEN, session(**unnamed)], when=session(**unnamed))


def test_a_presence_check_names_who_counted(decide) -> None:
    [check] = decide(given=OPEN, when=CHECK, by=officer("inspector", role="inspector"))
    assert (check.counted, check.checked_by) == (17, "inspector")
    with pytest.raises(StandsAlready):
        decide(given=[*OPEN, check], when=CHECK, by=officer("inspector", role="inspector"))


def test_an_institution_does_not_check_its_own_presence(decide) -> None:
    with pytest.raises(NotYourRole):
        decide(given=OPEN, when=CHECK, by=officer("school-office", role="institution"))


def test_presence_is_not_checked_in_a_class_that_is_not_filed(decide) -> None:
    with pytest.raises(ClassNotFiled):
        decide(given=[], when=CHECK)


def test_hours_that_only_touch_do_not_overlap() -> None:
    morning = hours(MAY_4, 8, 10)
    assert morning.overlaps(hours(MAY_4, 9, 11))
    assert not morning.overlaps(hours(MAY_4, 10, 12))
    assert not morning.overlaps(hours(MAY_5, 8, 10))
    assert morning.minutes == 120


def test_sessions_taken_back_leave_no_trace_and_survive_being_stored() -> None:
    book = GuardBook()
    for fact in (session(MAY_4), session(MAY_4, teacher=None), session(MAY_9)):
        book.apply(fact, 1)
    stored = msgspec.msgpack.decode(msgspec.msgpack.encode(book["sessions", WELDING]), type=SessionGuard)
    assert (stored.days, stored.last_on) == ({MAY_4: [(480, 600), (480, 600)], MAY_9: [(480, 600)]}, MAY_9)
    without = book.without(session(MAY_9), [("sessions", WELDING)]).without(session(MAY_4), [("sessions", WELDING)])
    assert without["sessions", WELDING] == SessionGuard(days={MAY_4: [(480, 600)]})


def test_sessions_that_touch_count_as_one_and_a_gap_does_not() -> None:
    guard = SessionGuard(days={MAY_4: [(600, 720), (480, 600), (780, 840)]})
    assert guard.contain(SessionHours(MAY_4, 500, 700))
    assert not guard.contain(SessionHours(MAY_4, 700, 800))
    assert not guard.contain(SessionHours(MAY_4, 470, 500))
    assert not guard.contain(SessionHours(date(2016, 5, 6), 480, 600))
    assert guard.held_on(MAY_4) == "08:00-10:00, 10:00-12:00, 13:00-14:00"


def test_an_institution_does_not_teach_after_its_designation_ends(decide) -> None:
    given = [designated(until=MAY_4), filed(), approved()]
    assert decide(given=given, when=session(MAY_4)) == [session(MAY_4)]
    with pytest.raises(InstitutionNotDesignated, match="on 2016-05-05"):
        decide(given=given, when=session(MAY_5))


def test_an_institution_does_not_teach_while_it_is_suspended_until_that_is_corrected(decide) -> None:
    suspended = InstitutionSuspended(institution=SCHOOL, region=COUNTY, since=MAY_5, occurred_on=MAY_5)
    given = [*OPEN, suspended]
    assert decide(given=given, when=session(MAY_4)) == [session(MAY_4)]
    with pytest.raises(InstitutionNotDesignated):
        decide(given=given, when=session(MAY_5))
    given.append(corrected(InstitutionSuspendedCorrected, given, suspended, None))
    assert decide(given=given, when=session(MAY_5)) == [session(MAY_5)]
