"""What a view is: a fold of facts into rows of its own tables."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import cache
from typing import Any, Generic, NamedTuple, Protocol, TypeVar

import msgspec
from sqlalchemy import Connection, MetaData

from taizhang.domain.core import Fact, LateAddition
from taizhang.domain.envelope import body_of, fact_classes, outer_of
from taizhang.domain.log import StoredFact

B = TypeVar("B")


class Item(NamedTuple):
    """A fact of a page, decoded once for all views."""

    position: int
    recorded_at: int  # UTC microseconds
    fact: Fact
    addition: LateAddition | None
    leaf: bytes  # for what only one view wants to know of it


class ViewFailed(Exception):
    """A view could not fold the fact at `position`."""

    def __init__(self, position: int, cause: Exception) -> None:
        super().__init__(f"{type(cause).__name__}: {cause}")
        self.position = position


class View(Protocol):
    """Folds pages into rows. It reads and reckons in `fold`, and writes only in `write`.

    The same facts give the same rows, whoever replays them and however they are paged. What it remembers from one
    page to the next is dropped by `forget`; then it reads its own tables again.
    """

    name: str
    version: int  # a new one when the same facts would give other rows
    metadata: MetaData

    def wants(self) -> frozenset[type[Fact]]:
        """The classes of facts it looks at; corrections are named too."""

    def fold(self, page: Sequence[Item], connection: Connection) -> None:
        """Take in a page, in memory. Raises ViewFailed."""

    def write(self, connection: Connection) -> None:
        """Write the rows that changed since the last `write`."""

    def forget(self) -> None:
        """Drop everything remembered."""

    def figures(self, connection: Connection) -> dict[str, int]:
        """Control totals by name, to compare one build of the tables with the next."""


class ViewType(Protocol):
    """Makes a view whose tables' names end in `suffix`."""

    def __call__(self, suffix: str = "") -> View: ...


def run(handlers: Mapping[Any, Callable[[Item], None]], page: Sequence[Item]) -> None:
    """Give each fact of the page to its handler; whatever goes wrong is told with the fact's position."""
    item = None
    try:
        for item in page:
            handler = handlers.get(type(item.fact))
            if handler is not None:
                handler(item)
    except Exception as cause:
        assert item is not None
        raise ViewFailed(item.position, cause) from cause


class _Whole(msgspec.Struct, Generic[B], gc=False):
    """A leaf with its body; the rest of the envelope is skipped."""

    body: B
    addition: LateAddition | None = None


class PageDecoder:
    """Decodes the facts that some view wants, each once; the others are not even looked at."""

    def __init__(self, wanted: frozenset[type[Fact]]) -> None:
        classes = fact_classes()
        lifted = {name for cls in wanted for name in getattr(cls, "LIFTS", {})}
        self._decoders = {name: _decoder(cls) for name, cls in classes.items() if cls in wanted}
        self._decoders |= dict.fromkeys(lifted, None)

    def items(self, page: Sequence[StoredFact]) -> list[Item]:
        """The wanted facts of the page, in order. Raises msgspec.DecodeError on a damaged leaf."""
        decoders, items = self._decoders, []
        rows: Any = page  # records of four values each
        for position, type_name, recorded_at, leaf in rows:
            if type_name in decoders:
                decode = decoders[type_name]
                if decode is None:
                    outer = outer_of(leaf)
                    items.append(Item(position, recorded_at, body_of(type_name, outer.body), outer.addition, leaf))
                else:
                    whole = decode(leaf)
                    items.append(Item(position, recorded_at, whole.body, whole.addition, leaf))
        return items


@cache
def _decoder(cls: Any) -> Any:
    return msgspec.json.Decoder(_Whole[cls]).decode
