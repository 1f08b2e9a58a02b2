"""What the facts say that rules look at: a row per fact in force, in the words of tables_evidence.py."""

from __future__ import annotations

import hashlib
from datetime import date
from functools import partial
from typing import Any, Final

import msgspec

from taizhang.domain.attachments import AttachmentFiled
from taizhang.domain.attendance import AttendanceTaken
from taizhang.domain.certificates import CertificateIssued
from taizhang.domain.confirmations import TraineeConfirmed
from taizhang.domain.enrolment import TraineeWithdrawn
from taizhang.domain.hours import SessionHours, clock
from taizhang.domain.inspections.opening import VisitHeld
from taizhang.domain.officers import PersonalDataRead
from taizhang.domain.sessions import PresenceChecked, SessionHeld
from taizhang.domain.statements import StatementFiled
from taizhang.projections.funds.rows import recorded_ordinal
from taizhang.projections.rules.books import FactRows, Row
from taizhang.projections.rules.tables_evidence import BANDS, EvidenceTables

PATTERN_DIGITS: Final = 16
PATTERNS_NAMED: Final = 5_000
NO_SEQUENCE: Final = -1
BAND_BITS: Final = 16
SEQUENCE_DIGITS: Final = 9  # more than these last digits of a number say nothing about its place in a run


def fact_rows(tables: EvidenceTables, patterns: Patterns) -> list[FactRows]:
    """The tables with one row per fact in force."""
    return [
        FactRows(tables.rows, {AttendanceTaken: partial(attendance_row, patterns)}),
        FactRows(tables.sessions, {SessionHeld: _session}),
        FactRows(tables.counts, {PresenceChecked: _checked, VisitHeld: _visited}),
        FactRows(tables.certificates, {CertificateIssued: _certificate}),
        FactRows(tables.answers, {TraineeConfirmed: _answer}),
        FactRows(tables.changes, {TraineeWithdrawn: _withdrawn}),
        FactRows(tables.look_ups, {PersonalDataRead: _read}),
        FactRows(tables.reported, {StatementFiled: _reported}),
        FactRows(tables.photographs, {AttachmentFiled: _photograph}),
    ]


class Patterns:
    """What marks are called. Rows of a sheet that mark the same hours share one tuple, so each is named once."""

    def __init__(self) -> None:
        self._named: dict[int, tuple[tuple[SessionHours, ...], str, str]] = {}

    def of(self, marks: tuple[SessionHours, ...]) -> tuple[str, str]:
        """A short name of the marks, and the hours in words."""
        known = self._named.get(id(marks))
        if known is not None and known[0] is marks:
            return known[1], known[2]
        if len(self._named) >= PATTERNS_NAMED:
            self._named.clear()
        name, text = pattern_of(marks)
        self._named[id(marks)] = marks, name, text
        return name, text


def pattern_of(marks: tuple[SessionHours, ...]) -> tuple[str, str]:
    """The hours somebody was marked present, in words, and a short name of them."""
    text = ",".join(f"{mark.on.isoformat()} {clock(mark.start)}-{clock(mark.end)}" for mark in sorted_marks(marks))
    return hashlib.sha256(text.encode()).hexdigest()[:PATTERN_DIGITS], text


def sorted_marks(marks: tuple[SessionHours, ...]) -> list[SessionHours]:
    """Marks in the order of time."""
    return sorted(marks, key=lambda mark: (mark.on, mark.start, mark.end))


def attendance_row(patterns: Patterns, fact: AttendanceTaken, position: int, recorded_at: int) -> Row:
    """One row of an attendance sheet."""
    days = {mark.on for mark in fact.marks}
    return (
        position,
        fact.training_class,
        fact.person,
        recorded_at,
        min(days).isoformat() if days else None,
        max(days).isoformat() if days else None,
        len(days),
        sum(mark.end - mark.start for mark in fact.marks),
        len(fact.absent),
        _gaps(days, fact.absent) if fact.absent else 0,
        patterns.of(fact.marks)[0] if fact.marks else "",
    )


