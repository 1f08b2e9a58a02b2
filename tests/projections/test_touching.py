"""What is recorded about other counties leaves a county's answers as they were: those that are said to be the same, are."""

from __future__ import annotations

import random
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any, Final

import pytest
from histories import filed
from paper_log import PaperLog

from taizhang.adapters.database import Database
from taizhang.domain.attendance import AttendanceTaken
from taizhang.domain.classes import ClassCompleted
from taizhang.domain.core import Fact
from taizhang.domain.enrolment import TraineeEnrolled, TraineeEnrolledCorrected, TraineeWithdrawn, WishStated
from taizhang.domain.hours import SessionHours
from taizhang.domain.households import HouseholdMemberListed, HouseholdRegistered
from taizhang.domain.people import PersonMoved, PersonRegistered, PersonsMerged, PersonStatusStated
from taizhang.domain.policy import ProgrammeOpened
from taizhang.domain.refused import SubmissionRefused
from taizhang.domain.regions import VillagePovertyStated
from taizhang.projections.coverage import coverage
from taizhang.projections.follow import Follower
from taizhang.projections.ledger_query import Scope, ledger
from taizhang.projections.touching import READ, counties_touched

FIRST: Final = date(2016, 1, 4)
COUNTIES: Final = ("620121", "620122", "622921")
CLASSES: Final = {f"c{county}-{name}": county for county in COUNTIES for name in ("a", "b")}
PERSONS: Final = tuple(f"p{number}" for number in range(12))
SCOPES: Final = (
    {},
    {"period_kind": "year", "period": "2016"},
    {"period_kind": "days", "period": "2016-01-01..2016-02-01"},
)


class Counties:
    """A log of three counties, followed; what each county's answers are now."""

    def __init__(self, place: Path) -> None:
        self.log, self.database, self.at = (
            PaperLog(),
            Database(f"sqlite:///{place / 'views.db'}"),
            1_460_000_000_000_000,
        )
        self.follower = Follower(self.log, self.database, READ)

    def record(self, *facts: Fact) -> frozenset[str] | None:
        """Record them and bring the views level; which counties they touched."""
        self.at += 1
        before = self.log.head().position
        self.log.record(self.at, *facts)
        self.follower.catch_up()
        assert [one.error for one in self.follower.status()] == [None] * len(READ)
        with self.database.read() as connection:
            return counties_touched(connection, self.log.page(before, 1_000))

    def answers(self, county: str) -> list[Any]:
        with self.database.read() as connection:
            scopes = [Scope(county, **more) for more in SCOPES]  # type: ignore[arg-type]
            found = [ledger(connection, self.log, scope, at=self.log.head()) for scope in scopes]
            return [*((one.figures, one.rows) for one in found), coverage(connection, county)]


@pytest.fixture
def counties(tmp_path: Path) -> Iterator[Counties]:
    made = Counties(tmp_path)
    made.record(*_begun(random.Random(1)))
    yield made
    made.database.close()


def _begun(chance: random.Random) -> Iterator[Fact]:
    """Classes, poor villages, and people: some of no register, some whose home, household and wish are of three counties."""
    yield ProgrammeOpened(
        occurred_on=FIRST, programme="labour-2015", zh="样例", en="sample", kind="labour", since=FIRST, until=FIRST + timedelta(2000)
    )  # type: ignore[arg-type]  # fmt: skip
    for training_class, county in list(CLASSES.items())[:-1]:  # the last is only ever named
        yield filed(training_class, FIRST, county)
    for county in COUNTIES:
        yield VillagePovertyStated(occurred_on=FIRST, village=f"{county}100200", poor=True)  # type: ignore[arg-type]
        yield HouseholdRegistered(
            occurred_on=FIRST, household=f"h{county}", village=f"{county}100200", attribute="poor"
        )  # type: ignore[arg-type]
    for person in PERSONS[4:]:
        home, village, household = (chance.choice(COUNTIES) for _ in range(3))
        yield PersonRegistered(
            occurred_on=FIRST, person=person, statement=person, county=home, village=f"{village}100200"
        )  # type: ignore[arg-type]
        yield HouseholdMemberListed(occurred_on=FIRST, household=f"h{household}", person=person)  # type: ignore[arg-type]


