"""Moments of the past, each folded once into a database of its own and kept for whoever asks for the same.

A moment takes seconds or, with a million facts, a minute. So it is folded behind whoever asks, one after the other, and
in a process of its own where a server has others to answer; who comes too early is told how far it is. The last few
are kept in a private temporary folder, which goes when this is closed, or when the next server starts (see past_folder.py).
"""

from __future__ import annotations

import subprocess
import sys
import threading
from collections import OrderedDict
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

import msgspec
import structlog
from sqlalchemy import Connection

from taizhang.adapters.database import Database
from taizhang.adapters.log.log import Log
from taizhang.adapters.past_folder import HeldFolder, held_folder
from taizhang.projections.past import Moment, Unfoldable, fold_past, moment_of
from taizhang.projections.replay import Cuts

KEPT: Final = 4  # moments; of a million facts each takes half a gigabyte
WAITING_MOST: Final = 8  # moments that are asked for and not begun: who asks for one more asks again later
PATIENT_MOST: Final = 4  # who wait at once: each holds a thread of the server that others need
END_SECONDS: Final = 10.0
Progress = Callable[[int, int], None]


class Order(msgspec.Struct, frozen=True):
    """What the other process is told: the log, the file to fold into, and the moment."""

    log: str
    file: str
    moment: Moment


class Told(msgspec.Struct, frozen=True, omit_defaults=True):
    """What it says, a line each: how far it is, or what went wrong in both languages; `over`: it is done."""

    done: int = 0
    total: int = 0
    over: bool = False
    zh: str = ""
    en: str = ""


class UnderWay(Exception):
    """The moment is being folded, or waits for its turn: `done` of `total` facts."""

    def __init__(self, done: int, total: int) -> None:
        super().__init__(f"The past is being folded: {done:,} of {total:,} facts. Ask again in a moment.")
        self.zh = f"正在还原该时点:{total:,} 条事实中已完成 {done:,} 条。请稍后再查。"
        self.done, self.total = done, total


class PastFailed(Exception):
    """The moment could not be folded; says why in both languages."""

    def __init__(self, zh: str, en: str) -> None:
        super().__init__(en)
        self.zh = zh


@dataclass
class _Kept:
    """One moment: how far it is, and its database once it is over."""

    total: int
    done: int = 0
    readers: int = 0
    over: threading.Event = field(default_factory=threading.Event)
    trouble: Exception | None = None
    database: Database | None = None


