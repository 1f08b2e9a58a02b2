"""Decisions about households: what may be put into the register, and what may not."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from taizhang.domain.core import Actor, Fact, PersonId, RegionCode, Selector, Slice, event
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
from taizhang.domain.standing import events, require_grounded, require_new, require_scope


class RegisterHousehold(Slice):
    """Put a household into the register."""

    COMMAND = "households.register-household"
    DECIDES = HouseholdRegistered
    ROLES = CLERKS
    fact: HouseholdRegistered
    known: tuple[Fact, ...] = ()

    def region(self) -> RegionCode:
        return self.fact.village

    def consistency_boundary(self) -> list[Selector]:
        return [Selector(types=[HouseholdRegistered, HouseholdSplit], tags=[f"household:{self.fact.household}"])]

    @events(HouseholdRegistered, HouseholdSplit)
    def _(self, fact: Fact) -> None:
        self.known = (*self.known, fact)

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


class ListHouseholdMember(Slice):
    """List a person in a household. That another household lists the person too is a lead, never a refusal."""

    COMMAND = "households.list-member"
    DECIDES = HouseholdMemberListed
    ROLES = CLERKS
    fact: HouseholdMemberListed
    known: tuple[Fact, ...] = ()
    listed: tuple[Fact, ...] = ()

    def consistency_boundary(self) -> list[Selector]:
        household = f"household:{self.fact.household}"
        return [
            Selector(types=[HouseholdRegistered, HouseholdSplit], tags=[household]),
            Selector(types=[HouseholdMemberListed], tags=[household, f"person:{self.fact.person}"]),
        ]

    @events(HouseholdRegistered, HouseholdSplit)
    def _(self, fact: Fact) -> None:
        self.known = (*self.known, fact)

    @event(HouseholdMemberListed)
    def _(self, fact: HouseholdMemberListed) -> None:
        self.listed = (*self.listed, fact)

    def execute(self) -> None:
        require_new(self.fact, self.listed)
        require_household(self.fact.household, self.known, self.by)
        self.record(self.fact)

    def take_back(self) -> None:
        require_household(self.fact.household, self.known, self.by)


class EndHouseholdMembership(Slice):
    """Record that a person left a household."""

    COMMAND = "households.end-membership"
    DECIDES = HouseholdMemberLeft
    ROLES = CLERKS
    fact: HouseholdMemberLeft
    known: tuple[Fact, ...] = ()

    def consistency_boundary(self) -> list[Selector]:
        household, person = f"household:{self.fact.household}", f"person:{self.fact.person}"
        members: list[type[Fact]] = [HouseholdMemberListed, HouseholdMemberLeft, HouseholdMerged]
        return [
            Selector(types=[HouseholdRegistered, HouseholdSplit], tags=[household]),
            Selector(types=members, tags=[household, person]),
        ]

    @events(HouseholdRegistered, HouseholdSplit, HouseholdMemberListed, HouseholdMemberLeft, HouseholdMerged)
    def _(self, fact: Fact) -> None:
        self.known = (*self.known, fact)

    def execute(self) -> None:
        require_new(self.fact, self.known)
        require_household(self.fact.household, self.known, self.by)
        require_members((self.fact.person,), self.fact.household, self.known, self.fact.occurred_on)
        self.record(self.fact)

    def take_back(self) -> None:
        require_household(self.fact.household, self.known, self.by)


class StateHouseholdAttribute(Slice):
    """State a household's attribute and causes of poverty from a day on."""

    COMMAND = "households.state-attribute"
    DECIDES = HouseholdAttributeStated
    ROLES = CLERKS
    fact: HouseholdAttributeStated
    known: tuple[Fact, ...] = ()

    def consistency_boundary(self) -> list[Selector]:
        types: list[type[Fact]] = [HouseholdRegistered, HouseholdSplit, HouseholdAttributeStated]
        return [Selector(types=types, tags=[f"household:{self.fact.household}"])]

    @events(HouseholdRegistered, HouseholdSplit, HouseholdAttributeStated)
    def _(self, fact: Fact) -> None:
        self.known = (*self.known, fact)

    def execute(self) -> None:
        require_new(self.fact, self.known)
        require_household(self.fact.household, self.known, self.by)
        self.record(self.fact)

    def take_back(self) -> None:
        require_household(self.fact.household, self.known, self.by)


