"""What rules look at and no other read table holds: attendance by the hour, head counts, how records came in."""

from __future__ import annotations

from typing import Any

from sqlalchemy import BigInteger, Column, Index, Integer, MetaData, SmallInteger, Table, Text

from taizhang.projections.tables import day, flag, key_text, number, private_state

BANDS = 4  # of 16 bits each: two hashes that differ in up to 7 bits have a part that differs in at most one


class EvidenceTables:
    """The tables that the view `leads` folds for its rules."""

    def __init__(self, metadata: MetaData, suffix: str) -> None:
        make = metadata, suffix
        self.rows = _by_position("attendance_row", *make, *_ATTENDANCE())
        Index(f"attendance_row_class{suffix}", self.rows.c.training_class)
        Index(f"attendance_row_person{suffix}", self.rows.c.person)
        self.patterns = _table("attendance_pattern", *make, _key("pattern"), Column("marks", Text, nullable=False))
        self.hours = _table(
            "attendance_hours",
            *make,
            _key("training_class"),
            Column("held_on", day(), primary_key=True),
            Column("starts", SmallInteger, primary_key=True, autoincrement=False),
            Column("ends", SmallInteger, primary_key=True, autoincrement=False),
            Column("persons", Integer, nullable=False),
        )
        self.sessions = _by_position(
            "class_session",
            *make,
            _said("training_class"),
            _said("teacher"),
            _said("venue"),
            Column("held_on", day(), nullable=False),
            Column("starts", SmallInteger, nullable=False),
            Column("ends", SmallInteger, nullable=False),
        )
        Index(f"class_session_teacher{suffix}", self.sessions.c.teacher, self.sessions.c.held_on)
        self.counts = _by_position("head_count", *make, *_COUNTS())
        Index(f"head_count_class{suffix}", self.counts.c.training_class)
        self.changes = _by_position(
            "record_change",
            *make,
            _said("training_class"),
            _said("person"),
            _said("what"),  # score-raised, enrolment-voided, withdrawn
            Column("effective_on", day(), nullable=False),
            Column("recorded_on", day(), nullable=False),
            Column("late_days", Integer, nullable=False),
        )
        Index(f"record_change_class{suffix}", self.changes.c.training_class)
        self.certificates = _by_position("certificate_row", *make, *_CERTIFICATES())
        Index(f"certificate_row_class{suffix}", self.certificates.c.training_class)
        self.answers = _by_position(
            "trainee_answer",
            *make,
            _said("training_class"),
            _said("person"),
            _said("channel"),
            flag("took_part"),
            Column("answered_on", day(), nullable=False),
        )
        Index(f"trainee_answer_class{suffix}", self.answers.c.training_class)
        self.employment = _table(
            "employment_group",
            *make,
            _key("training_class"),
            _key("said"),  # reported, confirmed
            _key("employer"),
            _key("words"),  # what the second source is called
            Column("happened_on", day(), primary_key=True),
            Column("persons", Integer, nullable=False),
            Column("position", BigInteger, nullable=False),
        )
        self.entries = _table(
            "class_entry",
            *make,
            _key("training_class"),
            _key("what"),  # attendance, certificate, filed, approved
            Column("recorded_at", number(), primary_key=True, autoincrement=False),
            Column("facts", Integer, nullable=False),
            Column("live", Integer, nullable=False),  # recorded on the very day of which they speak
            Column("position", BigInteger, nullable=False),
        )
        self.days = _table(
            "recording_day",
            *make,
            _key("officer"),
            _key("region"),
            Column("recorded_on", day(), primary_key=True),
            Column("facts", Integer, nullable=False),
            Column("late", Integer, nullable=False),
            Column("night", Integer, nullable=False),
            Column("position", BigInteger, nullable=False),
        )
        self.inspections = _keyed("inspection_opened", *make, "inspection", *_INSPECTIONS())
        self.findings = _keyed("finding", *make, "finding", *_FINDINGS())
        self.splits = _keyed(
            "household_split",
            *make,
            "new_household",
            _may("household"),
            Column("split_on", day()),
            Column("position", BigInteger),
        )
        self.seals = _keyed(
            "period_seal",
            *make,
            "seal",
            _may("region"),
            Column("since", day()),
            Column("until", day()),
            Column("sealed_on", day()),
            Column("position", BigInteger),
        )
        self.photographs = _by_position("photograph", *make, *_PHOTOGRAPHS())
        Index(f"photograph_class{suffix}", self.photographs.c.training_class)
        for place in range(BANDS):
            Index(f"photograph_band_{place}{suffix}", self.photographs.c[f"band_{place}"])
        self.contacts = _keyed(
            "shared_contact",
            *make,
            "sharing",  # contact and person
            _may("contact"),
            _may("kind"),  # phone, address
            _may("person"),
            Column("in_all", Integer),
            Column("position", BigInteger),
        )
        Index(f"shared_contact_contact{suffix}", self.contacts.c.contact)
        Index(f"shared_contact_person{suffix}", self.contacts.c.person)
        self.handlers = _table(
            "class_handler",
            *make,
            _key("training_class"),
            _key("officer"),
            _key("what"),  # roster, attendance, certificate, answer, check, employment
            Column("facts", Integer, nullable=False),
            Column("position", BigInteger, nullable=False),
        )
        Index(f"class_handler_officer{suffix}", self.handlers.c.officer)
        self.reported = _by_position(
            "statement_claim",
            *make,
            _said("statement"),
            _said("region"),
            _said("period"),
            _said("programme_kind"),
            Column("filed_on", day(), nullable=False),
            Column("recorded_at", BigInteger, nullable=False),
            Column("known_position", BigInteger, nullable=False),
            Column("claimed", Text, nullable=False),
        )
        Index(f"statement_claim_statement{suffix}", self.reported.c.statement)
        self.look_ups = _by_position(
            "look_up",
            *make,
            _said("officer"),
            Column("read_on", day(), nullable=False),
            Column("persons", Integer, nullable=False),
        )


