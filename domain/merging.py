"""Which ids are one person: queued duplicates, merges that re-check overlapping hours, separations."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from itertools import combinations
from typing import Annotated, ClassVar, Literal, NewType

import msgspec

from taizhang.domain.attendance import AttendanceTaken
from taizhang.domain.boundary import GuardKey
from taizhang.domain.classes import ClassId
from taizhang.domain.core import Correction, Fact, PersonId, Refusal, Selector, Slice
from taizhang.domain.hours import SessionHours
from taizhang.domain.people import (
    CLERKS,
    REGISTRARS,
    PersonRegistered,
    PersonsMerged,
    PersonsSeparated,
    alias_rows,
    person_selectors,
    require_registered,
    same_person,
)
from taizhang.domain.standing import StandsAlready, events, require_new

DuplicateId = NewType("DuplicateId", str)
Several = Annotated[tuple[PersonId, ...], msgspec.Meta(min_length=1)]

# -- facts ------------------------------------------------------------------------------------------------


class DuplicateQueued(Fact, frozen=True, kw_only=True):
    """Persons who may be one and the same wait for a decision; `matching` names the fields that agree."""

    TOPIC = "people.duplicate-queued.v1"
    duplicate: DuplicateId
    persons: Several
    kind: str  # for example "same-name-and-birth", "namesake-in-class"
    matching: tuple[str, ...] = ()

    def tags(self) -> list[str]:
        return [f"duplicate:{self.duplicate}", *(f"person:{person}" for person in self.persons)]


class DuplicateResolved(Fact, frozen=True, kw_only=True):
    """Somebody decided about a queued duplicate."""

    TOPIC = "people.duplicate-resolved.v1"
    duplicate: DuplicateId
    persons: Several
    decision: Literal["same", "different"]

    def tags(self) -> list[str]:
        return [f"duplicate:{self.duplicate}", *(f"person:{person}" for person in self.persons)]


class DuplicateResolvedCorrected(Correction[DuplicateResolved], frozen=True, kw_only=True):
    TOPIC = "people.duplicate-resolved-corrected.v1"


# -- refusals ---------------------------------------------------------------------------------------------


@dataclass(eq=False)
class MergeWouldOverlap(Refusal):
    """Two ids that attended different places in the same hour are not one person, or one attendance is wrong."""

    RULE: ClassVar = "people.merge-would-overlap"
    SOURCE: ClassVar = "issue 1 (a merge re-checks overlaps); facts/falsification.csv F09"
    zh = "不能合并 {person} 与 {other}:{day} 前者在 {training_class} 班 {hours},后者在 {other_class} 班 {other_hours},时间重叠。请先更正有误的考勤,或认定为不同人。"
    en = "{person} and {other} cannot be merged: on {day} one attended class {training_class} at {hours}, the other class {other_class} at {other_hours}. Correct the wrong attendance first, or decide that they are different."
    person: PersonId
    other: PersonId
    day: date
    training_class: ClassId
    hours: SessionHours
    other_class: ClassId
    other_hours: SessionHours


@dataclass(eq=False)
class MergedWithItself(Refusal):
    """A merge or a separation names other ids than the one kept."""

    RULE: ClassVar = "people.merged-with-itself"
    SOURCE: ClassVar = "logic"
    zh = "{person} 不能与自身合并或分开。请填写另一个人员编号。"
    en = "{person} is neither merged with nor separated from itself. Name another id."
    person: PersonId


@dataclass(eq=False)
class NotOnePerson(Refusal):
    """Only ids that are merged can be separated."""

    RULE: ClassVar = "people.not-one-person"
    SOURCE: ClassVar = "logic"
    zh = "{separated} 并未与 {kept} 合并。请核对人员编号。"
    en = "{separated} not merged with {kept}. Check the ids."
    kept: PersonId
    separated: tuple[PersonId, ...]


@dataclass(eq=False)
class NoSuchDuplicate(Refusal):
    """A decision names a queued duplicate and exactly its persons."""

    RULE: ClassVar = "people.no-such-duplicate"
    SOURCE: ClassVar = "issue 1 (queued duplicates)"
    zh = "没有待处理的疑似重复 {duplicate},或其人员与所填不一致。请从待处理列表中选择。"
    en = "No queued duplicate {duplicate} with exactly these persons. Choose it from the queue."
    duplicate: DuplicateId


@dataclass(eq=False)
class ResolvedAlready(Refusal):
    """A queued duplicate is decided once; a wrong decision is corrected."""

    RULE: ClassVar = "people.resolved-already"
    SOURCE: ClassVar = "issue 1 (queued duplicates)"
    zh = "疑似重复 {duplicate} 已认定为“{decision}”。认定有误的,请更正原记录。"
    en = "The duplicate {duplicate} is already decided as “{decision}”. If that is wrong, correct the decision."
    duplicate: DuplicateId
    decision: str


@dataclass(eq=False)
class NotMergedYet(Refusal):
    """Persons are called the same only after they were merged, because the merge checks their hours."""

    RULE: ClassVar = "people.not-merged-yet"
    SOURCE: ClassVar = "issue 1 (a merge re-checks overlaps)"
    zh = "{persons} 尚未合并。请先办理人员合并(系统会核对课时是否冲突)。"
    en = "{persons} are not merged. Merge them first; the merge checks whether their hours overlap."
    persons: tuple[PersonId, ...]


# -- decisions --------------------------------------------------------------------------------------------


class Attended(msgspec.Struct, frozen=True):
    person: PersonId
    training_class: ClassId
    hours: SessionHours


class MergePersons(Slice):
    """Declare ids to be one person, unless their attended hours overlap."""

    COMMAND = "people.merge-persons"
    DECIDES = PersonsMerged
    ROLES = CLERKS
    KEEPS = (PersonRegistered, AttendanceTaken)
    fact: PersonsMerged

    def guards(self) -> list[GuardKey]:
        return alias_rows(self.fact.kept, *self.fact.merged)

    def consistency_boundary(self) -> list[Selector]:
        types: list[type[Fact]] = [PersonRegistered, AttendanceTaken]
        persons = (self.fact.kept, *self.fact.merged)
        return [selector for person in persons for selector in person_selectors(self.guarded, person, types)]

    def execute(self) -> None:
        fact = self.fact
        if not fact.merged or fact.kept in fact.merged:
            raise MergedWithItself(person=fact.kept)
        groups = {tuple(same_person(self.guarded, one)) for one in (fact.kept, *fact.merged)}
        if len(groups) == 1:
            raise StandsAlready(kind=PersonsMerged.TOPIC)
        for person in (fact.kept, *fact.merged):
            require_registered(person, self.known)
        require_apart(sorted(groups), self.known)
        whole = tuple(sorted(person for group in groups for person in group))
        self.record(msgspec.structs.replace(fact, group=whole))


class SeparatePersons(Slice):
    """Declare merged ids to be another person again; those separated together stay one person."""

    COMMAND = "people.separate-persons"
    DECIDES = PersonsSeparated
    ROLES = CLERKS
    fact: PersonsSeparated

    def guards(self) -> list[GuardKey]:
        return alias_rows(self.fact.kept)

    def execute(self) -> None:
        fact = self.fact
        if not fact.separated or fact.kept in fact.separated:
            raise MergedWithItself(person=fact.kept)
        group = same_person(self.guarded, fact.kept)
        strangers = tuple(person for person in fact.separated if person not in group)
        if strangers:
            raise NotOnePerson(kept=fact.kept, separated=strangers)
        stay = tuple(person for person in group if person not in fact.separated)
        self.record(msgspec.structs.replace(fact, kept_group=stay))


class QueueDuplicate(Slice):
    """Queue persons who may be one and the same; the run that found them goes on."""

    COMMAND = "people.queue-duplicate"
    DECIDES = DuplicateQueued
    ROLES = REGISTRARS
    KEEPS = (DuplicateQueued,)
    fact: DuplicateQueued

    def consistency_boundary(self) -> list[Selector]:
        return [Selector(types=[DuplicateQueued], tags=[f"duplicate:{self.fact.duplicate}"])]

    def execute(self) -> None:
        if self.known:
            raise StandsAlready(kind=DuplicateQueued.TOPIC)
        self.record(self.fact)


class ResolveDuplicate(Slice):
    """Decide about a queued duplicate: different persons, or the same once they are merged."""

    COMMAND = "people.resolve-duplicate"
    DECIDES = DuplicateResolved
    ROLES = CLERKS
    fact: DuplicateResolved
    queued: DuplicateQueued | None = None
    resolved: tuple[DuplicateResolved, ...] = ()

    def guards(self) -> list[GuardKey]:
        return alias_rows(*self.fact.persons)

    def consistency_boundary(self) -> list[Selector]:
        return [Selector(types=[DuplicateQueued, DuplicateResolved], tags=[f"duplicate:{self.fact.duplicate}"])]

    @events(DuplicateQueued)
    def _(self, fact: DuplicateQueued) -> None:
        self.queued = fact

    @events(DuplicateResolved)
    def _(self, fact: DuplicateResolved) -> None:
        self.resolved = (*self.resolved, fact)

    def execute(self) -> None:
        fact = self.fact
        if self.queued is None or set(self.queued.persons) != set(fact.persons):
            raise NoSuchDuplicate(duplicate=fact.duplicate)
        require_new(fact, self.resolved)
        if self.resolved:
            raise ResolvedAlready(duplicate=fact.duplicate, decision=self.resolved[-1].decision)
        if fact.decision == "same" and not set(fact.persons) <= set(same_person(self.guarded, fact.persons[0])):
            raise NotMergedYet(persons=fact.persons)
        self.record(fact)


def require_apart(groups: Iterable[tuple[PersonId, ...]], known: Iterable[Fact]) -> None:
    """Refuse to make one person of groups of ids of which two attended in the same hour.

    Raises MergeWouldOverlap.
    """
    group_of = {person: number for number, group in enumerate(groups) for person in group}
    days: dict[date, list[Attended]] = {}
    for mark in _marks(known):
        days.setdefault(mark.hours.on, []).append(mark)
    for day in sorted(days):
        for one, other in combinations(days[day], 2):
            if group_of[one.person] != group_of[other.person] and one.hours.overlaps(other.hours):
                raise MergeWouldOverlap(
                    person=one.person,
                    other=other.person,
                    day=day,
                    training_class=one.training_class,
                    hours=one.hours,
                    other_class=other.training_class,
                    other_hours=other.hours,
                )


def _marks(known: Iterable[Fact]) -> Iterator[Attended]:
    for fact in known:
        if isinstance(fact, AttendanceTaken):
            for hours in fact.marks:
                yield Attended(fact.person, fact.training_class, hours)
