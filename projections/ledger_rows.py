"""Rows of the ledger's tables, made from what is kept in memory."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from operator import add
from typing import Any, NamedTuple, TypeVar

import msgspec

from taizhang.projections.cells import Cell, cells_of
from taizhang.projections.ledger_memory import Memory, Room
from taizhang.projections.ledger_state import ClassState, Seat, Stretch
from taizhang.projections.register import parts_of

K = TypeVar("K")
_pack = msgspec.msgpack.Encoder().encode
_json = msgspec.json.Encoder().encode


def class_row(room: Room) -> tuple[Any, ...]:
    """The row of a class in `ledger_class`."""
    state, filing = room.state, room.state.filing()
    training_class, county, programme, kind = room.dimensions
    approval = state.approved[max(state.approved)] if state.approved else None
    dates = state.rescheduled[max(state.rescheduled)] if state.rescheduled else None
    if dates is None and filing is not None:
        dates = (filing.starts_on.isoformat(), filing.ends_on.isoformat())
    return (
        training_class,
        filing.name if filing else "",
        county,
        filing.institution if filing else "",
        programme,
        kind,
        filing.occupation if filing else "",
        filing.level if filing else None,
        filing.seats if filing else 0,
        sum(1 for seat in room.seats.values() if _takes_seat(seat)),
        room.required,
        room.planned,
        dates[0] if dates else None,
        dates[1] if dates else None,
        filing.venue if filing else None,
        filing.place if filing else "",
        filing.filing_number if filing else "",
        filing.occurred_on.isoformat() if filing else None,
        filing.filed_by if filing else "",
        approval.day if approval else None,
        approval.by if approval else "",
        max(state.refused.values(), default=None),
        max(state.cancelled.values(), default=None),
        state.completed_on(),
        state.sessions_held,
        state.session_minutes,
        state.presence_checks,
        _status(state),
        max(state.filed, default=state.position),
        state.recorded_at,
        _pack(state),
    )


def _status(state: ClassState) -> str:
    if state.cancelled:
        return "cancelled"
    if state.completed:
        return "completed"
    if state.approved:
        return "approved"
    if state.refused:
        return "refused"
    return "filed" if state.filed else "unfiled"


def _seated(presence: tuple[Stretch, ...]) -> bool:
    return bool(presence) and presence[-1][1] is None


def _takes_seat(seat: Seat) -> bool:
    if len(seat.enrolled) == 1 and not seat.withdrawn:
        return True  # what most seats are
    return _seated(seat.presence())


class SeatRows:
    """Makes the rows of `ledger_enrolment` of one page; what those who attended alike share is reckoned once."""

    def __init__(self) -> None:
        self._attended: dict[int, Attended] = {}

    def row(self, room: Room, seat: Seat, short: bool) -> tuple[Any, ...]:
        """A person's place in a class; `short` leaves out the last columns if they have nothing but defaults."""
        if seat.is_plain():
            [(day, claimed)] = seat.enrolled.values()
            first = self._first(room, seat, day, claimed, room.planned, self._short_state(seat))
            if not short:
                return (*first, *_lives(seat), *_NOTHING_RARE)
            return first if seat.household is None else (*first, *_lives(seat))
        presence = seat.presence()
        since, until = (presence[0][0], presence[-1][1]) if presence else (None, None)
        planned = room.planned if _seated(presence) else 0
        score = seat.scores[max(seat.scores)] if seat.scores else None
        return (
            *self._first(room, seat, since, seat.claimed_poor(), planned, _pack(seat)),
            *_lives(seat),
            until,
            seat.absent_days,
            score.theory_tenths if score else None,
            score.practice_tenths if score else None,
            int(score.passed) if score and score.passed is not None else None,
            *_outcomes(seat),
            int(seat.answers[max(seat.answers)][1]) if seat.answers else None,
            int(seat.late_addition),
            int(seat.corrected),
            None if len(presence) == 1 else _json(presence).decode() if presence else None,
        )

    def _short_state(self, seat: Seat) -> bytes:
        """A plain seat without what it has not; it is read like any other."""
        packed = self._attendance(seat).packed
        known = (seat.person, seat.position, seat.recorded_at, seat.enrolled, packed, seat.certificates, seat.late_days)
        return _pack(known if seat.household is None else (*known, seat.poor, seat.household, seat.village))

    def _first(
        self,
        room: Room,
        seat: Seat,
        since: str | None,
        claimed: bool | None,
        planned: int,
        state: bytes,
    ) -> tuple[Any, ...]:
        training_class, county, programme, kind = room.dimensions
        attended = self._attendance(seat)
        return (
            training_class,
            seat.person,
            county,
            programme,
            kind,
            since,
            claimed if claimed is None else int(claimed),
            int(claimed is not None and claimed != seat.poor),
            planned,
            attended.minutes,
            attended.days,
            *_certificate(seat),
            seat.late_days,
            seat.position,
            seat.recorded_at,
            state,
        )

    def _attendance(self, seat: Seat) -> Attended:
        if not seat.minutes:
            return _ABSENT
        attended = self._attended.get(id(seat.minutes))
        if attended is None:
            minutes = seat.minutes
            days = len(minutes) - list(minutes.values()).count(0)
            attended = Attended(minutes, sum(minutes.values()), days, msgspec.Raw(_pack(minutes)))
            self._attended[id(minutes)] = attended
        return attended


