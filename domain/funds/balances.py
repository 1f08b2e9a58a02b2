"""Guard rows of money: what came into an account of a line and what went out, and what became of payments and advances.

One account is two rows, because a fold is not told which of its keys is meant: the balance is `fund-in` minus `fund-out`.
A payment reads two rows of its line, whatever else the line has paid.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

import msgspec

from taizhang.domain.boundary import GuardKey
from taizhang.domain.core import Fact, Guard, moves
from taizhang.domain.funds.bank_accounts import BankAccountRegistered
from taizhang.domain.funds.books import Account, Book, entries, is_holder, payee_account
from taizhang.domain.funds.lines import BudgetApproved, FundLineId
from taizhang.domain.funds.moving import AllocationIssued, FundsRecalled, FundsReturned, FundsTransferred
from taizhang.domain.funds.payments import AdvanceCleared, AdvancePaid, FundsRecovered, PaymentReturned, SubsidyPaid

MONEY_FACTS: tuple[type[Fact], ...] = (
    BudgetApproved,
    AllocationIssued,
    FundsTransferred,
    FundsReturned,
    FundsRecalled,
    SubsidyPaid,
    PaymentReturned,
    FundsRecovered,
    AdvancePaid,
    AdvanceCleared,
)


class InflowGuard(Guard):
    """What came into one holder's account of one line, by book, in fen."""

    KIND = "fund-in"
    quota_fen: int = 0
    cash_fen: int = 0

    @classmethod
    def keys(cls, fact: Fact) -> tuple[str, ...]:
        return _accounts((entry.line, entry.taker) for entry in entries(fact))

    @moves(*MONEY_FACTS)
    def took(self, fact: Fact, sign: int) -> None:
        for entry in entries(fact):
            if is_holder(entry.taker):
                _add(self, entry.book, sign * entry.amount_fen)


class OutflowGuard(Guard):
    """What went out of one holder's account of one line, by book, in fen."""

    KIND = "fund-out"
    quota_fen: int = 0
    cash_fen: int = 0

    @classmethod
    def keys(cls, fact: Fact) -> tuple[str, ...]:
        return _accounts((entry.line, entry.giver) for entry in entries(fact))

    @moves(*MONEY_FACTS)
    def gave(self, fact: Fact, sign: int) -> None:
        for entry in entries(fact):
            if is_holder(entry.giver):
                _add(self, entry.book, sign * entry.amount_fen)


class PaymentGuard(Guard):
    """One payment: whose claim it met, from where, and how much of each share has not come back."""

    KIND = "payment"
    paid_on: date | None = None
    line: str = ""
    payer: str = ""
    claim: str = ""
    training_class: str = ""
    payee: str = ""
    shares: dict[str, int] = msgspec.field(default_factory=dict)

    @classmethod
    def keys(cls, fact: Any) -> tuple[str, ...]:
        return (fact.payment,)

    @moves(SubsidyPaid)
    def paid(self, fact: SubsidyPaid, sign: int) -> None:
        self.paid_on, self.line, self.payer, self.claim, self.training_class, self.payee = None, "", "", "", "", ""
        if sign > 0:
            self.paid_on, self.line, self.payer, self.claim = fact.occurred_on, fact.line, fact.payer, fact.claim
            self.training_class, self.payee = fact.training_class, payee_account(fact)
        self._add(fact.shares, sign)

    @moves(PaymentReturned, FundsRecovered)
    def came_back(self, fact: PaymentReturned | FundsRecovered, sign: int) -> None:
        self._add(fact.shares, -sign)

    def _add(self, shares: Iterable[Any], sign: int) -> None:
        sums = dict(self.shares)
        for share in shares:
            sums[share.person] = sums.get(share.person, 0) + sign * share.amount_fen
        self.shares = {person: left for person, left in sums.items() if left}


class AdvanceGuard(Guard):
    """One advance: to whom, from where, and what is still to be cleared."""

    KIND = "advance"
    paid_on: date | None = None
    line: str = ""
    payer: str = ""
    institution: str = ""
    training_class: str = ""
    paid_fen: int = 0
    cleared_fen: int = 0

    @classmethod
    def keys(cls, fact: Any) -> tuple[str, ...]:
        return (fact.advance,)

    @moves(AdvancePaid)
    def paid(self, fact: AdvancePaid, sign: int) -> None:
        self.paid_on, self.line, self.payer, self.institution, self.training_class = None, "", "", "", ""
        if sign > 0:
            self.paid_on, self.line, self.payer = fact.occurred_on, fact.line, fact.payer
            self.institution, self.training_class = fact.institution, fact.training_class
        self.paid_fen += sign * fact.amount_fen

    @moves(AdvanceCleared)
    def cleared(self, fact: AdvanceCleared, sign: int) -> None:
        self.cleared_fen += sign * (fact.amount_fen + fact.returned_fen)


class BankAccountGuard(Guard):
    """Who has named one bank account as theirs, oldest first, and how often each was paid on it."""

    KIND = "bank-account"
    holders: list[str] = msgspec.field(default_factory=list)  # "person:ID" or "institution:ID"
    paid: dict[str, int] = msgspec.field(default_factory=dict)  # holder -> payments and advances

    @classmethod
    def keys(cls, fact: Any) -> tuple[str, ...]:
        return (fact.account,)

    @moves(BankAccountRegistered)
    def registered(self, fact: BankAccountRegistered, sign: int) -> None:
        holder = f"person:{fact.person}" if fact.person is not None else f"institution:{fact.institution}"
        self.holders = [*self.holders, holder]
        if sign < 0:  # somebody may have named it twice, on two papers
            at = self.holders.index(holder)
            self.holders = [*self.holders[:at], *self.holders[at + 1 : -1]]

    @moves(SubsidyPaid, AdvancePaid)
    def used(self, fact: SubsidyPaid | AdvancePaid, sign: int) -> None:
        payee = payee_account(fact) if isinstance(fact, SubsidyPaid) else f"institution:{fact.institution}"
        times = self.paid | {payee: self.paid.get(payee, 0) + sign}
        self.paid = {holder: count for holder, count in times.items() if count}


def balance_rows(line: FundLineId, account: Account) -> list[GuardKey]:
    """The two guard rows that together are an account of a line."""
    key = f"{line}@{account}"
    return [(InflowGuard.KIND, key), (OutflowGuard.KIND, key)]


def balance(book: Book, guarded: Mapping[GuardKey, Guard], line: FundLineId, account: Account) -> int:
    """What is left on an account of a line in one book, in fen, as recorded so far."""
    inflow, outflow = (guarded[row] for row in balance_rows(line, account))
    return _sum(inflow, book) - _sum(outflow, book)


def _accounts(pairs: Iterable[tuple[FundLineId, Account]]) -> tuple[str, ...]:
    keys = tuple(dict.fromkeys(f"{line}@{account}" for line, account in pairs if is_holder(account)))
    assert len(keys) <= 1, "a row is not told which of a fact's entries are its own"
    return keys


def _add(row: InflowGuard | OutflowGuard, book: Book, amount_fen: int) -> None:
    if book == "quota":
        row.quota_fen += amount_fen
    else:
        row.cash_fen += amount_fen


def _sum(row: Any, book: Book) -> int:
    total: int = row.quota_fen if book == "quota" else row.cash_fen
    return total
