"""The follower: each fact exactly once, also with two of them; a failure is said; a rebuild tells what it changed."""

from __future__ import annotations

import multiprocessing
from typing import Any

import pytest
from following import follow_in_a_process, long_log
from paper_log import PaperLog
from small_programme import programme
from sqlalchemy import delete, inspect, select, update

from taizhang.adapters.database import Database
from taizhang.projections.follow import Follower
from taizhang.projections.ledger import LedgerView
from taizhang.projections.refusals import RefusalsView, by_rule, refusal_table
from taizhang.projections.tables import view_table
from taizhang.projections.tables_ledger import LedgerTables, ledger_tables
from taizhang.projections.view import Item, View, ViewFailed
from taizhang.projections.views import all_views


def rows(database: Database, view: View) -> dict[str, list[Any]]:
    with database.read() as connection:
        return {
            name: sorted(tuple(map(str, row)) for row in connection.execute(select(table)))
            for name, table in view.metadata.tables.items()
        }


def everything(database: Database) -> dict[str, list[Any]]:
    """All rows but how often the rules have judged, which is no part of what they found."""
    found = {name: found for make in all_views() for name, found in rows(database, make()).items()}
    return {name: rows for name, rows in found.items() if name not in ("lead_run", "lead_due")}


@pytest.fixture
def database(engine_url: str) -> Any:
    opened = Database(engine_url)
    yield opened
    opened.close()


@pytest.fixture
def log() -> PaperLog:
    return programme()


def test_every_view_reaches_the_head_and_says_so(database: Database, log: PaperLog) -> None:
    seen: list[tuple[int, int]] = []
    follower = Follower(log, database, all_views(), page_facts=7)
    assert follower.catch_up(progress=lambda at, aim: seen.append((at, aim))) == len(log.stored)
    assert seen[-1] == (len(log.stored), len(log.stored))
    views = {"ledger", "registry", "dated", "plans", "refusals", "funds", "postings", "inspections", "outside"}
    views |= {"performance", "cases", "leads", "statements"}
    assert {one.name for one in follower.status()} == views
    assert all(one.lag == 0 and one.error is None and one.lag_seconds == 0 for one in follower.status())


def test_a_limit_stops_the_follower_there_and_the_lag_is_told(database: Database, log: PaperLog) -> None:
    follower = Follower(log, database, all_views(), page_facts=7)
    follower.catch_up(limit_position=10)
    assert {one.position for one in follower.status()} == {10}
    assert {one.lag for one in follower.status()} == {len(log.stored) - 10}


def test_one_new_fact_after_a_quiet_night_does_not_make_the_views_hours_late(database: Database, log: PaperLog) -> None:
    follower = Follower(log, database, [LedgerView])
    follower.catch_up()
    [known] = follower.status()
    log.record(known.recorded_at + 9 * 3_600_000_000, log.facts[0])
    assert [(one.lag, one.lag_seconds) for one in follower.status()] == [(1, 0.0)]
    log.record(known.recorded_at + 10 * 3_600_000_000, log.facts[1])
    assert [(one.lag, one.lag_seconds) for one in follower.status()] == [(2, 3600.0)]


def test_the_same_log_paged_differently_leaves_the_same_rows_in_every_table(database: Database, log: PaperLog) -> None:
    Follower(log, database, all_views(), page_facts=3).catch_up()
    small = everything(database)
    with database.write() as connection:
        for make in all_views():
            make().metadata.drop_all(connection)
        connection.execute(delete(view_table()))
    Follower(log, database, all_views(), page_facts=10_000).catch_up()
    assert everything(database) == small


def test_a_follower_that_was_overtaken_writes_nothing_twice(database: Database, log: PaperLog) -> None:
    one = Follower(log, database, all_views(), page_facts=5)
    other = Follower(log, database, all_views(), page_facts=4)
    one.catch_up(limit_position=9)
    other.catch_up(limit_position=20)  # what `one` remembers is out of date now
    one.catch_up(limit_position=25)
    other.catch_up()
    mixed = everything(database)
    with database.write() as connection:
        for make in all_views():
            make().metadata.drop_all(connection)
        connection.execute(delete(view_table()))
    Follower(log, database, all_views()).catch_up()
    assert everything(database) == mixed


def test_two_processes_that_follow_at_once_fold_each_fact_exactly_once(database: Database, engine_url: str) -> None:
    log = long_log()
    Follower(log, database, all_views()).set_up()
    context = multiprocessing.get_context("spawn")
    both = [context.Process(target=follow_in_a_process, args=(engine_url, page)) for page in (3, 5)]
    for process in both:
        process.start()
    for process in both:
        process.join(120)
    assert [process.exitcode for process in both] == [0, 0]
    together = everything(database)
    with database.write() as connection:
        for make in all_views():
            make().metadata.drop_all(connection)
        connection.execute(delete(view_table()))
    Follower(log, database, all_views()).catch_up()
    assert everything(database) == together


