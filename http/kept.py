"""Answers that cost much are not reckoned anew for everybody who asks: as long as nothing is new they are the same.

An answer is a function of its question and of where the views stand; what an officer may see of it is decided after it
was taken from here, so nobody's scope is part of it and nobody's scope is widened by it. While much is recorded the
views move all the time: then an answer may be a little older, by so much as it costs. What takes a tenth of a second to
reckon is given again for five. What takes less than DEAR_SECONDS is so for MOMENT_SECONDS and only in a flood of facts, in
which nobody misses a single one: after a few facts it is reckoned anew, so that who changes something and looks sees it.
What takes less than LIGHT_SECONDS is never older. From the middle of that time on it is reckoned anew behind whoever asks,
so that nobody waits as long as somebody asks now and then. An older answer bears its own position, and the page says so.

An answer about a county that nobody has recorded anything about since is no older one: it is the answer of now.
"""

from __future__ import annotations

import math
import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Hashable
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, field
from typing import Any, Final, NamedTuple, TypeVar

import structlog

T = TypeVar("T")
Same = Callable[["Stamp", "Stamp"], bool]
Turn = Callable[[], AbstractContextManager[object]]
ANSWERS: Final = 512  # kept at most; the one that nobody asked for longest goes first
DEAR_SECONDS: Final = 0.05
LIGHT_SECONDS: Final = 0.004
MOMENT_SECONDS: Final = 2.0
FLOOD_FACTS: Final = 20  # recorded since the answer was reckoned
TIMES_ITS_COST: Final = 50  # renewed at half of that time, one question takes a twenty-fifth of a processor at most
OLDEST_SECONDS: Final = 30.0
RENEWED_AT: Final = 0.5  # of that time


class Stamp(NamedTuple):
    """Where the views stand: the position that all have reached, and each view's build and position."""

    position: int
    views: tuple[tuple[int, int], ...]


class _Given(NamedTuple):
    """What was reckoned, when, and how long it took; put in its place as a whole, so that nobody sees half of it."""

    stamp: Stamp
    value: Any
    since: float
    cost_seconds: float

    def is_good(self, stamp: Stamp, least: float) -> bool:
        """Whether it may be given: nothing is new since, or it costs something, knows of `least` and is not old yet."""
        if self.stamp == stamp or self.stamp.position < least:
            return self.stamp == stamp
        in_a_flood = stamp.position - self.stamp.position >= FLOOD_FACTS and self.cost_seconds >= LIGHT_SECONDS
        return (self.is_dear or in_a_flood) and self.age() < 1

    def age(self) -> float:
        """How much of the time is over in which it may be given though something is new."""
        most = min(OLDEST_SECONDS, max(MOMENT_SECONDS, TIMES_ITS_COST * self.cost_seconds))
        return (time.monotonic() - self.since) / max(most, 1e-9)

    @property
    def is_dear(self) -> bool:
        return self.cost_seconds >= DEAR_SECONDS


@dataclass
class _Answer:
    """One question's answer, and the turn of whoever reckons it."""

    turn: threading.Lock = field(default_factory=threading.Lock)
    given: _Given | None = None

    def at(self, stamp: Stamp, is_same: Same | None) -> _Given | None:
        """What was given; as of now where it still is the answer."""
        given = self.given
        if given is None or given.stamp == stamp or is_same is None or not is_same(given.stamp, stamp):
            return given
        settled = given._replace(stamp=stamp)
        if stamp.position > given.stamp.position:
            self.given = settled
        return settled


class Kept:
    """What was reckoned lately. Threads share it; `older` lets an answer be older than the views.

    What is reckoned anew behind whoever asks takes a `turn` like the pages, unless it is dear: two at once hold each other up.
    """

    def __init__(self, *, older: bool = False, turn: Turn = nullcontext) -> None:
        self._older, self._turn = older, turn
        self._renewing = ThreadPoolExecutor(max_workers=1, thread_name_prefix="renew")
        self._lock = threading.Lock()
        self._answers: OrderedDict[Hashable, _Answer] = OrderedDict()

    def answer(
        self,
        question: Hashable,
        stamp: Stamp,
        reckon: Callable[[], tuple[Stamp, T]],
        *,
        exactly: bool = False,
        least: int = 0,
        is_same: Same | None = None,
    ) -> tuple[Stamp, T]:
        """The answer and where the views stood for it; reckoned by one, while the others wait or take the older one.

        An older one is of the position `least` or later: who has recorded something there finds it in what they see.
        `is_same` says whether an answer given where the views stood once is the answer where they stand now.
        """
        oldest = math.inf if exactly or not self._older else least
        kept = self._of(question)
        given = kept.at(stamp, is_same)
        if given is not None and given.is_good(stamp, oldest):
            if given.stamp != stamp and given.age() > RENEWED_AT and kept.turn.acquire(blocking=False):
                try:
                    self._renewing.submit(_renew, kept, reckon, nullcontext if given.is_dear else self._turn)
                except RuntimeError:  # the server is ending
                    kept.turn.release()
            return given.stamp, given.value
        may_wait = given is None or given.stamp.position < oldest or not given.is_dear
        if not kept.turn.acquire(blocking=may_wait):
            assert given is not None
            return given.stamp, given.value
        try:
            given = kept.at(stamp, is_same)
            if given is None or not given.is_good(stamp, oldest):  # else somebody has reckoned it meanwhile
                given = kept.given = _reckoned(reckon)
            return given.stamp, given.value
        finally:
            kept.turn.release()

    def close(self) -> None:
        """Reckon nothing any more behind anybody."""
        self._renewing.shutdown(wait=True, cancel_futures=True)

    def _of(self, question: Hashable) -> _Answer:
        with self._lock:
            kept = self._answers.setdefault(question, _Answer())
            self._answers.move_to_end(question)
            while len(self._answers) > ANSWERS:
                self._answers.popitem(last=False)
            return kept


def _reckoned(reckon: Callable[[], tuple[Stamp, Any]]) -> _Given:
    began = time.monotonic()
    stamp, value = reckon()
    now = time.monotonic()
    return _Given(stamp, value, now, now - began)


def _renew(kept: _Answer, reckon: Callable[[], tuple[Stamp, Any]], turn: Turn) -> None:
    """Reckon anew behind whoever asked; the turn is held already. What fails is reckoned by the next who must wait."""
    try:
        with turn():
            kept.given = _reckoned(reckon)
    except Exception as problem:
        structlog.get_logger().warning("an answer could not be renewed", exc_info=problem)
    finally:
        kept.turn.release()
