"""A programme on paper: facts encoded as the log stores them, at the times at which people would record them.

The background is honest and full of what is innocent: harvest days, follow-on classes, boarding classes in which nobody is
ever absent, late villages, month ends, typing errors put right, second jobs that ended before the class.
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime, timedelta, timezone
from random import Random
from typing import Any, NamedTuple

from taizhang.adapters.photographs import photograph_of
from taizhang.adapters.sample.officers import actor
from taizhang.adapters.sample.plan import County, PlannedClass, counties, planned_classes
from taizhang.domain.attachments import AttachmentFiled, DeviceId
from taizhang.domain.boundary import correction_of
from taizhang.domain.classes import ClassId
from taizhang.domain.contacts import ContactId, ContactShared
from taizhang.domain.core import Actor, Commitments, Fact, OfficerId, PersonId
from taizhang.domain.envelope import Header, Source
from taizhang.domain.funds.claims import ClaimReviewed, ClaimSubmitted
from taizhang.domain.people import PersonRegistered
from taizhang.projections.funds.rows import recorded_ordinal

BEIJING = timezone(timedelta(hours=8))
SECOND_US, DAY_US = 1_000_000, 86_400_000_000
HOUR, MORNING, EVENING = 3_600, 9 * 3_600, 18 * 3_600  # seconds
FIRST = datetime(2015, 1, 5, 9, tzinfo=BEIJING)


class Stored(NamedTuple):
    position: int
    type: str
    recorded_at: int
    leaf: bytes


class End(NamedTuple):
    position: int
    recorded_at: int


class Paper:
    """A log on paper that forgets what all views have read, so that a million enrolments fit into memory."""

    def __init__(self) -> None:
        self._stored: list[Stored] = []
        self._dropped = 0
        self._commands = 0
        self.latest = int(FIRST.timestamp()) * SECOND_US  # counties are written one after the other

    def record(self, recorded_at: int, by: Actor, facts: Iterable[Fact], *, way: str = "file") -> list[int]:
        """Append facts under one recording time; their positions."""
        self._commands += 1
        at, self.latest = recorded_at, max(recorded_at, self.latest)
        header = Header(f"paper-{self._commands}", by, None, None, None)
        positions = []
        for row, fact in enumerate(facts, 4):
            source = Source(way="page") if way == "page" else Source(file="0" * 64, sheet="示例", row=row)
            parts = header.parts(fact, fact.tags(), source)
            position = self._dropped + len(self._stored) + 1
            leaf = parts.before + b'"recorded_at":%d' % at + parts.after
            self._stored.append(Stored(position, parts.type, at, leaf))
            positions.append(position)
        return positions

    def head(self) -> End:
        if not self._stored:
            return End(self._dropped, int(FIRST.timestamp()) * SECOND_US)
        last = self._stored[-1]
        return End(last.position, last.recorded_at)

    def page(self, after: int, limit: int, upto: int | None = None) -> Sequence[Stored]:
        start = after - self._dropped
        assert start >= 0, "a reader asks for what was dropped"
        end = len(self._stored) if upto is None else min(upto - self._dropped, len(self._stored))
        return self._stored[start : min(start + limit, end)]

    def drop(self) -> None:
        """Forget all but the last fact."""
        self._dropped += len(self._stored) - 1
        self._stored = self._stored[-1:]

    def tagged(self, tag: str, after: int, limit: int) -> Sequence[Stored]:
        raise NotImplementedError(tag, after, limit)

    def at(self, positions: Sequence[int]) -> Sequence[Stored]:
        raise NotImplementedError(positions)


class PaperWorld:
    """Where faults are planted on paper: time is what the planter says."""

    def __init__(self, paper: Paper, chosen: Sequence[County], seed: int) -> None:
        self.paper, self.counties, self.seed = paper, chosen, seed
        self.now = paper.latest + DAY_US
        self._people = 0

    def today(self) -> date:
        return date.fromordinal(recorded_ordinal(self.now))

    def people(self, county: County, count: int) -> list[PersonId]:
        who = [PersonId(f"pf{self._people + number:07d}") for number in range(count)]
        self._people += count
        registered = [
            PersonRegistered(person=one, statement="s", county=county.code, occurred_on=date(2014, 12, 31))
            for one in who
        ]
        self.say("clerk", county.code, registered)
        return who

    def say(self, work: str, region: str, facts: Iterable[Fact]) -> list[int]:
        return self.paper.record(self.now, actor(work, region), facts)

    def amend(self, work: str, region: str, pairs: Sequence[tuple[int, Fact, Fact | None]], approver: str) -> None:
        told: list[Fact] = []
        for position, was, now in pairs:
            kind: Any = correction_of(type(was))
            by = OfficerId(actor(approver, region).officer)
            told.append(
                kind(occurred_on=was.occurred_on, corrects=position, was=was, now=now, reason="示例更正", approver=by)
            )
        self.say(work, region, told)

    def attach(self, county: County, training_class: ClassId, content: bytes, on: date) -> None:
        filed = AttachmentFiled(
            training_class=training_class,
            digest=hashlib.sha256(content).hexdigest(),
            attachment_kind="photo",
            bytes_in_all=len(content),
            session_on=on,
            photograph=photograph_of(content, self.device),
            occurred_on=on,
        )
        self.say("clerk", county.code, [filed])

    def device(self, described: str) -> DeviceId:
        return DeviceId("d" + _letters(described))

    def share_phone(self, county: County, people: Sequence[PersonId], number: str) -> ContactId:
        contact = ContactId("k" + _letters(number))
        shared = ContactShared(
            contact=contact,
            contact_kind="phone",
            region=county.code,
            sharers=tuple(people),
            sharers_in_all=len(people),
            occurred_on=self.today(),
        )
        self.say("clerk", county.code, [shared])
        return contact

    def claim(self, region: str, fact: ClaimSubmitted) -> Mapping[PersonId, int]:
        self.say("clerk", region, [fact])
        return {one.person: one.amount_fen for one in fact.entitlements}

    def line(self, county: County, name: str, on: date) -> str:  # noqa: ARG002 (nobody asks for its money)
        return f"ER-{on.year}"

    def publish(self, region: str, claim: ClaimSubmitted, review: ClaimReviewed) -> None:
        """Nobody asks for its notice."""

    def account(
        self, digits: str, person: PersonId | None = None, institution: str | None = None
    ) -> tuple[str, Commitments]:
        assert (person is None) != (institution is None)
        return f"a{_letters(digits)}", {}

    def officer(self, work: str, region: str) -> str:
        return actor(work, region).officer

    def wait(self, seconds: float) -> None:
        """Time passes; after an hour or more it is office hours again."""
        self.now += int(seconds * SECOND_US)
        if seconds >= HOUR and not MORNING <= self._second_of_day() < EVENING:
            self.wait_until(MORNING)

    def wait_until(self, second_of_day: int) -> None:
        self.now += (second_of_day - self._second_of_day()) % (24 * HOUR) * SECOND_US

    def _second_of_day(self) -> int:
        there = datetime.fromtimestamp(self.now // SECOND_US, BEIJING)
        return there.hour * HOUR + there.minute * 60 + there.second


def _letters(text: str) -> str:
    return base64.b32encode(hashlib.sha256(text.encode()).digest()[:10]).decode().lower()


class Stage(NamedTuple):
    """What is recorded about a class at one time."""

    recorded_at: int
    county: County
    work: str
    facts: list[Fact]


def programme(enrolments: int, seed: int) -> Iterator[tuple[County, list[PlannedClass]]]:
    """The counties and their classes, of so many trainees in all."""
    for county in counties(enrolments, seed):
        yield county, list(planned_classes(county, seed))


def moment(day: date, chance: Random, late_days: int = 0) -> int:
    """When something of a day is recorded: in office hours, mostly soon, some in the evening, many at a month's end."""
    on = day + timedelta(days=late_days + chance.randrange(1, 6))
    if chance.random() < 0.3:  # the month's return
        on = (on.replace(day=1) + timedelta(days=32)).replace(day=1) - timedelta(days=1)
    hour = chance.choice((9, 10, 11, 14, 15, 16, 17, 19, 20)) if chance.random() > 0.01 else 23
    there = datetime(on.year, on.month, on.day, hour, chance.randrange(60), chance.randrange(60), tzinfo=BEIJING)
    return int(there.timestamp()) * SECOND_US + chance.randrange(SECOND_US)
