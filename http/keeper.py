"""Keeps the views caught up while the server runs, in a thread of its own, and says so when it cannot."""

from __future__ import annotations

import threading
import time
from collections import deque
from collections.abc import Callable
from typing import Final, NamedTuple

import structlog

PAUSE_SECONDS: Final = 0.5  # how long a new fact waits at most before the views begin to take it in
AFTER_FAILURE_SECONDS: Final = 5.0
TURNS_AT_ONCE: Final = 3  # may follow each other as they are asked for; who clicks now and then never waits for a turn
AT_ONCE_SECONDS: Final = 1.0  # in each of which so many turns begin at most, however often somebody records


class Keeping(NamedTuple):
    """How it goes: whether the last turn worked, and in which words it did not."""

    is_well: bool
    zh: str = ""
    en: str = ""


class Keeper:
    """Calls `catch_up` again and again until it is stopped.

    While somebody records without end, the turns are few and large: a turn of a hundred facts costs hardly more than one of
    ten, each empties what others have read from the database, and between two turns the answers that are kept stay good.
    """

    def __init__(
        self,
        catch_up: Callable[[], object],
        pause_seconds: float = PAUSE_SECONDS,
        after_failure_seconds: float = AFTER_FAILURE_SECONDS,
        at_once_seconds: float = AT_ONCE_SECONDS,
    ) -> None:
        self._catch_up, self._pause, self._after_failure = catch_up, pause_seconds, after_failure_seconds
        self._at_once = at_once_seconds
        self._stop = threading.Event()
        self._wake = threading.Event()
        self._hurry = threading.Event()
        self._thread: threading.Thread | None = None
        self._state = Keeping(True)

    def start(self) -> None:
        self._thread = threading.Thread(target=self._run, name="keep-views", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """Finish the turn under way and end the thread."""
        self._stop.set()
        self.hurry()
        if self._thread is not None:
            self._thread.join()

    def wake(self) -> None:
        """Something was recorded: do not wait for the pause to end."""
        self._wake.set()

    def hurry(self) -> None:
        """Somebody waits for what was recorded: take the next turn at once, however many there were before it."""
        self._wake.set()
        self._hurry.set()

    def state(self) -> Keeping:
        return self._state

    def turn(self) -> None:
        """Catch up once; a failure is kept in words and logged, never raised: the next turn tries again."""
        try:
            self._catch_up()
        except Exception as problem:
            if self._state.is_well:
                structlog.get_logger().error("the views cannot be caught up", exc_info=problem)
            name = type(problem).__name__
            self._state = Keeping(False, getattr(problem, "zh", "") or name, getattr(problem, "en", "") or name)
        else:
            if not self._state.is_well:
                structlog.get_logger().info("the views catch up again")
            self._state = Keeping(True)

    def _run(self) -> None:
        begun: deque[float] = deque(maxlen=TURNS_AT_ONCE)
        while not self._stop.is_set():
            if len(begun) == TURNS_AT_ONCE:
                self._hurry.wait(max(0.0, begun[0] + self._at_once - time.monotonic()))
            self._hurry.clear()
            self._wake.clear()
            if self._stop.is_set():
                break
            began = time.monotonic()
            begun.append(began)
            self.turn()
            self._stop.wait(
                min(time.monotonic() - began, self._pause)
            )  # half of the time at most, however much is recorded
            self._wake.wait(self._pause if self._state.is_well else self._after_failure)
