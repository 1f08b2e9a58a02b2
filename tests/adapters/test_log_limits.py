"""The log when the database cannot: a clear error in both languages, nothing half-written, and on it goes afterwards."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any, NoReturn

import pytest
from log_processes import child
from log_samples import audit, entry
from sqlalchemy import Connection, event, text

from taizhang.adapters.database import Database, run
from taizhang.adapters.log.log import Append, Log, LogUnavailable
from taizhang.adapters.log.tables import HEAD
from taizhang.adapters.unavailable import BROKEN, FULL, LOCKED, LOST, READ_ONLY, UNREACHABLE, Trouble

IMPATIENT_SECONDS = 0.2
BATCH = 100


@pytest.fixture
def log(engine_url: str) -> Iterator[Log]:
    log = Log.open(engine_url, wait_seconds=IMPATIENT_SECONDS)
    log.append(Append([entry("first")]))
    yield log
    log.close()


@pytest.fixture
def postgres_log(postgres_url: str) -> Iterator[Log]:
    log = Log.open(postgres_url)
    log.append(Append([entry("first")]))
    yield log
    log.close()


def refused(log: Log, facts: int = 1) -> Trouble:
    """Why an append of this many facts is refused."""
    request = Append([entry("refused", body=n) for n in range(facts)])
    with pytest.raises(LogUnavailable) as unavailable:
        log.append(request)
    assert unavailable.value.zh
    assert unavailable.value.en in str(unavailable.value)
    return unavailable.value.trouble


def fill(log: Log) -> NoReturn:
    """Append batch after batch until the log refuses."""
    while True:
        log.append(Append([entry(f"t:{n}", body="x" * 100) for n in range(BATCH)]))


def test_a_database_that_another_program_holds_is_a_clear_error(log: Log, engine_url: str) -> None:
    other = Database(engine_url)
    with other.write() as connection:
        run(connection, HEAD.select().with_for_update())
        assert refused(log) is LOCKED
        assert [fact.position for fact in log.page(0, 10)] == [1], "reading goes on"
    other.close()
    log.append(Append([entry()]))
    assert audit(log) == 2


def test_a_thread_waits_for_another_no_longer_than_for_a_process(log: Log) -> None:
    reasons = []

    def meanwhile(_connection: Connection) -> None:
        reasons.append(refused(log))

    event.listen(log.database.engine, "commit", meanwhile, once=True)
    log.append(Append([entry()]))
    assert reasons == [LOCKED]
    assert audit(log) == 2


def test_a_database_at_its_size_limit_is_a_clear_error_and_takes_facts_again_afterwards(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'log.db'}"
    log = Log.open(url)

    def limit(driver: Any, _record: Any) -> None:
        driver.execute("PRAGMA max_page_count = 80")

    event.listen(log.database.engine, "connect", limit)
    log.database.engine.dispose()
    with pytest.raises(LogUnavailable) as unavailable:
        fill(log)
    assert unavailable.value.trouble is FULL
    kept = audit(log)
    assert kept > 0
    assert kept % BATCH == 0
    log.close()
    wider = Log.open(url)
    wider.append(Append([entry()]))
    assert audit(wider) == kept + 1
    wider.close()


def test_a_file_that_cannot_grow_is_a_clear_error(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'log.db'}"
    with child("fill", url, "600000") as writer:
        assert writer.hear() in {
            FULL.name,
            BROKEN.name,
        }  # SQLite calls "no space" the one and "file too large" the other
    log = Log.open(url)
    kept = audit(log)
    assert kept > 0
    log.append(Append([entry()]))
    assert audit(log) == kept + 1
    log.close()


def test_a_full_disk_under_postgresql_is_a_clear_error(postgres_log: Log) -> None:
    """The server's own answer to a full disk is raised by a trigger at the last statement of the append."""
    function = (
        "CREATE FUNCTION full_disk() RETURNS trigger LANGUAGE plpgsql AS "
        "$$ BEGIN RAISE EXCEPTION 'could not extend file' USING ERRCODE = 'disk_full'; END $$"
    )
    with postgres_log.database.write() as connection:
        connection.execute(text(function))
        connection.execute(text("CREATE TRIGGER full_disk BEFORE UPDATE ON head EXECUTE FUNCTION full_disk()"))
    assert refused(postgres_log, 300) is FULL
    assert audit(postgres_log) == 1
    with postgres_log.database.write() as connection:
        connection.execute(text("DROP TRIGGER full_disk ON head"))
    postgres_log.append(Append([entry()]))
    assert audit(postgres_log) == 2


def test_a_connection_lost_before_the_commit_leaves_nothing_behind(postgres_log: Log) -> None:
    def cut(connection: Connection) -> None:
        pid = connection.exec_driver_sql("SELECT pg_backend_pid()").scalar_one()
        other = Database(postgres_log.database.url)
        with other.write() as beside:
            beside.exec_driver_sql("SELECT pg_terminate_backend(%s, 5000)", (pid,))
        other.close()

    event.listen(postgres_log.database.engine, "commit", cut, once=True)
    assert refused(postgres_log, 300) is LOST
    postgres_log.append(Append([entry()]))
    assert audit(postgres_log) == 2


def test_an_idle_connection_that_was_cut_is_replaced_unnoticed(postgres_log: Log) -> None:
    other = Database(postgres_log.database.url)
    with other.write() as connection:
        others = "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"
        assert connection.exec_driver_sql(others).all()
    other.close()
    postgres_log.append(Append([entry()]))
    assert audit(postgres_log) == 2


def test_a_read_only_server_is_a_clear_error(postgres_log: Log) -> None:
    name = postgres_log.database.url.database
    with postgres_log.database.write() as connection:
        connection.execute(text(f'ALTER DATABASE "{name}" SET default_transaction_read_only = on'))
    standby = Log.open(postgres_log.database.url.render_as_string(hide_password=False))
    assert refused(standby) is READ_ONLY
    assert audit(standby) == 1
    standby.close()


def test_a_server_or_folder_that_is_not_there_is_a_clear_error(tmp_path: Path) -> None:
    for url in (f"sqlite:///{tmp_path / 'missing' / 'log.db'}", f"postgresql://nobody@/x?host={tmp_path}"):
        with pytest.raises(LogUnavailable) as unavailable:
            Log.open(url)
        assert unavailable.value.trouble is UNREACHABLE


def test_a_file_that_is_no_database_is_a_clear_error(tmp_path: Path) -> None:
    (tmp_path / "log.db").write_bytes(b"not a database " * 1_000)
    with pytest.raises(LogUnavailable) as unavailable:
        Log.open(f"sqlite:///{tmp_path / 'log.db'}")
    assert unavailable.value.trouble is BROKEN
