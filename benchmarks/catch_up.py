"""Catching up: the ledger with every view there is, folded anew from a sample, against the library's runner.

The library's runner keeps one simple view, a counter in one row; ours keeps them all. Both begin with empty tables.
"""

from __future__ import annotations

import time
from contextlib import ExitStack
from itertools import count
from pathlib import Path
from typing import Any
from uuid import uuid4

from eventsourcing.persistence import Tracking
from eventsourcing.postgres import PostgresDatastore, PostgresTrackingRecorder
from eventsourcing.projection import Projection, ProjectionRunner
from eventsourcing.sqlite import SQLiteDatastore, SQLiteTrackingRecorder
from psycopg import sql

from benchmarks.harness import Comparison, Measured, Round, Size, folder, timed
from benchmarks.library import Trainee, Trainees, postgres_environment
from benchmarks.places import cluster, postgres_url
from taizhang.adapters.database import Database
from taizhang.adapters.founding import found, house_to_found
from taizhang.adapters.house import House
from taizhang.adapters.sample.sample import make_sample
from taizhang.adapters.settings import Settings
from taizhang.domain.core import OfficerId
from taizhang.projections.follow import Follower
from taizhang.projections.views import all_views

FACTS = "facts/s"
SAVED_AT_ONCE = 500
LONG_SECONDS = 600.0
SQLITE, MEMORY = "eventsourcing.sqlite", "eventsourcing.popo"


def sample_house(size: Size, stack: ExitStack, url: str | None = None) -> House:
    """A house with a sample in it; its log at `url`, by default in SQLite."""
    where = folder(stack)
    settings = Settings(
        database=url or f"sqlite:///{where / 'log.db'}", vault=f"sqlite:///{where / 'vault.db'}", files=str(where / "f")
    )
    house = stack.enter_context(house_to_found(settings))
    found(house, OfficerId("admin"), "bench")
    make_sample(house, size.persons, seed=1)
    return house


def follower_over(house: House, url: str, stack: ExitStack) -> Follower:
    """A follower of that house's log whose tables, empty, lie in a database of their own."""
    database = Database(url)
    stack.callback(database.close)
    follower = Follower(house.log, database, all_views())
    follower.set_up()
    return follower


# -- the library ------------------------------------------------------------------------------------------


class SqliteCounter(SQLiteTrackingRecorder):
    """One row that counts events, moved together with the position, in SQLite."""

    def __init__(self, datastore: SQLiteDatastore, **kwargs: Any) -> None:
        super().__init__(datastore, **kwargs)
        self.create_table_statements.append(
            "CREATE TABLE IF NOT EXISTS counted (id INTEGER PRIMARY KEY, events INTEGER)"
        )

    def count(self, tracking: Tracking) -> None:
        with self.datastore.transaction(commit=True) as cursor:
            self._insert_tracking(cursor, tracking)
            cursor.execute("INSERT INTO counted VALUES (1, 1) ON CONFLICT (id) DO UPDATE SET events = events + 1")


class PostgresCounter(PostgresTrackingRecorder):
    """The same in PostgreSQL."""

    def __init__(self, datastore: PostgresDatastore, **kwargs: Any) -> None:
        super().__init__(datastore, **kwargs)
        self.sql_create_statements.append(
            sql.SQL("CREATE TABLE IF NOT EXISTS counted (id INTEGER PRIMARY KEY, events INTEGER)").format()
        )

    def count(self, tracking: Tracking) -> None:
        with self.datastore.transaction(commit=True) as cursor:
            self._insert_tracking(cursor, tracking)
            cursor.execute(
                "INSERT INTO counted VALUES (1, 1) ON CONFLICT (id) DO UPDATE SET events = counted.events + 1"
            )


class Counting(Projection[Any]):
    """Counts every event; knows when it saw the first one, so that the runner's start does not count against it."""

    name = "counting"
    first_at: float = 0.0

    def process_event(self, _domain_event: Any, tracking: Tracking) -> None:
        self.first_at = self.first_at or time.perf_counter()
        self.view.count(tracking)


def save_events(app: Trainees, events: int) -> int:
    """Store so many events, each of an aggregate of its own; the last one's number."""
    last = 0
    for start in range(0, events, SAVED_AT_ONCE):
        trainees = [
            Trainee("c620121-1", uuid4().hex, True, "2016-03-21") for _ in range(min(SAVED_AT_ONCE, events - start))
        ]
        last = app.save(*trainees)[-1].notification.id
    return int(last)


def sqlite_runner(size: Size, stack: ExitStack) -> Round:
    """The runner over a store in memory (the library follows no SQLite store), its view in SQLite."""
    where, numbers = folder(stack), count()

    def rival(_number: int) -> Measured:
        path = where / f"view-{next(numbers)}.db"
        env = {
            "PERSISTENCE_MODULE": MEMORY,
            "COUNTING_PERSISTENCE_MODULE": SQLITE,
            "COUNTING_SQLITE_DBNAME": str(path),
        }
        runner = ProjectionRunner(
            application_class=Trainees, projection_class=Counting, view_class=SqliteCounter, env=env
        )
        with runner:
            return _followed(runner, save_events(runner.app, size.events), size.events)

    return rival


def postgres_runner(size: Size, stack: ExitStack, server: Any) -> Round:
    """The runner over a PostgreSQL store, its view in a PostgreSQL database of its own."""
    store = postgres_environment(postgres_url(stack, server))
    with_store = Trainees(env=store)
    last = save_events(with_store, size.events)
    stack.callback(with_store.close)

    def rival(_number: int) -> Measured:
        env = store | postgres_environment(postgres_url(stack, server), "COUNTING_")
        runner = ProjectionRunner(
            application_class=Trainees, projection_class=Counting, view_class=PostgresCounter, env=env
        )
        with runner:
            return _followed(runner, last, size.events)

    return rival


def _followed(runner: Any, last: int, events: int) -> Measured:
    """How long the runner took from the first event that it saw to the last."""
    runner.wait(last, timeout=LONG_SECONDS)
    return Measured(events, time.perf_counter() - runner.projection.first_at)


# -- the comparisons --------------------------------------------------------------------------------------


def _ours(house: House, fresh_url: Any, stack: ExitStack) -> Round:
    head = house.log.head().position

    def ours(_number: int) -> Measured:
        follower = follower_over(house, fresh_url(), stack)
        measured = timed(head, follower.catch_up)
        assert all(view.lag == 0 and view.error is None for view in follower.status())
        return measured

    return ours


def _sqlite(size: Size, stack: ExitStack) -> tuple[Round, Round]:
    where: Path = folder(stack)
    numbers = count()
    house = sample_house(size, stack)
    return _ours(house, lambda: f"sqlite:///{where / f'views-{next(numbers)}.db'}", stack), sqlite_runner(size, stack)


def _postgresql(size: Size, stack: ExitStack) -> tuple[Round, Round]:
    server = cluster(stack)
    house = sample_house(size, stack, postgres_url(stack, server))
    return _ours(house, lambda: postgres_url(stack, server), stack), postgres_runner(size, stack, server)


COMPARISONS = (
    Comparison(
        "catch-up-ledger-sqlite", "eventsourcing ProjectionRunner, one counter, store in memory", FACTS, _sqlite
    ),
    Comparison("catch-up-ledger-postgresql", "eventsourcing ProjectionRunner, one counter", FACTS, _postgresql),
)