def _anything(chance: random.Random) -> Fact:
    """Mostly about one class; now and then about a register, merged people, a refusal."""
    on, person, training_class = (
        FIRST + timedelta(chance.randrange(60)),
        chance.choice(PERSONS),
        chance.choice([*CLASSES]),
    )
    who: dict[str, Any] = {"occurred_on": on, "training_class": training_class, "person": person}
    facts: list[Any] = [
        *[TraineeEnrolled(**who)] * 4,
        TraineeWithdrawn(why="其他", **who),
        AttendanceTaken(marks=(SessionHours(on, 480, 570),), **who),
        ClassCompleted(occurred_on=on, training_class=training_class),
        SubmissionRefused(occurred_on=on, command="training.enrol", rule="training.seats-taken", digest="e" * 64),
        WishStated(occurred_on=on, person=person, county=chance.choice(COUNTIES), occupation="o1"),  # type: ignore[arg-type]
        PersonStatusStated(occurred_on=on, person=person, status="two-after", since=on, source_list="s"),  # type: ignore[arg-type]
    ]
    if chance.random() < 0.02:
        return PersonsMerged(occurred_on=on, kept="p4", merged=("p5",), group=("p4", "p5"))  # type: ignore[arg-type]
    if chance.random() < 0.02:
        return PersonMoved(occurred_on=on, person=person, village=f"{chance.choice(COUNTIES)}100200")  # type: ignore[arg-type]
    return chance.choice(facts)  # type: ignore[no-any-return]


def test_an_answer_that_is_said_to_be_the_same_is_the_same(counties: Counties) -> None:
    chance, same, changed = random.Random(7), 0, 0
    known = {county: counties.answers(county) for county in COUNTIES}
    for number in range(90):
        touched = counties.record(*(_anything(chance) for _ in range(chance.randrange(1, 3))))
        for county in COUNTIES:
            now = counties.answers(county)
            if touched is not None and county not in touched:
                assert now == known[county], (number, county, counties.log.facts[-2:])
                same += 1
            changed += now != known[county]
            known[county] = now
    assert same > 40, "hardly any answer was said to be the same"
    assert changed > 40, "hardly anything changed any answer"


def test_who_is_trained_in_another_county_touches_their_home_too(counties: Counties) -> None:
    counties.record(
        PersonRegistered(occurred_on=FIRST, person="p20", statement="s", county="620122"),  # type: ignore[arg-type]
        WishStated(occurred_on=FIRST, person="p20", county="622921", occupation="o1"),  # type: ignore[arg-type]
    )
    before = counties.answers("622921")
    assert counties.record(_enrolled("c620121-a", "p20")) == {"620121", "620122", "622921"}
    assert counties.answers("622921") != before, "the wish is not reached"


def test_registers_corrections_and_merged_people_touch_every_county_and_refusals_none(counties: Counties) -> None:
    assert counties.record(_enrolled("c620121-a", "p1")) == {"620121"}
    was = counties.log.facts[-1]
    assert isinstance(was, TraineeEnrolled)
    correction = TraineeEnrolledCorrected(
        occurred_on=FIRST, corrects=counties.log.head().position, was=was, now=None, reason="录入有误", approver="o2"
    )  # type: ignore[arg-type]  # fmt: skip
    assert counties.record(correction) is None
    assert counties.record(filed("c620121-c", FIRST, "620121")) is None
    refused = SubmissionRefused(
        occurred_on=FIRST, command="training.enrol", rule="training.seats-taken", digest="e" * 64
    )
    assert counties.record(refused) == frozenset()
    assert counties.record(PersonsMerged(occurred_on=FIRST, kept="p6", merged=("p7",), group=("p6", "p7"))) is None  # type: ignore[arg-type]
    assert counties.record(_enrolled("c620121-a", "p7")) is None, "whose registers are another id's"


def _enrolled(training_class: str, person: str) -> TraineeEnrolled:
    return TraineeEnrolled(occurred_on=FIRST, training_class=training_class, person=person)  # type: ignore[arg-type]
