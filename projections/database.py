"""What views ask of a database, and the few ways in which they write to it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import AbstractContextManager
from functools import lru_cache
from typing import Any, Protocol

import msgspec
from sqlalchemy import (
    ColumnElement,
    Connection,
    Dialect,
    Row,
    Select,
    Table,
    Text,
    any_,
    bindparam,
    func,
    insert,
    literal,
    select,
)
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.dialects.postgresql import ARRAY

CHUNK = 5_000  # values in one IN list; both engines take more, statements stay short


_json = msgspec.json.Encoder()


class Store(Protocol):
    """A database with two kinds of transaction; the adapters hand it in."""

    def read(self) -> AbstractContextManager[Connection]:
        """A transaction that sees the database as it was at its first statement."""

    def write(self) -> AbstractContextManager[Connection]:
        """A transaction that writes, committed at the end, rolled back on an error."""

    def create(self) -> AbstractContextManager[Connection]:
        """A write transaction in which nobody else makes tables."""


def chunks(values: Sequence[Any], size: int = CHUNK) -> Iterator[Sequence[Any]]:
    """Slices of at most `size` values."""
    for start in range(0, len(values), size):
        yield values[start : start + size]


def among(column: ColumnElement[Any], dialect: str, name: str = "wanted") -> ColumnElement[bool]:
    """`column` is one of many values, given as one parameter (see `listed`): the statement's text stays the same."""
    if dialect == "sqlite":
        return column.in_(select(func.json_each(bindparam(name, type_=Text)).table_valued("value").c.value))
    return column == any_(bindparam(name, type_=ARRAY(column.type)))


def listed(connection: Connection, values: Sequence[Any]) -> Any:
    """Many values as the one parameter that `among` takes."""
    return _json.encode(values).decode() if connection.dialect.name == "sqlite" else list(values)


def rows_among(
    connection: Connection, query: Select[Any], column: ColumnElement[Any], values: Sequence[Any]
) -> Iterable[Row[*tuple[Any, ...]]]:
    """The query's rows whose column is one of these values; thousands cost SQLAlchemy no more than one."""
    if not values:
        return ()
    narrowed = query.where(among(column, connection.dialect.name))
    return connection.execute(narrowed, {"wanted": listed(connection, values)})


def all_empty(connection: Connection, tables: Iterable[Table]) -> bool:
    """Whether none of these tables has a row."""
    return all(connection.scalar(select(literal(1)).select_from(table).limit(1)) is None for table in tables)


class RowWriter:
    """Writes whole rows of one table, values in the order of its columns, the fastest way the engine has.

    `adds` names columns that are added to what stands; of the others the new value replaces the old one, except
    those in `keeps`, of which the first value stays.
    """

    def __init__(self, table: Table, adds: Sequence[str] = (), keeps: Sequence[str] = ()) -> None:
        self.table = table
        self._adds, self._keeps = frozenset(adds), frozenset(keeps)

    def insert(self, connection: Connection, rows: list[tuple[Any, ...]]) -> None:
        """Insert rows whose keys are not there yet; a shorter row leaves the last columns to their defaults.

        Shorter rows cost less: on SQLite by about as much as they are shorter.
        """
        by_width: dict[int, list[tuple[Any, ...]]] = {}
        for row in rows:
            by_width.setdefault(len(row), []).append(row)
        for width, alike in by_width.items():
            if connection.dialect.name == "sqlite":
                connection.exec_driver_sql(self._sql("insert", connection.dialect, width), alike)
                continue
            driver: Any = connection.connection
            with driver.cursor() as cursor, cursor.copy(self._sql("copy", connection.dialect, width)) as copy:
                for row in alike:
                    copy.write_row(row)

    def put(self, connection: Connection, rows: list[tuple[Any, ...]]) -> None:
        """Insert rows, or change those whose keys are there already."""
        if rows:
            connection.exec_driver_sql(self._sql("put", connection.dialect, len(self.table.columns)), rows)

    def _sql(self, kind: str, dialect: Dialect, width: int) -> str:
        return _compiled(self.table, self._adds, self._keeps, kind, dialect, width)


@lru_cache(maxsize=2_000)
def _compiled(
    table: Table, adds: frozenset[str], keeps: frozenset[str], kind: str, dialect: Dialect, width: int
) -> str:
    """A statement of a table's writers, the same for all of them: to compile it takes longer than to run it once."""
    quote = dialect.identifier_preparer
    named = list(table.columns)[:width]
    if kind == "copy":
        columns = ", ".join(quote.format_column(column) for column in named)
        return f"COPY {quote.format_table(table)} ({columns}) FROM STDIN"
    names = [column.key for column in named]
    if kind == "insert":
        return str(insert(table).compile(dialect=dialect, column_keys=names))
    on_sqlite = dialect.name == "sqlite"
    statement: Any = (sqlite.insert if on_sqlite else postgresql.insert)(table)
    changed = {
        column.name: (column + statement.excluded[column.name])
        if column.name in adds
        else statement.excluded[column.name]
        for column in table.columns
        if not column.primary_key and column.name not in keeps
    }
    statement = statement.on_conflict_do_update(index_elements=list(table.primary_key.columns), set_=changed)
    positional = dialect if on_sqlite else postgresql.dialect(paramstyle="format")  # type: ignore[no-untyped-call]
    return str(statement.compile(dialect=positional, column_keys=names))
