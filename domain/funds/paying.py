"""Paying subsidies to end payees, and what comes back of them: by the bank, or recovered from who was wrongly paid."""

from __future__ import annotations

from datetime import date

from taizhang.domain.boundary import GuardKey
from taizhang.domain.classes import ClassGuard, require_filed
from taizhang.domain.core import Fact, Selector, Slice
from taizhang.domain.funds.balances import BankAccountGuard, PaymentGuard, balance_rows
from taizhang.domain.funds.books import Account, payee_account
from taizhang.domain.funds.claim_state import ClaimGuard, ClaimTerms
from taizhang.domain.funds.claims import total
from taizhang.domain.funds.payment_refusals import (
    AboveThePayment,
    BeforeThePayment,
    NotThePayee,
    PaymentIdTaken,
    PaymentIsOtherwise,
    SharesDoNotAddUp,
    UnknownPayment,
)
from taizhang.domain.funds.payment_rules import (
    PaidFrom,
    claim_rows,
    county_selector,
    overpaid,
    require_account,
    require_payable,
    require_place,
    require_shares,
    sums_of,
)
from taizhang.domain.funds.payments import FundsRecovered, PaymentReturned, SubsidyPaid
from taizhang.domain.funds.rules import FINANCE, line_row, require_covered, require_held, require_line, require_purpose
from taizhang.domain.inspections.blocking import blocking_rows, require_not_held_back
from taizhang.domain.people import alias_rows
from taizhang.domain.regions import RegionRegistered, RegionRenamed
from taizhang.domain.standing import OthersRestOnIt, events, require_grounded, require_new


class PaySubsidy(PaidFrom, Slice):
    """Pay shares of an approved and posted claim to its payee, from what the payer has on the line.

    It reads guard rows, and of facts only the county's registration and the payments under its own id: a line with
    100,000 payments takes the next one as fast as the first.
    """

    COMMAND = "funds.pay-subsidy"
    DECIDES = SubsidyPaid
    ROLES = FINANCE
    KEEPS = (SubsidyPaid,)
    fact: SubsidyPaid
    places: tuple[Fact, ...] = ()

    def guards(self) -> list[GuardKey]:
        fact = self.fact
        return [
            line_row(fact.line),
            *balance_rows(fact.line, Account(fact.payer)),
            *claim_rows(fact.claim),
            (ClassGuard.KIND, fact.training_class),
            (BankAccountGuard.KIND, fact.account),
            (PaymentGuard.KIND, fact.payment),
            *(alias_rows(fact.person) if fact.person is not None else ()),
            *blocking_rows(fact.institution),
        ]

    def consistency_boundary(self) -> list[Selector]:
        here = Selector(types=[SubsidyPaid], tags=[f"payment:{self.fact.payment}"])
        return [here, county_selector(self.fact.training_class)]

    @events(RegionRegistered, RegionRenamed)
    def _(self, fact: Fact) -> None:
        self.places = (*self.places, fact)

    def execute(self) -> None:
        fact = self.fact
        require_new(fact, self.known)
        if self.known:
            raise PaymentIdTaken(payment=fact.payment)
        line = require_line(self, fact.line)
        claim = require_payable(self, fact.claim, fact.training_class)
        require_purpose(line, fact.line, claim.purpose)
        require_place(line, fact.line, fact.payer, fact.training_class, self.places)
        self._require_payee(claim)
        require_shares(self, fact.claim, fact.shares, fact.amount_fen)
        require_held(self, "cash", fact.line, fact.payer, fact.amount_fen)
        require_not_held_back(self)
        self.record(fact)

    def leaning(self) -> list[Selector]:
        return [Selector(types=[PaymentReturned, FundsRecovered], tags=[f"payment:{self.fact.payment}"])]

    def take_back(self) -> None:
        """What came back of a payment came back of this one, and of no less than it still is."""
        was, now = self.fact, self.becomes
        if now is None or _went(now) != _went(was):
            require_grounded(was, self.resting)
        else:
            short = min(self.guard(PaymentGuard, was.payment).shares.values(), default=0) < 0
            require_grounded(was, [one for one in self.resting if short or one.occurred_on < now.occurred_on])
        require_covered(self, was, now)

    def _require_payee(self, claim: ClaimTerms) -> None:
        """Raises NotThePayee, also when the class is another institution's by now, AccountOfAnother."""
        fact = self.fact
        if claim.payee == "institution":
            filing = require_filed(self.guard(ClassGuard, fact.training_class), fact.training_class)
            if fact.person is not None or not fact.institution == claim.institution == filing.institution:
                raise NotThePayee(claim=fact.claim, payee="institution", rightful=filing.institution)
            require_account(self, fact.account, "institution", filing.institution)
        else:
            persons = {share.person for share in fact.shares}
            if fact.institution is not None or fact.person is None or persons != {fact.person}:
                raise NotThePayee(claim=fact.claim, payee="person", rightful=min(persons))
            require_account(self, fact.account, "person", fact.person)


