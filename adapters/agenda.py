"""An order's items on their way to a decision: those that are alike together, every other with its own slice."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from taizhang.adapters.orders import Attempt, Order
from taizhang.domain.boundary import GuardBook, GuardKey, Watched
from taizhang.domain.core import RegionCode, Selector
from taizhang.domain.decisions import Deciding, Proposal
from taizhang.domain.together import Boundary, Together


class Agenda:
    """What an order's items must read. First `rows` and the seals of `counties`; with their states the boundaries."""

    def __init__(self, order: Order) -> None:
        self._items, self._by = order.items, order.by
        self.together = Together(order.items, order.by)
        self._alone: dict[int, Deciding] = {}
        for place, kind in enumerate(self.together.kinds):
            if kind is None:
                self.alone(place)

    def rows(self) -> Iterator[GuardKey]:
        """The guard rows to read."""
        for deciding in self._alone.values():
            yield from deciding.rows()
        yield from self.together.rows()

    def counties(self) -> set[RegionCode | None]:
        """The counties whose seals bind what is proposed."""
        return self.together.counties().union([deciding.county for deciding in self._alone.values()])

    def settle(self, book: GuardBook) -> None:
        """With the guard rows at hand: whoever turns out to have some of their own is decided alone."""
        for place in self.together.let_go(book):
            self.alone(place)

    def selectors(self, watched: Watched) -> list[Sequence[Selector]]:
        """The facts to read for those that are decided alone."""
        return [deciding.selectors(watched) for deciding in self._alone.values()]

    def boundaries(self, watched: Watched) -> list[Boundary]:
        """The facts to read for those that are alike."""
        return self.together.boundaries(watched)

    def proposed(self) -> Iterator[Deciding]:
        """The decisions made alone."""
        yield from self._alone.values()

    def alone(self, place: int) -> Deciding | Attempt:
        """The item at this place, to be decided for itself whatever it is like."""
        item = self._items[place]
        if not isinstance(item, Proposal):
            return item
        if place not in self._alone:
            self._alone[place] = Deciding(item, self._by)
        return self._alone[place]
