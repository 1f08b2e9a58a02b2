"""The views are kept level in a process of their own, so that whoever reads does not wait for whoever folds.

Python runs one thread of a process at a time: while the server's own thread folded facts and judged leads, every reader
waited for its turn many times over. Run as a module this is that process: the first line that comes in names the log,
each further one asks for a turn, and each turn is answered by a line that says how it went. Rules are judged beside the
turns, and rest after each run four times as long as it took: a large house does not judge all the time. The process ends
when its input ends, as it does when its maker dies.
"""

from __future__ import annotations

import os
import subprocess
import sys
import threading
import time
from contextlib import suppress
from typing import BinaryIO, Final

import msgspec
import structlog

from taizhang.adapters.log.log import Log
from taizhang.adapters.told_plainly import tell_plainly
from taizhang.projections.follow import Follower
from taizhang.projections.views import all_views

RESTS: Final = 4  # times as long as the last run of the rules took
END_SECONDS: Final = 10.0  # how long it may take to end of its own accord
_encode: Final = msgspec.json.Encoder().encode


class Turn(msgspec.Struct):
    """How a turn went: what went wrong, in both languages; nothing when it went well."""

    zh: str = ""
    en: str = ""


_turn: Final = msgspec.json.Decoder(Turn).decode


class ViewsStandStill(Exception):
    """The other process could not bring the views level; says why."""

    def __init__(self, zh: str, en: str) -> None:
        super().__init__(en)
        self.zh, self.en = zh, en


class ViewsApart:
    """Asks the other process for turns, and starts it, also again after it died. For one thread at a time."""

    def __init__(self, log_url: str) -> None:
        self._url = log_url
        self._child: subprocess.Popen[bytes] | None = None
        self._closed = False

    def catch_up(self) -> None:
        """Bring the views level with the log, and wait until they are.

        Raises ViewsStandStill.
        """
        child = self._running()
        if child is None:
            return
        answer = b""
        with suppress(OSError, ValueError):  # it died, which the missing answer says too
            _write(child.stdin, b"\n")
            answer = _lines(child.stdout).readline()
        if self._closed:
            return
        if not answer:
            self._end(child)
            raise ViewsStandStill(
                "跟进视图的进程已退出,将自动重启。",
                "The process that keeps the views has ended; it is started again.",
            )
        told = _turn(answer)
        if told.en:
            raise ViewsStandStill(told.zh, told.en)

    def close(self) -> None:
        """End the other process, whatever it does: a follower that stops in the middle leaves nothing half done."""
        self._closed = True
        if self._child is not None:
            self._end(self._child)

    def _running(self) -> subprocess.Popen[bytes] | None:
        if self._closed:
            return None
        if self._child is None or self._child.poll() is not None:
            self._child = subprocess.Popen(
                [sys.executable, "-m", "taizhang.adapters.views_apart"],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                start_new_session=True,  # Ctrl-C is meant for the server, which then closes this
            )
            with suppress(OSError):
                _write(self._child.stdin, _encode(self._url) + b"\n")
        return self._child

    def _end(self, child: subprocess.Popen[bytes]) -> None:
        child.terminate()
        try:
            child.wait(END_SECONDS)
        except subprocess.TimeoutExpired:  # it hangs, or somebody has stopped it
            child.kill()
            child.wait()
        for stream in (child.stdin, child.stdout):
            if stream is not None:
                with suppress(OSError):
                    stream.close()


class _Judging:
    """Lets views that conclude from the others' rows do so, in a thread of its own."""

    def __init__(self, follower: Follower) -> None:
        self._follower = follower
        self._due = threading.Event()
        self.trouble: Exception | None = None
        threading.Thread(target=self._run, name="judge", daemon=True).start()

    def wake(self) -> None:
        self._due.set()

    def _run(self) -> None:
        while True:
            self._due.wait()
            self._due.clear()
            began = time.monotonic()
            try:
                self._follower.settle()
            except Exception as problem:
                structlog.get_logger().error("the rules cannot be run", exc_info=problem)
                self.trouble = problem
            else:
                self.trouble = None
            time.sleep(RESTS * (time.monotonic() - began))


def serve(source: BinaryIO, out: BinaryIO) -> None:
    """Take a turn for each line that comes in, until there are no more."""
    first = source.readline()
    if not first:
        return
    log = Log.open(msgspec.json.decode(first, type=str))
    follower = Follower(log, log.database, all_views())
    judging = _Judging(follower)
    while source.readline():
        try:
            follower.catch_up(on_the_way=True)
        except Exception as problem:
            structlog.get_logger().error("the views cannot be caught up", exc_info=problem)
            told = _told(problem)
        else:
            told = Turn() if judging.trouble is None else _told(judging.trouble)
        _write(out, _encode(told) + b"\n")
        judging.wake()


def _told(problem: Exception) -> Turn:
    name = type(problem).__name__
    return Turn(getattr(problem, "zh", "") or name, getattr(problem, "en", "") or name)


def _write(out: object, data: bytes) -> None:
    stream: BinaryIO = out  # type: ignore[assignment]
    stream.write(data)
    stream.flush()


def _lines(source: object) -> BinaryIO:
    return source  # type: ignore[return-value]


def main() -> int:
    """The process itself; whatever goes wrong, its maker starts it again."""
    tell_plainly()
    out = os.fdopen(os.dup(sys.stdout.fileno()), "wb")
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())  # nobody else may write between the lines
    serve(sys.stdin.buffer, out)
    return 0


if __name__ == "__main__":
    os._exit(main())  # the rules may be running: what they read is not waited for