class ReturnPayment(PaidFrom, Slice):
    """Record that the bank sent a payment back, in whole or in part: those shares are open again."""

    COMMAND = "funds.return-payment"
    DECIDES = PaymentReturned
    ROLES = FINANCE
    KEEPS = (PaymentReturned,)
    fact: PaymentReturned

    def guards(self) -> list[GuardKey]:
        return _rows_of_return(self.fact)

    def consistency_boundary(self) -> list[Selector]:
        return [Selector(types=[PaymentReturned], tags=[f"payment:{self.fact.payment}"])]

    def execute(self) -> None:
        require_new(self.fact, self.known)
        require_comes_back(self, self.fact)
        self.record(self.fact)

    def take_back(self) -> None:
        """What was open again may have been paid again, and the money used."""
        if overpaid(self.guard(ClaimGuard, self.fact.claim)):
            raise OthersRestOnIt(kind=self.fact.TOPIC, others=(SubsidyPaid.TOPIC,))
        require_covered(self, self.fact, self.becomes)


class RecoverFunds(PaidFrom, Slice):
    """Record that money wrongly paid was recovered from its payee: the entitlement stays paid."""

    COMMAND = "funds.recover-funds"
    DECIDES = FundsRecovered
    ROLES = FINANCE
    KEEPS = (FundsRecovered,)
    fact: FundsRecovered

    def guards(self) -> list[GuardKey]:
        return _rows_of_return(self.fact)

    def consistency_boundary(self) -> list[Selector]:
        return [Selector(types=[FundsRecovered], tags=[f"payment:{self.fact.payment}"])]

    def execute(self) -> None:
        require_new(self.fact, self.known)
        require_comes_back(self, self.fact)
        self.record(self.fact)

    def take_back(self) -> None:
        require_covered(self, self.fact, self.becomes)


def require_comes_back(decision: Slice, fact: PaymentReturned | FundsRecovered) -> None:
    """Refuse what the payment does not hold any more, or never went this way.

    Raises UnknownPayment, PaymentIsOtherwise, BeforeThePayment, SharesDoNotAddUp, AboveThePayment.
    """
    guard = decision.guard(PaymentGuard, fact.payment)
    if guard.paid_on is None:
        raise UnknownPayment(payment=fact.payment)
    here = (fact.line, fact.payer, fact.claim, fact.training_class, payee_account(fact))
    if here != (guard.line, guard.payer, guard.claim, guard.training_class, guard.payee):
        raise PaymentIsOtherwise(payment=fact.payment)
    _require_after(fact.payment, guard.paid_on, fact.occurred_on)
    if total(fact.shares) != fact.amount_fen:
        raise SharesDoNotAddUp(shares_fen=total(fact.shares), amount_fen=fact.amount_fen)
    for person, asked in sums_of(fact.shares).items():
        left = guard.shares.get(person, 0)
        if asked > left:
            raise AboveThePayment(payment=fact.payment, person=person, left_fen=left, amount_fen=asked)


def _require_after(payment: str, paid_on: date, day: date) -> None:
    if day < paid_on:
        raise BeforeThePayment(payment=payment, paid_on=paid_on, day=day)


def _rows_of_return(fact: PaymentReturned | FundsRecovered) -> list[GuardKey]:
    rows = balance_rows(fact.line, Account(fact.payer))
    return [(PaymentGuard.KIND, fact.payment), (ClaimGuard.KIND, fact.claim), *rows]


def _went(fact: SubsidyPaid) -> tuple[str, ...]:
    """The way that a payment took: whatever comes back names all of it."""
    return fact.payment, fact.line, fact.payer, fact.claim, fact.training_class, payee_account(fact)
