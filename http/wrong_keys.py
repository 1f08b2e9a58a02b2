"""Who keeps sending wrong keys: after five from one address the door stays shut to it for a quarter of an hour."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable
from typing import Final

from taizhang.adapters.signin import LOCK_SECONDS, TRIES_BEFORE_LOCK

REMEMBERED: Final = 10_000  # addresses; the one heard of least recently is forgotten first


class WrongKeys:
    """Counts wrong keys by address. `clock` gives UTC microseconds; may be used from several threads."""

    def __init__(self, clock: Callable[[], int]) -> None:
        self._clock, self._lock = clock, threading.Lock()
        self._counts: OrderedDict[str, tuple[int, int]] = OrderedDict()  # address -> wrong keys so far, since when

    def locked_seconds(self, address: str) -> int:
        """How long the door stays shut to this address; 0 when it is open."""
        with self._lock:
            count, since = self._counts.get(address, (0, 0))
            left_us = since + LOCK_SECONDS * 1_000_000 - self._clock()
            if left_us <= 0:
                self._counts.pop(address, None)
            return -(-left_us // 1_000_000) if count >= TRIES_BEFORE_LOCK and left_us > 0 else 0

    def count(self, address: str) -> None:
        """One more wrong key came from this address."""
        with self._lock:
            so_far, _ = self._counts.pop(address, (0, 0))
            self._counts[address] = so_far + 1, self._clock()
            while len(self._counts) > REMEMBERED:
                self._counts.popitem(last=False)

    def forget(self, address: str) -> None:
        """A right key came from this address."""
        with self._lock:
            self._counts.pop(address, None)
