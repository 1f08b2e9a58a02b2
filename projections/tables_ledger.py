"""The ledger's read tables: one row per class, per enrolment, per change of a figure, per household and member."""

from __future__ import annotations

from functools import cache
from typing import Any, cast

from sqlalchemy import (
    BigInteger,
    Column,
    ColumnElement,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    SmallInteger,
    Table,
    Text,
    func,
    literal_column,
)

from taizhang.projections.measures import measure_columns
from taizhang.projections.tables import day, flag, key_text, number, private_state
from taizhang.projections.versions import versions_of


class LedgerTables:
    """The ledger's tables; `suffix` stands at the end of their names while they are built beside the old ones."""

    def __init__(self, suffix: str = "") -> None:
        self.metadata = MetaData()
        self.classes = _classes(self.metadata, suffix)
        self.enrolments = _enrolments(self.metadata, suffix)
        self.deltas = _deltas(self.metadata, suffix)
        self.person_deltas = _person_deltas(self.metadata, suffix)
        self.totals, self.person_totals = _totals(self.metadata, suffix), _person_totals(self.metadata, suffix)
        self.households = _households(self.metadata, suffix)
        self.members = _members(self.metadata, suffix)
        self.aliases = _aliases(self.metadata, suffix)
        for table in self.metadata.tables.values():
            table.info["plain"] = table.name.removesuffix(suffix)
        told = ("county", "programme_kind", "enrolled_on", "withdrawn_on", "presence", "poor", "village")
        self.enrolment_versions = versions_of(self.enrolments, self.metadata, *told)
        self.class_versions = versions_of(self.classes, self.metadata, "name", "county", "occupation")
        self.alias_versions = versions_of(self.aliases, self.metadata, "kept")


@cache
def ledger_tables() -> LedgerTables:
    """The tables under their plain names, as every query asks them; to make them takes longer than most queries."""
    return LedgerTables()


def _classes(metadata: MetaData, suffix: str) -> Table:
    """One row per training class 培训班, as known now."""
    return Table(
        f"ledger_class{suffix}",
        metadata,
        Column("training_class", key_text(), primary_key=True),
        Column("name", Text, nullable=False),
        Column("county", key_text(), nullable=False),
        Column("institution", key_text(), nullable=False),
        Column("programme", key_text(), nullable=False),
        Column("programme_kind", key_text(), nullable=False),
        Column("occupation", key_text(), nullable=False),
        Column("level", Text),
        Column("seats", Integer, nullable=False),
        Column("seats_taken", Integer, nullable=False),
        Column("required_minutes", Integer, nullable=False),
        Column("planned_minutes", Integer, nullable=False),
        Column("starts_on", day()),
        Column("ends_on", day()),
        Column("venue", Text),
        Column("place", Text, nullable=False),
        Column("filing_number", Text, nullable=False),
        Column("filed_on", day()),
        Column("filed_by", Text, nullable=False),
        Column("approved_on", day()),
        Column("approved_by", Text, nullable=False),
        Column("refused_on", day()),
        Column("cancelled_on", day()),
        Column("completed_on", day()),
        Column("sessions_held", Integer, nullable=False),
        Column("session_minutes", Integer, nullable=False),
        Column("presence_checks", Integer, nullable=False),
        Column("status", key_text(), nullable=False),
        Column("position", BigInteger, nullable=False),  # of the filing
        Column("recorded_at", BigInteger, nullable=False),
        private_state(),
        Index(f"ledger_class_county{suffix}", "county"),
        sqlite_with_rowid=False,
    )


def _enrolments(metadata: MetaData, suffix: str) -> Table:
    """One row per person and class 到户到人, as known now; a second enrolment in the class is in the same row."""
    table = Table(
        f"ledger_enrolment{suffix}",
        metadata,
        # What most rows fill comes first; a row may end after `state` or after `poor`, the rest then has its defaults.
        Column("training_class", key_text(), primary_key=True),
        Column("person", key_text(), primary_key=True),
        Column("county", key_text(), nullable=False),
        Column("programme", key_text(), nullable=False),
        Column("programme_kind", key_text(), nullable=False),
        Column("enrolled_on", day()),  # null: no enrolment stands any more
        Column("claimed_poor", SmallInteger),  # what the roster said
        flag("contradiction"),  # the roster said otherwise
        Column("planned_minutes", Integer, nullable=False),
        Column("evidenced_minutes", Integer, nullable=False),
        Column("days_present", Integer, nullable=False),
        Column("certificates", Integer, nullable=False),
        Column("certificate_kind", key_text()),
        Column("certificate_number", Text),
        Column("certificate_issuer", key_text()),
        Column("certificate_on", day()),
        Column("late_days", Integer, nullable=False),  # the longest that a fact of this row waited to be recorded
        Column("position", BigInteger, nullable=False),  # of the first fact of this row
        Column("recorded_at", BigInteger, nullable=False),
        private_state(),
        Column("household", key_text()),
        Column("township", key_text()),
        Column("village", key_text()),
        _mostly_no("poor"),  # what the register says of the day of enrolment
        Column("withdrawn_on", day()),
        Column("days_absent", Integer, nullable=False, server_default="0"),
        Column("theory_tenths", Integer),
        Column("practice_tenths", Integer),
        Column("passed", SmallInteger),
        *(Column(f"{what}_{months}", key_text()) for months in (1, 3, 6) for what in ("employed", "confirmed")),
        Column("took_part", SmallInteger),  # what the trainees say themselves
        _mostly_no("late_addition"),
        _mostly_no("corrected"),
        Column("presence", Text),  # private: stretches of enrolment when there are several
        Index(f"ledger_enrolment_person{suffix}", "person"),
        sqlite_with_rowid=False,
    )
    away = lives_in_another_county(table.c)
    Index(f"ledger_enrolment_away{suffix}", table.c.village, sqlite_where=away, postgresql_where=away)
    return table


