"""The persons behind a figure come by the page, and are as many as the figure says, as known and effective at any cut."""

from __future__ import annotations

from datetime import timedelta

import pytest
from histories import CLASSES, FIRST, START, histories
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from paper_log import PaperLog
from small_programme import APRIL, COOKING, JUNE, MAY, WELDING, programme
from sqlalchemy import Connection
from test_ledger_properties import ledger_of

from taizhang.adapters.database import Database
from taizhang.domain.people import PersonsMerged
from taizhang.projections.follow import Follower
from taizhang.projections.ledger_query import (
    PersonBehind,
    Row,
    Scope,
    figure,
    ledger,
    persons_behind,
    places,
    places_page,
)
from taizhang.projections.replay import NOW, Cuts
from taizhang.projections.views import all_views

SLOW = settings(max_examples=20, deadline=None, suppress_health_check=list(HealthCheck))
SCOPES = (
    Scope("620000"),
    Scope("620121"),
    Scope("622921", programme_kind="labour"),
    Scope("620100", period_kind="year", period="2015"),
    Scope("620000", period_kind="phase", period="2016-2017", programme_kind="two-after"),
    Scope("620000", period_kind="days", period="2015-12-10..2016-01-20"),
)


def all_behind(connection: Connection, scope: Scope, cuts: Cuts, *, poor: bool, limit: int) -> list[PersonBehind]:
    found, after = persons_behind(connection, scope, cuts, poor=poor, limit=limit)
    while after:
        more, after = persons_behind(connection, scope, cuts, poor=poor, after=after, limit=limit)
        assert 0 < len(more) <= limit
        found += more
    return found


def all_places(connection: Connection, log: PaperLog, training_class: str, cuts: Cuts, limit: int) -> list[Row]:
    found, after = places_page(connection, log, training_class, cuts, limit=limit)
    while after:
        more, after = places_page(connection, log, training_class, cuts, after, limit)
        assert len(more) <= limit
        found += more
    return found


@SLOW
@given(histories(), st.sampled_from(SCOPES), st.integers(0, 95), st.integers(0, 60), st.integers(1, 7))
def test_the_persons_behind_a_figure_are_as_many_as_it_says(
    log: PaperLog, scope: Scope, number: int, later: int, page: int
) -> None:
    with ledger_of(log, page) as (database, _), database.read() as connection:
        for cuts in (NOW, Cuts(START + later, FIRST + timedelta(days=number)), Cuts(START + later)):
            for poor in (False, True):
                found = all_behind(connection, scope, cuts, poor=poor, limit=2)
                assert len(found) == figure(connection, scope, "persons_poor" if poor else "persons", cuts)
                assert [one.person for one in found] == sorted({one.person for one in found})
                assert found == all_behind(connection, scope, cuts, poor=poor, limit=200)
                assert all(one.poor for one in found if poor)


@SLOW
@given(histories(), st.integers(0, 95), st.integers(0, 60), st.sampled_from(sorted(CLASSES)))
def test_the_places_of_a_class_come_by_the_page_as_they_come_whole(
    log: PaperLog, number: int, later: int, training_class: str
) -> None:
    day = FIRST + timedelta(days=number)
    with ledger_of(log, 5) as (database, _), database.read() as connection:
        for cuts in (NOW, Cuts(None, day), Cuts(START + later), Cuts(START + later, day)):
            whole = places(log, training_class, cuts)
            assert all_places(connection, log, training_class, cuts, 1) == whole
            scope = Scope(training_class=training_class)
            at_once = ledger(connection, log, scope, cuts, at=log.head())
            paged = ledger(connection, log, scope, cuts, at=log.head(), limit=1)
            assert paged.figures == at_once.figures
            assert figure(connection, scope, "persons", cuts) == at_once.figures["persons"]


@pytest.mark.parametrize("cuts", [NOW, Cuts(MAY), Cuts(APRIL + 3)])
def test_the_classes_of_a_county_come_by_the_page_with_their_persons(engine_url: str, cuts: Cuts) -> None:
    log = programme()
    database = Database(engine_url)
    Follower(log, database, all_views()).catch_up()
    with database.read() as connection:
        whole = ledger(connection, log, Scope("620121"), cuts, at=log.head())
        first = ledger(connection, log, Scope("620121"), cuts, at=log.head(), limit=1)
        rest = first
        paged = list(first.rows)
        while rest.next:
            rest = ledger(connection, log, Scope("620121"), cuts, at=log.head(), limit=1, after=rest.next)
            paged += rest.rows
        assert paged == whole.rows
        assert whole.next == ""
        assert first.figures == rest.figures == whole.figures
        for row in whole.rows:
            alone = ledger(connection, log, Scope(training_class=row.code), cuts, at=log.head())
            assert (row.figures["persons"], row.figures["persons_poor"]) == (
                alone.figures["persons"],
                alone.figures["persons_poor"],
            )
    database.close()


def test_ids_merged_later_are_two_persons_in_what_was_known_before(engine_url: str) -> None:
    log = programme()
    merged = PersonsMerged(occurred_on=FIRST, kept="wang", merged=("li",), group=("li", "wang"))  # type: ignore[arg-type]
    log.record(JUNE + 5, merged)
    database = Database(engine_url)
    Follower(log, database, all_views()).catch_up()
    with database.read() as connection:
        now, _ = persons_behind(connection, Scope("620121"))
        before, _ = persons_behind(connection, Scope("620121"), Cuts(JUNE + 4))
    database.close()
    assert [one.person for one in now] == ["wang"]
    assert set(now[0].classes) <= {WELDING, COOKING}
    assert [one.person for one in before] == ["li", "wang"]
