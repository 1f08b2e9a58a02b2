"""Every figure opens into its facts, and they sum up to it: measures by class, distinct persons by person."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

import pytest
from histories import CLASSES, FIRST, PERSONS, START, Reckoned, histories
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from paper_log import PaperLog
from small_programme import APRIL, JUNE, MAY, programme
from test_ledger_properties import ledger_of

from taizhang.adapters.database import Database
from taizhang.domain.people import PersonsMerged
from taizhang.projections.follow import Follower
from taizhang.projections.ledger_query import Scope, changes, difference, facts_of_figure, figure
from taizhang.projections.replay import NOW, Cuts
from taizhang.projections.views import all_views

SLOW = settings(max_examples=30, deadline=None, suppress_health_check=list(HealthCheck))
COLUMNS = ("persons", "persons_poor", "person_times", "person_times_poor", "evidenced_minutes", "completed")
SCOPES = (
    Scope("620000"),
    Scope("620121"),
    Scope("622921", programme_kind="labour"),
    Scope("620100", period_kind="year", period="2015"),
    Scope("620000", period_kind="phase", period="2016-2017", programme_kind="two-after"),
    Scope("620000", period_kind="days", period="2015-12-10..2016-01-20"),
)


@pytest.fixture
def log() -> PaperLog:
    return programme()


@pytest.fixture
def database(engine_url: str, log: PaperLog) -> Iterator[Database]:
    opened = Database(engine_url)
    Follower(log, opened, all_views()).catch_up()
    yield opened
    opened.close()


@SLOW
@given(histories(), st.sampled_from(SCOPES), st.sampled_from(COLUMNS), st.integers(0, 95), st.integers(0, 60))
def test_the_facts_behind_a_figure_sum_up_to_it_at_every_cut(
    log: PaperLog, scope: Scope, column: str, number: int, later: int
) -> None:
    with ledger_of(log, 10_000) as (database, _), database.read() as connection:
        for cuts in (Cuts(START + later, FIRST + timedelta(days=number)), Cuts(START + later)):
            behind = sum(one.change for one in facts_of_figure(connection, log, scope, column, cuts))
            assert behind == figure(connection, scope, column, cuts)


@SLOW
@given(histories(), st.sampled_from(SCOPES), st.integers(0, 60))
def test_what_changed_since_an_earlier_report_is_explained_fact_by_fact(
    log: PaperLog, scope: Scope, later: int
) -> None:
    with ledger_of(log, 10_000) as (database, _), database.read() as connection:
        for column in ("persons", "persons_poor", "person_times"):
            before, after, found = difference(connection, log, scope, column, START + later)
            assert after - before == sum(one.change for one in found)
            assert all(one.recorded_at > START + later for one in found)


@SLOW
@given(histories(), st.integers(0, 95), st.booleans())
def test_persons_of_any_days_are_counted_once_each(log: PaperLog, number: int, whole: bool) -> None:
    until, days = FIRST + timedelta(days=number), (date(2015, 12, 10), date(2016, 1, 20))
    fresh = Reckoned(log, START * 2, date(2030, 1, 1) if whole else until)
    there: dict[bool, set[object]] = {True: set(), False: set()}
    for training_class in CLASSES:
        for person in PERSONS:
            for since, end in fresh._stretches(training_class, person):
                if days[0] <= since <= min(days[1], fresh.until) and (end is None or end > fresh.until):
                    there[fresh.poor(training_class, person)].add(fresh.groups[person])
    scope, cuts = SCOPES[-1], Cuts(None, None if whole else until)
    with ledger_of(log, 10_000) as (database, _), database.read() as connection:
        assert figure(connection, scope, "persons", cuts) == len(there[True] | there[False])
        assert figure(connection, scope, "persons_poor", cuts) == len(there[True])


def test_a_merge_explains_why_there_is_one_person_less(engine_url: str, log: PaperLog) -> None:
    [merge] = log.record(
        JUNE + 5, PersonsMerged(occurred_on=date(2016, 6, 8), kept="wang", merged=("li",), group=("li", "wang"))
    )  # type: ignore[arg-type]
    database = Database(engine_url)
    Follower(log, database, all_views()).catch_up()
    with database.read() as connection:
        before, after, found = difference(connection, log, Scope("620121"), "persons", JUNE + 4)
    database.close()
    assert (before, after) == (2, 1)
    assert [(one.position, one.change) for one in found] == [(merge, -1)]


@pytest.mark.parametrize("column", ["persons", "persons_poor", "person_times", "evidenced_minutes"])
def test_the_changes_behind_a_figure_come_by_the_page_and_none_is_lost(
    database: Database, log: PaperLog, column: str
) -> None:
    scope = Scope("620121")
    with database.read() as connection:
        for cuts in (NOW, Cuts(MAY), Cuts(APRIL + 3, date(2016, 3, 2))):
            whole, end = changes(connection, log, scope, column, cuts)
            assert end == ""
            assert sum(one.change for one in whole) == figure(connection, scope, column, cuts)
            for limit in (1, 2):
                paged, after = changes(connection, log, scope, column, cuts, limit=limit)
                while after:
                    more, after = changes(connection, log, scope, column, cuts, after, limit=limit)
                    assert len(more) <= limit
                    paged += more
                assert paged == whole


def test_persons_of_other_days_are_counted_as_known_earlier(database: Database) -> None:
    scope = Scope("620121", period_kind="days", period="2016-02-15..2016-02-25")
    with database.read() as connection:
        assert figure(connection, scope, "persons", Cuts(MAY)) == figure(connection, scope, "persons", NOW) == 1
        assert figure(connection, scope, "persons", Cuts(APRIL + 6)) == 0
