"""Whatever officers do with money, in whatever order: nothing is lost, no account is below nothing, corrections leave no trace."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

import claim_samples as c
import msgspec
import training_samples as t
from hypothesis import event, given, settings
from hypothesis import strategies as st
from money_samples import (
    BUREAU,
    COUNTY,
    DIRECTOR,
    GIFT,
    LINE,
    OFFICE,
    PREFECTURE,
    PROVINCE,
    REGIONS,
    SECOND,
    allotted,
    amending,
    budgeted,
    officer,
    opened,
    planned,
    recalled,
    returned,
    transferred,
    use,
)

from taizhang.domain import catalogue  # noqa: F401  (imports every room)
from taizhang.domain.boundary import GuardBook, GuardKey, History
from taizhang.domain.core import Fact, Guard, Refusal
from taizhang.domain.decisions import Deciding, Proposal
from taizhang.domain.funds.allotments import AllotmentGuard
from taizhang.domain.funds.balances import balance
from taizhang.domain.funds.books import OUTSIDE, Account, entries, is_holder
from taizhang.domain.funds.claim_state import ClaimGuard
from taizhang.domain.funds.use_plans import UsePlanId
from taizhang.domain.officers import Grant, OfficerGuard

TODAY = date(2020, 1, 1)
BY = officer()
APPROVER = OfficerGuard(grants=[Grant(DIRECTOR, "finance", BY.organisation, PROVINCE)])
LINES = st.sampled_from([LINE, LINE, LINE, GIFT])
FEN = st.integers(1, 30).map(lambda thousands: 1_000 * thousands)
# two lines, and an approved and posted claim of 10,000 fen each for Li and Zhao; what is done comes after
GIVEN = (
    *c.CLAIMABLE,
    c.NOTICE,
    *REGIONS,
    opened(amount_fen=200_000),
    opened(GIFT, amount_fen=200_000),
    *c.ACCOUNTS,
    *c.POSTED_CLAIM,
)


class Ledger:
    """Facts of money as they were decided, with what rules remember of them."""

    def __init__(self) -> None:
        self.history, self.book = History(), GuardBook()
        self.length = 0
        self.book[OfficerGuard.KIND, DIRECTOR] = APPROVER
        for fact in GIVEN:
            self.put(fact)

    def propose(self, fact: Fact) -> None:
        """Record a step, unless a rule refuses it."""
        self._decide(Proposal(fact=fact))

    def correct(self, place: int, how: str, what: Any = None) -> None:
        """Restate a step's sum, replace it by another, or declare it void, unless a rule refuses that."""
        position = len(GIVEN) + place % (self.length - len(GIVEN)) + 1
        was: Any = self.history.standing(position)
        if was is None or hasattr(was, "corrects"):
            return
        if how == "restate":
            what = msgspec.structs.replace(was, amount_fen=what) if hasattr(was, "amount_fen") else None
        if how == "void" or type(what) is type(was):
            self._decide(Proposal(fact=what or was, amend=amending(was, position, void=how == "void")))

    def put(self, fact: Fact) -> None:
        self.length += 1
        self.history.add(self.length, fact, fact.tags())
        self.book.apply(fact, self.length)

    def standing(self) -> list[Fact]:
        """The steps in force: corrected bodies in place, void ones gone, corrections left out."""
        found = (self.history.standing(position) for position in range(1, self.length + 1))
        return [fact for fact in found if fact is not None and not hasattr(fact, "corrects")]

    def _decide(self, proposal: Proposal) -> None:
        try:
            [tagged] = Deciding(proposal, BY).decide(self.history, self.book, TODAY)
        except Refusal as refusal:
            event(refusal.RULE)
        else:
            event(tagged.decision.TOPIC)
            self.put(tagged.decision)


def accounts(facts: Iterable[Fact]) -> dict[tuple[str, str, str], int]:
    """What stands on each account of each line and book, when these facts are all there is."""
    sums: dict[tuple[str, str, str], int] = defaultdict(int)
    for fact in facts:
        for entry in entries(fact):
            sums[entry.line, entry.book, entry.giver] -= entry.amount_fen
            sums[entry.line, entry.book, entry.taker] += entry.amount_fen
    return sums


def remembered(book: GuardBook) -> dict[GuardKey, Guard]:
    """The guard rows that are not empty."""
    return {row: state for row, state in book.items() if state != type(state)()}


DOWN = [(PROVINCE, PREFECTURE), (PROVINCE, COUNTY), (PROVINCE, SECOND), (PREFECTURE, COUNTY), (PREFECTURE, SECOND)]
INSIDE = [(COUNTY, BUREAU), (COUNTY, OFFICE), (BUREAU, OFFICE), (OFFICE, BUREAU)]
HOME = [(BUREAU, COUNTY), (OFFICE, COUNTY), (BUREAU, PROVINCE)]
ASTRAY = [(COUNTY, SECOND), (PROVINCE, BUREAU), (PROVINCE, PROVINCE)]


