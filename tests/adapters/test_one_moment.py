"""While a moment lasts a thread's reads share one transaction: they see one moment of the log, until the thread writes."""

from __future__ import annotations

import threading
from collections.abc import Iterator

import pytest
from log_samples import entry

from taizhang.adapters.log.log import Append, Log


@pytest.fixture
def log(engine_url: str) -> Iterator[Log]:
    log = Log.open(engine_url)
    log.append(Append([entry()]))
    yield log
    log.close()


def _elsewhere(log: Log) -> None:
    """Somebody else records one more fact meanwhile."""
    thread = threading.Thread(target=lambda: log.append(Append([entry()])))
    thread.start()
    thread.join()


def test_what_others_record_meanwhile_is_seen_after_it(log: Log) -> None:
    with log.database.one_moment():
        assert log.head().position == 1
        _elsewhere(log)
        assert log.head().position == 1
        with log.database.one_moment():  # within one there is no other
            assert len(log.page(0, 10)) == 1
    assert log.head().position == 2


def test_it_begins_with_the_first_read(log: Log) -> None:
    with log.database.one_moment():
        _elsewhere(log)
        assert log.head().position == 2


def test_after_ones_own_write_a_later_moment_is_read(log: Log) -> None:
    with log.database.one_moment():
        assert log.head().position == 1
        _elsewhere(log)
        log.append(Append([entry()]))
        assert log.head().position == 3
        _elsewhere(log)
        assert log.head().position == 3


def test_whoever_is_in_the_middle_of_reading_goes_on_while_the_thread_writes(log: Log) -> None:
    with log.database.one_moment(), log.database.read() as connection:
        assert log.head().position == 1
        log.append(Append([entry()]))
        assert log.head().position == 2
        with log.database.read() as later:
            assert later is not connection
        assert connection.exec_driver_sql("SELECT count(*) FROM fact").scalar() == 1


def test_other_threads_and_what_fails_are_not_held_by_it(log: Log) -> None:
    found: list[int] = []
    with pytest.raises(RuntimeError):
        _fails_in_the_middle(log, found)
    assert found == [2]
    assert log.head().position == 2


def _fails_in_the_middle(log: Log, found: list[int]) -> None:
    with log.database.one_moment():
        assert log.head().position == 1
        _elsewhere(log)
        thread = threading.Thread(target=lambda: found.append(log.head().position))
        thread.start()
        thread.join()
        raise RuntimeError
