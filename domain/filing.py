"""From filing to completion: what the county decides about a class, and what it cannot decide."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import ClassVar

import msgspec

from taizhang.domain.boundary import GuardKey
from taizhang.domain.classes import (
    CLERKS,
    TEACHING_SIDE,
    ClassApproved,
    ClassCancelled,
    ClassCompleted,
    ClassFiled,
    ClassFilingRefused,
    ClassGuard,
    ClassId,
    ClassRescheduled,
    FilingWasRefused,
    OfOneClass,
    require_filed,
)
from taizhang.domain.core import Actor, Correction, Fact, Refusal, RegionCode, Selector, Slice, event
from taizhang.domain.decisions import PreparedAndApprovedByOne
from taizhang.domain.designation import designation_selector, require_designated
from taizhang.domain.enrolment import SeatGuard, SeatsTaken
from taizhang.domain.institutions import (
    Designations,
    DesignationWithdrawn,
    InstitutionDesignated,
    InstitutionSuspended,
)
from taizhang.domain.refused import SubmissionRefused
from taizhang.domain.sessions import SessionHeld
from taizhang.domain.standing import StandsAlready, events, require_grounded, require_new

# -- refusals ---------------------------------------------------------------------------------------------


@dataclass(eq=False)
class ClassIdTaken(Refusal):
    """A class is filed once under its id."""

    RULE: ClassVar = "training.class-id-taken"
    SOURCE: ClassVar = "facts/falsification.csv F20, F24"
    zh = "班级编号 {training_class} 已用于“{name}”({filed_on} 申请),内容与此次不同。请另编号,或更正原申请。"
    en = "The id {training_class} is taken by “{name}”, filed on {filed_on} with other content. Use another id, or correct that filing."
    training_class: ClassId
    name: str
    filed_on: date


@dataclass(eq=False)
class ClassIdOfAnotherCounty(Refusal):
    """The county in a class's id is the county that keeps it: scope and seals go by it."""

    RULE: ClassVar = "training.class-id-of-another-county"
    SOURCE: ClassVar = "design.md section 2 (the desk checks the scope)"
    zh = "班级编号 {training_class} 与所属县 {county} 不符。编号应为“c{county}-”开头。"
    en = "The id {training_class} does not belong to county {county}. It must begin with “c{county}-”."
    training_class: ClassId
    county: RegionCode


@dataclass(eq=False)
class ClassEndsBeforeItStarts(Refusal):
    """A class ends on or after the day it starts."""

    RULE: ClassVar = "training.class-ends-before-it-starts"
    SOURCE: ClassVar = "logic: a class of no days cannot be held"
    zh = "{training_class} 班开班日期 {starts_on} 晚于结班日期 {ends_on}。请核对日期。"
    en = "Class {training_class} would start on {starts_on} and end earlier, on {ends_on}. Check the dates."
    training_class: ClassId
    starts_on: date
    ends_on: date


@dataclass(eq=False)
class DecidedAlready(Refusal):
    """The county approves, refuses, cancels or completes a class once."""

    RULE: ClassVar = "training.decided-already"
    SOURCE: ClassVar = "issue 1: the same file twice changes nothing and says so"
    REPEATS: ClassVar = True
    zh = "{training_class} 班的同一决定已于 {decided_on} 作出,未重复记录。日期有误的,请更正原记录。"
    en = "The same was decided about class {training_class} on {decided_on}; nothing was recorded. If the day is wrong, correct that record."
    training_class: ClassId
    decided_on: date


@dataclass(eq=False)
class FilingWasApproved(Refusal):
    """What is approved is not refused afterwards: it is cancelled, or the approval is corrected."""

    RULE: ClassVar = "training.filing-was-approved"
    SOURCE: ClassVar = "facts/programme.md 3.1 (the filing is answered once)"
    zh = "{training_class} 班已于 {approved_on} 批准,不能再不予批准。不再举办的请取消;批错的,请更正审批记录。"
    en = "Class {training_class} was approved on {approved_on} and cannot be refused. Cancel it, or correct the approval."
    training_class: ClassId
    approved_on: date


