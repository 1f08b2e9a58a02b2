"""Leads of a moment: those of a log that ends there, and those of what had happened by a day."""

from __future__ import annotations

import tempfile
from datetime import date, timedelta
from pathlib import Path
from typing import Any
from unittest import mock

import pytest
from paper_log import PaperLog
from rules_log import (
    COUNTY,
    FIRST,
    LATER,
    MINUTE,
    START,
    counted,
    days_of,
    died,
    followed,
    sheet,
    standing,
    two_classes,
)
from sqlalchemy import Connection, select

from taizhang.adapters.database import Database
from taizhang.adapters.log.log import Append, Entry, Log
from taizhang.adapters.log.queries import tags_in
from taizhang.adapters.past import Past
from taizhang.domain.attendance import AttendanceCorrected, AttendanceTaken
from taizhang.domain.core import Fact
from taizhang.projections.cases.view import CasesView
from taizhang.projections.effective import by_day, day_of
from taizhang.projections.ends import End, end_at
from taizhang.projections.past import Moment, Unfoldable, fold_past, moment_of
from taizhang.projections.replay import Cuts
from taizhang.projections.rules.judging import Lead
from taizhang.projections.rules.leads import leads
from taizhang.projections.view import Item, ViewFailed
from taizhang.projections.views import all_views

A = f"c{COUNTY}-a"
DEATH, HEADS = "identities.attended-after-death", "attendance.head-count"
DAYS = days_of(FIRST, 6)
DIED_ON = DAYS[3]
PATIENCE = 60.0


def corrected(position: int, was: Fact, now: Fact | None) -> AttendanceCorrected:
    told: Any = {"corrects": position, "was": was, "now": now, "reason": "看错", "approver": "o2"}
    return AttendanceCorrected(occurred_on=was.occurred_on, **told)


@pytest.fixture(scope="module")
def log() -> PaperLog:
    """A death asks a question, a correction of the sheet answers it, and a head count asks another."""
    made = two_classes()
    made.record(LATER, died("p0", DIED_ON))
    position, was = next(
        (at, one) for at, one in enumerate(made.facts, 1) if isinstance(one, AttendanceTaken) and one.person == "p0"
    )
    made.record(LATER + MINUTE, corrected(position, was, sheet(A, "p0", DAYS[:3])))
    made.record(LATER + 2 * MINUTE, counted(A, FIRST, 3))
    return made


def ending(log: PaperLog, position: int) -> PaperLog:
    """The log as it was when it ended there."""
    made = PaperLog()
    made.stored, made.facts = log.stored[:position], log.facts[:position]
    return made


def leads_at(log: PaperLog, moment: Moment) -> list[Lead]:
    with tempfile.TemporaryDirectory() as folder:
        database = Database(f"sqlite:///{Path(folder) / 'past.db'}")
        fold_past(log, database, moment)
        found = standing(database)
        database.close()
        return found


def test_the_leads_of_a_moment_are_those_of_a_log_that_ends_there(log: PaperLog) -> None:
    expected = {START - 1: [], LATER - 1: [], LATER: [DEATH], LATER + MINUTE: [], LATER + 2 * MINUTE: [HEADS]}
    for at, rules in expected.items():
        moment = moment_of(log, Cuts(as_recorded_at=at))
        found = leads_at(log, moment)
        assert [one.rule for one in found] == rules
        with followed(ending(log, moment.position)) as database:
            assert standing(database) == found


def test_by_a_day_nothing_is_asked_that_only_later_days_raise(log: PaperLog) -> None:
    known = moment_of(log, Cuts(as_recorded_at=LATER)).position
    assert [one.rule for one in leads_at(log, Moment(known, DIED_ON - timedelta(days=1)))] == []
    assert [one.rule for one in leads_at(log, Moment(known, DAYS[-1]))] == [DEATH]
    assert [one.rule for one in leads_at(log, Moment(len(log.stored), FIRST - timedelta(days=1)))] == []


