"""Training classes: filed, approved or refused, rescheduled, cancelled, completed; and what every rule asks of one.

The decisions about these facts stand in filing.py, because they also look at the seats taken.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Annotated, Any, ClassVar, Literal, NewType

import msgspec

from taizhang.domain.core import Correction, Fact, Guard, Minutes, Refusal, RegionCode, Text, moves

# "c", the county's code, "-", and what the county likes: scope and seals need no look-up
ClassId = NewType("ClassId", Annotated[str, msgspec.Meta(pattern=r"^c\d{6}-\S{1,60}$", examples=["c621225-2018-007"])])
InstitutionId = NewType("InstitutionId", str)
OccupationCode = NewType("OccupationCode", str)
ProgrammeId = NewType("ProgrammeId", str)
TeacherId = NewType("TeacherId", str)
VenueId = NewType("VenueId", str)
Seats = Annotated[int, msgspec.Meta(ge=1, description="trainees the class is approved for")]
RequiredMinutes = Annotated[int, msgspec.Meta(ge=1, description="minutes to be evidenced before a certificate")]
ProgrammeKind = Literal[
    "two-after",
    "labour",
    "improvement",
    "e-commerce",
    "party-secretary",
    "practical-talent",
    "cadre",
    "youth-league",
    "union",
    "women",
]
CLERKS = frozenset({"clerk"})
TEACHING_SIDE = frozenset({"clerk", "institution"})  # who files, enrols, teaches and marks

# -- facts ------------------------------------------------------------------------------------------------


class ClassFiled(Fact, frozen=True, kw_only=True):
    """An institution files a class 开班申请 on that day, with everything the review form holds."""

    TOPIC = "training.class-filed.v1"
    training_class: ClassId
    name: Text
    county: RegionCode
    institution: InstitutionId
    programme: ProgrammeId
    programme_kind: ProgrammeKind
    occupation: OccupationCode
    seats: Seats
    required_minutes: RequiredMinutes
    starts_on: date
    ends_on: date
    planned_minutes: Minutes = 0
    level: str | None = None
    venue: VenueId | None = None
    place: str = ""
    teachers: tuple[TeacherId, ...] = ()
    courses: tuple[tuple[str, Minutes], ...] = ()
    daily_hours: tuple[tuple[int, int], ...] = ()  # from and to in minutes after midnight, as planned for every day
    textbook: str = ""
    filing_number: str = ""
    filed_by: str = ""  # the officer, filled in when decided

    def tags(self) -> list[str]:
        return [f"class:{self.training_class}", f"institution:{self.institution}"]


class ClassFiledCorrected(Correction[ClassFiled], frozen=True, kw_only=True):
    TOPIC = "training.class-filed-corrected.v1"


class ClassApproved(Fact, frozen=True, kw_only=True):
    """The county approves the filing, on that day."""

    TOPIC = "training.class-approved.v1"
    training_class: ClassId
    approved_by: str = ""  # the officer, filled in when decided

    def tags(self) -> list[str]:
        return [f"class:{self.training_class}"]


class ClassApprovedCorrected(Correction[ClassApproved], frozen=True, kw_only=True):
    TOPIC = "training.class-approved-corrected.v1"


class ClassFilingRefused(Fact, frozen=True, kw_only=True):
    """The county refuses the filing, with its reason."""

    TOPIC = "training.class-filing-refused.v1"
    training_class: ClassId
    why: Text
    refused_by: str = ""  # the officer, filled in when decided

    def tags(self) -> list[str]:
        return [f"class:{self.training_class}"]


class ClassFilingRefusedCorrected(Correction[ClassFilingRefused], frozen=True, kw_only=True):
    TOPIC = "training.class-filing-refused-corrected.v1"


class ClassRescheduled(Fact, frozen=True, kw_only=True):
    """The class is planned for other days."""

    TOPIC = "training.class-rescheduled.v1"
    training_class: ClassId
    starts_on: date
    ends_on: date
    why: Text

    def tags(self) -> list[str]:
        return [f"class:{self.training_class}"]


class ClassRescheduledCorrected(Correction[ClassRescheduled], frozen=True, kw_only=True):
    TOPIC = "training.class-rescheduled-corrected.v1"


class ClassCancelled(Fact, frozen=True, kw_only=True):
    """The class will not be held, or not be held further."""

    TOPIC = "training.class-cancelled.v1"
    training_class: ClassId
    why: Text

    def tags(self) -> list[str]:
        return [f"class:{self.training_class}"]


class ClassCancelledCorrected(Correction[ClassCancelled], frozen=True, kw_only=True):
    TOPIC = "training.class-cancelled-corrected.v1"


class ClassCompleted(Fact, frozen=True, kw_only=True):
    """The county states that the class is over."""

    TOPIC = "training.class-completed.v1"
    training_class: ClassId

    def tags(self) -> list[str]:
        return [f"class:{self.training_class}"]


class ClassCompletedCorrected(Correction[ClassCompleted], frozen=True, kw_only=True):
    TOPIC = "training.class-completed-corrected.v1"


# -- what is known ----------------------------------------------------------------------------------------


class Filing(msgspec.Struct, array_like=True):
    """What rules ask of a filing."""

    institution: InstitutionId
    occupation: OccupationCode
    programme: ProgrammeId
    programme_kind: ProgrammeKind
    seats: int
    required_minutes: int
    filed_on: date
    filed_by: str
    starts_on: date
    ends_on: date


class ClassGuard(Guard):
    """How one class stands; the seats taken and the sessions held have guards of their own."""

    KIND = "class"
    filing: Filing | None = None
    approved_on: date | None = None
    approved_by: str = ""
    refused_on: date | None = None
    cancelled_on: date | None = None
    completed_on: date | None = None

    @classmethod
    def keys(cls, fact: Any) -> tuple[str, ...]:
        return (fact.training_class,)

    @moves(ClassFiled)
    def filed(self, fact: ClassFiled, sign: int) -> None:
        self.filing = None
        if sign > 0:
            self.filing = Filing(
                institution=fact.institution,
                occupation=fact.occupation,
                programme=fact.programme,
                programme_kind=fact.programme_kind,
                seats=fact.seats,
                required_minutes=fact.required_minutes,
                filed_on=fact.occurred_on,
                filed_by=fact.filed_by,
                starts_on=fact.starts_on,
                ends_on=fact.ends_on,
            )

    @moves(ClassApproved)
    def approved(self, fact: ClassApproved, sign: int) -> None:
        self.approved_on, self.approved_by = (fact.occurred_on, fact.approved_by) if sign > 0 else (None, "")

    @moves(ClassFilingRefused)
    def refused(self, fact: ClassFilingRefused, sign: int) -> None:
        self.refused_on = fact.occurred_on if sign > 0 else None

    @moves(ClassCancelled)
    def cancelled(self, fact: ClassCancelled, sign: int) -> None:
        self.cancelled_on = fact.occurred_on if sign > 0 else None

    @moves(ClassCompleted)
    def completed(self, fact: ClassCompleted, sign: int) -> None:
        self.completed_on = fact.occurred_on if sign > 0 else None


def county_of(training_class: ClassId) -> RegionCode:
    """The county whose class this is, as its id says."""
    return RegionCode(training_class[1:7])


class OfOneClass:
    """What every decision about one class answers about scope and seals: put before Slice in its bases."""

    fact: Any
    guarded: Any

    def region(self) -> RegionCode:
        return county_of(self.fact.training_class)

    def institution(self) -> str | None:
        """The class's institution; who may ask as an institution must name the class in `guards`."""
        guard: ClassGuard = self.guarded[ClassGuard.KIND, self.fact.training_class]
        return guard.filing.institution if guard.filing is not None else None

    def ledger_region(self) -> RegionCode:
        return county_of(self.fact.training_class)


