"""Who may be posted at all, and who stands on the negative list: the decisions about selections and listings."""

from __future__ import annotations

from typing import Any

from taizhang.domain.boundary import GuardKey
from taizhang.domain.core import RegionCode, Selector, Slice
from taizhang.domain.officer_refusals import NotAppointed
from taizhang.domain.officers import OfficerGuard
from taizhang.domain.postings.appraisals import NegativeListEntered, NegativeListLifted
from taizhang.domain.postings.book import OfficialGuard, official_row
from taizhang.domain.postings.doing_refusals import NotOnTheList, OnTheListAlready
from taizhang.domain.postings.officials import OfficialSelected
from taizhang.domain.postings.rules import (
    ORGANISATION,
    POSTERS,
    require_approved_by_another,
    require_carried,
    require_somebody_else,
)
from taizhang.domain.standing import require_new


class OfOneOfficial:
    """What decisions about an official outside of postings answer: put before Slice in its bases."""

    fact: Any
    guarded: Any

    def region(self) -> RegionCode:
        region: RegionCode = self.fact.region
        return region

    def take_back(self) -> None:
        """No record about the official loses what it rests on."""
        require_carried(self.guarded[OfficialGuard.KIND, self.fact.official], self.fact)


class SelectOfficial(OfOneOfficial, Slice):
    """Select somebody for a kind of posting, by somebody else."""

    COMMAND = "postings.select-official"
    DECIDES = OfficialSelected
    ROLES = POSTERS
    KEEPS = (OfficialSelected,)
    fact: OfficialSelected

    def guards(self) -> list[GuardKey]:
        named = self.fact.officer
        return [official_row(self.fact.official), *([(OfficerGuard.KIND, named)] if named is not None else [])]

    def consistency_boundary(self) -> list[Selector]:
        return [Selector(types=[OfficialSelected], tags=[f"person:{self.fact.official}"])]

    def execute(self) -> None:
        fact = self.fact
        require_new(fact, self.known)
        require_somebody_else(self.guard(OfficialGuard, fact.official), self.by, fact.officer)
        if fact.officer is not None and not self.guard(OfficerGuard, fact.officer).appointed:
            raise NotAppointed(officer=fact.officer)
        self.record(fact)


class EnterNegativeList(OfOneOfficial, Slice):
    """Put an official on the negative list, unless already there."""

    COMMAND = "postings.enter-negative-list"
    DECIDES = NegativeListEntered
    ROLES = ORGANISATION
    KEEPS = (NegativeListEntered,)
    fact: NegativeListEntered

    def guards(self) -> list[GuardKey]:
        return [official_row(self.fact.official)]

    def consistency_boundary(self) -> list[Selector]:
        return [Selector(types=[NegativeListEntered], tags=[f"person:{self.fact.official}"])]

    def execute(self) -> None:
        fact = self.fact
        require_new(fact, self.known)
        state = self.guard(OfficialGuard, fact.official)
        require_somebody_else(state, self.by)
        require_approved_by_another(state, fact.approver)
        for since, until in state.listed():
            if until is None or since <= fact.occurred_on < until:
                raise OnTheListAlready(official=fact.official, since=since)
        self.record(fact)


class LiftNegativeList(OfOneOfficial, Slice):
    """Take an official off the negative list, once for each time on it."""

    COMMAND = "postings.lift-negative-list"
    DECIDES = NegativeListLifted
    ROLES = ORGANISATION
    KEEPS = (NegativeListLifted,)
    fact: NegativeListLifted

    def guards(self) -> list[GuardKey]:
        return [official_row(self.fact.official)]

    def consistency_boundary(self) -> list[Selector]:
        return [Selector(types=[NegativeListLifted], tags=[f"person:{self.fact.official}"])]

    def execute(self) -> None:
        fact = self.fact
        require_new(fact, self.known)
        state = self.guard(OfficialGuard, fact.official)
        require_somebody_else(state, self.by)
        require_approved_by_another(state, fact.approver)
        if not any(until is None and since <= fact.occurred_on for since, until in state.listed()):
            raise NotOnTheList(official=fact.official, day=fact.occurred_on)
        self.record(fact)
