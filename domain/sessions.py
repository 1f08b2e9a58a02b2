"""Sessions that were held, and how many people somebody counted in the room."""

from __future__ import annotations

from typing import Annotated

import msgspec

from taizhang.domain.classes import ClassId, TeacherId, VenueId
from taizhang.domain.core import Correction, Fact
from taizhang.domain.hours import SessionHours

MinuteOfDay = Annotated[int, msgspec.Meta(ge=0, lt=24 * 60, description="minutes after midnight, Beijing time")]

# -- facts ------------------------------------------------------------------------------------------------


class SessionHeld(Fact, frozen=True, kw_only=True):
    """A class was taught at these hours; teacher and venue where the sheet names them."""

    TOPIC = "training.session-held.v1"
    training_class: ClassId
    hours: SessionHours
    teacher: TeacherId | None = None
    venue: VenueId | None = None
    topic: str | None = None

    def tags(self) -> list[str]:
        # by day, so that a rule never reads a teacher's whole life
        tags = [f"class:{self.training_class}"]
        if self.teacher is not None:
            tags.append(f"teacher-day:{self.teacher}:{self.hours.on}")
        if self.venue is not None:
            tags.append(f"venue-day:{self.venue}:{self.hours.on}")
        return tags


class SessionHeldCorrected(Correction[SessionHeld], frozen=True, kw_only=True):
    TOPIC = "training.session-held-corrected.v1"


class PresenceChecked(Fact, frozen=True, kw_only=True):
    """Somebody counted the people in the room, on that day at that minute."""

    TOPIC = "training.presence-checked.v1"
    training_class: ClassId
    minute: MinuteOfDay
    counted: Annotated[int, msgspec.Meta(ge=0)]
    announced: bool = False
    remark: str = ""
    checked_by: str = ""  # the officer, filled in when decided

    def tags(self) -> list[str]:
        return [f"class:{self.training_class}"]


class PresenceCheckedCorrected(Correction[PresenceChecked], frozen=True, kw_only=True):
    TOPIC = "training.presence-checked-corrected.v1"
