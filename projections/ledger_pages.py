"""What the ledger's tables tell page by page: the classes of a county."""

from __future__ import annotations

from typing import NamedTuple

from sqlalchemy import Connection, select

from taizhang.projections.tables_ledger import ledger_tables

CLASSES_PAGE = 200


class ClassName(NamedTuple):
    """What a class is called, and how far it is, as known now."""

    name: str
    status: str


def class_page(
    connection: Connection, county: str, after: str = "", limit: int = CLASSES_PAGE
) -> tuple[dict[str, ClassName], str]:
    """Classes of a county by id, a page of them, and the id to go on after ("" at the end)."""
    t = ledger_tables().classes.c
    query = (
        select(t.training_class, t.name, t.status)
        .where(t.county == county, t.training_class > after)
        .order_by(t.training_class)
        .limit(limit + 1)
    )
    rows = connection.execute(query).all()
    page = {row.training_class: ClassName(row.name, row.status) for row in rows[:limit]}
    return page, rows[limit - 1].training_class if len(rows) > limit else ""
