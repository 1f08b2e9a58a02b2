"""Public notices 公示: the masked list of an approved claim is posted, and comes down again, before anything is paid."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta

from taizhang.domain.boundary import GuardKey
from taizhang.domain.classes import OfOneClass
from taizhang.domain.core import Fact, RegionCode, Selector, Slice
from taizhang.domain.funds.claim_refusals import NeverPosted, NotApproved, PostedOtherwise
from taizhang.domain.funds.claim_state import ClaimGuard
from taizhang.domain.funds.claiming import payments_of, require_claim, require_in_order
from taizhang.domain.funds.claims import ClaimId, NoticeEnded, NoticePosted, county_of_claim
from taizhang.domain.funds.thresholds import NOTICE_DAYS, ThresholdGuard, threshold_row
from taizhang.domain.standing import require_forward, require_grounded, require_new

REVIEWERS = frozenset({"clerk", "finance"})


class PostNotice(OfOneClass, Slice):
    """Record that the list of an approved claim is posted, once."""

    COMMAND = "funds.post-notice"
    DECIDES = NoticePosted
    ROLES = REVIEWERS
    KEEPS = (NoticePosted,)
    fact: NoticePosted

    def guards(self) -> list[GuardKey]:
        return [(ClaimGuard.KIND, self.fact.claim), threshold_row(NOTICE_DAYS)]

    def consistency_boundary(self) -> list[Selector]:
        return [Selector(types=[NoticePosted], tags=[f"claim:{self.fact.claim}"])]

    def execute(self) -> None:
        fact, guard = self.fact, self.guard(ClaimGuard, self.fact.claim)
        require_new(fact, self.known)
        require_claim(guard, fact.claim, fact.training_class)
        if self.known:
            raise PostedOtherwise(claim=fact.claim, day=self.known[0].occurred_on)
        require_in_order(fact.claim, approved_on(guard, fact.claim), fact.occurred_on)
        require_forward(fact.occurred_on, fact.until)
        self.record(fact)

    def leaning(self) -> list[Selector]:
        return [
            Selector(types=[NoticeEnded], tags=[f"claim:{self.fact.claim}"]),
            *payments_of(self.fact.training_class),
        ]

    def take_back(self) -> None:
        """What came after the posting stays after it, and nothing stays paid on a notice that was too short."""
        now = _of_the_same_claim(self.becomes, self.fact.claim)
        county, thresholds = county_of_claim(self.fact.claim), self.guard(ThresholdGuard, NOTICE_DAYS)
        ended = [one for one in self.resting if isinstance(one, NoticeEnded)]
        paid = _of_claim([one for one in self.resting if not isinstance(one, NoticeEnded)], self.fact.claim)
        if now is not None:
            ended = [one for one in ended if one.occurred_on < now.occurred_on]
            since = ran_out_on(now.occurred_on, county, thresholds)
            down_on = self.guard(ClaimGuard, self.fact.claim).ended_on or date.max
            paid = [one for one in paid if min(one.occurred_on, down_on) < since]
        require_grounded(self.fact, [*ended, *paid])


class EndNotice(OfOneClass, Slice):
    """Record that a notice came down, not before it was posted."""

    COMMAND = "funds.end-notice"
    DECIDES = NoticeEnded
    ROLES = REVIEWERS
    KEEPS = (NoticeEnded,)
    fact: NoticeEnded

    def guards(self) -> list[GuardKey]:
        return [(ClaimGuard.KIND, self.fact.claim), threshold_row(NOTICE_DAYS)]

    def consistency_boundary(self) -> list[Selector]:
        return [Selector(types=[NoticeEnded], tags=[f"claim:{self.fact.claim}"])]

    def execute(self) -> None:
        fact, guard = self.fact, self.guard(ClaimGuard, self.fact.claim)
        require_new(fact, self.known)
        require_claim(guard, fact.claim, fact.training_class)
        if self.known:
            raise PostedOtherwise(claim=fact.claim, day=self.known[0].occurred_on)
        if guard.posted_on is None:
            raise NeverPosted(claim=fact.claim)
        require_in_order(fact.claim, guard.posted_on, fact.occurred_on)
        self.record(fact)

    def leaning(self) -> list[Selector]:
        return payments_of(self.fact.training_class)

    def take_back(self) -> None:
        """What was paid was paid when the notice was down, and had been posted for its days."""
        now = _of_the_same_claim(self.becomes, self.fact.claim)
        paid = _of_claim(self.resting, self.fact.claim)
        if now is not None and not self._too_short(now.occurred_on):
            paid = [one for one in paid if one.occurred_on < now.occurred_on]
        require_grounded(self.fact, paid)

    def _too_short(self, ended_on: date) -> bool:
        posted_on = self.guard(ClaimGuard, self.fact.claim).posted_on
        thresholds = self.guard(ThresholdGuard, NOTICE_DAYS)
        return posted_on is not None and ended_on < ran_out_on(posted_on, county_of_claim(self.fact.claim), thresholds)


def approved_on(guard: ClaimGuard, claim: ClaimId) -> date:
    """The day on which a review approved the claim.

    Raises NotApproved.
    """
    if not guard.approved or guard.reviewed_on is None:
        raise NotApproved(claim=claim)
    return guard.reviewed_on


def ran_out_on(posted_on: date, county: RegionCode, thresholds: ThresholdGuard) -> date:
    """The first day after the days for which a notice has to be posted; where no number is set, the day of posting."""
    return posted_on + timedelta(days=thresholds.value_on(county, posted_on) or 0)


def _of_the_same_claim(now: NoticePosted | NoticeEnded | None, claim: ClaimId) -> NoticePosted | NoticeEnded | None:
    return now if now is not None and now.claim == claim else None


def _of_claim(facts: Iterable[Fact], claim: ClaimId) -> list[Fact]:
    return [fact for fact in facts if getattr(fact, "claim", None) == claim]
