"""What may be vouched for: a head that is on the disk, and files that are either whole or not there.

A commit that somebody with `synchronous_commit = off` made is visible before it is durable; a power cut takes it back.
So the head is read behind a write of our own that is flushed: everything committed before is then on the disk too.
"""

from __future__ import annotations

import os
import secrets
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import Connection, func, select

from taizhang.adapters.database import Database
from taizhang.adapters.log.log import Head
from taizhang.adapters.log.merkle import Edge
from taizhang.adapters.log.tables import HEAD

_HEAD = select(HEAD.c.position, HEAD.c.recorded_at, HEAD.c.edge, HEAD.c.origin).where(HEAD.c.id == 1)
_FLUSH = select(func.set_config("synchronous_commit", "on", True)).where(
    func.current_setting("synchronous_commit") == "off"
)


def durable_head(database: Database) -> Head:
    """The end of the log, on the disk by the time this returns. Raises LogUnavailable."""
    if not database.is_sqlite:
        with database.write() as connection:
            connection.execute(_FLUSH)
            return head_in(connection, lock=True)  # the lock is a write: its commit flushes what came before
    with database.read() as connection:
        head = head_in(connection)
    assert database.url.database is not None
    for name in (f"{database.url.database}-wal", database.url.database):
        if Path(name).exists():
            _flush(Path(name))
    return head


def head_in(connection: Connection, *, lock: bool = False) -> Head:
    """The end of the log as this transaction sees it. ValueError when its edge does not fit its size."""
    position, recorded_at, edge, origin = connection.execute(_HEAD.with_for_update() if lock else _HEAD).one()
    return Head(position, recorded_at, Edge.from_bytes(position, edge), origin)


def write_whole(path: Path, data: bytes, mode: int = 0o644) -> None:
    """Put a file in its place, whole and on the disk, or leave what was there."""
    unfinished = path.with_name(f".{path.name}.{secrets.token_hex(4)}.part")
    descriptor = os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode)
    with os.fdopen(descriptor, "wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
    unfinished.replace(path)
    if os.name == "posix":
        _flush(path.parent)


@contextmanager
def locked(path: Path) -> Iterator[None]:
    """Hold this lock file alone, among threads and processes; it is let go when a process dies."""
    with path.open("a+b") as file:
        _lock(file.fileno())
        yield


def _lock(descriptor: int) -> None:
    if sys.platform == "win32":
        import msvcrt

        msvcrt.locking(descriptor, msvcrt.LK_LOCK, 1)
    else:
        import fcntl

        fcntl.flock(descriptor, fcntl.LOCK_EX)


def _flush(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
