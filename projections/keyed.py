"""Views with one row per thing: the facts about a thing that are in force, and the row they make."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple

import msgspec
from sqlalchemy import Connection, MetaData, Table, func, select

from taizhang.domain.boundary import correction_of
from taizhang.domain.core import Correction, Fact
from taizhang.domain.envelope import body_of
from taizhang.projections.database import RowWriter, all_empty, chunks
from taizhang.projections.view import Item, run

REMEMBERED = 100_000  # things kept in memory from page to page
Facts = dict[int, Fact]  # facts in force about one thing, by position
Columns = Mapping[str, Any]


class Kind(NamedTuple):
    """One read table: which facts it is about, whose rows they change, and what the row of a thing says.

    The table's first column is the key, its last one the private state. `row` gives the columns in between; it is
    asked with no facts when everything about the thing was taken back.
    """

    table: Table
    keys: Mapping[type[Fact], Callable[[Any], Sequence[str]]]
    row: Callable[[str, Facts], Columns]


class _Stored(msgspec.Struct, array_like=True):
    position: int
    type: str
    body: msgspec.Raw


_decode = msgspec.json.Decoder(list[_Stored]).decode
_encode = msgspec.json.Encoder().encode


class KeyedView:
    """Folds facts into one row per thing, for each of its kinds of things."""

    def __init__(self, name: str, version: int, metadata: MetaData, kinds: Sequence[Kind]) -> None:
        self.name, self.version, self.metadata = name, version, metadata
        self._books = [_Book(kind) for kind in kinds]
        self._handlers = {cls: self._fold for book in self._books for cls in book.classes()}

    def wants(self) -> frozenset[type[Fact]]:
        return frozenset(self._handlers)

    def fold(self, page: Sequence[Item], connection: Connection) -> None:
        mine = [item for item in page if type(item.fact) in self._handlers]
        if not mine:
            return
        for book in self._books:
            if not book.begin(connection):
                book.load({key for item in mine for body in _bodies(item.fact) for key in book.keys(body)}, connection)
        run(self._handlers, mine)

    def write(self, connection: Connection) -> None:
        for book in self._books:
            book.write(connection)

    def forget(self) -> None:
        for book in self._books:
            book.forget()

    def figures(self, connection: Connection) -> dict[str, int]:
        """How many rows each table has."""
        tables = [book.kind.table for book in self._books]
        return {
            table.info["plain"]: connection.scalar(select(func.count()).select_from(table)) or 0 for table in tables
        }

    def _fold(self, item: Item) -> None:
        fact: Any = item.fact
        for book in self._books:
            if isinstance(fact, Correction):
                book.put(fact.was, fact.corrects, -1)
                if fact.now is not None:
                    book.put(fact.now, fact.corrects, 1)
            else:
                book.put(fact, item.position, 1)


class _Book:
    """The things of one kind: those in memory, and those that changed."""

    _things: dict[str, Facts]
    _stored: set[str]
    _changed: set[str]
    _begun: bool
    _whole: bool

    def __init__(self, kind: Kind) -> None:
        self.kind = kind
        self._writer = RowWriter(kind.table)
        self._columns = [column.name for column in kind.table.columns][1:-1]
        self.forget()

    def classes(self) -> list[type[Fact]]:
        """Every class of fact it is about, corrections too."""
        both = [(cls, correction_of(cls)) for cls in self.kind.keys]
        return [one for pair in both for one in pair if one is not None]

    def keys(self, fact: Fact) -> Sequence[str]:
        """The things that a fact is about."""
        find = self.kind.keys.get(type(fact))
        return find(fact) if find is not None else ()

    def begin(self, connection: Connection) -> bool:
        """Whether nothing is stored that is not remembered: the table was empty when remembering began."""
        if not self._begun:
            self._begun, self._whole = True, all_empty(connection, [self.kind.table])
        return self._whole

    def load(self, keys: set[str], connection: Connection) -> None:
        key, state = self.kind.table.columns[0], self.kind.table.c.state
        for part in chunks(sorted(keys - self._things.keys())):
            for one, blob in connection.execute(select(key, state).where(key.in_(part))):
                self._things[one] = {s.position: body_of(s.type, s.body) for s in _decode(blob)}
                self._stored.add(one)
            for one in part:
                self._things.setdefault(one, {})

    def put(self, fact: Fact, position: int, sign: int) -> None:
        for key in self.keys(fact):
            if sign > 0:
                self._things[key][position] = fact
            else:
                self._things[key].pop(position, None)
            self._changed.add(key)

    def write(self, connection: Connection) -> None:
        rows = {key: self._row(key) for key in sorted(self._changed)}
        self._writer.insert(connection, [row for key, row in rows.items() if key not in self._stored])
        self._writer.put(connection, [row for key, row in rows.items() if key in self._stored])
        self._stored |= self._changed
        self._changed = set()
        if len(self._things) > REMEMBERED:
            self.forget()

    def forget(self) -> None:
        self._things, self._stored, self._changed = defaultdict(dict), set(), set()
        self._begun = self._whole = False

    def _row(self, key: str) -> tuple[Any, ...]:
        facts = dict(sorted(self._things[key].items()))
        columns = self.kind.row(key, facts)
        state = _encode([(position, type(fact).TOPIC, fact) for position, fact in facts.items()])
        return (key, *(columns.get(name) for name in self._columns), state)


def _bodies(fact: Fact) -> list[Fact]:
    if isinstance(fact, Correction):
        return [body for body in (fact.was, fact.now) if body is not None]
    return [fact]


def latest(facts: Facts, *classes: type[Any]) -> Any:
    """The fact of these classes that holds in the end: the latest day's, and of one day the later recorded."""
    found = [(fact.occurred_on, position) for position, fact in facts.items() if isinstance(fact, classes)]
    return facts[max(found)[1]] if found else None


def text_day(fact: Any, name: str = "occurred_on") -> str | None:
    """A fact's date as the tables hold it; None without the fact or without the date."""
    day = getattr(fact, name, None)
    return day.isoformat() if day is not None else None
