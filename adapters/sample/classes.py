"""One class of a sample from filing to employment: every fact of it, in the hands of the officer who would record it.

What happens to a trainee follows from the class's own random numbers: most attend nearly everything, a few leave,
some miss too many hours and get no certificate, later reports grow thinner.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, timedelta
from random import Random
from typing import NamedTuple

from taizhang.adapters.sample.people import REGISTRY, Known, Made, MadeHousehold
from taizhang.adapters.sample.places import institution_of, teacher_of, venue_of
from taizhang.adapters.sample.plan import SESSION_START, PlannedClass
from taizhang.domain.attendance import AttendanceTaken
from taizhang.domain.certificates import CertificateIssued, CertificateNumber
from taizhang.domain.classes import (
    ClassApproved,
    ClassCompleted,
    ClassFiled,
    OccupationCode,
    ProgrammeId,
)
from taizhang.domain.confirmations import TraineeConfirmed
from taizhang.domain.core import Fact, OrganisationId, PersonId
from taizhang.domain.employment import EmploymentConfirmed, EmploymentKind, EmploymentReported, Months
from taizhang.domain.enrolment import TraineeEnrolled, TraineeWithdrawn, WishStated
from taizhang.domain.hours import SessionHours
from taizhang.domain.households import HouseholdMemberListed, HouseholdRegistered
from taizhang.domain.people import PersonRegistered, PersonStatusStated
from taizhang.domain.scores import ScoreRecorded
from taizhang.domain.sessions import PresenceChecked, SessionHeld

KINDS: tuple[EmploymentKind, ...] = ("transfer", "transfer", "local", "self-employed", "farming", "none")
PASS_TENTHS = 600
YOUNG_FROM, LEAVERS_FROM = 1992, 1995  # born then or later: has newly reached working age; has just left school
SCHOOL_ENDS_AT = 18  # years old
WISHED_BEFORE = 60  # days before the class begins
SECOND_SOURCES = ("社保缴费记录(示例)", "工资流水(示例)", "企业回访(示例)")


class Sitting(NamedTuple):
    """A trainee in a class, and what will become of it."""

    person: PersonId
    marks: tuple[SessionHours, ...]
    absent: tuple[date, ...]
    leaves_on: date | None
    theory_tenths: int
    practice_tenths: int
    chance: float  # between 0 and 1: the smaller, the more is heard of the trainee afterwards

    @property
    def minutes(self) -> int:
        return sum(mark.minutes for mark in self.marks)

    @property
    def passed(self) -> bool:
        return self.leaves_on is None and min(self.theory_tenths, self.practice_tenths) >= PASS_TENTHS


def registered(one: PlannedClass, made: Sequence[MadeHousehold], known: Mapping[int, Known]) -> Iterator[Fact]:
    """Households, their members, and who of them has newly reached working age."""
    for household in made:
        yield HouseholdRegistered(
            household=household.id,
            village=household.village,
            attribute=household.attribute,
            causes=household.causes,
            occurred_on=REGISTRY,
        )
        for member in household.members:
            who = known[member.number]
            yield PersonRegistered(
                person=who.person,
                statement=who.statement,
                county=one.county.code,
                village=household.village,
                commitments=who.commitments,
                occurred_on=REGISTRY,
            )
            yield HouseholdMemberListed(
                household=household.id, person=who.person, relation=member.relation, occurred_on=REGISTRY
            )
            if member.born.year >= YOUNG_FROM and not _leaves_school(one, member):
                yield _young(member, who.person, min(date(member.born.year + SCHOOL_ENDS_AT, 7, 2), REGISTRY))


def leavers(one: PlannedClass, made: Sequence[MadeHousehold], persons: Mapping[int, PersonId]) -> Iterator[Fact]:
    """Who of the class's trainees left school in the year before it, and was a school leaver from then on."""
    year = one.days[0].year
    for member in (member for household in made for member in household.members if _leaves_school(one, member)):
        left_school = date(year - 1, 7, 1)
        yield PersonStatusStated(
            person=persons[member.number],
            status="in-school",
            since=date(year - 4, 9, 1),
            until=left_school,
            source_list="示例学籍名单",
            occurred_on=left_school,
        )
        yield _young(member, persons[member.number], left_school + timedelta(days=1))


