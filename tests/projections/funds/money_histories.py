"""Any history of two lines, and what it comes to, reckoned the slow way: the facts in force at a cut, entry by entry."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any, NamedTuple

from hypothesis import strategies as st
from paper_log import PaperLog

from taizhang.domain.boundary import correction_of
from taizhang.domain.core import Correction, Fact
from taizhang.domain.funds.books import entries
from taizhang.domain.funds.claims import Charge, ClaimReviewed, ClaimSubmitted, Entitlement, Share
from taizhang.domain.funds.lines import BudgetApproved
from taizhang.domain.funds.moving import AllocationIssued, FundsRecalled, FundsReturned, FundsTransferred
from taizhang.domain.funds.payments import AdvanceCleared, AdvancePaid, FundsRecovered, PaymentReturned, SubsidyPaid
from taizhang.projections.replay import Cuts

LINES = ("L1", "L2")
REGIONS = ("620000", "620100", "620121")
HOLDERS = (*REGIONS, "620121/RSJ")
CLAIMS = ("claim-620121-a", "claim-620121-b")
PERSONS = ("p1", "p2")
FIRST = date(2017, 3, 25)
START = 1_491_000_000_000_000  # 2017-04-01 06:40 in Beijing, microseconds
HOUR = 3_600_000_000

days = st.integers(0, 45).map(lambda number: FIRST + timedelta(days=number))


def shares_of(draw: Any) -> tuple[Share, ...]:
    return tuple(Share(person, draw(st.integers(1, 500))) for person in PERSONS[: draw(st.integers(1, 2))])


@st.composite
def one_fact(draw: Any) -> Fact:
    """One fact of money, whether or not the rules would let it in."""
    on, line = draw(days), draw(st.sampled_from(LINES))
    amount = draw(st.integers(1, 1000))
    low, high = draw(st.sampled_from(HOLDERS)), draw(st.sampled_from(HOLDERS))
    claim = draw(st.sampled_from(CLAIMS))
    shares = shares_of(draw)
    total = sum(one.amount_fen for one in shares)
    common: dict[str, Any] = {"occurred_on": on, "line": line}
    papers: dict[str, Any] = {"document": "文1", "approver": "o2"}
    paid: dict[str, Any] = {"payer": low, "training_class": "c620121-1", "shares": shares, "amount_fen": total}
    payee: dict[str, Any] = draw(st.sampled_from([{"institution": "i1"}, {"person": "p1"}]))
    entitled = tuple(Entitlement(one.person, one.amount_fen, 60, on) for one in shares)
    choices: list[Fact] = [
        BudgetApproved(region=draw(st.sampled_from(REGIONS)), amount_fen=amount, **papers, **common),
        AllocationIssued(from_region=low[:6], to_region=high[:6], amount_fen=amount, **papers, **common),
        FundsTransferred(payer=low, receiver=high, amount_fen=amount, **papers, **common),
        FundsReturned(payer=low, receiver=high, amount_fen=amount, **papers, **common),
        FundsRecalled(from_region=low[:6], to_region=high[:6], amount_fen=amount, cash_fen=7, **papers, **common),
        SubsidyPaid(payment="y1", claim=claim, account="a1", voucher="凭1", approver="o2", **payee, **paid, **common),
        PaymentReturned(payment="y1", claim=claim, document="文1", why="账号有误", **payee, **paid, **common),
        FundsRecovered(payment="y1", claim=claim, why="多付", **papers, **payee, **paid, **common),
        AdvancePaid(
            advance="v1",
            payer=low,
            institution="i1",
            training_class="c620121-1",
            amount_fen=amount,
            account="a1",
            due_on=on,
            **papers,
            **common,
        ),
        AdvanceCleared(
            advance="v1",
            institution="i1",
            claim=claim,
            returned_fen=draw(st.integers(0, 5)),
            **papers,
            **paid,
            **common,
        ),
        ClaimSubmitted(
            occurred_on=on,
            claim=claim,
            training_class="c620121-1",
            purpose=draw(st.sampled_from(["training", "living"])),
            payee="institution",
            document="文1",
            institution="i1",
            entitlements=entitled,
            amount_fen=total,
        ),  # type: ignore[arg-type]
        ClaimReviewed(
            occurred_on=on,
            claim=claim,
            training_class="c620121-1",
            approved=draw(st.booleans()),
            document="文1",
            left_out=draw(st.sampled_from([(), ("p1",)])),
            charged=draw(st.sampled_from([(), (Charge("L1", 300),), (Charge("L2", 200), Charge("L1", 800))])),
        ),  # type: ignore[arg-type]
    ]
    return draw(st.sampled_from(choices))


class Change(NamedTuple):
    """A new fact, or a correction of the n-th one (None: void), so many hours after the one before."""

    hours: int
    fact: Fact | None
    corrects: int | None


changes = st.lists(
    st.one_of(
        st.builds(Change, st.integers(0, 200), one_fact(), st.none()),
        st.builds(Change, st.integers(0, 200), st.none() | one_fact(), st.integers(0, 20)),
    ),
    min_size=1,
    max_size=25,
)


def recorded(made: list[Change]) -> PaperLog:
    """The log of this history: a correction puts a body of the same class, or nothing, in the place of one in force."""
    log, at = PaperLog(), START
    standing: dict[int, Fact] = {}
    for change in made:
        at += change.hours * HOUR
        if change.corrects is None and change.fact is not None:
            [position] = log.record(at, change.fact)
            standing[position] = change.fact
        elif change.corrects is not None and standing:
            root = sorted(standing)[change.corrects % len(standing)]
            now = change.fact if type(change.fact) is type(standing[root]) else None
            correct(log, at, standing, root, now)
    return log


def correct(log: PaperLog, at: int, standing: dict[int, Fact], root: int, now: Fact | None) -> None:
    """Record a correction of the fact at `root`."""
    was = standing.pop(root)
    kind: Any = correction_of(type(was))
    day = (now or was).occurred_on
    log.record(at, kind(occurred_on=day, corrects=root, was=was, now=now, reason="误记", approver="o3"))
    if now is not None:
        standing[root] = now


def in_force(log: PaperLog, cuts: Cuts, upto: int | None = None) -> dict[int, Fact]:
    """The bodies in force at the cuts (or at a position), by the position of their first version."""
    found: dict[int, Fact] = {}
    for stored, fact in zip(log.stored, log.facts, strict=True):
        if cuts.as_recorded_at is not None and stored.recorded_at > cuts.as_recorded_at:
            break
        if upto is not None and stored.position > upto:
            break
        if isinstance(fact, Correction):
            found.pop(fact.corrects, None)
            if fact.now is not None:
                found[fact.corrects] = fact.now
        else:
            found[stored.position] = fact
    last = cuts.as_effective_on or date.max
    return {position: fact for position, fact in found.items() if fact.occurred_on <= last}


def balances(log: PaperLog, line: str, cuts: Cuts, upto: int | None = None) -> dict[tuple[str, str], int]:
    """What is left on every account of the line, by book, without those that are even."""
    found: dict[tuple[str, str], int] = {}
    for fact in in_force(log, cuts, upto).values():
        for entry in entries(fact):
            if entry.line == line:
                for account, amount in ((entry.giver, -entry.amount_fen), (entry.taker, entry.amount_fen)):
                    found[account, entry.book] = found.get((account, entry.book), 0) + amount
    return {key: amount for key, amount in found.items() if amount}


def commitments(log: PaperLog, cuts: Cuts) -> dict[str, int]:
    """What approved claims commit each line to pay ("": no line is charged), without what is even."""
    known = in_force(log, Cuts(cuts.as_recorded_at))
    last, found = cuts.as_effective_on or date.max, {}
    for claim in CLAIMS:
        told = [fact for _, fact in sorted(known.items()) if getattr(fact, "claim", None) == claim]
        submitted, reviewed = (_latest(told, kind) for kind in (ClaimSubmitted, ClaimReviewed))
        charges: dict[str, int] = {}
        if submitted is not None and reviewed is not None and reviewed.approved:
            left = sum(one.amount_fen for one in submitted.entitlements if one.person not in reviewed.left_out)
            for charge in reviewed.charged:
                charges[charge.line] = charges.get(charge.line, 0) + min(left, charge.amount_fen)
                left -= min(left, charge.amount_fen)
            charges = {line: fen for line, fen in [*charges.items(), ("", left)] if fen}
            for line, fen in charges.items() if reviewed.occurred_on <= last else ():
                found[line] = found.get(line, 0) + fen
        for fact in told:
            if isinstance(fact, (SubsidyPaid, AdvanceCleared, PaymentReturned)) and fact.occurred_on <= last:
                line = fact.line if fact.line in charges else next(iter(charges), "")
                paid = sum(one.amount_fen for one in fact.shares) * (-1 if isinstance(fact, PaymentReturned) else 1)
                found[line] = found.get(line, 0) - paid
    return {line: fen for line, fen in found.items() if fen}


def _latest(facts: list[Any], kind: type[Any]) -> Any:
    """The fact of the latest day; of one day the later recorded."""
    return max((fact for fact in facts if isinstance(fact, kind)), key=lambda fact: fact.occurred_on, default=None)


@st.composite
def any_cuts(draw: Any) -> Cuts:
    """Both cuts, one, or none."""
    recorded_at = draw(st.none() | st.integers(0, 24 * 120).map(lambda hours: START - HOUR + hours * HOUR))
    return Cuts(recorded_at, draw(st.none() | days))
