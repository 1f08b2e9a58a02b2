"""What the ledger answers: figures on both axes, places in classes, the facts behind a figure, coverage, plans."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

import pytest
from paper_log import PaperLog
from small_programme import APRIL, JUNE, MAY, WELDING, programme

from taizhang.adapters.database import Database
from taizhang.domain.core import Fact
from taizhang.domain.households import HouseholdMemberListed, HouseholdMemberListedCorrected, HouseholdRegistered
from taizhang.domain.people import PersonsMerged, PersonsSeparated
from taizhang.domain.plans import PlanApproved, PlanFiled
from taizhang.projections.coverage import coverage
from taizhang.projections.follow import Follower
from taizhang.projections.ledger_query import Scope, difference, facts_of_figure, figure, ledger, places
from taizhang.projections.plans import planned_in, without_plan
from taizhang.projections.replay import NOW, Cuts
from taizhang.projections.views import all_views

COUNTY = Scope("620121")


@pytest.fixture
def log() -> PaperLog:
    return programme()


@pytest.fixture
def database(engine_url: str, log: PaperLog) -> Iterator[Database]:
    opened = Database(engine_url)
    Follower(log, opened, all_views(), page_facts=8).catch_up()
    yield opened
    opened.close()


def asked(database: Database, column: str, cuts: Cuts = NOW, scope: Scope = COUNTY) -> int:
    with database.read() as connection:
        return figure(connection, scope, column, cuts)


def test_persons_and_person_times_are_apart(database: Database) -> None:
    assert asked(database, "person_times") == 3  # wang twice, li once; zhao withdrew
    assert asked(database, "persons") == 2


def test_registered_poor_is_what_the_register_says_never_what_the_roster_claims(database: Database) -> None:
    # the roster claims li; the register listed li only in June, and h1 had left poverty in 2015, as was told later
    assert asked(database, "persons_poor", Cuts(MAY + 1)) == 1
    assert asked(database, "persons_poor", Cuts(JUNE)) == 2
    assert asked(database, "persons_poor") == 1


def test_a_late_enrolment_moves_a_persons_first_day_without_counting_the_person_twice(database: Database) -> None:
    before_class = date(2016, 2, 25)
    assert asked(database, "persons", Cuts(APRIL + 6, before_class)) == 0
    assert asked(database, "persons", Cuts(MAY, before_class)) == 1
    assert asked(database, "persons", Cuts(MAY)) == asked(database, "persons", Cuts(APRIL + 6)) == 2


def test_a_correction_changes_the_figure_from_its_own_recording_on(database: Database) -> None:
    assert asked(database, "evidenced_minutes", Cuts(MAY)) == 5 * 360
    assert asked(database, "evidenced_minutes") == 4 * 360


def test_evidenced_hours_belong_to_the_day_of_the_session(database: Database) -> None:
    days = [asked(database, "evidenced_minutes", Cuts(None, date(2016, 3, day))) for day in (1, 2, 3)]
    assert days == [360, 3 * 360, 4 * 360]


def test_the_regions_below_and_the_classes_sum_up_to_the_figure(database: Database, log: PaperLog) -> None:
    with database.read() as connection:
        whole = ledger(connection, log, Scope("620000"), at=log.head())
        county = ledger(connection, log, COUNTY, at=log.head())
    assert [(row.level, row.code) for row in whole.rows] == [("prefecture", "620100")]
    assert whole.figures == whole.rows[0].figures == {**county.figures}
    for name in ("person_times", "evidenced_minutes", "certified", "completed", "person_times_poor"):
        assert sum(row.figures[name] for row in county.rows) == county.figures[name]


def test_a_class_told_again_at_a_cut_equals_the_sums_at_that_cut(database: Database, log: PaperLog) -> None:
    for cuts in (NOW, Cuts(APRIL + 2), Cuts(MAY, date(2016, 3, 1)), Cuts(None, date(2016, 3, 9)), Cuts(JUNE)):
        rows = places(log, WELDING, cuts)
        for name in ("person_times", "evidenced_minutes_poor", "certified_minutes", "completed"):
            scope = COUNTY._replace(training_class=WELDING)
            assert sum(row.figures[name] for row in rows) == asked(database, name, cuts, scope)


def test_a_person_and_a_household_open_into_their_places_in_classes(database: Database, log: PaperLog) -> None:
    with database.read() as connection:
        wang = ledger(connection, log, Scope(person="wang"), at=log.head())
        h2 = ledger(connection, log, Scope(household="h2"), at=log.head())
    assert {row.facts["training_class"] for row in wang.rows} == {WELDING, "c620121-cooking"}
    assert (wang.figures["person_times"], wang.figures["persons"]) == (2, 1)
    assert [(row.code, row.facts["poor"]) for row in h2.rows] == [("li", True)]


def test_a_roster_that_contradicts_the_register_is_flagged(log: PaperLog) -> None:
    known = {row.code: row.facts["contradiction"] for row in places(log, WELDING, Cuts(MAY))}
    assert known == {"wang": False, "li": True, "zhao": False}


def test_every_figure_opens_into_facts_that_sum_up_to_it(database: Database, log: PaperLog) -> None:
    with database.read() as connection:
        for column in ("person_times", "planned_minutes_poor", "evidenced_minutes", "certified", "completed"):
            for cuts in (NOW, Cuts(MAY), Cuts(None, date(2016, 3, 2))):
                effects = list(facts_of_figure(connection, log, COUNTY, column, cuts))
                assert sum(one.change for one in effects) == figure(connection, COUNTY, column, cuts)


def test_the_difference_between_then_and_now_is_explained_fact_by_fact(database: Database, log: PaperLog) -> None:
    with database.read() as connection:
        before, after, effects = difference(connection, log, COUNTY, "evidenced_minutes", MAY)
    assert (before, after) == (5 * 360, 4 * 360)
    [effect] = effects
    assert type(log.facts[effect.position - 1]).__name__ == "AttendanceCorrected"
    assert effect.change == -360


def test_a_report_id_stands_for_question_position_and_cuts(database: Database, log: PaperLog) -> None:
    with database.read() as connection:
        first = ledger(connection, log, COUNTY, at=log.head())
        again = ledger(connection, log, COUNTY, at=log.head())
        other = ledger(connection, log, COUNTY, Cuts(MAY), at=log.head())
        english = ledger(connection, log, COUNTY, at=log.head(), language="en")
    assert first == again
    assert len({first.report, other.report, english.report}) == 3


def test_coverage_names_its_denominator(database: Database) -> None:
    with database.read() as connection:
        found = {one.name: (one.reached, one.of) for one in coverage(connection, "620121")}
    assert found["registered-poor"] == (
        2,
        2,
    )  # h1 left poverty in 2015 and was poor before: no programme limits the days
    assert found["wished"] == found["wish-matched"] == (1, 1)


def test_the_counties_without_an_approved_plan_are_named(database: Database) -> None:
    with database.read() as connection:
        assert [(one.region, one.plan) for one in without_plan(connection, 2016)] == [("620122", "plan-2")]
        assert [one.region for one in without_plan(connection, 2017)] == ["620121", "620122"]
        filed = PlanFiled(
            occurred_on=date(2016, 1, 4), plan="p", region="620121", level="county", kind="annual", year=2016
        )
        approved = PlanApproved(occurred_on=date(2016, 1, 5), plan="p", region="620121")

        def then(*facts: Fact) -> list[tuple[str, str | None]]:
            found = without_plan(connection, 2016, plans=planned_in(facts, 2016))
            return [(one.region, one.plan) for one in found]

        assert then() == [("620121", None), ("620122", None)]
        assert then(filed) == [("620121", "p"), ("620122", None)]
        assert then(filed, approved) == [("620122", None)]


# -- whose ids and whose household, then and now ----------------------------------------------------------


def follow(engine_url: str, log: PaperLog) -> Database:
    opened = Database(engine_url)
    Follower(log, opened, all_views()).catch_up()
    return opened


def test_a_person_is_every_id_that_was_known_to_be_theirs_at_the_cut(engine_url: str, log: PaperLog) -> None:
    on = date(2016, 6, 8)
    log.record(JUNE + 5, PersonsMerged(occurred_on=on, kept="wang", merged=("li",), group=("li", "wang")))  # type: ignore[arg-type]
    log.record(JUNE + 9, PersonsSeparated(occurred_on=on, kept="wang", separated=("li",), kept_group=("wang",)))  # type: ignore[arg-type]
    opened = follow(engine_url, log)
    with opened.read() as connection:
        for who in ("wang", "li"):
            merged = ledger(connection, log, Scope(person=who), Cuts(JUNE + 6), at=log.head())
            assert (merged.figures["person_times"], merged.figures["persons"]) == (3, 1)
        counts = {who: ledger(connection, log, Scope(person=who), at=log.head()).figures for who in ("wang", "li")}
    opened.close()
    assert {who: (row["person_times"], row["persons"]) for who, row in counts.items()} == {"wang": (2, 1), "li": (1, 1)}


def test_a_household_has_the_members_that_were_known_at_the_cut(engine_url: str, log: PaperLog) -> None:
    wrong = HouseholdMemberListed(occurred_on=date(2014, 1, 1), household="h2", person="li")  # type: ignore[arg-type]
    listed = next(position for position, fact in enumerate(log.facts, 1) if fact == wrong)
    log.record(
        JUNE + 5,
        HouseholdMemberListedCorrected(
            occurred_on=wrong.occurred_on, corrects=listed, was=wrong, now=None, reason="错列", approver="o2"
        ),  # type: ignore[arg-type]
    )
    opened = follow(engine_url, log)
    with opened.read() as connection:
        rows = {
            cuts: [row.code for row in ledger(connection, log, Scope(household="h2"), cuts, at=log.head()).rows]
            for cuts in (Cuts(MAY), Cuts(JUNE + 1), NOW)
        }
    opened.close()
    assert rows == {Cuts(MAY): [], Cuts(JUNE + 1): ["li"], NOW: []}


def test_a_merged_id_is_judged_by_the_household_of_the_other_one(engine_url: str, log: PaperLog) -> None:
    on = date(2016, 6, 8)
    log.record(JUNE + 5, PersonsMerged(occurred_on=on, kept="li", merged=("zhao2",), group=("li", "zhao2")))  # type: ignore[arg-type]
    log.record(
        JUNE + 6,
        HouseholdRegistered(occurred_on=date(2014, 1, 1), household="h9", village="620121100200", attribute="poor"),  # type: ignore[arg-type]
        HouseholdMemberListed(occurred_on=date(2015, 1, 1), household="h9", person="zhao2"),  # type: ignore[arg-type]
    )
    opened = follow(engine_url, log)
    with opened.read() as connection:
        h9 = ledger(connection, log, Scope(household="h9"), at=log.head())
        told = sum(row.figures["person_times_poor"] for row in places(log, WELDING, NOW))
        summed = figure(connection, COUNTY._replace(training_class=WELDING), "person_times_poor", NOW)
    opened.close()
    assert [row.code for row in h9.rows] == ["li"]
    assert told == summed
