"""Whether persons were registered poor on a day, from the facts of their households: for a rate that asks for it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Final

from taizhang.domain.core import Fact, PersonId, Selector
from taizhang.domain.households import (
    REGISTER_FACTS,
    HouseholdId,
    HouseholdMemberLeft,
    HouseholdMemberListed,
    HouseholdMerged,
    HouseholdSplit,
    members_on,
    register_of,
)

# what says who belongs to a household; splits and merges also say what becomes of one
_BELONGING: Final[tuple[type[Fact], ...]] = (
    HouseholdMemberListed,
    HouseholdMemberLeft,
    HouseholdSplit,
    HouseholdMerged,
)
MEMBERSHIP_FACTS: Final = tuple(dict.fromkeys((*_BELONGING, *REGISTER_FACTS)))


class Households:
    """The households of some persons: first read `of_persons`, then `of_households`, giving what was found to `apply`."""

    def __init__(self) -> None:
        self._belonging: list[Fact] = []
        self._register: list[Fact] = []

    def of_persons(self, persons: Iterable[PersonId]) -> list[Selector]:
        """Where to read which households these persons were ever in."""
        return [Selector(types=list(_BELONGING), tags=[f"person:{person}"]) for person in persons]

    def of_households(self) -> list[Selector]:
        """Where to read what became of those households."""
        self._register = []
        households = sorted({household for fact in self._belonging for household in _named(fact)})
        return [Selector(types=list(REGISTER_FACTS), tags=[f"household:{household}"]) for household in households]

    def apply(self, fact: Fact) -> None:
        """Take in one fact, oldest first within what was read at once."""
        if isinstance(fact, _BELONGING) and fact not in self._belonging:
            self._belonging.append(fact)
        if isinstance(fact, REGISTER_FACTS):
            self._register.append(fact)

    def poor_on(self, ids: Sequence[PersonId], day: date) -> bool:
        """Whether a household in which the register lists the person, under any of these ids, is poor on that day."""
        return any(self._poor(household, ids, day) for household in self._households_of(ids))

    def _poor(self, household: HouseholdId, ids: Sequence[PersonId], day: date) -> bool:
        if members_on(household, self._belonging, day).isdisjoint(ids):
            return False
        tag = f"household:{household}"
        register = register_of(household, [fact for fact in self._register if tag in fact.tags()])
        ended = register.merged_on is not None and register.merged_on <= day
        return not ended and register.poor_on(day)

    def _households_of(self, ids: Sequence[PersonId]) -> list[HouseholdId]:
        tags = {f"person:{id}" for id in ids}
        return sorted({h for fact in self._belonging if not tags.isdisjoint(fact.tags()) for h in _named(fact)})


def _named(fact: Fact) -> list[HouseholdId]:
    return [HouseholdId(tag.removeprefix("household:")) for tag in fact.tags() if tag.startswith("household:")]