def _gaps(present: set[date], absent: tuple[date, ...]) -> int:
    """How many stretches of absence there are: absent days with a day of presence between them."""
    marked = sorted([(day, True) for day in present] + [(day, False) for day in absent])
    return sum(not here and (place == 0 or marked[place - 1][1]) for place, (_, here) in enumerate(marked))


def _session(fact: SessionHeld, position: int, _: int) -> Row:
    hours = fact.hours
    who = fact.teacher or "", fact.venue or ""
    return (position, fact.training_class, *who, hours.on.isoformat(), hours.start, hours.end)


def _checked(fact: PresenceChecked, position: int, _: int) -> Row:
    day = fact.occurred_on.isoformat()
    return (position, fact.training_class, "", "", day, fact.minute, fact.counted, int(fact.announced))


def _visited(fact: VisitHeld, position: int, _: int) -> Row | None:
    """A visit at which heads were counted, of a class or at the place of a posting."""
    posting = fact.object.removeprefix("posting:") if fact.object.startswith("posting:") else ""
    if fact.heads is None or not (posting or fact.training_class):
        return None
    day = fact.occurred_on.isoformat()
    return (position, fact.training_class or "", posting, fact.inspection, day, fact.at, fact.heads, 0)


def _certificate(fact: CertificateIssued, position: int, recorded_at: int) -> Row:
    number: str = fact.number
    stem = number.rstrip("0123456789")
    digits = number[len(stem) :]
    if len(digits) > SEQUENCE_DIGITS:
        stem, digits = number[:-SEQUENCE_DIGITS], number[-SEQUENCE_DIGITS:]
    sequence = int(digits) if digits else NO_SEQUENCE
    day = fact.occurred_on.isoformat()
    return (position, fact.training_class, fact.person, fact.issuer, stem, sequence, day, recorded_at)


def _answer(fact: TraineeConfirmed, position: int, _: int) -> Row:
    day = fact.occurred_on.isoformat()
    return (position, fact.training_class, fact.person, fact.channel, int(fact.took_part), day)


def _withdrawn(fact: TraineeWithdrawn, position: int, recorded_at: int) -> Row:
    return change_row(fact, position, recorded_at, "withdrawn")


def change_row(fact: Any, position: int, recorded_at: int, what: str) -> Row:
    """Something that changes what a class is judged by, with how long after its day it was recorded."""
    recorded = recorded_ordinal(recorded_at)
    day: date = fact.occurred_on
    return (
        position,
        fact.training_class,
        fact.person,
        what,
        day.isoformat(),
        date.fromordinal(recorded).isoformat(),
        recorded - day.toordinal(),
    )


def _read(fact: PersonalDataRead, position: int, _: int) -> Row:
    return (position, fact.reader, fact.occurred_on.isoformat(), fact.count)


def _photograph(fact: AttachmentFiled, position: int, _at: int) -> Row | None:
    told = fact.photograph
    if told is None:
        return None
    on, _, clock_time = told.taken_at.partition(" ")
    minute = int(clock_time[:2]) * 60 + int(clock_time[3:]) if clock_time else None
    shown = fact.session_on.isoformat() if fact.session_on is not None else None
    said = (shown, on or None, minute, told.camera, told.device or "")
    return (position, fact.training_class, told.looks, *said, *bands_of(told.looks))


def _reported(fact: StatementFiled, position: int, recorded_at: int) -> Row:
    about = (fact.filed_statement, fact.region, fact.period, fact.programme_kind, fact.occurred_on.isoformat())
    return (position, *about, recorded_at, fact.known_position, msgspec.json.encode(fact.claimed_figures).decode())


def bands_of(looks: str) -> tuple[int | None, ...]:
    """The parts of a perceptual hash."""
    if not looks:
        return (None,) * BANDS
    whole = int(looks, 16)
    return tuple(whole >> BAND_BITS * place & (1 << BAND_BITS) - 1 for place in range(BANDS))
