"""The read tables on the axis of recording: which of them can be asked as of an earlier time, and how."""

from __future__ import annotations

from typing import Any, Final, Literal

from sqlalchemy import FromClause, Table, select

from taizhang.projections.readers import PRIVATE, readable_tables
from taizhang.projections.versions import held_at, known_at

Axis = Literal["versions", "changes", "now"]
VERSION: Final = "_version"


def axis_of(name: str) -> Axis:
    """How a table knows earlier times.

    "versions": its rows, or those of their columns that ever change figures, as they stood then; "changes": one row for
    each change, so that those recorded by then are what was known; "now": it holds what is known now and nothing else.
    """
    tables = readable_tables()
    if name.endswith(VERSION) or f"{name}{VERSION}" in tables:
        return "versions"
    return "changes" if "recorded_at" in tables[name][1].primary_key.columns else "now"


def rows_at(name: str, at: int | None) -> FromClause | None:
    """The rows of a table as known at a recording time (UTC microseconds; None: now); None where it cannot be told."""
    table: Table = readable_tables()[name][1]
    if at is None:
        return table
    axis = axis_of(name)
    if axis == "now":
        return None
    t = table.c
    if axis == "changes":
        return select(table).where(t.recorded_at <= at).subquery(name)
    if name.endswith(VERSION):
        return select(table).where(held_at(t, at)).subquery(name)
    _, versions = readable_tables()[f"{name}{VERSION}"]
    rows: Any = known_at(table if "recorded_at" in t else None, versions, at)
    told = [column for column in rows.c if column.name not in PRIVATE]
    return select(*told).subquery(name)
