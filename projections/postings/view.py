"""The view of postings: every fact as a step that a correction replaces at its own recording time, and rows per thing."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

import msgspec
from sqlalchemy import Connection, bindparam, func, or_, select, update

from taizhang.domain.boundary import correction_of
from taizhang.domain.core import Correction, Fact
from taizhang.domain.envelope import outer_of
from taizhang.domain.postings.appraisals import (
    NegativeListEntered,
    NegativeListLifted,
    OfficialAppraised,
)
from taizhang.domain.postings.duty import DutyRecorded, LeaveTaken, VillageWorkRecorded
from taizhang.domain.postings.officials import OfficialSelected, OfficialTransferred
from taizhang.domain.postings.spells import SPELL_FACTS
from taizhang.projections.database import RowWriter
from taizhang.projections.funds.rows import recorded_ordinal
from taizhang.projections.postings.rows import register_view
from taizhang.projections.postings.tables import PostingTables, posting_tables
from taizhang.projections.view import Item, Page, run

STEPS: Final[tuple[type[Fact], ...]] = (
    OfficialSelected,
    *SPELL_FACTS,
    DutyRecorded,
    LeaveTaken,
    VillageWorkRecorded,
    OfficialAppraised,
    NegativeListEntered,
    NegativeListLifted,
)
_encode = msgspec.json.Encoder().encode


class PostingsView:
    """Folds facts about posted officials into steps, and into one row per thing."""

    name = "postings"
    version = 1

    def __init__(self, suffix: str = "") -> None:
        self.tables = tables = PostingTables(suffix) if suffix else posting_tables()
        self.metadata = tables.metadata
        self._register = register_view(tables)
        self._steps = RowWriter(tables.steps)
        classes = [*STEPS, *(one for cls in STEPS if (one := correction_of(cls)) is not None)]
        self._handlers = dict.fromkeys(classes, self._take)
        self.forget()

    def wants(self) -> frozenset[type[Fact]]:
        return self._register.wants().union(self._handlers)

    def fold(self, page: Sequence[Item], connection: Connection) -> None:
        self._register.fold(Page.of(page), connection)
        run(self._handlers, page)

    def write(self, connection: Connection) -> None:
        self._register.write(connection)
        self._steps.insert(connection, self._new)
        self._write_replaced(connection)
        self._clear()

    def forget(self) -> None:
        self._register.forget()
        self._clear()

    def figures(self, connection: Connection) -> dict[str, int]:
        """Rows of each register, and steps in force."""
        steps = self.tables.steps.c
        standing = select(func.count()).where(steps.replaced_at.is_(None), steps.void == 0)
        return self._register.figures(connection) | {"posting_step in force": connection.scalar(standing) or 0}

    def _take(self, item: Item) -> None:
        fact: Any = item.fact
        correction = isinstance(fact, Correction)
        body: Any = fact if not correction else fact.now
        told: Any = body if body is not None else fact.was
        if correction:
            self._replaced.append((item.position, fact.corrects, item.recorded_at))
        by = outer_of(item.leaf).recorded_by
        posting = getattr(told, "posting", None)
        row: tuple[Any, ...] = (
            item.position,
            item.recorded_at,
            told.occurred_on.isoformat(),
            recorded_ordinal(item.recorded_at) - fact.occurred_on.toordinal(),
            fact.TOPIC,
            told.TOPIC.split(".")[1],
            fact.corrects if correction else None,
            int(body is None),
            None,
            posting,
            told.official,
            posting[5:11] if posting is not None else told.region[:6],
            told.to_posting[5:11] if isinstance(told, OfficialTransferred) else None,
            by.officer if by is not None else "",
            _encode((told.TOPIC, told)),
        )
        self._new.append(row)

    def _write_replaced(self, connection: Connection) -> None:
        """Say when a correction took the place of what stood."""
        if not self._replaced:
            return
        c = self.tables.steps.c
        statement = (
            update(self.tables.steps)
            .where(or_(c.position == bindparam("root"), c.corrects == bindparam("root")))
            .where(c.position < bindparam("by"), c.replaced_at.is_(None))
            .values(replaced_at=bindparam("at"))
        )
        names = ("by", "root", "at")
        connection.execute(statement, [dict(zip(names, one, strict=True)) for one in self._replaced])

    def _clear(self) -> None:
        self._new: list[tuple[Any, ...]] = []
        self._replaced: list[tuple[int, int, int]] = []
