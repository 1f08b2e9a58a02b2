"""A class for a fault to stand in: filed, approved, taught, marked, tested and certified, ordinary but for what is asked."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import date, timedelta
from random import Random
from typing import Final, NamedTuple

from taizhang.adapters.sample.faults.world import World
from taizhang.adapters.sample.plan import SESSION_END, SESSION_START, County
from taizhang.domain.attendance import AttendanceTaken
from taizhang.domain.certificates import CertificateIssued, CertificateNumber
from taizhang.domain.classes import (
    ClassApproved,
    ClassCompleted,
    ClassFiled,
    ClassId,
    InstitutionId,
    OccupationCode,
    ProgrammeId,
    TeacherId,
)
from taizhang.domain.core import Fact, OrganisationId, PersonId
from taizhang.domain.enrolment import TraineeEnrolled
from taizhang.domain.hours import SessionHours
from taizhang.domain.institutions import InstitutionDesignated, OrganisationRegistered
from taizhang.domain.scores import ScoreRecorded
from taizhang.domain.sessions import SessionHeld

OCCUPATION: Final = "示例工种"
SEATS: Final = 5_000
SUNDAY: Final = 6
Absent = Callable[[int], frozenset[int]]  # of a seat: the numbers of the teaching days missed


class Plan(NamedTuple):
    """What a class of a fault is like."""

    persons: int = 24
    days: int = 8
    starts_on: date = date(2019, 4, 1)
    absent: Absent | None = None  # None: a few, by chance
    scores: Callable[[int], int] | None = None  # tenths of each test by seat; None: by chance
    numbers: str = ""  # stem of the certificates' numbers; empty: the class's own
    numbers_from: int = 1
    claims_poor: bool | None = None
    certified: bool = True
    taught: bool = True  # False: sessions only; its sheet, tests and end are not recorded
    hours: tuple[tuple[int, int], ...] = ((SESSION_START, SESSION_END),)
    institution: str = ""
    occupation: str = OCCUPATION


class Held(NamedTuple):
    """A class that stands."""

    id: ClassId
    county: County
    people: tuple[PersonId, ...]
    days: tuple[date, ...]
    sheets: tuple[int, ...]  # positions of the rows of its sheet
    scores: tuple[tuple[int, ScoreRecorded], ...]


class Classes:
    """Makes the classes of faults, each under a name of its own."""

    def __init__(self, world: World) -> None:
        self.world = world
        self._opened: set[tuple[str, str]] = set()
        self._made = 0

    def held(self, county: County, plan: Plan = Plan(), people: Sequence[PersonId] = ()) -> Held:  # noqa: B008
        """Record a whole class."""
        world = self.world
        self._made += 1
        training_class = ClassId(f"c{county.code}-sample-fault-{self._made:04d}")
        days = teaching_days(plan.starts_on, plan.days)
        institution = self._institution(county, plan)
        who = [*people, *world.people(county, plan.persons - len(people))]
        world.say("clerk", county.code, [_filed(training_class, county, institution, plan, days)])
        approved = ClassApproved(training_class=training_class, occurred_on=days[0] - timedelta(days=12))
        world.say("approver", county.code, [approved])
        if plan.taught:
            world.wait(3_600)
        enrols = days[0] - timedelta(days=3)
        world.say(
            "clerk",
            county.code,
            [
                TraineeEnrolled(
                    training_class=training_class, person=one, claimed_poor=plan.claims_poor, occurred_on=enrols
                )
                for one in who
            ],
        )
        world.say("clerk", county.code, _sessions(training_class, plan, days))
        if not plan.taught:
            return Held(training_class, county, tuple(who), days, (), ())
        world.wait(3_600)
        sheets = world.say("clerk", county.code, _sheets(training_class, plan, days, who, world.seed))
        world.wait(3_600)
        scores = list(_scores(training_class, plan, days, who, world.seed))
        places = world.say("clerk", county.code, scores)
        world.say("clerk", county.code, list(_concluded(training_class, county, plan, days, who)))
        return Held(training_class, county, tuple(who), days, tuple(sheets), tuple(zip(places, scores, strict=True)))

    def _institution(self, county: County, plan: Plan) -> InstitutionId:
        """The school of the county's faults, registered when it is first asked for."""
        name = InstitutionId(plan.institution or f"sample-fault-school-{county.code}")
        key = (name, plan.occupation)
        if key not in self._opened:
            facts: list[Fact] = []
            if not any(one[0] == name for one in self._opened):
                facts.append(
                    OrganisationRegistered(
                        organisation=OrganisationId(name),
                        name=f"示例疑点培训学校({name})",
                        kind="institution",
                        region=county.code,
                        level="county",
                        field="training",
                        occurred_on=date(2015, 1, 1),
                    )
                )
            facts.append(
                InstitutionDesignated(
                    institution=name,
                    region=county.code,
                    occupations=(OccupationCode(plan.occupation),),
                    seats=60 if plan.institution else SEATS,
                    since=date(2015, 1, 1),
                    document="示例人社〔2015〕2号",
                    occurred_on=date(2015, 1, 1),
                )
            )
            self.world.say("clerk", county.code, facts)
            self._opened.add(key)
        return name