def _ATTENDANCE() -> tuple[Column[Any], ...]:  # noqa: N802 (a column belongs to one table, so each table asks anew)
    return (
        _said("training_class"),
        _said("person"),
        Column("recorded_at", BigInteger, nullable=False),
        Column("first_on", day()),
        Column("last_on", day()),
        Column("days", Integer, nullable=False),
        Column("minutes", Integer, nullable=False),
        Column("days_absent", Integer, nullable=False),
        Column("gaps", Integer, nullable=False),  # stretches of absence with presence between
        _said("pattern"),
    )


def _COUNTS() -> tuple[Column[Any], ...]:  # noqa: N802
    return (
        _said("training_class"),
        _said("posting"),
        _said("inspection"),  # empty: a check outside of inspections
        Column("held_on", day(), nullable=False),
        Column("minute", SmallInteger, nullable=False),
        Column("counted", Integer, nullable=False),
        flag("announced"),
    )


def _CERTIFICATES() -> tuple[Column[Any], ...]:  # noqa: N802
    return (
        _said("training_class"),
        _said("person"),
        _said("issuer"),
        _said("stem"),  # the number without its last digits
        Column("sequence", BigInteger, nullable=False),  # its last digits; -1: none
        Column("issued_on", day(), nullable=False),
        Column("recorded_at", BigInteger, nullable=False),
    )


def _PHOTOGRAPHS() -> tuple[Column[Any], ...]:  # noqa: N802
    return (
        _said("training_class"),
        _said("looks"),  # the perceptual hash in hex; empty: the picture shows nothing that can be compared
        Column("shown_on", day()),  # the day of the class that it is to show
        Column("taken_on", day()),  # by the camera's clock
        Column("taken_minute", SmallInteger),
        _said("camera"),
        _said("device"),
        *(
            Column(f"band_{place}", Integer) for place in range(BANDS)
        ),  # the hash in parts, to find what is nearly alike
    )


def _INSPECTIONS() -> tuple[Column[Any], ...]:  # noqa: N802
    return (
        _may("region"),
        _may("kind"),
        Column("opened_on", day()),
        Column("announced", SmallInteger),
        Column("announced_on", day()),
        Column("visited_on", day()),  # the first visit
        Column("position", BigInteger),
    )


def _FINDINGS() -> tuple[Column[Any], ...]:  # noqa: N802
    return (
        _may("inspection"),
        _may("region"),
        _may("content"),
        _may("object"),
        Column("amount_fen", BigInteger),
        Column("found_on", day()),
        Column("closed_on", day()),
        Column("closed_position", BigInteger),
        Column("position", BigInteger),
    )


def _table(name: str, metadata: MetaData, suffix: str, *columns: Column[Any]) -> Table:
    table = Table(f"{name}{suffix}", metadata, *columns, sqlite_with_rowid=False)
    table.info["plain"] = name
    return table


def _by_position(name: str, metadata: MetaData, suffix: str, *columns: Column[Any]) -> Table:
    """One row per fact in force; a corrected fact keeps its first position."""
    place = Column("position", number(), primary_key=True, autoincrement=False)
    return _table(name, metadata, suffix, place, *columns)


def _keyed(name: str, metadata: MetaData, suffix: str, key: str, *columns: Column[Any]) -> Table:
    return _table(name, metadata, suffix, _key(key), *columns, private_state())


def _key(name: str) -> Column[Any]:
    return Column(name, key_text(), primary_key=True)


def _said(name: str) -> Column[Any]:
    return Column(name, key_text(), nullable=False)


def _may(name: str) -> Column[Any]:
    return Column(name, key_text())
