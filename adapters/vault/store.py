"""The vault's tables and its transactions, one code path for SQLite and PostgreSQL."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from functools import cache
from itertools import chain, islice
from typing import Any, TypeVar

from sqlalchemy import (
    BigInteger,
    Column,
    ColumnElement,
    Connection,
    Executable,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    Row,
    Table,
    Text,
    bindparam,
    event,
    func,
    select,
)
from sqlalchemy.dialects import postgresql, sqlite

from taizhang.adapters.database import Database, insert_rows
from taizhang.domain.core import PersonId

WAIT_SECONDS = 60.0  # how long a writer waits for its turn: an import of many thousand people may be before it
CHUNK = 10_000  # values or rows sent at a time; SQLite takes 32,766 parameters in one statement
ROWS_A_STATEMENT = 50  # SQLite: more gains nothing
SOME = "some"  # the parameter of `among`
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
    Column("id", Text, primary_key=True),
    Column("wrapped_key", LargeBinary),  # NULL: the person was forgotten
    Column("key_epoch", Integer, nullable=False),
    Column("created_at", BigInteger, nullable=False),
    sqlite_with_rowid=False,
)
identity_index = Table(
    "identity_index",
    metadata,
    Column("digest", LargeBinary, primary_key=True),
    Column("person", Text, nullable=False),
    Column("met_at", BigInteger, nullable=False),  # when somebody last asked for this person; keeps the reaper off
    Index("identity_index_person", "person"),
    sqlite_with_rowid=False,
)
statement = Table(
    "statement",
    metadata,
    Column("person", Text, primary_key=True),
    Column("sequence", Integer, primary_key=True, autoincrement=False),  # 1, 2, … of each person
    Column("stated_at", BigInteger, nullable=False),
    Column("sealed", LargeBinary, nullable=False),  # nonce, ciphertext and tag of the fields and their source
    sqlite_with_rowid=False,
)
vault_state = Table(
    "vault_state",
    metadata,
    Column("name", Text, primary_key=True),  # forgotten-upto: the position up to which erasures were done here
    Column("value", BigInteger, nullable=False),
)
vault_epoch = Table(
    "vault_epoch",
    metadata,
    Column("epoch", Integer, primary_key=True, autoincrement=False),
    Column("began_at", BigInteger, nullable=False),  # UTC microseconds; old copies open with the key of their epoch
)

arrived = Table(
    "identity_arrived",
    MetaData(),
    *(Column(column.name, column.type) for column in identity_index.columns),
    prefixes=["TEMPORARY"],
    postgresql_on_commit="DROP",
)


def open_database(url: str) -> Database:
    """The database at `url`; on SQLite what is deleted is overwritten as well."""
    database = Database(url, wait_seconds=WAIT_SECONDS)
    if database.is_sqlite:
        event.listen(database.engine, "connect", _overwrite_what_is_deleted)
    return database


@contextmanager
def writing(database: Database, *, alone: bool = False, stating: bool = False) -> Iterator[Connection]:
    """A write transaction; `alone` keeps every other writer of the vault out, `stating` those who state as well.

    On SQLite every writer is alone.
    """
    with database.write() as connection:
        if not database.is_sqlite:
            lock = func.pg_advisory_xact_lock if alone else func.pg_advisory_xact_lock_shared
            connection.execute(select(lock(VAULT_LOCK)))
            if stating:
                connection.execute(select(func.pg_advisory_xact_lock(STATING_LOCK)))
        yield connection


def among(connection: Connection, column: Column[V]) -> ColumnElement[bool]:
    """The condition that a column's value is one of those that `in_chunks` hands over.

    PostgreSQL takes them as one array, SQLite as one JSON array; only bytes, which JSON has not, go one by one.
    """
    if connection.dialect.name == "postgresql":
        return column == func.any(bindparam(SOME, type_=postgresql.ARRAY(column.type)))
    if isinstance(column.type, Text):
        values = func.json_each(bindparam(SOME, type_=sqlite.JSON)).table_valued("value")
        return column.in_(select(values.c.value))
    return column.in_(bindparam(SOME, expanding=True))


def in_chunks(connection: Connection, query: Executable, values: Iterable[Any]) -> Iterator[Row[*tuple[Any, ...]]]:
    """Execute a query or a change, built with `among`, for all the values; the rows, if any, by chunks."""
    for chunk in chunks(values, CHUNK):
        result = connection.execute(query, {SOME: chunk})
        if result.returns_rows:
            yield from result


def insert_unless_there(connection: Connection, rows: Sequence[tuple[bytes, PersonId, int]]) -> int:
    """Insert rows of the identity index whose digest is not there yet, in the order given; how many went in.

    A row that another open transaction has inserted is waited for. COPY knows no ON CONFLICT, so PostgreSQL takes the
    rows into a table of the transaction's own first.
    """
    if not rows:
        return 0
    if connection.dialect.name == "sqlite":
        whole = len(rows) - len(rows) % ROWS_A_STATEMENT
        flat = [
            tuple(chain.from_iterable(rows[at : at + ROWS_A_STATEMENT])) for at in range(0, whole, ROWS_A_STATEMENT)
        ]
        inserted = connection.exec_driver_sql(_insert_unless(ROWS_A_STATEMENT), flat).rowcount if flat else 0
        rest = list(rows[whole:])
        return inserted + (connection.exec_driver_sql(_insert_unless(1), rest).rowcount if rest else 0)
    arrived.create(connection)
    insert_rows(connection, arrived, rows)
    in_order = select(arrived).order_by(arrived.c.digest)
    insert = postgresql.insert(identity_index).from_select(arrived.columns.keys(), in_order)
    inserted = connection.execute(insert.on_conflict_do_nothing()).rowcount
    arrived.drop(connection)  # the same transaction may insert once more
    return inserted


@cache
def _insert_unless(rows: int) -> str:
    """SQLite's INSERT of so many rows of the identity index, of which those stay away whose digest is there."""
    columns = identity_index.columns.keys()
    statement = sqlite.insert(identity_index).values([dict.fromkeys(columns)] * rows).on_conflict_do_nothing()
    return str(statement.compile(dialect=sqlite.dialect()))


def chunks(values: Iterable[V], size: int) -> Iterator[list[V]]:
    """The values in lists of `size`, the last one shorter."""
    remaining = iter(values)
    while chunk := list(islice(remaining, size)):
        yield chunk


def _overwrite_what_is_deleted(driver: Any, _record: object) -> None:
    driver.execute("PRAGMA secure_delete = ON")
