"""Dated statements as known: statuses, household standings and memberships, wishes, poor villages; and code labels.

Nothing is remembered from page to page: a statement is a row under its own position, and a correction puts other rows,
or none, in its place.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any

from sqlalchemy import Connection, Table, bindparam, delete, event, func, insert, select

from taizhang.domain.boundary import correction_of
from taizhang.domain.core import Correction, Fact
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
from taizhang.domain.people import PersonStatusStated
from taizhang.domain.regions import VillagePovertyStated
from taizhang.projections.database import RowWriter
from taizhang.projections.tables_dated import DatedTables
from taizhang.projections.view import Item, run

Row = tuple[Any, ...]
Rows = Iterable[tuple[Table, Row]]  # the row without the position, which is its last value


class DatedView:
    """Folds every dated statement into a row of its own."""

    name = "dated"
    version = 1

    def __init__(self, suffix: str = "") -> None:
        self.tables = tables = DatedTables(suffix)
        self.metadata = tables.metadata
        event.listen(tables.labels, "after_create", _fill_labels)
        self._statements = [t for t in tables.metadata.sorted_tables if t is not tables.labels]
        self._writers = {table.name: RowWriter(table) for table in self._statements}
        self._makers: dict[type[Fact], Callable[[Any], Rows]] = {
            PersonStatusStated: self._status,
            HouseholdRegistered: self._standing,
            HouseholdAttributeStated: self._standing,
            HouseholdReturned: self._standing,
            HouseholdExited: self._exited,
            HouseholdMemberListed: self._listed,
            HouseholdMemberLeft: self._left,
            HouseholdSplit: self._split,
            HouseholdMerged: self._merged,
            WishStated: self._wish,
            VillagePovertyStated: self._village,
        }
        corrections = [correction for cls in self._makers if (correction := correction_of(cls)) is not None]
        self._handlers = dict.fromkeys([*self._makers, *corrections], self._take)
        self.forget()

    def wants(self) -> frozenset[type[Fact]]:
        return frozenset(self._handlers)

    def fold(self, page: Sequence[Item], connection: Connection) -> None:  # noqa: ARG002 (it needs no table to fold)
        run(self._handlers, page)

    def write(self, connection: Connection) -> None:
        for table in self._statements:
            gone = [key for name, key in sorted(self._gone) if name == table.name]
            if gone:
                columns = list(table.primary_key.columns)
                statement = delete(table).where(*(column == bindparam(f"_{column.name}") for column in columns))
                names = [f"_{column.name}" for column in columns]
                connection.execute(statement, [dict(zip(names, key, strict=True)) for key in gone])
            self._writers[table.name].insert(connection, list(self._made[table.name].values()))
        self.forget()

    def forget(self) -> None:
        self._made: dict[str, dict[Row, Row]] = {table.name: {} for table in self._statements}  # by key
        self._gone: set[tuple[str, Row]] = set()  # tables and keys of rows that are no more

    def figures(self, connection: Connection) -> dict[str, int]:
        """How many statements stand in each table."""
        tables = self._statements
        return {t.info["plain"]: connection.scalar(select(func.count()).select_from(t)) or 0 for t in tables}

    def _take(self, item: Item) -> None:
        fact: Any = item.fact
        if not isinstance(fact, Correction):
            self._put(fact, item.position)
            return
        for table, row in self._makers[type(fact.was)](fact.was):
            key = _key_of(table, row, fact.corrects)
            self._made[table.name].pop(key, None)
            self._gone.add((table.name, key))
        if fact.now is not None:
            self._put(fact.now, fact.corrects)

    def _put(self, fact: Fact, position: int) -> None:
        for table, row in self._makers[type(fact)](fact):
            self._made[table.name][_key_of(table, row, position)] = (*row, position)

    # -- what a statement says ----------------------------------------------------------------------------

    def _status(self, fact: PersonStatusStated) -> Rows:
        until = None if fact.until is None else fact.until.isoformat()
        yield self.tables.statuses, (fact.person, fact.status, fact.since.isoformat(), until, fact.source_list)

    def _standing(self, fact: HouseholdRegistered | HouseholdAttributeStated | HouseholdReturned) -> Rows:
        yield self._stands(fact, fact.household, fact.attribute)

    def _exited(self, fact: HouseholdExited) -> Rows:
        row = (fact.household, fact.occurred_on.isoformat(), "general", 0, fact.exit_year)
        yield self.tables.standings, row

    def _listed(self, fact: HouseholdMemberListed) -> Rows:
        yield self._belongs(fact, fact.household, fact.person, 1)

    def _left(self, fact: HouseholdMemberLeft) -> Rows:
        yield self._belongs(fact, fact.household, fact.person, 0)

    def _split(self, fact: HouseholdSplit) -> Rows:
        yield self._stands(fact, fact.new_household, fact.attribute)
        for person in fact.persons:
            yield self._belongs(fact, fact.household, person, 0)
            yield self._belongs(fact, fact.new_household, person, 1)

    def _merged(self, fact: HouseholdMerged) -> Rows:
        for person in fact.persons:
            yield self._belongs(fact, fact.merged, person, 0)
            yield self._belongs(fact, fact.household, person, 1)

    def _wish(self, fact: WishStated) -> Rows:
        yield self.tables.wishes, (fact.person, fact.county, fact.occupation, fact.occurred_on.isoformat())

    def _village(self, fact: VillagePovertyStated) -> Rows:
        yield self.tables.villages, (fact.village, fact.occurred_on.isoformat(), int(fact.poor))

    def _stands(self, fact: Fact, household: str, attribute: str) -> tuple[Table, Row]:
        poor = int(attribute != "general")
        return self.tables.standings, (household, fact.occurred_on.isoformat(), attribute, poor, None)

    def _belongs(self, fact: Fact, household: str, person: str, belongs: int) -> tuple[Table, Row]:
        return self.tables.memberships, (household, person, fact.occurred_on.isoformat(), belongs)


def _key_of(table: Table, row: Row, position: int) -> Row:
    """The key columns stand first; the statement's position is the last of them."""
    return (*row[: len(table.primary_key) - 1], position)


def _fill_labels(table: Table, connection: Connection, **_how: Any) -> None:
    """A new table of labels holds them from the beginning; a rebuild of the view brings those of a new release."""
    found = labels()
    rows = [
        {"kind": kind, "code": code, "zh": label.zh, "en": label.en}
        for kind, codes in found.items()
        for code, label in codes.items()
    ]
    connection.execute(insert(table), rows)
