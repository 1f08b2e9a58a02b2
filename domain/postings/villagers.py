"""Whether somebody lives in a posted official's village: what the official may record of persons is limited to those."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from taizhang.domain.core import Actor, Fact, PersonId, RegionCode, Selector
from taizhang.domain.decisions import OutsideYourRegion
from taizhang.domain.people import PersonMoved, PersonRegistered
from taizhang.domain.postings.officials import VILLAGE_OFFICIAL
from taizhang.domain.standing import require_scope

HOME_FACTS: tuple[type[Fact], ...] = (PersonRegistered, PersonMoved)


class OfVillager:
    """A decision about a person that a posted official may make for the own village: put before Slice in its bases.

    The slice states FURTHER = HOME_FACTS, folds them into `homes`, and asks `require_villager` in `execute`.
    """

    fact: Any
    by: Actor
    homes: tuple[Fact, ...] = ()
    asked_for_homes: bool = False

    def further(self) -> list[Selector]:
        if self.by.role != VILLAGE_OFFICIAL or self.asked_for_homes:
            return []
        self.asked_for_homes = True
        return [Selector(types=list(HOME_FACTS), tags=[f"person:{self.fact.person}"])]

    def take_back(self) -> None:
        self.require_villager()

    def require_villager(self) -> None:
        """Refuse a posted official somebody of another village, or of whom no village is known, or another county's ledger.

        Raises OutsideYourRegion.
        """
        if self.by.role != VILLAGE_OFFICIAL:
            return
        county = getattr(self.fact, "county", None)
        if county is not None and county != self.by.region[: len(county)]:
            raise OutsideYourRegion(region=county, scope=self.by.region)
        require_scope(home_of(self.fact.person, self.homes), self.by)


def home_of(person: PersonId, known: Iterable[Fact]) -> RegionCode:
    """The village in which a person lives by the latest word; the county that keeps the record, or nothing, without one."""
    home, latest = RegionCode(""), None
    for fact in known:
        if isinstance(fact, PersonRegistered) and fact.person == person and latest is None:
            home = fact.village or fact.county
        if isinstance(fact, PersonMoved) and fact.person == person and (latest is None or fact.occurred_on >= latest):
            home, latest = fact.village, fact.occurred_on
    return home
