"""Asking the views: where they stand, and answers that are kept for whoever asks the same."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Sequence
from functools import partial
from typing import Final, TypeVar

from sqlalchemy import Connection, select

from taizhang.adapters.house import House
from taizhang.http.cuts import TimeBar
from taizhang.http.kept import Stamp
from taizhang.http.once import once
from taizhang.http.reception import Reception
from taizhang.projections.follow import ViewStatus
from taizhang.projections.tables import view_table

T = TypeVar("T")
_MARKS: Final = select(view_table().c.build, view_table().c.position).order_by(view_table().c.name)


class Asking:
    """Somebody who asks, now; a visit is one by an officer."""

    has_done: bool = False  # something just now, after which nothing older than the views is shown

    def __init__(self, reception: Reception) -> None:
        self.reception = reception
        self.house: House = reception.house
        self.oldest: int | None = None  # the lowest position of an answer that was kept for others (see `reckoned`)

    @property
    def acted(self) -> int:
        """The position up to which whoever asks has recorded something: nothing older than that is shown to them."""
        return 0

    @once
    def bar(self) -> TimeBar:
        """The moments that are looked at."""
        return TimeBar()

    @once
    def views(self) -> Sequence[ViewStatus]:
        """How far each view is, read once."""
        self.reception.set_up()
        return self.house.views.status()

    def reckoned(
        self,
        question: Hashable,
        reckon: Callable[[Connection], T],
        *,
        region: str | None = None,
        exactly: bool = False,
    ) -> tuple[int, T]:
        """An answer read in one transaction, and the position that the views had in it; shared with whoever asks the same.

        The question must say all that the answer depends on besides the views, and nothing that the officer may not see
        may be taken out of what comes back. It is never older than what the officer has done.
        `region`: the answer rests on the tables of ledger and register alone (projections/touching.py) and is about this
        region; then it stays the answer of now as long as nothing is recorded about the region. `exactly`: never an older one.
        """
        is_same = None
        if region is not None:
            is_same = partial(self.reception.untouched.is_same, self.house.log, region)
        stamp, value = self.reception.kept.answer(
            question,
            stamp_of(self.views),
            lambda: self._reckon(reckon),
            exactly=exactly or self.has_done,
            least=self.acted,
            is_same=is_same,
        )
        self.oldest = stamp.position if self.oldest is None else min(self.oldest, stamp.position)
        return stamp.position, value

    def _reckon(self, reckon: Callable[[Connection], T]) -> tuple[Stamp, T]:
        with self.house.log.database.read() as connection:
            value = reckon(connection)
            rows = connection.execute(_MARKS).all()
        return Stamp(
            min((row.position for row in rows), default=0), tuple((row.build, row.position) for row in rows)
        ), value


def stamp_of(views: Sequence[ViewStatus]) -> Stamp:
    """Where the views stand, in short."""
    return Stamp(min((one.position for one in views), default=0), tuple((one.build, one.position) for one in views))
