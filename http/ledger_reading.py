"""The ledger's figures for pages and the API: sums of the ledger's changes up to the moments looked at."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any, Final, NamedTuple

import msgspec
from sqlalchemy import Connection, String, cast, func, literal, select
from sqlalchemy.sql.elements import ColumnElement

from taizhang.adapters.house import House
from taizhang.domain.log import LogEnd
from taizhang.http.cuts import TimeBar
from taizhang.projections.measures import PERSONS, PHASES, measure_columns, versions
from taizhang.projections.tables_ledger import LedgerTables

LEVEL_DIGITS: Final = {"province": 2, "prefecture": 4, "county": 6}
BELOW: Final = {"province": "prefecture", "prefecture": "county"}
CLASSES_PAGE: Final = 200
CHANGES_PAGE: Final = 200
Figures = Mapping[str, int]


class Period(NamedTuple):
    """All time, one year or one phase of the programme."""

    kind: str = "all"
    code: str = ""

    @property
    def years(self) -> tuple[int, int] | None:
        """First and last year, both included; None for all time."""
        if self.kind == "year":
            return int(self.code), int(self.code)
        return next(((one.first_year, one.last_year) for one in PHASES if one.code == self.code), None)


class Asked(NamedTuple):
    """What is asked of the ledger: where, when looked at, which years, which kind of programme ("" all)."""

    region: str
    bar: TimeBar = TimeBar()
    period: Period = Period()
    programme_kind: str = ""


class Room(NamedTuple):
    """A class as a row of the ledger."""

    training_class: str
    name: str
    status: str
    figures: Figures


@cache
def tables_of_ledger() -> LedgerTables:
    """The ledger's tables as statements name them."""
    return LedgerTables("")


def level_of(region: str) -> str:
    """The level of a six-digit code."""
    if region.endswith("0000"):
        return "province"
    return "prefecture" if region.endswith("00") else "county"


def figures(house: House, asked: Asked) -> Figures:
    """Every measure of the region itself, distinct persons included."""
    with house.log.database.read() as connection:
        sums = _sums(connection, asked, None)
        persons = _persons(connection, asked, level_of(asked.region))
    return {**sums.get("", {}), **persons.get(asked.region, {})}


def figures_below(house: House, asked: Asked) -> dict[str, Figures]:
    """Every measure of each region right below a province or a prefecture, by code."""
    level = BELOW[level_of(asked.region)]
    digits = LEVEL_DIGITS[level]
    deltas = tables_of_ledger().deltas.c
    with house.log.database.read() as connection:
        sums = _sums(connection, asked, func.substr(deltas.county, 1, digits))
        persons = _persons(connection, asked, level)
    whole = {stem.ljust(6, "0"): found for stem, found in sums.items()}
    return {code: {**whole.get(code, {}), **persons.get(code, {})} for code in sorted(whole.keys() | persons.keys())}


def classes(house: House, asked: Asked, after: str = "") -> tuple[list[Room], str]:
    """The classes of a county with their measures, a page of them, and the id to go on after ("" at the end)."""
    tables = tables_of_ledger()
    rooms, deltas = tables.classes.c, tables.deltas.c
    query = (
        select(rooms.training_class, rooms.name, rooms.status)
        .where(rooms.county == asked.region, rooms.training_class > after)
        .order_by(rooms.training_class)
        .limit(CLASSES_PAGE + 1)
    )
    if asked.bar.recorded_at is not None:
        query = query.where(rooms.recorded_at <= asked.bar.recorded_at)
    with house.log.database.read() as connection:
        found = connection.execute(query).all()
        sums = _sums(connection, asked, deltas.training_class)
    page = [Room(row.training_class, row.name, row.status, sums.get(row.training_class, {})) for row in found]
    return page[:CLASSES_PAGE], page[CLASSES_PAGE - 1].training_class if len(page) > CLASSES_PAGE else ""


def report_id(asked: Asked, end: LogEnd, scope: str, what: str) -> str:
    """What fixes the answer's figures for ever: question, log position, cuts, measure versions, scope."""
    day = asked.bar.effective_on
    fixed: list[Any] = [what, asked.region, asked.period, asked.programme_kind, asked.bar.recorded_at]
    fixed += [day and day.isoformat(), end.position, versions(), scope]
    return hashlib.sha256(msgspec.json.encode(fixed, order="deterministic")).hexdigest()