class Past:
    """The moments of one house that somebody asked for. Threads may share it."""

    def __init__(self, log: Log, *, apart: bool = False, kept: int = KEPT) -> None:
        self._log, self._apart, self._most = log, apart, kept
        self._lock = threading.Lock()
        self._kept: OrderedDict[Moment, _Kept] = OrderedDict()
        self._patient = threading.BoundedSemaphore(PATIENT_MOST)
        self._pool = ThreadPoolExecutor(max_workers=1, thread_name_prefix="past")
        self._folder: HeldFolder | None = None
        self._child: subprocess.Popen[bytes] | None = None
        self._number = 0
        self._is_closed = False

    def moment(self, cuts: Cuts) -> Moment:
        """The moment that the cuts name now."""
        return moment_of(self._log, cuts)

    def begin(self, moment: Moment) -> None:
        """Have the moment folded, if it is not there or under way."""
        with self._lock:
            self._asked(moment)

    @contextmanager
    def reading(self, moment: Moment, patience_seconds: float) -> Iterator[Connection]:
        """The views and leads of the moment.

        Raises UnderWay when they are not there within the patience, or at once where enough others wait; PastFailed.
        """
        with self._lock:
            one = self._asked(moment)
            if one is None:
                raise UnderWay(0, moment.position)
            one.readers += 1
        try:
            if not one.over.is_set() and not self._waited(one, patience_seconds):
                raise UnderWay(one.done, one.total)
            if one.trouble is not None:
                raise one.trouble
            assert one.database is not None
            with one.database.read() as connection:
                yield connection
        finally:
            with self._lock:
                one.readers -= 1
                self._drop_old(moment if one.trouble is not None else None)

    def close(self) -> None:
        """End what is under way and throw everything away."""
        self._is_closed = True
        if (child := self._child) is not None:
            child.terminate()
        self._pool.shutdown(wait=True, cancel_futures=True)
        with self._lock:
            for one in self._kept.values():
                if one.database is not None:
                    one.database.close()
            self._kept.clear()
            if self._folder is not None:
                self._folder.cleanup()
                self._folder = None

    def _waited(self, one: _Kept, patience_seconds: float) -> bool:
        """Whether it came to be over while one waited."""
        if not self._patient.acquire(blocking=False):
            return False
        try:
            return one.over.wait(patience_seconds)
        finally:
            self._patient.release()

    def _asked(self, moment: Moment) -> _Kept | None:
        """The moment, begun if need be; None: too many wait."""
        one = self._kept.get(moment)
        if one is None:
            if sum(not other.over.is_set() for other in self._kept.values()) > WAITING_MOST:
                return None
            one = self._kept[moment] = _Kept(moment.position)
            self._folder = self._folder or HeldFolder()
            self._number += 1
            self._pool.submit(self._make, moment, one, self._folder.path / f"{self._number}.db")
        self._kept.move_to_end(moment)
        return one

    def _drop_old(self, failed: Moment | None) -> None:
        """Throw the longest unasked away, and a failed one, so that who asks again tries again."""
        if failed is not None:
            self._kept.pop(failed, None)
        idle = [moment for moment, one in self._kept.items() if one.over.is_set() and not one.readers]
        for moment in idle[: max(0, len(self._kept) - self._most)]:
            database = self._kept.pop(moment).database
            if database is not None:
                _throw_away(database)

    def _make(self, moment: Moment, one: _Kept, file: Path) -> None:
        def progress(done: int, total: int) -> None:
            one.done, one.total = done, total

        try:
            if self._apart:
                self._fold_apart(moment, file, progress)
                one.database = Database(f"sqlite:///{file}")
            else:
                one.database = Database(f"sqlite:///{file}")
                fold_past(self._log, one.database, moment, progress)
        except Exception as problem:
            if not self._is_closed:
                structlog.get_logger().error("a moment of the past cannot be folded", exc_info=problem)
            en = str(problem) if isinstance(problem, (Unfoldable, PastFailed)) else type(problem).__name__
            one.trouble = PastFailed(getattr(problem, "zh", "") or en, en)
        finally:
            one.over.set()

    def _fold_apart(self, moment: Moment, file: Path, progress: Progress) -> None:
        """Fold in a process of its own, so that whoever reads does not wait for it."""
        url = self._log.database.url.render_as_string(hide_password=False)
        child = self._child = subprocess.Popen(
            [sys.executable, "-m", "taizhang.adapters.past_apart"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            start_new_session=True,  # Ctrl-C is meant for the server, which then closes this
        )
        told = Told()
        try:
            assert child.stdin is not None
            assert child.stdout is not None
            with suppress(OSError):  # it died, which the missing answer says too
                child.stdin.write(msgspec.json.encode(Order(url, str(file), moment)) + b"\n")
                child.stdin.close()
            for line in child.stdout:
                told = msgspec.json.decode(line, type=Told)
                progress(told.done, told.total)
        finally:
            self._child = None
            _end(child)
        if not told.over:
            raise PastFailed(
                told.zh or "还原该时点的进程中途退出。请稍后再查。",
                told.en or "The process that folds the past ended early. Ask again in a moment.",
            )


@contextmanager
def folded(log: Log, cuts: Cuts, progress: Progress | None = None) -> Iterator[Connection]:
    """The views and leads of a moment, folded here and now, for one call.

    Raises Unfoldable.
    """
    with held_folder() as folder:
        database = Database(f"sqlite:///{folder / 'past.db'}")
        try:
            fold_past(log, database, moment_of(log, cuts), progress)
            with database.read() as connection:
                yield connection
        finally:
            database.close()


def _throw_away(database: Database) -> None:
    database.close()
    for ending in ("", "-wal", "-shm"):
        Path(f"{database.url.database}{ending}").unlink(missing_ok=True)


def _end(child: subprocess.Popen[bytes]) -> None:
    """Wait for its end, or make one; its pipes are closed."""
    try:
        child.wait(END_SECONDS)
    except subprocess.TimeoutExpired:
        child.kill()
        child.wait()
    for stream in (child.stdin, child.stdout):
        if stream is not None:
            with suppress(OSError):
                stream.close()
