"""Who gets a seat in a class and who gives it back: the decisions about wishes, enrolments and withdrawals."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

import msgspec

from taizhang.domain.attendance import AttendanceTaken
from taizhang.domain.boundary import GuardKey
from taizhang.domain.certificates import CertificateIssued
from taizhang.domain.classes import (
    TEACHING_SIDE,
    ClassGuard,
    ClassId,
    OfOneClass,
    require_filed,
    require_held,
)
from taizhang.domain.core import Fact, RegionCode, Selector, Slice, event
from taizhang.domain.enrolment import (
    AttendedAfterLeaving,
    ClassWasCompleted,
    EnrolledOtherwise,
    NotEnrolled,
    SeatGuard,
    SeatsTaken,
    TraineeEnrolled,
    TraineeWithdrawn,
    WishStated,
    require_living,
    sits_on,
)
from taizhang.domain.people import (
    AliasGuard,
    PersonDied,
    PersonMoved,
    PersonRegistered,
    alias_rows,
    person_selectors,
    same_person,
)
from taizhang.domain.postings.officials import VILLAGE_OFFICIAL
from taizhang.domain.postings.villagers import HOME_FACTS, OfVillager
from taizhang.domain.registered import OfPeople
from taizhang.domain.standing import StandsAlready, events, require_grounded, require_new


class StateWish(OfPeople, OfVillager, Slice):
    """Record what a person wishes to learn; a posted official, what the own villagers wish."""

    COMMAND = "training.state-wish"
    DECIDES = WishStated
    ROLES = TEACHING_SIDE | {VILLAGE_OFFICIAL}
    FURTHER = HOME_FACTS
    KEEPS = (WishStated,)
    fact: WishStated

    def region(self) -> RegionCode | None:
        return None if self.by.role == VILLAGE_OFFICIAL else self.fact.county

    def ledger_region(self) -> RegionCode:
        return self.fact.county

    def consistency_boundary(self) -> list[Selector]:
        return [Selector(types=[WishStated], tags=[f"person:{self.fact.person}"])]

    @events(PersonRegistered, PersonMoved)
    def _(self, fact: Fact) -> None:
        self.homes = (*self.homes, fact)

    def execute(self) -> None:
        self.require_villager()
        require_new(self.fact, self.known)
        self.record(self.fact)


class EnrolTrainee(OfPeople, OfOneClass, Slice):
    """Give a person a seat: one each, none too many, in a class that is filed and not refused, cancelled or over."""

    COMMAND = "training.enrol-trainee"
    DECIDES = TraineeEnrolled
    ROLES = TEACHING_SIDE
    ALIKE = ("training_class", "occurred_on")
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

    def leaning(self) -> list[Selector]:
        types: list[type[Fact]] = [TraineeWithdrawn, AttendanceTaken, CertificateIssued]
        return person_selectors(self.guarded, self.fact.person, types)

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

    def take_back(self) -> None:
        """A withdrawal, attendance and a certificate need a seat; whatever seat remains will do, but none dated later."""
        enrolled = [standing.occurred_on for standing in self.enrolled]
        if same_seat(self.guarded, self.fact, self.becomes):
            enrolled.append(self.becomes.occurred_on)
        here = [fact for fact in self.resting if getattr(fact, "training_class", None) == self.fact.training_class]
        left = [fact.occurred_on for fact in here if isinstance(fact, TraineeWithdrawn)]
        since = self.fact.occurred_on
        require_grounded(self.fact, [fact for fact in here if not _has_seat(fact, enrolled, left, since)])

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
    """Let a person leave a class, not before the last day they were present; the seat is free again."""

    COMMAND = "training.withdraw-trainee"
    DECIDES = TraineeWithdrawn
    ROLES = TEACHING_SIDE
    fact: TraineeWithdrawn
    enrolled: tuple[TraineeEnrolled, ...] = ()
    withdrawn: tuple[TraineeWithdrawn, ...] = ()
    present: tuple[date, ...] = ()

    def guards(self) -> list[GuardKey]:
        training_class = self.fact.training_class
        return [
            (ClassGuard.KIND, training_class),
            (SeatGuard.KIND, training_class),
            *alias_rows(self.fact.person),
        ]

    def consistency_boundary(self) -> list[Selector]:
        types: list[type[Fact]] = [TraineeEnrolled, TraineeWithdrawn, AttendanceTaken]
        return person_selectors(self.guarded, self.fact.person, types)

    @event(TraineeEnrolled)
    def _(self, fact: TraineeEnrolled) -> None:
        if fact.training_class == self.fact.training_class:
            self.enrolled = (*self.enrolled, fact)

    @event(TraineeWithdrawn)
    def _(self, fact: TraineeWithdrawn) -> None:
        if fact.training_class == self.fact.training_class:
            self.withdrawn = (*self.withdrawn, fact)

    @event(AttendanceTaken)
    def _(self, fact: AttendanceTaken) -> None:
        if fact.training_class == self.fact.training_class:
            self.present = (*self.present, *(mark.on for mark in fact.marks))

    def execute(self) -> None:
        fact = self.fact
        require_new(fact, self.withdrawn)
        require_filed(self.guard(ClassGuard, fact.training_class), fact.training_class)
        if len(self.enrolled) <= len(self.withdrawn):
            raise NotEnrolled(person=fact.person, training_class=fact.training_class, day=fact.occurred_on)
        self._require_gone()
        self.record(fact)

    def _require_gone(self) -> None:
        """Raises AttendedAfterLeaving for a day of attendance that this withdrawal would leave without a seat."""
        fact = self.fact
        enrolled = [one.occurred_on for one in self.enrolled]
        before = [one.occurred_on for one in self.withdrawn]
        after = [*before, fact.occurred_on]
        for day in sorted(self.present):
            if sits_on(day, enrolled, before) and not sits_on(day, enrolled, after):
                raise AttendedAfterLeaving(
                    person=fact.person, training_class=fact.training_class, left_on=fact.occurred_on, day=day
                )

    def take_back(self) -> None:
        """The seat may have been given to somebody else since, or to the same person again."""
        training_class = self.fact.training_class
        filing = self.guard(ClassGuard, training_class).filing
        taken = self.guard(SeatGuard, training_class).taken
        if filing is not None and taken > filing.seats:
            raise SeatsTaken(training_class=training_class, seats=filing.seats, taken=taken - 1)
        left = len(self.withdrawn) + same_seat(self.guarded, self.fact, self.becomes)
        require_grounded(self.fact, self.enrolled[left + 1 :])


def same_seat(guarded: Any, was: TraineeEnrolled | TraineeWithdrawn, becomes: Any) -> bool:
    """Whether a correction still speaks of the same person, under any of the ids, in the same class."""
    if becomes is None or becomes.training_class != was.training_class:
        return False
    return becomes.person in same_person(guarded, was.person)


def _has_seat(fact: Fact, enrolled: Sequence[date], left: Sequence[date], since: date) -> bool:
    """Whether what is said of a trainee has a seat under it.

    An enrolment dated `since` is not put after attendance that it covered; what came before it, as where a roster is
    dated after the start, never rested on its day.
    """
    if isinstance(fact, AttendanceTaken):
        days = [mark.on for mark in fact.marks]
        covered = all(day < since or any(one <= day for one in enrolled) for day in days)
        return bool(enrolled) and covered and all(sits_on(day, enrolled, left) for day in days)
    return len(enrolled) >= len(left) if isinstance(fact, TraineeWithdrawn) else bool(enrolled)
