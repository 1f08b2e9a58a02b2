"""A second process for long files: it meets people in the vault while the first one decides about those before.

When nobody waits for it, it brings the views level with what the first one has recorded, if it was asked to. `main` is
that process: frames of msgpack come in, answers go out in their order. What it holds is the house's own
vault and keys, handed over through its standard input, and the keys of who is new, with which whoever has time reckons
the commitments; nothing of it is ever on a command line.
"""

from __future__ import annotations

import os
import queue
import subprocess
import sys
import threading
from collections.abc import Callable, Sequence
from contextlib import suppress
from typing import BinaryIO

import msgspec

from taizhang.adapters.importing.following import FEW_FACTS, Following
from taizhang.adapters.vault.arrivals import Arrival, Met, Welcomed, reckoned, welcomed
from taizhang.adapters.vault.keys import VaultKeys
from taizhang.adapters.vault.vault import Vault

LENGTH_BYTES = 4
IDLE_SECONDS = 0.05  # how often somebody idle looks whether there is enough to follow; a frame wakes at once
Answer = Callable[[], list[Welcomed]]
Frames = queue.Queue["bytes | None"]


class Opening(msgspec.Struct):
    """The first frame: which vault, and its keys; which log's views to keep level, if any."""

    url: str
    keys: VaultKeys
    log_url: str | None = None


class Request(msgspec.Struct):
    """People to welcome, as of this moment in UTC microseconds. The last one welcomes nobody: nothing more is recorded."""

    now_us: int
    arrivals: list[Arrival]
    is_last: bool = False


_encode = msgspec.msgpack.Encoder().encode
_answer = msgspec.msgpack.Decoder(list[Met])


class SecondProcess:
    """Welcomes people elsewhere, and follows the log at `log_url`. Close it, also after an error."""

    def __init__(self, vault: Vault, url: str, keys: VaultKeys, now_us: int, log_url: str | None = None) -> None:
        self._vault, self._now_us = vault, now_us
        self._child = subprocess.Popen(
            [sys.executable, "-m", "taizhang.adapters.importing.second_begins"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
        )
        assert self._child.stdin is not None
        assert self._child.stdout is not None
        self._out: BinaryIO = self._child.stdin  # type: ignore[assignment]
        self._in: BinaryIO = self._child.stdout  # type: ignore[assignment]
        self._answers: Frames = queue.Queue()
        self._reader = threading.Thread(target=_read_all, args=(self._in, self._answers), daemon=True)
        self._reader.start()
        self._send(_encode(Opening(url, keys, log_url)))

    def welcome(self, arrivals: Sequence[Arrival]) -> Answer:
        """Begin to welcome these people; call the answer to wait for who they are, in the order of asking.

        A process that died or met an error is no harm: the answer then comes from this one, as welcoming twice is once.
        """
        asked = list(arrivals)
        sent = self._send(_encode(Request(self._now_us, asked)))

        def answer() -> list[Welcomed]:
            frame = self._answers.get() if sent else None
            if frame:
                return welcomed(asked, _answer.decode(frame))
            self._answers.put(None)  # nothing more will come
            return self._vault.welcome(asked)

        return answer

    def all_recorded(self) -> None:
        """Say that nothing more is recorded: the process brings its views level and ends; whoever closes it waits."""
        self._send(_encode(Request(self._now_us, [], is_last=True)))

    def close(self) -> None:
        """Let the process end, and wait for it."""
        with suppress(BrokenPipeError):
            self._out.close()
        self._child.wait()
        self._reader.join()
        self._in.close()

    def _send(self, frame: bytes) -> bool:
        try:
            _write(self._out, frame)
        except (BrokenPipeError, ValueError):
            return False
        return True


def _write(out: BinaryIO, frame: bytes) -> None:
    out.write(len(frame).to_bytes(LENGTH_BYTES, "big") + frame)
    out.flush()


def _read(source: BinaryIO) -> bytes | None:
    head = source.read(LENGTH_BYTES)
    if len(head) < LENGTH_BYTES:
        return None
    frame = source.read(int.from_bytes(head, "big"))
    return frame if len(frame) == int.from_bytes(head, "big") else None


def _read_all(source: BinaryIO, frames: Frames) -> None:
    while (frame := _read(source)) is not None:
        frames.put(frame)
    frames.put(None)


def serve(source: BinaryIO, out: BinaryIO) -> None:
    """Answer requests until there are no more; on an error end without an answer, and without a word of the data."""
    first = _read(source)
    if first is None:
        return
    opening = msgspec.msgpack.decode(first, type=Opening)
    requests = msgspec.msgpack.Decoder(Request)
    now_us = [0]
    frames: Frames = queue.Queue()
    threading.Thread(target=_read_all, args=(source, frames), daemon=True).start()
    vault = Vault.open(opening.url, opening.keys, clock=lambda: now_us[0])
    following = Following(opening.log_url)
    try:
        while (frame := _next(frames, following)) is not None:
            request = requests.decode(frame)
            if request.is_last:
                following.finish()
                following.close()
                continue  # to the end of the frames: a thread must not be left reading when the process goes
            now_us[0] = request.now_us
            met = vault.meet(request.arrivals)
            if frames.empty() and not following.is_due():  # nobody waits: what the first one need not do
                met = reckoned(request.arrivals, met)
            _write(out, _encode(met))
    finally:
        following.close()
        vault.close()


def _next(frames: Frames, following: Following) -> bytes | None:
    """The next frame; while none is there the views take a step at a time. None at the end."""
    while following.goes_on:
        try:
            return frames.get(timeout=0 if following.step() else IDLE_SECONDS)
        except queue.Empty:
            following.step(FEW_FACTS)
    return frames.get()


def main() -> int:
    """The process itself; whatever goes wrong, its maker does the work instead."""
    out = os.fdopen(os.dup(sys.stdout.fileno()), "wb")
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())  # nobody else may write between the frames
    try:
        serve(sys.stdin.buffer, out)
    except Exception:
        return 1
    return 0
