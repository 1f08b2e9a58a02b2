"""Everybody's place in a class: what the ledger holds of a person there, as known and as effective at the cuts."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from typing import Any, Final, NamedTuple

import msgspec
from sqlalchemy import Connection, select

from taizhang.domain.log import LogReader
from taizhang.projections.ledger_memory import Room
from taizhang.projections.ledger_state import ClassState, Seat
from taizhang.projections.replay import NOW, Cuts, replayed, seat_figures
from taizhang.projections.tables_ledger import ledger_tables

PLACES_PAGE: Final = 200
Figures = dict[str, int]
Group = Callable[[str], tuple[str, ...]]
_class = msgspec.msgpack.Decoder(ClassState).decode
_seat = msgspec.msgpack.Decoder(Seat).decode
_strings = msgspec.msgpack.Decoder(tuple[str, ...]).decode


class Row(NamedTuple):
    """One line of the ledger: a region, a class, or a person's place in one."""

    level: str
    code: str
    figures: Figures
    facts: Mapping[str, Any] = {}  # of a place: person, household, poor, claimed_poor, enrolled_on …


def places(log: LogReader, training_class: str, cuts: Cuts) -> list[Row]:
    """Everybody's place in a class, told again from the facts, as known and as effective at the cuts."""
    told = replayed(log, training_class, cuts)
    return [_row(told.room, seat, told.group, cuts) for _, seat in sorted(told.room.seats.items())]


def places_page(
    connection: Connection,
    log: LogReader,
    training_class: str,
    cuts: Cuts = NOW,
    after: str = "",
    limit: int = PLACES_PAGE,
) -> tuple[list[Row], str]:
    """The same by person, a page of them, and the id to go on after ("" at the end).

    What is known now stands in the tables. What was known earlier is told again from the facts of these persons, so a
    page may then be shorter: who was not known yet is left out.
    """
    t = ledger_tables().enrolments.c
    query = select(t.person).where(t.training_class == training_class, t.person > after).order_by(t.person)
    found = list(connection.scalars(query.limit(limit + 1)))
    page, following = found[:limit], found[limit - 1] if len(found) > limit else ""
    if cuts.as_recorded_at is None:
        return _standing(connection, training_class, page, cuts), following
    told = replayed(log, training_class, cuts, frozenset(page))
    seats = [told.room.seats[person] for person in page if person in told.room.seats]
    return [_row(told.room, seat, told.group, cuts) for seat in seats], following


def _standing(connection: Connection, training_class: str, persons: Collection[str], cuts: Cuts) -> list[Row]:
    """The places of these persons as the tables hold them."""
    tables = ledger_tables()
    c, t, a = tables.classes.c, tables.enrolments.c, tables.aliases.c
    state = connection.scalar(select(c.state).where(c.training_class == training_class))
    if state is None:
        return []
    room = Room(_class(state), stored=True)
    members = connection.execute(select(a.person, a.members).where(a.person.in_(persons)))
    groups = {person: _strings(blob) for person, blob in members}
    mine = select(t.state).where(t.training_class == training_class, t.person.in_(persons)).order_by(t.person)
    return [
        _row(room, _seat(blob), lambda person: groups.get(person) or (person,), cuts)
        for blob in connection.scalars(mine)
    ]


def _row(room: Room, seat: Seat, group: Group, cuts: Cuts) -> Row:
    until = cuts.as_effective_on
    stretches = [s for s in seat.presence() if until is None or s[0] <= until.isoformat()]
    claimed = seat.claimed_poor()
    facts = {
        "training_class": room.state.training_class,
        "person": seat.person,
        "ids": group(seat.person),
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
    return Row("person", seat.person, seat_figures(room, seat, until), facts)
