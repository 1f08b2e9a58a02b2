"""Decisions about households: what may be put into the register, and what may not."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any, ClassVar

from taizhang.domain.core import Actor, Fact, PersonId, RegionCode, Selector, Slice
from taizhang.domain.households import (
    CLERKS,
    REGISTER_FACTS,
    ExitedBeforeItsYear,
    HouseholdAttributeStated,
    HouseholdExited,
    HouseholdId,
    HouseholdIdTaken,
    HouseholdMemberLeft,
    HouseholdMemberListed,
    HouseholdMerged,
    HouseholdRegistered,
    HouseholdReturned,
    HouseholdSplit,
    HouseholdWithItself,
    NotAMember,
    NotPoorThatDay,
    Register,
    UnknownHousehold,
    members_on,
    register_of,
)
from taizhang.domain.registered import OfPeople
from taizhang.domain.standing import require_grounded, require_new, require_scope

MEMBERSHIP: tuple[type[Fact], ...] = (
    HouseholdRegistered,
    HouseholdSplit,
    HouseholdMerged,
    HouseholdMemberListed,
    HouseholdMemberLeft,
)


class OfOneHousehold:
    """What is said of a household that stands in the register: put before Slice in its bases."""

    KEEPS: ClassVar[tuple[type[Fact], ...]]
    fact: Any
    known: Any
    by: Any
    record: Any

    def consistency_boundary(self) -> list[Selector]:
        return [Selector(types=list(self.KEEPS), tags=[f"household:{self.fact.household}"])]

    def execute(self) -> None:
        require_new(self.fact, self.known)
        require_household(self.fact.household, self.known, self.by)
        self.record(self.fact)

    def take_back(self) -> None:
        require_household(self.fact.household, self.known, self.by)


class RegisterHousehold(Slice):
    """Put a household into the register."""

    COMMAND = "households.register-household"
    DECIDES = HouseholdRegistered
    ROLES = CLERKS
    KEEPS = (HouseholdRegistered, HouseholdSplit)
    fact: HouseholdRegistered

    def region(self) -> RegionCode:
        return self.fact.village

    def consistency_boundary(self) -> list[Selector]:
        return [Selector(types=[HouseholdRegistered, HouseholdSplit], tags=[f"household:{self.fact.household}"])]

    def execute(self) -> None:
        require_new(self.fact, self.known)
        if register_of(self.fact.household, self.known).known():
            raise HouseholdIdTaken(household=self.fact.household)
        self.record(self.fact)

    def leaning(self) -> list[Selector]:
        if self.becomes is not None and self.becomes.household == self.fact.household:
            return []
        household = f"household:{self.fact.household}"
        return [Selector(types=[*REGISTER_FACTS, HouseholdMemberListed, HouseholdMemberLeft], tags=[household])]

    def take_back(self) -> None:
        require_grounded(self.fact, self.resting)


class ListHouseholdMember(OfPeople, OfOneHousehold, Slice):
    """List a person in a household. That another household lists the person too is a lead, never a refusal."""

    COMMAND = "households.list-member"
    DECIDES = HouseholdMemberListed
    ROLES = CLERKS
    KEEPS = (HouseholdRegistered, HouseholdSplit, HouseholdMemberListed)
    fact: HouseholdMemberListed

    def consistency_boundary(self) -> list[Selector]:
        household = f"household:{self.fact.household}"
        return [
            Selector(types=[HouseholdRegistered, HouseholdSplit], tags=[household]),
            Selector(types=[HouseholdMemberListed], tags=[household, f"person:{self.fact.person}"]),
        ]


class EndHouseholdMembership(OfOneHousehold, Slice):
    """Record that a person left a household."""

    COMMAND = "households.end-membership"
    DECIDES = HouseholdMemberLeft
    ROLES = CLERKS
    KEEPS = (HouseholdRegistered, HouseholdSplit, HouseholdMemberListed, HouseholdMemberLeft, HouseholdMerged)
    fact: HouseholdMemberLeft

    def consistency_boundary(self) -> list[Selector]:
        household, person = f"household:{self.fact.household}", f"person:{self.fact.person}"
        members: list[type[Fact]] = [HouseholdMemberListed, HouseholdMemberLeft, HouseholdMerged]
        return [
            Selector(types=[HouseholdRegistered, HouseholdSplit], tags=[household]),
            Selector(types=members, tags=[household, person]),
        ]

    def execute(self) -> None:
        require_new(self.fact, self.known)
        require_household(self.fact.household, self.known, self.by)
        require_members((self.fact.person,), self.fact.household, self.known, self.fact.occurred_on)
        self.record(self.fact)


class StateHouseholdAttribute(OfOneHousehold, Slice):
    """State a household's attribute and causes of poverty from a day on."""

    COMMAND = "households.state-attribute"
    DECIDES = HouseholdAttributeStated
    ROLES = CLERKS
    KEEPS = (HouseholdRegistered, HouseholdSplit, HouseholdAttributeStated)
    fact: HouseholdAttributeStated


