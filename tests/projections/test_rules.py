"""The rules: what is odd becomes a lead with its facts, what is innocent does not, and incrementally as in full."""

from __future__ import annotations

import tempfile
from datetime import date, timedelta
from pathlib import Path
from typing import Any
from unittest import mock

import pytest
from histories import histories
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from paper_log import PaperLog
from rules_log import (
    COUNTY,
    FIRST,
    LATER,
    MINUTE,
    START,
    answered,
    counted,
    days_of,
    died,
    enrolled,
    filed,
    followed,
    found,
    held,
    sheet,
    standing,
    threshold,
    two_classes,
)
from sqlalchemy import delete, select, text

from taizhang.adapters.database import Database
from taizhang.adapters.rule_sql import sql_of
from taizhang.domain.attendance import AttendanceCorrected
from taizhang.domain.envelope import fact_classes
from taizhang.domain.leads.ids import lead_id
from taizhang.domain.outside import OutsideEntryStated, OutsideListImported
from taizhang.projections.follow import Follower
from taizhang.projections.rules import judging
from taizhang.projections.rules.judging import _keep, _outcome, compared, judge, judged_at
from taizhang.projections.rules.rule import PREFIX, Rule, stated_thresholds
from taizhang.projections.rules.rules import all_rules, rule_named
from taizhang.projections.rules.tables import lead_tables
from taizhang.projections.views import all_views

SLOW = settings(max_examples=6, deadline=None, suppress_health_check=list(HealthCheck))
A, B = f"c{COUNTY}-a", f"c{COUNTY}-b"


def test_two_ordinary_classes_lead_nowhere() -> None:
    with followed(two_classes()) as database:
        assert standing(database) == []


def test_fewer_heads_than_marks_become_a_lead_that_names_the_count() -> None:
    log = two_classes()
    [position] = log.record(LATER, counted(A, FIRST, 3))
    [lead] = found(log, "attendance.head-count")
    assert lead.subjects == (f"class:{A}",)
    assert lead.positions == (position,)
    assert lead.lead == lead_id("attendance.head-count", [f"class:{A}"])
    assert lead.region == COUNTY
    assert "7 人" in lead.words_zh
    assert "by up to 7" in lead.words_en


def test_a_head_count_during_a_break_with_four_missing_is_no_lead() -> None:
    log = two_classes()
    log.record(LATER, counted(A, FIRST, 6))
    assert found(log, "attendance.head-count") == []


def test_a_threshold_of_the_county_holds_from_its_day_on_and_for_that_county_only() -> None:
    log = two_classes()
    log.record(LATER, counted(A, FIRST, 6))
    log.record(LATER, threshold("head-count-missing-least", 4, FIRST + timedelta(days=1), COUNTY))
    assert found(log, "attendance.head-count") == []
    log.record(LATER, threshold("head-count-missing-least", 4, FIRST, "620122"))
    assert found(log, "attendance.head-count") == []
    log.record(LATER, threshold("head-count-missing-least", 4, FIRST, "620100"))
    assert len(found(log, "attendance.head-count")) == 1


def test_the_same_sheet_in_two_classes_is_a_lead_about_both() -> None:
    log = PaperLog()
    for number, name in enumerate((A, B)):
        days = days_of(FIRST + timedelta(days=30 * number), 6)
        log.record(START, filed(name, days[0]))
        people = [f"p{12 * number + n}" for n in range(12)]
        log.record(START, *(enrolled(name, who, days[0]) for who in people), *held(name, days))
        log.record(START, *(sheet(name, who, days, (days[n % 6],)) for n, who in enumerate(people)))
    [lead] = found(log, "attendance.copied-sheet")
    assert lead.subjects == (f"class:{A}", f"class:{B}")


