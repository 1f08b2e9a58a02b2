"""The use of money: every figure of every grouping is what the facts come to; ages go first in, first out."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import msgspec
from hypothesis import given
from money_histories import LINES, Change, any_cuts, changes, commitments, correct, in_force, recorded
from paper_log import PaperLog
from test_funds_statement import SLOW, followed

from taizhang.domain.core import Fact
from taizhang.domain.funds.books import entries, is_end_payee, is_holder
from taizhang.domain.funds.claims import Charge, ClaimReviewed, ClaimSubmitted, Entitlement, Share
from taizhang.domain.funds.lines import BudgetApproved, LineOpened
from taizhang.domain.funds.moving import AllocationIssued, FundsRecalled, FundsReturned, FundsTransferred
from taizhang.domain.funds.payments import FundsRecovered, PaymentReturned, SubsidyPaid
from taizhang.projections.funds.ages import age, ages, unfollowed
from taizhang.projections.funds.cuts import UseScope
from taizhang.projections.funds.lines import fund_lines, overview
from taizhang.projections.funds.measures import AGE_BUCKETS, FUND_MEASURES
from taizhang.projections.funds.use import uncharged_fen, use
from taizhang.projections.replay import NOW, Cuts

TODAY = date(2018, 1, 1)
START = 1_491_000_000_000_000
PAPERS: dict[str, Any] = {"document": "文1", "approver": "o2"}


def opened(line: str, **more: Any) -> LineOpened:
    terms: dict[str, Any] = {"name": "样例资金", "source": "employment", "document": "甘财〔2017〕1号", "year": 2017}
    terms |= {"issued_by": ("org-1",), "purposes": ("training",), "scope": "contiguous", "region": "620000"}
    return LineOpened(occurred_on=date(2017, 1, 1), line=line, amount_fen=10_000, **(terms | more))  # type: ignore[arg-type]


def with_lines(made: list[Change]) -> list[Change]:
    return [*(Change(0, opened(line), None) for line in LINES), *made]


def _amount(facts: list[Fact], wanted: Callable[[Any, Any], bool]) -> int:
    return sum(entry.amount_fen for fact in facts for entry in entries(fact) if wanted(fact, entry))


@SLOW
@given(changes, any_cuts())
def test_the_figures_of_a_line_are_what_its_facts_come_to(made: list[Change], cut: Cuts) -> None:
    log = recorded(with_lines(made))
    standing = list(in_force(log, cut).values())
    with followed(log) as database, database.read() as connection:
        found = {one.key[0]: one.figures for one in use(connection, TODAY, cuts=cut)}
        for line in LINES:
            mine = [fact for fact in standing if getattr(fact, "line", None) == line]
            paid = _amount(mine, lambda _, e: is_end_payee(e.taker))
            back = _amount(mine, lambda f, e: is_end_payee(e.giver) and isinstance(f, PaymentReturned))
            recovered = _amount(mine, lambda f, e: is_end_payee(e.giver) and isinstance(f, FundsRecovered))
            received = _amount(mine, lambda f, e: isinstance(f, BudgetApproved) and e.book == "cash")
            into = _amount(mine, lambda _, e: e.book == "cash" and is_holder(e.taker))
            out = _amount(mine, lambda _, e: e.book == "cash" and is_holder(e.giver))
            figures = found.get(line, dict.fromkeys((one.name for one in FUND_MEASURES), 0))
            assert figures["paid_fen"] == paid
            assert figures["bank_returned_fen"] == back
            assert figures["recovered_fen"] == recovered
            assert figures["received_fen"] == received
            assert figures["passed_on_fen"] == 0, "within the province it is neither received nor passed on"
            assert figures["balance_fen"] == into - out
            if received:
                assert figures["execution_bp"] == 10_000 * (paid - back - recovered) // received


@SLOW
@given(changes, any_cuts())
def test_a_county_receives_what_comes_from_outside_it(made: list[Change], cut: Cuts) -> None:
    log = recorded(with_lines(made))
    standing = list(in_force(log, cut).values())
    county = "620121"
    moved = [fact for fact in standing if isinstance(fact, FundsTransferred)]
    returned = [fact for fact in standing if isinstance(fact, FundsReturned)]
    allotted = [fact for fact in standing if isinstance(fact, AllocationIssued)]
    recalled = [fact for fact in standing if isinstance(fact, FundsRecalled)]
    budgets = sum(f.amount_fen for f in standing if isinstance(f, BudgetApproved) and f.region == county)

    def crossing(facts: list[Any], giver: str, taker: str, into: bool) -> int:
        ends = [(getattr(f, giver)[:6] == county, getattr(f, taker)[:6] == county, f.amount_fen) for f in facts]
        return sum(amount for gives, takes, amount in ends if (takes and not gives if into else gives and not takes))

    with followed(log) as database, database.read() as connection:
        rows = {one.key[0]: one.figures for one in use(connection, TODAY, by=("region",), cuts=cut)}
        figures = rows.get(county, dict.fromkeys((one.name for one in FUND_MEASURES), 0))
        assert figures["received_fen"] == budgets + crossing(moved, "payer", "receiver", into=True)
        assert figures["passed_on_fen"] == crossing(moved, "payer", "receiver", into=False)
        assert figures["returned_fen"] == crossing(returned, "payer", "receiver", into=False)
        assert figures["allocated_fen"] == budgets + crossing(allotted, "from_region", "to_region", into=True)
        assert figures["recalled_fen"] == crossing(recalled, "from_region", "to_region", into=False)


@SLOW
@given(changes, any_cuts())
def test_the_cash_that_recalls_took_from_a_county_is_told(made: list[Change], cut: Cuts) -> None:
    log = recorded(with_lines(made))
    standing = list(in_force(log, cut).values())
    county = "620121"
    with followed(log) as database, database.read() as connection:
        rows = {one.key[0]: one.figures for one in use(connection, TODAY, by=("region",), cuts=cut)}
        figures = rows.get(county, dict.fromkeys((one.name for one in FUND_MEASURES), 0))
        taken = sum(
            fact.cash_fen
            for fact in standing
            if isinstance(fact, FundsRecalled) and fact.from_region == county and fact.to_region != county
        )
        assert figures["recalled_cash_fen"] == taken


@SLOW
@given(changes, any_cuts())
def test_what_is_aged_is_what_is_left(made: list[Change], cut: Cuts) -> None:
    log = recorded(with_lines(made))
    with followed(log) as database, database.read() as connection:
        for one in ages(connection, TODAY, cuts=cut):
            assert sum(one.buckets) <= max(0, one.balance_fen)
            assert (one.idle_days > 0) == (one.balance_fen > 0)


def test_the_oldest_money_goes_first() -> None:
    days = {date(2015, 12, 1): [100, 0], date(2016, 6, 1): [50, 0], date(2017, 12, 20): [40, 110]}
    found = age("L1", "620121", days, TODAY)
    assert (found.balance_fen, found.idle_days) == (80, (TODAY - date(2016, 6, 1)).days)
    assert dict(zip((one.name for one in AGE_BUCKETS), found.buckets, strict=True)) == {
        "aged_to_30_days_fen": 40,
        "aged_over_30_days_fen": 0,
        "aged_over_1_year_fen": 40,
        "aged_over_2_years_fen": 0,
    }
    assert age("L1", "620121", {TODAY: [5, 5]}, TODAY).idle_days == 0


def test_what_was_allotted_and_not_followed_by_cash_is_aged_by_the_allotment() -> None:
    log, first, second = PaperLog(), date(2017, 1, 5), date(2017, 12, 20)
    down: dict[str, Any] = {"from_region": "620000", "to_region": "620121", "line": "L1", **PAPERS}
    cash: dict[str, Any] = {"payer": "620000", "receiver": "620121", "line": "L1", **PAPERS}
    log.record(
        START, opened("L1"), BudgetApproved(occurred_on=first, line="L1", region="620000", amount_fen=900, **PAPERS)
    )  # type: ignore[arg-type]
    log.record(START, *(AllocationIssued(occurred_on=day, amount_fen=300, **down) for day in (first, second)))
    log.record(START + 1, FundsTransferred(occurred_on=second, amount_fen=250, **cash))
    log.record(START + 2, FundsTransferred(occurred_on=second, amount_fen=5, **(cash | {"receiver": "620121/RSJ"})))
    with followed(log) as database, database.read() as connection:
        found = {one.holder: one for one in unfollowed(connection, TODAY)}
        assert (found["620121"].balance_fen, found["620121"].idle_days) == (345, (TODAY - first).days)
        assert found["620121"].buckets == (300, 45, 0, 0)
        assert found["620000"].balance_fen == 0, "a budget is quota and cash at once"
        earlier = {one.holder: one for one in unfollowed(connection, TODAY, cuts=Cuts(START))}
        assert earlier["620121"].balance_fen == 600


def paid_claim() -> PaperLog:
    """A claim of two persons, one left out, part of it paid and part of that sent back."""
    log, day = PaperLog(), date(2017, 4, 1)
    persons = [Entitlement("p1", 300, 60, day), Entitlement("p2", 200, 60, day)]
    claim: dict[str, Any] = {"claim": "claim-620121-a", "training_class": "c620121-1"}
    log.record(
        START, opened("L1"), BudgetApproved(occurred_on=day, line="L1", region="620121", amount_fen=900, **PAPERS)
    )  # type: ignore[arg-type]
    submitted = ClaimSubmitted(
        occurred_on=day,
        purpose="living",
        payee="person",
        document="申1",
        institution="i1",
        entitlements=tuple(persons),
        amount_fen=500,
        **claim,
    )
    [position] = log.record(START + 1, submitted)
    reviewed = ClaimReviewed(occurred_on=date(2017, 4, 9), approved=True, document="审1", left_out=("p2",), **claim)
    log.record(START + 2, reviewed)
    shares: dict[str, Any] = {"line": "L1", "payment": "y1", "payer": "620121", "person": "p1", **claim}
    pay = {"account": "a1", "voucher": "凭1", "approver": "o2", "shares": (Share("p1", 250),), "amount_fen": 250}  # type: ignore[arg-type]
    log.record(START + 3, SubsidyPaid(occurred_on=date(2017, 5, 1), **pay, **shares))  # type: ignore[arg-type]
    back = {"document": "退1", "why": "销户", "shares": (Share("p1", 100),), "amount_fen": 100}  # type: ignore[arg-type]
    log.record(START + 4, PaymentReturned(occurred_on=date(2017, 5, 3), **back, **shares))  # type: ignore[arg-type]
    assert position == 3
    return log


def test_an_approved_claim_commits_until_it_is_paid() -> None:
    with followed(paid_claim(), 1) as database, database.read() as connection:
        committed = [
            use(connection, TODAY, by=("purpose", "institution", "training_class"), cuts=Cuts(None, day))
            for day in (date(2017, 4, 8), date(2017, 4, 9), date(2017, 5, 1), date(2017, 5, 3))
        ]
        assert [[(one.key, one.figures["committed_fen"]) for one in rows] for rows in committed] == [
            [],
            [(("living", "i1", "c620121-1"), 300)],
            [(("living", "i1", "c620121-1"), 50)],
            [(("living", "i1", "c620121-1"), 150)],
        ]
        [by_county] = use(connection, TODAY, UseScope("620121"), by=("region",))
        assert by_county.figures["committed_fen"] == 150
        assert by_county.figures["received_fen"] == 900
        by_line = {one.key: one.figures["committed_fen"] for one in use(connection, TODAY, by=("line",))}
        assert by_line == {("",): 150, ("L1",): 0}, "nobody charged the claim to a line"
        assert uncharged_fen(connection, "620121") == 150


def test_what_is_charged_to_lines_is_committed_by_them_and_all_rows_add_up() -> None:
    log = paid_claim()
    log.record(START + 5, opened("L2"))
    [(root, was)] = [(at, fact) for at, fact in in_force(log, NOW).items() if isinstance(fact, ClaimReviewed)]
    standing = {root: was}
    correct(log, START + 10, standing, root, msgspec.structs.replace(was, charged=(Charge("L2", 300),)))
    correct(
        log, START + 20, standing, root, msgspec.structs.replace(was, charged=(Charge("L1", 200), Charge("L2", 100)))
    )
    correct(log, START + 30, standing, root, msgspec.structs.replace(was, charged=(Charge("L1", 200),)))
    with followed(log, 1) as database, database.read() as connection:

        def committed(cuts: Cuts) -> dict[str, int]:
            found = {one.key[0]: one.figures["committed_fen"] or 0 for one in use(connection, TODAY, cuts=cuts)}
            assert sum(found.values()) == use(connection, TODAY, by=(), cuts=cuts)[0].figures["committed_fen"]
            return {line: fen for line, fen in found.items() if fen}

        assert committed(Cuts(START + 9)) == {"": 150}
        assert committed(Cuts(START + 10)) == {"L2": 150}, "another line paid what was charged to this one"
        assert committed(Cuts(START + 20)) == {"L1": 50, "L2": 100}
        assert committed(NOW) == {"L1": 50, "": 100}, "what the review leaves uncharged stands apart"
        assert committed(Cuts(START + 20, date(2017, 5, 2))) == {"L1": -50, "L2": 100}, (
            "paid beyond the charge, that day"
        )
        assert committed(Cuts(None, date(2017, 4, 9))) == {"L1": 200, "": 100}
        [of_line] = use(connection, TODAY, UseScope(line="L1"), by=("training_class",))
        assert of_line.figures["committed_fen"] == 50


@SLOW
@given(changes, any_cuts())
def test_what_is_committed_is_every_charge_less_what_was_paid_of_it_at_any_cut(made: list[Change], cuts: Cuts) -> None:
    log = recorded(with_lines(made))
    with followed(log, 3) as database, database.read() as connection:
        found = {one.key[0]: one.figures["committed_fen"] or 0 for one in use(connection, TODAY, cuts=cuts)}
    assert {line: fen for line, fen in found.items() if fen} == commitments(log, cuts)


def test_the_list_of_lines_is_what_a_region_has_to_do_with() -> None:
    log = paid_claim()
    log.record(START + 9, opened("L2", region="620900", source="charity", donor="样例基金会", receipt="票1"))
    with followed(log) as database, database.read() as connection:
        assert [one.line for one in fund_lines(connection)] == ["L1", "L2"]
        assert [one.line for one in fund_lines(connection, "620121")] == ["L1"]
        assert [one.line for one in fund_lines(connection, cuts=Cuts(START + 8))] == ["L1"]
        [row] = overview(connection, TODAY, "620121")
        assert (row.line.source, row.figures["balance_fen"]) == ("employment", 750)
        assert [one.line.level for one in overview(connection, TODAY, cuts=NOW)] == ["province", "prefecture"]
