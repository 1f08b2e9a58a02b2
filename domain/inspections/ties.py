"""Who is tied to what is inspected: the organisations responsible for it, the officers who recorded or approved it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any, Final

from taizhang.domain.classes import ClassApproved, ClassFiled, ClassFilingRefused, ClassId
from taizhang.domain.core import Fact, OfficerId, OrganisationId, Selector
from taizhang.domain.decisions import within
from taizhang.domain.funds.balances import PaymentGuard
from taizhang.domain.funds.claims import ClaimReviewed, ClaimSubmitted
from taizhang.domain.funds.lines import LineOpened
from taizhang.domain.funds.payments import AdvancePaid, FundsRecovered, SubsidyPaid
from taizhang.domain.institutions import OrganisationRegistered
from taizhang.domain.officers import OfficerAppointed

TIED_FACTS: Final[tuple[type[Fact], ...]] = (
    ClassFiled,
    ClassApproved,
    ClassFilingRefused,
    ClaimSubmitted,
    ClaimReviewed,
    SubsidyPaid,
    FundsRecovered,
    AdvancePaid,
    LineOpened,
)
HANDS: Final = ("filed_by", "approved_by", "refused_by", "prepared_by", "reviewed_by", "approver")
AUTHORITIES: Final = frozenset({"department", "mass-organisation", "leading-group"})  # who answers for a region


class Ties:
    """What is known of the things inspected, and of the organisations that may be inspecting them."""

    def __init__(self) -> None:
        self._facts: list[Any] = []
        self._registered: dict[str, OrganisationRegistered] = {}
        self._appointed: dict[str, set[str]] = {}

    def apply(self, fact: Fact) -> None:
        """Take in one fact about a thing inspected, an organisation or an officer."""
        if isinstance(fact, OrganisationRegistered):
            self._registered[fact.organisation] = fact
        elif isinstance(fact, OfficerAppointed):
            self._appointed.setdefault(fact.officer, set()).add(fact.organisation)
        else:
            self._facts.append(fact)

    def is_registered(self, organisation: OrganisationId) -> bool:
        return organisation in self._registered

    def officers(self) -> set[OfficerId]:
        """Everybody who had a hand in any of the things."""
        return {officer for fact in self._facts for officer in _hands(fact)}

    def hands_in(self, subject: str, payment: PaymentGuard | None) -> set[OfficerId]:
        """Who recorded or approved what is known of one thing."""
        return {officer for fact in self._of(subject, payment) for officer in _hands(fact)}

    def is_responsible(self, organisation: str, subject: str, payment: PaymentGuard | None) -> bool:
        """Whether an organisation answers for one thing."""
        kind, _, id = subject.partition(":")
        if kind == "region":
            known = self._registered.get(organisation)
            return known is not None and known.kind in AUTHORITIES and within(known.region, id)
        if kind in ("institution", "organisation"):
            return organisation == id
        if payment is not None and organisation == payment.payer.partition("/")[2]:
            return True
        about = self._of(subject, payment)
        named = {one for fact in about for one in (*getattr(fact, "issued_by", ()), getattr(fact, "institution", ""))}
        named |= {one for fact in about for who in _hands(fact) for one in self._appointed.get(who, ())}
        return organisation in named

    def _of(self, subject: str, payment: PaymentGuard | None) -> list[Any]:
        """The facts about one thing; of a payment's class those about this payment and its claim, and the class itself."""
        kind, _, id = subject.partition(":")
        if payment is None:
            return [fact for fact in self._facts if subject in fact.tags()]
        assert kind == "payment"
        here = [fact for fact in self._facts if f"class:{payment.training_class}" in fact.tags()]
        return [
            fact
            for fact in here
            if getattr(fact, "payment", id) == id
            and getattr(fact, "claim", payment.claim) == payment.claim
            and not isinstance(fact, AdvancePaid)
        ]


def tied_selectors(subjects: Iterable[str], payments: Iterable[PaymentGuard]) -> Iterator[Selector]:
    """Where to read what ties officers and organisations to these things."""
    for subject in subjects:
        kind = subject.partition(":")[0]
        if kind == "class":
            yield Selector(types=list(TIED_FACTS), tags=[subject])
        elif kind == "fund":
            yield Selector(types=[LineOpened], tags=[subject])
    for payment in payments:
        if payment.training_class:
            yield Selector(types=list(TIED_FACTS), tags=[f"class:{ClassId(payment.training_class)}"])


def _hands(fact: Any) -> Iterator[OfficerId]:
    for name in HANDS:
        officer = getattr(fact, name, "")
        if officer:
            yield OfficerId(officer)
