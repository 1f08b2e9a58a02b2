"""The view of leads and cases: how each stands after every step, and how often a rule was right."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import date
from tempfile import TemporaryDirectory
from typing import Any

import inspection_samples as i
import lead_samples as s
import pytest
from paper_log import PaperLog
from sqlalchemy import Connection

from taizhang.adapters.database import Database
from taizhang.domain.core import Fact, OfficerId, Position
from taizhang.domain.leads.leads import LeadRefutedCorrected
from taizhang.projections.cases.cases import case_of, cases, lead_states
from taizhang.projections.cases.rates import Rate, rank, rates
from taizhang.projections.cases.view import CasesView
from taizhang.projections.follow import Follower
from taizhang.projections.replay import NOW, Cuts

LIFE: list[Fact] = [
    s.assigned(),
    s.stands(s.checked(), checked_by="tang"),
    s.stands(s.confirmed(), confirmed_by="song"),
    s.case_stands(),
    s.invited(),
    s.replied(),
    s.decided(decided_by="tang"),
    s.linked(),
    s.closed(case_closed_by="tang"),
    s.reopened(),
]


@contextmanager
def followed(facts: Sequence[Fact], page: int = 2) -> Iterator[Connection]:
    with TemporaryDirectory() as folder:
        log, database = PaperLog(), Database(f"sqlite:///{folder}/views.db")
        for number, fact in enumerate(facts):
            log.record(number, fact)
        follower = Follower(log, database, [CasesView], page)
        follower.catch_up()
        assert [one.error for one in follower.status()] == [None]
        with database.read() as connection:
            yield connection
        database.close()


@pytest.mark.parametrize("page", [1, 3, 100])
def test_a_lead_and_a_case_stand_as_their_last_step_left_them(page: int) -> None:
    leads = ["assigned", "checked", "confirmed", *["in-case"] * 7]
    files = [None, None, None, "open", "replying", "replying", "decided", "decided", "closed", "replying"]
    for number, (lead, file) in enumerate(zip(leads, files, strict=True), 1):
        with followed(LIFE[:number], page) as connection:
            assert lead_states(connection)[s.LEAD].status == lead
            found = case_of(connection, s.CASE)
            assert (found.case_status if found else None) == file, number


def test_a_case_tells_its_sums_and_days_and_is_found_by_region_and_state() -> None:
    back = s.linked(consequence="recovery", about="payment:p", amount_fen=3_000)
    with followed([*LIFE[:8], back, LIFE[8]]) as connection:
        [one] = cases(connection, "620121")
        assert (one.opened_on, one.closed_on, one.recovered_fen) == ("2016-09-09", "2016-09-27", 3_000)
        assert one.outcomes == ("negative-list",)
        assert (one.subjects, one.leads) == (s.SUBJECTS, (s.LEAD,))
        assert cases(connection, "620122") == []
        assert cases(connection, "620000", "open") == []
        assert len(cases(connection, "620000", "closed")) == 1


def test_a_refuted_lead_lowers_the_rank_of_its_rule_and_a_duplicate_does_not() -> None:
    def concluded(number: int, *conclusions: Any) -> list[Fact]:
        subjects = (f"person:p{number}",)
        first = s.assigned(subjects=subjects)
        return [first, *(s.stands(one(lead=first.lead)) for one in conclusions)]

    facts = [*concluded(1, s.confirmed), *concluded(2, s.refuted), *concluded(3, s.refuted), *concluded(4)]
    facts += concluded(5, lambda lead: s.refuted(lead=lead, refuted_why="duplicate"))
    with followed(facts) as connection:
        rate = rates(connection)[s.RULE, 1]
    assert rate == Rate(s.RULE, 1, 5, 1, 2)
    assert rate.hit_tenths == 333
    assert rank("high", rate, 1) < rank("high", None, 0) < rank("high", Rate(s.RULE, 1, 1, 1, 0), 0)
    assert rank("medium", None, 10_000) < rank("high", None, 0)


def test_merged_leads_and_withdrawn_conclusions_count_for_nothing() -> None:
    other = s.assigned(rule=s.OTHER_RULE, subjects=(i.CLASS,))
    refuted = s.stands(s.refuted(), refuted_by="song")
    gone = LeadRefutedCorrected(
        occurred_on=date(2016, 9, 8),
        corrects=Position(2),
        was=refuted,
        now=None,
        reason="new papers",
        approver=OfficerId("yuan"),
    )
    with followed([s.assigned(), refuted, gone, other, s.merged()]) as connection:
        states = lead_states(connection, [s.LEAD, s.OTHER])
        assert [states[one].status for one in (s.LEAD, s.OTHER)] == ["assigned", "merged"]
        assert states[s.OTHER].merged_into == s.LEAD
        assert rates(connection) == {(s.RULE, 1): Rate(s.RULE, 1, 1, 0, 0)}


def _gone(refuted: Any) -> LeadRefutedCorrected:
    return LeadRefutedCorrected(
        occurred_on=date(2016, 9, 8),
        corrects=Position(len(LIFE) + 2),
        was=refuted,
        now=None,
        reason="new papers",
        approver=OfficerId("yuan"),
    )


def _told(connection: Connection, cuts: Cuts = NOW) -> tuple[Any, ...]:
    rows = cases(connection, cuts=cuts)
    return rows, [case_of(connection, s.CASE, cuts)], lead_states(connection, cuts=cuts), rates(connection, cuts)


def test_what_was_known_of_leads_and_cases_is_what_a_log_that_ends_there_says() -> None:
    other = s.assigned(rule=s.OTHER_RULE, subjects=(i.CLASS,))
    refuted = s.stands(s.refuted(lead=s.OTHER), refuted_by="song")
    whole = [*LIFE, other, refuted, _gone(refuted), s.merged()]
    with followed(whole) as connection:
        for ended in range(len(whole) + 1):
            with followed(whole[:ended]) as there:
                assert _told(connection, Cuts(as_recorded_at=ended - 1)) == _told(there), ended
        assert cases(connection, "620122", cuts=Cuts(as_recorded_at=len(whole))) == []
        assert cases(connection, status="closed", cuts=Cuts(as_recorded_at=8))[0].closed_on == "2016-09-27"


def test_what_was_so_by_a_day_leaves_later_steps_out_however_early_they_were_recorded() -> None:
    with followed(LIFE) as connection:
        for day in (s.OPENED, s.UNTIL, s.DECIDED, s.REOPENED):
            with followed([fact for fact in LIFE if fact.occurred_on <= day]) as there:
                (rows, _, states, hits), (rows_there, _, states_there, hits_there) = (
                    _told(connection, Cuts(as_effective_on=day)),
                    _told(there),
                )
                assert [one.case_status for one in rows] == [one.case_status for one in rows_there], day
                assert {key: one.status for key, one in states.items()} == {
                    k: o.status for k, o in states_there.items()
                }
                assert hits == hits_there
        assert case_of(connection, s.CASE, Cuts(as_effective_on=s.CONCLUDED)) is None
