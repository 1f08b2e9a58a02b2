"""What the log itself says of one class at the moment looked at: filing, decisions, sessions, refused attempts."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from taizhang.adapters.log.log import Criterion, Log
from taizhang.domain.attachments import AttachmentFiled
from taizhang.domain.boundary import correction_of
from taizhang.domain.classes import (
    ClassApproved,
    ClassCancelled,
    ClassCompleted,
    ClassFiled,
    ClassFilingRefused,
    ClassRescheduled,
)
from taizhang.domain.core import Correction, Fact
from taizhang.domain.envelope import Recorded, opened
from taizhang.domain.refused import SubmissionRefused
from taizhang.domain.sessions import PresenceChecked, SessionHeld
from taizhang.http.cuts import TimeBar

DECISIONS = (ClassFiled, ClassApproved, ClassFilingRefused, ClassRescheduled, ClassCancelled, ClassCompleted)
SHOWN_REFUSALS = 100


class Standing(NamedTuple):
    """A body in force, at the position of its first version; `last` is that of the newest correction."""

    first: Recorded
    body: Fact
    last: int

    @property
    def is_corrected(self) -> bool:
        return self.last != self.first.position


class ClassFacts(NamedTuple):
    """Filing and decisions, sessions by day, checks on the spot, papers and pictures, and the newest refused attempts."""

    decisions: list[Standing]
    sessions: list[Standing]
    checks: list[Standing]
    attachments: list[Standing]
    refused: list[Recorded]

    @property
    def filing(self) -> ClassFiled | None:
        return next((one.body for one in self.decisions if isinstance(one.body, ClassFiled)), None)

    @property
    def waits(self) -> bool:
        """Whether the class is filed and nobody has approved, refused or cancelled it yet."""
        decided = (ClassApproved, ClassFilingRefused, ClassCancelled)
        return self.filing is not None and not any(isinstance(one.body, decided) for one in self.decisions)

    @property
    def session_minutes(self) -> int:
        """What was taught, all groups together."""
        return sum(one.body.hours.minutes for one in self.sessions if isinstance(one.body, SessionHeld))


def class_facts(log: Log, training_class: str, bar: TimeBar) -> ClassFacts:
    """All of it, as known at `bar.recorded_at` and up to `bar.effective_on`."""
    kinds = (*DECISIONS, SessionHeld, PresenceChecked, AttachmentFiled)
    topics = [topic for kind in kinds for topic in topics_of(kind)]
    found = in_force(log, [Criterion(topics, (f"class:{training_class}",))], bar)
    sessions = [one for one in found if isinstance(one.body, SessionHeld)]
    refused = log.read([Criterion((SubmissionRefused.TOPIC,), (f"class:{training_class}",))]).facts
    known = [row for row in refused if bar.recorded_at is None or row.recorded_at <= bar.recorded_at]
    return ClassFacts(
        decisions=[one for one in found if isinstance(one.body, DECISIONS)],
        sessions=sorted(sessions, key=_hours),
        checks=[one for one in found if isinstance(one.body, PresenceChecked)],
        attachments=[one for one in found if isinstance(one.body, AttachmentFiled)],
        refused=[opened(row.position, row.leaf) for row in reversed(known[-SHOWN_REFUSALS:])],
    )


def in_force(log: Log, query: Sequence[Criterion], bar: TimeBar) -> list[Standing]:
    """The bodies that stand at the moment looked at, in the order of their first recording; void ones are left out."""
    standing: dict[int, Standing | None] = {}
    firsts: dict[int, Recorded] = {}
    for row in log.read(query).facts:
        if bar.recorded_at is not None and row.recorded_at > bar.recorded_at:
            break
        recorded = opened(row.position, row.leaf)
        fact = recorded.fact
        if not isinstance(fact, Correction):
            firsts[recorded.position] = recorded
            standing[recorded.position] = Standing(recorded, fact, recorded.position)
        elif fact.corrects in firsts:
            now = fact.now
            standing[fact.corrects] = None if now is None else Standing(firsts[fact.corrects], now, recorded.position)
    return [
        one
        for one in standing.values()
        if one is not None and (bar.effective_on is None or one.body.occurred_on <= bar.effective_on)
    ]


def topics_of(kind: type[Fact]) -> list[str]:
    """What facts of a kind, and the corrections of them, are called in the log."""
    correction = correction_of(kind)
    return [kind.TOPIC] if correction is None else [kind.TOPIC, correction.TOPIC]


def _hours(one: Standing) -> tuple[object, int]:
    assert isinstance(one.body, SessionHeld)
    return one.body.hours.on, one.body.hours.start
