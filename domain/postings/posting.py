"""Who is posted where: the decisions about taking up a post and about moving from one to the next."""

from __future__ import annotations

from datetime import date
from typing import Any

import msgspec

from taizhang.domain.boundary import GuardKey
from taizhang.domain.core import Fact, OfficerId, RegionCode, Selector, Slice
from taizhang.domain.officer_refusals import NotAppointed, RolesExclude
from taizhang.domain.officers import ADMINISTRATORS, OfficerGuard
from taizhang.domain.postings.book import OfficialGuard, PostingGuard, official_row, posting_row, with_fact
from taizhang.domain.postings.officials import (
    VILLAGE_OFFICIAL,
    OfficialPosted,
    OfficialTransferred,
    PostingId,
    PostingKind,
)
from taizhang.domain.postings.refusals import (
    EndedAlready,
    GraduateMovedOtherwise,
    NotSelected,
    OutsideThePosting,
    PostingIdTaken,
    TransferBeforeStart,
)
from taizhang.domain.postings.rules import (
    POSTERS,
    OfOnePosting,
    place_selector,
    poor_on,
    require_apart,
    require_approved_by_another,
    require_nothing_beyond,
    require_place,
    require_posting,
    require_somebody_else,
)
from taizhang.domain.postings.spells import ONE_DAY, Opening, Spell
from taizhang.domain.regions import RegionRegistered, RegionRenamed, VillagePovertyStated
from taizhang.domain.standing import events, require_forward, require_grounded, require_new


class PostOfficial(OfOnePosting, Slice):
    """Post a selected official to an allowed place, in which the official's officer may act from then on."""

    COMMAND = "postings.post-official"
    DECIDES = OfficialPosted
    ROLES = POSTERS
    KEEPS = (OfficialPosted,)
    fact: OfficialPosted
    places: tuple[Fact, ...] = ()

    def guards(self) -> list[GuardKey]:
        fact = self.fact
        return [official_row(fact.official), posting_row(fact.posting), *_officer_rows(fact.officer)]

    def region(self) -> RegionCode:
        return self.fact.region

    def consistency_boundary(self) -> list[Selector]:
        return [
            Selector(types=[OfficialPosted], tags=[f"posting:{self.fact.posting}"]),
            place_selector(self.fact.region),
        ]

    @events(RegionRegistered, RegionRenamed, VillagePovertyStated)
    def _(self, fact: Fact) -> None:
        self.places = (*self.places, fact)

    def execute(self) -> None:
        fact = self.fact
        require_new(fact, self.known)
        _require_free(self, fact.posting)
        require_forward(fact.occurred_on, fact.until)
        state = self.guard(OfficialGuard, fact.official)
        require_somebody_else(state, self.by, fact.officer)
        require_approved_by_another(state, fact.approver, fact.officer)
        _require_selected(state, fact, fact.kind)
        require_place(fact.posting, fact.kind, fact.region, fact.occurred_on, self.places)
        _require_officer(self, fact.officer)
        require_apart(with_fact(state, fact), fact)
        self.record(fact)

    def leaning(self) -> list[Selector]:
        return [Selector(types=[OfficialTransferred], tags=[f"posting:{self.fact.posting}"])]

    def take_back(self) -> None:
        """A transfer from here rests on the place and kind; everything else on the days."""
        now = self.becomes
        if now is not None and (now.region, now.kind) != (self.fact.region, self.fact.kind):
            require_grounded(self.fact, [one for one in self.resting if _from(one, self.fact.posting)])
        super().take_back()


