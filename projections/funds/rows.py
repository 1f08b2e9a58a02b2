"""What one fact of money says in the tables: the sides of its entries, its shares, and its row among the steps."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from typing import Any, Final, NamedTuple

from taizhang.domain.core import Fact
from taizhang.domain.funds.books import OUTSIDE, Account, entries, is_holder
from taizhang.domain.funds.claims import county_of_claim
from taizhang.domain.funds.moving import AllocationIssued, FundsRecalled
from taizhang.domain.funds.payments import AdvanceCleared, FundsRecovered, PaymentReturned, SubsidyPaid
from taizhang.domain.funds.use_plans import UsePlanFiled

OWN: Final = "own"
ADVANCE: Final = "advance"
CLAIMS_BOOK: Final = "claims"  # beside quota and cash: what approved claims commit lines to pay
EPOCH_ORDINAL: Final = 719_163  # date(1970, 1, 1).toordinal()
_EIGHT_HOURS: Final = 8 * 3_600_000_000
_DAY: Final = 86_400_000_000


class Dimensions(NamedTuple):
    """What a payment is for, as its claim says."""

    purpose: str = ""
    institution: str = ""
    training_class: str = ""


class Side(NamedTuple):
    """One side of an entry: into `account` if the amount is positive, out of it if negative.

    `holder` is the treasury or department in whose hands the account is, or who paid the payee; `party` says what the
    account is to that holder: its `own`, an `advance`, an `institution`, a `person`, or `outside`; `counter` is the
    other side in the same words, or the other holder.
    """

    line: str
    book: str
    account: str
    counter_account: str
    holder: str
    party: str
    counter: str
    amount_fen: int


class ShareOf(NamedTuple):
    """A share of a payment: positive when it reached the person's entitlement, negative when it came back."""

    person: str
    amount_fen: int


def kind_of(topic: str) -> str:
    """What a fact is called in the tables: "subsidy-paid" for "funds.subsidy-paid.v1"."""
    return _kind(topic)


@cache
def _kind(topic: str) -> str:
    return topic.split(".")[1]


def sides(fact: Any) -> Iterator[Side]:
    """Both sides of every entry that the fact makes, giver first; they sum to nothing."""
    for line, book, giver, taker, amount in entries(fact):
        for account, other, signed in ((giver, taker, -amount), (taker, giver, amount)):
            party = _party(account)
            holder = account if party == OWN else "" if party == "outside" else fact.payer
            counter = other if is_holder(other) else _party(other)
            yield Side(line, book, account, other, holder, party, counter, signed)


def met(fact: Any, line: str) -> Iterator[Side]:
    """What a payment, or its being sent back, changes of what its claim commits `line` to pay: one side, no account.

    `counter` is the line that paid. What is recovered is not owed again.
    """
    if isinstance(fact, (SubsidyPaid, AdvanceCleared, PaymentReturned)) and fact.claim is not None:
        amount = -sum(one.amount_fen for one in shares(fact))
        if amount:
            account, county = f"claim:{fact.claim}", county_of_claim(fact.claim)
            yield Side(line, CLAIMS_BOOK, account, "", county, CLAIMS_BOOK, fact.line, amount)


def _party(account: Account) -> str:
    if is_holder(account):
        return OWN
    return account if account == OUTSIDE else account.partition(":")[0]


def shares(fact: Any) -> Iterator[ShareOf]:
    """Whose entitlements a fact pays, or takes back."""
    if isinstance(fact, (SubsidyPaid, AdvanceCleared)):
        yield from (ShareOf(one.person, one.amount_fen) for one in fact.shares)
    elif isinstance(fact, (PaymentReturned, FundsRecovered)):
        yield from (ShareOf(one.person, -one.amount_fen) for one in fact.shares)


def dimensions(fact: Any, purpose: str, institution: str) -> Dimensions:
    """What a fact's money is for; purpose and institution are those of its claim, if it has one."""
    own = getattr(fact, "institution", None)
    return Dimensions(purpose, own or institution, getattr(fact, "training_class", None) or "")


def lines_of(fact: Any) -> list[str]:
    """The lines that a fact is a step of; none for facts of a claim."""
    if isinstance(fact, UsePlanFiled):
        return [*dict.fromkeys(item.line for item in fact.items)]
    line = getattr(fact, "line", None)
    return [line] if line is not None else []


def amount_on(fact: Any, line: str) -> int:
    """How much of a line this fact is about, in fen."""
    if isinstance(fact, UsePlanFiled):
        return sum(item.amount_fen for item in fact.items if item.line == line)
    if isinstance(fact, AdvanceCleared):
        return fact.amount_fen + fact.returned_fen
    amount: int = getattr(fact, "amount_fen", 0)
    return amount


def body_columns(fact: Any) -> tuple[str, ...]:
    """Region, payer, receiver, institution, person, class, claim, payment, advance, account and plan of a fact."""
    payer, receiver = _from_and_to(fact)
    told = ("institution", "person", "training_class", "claim", "payment", "advance", "account", "plan")
    region = getattr(fact, "region", None) or payer[:6]
    return (region, payer, receiver, *(getattr(fact, name, None) or "" for name in told))


def _from_and_to(fact: Any) -> tuple[str, str]:
    if isinstance(fact, (AllocationIssued, FundsRecalled)):
        return fact.from_region, fact.to_region
    return getattr(fact, "payer", ""), getattr(fact, "receiver", "")


def approver_of(fact: Fact) -> str:
    """The other officer whom a fact names."""
    return getattr(fact, "approver", None) or getattr(fact, "reviewed_by", None) or ""


def paper_of(fact: Any, number: str | None) -> str:
    """The document a fact names, or the paper it was recorded with."""
    return getattr(fact, "document", None) or getattr(fact, "voucher", None) or number or ""


def recorded_ordinal(recorded_at: int) -> int:
    """The Beijing day of a recording time (UTC microseconds), as `date.toordinal` counts."""
    return EPOCH_ORDINAL + (recorded_at + _EIGHT_HOURS) // _DAY


def month_of(day: str) -> int:
    """201703 for 2017-03-05."""
    return int(day[:4]) * 100 + int(day[5:7])
