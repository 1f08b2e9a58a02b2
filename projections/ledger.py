"""The training ledger 台账: every class, every enrolment, and every change of every figure, on both time axes."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any

from sqlalchemy import Connection, Select, Table, func, insert, select

from taizhang.domain.attendance import AttendanceTaken
from taizhang.domain.boundary import correction_of
from taizhang.domain.certificates import CertificateIssued
from taizhang.domain.classes import ClassFiled
from taizhang.domain.core import Correction, Fact
from taizhang.domain.employment import EmploymentConfirmed, EmploymentReported
from taizhang.domain.enrolment import TraineeEnrolled, TraineeWithdrawn
from taizhang.domain.households import (
    HouseholdAttributeStated,
    HouseholdExited,
    HouseholdRegistered,
    HouseholdReturned,
    HouseholdSplit,
)
from taizhang.domain.people import PersonsMerged, PersonsSeparated
from taizhang.domain.scores import ScoreRecorded
from taizhang.projections.database import RowWriter
from taizhang.projections.ledger_fold import Fold, TrainingFold
from taizhang.projections.ledger_memory import Memory
from taizhang.projections.ledger_rows import (
    SeatRows,
    class_row,
    delta_rows,
    person_rows,
    person_total_rows,
    total_rows,
)
from taizhang.projections.measures import measure_columns
from taizhang.projections.register_fold import RegisterFold, group_blob
from taizhang.projections.tables_ledger import LedgerTables, ledger_tables
from taizhang.projections.versions import Version, VersionWriter
from taizhang.projections.view import Item, ViewFailed

# A later body under the same position simply takes the place of the earlier one.
_REPLACED = frozenset({ClassFiled, TraineeEnrolled, TraineeWithdrawn, EmploymentReported, EmploymentConfirmed})
_ENROLS = frozenset({TraineeEnrolled, TraineeWithdrawn})
# These touch one place in one class and nothing else.
_SIMPLE = frozenset({AttendanceTaken, CertificateIssued, ScoreRecorded, EmploymentReported, EmploymentConfirmed})
_STANDINGS = frozenset(
    {HouseholdRegistered, HouseholdAttributeStated, HouseholdExited, HouseholdReturned, HouseholdSplit}
)


class LedgerView:
    """Folds training, household and merge facts into the ledger's tables."""

    name = "ledger"
    version = 5

    def __init__(self, suffix: str = "") -> None:
        self.tables = LedgerTables(suffix) if suffix else ledger_tables()
        self.metadata = self.tables.metadata
        self.memory = Memory(self.tables)
        training = TrainingFold(self.memory)
        self._training = training
        folds = training.folds() | RegisterFold(self.memory, training).folds()
        self._folds = folds
        self._handlers: dict[type[Fact], Callable[[Item], None]] = {}
        for cls, fold in folds.items():
            self._handlers[cls] = _first(fold)
            correction = correction_of(cls)
            if correction is not None:
                self._handlers[correction] = _corrected(fold, replaces=cls in _REPLACED)
        writer = RowWriter
        self._classes, self._enrolments = writer(self.tables.classes), writer(self.tables.enrolments)
        self._deltas = writer(self.tables.deltas, adds=measure_columns(), keeps=("position", "year"))
        self._persons = writer(self.tables.person_deltas, adds=("persons", "persons_poor"), keeps=("position",))
        self._totals = writer(self.tables.totals, adds=measure_columns())
        self._person_totals = writer(self.tables.person_totals, adds=("persons", "persons_poor"))
        self._aliases = writer(self.tables.aliases)
        self._versions = [
            VersionWriter(one)
            for one in (self.tables.enrolment_versions, self.tables.class_versions, self.tables.alias_versions)
        ]

    def wants(self) -> frozenset[type[Fact]]:
        return frozenset(self._handlers)

    def fold(self, page: Sequence[Item], connection: Connection) -> None:
        self._load(page, connection)
        folds, handlers, item = self._folds, self._handlers, None
        try:
            for item in page:
                fact = item[2]
                kind = type(fact)
                fold = folds.get(kind)
                if fold is not None:
                    fold(fact, item[0], 1, item)
                elif kind in handlers:
                    handlers[kind](item)
        except Exception as cause:
            assert item is not None
            raise ViewFailed(item.position, cause) from cause

    def needs(self, facts: Iterable[Fact]) -> Needs:
        """What these facts are about: the classes, persons and households that must be in memory to fold them."""
        needs = Needs(self._folds)
        classes, simple = needs.classes, _SIMPLE
        for fact in facts:
            if type(fact) in simple:
                classes.add(fact.training_class)  # type: ignore[attr-defined]
            else:
                needs.take(fact)
        return needs

    def take(self, item: Item) -> None:
        """Fold one fact into memory; whatever it touches must be there."""
        self._handlers[type(item.fact)](item)

    def forget(self) -> None:
        self.memory.forget()

    def write(self, connection: Connection) -> None:
        memory = self.memory
        memory.close()
        rooms = sorted(memory.dirty_rooms.items())
        self._classes.insert(connection, [class_row(room) for _, room in rooms if not room.stored])
        self._classes.put(connection, [class_row(room) for _, room in rooms if room.stored])
        new: list[tuple[Any, ...]] = []
        old: list[tuple[Any, ...]] = []
        make = SeatRows().row
        for _, room in rooms:
            for person, seat in sorted(room.dirty.items()):
                if person in room.fresh:
                    new.append(make(room, seat, True))
                else:
                    old.append(make(room, seat, False))
        self._enrolments.insert(connection, new)
        self._enrolments.put(connection, old)
        deltas, persons = list(delta_rows(memory)), list(person_rows(memory))
        self._deltas.put(connection, deltas)
        self._persons.put(connection, persons)
        self._totals.put(connection, total_rows(deltas))
        self._person_totals.put(connection, person_total_rows(persons))
        self._aliases.put(connection, [(p, g[0], group_blob(g[1:])) for p, g in memory.dirty_groups.items()])
        memory.register.write(connection)
        past = memory.past
        firsts: tuple[list[Version], ...] = (past.enrolments_first, past.classes_first, [])
        for versions, first, found in zip(
            self._versions, firsts, (past.enrolments, past.classes, past.aliases), strict=True
        ):
            versions.begin(connection, first)
            versions.put(connection, found)
        for _, room in rooms:
            room.stored = True
            room.fresh.clear()
            room.dirty.clear()
        memory.settle()
        memory.shrink()

    def figures(self, connection: Connection) -> dict[str, int]:
        """Every measure by county, kind and year, distinct persons by cell: what a rebuild is compared by.

        Once as their changes add up, once as they stand in the totals, which pages show of now.
        """
        found: dict[str, int] = {}
        for changes, totals in self._added_up():
            for table, when in ((changes, ""), (totals, " now")):
                for row in connection.execute(_sums(table, totals)):
                    cell = len(totals.primary_key)
                    where = " ".join(str(part) for part in row[:cell] if part)
                    amounts = zip(row._fields[cell:], row[cell:], strict=True)
                    found |= {f"{where} {name}{when}": int(amount) for name, amount in amounts if amount}
        return found

    def fill(self, connection: Connection, absent: Sequence[Table]) -> None:
        """Add up the changes of a house from before into totals that it had not: nobody reads zeros until the rebuild."""
        for changes, totals in self._added_up():
            if totals in absent:
                sums = _sums(changes, totals)
                connection.execute(insert(totals).from_select([*sums.selected_columns.keys()], sums))

    def _added_up(self) -> tuple[tuple[Table, Table], ...]:
        """Each table of changes, and the totals that its rows add up to."""
        return (self.tables.deltas, self.tables.totals), (self.tables.person_deltas, self.tables.person_totals)

    # -- what a page needs --------------------------------------------------------------------------------

    def _load(self, page: Sequence[Item], connection: Connection) -> None:
        """Read everything that the facts of this page may touch."""
        memory = self.memory
        memory.begin(connection)
        if memory.whole:
            return
        needs = self.needs(item.fact for item in page)
        memory.load_groups(connection)
        needs.judged |= memory.register.load_members(needs.households, connection)
        judged = {one for person in needs.judged for one in memory.group(person)}
        memory.load_spans(judged, connection)
        rooms = {one for person in judged for one in memory.spans[person]}
        memory.load_rooms(needs.classes | rooms, connection)
        enrolled = {person for one in needs.filed for person in memory.rooms[one].seats}
        persons = {one for person in needs.persons | enrolled for one in memory.group(person)} | judged
        memory.load_spans(persons, connection)
        memory.register.load_persons(persons, connection)
        memory.register.load_households(needs.households, connection)


