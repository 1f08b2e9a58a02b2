"""Logs on paper in which rules find something: two classes of twelve, their sheets, a head count, a death."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from paper_log import PaperLog

from taizhang.adapters.database import Database
from taizhang.domain.attendance import AttendanceTaken
from taizhang.domain.classes import ClassApproved, ClassFiled
from taizhang.domain.confirmations import TraineeConfirmed
from taizhang.domain.enrolment import TraineeEnrolled
from taizhang.domain.hours import SessionHours
from taizhang.domain.people import PersonDied, PersonRegistered
from taizhang.domain.policy import ThresholdSet
from taizhang.domain.sessions import PresenceChecked, SessionHeld
from taizhang.projections.follow import Follower
from taizhang.projections.rules.judging import Lead
from taizhang.projections.rules.leads import leads
from taizhang.projections.views import all_views

COUNTY = "620121"
START = 1_459_468_800_000_000  # 2016-04-01, UTC microseconds
MINUTE = 60_000_000
LATER = START + 100 * MINUTE
FIRST = date(2016, 3, 1)
MORNING, NOON = 510, 750


def days_of(first: date, count: int) -> list[date]:
    return [first + timedelta(days=number) for number in range(count)]


def filed(training_class: str, first: date, days: int = 6, **other: Any) -> ClassFiled:
    values: dict[str, Any] = {
        "occurred_on": first - timedelta(days=20),
        "training_class": training_class,
        "name": "样例班",
        "county": COUNTY,
        "institution": "i1",
        "programme": "labour",
        "programme_kind": "labour",
        "occupation": "焊工",
        "seats": 50,
        "required_minutes": 600,
        "starts_on": first,
        "ends_on": first + timedelta(days=days - 1),
    }
    return ClassFiled(**(values | other))


def enrolled(training_class: str, person: str, on: date = FIRST, **other: Any) -> TraineeEnrolled:
    return TraineeEnrolled(training_class=training_class, person=person, occurred_on=on, **other)  # type: ignore[arg-type]


def sheet(training_class: str, person: str, days: list[date], absent: tuple[date, ...] = ()) -> AttendanceTaken:
    marks = tuple(SessionHours(day, MORNING, NOON) for day in days if day not in absent)
    last = max([mark.on for mark in marks] + [*absent])
    return AttendanceTaken(
        training_class=training_class,  # type: ignore[arg-type]
        person=person,  # type: ignore[arg-type]
        marks=marks,
        absent=absent,
        occurred_on=last,
    )


def held(training_class: str, days: list[date], teacher: str = "t1") -> list[SessionHeld]:
    return [
        SessionHeld(
            training_class=training_class,  # type: ignore[arg-type]
            hours=SessionHours(day, MORNING, NOON),
            teacher=teacher,  # type: ignore[arg-type]
            occurred_on=day,
        )
        for day in days
    ]


def counted(training_class: str, on: date, heads: int) -> PresenceChecked:
    return PresenceChecked(training_class=training_class, minute=600, counted=heads, occurred_on=on)  # type: ignore[arg-type]


def answered(training_class: str, person: str, took_part: bool, channel: str = "home-visit") -> TraineeConfirmed:
    return TraineeConfirmed(
        training_class=training_class,  # type: ignore[arg-type]
        person=person,  # type: ignore[arg-type]
        channel=channel,  # type: ignore[arg-type]
        took_part=took_part,
        occurred_on=FIRST + timedelta(days=40),
    )


def threshold(name: str, value: int, since: date, region: str = "620000") -> ThresholdSet:
    return ThresholdSet(name=name, value=value, since=since, region=region, occurred_on=since)  # type: ignore[arg-type]


def two_classes() -> PaperLog:
    """Class a and class b of twelve persons each, of other days; nothing in them is odd."""
    log = PaperLog()
    log.record(
        START, *(PersonRegistered(occurred_on=FIRST, person=f"p{n}", statement="s", county=COUNTY) for n in range(24))
    )  # type: ignore[arg-type]
    for number, name in enumerate(("a", "b")):
        training_class, first = f"c{COUNTY}-{name}", FIRST + timedelta(days=30 * number)
        days = days_of(first, 6)
        people = [f"p{12 * number + n}" for n in range(12)]
        log.record(
            START + number * MINUTE,
            filed(training_class, first),
            ClassApproved(training_class=training_class, occurred_on=first - timedelta(days=10)),
        )  # type: ignore[arg-type]
        log.record(START + (number + 1) * MINUTE, *(enrolled(training_class, who, first) for who in people))
        log.record(START + (number + 2) * MINUTE, *held(training_class, days))
        rows = [sheet(training_class, who, days, (days[(n + 2 * number) % 6],)) for n, who in enumerate(people)]
        log.record(START + (number + 3) * MINUTE, *rows)
    return log


def died(person: str, on: date) -> PersonDied:
    return PersonDied(person=person, occurred_on=on)  # type: ignore[arg-type]


@contextmanager
def followed(log: PaperLog, page_facts: int = 10_000, *, settling: bool = False) -> Iterator[Database]:
    """The views of a log; `settling`: the rules judge after each page."""
    with tempfile.TemporaryDirectory() as folder:
        database = Database(f"sqlite:///{Path(folder) / 'views.db'}")
        follower = Follower(log, database, all_views(), page_facts)
        for upto in range(page_facts, len(log.stored), page_facts) if settling else ():
            follower.catch_up(upto)
        follower.catch_up()
        assert [one.error for one in follower.status() if one.error] == []
        yield database
        database.close()


def standing(database: Database) -> list[Lead]:
    with database.read() as connection:
        return sorted(lead for lead, _ in leads(connection))


def found(log: PaperLog, rule: str) -> list[Lead]:
    with followed(log) as database:
        return [one for one in standing(database) if one.rule == rule]
