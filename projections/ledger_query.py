"""Asking the ledger: province, prefecture, county, class, household, person; as recorded then, as effective then."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Mapping
from typing import Any, NamedTuple

import msgspec
from sqlalchemy import Connection, String, func, literal, or_, select
from sqlalchemy.sql.elements import ColumnElement

from taizhang.domain.log import LogEnd, LogReader
from taizhang.projections.measures import PERSONS, measure_columns, phase_of, versions
from taizhang.projections.replay import NOW, Cuts, Effect, effects, replayed, seat_figures
from taizhang.projections.tables_ledger import LedgerTables

DIGITS = {"province": 2, "prefecture": 4, "county": 6}
BELOW = {"province": "prefecture", "prefecture": "county", "county": "class"}
Figures = dict[str, int]


class Scope(NamedTuple):
    """What is asked for: a region, or a class, household or person; which period and kind of programme ("" all)."""

    region: str = "620000"
    training_class: str | None = None
    household: str | None = None
    person: str | None = None
    period_kind: str = "all"
    period: str = ""
    programme_kind: str = ""


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


def level_of(region: str) -> str:
    """The level of a six-digit code."""
    if region.endswith("0000"):
        return "province"
    return "prefecture" if region.endswith("00") else "county"


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
    rows = [row for one in _classes_of(connection, scope) for row in places(log, one, cuts) if _within(row, scope)]
    total = _zeros()
    for row in rows:
        for name, amount in row.figures.items():
            total[name] += amount
    present = [row for row in rows if row.figures["person_times"] > 0]
    total[PERSONS.name] = len({row.facts["person"] for row in present})
    total[PERSONS.poor] = len({row.facts["person"] for row in present if row.facts["poor"]})
    return Ledger(total, rows, report)


def places(log: LogReader, training_class: str, cuts: Cuts) -> list[Row]:
    """Everybody's place in a class, told again from the facts, as known and as effective at the cuts."""
    room, until = replayed(log, training_class, cuts), cuts.as_effective_on
    rows = []
    for person, seat in sorted(room.seats.items()):
        stretches = [s for s in seat.presence() if until is None or s[0] <= until.isoformat()]
        claimed = seat.claimed_poor()
        facts = {
            "training_class": training_class,
            "person": person,
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


def figure(connection: Connection, scope: Scope, column: str, cuts: Cuts) -> int:
    """One figure of a region: a measure's column, or distinct persons."""
    if column in (PERSONS.name, PERSONS.poor):
        persons = _persons(connection, scope, cuts, level_of(scope.region))
        return persons.get(scope.region, _nobody())[column]
    return _sums(connection, scope, cuts, None).get("", _zeros())[column]


def facts_of_figure(
    connection: Connection, log: LogReader, scope: Scope, column: str, cuts: Cuts = NOW, after: int = 0
) -> Iterator[Effect]:
    """The facts behind a figure, class by class: each with the change it made; they sum up to the figure.

    `after` leaves out what was recorded until then: so the difference between two recording times is explained fact by
    fact. Distinct persons are explained by the enrolments they are counted from.
    """
    measure = {PERSONS.name: "person_times", PERSONS.poor: "person_times_poor"}.get(column, column)
    t = LedgerTables().deltas.c
    query = select(t.training_class).distinct().where(*_where(t, scope), *_cut(t, cuts)).order_by(t.training_class)
    if after:
        query = query.where(t.recorded_at > after)
    for training_class in connection.scalars(query):
        yield from effects(log, training_class, measure, cuts, after)


def difference(
    connection: Connection, log: LogReader, scope: Scope, column: str, then: int, now: Cuts = NOW
) -> tuple[int, int, list[Effect]]:
    """A figure as reported at the recording time `then`, as known at `now`, and the facts that make the difference."""
    before = figure(connection, scope, column, now._replace(as_recorded_at=then))
    after = figure(connection, scope, column, now)
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
    query = select(key, *(func.sum(t[name]) for name in names)).where(*_where(t, scope), *_cut(t, cuts))
    rows = connection.execute(query if by is None else query.group_by(key))
    return {row[0]: {name: int(n or 0) for name, n in zip(names, row[1:], strict=True)} for row in rows}


def _persons(connection: Connection, scope: Scope, cuts: Cuts, level: str) -> dict[str, Figures]:
    t = LedgerTables().person_deltas.c
    stem = scope.region[: DIGITS[level_of(scope.region)]]
    query = (
        select(t.region, func.sum(t.persons), func.sum(t.persons_poor))
        .where(
            t.level == level,
            t.region.startswith(stem, autoescape=True),
            t.period_kind == scope.period_kind,
            t.period == scope.period,
            t.programme_kind == scope.programme_kind,
            *_cut(t, cuts),
        )
        .group_by(t.region)
    )
    return {region: {PERSONS.name: int(n), PERSONS.poor: int(poor)} for region, n, poor in connection.execute(query)}


def _where(t: Any, scope: Scope) -> list[ColumnElement[bool]]:
    stem = scope.region[: DIGITS[level_of(scope.region)]]
    found = [t.county.startswith(stem, autoescape=True)]
    if scope.training_class is not None:
        found.append(t.training_class == scope.training_class)
    if scope.programme_kind:
        found.append(t.programme_kind == scope.programme_kind)
    if scope.period_kind == "year":
        found.append(t.year == int(scope.period))
    elif scope.period_kind == "phase":
        years = [year for year in range(2000, 2100) if phase_of(str(year)) == scope.period]
        found.append(t.year.in_(years))
    return found


def _cut(t: Any, cuts: Cuts) -> list[ColumnElement[bool]]:
    found = []
    if cuts.as_recorded_at is not None:
        found.append(t.recorded_at <= cuts.as_recorded_at)
    if cuts.as_effective_on is not None:
        found.append(t.effective_on <= literal(cuts.as_effective_on.isoformat(), t.effective_on.type))
    return found


def _classes_of(connection: Connection, scope: Scope) -> list[str]:
    """The classes in which somebody of the scope has a place, by what is known now."""
    if scope.training_class is not None:
        return [scope.training_class]
    tables = LedgerTables()
    t, members, aliases = tables.enrolments.c, tables.members.c, tables.aliases.c
    if scope.person is not None:
        kept = select(aliases.kept).where(aliases.person == scope.person).scalar_subquery()
        same = select(aliases.person).where(aliases.kept == kept)
        wanted = or_(t.person == scope.person, t.person.in_(same))
    else:
        wanted = t.person.in_(select(members.person).where(members.household == scope.household))
    return list(connection.scalars(select(t.training_class).distinct().where(wanted).order_by(t.training_class)))


def _within(row: Row, scope: Scope) -> bool:
    if scope.household is not None and row.facts["household"] != scope.household:
        return False
    return scope.person is None or row.code == scope.person


def _zeros() -> Figures:
    return dict.fromkeys(measure_columns(), 0)


def _nobody() -> Figures:
    return {PERSONS.name: 0, PERSONS.poor: 0}
