"""The guard row of a claim: who prepared and reviewed it, its notice, and what each entitlement still leaves to pay."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any

import msgspec

from taizhang.domain.classes import InstitutionId
from taizhang.domain.core import Guard, PersonId, moves
from taizhang.domain.funds.claims import ClaimReviewed, ClaimSubmitted, NoticeEnded, NoticePosted, PayeeKind, Share
from taizhang.domain.funds.payments import AdvanceCleared, PaymentReturned, SubsidyPaid
from taizhang.domain.funds.purposes import Purpose


class ClaimTerms(msgspec.Struct, array_like=True):
    """What rules ask of a submitted claim."""

    training_class: str
    institution: InstitutionId
    purpose: Purpose
    payee: PayeeKind
    prepared_by: str
    claimed_on: date
    evidenced_on: date | None


class ClaimGuard(Guard):
    """How one claim stands."""

    KIND = "claim"
    terms: ClaimTerms | None = None
    entitled: dict[PersonId, int] = msgspec.field(default_factory=dict)  # person -> fen
    paid: dict[PersonId, int] = msgspec.field(default_factory=dict)  # person -> fen paid and not sent back by the bank
    approved: bool | None = None  # None: not reviewed
    reviewed_on: date | None = None
    reviewed_by: str = ""
    left_out: list[PersonId] = msgspec.field(default_factory=list)
    posted_on: date | None = None
    ended_on: date | None = None

    @classmethod
    def keys(cls, fact: Any) -> tuple[str, ...]:
        return (fact.claim,) if fact.claim is not None else ()

    @moves(ClaimSubmitted)
    def submitted(self, fact: ClaimSubmitted, sign: int) -> None:
        self.terms, self.entitled = None, {}
        if sign > 0:
            self.terms = ClaimTerms(
                training_class=fact.training_class,
                institution=fact.institution,
                purpose=fact.purpose,
                payee=fact.payee,
                prepared_by=fact.prepared_by,
                claimed_on=fact.occurred_on,
                evidenced_on=max((one.evidenced_on for one in fact.entitlements), default=None),
            )
            self.entitled = {one.person: one.amount_fen for one in fact.entitlements}

    @moves(ClaimReviewed)
    def reviewed(self, fact: ClaimReviewed, sign: int) -> None:
        self.approved, self.reviewed_on, self.reviewed_by, self.left_out = None, None, "", []
        if sign > 0:
            self.approved, self.reviewed_on = fact.approved, fact.occurred_on
            self.reviewed_by, self.left_out = fact.reviewed_by, list(fact.left_out)

    @moves(NoticePosted)
    def posted(self, fact: NoticePosted, sign: int) -> None:
        self.posted_on = fact.occurred_on if sign > 0 else None

    @moves(NoticeEnded)
    def ended(self, fact: NoticeEnded, sign: int) -> None:
        self.ended_on = fact.occurred_on if sign > 0 else None

    @moves(SubsidyPaid, AdvanceCleared)
    def met(self, fact: SubsidyPaid | AdvanceCleared, sign: int) -> None:
        self._add(fact.shares, sign)

    @moves(PaymentReturned)
    def sent_back(self, fact: PaymentReturned, sign: int) -> None:
        self._add(fact.shares, -sign)

    def payable(self, person: PersonId) -> int:
        """What may still be paid for one person's entitlement, in fen."""
        if person in self.left_out or not self.approved:
            return 0
        return self.entitled.get(person, 0) - self.paid.get(person, 0)

    def _add(self, shares: Iterable[Share], sign: int) -> None:
        sums = dict(self.paid)
        for share in shares:
            sums[share.person] = sums.get(share.person, 0) + sign * share.amount_fen
        self.paid = {person: fen for person, fen in sums.items() if fen}
