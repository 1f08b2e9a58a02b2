"""What several decisions about postings ask: the posting stands, the place is allowed, nobody decides about themself."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any, Final

import msgspec

from taizhang.domain.boundary import GuardKey
from taizhang.domain.core import Actor, Fact, OfficerId, RegionCode, Selector, Slice
from taizhang.domain.postings.book import OfficialGuard, groundless, official_row, overlapping, with_fact
from taizhang.domain.postings.kinds import PLACES
from taizhang.domain.postings.officials import VILLAGE_DIGITS, PostingId, PostingKind, county_of_posting
from taizhang.domain.postings.refusals import (
    DecidedByOneself,
    EndedAlready,
    NotAPoorVillage,
    OutsideThe58,
    OutsideThePosting,
    PlaceOfWrongLevel,
    PostingOfAnotherCounty,
    RecordedBeyond,
    TwoPostsAtOnce,
    UnknownPosting,
)
from taizhang.domain.postings.spells import Opening, Spell
from taizhang.domain.regions import RegionRegistered, RegionRenamed, VillagePovertyStated, require_region
from taizhang.domain.standing import OthersRestOnIt

POSTERS: Final = frozenset({"organisation", "clerk"})
ORGANISATION: Final = frozenset({"organisation"})
PLACE_FACTS: Final[list[type[Fact]]] = [RegionRegistered, RegionRenamed, VillagePovertyStated]


class OfOnePosting:
    """What every decision about one posting answers about scope, seals and corrections: put before Slice in its bases."""

    fact: Any
    becomes: Any
    guarded: Any

    def guards(self) -> list[GuardKey]:
        return [official_row(self.fact.official)]

    def region(self) -> RegionCode | None:
        return county_of_posting(self.fact.posting)

    def ledger_region(self) -> RegionCode:
        return county_of_posting(self.fact.posting)

    def take_back(self) -> None:
        """No record about the official loses what it rests on, and no two postings come to overlap."""
        require_carried(self.guarded[OfficialGuard.KIND, self.fact.official], self.fact)


def require_carried(state: OfficialGuard, fact: Fact) -> None:
    """Refuse a correction of `fact` after which records about the official rest on nothing, or postings overlap.

    Raises OthersRestOnIt, TwoPostsAtOnce.
    """
    others = groundless(state)
    if others:
        raise OthersRestOnIt(kind=type(fact).TOPIC, others=tuple(others))
    require_apart(state, fact)


def require_apart(state: OfficialGuard, fact: Any) -> None:
    """Raises TwoPostsAtOnce."""
    both = overlapping(state)
    if both is not None:
        other, posting = both
        raise TwoPostsAtOnce(official=fact.official, posting=posting, other=other)


def require_posting(decision: Slice) -> tuple[OfficialGuard, Spell, Opening]:
    """The official's row, and the posting that the fact names as this official's.

    Raises UnknownPosting.
    """
    fact = decision.fact
    state = decision.guard(OfficialGuard, fact.official)
    spell = state.opened(fact.posting)
    if spell is None or spell.opening is None:
        raise UnknownPosting(official=fact.official, posting=fact.posting)
    return state, spell, spell.opening


def require_standing(spell: Spell, posting: PostingId, day: date) -> None:
    """Refuse a day before a posting began or after its end, planned or real.

    Raises EndedAlready, OutsideThePosting.
    """
    assert spell.opening is not None
    if spell.ended_on is not None:
        raise EndedAlready(posting=posting, last=spell.ended_on)
    require_inside(spell, posting, day)


def require_inside(spell: Spell, posting: PostingId, day: date) -> None:
    """Raises OutsideThePosting."""
    assert spell.opening is not None
    if not spell.covers(day):
        raise OutsideThePosting(posting=posting, since=spell.opening.since, last=spell.last, day=day)


def require_nothing_beyond(state: OfficialGuard, fact: Any) -> None:
    """Refuse an ending after which records about the official lie outside of their posting.

    Raises RecordedBeyond.
    """
    others = groundless(with_fact(state, fact))
    if others:
        raise RecordedBeyond(posting=fact.posting, day=fact.occurred_on, others=tuple(others))


def require_somebody_else(state: OfficialGuard, by: Actor, *others: OfficerId | None) -> None:
    """Refuse that officials record or approve what is decided about themselves; `others` are theirs too.

    Raises DecidedByOneself.
    """
    own = state.officers().union(one for one in others if one is not None)
    if by.officer in own:
        raise DecidedByOneself(officer=by.officer)


def require_approved_by_another(state: OfficialGuard, approver: OfficerId, *others: OfficerId | None) -> None:
    """Raises DecidedByOneself."""
    if approver in state.officers().union(one for one in others if one is not None):
        raise DecidedByOneself(officer=approver)


def place_selector(region: RegionCode) -> Selector:
    """The facts that say what a place is."""
    return Selector(types=PLACE_FACTS, tags=[f"region:{region}"])


def require_place(posting: PostingId, kind: PostingKind, region: RegionCode, day: date, known: Iterable[Fact]) -> None:
    """Refuse a place where this kind of posting may not be on that day.

    Raises UnknownRegion, PlaceOfWrongLevel, PostingOfAnotherCounty, NotAPoorVillage, OutsideThe58.
    """
    known, place, county = list(known), PLACES[kind], RegionCode(region[:6])
    registered = require_region(region, known)
    if registered.level != place.level or (place.level == "village") != (len(region) == VILLAGE_DIGITS):
        raise PlaceOfWrongLevel(kind=kind, region=region, wanted=place.level)
    if county_of_posting(posting) != county:
        raise PostingOfAnotherCounty(posting=posting, region=region, county=county)
    if place.poor and not poor_on(region, day, known):
        raise NotAPoorVillage(village=region, kind=kind, day=day)
    if place.category is not None and registered.category != place.category:
        raise OutsideThe58(county=region, kind=kind)


def poor_on(village: RegionCode, day: date, known: Iterable[Fact]) -> bool:
    """Whether the village was stated to be registered poor, and not otherwise since, by that day."""
    poor, since = False, date.min
    for fact in known:
        if isinstance(fact, VillagePovertyStated) and fact.village == village and since <= fact.occurred_on <= day:
            poor, since = fact.poor, fact.occurred_on
    return poor


def with_officer(fact: Any, opening: Opening) -> Any:
    """The fact with the officer whose scope it moves: whom the posting names."""
    return msgspec.structs.replace(fact, officer=opening.officer)
