"""Evaluation and tied transfers: what the log gives, beside what was claimed and what was allotted."""

from __future__ import annotations

from datetime import date
from typing import Any

import msgspec
from paper_log import PaperLog
from small_programme import APRIL, JUNE, WELDING, enrolled, filed, sheet
from test_funds_reconcile import world

from taizhang.adapters.database import Database
from taizhang.domain.employment import EmploymentConfirmed, EmploymentReported
from taizhang.domain.enrolment import WishStated
from taizhang.domain.funds.evaluation import AllocationTied, Claimed, PerformanceEvaluated
from taizhang.domain.funds.moving import AllocationIssued
from taizhang.domain.households import HouseholdMemberListed, HouseholdRegistered
from taizhang.domain.people import PersonsMerged
from taizhang.domain.policy import ThresholdSet
from taizhang.projections.follow import Follower
from taizhang.projections.funds.evaluation import OPENED, Evaluation, behind, evaluation
from taizhang.projections.funds.tied import Tied, tied
from taizhang.projections.views import all_views

DAY = date(2016, 1, 10)


def evaluated(log: PaperLog, url: str, **asked: Any) -> Evaluation:
    database = Database(url)
    Follower(log, database, all_views(), 9).catch_up()
    with database.read() as connection:
        found = evaluation(connection, "L1", **asked)
    database.close()
    return found


def full() -> PaperLog:
    """The world of the reconciliation, with wishes, work after six months, a limit for payments, and what was claimed."""
    log = world()
    work: dict[str, Any] = {"training_class": WELDING, "person": "ma", "months": 6, "kind": "local"}
    log.record(JUNE, EmploymentReported(occurred_on=date(2016, 6, 20), **work))
    log.record(JUNE, EmploymentConfirmed(occurred_on=date(2016, 6, 25), second_source="社保", **work))
    for person, occupation in (("ma", "o1"), ("wu", "o2")):
        log.record(JUNE, WishStated(occurred_on=DAY, person=person, county="620121", occupation=occupation))  # type: ignore[arg-type]
    log.record(JUNE, ThresholdSet(occurred_on=DAY, name="payment-days", value=10, since=DAY))  # type: ignore[arg-type]
    for kind, value in (("self-evaluation", 5), ("spot-check", 4)):
        claims = (Claimed(indicator="persons", value=value),)
        about: dict[str, Any] = {"line": "L1", "region": "620121", "year": 2016, "document": "评1", "claimed": claims}
        log.record(JUNE, PerformanceEvaluated(occurred_on=DAY, kind=kind, **about))  # type: ignore[arg-type]
    return log


def test_an_indicator_is_what_its_places_and_payments_add_up_to(engine_url: str) -> None:
    log = full()
    found = evaluated(log, engine_url, year=2016, region="620121")
    database = Database(engine_url)
    with database.read() as connection:
        for row in found.rows:
            if row.indicator not in OPENED:
                assert row.computed is None, "only what the log does not know opens into nothing"
                continue
            told = behind(connection, "L1", row.indicator, 2016, "620121")
            part, whole = sum(one.part for one in told), sum(one.whole for one in told)
            per = 10_000 if row.unit == "basis-points" else 1
            assert row.computed == (per * part // whole if whole else None if per > 1 else part), row.indicator
            assert all(one.positions for one in told)
    database.close()


def test_the_indicators_of_the_log_stand_beside_what_was_claimed(engine_url: str) -> None:
    found = evaluated(full(), engine_url, year=2016, region="620121")
    computed = {row.indicator: row.computed for row in found.rows}
    assert computed == {
        "persons": 3,
        "person-times": 3,
        "poor-share": 0,
        "pass-rate": None,
        "evidenced-hours-rate": 6666,
        "paid-on-time-rate": 0,
        "cost-per-certificate": 566,
        "employed-at-6-months": 3333,
        "income-change": None,
        "satisfaction": None,
        "wish-match": 5000,
    }
    persons = found.rows[0]
    assert (persons.self_claimed, persons.spot_checked) == (5, 4)


def test_what_the_log_does_not_know_says_so_and_a_year_without_payments_has_nothing(tmp_path: Any) -> None:
    found = evaluated(full(), f"sqlite:///{tmp_path / 'v.db'}", year=2015)
    rows = {row.indicator: row for row in found.rows}
    assert rows["persons"].computed == 0
    assert "无法计算" in rows["income-change"].note_zh
    assert "cannot be computed" in rows["satisfaction"].note_en
    assert rows["persons"].self_claimed is None


def due(log: PaperLog, url: str) -> list[Tied]:
    database = Database(url)
    Follower(log, database, all_views(), 9).catch_up()
    with database.read() as connection:
        found = tied(connection)
    database.close()
    return found


def tie(**more: Any) -> AllocationTied:
    about: dict[str, Any] = {"tie": "t1", "line": "L1", "region": "620000", "per_person_fen": 300, "document": "挂1"}
    about |= {"since": date(2016, 1, 1), "until": date(2016, 12, 31), "poor_only": False}
    return AllocationTied(occurred_on=DAY, **(about | more))


def allotted() -> AllocationIssued:
    about: dict[str, Any] = {"line": "L1", "from_region": "620000", "to_region": "620121", "document": "下1"}
    return AllocationIssued(occurred_on=DAY, amount_fen=1000, approver="o2", **about)


def test_what_is_due_follows_the_evidenced_persons_of_the_ledger(engine_url: str) -> None:
    log = world()
    log.record(JUNE, tie(), allotted())
    [row] = due(log, engine_url)
    assert (row.county, row.persons, row.due_fen) == ("620121", 3, 900)
    assert (row.allocated_fen, row.difference_fen) == (6000, 5100)  # its own budget and the allotment


def test_a_person_of_two_ids_counts_once_and_a_tie_may_ask_for_poverty(tmp_path: Any) -> None:
    log = world()
    other = msgspec.structs.replace(filed("c620121-again", "电焊二班(样例)"), required_minutes=360)
    log.record(JUNE, other, enrolled("ma2", "c620121-again"), sheet("ma2", 5, training_class="c620121-again"))
    log.record(JUNE, PersonsMerged(occurred_on=DAY, kept="ma", merged=("ma2",)), tie(), tie(tie="t2", poor_only=True))  # type: ignore[arg-type]
    home: dict[str, Any] = {"household": "h1", "village": "620121100200", "attribute": "poor"}
    log.record(JUNE, HouseholdRegistered(occurred_on=date(2014, 1, 1), **home))
    log.record(JUNE, HouseholdMemberListed(occurred_on=date(2014, 1, 1), household="h1", person="wu"))  # type: ignore[arg-type]
    found = due(log, f"sqlite:///{tmp_path / 'v.db'}")
    assert [(row.tie, row.persons, row.due_fen) for row in found] == [("t1", 3, 900), ("t2", 1, 300)]


def test_no_tie_means_nothing_is_due(tmp_path: Any) -> None:
    log = PaperLog()
    log.record(APRIL, allotted())
    assert due(log, f"sqlite:///{tmp_path / 'v.db'}") == []