class ExitHousehold(Slice):
    """Record that a household left poverty, approved on a day on which it still is registered poor."""

    COMMAND = "households.record-exit"
    DECIDES = HouseholdExited
    ROLES = CLERKS
    fact: HouseholdExited
    known: tuple[Fact, ...] = ()

    def consistency_boundary(self) -> list[Selector]:
        return [Selector(types=list(REGISTER_FACTS), tags=[f"household:{self.fact.household}"])]

    @events(
        HouseholdRegistered,
        HouseholdSplit,
        HouseholdMerged,
        HouseholdAttributeStated,
        HouseholdExited,
        HouseholdReturned,
    )
    def _(self, fact: Fact) -> None:
        self.known = (*self.known, fact)

    def execute(self) -> None:
        fact = self.fact
        require_new(fact, self.known)
        register = require_household(fact.household, self.known, self.by)
        if fact.exit_year > fact.occurred_on.year:
            raise ExitedBeforeItsYear(exit_year=fact.exit_year, approved_on=fact.occurred_on)
        if not register.poor_on(fact.occurred_on):
            raise NotPoorThatDay(household=fact.household, day=fact.occurred_on)
        self.record(fact)

    def take_back(self) -> None:
        require_household(self.fact.household, self.known, self.by)


class ReturnHousehold(Slice):
    """Record that a household is poor again."""

    COMMAND = "households.record-return"
    DECIDES = HouseholdReturned
    ROLES = CLERKS
    fact: HouseholdReturned
    known: tuple[Fact, ...] = ()

    def consistency_boundary(self) -> list[Selector]:
        types: list[type[Fact]] = [HouseholdRegistered, HouseholdSplit, HouseholdReturned]
        return [Selector(types=types, tags=[f"household:{self.fact.household}"])]

    @events(HouseholdRegistered, HouseholdSplit, HouseholdReturned)
    def _(self, fact: Fact) -> None:
        self.known = (*self.known, fact)

    def execute(self) -> None:
        require_new(self.fact, self.known)
        require_household(self.fact.household, self.known, self.by)
        self.record(self.fact)

    def take_back(self) -> None:
        require_household(self.fact.household, self.known, self.by)


class SplitHousehold(Slice):
    """Let some members of a household form a new one."""

    COMMAND = "households.split-household"
    DECIDES = HouseholdSplit
    ROLES = CLERKS
    fact: HouseholdSplit
    known: tuple[Fact, ...] = ()

    def region(self) -> RegionCode:
        return self.fact.village

    def consistency_boundary(self) -> list[Selector]:
        return membership_of(self.fact.household, self.fact.new_household)

    @events(HouseholdRegistered, HouseholdSplit, HouseholdMerged, HouseholdMemberListed, HouseholdMemberLeft)
    def _(self, fact: Fact) -> None:
        self.known = (*self.known, fact)

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
    fact: HouseholdMerged
    known: tuple[Fact, ...] = ()

    def consistency_boundary(self) -> list[Selector]:
        return membership_of(self.fact.household, self.fact.merged)

    @events(HouseholdRegistered, HouseholdSplit, HouseholdMerged, HouseholdMemberListed, HouseholdMemberLeft)
    def _(self, fact: Fact) -> None:
        self.known = (*self.known, fact)

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
    types: list[type[Fact]] = [
        HouseholdRegistered,
        HouseholdSplit,
        HouseholdMerged,
        HouseholdMemberListed,
        HouseholdMemberLeft,
    ]
    return [Selector(types=types, tags=[f"household:{household}"]) for household in dict.fromkeys(households)]


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
