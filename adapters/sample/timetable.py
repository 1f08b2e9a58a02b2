"""When a sample's facts come in: a clock that can be set, and everybody's work in the order of the days of recording.

A house founded for a sample stands at the programme's first day. Whatever is said then comes in some days after it
happened, as it would have; where the sample ends, the machine's own clock takes over. The clock never goes back, and
what is recorded under it is labelled as of a sample (docs/adr/0019). In any other house all of it comes in at once, now.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Generator, Iterable, Iterator
from datetime import date, datetime, timedelta
from heapq import heappop, heappush
from itertools import groupby
from operator import attrgetter
from typing import Any, Final, NamedTuple

from taizhang.adapters.moments import BEIJING
from taizhang.adapters.orders import Answer, Order
from taizhang.adapters.sample.desk import SOURCE, SampleDesk
from taizhang.domain.core import Actor, Fact, Position
from taizhang.domain.envelope import Source

FIRST_DAY: Final = date(2015, 1, 1)  # on which a house for a sample is founded
OVER: Final = date(2022, 6, 30)  # by then everything is recorded
OPENS: Final = timedelta(hours=9)  # offices do
BETWEEN: Final = timedelta(minutes=3)  # one batch of a day and the next
BATCHES_A_DAY: Final = 160  # then it is evening
SATURDAY, DAYS_A_WEEK = 5, 7
MOST_ORDERS, MOST_FACTS = 400, 10_000  # in one append, except that an order is never divided


class SampleClock:
    """The machine's time; while a sample is recorded, the time at which its next records are said to come in."""

    def __init__(self) -> None:
        self._set_us: int | None = None

    def __call__(self) -> int:
        """UTC microseconds."""
        return _machine_us() if self._set_us is None else self._set_us

    def set(self, us: int) -> None:
        """It is this time from now on, unless it is later already."""
        assert us < _machine_us(), "a sample's time lies in the past"
        self._set_us = max(us, self._set_us or 0)

    def release(self) -> None:
        """It is the machine's time again."""
        self._set_us = None


def first_morning() -> SampleClock:
    """The clock under which a house for a sample is founded."""
    clock = SampleClock()
    clock.set(microseconds_of(FIRST_DAY))
    return clock


class Due(NamedTuple):
    """Orders that come in on a day; none: only the day is waited for."""

    on: date
    orders: tuple[Order, ...] = ()


When = Callable[[date], date]  # the day on which something comes in that happened on a day; never decreasing
Work = Generator[Due, list[Answer], Any]  # somebody's work: what is recorded when; it is sent what became of it
Telling = Generator[Due, list[Answer], list[tuple[Fact, Position]]]  # the same, which ends in what stands where


def at_work(day: date) -> date:
    """The day itself, or the Monday after it."""
    return day + timedelta(days=DAYS_A_WEEK - day.weekday()) if day.weekday() >= SATURDAY else day


def due(day: date, *orders: Order) -> Due:
    """What is to come in on this day, or on the Monday after it; orders without items are left out."""
    return Due(at_work(day), tuple(order for order in orders if order.items))


def after(days: int) -> When:
    """So many days after it happened, or on the Monday after that."""
    return lambda day: at_work(day + timedelta(days=days))


def weekly(weekday: int) -> When:
    """On this day of the week (0 is Monday), the day after it happened at the earliest."""
    return lambda day: day + timedelta(days=1 + (weekday - day.weekday() - 1) % DAYS_A_WEEK)


def told(
    desk: SampleDesk,
    step: str,
    by: Actor,
    facts: Iterable[Fact],
    when: When = after(1),  # noqa: B008 (a pure function)
    *,
    since: date = FIRST_DAY,
    late: str | None = None,
    source_of: Callable[[Fact], Source] = lambda _: SOURCE,
) -> Telling:
    """Facts by one officer, each when it comes in after its day, but nothing before `since`; where each one stands."""
    known = sorted(facts, key=attrgetter("occurred_on"))  # a stable order: what follows from what on one day stays
    stands: list[tuple[Fact, Position]] = []
    for day, part in groupby(known, key=lambda fact: max(when(fact.occurred_on), at_work(since))):
        together = list(part)
        [answer] = yield due(day, desk.order(f"{step}:{day}", by, together, late=late, source_of=source_of))
        for fact, verdict in zip(together, answer.verdicts, strict=True):
            if verdict.position is not None:
                stands.append((fact, Position(verdict.position)))
    return stands


def told_anew(
    desk: SampleDesk,
    step: str,
    by: Actor,
    facts: Callable[[], Iterable[Fact]],
    when: When,
    *,
    since: date,
) -> Work:
    """The same for what goes on for months: facts are made again on each day on which some come in, instead of held."""

    def comes_in(fact: Fact) -> date:
        return max(when(fact.occurred_on), at_work(since))

    for day in sorted({comes_in(fact) for fact in facts()}):
        yield due(day)
        together = sorted((fact for fact in facts() if comes_in(fact) == day), key=attrgetter("occurred_on"))
        yield due(day, desk.order(f"{step}:{day}", by, together))


class Timetable:
    """Does everybody's work day by day; what is due on one day comes in together."""

    def __init__(self, desk: SampleDesk, clock: SampleClock | None) -> None:
        self._desk, self._clock = desk, clock
        self._waiting: list[tuple[date, int, Due, Work]] = []
        self._begun = self._batches = 0
        self._today = FIRST_DAY
        self._set_clock(FIRST_DAY)

    @property
    def today(self) -> date:
        """The day on which things come in now."""
        return self._today

    def begin(self, *works: Work) -> None:
        """Take up these works beside the others."""
        for work in works:
            self._go_on(work, None)

    def run(self) -> None:
        """Go on until nobody has anything left to say. Raises what the desk raises."""
        while self._waiting:
            day = self._waiting[0][0]
            at_once = list(self._next(day))
            self._set_clock(day)
            answers = iter(self._desk.say_all([order for _, each, _ in at_once for order in each.orders]))
            for _, each, work in at_once:
                self._go_on(work, [next(answers) for _ in each.orders])

    def _next(self, day: date) -> Iterator[tuple[int, Due, Work]]:
        orders = facts = 0
        while self._waiting and self._waiting[0][0] == day and orders < MOST_ORDERS and facts < MOST_FACTS:
            _, number, each, work = heappop(self._waiting)
            orders += len(each.orders)
            facts += sum(len(order.items) for order in each.orders)
            yield number, each, work

    def _go_on(self, work: Work, answers: list[Answer] | None) -> None:
        """Let somebody go on to the next thing that is due, today at the earliest."""
        try:
            following = next(work) if answers is None else work.send(answers)
        except StopIteration:
            return
        self._begun += 1
        heappush(self._waiting, (max(following.on, self._today), self._begun, following, work))

    def _set_clock(self, day: date) -> None:
        self._batches = self._batches + 1 if day == self._today else 0
        self._today = day
        if self._clock is not None:
            morning = datetime(day.year, day.month, day.day, tzinfo=BEIJING) + OPENS
            moment = morning + BETWEEN * min(self._batches, BATCHES_A_DAY)
            self._clock.set(int(moment.timestamp()) * 1_000_000)


def microseconds_of(day: date) -> int:
    """The beginning of a Beijing day."""
    return int(datetime(day.year, day.month, day.day, tzinfo=BEIJING).timestamp()) * 1_000_000


def _machine_us() -> int:
    return time.time_ns() // 1000
