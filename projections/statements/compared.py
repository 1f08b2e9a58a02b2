"""A statement's claimed figures beside the ledger's own: as known at its position then, and as known now, fact by fact."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

import msgspec
from sqlalchemy import ColumnElement, Connection, select

from taizhang.domain.core import Correction
from taizhang.domain.envelope import opened
from taizhang.domain.log import LogReader
from taizhang.domain.statements import ClaimedFigure
from taizhang.projections.ends import end_at
from taizhang.projections.ledger_query import difference
from taizhang.projections.replay import NOW, Cuts
from taizhang.projections.scope import Scope, on, period_of, stem_of
from taizhang.projections.statements.money import REPORTED, money_difference
from taizhang.projections.statements.tables import statement_tables

FACTS_MOST = 200  # told behind one difference; the rest is counted


class Filed(NamedTuple):
    """One statement as filed; `filed_on` is `2016-12-31`."""

    statement: str
    region: str
    period: str
    programme_kind: str
    filed_on: str
    claimed: tuple[ClaimedFigure, ...]
    known_position: int
    report: str
    document: str
    stated_by: str
    position: int


class Later(NamedTuple):
    """A fact recorded after the statement's position that changed a figure, by how much."""

    position: int
    recorded_at: int
    change: int
    correction: bool
    late_addition: bool


class Figure(NamedTuple):
    """One figure: as claimed, as the ledger had it at the statement's position, as it has it now."""

    measure: str
    claimed: int
    then: int
    now: int
    later: tuple[Later, ...]
    later_in_all: int

    @property
    def unexplained(self) -> int:
        """What was claimed beyond the ledger of then: no fact stood behind it."""
        return self.claimed - self.then


class Compared(NamedTuple):
    """A statement with each of its figures; `then` is the recording time of its position, UTC microseconds."""

    filed: Filed
    then: int
    figures: tuple[Figure, ...]
    corrections_since: int
    additions_since: int


def statements(connection: Connection, log: LogReader, region: str = "620000", cuts: Cuts = NOW) -> list[Filed]:
    """The statements of a region and everything in it, as far as filed at the cuts, the latest first."""
    t = statement_tables().statements
    query = (
        select(t)
        .where(t.c.region.startswith(stem_of(region), autoescape=True), *_filed_by(log, cuts))
        .order_by(t.c.filed_on.desc(), t.c.position.desc())
    )
    return [_filed(row) for row in connection.execute(query)]


def statement_of(connection: Connection, log: LogReader, statement: str, cuts: Cuts = NOW) -> Filed | None:
    """One statement, or None when nobody had filed it."""
    t = statement_tables().statements
    query = select(t).where(t.c.statement == statement, *_filed_by(log, cuts))
    row = connection.execute(query).one_or_none()
    return None if row is None else _filed(row)


def _filed_by(log: LogReader, cuts: Cuts) -> Iterator[ColumnElement[bool]]:
    c = statement_tables().statements.c
    if cuts.as_recorded_at is not None:
        yield c.position <= end_at(log, cuts.as_recorded_at).position
    if cuts.as_effective_on is not None:
        yield c.filed_on <= on(c.filed_on, cuts.as_effective_on)


def compared(connection: Connection, log: LogReader, filed: Filed, now: Cuts = NOW) -> Compared:
    """Each claimed figure beside the ledger's own then and now, with the facts that came in between."""
    [stored] = log.at([filed.known_position])
    kind, period = period_of(filed.period) or ("all", "")
    scope = Scope(filed.region, period_kind=kind, period=period, programme_kind=filed.programme_kind)
    figures, seen = [], dict[int, Later]()
    for claim in filed.claimed:
        if claim.measure in REPORTED:
            before, after, effects = money_difference(connection, scope, claim.measure, stored.recorded_at, now)
        else:
            before, after, effects = difference(connection, log, scope, claim.measure, stored.recorded_at, now)
        told = [_later(log, one) for one in effects[:FACTS_MOST]]
        seen |= {one.position: one for one in told}
        figures.append(Figure(claim.measure, claim.amount, before, after, tuple(told), len(effects)))
    return Compared(
        filed,
        stored.recorded_at,
        tuple(figures),
        sum(one.correction for one in seen.values()),
        sum(one.late_addition for one in seen.values()),
    )


def _later(log: LogReader, effect: Any) -> Later:
    [stored] = log.at([effect.position])
    recorded = opened(stored.position, stored.leaf)
    return Later(
        effect.position,
        effect.recorded_at,
        effect.change,
        isinstance(recorded.fact, Correction),
        recorded.addition is not None,
    )


def _filed(row: Any) -> Filed:
    claimed = msgspec.json.decode(row.claimed, type=tuple[ClaimedFigure, ...])
    plain = {name: getattr(row, name) for name in Filed._fields}
    return Filed(**{**plain, "claimed": claimed, "filed_on": str(row.filed_on)})
