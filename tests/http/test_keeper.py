"""The keeper: catches up again and again, survives failures, and says when it stands still."""

from __future__ import annotations

import threading

from taizhang.http.keeper import TURNS_AT_ONCE, Keeper


def test_a_woken_keeper_catches_up_without_waiting_for_its_pause() -> None:
    turns = threading.Semaphore(0)
    keeper = Keeper(turns.release, pause_seconds=3600)
    keeper.start()
    assert turns.acquire(timeout=30)
    keeper.wake()
    assert turns.acquire(timeout=30)
    keeper.stop()


def test_who_records_without_end_has_only_so_many_turns_at_once() -> None:
    turns = threading.Semaphore(0)
    keeper = Keeper(turns.release, pause_seconds=0, at_once_seconds=3600)
    keeper.start()
    for _ in range(TURNS_AT_ONCE):
        assert turns.acquire(timeout=30)
        keeper.wake()
    assert not turns.acquire(timeout=0.2)
    keeper.hurry()
    assert turns.acquire(timeout=30), "who waits for what was recorded waits for no turn"
    keeper.stop()
    assert not turns.acquire(blocking=False), "who stops it waits for no turn either, and none comes after"


def test_a_failure_is_said_in_both_languages_and_ends_with_the_next_good_turn() -> None:
    class Broken(Exception):
        zh, en = "数据库不可用", "the database is not available"

    failing = [True]

    def catch_up() -> None:
        if failing[0]:
            raise Broken

    keeper = Keeper(catch_up)
    keeper.turn()
    assert keeper.state() == (False, "数据库不可用", "the database is not available")
    failing[0] = False
    keeper.turn()
    assert keeper.state().is_well


def test_a_stopped_keeper_leaves_no_thread_behind() -> None:
    keeper = Keeper(lambda: None, pause_seconds=0.001)
    keeper.start()
    keeper.stop()
    assert not any(thread.name == "keep-views" and thread.is_alive() for thread in threading.enumerate())
