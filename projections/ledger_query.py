"""Asking the ledger: province, prefecture, county, class, household, person; as recorded then, as effective then."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

import msgspec
from sqlalchemy import Connection, String, func, literal, select
from sqlalchemy.sql.elements import ColumnElement

from taizhang.domain.log import LogEnd, LogReader
from taizhang.projections.figure_facts import Change, changes, facts_of_figure
from taizhang.projections.ledger_pages import ClassName, class_page, persons_of_days
from taizhang.projections.measures import PERSONS, measure_columns, versions
from taizhang.projections.replay import NOW, Cuts, Effect, replayed, seat_figures
from taizhang.projections.replay_persons import ids_ever
from taizhang.projections.scope import DIGITS, Scope, cut, level_of, period_of, stem_of, within
from taizhang.projections.tables_ledger import LedgerTables

BELOW = {"province": "prefecture", "prefecture": "county", "county": "class"}
Figures = dict[str, int]


class Row(NamedTuple):
    """One line of the ledger: a region, a class, or a person's place in one."""

    level: str
    code: str
    figures: Figures
    facts: Mapping[str, Any] = {}  # of a place: person, household, poor, claimed_poor, enrolled_on …


class Ledger(NamedTuple):
    """An answer: the figures asked for, the rows below them, and the id that fixes both for ever."""

    figures: Figures
    rows: list[Row]
    report: str


def report_id(scope: Scope, cuts: Cuts, end: LogEnd, language: str, seen_by: str) -> str:
    """The hash of everything that fixes an answer: question, log position, cuts, measures, language, reader's scope."""
    day = cuts.as_effective_on
    fixed = [list(scope), end.position, cuts.as_recorded_at, day and day.isoformat(), versions(), language, seen_by]
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
) -> Ledger:
    """The figures of the scope and of everything right below it. `at` is the position that the view has reached."""
    report = report_id(scope, cuts, at, language, seen_by)
    if scope.training_class is None and scope.person is None and scope.household is None:
        level = level_of(scope.region)
        whole = _sums(connection, scope, cuts, None).get("", _zeros())
        whole |= _persons(connection, scope, cuts, level).get(scope.region, _nobody())
        return Ledger(whole, _rows_below(connection, scope, cuts, BELOW[level]), report)
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


def places(log: LogReader, training_class: str, cuts: Cuts) -> list[Row]:
    """Everybody's place in a class, told again from the facts, as known and as effective at the cuts."""
    told, until = replayed(log, training_class, cuts), cuts.as_effective_on
    room = told.room
    rows = []
    for person, seat in sorted(room.seats.items()):
        stretches = [s for s in seat.presence() if until is None or s[0] <= until.isoformat()]
        claimed = seat.claimed_poor()
        facts = {
            "training_class": training_class,
            "person": person,
            "ids": told.group(person),
            "household": seat.household,
            "poor": seat.poor,
            "claimed_poor": claimed,
            "contradiction": claimed is not None and claimed != seat.poor,
            "enrolled_on": stretches[0][0] if stretches else None,
            "withdrawn_on": stretches[-1][1] if stretches else None,
            "late_days": seat.late_days,
            "late_addition": seat.late_addition,
            "corrected": seat.corrected,
            "position": seat.position,
        }
        rows.append(Row("person", person, seat_figures(room, seat, until), facts))
    return rows


def figure(connection: Connection, scope: Scope, column: str, cuts: Cuts, log: LogReader | None = None) -> int:
    """One figure of a region: a measure's column, or distinct persons.

    Persons of a "days" period as known earlier are counted from the log, person by person. Raises ValueError without it.
    """
    if column not in (PERSONS.name, PERSONS.poor):
        return _sums(connection, scope, cuts, None).get("", _zeros())[column]
    if scope.period_kind == "days" and cuts.as_recorded_at is not None:
        if log is None:
            raise ValueError("persons of other days, as known earlier, are counted from the log: give it")
        return sum(one.change for one in facts_of_figure(connection, log, scope, column, cuts))
    return _persons(connection, scope, cuts, level_of(scope.region)).get(scope.region, _nobody())[column]


def difference(
    connection: Connection, log: LogReader, scope: Scope, column: str, then: int, now: Cuts = NOW
) -> tuple[int, int, list[Effect]]:
    """A figure as reported at the recording time `then`, as known at `now`, and the facts that make the difference."""
    before = figure(connection, scope, column, now._replace(as_recorded_at=then), log)
    after = figure(connection, scope, column, now, log)
    return before, after, list(facts_of_figure(connection, log, scope, column, now, then))


def _rows_below(connection: Connection, scope: Scope, cuts: Cuts, level: str) -> list[Row]:
    if level == "class":
        sums = _sums(connection, scope, cuts, lambda t: t.training_class)
        return [Row(level, key, found) for key, found in sorted(sums.items())]
    sums = _sums(connection, scope, cuts, lambda t: func.substr(t.county, 1, DIGITS[level]))
    persons = _persons(connection, scope, cuts, level)
    whole = {stem.ljust(6, "0"): found for stem, found in sums.items()}
    codes = sorted(whole.keys() | persons.keys())
    return [Row(level, code, whole.get(code, _zeros()) | persons.get(code, _nobody())) for code in codes]


def _sums(
    connection: Connection, scope: Scope, cuts: Cuts, by: Callable[[Any], ColumnElement[Any]] | None
) -> dict[str, Figures]:
    """The measures' sums by a key made from the columns; without one, under the key ""."""
    t = LedgerTables().deltas.c
    names = measure_columns()
    key: ColumnElement[Any] = literal("", String) if by is None else by(t)
    query = select(key, *(func.sum(t[name]) for name in names)).where(*within(t, scope), *cut(t, cuts))
    rows = connection.execute(query if by is None else query.group_by(key))
    return {row[0]: {name: int(n or 0) for name, n in zip(names, row[1:], strict=True)} for row in rows}


def _persons(connection: Connection, scope: Scope, cuts: Cuts, level: str) -> dict[str, Figures]:
    if scope.period_kind == "days":
        return persons_of_days(connection, scope, cuts.as_effective_on, level)
    t = LedgerTables().person_deltas.c
    stem = stem_of(scope.region)
    query = (
        select(t.region, func.sum(t.persons), func.sum(t.persons_poor))
        .where(
            t.level == level,
            t.region.startswith(stem, autoescape=True),
            t.period_kind == scope.period_kind,
            t.period == scope.period,
            t.programme_kind == scope.programme_kind,
            *cut(t, cuts),
        )
        .group_by(t.region)
    )
    return {region: {PERSONS.name: int(n), PERSONS.poor: int(poor)} for region, n, poor in connection.execute(query)}


def _classes_of(connection: Connection, log: LogReader, scope: Scope) -> list[str]:
    """The classes in which somebody of the scope ever had a place, under any id that ever was the same person's."""
    if scope.training_class is not None:
        return [scope.training_class]
    tables = LedgerTables()
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
    "Row",
    "Scope",
    "changes",
    "class_page",
    "difference",
    "facts_of_figure",
    "figure",
    "ledger",
    "level_of",
    "period_of",
    "places",
    "report_id",
    "stem_of",
]
