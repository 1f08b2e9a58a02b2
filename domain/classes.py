"""Training classes: filed, approved or refused, rescheduled, cancelled, completed; and what every rule asks of one.

The decisions about these facts stand in filing.py, because they also look at the seats taken.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Annotated, Any, ClassVar, Literal, NewType

import msgspec

from taizhang.domain.boundary import GuardKey
from taizhang.domain.core import Correction, Fact, Guard, Minutes, Refusal, RegionCode, Text, moves

# "c", the county's code, "-", and what the county likes: scope and seals need no look-up
ClassId = NewType("ClassId", Annotated[str, msgspec.Meta(pattern=r"^c\d{6}-\S{1,60}$")])
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
