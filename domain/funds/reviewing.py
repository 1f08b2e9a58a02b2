"""Another officer reviews a claim: approves it, leaves persons out of it, or refuses it."""

from __future__ import annotations

from collections.abc import Iterable

import msgspec

from taizhang.domain.boundary import GuardKey
from taizhang.domain.classes import OfOneClass
from taizhang.domain.core import Actor, Fact, PersonId, Selector, Slice
from taizhang.domain.filing import require_another
from taizhang.domain.funds.claim_refusals import (
    ClaimedAlready,
    NotInTheClaim,
    RefusedWithoutReason,
    ReviewedOtherwise,
)
from taizhang.domain.funds.claim_state import ClaimGuard
from taizhang.domain.funds.claiming import claimed_for, payments_of, require_claim, require_in_order
from taizhang.domain.funds.claims import ClaimId, ClaimReviewed, ClaimSubmitted, NoticePosted
from taizhang.domain.funds.payments import AdvanceCleared, SubsidyPaid
from taizhang.domain.standing import StandsAlready, events, require_grounded


class ReviewClaim(OfOneClass, Slice):
    """Review a claim once, by another officer than the one who prepared it."""

    COMMAND = "funds.review-claim"
    DECIDES = ClaimReviewed
    ROLES = frozenset({"clerk", "finance"})
    COMPUTED = ("reviewed_by",)
    fact: ClaimReviewed

    def __init__(self, fact: ClaimReviewed, by: Actor) -> None:
        super().__init__(msgspec.structs.replace(fact, reviewed_by=by.officer), by)
        self.claims: list[ClaimSubmitted] = []
        self.reviews: dict[ClaimId, ClaimReviewed] = {}

    def guards(self) -> list[GuardKey]:
        return [(ClaimGuard.KIND, self.fact.claim)]

    def consistency_boundary(self) -> list[Selector]:
        types: list[type[Fact]] = [ClaimSubmitted, ClaimReviewed]
        return [Selector(types=types, tags=[f"class:{self.fact.training_class}"])]

    @events(ClaimSubmitted)
    def _(self, fact: ClaimSubmitted) -> None:
        self.claims.append(fact)

    @events(ClaimReviewed)
    def _(self, fact: ClaimReviewed) -> None:
        self.reviews[fact.claim] = fact

    def execute(self) -> None:
        fact, guard = self.fact, self.guard(ClaimGuard, self.fact.claim)
        terms = require_claim(guard, fact.claim, fact.training_class)
        self._require_new()
        require_in_order(fact.claim, terms.claimed_on, fact.occurred_on)
        require_another(terms.prepared_by, self.by)
        for person in fact.left_out:
            if person not in guard.entitled:
                raise NotInTheClaim(claim=fact.claim, person=person)
        if (fact.left_out or not fact.approved) and not fact.why.strip():
            raise RefusedWithoutReason(claim=fact.claim)
        self._require_alone(person for person in guard.entitled if fact.approved and person not in fact.left_out)
        self.record(fact)

    def leaning(self) -> list[Selector]:
        return [
            Selector(types=[NoticePosted], tags=[f"claim:{self.fact.claim}"]),
            *payments_of(self.fact.training_class),
        ]

    def take_back(self) -> None:
        """What was posted and paid rests on the review; whom it lets go may stand in another claim by now."""
        fact, now, guard = self.fact, self.becomes, self.guard(ClaimGuard, self.fact.claim)
        here = [one for one in self.resting if getattr(one, "claim", None) == fact.claim]
        if now is None or now.claim != fact.claim or not now.approved:
            require_grounded(fact, here)
        else:
            require_grounded(fact, [one for one in here if self._without_ground(one, now, guard)])
        if now is None or now.claim != fact.claim:
            self._require_alone(guard.entitled)

    def _without_ground(self, resting: Fact, now: ClaimReviewed, guard: ClaimGuard) -> bool:
        """Nothing is dated before the review, nobody is paid who is left out, nobody comes in who was not posted."""
        if resting.occurred_on < now.occurred_on:
            return True
        if isinstance(resting, (SubsidyPaid, AdvanceCleared)):
            return any(share.person in now.left_out and guard.paid.get(share.person) for share in resting.shares)
        return not set(self.fact.left_out) <= set(now.left_out)

    def _require_new(self) -> None:
        """Raises StandsAlready, ReviewedOtherwise."""
        standing = self.reviews.get(self.fact.claim)
        if standing is None:
            return
        if msgspec.structs.replace(standing, reviewed_by=self.fact.reviewed_by) == self.fact:
            raise StandsAlready(kind=standing.TOPIC)
        raise ReviewedOtherwise(claim=standing.claim, reviewed_on=standing.occurred_on)

    def _require_alone(self, persons: Iterable[PersonId]) -> None:
        """Refuse to let persons stand in this claim who stand in another one for the same.

        Raises ClaimedAlready.
        """
        fact = self.fact
        keys = [(one.training_class, one.purpose, one.payee) for one in self.claims if one.claim == fact.claim]
        others = [one for one in self.claims if one.claim != fact.claim]
        elsewhere = claimed_for(keys[0], others, self.reviews) if keys else {}
        for person in persons:
            if person in elsewhere:
                raise ClaimedAlready(person=person, training_class=fact.training_class, claim=elsewhere[person])