# -- decisions --------------------------------------------------------------------------------------------


class FileClass(OfOneClass, Slice):
    """File a class; a corrected filing leaves everybody who sits in it a seat."""

    COMMAND = "training.file-class"
    DECIDES = ClassFiled
    ROLES = TEACHING_SIDE
    fact: ClassFiled
    standing: ClassFiled | None = None

    def __init__(self, fact: ClassFiled, by: Actor) -> None:
        super().__init__(msgspec.structs.replace(fact, filed_by=by.officer), by)
        self.designations = Designations()

    def guards(self) -> list[GuardKey]:
        return [(ClassGuard.KIND, self.fact.training_class), (SeatGuard.KIND, self.fact.training_class)]

    def consistency_boundary(self) -> list[Selector]:
        return [
            Selector(types=[ClassFiled], tags=[f"class:{self.fact.training_class}"]),
            designation_selector(self.fact.institution),
        ]

    @event(ClassFiled)
    def _(self, fact: ClassFiled) -> None:
        self.standing = fact

    @events(InstitutionDesignated, InstitutionSuspended, DesignationWithdrawn)
    def _(self, fact: Fact) -> None:
        self.designations.apply(fact)

    def execute(self) -> None:
        fact = self.fact
        if self.standing is not None:
            self._refuse_second(self.standing)
        if not fact.training_class.startswith(f"c{fact.county}-"):
            raise ClassIdOfAnotherCounty(training_class=fact.training_class, county=fact.county)
        require_order(fact.training_class, fact.starts_on, fact.ends_on)
        require_designated(self.designations, fact.institution, fact.occupation, fact.starts_on)
        # only a correction meets an approval or taken seats here
        if self.guard(ClassGuard, fact.training_class).approved_by == self.by.officer:
            raise PreparedAndApprovedByOne(officer=self.by.officer)
        taken = self.guard(SeatGuard, fact.training_class).taken
        if taken > fact.seats:
            raise SeatsTaken(training_class=fact.training_class, seats=fact.seats, taken=taken)
        self.record(fact)

    def institution(self) -> str:
        return self.fact.institution

    def leaning(self) -> list[Selector]:
        if self.becomes is not None and self.becomes.training_class == self.fact.training_class:
            return []
        return [Selector(tags=[f"class:{self.fact.training_class}"])]

    def take_back(self) -> None:
        """Everything that bears the class's id rests on its filing, above all the approval."""
        apart = (ClassFiled, Correction, SubmissionRefused)
        require_grounded(self.fact, [fact for fact in self.resting if not isinstance(fact, apart)])

    def _refuse_second(self, standing: ClassFiled) -> None:
        if msgspec.structs.replace(standing, filed_by=self.fact.filed_by) == self.fact:
            raise StandsAlready(kind=standing.TOPIC)
        raise ClassIdTaken(training_class=standing.training_class, name=standing.name, filed_on=standing.occurred_on)


class ApproveClass(OfOneClass, Slice):
    """Approve a filing, by another officer than the one who filed it."""

    COMMAND = "training.approve-class"
    DECIDES = ClassApproved
    ROLES = CLERKS
    fact: ClassApproved

    def __init__(self, fact: ClassApproved, by: Actor) -> None:
        super().__init__(msgspec.structs.replace(fact, approved_by=by.officer), by)

    def guards(self) -> list[GuardKey]:
        return [(ClassGuard.KIND, self.fact.training_class)]

    def execute(self) -> None:
        guard, training_class = self.guard(ClassGuard, self.fact.training_class), self.fact.training_class
        filing = require_filed(guard, training_class)
        require_undecided(training_class, guard.approved_on)
        if guard.refused_on is not None:
            raise FilingWasRefused(training_class=training_class, refused_on=guard.refused_on)
        require_another(filing.filed_by, self.by)
        self.record(self.fact)

    def leaning(self) -> list[Selector]:
        return [Selector(types=[SessionHeld], tags=[f"class:{self.fact.training_class}"])]

    def take_back(self) -> None:
        """No session was held before the approval that remains, if one remains."""
        now = self.becomes
        since = now.occurred_on if now is not None and now.training_class == self.fact.training_class else date.max
        require_grounded(self.fact, [fact for fact in self.resting if fact.occurred_on < since])


