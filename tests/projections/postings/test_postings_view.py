"""Postings as known then and now: rows per thing, coverage with its gaps, terms, handovers, idle posts, results."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from paper_log import PaperLog
from posting_samples import (
    BEGAN,
    COUNTY,
    DECEMBER,
    EXITED,
    FIRST,
    JUNE,
    MAY,
    MEI,
    NEXT,
    OTHER,
    OWN,
    PLACES,
    PLANNED,
    POOR,
    PROVINCE,
    SECOND,
    TAO,
    THIRD,
    appraised,
    duty,
    entered,
    leave,
    lifted,
    posted,
    promoted,
    selected,
    transferred,
    work,
)
from sqlalchemy import Connection, select

from taizhang.adapters.database import Database
from taizhang.domain.core import Fact, OfficerId, Position
from taizhang.domain.enrolment import TraineeEnrolled
from taizhang.domain.people import PersonRegistered
from taizhang.domain.policy import ThresholdSet
from taizhang.domain.postings.appraisals import FigureNamed
from taizhang.domain.postings.officials import (
    OfficialPostedCorrected,
    OfficialTransferredCorrected,
)
from taizhang.domain.regions import VillagePovertyStated
from taizhang.projections.follow import Follower
from taizhang.projections.postings.lists import (
    IDLE_DAYS,
    coverage,
    days_before_expiry,
    expiring,
    handovers,
    idle,
    poor_villages,
)
from taizhang.projections.postings.moment import facts_at, posts_at
from taizhang.projections.postings.results import promotions, results
from taizhang.projections.postings.view import PostingsView
from taizhang.projections.replay import NOW, Cuts
from taizhang.projections.views import all_views

START = 1_480_000_000_000_000  # 2016-11-24, UTC microseconds
SPRING = date(2017, 4, 1)
CURIE = selected("science-commissioner", official=TAO, person_type="public-institution")
AT_OTHER = posted(OTHER, kind="science-commissioner", official=TAO, posting=THIRD)


def corrected(kind: Any, was: Fact, now: Fact | None, log: PaperLog) -> Fact:
    at = Position(log.facts.index(was) + 1)
    occurred = (now or was).occurred_on
    return kind(corrects=at, was=was, now=now, reason="typing error", approver=OfficerId("boss"), occurred_on=occurred)


def history() -> PaperLog:
    """One graduate who moves in March 2017, one science commissioner; a year later the move is declared void."""
    log = PaperLog()
    log.record(START, *PLACES, selected(), CURIE)
    log.record(START + 1, posted(officer=OWN), AT_OTHER, duty(), leave(JUNE, date(2016, 6, 3)), work(households=3))
    log.record(START + 2, appraised(), entered(), lifted(), transferred(officer=OWN))
    log.record(START + 3, duty(12, date(2017, 3, 1), SPRING, posting=NEXT))
    log.record(START + 4, corrected(OfficialPostedCorrected, AT_OTHER, posted(POOR, **_of(AT_OTHER)), log))
    return log


def _of(fact: Any) -> dict[str, Any]:
    names = ("posting", "official", "kind")
    return {name: getattr(fact, name) for name in names}


def followed(database: Database, log: PaperLog, page_facts: int = 1_000) -> Follower:
    follower = Follower(log, database, all_views(), page_facts)
    follower.catch_up()
    return follower


def rows(connection: Connection) -> dict[str, list[Any]]:
    tables = PostingsView().metadata.tables
    return {
        name: sorted(str(tuple(row)) for row in connection.execute(select(table))) for name, table in tables.items()
    }


def test_each_posting_is_a_row_with_the_chain_it_stands_in(database: Database) -> None:
    followed(database, history())
    t = PostingsView().tables.postings.c
    with database.read() as connection:
        query = select(t.posting, t.region, t.county, t.since, t.ended_on, t.ended_by, t.from_posting, t.to_posting)
        found = [tuple(map(str, row)) for row in connection.execute(query.order_by(t.posting))]
    assert found == [
        (FIRST, EXITED, COUNTY, "2016-02-01", "2017-02-28", "official-transferred", "None", NEXT),
        (NEXT, POOR, COUNTY, "2017-03-01", "None", "None", FIRST, "None"),
        (THIRD, POOR, COUNTY, "2016-02-01", "None", "None", "None", "None"),
    ]


@pytest.mark.parametrize("page_facts", [1, 3, 7])
def test_however_the_log_is_paged_the_rows_are_the_same(database: Database, page_facts: int) -> None:
    followed(database, history(), page_facts)
    with database.read() as connection:
        found = rows(connection)
        told = {one.posting: (one.region, one.last, one.duty) for one in posts_at(connection, COUNTY)}
    assert told[FIRST] == (EXITED, date(2017, 2, 28), ((MAY, 20),))
    assert told[THIRD] == (POOR, PLANNED, ())
    assert {name: len(one) for name, one in found.items()} == {
        "posting_step": 13,
        "posting": 3,
        "official": 2,
        "posting_duty": 2,
        "posting_leave": 1,
        "posting_work": 1,
        "posting_appraisal": 1,
        "posting_promotion": 0,
    }


def test_a_rebuild_finds_the_same_rows(database: Database) -> None:
    follower = followed(database, history(), 2)
    with database.read() as connection:
        before = rows(connection)
    told = [one for one in follower.rebuild(["postings"]) if one.changed]
    with database.read() as connection:
        assert rows(connection) == before
    assert not told


def test_a_post_is_told_as_it_was_known_and_as_it_was(database: Database) -> None:
    followed(database, history())
    with database.read() as connection:
        now = {one.posting: one for one in posts_at(connection, COUNTY)}
        then = {one.posting: one for one in posts_at(connection, COUNTY, Cuts(START + 1))}
        that_day = {one.posting: one for one in posts_at(connection, COUNTY, Cuts(None, date(2016, 3, 1)))}
        village = posts_at(connection, POOR)
        elsewhere = posts_at(connection, SECOND)
    assert (now[FIRST].last, now[FIRST].duty, now[FIRST].leave_days, now[FIRST].works) == (
        date(2017, 2, 28),
        ((MAY, 20),),
        3,
        1,
    )
    assert now[FIRST].grades == ((2016, "excellent"),)
    assert then.keys() == {FIRST, THIRD}
    assert (then[FIRST].last, then[THIRD].region, now[THIRD].region) == (PLANNED, OTHER, POOR)
    assert (that_day.keys(), that_day[FIRST].duty) == ({FIRST, THIRD}, ())
    assert [one.posting for one in village] == [THIRD, NEXT]
    assert elsewhere == []


def test_a_void_transfer_is_as_if_it_never_was_from_its_correction_on(database: Database) -> None:
    log = PaperLog()
    moved = transferred()
    log.record(START, *PLACES, selected(), posted(), moved)
    log.record(START + 1, corrected(OfficialTransferredCorrected, moved, None, log))
    followed(database, log)
    with database.read() as connection:
        assert [one.posting for one in posts_at(connection, COUNTY)] == [FIRST]
        assert [one.posting for one in posts_at(connection, COUNTY, Cuts(START))] == [NEXT, FIRST]
        assert len(facts_at(connection, COUNTY)) == 2


def test_coverage_of_poor_villages_has_a_list_of_gaps_for_any_day_and_any_knowledge(database: Database) -> None:
    followed(database, history())
    with database.read() as connection:

        def on(day: date, cuts: Cuts = NOW) -> tuple[dict[str, tuple[int, int]], dict[str, tuple[str, ...]]]:
            posts, villages = posts_at(connection, COUNTY, cuts), poor_villages(connection, COUNTY, day, cuts)
            covered, gaps = coverage(posts, villages, day)
            return {one.group: (one.covered, one.of) for one in covered}, {one.village: one.missing for one in gaps}

        known_then = on(MAY, Cuts(START + 3))
        known_now, spring, before = on(MAY), on(SPRING), on(date(2016, 1, 1))
        abroad = poor_villages(connection, PROVINCE, MAY)
    assert known_then[0] == {"team": (0, 3), "science": (1, 3), "graduate": (1, 3), "any": (2, 3)}
    assert known_then[1][OTHER] == ("team", "graduate")
    assert known_now[1][OTHER] == ("team", "science", "graduate")
    assert spring[0] == {"team": (0, 2), "science": (1, 2), "graduate": (1, 2), "any": (1, 2)}
    assert spring[1][POOR] == ("team",)
    assert before[0]["any"] == (0, 3)
    assert len(abroad) == 4


def test_terms_that_end_are_listed_with_who_follows(database: Database) -> None:
    log = history()
    log.record(START + 9, selected("science-commissioner", official=MEI))
    log.record(
        START + 10,
        posted(POOR, kind="science-commissioner", posting="post-620121-4", on=date(2018, 2, 1), until=date(2020, 1, 1)),
    )
    followed(database, log)
    with database.read() as connection:
        posts = posts_at(connection, COUNTY)
    assert [one.posting for one in expiring(posts, date(2018, 1, 1), 30)] == [THIRD, NEXT]
    assert expiring(posts, date(2018, 1, 1), 29) == []
    found = {one.post.posting: one.successor for one in handovers(posts, date(2018, 1, 15), 20)}
    assert found == {THIRD: "post-620121-4", NEXT: None}
    assert {one.post.posting for one in handovers(posts, date(2017, 3, 1), 5)} == {FIRST}


def test_a_post_without_duty_for_longer_than_the_threshold_of_the_day_is_listed(database: Database) -> None:
    log = history()
    for days, since in ((60, JUNE), (500, DECEMBER)):
        log.record(log.head().recorded_at + 1, ThresholdSet(name=IDLE_DAYS, value=days, since=since, occurred_on=since))
    log.record(
        log.head().recorded_at + 1,
        ThresholdSet(name="posting-expiring-days", value=45, since=JUNE, region=COUNTY, occurred_on=JUNE),
    )
    followed(database, log)
    with database.read() as connection:
        posts = posts_at(connection, COUNTY)
        assert [one.posting for one in idle(connection, posts, MAY)] == []
        assert [one.posting for one in idle(connection, posts, date(2016, 7, 15))] == [THIRD]
        assert [one.posting for one in idle(connection, posts, date(2016, 8, 15))] == [THIRD, FIRST]
        assert [one.posting for one in idle(connection, posts, DECEMBER)] == []
        assert days_before_expiry(connection, COUNTY, DECEMBER) == 45
        assert days_before_expiry(connection, SECOND, DECEMBER) is None


def trained(person: str, village: str, on: date, training_class: str = "c620121-w") -> list[Fact]:
    return [
        PersonRegistered(occurred_on=date(2016, 1, 1), person=person, statement="s1", county=COUNTY, village=village),  # type: ignore[arg-type]
        TraineeEnrolled(occurred_on=on, training_class=training_class, person=person),  # type: ignore[arg-type]
    ]


def test_results_are_attributed_within_the_tenure_only(database: Database) -> None:
    log = history()
    log.record(
        START + 9,
        *trained("a", EXITED, BEGAN),
        *trained("b", EXITED, date(2017, 2, 28), "c620121-v"),
        *trained("c", EXITED, date(2017, 3, 1)),
        *trained("d", EXITED, date(2016, 1, 31)),
        *trained("e", POOR, date(2017, 3, 1)),
    )
    followed(database, log)
    with database.read() as connection:
        posts = {one.posting: one for one in posts_at(connection, COUNTY)}
        assert tuple(results(connection, posts[FIRST])) == (2, 2)
        assert tuple(results(connection, posts[NEXT])) == (1, 1)
        assert tuple(results(connection, posts[FIRST], Cuts(None, DECEMBER))) == (1, 1)
        assert tuple(results(connection, posts[FIRST], Cuts(START + 8))) == (0, 0)


def test_a_promotion_is_marked_when_its_figures_changed_since(database: Database) -> None:
    log = PaperLog()
    log.record(START, *PLACES, selected(), posted(), *trained("a", EXITED, MAY))
    figures = (
        FigureNamed(measure="persons", subject=COUNTY, value=1),
        FigureNamed(measure="income", subject=COUNTY, value=7),
    )
    log.record(START + 1, promoted(figures=figures, position=Position(20)))
    log.record(START + 2, *trained("later", EXITED, date(2017, 5, 1)))
    log.record(START + 3, *trained("late", EXITED, JUNE))
    followed(database, log)
    with database.read() as connection:
        before = promotions(connection, COUNTY, Cuts(START + 2))
        after = promotions(connection, COUNTY)
    assert [(one.measure, one.value, one.now, one.changed) for one in before] == [
        ("persons", 1, 1, False),
        ("income", 7, None, False),
    ]
    assert [(one.now, one.changed) for one in after] == [(2, True), (None, False)]


def test_a_village_that_exits_is_no_gap_from_that_day_on(database: Database) -> None:
    log = history()
    gone = VillagePovertyStated(village=OTHER, poor=False, exit_year=2016, occurred_on=DECEMBER)
    log.record(START + 9, gone)
    followed(database, log)
    with database.read() as connection:
        assert OTHER in poor_villages(connection, COUNTY, MAY)
        assert OTHER not in poor_villages(connection, COUNTY, DECEMBER)
        assert OTHER in poor_villages(connection, COUNTY, DECEMBER, Cuts(START + 8))
