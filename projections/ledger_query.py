"""Asking the ledger: province, prefecture, county, class, household, person; as recorded then, as effective then."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Collection, Sequence
from typing import Any, NamedTuple

import msgspec
from sqlalchemy import Connection, Select, String, func, literal, select
from sqlalchemy.sql.elements import ColumnElement

from taizhang.domain.log import LogEnd, LogReader
from taizhang.projections.figure_facts import Change, changes, facts_of_figure
from taizhang.projections.ledger_pages import ClassName, class_page
from taizhang.projections.measures import PERSONS, measure_columns, versions
from taizhang.projections.places import Figures, Row, places, places_page
from taizhang.projections.presence import PersonBehind, counted, persons_behind
from taizhang.projections.replay import NOW, Cuts, Effect
from taizhang.projections.replay_persons import ids_ever
from taizhang.projections.scope import (
    DIGITS,
    Scope,
    begins,
    changes_in,
    cut,
    level_of,
    period_of,
    person_changes,
    stem_of,
    within,
)
from taizhang.projections.tables_ledger import ledger_tables

PERSON_COLUMNS = frozenset({PERSONS.name, PERSONS.poor})
BELOW = {"province": "prefecture", "prefecture": "county", "county": "class"}


class Ledger(NamedTuple):
    """An answer: the figures asked for, the rows below them, and the id that fixes both for ever.

    `next` is what to go on after when only some of the rows were asked for; "" when there are no more.
    """

    figures: Figures
    rows: list[Row]
    report: str
    next: str = ""


def report_id(scope: Scope, cuts: Cuts, end: LogEnd, language: str, seen_by: str) -> str:
    """The hash of everything that fixes an answer: question, log position, cuts, measures, language, reader's scope."""
    day = cuts.as_effective_on
    fixed = [scope.fixing(), end.position, cuts.as_recorded_at, day and day.isoformat(), versions(), language, seen_by]
    return hashlib.sha256(msgspec.json.encode(fixed, order="deterministic")).hexdigest()


def ledger(
    connection: Connection,
    log: LogReader,
    scope: Scope,
    cuts: Cuts = NOW,
    *,
    at: LogEnd,
    language: str = "zh",
    seen_by: str = "",
    after: str = "",
    limit: int | None = None,
    classes: Collection[str] | None = None,
) -> Ledger:
    """The figures of the scope and of everything right below it. `at` is the position that the view has reached.

    With a `limit` the classes of a county, or the persons of a class, come by the page, those after the id `after`;
    `classes` names the classes of a county that are wanted. The figures are the whole scope's all the same.
    """
    report = report_id(scope, cuts, at, language, seen_by)
    if scope.training_class is None and scope.person is None and scope.household is None:
        level = level_of(scope.region)
        if level == "county":
            rows, following = _class_rows(connection, scope, cuts, after, limit, classes)
            return Ledger(whole_of(connection, scope, cuts), rows, report, following)
        below = _rows_below(connection, scope, cuts, BELOW[level])
        whole = {name: sum(row.figures[name] for row in below) for name in measure_columns()}  # persons do not add up
        whole |= _persons(connection, scope, cuts, level).get(scope.region, _nobody())
        return Ledger(whole, below, report)
    if limit is not None and scope.training_class is not None and (scope.person, scope.household) == (None, None):
        return _class_by_the_page(connection, log, scope.training_class, cuts, report, after, limit)
    classes = _classes_of(connection, log, scope)
    rows = [row for one in classes for row in places(log, one, cuts) if _within(row, scope)]
    total = _zeros()
    for row in rows:
        for name, amount in row.figures.items():
            total[name] += amount
    present = [row for row in rows if row.figures["person_times"] > 0]
    total[PERSONS.name] = len({row.facts["ids"] for row in present})
    total[PERSONS.poor] = len({row.facts["ids"] for row in present if row.facts["poor"]})
    return Ledger(total, rows, report)


def county_rows(connection: Connection, scope: Scope, cuts: Cuts) -> list[Row]:
    """The figures of every county of a region, the prefectures passed over; those without any are left out."""
    return _rows_below(connection, scope, cuts, "county")


