"""How things are measured: both sides in turns (A B A B …) in one process, each round by itself, medians of all rounds.

A contender gets the number of its round and gives back what it did and how long that took; what it prepares before the
clock starts does not count, on either side. Rates are work a second, so a ratio above 1 means that ours is faster.
"""

from __future__ import annotations

import os
import platform
import sqlite3
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import NamedTuple

import msgspec

LATEST = Path(__file__).parent / "latest.json"


class Size(msgspec.Struct, frozen=True, kw_only=True):
    """How much work a run does. The defaults are what `make bench` measures; tests take far less."""

    rounds: int = 7
    batches: int = 10  # a round of appends
    batch: int = 1000
    singles: int = 200  # a round of appends one by one
    persons: int = 4000  # of the sample that is folded and asked
    events: int = 2000  # that the library's runner is given
    rows: int = 50_000  # of a roster
    columns: int = 20
    questions: int = 20
    leaves: int = 100_000
    enrolments: int = 200_000  # of the programme in which faults are planted
    enrolments_many: int = 1_000_000  # of the one in which the issue asks for a full run within a minute
    web_facts: int = 1_000_000  # behind the web server
    web_readers: int = 50
    web_seconds: float = 60.0  # a round of readers
    line_payments: int = 100_000  # made on one line before the next ones are timed


class Measured(NamedTuple):
    """What a round did, in the comparison's unit, and the seconds it took."""

    amount: int
    seconds: float


Round = Callable[[int], Measured]


class Result(msgspec.Struct, frozen=True, kw_only=True):
    """One line of latest.json; `ours` and `rival` are medians in `unit`, `ratio` is ours divided by rival."""

    name: str
    ours: float
    rival: float
    rival_name: str
    unit: str
    ratio: float
    machine: str


class Comparison(NamedTuple):
    """Something to compare: `prepare` opens both sides for as long as the stack stands open."""

    name: str
    rival_name: str
    unit: str
    prepare: Callable[[Size, ExitStack], tuple[Round, Round]]
    rounds_most: int = 100


class NotHere(Exception):
    """This comparison needs something that this machine does not have; says what."""


def compared(comparison: Comparison, size: Size) -> Result:
    """Run both sides in turns and give the medians.

    Raises NotHere.
    """
    rates: tuple[list[float], list[float]] = ([], [])
    with ExitStack() as stack:
        sides = comparison.prepare(size, stack)
        for number in range(min(size.rounds, comparison.rounds_most)):
            for side, found in zip(sides, rates, strict=True):
                amount, seconds = side(number)
                assert amount > 0, f"{comparison.name}: a round did nothing"
                found.append(amount / max(seconds, 1e-9))
    ours, rival = (statistics.median(found) for found in rates)
    return Result(
        name=comparison.name,
        ours=_rounded(ours),
        rival=_rounded(rival),
        rival_name=comparison.rival_name,
        unit=comparison.unit,
        ratio=round(ours / rival, 3),
        machine=machine(),
    )


@contextmanager
def timing() -> Iterator[list[float]]:
    """Time a block; the seconds stand in the list afterwards."""
    seconds: list[float] = []
    start = time.perf_counter()
    yield seconds
    seconds.append(time.perf_counter() - start)


def timed(amount: int, work: Callable[[], object]) -> Measured:
    """Do this work once and say how long it took."""
    with timing() as seconds:
        work()
    return Measured(amount, seconds[0])


def folder(stack: ExitStack) -> Path:
    """A folder that is gone afterwards; TMPDIR says on which disk."""
    return Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="taizhang-bench-")))


def keep(results: list[Result], path: Path = LATEST) -> list[Result]:
    """Write these results into the file; those of other comparisons stay."""
    standing = {one.name: one for one in read(path)}
    standing |= {one.name: one for one in results}
    kept = [standing[name] for name in sorted(standing)]
    path.write_bytes(msgspec.json.format(msgspec.json.encode(kept), indent=2) + b"\n")
    return kept


def read(path: Path = LATEST) -> list[Result]:
    """The results that stand in the file."""
    return msgspec.json.decode(path.read_bytes(), type=list[Result]) if path.exists() else []


def machine() -> str:
    """What the figures were measured on."""
    python = f"{platform.python_implementation()} {platform.python_version()}"
    return f"{os.cpu_count()} cores {platform.machine()}, {python}, SQLite {sqlite3.sqlite_version}"


def _rounded(rate: float) -> float:
    return round(rate, 3 if rate < 100 else 0)
