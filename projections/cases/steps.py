"""Every step with leads and cases as recorded, for questions about any past moment and day."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

import msgspec
from sqlalchemy import Connection, bindparam, or_, select, update

from taizhang.domain.boundary import correction_of
from taizhang.domain.core import Correction, Fact
from taizhang.domain.envelope import body_of
from taizhang.domain.leads.rules import code_in
from taizhang.projections.cases.tables import CaseTables, case_tables
from taizhang.projections.database import RowWriter
from taizhang.projections.funds.cuts import differs
from taizhang.projections.replay import Cuts
from taizhang.projections.scope import on, stem_of
from taizhang.projections.view import Item, run

_encode: Final = msgspec.json.Encoder().encode
_decode: Final = msgspec.json.Decoder(tuple[str, msgspec.Raw]).decode


class Steps:
    """Keeps each fact of some classes as a row that a correction replaces at its own recording time."""

    def __init__(self, tables: CaseTables, classes: Sequence[type[Fact]]) -> None:
        self._table = tables.steps
        self._writer = RowWriter(tables.steps)
        corrections = (one for cls in classes if (one := correction_of(cls)) is not None)
        self.handlers: Mapping[Any, Any] = dict.fromkeys([*classes, *corrections], self._take)
        self.clear()

    def fold(self, page: Sequence[Item]) -> None:
        """Take in the facts of a page. Raises ViewFailed."""
        run(self.handlers, page)

    def write(self, connection: Connection) -> None:
        self._writer.insert(connection, self._new)
        if self._replaced:
            c = self._table.c
            statement = (
                update(self._table)
                .where(c.first_position == bindparam("root"), c.position < bindparam("by"), c.replaced_at.is_(None))
                .values(replaced_at=bindparam("at"))
            )
            connection.execute(statement, self._replaced)
        self.clear()

    def clear(self) -> None:
        self._new: list[tuple[Any, ...]] = []
        self._replaced: list[dict[str, int]] = []

    def _take(self, item: Item) -> None:
        fact: Any = item.fact
        first, body, void = item.position, fact, 0
        if isinstance(fact, Correction):
            first, void = fact.corrects, int(fact.now is None)
            body = fact.was if fact.now is None else fact.now
            self._replaced.append({"by": item.position, "root": first, "at": item.recorded_at})
        case = getattr(body, "case", None)
        region = getattr(body, "region", "") or (code_in(case) if case else None)
        about = (body.occurred_on.isoformat(), body.TOPIC, void, region, case)
        self._new.append((item.position, first, item.recorded_at, None, *about, _encode((body.TOPIC, body))))


def facts_at(connection: Connection, cuts: Cuts, case: str | None = None) -> dict[int, Fact]:
    """What had been done with leads and cases at the cuts, by first position, in the order of the log; `case`: with one."""
    c = case_tables().steps.c
    query = select(c.first_position, c.state).where(c.void == 0).order_by(c.first_position)
    at, day = cuts
    if at is None:
        query = query.where(c.replaced_at.is_(None))
    else:
        query = query.where(c.recorded_at <= at, or_(c.replaced_at.is_(None), c.replaced_at > at))
    if day is not None:
        query = query.where(c.effective_on <= on(c.effective_on, day))
    if case is not None:
        query = query.where(c.case_id == case)
    found = {}
    for first, state in connection.execute(query):
        topic, body = _decode(bytes(state))
        found[int(first)] = body_of(topic, body)
    return found


def recorded_between(connection: Connection, region: str, earlier: Cuts, later: Cuts, limit: int) -> list[int]:
    """Positions, in order, of what was done in a region and one of the moments knows and the other does not."""
    c, stem = case_tables().steps.c, stem_of(region[:6])
    here = c.region.startswith(stem, autoescape=True), differs(c, earlier, later)
    query = select(c.position).where(*here).order_by(c.position)
    return [int(one) for one in connection.scalars(query.limit(limit))]
