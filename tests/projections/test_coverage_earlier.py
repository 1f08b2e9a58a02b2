"""Coverage as known earlier is what it would have been if nothing had been recorded since."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from histories import FIRST, PERSONS, START, corrections, days, histories, one_fact, persons
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from paper_log import PaperLog
from sqlalchemy import Connection, select
from test_coverage import opened, person, status, wish

from taizhang.adapters.database import Database
from taizhang.domain.core import Fact
from taizhang.domain.people import PersonDied, PersonMoved
from taizhang.domain.regions import VillagePovertyStated
from taizhang.projections.coverage import coverage, members
from taizhang.projections.dated import DatedView
from taizhang.projections.follow import Follower
from taizhang.projections.replay import Cuts
from taizhang.projections.views import all_views

VILLAGES = st.sampled_from(["620121100200", "620121100201", "622921100200"])
REGIONS = st.sampled_from(["620000", "620121", "622921"])


@st.composite
def one_statement(draw: Any) -> Fact:
    """Something said of a person or a village, on any day."""
    on, who, village = draw(days), draw(persons), draw(VILLAGES)
    until = draw(st.sampled_from([None, on + timedelta(days=20)]))
    choices: list[Fact] = [
        status(who, draw(st.sampled_from(["two-after", "new-labourer"])), on, until),
        wish(who, draw(st.sampled_from(["o1", "o2"])), on),
        PersonDied(occurred_on=on, person=who),  # type: ignore[arg-type]
        PersonMoved(occurred_on=on, person=who, village=village),  # type: ignore[arg-type]
        VillagePovertyStated(occurred_on=on, village=village, poor=draw(st.booleans())),  # type: ignore[arg-type]
    ]
    return draw(st.sampled_from(choices))


@st.composite
def lives(draw: Any) -> PaperLog:
    """A history, and more that is said of its people afterwards, with corrections of all of it."""
    log = draw(histories())
    recorded_at = log.head().recorded_at
    log.record(recorded_at + 1, opened(), *(person(one) for one in PERSONS))
    recorded_at += 1
    for _ in range(draw(st.integers(1, 15))):
        recorded_at += draw(st.sampled_from([0, 1, 3]))
        batch: list[Fact] = list(draw(st.lists(st.one_of(one_statement(), one_fact()), max_size=4)))
        correction = draw(corrections(log))
        log.record(recorded_at, *batch, *([correction] if correction is not None else []))
    return log


@contextmanager
def followed(log: PaperLog, page_facts: int, upto: int | None = None) -> Iterator[Connection]:
    with (
        tempfile.TemporaryDirectory() as folder,
        closing(Database(f"sqlite:///{Path(folder) / 'views.db'}")) as database,
    ):
        follower = Follower(log, database, all_views(), page_facts)
        follower.catch_up(upto)
        assert not any(one.error for one in follower.status())
        with database.read() as connection:
            yield connection


@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
@given(lives(), REGIONS, st.integers(0, 100), st.booleans(), st.integers(0, 110))
def test_coverage_as_known_earlier_is_what_was_answered_then(
    log: PaperLog, region: str, later: int, whole: bool, number: int
) -> None:
    at = START + later
    day = None if whole else FIRST + timedelta(days=number)
    last = max(one.position for one in log.stored if one.recorded_at <= at)
    with followed(log, 7) as now, followed(log, 10_000, last) as then:
        found = coverage(now, region, Cuts(at, day))
        listed = {one.name: members(now, region, one.name, Cuts(at, day), limit=10_000) for one in found}
        answered = coverage(then, region, Cuts(None, day))
    assert [one._replace(as_recorded_at=None) for one in found] == answered
    assert all(one.as_recorded_at == at and not one.as_known_now for one in found)
    told = {name: (sum(one.is_reached for one in each), len(each)) for name, each in listed.items()}
    assert told == {one.name: (one.reached, one.of) for one in found}, "one by one they are as many"


@settings(max_examples=15, deadline=None, suppress_health_check=list(HealthCheck))
@given(lives(), st.integers(1, 7))
def test_versions_of_statements_are_the_same_however_the_facts_are_paged(log: PaperLog, page: int) -> None:
    tables = DatedView().metadata.sorted_tables
    with followed(log, 10_000) as one, followed(log, page) as other:
        for table in tables:
            rows = [sorted(map(tuple, connection.execute(select(table))), key=repr) for connection in (one, other)]
            assert rows[0] == rows[1], table.name


def test_a_death_that_became_known_later_changes_no_earlier_answer() -> None:
    log = PaperLog()
    log.record(START, opened(), person("li"), wish("li", "o1", date(2016, 1, 2)))
    log.record(START + 5, PersonDied(occurred_on=date(2016, 1, 3), person="li"))  # type: ignore[arg-type]
    with followed(log, 100) as connection:
        shares = {
            at: {one.name: (one.reached, one.of) for one in coverage(connection, "620121", Cuts(at))}
            for at in (START - 1, START, START + 4, START + 5, None)
        }
    assert [shares[at]["wished"] for at in (START - 1, START, START + 4, START + 5, None)] == [
        (0, 0),
        (0, 1),
        (0, 1),
        (0, 0),
        (0, 0),
    ]
