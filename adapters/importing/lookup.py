"""Looks up what a file only names: institutions, regions, classes, who sits in them, the threshold for late entry."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any, NamedTuple, Protocol, TypeVar

import msgspec

from taizhang.adapters.log.records import AnyOf, Criterion, GuardKey, Query, State
from taizhang.domain.attendance import AttendanceTaken
from taizhang.domain.boundary import correction_of
from taizhang.domain.classes import ClassFiled, ClassGuard, ClassId, InstitutionId
from taizhang.domain.core import Correction, Fact, OrganisationId, PersonId, RegionCode
from taizhang.domain.decisions import within
from taizhang.domain.enrolment import TraineeEnrolled
from taizhang.domain.envelope import body_of, outer_of, type_names
from taizhang.domain.hours import SessionHours
from taizhang.domain.institutions import OrganisationRegistered, TeacherRegistered, VenueRegistered
from taizhang.domain.people import AliasGuard, PersonDetailsStated, PersonRegistered, PersonStatusStated, alias_rows
from taizhang.domain.policy import ThresholdSet
from taizhang.domain.regions import RegionRegistered, RegionRenamed
from taizhang.domain.sealing import Sealed, SealGuard, seal_rows
from taizhang.domain.sessions import SessionGuard
from taizhang.projections.database import Store
from taizhang.projections.registered import registered

LATE_ENTRY, LATE_ENTRY_DAYS = "late-entry-days", 30  # the threshold's name, and what holds until somebody sets it
COUNTY_DIGITS = 6
F = TypeVar("F", bound=Fact)


class Reading(Protocol):
    """The part of the log that looking things up needs."""

    def read(
        self,
        query: Query,
        *,
        after: int = 0,
        guards: Sequence[GuardKey] = (),
        commands: Sequence[str] = (),
    ) -> State: ...


class Organisation(NamedTuple):
    id: OrganisationId
    region: RegionCode
    kind: str


class Registry:
    """Organisations and regions by their plain names, regions by every name they ever bore; kept from one import to the next, each fact is read once."""

    def __init__(self) -> None:
        self._read_up_to = 0
        self._standing: dict[int, Fact] = {}
        self.organisations: dict[str, list[Organisation]] = {}
        self.regions: dict[str, list[RegionCode]] = {}

    def refresh(self, log: Reading, store: Store) -> None:
        """Take in what was registered since the last time; a new process begins where the registry's view stands.

        Finding the registrations among all other facts takes longer with every year of a programme (0.1 s for 250,000
        facts that are in memory, 0.6 s from disk; from the view 0.01 s).
        """
        if not self._read_up_to:
            self._read_up_to, self._standing = registered(store)
            self._name()
        types: list[type[Fact]] = [OrganisationRegistered, RegionRegistered, RegionRenamed]
        state = log.read([Criterion(stored_names(types), ())], after=self._read_up_to)
        self._read_up_to = state.head_position
        if state.facts:
            _fold(self._standing, state)
            self._name()

    def _name(self) -> None:
        self.organisations, self.regions = {}, {}
        for _, fact in sorted(self._standing.items()):
            if isinstance(fact, OrganisationRegistered):
                found = Organisation(fact.organisation, fact.region, fact.kind)
                self.organisations.setdefault(plain_name(fact.name), []).append(found)
            elif isinstance(fact, (RegionRegistered, RegionRenamed)):
                code = getattr(fact, "code_now", None) or fact.code  # the one under which it bears this name
                same = self.regions.setdefault(plain_name(fact.name), [])
                same += [code] if code not in same else []


class Lookup:
    """Answers from the log as it stands, names from the registry as it was last read."""

    def __init__(self, log: Reading, registry: Registry, today: date, region: RegionCode) -> None:
        self._log, self._registry, self._today, self._region = log, registry, today, region

    # -- names --------------------------------------------------------------------------------------------

    def organisations(self, name: str, *, teaching: bool = False) -> list[Organisation]:
        """Those registered under this name; where several are, only the ones of the officer's own region if any are."""
        found = self._registry.organisations.get(plain_name(name), [])
        if teaching:
            found = [one for one in found if one.kind in ("institution", "school", "enterprise")] or found
        near = [one for one in found if within(one.region, self._region)]
        return near if len(found) > 1 and near else found

    def organisation(self, id: str) -> Organisation | None:
        """The organisation under this id."""
        return next((one for same in self._registry.organisations.values() for one in same if one.id == id), None)

    def region(self, name: str, inside: str = "", *, digits: int = 0) -> RegionCode | None:
        """The one region of this name, or of this name without 省市县区乡镇村; `inside` and `digits` narrow it down."""
        key = plain_name(name)
        if re.fullmatch(r"\d{6,12}", key):
            return RegionCode(key)
        same = self._registry.regions.get(key) or [
            code for known, found in self._registry.regions.items() if known[:-1] == key for code in found
        ]
        fits = [
            code
            for code in dict.fromkeys(same)
            if (not inside or within(code, inside)) and (not digits or len(code) == digits)
        ]
        counties = [code for code in fits if digits or not code.endswith("00")] or fits
        return counties[0] if len(counties) == 1 else None

    def own_county(self) -> RegionCode | None:
        """The officer's county, for who works in one."""
        return self._region if len(self._region) == COUNTY_DIGITS and not self._region.endswith("00") else None

    # -- classes ------------------------------------------------------------------------------------------

    def classes_of(self, institution: InstitutionId) -> list[ClassFiled]:
        return self.in_force([ClassFiled], f"institution:{institution}")

    def classes(self, ids: Iterable[ClassId]) -> dict[ClassId, ClassFiled]:
        """The filings of these classes; what nobody filed is absent."""
        found = self.in_force_of([ClassFiled], [f"class:{id}" for id in ids])
        return {one.training_class: one for one in reversed(found)}

    def enrolled(self, ids: Iterable[ClassId]) -> dict[ClassId, dict[PersonId, TraineeEnrolled]]:
        """Who ever took a seat in each of these classes, with the latest enrolment."""
        seats: dict[ClassId, dict[PersonId, TraineeEnrolled]] = {id: {} for id in ids}
        for one in self.in_force_of([TraineeEnrolled], [f"class:{id}" for id in seats]):
            seats[one.training_class][one.person] = one
        return seats

    def sessions(self, training_class: ClassId) -> SessionGuard:
        """The hours that the class was taught, by day."""
        key = (SessionGuard.KIND, training_class)
        row = self._log.read([], guards=[key]).guards.get(key)
        return SessionGuard() if row is None else msgspec.json.decode(row.state, type=SessionGuard)

    def attendance(self, training_class: ClassId) -> dict[PersonId, tuple[set[SessionHours], set[date]]]:
        """What stands of each trainee of the class: the hours marked, and the days absent."""
        found: dict[PersonId, tuple[set[SessionHours], set[date]]] = {}
        for taken in self.in_force([AttendanceTaken], f"class:{training_class}"):
            marks, absent = found.setdefault(taken.person, (set(), set()))
            marks.update(taken.marks)
            absent.update(taken.absent)
        return found

    def class_guard(self, training_class: ClassId) -> ClassGuard:
        """Whether the class is approved, refused, cancelled."""
        key = (ClassGuard.KIND, training_class)
        row = self._log.read([], guards=[key]).guards.get(key)
        return ClassGuard() if row is None else msgspec.json.decode(row.state, type=ClassGuard)

    def teachers(self, institution: InstitutionId) -> list[str]:
        return [one.teacher for one in self.in_force([TeacherRegistered], f"institution:{institution}")]

    def venue_known(self, venue: str) -> bool:
        return bool(self.in_force([VenueRegistered], f"venue:{venue}"))

    def seals(self, county: RegionCode) -> list[Sealed]:
        """The seals that bind this county's ledger, as they stand now."""
        rows = self._log.read([], guards=seal_rows(county)).guards.values()
        return [seal for row in rows for seal in msgspec.json.decode(row.state, type=SealGuard).seals]

    # -- persons and policy -------------------------------------------------------------------------------

    def statements(self, persons: Iterable[PersonId]) -> dict[PersonId, set[str]]:
        """The ids of the statements that the log knows of these persons; who was never registered is absent."""
        types: list[type[Fact]] = [PersonRegistered, PersonDetailsStated]
        tags = [f"person:{person}" for person in persons]
        found: dict[PersonId, set[str]] = {}
        for fact in _fold({}, self._log.read([AnyOf(stored_names(types), tags)])).values() if tags else ():
            assert isinstance(fact, (PersonRegistered, PersonDetailsStated))
            found.setdefault(fact.person, set()).add(fact.statement)
        return found

    def one_each(self, persons: Sequence[PersonId]) -> list[PersonId]:
        """These ids without those that were merged with one before them: nobody is their own namesake."""
        if len(persons) < 2:
            return list(persons)
        rows = self._log.read([], guards=alias_rows(*persons)).guards
        found: list[PersonId] = []
        for person in persons:
            row = rows.get((AliasGuard.KIND, person))
            same = [person] if row is None else msgspec.json.decode(row.state, type=AliasGuard).group_of(person)
            if not set(same) & set(found):
                found.append(person)
        return found

    def groups(self, persons: Iterable[PersonId]) -> dict[PersonId, list[PersonId]]:
        """All ids of each of these persons; only its own of who was never merged."""
        wanted = list(persons)
        rows = self._log.read([], guards=alias_rows(*wanted)).guards if wanted else {}
        found = {person: [person] for person in wanted}
        for person in wanted:
            if (row := rows.get((AliasGuard.KIND, person))) is not None:
                found[person] = msgspec.json.decode(row.state, type=AliasGuard).group_of(person)
        return found

    def statuses(self, persons: Iterable[PersonId], source_list: str) -> dict[PersonId, list[PersonStatusStated]]:
        """What this list stated of each of these persons, oldest first."""
        tags = [f"person:{person}" for person in persons]
        standing = _fold({}, self._log.read([AnyOf(stored_names([PersonStatusStated]), tags)])) if tags else {}
        found: dict[PersonId, list[PersonStatusStated]] = {}
        for position in sorted(standing):
            fact = standing[position]
            if isinstance(fact, PersonStatusStated) and fact.source_list == source_list:
                found.setdefault(fact.person, []).append(fact)
        return found

    def late_entry_days(self, county: str) -> int:
        """After how many days an entry counts as late: the newest threshold of the smallest region around the county."""
        rules = [
            rule
            for rule in self.in_force([ThresholdSet], f"threshold:{LATE_ENTRY}")
            if rule.since <= self._today and within(county, rule.region)
        ]
        nearest = max(rules, key=lambda rule: (rule.region.rstrip("0"), rule.since), default=None)
        return LATE_ENTRY_DAYS if nearest is None else nearest.value

    def in_force_of(self, types: Sequence[type[F]], tags: Iterable[str]) -> list[F]:
        """The facts of these classes that bear one of these tags, corrections applied, oldest first; one look for all."""
        wanted = set(tags)
        standing = _fold({}, self._log.read([AnyOf(stored_names(types), sorted(wanted))])) if wanted else {}
        found: list[Any] = [standing[position] for position in sorted(standing)]
        return [fact for fact in found if type(fact) in types and not wanted.isdisjoint(fact.tags())]

    def in_force(self, types: Sequence[type[F]], *tags: str) -> list[F]:
        """The facts of these classes that bear all these tags, corrections applied, oldest first."""
        standing = _fold({}, self._log.read([Criterion(stored_names(types), tags)]))
        wanted = set(tags)
        found: list[Any] = [standing[position] for position in sorted(standing)]
        return [fact for fact in found if type(fact) in types and wanted <= set(fact.tags())]


def plain_name(name: str) -> str:
    """A name for comparing: half-width, without blanks, brackets and marks."""
    return re.sub(r"[\s()\[\]{}·.,，。、“”\"'《》〈〉\-—_]", "", unicodedata.normalize("NFKC", name)).upper()


def stored_names(types: Sequence[Any]) -> tuple[str, ...]:
    """The names under which facts of these classes and their corrections are stored."""
    kinds = [kind for fact in types for kind in (fact, correction_of(fact)) if kind is not None]
    return tuple(name for kind in kinds for name in type_names(kind))


def _fold(standing: dict[int, Fact], state: State) -> dict[int, Fact]:
    for stored in state.facts:
        outer = outer_of(stored.leaf)
        fact = body_of(outer.type, outer.body)
        if not isinstance(fact, Correction):
            standing[stored.position] = fact
            continue
        standing.pop(fact.corrects, None)
        if fact.now is not None:
            standing[fact.corrects] = fact.now
    return standing
