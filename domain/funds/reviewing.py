"""Another officer reviews a claim: approves it, leaves persons out of it, or refuses it."""

from __future__ import annotations

from collections.abc import Iterable

import msgspec

from taizhang.domain.boundary import GuardKey
from taizhang.domain.classes import ClassGuard, OfOneClass
from taizhang.domain.core import Actor, Fact, PersonId, Selector, Slice
from taizhang.domain.filing import require_another
from taizhang.domain.funds.allotments import UsePlanGuard, plans_row
from taizhang.domain.funds.claim_refusals import (
    ChargesDoNotAddUp,
    ClaimedAlready,
    NotInTheClaim,
    RefusedWithoutReason,
    ReviewedOtherwise,
)
from taizhang.domain.funds.claim_state import ClaimGuard, ClaimTerms
from taizhang.domain.funds.claiming import claimed_for, payments_of, require_claim, require_in_order
from taizhang.domain.funds.claims import (
    Charge,
    ClaimId,
    ClaimReviewed,
    ClaimSubmitted,
    NoticePosted,
    county_of_claim,
    total,
)
from taizhang.domain.funds.payment_rules import county_selector
from taizhang.domain.funds.payments import AdvanceCleared, SubsidyPaid
from taizhang.domain.funds.rules import line_row, require_in_scope, require_line, require_purpose
from taizhang.domain.regions import RegionRegistered, RegionRenamed, require_region
from taizhang.domain.standing import StandsAlready, events, require_grounded


class ReviewClaim(OfOneClass, Slice):
    """Review a claim once, by another officer than the one who prepared it, and charge what is approved to its lines."""

    COMMAND = "funds.review-claim"
    DECIDES = ClaimReviewed
    ROLES = frozenset({"clerk", "finance"})
    COMPUTED = ("reviewed_by",)
    fact: ClaimReviewed

    def __init__(self, fact: ClaimReviewed, by: Actor) -> None:
        super().__init__(msgspec.structs.replace(fact, reviewed_by=by.officer), by)
        self.claims: list[ClaimSubmitted] = []
        self.reviews: dict[ClaimId, ClaimReviewed] = {}
        self.places: tuple[Fact, ...] = ()

    def guards(self) -> list[GuardKey]:
        fact = self.fact
        return [
            (ClaimGuard.KIND, fact.claim),
            (ClassGuard.KIND, fact.training_class),
            plans_row(county_of_claim(fact.claim)),
            *(line_row(line) for line in dict.fromkeys(one.line for one in fact.charged)),
        ]

    def consistency_boundary(self) -> list[Selector]:
        types: list[type[Fact]] = [ClaimSubmitted, ClaimReviewed]
        here = Selector(types=types, tags=[f"class:{self.fact.training_class}"])
        return [here, county_selector(self.fact.training_class)]

    @events(ClaimSubmitted)
    def _(self, fact: ClaimSubmitted) -> None:
        self.claims.append(fact)

    @events(ClaimReviewed)
    def _(self, fact: ClaimReviewed) -> None:
        self.reviews[fact.claim] = fact

    @events(RegionRegistered, RegionRenamed)
    def _(self, fact: Fact) -> None:
        self.places = (*self.places, fact)

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
        self.record(msgspec.structs.replace(fact, charged=self._charges(terms, guard)))

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
        charged = standing.charged if self.fact.charged else ()
        if msgspec.structs.replace(standing, reviewed_by=self.fact.reviewed_by, charged=charged) == self.fact:
            raise StandsAlready(kind=standing.TOPIC)
        raise ReviewedOtherwise(claim=standing.claim, reviewed_on=standing.occurred_on)

    def _charges(self, terms: ClaimTerms, guard: ClaimGuard) -> tuple[Charge, ...]:
        """What is approved, by line: as the reviewer says, else all of it to the one line that is planned for it.

        Nothing when no line is named and the county's plan of the class's year has none for it, or several.
        """
        fact = self.fact
        left_out = set(fact.left_out)
        approved = sum(fen for person, fen in guard.entitled.items() if person not in left_out) if fact.approved else 0
        if fact.charged:
            self._require_chargeable(terms, approved)
            return fact.charged
        filing = self.guard(ClassGuard, fact.training_class).filing
        plans = self.guard(UsePlanGuard, county_of_claim(fact.claim))
        lines = plans.lines_for(terms.purpose, filing.starts_on.year) if filing is not None else []
        return (Charge(lines[0], approved),) if len(lines) == 1 and approved else ()

    def _require_chargeable(self, terms: ClaimTerms, approved_fen: int) -> None:
        """Raises ChargesDoNotAddUp, UnknownLine, BeforeTheLine, PurposeNotAllowed, UnknownRegion, CountyOutsideScope."""
        fact, county = self.fact, county_of_claim(self.fact.claim)
        if total(fact.charged) != approved_fen:
            raise ChargesDoNotAddUp(claim=fact.claim, charged_fen=total(fact.charged), approved_fen=approved_fen)
        for line in dict.fromkeys(one.line for one in fact.charged):
            stated = require_line(self, line)
            require_purpose(stated, line, terms.purpose)
            require_in_scope(stated, line, require_region(county, self.places))

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
