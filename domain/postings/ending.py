"""How postings go on and end: renewed, ended, recalled, or crowned by a promotion that names what it rests on."""

from __future__ import annotations

from taizhang.domain.core import Selector, Slice
from taizhang.domain.postings.appraisals import OfficialPromoted
from taizhang.domain.postings.book import with_fact
from taizhang.domain.postings.doing_refusals import (
    OnTheNegativeList,
    PositionNotYet,
    PromotedAlready,
    PromotionWithoutGround,
)
from taizhang.domain.postings.officials import OfficialRecalled, PostingEnded, TermRenewed
from taizhang.domain.postings.refusals import EndedAlready, OutsideThePosting, RenewalNotForward
from taizhang.domain.postings.rules import (
    ORGANISATION,
    POSTERS,
    OfOnePosting,
    require_apart,
    require_approved_by_another,
    require_nothing_beyond,
    require_posting,
    require_somebody_else,
    require_standing,
    with_officer,
)
from taizhang.domain.standing import require_new


class RenewTerm(OfOnePosting, Slice):
    """Move the planned end of a posting that has not ended further back."""

    COMMAND = "postings.renew-term"
    DECIDES = TermRenewed
    ROLES = POSTERS
    COMPUTED = ("officer",)
    KEEPS = (TermRenewed,)
    fact: TermRenewed

    def consistency_boundary(self) -> list[Selector]:
        return [Selector(types=[TermRenewed], tags=[f"posting:{self.fact.posting}"])]

    def execute(self) -> None:
        state, spell, opening = require_posting(self)
        fact = self.fact = with_officer(self.fact, opening)
        require_new(fact, self.known)
        require_somebody_else(state, self.by)
        require_approved_by_another(state, fact.approver)
        if spell.ended_on is not None:
            raise EndedAlready(posting=fact.posting, last=spell.ended_on)
        if fact.occurred_on < opening.since:
            raise OutsideThePosting(posting=fact.posting, since=opening.since, last=spell.last, day=fact.occurred_on)
        if fact.until <= spell.until:
            raise RenewalNotForward(posting=fact.posting, until=spell.until, asked=fact.until)
        require_apart(with_fact(state, fact), fact)
        self.record(fact)


class EndPosting(OfOnePosting, Slice):
    """Record a posting's last day, once."""

    COMMAND = "postings.end-posting"
    DECIDES = PostingEnded
    ROLES = POSTERS
    COMPUTED = ("officer",)
    KEEPS = (PostingEnded,)
    fact: PostingEnded

    def consistency_boundary(self) -> list[Selector]:
        return [Selector(types=[PostingEnded], tags=[f"posting:{self.fact.posting}"])]

    def execute(self) -> None:
        state, spell, opening = require_posting(self)
        fact = self.fact = with_officer(self.fact, opening)
        require_new(fact, self.known)
        require_somebody_else(state, self.by)
        require_standing(spell, fact.posting, fact.occurred_on)
        require_nothing_beyond(state, fact)
        self.record(fact)


class RecallOfficial(OfOnePosting, Slice):
    """Recall an unfit official, with ground and approver; the posting ends that day."""

    COMMAND = "postings.recall-official"
    DECIDES = OfficialRecalled
    ROLES = ORGANISATION
    COMPUTED = ("officer",)
    KEEPS = (OfficialRecalled,)
    fact: OfficialRecalled

    def consistency_boundary(self) -> list[Selector]:
        return [Selector(types=[OfficialRecalled], tags=[f"posting:{self.fact.posting}"])]

    def execute(self) -> None:
        state, spell, opening = require_posting(self)
        fact = self.fact = with_officer(self.fact, opening)
        require_new(fact, self.known)
        require_somebody_else(state, self.by)
        require_approved_by_another(state, fact.approver)
        require_standing(spell, fact.posting, fact.occurred_on)
        require_nothing_beyond(state, fact)
        self.record(fact)


class PromoteOfficial(OfOnePosting, Slice):
    """Promote an official on named figures as the log stood; a posting that still stands ends that day."""

    COMMAND = "postings.promote-official"
    DECIDES = OfficialPromoted
    ROLES = ORGANISATION
    COMPUTED = ("officer",)
    KEEPS = (OfficialPromoted,)
    fact: OfficialPromoted

    def consistency_boundary(self) -> list[Selector]:
        return [Selector(types=[OfficialPromoted], tags=[f"posting:{self.fact.posting}"])]

    def execute(self) -> None:
        state, spell, opening = require_posting(self)
        fact = self.fact = with_officer(self.fact, opening)
        require_new(fact, self.known)
        require_somebody_else(state, self.by)
        require_approved_by_another(state, fact.approver)
        if not fact.figures or fact.position is None or fact.position < 1:
            raise PromotionWithoutGround(official=fact.official)
        head: int = self.history.end
        if fact.position > head:
            raise PositionNotYet(position=fact.position, head=head)
        if fact.posting in state.promoted:
            raise PromotedAlready(posting=fact.posting)
        listed = state.listed_on(fact.occurred_on)
        if listed is not None:
            raise OnTheNegativeList(official=fact.official, since=listed, day=fact.occurred_on)
        if fact.occurred_on < opening.since:
            raise OutsideThePosting(posting=fact.posting, since=opening.since, last=spell.last, day=fact.occurred_on)
        if spell.ended_on is not None and fact.occurred_on < spell.ended_on:
            raise EndedAlready(posting=fact.posting, last=spell.ended_on)
        require_nothing_beyond(state, fact)
        self.record(fact)