def whole_of(connection: Connection, scope: Scope, cuts: Cuts) -> Figures:
    """Every measure of a region, and its distinct persons."""
    whole = _sums(connection, scope, cuts, None).get("", _zeros())
    return whole | _persons(connection, scope, cuts, level_of(scope.region)).get(scope.region, _nobody())


def figure(connection: Connection, scope: Scope, column: str, cuts: Cuts) -> int:
    """One figure of a region or class: a measure's column, or distinct persons."""
    return figures(connection, scope, (column,), cuts)[column]


def figures(connection: Connection, scope: Scope, columns: Sequence[str], cuts: Cuts) -> Figures:
    """Some figures of a region or class: measures' columns, distinct persons."""
    found: Figures = {}
    if not PERSON_COLUMNS.isdisjoint(columns):
        if scope.training_class is not None:
            found |= _persons_of_classes(connection, scope, cuts).get(scope.training_class, _nobody())
        else:
            found |= _persons(connection, scope, cuts, level_of(scope.region)).get(scope.region, _nobody())
    summed = tuple(column for column in columns if column not in PERSON_COLUMNS)
    if summed:
        found |= _sums(connection, scope, cuts, None, summed).get("", dict.fromkeys(summed, 0))
    return {column: found[column] for column in columns}


def difference(
    connection: Connection, log: LogReader, scope: Scope, column: str, then: int, now: Cuts = NOW
) -> tuple[int, int, list[Effect]]:
    """A figure as reported at the recording time `then`, as known at `now`, and the facts that make the difference."""
    before = figure(connection, scope, column, now._replace(as_recorded_at=then))
    after = figure(connection, scope, column, now)
    return before, after, list(facts_of_figure(connection, log, scope, column, now, then))


def _class_by_the_page(
    connection: Connection, log: LogReader, training_class: str, cuts: Cuts, report: str, after: str, limit: int
) -> Ledger:
    t = ledger_tables().deltas.c
    of_class = _sum_columns(t).where(t.training_class == training_class, *cut(t, cuts))
    [(_, *amounts)] = connection.execute(of_class)
    whole = dict(zip(measure_columns(), (int(n or 0) for n in amounts), strict=True))
    alone = Scope(training_class=training_class)
    whole |= _persons_of_classes(connection, alone, cuts).get(training_class, _nobody())
    rows, following = places_page(connection, log, training_class, cuts, after, limit)
    return Ledger(whole, rows, report, following)


def _rows_below(connection: Connection, scope: Scope, cuts: Cuts, level: str) -> list[Row]:
    sums = _sums(connection, scope, cuts, lambda t: func.substr(t.county, 1, DIGITS[level]))
    persons = _persons(connection, scope, cuts, level)
    whole = {stem.ljust(6, "0"): found for stem, found in sums.items()}
    codes = sorted(whole.keys() | persons.keys())
    return [Row(level, code, whole.get(code, _zeros()) | persons.get(code, _nobody())) for code in codes]


def _class_rows(
    connection: Connection, scope: Scope, cuts: Cuts, after: str, limit: int | None, classes: Collection[str] | None
) -> tuple[list[Row], str]:
    """The classes of a county with their own persons; the figures of classes add up, their persons need not."""
    t = ledger_tables().deltas.c
    query = _sum_columns(t, t.training_class).where(*within(t, scope), *cut(t, cuts), t.training_class > after)
    if classes is not None:
        query = query.where(t.training_class.in_(sorted(classes)))
    query = query.group_by(t.training_class).order_by(t.training_class)
    found = connection.execute(query if limit is None else query.limit(limit + 1)).all()
    page = found if limit is None else found[:limit]
    wanted = None if limit is None and classes is None else [code for code, *_ in page]
    persons = _persons_of_classes(connection, scope, cuts, wanted)
    names = measure_columns()
    rows = [
        Row("class", code, dict(zip(names, map(int, amounts), strict=True)) | persons.get(code, _nobody()))
        for code, *amounts in page
    ]
    return rows, page[-1][0] if len(found) > len(page) else ""