class Needs:
    """What the facts of a page are about."""

    def __init__(self, folds: dict[type[Fact], Fold]) -> None:
        self._folds = folds
        self.classes: set[str] = set()
        self.filed: set[str] = set()  # classes whose county or programme may change
        self.persons: set[str] = set()  # who enrols or withdraws
        self.judged: set[str] = set()  # whose household or ids may change
        self.households: set[str] = set()

    def take(self, fact: Any) -> None:
        """Note what one fact, and the bodies in a correction, are about."""
        if type(fact) in self._folds:
            self._body(fact)
        elif isinstance(fact, Correction) and type(fact.was) in self._folds:
            self._body(fact.was)
            if fact.now is not None:
                self._body(fact.now)

    def _body(self, fact: Any) -> None:
        kind = type(fact)
        training_class = getattr(fact, "training_class", None)
        if training_class is not None:
            self.classes.add(training_class)
            if kind in _ENROLS:
                self.persons.add(fact.person)
            elif kind is ClassFiled:
                self.filed.add(training_class)
            return
        if kind in (PersonsMerged, PersonsSeparated):
            self.judged.update(tag.removeprefix("person:") for tag in fact.tags())
            return
        self.households.add(fact.household)
        self.households.update(one for name in ("new_household", "merged") if (one := getattr(fact, name, None)))
        if kind not in _STANDINGS or kind is HouseholdSplit:
            self.judged.update(getattr(fact, "persons", None) or (fact.person,))


def _sums(table: Table, totals: Table) -> Select[Any]:
    """The rows of changes, or of the totals themselves, added up by the totals' key."""
    cell = [table.c[column.name] for column in totals.primary_key]
    sums = (func.sum(table.c[column.name]).label(column.name) for column in totals.c if not column.primary_key)
    return select(*cell, *sums).group_by(*cell)


def _first(fold: Fold) -> Callable[[Item], None]:
    return lambda item: fold(item.fact, item.position, 1, item)


def _corrected(fold: Fold, replaces: bool) -> Callable[[Item], None]:
    """Take the old body back and put the new one in, at the correction's own recording time."""

    def handle(item: Item) -> None:
        fact: Any = item.fact
        if not (replaces and fact.now is not None and _subject(fact.was) == _subject(fact.now)):
            fold(fact.was, fact.corrects, -1, item)
        if fact.now is not None:
            fold(fact.now, fact.corrects, 1, item)

    return handle


def _subject(fact: Any) -> tuple[Any, Any]:
    return fact.training_class, getattr(fact, "person", None)
