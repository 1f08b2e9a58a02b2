"""Attendance 考勤: the hours a person was marked present, inside sessions held and nowhere else."""

from __future__ import annotations

from datetime import date

from taizhang.domain.classes import ClassId
from taizhang.domain.core import Correction, Fact, PersonId
from taizhang.domain.hours import SessionHours

# -- facts ------------------------------------------------------------------------------------------------


class AttendanceTaken(Fact, frozen=True, kw_only=True):
    """One person's row of an attendance sheet: hours present, days absent; dated by the last day marked."""

    TOPIC = "training.attendance-taken.v1"
    training_class: ClassId
    person: PersonId
    marks: tuple[SessionHours, ...] = ()
    absent: tuple[date, ...] = ()

    def tags(self) -> list[str]:
        return [f"class:{self.training_class}", f"person:{self.person}"]


class AttendanceCorrected(Correction[AttendanceTaken], frozen=True, kw_only=True):
    TOPIC = "training.attendance-corrected.v1"
