"""Persons under random ids: registered, moved, died, their status, and which ids are one and the same person.

What a person is called stands in the vault; the log holds ids, places, days and keyed commitments.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, ClassVar, Literal

import msgspec

from taizhang.domain.boundary import GuardKey
from taizhang.domain.core import (
    Commitments,
    Correction,
    Fact,
    Guard,
    PersonId,
    Refusal,
    RegionCode,
    Selector,
    Slice,
    event,
    moves,
)
from taizhang.domain.standing import require_forward, require_new

StatementId = str  # which statement of the person's details in the vault
Status = Literal[
    "in-school",
    "two-after",  # 两后生: left school after the junior or senior years and was not admitted to a higher one
    "new-labourer",  # 新成长劳动力: has newly reached working age and left school
    "labourer",
    "skilled-labourer",
    "weak-labourer",
    "lost-labour",
    "no-labour",
    "on-payroll",
    "employed",
    "self-employed",
    "retired",
    "insured-as-worker",
    "in-prison",
]
REGISTRARS = frozenset({"clerk", "institution"})
CLERKS = frozenset({"clerk"})

# -- facts ------------------------------------------------------------------------------------------------


class PersonRegistered(Fact, frozen=True, kw_only=True):
    """A person becomes known under a random id; `county` keeps the record, `village` is where the person lives."""

    TOPIC = "people.person-registered.v1"
    person: PersonId
    statement: StatementId
    county: RegionCode
    village: RegionCode | None = None
    commitments: Commitments = msgspec.field(default_factory=dict)

    def tags(self) -> list[str]:
        return [f"person:{self.person}"]


class PersonDetailsStated(Fact, frozen=True, kw_only=True):
    """A file states a known person's details again; `conflicting` names the fields in which it says otherwise."""

    TOPIC = "people.person-details-stated.v1"
    person: PersonId
    statement: StatementId
    commitments: Commitments = msgspec.field(default_factory=dict)
    conflicting: tuple[str, ...] = ()

    def tags(self) -> list[str]:
        return [f"person:{self.person}"]


class PersonMoved(Fact, frozen=True, kw_only=True):
    """A person lives in another village from that day on."""

    TOPIC = "people.person-moved.v1"
    person: PersonId
    village: RegionCode

    def tags(self) -> list[str]:
        return [f"person:{self.person}"]


class PersonMovedCorrected(Correction[PersonMoved], frozen=True, kw_only=True):
    TOPIC = "people.person-moved-corrected.v1"


class PersonDied(Fact, frozen=True, kw_only=True):
    """A person died; `occurred_on` is the day of death."""

    TOPIC = "people.person-died.v1"
    person: PersonId
    source_list: str = ""

    def tags(self) -> list[str]:
        return [f"person:{self.person}"]


class PersonDiedCorrected(Correction[PersonDied], frozen=True, kw_only=True):
    TOPIC = "people.person-died-corrected.v1"


class PersonStatusStated(Fact, frozen=True, kw_only=True):
    """A list (school, register, payroll …) says what a person was from `since` to `until`, both included."""

    TOPIC = "people.person-status-stated.v1"
    person: PersonId
    status: Status
    since: date
    until: date | None = None
    source_list: str = ""

    def tags(self) -> list[str]:
        return [f"person:{self.person}"]


class PersonStatusStatedCorrected(Correction[PersonStatusStated], frozen=True, kw_only=True):
    TOPIC = "people.person-status-stated-corrected.v1"


class PersonsMerged(Fact, frozen=True, kw_only=True):
    """Several ids are one person, from now on in every rule; `group` is all of its ids, filled in when decided."""

    TOPIC = "people.persons-merged.v1"
    kept: PersonId
    merged: tuple[PersonId, ...]
    group: tuple[PersonId, ...] = ()

    def tags(self) -> list[str]:
        return [f"person:{person}" for person in self.group or (self.kept, *self.merged)]


class PersonsSeparated(Fact, frozen=True, kw_only=True):
    """Ids that were merged are another person; `kept_group` is who stays together with `kept`, filled in when decided."""

    TOPIC = "people.persons-separated.v1"
    kept: PersonId
    separated: tuple[PersonId, ...]
    kept_group: tuple[PersonId, ...] = ()

    def tags(self) -> list[str]:
        return [f"person:{person}" for person in (*(self.kept_group or (self.kept,)), *self.separated)]


