"""What views may ask of the log; the log itself stands further out and fits this shape."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol


class StoredFact(Protocol):
    """A fact as the log holds it: still in bytes."""

    @property
    def position(self) -> int: ...

    @property
    def type(self) -> str: ...

    @property
    def recorded_at(self) -> int:
        """UTC microseconds; never decreases from one position to the next."""

    @property
    def leaf(self) -> bytes: ...


class LogEnd(Protocol):
    """The end of the log: its last position and that fact's recording time."""

    @property
    def position(self) -> int: ...

    @property
    def recorded_at(self) -> int: ...


class FactsMissing(Exception):
    """The log ends before the head it names: somebody has taken facts away. Nothing is built from what is left."""

    def __init__(self, after: int, head: int) -> None:
        self.zh = f"日志记有 {head} 条事实,但第 {after} 条之后的已不存在。请运行 taizhang verify 查明,并从备份恢复;在此之前不重建。"
        self.en = (
            f"The log says it holds {head} facts, and none is there after fact {after}. Find out with `taizhang verify` "
            "and restore from a backup; nothing is rebuilt before."
        )
        super().__init__(self.en)


class LogReader(Protocol):
    """Reads facts by position and by tag; never skips one below the head it names."""

    def head(self) -> LogEnd:
        """The end of the log as it stands now."""

    def page(self, after: int, limit: int, upto: int | None = None) -> Sequence[StoredFact]:
        """The first `limit` facts after `after`, up to `upto`, in order, none left out."""

    def tagged(self, tag: str, after: int, limit: int) -> Sequence[StoredFact]:
        """The first `limit` facts after `after` that bear the tag, in order."""

    def at(self, positions: Sequence[int]) -> Sequence[StoredFact]:
        """The facts at these positions, in order; those that do not exist are left out."""
