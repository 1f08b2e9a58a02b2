"""Who wishes to learn what, who sits in which class, and who leaves it; the decisions stand in enrolling.py."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, ClassVar, Literal

from taizhang.domain.classes import (
    ClassId,
    OccupationCode,
)
from taizhang.domain.core import (
    Correction,
    Fact,
    Guard,
    PersonId,
    Refusal,
    RegionCode,
    Text,
    moves,
)

WishForm = Literal["short-class", "school", "on-the-job"]
WishAim = Literal["work-away", "work-near", "start-up", "farm"]

# -- facts ------------------------------------------------------------------------------------------------


class WishStated(Fact, frozen=True, kw_only=True):
    """A person says what they wish to learn 培训意愿."""

    TOPIC = "training.wish-stated.v1"
    person: PersonId
    county: RegionCode
    occupation: OccupationCode
    form: WishForm | None = None
    aim: WishAim | None = None
    possible: str = ""  # when and where, in the form's words

    def tags(self) -> list[str]:
        return [f"person:{self.person}"]


class WishStatedCorrected(Correction[WishStated], frozen=True, kw_only=True):
    TOPIC = "training.wish-stated-corrected.v1"


class TraineeEnrolled(Fact, frozen=True, kw_only=True):
    """A person takes a seat in a class; `claimed_poor` is what the roster says, never what is counted."""

    TOPIC = "training.trainee-enrolled.v1"
    training_class: ClassId
    person: PersonId
    claimed_poor: bool | None = None
    promised_employer: str = ""

    def tags(self) -> list[str]:
        return [f"class:{self.training_class}", f"person:{self.person}"]


class TraineeEnrolledCorrected(Correction[TraineeEnrolled], frozen=True, kw_only=True):
    TOPIC = "training.trainee-enrolled-corrected.v1"


class TraineeWithdrawn(Fact, frozen=True, kw_only=True):
    """A person leaves the class; that day is the last one on which attendance counts."""

    TOPIC = "training.trainee-withdrawn.v1"
    training_class: ClassId
    person: PersonId
    why: Text

    def tags(self) -> list[str]:
        return [f"class:{self.training_class}", f"person:{self.person}"]


class TraineeWithdrawnCorrected(Correction[TraineeWithdrawn], frozen=True, kw_only=True):
    TOPIC = "training.trainee-withdrawn-corrected.v1"


# -- what is known ----------------------------------------------------------------------------------------


class SeatGuard(Guard):
    """How many seats of one class are taken: enrolled minus withdrawn."""

    KIND = "seats"
    taken: int = 0

    @classmethod
    def keys(cls, fact: Any) -> tuple[str, ...]:
        return (fact.training_class,)

    @moves(TraineeEnrolled)
    def enrolled(self, _: TraineeEnrolled, sign: int) -> None:
        self.taken += sign

    @moves(TraineeWithdrawn)
    def withdrawn(self, _: TraineeWithdrawn, sign: int) -> None:
        self.taken -= sign


# -- refusals ---------------------------------------------------------------------------------------------


@dataclass(eq=False)
class SeatsTaken(Refusal):
    """More trainees than the class has seats (class filing, approved size)."""

    RULE: ClassVar = "training.seats-taken"
    SOURCE: ClassVar = "facts/programme.md 3.1 (review form: number); facts/falsification.csv F24, F26"
    zh = "{training_class} 班名额不足:核定 {seats} 人,已有 {taken} 人。可另开一班,或先办理退班。"
    en = "Class {training_class} has {seats} seats and {taken} are taken. File another class, or withdraw somebody first."
    training_class: ClassId
    seats: int
    taken: int


@dataclass(eq=False)
class EnrolledOtherwise(Refusal):
    """A person takes one seat of a class."""

    RULE: ClassVar = "training.enrolled-otherwise"
    SOURCE: ClassVar = "logic: one person sits on one seat"
    zh = "{person} 自 {since} 起已在 {training_class} 班,此次填报内容与原记录不同。请更正原报名记录,不要重复报名。"
    en = "{person} is in class {training_class} since {since}, and this says otherwise. Correct that enrolment instead of adding one."
    person: PersonId
    training_class: ClassId
    since: date


@dataclass(eq=False)
class ClassWasCompleted(Refusal):
    """Nobody joins a class that is over."""

    RULE: ClassVar = "training.class-was-completed"
    SOURCE: ClassVar = "issue 1 (facts and rules)"
    zh = "{training_class} 班已于 {completed_on} 结班,{day} 不能再报名。请核对报名日期或班级。"
    en = "Class {training_class} was completed on {completed_on}; nobody enrols on {day}. Check the day or the class."
    training_class: ClassId
    completed_on: date
    day: date


@dataclass(eq=False)
class NotEnrolled(Refusal):
    """Only who sits in the class can leave it or attend it."""

    RULE: ClassVar = "training.not-enrolled"
    SOURCE: ClassVar = "facts/falsification.csv F01, F04"
    zh = "{person} 在 {day} 不是 {training_class} 班学员(未报名或已退班)。请先办理报名,或核对人员、班级和日期。"
    en = "{person} is not in class {training_class} on {day} (never enrolled, or withdrawn). Enrol the person first, or check person, class and day."
    person: PersonId
    training_class: ClassId
    day: date


@dataclass(eq=False)
class AttendedAfterLeaving(Refusal):
    """Nobody leaves a class before a day on which they are marked present in it."""

    RULE: ClassVar = "training.attended-after-leaving"
    SOURCE: ClassVar = "facts/falsification.csv F01, F04; logic: attendance needs a seat, whichever is recorded first"
    zh = "{person} 在 {training_class} 班 {day} 有出勤记录,不能于 {left_on} 退班。请核对退班日期;考勤有误的,先更正该考勤。"
    en = "{person} is marked present in class {training_class} on {day}, and so did not leave it on {left_on}. Check the day of leaving; if the attendance is wrong, correct it first."
    person: PersonId
    training_class: ClassId
    left_on: date
    day: date


@dataclass(eq=False)
class RecordedAsDead(Refusal):
    """Nobody is trained, certified or employed after the day of their death."""

    RULE: ClassVar = "training.recorded-as-dead"
    SOURCE: ClassVar = "facts/falsification.csv F03"
    zh = "{person} 登记于 {died_on} 去世,早于 {day}。请核对人员和日期;死亡登记有误的,先更正该登记。"
    en = "{person} is recorded as dead since {died_on}, before {day}. Check person and day; if the death record is wrong, correct it first."
    person: PersonId
    died_on: date
    day: date


def require_living(person: PersonId, died_on: date | None, day: date) -> None:
    """Refuse what is said of a person after their death; the day of death itself passes.

    Raises RecordedAsDead.
    """
    if died_on is not None and died_on < day:
        raise RecordedAsDead(person=person, died_on=died_on, day=day)


def sits_on(day: date, enrolled: Sequence[date], withdrawn: Sequence[date]) -> bool:
    """Whether who enrolled and withdrew on these days is in the class on `day`, the day of leaving included.

    Before the first withdrawal any enrolment counts, also a later one: rosters are often dated after the start.
    """
    left = sum(1 for one in withdrawn if one < day)
    return bool(enrolled) if left == 0 else sum(1 for one in enrolled if one <= day) > left
