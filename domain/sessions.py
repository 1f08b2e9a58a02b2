"""Sessions that were held, and how many people somebody counted in the room."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Annotated, Any, ClassVar

import msgspec

from taizhang.domain.boundary import GuardKey
from taizhang.domain.classes import (
    TEACHING_SIDE,
    ClassGuard,
    ClassId,
    OfOneClass,
    TeacherId,
    VenueId,
    require_filed,
    require_held,
)
from taizhang.domain.core import Actor, Correction, Fact, Guard, Refusal, Selector, Slice, event, moves
from taizhang.domain.designation import designation_selector, require_designated
from taizhang.domain.hours import SessionHours, clock, require_dated, require_possible
from taizhang.domain.institutions import (
    Designations,
    DesignationWithdrawn,
    InstitutionDesignated,
    InstitutionSuspended,
)
from taizhang.domain.standing import StandsAlready, events, require_new

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


# -- decisions --------------------------------------------------------------------------------------------


class HoldSession(OfOneClass, Slice):
    """Record a session of a class approved by that day, by an institution designated on it; teacher and venue are free.

    The boundary is the teacher's and the venue's day, so that two classes cannot both have them.
    """

    COMMAND = "training.hold-session"
    DECIDES = SessionHeld
    ROLES = TEACHING_SIDE
    fact: SessionHeld

    def __init__(self, fact: SessionHeld, by: Actor) -> None:
        super().__init__(fact, by)
        self.that_day: list[SessionHeld] = []
        self.designations = Designations()

    def guards(self) -> list[GuardKey]:
        return [(ClassGuard.KIND, self.fact.training_class), (SessionGuard.KIND, self.fact.training_class)]

    def consistency_boundary(self) -> list[Selector]:
        days = [tag for tag in self.fact.tags() if not tag.startswith("class:")]
        selectors = [Selector(types=[SessionHeld], tags=[tag]) for tag in days]
        filing = self.guard(ClassGuard, self.fact.training_class).filing
        return selectors if filing is None else [*selectors, designation_selector(filing.institution)]

    @event(SessionHeld)
    def _(self, fact: SessionHeld) -> None:
        self.that_day.append(fact)

    @events(InstitutionDesignated, InstitutionSuspended, DesignationWithdrawn)
    def _(self, fact: Fact) -> None:
        self.designations.apply(fact)

    def execute(self) -> None:
        fact = self.fact
        self._require_new()
        require_possible([fact.hours])
        require_dated(fact.occurred_on, fact.hours.on)
        self._require_approved()
        for standing in self.that_day:
            if standing.hours.overlaps(fact.hours):
                self._require_elsewhere(standing)
        self.record(fact)

    def _require_new(self) -> None:
        """Raises StandsAlready: a session without teacher and venue says no more than one at the same hours."""
        fact = self.fact
        require_new(fact, self.that_day)
        if fact.teacher is None and fact.venue is None:
            here = self.guard(SessionGuard, fact.training_class).days.get(fact.hours.on, ())
            if (fact.hours.start, fact.hours.end) in here:
                raise StandsAlready(kind=fact.TOPIC)

    def _require_approved(self) -> None:
        day, training_class = self.fact.hours.on, self.fact.training_class
        guard = self.guard(ClassGuard, training_class)
        filing = require_held(guard, training_class, day)
        if guard.approved_on is None:
            raise ClassNeverApproved(training_class=training_class, day=day)
        if day < guard.approved_on or day < filing.filed_on:
            raise ApprovedTooLate(
                training_class=training_class, filed_on=filing.filed_on, approved_on=guard.approved_on, day=day
            )
        require_designated(self.designations, filing.institution, filing.occupation, day)

    def _require_elsewhere(self, standing: SessionHeld) -> None:
        fact, other_class = self.fact, standing.training_class
        if fact.teacher is not None and standing.teacher == fact.teacher:
            raise TeacherInTwoPlaces(
                teacher=fact.teacher, hours=fact.hours, other_class=other_class, standing=standing.hours
            )
        if fact.venue is not None and standing.venue == fact.venue and other_class != fact.training_class:
            raise VenueInTwoClasses(
                venue=fact.venue, hours=fact.hours, other_class=other_class, standing=standing.hours
            )


class CheckPresence(OfOneClass, Slice):
    """Record how many people somebody counted in the room; whatever the count, it is recorded."""

    COMMAND = "training.check-presence"
    DECIDES = PresenceChecked
    ROLES = frozenset({"clerk", "inspector"})
    fact: PresenceChecked

    def __init__(self, fact: PresenceChecked, by: Actor) -> None:
        super().__init__(msgspec.structs.replace(fact, checked_by=fact.checked_by or by.officer), by)
        self.standing: list[PresenceChecked] = []

    def guards(self) -> list[GuardKey]:
        return [(ClassGuard.KIND, self.fact.training_class)]

    def consistency_boundary(self) -> list[Selector]:
        return [Selector(types=[PresenceChecked], tags=[f"class:{self.fact.training_class}"])]

    @event(PresenceChecked)
    def _(self, fact: PresenceChecked) -> None:
        self.standing.append(fact)

    def execute(self) -> None:
        require_new(self.fact, self.standing)
        require_filed(self.guard(ClassGuard, self.fact.training_class), self.fact.training_class)
        self.record(self.fact)
