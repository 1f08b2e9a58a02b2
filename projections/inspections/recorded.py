"""What was recorded about inspections between two times."""

from __future__ import annotations

from sqlalchemy import Connection, select

from taizhang.projections.inspections.tables import inspection_tables
from taizhang.projections.scope import stem_of


def recorded_between(connection: Connection, region: str, since: int, until: int | None, limit: int) -> list[int]:
    """Positions, in order, of what was recorded about a region's inspections after `since`, until `until` (None: now)."""
    c = inspection_tables().facts.c
    stem = stem_of(region[:6])
    query = select(c.position).where(c.recorded_at > since, c.region.startswith(stem, autoescape=True))
    if until is not None:
        query = query.where(c.recorded_at <= until)
    return [int(one) for one in connection.scalars(query.order_by(c.position).limit(limit))]
