"""What the ledger keeps of a class and of a person's place in it, and what figures they make.

Every fact in force is kept under its own position, so a correction takes its old body out and puts the new one in,
and the order in which facts arrive does not matter.
"""

from __future__ import annotations

from collections.abc import Iterable

import msgspec

from taizhang.domain.classes import ClassFiled
from taizhang.projections.measures import MEASURES

COUNT = len(MEASURES)
PLACE = {measure.name: place for place, measure in enumerate(MEASURES)}
PERSON_TIMES, PLANNED, EVIDENCED = PLACE["person_times"], PLACE["planned_minutes"], PLACE["evidenced_minutes"]
CERTIFIED_MINUTES, CERTIFIED, COMPLETED = PLACE["certified_minutes"], PLACE["certified"], PLACE["completed"]
REPORTED = {months: PLACE[f"employed_{months}"] for months in (1, 3, 6)}
CONFIRMED = {months: PLACE[f"confirmed_{months}"] for months in (1, 3, 6)}
NOT_WORKING = "none"  # the employment kind of whoever has no work

Day = str  # 2016-03-05; compared as text
Stretch = tuple[Day, Day | None]  # from this day on, until the day before the second one
Weights = dict[tuple[Day, int], int]  # (effective day, place of the measure) -> amount


class Certificate(msgspec.Struct, array_like=True, gc=False):
    day: Day
    kind: str
    number: str
    issuer: str


class Score(msgspec.Struct, array_like=True, gc=False):
    day: Day
    theory_tenths: int | None
    practice_tenths: int | None
    passed: bool | None


class Seat(msgspec.Struct, array_like=True, gc=False):
    """A person's place in a class: every fact about it that is in force, by position."""

    person: str
    position: int  # of the first fact about it
    recorded_at: int
    enrolled: dict[int, tuple[Day, bool | None]] = {}  # day, what the roster claims about poverty
    minutes: dict[Day, int] = {}  # shared with others who attended alike: never changed, only replaced
    certificates: dict[int, Certificate] = {}
    late_days: int = 0
    poor: bool = False
    household: str | None = None
    village: str | None = None
    # what most seats have not; stored seats may end here
    withdrawn: dict[int, Day] = {}
    absent_days: int = 0
    revoked: dict[int, tuple[Day, str, str]] = {}  # day, issuer, number
    reported: dict[int, tuple[int, str, Day]] = {}  # months, kind, day
    confirmed: dict[int, tuple[int, str, Day]] = {}
    scores: dict[int, Score] = {}
    answers: dict[int, tuple[Day, bool]] = {}
    late_addition: bool = False
    corrected: bool = False

    def presence(self) -> tuple[Stretch, ...]:
        """When the person was enrolled: stretches in order, none touching another's inside."""
        if len(self.enrolled) == 1:
            [(entered, (since, _))] = self.enrolled.items()
            if not self.withdrawn:
                return ((since, None),)
            if len(self.withdrawn) == 1:
                [(left, until)] = self.withdrawn.items()
                return ((since, until if (until, left) > (since, entered) else None),)
        return self._stretches()

    def is_plain(self) -> bool:
        """Whether nothing is known but one enrolment, attendance, and certificates that all stand."""
        return len(self.enrolled) == 1 and not (
            self.withdrawn
            or self.absent_days
            or self.revoked
            or self.reported
            or self.confirmed
            or self.scores
            or self.answers
            or self.late_addition
            or self.corrected
        )

    def judged_on(self) -> Day | None:
        """The day on which the register is asked whether the person is poor: the first day of enrolment."""
        return min((since for since, _ in self.enrolled.values()), default=None)

    def claimed_poor(self) -> bool | None:
        """What the roster of the first enrolment says."""
        return min(self.enrolled.items(), key=lambda one: (one[1][0], one[0]))[1][1] if self.enrolled else None

    def _stretches(self) -> tuple[Stretch, ...]:
        changes = [(day, 1, position) for position, (day, _) in self.enrolled.items()]
        changes += [(day, 0, position) for position, day in self.withdrawn.items()]
        stretches: list[Stretch] = []
        inside: Day | None = None
        for day, enters, _ in sorted(changes, key=lambda one: (one[0], one[2])):
            if enters and inside is None:
                inside = day
            elif not enters and inside is not None:
                stretches.append((inside, day))
                inside = None
        if inside is not None:
            stretches.append((inside, None))
        return tuple(stretches)


