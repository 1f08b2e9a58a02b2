"""Who is there: persons with an enrolment in force in a scope, as known and as effective at the cuts.

Where counts are kept (projections/cells.py) they are sums; these are the queries for all other groups of persons, and for
the persons themselves.
"""

from __future__ import annotations

import heapq
from collections.abc import Callable, Collection, Iterator
from datetime import date
from itertools import groupby
from operator import itemgetter
from typing import Any, Final, NamedTuple

import msgspec
from sqlalchemy import Connection, FromClause, Select, and_, case, exists, func, or_, select
from sqlalchemy.sql.elements import ColumnElement

from taizhang.projections.measures import PERSONS
from taizhang.projections.replay import NOW, Cuts
from taizhang.projections.scope import Scope, begins, narrowed, on, stem_of
from taizhang.projections.tables_ledger import ledger_tables
from taizhang.projections.versions import known_at

PERSONS_PAGE: Final = 200
_stretches = msgspec.json.Decoder(tuple[tuple[str, str | None], ...]).decode


class PersonBehind(NamedTuple):
    """One of the distinct persons of a figure, by the id they are counted under."""

    person: str
    poor: bool  # registered poor in one of the enrolments that count
    since: str  # the first day of the enrolments that count
    classes: tuple[str, ...]


def persons_behind(
    connection: Connection,
    scope: Scope,
    cuts: Cuts = NOW,
    *,
    poor: bool = False,
    after: str = "",
    limit: int = PERSONS_PAGE,
) -> tuple[list[PersonBehind], str]:
    """The distinct persons (`poor`: the registered poor ones) of a region or class by id, and the id to go on after.

    On all pages together they are as many as the figure says. "" is the first page's beginning and the last one's end.
    """
    found: list[PersonBehind] = []
    for who, rows in _everybody(connection, scope, cuts, poor, after, limit):
        there = [(row, since) for row in rows if (since := _since(row, scope, cuts)) is not None]
        if not there:
            continue
        if len(found) == limit:
            return found, found[-1].person
        classes = tuple(sorted({row.training_class for row, _ in there}))
        found.append(PersonBehind(who, any(row.poor for row, _ in there), min(day for _, day in there), classes))
    return found, ""


def counted(
    connection: Connection,
    scope: Scope,
    cuts: Cuts,
    by: Callable[[Any], ColumnElement[Any]],
    beside: FromClause | None = None,
    classes: Collection[str] | None = None,
) -> dict[str, dict[str, int]]:
    """Distinct persons by a key made from the enrolments' columns: one pass over the enrolments of the scope.

    `beside` is joined by its `training_class`, so that the key may be made from its columns too. Where only some
    `classes` are wanted they are found by their ids.
    """
    e, a = _enrolments(cuts), _aliases(cuts)
    who = func.coalesce(a.c.kept, e.c.person)
    source = e.outerjoin(a, a.c.person == e.c.person)
    if beside is not None:
        source = source.join(beside, beside.c.training_class == e.c.training_class)
    rows = select(by(e.c).label("key"), who.label("who"), *_spans(e.c)).select_from(source)
    if classes is not None:
        rows = rows.where(e.c.training_class.in_(sorted(classes)))
    plain = rows.where(*_here(e.c, scope), *_plain(e.c, scope, cuts)).subquery().c
    found: dict[tuple[str, str], int] = {}  # who came back into a class, and whether poor: few
    for row in connection.execute(rows.where(*_here(e.c, scope), e.c.presence.is_not(None))):
        if _since(row, scope, cuts) is not None:
            found[row.key, row.who] = max(row.poor, found.get((row.key, row.who), 0))
    poor = func.count(case((plain.poor == 1, plain.who)).distinct())
    counts = select(plain.key, func.count(plain.who.distinct()), poor).group_by(plain.key)
    totals = {key: [int(persons), int(poor)] for key, persons, poor in connection.execute(counts)}
    for (key, person), is_poor in found.items():
        known = connection.scalar(select(func.max(plain.poor)).where(plain.key == key, plain.who == person))
        row_of = totals.setdefault(key, [0, 0])
        row_of[0] += known is None
        row_of[1] += bool(is_poor) and not known
    return {key: {PERSONS.name: row[0], PERSONS.poor: row[1]} for key, row in totals.items()}


