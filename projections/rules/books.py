"""Two ways to keep rows: one per fact in force, and sums by key. Both give the same rows however a log is paged."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, Table, bindparam, delete

from taizhang.domain.boundary import correction_of
from taizhang.domain.core import Fact
from taizhang.projections.database import RowWriter
from taizhang.projections.view import Item, Page

Row = tuple[Any, ...]
RowOf = Callable[[Any, int, int], Row | None]  # of a body, its position and recording time; None: no row


class FactRows:
    """One row per fact in force, under the position of its first version."""

    def __init__(self, table: Table, rows: Mapping[type[Fact], RowOf]) -> None:
        self.table, self._rows_of = table, rows
        self._corrections = {one: cls for cls in rows if (one := correction_of(cls)) is not None}
        self._writer = RowWriter(table)
        self.forget()

    def classes(self) -> list[type[Fact]]:
        """The classes of facts it looks at."""
        return [*self._rows_of, *self._corrections]

    def fold(self, page: Page) -> None:
        """Take in the facts of a page, then its corrections."""
        new, changed = self._new, self._changed
        for cls, row_of in self._rows_of.items():
            for position, recorded_at, fact, _, _ in page.by_class.get(cls, ()):
                row = row_of(fact, position, recorded_at)
                if row is not None:
                    new[position] = row
        corrections = sorted(item for cls in self._corrections for item in page.by_class.get(cls, ()))
        for item in corrections:
            self._correct(item, changed)

    def _correct(self, item: Item, changed: dict[int, Row | None]) -> None:
        fact: Any = item.fact
        root, row = fact.corrects, None
        if fact.now is not None:
            row = self._rows_of[type(fact.now)](fact.now, root, item.recorded_at)
        self._new.pop(root, None)
        changed[root] = row

    def write(self, connection: Connection) -> None:
        """Write what changed."""
        if self._changed:
            place = self.table.c.position
            gone = [{"p": position} for position, row in self._changed.items() if row is None]
            if gone:
                connection.execute(delete(self.table).where(place == bindparam("p")), gone)
            self._writer.put(connection, [row for row in self._changed.values() if row is not None])
        self._writer.insert(connection, [*self._new.values()])
        self.forget()

    def forget(self) -> None:
        """Drop what is not written."""
        self._new: dict[int, Row] = {}
        self._changed: dict[int, Row | None] = {}


class Sums:
    """Rows whose columns after the key are added up; `keeps` names those of which the first value stays."""

    def __init__(self, table: Table, keys: int, keeps: Sequence[str] = ()) -> None:
        names = [column.name for column in table.columns]
        self._keys, self._sums = keys, len(names) - keys - len(keeps)
        assert tuple(names[keys + self._sums :]) == tuple(keeps), "what is kept stands last"
        self._writer = RowWriter(table, adds=names[keys : keys + self._sums], keeps=keeps)
        self.forget()

    def add(self, key: Row, *amounts: int, keeps: Row = ()) -> None:
        """Add these amounts to the key's row."""
        row = self._rows.get(key)
        if row is None:
            self._rows[key] = [*amounts, *keeps]
            return
        for place, amount in enumerate(amounts):
            row[place] += amount

    def write(self, connection: Connection) -> None:
        """Write what changed."""
        rows = sorted((*key, *row) for key, row in self._rows.items())
        self._writer.put(connection, rows)
        self.forget()

    def forget(self) -> None:
        """Drop what is not written."""
        self._rows: dict[Row, list[Any]] = {}
