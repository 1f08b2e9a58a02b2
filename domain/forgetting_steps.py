"""The steps of forgetting a person, and what stands against each: request, approval, hold, erasure, blanked files."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any, ClassVar, Final

import msgspec

from taizhang.domain.boundary import GuardKey
from taizhang.domain.core import Fact, PersonId, Selector, Slice
from taizhang.domain.decisions import PreparedAndApprovedByOne
from taizhang.domain.forgetting import (
    COURSE,
    Course,
    FileBlanked,
    ForgettingApproved,
    ForgettingRequested,
    ForgettingWithdrawn,
    LegalHoldLifted,
    LegalHoldPlaced,
    PersonForgotten,
)
from taizhang.domain.forgetting_refusals import (
    ApprovedAlready,
    BlankedAlready,
    ForgottenAlready,
    HeldByLaw,
    HoldStandsAlready,
    IdsChangedSince,
    NoSuchHold,
    NotApproved,
    NotForgotten,
    NotItsDay,
    NotRequested,
    RequestedAlready,
    WaitingStill,
)
from taizhang.domain.funds.thresholds import ThresholdGuard, threshold_row
from taizhang.domain.institutions import TeacherRegistered
from taizhang.domain.people import UnknownPerson, alias_rows, person_selectors, same_person
from taizhang.domain.standing import events, require_new, require_scope

REQUESTING: Final = frozenset({"clerk"})
APPROVING: Final = frozenset({"clerk", "audit-administrator"})
HOLDING: Final = frozenset({"inspector", "discipline", "audit-administrator"})
ERASING: Final = frozenset({"clerk", "security-administrator"})
WAIT_DAYS: Final = "forgetting-wait-days"  # the threshold that a province may set
WAIT_DAYS_UNSET: Final = 30  # GB/T 35273—2020 8.7: a request is answered within thirty days


class OfCourse:
    """What every step of forgetting a person looks at: put before Slice in its bases."""

    KEEPS: ClassVar[tuple[type[Fact], ...]] = (*COURSE, TeacherRegistered)
    fact: Any
    guarded: Any

    def guards(self) -> list[GuardKey]:
        return alias_rows(self.fact.person)

    def consistency_boundary(self) -> list[Selector]:
        """All that decides about this person, under any of the person's ids."""
        person = self.fact.person
        return [
            *person_selectors(self.guarded, person, COURSE),
            *(Selector(types=[TeacherRegistered], tags=[f"teacher:{id}"]) for id in same_person(self.guarded, person)),
        ]


class RequestForgetting(OfCourse, Slice):
    """Ask that a person's data be erased."""

    COMMAND = "people.request-forgetting"
    DECIDES = ForgettingRequested
    ROLES = REQUESTING
    COMPUTED = ("group", "requested_by")

    def execute(self) -> None:
        course, group = _course(self)
        if course.request is not None:
            raise RequestedAlready(person=self.fact.person, on=course.request.occurred_on)
        self.record(msgspec.structs.replace(self.fact, group=group, requested_by=self.by.officer))


class ApproveForgetting(OfCourse, Slice):
    """Agree, as a second officer, that a person's data be erased."""

    COMMAND = "people.approve-forgetting"
    DECIDES = ForgettingApproved
    ROLES = APPROVING
    COMPUTED = ("group", "approved_by")

    def execute(self) -> None:
        course, group = _course(self)
        request = _requested(course, self.fact.person, group)
        if course.approval is not None:
            raise ApprovedAlready(person=self.fact.person, by=course.approval.approved_by)
        if request.requested_by == self.by.officer:
            raise PreparedAndApprovedByOne(officer=self.by.officer)
        self.record(msgspec.structs.replace(self.fact, group=group, approved_by=self.by.officer))


class WithdrawForgetting(OfCourse, Slice):
    """Take a request back."""

    COMMAND = "people.withdraw-forgetting"
    DECIDES = ForgettingWithdrawn
    ROLES = APPROVING
    COMPUTED = ("group",)

    def execute(self) -> None:
        course, group = _course(self)
        if course.request is None:
            raise NotRequested(person=self.fact.person)
        whole = tuple(sorted({*group, *course.request.group}))
        self.record(msgspec.structs.replace(self.fact, group=whole))


class PlaceLegalHold(OfCourse, Slice):
    """Keep a person's data from being erased."""

    COMMAND = "people.place-legal-hold"
    DECIDES = LegalHoldPlaced
    ROLES = HOLDING
    COMPUTED = ("group",)

    def execute(self) -> None:
        course, group = _course(self)
        fact = msgspec.structs.replace(self.fact, group=group)
        require_new(fact, course.holds.values())
        if fact.hold in course.holds or fact.hold in course.lifted:
            raise HoldStandsAlready(person=fact.person, hold=fact.hold)
        self.record(fact)


