"""What a sample claims for its classes, and the papers a claim goes through before it is paid."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from typing import NamedTuple

from taizhang.adapters.house import House
from taizhang.adapters.notice_making import kept, made_notice
from taizhang.adapters.sample import money
from taizhang.adapters.sample.classes import Sitting
from taizhang.adapters.sample.money import claim_of, line_of, pays_trainees, plants
from taizhang.adapters.sample.plan import PlannedClass
from taizhang.domain.funds.claims import ClaimReviewed, ClaimSubmitted, Entitlement, NoticeEnded, NoticePosted
from taizhang.domain.funds.lines import FundLineId

CLAIM_AFTER, REVIEW_AFTER, POSTED_FOR, PAID_AFTER = 15, 5, 10, 2  # days


class Claimed(NamedTuple):
    """A claim as it was computed, for one class and purpose; its shares in the order in which the trainees sit.

    The fact lists them by person, and persons' ids are random: whatever a sample picks by their order would differ
    from one sample to the next.
    """

    one: PlannedClass
    fact: ClaimSubmitted
    shares: Sequence[Entitlement]
    held_until: date | None = None  # an open finding holds back what an institution gets

    @classmethod
    def of(cls, one: PlannedClass, fact: ClaimSubmitted, seated: Sequence[Sitting]) -> Claimed:
        seat = {trainee.person: number for number, trainee in enumerate(seated)}
        return cls(one, fact, sorted(fact.entitlements, key=lambda each: seat[each.person]))

    @property
    def posted_on(self) -> date:
        return self.fact.occurred_on + timedelta(days=REVIEW_AFTER)

    @property
    def paid_on(self) -> date:
        day = self.posted_on + timedelta(days=POSTED_FOR + PAID_AFTER)
        return day if self.held_until is None else max(day, self.held_until + timedelta(days=1))

    @property
    def line(self) -> FundLineId:
        return line_of(self.one.county, self.one.days[0].year, self.fact.purpose)


def claims(one: PlannedClass, seated: Sequence[Sitting]) -> Iterator[ClaimSubmitted]:
    """What is claimed for a class, where anybody is entitled."""
    hours = [trainee for trainee in seated if trainee.minutes >= one.required_minutes]
    if any(trainee.passed for trainee in hours):
        yield _claim(one, "training")
    if hours and pays_trainees(one):
        yield _claim(one, "living")


def _claim(one: PlannedClass, purpose: str) -> ClaimSubmitted:
    return ClaimSubmitted(
        claim=claim_of(one, purpose),
        training_class=one.id,
        purpose="training" if purpose == "training" else "living",
        payee="institution" if purpose == "training" else "person",
        document=f"示例申领表-{one.ordinal + 1:05d}-{purpose}",
        occurred_on=claimed_on(one),
    )


def claimed_on(one: PlannedClass) -> date:
    """Some days after the class; where the money comes late, when it has come."""
    day = one.days[-1] + timedelta(days=CLAIM_AFTER)
    year = one.days[0].year
    return max(day, date(year, 7, 1)) if plants(one.county, money.LATE) else day


def reviewed(claimed: Claimed) -> ClaimReviewed:
    """The county approves it."""
    return ClaimReviewed(
        claim=claimed.fact.claim,
        training_class=claimed.one.id,
        approved=True,
        document=f"示例审核意见-{claimed.fact.claim}",
        occurred_on=claimed.posted_on,
    )


def posted(house: House, claimed: Claimed) -> NoticePosted:
    """Its list is made and posted in the village; the views of training must be level."""
    county = claimed.one.county.code
    return NoticePosted(
        claim=claimed.fact.claim,
        training_class=claimed.one.id,
        place="示例村公示栏",
        list_digest=kept(house, made_notice(house, county, claimed.fact, reviewed(claimed))),
        until=claimed.posted_on + timedelta(days=POSTED_FOR),
        occurred_on=claimed.posted_on,
    )


def ended(claimed: Claimed) -> NoticeEnded:
    """Nobody objected."""
    return NoticeEnded(
        claim=claimed.fact.claim,
        training_class=claimed.one.id,
        outcome="无异议(示例)",
        occurred_on=claimed.posted_on + timedelta(days=POSTED_FOR),
    )
