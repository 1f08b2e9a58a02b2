"""Flags: each kind is found where it was planted, says so in both languages, and a clean ledger has none."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime, timedelta, timezone
from typing import Any

import msgspec
from paper_log import PaperLog
from small_programme import WELDING, enrolled, filed
from sqlalchemy import Connection
from test_funds_use import opened

from taizhang.adapters.database import Database
from taizhang.domain.core import Fact
from taizhang.domain.funds.claims import Charge, ClaimReviewed, ClaimSubmitted, Entitlement, Share
from taizhang.domain.funds.lines import BudgetApproved
from taizhang.domain.funds.moving import AllocationIssued, FundsTransferred
from taizhang.domain.funds.payments import (
    AdvancePaid,
    FundsRecovered,
    PaymentReturned,
    SubsidyPaid,
    SubsidyPaidCorrected,
)
from taizhang.domain.funds.use_plans import PlannedUse, UsePlanFiled
from taizhang.domain.households import HouseholdMemberListed
from taizhang.domain.policy import RateSet, ThresholdSet
from taizhang.projections.follow import Follower
from taizhang.projections.funds.cuts import UseScope
from taizhang.projections.funds.flag_kinds import FLAG_KINDS
from taizhang.projections.funds.flags import Flag, flags
from taizhang.projections.funds.view import FundsView
from taizhang.projections.ledger import LedgerView
from taizhang.projections.replay import Cuts

COUNTY, PROVINCE = "620121", "620000"
TODAY = date(2016, 6, 1)
PAPERS: dict[str, Any] = {"line": "L1", "document": "文1", "approver": "o2"}
Entries = list[tuple[date, Fact]]  # the day of recording, the fact


def at(day: date) -> int:
    noon = datetime(day.year, day.month, day.day, 12, tzinfo=timezone(timedelta(hours=8)))
    return int(noon.timestamp()) * 1_000_000


def budget(day: date, amount: int = 1_000_000, region: str = PROVINCE) -> BudgetApproved:
    return BudgetApproved(occurred_on=day, region=region, amount_fen=amount, **PAPERS)  # type: ignore[arg-type]


def allotted(day: date, amount: int = 500_000) -> AllocationIssued:
    return AllocationIssued(occurred_on=day, from_region=PROVINCE, to_region=COUNTY, amount_fen=amount, **PAPERS)  # type: ignore[arg-type]


def sent(day: date, amount: int = 500_000) -> FundsTransferred:
    return FundsTransferred(occurred_on=day, payer=PROVINCE, receiver=COUNTY, amount_fen=amount, **PAPERS)  # type: ignore[arg-type]


def plan(day: date) -> UsePlanFiled:
    item = PlannedUse(line="L1", purpose="training", amount_fen=500_000)  # type: ignore[arg-type]
    return UsePlanFiled(
        occurred_on=day, plan="plan-1", region=COUNTY, year=2016, items=(item,), document="计1", approver="o2"
    )  # type: ignore[arg-type]


def claim(day: date, name: str = "a", amounts: tuple[int, ...] = (120_050,), payee: str = "institution") -> list[Fact]:
    about: dict[str, Any] = {"claim": f"claim-620121-{name}", "training_class": WELDING}
    entitled = tuple(Entitlement(f"p{n}", amount, 60, day) for n, amount in enumerate(amounts))  # type: ignore[arg-type]
    more: dict[str, Any] = {"purpose": "training", "payee": payee, "document": "申1", "institution": "i1"}
    submitted = ClaimSubmitted(occurred_on=day, entitlements=entitled, amount_fen=sum(amounts), **more, **about)
    return [submitted, ClaimReviewed(occurred_on=day, approved=True, document="审1", **about)]


def pay(day: date, amount: int = 120_050, name: str = "a", payment: str = "y1", **payee: Any) -> SubsidyPaid:
    about: dict[str, Any] = {"claim": f"claim-620121-{name}", "training_class": WELDING, "line": "L1", "payer": COUNTY}
    about |= {"account": "a1", "voucher": "凭1", "approver": "o2", "payment": payment, "amount_fen": amount}
    shares = (Share(payee.get("person", "p0"), amount),)
    return SubsidyPaid(occurred_on=day, shares=shares, **about, **(payee or {"institution": "i1"}))


def came_back(cls: Any, day: date, amount: int) -> Fact:
    about: dict[str, Any] = {"claim": "claim-620121-a", "training_class": WELDING, "line": "L1", "payer": COUNTY}
    about |= {"payment": "y1", "document": "退1", "why": "户名不符", "institution": "i1", "amount_fen": amount}
    more = {"approver": "o2"} if cls is FundsRecovered else {}
    fact: Fact = cls(occurred_on=day, shares=(Share("p0", amount),), **about, **more)  # type: ignore[arg-type]
    return fact


def clean() -> Entries:
    """Everything in its order and in time; nothing is left on the accounts."""
    days = [date(2016, 4, n) for n in (1, 5, 6, 7, 20, 22)]
    facts: list[tuple[date, list[Fact]]] = [
        (days[0], [opened("L1"), budget(days[0], 120_050)]),
        (days[1], [allotted(days[1], 120_050)]),
        (days[2], [sent(days[2], 120_050)]),
        (days[3], [plan(days[3])]),
        (days[4], claim(days[4])),
        (days[5], [pay(days[5])]),
    ]
    return [(day, fact) for day, some in facts for fact in some]


def passed_down(amount: int = 500_000) -> Entries:
    day = date(2016, 4, 1)
    facts = [opened("L1"), budget(day, amount), allotted(day, amount), sent(day, amount), plan(day)]
    return [(day, fact) for fact in facts]


@contextmanager
def followed(made: Entries, url: str) -> Iterator[Connection]:
    log = PaperLog()
    for day, fact in sorted(made, key=lambda one: one[0]):
        log.record(at(day), fact)
    database = Database(url)
    Follower(log, database, [LedgerView, FundsView], 5).catch_up()
    with database.read() as connection:
        yield connection
    database.close()


def found(tmp_path: Any, made: Entries, on: date = date(2016, 4, 25), **more: Any) -> list[Flag]:
    with followed(made, f"sqlite:///{tmp_path / 'v.db'}") as connection:
        return flags(connection, on, **more)


def only(tmp_path: Any, kind: str, made: Entries, on: date = date(2016, 4, 25)) -> Flag:
    """The one flag of this kind; what a planted fact brings along beside it is not looked at."""
    [flag] = [one for one in found(tmp_path, made, on) if one.kind == kind]
    assert flag.zh
    assert "{" not in flag.zh + flag.en
    assert flag.en.isascii()
    return flag


def test_a_clean_ledger_has_no_flag_on_either_engine(engine_url: str) -> None:
    with followed(clean(), engine_url) as connection:
        assert flags(connection, date(2016, 4, 25)) == []


def test_what_was_recorded_weeks_later_is_told_with_the_days(tmp_path: Any) -> None:
    made = [*clean(), (date(2016, 5, 30), budget(date(2016, 4, 2), 5))]
    flag = only(tmp_path, "recorded-late", made)
    assert "58" in flag.zh
    assert "预算" in flag.zh


def test_the_threshold_in_force_decides_what_is_late(tmp_path: Any) -> None:
    day = date(2016, 1, 1)
    wider = ThresholdSet(occurred_on=day, name="late-entry-days", value=90, since=day)  # type: ignore[arg-type]
    made = [*clean(), (day, wider), (date(2016, 5, 30), budget(date(2016, 4, 2), 5))]
    assert "recorded-late" not in {one.kind for one in found(tmp_path, made)}


def test_what_waited_longer_than_the_law_allows_before_it_was_passed_on(tmp_path: Any) -> None:
    first, late = date(2016, 1, 5), date(2016, 4, 6)
    made = [(first, opened("L1")), (first, budget(first)), (late, allotted(late)), (late, plan(late))]
    flag = only(tmp_path, "passed-on-late", made)
    assert (flag.amount_fen, flag.positions) == (500_000, (2, 3))
    assert "92" in flag.en
    stated = [(first, msgspec.structs.replace(opened("L1"), lawful_days=100)), *made[1:]]
    other = tmp_path / "other"
    other.mkdir()
    assert "passed-on-late" not in {one.kind for one in found(other, stated)}


def test_money_that_waits_is_told_with_its_days(tmp_path: Any) -> None:
    flag = only(tmp_path, "idle-balance", passed_down(), TODAY)
    assert (flag.region, flag.amount_fen, flag.positions) == (COUNTY, 500_000, (4,))
    assert "61" in flag.zh


def test_an_account_of_two_households_is_told_and_one_of_a_family_is_not(tmp_path: Any) -> None:
    day = date(2016, 4, 10)
    facts = claim(day, amounts=(100, 101), payee="person")
    made = [*passed_down(201), *((day, fact) for fact in facts)]
    made += [(day, pay(day, 100, person="p0")), (day, pay(day, 101, payment="y2", person="p1"))]
    flag = only(tmp_path, "account-beyond-one-household", made)
    assert (flag.amount_fen, len(flag.positions)) == (201, 2)
    family = [HouseholdMemberListed(occurred_on=day, household="h1", person=one) for one in ("p0", "p1")]  # type: ignore[arg-type]
    other = tmp_path / "other"
    other.mkdir()
    assert "account-beyond-one-household" not in {
        one.kind for one in found(other, [*made, *((day, f) for f in family)])
    }


def test_a_round_sum_that_is_not_the_claim_is_told(tmp_path: Any) -> None:
    day = date(2016, 4, 10)
    made = [*passed_down(), *((day, fact) for fact in claim(day)), (day, pay(day, 100_000))]
    assert "1,000.00" in only(tmp_path, "round-amount", made).zh


def test_the_same_sum_twice_to_one_payee_is_told(tmp_path: Any) -> None:
    day = date(2016, 4, 10)
    facts = [*claim(day), *claim(day, "b"), pay(day), pay(day, name="b", payment="y2")]
    flag = only(tmp_path, "repeated-amount", [*passed_down(), *((day, fact) for fact in facts)])
    assert len(flag.positions) == 2


def test_an_entitlement_paid_in_parts_is_told_but_not_one_that_the_bank_sent_back(tmp_path: Any) -> None:
    day = date(2016, 4, 10)
    parts: list[Fact] = [*claim(day), pay(day, 60_000), pay(day, 60_050, payment="y2")]
    made = [*passed_down(), *((day, fact) for fact in parts)]
    assert only(tmp_path, "split-payment", made).amount_fen == 120_050
    again: list[Fact] = [*claim(day), pay(day), came_back(PaymentReturned, day, 120_050), pay(day, payment="y2")]
    other = tmp_path / "other"
    other.mkdir()
    assert "split-payment" not in {one.kind for one in found(other, [*passed_down(), *((day, f) for f in again)])}


def test_what_was_paid_before_a_plan_was_filed_is_told(tmp_path: Any) -> None:
    made = [one for one in clean() if not isinstance(one[1], UsePlanFiled)]
    assert only(tmp_path, "paid-without-plan", made).amount_fen == 120_050


def test_what_another_line_paid_than_was_charged_is_told_and_what_was_charged_is_not(tmp_path: Any) -> None:
    charged = [
        (day, msgspec.structs.replace(fact, charged=(Charge("L1", 100_000), Charge("L2", 20_050))))  # type: ignore[arg-type]
        if isinstance(fact, ClaimReviewed)
        else (day, fact)
        for day, fact in clean()
    ]
    flag = only(tmp_path, "paid-otherwise-than-charged", charged)
    assert (flag.line, flag.amount_fen) == ("L1", 20_050)
    assert "支付 1,200.50 元,审核时列支该资金 1,000.00 元" in flag.zh
    assert ("1,200.50" in flag.en, "1,000.00" in flag.en) == (True, True)
    other = tmp_path / "other"
    other.mkdir()
    rightly = [
        (day, msgspec.structs.replace(fact, charged=(Charge("L1", 120_050),)))
        if isinstance(fact, ClaimReviewed)
        else (day, fact)  # type: ignore[arg-type]
        for day, fact in clean()
    ]
    assert found(other, rightly) == []


def test_cash_beyond_the_allotment_of_that_day_is_told(tmp_path: Any) -> None:
    early = date(2016, 4, 2)
    made = [(day, sent(early, 120_050) if isinstance(fact, FundsTransferred) else fact) for day, fact in clean()]
    flag = only(tmp_path, "transferred-without-allocation", made)
    assert (flag.region, flag.amount_fen) == (COUNTY, 120_050)


def test_an_advance_past_its_day_is_told_with_what_is_left(tmp_path: Any) -> None:
    day = date(2016, 4, 10)
    about: dict[str, Any] = {"advance": "v1", "payer": COUNTY, "institution": "i1", "training_class": WELDING}
    paid = AdvancePaid(occurred_on=day, amount_fen=900, account="a1", due_on=date(2016, 4, 20), **about, **PAPERS)
    assert only(tmp_path, "advance-overdue", [*passed_down(), (day, paid)]).amount_fen == 900


def test_an_advance_for_a_class_that_was_paid_already_is_told_unless_the_bank_sent_that_back(tmp_path: Any) -> None:
    day = date(2016, 4, 22)
    about: dict[str, Any] = {"advance": "v1", "payer": COUNTY, "institution": "i1", "training_class": WELDING}
    advance = AdvancePaid(occurred_on=day, amount_fen=900, account="a1", due_on=date(2017, 1, 1), **about, **PAPERS)
    made, back = [*clean(), (day, advance)], came_back(PaymentReturned, day, 120_050)
    flag = only(tmp_path, "advance-after-payment", made)
    assert (flag.amount_fen, len(flag.positions)) == (900, 2)
    assert "1,200.50" in flag.zh
    (tmp_path / "v.db").unlink()
    assert "advance-after-payment" not in {one.kind for one in found(tmp_path, [*made, (day, back)])}


def test_a_day_that_was_short_by_what_happened_is_told(tmp_path: Any) -> None:
    made = [(day, sent(date(2016, 4, 23), 120_050) if isinstance(f, FundsTransferred) else f) for day, f in clean()]
    flag = only(tmp_path, "negative-balance", made)
    assert "2016-04-22" in flag.zh
    assert "1,200.50" in flag.zh


def test_a_rate_that_changed_while_the_class_ran_is_told(tmp_path: Any) -> None:
    rates = [
        RateSet(occurred_on=day, programme="labour-2015", amount_fen=fen, basis="per-person", since=day)  # type: ignore[arg-type]
        for day, fen in ((date(2015, 1, 1), 100), (date(2016, 3, 10), 200))
    ]
    early = date(2016, 3, 1)
    facts: list[Fact] = [*rates, filed(WELDING, "电焊班(样例)"), enrolled("p0")]
    made = [*((early, fact) for fact in facts), *clean()]
    assert "2.00" in only(tmp_path, "rate-changed-during-class", made).zh


def test_what_was_paid_again_after_a_recovery_is_told(tmp_path: Any) -> None:
    day = date(2016, 4, 10)
    facts = [*claim(day), pay(day), came_back(FundsRecovered, day, 120_050), pay(day, 50, payment="y2")]
    flag = only(tmp_path, "paid-after-recovery", [*passed_down(), *((day, fact) for fact in facts)])
    assert (flag.amount_fen, len(flag.positions)) == (50, 2)


def test_a_payment_long_after_the_review_is_told(tmp_path: Any) -> None:
    early = date(2016, 1, 1)
    limit = ThresholdSet(occurred_on=early, name="payment-working-days", value=10, since=early)  # type: ignore[arg-type]
    late = date(2016, 5, 20)
    made = [(early, limit), *((late, pay(late)) if isinstance(f, SubsidyPaid) else (d, f) for d, f in clean())]
    assert "30" in only(tmp_path, "paid-late", made).zh
    scoped = tmp_path / "scoped"
    scoped.mkdir()
    assert "paid-late" in {one.kind for one in found(scoped, made, scope=UseScope(line="L1"))}


def voided(position: int, day: date, was: SubsidyPaid, now: SubsidyPaid | None = None) -> SubsidyPaidCorrected:
    return SubsidyPaidCorrected(occurred_on=day, corrects=position, was=was, now=now, reason="重复录入", approver="o2")  # type: ignore[arg-type]


def test_a_payment_declared_void_is_told_with_the_voiding_and_what_was_paid_since(tmp_path: Any) -> None:
    day, later = date(2016, 4, 22), date(2016, 4, 24)
    made = [*clean(), (later, voided(len(clean()), day, pay(day)))]
    flag = only(tmp_path, "payment-voided", made)
    assert (flag.line, flag.region, flag.amount_fen, flag.positions) == ("L1", COUNTY, 120_050, (8, 9))
    assert "y1" in flag.zh
    assert "另有 0 笔" in flag.zh
    assert "executed" in flag.innocent_en
    for name, more in (("again", [(later, pay(later, payment="y2"))]), ("else", [(later, pay(later, name="b"))])):
        folder = tmp_path / name
        folder.mkdir()
        positions = (8, 9, 10) if name == "again" else (8, 9)
        assert only(folder, "payment-voided", [*made, *more]).positions == positions


def test_a_payment_corrected_to_another_amount_or_line_or_not_yet_void_is_not_told_as_void(tmp_path: Any) -> None:
    day, later = date(2016, 4, 22), date(2016, 4, 24)
    for name, now in (("amount", pay(day, 120_049)), ("line", msgspec.structs.replace(pay(day), line="L2"))):
        folder = tmp_path / name
        folder.mkdir()
        made = [*clean(), (later, voided(len(clean()), day, pay(day), now))]
        assert "payment-voided" not in {one.kind for one in found(folder, made)}
    made = [*clean(), (later, voided(len(clean()), day, pay(day)))]
    assert "payment-voided" not in {one.kind for one in found(tmp_path, made, cuts=Cuts(at(day)))}


def test_a_payment_that_the_bank_sent_back_whole_is_no_repeated_amount(tmp_path: Any) -> None:
    day = date(2016, 4, 10)
    kinds = []
    for back in (120_050, 120_049):
        facts = [*claim(day), pay(day), came_back(PaymentReturned, day, back), pay(day, payment="y2")]
        folder = tmp_path / str(back)
        folder.mkdir()
        kinds.append({one.kind for one in found(folder, [*passed_down(), *((day, fact) for fact in facts)])})
    assert "repeated-amount" not in kinds[0]
    assert "repeated-amount" in kinds[1]


def test_flags_are_asked_of_a_past_moment_too(tmp_path: Any) -> None:
    made = [*clean(), (date(2016, 5, 30), budget(date(2016, 4, 2), 5))]
    assert found(tmp_path, made, cuts=Cuts(at(date(2016, 5, 1)))) == []


def test_every_kind_has_words_a_source_and_an_innocent_explanation() -> None:
    assert len({one.kind for one in FLAG_KINDS}) == len(FLAG_KINDS)
    assert all(one.innocent_zh and one.innocent_en.isascii() and one.source for one in FLAG_KINDS)
