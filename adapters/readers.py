"""Readers with SQL: a role for PostgreSQL that reads the documented columns and nothing else; a copy of them for SQLite.

On SQLite whoever opens the file reads all of it, so readers get a file of their own with the readable columns alone.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from sqlalchemy.dialects import postgresql

from taizhang.adapters.database import Database
from taizhang.projections.readers import meanings, readable_columns, readable_tables

ROWS: Final = 5_000
DICTIONARY: Final = "data_dictionary"


class CopyExists(Exception):
    """The file is there already; a copy never overwrites."""

    def __init__(self, path: Path) -> None:
        super().__init__(f"{path} exists already. Move it away, or name another file.")
        self.zh = f"{path} 已存在。请移走,或换一个文件名。"


def role_script(role: str) -> Iterator[str]:
    """The lines of a script that makes the role, or makes it right again; run it by psql as the tables' owner.

    Run it again after views were built anew: new tables come without the grants of the old ones.
    """
    quote = postgresql.dialect().identifier_preparer.quote_identifier  # type: ignore[no-untyped-call]
    name, literal = quote(role), "'" + role.replace("'", "''") + "'"
    yield "-- 只读岗位 · a role that reads the documented columns of the read tables, and nothing else"
    yield "BEGIN;"
    yield (
        f"DO $$ BEGIN IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = {literal}) "
        f"THEN CREATE ROLE {name} LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOINHERIT; END IF; END $$;"
    )
    yield f"ALTER ROLE {name} SET default_transaction_read_only = on;"
    yield f"ALTER ROLE {name} SET statement_timeout = '60s';"
    yield "REVOKE CREATE ON SCHEMA public FROM PUBLIC;"
    yield f"REVOKE ALL ON ALL TABLES IN SCHEMA public FROM {name};"
    yield f"GRANT USAGE ON SCHEMA public TO {name};"
    for table, (_, made) in readable_tables().items():
        columns = ", ".join(quote(column.name) for column in readable_columns(made))
        yield f"GRANT SELECT ({columns}) ON {quote(table)} TO {name};"
    yield "COMMIT;"
    yield f"-- 密码 · give it a password:  \\password {role}"


def copy_readable(database: Database, path: Path) -> dict[str, int]:
    """Write the readable columns of every read table into a new SQLite file, as of one moment; rows by table.

    Raises CopyExists.
    """
    if path.exists():
        raise CopyExists(path)
    counts = {}
    with sqlite3.connect(path) as copy, database.read() as connection:
        for name, (_, table) in readable_tables().items():
            columns = readable_columns(table)
            named = ", ".join(f'"{column.name}"' for column in columns)
            key = ", ".join(f'"{column.name}"' for column in table.primary_key.columns)
            copy.execute(f'CREATE TABLE "{name}" ({named}, PRIMARY KEY ({key})) WITHOUT ROWID')
            marks = ", ".join("?" * len(columns))
            found = connection.execution_options(yield_per=ROWS).execute(table.select().with_only_columns(*columns))
            counts[name] = 0
            for rows in found.partitions(ROWS):
                values = [
                    tuple(one if isinstance(one, int | str) or one is None else str(one) for one in row) for row in rows
                ]
                copy.executemany(f'INSERT INTO "{name}" VALUES ({marks})', values)  # noqa: S608 (names are our own)
                counts[name] += len(rows)
        copy.execute(
            f'CREATE TABLE {DICTIONARY} ("table", "column", "type", "zh", "en", PRIMARY KEY ("table", "column"))'
        )
        told = [tuple(one) for one in meanings().values()]
        copy.executemany(f"INSERT INTO {DICTIONARY} VALUES (?, ?, ?, ?, ?)", told)  # noqa: S608
    copy.close()
    return counts
