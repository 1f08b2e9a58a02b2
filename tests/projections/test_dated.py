"""Dated statements: a row for each that is in force, and labels of every code beside them."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import closing
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from histories import histories, in_force
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from paper_log import PaperLog
from small_programme import APRIL
from sqlalchemy import Table, select

from taizhang.adapters.database import Database
from taizhang.domain.enrolment import WishStated
from taizhang.domain.households import HouseholdMemberLeft, HouseholdMemberListed, HouseholdMerged, HouseholdSplit
from taizhang.domain.labels import labels
from taizhang.domain.people import PersonStatusStated, PersonStatusStatedCorrected
from taizhang.domain.regions import VillagePovertyStated
from taizhang.projections.dated import DatedView
from taizhang.projections.follow import Follower


@pytest.fixture
def database(engine_url: str) -> Iterator[Database]:
    opened = Database(engine_url)
    yield opened
    opened.close()


def rows(database: Database, table: Table) -> list[tuple[Any, ...]]:
    with database.read() as connection:
        found = [tuple(row) for row in connection.execute(select(table))]
    return sorted((tuple(str(value) if isinstance(value, date) else value for value in row) for row in found), key=repr)


def status(since: date, until: date | None = None, name: str = "two-after") -> PersonStatusStated:
    return PersonStatusStated(occurred_on=since, person="li", status=name, since=since, until=until)  # type: ignore[arg-type]


def corrected(was: PersonStatusStated, now: PersonStatusStated | None, corrects: int) -> PersonStatusStatedCorrected:
    day = (now or was).occurred_on
    return PersonStatusStatedCorrected(
        occurred_on=day, corrects=corrects, was=was, now=now, reason="误记", approver="o2"
    )  # type: ignore[arg-type]


@pytest.mark.parametrize("page_facts", [1, 100])
def test_a_status_is_a_dated_row_and_a_correction_puts_another_in_its_place(
    database: Database, page_facts: int
) -> None:
    log = PaperLog()
    first, second, third = (
        status(date(2015, 7, 1)),
        status(date(2016, 7, 1)),
        status(date(2015, 7, 2), date(2016, 9, 1)),
    )
    log.record(APRIL, first, second)
    log.record(APRIL + 1, corrected(first, third, 1), corrected(second, None, 2))
    Follower(log, database, [DatedView], page_facts).catch_up()
    assert rows(database, DatedView().tables.statuses) == [
        ("li", "two-after", "2015-07-02", "2016-09-01", "", 1, APRIL + 1)
    ]


def test_wishes_and_poor_villages_keep_every_day_on_which_something_was_said(database: Database) -> None:
    log, tables = PaperLog(), DatedView().tables
    log.record(
        APRIL,
        WishStated(occurred_on=date(2016, 1, 2), person="li", county="620121", occupation="o1"),  # type: ignore[arg-type]
        WishStated(occurred_on=date(2017, 1, 2), person="li", county="620121", occupation="o2"),  # type: ignore[arg-type]
        VillagePovertyStated(occurred_on=date(2014, 1, 1), village="620121100200", poor=True),  # type: ignore[arg-type]
        VillagePovertyStated(occurred_on=date(2018, 1, 1), village="620121100200", poor=False, exit_year=2017),  # type: ignore[arg-type]
    )
    Follower(log, database, [DatedView]).catch_up()
    assert [row[2:4] for row in rows(database, tables.wishes)] == [("o1", "2016-01-02"), ("o2", "2017-01-02")]
    assert [row[1:3] for row in rows(database, tables.villages)] == [("2014-01-01", 1), ("2018-01-01", 0)]


def test_the_labels_of_all_codes_stand_in_a_table_from_the_beginning(database: Database) -> None:
    follower = Follower(PaperLog(), database, [DatedView])
    follower.set_up()
    follower.set_up()
    expected = {(k, code, *label) for k, codes in labels().items() for code, label in codes.items()}
    assert set(rows(database, DatedView().tables.labels)) == expected
    follower.rebuild()
    assert set(rows(database, DatedView().tables.labels)) == expected


@settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
@given(histories(), st.integers(1, 7))
def test_the_rows_are_the_statements_in_force_however_the_facts_are_paged(log: PaperLog, page: int) -> None:
    standing = in_force(log, recorded_until=2**62)
    moves = {p: f for p, f in standing.items() if isinstance(f, (HouseholdSplit, HouseholdMerged))}
    one = {p for p, f in standing.items() if isinstance(f, (HouseholdMemberListed, HouseholdMemberLeft))}
    expected = sorted([*one, *(p for p, f in moves.items() for _ in f.persons for _ in range(2))])
    with (
        tempfile.TemporaryDirectory() as folder,
        closing(Database(f"sqlite:///{Path(folder) / 'views.db'}")) as database,
    ):
        Follower(log, database, [DatedView], page).catch_up()
        found = rows(database, DatedView().tables.memberships)
    assert sorted(row[-2] for row in found) == expected
    assert all(str(standing[row[-2]].occurred_on) == row[2] for row in found)