@st.composite
def steps(draw: st.DrawFn) -> Fact:
    """Any step of any line, mostly between levels that may take it, of sums that are often too much."""
    line, fen, document = draw(LINES), draw(FEN), draw(st.sampled_from(["a", "b", "c"]))
    kind = draw(st.sampled_from(["budget", "allocation", "transfer", "return", "recall", "plan", "end"]))
    upper, lower = draw(st.sampled_from([*DOWN, *DOWN, *ASTRAY]))
    if kind == "budget":
        return budgeted(fen, line, document=document)
    if kind == "allocation":
        return allotted(fen, lower, upper, line, document=document)
    if kind == "transfer":
        payer, receiver = draw(st.sampled_from([*DOWN, *INSIDE, *ASTRAY]))
        return transferred(fen, receiver, payer, line, document=document)
    if kind == "return":
        payer, receiver = draw(st.sampled_from([*HOME, *((below, above) for above, below in DOWN), *ASTRAY]))
        return returned(fen, receiver, payer, line, document=document)
    if kind == "recall":
        return recalled(fen, draw(st.sampled_from([0, fen, fen + 1])), upper, lower, line, document=document)
    if kind == "end":
        return draw(ends(line))
    items = (use(fen, line=line), use(draw(FEN), "living", draw(LINES)))
    return planned(*items, plan=UsePlanId(f"plan-{document}"), region=lower)


@st.composite
def ends(draw: st.DrawFn, line: Any) -> Fact:
    """What reaches an end payee or comes back from one: payments, their return and recovery, advances."""
    person, fen = draw(st.sampled_from([t.LI, t.ZHAO])), draw(st.sampled_from([4_000, 6_000, 10_000]))
    payment = draw(st.sampled_from(["p1", "p2", "p3"]))
    stated: dict[str, Any] = {"line": line, "payer": draw(st.sampled_from([COUNTY, COUNTY, BUREAU]))}
    kind = draw(st.sampled_from(["pay", "pay", "send back", "recover", "advance", "clear"]))
    if kind == "pay":
        return c.paid((person, fen), payment=payment, **stated)
    if kind == "send back":
        return c.sent_back((person, fen), payment=payment, **stated)
    if kind == "recover":
        return c.recovered((person, fen), payment=payment, **stated)
    if kind == "advance":
        return c.advanced(fen, **stated)
    returned_fen = draw(st.sampled_from([0, 4_000]))
    return c.cleared((person, fen), returned_fen=returned_fen, **stated)


PLACES = st.integers(0, 60)
ACTS = st.one_of(
    st.tuples(st.just("propose"), st.just(0), steps()),
    st.tuples(st.just("propose"), st.just(0), steps()),
    st.tuples(st.just("restate"), PLACES, FEN),
    st.tuples(st.just("replace"), PLACES, steps()),
    st.tuples(st.just("void"), PLACES, st.none()),
)
START = [
    budgeted(100_000),
    budgeted(100_000, GIFT),
    allotted(60_000),
    transferred(50_000),
    transferred(30_000, BUREAU, COUNTY),
    c.paid((t.LI, 4_000), payment="p1"),
]


def lived(acts: Sequence[Any]) -> Ledger:
    """A ledger after these acts, each looked at as soon as it was done."""
    ledger = Ledger()
    for step in START:
        ledger.propose(step)
    for act, place, step in acts:
        if act == "propose":
            ledger.propose(step)
        else:
            ledger.correct(place, act, step)
        require_sound(ledger)
    return ledger


def require_sound(ledger: Ledger) -> None:
    sums = accounts(ledger.standing())
    totals: dict[tuple[str, str], int] = defaultdict(int)
    for (line, book, account), fen in sums.items():
        totals[line, book] += fen
        assert fen >= 0 or account == OUTSIDE, (line, book, account)
        if is_holder(Account(account)):
            assert fen == balance(book, ledger.book, line, Account(account)), "the guard rows say the same"  # type: ignore[arg-type]
    assert not any(totals.values()), "what leaves one account enters another"
    for state in ledger.book.values():
        if isinstance(state, AllotmentGuard):
            assert state.cash_fen <= state.allotted_fen, "no cash passes what a level was allotted"
        if isinstance(state, ClaimGuard):
            assert all(0 <= fen <= state.entitled[person] for person, fen in state.paid.items()), "nor an entitlement"


@settings(max_examples=200)
@given(st.lists(ACTS, min_size=5, max_size=40))
def test_money_is_conserved_and_no_account_is_ever_below_nothing(acts: list[Any]) -> None:
    ledger = lived(acts)
    assert len(ledger.standing()) >= len(GIVEN)


@settings(max_examples=200)
@given(st.lists(ACTS, min_size=5, max_size=40))
def test_a_correction_leaves_what_recording_it_right_would_have_left(acts: list[Any]) -> None:
    ledger, right = lived(acts), GuardBook()
    right[OfficerGuard.KIND, DIRECTOR] = APPROVER
    for position, fact in enumerate(ledger.standing(), 1):
        right.apply(fact, position)
    assert remembered(ledger.book) == remembered(right)


@given(st.lists(steps(), max_size=25))
def test_what_was_done_and_declared_void_leaves_nothing_behind(proposed: list[Fact]) -> None:
    ledger = lived([("propose", 0, step) for step in proposed])
    before, length = dict(accounts(ledger.standing())), ledger.length
    ledger.propose(transferred(1_000, OFFICE, BUREAU, document="extra"))
    if ledger.length > length:
        assert accounts(ledger.standing()) != before
        ledger.correct(length - len(GIVEN), "void")
        left = accounts(ledger.standing())
        assert {account: fen for account, fen in left.items() if fen} == {
            account: fen for account, fen in before.items() if fen
        }
