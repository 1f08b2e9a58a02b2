"""Statements: at every cut of either axis the same as the facts reckoned one by one; money is conserved."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from money_histories import CLAIMS, LINES, START, Change, any_cuts, balances, changes, recorded
from paper_log import PaperLog
from sqlalchemy import select

from taizhang.adapters.database import Database
from taizhang.domain.core import Fact
from taizhang.domain.funds.claims import Share
from taizhang.domain.funds.lines import BudgetApproved
from taizhang.domain.funds.moving import AllocationIssued, FundsTransferred
from taizhang.domain.funds.payments import PaymentReturned, SubsidyPaid
from taizhang.projections.follow import Follower
from taizhang.projections.funds.statement import Edge, Statement, statement, way_to
from taizhang.projections.funds.tables import FundTables
from taizhang.projections.funds.view import FundsView
from taizhang.projections.replay import NOW, Cuts

APRIL, MAY = date(2017, 4, 10), date(2017, 5, 2)
# a failing example is worth more at once than a small one after minutes
SLOW = settings(
    phases=[Phase.explicit, Phase.reuse, Phase.generate],
    deadline=None,
    max_examples=25,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)


@contextmanager
def followed(log: PaperLog, page_facts: int = 7) -> Iterator[Database]:
    """A database with the view of this log, folded in pages of this size."""
    with tempfile.TemporaryDirectory() as folder:
        database = Database(f"sqlite:///{Path(folder) / 'v.db'}")
        follower = Follower(log, database, [FundsView], page_facts)
        follower.catch_up()
        assert [one.error for one in follower.status()] == [None]
        yield database
        database.close()


def held(found: Statement) -> dict[tuple[str, str, str], int]:
    """The balances that a statement shows, without the even ones."""
    return {(a.holder, a.account, a.book): a.balance_fen for a in found.accounts() if a.balance_fen}


def expected(log: PaperLog, line: str, cuts: Cuts) -> dict[tuple[str, str, str], int]:
    """The balances of holders, reckoned from the facts; advances are one account here, so they are told apart below."""
    found = balances(log, line, cuts)
    return {(account, "own", book): amount for (account, book), amount in found.items() if account[0].isdigit()}


@SLOW
@given(changes, st.lists(any_cuts(), min_size=1, max_size=6), st.sampled_from([1, 3, 100]))
def test_a_statement_at_any_cut_is_what_the_facts_known_and_effective_then_come_to(
    made: list[Change], cuts: list[Cuts], page_facts: int
) -> None:
    log = recorded(made)
    with followed(log, page_facts) as database, database.read() as connection:
        for line in LINES:
            for cut in [*cuts, NOW]:
                found = statement(connection, line, cut)
                own = {key: amount for key, amount in held(found).items() if key[1] == "own"}
                assert own == expected(log, line, cut)
                accounts = balances(log, line, cut)
                used = sum(v for (a, _), v in accounts.items() if a.startswith(("institution:", "person:")))
                assert found.used_fen == used
                advances = sum(v for (a, _), v in accounts.items() if a.startswith("advance:"))
                assert sum(v for key, v in held(found).items() if key[1] == "advance") == advances


@SLOW
@given(changes, any_cuts())
def test_what_leaves_one_account_enters_another_at_every_cut(made: list[Change], cut: Cuts) -> None:
    log = recorded(made)
    with followed(log) as database, database.read() as connection:
        for line in LINES:
            found = statement(connection, line, cut)
            left = sum(a.balance_fen for a in found.accounts() if a.book == "cash")
            assert left + found.used_fen == found.budgeted_fen
        e = FundTables().entries.c
        rows = connection.execute(select(e.position, e.book, e.amount_fen).where(e.book != "claims"))
        sums: dict[Any, int] = {}
        for position, book, amount in rows:
            sums[position, book] = sums.get((position, book), 0) + amount
        assert not any(sums.values())


def _tables(database: Database) -> dict[str, list[tuple[Any, ...]]]:
    with database.read() as connection:
        return {
            table.name: sorted(tuple(map(str, row)) for row in connection.execute(select(table)))
            for table in FundTables().metadata.sorted_tables
        }


@SLOW
@given(changes)
def test_the_same_facts_paged_differently_give_the_same_rows(made: list[Change]) -> None:
    log = recorded(made)
    with followed(log, 1) as one, followed(log, 1000) as other:
        first, second = _tables(one), _tables(other)
    assert first == second


@SLOW
@given(changes, st.randoms())
def test_the_order_in_which_independent_facts_are_recorded_changes_no_balance(made: list[Change], rng: Any) -> None:
    facts = [change.fact for change in made if change.fact is not None]
    shuffled = list(facts)
    rng.shuffle(shuffled)
    found = []
    for order in (facts, shuffled):
        log = PaperLog()
        log.record(START, *order)
        with followed(log) as database, database.read() as connection:
            found.append([held(statement(connection, line)) for line in LINES])
    assert found[0] == found[1]


@pytest.mark.parametrize("page_facts", [2, 50])
def test_both_engines_give_the_same_statement(database: Database, page_facts: int) -> None:
    log = recorded(_history())
    Follower(log, database, [FundsView], page_facts).catch_up()
    with database.read() as connection:
        for cut in (NOW, Cuts(START + 30 * 3_600_000_000, None), Cuts(None, MAY), Cuts(START + 10**12, MAY)):
            own = {k: v for k, v in held(statement(connection, "L1", cut)).items() if k[1] == "own"}
            assert own == expected(log, "L1", cut)
            assert own


def test_the_way_of_the_money_is_told_from_the_source_to_the_county_and_on_to_the_payee() -> None:
    with followed(recorded(_history()[:4])) as database, database.read() as connection:
        found = statement(connection, "L1")
        assert [(e.giver, e.taker, e.amount_fen) for e in way_to(found, "620121")] == [
            ("outside", "620000", 5000),
            ("620000", "620121", 900),
        ]
        assert Edge("620121", "person", "cash", 200) in found.between()
        assert way_to(found, "620900") == []


def _history() -> list[Change]:
    """A budget passed down, paid, partly sent back; a transfer corrected, a late one, one void."""
    papers: dict[str, Any] = {"line": "L1", "document": "文1", "approver": "o2"}
    shares = (Share("p1", 120), Share("p2", 80))  # type: ignore[arg-type]
    paid: dict[str, Any] = {"payment": "y1", "line": "L1", "payer": "620121", "claim": CLAIMS[0], "person": "p1"}
    paid |= {"training_class": "c620121-1", "shares": shares, "amount_fen": 200}
    down = FundsTransferred(occurred_on=APRIL, payer="620000", receiver="620121", amount_fen=900, **papers)
    again = FundsTransferred(occurred_on=MAY, payer="620000", receiver="620121", amount_fen=800, **papers)
    subsidy = SubsidyPaid(occurred_on=MAY, account="a1", voucher="凭1", approver="o2", **paid)
    back = PaymentReturned(occurred_on=MAY, document="文2", why="户名不符", **paid)
    facts: list[tuple[int, Fact | None, int | None]] = [
        (0, BudgetApproved(occurred_on=APRIL, region="620000", amount_fen=5000, **papers), None),  # type: ignore[arg-type]
        (
            5,
            AllocationIssued(occurred_on=APRIL, from_region="620000", to_region="620121", amount_fen=900, **papers),
            None,
        ),
        (9, down, None),
        (30, subsidy, None),
        (100, again, 2),
        (300, back, None),
        (10, None, 4),
    ]
    return [Change(hours, fact, corrects) for hours, fact, corrects in facts]
