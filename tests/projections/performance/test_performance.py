"""Performance worked out by hand on a small year, at today's and at past cuts; and equal to a fresh replay at any cut."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import claim_samples as c
import msgspec
import pytest
import training_samples as t
from golden_year import COUNTY, EMPLOYED, HR, LAST, MASTER, SCHOOL, TELLER, noon, on, year
from histories import FIRST, START, histories
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from paper_log import PaperLog
from sqlalchemy import select

from taizhang.adapters.database import Database
from taizhang.domain.core import Actor, Fact, LateAddition
from taizhang.domain.employment import EmploymentReported
from taizhang.domain.scores import ScoreRecorded
from taizhang.projections.follow import Follower
from taizhang.projections.performance.answer import Performance, performance
from taizhang.projections.performance.asked import DIMENSIONS, Question
from taizhang.projections.performance.behind import facts_behind
from taizhang.projections.performance.cards import UnknownCard, card_of, chosen, current, every_card
from taizhang.projections.performance.tables import PerformanceTables
from taizhang.projections.performance.view import PerformanceView
from taizhang.projections.replay import Cuts
from taizhang.projections.views import all_views

WHOLE_YEAR = Question(LAST, COUNTY, "region", "year", "2016")


def followed(database: Database, log: PaperLog, page_facts: int = 1_000) -> Follower:
    follower = Follower(log, database, all_views(), page_facts)
    follower.catch_up()
    assert {one.error for one in follower.status()} == {None}
    return follower


def asked(database: Database, log: PaperLog, question: Question = WHOLE_YEAR, **more: Any) -> Performance:
    with database.read() as connection:
        return performance(connection, log, question, at=log.head(), **more)


def figures(database: Database, log: PaperLog, question: Question = WHOLE_YEAR, **more: Any) -> dict[str, Any]:
    return dict(asked(database, log, question, **more).whole.figures)


BY_HAND = {
    "evidenced_minutes": 480,  # Li 240; Zhao 240 once the sheet was corrected
    "evidenced_minutes_poor": 240,
    "confirmed_6": 1,
    "confirmed_6_poor": 1,
    "certified": 1,
    "certified_poor": 1,
    "wish_match": 5000,  # Li wished to weld, Zhao to cook
    "wish_match_poor": 10000,
    "persons": 2,
    "persons_poor": 1,
    "person_times": 2,
    "person_times_poor": 1,
    "target_persons": 0,
    "target_persons_done": None,
    "target_persons_done_poor": None,
    "target_times": 4,
    "target_times_done": 5000,
    "target_times_done_poor": 2500,
    "plan_times": 8,
    "plan_done": 2500,
    "plan_done_poor": 1250,
    "cost_per_certificate": 20_000,  # the recovery is of 2017
    "execution": 3333,  # 20,000 of 60,000
    "paid_on_time": 5000,  # 8 days after the review, and 28
    "findings": 2,
    "rectified_on_time": 5000,
    "recurrence": 5000,
    "changed_under": 0,
    "late_share": 0,  # the certificate came after 40 days; 60 are allowed since June
    "after_reminder": 10000,
    "bunching": None,  # all that came in before the visit was of its own days
    "self_blind": 10000,
    "good_news_only": None,  # four statements say nothing yet
    "after_seal": 714,  # 1 of 14
}


def test_every_measure_of_the_golden_year_is_as_worked_out_by_hand(database: Database) -> None:
    log = year()
    followed(database, log)
    assert figures(database, log) == BY_HAND
    assert BY_HAND.keys() == {card.name for card in current()}


def test_over_all_time_the_recovered_money_costs_no_certificate(database: Database) -> None:
    log = year()
    followed(database, log)
    found = figures(database, log, WHOLE_YEAR._replace(period_kind="all", period=""))
    assert (found["cost_per_certificate"], found["execution"]) == (10_000, 1666)


def test_the_same_figures_stand_with_their_department_institution_county_and_year(database: Database) -> None:
    log = year()
    followed(database, log)
    trained = ("evidenced_minutes", "persons", "persons_poor", "certified", "wish_match", "cost_per_certificate")
    for question, key in (
        (WHOLE_YEAR._replace(by="department"), HR),
        (WHOLE_YEAR._replace(by="institution"), SCHOOL),
        (WHOLE_YEAR._replace(by="region", region="620100"), COUNTY),
        (WHOLE_YEAR._replace(by="year", period_kind="all", period=""), "2016"),
    ):
        [row] = [one for one in asked(database, log, question).rows if one.key == key]
        assert {name: row.figures[name] for name in trained} == {name: BY_HAND[name] for name in trained}, question
        assert row.figures["findings"] == 2, question
    phases = asked(database, log, WHOLE_YEAR._replace(by="phase", period_kind="all", period="")).rows
    assert [(one.key, one.figures["evidenced_minutes"]) for one in phases] == [
        ("2015", 0),
        ("2016-2017", 480),
        ("2018-2020", 0),
    ]


def test_a_department_is_judged_by_what_its_own_officers_recorded(database: Database) -> None:
    log = year()
    followed(database, log)
    rows = {one.key: one for one in asked(database, log, WHOLE_YEAR._replace(by="department")).rows}
    assert SCHOOL not in rows, "an institution is no department"
    assert rows[HR].inputs["records"] == 8, "claim, review, two payments, certificate, report, work twice"
    school = asked(database, log, WHOLE_YEAR._replace(by="institution")).rows[0]
    assert school.inputs["records"] == 12, "everything about its classes, whoever recorded it"


def test_a_past_figure_is_what_was_known_and_so_then(database: Database) -> None:
    log = year()
    followed(database, log)
    july = Cuts(noon(on(7, 31)))
    then = figures(database, log, WHOLE_YEAR._replace(cuts=july, on=on(7, 31)))
    assert then["evidenced_minutes"] == 360, "Zhao's sheet was not corrected yet"
    assert (then["findings"], then["rectified_on_time"], then["recurrence"]) == (1, 10000, 0)
    assert (then["certified"], then["cost_per_certificate"], then["after_seal"]) == (0, None, 0)
    june = figures(database, log, WHOLE_YEAR._replace(cuts=Cuts(None, on(6, 15)), on=on(6, 15)))
    assert (june["evidenced_minutes"], june["execution"], june["paid_on_time"]) == (480, 1666, 10000)


def test_a_changed_formula_leaves_the_old_version_as_it_was(database: Database) -> None:
    log = year()
    followed(database, log)
    before = asked(database, log, cards=chosen(["late_share@1"]))
    now = asked(database, log, cards=chosen([]))
    assert before.whole.figures["late_share"] == 769, "1 of 13 later than 30 days"
    assert now.whole.figures["late_share"] == 0
    assert before.report != now.report
    assert {card.id for card in now.cards} ^ {card.id for card in before.cards} == {"late_share@1", "late_share@2"}
    others = {name for name, value in before.whole.figures.items() if value != now.whole.figures[name]}
    assert others == {"late_share"}


def test_before_an_announced_visit_what_comes_in_late_counts_and_what_comes_in_on_time_does_not(
    database: Database,
) -> None:
    def told(recorded: date, happened: date, months: int) -> tuple[date, Actor, Fact]:
        report = EmploymentReported(**{**EMPLOYED, "months": months}, occurred_on=happened)
        return recorded, TELLER, report

    log = year(told(on(6, 20), on(6, 1), 1), told(on(7, 2), on(6, 20), 3))  # the visit is on July 5
    followed(database, log)
    assert figures(database, log)["bunching"] == 128571, "1 in the 7 days before, 1 in the 90 days before these"
    first = asked(database, log, cards=chosen(["bunching@1"])).whole.figures["bunching"]
    assert first == 28571, "2 in 7 days, late or not, and 9 in 90"
    with database.read() as connection:
        [late] = facts_behind(connection, log, WHOLE_YEAR, "", "backlog_before_visits")
    assert log.facts[late.position - 1].occurred_on == on(6, 20)


def test_the_limit_that_held_on_the_day_is_the_one_that_was_known_then(database: Database) -> None:
    log = year()
    followed(database, log)
    september = WHOLE_YEAR._replace(cuts=Cuts(noon(on(9, 30))))
    assert figures(database, log, september)["late_share"] == 909, "1 of 11; the longer limit was set in October"


def test_every_version_of_every_measure_has_words_and_is_found_by_its_id() -> None:
    for card in every_card():
        assert card_of(card.id) == card
        assert all((card.zh, card.en.isascii(), card.formula_zh, card.formula_en))
        assert card.unit in ("persons", "person-times", "minutes", "fen", "basis-points", "findings")
    names = [card.name for card in current()]
    assert len(names) == len(set(names)), "one current version each"
    assert names.index("evidenced_minutes") < names.index("confirmed_6") < names.index("persons")
    for wrong in ("late_share@9", "nothing", "late_share@x"):
        with pytest.raises(UnknownCard):
            card_of(wrong)


def test_rows_come_by_evidenced_hours_and_never_by_heads_unless_asked(database: Database) -> None:
    log = year()
    other = msgspec.structs.replace(t.filed(), training_class="c620123-many", county="620123", institution="s2")
    log.record(noon(on(5, 2)), other, by=MASTER)
    for person in ("a1", "a2", "a3"):
        log.record(noon(on(5, 3)), t.enrolled(person, "c620123-many"), by=MASTER)  # type: ignore[arg-type]
    followed(database, log)
    by_region = WHOLE_YEAR._replace(region="620100")
    assert [one.key for one in asked(database, log, by_region).rows] == ["620121", "620123"]
    assert [one.key for one in asked(database, log, by_region, order="persons").rows] == ["620123", "620121"]


def test_a_class_that_tells_only_good_news_is_told_from_one_that_does_not(database: Database) -> None:
    log = year()
    more = on(5, 11)
    for number in range(6):
        score: dict[str, Any] = {"training_class": t.WELDING, "person": t.LI, "occurred_on": more, "passed": True}
        log.record(noon(on(6, number + 1)), ScoreRecorded(**score), by=MASTER)
    followed(database, log)
    assert figures(database, log)["good_news_only"] == 0, "the sheet first said that Zhao was absent"
    alone = PaperLog()
    alone.record(START, t.filed())
    for number in range(10):
        alone.record(START + number, t.attended(*c.ALL_HOURS, person=f"p{number}"))  # type: ignore[arg-type]
    with tempfile.TemporaryDirectory() as folder:
        fresh = Database(f"sqlite:///{Path(folder) / 'views.db'}")
        followed(fresh, alone)
        assert figures(fresh, alone)["good_news_only"] == 10000
        fresh.close()


def test_a_late_addition_counts_beside_the_records_and_after_the_seal(database: Database) -> None:
    log = year()
    late = LateAddition(seal="seal-1", reason="found later", approver=t.officer("chief").officer)
    log.record(noon(on(7, 1)), t.attended(t.hours(t.MAY_6, 8, 10)), by=MASTER, late=late)
    followed(database, log)
    found = asked(database, log).whole.inputs
    assert (found["records"], found["records_and_changes"], found["changed_after_seal"]) == (14, 15, 2)


# -- any history -----------------------------------------------------------------------------------------


@contextmanager
def whole(log: PaperLog, page_facts: int = 1_000) -> Iterator[Database]:
    with tempfile.TemporaryDirectory() as folder:
        opened = Database(f"sqlite:///{Path(folder) / 'views.db'}")
        followed(opened, log, page_facts)
        yield opened
        opened.close()


def until(log: PaperLog, recorded: int) -> PaperLog:
    """The log as it stood at a recording time."""
    short = PaperLog()
    for stored, fact in zip(log.stored, log.facts, strict=True):
        if stored.recorded_at <= recorded:
            short.stored.append(stored)
            short.facts.append(fact)
            for tag in fact.tags():
                short._tags.setdefault(tag, []).append(stored.position)
    return short


def told(database: Database, log: PaperLog, question: Question) -> Any:
    found = asked(database, log, question)
    rows = {row.key: row.figures for row in found.rows if any(row.figures.values())}
    return found.whole.figures, rows


SLOW = settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))


@SLOW
@given(histories(), st.integers(0, 95), st.integers(0, 60), st.sampled_from(DIMENSIONS), st.sampled_from(["", "2015"]))
def test_at_every_cut_the_figures_equal_those_of_a_log_that_ended_there(
    log: PaperLog, number: int, later: int, by: Any, period: str
) -> None:
    recorded, day = START + later, FIRST + timedelta(days=number)
    kind = "year" if period else "all"
    region = "620121" if by == "institution" else "620000"
    then = Question(day, region, by, kind, period, Cuts(recorded, day))
    with whole(log, 7) as all_of_it, whole(until(log, recorded)) as ended_there:
        fresh = told(ended_there, until(log, recorded), then._replace(cuts=Cuts(None, day)))
        assert told(all_of_it, log, then) == fresh


@SLOW
@given(histories(), st.integers(1, 5))
def test_the_same_facts_paged_differently_give_the_same_rows(log: PaperLog, page: int) -> None:
    tables = PerformanceTables().metadata.sorted_tables
    found = []
    for size in (10_000, page):
        with tempfile.TemporaryDirectory() as folder:
            opened = Database(f"sqlite:///{Path(folder) / 'views.db'}")
            Follower(log, opened, [PerformanceView], size).catch_up()
            with opened.read() as connection:
                found.append([sorted(map(tuple, connection.execute(select(one))), key=repr) for one in tables])
            opened.close()
    assert found[0] == found[1]
    assert sum(row[10] for row in found[0][0]) <= len(log.facts)
