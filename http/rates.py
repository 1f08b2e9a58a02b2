"""How often somebody may ask: so many requests a minute for each session, key and address, in one burst or spread."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable
from typing import Final

MINUTE_US: Final = 60_000_000
REMEMBERED: Final = 20_000  # callers; the one heard of least recently is forgotten first
STRANGERS_SHARE: Final = 4  # whoever has not signed in may ask a quarter as often
SIGNINS_A_MINUTE: Final = 30  # from one address, whoever it names: each costs a slow hash


class Rates:
    """Counts requests by caller (the generic cell rate algorithm: a burst of one minute's worth, then evenly).

    `clock` gives UTC microseconds; may be used from several threads. A rate of 0 lets everything through.
    """

    def __init__(self, clock: Callable[[], int]) -> None:
        self._clock, self._lock = clock, threading.Lock()
        self._due: OrderedDict[str, int] = OrderedDict()  # caller -> when all so far would have been spread evenly

    def wait_seconds(self, caller: str, a_minute: int) -> int:
        """How long this caller must wait before asking again; 0: go on, and this request is counted."""
        if a_minute <= 0:
            return 0
        now, each = self._clock(), MINUTE_US // a_minute
        with self._lock:
            due = max(self._due.pop(caller, now), now) + each
            ahead = due - now - MINUTE_US
            self._due[caller] = due if ahead <= 0 else due - each
            while len(self._due) > REMEMBERED:
                self._due.popitem(last=False)
        return -(-ahead // 1_000_000) if ahead > 0 else 0
