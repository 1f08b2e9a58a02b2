"""How long something that counts its rows will go on, by how fast it went the last few times that it told."""

from __future__ import annotations

from collections import deque
from typing import Final

LOOKED_BACK: Final = 8  # times told: a long file's own speed soon counts, and not how long it took to open


class Pace:
    """What was told: when (seconds of some steady clock), and how many rows were done then."""

    def __init__(self) -> None:
        self._told: deque[tuple[float, int]] = deque(maxlen=LOOKED_BACK)

    def tell(self, now_seconds: float, done: int) -> None:
        self._told.append((now_seconds, done))

    def left_seconds(self, now_seconds: float, rows: int) -> float | None:
        """How long the rows up to `rows` will still take, at least a second; None while nobody can tell."""
        told = list(self._told)
        if len(told) < 2 or told[-1][1] <= told[0][1]:
            return None
        (began, before), (last, done) = told[0], told[-1]
        spent = last - began
        return max(1.0, (rows - done) * spent / (done - before) - (now_seconds - last))
