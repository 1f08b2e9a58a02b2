"""Subsidies paid to end payees 补贴支付, sent back by the bank 退回, recovered 追缴; advances paid and cleared 预付."""

from __future__ import annotations

from datetime import date
from typing import Annotated, NewType

import msgspec

from taizhang.domain.classes import ClassId, InstitutionId
from taizhang.domain.core import Correction, Fact, Fen, OfficerId, PersonId, Text
from taizhang.domain.funds.claims import ClaimId, Share, Shares
from taizhang.domain.funds.lines import Amount, FundLineId, Holder

PaymentId = NewType("PaymentId", Annotated[str, msgspec.Meta(min_length=1, max_length=60)])
AdvanceId = NewType("AdvanceId", Annotated[str, msgspec.Meta(min_length=1, max_length=60)])
BankAccountId = NewType("BankAccountId", str)  # random, one for each number; the number itself is in the vault


class SubsidyPaid(Fact, frozen=True, kw_only=True):
    """Money of a line reaches an end payee, for these shares of a reviewed claim."""

    TOPIC = "funds.subsidy-paid.v1"
    payment: PaymentId
    line: FundLineId
    payer: Holder
    claim: ClaimId
    training_class: ClassId
    shares: Shares
    amount_fen: Amount  # the control total: the sum of the shares
    account: BankAccountId
    voucher: Text
    approver: OfficerId
    institution: InstitutionId | None = None  # the payee, or
    person: PersonId | None = None  # the payee
    bank_receipt: str = ""

    def tags(self) -> list[str]:
        return _tags(self, f"payment:{self.payment}")


class SubsidyPaidCorrected(Correction[SubsidyPaid], frozen=True, kw_only=True):
    TOPIC = "funds.subsidy-paid-corrected.v1"


class PaymentReturned(Fact, frozen=True, kw_only=True):
    """The bank sends a payment back, in whole or in part; those shares may be paid again."""

    TOPIC = "funds.payment-returned.v1"
    payment: PaymentId
    line: FundLineId
    payer: Holder  # who had paid, and has the money again
    claim: ClaimId
    training_class: ClassId
    shares: Shares
    amount_fen: Amount
    document: Text
    why: Text
    institution: InstitutionId | None = None  # the payee of that payment, or
    person: PersonId | None = None

    def tags(self) -> list[str]:
        return _tags(self, f"payment:{self.payment}")


class PaymentReturnedCorrected(Correction[PaymentReturned], frozen=True, kw_only=True):
    TOPIC = "funds.payment-returned-corrected.v1"


class FundsRecovered(Fact, frozen=True, kw_only=True):
    """Money wrongly paid comes back from the payee 追缴; the entitlement is not open again."""

    TOPIC = "funds.recovered.v1"
    payment: PaymentId
    line: FundLineId
    payer: Holder  # who had paid, and has the money again
    claim: ClaimId
    training_class: ClassId
    shares: Shares
    amount_fen: Amount
    document: Text
    why: Text
    institution: InstitutionId | None = None  # the payee of that payment, or
    person: PersonId | None = None
    approver: OfficerId

    def tags(self) -> list[str]:
        return _tags(self, f"payment:{self.payment}")


class FundsRecoveredCorrected(Correction[FundsRecovered], frozen=True, kw_only=True):
    TOPIC = "funds.recovered-corrected.v1"


class AdvancePaid(Fact, frozen=True, kw_only=True):
    """A lawful advance 预付 to an institution before its class is evidenced; it is no use until it is cleared."""

    TOPIC = "funds.advance-paid.v1"
    advance: AdvanceId
    line: FundLineId
    payer: Holder
    institution: InstitutionId
    training_class: ClassId
    amount_fen: Amount
    account: BankAccountId
    due_on: date
    document: Text
    approver: OfficerId

    def tags(self) -> list[str]:
        return [f"fund:{self.line}", f"advance:{self.advance}", f"class:{self.training_class}"]


class AdvancePaidCorrected(Correction[AdvancePaid], frozen=True, kw_only=True):
    TOPIC = "funds.advance-paid-corrected.v1"


class AdvanceCleared(Fact, frozen=True, kw_only=True):
    """Part or all of an advance is cleared: against shares of a reviewed claim, the rest given back."""

    TOPIC = "funds.advance-cleared.v1"
    advance: AdvanceId
    line: FundLineId
    payer: Holder  # who had paid the advance, and gets back what is returned
    institution: InstitutionId
    training_class: ClassId
    document: Text
    approver: OfficerId
    claim: ClaimId | None = None
    shares: tuple[Share, ...] = ()
    amount_fen: Fen = 0  # the control total: the sum of the shares
    returned_fen: Fen = 0

    def tags(self) -> list[str]:
        return _tags(self, f"advance:{self.advance}")


class AdvanceClearedCorrected(Correction[AdvanceCleared], frozen=True, kw_only=True):
    TOPIC = "funds.advance-cleared-corrected.v1"


def _tags(fact: SubsidyPaid | PaymentReturned | FundsRecovered | AdvanceCleared, own: str) -> list[str]:
    """What a step with shares is found by: its line, its own payment or advance, its class, and each person."""
    persons = (f"person:{share.person}" for share in fact.shares)
    return [f"fund:{fact.line}", own, f"class:{fact.training_class}", *persons]