class RefuseFiling(OfOneClass, Slice):
    """Refuse a filing with a reason, by another officer than the one who filed it."""

    COMMAND = "training.refuse-filing"
    DECIDES = ClassFilingRefused
    ROLES = CLERKS
    fact: ClassFilingRefused

    def __init__(self, fact: ClassFilingRefused, by: Actor) -> None:
        super().__init__(msgspec.structs.replace(fact, refused_by=by.officer), by)

    def guards(self) -> list[GuardKey]:
        return [(ClassGuard.KIND, self.fact.training_class)]

    def execute(self) -> None:
        guard, training_class = self.guard(ClassGuard, self.fact.training_class), self.fact.training_class
        filing = require_filed(guard, training_class)
        require_undecided(training_class, guard.refused_on)
        if guard.approved_on is not None:
            raise FilingWasApproved(training_class=training_class, approved_on=guard.approved_on)
        require_another(filing.filed_by, self.by)
        self.record(self.fact)


class RescheduleClass(OfOneClass, Slice):
    """Plan a class for other days."""

    COMMAND = "training.reschedule-class"
    DECIDES = ClassRescheduled
    ROLES = TEACHING_SIDE
    KEEPS = (ClassRescheduled,)
    fact: ClassRescheduled

    def guards(self) -> list[GuardKey]:
        return [(ClassGuard.KIND, self.fact.training_class)]

    def consistency_boundary(self) -> list[Selector]:
        return [Selector(types=[ClassRescheduled], tags=[f"class:{self.fact.training_class}"])]

    def execute(self) -> None:
        fact = self.fact
        require_new(fact, self.known)
        require_filed(self.guard(ClassGuard, fact.training_class), fact.training_class)
        require_order(fact.training_class, fact.starts_on, fact.ends_on)
        self.record(fact)


class CancelClass(OfOneClass, Slice):
    """Cancel a class."""

    COMMAND = "training.cancel-class"
    DECIDES = ClassCancelled
    ROLES = TEACHING_SIDE
    fact: ClassCancelled

    def guards(self) -> list[GuardKey]:
        return [(ClassGuard.KIND, self.fact.training_class)]

    def execute(self) -> None:
        guard = self.guard(ClassGuard, self.fact.training_class)
        require_filed(guard, self.fact.training_class)
        require_undecided(self.fact.training_class, guard.cancelled_on)
        self.record(self.fact)


class CompleteClass(OfOneClass, Slice):
    """State that a class is over."""

    COMMAND = "training.complete-class"
    DECIDES = ClassCompleted
    ROLES = CLERKS
    fact: ClassCompleted

    def guards(self) -> list[GuardKey]:
        return [(ClassGuard.KIND, self.fact.training_class)]

    def execute(self) -> None:
        guard = self.guard(ClassGuard, self.fact.training_class)
        require_filed(guard, self.fact.training_class)
        require_undecided(self.fact.training_class, guard.completed_on)
        self.record(self.fact)


def require_order(training_class: ClassId, starts_on: date, ends_on: date) -> None:
    """Refuse dates that run backwards.

    Raises ClassEndsBeforeItStarts.
    """
    if ends_on < starts_on:
        raise ClassEndsBeforeItStarts(training_class=training_class, starts_on=starts_on, ends_on=ends_on)


def require_undecided(training_class: ClassId, decided_on: date | None) -> None:
    """Refuse to decide the same a second time.

    Raises DecidedAlready.
    """
    if decided_on is not None:
        raise DecidedAlready(training_class=training_class, decided_on=decided_on)


def require_another(prepared_by: str, by: Actor) -> None:
    """Refuse who decides about what they prepared.

    Raises PreparedAndApprovedByOne.
    """
    if prepared_by == by.officer:
        raise PreparedAndApprovedByOne(officer=by.officer)
