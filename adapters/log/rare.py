"""Where the facts of rare types stand. The log only grows: what was looked through once is not looked through again.

No index on types lies in the database: every append would pay for it, and what is asked for by its type alone is rare
(rules, targets, refused attempts). So the first question looks through the whole log, and each later one through what
was recorded since. Types of which there are many are left to the database: their first page is soon full.
"""

from __future__ import annotations

import threading
from array import array
from bisect import bisect_right
from collections import OrderedDict
from collections.abc import Sequence
from functools import cache
from typing import Any, Final

from sqlalchemy import Connection, Select, bindparam, select

from taizhang.adapters.database import fetched
from taizhang.adapters.log.tables import FACT
from taizhang.projections.database import among, listed

RARE: Final = 20_000  # facts; of more the positions are not remembered
QUESTIONS: Final = 64  # sets of types that are remembered, each at most RARE positions of 8 bytes


class _Known:
    """The positions of some types up to `upto`; None: there are too many."""

    def __init__(self) -> None:
        self.positions: array[int] | None = array("q")
        self.upto = 0


class RarePositions:
    """Remembers positions by types. Threads may share it."""

    def __init__(self) -> None:
        self._turn = threading.Lock()
        self._known: OrderedDict[frozenset[str], _Known] = OrderedDict()

    def between(self, connection: Connection, types: Sequence[str], after: int, upto: int) -> list[int] | None:
        """The positions of facts of these types after `after` and up to `upto`, in order; None: ask the database.

        `upto` lies within the log: what is recorded later would be taken for looked through.
        """
        with self._turn:  # one looks through the log, the others use what it found
            key = frozenset(types)
            known = self._known.setdefault(key, _Known())
            self._known.move_to_end(key)
            while len(self._known) > QUESTIONS:
                self._known.popitem(last=False)
            if known.positions is not None and known.upto < upto:
                _extend(connection, known, sorted(key), upto)
            if known.positions is None:
                return None
            return known.positions[bisect_right(known.positions, after) : bisect_right(known.positions, upto)].tolist()

    def newest(self, connection: Connection, types: Sequence[str], after: int, upto: int, limit: int) -> list[int]:
        """The positions of the newest `limit` of these facts, the newest first, whether there are many or few."""
        positions = self.between(connection, types, after, upto)
        if positions is not None:
            return positions[: -limit - 1 : -1]
        values = {"types": listed(connection, sorted({*types})), "after": after, "upto": upto, "limit": limit}
        return [position for (position,) in fetched(connection, _backwards(connection.dialect.name), values)]


def _extend(connection: Connection, known: _Known, types: list[str], upto: int) -> None:
    assert known.positions is not None
    room = RARE + 1 - len(known.positions)
    values = {"types": listed(connection, types), "after": known.upto, "upto": upto, "limit": room}
    found = fetched(connection, _positions(connection.dialect.name), values)
    if len(found) == room:
        known.positions = None
        return
    known.positions.extend(position for (position,) in found)
    known.upto = upto


@cache
def _positions(dialect: str) -> Select[Any]:
    return _of_types(dialect).order_by(FACT.c.position)


@cache
def _backwards(dialect: str) -> Select[Any]:
    return _of_types(dialect).order_by(FACT.c.position.desc())


def _of_types(dialect: str) -> Select[Any]:
    return (
        select(FACT.c.position)
        .where(FACT.c.position > bindparam("after"), FACT.c.position <= bindparam("upto"))
        .where(among(FACT.c.type, dialect, "types"))
        .limit(bindparam("limit"))
    )