def wished_on(one: PlannedClass) -> date:
    """When the people of a class say what they wish to learn."""
    return one.days[0] - timedelta(days=WISHED_BEFORE)


def wishes(one: PlannedClass, made: Sequence[MadeHousehold], persons: Mapping[int, PersonId]) -> Iterator[Fact]:
    """What they wish; heads of school leavers' households wish nothing."""
    for member in (member for household in made for member in household.members):
        if member.is_trainee or member.relation != "head":
            yield WishStated(
                person=persons[member.number],
                county=one.county.code,
                occupation=OccupationCode(one.occupation),
                form="short-class",
                aim="work-away" if member.is_trainee else "work-near",
                occurred_on=wished_on(one),
            )


def _leaves_school(one: PlannedClass, member: Made) -> bool:
    return member.is_trainee and one.kind == "two-after"


def _young(member: Made, person: PersonId, since: date) -> PersonStatusStated:
    """Who has just grown up is a school leaver or a new labourer, trained or not: what coverage is a share of."""
    return PersonStatusStated(
        person=person,
        status="two-after" if member.born.year >= LEAVERS_FROM else "new-labourer",
        since=since,
        source_list="示例劳动力名单",
        occurred_on=since,
    )


def filed(one: PlannedClass) -> ClassFiled:
    return ClassFiled(
        training_class=one.id,
        name=one.name,
        county=one.county.code,
        institution=institution_of(one),
        programme=ProgrammeId(one.kind),
        programme_kind=one.kind,
        occupation=OccupationCode(one.occupation),
        seats=one.seats,
        required_minutes=one.required_minutes,
        planned_minutes=one.planned_minutes,
        starts_on=one.days[0],
        ends_on=one.days[-1],
        venue=venue_of(one),
        place=f"示例教室{one.lane + 1:03d}",
        teachers=(teacher_of(one),),
        courses=(("理论", one.planned_minutes // 3), ("实训", one.planned_minutes - one.planned_minutes // 3)),
        filing_number=f"示例开班{one.days[0].year}-{one.ordinal + 1:05d}",
        occurred_on=one.days[0] - timedelta(days=20),
    )


def approved(one: PlannedClass) -> ClassApproved:
    return ClassApproved(training_class=one.id, occurred_on=one.days[0] - timedelta(days=12))


def sittings(one: PlannedClass, persons: Sequence[PersonId], seed: int) -> list[Sitting]:
    """Everybody who takes a seat in the class."""
    chance = Random(f"{seed}:{one.id}:sittings")  # noqa: S311 (a sample is no secret)
    held = one.hours  # one object for a day, whoever is marked on it
    return [_sitting(one, held, person, chance) for person in persons]


def _sitting(one: PlannedClass, held: Sequence[SessionHours], person: PersonId, chance: Random) -> Sitting:
    leaves = one.days[chance.randrange(1, len(one.days) - 1)] if chance.random() < 0.02 else None
    days = [day for day in one.days if leaves is None or day <= leaves]
    diligence = 0.75 if chance.random() < 0.08 else 0.97
    present = [day for day in days if chance.random() < diligence]
    return Sitting(
        person=person,
        marks=tuple(hours for hours in held if hours.on in present),
        absent=tuple(day for day in days if day not in present),
        leaves_on=leaves,
        theory_tenths=chance.randrange(560, 980),
        practice_tenths=chance.randrange(590, 990),
        chance=chance.random(),
    )


def taught(one: PlannedClass, trainees: Sequence[Sitting], poor: frozenset[PersonId]) -> Iterator[Fact]:
    """What the institution records: the roster, the sessions, attendance and scores."""
    enrols = one.days[0] - timedelta(days=3)
    for trainee in trainees:
        yield TraineeEnrolled(
            training_class=one.id,
            person=trainee.person,
            claimed_poor=trainee.person in poor if trainee.chance > 0.01 else trainee.person not in poor,
            promised_employer="示例企业" if trainee.chance < 0.2 else "",
            occurred_on=enrols,
        )
    for hours in one.hours:
        yield SessionHeld(
            training_class=one.id,
            hours=hours,
            teacher=teacher_of(one),
            venue=venue_of(one),
            occurred_on=hours.on,
        )
    for trainee in trainees:
        yield from _attended(one, trainee)


def _attended(one: PlannedClass, trainee: Sitting) -> Iterator[Fact]:
    if trainee.leaves_on is not None:
        yield TraineeWithdrawn(
            training_class=one.id, person=trainee.person, why="外出务工(示例)", occurred_on=trainee.leaves_on
        )
    last = max([mark.on for mark in trainee.marks] + list(trainee.absent))
    yield AttendanceTaken(
        training_class=one.id, person=trainee.person, marks=trainee.marks, absent=trainee.absent, occurred_on=last
    )
    if trainee.leaves_on is None and trainee.marks:
        yield ScoreRecorded(
            training_class=one.id,
            person=trainee.person,
            theory_tenths=trainee.theory_tenths,
            practice_tenths=trainee.practice_tenths,
            passed=trainee.passed,
            occurred_on=one.days[-1],
        )


def concluded(one: PlannedClass, trainees: Sequence[Sitting]) -> Iterator[Fact]:
    """What the county records when the class is over: its end, and certificates."""
    certified = one.days[-1] + timedelta(days=10)
    yield ClassCompleted(training_class=one.id, occurred_on=one.days[-1] + timedelta(days=1))
    for seat, trainee in enumerate(trainees, 1):
        if trainee.passed and trainee.minutes >= one.required_minutes:
            yield CertificateIssued(
                training_class=one.id,
                person=trainee.person,
                kind="training" if one.kind in ("cadre", "party-secretary") else "special-skill",
                number=CertificateNumber(f"SL-{one.county.code}-{one.days[0].year}-{one.ordinal + 1:05d}-{seat:02d}"),
                issuer=OrganisationId(f"hr-{one.county.code}"),
                occurred_on=certified,
            )


def afterwards(one: PlannedClass, trainees: Sequence[Sitting]) -> Iterator[Fact]:
    """What became of those who stayed in the half year after the class, and what they say themselves."""
    for trainee in stayed(trainees):
        yield from _afterwards(one, trainee)


def stayed(trainees: Sequence[Sitting]) -> list[Sitting]:
    """Those who did not leave, without the days on which they came: they are spoken of for half a year more."""
    return [trainee._replace(marks=(), absent=()) for trainee in trainees if trainee.leaves_on is None]


def _afterwards(one: PlannedClass, trainee: Sitting) -> Iterator[Fact]:
    who, luck = trainee.person, trainee.chance
    kind = KINDS[int(luck * 997) % len(KINDS)]
    employer = "示例企业(兰州)" if kind in ("transfer", "local") else ""
    reports: tuple[tuple[Months, float], ...] = ((1, 0.85), (3, 0.7), (6, 0.55))
    for months, heard in reports:
        day = one.days[-1] + timedelta(days=30 * months)
        if luck < heard:
            yield EmploymentReported(
                training_class=one.id, person=who, months=months, kind=kind, employer=employer, occurred_on=day
            )
        if luck < heard * 0.3 and kind != "none":
            seen: EmploymentKind = kind if luck > 0.02 else "none"
            source = SECOND_SOURCES[months % len(SECOND_SOURCES)]
            yield EmploymentConfirmed(
                training_class=one.id, person=who, months=months, kind=seen, second_source=source, occurred_on=day
            )
    if 0.4 < luck < 0.52:
        yield TraineeConfirmed(
            training_class=one.id,
            person=who,
            channel="own-phone",
            took_part=luck < 0.515,
            occurred_on=one.days[-1] + timedelta(days=15),
        )


def inspected(one: PlannedClass, trainees: Sequence[Sitting]) -> PresenceChecked:
    """Somebody counts the people in the room on the second day; now and then fewer than are marked."""
    day = one.days[1]
    present = sum(any(mark.on == day for mark in trainee.marks) for trainee in trainees)
    missing = 3 if one.ordinal % 7 == 3 else 0
    return PresenceChecked(
        training_class=one.id,
        minute=SESSION_START + 45,
        counted=max(0, present - missing),
        announced=one.ordinal % 2 == 0,
        remark="示例检查",
        occurred_on=day,
    )
