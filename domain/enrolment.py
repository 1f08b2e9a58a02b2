"""Who wishes to learn what, who sits in which class, and who leaves it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, ClassVar, Literal

import msgspec

from taizhang.domain.boundary import GuardKey
from taizhang.domain.classes import (
    TEACHING_SIDE,
    ClassGuard,
    ClassId,
    OccupationCode,
    OfOneClass,
    require_filed,
    require_held,
)
from taizhang.domain.core import (
    Correction,
    Fact,
    Guard,
    PersonId,
    Refusal,
    RegionCode,
    Selector,
    Slice,
    Text,
    event,
    moves,
)
from taizhang.domain.people import AliasGuard, PersonDied, alias_rows, person_selectors
from taizhang.domain.standing import StandsAlready, require_new

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


# -- decisions --------------------------------------------------------------------------------------------


class StateWish(Slice):
    """Record what a person wishes to learn."""

    COMMAND = "training.state-wish"
    DECIDES = WishStated
    ROLES = TEACHING_SIDE
    fact: WishStated
    known: tuple[Fact, ...] = ()

    def region(self) -> RegionCode:
        return self.fact.county

    def ledger_region(self) -> RegionCode:
        return self.fact.county

    def consistency_boundary(self) -> list[Selector]:
        return [Selector(types=[WishStated], tags=[f"person:{self.fact.person}"])]

    @event(WishStated)
    def _(self, fact: WishStated) -> None:
        self.known = (*self.known, fact)

    def execute(self) -> None:
        require_new(self.fact, self.known)
        self.record(self.fact)


class EnrolTrainee(OfOneClass, Slice):
    """Give a person a seat: one each, none too many, in a class that is filed and not refused, cancelled or over."""

    COMMAND = "training.enrol-trainee"
    DECIDES = TraineeEnrolled
    ROLES = TEACHING_SIDE
    fact: TraineeEnrolled
    enrolled: tuple[TraineeEnrolled, ...] = ()
    withdrawn: int = 0
    died_on: date | None = None

    def guards(self) -> list[GuardKey]:
        fact = self.fact
        return [
            (ClassGuard.KIND, fact.training_class),
            (SeatGuard.KIND, fact.training_class),
            (AliasGuard.KIND, fact.person),
        ]

    def consistency_boundary(self) -> list[Selector]:
        return person_selectors(self.guarded, self.fact.person, [TraineeEnrolled, TraineeWithdrawn, PersonDied])

    @event(TraineeEnrolled)
    def _(self, fact: TraineeEnrolled) -> None:
        if fact.training_class == self.fact.training_class:
            self.enrolled = (*self.enrolled, fact)

    @event(TraineeWithdrawn)
    def _(self, training_class: ClassId) -> None:
        self.withdrawn += training_class == self.fact.training_class

    @event(PersonDied)
    def _(self, occurred_on: date) -> None:
        self.died_on = occurred_on

    def execute(self) -> None:
        fact = self.fact
        if self.enrolled:
            self._require_free()
        guard = self.guard(ClassGuard, fact.training_class)
        filing = require_held(guard, fact.training_class, fact.occurred_on)
        if guard.completed_on is not None and guard.completed_on < fact.occurred_on:
            raise ClassWasCompleted(
                training_class=fact.training_class, completed_on=guard.completed_on, day=fact.occurred_on
            )
        require_living(fact.person, self.died_on, fact.occurred_on)
        taken = self.guard(SeatGuard, fact.training_class).taken
        if taken >= filing.seats:
            raise SeatsTaken(training_class=fact.training_class, seats=filing.seats, taken=taken)
        self.record(fact)

    def _require_free(self) -> None:
        """Raises StandsAlready, EnrolledOtherwise; ids that were merged are one person."""
        fact = self.fact
        for standing in self.enrolled:
            if standing == fact or msgspec.structs.replace(standing, person=fact.person) == fact:
                raise StandsAlready(kind=fact.TOPIC)
        if len(self.enrolled) > self.withdrawn:
            since = self.enrolled[-1].occurred_on
            raise EnrolledOtherwise(person=fact.person, training_class=fact.training_class, since=since)


class WithdrawTrainee(OfOneClass, Slice):
    """Let a person leave a class; the seat is free again."""

    COMMAND = "training.withdraw-trainee"
    DECIDES = TraineeWithdrawn
    ROLES = TEACHING_SIDE
    fact: TraineeWithdrawn
    enrolled: int = 0
    withdrawn: tuple[TraineeWithdrawn, ...] = ()

    def guards(self) -> list[GuardKey]:
        return [(ClassGuard.KIND, self.fact.training_class), *alias_rows(self.fact.person)]

    def consistency_boundary(self) -> list[Selector]:
        return person_selectors(self.guarded, self.fact.person, [TraineeEnrolled, TraineeWithdrawn])

    @event(TraineeEnrolled)
    def _(self, training_class: ClassId) -> None:
        self.enrolled += training_class == self.fact.training_class

    @event(TraineeWithdrawn)
    def _(self, fact: TraineeWithdrawn) -> None:
        if fact.training_class == self.fact.training_class:
            self.withdrawn = (*self.withdrawn, fact)

    def execute(self) -> None:
        fact = self.fact
        require_new(fact, self.withdrawn)
        require_filed(self.guard(ClassGuard, fact.training_class), fact.training_class)
        if self.enrolled <= len(self.withdrawn):
            raise NotEnrolled(person=fact.person, training_class=fact.training_class, day=fact.occurred_on)
        self.record(fact)