class LiftLegalHold(OfCourse, Slice):
    """End a hold."""

    COMMAND = "people.lift-legal-hold"
    DECIDES = LegalHoldLifted
    ROLES = HOLDING
    COMPUTED = ("group",)

    def execute(self) -> None:
        course, group = _course(self)
        if self.fact.hold not in course.holds:
            raise NoSuchHold(person=self.fact.person, hold=self.fact.hold)
        whole = tuple(sorted({*group, *course.holds[self.fact.hold].group}))
        self.record(msgspec.structs.replace(self.fact, group=whole))


class ForgetPerson(OfCourse, Slice):
    """Erase a person's data: requested, approved by a second officer, held by nobody, and the days have run."""

    COMMAND = "people.forget-person"
    DECIDES = PersonForgotten
    ROLES = ERASING
    COMPUTED = ("group", "ground", "requested_by", "approved_by")

    def guards(self) -> list[GuardKey]:
        return [*super().guards(), threshold_row(WAIT_DAYS)]

    def execute(self) -> None:
        course, group = _course(self)
        person = self.fact.person
        if course.holds:
            raise HeldByLaw(person=person, holds=tuple(course.holds))
        request = _requested(course, person, group)
        if course.approval is None:
            raise NotApproved(person=person)
        until = request.occurred_on + timedelta(days=self._wait_days(course, request.occurred_on))
        if self.fact.occurred_on < until:
            raise WaitingStill(person=person, until=until)
        forgotten = msgspec.structs.replace(
            self.fact,
            group=group,
            ground=request.ground,
            requested_by=request.requested_by,
            approved_by=course.approval.approved_by,
        )
        self.record(forgotten)

    def _wait_days(self, course: Course, on: date) -> int:
        """How long it waits: of the person's counties the longest that is set, as it stood when it was requested."""
        threshold = self.guard(ThresholdGuard, WAIT_DAYS)
        stated = [threshold.value_on(place, on) for place in sorted(course.places) or [self.by.region]]
        return max((WAIT_DAYS_UNSET if days is None else days for days in stated), default=WAIT_DAYS_UNSET)


class BlankFile(Slice):
    """Record that a stored file gave way to one without a forgotten person's cells."""

    COMMAND = "people.blank-file"
    DECIDES = FileBlanked
    ROLES = ERASING
    known: tuple[FileBlanked, ...] = ()
    forgotten: PersonForgotten | None = None

    def consistency_boundary(self) -> list[Selector]:
        return [
            Selector(types=[PersonForgotten], tags=[f"person:{self.fact.person}"]),
            Selector(types=[FileBlanked], tags=[f"file:{self.fact.before}"]),
        ]

    @events(PersonForgotten, FileBlanked)
    def _(self, fact: Any) -> None:
        if isinstance(fact, FileBlanked):
            self.known = (*self.known, fact)
        else:
            self.forgotten = fact

    def execute(self) -> None:
        if self.forgotten is None:
            raise NotForgotten(person=self.fact.person)
        require_new(self.fact, self.known)
        if self.known:
            raise BlankedAlready(before=self.fact.before, after=self.known[-1].after)
        self.record(self.fact)


# -- what they share --------------------------------------------------------------------------------------


def _course(decision: Any) -> tuple[Course, tuple[PersonId, ...]]:
    """How the forgetting stands, and the person's ids; refuses what no step may do.

    Raises NotItsDay, UnknownPerson, ForgottenAlready, OutsideYourRegion.
    """
    fact, course = decision.fact, Course(decision.known)
    if fact.occurred_on != decision.today:
        raise NotItsDay(day=fact.occurred_on, today=decision.today)
    if not course.is_known:
        raise UnknownPerson(person=fact.person)
    for place in sorted(course.places):
        require_scope(place, decision.by)
    if course.forgotten is not None:
        raise ForgottenAlready(person=fact.person, on=course.forgotten.occurred_on)
    return course, tuple(same_person(decision.guarded, fact.person))


def _requested(course: Course, person: PersonId, group: tuple[PersonId, ...]) -> ForgettingRequested:
    """The open request, of exactly these ids. Raises NotRequested, IdsChangedSince."""
    if course.request is None:
        raise NotRequested(person=person)
    if course.request.group != group:
        raise IdsChangedSince(person=person, now=group)
    return course.request
