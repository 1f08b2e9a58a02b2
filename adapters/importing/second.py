"""A second process for long files: it welcomes people in the vault while the first one decides about those before.

Run as a module it is that process: frames of msgpack come in, answers go out in their order. What it holds is the
house's own vault and keys, handed over through its standard input; nothing of it is ever on a command line.
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

from taizhang.adapters.vault.keys import VaultKeys
from taizhang.adapters.vault.vault import Arrival, Vault, Welcomed

LENGTH_BYTES = 4
Answer = Callable[[], list[Welcomed]]


class Opening(msgspec.Struct):
    """The first frame: which vault, and its keys."""

    url: str
    keys: VaultKeys


class Request(msgspec.Struct):
    """People to welcome, as of this moment in UTC microseconds."""

    now_us: int
    arrivals: list[Arrival]


_encode = msgspec.msgpack.Encoder().encode
_answer = msgspec.msgpack.Decoder(list[Welcomed])


class SecondProcess:
    """Welcomes people elsewhere. Close it, also after an error."""

    def __init__(self, vault: Vault, url: str, keys: VaultKeys, now_us: int) -> None:
        self._vault, self._now_us = vault, now_us
        self._child = subprocess.Popen(
            [sys.executable, "-m", "taizhang.adapters.importing.second"], stdin=subprocess.PIPE, stdout=subprocess.PIPE
        )
        assert self._child.stdin is not None
        assert self._child.stdout is not None
        self._out: BinaryIO = self._child.stdin  # type: ignore[assignment]
        self._in: BinaryIO = self._child.stdout  # type: ignore[assignment]
        self._answers: queue.Queue[bytes | None] = queue.Queue()
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()
        self._send(_encode(Opening(url, keys)))

    def welcome(self, arrivals: Sequence[Arrival]) -> Answer:
        """Begin to welcome these people; call the answer to wait for who they are, in the order of asking.

        A process that died or met an error is no harm: the answer then comes from this one, as welcoming twice is once.
        """
        asked = list(arrivals)
        sent = self._send(_encode(Request(self._now_us, asked)))

        def answer() -> list[Welcomed]:
            frame = self._answers.get() if sent else None
            if frame:
                return _answer.decode(frame)
            self._answers.put(None)  # nothing more will come
            return self._vault.welcome(asked)

        return answer

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

    def _read(self) -> None:
        while (frame := _read(self._in)) is not None:
            self._answers.put(frame)
        self._answers.put(None)


def _write(out: BinaryIO, frame: bytes) -> None:
    out.write(len(frame).to_bytes(LENGTH_BYTES, "big") + frame)
    out.flush()


def _read(source: BinaryIO) -> bytes | None:
    head = source.read(LENGTH_BYTES)
    if len(head) < LENGTH_BYTES:
        return None
    frame = source.read(int.from_bytes(head, "big"))
    return frame if len(frame) == int.from_bytes(head, "big") else None


def serve(source: BinaryIO, out: BinaryIO) -> None:
    """Answer requests until there are no more; on an error end without an answer, and without a word of the data."""
    first = _read(source)
    if first is None:
        return
    opening = msgspec.msgpack.decode(first, type=Opening)
    requests = msgspec.msgpack.Decoder(Request)
    now_us = [0]
    vault = Vault.open(opening.url, opening.keys, clock=lambda: now_us[0])
    try:
        while (frame := _read(source)) is not None:
            request = requests.decode(frame)
            now_us[0] = request.now_us
            _write(out, _encode(vault.welcome(request.arrivals)))
    finally:
        vault.close()


def main() -> int:
    """The process itself; whatever goes wrong, its maker does the work instead."""
    out = os.fdopen(os.dup(sys.stdout.fileno()), "wb")
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())  # nobody else may write between the frames
    try:
        serve(sys.stdin.buffer, out)
    except Exception:
        return 1
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
