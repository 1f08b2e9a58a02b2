"""Dated statements as known: statuses, standings, memberships, wishes, homes, deaths, villages, region names; and code labels.

Nothing is remembered from page to page: a statement is a row under its own position, and a correction puts other rows,
or none, in its place; what stood there before is kept as a version.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from operator import itemgetter
from typing import Any

from sqlalchemy import Connection, Table, bindparam, delete, event, func, insert, select

from taizhang.domain.boundary import correction_of
from taizhang.domain.core import Fact
from taizhang.domain.enrolment import WishStated
from taizhang.domain.households import (
    HouseholdAttributeStated,
    HouseholdExited,
    HouseholdMemberLeft,
    HouseholdMemberListed,
    HouseholdMerged,
    HouseholdRegistered,
    HouseholdReturned,
    HouseholdSplit,
)
from taizhang.domain.labels import labels
from taizhang.domain.people import PersonDied, PersonMoved, PersonRegistered, PersonStatusStated
from taizhang.domain.policy import ProgrammeOpened
from taizhang.domain.regions import RegionRegistered, RegionRenamed, VillagePovertyStated
from taizhang.projections.database import RowWriter
from taizhang.projections.tables_dated import DatedTables, dated_tables
from taizhang.projections.versions import Version, VersionWriter
from taizhang.projections.view import Item, Page

Row = tuple[Any, ...]
Rows = Iterable[tuple[str, Row]]  # table, and the row without its last values: position and recording time
Key = tuple[str, Row]  # table, and what its primary key says
_Made = dict[str, dict[Row, Row]]  # table -> key -> row


class DatedView:
    """Folds every dated statement into a row of its own."""

    name = "dated"
    version = 3

    def __init__(self, suffix: str = "") -> None:
        self.tables = tables = DatedTables(suffix) if suffix else dated_tables()
        self.metadata = tables.metadata
        event.listen(tables.labels, "after_create", _fill_labels)
        self._statements = {table.info["plain"]: table for table in tables.statements}
        self._writers = {name: RowWriter(table) for name, table in self._statements.items()}
        self._keys = {name: len(table.primary_key) - 1 for name, table in self._statements.items()}
        self._versions = {name: VersionWriter(tables.versions[table.name]) for name, table in self._statements.items()}
        self._plain: dict[type[Fact], tuple[str, Callable[[Any], Row]]] = {
            PersonStatusStated: ("person_status", _status),
            HouseholdRegistered: ("household_standing", _registered),
            HouseholdAttributeStated: ("household_standing", _standing),
            HouseholdReturned: ("household_standing", _standing),
            HouseholdExited: ("household_standing", _exited),
            HouseholdMemberListed: ("household_membership", _listed),
            HouseholdMemberLeft: ("household_membership", _left),
            WishStated: ("wish_stated", _wish),
            VillagePovertyStated: ("village_standing", _village),
            PersonRegistered: ("person_residence", _lives_first),
            PersonMoved: ("person_residence", _moved),
            PersonDied: ("person_death", _died),
            ProgrammeOpened: ("programme_opening", _opened),
            RegionRegistered: ("region_name", _named),
        }
        self._several: dict[type[Fact], Callable[[Any], Rows]] = {
            HouseholdSplit: _split,
            HouseholdMerged: _merged,
            RegionRenamed: _renamed,
        }
        both = [*self._plain, *self._several]
        self._corrections = {correction for cls in both if (correction := correction_of(cls)) is not None}
        self._wants = frozenset({*both, *self._corrections})
        self.forget()

    def wants(self) -> frozenset[type[Fact]]:
        return self._wants

    def fold(self, page: Sequence[Item], connection: Connection) -> None:  # noqa: ARG002 (it needs no table to fold)
        by_class = Page.of(page).by_class
        for cls, (name, row) in self._plain.items():
            if cls in by_class:
                self._said[name] += [
                    (*row(fact), position, recorded_at) for position, recorded_at, fact, _, _ in by_class[cls]
                ]
        for cls, rows in self._several.items():
            for item in by_class.get(cls, ()):
                for name, one in rows(item.fact):
                    self._said[name].append((*one, item.position, item.recorded_at))
        self._corrected += sorted(item for cls in self._corrections for item in by_class.get(cls, ()))

    def write(self, connection: Connection) -> None:
        for name, rows in self._said.items():
            rows.sort(key=itemgetter(0))  # the order of the key is less work for the database
            self._writers[name].insert(connection, rows)
        if self._corrected:
            self._correct(connection)
        self.forget()

    def forget(self) -> None:
        self._said: dict[str, list[Row]] = {name: [] for name in self._statements}
        self._corrected: list[Item] = []

    def _correct(self, connection: Connection) -> None:
        """Take back what was corrected and put in what is said now; both are kept as versions."""
        gone: set[Key] = set()
        made: _Made = {name: {} for name in self._statements}
        versions: dict[str, list[Version]] = {name: [] for name in self._statements}
        for item in self._corrected:
            fact: Any = item.fact
            now: dict[Key, Row] = {}
            for name, row in self._rows(fact.now) if fact.now is not None else ():
                now[name, self._key_of(name, row, fact.corrects)] = row
            for name, row in self._rows(fact.was):
                key = self._key_of(name, row, fact.corrects)
                gone.add((name, key))
                made[name].pop(key, None)
                if (name, key) not in now:
                    versions[name].append(Version(key, item.recorded_at, None))
            for (name, key), row in now.items():
                gone.add((name, key))
                made[name][key] = (*row, fact.corrects, item.recorded_at)
                versions[name].append(Version(key, item.recorded_at, row[self._keys[name] :]))
        for name, table in self._statements.items():
            keys = sorted(key for where, key in gone if where == name)
            if not keys:
                continue
            self._versions[name].begin_from(connection, table, keys)
            columns = list(table.primary_key.columns)
            names = [f"_{column.name}" for column in columns]
            taken = delete(table).where(*(column == bindparam(f"_{column.name}") for column in columns))
            connection.execute(taken, [dict(zip(names, key, strict=True)) for key in keys])
            self._writers[name].insert(connection, list(made[name].values()))
            self._versions[name].put(connection, versions[name])

    def _rows(self, fact: Fact) -> Rows:
        plain = self._plain.get(type(fact))
        if plain is not None:
            yield plain[0], plain[1](fact)
        else:
            yield from self._several[type(fact)](fact)

    def _key_of(self, name: str, row: Row, position: int) -> Row:
        """The key columns stand first; the statement's position is the last of them."""
        return (*row[: self._keys[name]], position)

    def figures(self, connection: Connection) -> dict[str, int]:
        """How many statements stand in each table."""
        return {
            name: connection.scalar(select(func.count()).select_from(table)) or 0
            for name, table in self._statements.items()
        }