# -- what is known ----------------------------------------------------------------------------------------


class AliasGuard(Guard):
    """The ids that are one person; one row per id.

    A row holds the whole division that last touched it, so that a move need not know whose row it is.
    """

    KIND = "alias"
    groups: list[list[PersonId]] = msgspec.field(default_factory=list)

    @classmethod
    def keys(cls, fact: PersonsMerged | PersonsSeparated) -> tuple[str, ...]:  # type: ignore[override]
        return tuple(tag.removeprefix("person:") for tag in fact.tags())

    @moves(PersonsMerged)
    def merged(self, fact: PersonsMerged, sign: int) -> None:
        assert sign > 0, "merges are undone by separating, never corrected"
        self.groups = [sorted(fact.group or (fact.kept, *fact.merged))]

    @moves(PersonsSeparated)
    def separated(self, fact: PersonsSeparated, sign: int) -> None:
        assert sign > 0, "separations are undone by merging, never corrected"
        self.groups = [sorted(fact.kept_group or (fact.kept,)), sorted(fact.separated)]

    def group_of(self, person: PersonId) -> list[PersonId]:
        """All ids of this row's person, sorted; only its own when it was never merged."""
        for group in self.groups:
            if person in group:
                return group
        return [person]


def alias_rows(*persons: PersonId) -> list[GuardKey]:
    """The guard rows to ask for before `person_tags` may be called for these persons."""
    return [(AliasGuard.KIND, person) for person in persons]


def same_person(guarded: Any, person: PersonId) -> list[PersonId]:
    """Every id of this person, sorted; `guarded` is the slice's, its `guards` must name `alias_rows(person)`."""
    row: AliasGuard = guarded[AliasGuard.KIND, person]
    return row.group_of(person)


def person_tags(guarded: Any, person: PersonId) -> list[str]:
    """The tags of every id of this person: select each in a Selector of its own (tags within one are AND)."""
    return [f"person:{one}" for one in same_person(guarded, person)]


def person_selectors(guarded: Any, person: PersonId, types: Sequence[type[Fact]]) -> list[Selector]:
    """Facts of these types about this person, under any of the person's ids."""
    if not guarded[AliasGuard.KIND, person].groups:  # by far the most: nobody was ever merged with this id
        return [Selector(types=types, tags=(f"person:{person}",))]
    return [Selector(types=types, tags=(tag,)) for tag in person_tags(guarded, person)]


# -- refusals ---------------------------------------------------------------------------------------------


@dataclass(eq=False)
class UnknownPerson(Refusal):
    """Nothing is recorded about a person whom nobody registered."""

    RULE: ClassVar = "people.unknown-person"
    SOURCE: ClassVar = "design.md section 3 (registry)"
    zh = "人员编号 {person} 未登记。请先导入花名册或户册登记该人员。"
    en = "No person {person} is registered. Register the person first, by a roster or a household register."
    person: PersonId


@dataclass(eq=False)
class PersonIdTaken(Refusal):
    """A person's id is given once."""

    RULE: ClassVar = "people.person-id-taken"
    SOURCE: ClassVar = "design.md section 3 (people appear by a random id)"
    zh = "人员编号 {person} 已登记。如需补充或更正资料,请按“资料陈述”办理。"
    en = "The id {person} is registered already. To add or change details, state the person's details."
    person: PersonId


@dataclass(eq=False)
class DiedAlready(Refusal):
    """A person dies once."""

    RULE: ClassVar = "people.died-already"
    SOURCE: ClassVar = "logic: one death for each person"
    zh = "{person} 已登记于 {died_on} 去世。日期有误的,请更正原记录。"
    en = "{person} is recorded as dead since {died_on}. If the day is wrong, correct that record."
    person: PersonId
    died_on: date


# -- decisions --------------------------------------------------------------------------------------------


