"""The outside lists that were taken in, with how many of their rows are about somebody of this log."""

from __future__ import annotations

from typing import Any, NamedTuple

from sqlalchemy import Connection, func, select

from taizhang.domain.outside import ListKind
from taizhang.projections.outside.tables import known, outside_tables
from taizhang.projections.replay import NOW, Cuts
from taizhang.projections.scope import on, stem_of


class StandingList(NamedTuple):
    """One list as known at a recording time; days are `2016-12-31`."""

    outside_list: str
    list_kind: ListKind
    region: str
    made_by: str
    dated_on: str
    covers_since: str | None
    covers_until: str | None
    file: str
    rows: int
    matched: int
    unmatched: int  # counted, not kept
    unusable: int
    names_differ: int
    document: str
    position: int
    recorded_at: int


def outside_lists(connection: Connection, region: str = "620000", cuts: Cuts = NOW) -> list[StandingList]:
    """The lists about a region or anything in it, the latest first."""
    tables, at = outside_tables(), cuts.as_recorded_at
    t, e = tables.lists, tables.entries
    counted = (
        select(e.c.outside_list, func.count().label("matched"), func.sum(e.c.name_differs).label("differ"))
        .where(known(e, at))
        .group_by(e.c.outside_list)
        .subquery()
    )
    c = t.c
    query = (
        select(t, counted.c.matched, counted.c.differ)
        .join_from(t, counted, counted.c.outside_list == c.outside_list, isouter=True)
        .where(known(t, at), c.region.startswith(stem_of(region), autoescape=True))
        .order_by(c.dated_on.desc(), c.outside_list)
    )
    if cuts.as_effective_on is not None:
        query = query.where(c.dated_on <= on(c.dated_on, cuts.as_effective_on))
    return [_row(row) for row in connection.execute(query)]


def _row(row: Any) -> StandingList:
    matched = row.matched or 0
    return StandingList(
        *(row.outside_list, row.list_kind, row.region, row.made_by, str(row.dated_on)),
        *(_text(row.covers_since), _text(row.covers_until), row.file, row.rows, matched),
        *(row.rows - row.unusable - matched, row.unusable, int(row.differ or 0), row.document),
        *(row.first_position, row.recorded_at),
    )


def _text(day: Any) -> str | None:
    return None if day is None else str(day)