def teaching_days(starts: date, count: int) -> tuple[date, ...]:
    """So many days of teaching from a day on, without Sundays."""
    if count == 1:
        return (starts,)  # a class of one day, on whichever day is asked for
    days: list[date] = []
    day = starts
    while len(days) < count:
        if day.weekday() != SUNDAY:
            days.append(day)
        day += timedelta(days=1)
    return tuple(days)


def _filed(
    training_class: ClassId, county: County, institution: InstitutionId, plan: Plan, days: Sequence[date]
) -> ClassFiled:
    minutes = len(days) * sum(end - start for start, end in plan.hours)
    return ClassFiled(
        training_class=training_class,
        name="示例疑点班",
        county=county.code,
        institution=institution,
        programme=ProgrammeId("labour"),
        programme_kind="labour",
        occupation=OccupationCode(plan.occupation),
        seats=plan.persons + 4,
        required_minutes=minutes // 2,
        planned_minutes=minutes,
        starts_on=days[0],
        ends_on=days[-1],
        place="示例教室",
        occurred_on=days[0] - timedelta(days=20),
    )


def _sessions(training_class: ClassId, plan: Plan, days: Sequence[date]) -> list[Fact]:
    teacher = TeacherId(f"sample-fault-teacher-{training_class}")
    return [
        SessionHeld(
            training_class=training_class, hours=SessionHours(day, start, end), teacher=teacher, occurred_on=day
        )
        for day in days
        for start, end in plan.hours
    ]


def _sheets(
    training_class: ClassId, plan: Plan, days: Sequence[date], who: Sequence[PersonId], seed: int
) -> list[AttendanceTaken]:
    chance = Random(f"{seed}:{training_class}:sheet")  # noqa: S311 (a sample is no secret)
    rows = []
    for seat, person in enumerate(who):
        by_chance = frozenset(place for place in range(len(days)) if chance.random() < 0.04)
        missed = by_chance if plan.absent is None else plan.absent(seat)
        if len(missed) == len(days):
            missed = frozenset()
        marks = tuple(
            SessionHours(day, start, end)
            for place, day in enumerate(days)
            if place not in missed
            for start, end in plan.hours
        )
        absent = tuple(day for place, day in enumerate(days) if place in missed)
        last = max([mark.on for mark in marks] + [*absent])
        rows.append(
            AttendanceTaken(training_class=training_class, person=person, marks=marks, absent=absent, occurred_on=last)
        )
    return rows


def _scores(
    training_class: ClassId, plan: Plan, days: Sequence[date], who: Sequence[PersonId], seed: int
) -> Iterator[ScoreRecorded]:
    chance = Random(f"{seed}:{training_class}:scores")  # noqa: S311
    for seat, person in enumerate(who):
        both = chance.randrange(620, 980), chance.randrange(620, 980)
        theory, practice = both if plan.scores is None else (plan.scores(seat), plan.scores(seat))
        yield ScoreRecorded(
            training_class=training_class,
            person=person,
            theory_tenths=theory,
            practice_tenths=practice,
            passed=min(theory, practice) >= 600,
            occurred_on=days[-1],
        )


def _concluded(
    training_class: ClassId, county: County, plan: Plan, days: Sequence[date], who: Sequence[PersonId]
) -> Iterator[Fact]:
    yield ClassCompleted(training_class=training_class, occurred_on=days[-1] + timedelta(days=1))
    stem = plan.numbers or f"SF-{training_class}-"
    for seat, person in enumerate(who) if plan.certified else ():
        if plan.scores is None or plan.scores(seat) >= 600:
            yield CertificateIssued(
                training_class=training_class,
                person=person,
                kind="special-skill",
                number=CertificateNumber(f"{stem}{plan.numbers_from + seat:06d}"),
                issuer=OrganisationId(f"hr-{county.code}"),
                occurred_on=days[-1] + timedelta(days=10),
            )
