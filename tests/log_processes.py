"""Starts the jobs of log_children.py in processes of their own."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

PROGRAM = Path(__file__).with_name("log_children.py")


class Child:
    """Another process with a job; it is told by lines and answers by lines."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self._process = process

    def tell(self, line: str = "") -> None:
        assert self._process.stdin is not None
        self._process.stdin.write(line + "\n")
        self._process.stdin.flush()

    def hear(self) -> str:
        """The next line it says; empty when it has ended."""
        assert self._process.stdout is not None
        return self._process.stdout.readline().strip()

    def kill(self) -> list[str]:
        """End it as `kill -9` does; return what it had still said."""
        self._process.kill()
        self._process.wait()
        assert self._process.stdout is not None
        return self._process.stdout.read().split()


@contextmanager
def child(job: str, *arguments: str) -> Iterator[Child]:
    """A process that does this job until the block ends."""
    command = [sys.executable, str(PROGRAM), job, *arguments]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        try:
            yield Child(process)
        finally:
            process.kill()