def test_people_absent_on_the_very_same_separate_days_are_a_lead_and_a_harvest_day_is_none() -> None:
    days = days_of(FIRST, 6)
    log = PaperLog()
    log.record(START, filed(A, FIRST), filed(B, FIRST), *held(A, days), *held(B, days))
    log.record(START, *(enrolled(name, f"{name}{n}") for name in (A, B) for n in range(12)))
    log.record(START, *(sheet(A, f"{A}{n}", days, (days[1], days[4]) if n < 8 else ()) for n in range(12)))
    log.record(START, *(sheet(B, f"{B}{n}", days, (days[2], days[3]) if n < 8 else ()) for n in range(12)))
    [lead] = found(log, "attendance.identical-days")
    assert lead.subjects == (f"class:{A}",)
    assert lead.positions_in_all == 8


def test_a_death_that_comes_late_judges_the_past_and_says_from_where_it_could_be_known() -> None:
    log = two_classes()
    assert found(log, "identities.attended-after-death") == []
    [position] = log.record(LATER, died("p3", FIRST + timedelta(days=2)))
    [lead] = found(log, "identities.attended-after-death")
    assert lead.subjects == (f"class:{A}", "person:p3")
    assert lead.known_position == position


def test_the_same_people_in_two_classes_are_a_lead() -> None:
    log = two_classes()
    log.record(LATER, *(enrolled(B, f"p{n}") for n in range(9)))
    assert found(log, "rosters.alike") == []  # nine of twenty-one and twelve: 37 per cent
    log = PaperLog()
    log.record(START, filed(A, FIRST), filed(B, FIRST + timedelta(days=60)))
    log.record(START, *(enrolled(name, f"p{n}") for name in (A, B) for n in range(10)))
    log.record(START, enrolled(A, "x"), enrolled(B, "y"))
    [lead] = found(log, "rosters.alike")
    assert "10 persons in common (83 per cent" in lead.words_en


def test_several_who_say_they_took_no_part_are_a_lead_and_one_is_none() -> None:
    log = two_classes()
    log.record(LATER, answered(A, "p1", False), answered(A, "p2", True))
    assert found(log, "identities.denied-by-trainees") == []
    log.record(LATER, *(answered(A, f"p{n}", False) for n in (3, 4)))
    assert len(found(log, "identities.denied-by-trainees")) == 1


def test_a_corrected_sheet_takes_its_lead_away_without_a_full_run() -> None:
    log = two_classes()
    log.record(LATER, died("p3", FIRST + timedelta(days=4)))
    was = next(fact for fact in log.facts if getattr(fact, "marks", None) and fact.person == "p3")
    now = sheet(A, "p3", days_of(FIRST, 3))
    with tempfile.TemporaryDirectory() as folder:
        database = Database(f"sqlite:///{Path(folder) / 'views.db'}")
        follower = Follower(log, database, all_views())
        follower.catch_up()
        assert [one.rule for one in standing(database)] == ["identities.attended-after-death"]
        correction = AttendanceCorrected(
            occurred_on=now.occurred_on,
            corrects=log.facts.index(was) + 1,
            was=was,
            now=now,
            reason="看错",
            approver="o2",
        )  # type: ignore[arg-type]
        log.record(LATER + MINUTE, correction)
        follower.catch_up()
        assert standing(database) == []
        database.close()


@SLOW
@given(histories(), st.integers(6, 30), st.data())
def test_judged_behind_the_log_or_in_full_the_leads_are_the_same(log: PaperLog, page: int, data: Any) -> None:
    for number in range(data.draw(st.integers(0, 6))):
        one = data.draw(st.sampled_from(["c620121-a", "c620121-b"]))
        person = data.draw(st.sampled_from(["p1", "p2", "p3"]))
        log.record(
            log.head().recorded_at + number,
            data.draw(
                st.sampled_from(
                    [
                        counted(one, FIRST, 0),
                        answered(one, person, False),
                        died(person, FIRST),
                        threshold("denied-persons", 1, FIRST),
                    ]
                )
            ),
        )
    many = data.draw(st.sampled_from([0, judging.MANY_DUE]))  # 0: everybody is judged wherever that is less work
    with (
        mock.patch.object(judging, "MANY_DUE", many),
        followed(log) as whole,
        followed(log, page, settling=True) as piecewise,
    ):
        assert standing(piecewise) == standing(whole)
        judge(piecewise, fully=True)
        assert standing(piecewise) == standing(whole)


