"""Who sits in a class or belongs to a household, as the ledger's tables know it now."""

from __future__ import annotations

from collections.abc import Sequence
from types import SimpleNamespace
from typing import Any, NamedTuple

from sqlalchemy import Row as SqlRow
from sqlalchemy import func, select

from taizhang.adapters.house import House
from taizhang.http.cuts import TimeBar
from taizhang.projections.ledger_query import places
from taizhang.projections.replay import Cuts
from taizhang.projections.tables_ledger import LedgerTables

Table = Sequence[SqlRow[Any]]


class Household(NamedTuple):
    """A household of the register, its members, and their places in classes."""

    row: Any
    members: Table
    enrolments: Table


class Counted(NamedTuple):
    """Who is in a class: enrolments in force, different persons among them, and how many of these are registered poor."""

    person_times: int
    persons: int
    persons_poor: int


def counted(seats: Sequence[Any]) -> Counted:
    """The trainees of a roster; ids known to be one person's count once."""
    present = [seat for seat in seats if seat.enrolled_on and not seat.withdrawn_on]
    poor = {seat.ids for seat in present if seat.poor}
    return Counted(len(present), len({seat.ids for seat in present}), len(poor))


def roster(house: House, training_class: str) -> Table:
    """The trainees of a class, household by household; those in no register last. `ids` is whom a row counts as."""
    tables = LedgerTables()
    seats, aliases = tables.enrolments, tables.aliases
    query = (
        select(seats, func.coalesce(aliases.c.kept, seats.c.person).label("ids"))
        .join_from(seats, aliases, aliases.c.person == seats.c.person, isouter=True)
        .where(seats.c.training_class == training_class)
        .order_by(seats.c.household.is_(None), seats.c.household, seats.c.position, seats.c.person)
    )
    with house.log.database.read() as connection:
        return connection.execute(query).all()


def roster_at(house: House, training_class: str, bar: TimeBar) -> list[SimpleNamespace]:
    """The same at the bar's moments, told again from the facts: rows with the names of the table's columns."""
    rows = []
    for place in places(house.log, training_class, Cuts(bar.recorded_at, bar.effective_on)):
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
    return sorted(rows, key=lambda row: (row.household is None, row.household or "", row.position, row.person))


def household(house: House, household_id: str) -> Household | None:
    """A household with its members, or None when the register has none of this id."""
    tables = LedgerTables()
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
    seats = LedgerTables().enrolments
    query = select(seats).where(seats.c.person == person).order_by(seats.c.enrolled_on, seats.c.training_class)
    with house.log.database.read() as connection:
        return connection.execute(query).all()
