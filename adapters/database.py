"""Engines and transactions: SQLite and PostgreSQL set up so that one code path is right on both.

A write transaction waits for its turn and then sees everything committed before; a read transaction sees one
moment. Drivers' errors come out as `LogUnavailable`, in words.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, ExitStack, contextmanager
from functools import lru_cache
from itertools import chain
from typing import Any, Final

import structlog
from sqlalchemy import (
    URL,
    ClauseElement,
    Column,
    Connection,
    CursorResult,
    Dialect,
    Engine,
    Table,
    create_engine,
    event,
    insert,
    make_url,
)
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from taizhang.adapters.unavailable import LOCKED, LogUnavailable, trouble_of

WAIT_SECONDS: Final = 10.0  # how long a writer waits for its turn
_CACHE_KIB: Final = 16 * 1024  # of each connection; what others write empties it, so more is held in vain
_CONNECTIONS: Final = 8  # kept open
_CONNECTIONS_MORE: Final = 24  # for a while: each thread of the server may hold one transaction and read in another
_STATEMENTS: Final = (
    512  # that a connection to SQLite keeps prepared; to prepare one of the longer takes as long as a page
)
_ROWS_A_STATEMENT: Final = 50  # SQLite: more gains nothing
_COPY_FROM_ROWS: Final = 8  # PostgreSQL: below, INSERT needs fewer messages than COPY
_BEGIN: Final = "sqlite_begin"
_CREATING: Final = 7_461_697_900_161  # advisory key under which tables are made: "taizhang" as a number


class Database:
    """One database, SQLite or PostgreSQL, and the two kinds of transaction on it."""

    def __init__(self, url: str | URL, *, wait_seconds: float = WAIT_SECONDS) -> None:
        self.url = make_url(url)
        self.wait_seconds = wait_seconds
        self._moment = _Moment()
        self.engine = _sqlite(self.url, wait_seconds) if self.is_sqlite else _postgres(self.url, wait_seconds)
        if self.is_sqlite:
            self._reader = self.engine
            self._writer = self.engine.execution_options(**{_BEGIN: "BEGIN IMMEDIATE"})
        else:
            # Not postgresql_readonly: given back, the connection would say READ WRITE, which a standby refuses.
            self._reader = self.engine.execution_options(isolation_level="REPEATABLE READ")
            self._writer = self.engine.execution_options(isolation_level="READ COMMITTED")

    @property
    def is_sqlite(self) -> bool:
        """Whether this is a SQLite file; otherwise it is PostgreSQL."""
        return self.url.get_backend_name() == "sqlite"

    @contextmanager
    def write(self) -> Iterator[Connection]:
        """A transaction that writes, committed at the end. On SQLite it holds the only write lock from the start."""
        self._moment.pass_on()
        with translated(), self._writer.begin() as connection:
            yield connection

    @contextmanager
    def read(self) -> Iterator[Connection]:
        """A transaction that sees the database as it was at its first statement, and writes nothing."""
        with translated(), self._moment.shared(self._reading) as connection:
            yield connection

    @contextmanager
    def one_moment(self) -> Iterator[None]:
        """What this thread reads until the end is of one moment, in one transaction; after it wrote something, of a later one.

        A page asks some twenty times; to begin and end a transaction for each took longer than most of the questions.
        """
        with self._moment.lasting():
            yield

    @contextmanager
    def _reading(self) -> Iterator[Connection]:
        with self._reader.connect() as connection, connection.begin():
            yield connection

    @contextmanager
    def create(self) -> Iterator[Connection]:
        """A write transaction in which nobody else makes tables."""
        with self.write() as connection:
            if not self.is_sqlite:
                connection.exec_driver_sql("SELECT pg_advisory_xact_lock(%s)", (_CREATING,))
            yield connection

    def close(self) -> None:
        """Close every connection."""
        self.engine.dispose()


class _Moment(threading.local):
    """The transaction that one thread's reads share while a moment lasts; outside of one each read has its own."""

    def __init__(self) -> None:
        self._open: ExitStack | None = None  # None: no moment lasts
        self._connection: Connection | None = None
        self._readers = 0  # that are in the middle of reading from it

    @contextmanager
    def lasting(self) -> Iterator[None]:
        if self._open is not None:  # in the middle of one
            yield
            return
        with ExitStack() as self._open:
            try:
                yield
            finally:
                self._open, self._connection, self._readers = None, None, 0

    @contextmanager
    def shared(self, begin: Callable[[], AbstractContextManager[Connection]]) -> Iterator[Connection]:
        if self._open is None:
            with begin() as connection:
                yield connection
            return
        if self._connection is None:
            self._connection, self._readers = self._open.enter_context(begin()), 0
        connection = self._connection
        self._readers += 1
        try:
            yield connection
        finally:
            if connection is self._connection:
                self._readers -= 1

    def pass_on(self) -> None:
        """Who reads from now on sees what is about to be written; who is in the middle goes on where they are."""
        if self._open is not None and self._connection is not None:
            is_idle, self._connection = self._readers == 0, None
            if is_idle:
                self._open.close()


