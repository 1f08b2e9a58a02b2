"""What became of trainees, and what they say themselves: reports stand beside their confirmations."""

from __future__ import annotations

import msgspec
import pytest
from training_samples import LI, MAY_6, MAY_9, OPEN, WELDING, ZHAO, corrected, died, merged, officer

from taizhang.domain.classes import ClassNotFiled
from taizhang.domain.confirmations import TraineeConfirmed
from taizhang.domain.decisions import NotYourRole
from taizhang.domain.employment import EmploymentConfirmed, EmploymentReported
from taizhang.domain.enrolment import RecordedAsDead
from taizhang.domain.people import PersonDiedCorrected
from taizhang.domain.standing import StandsAlready

REPORT = EmploymentReported(
    training_class=WELDING, person=LI, months=1, kind="transfer", employer="a yard in Tianjin", occurred_on=MAY_9
)
SECOND = EmploymentConfirmed(
    training_class=WELDING, person=LI, months=1, kind="none", second_source="insurance list 2016-06", occurred_on=MAY_9
)
ANSWER = TraineeConfirmed(training_class=WELDING, person=LI, channel="home-visit", took_part=False, occurred_on=MAY_9)
SCHOOL_OFFICE = officer("school-office", role="institution")


def test_an_institution_reports_employment(decide) -> None:
    assert decide(given=OPEN, when=REPORT, by=SCHOOL_OFFICE) == [REPORT]


def test_a_second_source_may_contradict_the_report(decide) -> None:
    assert decide(given=[*OPEN, REPORT], when=SECOND) == [SECOND]


def test_an_institution_confirms_neither_employment_nor_attendance(decide) -> None:
    for fact in (SECOND, ANSWER):
        with pytest.raises(NotYourRole):
            decide(given=OPEN, when=fact, by=SCHOOL_OFFICE)


def test_a_trainee_may_answer_no(decide) -> None:
    assert decide(given=OPEN, when=ANSWER, by=officer("inspector", role="inspector")) == [ANSWER]


@pytest.mark.parametrize("fact", [REPORT, SECOND, ANSWER])
def test_the_same_twice_changes_nothing_and_another_answer_stands_beside_it(decide, fact) -> None:
    with pytest.raises(StandsAlready):
        decide(given=[*OPEN, fact], when=fact)
    later = msgspec.structs.replace(fact, occurred_on=MAY_6)
    assert decide(given=[*OPEN, fact], when=later) == [later]


@pytest.mark.parametrize("fact", [REPORT, SECOND, ANSWER])
def test_nothing_is_said_about_a_class_that_is_not_filed(decide, fact) -> None:
    with pytest.raises(ClassNotFiled):
        decide(given=[], when=fact)


@pytest.mark.parametrize("fact", [REPORT, SECOND])
def test_the_dead_are_not_employed_until_the_death_record_is_corrected(decide, fact) -> None:
    given = [*OPEN, died(MAY_6)]
    with pytest.raises(RecordedAsDead, match="dead since 2016-05-06, before 2016-05-09"):
        decide(given=given, when=fact)
    given.append(corrected(PersonDiedCorrected, given, died(MAY_6), died(MAY_9)))
    assert decide(given=given, when=fact) == [fact]


def test_a_death_under_another_id_of_the_person_counts(decide) -> None:
    with pytest.raises(RecordedAsDead):
        decide(given=[*OPEN, died(MAY_6, ZHAO), merged(LI, ZHAO)], when=REPORT)