def lives_in_another_county(enrolment: Any) -> ColumnElement[bool]:
    """Whose home is in another county than their class: few, and found by their village in an index of their own.

    `enrolment` are the columns of `ledger_enrolment`. The words are those of the index: an engine compares them.
    """
    county = func.substr(enrolment.village, literal_column("1"), literal_column("6"))
    return cast("ColumnElement[bool]", county != enrolment.county)


def _mostly_no(name: str) -> Column[int]:
    """1 for yes, 0 for no, and 0 when a row leaves it out."""
    return Column(name, SmallInteger, nullable=False, server_default="0")


def _deltas(metadata: MetaData, suffix: str) -> Table:
    """What each batch of facts changed: a figure is the sum of the rows up to a recording time and an effective day."""
    return Table(
        f"ledger_delta{suffix}",
        metadata,
        Column("training_class", key_text(), primary_key=True),
        Column("county", key_text(), primary_key=True),
        Column("programme", key_text(), primary_key=True),
        Column("programme_kind", key_text(), primary_key=True),
        Column("effective_on", day(), primary_key=True),
        Column("recorded_at", number(), primary_key=True, autoincrement=False),
        Column("year", SmallInteger, nullable=False),  # of effective_on
        Column("position", BigInteger, nullable=False),  # of the first fact that made this row
        *(Column(name, BigInteger, nullable=False) for name in measure_columns()),
        Index(f"ledger_delta_county{suffix}", "county"),
        sqlite_with_rowid=False,
    )


def _person_deltas(metadata: MetaData, suffix: str) -> Table:
    """How the number of distinct persons 人数 in a cell changed. Cells do not add up to one another."""
    return Table(
        f"person_delta{suffix}",
        metadata,
        Column("level", key_text(), primary_key=True),  # province, prefecture, county
        Column("region", key_text(), primary_key=True),
        Column("period_kind", key_text(), primary_key=True),  # all, year, phase
        Column("period", key_text(), primary_key=True),
        Column("programme_kind", key_text(), primary_key=True),  # empty: all kinds
        Column("effective_on", day(), primary_key=True),
        Column("recorded_at", number(), primary_key=True, autoincrement=False),
        Column("position", BigInteger, nullable=False),
        Column("persons", BigInteger, nullable=False),
        Column("persons_poor", BigInteger, nullable=False),
        sqlite_with_rowid=False,
    )


def _totals(metadata: MetaData, suffix: str) -> Table:
    """What the changes of `ledger_delta` add up to, whenever recorded and effective: the figures of now, in few rows."""
    return Table(
        f"ledger_total{suffix}",
        metadata,
        Column("county", key_text(), primary_key=True),
        Column("programme_kind", key_text(), primary_key=True),
        Column("year", SmallInteger, primary_key=True, autoincrement=False),  # of the days from which the changes hold
        *(Column(name, BigInteger, nullable=False) for name in measure_columns()),
        sqlite_with_rowid=False,
    )


def _person_totals(metadata: MetaData, suffix: str) -> Table:
    """What the changes of `person_delta` add up to in each cell: its distinct persons 人数 now."""
    return Table(
        f"person_total{suffix}",
        metadata,
        Column("level", key_text(), primary_key=True),  # as in `person_delta`
        Column("region", key_text(), primary_key=True),
        Column("period_kind", key_text(), primary_key=True),
        Column("period", key_text(), primary_key=True),
        Column("programme_kind", key_text(), primary_key=True),
        Column("persons", BigInteger, nullable=False),
        Column("persons_poor", BigInteger, nullable=False),
        sqlite_with_rowid=False,
    )


def _households(metadata: MetaData, suffix: str) -> Table:
    """One row per household 户 of the register, as known now."""
    return Table(
        f"household{suffix}",
        metadata,
        Column("household", key_text(), primary_key=True),
        Column("county", key_text()),
        Column("township", key_text()),
        Column("village", key_text()),
        Column("attribute", key_text()),
        flag("poor"),
        Column("exit_year", SmallInteger),
        Column("exited_on", day()),
        Column("merged_on", day()),
        Column("position", BigInteger, nullable=False),
        private_state(),
        Index(f"household_county{suffix}", "county"),
        sqlite_with_rowid=False,
    )


def _members(metadata: MetaData, suffix: str) -> Table:
    """One row per household and person, as known now."""
    return Table(
        f"household_member{suffix}",
        metadata,
        Column("household", key_text(), primary_key=True),
        Column("person", key_text(), primary_key=True),
        Column("relation", Text, nullable=False),
        flag("belongs"),
        Column("since", day()),
        private_state(),
        Index(f"household_member_person{suffix}", "person"),
        sqlite_with_rowid=False,
    )


def _aliases(metadata: MetaData, suffix: str) -> Table:
    """One row per id that is or was merged with others: `kept` is the id its person is counted under."""
    return Table(
        f"person_alias{suffix}",
        metadata,
        Column("person", key_text(), primary_key=True),
        Column("kept", key_text(), nullable=False),
        Column("members", LargeBinary, nullable=False),
        Index(f"person_alias_kept{suffix}", "kept"),
        sqlite_with_rowid=False,
    )