# -- what is asked of the enrolments ----------------------------------------------------------------------


def _enrolments(cuts: Cuts) -> Any:
    tables = ledger_tables()
    return known_at(tables.enrolments, tables.enrolment_versions, cuts.as_recorded_at)


def _aliases(cuts: Cuts) -> Any:
    tables = ledger_tables()
    return tables.aliases if cuts.as_recorded_at is None else known_at(None, tables.alias_versions, cuts.as_recorded_at)


def _spans(t: Any) -> list[ColumnElement[Any]]:
    return [t.training_class, t.poor, t.enrolled_on, t.withdrawn_on, t.presence]


def _here(t: Any, scope: Scope) -> list[ColumnElement[bool]]:
    """The enrolments of the scope, whatever their days."""
    if scope.training_class is not None:
        return [t.training_class == scope.training_class]
    found = [begins(t.county, stem_of(scope.region)), *narrowed(t, scope)]
    return [*found, t.programme_kind == scope.programme_kind] if scope.programme_kind else found


def _plain(t: Any, scope: Scope, cuts: Cuts) -> list[ColumnElement[bool]]:
    """Enrolled once, within the scope's days, and not withdrawn by the day of the cut."""
    found = [t.presence.is_(None), t.enrolled_on.is_not(None)]
    days = scope.days()
    if days is not None:
        found += [t.enrolled_on >= on(t.enrolled_on, days[0]), t.enrolled_on <= on(t.enrolled_on, days[1])]
    if cuts.as_effective_on is None:
        return [*found, t.withdrawn_on.is_(None)]
    last = on(t.enrolled_on, cuts.as_effective_on)
    return [*found, t.enrolled_on <= last, or_(t.withdrawn_on.is_(None), t.withdrawn_on > last)]


def _since(row: Any, scope: Scope, cuts: Cuts) -> str | None:
    """The first day of an enrolment that counts; None when none does."""
    if row.presence is None:
        return _text(row.enrolled_on)  # the query has asked for the rest
    days, day = scope.days(), cuts.as_effective_on
    first, last = ("", "9999") if days is None else (days[0].isoformat(), days[1].isoformat())
    until = None if day is None else day.isoformat()
    for since, end in _stretches(row.presence):
        if first <= since <= last and (end is None if until is None else since <= until and (not end or until < end)):
            return since
    return None


def _text(day: date | str) -> str:
    return day if isinstance(day, str) else day.isoformat()


# -- person by person -------------------------------------------------------------------------------------


def _everybody(
    connection: Connection, scope: Scope, cuts: Cuts, poor: bool, after: str, limit: int
) -> Iterator[tuple[str, list[Any]]]:
    """The enrolments of the scope, person by person; those with several ids, who are few, are put in between."""
    e, a = _enrolments(cuts), _aliases(cuts)
    wanted = [*_here(e.c, scope), or_(e.c.presence.is_not(None), and_(*_plain(e.c, scope, cuts)))]
    wanted += [e.c.poor == 1] if poor else []
    merged = select(a.c.kept.label("who"), *_spans(e.c)).join_from(e, a, a.c.person == e.c.person).where(*wanted)
    one_id = select(e.c.person.label("who"), *_spans(e.c)).where(*wanted, ~exists().where(a.c.person == e.c.person))
    size = 2 * limit + 50  # rows in one read
    return heapq.merge(
        _groups(connection, one_id, e.c.person, after, size),
        _groups(connection, merged, a.c.kept, after, size),
        key=itemgetter(0),
    )


def _groups(
    connection: Connection, query: Select[Any], who: ColumnElement[Any], after: str, size: int
) -> Iterator[tuple[str, list[Any]]]:
    """The rows of one person after the other, read piece by piece."""
    while True:
        rows = connection.execute(query.where(who > after).order_by(who).limit(size)).all()
        groups = [(name, list(mine)) for name, mine in groupby(rows, key=lambda row: row.who)]
        more = len(rows) == size
        if more and len(groups) == 1:
            size *= 2  # nobody's rows are cut in two
            continue
        yield from groups[:-1] if more else groups
        if not more:
            return
        after = groups[-2][0]
