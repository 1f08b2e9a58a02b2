"""What the pages ask of the ledger: a thin hand on projections/ledger_query, with names, pages and where facts open."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from sqlalchemy import select

from taizhang.adapters.house import House
from taizhang.domain.envelope import Recorded, opened
from taizhang.http.cuts import TimeBar
from taizhang.projections import ledger_query
from taizhang.projections.coverage import Coverage, coverage
from taizhang.projections.follow import ViewStatus
from taizhang.projections.ledger_query import DIGITS, Figures, Ledger, Scope, level_of
from taizhang.projections.measures import PERSONS, PHASES, measure_columns
from taizhang.projections.replay import Cuts, effects
from taizhang.projections.tables_ledger import LedgerTables

CLASSES_PAGE = 200
CHANGES_PAGE = 200
KNOWN = frozenset({PERSONS.name, PERSONS.poor, *measure_columns()})


class Change(NamedTuple):
    """One fact behind a figure, and by how much it changed the figure."""

    training_class: str
    fact: Recorded
    change: int


class ClassName(NamedTuple):
    """What a class is called, and how far it is, as known now."""

    name: str
    status: str


def cuts_of(bar: TimeBar) -> Cuts:
    return Cuts(bar.recorded_at, bar.effective_on)


def period_of(code: str) -> tuple[str, str] | None:
    """(period kind, period) of "2016", "2016-2017" or "" for all time; None for what is no period."""
    if not code:
        return "all", ""
    if any(phase.code == code for phase in PHASES):
        return "phase", code
    return ("year", code) if code.isascii() and code.isdecimal() and len(code) == 4 else None


def ledger_state(house: House) -> ViewStatus:
    """How far the ledger's view is: `position`, `recorded_at` and lag of what the pages show."""
    found = next((view for view in house.views.status() if view.name == "ledger"), None)
    if found is None:
        house.views.set_up()
        found = next(view for view in house.views.status() if view.name == "ledger")
    return found


def asked_ledger(house: House, scope: Scope, bar: TimeBar, language: str, seen_by: str) -> Ledger:
    """The figures of a scope and of what is right below it, and the report id that fixes them."""
    at = ledger_state(house)
    with house.log.database.read() as connection:
        return ledger_query.ledger(
            connection, house.log, scope, cuts_of(bar), at=at, language=language, seen_by=seen_by
        )


def figure(house: House, scope: Scope, column: str, bar: TimeBar) -> int:
    """One figure of a region."""
    with house.log.database.read() as connection:
        return ledger_query.figure(connection, scope, column, cuts_of(bar))


def covered(house: House, region: str) -> Sequence[Coverage]:
    """Who was reached of those whom the programme is for, as known now."""
    with house.log.database.read() as connection:
        return coverage(connection, region)


def class_page(house: House, county: str, after: str) -> tuple[dict[str, ClassName], str]:
    """Classes of a county by id, a page of them, and the id to go on after ("" at the end)."""
    rooms = LedgerTables().classes.c
    query = (
        select(rooms.training_class, rooms.name, rooms.status)
        .where(rooms.county == county, rooms.training_class > after)
        .order_by(rooms.training_class)
        .limit(CLASSES_PAGE + 1)
    )
    with house.log.database.read() as connection:
        rows = connection.execute(query).all()
    page = {row.training_class: ClassName(row.name, row.status) for row in rows[:CLASSES_PAGE]}
    return page, rows[CLASSES_PAGE - 1].training_class if len(rows) > CLASSES_PAGE else ""


def changes(house: House, scope: Scope, column: str, bar: TimeBar, after: str = "") -> tuple[list[Change], str]:
    """The facts behind a figure, class by class: a page of whole classes, and the class to go on after ("" at the end).

    Distinct persons are explained by the enrolments they are counted from.
    """
    measure = {PERSONS.name: "person_times", PERSONS.poor: "person_times_poor"}.get(column, column)
    found: list[tuple[str, int, int]] = []
    classes = _classes_with(house, scope, measure, after)
    for place, training_class in enumerate(classes):
        if scope.period_kind == "all":
            behind = effects(house.log, training_class, measure, cuts_of(bar))
            found += [(training_class, effect.position, effect.change) for effect in behind]
        else:
            found += _of_period(house, scope, training_class, measure, bar)
        if len(found) >= CHANGES_PAGE and place + 1 < len(classes):
            return _with_facts(house, found), training_class
    return _with_facts(house, found), ""


def _classes_with(house: House, scope: Scope, measure: str, after: str) -> list[str]:
    """The classes in which this measure of the scope ever changed, after a class id."""
    t = LedgerTables().deltas.c
    query = (
        select(t.training_class)
        .distinct()
        .where(*_where(t, scope), t.training_class > after, t[measure] != 0)
        .order_by(t.training_class)
    )
    with house.log.database.read() as connection:
        return list(connection.scalars(query))


def _of_period(
    house: House, scope: Scope, training_class: str, measure: str, bar: TimeBar
) -> list[tuple[str, int, int]]:
    """The same for one year or phase only: the first fact of each change that counts in it."""
    t = LedgerTables().deltas.c
    where = [*_where(t, scope), t.training_class == training_class, t[measure] != 0]
    where += [t.recorded_at <= bar.recorded_at] if bar.recorded_at is not None else []
    query = select(t.position, t.effective_on, t[measure]).where(*where).order_by(t.position)
    with house.log.database.read() as connection:
        rows = connection.execute(query).all()
    until = bar.effective_on.isoformat() if bar.effective_on is not None else "9999"
    return [(training_class, row[0], int(row[2])) for row in rows if str(row[1]) <= until]


def _where(t: Any, scope: Scope) -> list[Any]:
    stem = scope.region[: DIGITS[level_of(scope.region)]]
    found = [t.county.startswith(stem, autoescape=True)]
    found += [t.training_class == scope.training_class] if scope.training_class else []
    found += [t.programme_kind == scope.programme_kind] if scope.programme_kind else []
    if scope.period_kind == "year":
        found.append(t.year == int(scope.period))
    elif scope.period_kind == "phase":
        found += [t.year.between(one.first_year, one.last_year) for one in PHASES if one.code == scope.period]
    return found


def _with_facts(house: House, found: Sequence[tuple[str, int, int]]) -> list[Change]:
    stored = house.log.at(sorted({position for _, position, _ in found}))
    facts = {row.position: opened(row.position, row.leaf) for row in stored}
    return [Change(training_class, facts[position], change) for training_class, position, change in found]


def no_figures() -> Mapping[str, int]:
    """Zero for every measure."""
    return dict.fromkeys(sorted(KNOWN), 0)


__all__ = ["Change", "Coverage", "Figures", "Ledger", "Scope", "level_of"]