# -- what a statement says --------------------------------------------------------------------------------


def _status(fact: PersonStatusStated) -> Row:
    until = None if fact.until is None else fact.until.isoformat()
    return fact.person, fact.status, fact.since.isoformat(), until, fact.source_list


def _registered(fact: HouseholdRegistered) -> Row:
    return _stands(fact, fact.household, fact.attribute, fact.village)


def _standing(fact: HouseholdAttributeStated | HouseholdReturned) -> Row:
    return _stands(fact, fact.household, fact.attribute, None)


def _exited(fact: HouseholdExited) -> Row:
    return fact.household, fact.occurred_on.isoformat(), "general", 0, fact.exit_year, None


def _listed(fact: HouseholdMemberListed) -> Row:
    return fact.household, fact.person, fact.occurred_on.isoformat(), 1


def _left(fact: HouseholdMemberLeft) -> Row:
    return fact.household, fact.person, fact.occurred_on.isoformat(), 0


def _wish(fact: WishStated) -> Row:
    return fact.person, fact.county, fact.occupation, fact.occurred_on.isoformat()


def _village(fact: VillagePovertyStated) -> Row:
    return fact.village, fact.occurred_on.isoformat(), int(fact.poor)


def _lives_first(fact: PersonRegistered) -> Row:
    return fact.person, fact.occurred_on.isoformat(), fact.county, fact.village


def _moved(fact: PersonMoved) -> Row:
    return fact.person, fact.occurred_on.isoformat(), None, fact.village


def _died(fact: PersonDied) -> Row:
    return fact.person, fact.occurred_on.isoformat()


def _opened(fact: ProgrammeOpened) -> Row:
    return fact.programme, fact.since.isoformat(), None if fact.until is None else fact.until.isoformat()


def _named(fact: RegionRegistered) -> Row:
    return fact.code, fact.occurred_on.isoformat(), fact.name


def _renamed(fact: RegionRenamed) -> Rows:
    for code in dict.fromkeys((fact.code, fact.code_now or fact.code)):
        yield "region_name", (code, fact.occurred_on.isoformat(), fact.name)


def _split(fact: HouseholdSplit) -> Rows:
    day = fact.occurred_on.isoformat()
    yield "household_standing", _stands(fact, fact.new_household, fact.attribute, fact.village)
    for person in dict.fromkeys(fact.persons):
        yield "household_membership", (fact.household, person, day, 0)
        yield "household_membership", (fact.new_household, person, day, 1)


def _merged(fact: HouseholdMerged) -> Rows:
    day = fact.occurred_on.isoformat()
    for person in dict.fromkeys(fact.persons):
        yield "household_membership", (fact.merged, person, day, 0)
        yield "household_membership", (fact.household, person, day, 1)


def _stands(fact: Fact, household: str, attribute: str, village: str | None) -> Row:
    return household, fact.occurred_on.isoformat(), attribute, int(attribute != "general"), None, village


def _fill_labels(table: Table, connection: Connection, **_how: Any) -> None:
    """A new table of labels holds them from the beginning; a rebuild of the view brings those of a new release."""
    found = labels()
    rows = [
        {"kind": kind, "code": code, "zh": label.zh, "en": label.en}
        for kind, codes in found.items()
        for code, label in codes.items()
    ]
    connection.execute(insert(table), rows)
