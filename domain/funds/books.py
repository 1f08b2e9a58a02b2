"""What each step of a fund does to the accounts: entries in two books that sum to nothing, and nothing else moves money.

The *quota* book says what a level may use, the *cash* book where the money is. Guard rows, views and the replay all
read these entries, so that what leaves one account enters another, to the fen, for every one of them.
"""

from __future__ import annotations

from functools import singledispatch
from typing import Final, Literal, NamedTuple, NewType

from taizhang.domain.core import Fact, RegionCode
from taizhang.domain.funds.lines import BudgetApproved, FundLineId, Holder, is_department, region_of
from taizhang.domain.funds.moving import AllocationIssued, FundsRecalled, FundsReturned, FundsTransferred
from taizhang.domain.funds.payments import (
    AdvanceCleared,
    AdvanceId,
    AdvancePaid,
    FundsRecovered,
    PaymentReturned,
    SubsidyPaid,
)

Book = Literal["quota", "cash"]
BOOKS: Final[tuple[Book, ...]] = ("quota", "cash")
# a holder ("620102", "620102/ORG"), "outside", "advance:ID", "institution:ID" or "person:ID"
Account = NewType("Account", str)
OUTSIDE: Final = Account("outside")


class Entry(NamedTuple):
    """So many fen of a line go from one account to another, in one book."""

    line: FundLineId
    book: Book
    giver: Account
    taker: Account
    amount_fen: int


@singledispatch
def entries(_: Fact) -> tuple[Entry, ...]:
    """What this fact moves; nothing for a fact that moves no money."""
    return ()


def treasury(region: RegionCode) -> Account:
    """The account of a region's treasury."""
    return Account(region)


def advance_account(advance: AdvanceId) -> Account:
    """Where the money of an advance stands until it is cleared."""
    return Account(f"advance:{advance}")


def is_holder(account: Account) -> bool:
    """Whether an account is a treasury's or a department's: its balance may not go below nothing."""
    return account[:1].isdigit()


def is_end_payee(account: Account) -> bool:
    """Whether money on this account is used."""
    return account.startswith(("institution:", "person:"))


def payee_account(fact: SubsidyPaid | PaymentReturned | FundsRecovered) -> Account:
    """Whom a subsidy reaches, or from whom it comes back."""
    return Account(f"person:{fact.person}" if fact.person is not None else f"institution:{fact.institution}")


@entries.register
def _(fact: BudgetApproved) -> tuple[Entry, ...]:
    here = treasury(fact.region)
    return tuple(Entry(fact.line, book, OUTSIDE, here, fact.amount_fen) for book in BOOKS)


@entries.register
def _(fact: AllocationIssued) -> tuple[Entry, ...]:
    return (Entry(fact.line, "quota", treasury(fact.from_region), treasury(fact.to_region), fact.amount_fen),)


@entries.register
def _(fact: FundsTransferred) -> tuple[Entry, ...]:
    return (Entry(fact.line, "cash", _held(fact.payer), _held(fact.receiver), fact.amount_fen),)


@entries.register
def _(fact: FundsReturned) -> tuple[Entry, ...]:
    payer, receiver = _held(fact.payer), _held(fact.receiver)
    cash = Entry(fact.line, "cash", payer, receiver, fact.amount_fen)
    above, below = region_of(fact.receiver), region_of(fact.payer)
    if above == below or is_department(fact.payer) or is_department(fact.receiver):  # across regions: refused by rule
        return (cash,)
    return (cash, Entry(fact.line, "quota", treasury(below), treasury(above), fact.amount_fen))


@entries.register
def _(fact: FundsRecalled) -> tuple[Entry, ...]:
    below, above = treasury(fact.from_region), treasury(fact.to_region)
    quota = Entry(fact.line, "quota", below, above, fact.amount_fen)
    return (quota, Entry(fact.line, "cash", below, above, fact.cash_fen)) if fact.cash_fen else (quota,)


@entries.register
def _(fact: SubsidyPaid) -> tuple[Entry, ...]:
    return (Entry(fact.line, "cash", _held(fact.payer), payee_account(fact), fact.amount_fen),)


@entries.register
def _(fact: PaymentReturned) -> tuple[Entry, ...]:
    return (Entry(fact.line, "cash", payee_account(fact), _held(fact.payer), fact.amount_fen),)


@entries.register
def _(fact: FundsRecovered) -> tuple[Entry, ...]:
    return (Entry(fact.line, "cash", payee_account(fact), _held(fact.payer), fact.amount_fen),)


@entries.register
def _(fact: AdvancePaid) -> tuple[Entry, ...]:
    return (Entry(fact.line, "cash", _held(fact.payer), advance_account(fact.advance), fact.amount_fen),)


@entries.register
def _(fact: AdvanceCleared) -> tuple[Entry, ...]:
    here = advance_account(fact.advance)
    used = Entry(fact.line, "cash", here, Account(f"institution:{fact.institution}"), fact.amount_fen)
    back = Entry(fact.line, "cash", here, _held(fact.payer), fact.returned_fen)
    return tuple(entry for entry in (used, back) if entry.amount_fen)


def _held(holder: Holder) -> Account:
    return Account(holder)