class RegisterPerson(Slice):
    """Register a person under a new id."""

    COMMAND = "people.register-person"
    DECIDES = PersonRegistered
    ROLES = REGISTRARS
    ALIKE = ("county", "occurred_on")
    fact: PersonRegistered
    standing: PersonRegistered | None = None

    def region(self) -> RegionCode:
        return self.fact.county

    def consistency_boundary(self) -> list[Selector]:
        return [Selector(types=[PersonRegistered], tags=[f"person:{self.fact.person}"])]

    @event(PersonRegistered)
    def _(self, fact: PersonRegistered) -> None:
        self.standing = fact

    def execute(self) -> None:
        if self.standing is not None:
            require_new(self.fact, [self.standing])
            raise PersonIdTaken(person=self.fact.person)
        self.record(self.fact)


class StatePersonDetails(Slice):
    """Record that a file states a known person's details again."""

    COMMAND = "people.state-person-details"
    DECIDES = PersonDetailsStated
    ROLES = REGISTRARS
    fact: PersonDetailsStated
    known: tuple[Fact, ...] = ()

    def consistency_boundary(self) -> list[Selector]:
        return [Selector(types=[PersonRegistered, PersonDetailsStated], tags=[f"person:{self.fact.person}"])]

    @event(PersonRegistered)
    def _(self, fact: PersonRegistered) -> None:
        self.known = (*self.known, fact)

    @event(PersonDetailsStated)
    def _(self, fact: PersonDetailsStated) -> None:
        self.known = (*self.known, fact)

    def execute(self) -> None:
        require_new(self.fact, self.known)
        require_registered(self.fact.person, self.known)
        self.record(self.fact)


class MovePerson(Slice):
    """Record that a person lives in another village from a day on."""

    COMMAND = "people.move-person"
    DECIDES = PersonMoved
    ROLES = CLERKS
    fact: PersonMoved
    known: tuple[Fact, ...] = ()

    def consistency_boundary(self) -> list[Selector]:
        return [Selector(types=[PersonRegistered, PersonMoved], tags=[f"person:{self.fact.person}"])]

    @event(PersonRegistered)
    def _(self, fact: PersonRegistered) -> None:
        self.known = (*self.known, fact)

    @event(PersonMoved)
    def _(self, fact: PersonMoved) -> None:
        self.known = (*self.known, fact)

    def execute(self) -> None:
        require_new(self.fact, self.known)
        require_registered(self.fact.person, self.known)
        self.record(self.fact)


class RecordDeath(Slice):
    """Record a death; a second one, under any of the person's ids, is refused."""

    COMMAND = "people.record-death"
    DECIDES = PersonDied
    ROLES = CLERKS
    KEEPS = (PersonRegistered,)
    fact: PersonDied
    death: PersonDied | None = None

    def guards(self) -> list[GuardKey]:
        return alias_rows(self.fact.person)

    def consistency_boundary(self) -> list[Selector]:
        return person_selectors(self.guarded, self.fact.person, [PersonRegistered, PersonDied])

    @event(PersonDied)
    def _(self, fact: PersonDied) -> None:
        self.death = fact

    def execute(self) -> None:
        if self.death is not None:
            require_new(self.fact, [self.death])
            raise DiedAlready(person=self.fact.person, died_on=self.death.occurred_on)
        require_registered(self.fact.person, self.known)
        self.record(self.fact)


class StatePersonStatus(Slice):
    """Record what a list says a person was: in school, on a payroll, employed …"""

    COMMAND = "people.state-person-status"
    DECIDES = PersonStatusStated
    ROLES = CLERKS
    fact: PersonStatusStated
    known: tuple[Fact, ...] = ()

    def consistency_boundary(self) -> list[Selector]:
        return [Selector(types=[PersonRegistered, PersonStatusStated], tags=[f"person:{self.fact.person}"])]

    @event(PersonRegistered)
    def _(self, fact: PersonRegistered) -> None:
        self.known = (*self.known, fact)

    @event(PersonStatusStated)
    def _(self, fact: PersonStatusStated) -> None:
        self.known = (*self.known, fact)

    def execute(self) -> None:
        require_forward(self.fact.since, self.fact.until)
        require_new(self.fact, self.known)
        require_registered(self.fact.person, self.known)
        self.record(self.fact)


def require_registered(person: PersonId, known: Iterable[Fact]) -> None:
    """Refuse what concerns an id that nobody registered.

    Raises UnknownPerson.
    """
    if not any(isinstance(fact, PersonRegistered) and fact.person == person for fact in known):
        raise UnknownPerson(person=person)
