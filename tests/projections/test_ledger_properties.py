"""Whatever happens, in whatever order it is told: a figure is the sum of its deltas, and equals a fresh count."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from histories import FIRST, START, Reckoned, histories
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from paper_log import PaperLog
from sqlalchemy import func, select

from taizhang.adapters.database import Database
from taizhang.domain.enrolment import TraineeEnrolled, TraineeEnrolledCorrected, TraineeWithdrawn
from taizhang.projections.follow import Follower
from taizhang.projections.ledger import LedgerView
from taizhang.projections.measures import measure_columns

SLOW = settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))


@contextmanager
def ledger_of(log: PaperLog, page_facts: int, upto: int | None = None) -> Iterator[tuple[Database, LedgerView]]:
    """The ledger's tables after following the log in pages of this size."""
    with tempfile.TemporaryDirectory() as folder:
        database = Database(f"sqlite:///{Path(folder) / 'views.db'}")
        follower = Follower(log, database, [LedgerView], page_facts)
        follower.catch_up(upto)
        follower.catch_up()
        assert [one.error for one in follower.status()] == [None]
        view = follower.view("ledger")
        assert isinstance(view, LedgerView)
        yield database, view
        database.close()


def summed(database: Database, view: LedgerView, recorded: int, effective: date) -> dict[Any, dict[str, int]]:
    t = view.tables.deltas.c
    names = measure_columns()
    query = select(t.county, t.programme_kind, *(func.sum(t[name]) for name in names))
    query = query.where(t.recorded_at <= recorded, t.effective_on <= effective.isoformat())
    found = {}
    with database.read() as connection:
        for county, kind, *amounts in connection.execute(query.group_by(t.county, t.programme_kind)):
            row = {name: amount for name, amount in zip(names, amounts, strict=True) if amount}
            if row:
                found[county, kind] = row
    return found


def counted(database: Database, view: LedgerView, recorded: int, effective: date) -> dict[Any, tuple[int, int]]:
    t = view.tables.person_deltas.c
    cell = (t.level, t.region, t.period_kind, t.period, t.programme_kind)
    query = select(*cell, func.sum(t.persons), func.sum(t.persons_poor)).group_by(*cell)
    query = query.where(t.recorded_at <= recorded, t.effective_on <= effective.isoformat())
    with database.read() as connection:
        rows = [tuple(row) for row in connection.execute(query)]
    return {row[:5]: row[5:] for row in rows if row[5:] != (0, 0)}


def tables(database: Database, view: LedgerView) -> dict[str, list[Any]]:
    with database.read() as connection:
        return {
            table.name: sorted((tuple(row) for row in connection.execute(select(table))), key=repr)
            for table in view.metadata.sorted_tables
        }


def test_who_enrols_again_on_the_day_of_leaving_is_there_also_once_the_first_enrolment_is_taken_back() -> None:
    log, day = PaperLog(), FIRST + timedelta(days=40)
    who: dict[str, Any] = {"training_class": "c620121-a", "person": "p1"}
    first = TraineeEnrolled(occurred_on=FIRST, **who)
    left, again = TraineeWithdrawn(occurred_on=day, why="其他", **who), TraineeEnrolled(occurred_on=day, **who)
    [position, *_] = log.record(START, first, left, again)
    taken_back = TraineeEnrolledCorrected(
        occurred_on=FIRST, corrects=position, was=first, now=None, reason="录入有误", approver="o2"
    )  # type: ignore[arg-type]
    log.record(START + 1, taken_back)
    with ledger_of(log, 10) as (database, view):
        found = summed(database, view, START * 2, date(2030, 1, 1))
    assert found == Reckoned(log, START * 2, date(2030, 1, 1)).figures() == {("620121", ""): {"person_times": 1}}


@SLOW
@given(histories(), st.integers(1, 7), st.integers(0, 95), st.integers(0, 60))
def test_a_figure_is_the_sum_of_its_deltas_at_every_cut_of_both_axes(
    log: PaperLog, page: int, number: int, later: int
) -> None:
    effective, recorded = FIRST + timedelta(days=number), START + later
    with ledger_of(log, page) as (database, view):
        for known_at, so_on in ((recorded, effective), (START * 2, effective), (recorded, date(2030, 1, 1))):
            fresh = Reckoned(log, known_at, so_on)
            assert summed(database, view, known_at, so_on) == fresh.figures()
            assert counted(database, view, known_at, so_on) == fresh.persons()


@SLOW
@given(histories(), st.integers(1, 7))
def test_the_totals_of_now_are_what_all_changes_add_up_to(log: PaperLog, page: int) -> None:
    with ledger_of(log, page) as (database, view), database.read() as connection:
        of = view.tables
        for changes, totals, names in (
            (of.deltas, of.totals, measure_columns()),
            (of.person_deltas, of.person_totals, ("persons", "persons_poor")),
        ):
            key = [changes.c[column.name] for column in totals.primary_key]
            summed_up = select(*key, *(func.sum(changes.c[name]) for name in names)).group_by(*key).order_by(*key)
            expected = connection.execute(summed_up).all()
            assert connection.execute(select(totals).order_by(*totals.primary_key)).all() == expected


@SLOW
@given(histories(), st.integers(1, 5), st.integers(0, 40))
def test_the_same_facts_paged_differently_give_the_same_rows(log: PaperLog, page: int, stop: int) -> None:
    with ledger_of(log, 10_000) as one, ledger_of(log, page, upto=stop) as other:
        assert tables(*one) == tables(*other)