class Attended(NamedTuple):
    """What one or more seats attended."""

    by_day: dict[str, int]  # kept, so that its identity stays its own
    minutes: int
    days: int
    packed: msgspec.Raw


_ABSENT = Attended({}, 0, 0, msgspec.Raw(_pack({})))


def _lives(seat: Seat) -> tuple[Any, ...]:
    _, township, village = parts_of(seat.village)
    return seat.household, township, village, int(seat.poor)


# Withdrawn, absent; score; outcomes; took part; late addition, corrected, presence.
_NOTHING_RARE = (None, 0, None, None, None, *(None,) * 6, None, 0, 0, None)
_NO_CERTIFICATE = (0, None, None, None, None)
_NO_OUTCOMES = (None,) * 6


def _certificate(seat: Seat) -> tuple[Any, ...]:
    """How many certificates stand, and the latest of them."""
    if not seat.certificates:
        return _NO_CERTIFICATE
    if len(seat.certificates) == 1 and not seat.revoked:
        [only] = seat.certificates.values()
        return 1, only.kind, only.number, only.issuer, only.day
    gone = {(issuer, number) for _, issuer, number in seat.revoked.values()}
    standing = [(p, c) for p, c in seat.certificates.items() if (c.issuer, c.number) not in gone]
    if not standing:
        return _NO_CERTIFICATE
    last = max(standing, key=lambda one: one[0])[1]
    return len(standing), last.kind, last.number, last.issuer, last.day


def _outcomes(seat: Seat) -> tuple[Any, ...]:
    """What was last reported and confirmed after 1, 3 and 6 months."""
    if not seat.reported and not seat.confirmed:
        return _NO_OUTCOMES
    reported, confirmed = _latest(seat.reported), _latest(seat.confirmed)
    return (
        reported.get(1),
        confirmed.get(1),
        reported.get(3),
        confirmed.get(3),
        reported.get(6),
        confirmed.get(6),
    )


def _latest(reports: dict[int, tuple[int, str, str]]) -> dict[int, str]:
    """What was reported last for each number of months: the latest day's, and of one day the later recorded."""
    if len(reports) == 1:
        [(months, kind, _)] = reports.values()
        return {months: kind}
    return {months: kind for _, _, months, kind in sorted((d, p, m, k) for p, (m, k, d) in reports.items())}


def delta_rows(memory: Memory) -> Iterator[tuple[Any, ...]]:
    """The rows of `ledger_delta` since the last write."""
    for (dimensions, recorded_at), rows in memory.deltas.items():
        for day, (position, *figures) in rows.items():
            yield (*dimensions, day, recorded_at, int(day[:4]), position, *figures)


def person_rows(memory: Memory) -> Iterator[tuple[Any, ...]]:
    """The rows of `person_delta` since the last write."""
    found: dict[tuple[Cell, str, int], list[int]] = {key: list(row) for key, row in memory.cells.items()}
    for (where, day, recorded_at), (position, persons, poor) in memory.pieces.items():
        for cell in cells_of(*where):
            row = found.setdefault((cell, day, recorded_at), [position, 0, 0])
            row[0] = min(row[0], position)
            row[1] += persons
            row[2] += poor
    for (cell, day, recorded_at), row in found.items():
        yield (*cell, day, recorded_at, *row)


def total_rows(deltas: Iterable[tuple[Any, ...]]) -> list[tuple[Any, ...]]:
    """What rows of `ledger_delta` add to `ledger_total`."""
    found: dict[tuple[str, str, int], list[int]] = {}
    for _, county, _, kind, _, _, year, _, *figures in deltas:
        _add(found, (county, kind, year), figures)
    return [(*key, *figures) for key, figures in found.items()]


def person_total_rows(deltas: Iterable[tuple[Any, ...]]) -> list[tuple[Any, ...]]:
    """What rows of `person_delta` add to `person_total`."""
    found: dict[tuple[str, ...], list[int]] = {}
    for level, region, period_kind, period, kind, _, _, _, *persons in deltas:
        _add(found, (level, region, period_kind, period, kind), persons)
    return [(*key, *persons) for key, persons in found.items()]


def _add(sums: dict[K, list[int]], key: K, amounts: list[int]) -> None:
    standing = sums.get(key)
    sums[key] = amounts if standing is None else list(map(add, standing, amounts))