def at_once(waits: Callable[[], None], meanwhile: Callable[[], object]) -> None:
    """Do both: what waits for the disk in a thread of its own, the rest here. What the former raises goes first."""
    failures: list[BaseException] = []

    def wait() -> None:
        try:
            waits()
        except BaseException as failure:  # raised again below, where somebody hears it
            failures.append(failure)

    thread = threading.Thread(target=wait, name="commit")
    thread.start()
    try:
        meanwhile()
    finally:
        thread.join()
        for failure in failures:
            raise failure


@contextmanager
def translated() -> Iterator[None]:
    """Turn a driver's error about the state of the database into LogUnavailable; let our own mistakes through."""
    try:
        yield
    except PoolTimeout as error:
        raise LogUnavailable(LOCKED, str(error)) from error
    except LogUnavailable:
        raise
    except Exception as error:
        trouble = trouble_of(error)
        if trouble is None:
            raise
        detail = str(error.orig if isinstance(error, DBAPIError) else error)
        raise LogUnavailable(trouble, detail.strip()) from error


def run(
    connection: Connection, statement: ClauseElement, values: Mapping[str, Any] | None = None
) -> CursorResult[*tuple[Any, ...]]:
    """Execute a statement whose text never changes: compiled once, then handed to the driver as it is."""
    text, names, constants = _compiled(statement, connection.dialect)
    given = {**constants, **values} if values else constants
    return connection.exec_driver_sql(text, given if names is None else tuple([given[name] for name in names]))


def fetched(
    connection: Connection, statement: ClauseElement, values: Mapping[str, Any] | None = None
) -> list[tuple[Any, ...]]:
    """All rows of such a statement as the driver gives them: of many thousand, half the time of rows with names."""
    cursor: Any = run(connection, statement, values).cursor
    rows: list[tuple[Any, ...]] = cursor.fetchall()
    return rows


def insert_rows(connection: Connection, table: Table, rows: Sequence[tuple[Any, ...]]) -> None:
    """Insert whole rows, their values in the order of the table's columns, the fastest way the engine has.

    SQLite takes several rows a statement (measured 1.3 times as fast as one), PostgreSQL many rows by COPY (2.7
    times as fast as executemany or unnested arrays).
    """
    if not rows:
        return
    if connection.dialect.name != "sqlite" and len(rows) > _COPY_FROM_ROWS:
        _copy_rows(connection, table, rows)
        return
    whole = len(rows) - len(rows) % _ROWS_A_STATEMENT if connection.dialect.name == "sqlite" else 0
    if whole:
        chunks = (rows[at : at + _ROWS_A_STATEMENT] for at in range(0, whole, _ROWS_A_STATEMENT))
        flat = [tuple(chain.from_iterable(chunk)) for chunk in chunks]
        connection.exec_driver_sql(_insert_sql(table, connection.dialect, _ROWS_A_STATEMENT), flat)
    if rest := list(rows[whole:]):
        _execute_each(connection, _insert_sql(table, connection.dialect, 1), rest)


def upsert_rows(connection: Connection, table: Table, rows: Sequence[tuple[Any, ...]]) -> None:
    """Insert whole rows; a row with the same primary key is replaced."""
    if rows:
        _execute_each(connection, _upsert_sql(table, connection.dialect), list(rows))


def upsert_newer(connection: Connection, table: Table, version: Column[int], row: tuple[Any, ...]) -> bool:
    """Insert a row, or replace the one with its primary key if `version` grows; False if it does not."""
    text = _upsert_sql(table, connection.dialect, version)
    return connection.exec_driver_sql(text, row).rowcount == 1


def _execute_each(connection: Connection, text: str, rows: list[tuple[Any, ...]]) -> None:
    """Execute once a row; for a single one psycopg's executemany would open a pipeline."""
    connection.exec_driver_sql(text, rows[0] if len(rows) == 1 else rows)


def _copy_rows(connection: Connection, table: Table, rows: Sequence[tuple[Any, ...]]) -> None:
    sql, types = _copy_sql(table, connection.dialect)
    with connection.connection.cursor() as cursor, cursor.copy(sql) as copy:  # type: ignore[attr-defined]
        copy.set_types(types)
        for row in rows:
            copy.write_row(row)


