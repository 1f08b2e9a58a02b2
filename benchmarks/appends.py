"""Appending: enrolments through the desk, or the log alone, against the bare drivers and the library's recorders."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import ExitStack
from typing import Any

from benchmarks.enrolments import EnrolmentHouse, submit_all
from benchmarks.harness import Comparison, Measured, Round, Size, folder, timed
from benchmarks.library import Classic, Dcb, Saved, postgres_environment, sqlite_environment
from benchmarks.places import cluster, postgres_url, sqlite_url
from benchmarks.raw import RawPostgres, RawSqlite, rows_of
from taizhang.adapters.log.log import Append, Entry, Log, Stored
from taizhang.adapters.log.queries import tags_in

FACTS = "facts/s"
Insert = Callable[[Any], None]
Prepared = Callable[[Sequence[Stored], int], list[Any]]


class _Turn:
    """What ours appended in this round, for the rival to put in as well."""

    def __init__(self) -> None:
        self.stored: list[Stored] = []


def desk_against(
    house: EnrolmentHouse, prepared: Prepared, insert: Insert, batches: int, batch: int
) -> tuple[Round, Round]:
    """Rule-checked, hashed appends through the desk against a rival's plain ones of the same rows."""
    turn = _Turn()

    def ours(_number: int) -> Measured:
        orders = house.orders(batches, batch)
        before = house.log.head().position
        measured = timed(batches * batch, lambda: submit_all(house.desk, orders))
        turn.stored = house.since(before)
        assert len(turn.stored) == batches * batch
        return measured

    return ours, _rival(turn, prepared, insert, batch)


def log_against(
    url: str, house: EnrolmentHouse, prepared: Prepared, insert: Insert, size: Size, stack: ExitStack
) -> tuple[Round, Round]:
    """The log alone, hashed but without rules, against a rival's appends of the same rows."""
    log, turn = Log.open(url), _Turn()
    stack.callback(log.close)

    def ours(_number: int) -> Measured:
        before = house.log.head().position
        submit_all(house.desk, house.orders(size.batches, size.batch))
        entries = [_entry(stored) for stored in house.since(before) if stored.type == "training.trainee-enrolled.v1"]
        groups = [entries[start : start + size.batch] for start in range(0, len(entries), size.batch)]
        start = log.head().position
        measured = timed(len(entries), lambda: [log.append(Append(group)) for group in groups])
        turn.stored = log.page(start, 10_000_000)
        return measured

    return ours, _rival(turn, prepared, insert, size.batch)


def _rival(turn: _Turn, prepared: Prepared, insert: Insert, batch: int) -> Round:
    def rival(_number: int) -> Measured:
        groups = prepared(turn.stored, batch)

        def work() -> None:
            for group in groups:
                insert(group)

        return timed(len(turn.stored), work)

    return rival


def _entry(stored: Stored) -> Entry:
    """The entry that a leaf was made of: the recording time is put in anew."""
    before, _, rest = stored.leaf.partition(b'"recorded_at":')
    after = rest[rest.index(b",") :]
    return Entry(stored.type, tags_in(stored.leaf), before, after)


def _library(recorder: Any) -> tuple[Prepared, Insert]:
    def prepared(stored: Sequence[Stored], batch: int) -> list[Any]:
        return [recorder.prepared(stored[start : start + batch]) for start in range(0, len(stored), batch)]

    return prepared, recorder.insert


def _house(url: str, stack: ExitStack) -> EnrolmentHouse:
    house = EnrolmentHouse(url)
    stack.callback(house.log.close)
    return house


# -- the comparisons --------------------------------------------------------------------------------------


def _batch_sqlite(size: Size, stack: ExitStack) -> tuple[Round, Round]:
    raw = RawSqlite(folder(stack) / "raw.db", stack)
    return desk_against(_house(sqlite_url(stack), stack), rows_of, raw.insert, size.batches, size.batch)


def _batch_postgresql(size: Size, stack: ExitStack, *, copies: bool) -> tuple[Round, Round]:
    server = cluster(stack)
    raw = RawPostgres(postgres_url(stack, server), stack, copies=copies)
    house = _house(postgres_url(stack, server), stack)
    return desk_against(house, rows_of, raw.insert, size.batches, size.batch)


def _log_only_sqlite(size: Size, stack: ExitStack) -> tuple[Round, Round]:
    raw = RawSqlite(folder(stack) / "raw.db", stack)
    return log_against(sqlite_url(stack), _house(sqlite_url(stack), stack), rows_of, raw.insert, size, stack)