class ExitHousehold(OfOneHousehold, Slice):
    """Record that a household left poverty, approved on a day on which it still is registered poor."""

    COMMAND = "households.record-exit"
    DECIDES = HouseholdExited
    ROLES = CLERKS
    KEEPS = REGISTER_FACTS
    fact: HouseholdExited

    def execute(self) -> None:
        fact = self.fact
        require_new(fact, self.known)
        register = require_household(fact.household, self.known, self.by)
        if fact.exit_year > fact.occurred_on.year:
            raise ExitedBeforeItsYear(exit_year=fact.exit_year, approved_on=fact.occurred_on)
        if not register.poor_on(fact.occurred_on):
            raise NotPoorThatDay(household=fact.household, day=fact.occurred_on)
        self.record(fact)


class ReturnHousehold(OfOneHousehold, Slice):
    """Record that a household is poor again."""

    COMMAND = "households.record-return"
    DECIDES = HouseholdReturned
    ROLES = CLERKS
    KEEPS = (HouseholdRegistered, HouseholdSplit, HouseholdReturned)
    fact: HouseholdReturned


class SplitHousehold(Slice):
    """Let some members of a household form a new one."""

    COMMAND = "households.split-household"
    DECIDES = HouseholdSplit
    ROLES = CLERKS
    KEEPS = MEMBERSHIP
    fact: HouseholdSplit

    def region(self) -> RegionCode:
        return self.fact.village

    def consistency_boundary(self) -> list[Selector]:
        return membership_of(self.fact.household, self.fact.new_household)

    def execute(self) -> None:
        fact = self.fact
        require_new(fact, self.known)
        if fact.household == fact.new_household:
            raise HouseholdWithItself(household=fact.household)
        require_household(fact.household, self.known, self.by)
        if any(isinstance(f, HouseholdRegistered) and f.household == fact.new_household for f in self.known):
            raise HouseholdIdTaken(household=fact.new_household)
        if any(isinstance(f, HouseholdSplit) and f.new_household == fact.new_household for f in self.known):
            raise HouseholdIdTaken(household=fact.new_household)
        require_members(fact.persons, fact.household, self.known, fact.occurred_on)
        self.record(fact)


class MergeHouseholds(Slice):
    """Let all members of a household join another."""

    COMMAND = "households.merge-households"
    DECIDES = HouseholdMerged
    ROLES = CLERKS
    KEEPS = MEMBERSHIP
    fact: HouseholdMerged

    def consistency_boundary(self) -> list[Selector]:
        return membership_of(self.fact.household, self.fact.merged)

    def execute(self) -> None:
        fact = self.fact
        require_new(fact, self.known)
        if fact.household == fact.merged:
            raise HouseholdWithItself(household=fact.household)
        require_household(fact.household, self.known, self.by)
        require_household(fact.merged, self.known, self.by)
        require_members(fact.persons, fact.merged, self.known, fact.occurred_on)
        self.record(fact)


def membership_of(*households: HouseholdId) -> list[Selector]:
    """Whatever says who belongs to these households."""
    return [
        Selector(types=list(MEMBERSHIP), tags=[f"household:{household}"]) for household in dict.fromkeys(households)
    ]


def require_household(household: HouseholdId, known: Iterable[Fact], by: Actor) -> Register:
    """What the register says of a household that is in it and in the officer's region.

    Raises UnknownHousehold, OutsideYourRegion.
    """
    register = register_of(household, (fact for fact in known if f"household:{household}" in fact.tags()))
    if register.village is None:
        raise UnknownHousehold(household=household)
    require_scope(register.village, by)
    return register


def require_members(persons: Iterable[PersonId], household: HouseholdId, known: Iterable[Fact], on: date) -> None:
    """Refuse to move somebody out of a household whom it does not list on that day.

    Raises NotAMember.
    """
    members = members_on(household, known, on)
    strangers = tuple(person for person in persons if person not in members)
    if strangers:
        raise NotAMember(household=household, persons=strangers)
