"""What regions are called: by the name that holds on the asked day, as known at the asked time."""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy import Connection, func, select

from taizhang.projections.database import chunks
from taizhang.projections.replay import NOW, Cuts
from taizhang.projections.tables_dated import dated_tables
from taizhang.projections.versions import known_at


def region_names(
    connection: Connection, cuts: Cuts = NOW, codes: Collection[str] | None = None, *, digits: int | None = None
) -> dict[str, str]:
    """The name of each of these regions (None: of all, or of all whose codes have so many digits) at the cuts.

    It is the latest by that day; a region that was named only later bears its first name. Nobody knew of those left out.
    """
    tables = dated_tables()
    t = known_at(tables.names, tables.versions[tables.names.name], cuts.as_recorded_at).c
    query = select(t.region, t.since, t.name)
    query = query.where(func.length(t.region) == digits) if digits is not None else query
    query = query.order_by(t.region, t.since, t.position)
    parts = [query] if codes is None else [query.where(t.region.in_(part)) for part in chunks(sorted(set(codes)))]
    day = None if cuts.as_effective_on is None else cuts.as_effective_on.isoformat()
    found: dict[str, str] = {}
    for part in parts:
        for region, since, name in connection.execute(part):
            if region not in found or day is None or str(since) <= day:
                found[region] = name
    return found