def _log_only_postgresql(size: Size, stack: ExitStack) -> tuple[Round, Round]:
    server = cluster(stack)
    raw = RawPostgres(postgres_url(stack, server), stack, copies=True)
    made_in = _house(sqlite_url(stack), stack)
    return log_against(postgres_url(stack, server), made_in, rows_of, raw.insert, size, stack)


def _saved_sqlite(size: Size, stack: ExitStack) -> tuple[Round, Round]:
    rival = Saved(sqlite_environment(folder(stack) / "library.db"), stack)
    return desk_against(_house(sqlite_url(stack), stack), *_library(rival), size.batches, size.batch)


def _saved_postgresql(size: Size, stack: ExitStack) -> tuple[Round, Round]:
    server = cluster(stack)
    rival = Saved(postgres_environment(postgres_url(stack, server)), stack)
    house = _house(postgres_url(stack, server), stack)
    return desk_against(house, *_library(rival), size.batches, size.batch)


def _library_sqlite(size: Size, stack: ExitStack) -> tuple[Round, Round]:
    recorder = Classic.sqlite(folder(stack) / "library.db", stack)
    return desk_against(_house(sqlite_url(stack), stack), *_library(recorder), size.batches, size.batch)


def _library_postgresql(size: Size, stack: ExitStack) -> tuple[Round, Round]:
    server = cluster(stack)
    recorder = Classic.postgres(postgres_url(stack, server), stack)
    house = _house(postgres_url(stack, server), stack)
    return desk_against(house, *_library(recorder), size.batches, size.batch)


def _library_dcb(size: Size, stack: ExitStack) -> tuple[Round, Round]:
    server = cluster(stack)
    recorder = Dcb(postgres_url(stack, server), stack)
    house = _house(postgres_url(stack, server), stack)
    return desk_against(house, *_library(recorder), size.batches, size.batch)


def _singles_sqlite(size: Size, stack: ExitStack) -> tuple[Round, Round]:
    recorder = Classic.sqlite(folder(stack) / "library.db", stack)
    return desk_against(_house(sqlite_url(stack), stack), *_library(recorder), size.singles, 1)


def _singles_postgresql(size: Size, stack: ExitStack) -> tuple[Round, Round]:
    server = cluster(stack)
    recorder = Dcb(postgres_url(stack, server), stack)
    house = _house(postgres_url(stack, server), stack)
    return desk_against(house, *_library(recorder), size.singles, 1)


def _postgresql_executemany(size: Size, stack: ExitStack) -> tuple[Round, Round]:
    return _batch_postgresql(size, stack, copies=False)


def _postgresql_copy(size: Size, stack: ExitStack) -> tuple[Round, Round]:
    return _batch_postgresql(size, stack, copies=True)


COMPARISONS = (
    Comparison("append-batch-sqlite", "sqlite3 executemany, same rows, no rules, no hash", FACTS, _batch_sqlite),
    Comparison("append-batch-postgresql", "psycopg executemany, same rows, no rules", FACTS, _postgresql_executemany),
    Comparison("append-batch-postgresql-copy", "psycopg COPY, same rows, no rules, no hash", FACTS, _postgresql_copy),
    Comparison("append-log-only-sqlite", "sqlite3 executemany, same rows, no hash", FACTS, _log_only_sqlite),
    Comparison("append-log-only-postgresql", "psycopg COPY, same rows, no hash", FACTS, _log_only_postgresql),
    Comparison("append-vs-eventsourcing-sqlite", "eventsourcing application, save()", FACTS, _saved_sqlite),
    Comparison("append-vs-eventsourcing-postgresql", "eventsourcing application, save()", FACTS, _saved_postgresql),
    Comparison("append-vs-eventsourcing-recorder-sqlite", "its bare recorder, bytes ready", FACTS, _library_sqlite),
    Comparison(
        "append-vs-eventsourcing-recorder-postgresql", "its bare recorder, bytes ready", FACTS, _library_postgresql
    ),
    Comparison("append-vs-eventsourcing-dcb-postgresql", "eventsourcing DCB, conditional batch", FACTS, _library_dcb),
    Comparison("append-one-by-one-sqlite", "eventsourcing classic recorder, one by one", FACTS, _singles_sqlite),
    Comparison(
        "append-one-by-one-postgresql", "eventsourcing DCB, conditional, one by one", FACTS, _singles_postgresql
    ),
)
