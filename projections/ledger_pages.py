"""What the ledger's tables tell page by page, and the persons of days for which no counts are kept."""

from __future__ import annotations

from datetime import date
from typing import Any, NamedTuple

import msgspec
from sqlalchemy import Connection, and_, case, func, or_, select
from sqlalchemy.sql.elements import ColumnElement

from taizhang.projections.measures import PERSONS
from taizhang.projections.scope import DIGITS, Scope, on, stem_of
from taizhang.projections.tables_ledger import LedgerTables

CLASSES_PAGE = 200
_stretches = msgspec.json.Decoder(tuple[tuple[str, str | None], ...]).decode


class ClassName(NamedTuple):
    """What a class is called, and how far it is, as known now."""

    name: str
    status: str


def class_page(
    connection: Connection, county: str, after: str = "", limit: int = CLASSES_PAGE
) -> tuple[dict[str, ClassName], str]:
    """Classes of a county by id, a page of them, and the id to go on after ("" at the end)."""
    t = LedgerTables().classes.c
    query = (
        select(t.training_class, t.name, t.status)
        .where(t.county == county, t.training_class > after)
        .order_by(t.training_class)
        .limit(limit + 1)
    )
    rows = connection.execute(query).all()
    page = {row.training_class: ClassName(row.name, row.status) for row in rows[:limit]}
    return page, rows[limit - 1].training_class if len(rows) > limit else ""


def persons_of_days(connection: Connection, scope: Scope, until: date | None, level: str) -> dict[str, dict[str, int]]:
    """Distinct persons whose enrolment began in the scope's days, by region, as known now: one pass over the enrolments."""
    days = scope.days()
    assert days is not None, "all time has counts of its own"
    tables = LedgerTables()
    t, aliases = tables.enrolments.c, tables.aliases.c
    here = [t.county.startswith(stem_of(scope.region), autoescape=True)]
    here += [t.programme_kind == scope.programme_kind] if scope.programme_kind else []
    key, who = func.substr(t.county, 1, DIGITS[level]), func.coalesce(aliases.kept, t.person)
    rows = select(key.label("stem"), who.label("who"), t.poor, t.presence).join_from(
        tables.enrolments, tables.aliases, aliases.person == t.person, isouter=True
    )
    standing: ColumnElement[bool] = t.withdrawn_on.is_(None)
    if until is not None:
        last = on(t.enrolled_on, until)
        standing = and_(t.enrolled_on <= last, or_(standing, t.withdrawn_on > last))
    began = and_(t.enrolled_on >= on(t.enrolled_on, days[0]), t.enrolled_on <= on(t.enrolled_on, days[1]))
    plain = rows.where(*here, t.presence.is_(None), began, standing).subquery().c
    found: dict[tuple[str, str], int] = {}  # who came back into a class, and whether poor: few
    for stem, person, poor, presence in connection.execute(rows.where(*here, t.presence.is_not(None))):
        if _there(_stretches(presence), days, until):
            found[stem, person] = max(poor, found.get((stem, person), 0))
    counts = select(plain.stem, func.count(plain.who.distinct()), _poor(plain)).group_by(plain.stem)
    totals = {stem: [int(persons), int(poor)] for stem, persons, poor in connection.execute(counts)}
    for (stem, person), poor in found.items():
        same = select(func.max(plain.poor)).where(plain.stem == stem, plain.who == person)
        known = connection.scalar(same)
        row = totals.setdefault(stem, [0, 0])
        row[0] += known is None
        row[1] += bool(poor) and not known
    return {stem.ljust(6, "0"): {PERSONS.name: row[0], PERSONS.poor: row[1]} for stem, row in totals.items()}


def _poor(rows: Any) -> Any:
    return func.count(case((rows.poor == 1, rows.who)).distinct())


def _there(stretches: tuple[tuple[str, str | None], ...], days: tuple[date, date], until: date | None) -> bool:
    first, last = days[0].isoformat(), days[1].isoformat()
    day = None if until is None else until.isoformat()
    return any(
        first <= since <= last and (end is None if day is None else since <= day and (end is None or day < end))
        for since, end in stretches
    )
