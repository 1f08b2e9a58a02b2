"""Sessions that were held, and how many people somebody counted in the room; the decisions stand in teaching.py."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Annotated, Any, ClassVar

import msgspec

from taizhang.domain.classes import (
    ClassId,
    TeacherId,
    VenueId,
)
from taizhang.domain.core import Correction, Fact, Guard, Refusal, moves
from taizhang.domain.hours import SessionHours, clock

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
    checked_by: str = ""  # who counted; the officer who records it, unless stated

    def tags(self) -> list[str]:
        return [f"class:{self.training_class}"]


class PresenceCheckedCorrected(Correction[PresenceChecked], frozen=True, kw_only=True):
    TOPIC = "training.presence-checked-corrected.v1"


# -- what is known ----------------------------------------------------------------------------------------


class SessionGuard(Guard):
    """The hours one class was taught, by day; parallel groups of a class may stand at the same hours."""

    KIND = "sessions"
    days: dict[date, list[tuple[int, int]]] = msgspec.field(default_factory=dict)

    @classmethod
    def keys(cls, fact: Any) -> tuple[str, ...]:
        return (fact.training_class,)

    @moves(SessionHeld)
    def held(self, fact: SessionHeld, sign: int) -> None:
        hours = fact.hours
        if sign > 0:
            self.days.setdefault(hours.on, []).append((hours.start, hours.end))
            return
        here = self.days[hours.on]
        here.remove((hours.start, hours.end))
        if not here:
            del self.days[hours.on]

    @property
    def last_on(self) -> date | None:
        """The day of the last session held."""
        return max(self.days, default=None)

    def contain(self, hours: SessionHours) -> bool:
        """Whether the class was taught during all of these hours; sessions that touch count as one."""
        here = self.days.get(hours.on, ())
        for start, end in here:
            if start <= hours.start and hours.end <= end:
                return True
        reached = hours.start
        for start, end in sorted(here):
            if start <= reached:
                reached = max(reached, end)
        return hours.end <= reached

    def held_on(self, day: date) -> str:
        """The hours taught that day, for people to read."""
        hours = sorted(self.days.get(day, ()))
        return ", ".join(f"{clock(start)}-{clock(end)}" for start, end in hours) or "—"


# -- refusals ---------------------------------------------------------------------------------------------


@dataclass(eq=False)
class ClassNeverApproved(Refusal):
    """No session is held before the class is approved."""

    RULE: ClassVar = "training.class-never-approved"
    SOURCE: ClassVar = "facts/falsification.csv F24"
    zh = "{training_class} 班尚未批准,{day} 不能上课。请先由县级经办人审批开班申请。"
    en = (
        "Class {training_class} is not approved; no session is held on {day}. Have the county approve the filing first."
    )
    training_class: ClassId
    day: date


@dataclass(eq=False)
class ApprovedTooLate(Refusal):
    """The class is filed and approved before it starts."""

    RULE: ClassVar = "training.approved-too-late"
    SOURCE: ClassVar = "facts/falsification.csv F24"
    zh = "{training_class} 班 {filed_on} 申请、{approved_on} 批准,{day} 的课在此之前。请核对日期;批准日期有误的,请更正审批记录。"
    en = "Class {training_class} was filed on {filed_on} and approved on {approved_on}, after the session of {day}. Check the days; if the day of approval is wrong, correct that record."
    training_class: ClassId
    filed_on: date
    approved_on: date
    day: date


@dataclass(eq=False)
class TeacherInTwoPlaces(Refusal):
    """A teacher holds one session at a time."""

    RULE: ClassVar = "training.teacher-in-two-places"
    SOURCE: ClassVar = "facts/falsification.csv F10"
    zh = "教师 {teacher} 在 {standing} 已为 {other_class} 班授课,与 {hours} 重叠。请核对教师和时间,更正有误的一条。"
    en = "Teacher {teacher} teaches class {other_class} at {standing}, which overlaps {hours}. Check teacher and hours, and correct what is wrong."
    teacher: TeacherId
    hours: SessionHours
    other_class: ClassId
    standing: SessionHours


@dataclass(eq=False)
class VenueInTwoClasses(Refusal):
    """A venue holds one class at a time; several teachers of one class may share it."""

    RULE: ClassVar = "training.venue-in-two-classes"
    SOURCE: ClassVar = "issue 1 (facts and rules): a venue in two places; F10 (assistant teachers are innocent)"
    zh = "场地 {venue} 在 {standing} 已由 {other_class} 班使用,与 {hours} 重叠。请核对场地和时间,更正有误的一条。"
    en = "Venue {venue} is used by class {other_class} at {standing}, which overlaps {hours}. Check venue and hours, and correct what is wrong."
    venue: VenueId
    hours: SessionHours
    other_class: ClassId
    standing: SessionHours


@dataclass(eq=False)
class SessionIsAttended(Refusal):
    """A session is not taken away, moved or shortened from under the attendance marked in it."""

    RULE: ClassVar = "training.session-is-attended"
    SOURCE: ClassVar = "issue 1 (attendance before the session or beyond its hours); facts/falsification.csv F18, F23"
    zh = "{training_class} 班 {hours} 的课已有 {persons} 人登记考勤。请先登记正确的上课记录并更正(或作废)这些考勤,再更正或作废本条。"
    en = "{persons} persons are marked present in the session of class {training_class} at {hours}. Record the right session and correct or void their attendance first, then this session."
    training_class: ClassId
    hours: SessionHours
    persons: int