def test_a_correction_counts_by_the_days_that_it_speaks_of() -> None:
    early, late = date(2016, 3, 1), date(2016, 3, 9)

    def taken(day: date) -> Fact:
        return sheet(A, "p0", [day])

    def told(*facts: Fact) -> list[tuple[int, Fact]]:
        items = [Item(5 + number, START, fact, None, b"") for number, fact in enumerate(facts)]
        return [(one.position, one.fact) for one in by_day(items, date(2016, 3, 5))]

    stays, goes, comes = (
        corrected(2, taken(was), taken(now)) for was, now in ((early, early), (early, late), (late, early))
    )
    assert told(taken(early), taken(late)) == [(5, taken(early))]
    assert told(stays) == [(5, stays)]
    assert told(goes) == [(5, corrected(2, taken(early), None))]
    assert told(comes) == [(2, taken(early))]
    assert told(corrected(2, taken(late), None), corrected(2, taken(late), taken(late))) == []
    assert [day_of(one) for one in (goes, corrected(2, taken(early), None), taken(late))] == [late, early, late]


def test_the_end_of_the_log_at_a_moment_is_its_last_fact_recorded_by_then() -> None:
    log = PaperLog()
    assert end_at(log, START) == End(0, 0)
    for number, facts in enumerate((1, 3, 2, 5), 1):
        log.record(number * MINUTE, *(died(f"p{number}{one}", FIRST) for one in range(facts)))
    ends = [
        end_at(log, at) for at in (MINUTE - 1, MINUTE, 2 * MINUTE - 1, 3 * MINUTE, 4 * MINUTE - 1, 4 * MINUTE, START)
    ]
    assert [one.position for one in ends] == [0, 1, 1, 6, 6, 11, 11]
    assert [one.recorded_at for one in ends] == [0, *(one * MINUTE for one in (1, 1, 3, 3, 4, 4))]
    assert end_at(log, None) == End(11, 4 * MINUTE)


def test_a_moment_whose_views_stop_on_the_way_has_no_leads_but_says_where_they_stopped(log: PaperLog) -> None:
    stopped = mock.patch.object(CasesView, "fold", side_effect=ViewFailed(7, ValueError("no such case")))
    with stopped, pytest.raises(Unfoldable, match="cases stops at fact 7") as told:
        leads_at(log, Moment(len(log.stored)))
    assert "第 7 条" in told.value.zh


def _recorded(log: PaperLog, url: str) -> Log:
    """A real log of the same facts."""
    times = iter(one.recorded_at for one in log.stored)
    made = Log.open(url, clock=lambda: next(times))
    for one in log.stored:
        before, _, after = one.leaf.partition(b'"recorded_at":%d' % one.recorded_at)
        made.append(Append([Entry(one.type, tuple(tags_in(one.leaf)), before, after)]))
    return made


def _all_rows(connection: Connection) -> dict[str, list[Any]]:
    """What stands in every table of every view."""
    tables = [table for view in all_views() for table in view().metadata.sorted_tables]
    return {table.name: sorted(map(tuple, connection.execute(select(table))), key=repr) for table in tables}


def test_from_postgresql_a_process_of_its_own_folds_to_the_row_what_sqlite_gives(
    log: PaperLog, postgres_url: str, tmp_path: Path
) -> None:
    lite, server = _recorded(log, f"sqlite:///{tmp_path / 'log.db'}"), _recorded(log, postgres_url)
    assert lite.head().edge == server.head().edge, "the same bytes"
    here, apart = Past(lite), Past(server, apart=True)
    try:
        for day, rules in ((None, [DEATH]), (DIED_ON - timedelta(days=1), [])):
            cuts = Cuts(as_recorded_at=LATER, as_effective_on=day)
            moment = apart.moment(cuts)
            assert moment == here.moment(cuts)
            with here.reading(moment, PATIENCE) as ours, apart.reading(moment, PATIENCE) as theirs:
                assert [lead.rule for lead, _ in leads(theirs)] == rules
                assert _all_rows(theirs) == _all_rows(ours)
    finally:
        for closing in (here, apart, lite, server):
            closing.close()
