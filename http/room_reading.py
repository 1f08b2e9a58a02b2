"""Who sits in a class or belongs to a household, as the ledger's tables know it now."""

from __future__ import annotations

from collections.abc import Sequence
from types import SimpleNamespace
from typing import Any, Final, NamedTuple

from sqlalchemy import Row as SqlRow
from sqlalchemy import case, func, literal, select, tuple_
from starlette.exceptions import HTTPException

from taizhang.adapters.house import House
from taizhang.http.cuts import TimeBar
from taizhang.projections.ledger_query import Scope, figures, places_page
from taizhang.projections.replay import Cuts
from taizhang.projections.tables_ledger import ledger_tables

Table = Sequence[SqlRow[Any]]
ROSTER_PAGE: Final = (
    500  # a class has fifty trainees; one of thousands is a mistake that must be looked at all the same
)
LONGEST_POSITION: Final = 19  # digits
COUNTED: Final = ("person_times", "persons", "persons_poor", "certified")


class Household(NamedTuple):
    """A household of the register, its members, and their places in classes."""

    row: Any
    members: Table
    enrolments: Table


class Counted(NamedTuple):
    """Who is in a class: enrolments in force, different persons among them, how many of these are registered poor."""

    person_times: int
    persons: int
    persons_poor: int
    certificates: int


def counted(house: House, training_class: str, bar: TimeBar) -> Counted:
    """The trainees of a class at the bar's moments; ids known to be one person's count once."""
    alone, cuts = Scope(training_class=training_class), Cuts(bar.recorded_at, bar.effective_on)
    with house.log.database.read() as connection:
        found = figures(connection, alone, COUNTED, cuts)
    return Counted(*(found[name] for name in COUNTED))


def roster(house: House, training_class: str, after: str = "") -> tuple[Table, str]:
    """The trainees of a class, household by household, those in no register last: a page, and what to go on after."""
    seats = ledger_tables().enrolments
    order = (case((seats.c.household.is_(None), 1), else_=0), func.coalesce(seats.c.household, ""), seats.c.position)
    query = select(seats).where(seats.c.training_class == training_class).order_by(*order).limit(ROSTER_PAGE + 1)
    if after:
        query = query.where(tuple_(*order) > tuple_(*(literal(part) for part in _cursor(after))))
    with house.log.database.read() as connection:
        found = connection.execute(query).all()
    page = found[:ROSTER_PAGE]
    return page, f"{page[-1].household or ''}|{page[-1].position}" if len(found) > ROSTER_PAGE else ""


def _cursor(text: str) -> tuple[int, str, int]:
    """Where a page of a roster goes on. Raises HTTPException (400)."""
    household, _, position = text.rpartition("|")
    if not (position.isascii() and position.isdecimal() and len(position) < LONGEST_POSITION):
        raise HTTPException(400)
    return int(not household), household, int(position)


def roster_at(house: House, training_class: str, bar: TimeBar, after: str = "") -> tuple[list[SimpleNamespace], str]:
    """The same at the bar's moments, by person: rows with the names of the table's columns."""
    rows = []
    cuts = Cuts(bar.recorded_at, bar.effective_on)
    with house.log.database.read() as connection:
        found, following = places_page(connection, house.log, training_class, cuts, after, ROSTER_PAGE)
    for place in found:
        figures, facts = place.figures, place.facts
        unknown = dict.fromkeys(("theory_tenths", "practice_tenths", "passed", "certificate_number"))
        known = {
            "planned_minutes": figures["planned_minutes"],
            "evidenced_minutes": figures["evidenced_minutes"],
            "certificates": figures["certified"],
        }
        if facts["enrolled_on"] is not None:
            in_force = {"withdrawn_on": None} if figures["person_times"] > 0 else {}  # somebody may leave after the day
            rows.append(SimpleNamespace(**unknown, **known, **{**facts, **in_force}))
    return sorted(rows, key=lambda row: (row.household is None, row.household or "", row.position)), following


def household(house: House, household_id: str) -> Household | None:
    """A household with its members, or None when the register has none of this id."""
    tables = ledger_tables()
    members, seats = tables.members, tables.enrolments
    with house.log.database.read() as connection:
        row = connection.execute(select(tables.households).where(tables.households.c.household == household_id)).first()
        if row is None:
            return None
        listed = connection.execute(
            select(members).where(members.c.household == household_id).order_by(members.c.person)
        ).all()
        found = connection.execute(
            select(seats).where(seats.c.household == household_id).order_by(seats.c.enrolled_on, seats.c.training_class)
        ).all()
    return Household(row, listed, found)


def enrolments_of(house: House, person: str) -> Table:
    """The classes of a person, the earliest first."""
    seats = ledger_tables().enrolments
    query = select(seats).where(seats.c.person == person).order_by(seats.c.enrolled_on, seats.c.training_class)
    with house.log.database.read() as connection:
        return connection.execute(query).all()
