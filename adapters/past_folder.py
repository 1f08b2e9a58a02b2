"""Private temporary folders for moments of the past; what a process that was killed left of its own is cleared away.

A folder is held by a lock on a file in it. The lock ends with the process, however that ends, and a later process of the
same id has none; so whoever gets the lock of another's folder knows that nobody needs it any more.
"""

from __future__ import annotations

import os
import shutil
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Final

PREFIX: Final = "taizhang-past-"
HOLDER: Final = "holder"


class HeldFolder:
    """A folder of this process's own, from its making until `cleanup` or the end of the process."""

    def __init__(self) -> None:
        self.path = Path(tempfile.mkdtemp(prefix=PREFIX))
        unheld = self.path / f"{HOLDER}.part"
        self._holder = os.open(unheld, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600)
        _lock(self._holder)
        unheld.rename(self.path / HOLDER)  # under its name it is locked from the first moment

    def cleanup(self) -> None:
        """Throw it away with all that is in it."""
        os.close(self._holder)
        with suppress(OSError):  # a server that starts just now may help
            _throw_away(self.path)


@contextmanager
def held_folder() -> Iterator[Path]:
    """A folder for as long as the block runs."""
    folder = HeldFolder()
    try:
        yield folder.path
    finally:
        folder.cleanup()


def clear_leftovers() -> list[Path]:
    """Throw away this user's folders that no process holds any more; returns them.

    A folder without a holder's file is left alone: it is just being made, or it is not ours.
    """
    if sys.platform == "win32":  # nothing here tells who is gone
        return []
    return [path for path in sorted(Path(tempfile.gettempdir()).glob(f"{PREFIX}*")) if _cleared(path)]


def _cleared(folder: Path) -> bool:
    with suppress(OSError):  # not ours to open, or another server that starts now was quicker
        if folder.is_symlink() or folder.stat().st_uid != os.geteuid():
            return False
        holder = os.open(folder / HOLDER, os.O_RDWR | os.O_NOFOLLOW)
        try:
            if _lock(holder):
                _throw_away(folder)
                return True
        finally:
            os.close(holder)
    return False


def _throw_away(folder: Path) -> None:
    """The holder's file last: whoever is killed on the way leaves a folder that can still be told."""
    for path in folder.iterdir():
        if path.name != HOLDER:
            path.unlink(missing_ok=True)
    shutil.rmtree(folder)


def _lock(descriptor: int) -> bool:
    """Whether nobody else has the lock; then it is held until the descriptor is closed."""
    if sys.platform != "win32":
        import fcntl

        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
    return True