class Stumbling(RefusalsView):
    """A view that cannot fold the refusal it meets."""

    name = "stumbling"

    def __init__(self, suffix: str = "") -> None:
        super().__init__(f"_stumbling{suffix}")

    def fold(self, page: Any, connection: Any) -> None:
        for item in page:
            if isinstance(item, Item) and "Refused" in type(item.fact).__name__:
                raise ViewFailed(item.position, ValueError("a rule nobody knows"))


def test_a_view_that_fails_says_where_and_why_and_does_not_stop_the_others(database: Database, log: PaperLog) -> None:
    follower = Follower(log, database, [Stumbling, RefusalsView], page_facts=5)
    follower.catch_up()
    status = {one.name: one for one in follower.status()}
    refused = next(p for p, fact in enumerate(log.facts, 1) if "Refused" in type(fact).__name__)
    assert status["stumbling"].error == "ValueError: a rule nobody knows"
    assert status["stumbling"].error_position == refused
    assert status["stumbling"].position < refused
    assert status["refusals"].position == len(log.stored)
    with database.read() as connection:
        assert by_rule(connection) == {"training.seats-taken": 1}


def test_a_rebuild_leaves_the_same_rows_and_names_no_figure(database: Database, log: PaperLog) -> None:
    follower = Follower(log, database, all_views())
    follower.catch_up()
    before = everything(database)
    assert [one.changed for one in follower.rebuild()] == [[] for _ in all_views()]
    assert everything(database) == before
    assert [one.changed for one in follower.rebuild()] == [[] for _ in all_views()]  # index names do not collide
    follower.catch_up()
    assert everything(database) == before


def test_a_rebuild_repairs_an_edited_row_and_names_the_figure(database: Database, log: PaperLog) -> None:
    follower = Follower(log, database, [LedgerView])
    follower.catch_up()
    deltas = LedgerTables().deltas
    with database.write() as connection:
        connection.execute(update(deltas).where(deltas.c.person_times == 3).values(person_times=30))
    [rebuilt] = follower.rebuild(["ledger"])
    assert [(one.figure, one.before - one.after) for one in rebuilt.changed] == [
        ("620121 labour 2016 person_times", 27)
    ]


def test_a_rebuild_names_the_figure_of_now_where_only_a_total_was_edited(database: Database, log: PaperLog) -> None:
    follower = Follower(log, database, [LedgerView])
    follower.catch_up()
    totals, persons = LedgerTables().totals, LedgerTables().person_totals
    county = persons.c.region == "620121", persons.c.period == "2016", persons.c.programme_kind == ""
    with database.write() as connection:
        connection.execute(update(totals).values(person_times=totals.c.person_times + 27))
        connection.execute(update(persons).where(*county).values(persons_poor=persons.c.persons_poor + 1))
    [rebuilt] = follower.rebuild(["ledger"])
    assert {one.figure: one.before - one.after for one in rebuilt.changed} == {
        "620121 labour 2016 person_times now": 27,
        "county 620121 year 2016 persons_poor now": 1,
    }
    assert follower.rebuild(["ledger"])[0].changed == []


def test_tables_of_another_version_of_the_program_are_built_anew_before_anything_is_folded_on(
    database: Database, log: PaperLog
) -> None:
    Follower(log, database, all_views()).catch_up(limit_position=20)
    with database.write() as connection:
        mark = view_table()
        connection.execute(update(mark).where(mark.c.name == "ledger").values(version=0))
        connection.execute(update(LedgerTables().enrolments).values(state=b"of another shape"))
    follower = Follower(log, database, all_views())
    assert follower.outdated() == ["ledger"]
    assert follower.catch_up() == len(log.stored)
    assert follower.outdated() == []
    assert all(one.lag == 0 and one.error is None for one in follower.status())
    assert everything(database) == everything_from_scratch(database, log)


def everything_from_scratch(database: Database, log: PaperLog) -> dict[str, list[Any]]:
    follower = Follower(log, database, all_views())
    follower.rebuild()
    return everything(database)


def test_a_house_from_before_gets_the_tables_and_indexes_that_came_since(database: Database, log: PaperLog) -> None:
    follower = Follower(log, database, all_views())
    follower.catch_up()
    whole = everything(database)
    aliases, refusals = ledger_tables().aliases, refusal_table()
    [index] = aliases.indexes
    with database.write() as connection:
        index.drop(connection)
        for table in (refusals, ledger_tables().totals, ledger_tables().person_totals):
            table.drop(connection)
        connection.execute(update(view_table()).where(view_table().c.name == "refusals").values(version=0))
    Follower(log, database, all_views()).set_up()  # all that a command does which only reads
    now = everything(database)
    assert (now["ledger_total"], now["person_total"]) == (whole["ledger_total"], whole["person_total"])
    later = Follower(log, database, all_views())
    later.catch_up()  # builds the outdated view anew, of which no table stands
    assert everything(database) == whole
    with database.read() as connection:
        assert [one["column_names"] for one in inspect(connection).get_indexes(aliases.name)] == [["kept"]]
    later.set_up()
    with database.read() as connection:
        assert len(inspect(connection).get_indexes(aliases.name)) == 1
