"""What payments and clearings of advances ask alike: a claim that may be paid, shares that it leaves, an account of the payee's."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from typing import Any

from taizhang.domain.boundary import GuardKey
from taizhang.domain.classes import ClassId, county_of
from taizhang.domain.core import Fact, PersonId, RegionCode, Selector, Slice
from taizhang.domain.decisions import within
from taizhang.domain.funds.balances import BankAccountGuard
from taizhang.domain.funds.claim_state import ClaimGuard, ClaimTerms
from taizhang.domain.funds.claiming import require_claim
from taizhang.domain.funds.claims import ClaimId, PayeeKind, Share, county_of_claim, total
from taizhang.domain.funds.lines import FundLineId, Holder, Terms, region_of
from taizhang.domain.funds.notices import ran_out_on
from taizhang.domain.funds.payment_refusals import (
    AboveEntitlement,
    AccountOfAnother,
    CountyOfAnotherPayer,
    NothingClaimedFor,
    NoticeTooShort,
    PaidAlready,
    PaidBeforeEvidence,
    PaidBeforeNotice,
    PaidBeforeReview,
    PaidWithinNotice,
    SharesDoNotAddUp,
)
from taizhang.domain.funds.payments import BankAccountId
from taizhang.domain.funds.rules import require_in_scope
from taizhang.domain.funds.thresholds import NOTICE_DAYS, ThresholdGuard, threshold_row
from taizhang.domain.people import same_person
from taizhang.domain.regions import RegionRegistered, RegionRenamed, require_region


class PaidFrom:
    """What every step that takes money from a holder, or gives it back, answers about scope and seals: put before Slice."""

    fact: Any

    def region(self) -> RegionCode:
        return region_of(self.fact.payer)

    def ledger_region(self) -> RegionCode:
        return region_of(self.fact.payer)


def claim_rows(claim: ClaimId) -> list[GuardKey]:
    """The rows that tell whether a claim may be paid, and what it leaves."""
    return [(ClaimGuard.KIND, claim), threshold_row(NOTICE_DAYS)]


def county_selector(training_class: ClassId) -> Selector:
    """Where to read how the county of a class is registered."""
    return Selector(types=[RegionRegistered, RegionRenamed], tags=[f"region:{county_of(training_class)}"])


def require_payable(decision: Slice, claim: ClaimId, training_class: ClassId) -> ClaimTerms:
    """The terms of a claim that is evidenced, approved, and was posted long enough by the day of the decision's fact.

    Raises UnknownClaim, PaidBeforeEvidence, PaidBeforeReview, PaidBeforeNotice, PaidWithinNotice, NoticeTooShort.
    """
    guard, day = decision.guard(ClaimGuard, claim), decision.fact.occurred_on
    terms = require_claim(guard, claim, training_class)
    if terms.evidenced_on is not None and day < terms.evidenced_on:
        raise PaidBeforeEvidence(claim=claim, evidenced_on=terms.evidenced_on, day=day)
    if not guard.approved or guard.reviewed_on is None or day < guard.reviewed_on:
        raise PaidBeforeReview(claim=claim, day=day)
    if guard.posted_on is None or guard.ended_on is None or day < guard.ended_on:
        raise PaidBeforeNotice(claim=claim, day=day)
    since = ran_out_on(guard.posted_on, county_of_claim(claim), decision.guard(ThresholdGuard, NOTICE_DAYS))
    days = (since - guard.posted_on).days
    if day < since:
        raise PaidWithinNotice(claim=claim, posted_on=guard.posted_on, days=days, since=since, day=day)
    if guard.ended_on < since:
        raise NoticeTooShort(claim=claim, posted_on=guard.posted_on, ended_on=guard.ended_on, days=days)
    return terms


def require_shares(decision: Slice, claim: ClaimId, shares: Iterable[Share], amount_fen: int) -> None:
    """Refuse shares that the claim does not leave, or that do not add up.

    Raises SharesDoNotAddUp, NothingClaimedFor, PaidAlready, AboveEntitlement.
    """
    shares = tuple(shares)
    if total(shares) != amount_fen:
        raise SharesDoNotAddUp(shares_fen=total(shares), amount_fen=amount_fen)
    guard = decision.guard(ClaimGuard, claim)
    for person, asked in sums_of(shares).items():
        if person not in guard.entitled or person in guard.left_out:
            raise NothingClaimedFor(claim=claim, person=person)
        left = guard.payable(person)
        if left <= 0:
            raise PaidAlready(claim=claim, person=person)
        if asked > left:
            raise AboveEntitlement(claim=claim, person=person, left_fen=left, amount_fen=asked)


def require_place(
    terms: Terms, line: FundLineId, payer: Holder, training_class: ClassId, places: Iterable[Fact]
) -> None:
    """Refuse a class of a county that the line is not for, or that lies outside the payer's area.

    Raises UnknownRegion, CountyOutsideScope, CountyOfAnotherPayer.
    """
    county = county_of(training_class)
    if not within(county, region_of(payer)):
        raise CountyOfAnotherPayer(training_class=training_class, county=county, payer=payer)
    require_in_scope(terms, line, require_region(county, places))


def require_account(decision: Slice, account: BankAccountId, kind: PayeeKind, payee: str) -> None:
    """Refuse an account that nobody registered for this payee, under any of a person's ids.

    `guards` must name the account and, for a person, `alias_rows(payee)`. Raises AccountOfAnother.
    """
    ids = same_person(decision.guarded, PersonId(payee)) if kind == "person" else [payee]
    holders = decision.guard(BankAccountGuard, account).holders
    if not any(f"{kind}:{id}" in holders for id in ids):
        raise AccountOfAnother(payee=payee)


def sums_of(shares: Iterable[Share]) -> Counter[PersonId]:
    """What is asked for each person, who may be named twice."""
    sums: Counter[PersonId] = Counter()
    for share in shares:
        sums[share.person] += share.amount_fen
    return sums


def overpaid(guard: ClaimGuard) -> bool:
    """Whether more is paid for anybody than the claim gives."""
    return any(fen > guard.entitled.get(person, 0) for person, fen in guard.paid.items())