@lru_cache(maxsize=1024)
def _compiled(statement: ClauseElement, dialect: Dialect) -> tuple[str, list[str] | None, dict[str, Any]]:
    """The text, the order of its placeholders (None: they go by name), and the values the statement brings itself."""
    compiled: Any = statement.compile(dialect=dialect)
    constants = {name: value for name, value in compiled.params.items() if value is not None}
    return str(compiled), compiled.positiontup, constants


@lru_cache(maxsize=1024)
def _insert_sql(table: Table, dialect: Dialect, rows: int) -> str:
    """INSERT with that many rows of placeholders."""
    columns = [column.key for column in table.columns]
    if rows == 1:
        return str(insert(table).compile(dialect=_plain(dialect), column_keys=columns))
    return str(insert(table).values([dict.fromkeys(columns)] * rows).compile(dialect=_plain(dialect)))


@lru_cache(maxsize=1024)
def _upsert_sql(table: Table, dialect: Dialect, version: Column[int] | None = None) -> str:
    of_dialect: Any = sqlite if dialect.name == "sqlite" else postgresql
    statement = of_dialect.insert(table)
    rest = {column.key: statement.excluded[column.key] for column in table.columns if not column.primary_key}
    grows = None if version is None else statement.excluded[version.key] > version
    statement = statement.on_conflict_do_update(index_elements=list(table.primary_key), set_=rest, where=grows)
    return str(statement.compile(dialect=_plain(dialect), column_keys=[column.key for column in table.columns]))


def _plain(dialect: Dialect) -> Dialect:
    """The same dialect with placeholders that take a row's values in their order."""
    kind: Any = type(dialect)
    return dialect if dialect.name == "sqlite" else kind(paramstyle="format")


@lru_cache(maxsize=1024)
def _copy_sql(table: Table, dialect: Dialect) -> tuple[str, list[str]]:
    quote = dialect.identifier_preparer
    columns = ", ".join(quote.format_column(column) for column in table.columns)
    types = [column.type.compile(dialect).split(" COLLATE")[0].lower() for column in table.columns]
    return f"COPY {quote.format_table(table)} ({columns}) FROM STDIN (FORMAT BINARY)", types


def _sqlite(url: URL, wait_seconds: float) -> Engine:
    if url.database in {None, "", ":memory:"}:
        raise ValueError("the log needs a file: sqlite:///path/to/taizhang.db")
    engine = create_engine(
        url,
        connect_args={"timeout": wait_seconds, "cached_statements": _STATEMENTS},
        hide_parameters=True,  # what was written may be personal; an error is told without it
        pool_timeout=wait_seconds,
        pool_size=_CONNECTIONS,
        max_overflow=_CONNECTIONS_MORE,
        pool_use_lifo=True,  # the connection used last has its statements prepared; the others stay small
    )

    @event.listens_for(engine, "connect")
    def set_up(driver: Any, _record: Any) -> None:
        driver.isolation_level = None  # the driver begins nothing by itself
        for pragma in (
            f"busy_timeout = {int(wait_seconds * 1000)}",
            "journal_mode = WAL",
            "synchronous = FULL",  # a commit is on the disk before it is answered
            f"cache_size = -{_CACHE_KIB}",
            "temp_store = MEMORY",
        ):
            driver.execute(f"PRAGMA {pragma}")

    @event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        connection.exec_driver_sql(connection.get_execution_options().get(_BEGIN, "BEGIN"))

    return engine


def _postgres(url: URL, wait_seconds: float) -> Engine:
    if url.drivername == "postgresql":
        url = url.set(drivername="postgresql+psycopg")
    options = f"-c lock_timeout={int(wait_seconds * 1000)}"
    given = url.query.get("options")
    engine = create_engine(
        url,
        connect_args={"options": f"{given} {options}" if given else options},
        hide_parameters=True,  # what was written may be personal; an error is told without it
        pool_timeout=wait_seconds,
        pool_size=_CONNECTIONS,
        max_overflow=_CONNECTIONS_MORE,
        pool_pre_ping=True,
    )

    @event.listens_for(engine, "connect")
    def set_up(driver: Any, _record: Any) -> None:
        """A commit is on the disk before it is answered, whatever the server or the role is set to; stronger stays stronger."""
        if driver.execute("SHOW synchronous_commit").fetchone()[0] == "off":
            driver.execute("SET synchronous_commit = on")
        driver.commit()

    @event.listens_for(engine, "first_connect")
    def look(driver: Any, _record: Any) -> None:
        """What only the server can be set to is said aloud."""
        if driver.execute("SHOW fsync").fetchone()[0] == "off":
            structlog.get_logger("taizhang.database").warning("this server does not wait for its disk", fsync="off")
        driver.rollback()

    return engine
