"""Erasing people from the vault: their keys, what was said of them, and every index that leads to them.

A key that is gone cannot be made again, so nothing that was sealed under it opens any more. What the engine may keep
beside the rows (free pages, the write-ahead log) is cleaned as far as the engine allows; `clean` says how far that is.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from contextlib import suppress
from typing import Any, Final, NamedTuple

from sqlalchemy import Connection, Table, delete, func, insert, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import DBAPIError

from taizhang.adapters.database import Database
from taizhang.adapters.vault.bank_accounts import INDEX as BANK_ACCOUNT_INDEX
from taizhang.adapters.vault.shared import SHARED_BY, SHARED_INDEX, SHARED_READ
from taizhang.adapters.vault.store import (
    among,
    identity_index,
    in_chunks,
    person,
    statement,
    vault_epoch,
    vault_key,
    vault_state,
    writing,
)
from taizhang.domain.core import PersonId

UPTO: Final = "forgotten-upto"
HOLDING: Final[tuple[Table, ...]] = (
    *(person, statement, identity_index, BANK_ACCOUNT_INDEX),
    *(SHARED_INDEX, SHARED_BY, SHARED_READ),
)
TRIES_SECONDS: Final = 5  # how long the engine waits for readers before it says that the write-ahead log still stands


class Remains(NamedTuple):
    """What cleaning could not reach, in both languages; `is_clean` if there is nothing of the kind."""

    is_clean: bool
    zh: str = ""
    en: str = ""


def erase(database: Database, people: Sequence[PersonId], accounts: Iterable[str], now_us: int) -> int:
    """Destroy these people's keys, statements and index entries, and the index of these accounts; how many keys stood.

    Who is not in this vault, an older copy perhaps, is entered as forgotten, so that nobody takes the id for a typing error.
    """
    with writing(database, alone=True) as connection:
        standing = select(person.c.id).where(among(connection, person.c.id), person.c.wrapped_key.is_not(None))
        stood = len(list(in_chunks(connection, standing, people)))
        gone = update(person).where(among(connection, person.c.id)).values(wrapped_key=None)
        list(in_chunks(connection, gone, people))
        for column in (statement.c.person, identity_index.c.person):
            list(in_chunks(connection, delete(column.table).where(among(connection, column)), people))
        _erase_shared(connection, people)
        of_accounts = delete(BANK_ACCOUNT_INDEX).where(among(connection, BANK_ACCOUNT_INDEX.c.account))
        list(in_chunks(connection, of_accounts, sorted(set(accounts))))
        epoch = connection.scalar(select(func.max(vault_key.c.epoch))) or 1
        _enter_missing(connection, people, epoch, now_us)
    return stood


def forgotten(database: Database) -> int:
    """How many people's keys were destroyed in this vault."""
    with database.read() as connection:
        return connection.scalar(select(func.count()).select_from(person).where(person.c.wrapped_key.is_(None))) or 0


def erased_upto(database: Database) -> int:
    """The position of the log up to which every erasure was done in this vault."""
    with database.read() as connection:
        return connection.scalar(select(vault_state.c.value).where(vault_state.c.name == UPTO)) or 0


def set_erased_upto(database: Database, position: int) -> None:
    """Remember that every erasure up to this position is done here."""
    with writing(database, alone=True) as connection:
        changed = update(vault_state).where(vault_state.c.name == UPTO).values(value=position)
        if connection.execute(changed).rowcount == 0:
            connection.execute(insert(vault_state).values(name=UPTO, value=position))


def epoch_began(database: Database) -> tuple[int, int | None]:
    """The epoch of the keys, and since when it is (UTC microseconds): the first began with the first person."""
    with database.read() as connection:
        epoch = connection.scalar(select(func.max(vault_key.c.epoch))) or 1
        began = connection.scalar(select(vault_epoch.c.began_at).where(vault_epoch.c.epoch == epoch))
        return epoch, began if began is not None else connection.scalar(select(func.min(person.c.created_at)))


def clean(database: Database) -> Remains:
    """Write the vault anew without its free pages and empty its write-ahead log, as far as the engine lets us."""
    return _clean_sqlite(database) if database.is_sqlite else _clean_postgres(database)


def _clean_sqlite(database: Database) -> Remains:
    raw = database.engine.raw_connection()
    try:
        driver: Any = raw.driver_connection
        driver.execute(f"PRAGMA busy_timeout = {TRIES_SECONDS * 1000}")
        driver.execute("VACUUM")
        busy, _, _ = driver.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
        driver.execute(f"PRAGMA busy_timeout = {int(database.wait_seconds * 1000)}")
    except Exception as problem:  # whoever reads or writes at this moment keeps the file as it is
        return _busy(str(problem))
    finally:
        raw.close()
    return _busy("the write-ahead log is in use") if busy else Remains(True)


def _busy(detail: str) -> Remains:
    return Remains(
        False,
        f"保险库的预写日志未能清空({detail})。请停止其他进程后运行 taizhang vault clean。",
        f"The vault's write-ahead log could not be emptied ({detail}). Stop other processes, then run taizhang vault clean.",
    )


def _clean_postgres(database: Database) -> Remains:
    """New files for the tables; the log of the server, its archive and its standbys are not in our hands."""
    with database.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        quote = connection.dialect.identifier_preparer
        for table in HOLDING:
            connection.exec_driver_sql(f"VACUUM (FULL) {quote.format_table(table)}")
        with suppress(DBAPIError):  # who may not ask for one waits for the next: it comes by itself
            connection.exec_driver_sql("CHECKPOINT")
    return Remains(
        False,
        "PostgreSQL 的预写日志、归档、备库和备份中仍可能留有已销毁的密钥(经主密钥加封),无法由本系统清除。"
        "请更换主密钥(taizhang vault rotate --master),此后这些旧副本无法打开。",
        "PostgreSQL's write-ahead log, its archive, standbys and backups may still hold the destroyed keys as the master key "
        "wrapped them; they are not in our hands. Change the master key (taizhang vault rotate --master): then they do not open.",
    )


def _erase_shared(connection: Connection, people: Sequence[PersonId]) -> None:
    """Nobody is found by what these people stated; a telephone number or an address that nobody else stated goes, too."""
    mine = select(SHARED_BY.c.id).where(among(connection, SHARED_BY.c.person)).distinct()
    stated = sorted({row[0] for row in in_chunks(connection, mine, people)})
    for column in (SHARED_BY.c.person, SHARED_READ.c.person):
        list(in_chunks(connection, delete(column.table).where(among(connection, column)), people))
    unstated = SHARED_INDEX.c.id.not_in(select(SHARED_BY.c.id))
    list(in_chunks(connection, delete(SHARED_INDEX).where(among(connection, SHARED_INDEX.c.id), unstated), stated))


def _enter_missing(connection: Connection, people: Sequence[PersonId], epoch: int, now_us: int) -> None:
    known = {row.id for row in in_chunks(connection, select(person.c.id).where(among(connection, person.c.id)), people)}
    insert_row: Any = sqlite.insert if connection.dialect.name == "sqlite" else postgresql.insert
    for one in people:
        if one not in known:
            row = {"id": one, "wrapped_key": None, "key_epoch": epoch, "created_at": now_us}
            connection.execute(insert_row(person).values(row).on_conflict_do_nothing())
