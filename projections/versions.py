"""What was known earlier: rows that were ever changed keep their versions, from one recording time to the next.

A row that never changed has no version: it is known since its own `recorded_at`. A row that changed has all of its
versions, today's too; one with `stands` 0 says that nothing was known to stand then.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple

from sqlalchemy import (
    BigInteger,
    Column,
    Connection,
    MetaData,
    Table,
    and_,
    bindparam,
    exists,
    insert,
    literal,
    null,
    or_,
    select,
    union_all,
    update,
)
from sqlalchemy.sql.elements import ColumnElement

from taizhang.projections.database import RowWriter
from taizhang.projections.tables import flag, number

KNOWN = ("known_from", "known_until", "stands")


class Version(NamedTuple):
    """From `at` (UTC microseconds) on the row under `key` says `values`; None: it does not stand."""

    key: tuple[Any, ...]
    at: int
    values: tuple[Any, ...] | None


def versions_of(table: Table, metadata: MetaData, *names: str) -> Table:
    """The table that keeps versions of these columns of `table`: its key, then the others."""
    plain = table.info.get("plain", table.name)
    columns = [
        Column(c.name, c.type, primary_key=c.primary_key, nullable=not c.primary_key, autoincrement=False)
        for c in (*table.primary_key, *(table.c[name] for name in names if not table.c[name].primary_key))
    ]
    made = Table(
        f"{plain}_version{table.name.removeprefix(plain)}",
        metadata,
        *columns,
        Column("known_from", number(), primary_key=True, autoincrement=False),
        Column("known_until", BigInteger),
        flag("stands"),
        sqlite_with_rowid=False,
    )
    made.info["plain"] = f"{plain}_version"
    return made


def known_at(table: Table | None, versions: Table, at: int | None) -> Any:
    """The rows as known at that recording time (None: now), with the columns that versions keep."""
    v = versions.c
    names = [column.name for column in versions.columns if column.name not in KNOWN]
    if at is None and table is not None:
        return table
    then = select(*(v[name] for name in names)).where(v.stands == 1)
    then = then.where(v.known_until.is_(None) if at is None else held_at(v, at))
    if table is None or at is None:
        return then.subquery()
    keys = [column.name for column in table.primary_key]
    changed = exists().where(*(v[name] == table.c[name] for name in keys))
    never = select(*(table.c[name] for name in names)).where(table.c.recorded_at <= at, ~changed)
    return union_all(never, then).subquery()


class VersionWriter:
    """Writes versions; what it is told must come in the order of recording."""

    def __init__(self, versions: Table) -> None:
        self._table = versions
        self._keys = [column.name for column in versions.primary_key if column.name != "known_from"]
        self._values = [c.name for c in versions.columns if c.name not in (*self._keys, *KNOWN)]
        self._writer = RowWriter(versions)

    def begin_from(self, connection: Connection, table: Table, keys: Iterable[tuple[Any, ...]]) -> None:
        """What `table` says under these keys is their first version, where there is none yet."""
        named = [dict(zip((f"k_{name}" for name in self._keys), key, strict=True)) for key in keys]
        if not named:
            return
        t = table.c
        kept = select(*(t[n] for n in (*self._keys, *self._values)), t.recorded_at, null(), literal(1)).where(
            *(t[name] == bindparam(f"k_{name}", type_=t[name].type) for name in self._keys), self._none_yet()
        )
        connection.execute(insert(self._table).from_select([*self._keys, *self._values, *KNOWN], kept), named)

    def begin(self, connection: Connection, firsts: Iterable[Version]) -> None:
        """These are the first versions, where there is none yet."""
        columns = self._table.c
        names = (*self._keys, *self._values)
        rows = [
            dict(zip((f"k_{name}" for name in names), (*one.key, *(one.values or self._nothing())), strict=True))
            | {"k_from": one.at, "k_stands": int(one.values is not None)}
            for one in firsts
        ]
        if not rows:
            return
        said = [bindparam(f"k_{name}", type_=columns[name].type) for name in names]
        since = bindparam("k_from", type_=columns.known_from.type)
        stands = bindparam("k_stands", type_=columns.stands.type)
        kept = select(*said, since, null(), stands).where(self._none_yet())
        connection.execute(insert(self._table).from_select([*names, *KNOWN], kept), rows)

    def put(self, connection: Connection, found: Sequence[Version]) -> None:
        """From these times on the rows say something else; of several at one time the last one holds."""
        by_key: dict[tuple[Any, ...], dict[int, tuple[Any, ...] | None]] = {}
        for key, at, values in found:
            by_key.setdefault(key, {})[at] = values
        if not by_key:
            return
        columns = self._table.c
        named = [{f"k_{n}": part for n, part in zip(self._keys, key, strict=True)} for key in by_key]
        firsts = [{**one, "k_at": min(said)} for one, said in zip(named, by_key.values(), strict=True)]
        open_before = [columns.known_until.is_(None), columns.known_from < bindparam("k_at", type_=BigInteger())]
        closing = update(self._table).where(*self._is_key(), *open_before)
        connection.execute(closing.values(known_until=bindparam("k_at", type_=BigInteger())), firsts)
        rows = []
        for key, said in by_key.items():
            times = [*said, None]
            for place, (at, values) in enumerate(said.items()):
                rows.append((*key, *(values or self._nothing()), at, times[place + 1], int(values is not None)))
        self._writer.put(connection, rows)

    def _nothing(self) -> tuple[None, ...]:
        return (None,) * len(self._values)

    def _is_key(self) -> list[ColumnElement[bool]]:
        columns = self._table.c
        return [columns[name] == bindparam(f"k_{name}", type_=columns[name].type) for name in self._keys]

    def _none_yet(self) -> ColumnElement[bool]:
        other = self._table.alias("other")
        mine = and_(*(other.c[n] == bindparam(f"k_{n}", type_=other.c[n].type) for n in self._keys))
        return ~exists().where(mine)


def held_at(v: Any, at: int) -> ColumnElement[bool]:
    """The versions that were known at that recording time."""
    return and_(v.known_from <= at, or_(v.known_until.is_(None), v.known_until > at))
