"""Names of classes and fund lines on pages: an id says to nobody what a figure is about."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from sqlalchemy import select

from taizhang.projections.database import chunks
from taizhang.projections.funds.tables import fund_tables
from taizhang.projections.tables_ledger import ledger_tables

if TYPE_CHECKING:
    from taizhang.http.visit import Visit


def class_name(visit: Visit, training_class: str) -> str:
    """The name of one class as known now; empty where none is known."""
    return class_names(visit, [training_class]).get(training_class, "")


def class_names(visit: Visit, classes: Iterable[str | None]) -> dict[str, str]:
    """What these classes are called as known now, read once for each visit; those without a name are left out."""
    asked = {one for one in classes if one}
    if wanted := sorted(asked - visit.class_names.keys()):
        c = ledger_tables().classes.c
        found: dict[str, str] = {}
        with visit.house.log.database.read() as connection:
            for some in chunks(wanted):
                rows = connection.execute(select(c.training_class, c.name).where(c.training_class.in_(some)))
                found |= {row.training_class: row.name or "" for row in rows}
        visit.class_names |= dict.fromkeys(wanted, "") | found
    return {one: name for one in asked if (name := visit.class_names[one])}


def line_name(visit: Visit, line: str) -> str:
    """What a fund line is called, as known now; empty where no line has this id."""
    if not visit.line_names:
        t = fund_tables().lines.c
        with visit.house.log.database.read() as connection:
            visit.line_names |= {row.line: row.name or "" for row in connection.execute(select(t.line, t.name))}
    return visit.line_names.get(line, "")
