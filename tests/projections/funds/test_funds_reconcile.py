"""Reconciliation: transferred, paid and earned, side by side, now and as it was known then."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from typing import Any

import msgspec
import pytest
from paper_log import PaperLog
from small_programme import APRIL, JUNE, MAY, WELDING, enrolled, filed, sheet
from sqlalchemy import Connection
from test_funds_use import opened

from taizhang.adapters.database import Database
from taizhang.domain.attendance import AttendanceCorrected
from taizhang.domain.certificates import CertificateIssued
from taizhang.domain.employment import EmploymentConfirmed, EmploymentReported
from taizhang.domain.funds.claims import ClaimReviewed, ClaimSubmitted, Entitlement, Share
from taizhang.domain.funds.lines import BudgetApproved
from taizhang.domain.funds.payments import FundsRecovered, SubsidyPaid
from taizhang.domain.people import PersonsMerged
from taizhang.domain.policy import RateSet
from taizhang.projections.follow import Follower
from taizhang.projections.funds.entitled import entitled_now, entitled_then
from taizhang.projections.funds.reconcile import Reconciliation, reconcile
from taizhang.projections.funds.view import FundsView
from taizhang.projections.ledger import LedgerView
from taizhang.projections.replay import NOW, Cuts

TODAY = date(2016, 9, 1)
CLAIM = "claim-620121-w"


def rate(amount: int, **more: Any) -> RateSet:
    since = date(2015, 1, 1)
    return RateSet(
        occurred_on=since, programme="labour-2015", amount_fen=amount, basis="per-person", since=since, **more
    )  # type: ignore[arg-type]


def certified(person: str) -> CertificateIssued:
    numbered: dict[str, Any] = {"kind": "training", "number": f"n-{person}", "issuer": "o1"}
    return CertificateIssued(occurred_on=date(2016, 3, 25), training_class=WELDING, person=person, **numbered)  # type: ignore[arg-type]


def world() -> PaperLog:
    """Five trainees: ma is paid, li no longer entitled, wu paid too much, he never paid, yu claimed without hours."""
    log = PaperLog()
    log.record(APRIL, msgspec.structs.replace(filed(WELDING, "电焊班(样例)"), required_minutes=360), opened("L1"))
    log.record(
        APRIL, rate(500, conditions=("certificate",)), rate(90, purpose="employment", conditions=("employed-3",))
    )
    budget: dict[str, Any] = {"line": "L1", "region": "620121", "document": "文1", "approver": "o2"}
    log.record(APRIL, BudgetApproved(occurred_on=date(2016, 1, 5), amount_fen=5000, **budget))
    log.record(APRIL + 1, *(enrolled(one) for one in ("ma", "li", "wu", "he", "yu")))
    sheets = log.record(APRIL + 2, *(sheet(one, 1) for one in ("ma", "li", "wu", "he")))
    log.record(APRIL + 3, *(certified(one) for one in ("ma", "li", "wu", "he")))
    claimed: dict[str, Any] = {"claim": CLAIM, "training_class": WELDING}
    day = date(2016, 4, 8)
    entitled = tuple(Entitlement(one, 500, 360, day) for one in ("ma", "li", "wu", "yu"))  # type: ignore[arg-type]
    more: dict[str, Any] = {"purpose": "training", "payee": "institution", "document": "申1", "institution": "i1"}
    submitted = ClaimSubmitted(occurred_on=day, entitlements=entitled, amount_fen=2000, **more, **claimed)
    log.record(APRIL + 4, submitted)
    log.record(APRIL + 5, ClaimReviewed(occurred_on=day, approved=True, document="审1", **claimed))
    shares = (Share("ma", 500), Share("li", 500), Share("wu", 700))  # type: ignore[arg-type]
    paid: dict[str, Any] = {"payment": "y1", "line": "L1", "payer": "620121", "institution": "i1", **claimed}
    payment = {"account": "a1", "voucher": "凭1", "approver": "o2", "shares": shares, "amount_fen": 1700}
    log.record(APRIL + 6, SubsidyPaid(occurred_on=date(2016, 4, 20), **payment, **paid))  # type: ignore[arg-type]
    was = sheet("li", 1)
    late: dict[str, Any] = {"corrects": sheets[1], "was": was, "now": None, "reason": "查无此人", "approver": "o2"}
    log.record(MAY, AttendanceCorrected(occurred_on=was.occurred_on, **late))
    return log


@contextmanager
def followed(log: PaperLog, url: str) -> Iterator[Connection]:
    database = Database(url)
    Follower(log, database, [LedgerView, FundsView], 6).catch_up()
    with database.read() as connection:
        yield connection
    database.close()


def kinds(found: Reconciliation) -> dict[str, tuple[str, int]]:
    return {row.person: (row.kind, row.amount_fen) for row in found.persons}


def test_each_person_whose_sides_differ_is_told_with_kind_amount_and_facts(engine_url: str) -> None:
    log = world()
    with followed(log, engine_url) as connection:
        found = reconcile(connection, log, TODAY, "620121")
    assert kinds(found) == {
        "li": ("paid-not-entitled", 500),
        "wu": ("paid-above-entitled", 200),
        "he": ("entitled-not-paid", 500),
        "yu": ("claimed-not-entitled", 500),
    }
    [line] = found.classes
    assert (line.entitled_fen, line.claimed_fen, line.paid_fen, line.persons) == (1500, 2000, 1700, 3)
    assert found.totals.transferred_fen == 5000
    assert found.totals.transferred_less_paid_fen == 3300
    assert found.totals.paid_less_entitled_fen == 200
    li = next(row for row in found.persons if row.person == "li")
    assert [type(log.facts[position - 1]) for position in li.positions] == [ClaimSubmitted, SubsidyPaid]
    assert (li.since, li.age_days) == (date(2016, 4, 20), (TODAY - date(2016, 4, 20)).days)
    assert [(one.holder, one.balance_fen) for one in found.waiting] == [("620121", 3300)]


@pytest.mark.parametrize(
    ("cuts", "expected"),
    [
        (Cuts(APRIL + 6), {"he", "wu", "yu"}),
        (Cuts(APRIL + 5), {"ma", "li", "wu", "he", "yu"}),
        (Cuts(None, date(2016, 4, 19)), {"ma", "li", "wu", "he", "yu"}),
    ],
)
def test_a_past_cut_matches_what_was_known_and_effective_then(tmp_path: Any, cuts: Cuts, expected: set[str]) -> None:
    log = world()
    with followed(log, f"sqlite:///{tmp_path / 'v.db'}") as connection:
        assert set(kinds(reconcile(connection, log, TODAY, "620121", cuts))) == expected


def test_what_was_recovered_is_settled_and_opens_nothing_again(tmp_path: Any) -> None:
    log = world()
    back: dict[str, Any] = {"payment": "y1", "line": "L1", "payer": "620121", "claim": CLAIM, "training_class": WELDING}
    back |= {"shares": (Share("li", 500), Share("wu", 200)), "amount_fen": 700, "institution": "i1"}  # type: ignore[arg-type]
    papers = {"document": "追1", "why": "多付", "approver": "o2"}
    log.record(JUNE, FundsRecovered(occurred_on=date(2016, 6, 1), **papers, **back))  # type: ignore[arg-type]
    with followed(log, f"sqlite:///{tmp_path / 'v.db'}") as connection:
        found = reconcile(connection, log, TODAY, "620121")
    assert set(kinds(found)) == {"he", "yu"}
    assert found.totals.paid_fen == 1000


def test_the_ledger_rows_and_the_facts_give_the_same_entitlements(tmp_path: Any) -> None:
    log = world()
    work: dict[str, Any] = {"training_class": WELDING, "person": "he", "months": 3, "kind": "local"}
    log.record(JUNE, EmploymentReported(occurred_on=date(2016, 6, 20), **work))
    log.record(JUNE, EmploymentConfirmed(occurred_on=date(2016, 6, 25), second_source="社保", **work))
    # zu enrolled under one id and was marked present under another
    log.record(JUNE, enrolled("zu"), sheet("zu2", 5), rate(7, purpose="living", payee="person"))
    log.record(JUNE, PersonsMerged(occurred_on=date(2016, 6, 1), kept="zu", merged=("zu2",)))  # type: ignore[arg-type]
    log.record(JUNE, PersonsMerged(occurred_on=date(2016, 6, 1), kept="ma", merged=("yu",)))  # type: ignore[arg-type]
    with followed(log, f"sqlite:///{tmp_path / 'v.db'}") as connection:
        now = list(entitled_now(connection, "620121"))
        then = list(entitled_then(connection, log, "620121", NOW, TODAY))
        one = list(entitled_now(connection, "620121", WELDING))
    assert [(c.training_class, sorted(c.rows)) for c in now] == [(c.training_class, sorted(c.rows)) for c in then]
    assert now == one
    assert sorted((r.person, r.purpose, r.amount_fen) for r in now[0].rows) == [
        ("he", "employment", 90),
        ("he", "living", 7),
        ("he", "training", 500),
        ("ma", "living", 7),
        ("ma", "training", 500),
        ("wu", "living", 7),
        ("wu", "training", 500),
        ("zu", "living", 7),
    ]
