"""The bare drivers: sqlite3 and psycopg putting the very same rows into the very same tables, and nothing else."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from contextlib import ExitStack, closing
from pathlib import Path
from typing import NamedTuple, Protocol

import psycopg
from sqlalchemy import make_url

from taizhang.adapters.log.log import Stored
from taizhang.adapters.log.queries import tags_in
from taizhang.adapters.log.tables import FACT, TAG

PRAGMAS = (  # those of adapters/database.py; a test compares what a connection of each side answers
    "journal_mode = WAL",
    "synchronous = FULL",
    "cache_size = -16384",
    "temp_store = MEMORY",
)


class Rows(NamedTuple):
    """One batch as it stands in the two tables."""

    facts: list[tuple[int, str, int, bytes]]
    tags: list[tuple[str, int]]


class RawTables(Protocol):
    """Tables of facts and tags without anything around them."""

    def insert(self, rows: Rows) -> None:
        """Put one batch in, durably, in one transaction."""


def rows_of(stored: Sequence[Stored], batch: int) -> list[Rows]:
    """What was appended, batch by batch, tags in the order of their index, as ours writes them."""
    return [_rows(stored[start : start + batch]) for start in range(0, len(stored), batch)]


def _rows(stored: Sequence[Stored]) -> Rows:
    tags = sorted((tag, one.position) for one in stored for tag in tags_in(one.leaf))
    return Rows([(one.position, one.type, one.recorded_at, one.leaf) for one in stored], tags)


class RawSqlite:
    """sqlite3 with executemany."""

    def __init__(self, path: Path, stack: ExitStack) -> None:
        self.connection = stack.enter_context(closing(sqlite3.connect(path, isolation_level=None)))
        for pragma in PRAGMAS:
            self.connection.execute(f"PRAGMA {pragma}")
        self.connection.execute(
            "CREATE TABLE fact (position INTEGER PRIMARY KEY, type TEXT NOT NULL, recorded_at BIGINT NOT NULL,"
            " leaf BLOB NOT NULL)"
        )
        self.connection.execute(
            "CREATE TABLE tag (tag TEXT NOT NULL, position INTEGER NOT NULL, PRIMARY KEY (tag, position)) WITHOUT ROWID"
        )

    def insert(self, rows: Rows) -> None:
        self.connection.execute("BEGIN IMMEDIATE")
        self.connection.executemany("INSERT INTO fact VALUES (?, ?, ?, ?)", rows.facts)
        self.connection.executemany("INSERT INTO tag VALUES (?, ?)", rows.tags)
        self.connection.execute("COMMIT")


class RawPostgres:
    """psycopg with executemany, or with COPY in its binary format."""

    def __init__(self, url: str, stack: ExitStack, *, copies: bool) -> None:
        address = make_url(url).set(drivername="postgresql").render_as_string(hide_password=False)
        self.connection, self._copies = stack.enter_context(closing(psycopg.connect(address))), copies
        self.connection.execute(
            'CREATE TABLE fact (position BIGINT PRIMARY KEY, type TEXT COLLATE "C" NOT NULL,'
            " recorded_at BIGINT NOT NULL, leaf BYTEA NOT NULL)"
        )
        self.connection.execute(
            'CREATE TABLE tag (tag TEXT COLLATE "C" NOT NULL, position BIGINT NOT NULL, PRIMARY KEY (tag, position))'
        )
        self.connection.commit()

    def insert(self, rows: Rows) -> None:
        with self.connection.cursor() as cursor:
            if self._copies:
                self._copy(cursor, FACT.name, ["bigint", "text", "bigint", "bytea"], rows.facts)
                self._copy(cursor, TAG.name, ["text", "bigint"], rows.tags)
            else:
                cursor.executemany("INSERT INTO fact VALUES (%s, %s, %s, %s)", rows.facts)
                cursor.executemany("INSERT INTO tag VALUES (%s, %s)", rows.tags)
        self.connection.commit()

    def _copy(self, cursor: psycopg.Cursor, table: str, types: list[str], rows: Sequence[tuple[object, ...]]) -> None:
        with cursor.copy(f"COPY {table} FROM STDIN (FORMAT BINARY)") as copy:  # a constant of ours
            copy.set_types(types)
            for row in rows:
                copy.write_row(row)