class Approval(msgspec.Struct, array_like=True, gc=False):
    day: Day
    by: str


class ClassState(msgspec.Struct, array_like=True, gc=False):
    """A class: every fact about it that is in force, by position."""

    training_class: str
    position: int
    recorded_at: int
    filed: dict[int, ClassFiled] = {}
    approved: dict[int, Approval] = {}
    refused: dict[int, Day] = {}
    rescheduled: dict[int, tuple[Day, Day]] = {}  # starts, ends
    cancelled: dict[int, Day] = {}
    completed: dict[int, Day] = {}
    sessions_held: int = 0
    session_minutes: int = 0
    presence_checks: int = 0

    def filing(self) -> ClassFiled | None:
        """The filing in force; the later one if there are several."""
        return self.filed[max(self.filed)] if self.filed else None

    def completed_on(self) -> Day | None:
        """The day from which the class counts as completed."""
        return min(self.completed.values(), default=None)

    def dimensions(self) -> tuple[str, str, str, str]:
        """Class, county, programme, programme kind; the county of an unfiled class stands in its id."""
        filing = self.filing()
        if filing is None:
            return (self.training_class, self.training_class[1:7], "", "")
        return (self.training_class, filing.county, filing.programme, filing.programme_kind)

    def planned_minutes(self) -> int:
        filing = self.filing()
        return 0 if filing is None else filing.planned_minutes or filing.required_minutes

    def required_minutes(self) -> int:
        filing = self.filing()
        return 0 if filing is None else filing.required_minutes


def weights(state: ClassState, seat: Seat) -> Weights:
    """All that a seat adds to the figures of its class, by effective day and measure."""
    found: Weights = {}

    def add(day: Day, place: int, amount: int) -> None:
        found[day, place] = found.get((day, place), 0) + amount

    planned, required = state.planned_minutes(), state.required_minutes()
    for since, until in seat.presence():
        add(since, PERSON_TIMES, 1)
        add(since, PLANNED, planned)
        if until is not None:
            add(until, PERSON_TIMES, -1)
            add(until, PLANNED, -planned)
    for day, minutes in seat.minutes.items():
        add(day, EVIDENCED, minutes)
    for sign, days in ((1, [c.day for c in seat.certificates.values()]), (-1, [r[0] for r in seat.revoked.values()])):
        for day in days:
            add(day, CERTIFIED, sign)
            add(day, CERTIFIED_MINUTES, sign * required)
    completed = completion(state.completed_on(), seat.presence())
    if completed is not None:
        add(completed, COMPLETED, 1)
    for reports, places in ((seat.reported, REPORTED), (seat.confirmed, CONFIRMED)):
        for months, day in first_in_work(reports):
            add(day, places[months], 1)
    return found


def completion(completed_on: Day | None, presence: tuple[Stretch, ...]) -> Day | None:
    """The day on which the enrolment counts as completed, if it does."""
    if completed_on is None:
        return None
    days = [max(since, completed_on) for since, until in presence if until is None or until > completed_on]
    return min(days, default=None)


def first_in_work(reports: dict[int, tuple[int, str, Day]]) -> Iterable[tuple[int, Day]]:
    """For each number of months the first day on which work is reported."""
    first: dict[int, Day] = {}
    for months, kind, day in reports.values():
        if kind != NOT_WORKING:
            first[months] = min(day, first.get(months, day))
    return first.items()