def test_the_sql_that_is_shown_finds_the_same_when_it_is_run_by_hand(engine_url: str) -> None:
    log = two_classes()
    log.record(LATER, counted(A, FIRST, 3), died("p3", FIRST), *(answered(A, f"p{n}", False) for n in range(4)))
    third = f"c{COUNTY}-c"
    log.record(LATER, filed(third, FIRST + timedelta(days=90)), *(enrolled(third, f"p{n}") for n in range(12)))
    database = Database(engine_url)
    Follower(log, database, all_views()).catch_up()
    told: set[tuple[str, tuple[str, ...]]] = set()
    with database.read() as connection:
        stated = stated_thresholds(connection)
        for rule in all_rules():
            sql = sql_of(connection, rule, date(2016, 4, 1), stated) if rule.counts else None
            if sql is not None:
                rows = connection.exec_driver_sql(
                    sql.replace("%", "%%") if connection.dialect.name != "sqlite" else sql
                ).mappings()
                for row in rows:
                    subjects = (row[name] for name in ("subject", "subject_2", "subject_3") if row.get(name))
                    told.add((rule.id, tuple(sorted(subjects))))
    expected = {(one.rule, one.subjects) for one in standing(database)}
    database.close()
    assert len(expected) >= 4
    assert told == expected


def test_another_version_shows_what_appears_and_vanishes_and_changes_nothing() -> None:
    log = two_classes()
    log.record(LATER, counted(A, FIRST, 3), counted(B, FIRST + timedelta(days=30), 6))
    rule = rule_named("attendance.head-count")
    assert rule is not None
    stricter = rule._replace(
        version=2, parameters=tuple(one._replace(default=1) for one in rule.parameters), counts=False
    )
    with followed(log) as database:
        with database.read() as connection:
            difference = compared(connection, rule, stricter)
        assert [one.subjects for one in difference.appear] == [(f"class:{B}",)]
        assert (difference.vanish, difference.stay) == ([], 1)
        assert [one.version for one in standing(database)] == [1]
        judge(database, [rule, stricter])
        assert [one.version for one in standing(database)] == [1]


def test_a_rule_asked_of_everybody_says_what_wakes_it() -> None:
    stems = {topic.rpartition(".v")[0] for topic in fact_classes()}
    whole = [rule for rule in all_rules() if rule.kind == "whole"]
    assert [rule.id for rule in whole if not rule.wakes] == []
    assert [
        (rule.id, area) for rule in whole for area in rule.wakes if not any(one.startswith(area) for one in stems)
    ] == []


def test_a_policy_fact_says_which_version_counts() -> None:
    log = two_classes()
    log.record(LATER, counted(A, FIRST, 3), threshold("version-attendance-head-count", 2, FIRST))
    rule = rule_named("attendance.head-count")
    assert rule is not None
    with followed(log) as database:
        judge(database, [rule, rule._replace(version=2, counts=False)], fully=True)
        assert [one.version for one in standing(database)] == [2]


def test_when_findings_are_worded_otherwise_the_standing_leads_are_told_anew_under_their_ids() -> None:
    log, leads = two_classes(), lead_tables().leads
    log.record(LATER, counted(A, FIRST, 3))
    with followed(log) as database:
        told = standing(database)
        with database.write() as connection:
            connection.execute(leads.update().values(words_zh="旧", words_en="old"))
        assert judge(database) == 0
        with mock.patch.object(judging, "WORDING", "words-of-another-program"):
            assert judge(database) == len(told) == 1
        assert standing(database) == told


