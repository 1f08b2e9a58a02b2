"""One work in many parts, done by several processes of which this one is one: nobody waits for another one to hand him his part."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import suppress
from multiprocessing import get_all_start_methods, get_context
from multiprocessing.connection import Connection
from multiprocessing.sharedctypes import Synchronized
from typing import Any, Final, TypeVar

R = TypeVar("R")
LOCKED_SECONDS: Final = 5.0  # the lock is held for a microsecond: after so long its holder is dead


def done(work: Callable[[int], R], count: int, processes: int) -> Iterator[tuple[int, R]]:
    """`work(number)` for each number below `count`, beside the number, as they get done.

    `work` can be pickled. What another process took and never gave back, because somebody ended it, is done here.
    """
    if processes == 1 or count < 2:
        yield from ((number, work(number)) for number in range(count))
        return
    alone = threading.active_count() == 1 and "fork" in get_all_start_methods()
    context = get_context("fork") if alone else get_context("spawn")  # fork begins at once; threads do not survive it
    taken: Synchronized[int] = context.Value("L", 0)
    pipes, helpers = [], []
    for _ in range(min(processes, count) - 1):
        here, there = context.Pipe(duplex=False)
        helper = context.Process(target=_help, args=(work, count, taken, there), daemon=True)
        helper.start()
        there.close()
        pipes.append(here)
        helpers.append(helper)
    try:
        yield from _all(work, count, taken, pipes)
    finally:
        for helper in helpers:
            helper.terminate()  # it has given back everything, or nobody wants it any more
            helper.join()


def _all(
    work: Callable[[int], R], count: int, taken: Synchronized[int], pipes: list[Connection]
) -> Iterator[tuple[int, R]]:
    missing = set(range(count))
    for number in _next(taken, count):
        missing.discard(number)
        yield number, work(number)
        for pipe in pipes:
            for given, result in _given(pipe, wait=False):
                missing.discard(given)
                yield given, result
    for pipe in pipes:
        for given, result in _given(pipe, wait=True):
            missing.discard(given)
            yield given, result
    for number in sorted(missing):
        yield number, work(number)


def _given(pipe: Connection, *, wait: bool) -> Iterator[tuple[int, Any]]:
    """What a helper has given back by now; waiting: until it is done, or dead."""
    with suppress(EOFError, OSError):
        while wait or pipe.poll():
            yield pipe.recv()


def _help(work: Callable[[int], R], count: int, taken: Synchronized[int], out: Connection) -> None:
    for number in _next(taken, count):
        out.send((number, work(number)))


def _next(taken: Synchronized[int], count: int) -> Iterator[int]:
    """Numbers that nobody has taken, one after the other."""
    lock, at = taken.get_lock(), taken.get_obj()
    while lock.acquire(timeout=LOCKED_SECONDS):
        try:
            number, at.value = at.value, at.value + 1
        finally:
            lock.release()
        if number >= count:
            return
        yield number
