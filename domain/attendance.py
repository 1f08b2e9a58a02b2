"""Attendance 考勤: the hours a person was marked present, inside sessions held and nowhere else."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import ClassVar

from taizhang.domain.boundary import GuardKey
from taizhang.domain.classes import TEACHING_SIDE, ClassGuard, ClassId, OfOneClass, require_filed
from taizhang.domain.core import Actor, Correction, Fact, PersonId, Refusal, Selector, Slice, event
from taizhang.domain.enrolment import NotEnrolled, TraineeEnrolled, TraineeWithdrawn, require_living, sits_on
from taizhang.domain.hours import SessionHours, require_dated, require_possible
from taizhang.domain.people import AliasGuard, PersonDied, person_selectors
from taizhang.domain.sessions import SessionGuard
from taizhang.domain.standing import StandsAlready

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


# -- refusals ---------------------------------------------------------------------------------------------


@dataclass(eq=False)
class NothingMarked(Refusal):
    """A row of an attendance sheet says something about at least one day."""

    RULE: ClassVar = "training.nothing-marked"
    SOURCE: ClassVar = "facts/programme.md 3.1 (出勤簿: one column per day, marks)"
    zh = "{person} 的考勤没有任何出勤或缺勤标记。请补填标记,或删去该行。"
    en = "The attendance of {person} marks no day, neither present nor absent. Fill in the marks, or leave the row out."
    person: PersonId


@dataclass(eq=False)
class OutsideSessions(Refusal):
    """Attendance lies inside sessions that were held: not on another day, not before, not beyond their hours."""

    RULE: ClassVar = "training.outside-sessions"
    SOURCE: ClassVar = "facts/falsification.csv F18, F23"
    zh = "考勤 {hours} 不在 {training_class} 班当日已登记的上课时段({held})之内。请先登记上课,或更正考勤时段。"
    en = "The attendance {hours} is not within the hours class {training_class} was taught that day ({held}). Record the session first, or correct the hours."
    training_class: ClassId
    hours: SessionHours
    held: str


@dataclass(eq=False)
class MarkedAlready(Refusal):
    """The same hours of one person in one class are counted once."""

    RULE: ClassVar = "training.marked-already"
    SOURCE: ClassVar = "facts/falsification.csv F09; logic: an hour is attended once"
    zh = "{person} 在 {training_class} 班的 {hours} 已登记考勤({standing})。请只填新增的日期,或更正原考勤记录。"
    en = "{person} is marked in class {training_class} for {hours} already ({standing}). Hand in new days only, or correct the earlier record."
    person: PersonId
    training_class: ClassId
    hours: SessionHours
    standing: SessionHours


@dataclass(eq=False)
class HoursOverlap(Refusal):
    """Nobody sits in two classes at once, under whichever of their ids."""

    RULE: ClassVar = "training.hours-overlap"
    SOURCE: ClassVar = "facts/falsification.csv F09"
    zh = "{person} 的考勤 {hours} 与其在 {other_class} 班的考勤 {standing} 时间重叠。请核实,更正其中有误的一条。"
    en = "{person} would attend {hours} while attending class {other_class} at {standing}. Find out which is true and correct the other."
    person: PersonId
    hours: SessionHours
    other_class: ClassId
    standing: SessionHours


# -- decisions --------------------------------------------------------------------------------------------


class TakeAttendance(OfOneClass, Slice):
    """Take one person's row of an attendance sheet.

    The boundary is the person: two classes that mark the same person for the same hour cannot both succeed.
    """

    COMMAND = "training.take-attendance"
    DECIDES = AttendanceTaken
    ROLES = TEACHING_SIDE
    fact: AttendanceTaken

    def __init__(self, fact: AttendanceTaken, by: Actor) -> None:
        super().__init__(fact, by)
        self.rows: list[AttendanceTaken] = []
        self.enrolled: list[date] = []
        self.withdrawn: list[date] = []
        self.died_on: date | None = None

    def guards(self) -> list[GuardKey]:
        fact = self.fact
        return [
            (ClassGuard.KIND, fact.training_class),
            (SessionGuard.KIND, fact.training_class),
            (AliasGuard.KIND, fact.person),
        ]

    def ledger_days(self) -> set[date]:
        return {mark.on for mark in self.fact.marks}.union(self.fact.absent, (self.fact.occurred_on,))

    def consistency_boundary(self) -> list[Selector]:
        types: list[type[Fact]] = [AttendanceTaken, TraineeEnrolled, TraineeWithdrawn, PersonDied]
        return person_selectors(self.guarded, self.fact.person, types)

    @event(AttendanceTaken)
    def _(self, fact: AttendanceTaken) -> None:
        self.rows.append(fact)

    @event(TraineeEnrolled)
    def _(self, training_class: ClassId, occurred_on: date) -> None:
        if training_class == self.fact.training_class:
            self.enrolled.append(occurred_on)

    @event(TraineeWithdrawn)
    def _(self, training_class: ClassId, occurred_on: date) -> None:
        if training_class == self.fact.training_class:
            self.withdrawn.append(occurred_on)

    @event(PersonDied)
    def _(self, occurred_on: date) -> None:
        self.died_on = occurred_on

    def execute(self) -> None:
        fact = self.fact
        if fact in self.rows:
            raise StandsAlready(kind=fact.TOPIC)
        require_filed(self.guard(ClassGuard, fact.training_class), fact.training_class)
        require_possible(fact.marks)
        present = {mark.on for mark in fact.marks}
        if not present and not fact.absent:
            raise NothingMarked(person=fact.person)
        require_dated(fact.occurred_on, max(present.union(fact.absent)))
        self._require_trainee(present)
        self._require_taught()
        self._require_free()
        self.record(fact)

    def _require_trainee(self, present: set[date]) -> None:
        fact = self.fact
        if not self.enrolled:
            raise NotEnrolled(person=fact.person, training_class=fact.training_class, day=fact.occurred_on)
        if self.withdrawn:
            for day in sorted(present):
                if not sits_on(day, self.enrolled, self.withdrawn):
                    raise NotEnrolled(person=fact.person, training_class=fact.training_class, day=day)
        if self.died_on is not None and present:
            require_living(fact.person, self.died_on, max(present))

    def _require_taught(self) -> None:
        sessions = self.guard(SessionGuard, self.fact.training_class)
        for mark in self.fact.marks:
            if not sessions.contain(mark):
                held = sessions.held_on(mark.on)
                raise OutsideSessions(training_class=self.fact.training_class, hours=mark, held=held)

    def _require_free(self) -> None:
        """Raises MarkedAlready, HoursOverlap; marks of this very row must not overlap each other either."""
        fact = self.fact
        busy: dict[date, list[tuple[SessionHours, ClassId]]] = {}
        for row in self.rows:
            for mark in row.marks:
                busy.setdefault(mark.on, []).append((mark, row.training_class))
        for mark in fact.marks:
            here = busy.setdefault(mark.on, [])
            for standing, training_class in here:
                if mark.start < standing.end and standing.start < mark.end:
                    self._refuse_overlap(mark, standing, training_class)
            here.append((mark, fact.training_class))

    def _refuse_overlap(self, mark: SessionHours, standing: SessionHours, other_class: ClassId) -> None:
        person = self.fact.person
        if other_class == self.fact.training_class:
            raise MarkedAlready(person=person, training_class=other_class, hours=mark, standing=standing)
        raise HoursOverlap(person=person, hours=mark, other_class=other_class, standing=standing)