def test_nothing_is_judged_while_a_view_is_behind() -> None:
    log = two_classes()
    log.record(LATER, counted(A, FIRST, 3))
    with tempfile.TemporaryDirectory() as folder:
        database = Database(f"sqlite:///{Path(folder) / 'views.db'}")
        Follower(log, database, all_views()).catch_up(20)
        Follower(log, database, [make for make in all_views() if make().name != "funds"]).catch_up()
        with database.read() as connection:
            assert judged_at(connection)[0] == 20
        Follower(log, database, all_views()).catch_up()
        with database.read() as connection:
            assert judged_at(connection)[0] == len(log.stored)
        database.close()


def test_of_two_who_judge_at_once_the_second_changes_nothing(engine_url: str) -> None:
    log = two_classes()
    log.record(LATER, counted(A, FIRST, 3))
    database = Database(engine_url)
    Follower(log, database, all_views()).catch_up()
    with database.write() as connection:
        connection.execute(delete(lead_tables().runs))
    with database.read() as connection:
        first, second = _outcome(connection, None, True), _outcome(connection, None, True)
    assert first is not None
    assert second is not None
    for outcome in (first, second):
        with database.write() as connection:
            _keep(connection, outcome)
    with database.read() as connection:
        assert connection.scalar(select(lead_tables().runs.c.number)) == 1
    assert len(standing(database)) == 1
    database.close()


@pytest.mark.parametrize("rule", all_rules(), ids=lambda rule: rule.name)
def test_a_rule_asks_says_and_excuses_in_both_languages_and_accuses_nobody(rule: Rule) -> None:
    chinese = (rule.zh, rule.question_zh, rule.says_zh, rule.innocent_zh)
    english = (rule.en, rule.question_en, rule.says_en, rule.innocent_en)
    assert all(not one.isascii() for one in chinese)
    assert all(one.isascii() for one in english)
    assert rule.question_zh.endswith("?")
    assert rule.question_en.endswith("?")
    assert rule.patterns
    assert (rule.query is None) != (rule.fold is None)
    assert rule.kind == "whole" or rule.kind in PREFIX
    accusing = ("造假", "舞弊", "骗取", "虚报", "违法", "fraud", "forged", "fake", "guilty", "cheat", "false")
    assert [word for word in accusing for one in (*chinese, *english) if word in one.lower()] == []


def test_no_two_rules_share_an_id_and_version_and_every_threshold_has_one_meaning() -> None:
    names = [rule.name for rule in all_rules()]
    assert len(set(names)) == len(names)
    parameters = {one for rule in all_rules() for one in rule.parameters}
    assert len({one.name for one in parameters}) == len(parameters)


def test_every_subject_of_a_lead_can_be_asked_for() -> None:
    log = two_classes()
    log.record(LATER, died("p3", FIRST))
    with followed(log) as database, database.read() as connection:
        s = lead_tables().subjects.c
        assert set(connection.scalars(select(s.subject))) == {f"class:{A}", "person:p3"}
        assert connection.scalar(text("SELECT count(*) FROM lead")) == 1


def test_an_open_end_on_a_list_is_known_as_far_as_the_lists_own_day() -> None:
    """Whichever way the entry came in: somebody paid since 2010 by a list of June was paid in March, and nobody knows about May."""
    for dated_on, leads_found in ((date(2016, 6, 30), 1), (date(2016, 2, 28), 0)):
        log, name = two_classes(), f"list-{COUNTY}-payroll"
        said: dict[str, Any] = {"outside_list": name, "kind": "payroll"}
        taken = OutsideListImported(**said, region=COUNTY, made_by="样例", file="5a" * 32, rows=1, occurred_on=dated_on)  # type: ignore[arg-type]
        since = date(2010, 1, 1)
        log.record(LATER, taken, OutsideEntryStated(**said, number=1, person="p3", since=since, occurred_on=since))  # type: ignore[arg-type]
        assert len(found(log, "identities.on-payroll")) == leads_found
