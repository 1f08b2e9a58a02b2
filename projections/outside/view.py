"""The view of outside lists: what each list and entry says, since when the log knows it, and until when it was held so."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

from sqlalchemy import Connection, Table, bindparam, func, select, update

from taizhang.domain.boundary import correction_of
from taizhang.domain.core import Correction, Fact
from taizhang.domain.outside import OutsideEntryStated, OutsideListImported, region_of
from taizhang.projections.database import RowWriter
from taizhang.projections.outside.tables import OutsideTables, known, outside_tables
from taizhang.projections.view import Item, run


class _Kept(NamedTuple):
    """One table: how it is written, and the new rows and replacements of the page at hand."""

    table: Table
    writer: RowWriter
    rows: list[tuple[Any, ...]]
    replaced: list[dict[str, int]]


class OutsideView:
    """Folds outside lists and their entries into rows with versions."""

    name = "outside"
    version = 1

    def __init__(self, suffix: str = "") -> None:
        self.tables = OutsideTables(suffix) if suffix else outside_tables()
        self.metadata = self.tables.metadata
        by_class = ((OutsideListImported, self.tables.lists), (OutsideEntryStated, self.tables.entries))
        self._kept: dict[type[Fact], _Kept] = {cls: _Kept(table, RowWriter(table), [], []) for cls, table in by_class}
        kinds = [*self._kept, *(one for cls in self._kept if (one := correction_of(cls)) is not None)]
        self._handlers: dict[Any, Any] = dict.fromkeys(kinds, self._take)

    def wants(self) -> frozenset[type[Fact]]:
        return frozenset(self._handlers)

    def fold(self, page: Sequence[Item], connection: Connection) -> None:  # noqa: ARG002 (it needs no table to fold)
        run(self._handlers, page)

    def write(self, connection: Connection) -> None:
        for one in self._kept.values():
            if one.rows:
                one.writer.insert(connection, one.rows)
            if one.replaced:
                c = one.table.c
                statement = update(one.table).where(
                    c.first_position == bindparam("first"), c.position < bindparam("by"), c.replaced_at.is_(None)
                )
                connection.execute(statement.values(replaced_at=bindparam("at")), one.replaced)
        self.forget()

    def forget(self) -> None:
        for one in self._kept.values():
            one.rows.clear()
            one.replaced.clear()

    def figures(self, connection: Connection) -> dict[str, int]:
        """Lists and entries in force."""
        lists, entries = self.tables.lists, self.tables.entries
        return {
            table.info["plain"]: connection.scalar(select(func.count()).select_from(table).where(known(table))) or 0
            for table in (lists, entries)
        }

    def _take(self, item: Item) -> None:
        fact: Any = item.fact
        first, body, void = item.position, fact, 0
        if isinstance(fact, Correction):
            first, body, void = fact.corrects, fact.now or fact.was, int(fact.now is None)
        kept = self._kept[type(body)]
        if first != item.position:
            kept.replaced.append({"first": first, "by": item.position, "at": item.recorded_at})
        row = (item.position, first, item.recorded_at, None, void)
        kept.rows.append((*row, *(_entry(body) if isinstance(body, OutsideEntryStated) else _list(body))))


def _list(fact: OutsideListImported) -> tuple[Any, ...]:
    days = (_day(fact.occurred_on), _day(fact.covers_since), _day(fact.covers_until))
    return (
        *(fact.outside_list, fact.kind, fact.region, fact.made_by, *days),
        *(fact.file, fact.rows, fact.unusable, fact.document),
    )


def _entry(fact: OutsideEntryStated) -> tuple[Any, ...]:
    about = (fact.outside_list, fact.kind, region_of(fact.outside_list), fact.number)
    days = (_day(fact.since), _day(fact.until), _day(fact.occurred_on))
    said = (fact.named_unit, fact.says, fact.amount_fen, int(fact.name_differs))
    return (*about, fact.person, fact.institution, fact.account, *days, *said)


def _day(day: Any) -> str | None:
    return day.isoformat() if day is not None else None
