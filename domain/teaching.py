"""Which sessions may be recorded as held, and the counting of people in the room."""

from __future__ import annotations

import msgspec

from taizhang.domain.attendance import AttendanceTaken
from taizhang.domain.boundary import GuardKey
from taizhang.domain.classes import TEACHING_SIDE, ClassGuard, OfOneClass, require_filed, require_held
from taizhang.domain.core import Actor, Fact, Selector, Slice, event
from taizhang.domain.designation import designation_selector, require_designated
from taizhang.domain.hours import require_dated, require_possible
from taizhang.domain.institutions import (
    Designations,
    DesignationWithdrawn,
    InstitutionDesignated,
    InstitutionSuspended,
)
from taizhang.domain.sessions import (
    ApprovedTooLate,
    ClassNeverApproved,
    PresenceChecked,
    SessionGuard,
    SessionHeld,
    SessionIsAttended,
    TeacherInTwoPlaces,
    VenueInTwoClasses,
)
from taizhang.domain.standing import StandsAlready, events, require_new


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

    def leaning(self) -> list[Selector]:
        return [Selector(types=[AttendanceTaken], tags=[f"class:{self.fact.training_class}"])]

    def take_back(self) -> None:
        """Hours that people are marked present for stay taught, by this session or by another at the same hours."""
        sessions, hours = self.guard(SessionGuard, self.fact.training_class), self.fact.hours
        stranded = {
            row.person
            for row in self.resting
            if isinstance(row, AttendanceTaken)
            and any(mark.on == hours.on and not sessions.contain(mark) for mark in row.marks)
        }
        if stranded:
            raise SessionIsAttended(training_class=self.fact.training_class, hours=hours, persons=len(stranded))

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
