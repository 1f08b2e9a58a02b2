"""What about inspections stands at one of two moments only."""

from __future__ import annotations

from sqlalchemy import Connection, select

from taizhang.projections.funds.cuts import differs
from taizhang.projections.inspections.tables import inspection_tables
from taizhang.projections.replay import Cuts
from taizhang.projections.scope import stem_of


def recorded_between(connection: Connection, region: str, earlier: Cuts, later: Cuts, limit: int) -> list[int]:
    """Positions, in order, of what about a region's inspections one of the moments knows and the other does not."""
    c, stem = inspection_tables().facts.c, stem_of(region[:6])
    here = c.region.startswith(stem, autoescape=True), differs(c, earlier, later)
    query = select(c.position).where(*here).order_by(c.position)
    return [int(one) for one in connection.scalars(query.limit(limit))]