class TransferOfficial(OfOnePosting, Slice):
    """Move an official: one posting closes and the next one opens, so that no day has both or neither."""

    COMMAND = "postings.transfer-official"
    DECIDES = OfficialTransferred
    ROLES = POSTERS
    COMPUTED = ("officer",)
    KEEPS = (OfficialTransferred,)
    fact: OfficialTransferred
    places: tuple[Fact, ...] = ()

    def guards(self) -> list[GuardKey]:
        return [
            official_row(self.fact.official),
            posting_row(self.fact.posting),
            posting_row(self.fact.to_posting),
        ]

    def consistency_boundary(self) -> list[Selector]:
        fact = self.fact
        old = self.guard(OfficialGuard, fact.official).opened(fact.posting)
        regions = [fact.region, *([old.opening.region] if old is not None and old.opening is not None else [])]
        return [
            Selector(types=[OfficialTransferred], tags=[f"posting:{fact.posting}"]),
            *(place_selector(one) for one in dict.fromkeys(regions)),
        ]

    @events(RegionRegistered, RegionRenamed, VillagePovertyStated)
    def _(self, fact: Fact) -> None:
        self.places = (*self.places, fact)

    def execute(self) -> None:
        state, spell, opening = require_posting(self)
        fact = self.fact = msgspec.structs.replace(self.fact, officer=opening.officer)
        require_new(fact, self.known)
        _require_free(self, fact.to_posting)
        require_forward(fact.occurred_on, fact.until)
        require_somebody_else(state, self.by)
        require_approved_by_another(state, fact.approver)
        self._require_movable(spell, opening)
        _require_selected(state, fact, fact.kind)
        require_place(fact.to_posting, fact.kind, fact.region, fact.occurred_on, self.places)
        require_nothing_beyond(state, fact)
        require_apart(with_fact(state, fact), fact)
        self.record(fact)

    def _require_movable(self, spell: Spell, opening: Opening) -> None:
        """Raises EndedAlready, TransferBeforeStart, OutsideThePosting, GraduateMovedOtherwise."""
        fact, day = self.fact, self.fact.occurred_on
        if spell.ended_on is not None:
            raise EndedAlready(posting=fact.posting, last=spell.ended_on)
        if day <= opening.since:
            raise TransferBeforeStart(posting=fact.posting, since=opening.since, day=day)
        if day - ONE_DAY > spell.until:
            raise OutsideThePosting(posting=fact.posting, since=opening.since, last=spell.until, day=day)
        graduate = "graduate-official" in (opening.kind, fact.kind)
        if graduate and (poor_on(opening.region, day, self.places) or fact.region[:6] != opening.region[:6]):
            raise GraduateMovedOtherwise(old=opening.region, new=fact.region, day=day)

    def leaning(self) -> list[Selector]:
        return [Selector(types=[OfficialTransferred], tags=[f"posting:{self.fact.to_posting}"])]

    def take_back(self) -> None:
        """A further transfer rests on the place and kind; everything else on the days."""
        now = self.becomes
        if now is not None and (now.region, now.kind) != (self.fact.region, self.fact.kind):
            require_grounded(self.fact, [one for one in self.resting if _from(one, self.fact.to_posting)])
        super().take_back()


def _from(fact: Any, posting: PostingId) -> bool:
    return bool(fact.posting == posting)


def _require_free(decision: Slice, posting: PostingId) -> None:
    """Raises PostingIdTaken."""
    spell = decision.guard(PostingGuard, posting).spells.get(posting)
    if spell is not None and spell.opening is not None:
        raise PostingIdTaken(posting=posting)


def _require_selected(state: OfficialGuard, fact: Any, kind: PostingKind) -> None:
    """Raises NotSelected."""
    day: date = fact.occurred_on
    if state.selected_for(kind, day) is None:
        raise NotSelected(official=fact.official, kind=kind, day=day)


def _officer_rows(officer: OfficerId | None) -> list[GuardKey]:
    return [(OfficerGuard.KIND, officer)] if officer is not None else []


def _require_officer(decision: Slice, officer: OfficerId | None) -> None:
    """Only an appointed officer comes to act in a village, and no administrator of the house.

    Raises NotAppointed, RolesExclude.
    """
    if officer is None:
        return
    state = decision.guard(OfficerGuard, officer)
    if not state.appointed:
        raise NotAppointed(officer=officer)
    for held in state.grants:
        if held.role in ADMINISTRATORS:
            raise RolesExclude(officer=officer, held=held.role, role=VILLAGE_OFFICIAL)