def _sums(connection: Connection, asked: Asked, by: ColumnElement[Any] | None) -> dict[str, Figures]:
    deltas = tables_of_ledger().deltas.c
    stem = asked.region[: LEVEL_DIGITS[level_of(asked.region)]]
    names = measure_columns()
    key = literal("", String) if by is None else by
    query = select(key, *(func.sum(deltas[name]) for name in names)).where(
        deltas.county >= stem, deltas.county < _next(stem), *_cut(deltas, asked.bar)
    )
    if asked.period.years is not None:
        query = query.where(deltas.year.between(*asked.period.years))
    if asked.programme_kind:
        query = query.where(deltas.programme_kind == asked.programme_kind)
    rows = connection.execute(query if by is None else query.group_by(by)).all()
    return {row[0]: {name: int(value or 0) for name, value in zip(names, row[1:], strict=True)} for row in rows}


def _persons(connection: Connection, asked: Asked, level: str) -> dict[str, Figures]:
    deltas = tables_of_ledger().person_deltas.c
    stem = asked.region[: LEVEL_DIGITS[level_of(asked.region)]]
    query = (
        select(deltas.region, func.sum(deltas.persons), func.sum(deltas.persons_poor))
        .where(
            deltas.level == level,
            deltas.region >= stem,
            deltas.region < _next(stem),
            deltas.period_kind == asked.period.kind,
            deltas.period == asked.period.code,
            deltas.programme_kind == asked.programme_kind,
            *_cut(deltas, asked.bar),
        )
        .group_by(deltas.region)
    )
    rows = connection.execute(query).all()
    return {code: {PERSONS.name: int(everybody), PERSONS.poor: int(poor)} for code, everybody, poor in rows}


def _cut(columns: Any, bar: TimeBar) -> Sequence[ColumnElement[bool]]:
    conditions = []
    if bar.recorded_at is not None:
        conditions.append(columns.recorded_at <= bar.recorded_at)
    if bar.effective_on is not None:
        conditions.append(
            columns.effective_on <= cast(literal(bar.effective_on.isoformat()), columns.effective_on.type)
        )
    return conditions


def _next(stem: str) -> str:
    """The first text that no code beginning with `stem` reaches."""
    return stem[:-1] + chr(ord(stem[-1]) + 1)


class Change(NamedTuple):
    """One change of a figure: on which day it counts, when it was recorded, and the first fact that made it."""

    training_class: str
    effective_on: str
    recorded_at: int
    amount: int
    position: int


def changes(
    house: House, asked: Asked, measure: str, training_class: str = "", after: int = 0
) -> tuple[list[Change], int]:
    """The changes whose sum is the figure, by position; a page of them, and how many to leave out for the next (0: end)."""
    tables = tables_of_ledger()
    is_persons = measure in (PERSONS.name, PERSONS.poor)
    assert is_persons or measure in measure_columns()
    table = tables.person_deltas if is_persons and not training_class else tables.deltas
    columns = table.c
    if is_persons and training_class:
        return [], 0  # a class has no cell of distinct persons
    stem = asked.region[: LEVEL_DIGITS[level_of(asked.region)]]
    amount = columns[measure]
    where = [amount != 0, *_cut(columns, asked.bar)]
    if is_persons:
        where += [columns.region == asked.region, columns.programme_kind == asked.programme_kind]
        where += [columns.period_kind == asked.period.kind, columns.period == asked.period.code]
    else:
        where += [columns.county >= stem, columns.county < _next(stem)]
        where += [columns.training_class == training_class] if training_class else []
        where += [columns.year.between(*asked.period.years)] if asked.period.years else []
        where += [columns.programme_kind == asked.programme_kind] if asked.programme_kind else []
    key = literal("", String) if is_persons else columns.training_class
    query = (
        select(key, columns.effective_on, columns.recorded_at, amount, columns.position)
        .where(*where)
        .order_by(columns.position, columns.effective_on, columns.recorded_at, key)
        .offset(after)
        .limit(CHANGES_PAGE + 1)
    )
    with house.log.database.read() as connection:
        rows = [Change(one[0], str(one[1]), *one[2:]) for one in connection.execute(query)]
    return rows[:CHANGES_PAGE], after + CHANGES_PAGE if len(rows) > CHANGES_PAGE else 0
