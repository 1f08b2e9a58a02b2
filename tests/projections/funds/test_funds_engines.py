"""The same answers on both engines, after a rebuild, and where a claim's purpose is corrected after it was paid."""

from __future__ import annotations

from datetime import date
from typing import Any

import msgspec
import pytest
from money_histories import START, correct, in_force
from paper_log import PaperLog
from sqlalchemy import Connection
from test_funds_statement import _history, followed, recorded
from test_funds_use import TODAY, opened, paid_claim

from taizhang.adapters.database import Database
from taizhang.domain.funds.claims import ClaimSubmitted
from taizhang.projections.follow import Follower
from taizhang.projections.funds.ages import ages
from taizhang.projections.funds.cuts import UseScope
from taizhang.projections.funds.flags import flags
from taizhang.projections.funds.lineage import shares_of_class, shares_of_line, shares_of_persons
from taizhang.projections.funds.lines import overview
from taizhang.projections.funds.statement import statement
from taizhang.projections.funds.steps import steps
from taizhang.projections.funds.then_and_now import then_and_now
from taizhang.projections.funds.use import DIMENSIONS, use
from taizhang.projections.funds.view import FundsView
from taizhang.projections.ledger import LedgerView
from taizhang.projections.replay import NOW, Cuts

CLAIM = "claim-620121-a"
CUTS = (NOW, Cuts(START + 2), Cuts(None, date(2017, 4, 30)), Cuts(START + 30 * 3_600_000_000, date(2017, 5, 2)))


def history() -> PaperLog:
    log = recorded(_history())
    log.record(log.head().recorded_at + 1, opened("L1"))
    return log


def asked(connection: Connection) -> list[Any]:
    """Everything that can be asked of the view, at several cuts."""
    found: list[Any] = []
    for cut in CUTS:
        found += [statement(connection, "L1", cut), list(steps(connection, "L1", cuts=cut))]
        found += [list(steps(connection, "L1", 4, 6, cut)), then_and_now(connection, "L1", cut)]
        found += [use(connection, TODAY, UseScope("620121", year=2017), (one,), cut) for one in DIMENSIONS]
        found += [ages(connection, TODAY, cuts=cut), ages(connection, TODAY, cuts=cut, book="quota")]
        found += [shares_of_line(connection, "L1", cut), shares_of_persons(connection, ["p1"], cut)]
        found += [shares_of_class(connection, "c620121-1", cut), overview(connection, TODAY, cuts=cut)]
        found += [flags(connection, TODAY, cuts=cut), flags(connection, TODAY, UseScope(line="L1"), cut)]
    return found


def answers(url: str, rebuilt: bool = False) -> list[Any]:
    database = Database(url)
    follower = Follower(history(), database, [LedgerView, FundsView], 3)
    follower.catch_up()
    if rebuilt:
        assert [one.changed for one in follower.rebuild(["funds"])] == [[]]
    with database.read() as connection:
        found = asked(connection)
    database.close()
    return found


def test_every_question_has_the_same_answer_on_both_engines(tmp_path: Any, postgres_url: str) -> None:
    assert answers(f"sqlite:///{tmp_path / 'v.db'}") == answers(postgres_url)


def test_a_rebuild_changes_no_figure_and_no_answer(tmp_path: Any) -> None:
    one = answers(f"sqlite:///{tmp_path / 'v.db'}")
    assert any(one)
    assert answers(f"sqlite:///{tmp_path / 'w.db'}", rebuilt=True) == one


@pytest.mark.parametrize("page_facts", [1, 100])
def test_what_was_paid_for_a_claim_follows_its_purpose_when_that_is_corrected(page_facts: int) -> None:
    log = paid_claim()
    [(root, was)] = [(p, f) for p, f in in_force(log, NOW).items() if isinstance(f, ClaimSubmitted)]
    standing = {root: was}
    correct(log, START + 10, standing, root, msgspec.structs.replace(was, purpose="travel"))
    payment = next(p for p, f in in_force(log, NOW).items() if getattr(f, "payment", "") == "y1")
    paid = in_force(log, NOW)[payment]
    correct(log, START + 20, {payment: paid}, payment, None)
    with followed(log, page_facts) as database, database.read() as connection:
        told = [
            {one.key[0]: one.figures["paid_fen"] for one in use(connection, TODAY, by=("purpose",), cuts=Cuts(at))}
            for at in (START + 9, START + 10, START + 20)
        ]
        committed = [
            {one.key[0]: one.figures["committed_fen"] for one in use(connection, TODAY, by=("purpose",), cuts=Cuts(at))}
            for at in (START + 9, START + 10)
        ]
        assert [{k: v for k, v in one.items() if v} for one in told] == [{"living": 250}, {"travel": 250}, {}]
        assert [{k: v for k, v in one.items() if v} for one in committed] == [{"living": 150}, {"travel": 150}]
        assert statement(connection, "L1").used_fen == -100, "the bank's return of a void payment is left, and shown"
