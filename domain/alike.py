"""What the rows of one officer's batch have in common: checks that need not be made again for every row."""

from __future__ import annotations

from typing import Any

from taizhang.domain.boundary import GuardBook, Watched
from taizhang.domain.core import Slice
from taizhang.domain.sealing import SealGuard, seal_rows


class Alike:
    """What was found for one row and holds for those like it.

    Whether the officer may do it hangs on the kind of decision and the region; whether the ledger is open, on the
    county; which facts a row must know, on the guard rows of the kinds that were looked at. Within a batch nothing but
    a move of such a row, or a seal, can change that.
    """

    def __init__(self, watched: Watched | None = None) -> None:
        self.entitled: set[tuple[type[Slice], str | None]] = set()
        self.unsealed: set[str | None] = set()
        self._kinds = {SealGuard.KIND}.union(watched.kinds if watched is not None else ())

    def holds(self, book: GuardBook) -> bool:
        """Whether nothing has moved in the batch that could change what was found."""
        return book.moved_kinds.isdisjoint(self._kinds)

    def note_unsealed(self, book: Any, county: str | None) -> None:
        """Remember a county whose ledger no seal binds at all."""
        if not any(book[row].seals for row in seal_rows(county)):
            self.unsealed.add(county)
