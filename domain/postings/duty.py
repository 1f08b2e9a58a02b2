"""What posted officials do: days of duty by month, leave, and work in the village. The decisions stand in working.py."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Literal

import msgspec

from taizhang.domain.classes import ClassId
from taizhang.domain.core import Correction, Fact, PersonId, Text
from taizhang.domain.postings.officials import PostingId

WorkKind = Literal["project", "enterprise", "technique"]
DutyBasis = Literal["work-log", "sign-in", "visit"]
Days = Annotated[int, msgspec.Meta(ge=0, le=31, description="days in the village in that month")]

# -- facts ------------------------------------------------------------------------------------------------


class DutyRecorded(Fact, frozen=True, kw_only=True):
    """How many days of a month an official was in the village; coarse on purpose, nobody is tracked."""

    TOPIC = "postings.duty-recorded.v1"
    posting: PostingId
    official: PersonId
    month: date  # its first day
    days: Days
    basis: DutyBasis = "work-log"

    def tags(self) -> list[str]:
        return [f"posting:{self.posting}", f"person:{self.official}"]


class DutyRecordedCorrected(Correction[DutyRecorded], frozen=True, kw_only=True):
    TOPIC = "postings.duty-recorded-corrected.v1"


class LeaveTaken(Fact, frozen=True, kw_only=True):
    """An official is on leave, both days included."""

    TOPIC = "postings.leave-taken.v1"
    posting: PostingId
    official: PersonId
    since: date
    until: date
    why: Text

    def tags(self) -> list[str]:
        return [f"posting:{self.posting}", f"person:{self.official}"]


class LeaveTakenCorrected(Correction[LeaveTaken], frozen=True, kw_only=True):
    TOPIC = "postings.leave-taken-corrected.v1"


class VillageWorkRecorded(Fact, frozen=True, kw_only=True):
    """A project led, an enterprise founded, a technique spread; with the classes and how many households it reached."""

    TOPIC = "postings.village-work-recorded.v1"
    posting: PostingId
    official: PersonId
    kind: WorkKind
    what: Text
    households: Annotated[int, msgspec.Meta(ge=0)] = 0
    classes: tuple[ClassId, ...] = ()

    def tags(self) -> list[str]:
        return [f"posting:{self.posting}", f"person:{self.official}"]


class VillageWorkRecordedCorrected(Correction[VillageWorkRecorded], frozen=True, kw_only=True):
    TOPIC = "postings.village-work-recorded-corrected.v1"