# -- refusals that many decisions share -------------------------------------------------------------------


@dataclass(eq=False)
class ClassNotFiled(Refusal):
    """Nothing is recorded about a class that nobody filed (开班申请)."""

    RULE: ClassVar = "training.class-not-filed"
    SOURCE: ClassVar = "facts/falsification.csv F24"
    zh = "培训班 {training_class} 没有开班申请。请先填报开班申请,或核对班级编号。"
    en = "No class {training_class} is filed. File the class first, or check its id."
    training_class: ClassId


@dataclass(eq=False)
class FilingWasRefused(Refusal):
    """A class whose filing was refused is not held."""

    RULE: ClassVar = "training.filing-was-refused"
    SOURCE: ClassVar = "facts/falsification.csv F24; facts/programme.md 3.1 (refusal with reason)"
    zh = "培训班 {training_class} 的开班申请已于 {refused_on} 不予批准。请另行申请开班;批错的,请更正该决定。"
    en = "The filing of class {training_class} was refused on {refused_on}. File another class; if the refusal is wrong, correct it."
    training_class: ClassId
    refused_on: date


@dataclass(eq=False)
class ClassWasCancelled(Refusal):
    """Nobody is taught or enrolled after the day on which the class was cancelled."""

    RULE: ClassVar = "training.class-was-cancelled"
    SOURCE: ClassVar = "issue 1 (facts and rules)"
    zh = "培训班 {training_class} 已于 {cancelled_on} 取消,{day} 不能再登记。请核对日期或班级;取消有误的,请更正该记录。"
    en = "Class {training_class} was cancelled on {cancelled_on}, before {day}. Check the day or the class; if the cancellation is wrong, correct it."
    training_class: ClassId
    cancelled_on: date
    day: date


def require_filed(guard: ClassGuard, training_class: ClassId) -> Filing:
    """The filing of the class.

    Raises ClassNotFiled.
    """
    if guard.filing is None:
        raise ClassNotFiled(training_class=training_class)
    return guard.filing


def require_held(guard: ClassGuard, training_class: ClassId, day: date) -> Filing:
    """The filing of a class that may have something happen on that day: not refused, not cancelled before.

    Raises ClassNotFiled, FilingWasRefused, ClassWasCancelled.
    """
    filing = require_filed(guard, training_class)
    if guard.refused_on is not None:
        raise FilingWasRefused(training_class=training_class, refused_on=guard.refused_on)
    if guard.cancelled_on is not None and guard.cancelled_on < day:
        raise ClassWasCancelled(training_class=training_class, cancelled_on=guard.cancelled_on, day=day)
    return filing