def _sums(
    connection: Connection,
    scope: Scope,
    cuts: Cuts,
    by: Callable[[Any], ColumnElement[Any]] | None,
    names: Sequence[str] = (),
) -> dict[str, Figures]:
    """The measures' sums (`names`: of these) by a key made from the columns; without one, under the key ""."""
    t = changes_in(scope, cuts).c
    names = names or measure_columns()
    key = None if by is None else by(t)
    query = _sum_columns(t, key, names).where(*within(t, scope), *cut(t, cuts))
    rows = connection.execute(query if key is None else query.group_by(key))
    return {row[0]: {name: int(n or 0) for name, n in zip(names, row[1:], strict=True)} for row in rows}


def _sum_columns(t: Any, key: ColumnElement[Any] | None = None, names: Sequence[str] = ()) -> Select[Any]:
    sums = (func.sum(t[name]) for name in names or measure_columns())
    return select(literal("", String) if key is None else key, *sums)


def _persons(connection: Connection, scope: Scope, cuts: Cuts, level: str) -> dict[str, Figures]:
    if scope.period_kind == "days" or scope.is_narrowed:
        found = counted(connection, scope, cuts, lambda e: func.substr(e.county, 1, DIGITS[level]))
        return {stem.ljust(6, "0"): persons for stem, persons in found.items()}
    t = person_changes(cuts).c
    stem = stem_of(scope.region)
    query = (
        select(t.region, func.sum(t.persons), func.sum(t.persons_poor))
        .where(
            t.level == level,
            begins(t.region, stem),
            t.period_kind == scope.period_kind,
            t.period == scope.period,
            t.programme_kind == scope.programme_kind,
            *cut(t, cuts),
        )
        .group_by(t.region)
    )
    return {region: {PERSONS.name: int(n), PERSONS.poor: int(poor)} for region, n, poor in connection.execute(query)}


def _persons_of_classes(
    connection: Connection, scope: Scope, cuts: Cuts, classes: Collection[str] | None = None
) -> dict[str, Figures]:
    """Distinct persons of every class of the scope, or of these classes in it."""
    if classes is not None and not classes:
        return {}
    return counted(connection, scope, cuts, lambda e: e.training_class, classes=classes)


def _classes_of(connection: Connection, log: LogReader, scope: Scope) -> list[str]:
    """The classes in which somebody of the scope ever had a place, under any id that ever was the same person's."""
    if scope.training_class is not None:
        return [scope.training_class]
    tables = ledger_tables()
    t, members, aliases = tables.enrolments.c, tables.members.c, tables.aliases.c
    people = [scope.person]
    if scope.person is None:
        people = [*connection.scalars(select(members.person).where(members.household == scope.household))]
    merged = set(connection.scalars(select(aliases.person).where(aliases.person.in_(people))))
    ids = {one for person in people if person for one in (ids_ever(log, person) if person in merged else (person,))}
    wanted = t.person.in_(sorted(ids))
    return list(connection.scalars(select(t.training_class).distinct().where(wanted).order_by(t.training_class)))


def _within(row: Row, scope: Scope) -> bool:
    """Whether the place is the scope's, by the ids and the household that were known at the cut."""
    if scope.household is not None and row.facts["household"] != scope.household:
        return False
    return scope.person is None or scope.person in row.facts["ids"]


def _zeros() -> Figures:
    return dict.fromkeys(measure_columns(), 0)


def _nobody() -> Figures:
    return {PERSONS.name: 0, PERSONS.poor: 0}


__all__ = [
    "DIGITS",
    "Change",
    "ClassName",
    "Figures",
    "Ledger",
    "PersonBehind",
    "Row",
    "Scope",
    "changes",
    "class_page",
    "difference",
    "facts_of_figure",
    "figure",
    "figures",
    "ledger",
    "level_of",
    "period_of",
    "persons_behind",
    "places",
    "places_page",
    "report_id",
    "stem_of",
    "whole_of",
]
