"""The part of the ledger that a page needs, in memory: classes with their seats, persons' spans, merged ids."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable
from datetime import date
from typing import Any

import msgspec
from sqlalchemy import Connection, select

from taizhang.domain.classes import ClassFiled
from taizhang.domain.hours import SessionHours
from taizhang.projections.cells import Span, Step
from taizhang.projections.database import all_empty, rows_among
from taizhang.projections.ledger_state import COUNT, EVIDENCED, ClassState, Day, Seat
from taizhang.projections.register import Register
from taizhang.projections.tables_ledger import LedgerTables
from taizhang.projections.versions import Version

REMEMBERED = 400_000  # seats, spans and register rows kept from page to page, about 500 bytes each

_class = msgspec.msgpack.Decoder(ClassState)
_seat = msgspec.msgpack.Decoder(Seat)
_strings = msgspec.msgpack.Decoder(tuple[str, ...])
_json = msgspec.json.Encoder().encode
_stretches = msgspec.json.Decoder(tuple[tuple[str, str | None], ...])
Figures = list[int]  # the position of the first fact, then the measures of all trainees, then of the poor ones


class Sheet:
    """Rows of an attendance sheet that mark the same hours: counted first, added to the figures together."""

    __slots__ = ("figures", "marks", "minutes", "rows_all", "rows_poor", "sign")

    def __init__(self, marks: tuple[SessionHours, ...], sign: int, minutes: dict[Day, int]) -> None:
        self.marks, self.sign, self.minutes = marks, sign, minutes
        self.figures: list[Figures] = []
        self.rows_all = self.rows_poor = 0

    def settle(self) -> None:
        """Add what was counted to the figures."""
        for minutes, row in zip(self.minutes.values(), self.figures, strict=True):
            row[1 + EVIDENCED] += self.rows_all * minutes
            row[1 + COUNT + EVIDENCED] += self.rows_poor * minutes
        self.rows_all = self.rows_poor = 0


class Entry:
    """What those who enter a class on one day share: counted and kept once for all of them."""

    __slots__ = ("_presence", "_room", "_spans", "counted", "day", "figures", "on")

    def __init__(self, room: Room, on: date) -> None:
        self.on, self.day = on, on.isoformat()
        self.figures: Figures | None = None  # of the class for this day
        self.counted: list[int] | None = None  # position of the first, persons, poor persons
        self._room, self._presence = room.dimensions, ((self.day, None),)
        self._spans: dict[tuple[bool, str | None], Span] = {}

    def span(self, seat: Seat) -> Span:
        """What this seat means for the counting of persons."""
        key = (seat.poor, seat.village)
        span = self._spans.get(key)
        if span is None:
            span = self._spans[key] = Span(self._room[1], self._room[3], self._presence, *key)
        return span


class Room:
    """A class in memory with everybody in it."""

    __slots__ = (
        "at",
        "dimensions",
        "dirty",
        "entry",
        "fresh",
        "planned",
        "required",
        "rows",
        "seats",
        "sheet",
        "state",
        "stored",
    )

    def __init__(self, state: ClassState, stored: bool) -> None:
        self.state, self.stored = state, stored
        self.seats: dict[str, Seat] = {}
        self.fresh: set[str] = set()  # persons whose row is not in the table yet
        self.dirty: dict[str, Seat] = {}  # those that changed since the last write
        self.at = -1
        self.rows: dict[Day, Figures] = {}
        self.sheet: Sheet | None = None
        self.reckon()

    def reckon(self) -> None:
        """Take what every seat asks for from the facts about the class."""
        self.dimensions = self.state.dimensions()
        self.planned, self.required = self.state.planned_minutes(), self.state.required_minutes()
        self.close()

    def close(self) -> None:
        """What follows goes to figures of another recording time."""
        self.at = -1
        self.entry: Entry | None = None
        if self.sheet is not None:
            self.sheet.settle()
            self.sheet = None

    def span(self, seat: Seat) -> Span:
        """What a seat means for the counting of persons."""
        return Span(self.dimensions[1], self.dimensions[3], seat.presence(), seat.poor, seat.village)


class _Rooms(dict[str, Room]):
    """Classes of which nothing is stored: each begins when it is first named."""

    def __missing__(self, training_class: str) -> Room:
        room = self[training_class] = Room(ClassState(training_class, 0, 0), stored=False)
        return room


class Past:
    """What was known otherwise until now: versions that must be written."""

    def __init__(self) -> None:
        self.enrolments_first: list[Version] = []
        self.enrolments: list[Version] = []
        self.classes_first: list[Version] = []
        self.classes: list[Version] = []
        self.aliases: list[Version] = []

    def seat(self, training_class: str, seat: Seat, old: Span | None, new: Span, recorded_at: int) -> None:
        """A place in a class means something else from this recording time on."""
        if old is None and (seat.recorded_at == recorded_at or not new.presence):
            return  # nothing else was ever known of it
        key = (training_class, seat.person)
        self.enrolments_first.append(Version(key, seat.recorded_at, None if old is None else _told(old)))
        self.enrolments.append(Version(key, recorded_at, _told(new)))

    def filing(self, state: ClassState, old: ClassFiled | None, recorded_at: int) -> None:
        """A class is filed otherwise from this recording time on."""
        new = state.filing()
        if old is None and state.recorded_at == recorded_at:
            return
        before, after = (None if one is None else (one.name, one.county, one.occupation) for one in (old, new))
        if before != after:
            self.classes_first.append(Version((state.training_class,), state.recorded_at, before))
            self.classes.append(Version((state.training_class,), recorded_at, after))


def _told(span: Span) -> tuple[Any, ...] | None:
    """An enrolment as its versions tell it; None when it does not stand."""
    if not span.presence:
        return None
    several = _json(span.presence).decode() if len(span.presence) > 1 else None
    first, last = span.presence[0][0], span.presence[-1][1]
    return span.county, span.programme_kind, first, last, several, int(span.poor), span.village


class Memory:
    """What is remembered, what changed, and how to read the rest."""

    def __init__(self, tables: LedgerTables) -> None:
        self._tables = tables
        self.register = Register(tables)
        self.forget()

    def forget(self) -> None:
        """Remember nothing."""
        self.rooms: dict[str, Room] = {}
        self.spans: dict[str, dict[str, Span]] = {}
        self.groups: dict[str, tuple[str, ...]] | None = None
        self.whole = False
        self._seat_count = 0
        self.register.forget()
        self.settle()

    def settle(self) -> None:
        """Nothing has changed since the last write."""
        # Marks that rows share, by their identity, which is theirs as long as they are kept here; minutes by day.
        self._marked: dict[tuple[int, int], tuple[tuple[SessionHours, ...], dict[Day, int]]] = {}
        self.deltas: dict[tuple[tuple[str, str, str, str], int], dict[Day, Figures]] = {}
        self.pieces: dict[tuple[tuple[str, str, str], Day, int], list[int]] = {}
        self.cells: dict[tuple[Any, Day, int], list[int]] = {}
        self.dirty_rooms: dict[str, Room] = {}
        self.dirty_groups: dict[str, tuple[str, ...]] = {}
        self.past = Past()

    def shrink(self) -> None:
        """Forget everything when it has become too much; call it right after a write."""
        if self._seat_count + len(self.spans) + self.register.size() > REMEMBERED:
            self.forget()

    # -- asking -------------------------------------------------------------------------------------------

    def group(self, person: str) -> tuple[str, ...]:
        """All ids of this person."""
        assert self.groups is not None
        return self.groups.get(person) or (person,)

    def room(self, training_class: str, position: int, recorded_at: int) -> Room:
        """The class, ready to take figures for this recording time."""
        room = self.rooms[training_class]
        if room.at != recorded_at:
            room.close()
            if room.state.position == 0:
                room.state.position, room.state.recorded_at = position, recorded_at
            room.rows = self.deltas.setdefault((room.dimensions, recorded_at), {})
            room.at = recorded_at
            self.dirty_rooms[training_class] = room
        return room

    def figures(self, room: Room, day: Day, position: int) -> Figures:
        """The row of changes of a class for an effective day."""
        row = room.rows.get(day)
        if row is None:
            row = room.rows[day] = [position, *_ZEROS]
        return row

    def sheet(self, room: Room, marks: tuple[SessionHours, ...], sign: int, position: int) -> Sheet:
        """Begin to count rows of attendance that mark these hours."""
        if room.sheet is not None:
            room.sheet.settle()
        key = (id(marks), sign)
        known = self._marked.get(key)
        if known is None:
            known = self._marked[key] = (marks, _minutes(marks, sign))
        sheet = room.sheet = Sheet(marks, sign, known[1])
        sheet.figures = [self.figures(room, day, position) for day in sheet.minutes]
        return sheet

    def close(self) -> None:
        """Bring every figure up to date before it is written."""
        for room in self.dirty_rooms.values():
            room.close()

    def count_pieces(
        self, found: Iterable[tuple[Any, Day, int, bool]], sign: int, position: int, recorded_at: int
    ) -> None:
        """Count the enrolment of a person who has no other."""
        for where, day, step, poor in found:
            row = self.pieces.get((where, day, recorded_at))
            if row is None:
                row = self.pieces[where, day, recorded_at] = [position, 0, 0]
            row[1] += sign * step
            if poor:
                row[2] += sign * step

    def count_new(self, room: Room, seat: Seat, entry: Entry, position: int) -> None:
        """Count the first enrolment of a person who was never seen before: what most enrolments are."""
        self.spans[seat.person] = {room.dimensions[0]: entry.span(seat)}
        row = entry.counted
        if row is None:
            where = (room.dimensions[1], room.dimensions[3], entry.day[:4])
            row = entry.counted = self.pieces.setdefault((where, entry.day, room.at), [position, 0, 0])
        row[1] += 1
        row[2] += seat.poor

    def count_steps(self, changed: Iterable[Step], position: int, recorded_at: int) -> None:
        """Count a change in the presence of a person with several enrolments."""
        cells = self.cells
        for (cell, day), (persons, poor) in changed:
            row = cells.get((cell, day, recorded_at))
            if row is None:
                row = cells[cell, day, recorded_at] = [position, 0, 0]
            row[1] += persons
            row[2] += poor

    # -- loading ------------------------------------------------------------------------------------------

    def begin(self, connection: Connection) -> None:
        """Know whether there is anything to read: with empty tables memory is all there is, and stays so.

        `whole` holds until memory is forgotten; classes and persons that were never named then begin by themselves.
        """
        tables = self._tables
        if self.groups is None and all_empty(connection, tables.metadata.tables.values()):
            self.whole, self.groups = True, {}
            self.rooms, self.spans = _Rooms(), defaultdict(dict)
            self.register.begin_whole()

    def load_groups(self, connection: Connection) -> None:
        """Read which ids are one person; few ever are merged, so all of them stay in memory."""
        if self.groups is None:
            table = self._tables.aliases
            rows = connection.execute(select(table.c.person, table.c.members))
            self.groups = {person: _strings.decode(members) for person, members in rows}

    def load_rooms(self, classes: Iterable[str], connection: Connection) -> None:
        """Read these classes with all their seats; what is not stored yet begins empty."""
        wanted = [one for one in dict.fromkeys(classes) if one not in self.rooms]
        table, seats = self._tables.classes.c, self._tables.enrolments.c
        for (blob,) in rows_among(connection, select(table.state), table.training_class, wanted):
            state = _class.decode(blob)
            self.rooms[state.training_class] = Room(state, stored=True)
        stored = [one for one in wanted if one in self.rooms]
        columns = select(seats.training_class, seats.state)
        for training_class, blob in rows_among(connection, columns, seats.training_class, stored):
            seat = _seat.decode(blob)
            self.rooms[training_class].seats[seat.person] = seat
            self._seat_count += 1
        for one in wanted:
            if one not in self.rooms:
                self.rooms[one] = Room(ClassState(one, 0, 0), stored=False)

    def load_spans(self, persons: Collection[str], connection: Connection) -> None:
        """Read what these persons' enrolments mean for the counting of persons."""
        wanted = [one for one in persons if one not in self.spans]
        for one in wanted:
            self.spans[one] = {}
        t = self._tables.enrolments.c
        columns = select(
            t.person,
            t.training_class,
            t.county,
            t.programme_kind,
            t.enrolled_on,
            t.withdrawn_on,
            t.presence,
            t.poor,
            t.village,
        )
        found = rows_among(connection, columns, t.person, wanted)
        for person, training_class, county, kind, since, until, presence, poor, village in found:
            stretches = _presence(since, until, presence)
            if stretches:
                self.spans[person][training_class] = Span(county, kind, stretches, bool(poor), village)


def _minutes(marks: tuple[SessionHours, ...], sign: int) -> dict[Day, int]:
    found: dict[Day, int] = {}
    for hours in marks:
        day = hours.on.isoformat()
        found[day] = found.get(day, 0) + sign * hours.minutes
    return found


def _presence(since: object, until: object, presence: str | None) -> tuple[tuple[str, str | None], ...]:
    if presence is not None:
        return _stretches.decode(presence)
    if since is None:
        return ()
    return ((str(since), None if until is None else str(until)),)


_ZEROS = (0,) * (2 * COUNT)
