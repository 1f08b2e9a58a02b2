"""Pages are made one after the other, in the order in which they were asked for.

Python runs one thread at a time, and whoever asks the database passes its turn on with each row. Twenty pages made at
once are therefore all ready at the end, later than the last of twenty made one after the other: each row of the one waits
for the reckoning of the others. Whoever takes long does not keep the others waiting: they begin beside it.
"""

from __future__ import annotations

import threading
import time
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

AT_ONCE: Final = 1  # two pass Python's turn to and fro with each row: reads at the 99th percentile took twice as long
AT_ONCE_AFAR: Final = 8  # a database of its own answers each statement over the network: meanwhile others reckon
LONG_SECONDS: Final = 0.1  # most pages take a tenth of it; after this the next one begins


class _Waiter:
    """Whoever is next, or will be: woken when it may be time to begin."""

    def __init__(self) -> None:
        self.woken = threading.Semaphore(0)


class Turns:
    """Lets so many threads at once do what is short, first come, first served."""

    def __init__(self, at_once: int = AT_ONCE, long_seconds: float = LONG_SECONDS) -> None:
        self._at_once, self._long = at_once, long_seconds
        self._lock = threading.Lock()
        self._waiting: deque[_Waiter] = deque()
        self._begun: dict[object, float] = {}  # whoever is at it, and since when

    @contextmanager
    def turn(self) -> Iterator[None]:
        """Wait for one's turn, and pass it on at the end."""
        me = _Waiter()
        self._begin(me)
        try:
            yield
        finally:
            with self._lock:
                del self._begun[me]
                self._wake_next()

    def __len__(self) -> int:
        """How many are at it, or wait."""
        with self._lock:
            return len(self._begun) + len(self._waiting)

    def _begin(self, me: _Waiter) -> None:
        with self._lock:
            self._waiting.append(me)
        while True:
            with self._lock:
                is_next = self._waiting[0] is me
                seconds = self._seconds_until_free() if is_next else None
                if is_next and seconds == 0:
                    self._waiting.popleft()
                    self._begun[me] = time.monotonic()
                    self._wake_next()  # there may be room for one more
                    return
            me.woken.acquire(timeout=seconds)

    def _seconds_until_free(self) -> float:
        """Until the next may begin; 0: at once."""
        now = time.monotonic()
        short = sorted(since for since in self._begun.values() if now - since < self._long)
        return 0 if len(short) < self._at_once else short[-self._at_once] + self._long - now

    def _wake_next(self) -> None:
        if self._waiting:
            self._waiting[0].woken.release()
