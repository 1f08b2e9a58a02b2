"""The vault's tables and its transactions, one code path for SQLite and PostgreSQL."""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from itertools import islice
from typing import Any, TypeVar

from sqlalchemy import (
    BigInteger,
    Column,
    ColumnElement,
    Connection,
    Engine,
    Executable,
    Index,
    Insert,
    Integer,
    LargeBinary,
    MetaData,
    Row,
    String,
    Table,
    bindparam,
    create_engine,
    event,
    func,
    make_url,
    select,
)
from sqlalchemy.dialects import postgresql, sqlite

BUSY_TIMEOUT_SECONDS = 60  # how long a writer waits for another one's transaction on SQLite
CHUNK = 10_000  # values or rows sent at a time; SQLite takes 32,766 parameters in one statement
SOME = "some"  # the parameter of `among`
WAL_PATIENCE_SECONDS = 10  # SQLite does not wait by itself when two processes switch a new file to WAL
VAULT_LOCK = 0x7A_76_61_75_6C_74  # PostgreSQL advisory key: reaping and table making against all other writers
STATING_LOCK = VAULT_LOCK + 1  # who states numbers the rows of a person, one transaction after the other

V = TypeVar("V")
metadata = MetaData()

vault_key = Table(
    "vault_key",
    metadata,
    Column("epoch", Integer, primary_key=True, autoincrement=False),
    Column("wrapped_check", LargeBinary, nullable=False),  # a known value wrapped by the master key
    Column("index_check", LargeBinary, nullable=False),  # a known value under the index key
)
person = Table(
    "person",
    metadata,
    Column("id", String(17), primary_key=True),
    Column("wrapped_key", LargeBinary),  # NULL: the person was forgotten
    Column("key_epoch", Integer, nullable=False),
    Column("created_at", BigInteger, nullable=False),
    sqlite_with_rowid=False,
)
identity_index = Table(
    "identity_index",
    metadata,
    Column("digest", LargeBinary(32), primary_key=True),
    Column("person", String(17), nullable=False),
    Column("met_at", BigInteger, nullable=False),  # when somebody last asked for this person; keeps the reaper off
    Index("identity_index_person", "person"),
    sqlite_with_rowid=False,
)
statement = Table(
    "statement",
    metadata,
    Column("person", String(17), primary_key=True),
    Column("sequence", Integer, primary_key=True, autoincrement=False),  # 1, 2, … of each person
    Column("stated_at", BigInteger, nullable=False),
    Column("sealed", LargeBinary, nullable=False),  # nonce, ciphertext and tag of the fields and their source
    sqlite_with_rowid=False,
)


def open_engine(url: str) -> Engine:
    """An engine whose `begin` is a real one: BEGIN IMMEDIATE on SQLite, READ COMMITTED on PostgreSQL."""
    if make_url(url).get_backend_name() == "sqlite":
        engine = create_engine(url, connect_args={"timeout": BUSY_TIMEOUT_SECONDS})
        event.listen(engine, "connect", _prepare_sqlite)
        event.listen(engine, "begin", _begin_sqlite)
        return engine
    return create_engine(url, isolation_level="READ COMMITTED")


@contextmanager
def writing(engine: Engine, *, alone: bool = False, stating: bool = False) -> Iterator[Connection]:
    """A write transaction; `alone` keeps every other writer of the vault out, `stating` those who state as well.

    On SQLite every writer is alone.
    """
    with engine.begin() as connection:
        if engine.dialect.name == "postgresql":
            lock = func.pg_advisory_xact_lock if alone else func.pg_advisory_xact_lock_shared
            connection.execute(select(lock(VAULT_LOCK)))
            if stating:
                connection.execute(select(func.pg_advisory_xact_lock(STATING_LOCK)))
        yield connection


@contextmanager
def reading(engine: Engine) -> Iterator[Connection]:
    """A transaction that only reads; it never waits for a writer."""
    with engine.connect().execution_options(vault_reads=True) as connection, connection.begin():
        yield connection


def among(connection: Connection, column: Column[V]) -> ColumnElement[bool]:
    """The condition that a column's value is one of those that `in_chunks` hands over.

    PostgreSQL takes them as one array; for SQLite the parameter is spread into a list.
    """
    if connection.dialect.name == "postgresql":
        return column == func.any(bindparam(SOME, type_=postgresql.ARRAY(column.type)))
    return column.in_(bindparam(SOME, expanding=True))


def in_chunks(connection: Connection, query: Executable, values: Iterable[Any]) -> Iterator[Row[*tuple[Any, ...]]]:
    """Execute a query or a change, built with `among`, for all the values; the rows, if any, by chunks."""
    for chunk in chunks(values, CHUNK):
        result = connection.execute(query, {SOME: chunk})
        if result.returns_rows:
            yield from result


def insert_rows(connection: Connection, table: Table, rows: Sequence[tuple[Any, ...]], *, ignore: bool = False) -> int:
    """Insert rows of all the table's columns and tell how many; `ignore`: those whose key is there are left out.

    SQLite's driver is fastest with a tuple for each row; PostgreSQL with one array for each column: measured
    twice as fast as executemany.
    """
    inserted = 0
    if connection.dialect.name == "postgresql":
        sql = _insert_arrays(table, ignore)
        for chunk in chunks(rows, CHUNK):
            columns = dict(zip(table.columns.keys(), map(list, zip(*chunk, strict=True)), strict=True))
            inserted += connection.execute(sql, columns).rowcount
    elif rows:
        insert = sqlite.insert(table)
        compiled = (insert.on_conflict_do_nothing() if ignore else insert).compile(dialect=connection.dialect)
        assert compiled.positiontup == table.columns.keys()
        inserted = connection.exec_driver_sql(str(compiled), list(rows)).rowcount
    return inserted


def _insert_arrays(table: Table, ignore: bool) -> Insert:
    arrays = [func.unnest(bindparam(c.name, type_=postgresql.ARRAY(c.type))) for c in table.columns]
    insert = postgresql.insert(table).from_select(table.columns.keys(), select(*arrays))
    return insert.on_conflict_do_nothing() if ignore else insert


def chunks(values: Iterable[V], size: int) -> Iterator[list[V]]:
    """The values in lists of `size`, the last one shorter."""
    remaining = iter(values)
    while chunk := list(islice(remaining, size)):
        yield chunk


def _prepare_sqlite(connection: sqlite3.Connection, _record: object) -> None:
    connection.isolation_level = None  # driver autocommit: the only BEGIN is ours
    _switch_to_wal(connection)
    for pragma in ("synchronous=FULL", "secure_delete=ON"):
        connection.execute(f"PRAGMA {pragma}").fetchall()


def _switch_to_wal(connection: sqlite3.Connection) -> None:
    give_up_at = time.monotonic() + WAL_PATIENCE_SECONDS
    while True:
        try:
            connection.execute("PRAGMA journal_mode=WAL").fetchall()
        except sqlite3.OperationalError:
            if time.monotonic() > give_up_at:
                raise
            time.sleep(0.01)
        else:
            return


def _begin_sqlite(connection: Connection) -> None:
    reads = connection.get_execution_options().get("vault_reads", False)
    connection.exec_driver_sql("BEGIN" if reads else "BEGIN IMMEDIATE")
