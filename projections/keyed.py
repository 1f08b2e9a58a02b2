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
from taizhang.projections.database import RowWriter, all_empty, rows_among
from taizhang.projections.view import Item, Page, ViewFailed

REMEMBERED = 100_000  # things kept in memory from page to page
Facts = dict[int, Fact]  # facts in force about one thing, by position
Columns = Mapping[str, Any]


class Kind(NamedTuple):
    """One read table: which facts it is about, whose rows they change, and what the row of a thing says.

    The table's first column is the key, its last one the private state. `row` gives the columns in between, by name, or
    in their order where there are many rows; it is asked with no facts when everything about the thing was taken back.
    """

    table: Table
    keys: Mapping[type[Fact], Callable[[Any], Sequence[str]]]
    row: Callable[[str, Facts], Columns | tuple[Any, ...]]


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
        self._kinds = frozenset(cls for book in self._books for cls in book.classes())

    def wants(self) -> frozenset[type[Fact]]:
        return self._kinds

    def fold(self, page: Sequence[Item], connection: Connection) -> None:
        by_class = Page.of(page).by_class
        mine = {kind: by_class[kind] for kind in self._kinds if kind in by_class}
        for book in self._books:
            book.fold(mine, connection)

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
        self._corrections = [one for cls in kind.keys if (one := correction_of(cls)) is not None]
        self.forget()

    def classes(self) -> list[type[Fact]]:
        """Every class of fact it is about, corrections too."""
        return [*self.kind.keys, *self._corrections]

    def fold(self, page: Mapping[type[Fact], Sequence[Item]], connection: Connection) -> None:
        """Take in the facts of a page, class by class, then the corrections: each thing's facts stand by position.

        Raises ViewFailed.
        """
        whole = self._begin(connection)
        said = [(find, page[cls]) for cls, find in self.kind.keys.items() if cls in page]
        corrections = sorted(item for cls in self._corrections if cls in page for item in page[cls])
        if not whole:
            keys = {key for find, items in said for item in items for key in find(item.fact)}
            keys.update(key for item in corrections for body in _bodies(item.fact) for key in self._keys(body))
            self._load(keys, connection)
        things, changed, item = self._things, self._changed, None
        try:
            for find, items in said:
                for item in items:
                    fact, position = item.fact, item.position
                    for key in find(fact):
                        things[key][position] = fact
                        changed.add(key)
            for item in corrections:
                self._correct(item.fact)
        except Exception as cause:
            assert item is not None
            raise ViewFailed(item.position, cause) from cause

    def _correct(self, fact: Any) -> None:
        """Take the old body back, and put the new one under its position."""
        for key in self._keys(fact.was):
            self._things[key].pop(fact.corrects, None)
            self._changed.add(key)
        for key in self._keys(fact.now) if fact.now is not None else ():
            self._things[key][fact.corrects] = fact.now
            self._changed.add(key)

    def _keys(self, fact: Fact) -> Sequence[str]:
        """The things that a fact is about."""
        find = self.kind.keys.get(type(fact))
        return find(fact) if find is not None else ()

    def _begin(self, connection: Connection) -> bool:
        """Whether nothing is stored that is not remembered: the table was empty when remembering began."""
        if not self._begun:
            self._begun, self._whole = True, all_empty(connection, [self.kind.table])
        return self._whole

    def _load(self, keys: set[str], connection: Connection) -> None:
        key, state = self.kind.table.columns[0], self.kind.table.c.state
        unknown = sorted(keys - self._things.keys())
        for one, blob in rows_among(connection, select(key, state), key, unknown):
            self._things[one] = {s.position: body_of(s.type, s.body) for s in _decode(blob)}
            self._stored.add(one)
        for one in unknown:
            self._things.setdefault(one, {})

    def write(self, connection: Connection) -> None:
        new: list[tuple[Any, ...]] = []
        old: list[tuple[Any, ...]] = []
        for key in sorted(self._changed):
            (old if key in self._stored else new).append(self._row(key))
        self._writer.insert(connection, new)
        self._writer.put(connection, old)
        self._stored |= self._changed
        self._changed = set()
        if len(self._things) > REMEMBERED:
            self.forget()

    def forget(self) -> None:
        self._things, self._stored, self._changed = defaultdict(dict), set(), set()
        self._begun = self._whole = False

    def _row(self, key: str) -> tuple[Any, ...]:
        facts = self._things[key]
        if len(facts) > 1:
            facts = dict(sorted(facts.items()))
        found = self.kind.row(key, facts)
        columns = found if type(found) is tuple else [found.get(name) for name in self._columns]  # type: ignore[union-attr]
        return (key, *columns, _encode([(position, fact.TOPIC, fact) for position, fact in facts.items()]))


def _bodies(fact: Fact) -> list[Fact]:
    if isinstance(fact, Correction):
        return [body for body in (fact.was, fact.now) if body is not None]
    return [fact]


def latest(facts: Facts, *classes: type[Any]) -> Any:
    """The fact of these classes that holds in the end: the latest day's, and of one day the later recorded."""
    best: Any = None
    for position in sorted(facts) if len(facts) > 1 else facts:
        fact = facts[position]
        if isinstance(fact, classes) and (best is None or fact.occurred_on >= best.occurred_on):
            best = fact
    return best


def text_day(fact: Any, name: str = "occurred_on") -> str | None:
    """A fact's date as the tables hold it; None without the fact or without the date."""
    day = getattr(fact, name, None)
    return day.isoformat() if day is not None else None
