"""How each fact of training moves the ledger: one small fold for each kind, taken back by corrections."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from taizhang.domain.attendance import AttendanceTaken
from taizhang.domain.certificates import CertificateIssued, CertificateRevoked
from taizhang.domain.classes import (
    ClassApproved,
    ClassCancelled,
    ClassCompleted,
    ClassFiled,
    ClassFilingRefused,
    ClassRescheduled,
)
from taizhang.domain.confirmations import TraineeConfirmed
from taizhang.domain.core import Fact
from taizhang.domain.employment import EmploymentConfirmed, EmploymentReported
from taizhang.domain.enrolment import TraineeEnrolled, TraineeWithdrawn
from taizhang.domain.scores import ScoreRecorded
from taizhang.domain.sessions import PresenceChecked, SessionHeld
from taizhang.projections.cells import Span, added, difference, pieces, steps
from taizhang.projections.ledger_memory import Entry, Memory, Room
from taizhang.projections.ledger_state import (
    CERTIFIED,
    CERTIFIED_MINUTES,
    COMPLETED,
    CONFIRMED,
    COUNT,
    NOT_WORKING,
    PERSON_TIMES,
    PLANNED,
    REPORTED,
    Approval,
    Certificate,
    Score,
    Seat,
    Weights,
    completion,
    first_in_work,
    weights,
)
from taizhang.projections.view import Item

DAY_MICROSECONDS = 86_400_000_000
BEIJING_MICROSECONDS = 8 * 3_600_000_000
EPOCH_ORDINAL = 719_163  # 1970-01-01
Fold = Callable[[Any, int, int, Item], None]  # the body, its position, +1 or -1, the fact that says so


class TrainingFold:
    """Folds facts about classes and trainees into memory."""

    def __init__(self, memory: Memory) -> None:
        self._memory = memory
        self._recorded_at, self._recorded_day = -1, 0

    def folds(self) -> dict[type[Fact], Fold]:
        """The fold for each class of fact."""
        return {
            ClassFiled: self._filed,
            ClassApproved: self._approved,
            ClassFilingRefused: self._filing_refused,
            ClassRescheduled: self._rescheduled,
            ClassCancelled: self._cancelled,
            ClassCompleted: self._completed,
            SessionHeld: self._session_held,
            PresenceChecked: self._presence_checked,
            TraineeEnrolled: self._enrolled,
            TraineeWithdrawn: self._withdrawn,
            TraineeConfirmed: self._answered,
            AttendanceTaken: self._attendance,
            ScoreRecorded: self._scored,
            CertificateIssued: self._certified,
            CertificateRevoked: self._revoked,
            EmploymentReported: self._reported,
            EmploymentConfirmed: self._confirmed,
        }

    # -- classes ------------------------------------------------------------------------------------------

    def _filed(self, fact: ClassFiled, position: int, sign: int, item: Item) -> None:
        room = self._room(fact.training_class, item)
        old = room.state.filing()
        if not room.seats:
            _keep(room.state.filed, position, fact, sign)
            room.reckon()
            self._memory.past.filing(room.state, old, item.recorded_at)
            self._room(fact.training_class, item)
            return
        before = {person: weights(room.state, seat) for person, seat in room.seats.items()}
        for person, seat in room.seats.items():
            self._move(room, before[person], seat.poor, {}, False, item)
        _keep(room.state.filed, position, fact, sign)
        room.reckon()
        self._memory.past.filing(room.state, old, item.recorded_at)
        room = self._room(fact.training_class, item)
        for seat in room.seats.values():
            self._move(room, {}, False, weights(room.state, seat), seat.poor, item)
            if seat.enrolled:  # who only stands on a sheet is counted nowhere
                self._count(room, seat, item)
            self._mark(room, seat, None, item)

    def _approved(self, fact: ClassApproved, position: int, sign: int, item: Item) -> None:
        approval = Approval(fact.occurred_on.isoformat(), fact.approved_by)
        _keep(self._room(fact.training_class, item).state.approved, position, approval, sign)

    def _filing_refused(self, fact: ClassFilingRefused, position: int, sign: int, item: Item) -> None:
        _keep(self._room(fact.training_class, item).state.refused, position, fact.occurred_on.isoformat(), sign)

    def _rescheduled(self, fact: ClassRescheduled, position: int, sign: int, item: Item) -> None:
        days = (fact.starts_on.isoformat(), fact.ends_on.isoformat())
        _keep(self._room(fact.training_class, item).state.rescheduled, position, days, sign)

    def _cancelled(self, fact: ClassCancelled, position: int, sign: int, item: Item) -> None:
        _keep(self._room(fact.training_class, item).state.cancelled, position, fact.occurred_on.isoformat(), sign)

    def _completed(self, fact: ClassCompleted, position: int, sign: int, item: Item) -> None:
        room = self._room(fact.training_class, item)
        was = room.state.completed_on()
        _keep(room.state.completed, position, fact.occurred_on.isoformat(), sign)
        now = room.state.completed_on()
        if was != now:
            for seat in room.seats.values():
                presence = seat.presence()
                self._shift(room, COMPLETED, completion(was, presence), completion(now, presence), seat.poor, item)

    def _session_held(self, fact: SessionHeld, _position: int, sign: int, item: Item) -> None:
        state = self._room(fact.training_class, item).state
        state.sessions_held += sign
        state.session_minutes += sign * fact.hours.minutes

    def _presence_checked(self, fact: PresenceChecked, _position: int, sign: int, item: Item) -> None:
        self._room(fact.training_class, item).state.presence_checks += sign

    # -- enrolment ----------------------------------------------------------------------------------------

    def _enrolled(self, fact: TraineeEnrolled, position: int, sign: int, item: Item) -> None:
        memory = self._memory
        room = self._room(fact.training_class, item)
        seat = room.seats.get(fact.person)
        if seat is not None or sign < 0:
            seat = self._seat(room, fact.person, item)
            before = weights(room.state, seat)
            _keep(seat.enrolled, position, (fact.occurred_on.isoformat(), fact.claimed_poor), sign)
            self._rejudge(room, seat, before, item)
            self._mark(room, seat, fact, item)
            return
        seat = self._seat(room, fact.person, item)
        entry = room.entry
        if entry is None or entry.on != fact.occurred_on:
            entry = room.entry = Entry(room, fact.occurred_on)
        seat.enrolled[position] = (entry.day, fact.claimed_poor)
        group = memory.group(fact.person)
        seat.poor, seat.household, seat.village = memory.register.judge(group, entry.day)
        if room.state.completed:
            self._move(room, {}, False, weights(room.state, seat), seat.poor, item)
        else:
            row = entry.figures
            if row is None:
                row = entry.figures = memory.figures(room, entry.day, item.position)
            row[1 + PERSON_TIMES] += 1
            row[1 + PLANNED] += room.planned
            if seat.poor:
                row[1 + COUNT + PERSON_TIMES] += 1
                row[1 + COUNT + PLANNED] += room.planned
        if memory.spans[fact.person] or len(group) > 1:
            self._count(room, seat, item)
        else:
            memory.count_new(room, seat, entry, item.position)
        self._mark(room, seat, fact, item)

    def _withdrawn(self, fact: TraineeWithdrawn, position: int, sign: int, item: Item) -> None:
        room = self._room(fact.training_class, item)
        seat = self._seat(room, fact.person, item)
        before = weights(room.state, seat)
        _keep(seat.withdrawn, position, fact.occurred_on.isoformat(), sign)
        self._rejudge(room, seat, before, item)
        self._mark(room, seat, fact, item)

    def rejudge(self, person: str, item: Item) -> None:
        """Ask the register again about every enrolment of this person; it has changed, or the ids have."""
        for training_class in list(self._memory.spans[person]):
            room = self._room(training_class, item)
            seat = room.seats[person]
            self._rejudge(room, seat, weights(room.state, seat), item)
            room.dirty[person] = seat

    # -- what a trainee did -------------------------------------------------------------------------------

    def _answered(self, fact: TraineeConfirmed, position: int, sign: int, item: Item) -> None:
        room = self._room(fact.training_class, item)
        seat = self._seat(room, fact.person, item)
        _keep(seat.answers, position, (fact.occurred_on.isoformat(), fact.took_part), sign)
        self._mark(room, seat, fact, item)

    def _attendance(self, fact: AttendanceTaken, _position: int, sign: int, item: Item) -> None:
        room = self._memory.rooms[fact.training_class]
        if room.at != item.recorded_at:
            room = self._room(fact.training_class, item)
        seat = room.seats.get(fact.person) or self._seat(room, fact.person, item)
        if fact.marks:
            sheet = room.sheet
            if sheet is None or sheet.sign != sign or (sheet.marks is not fact.marks and sheet.marks != fact.marks):
                sheet = self._memory.sheet(room, fact.marks, sign, item.position)
            sheet.rows_all += 1
            sheet.rows_poor += seat.poor
            if seat.minutes:
                total = seat.minutes.copy()
                for day, minutes in sheet.minutes.items():
                    total[day] = total.get(day, 0) + minutes
                seat.minutes = total
            else:
                seat.minutes = sheet.minutes
        seat.absent_days += sign * len(fact.absent)
        self._mark(room, seat, fact, item)

    def _scored(self, fact: ScoreRecorded, position: int, sign: int, item: Item) -> None:
        room = self._room(fact.training_class, item)
        seat = self._seat(room, fact.person, item)
        score = Score(fact.occurred_on.isoformat(), fact.theory_tenths, fact.practice_tenths, fact.passed)
        _keep(seat.scores, position, score, sign)
        self._mark(room, seat, fact, item)

    def _certified(self, fact: CertificateIssued, position: int, sign: int, item: Item) -> None:
        room = self._room(fact.training_class, item)
        seat = self._seat(room, fact.person, item)
        day = fact.occurred_on.isoformat()
        _keep(seat.certificates, position, Certificate(day, fact.kind, fact.number, fact.issuer), sign)
        self._add_certificate(room, seat, day, sign, item)
        self._mark(room, seat, fact, item)

    def _revoked(self, fact: CertificateRevoked, position: int, sign: int, item: Item) -> None:
        room = self._room(fact.training_class, item)
        seat = self._seat(room, fact.person, item)
        day = fact.occurred_on.isoformat()
        _keep(seat.revoked, position, (day, fact.issuer, fact.number), sign)
        self._add_certificate(room, seat, day, -sign, item)
        self._mark(room, seat, fact, item)

    def _add_certificate(self, room: Room, seat: Seat, day: str, sign: int, item: Item) -> None:
        row = self._memory.figures(room, day, item.position)
        for offset in (1, 1 + COUNT) if seat.poor else (1,):
            row[offset + CERTIFIED] += sign
            row[offset + CERTIFIED_MINUTES] += sign * room.required

    def _reported(self, fact: EmploymentReported, position: int, sign: int, item: Item) -> None:
        room = self._room(fact.training_class, item)
        seat = self._seat(room, fact.person, item)
        self._outcome(room, seat, seat.reported, REPORTED, fact, position, sign, item)

    def _confirmed(self, fact: EmploymentConfirmed, position: int, sign: int, item: Item) -> None:
        room = self._room(fact.training_class, item)
        seat = self._seat(room, fact.person, item)
        self._outcome(room, seat, seat.confirmed, CONFIRMED, fact, position, sign, item)

    def _outcome(
        self,
        room: Room,
        seat: Seat,
        reports: dict[int, tuple[int, str, str]],
        places: dict[int, int],
        fact: EmploymentReported | EmploymentConfirmed,
        position: int,
        sign: int,
        item: Item,
    ) -> None:
        months = fact.months
        report = (months, fact.kind, fact.occurred_on.isoformat())
        if sign > 0 and (not reports or _none_after(reports, months)):  # what most reports are: the first one
            reports[position] = report
            if fact.kind != NOT_WORKING:
                row = self._memory.figures(room, report[2], item.position)
                row[1 + places[months]] += 1
                row[1 + COUNT + places[months]] += seat.poor
        else:
            before = dict(first_in_work(reports))
            _keep(reports, position, report, sign)
            after = dict(first_in_work(reports))
            for one in before.keys() | after.keys():
                self._shift(room, places[one], before.get(one), after.get(one), seat.poor, item)
        self._mark(room, seat, fact, item)

    # -- shared -------------------------------------------------------------------------------------------

    def _room(self, training_class: str, item: Item) -> Room:
        return self._memory.room(training_class, item.position, item.recorded_at)

    def _seat(self, room: Room, person: str, item: Item) -> Seat:
        seat = room.seats.get(person)
        if seat is None:
            seat = room.seats[person] = Seat(person, item.position, item.recorded_at)
            room.fresh.add(person)
        return seat

    def _mark(self, room: Room, seat: Seat, fact: Fact | None, item: Item) -> None:
        """The seat's row changes; `fact` waited so long to be recorded."""
        room.dirty[seat.person] = seat
        if fact is not None:
            if item.recorded_at != self._recorded_at:
                self._recorded_at = item.recorded_at
                self._recorded_day = EPOCH_ORDINAL + (item.recorded_at + BEIJING_MICROSECONDS) // DAY_MICROSECONDS
            late = self._recorded_day - fact.occurred_on.toordinal()
            if late > seat.late_days:
                seat.late_days = late
            if item.addition is not None:
                seat.late_addition = True
            if fact is not item.fact:
                seat.corrected = True

    def _rejudge(self, room: Room, seat: Seat, before: Weights, item: Item) -> None:
        """Reckon a seat anew whose presence or whose person's household may have changed."""
        poor_before = seat.poor
        day = seat.judged_on()
        if day is None:
            seat.poor, seat.household, seat.village = False, None, None
        else:
            group = self._memory.group(seat.person)
            seat.poor, seat.household, seat.village = self._memory.register.judge(group, day)
        self._move(room, before, poor_before, weights(room.state, seat), seat.poor, item)
        self._count(room, seat, item)

    def _move(self, room: Room, before: Weights, was_poor: bool, after: Weights, is_poor: bool, item: Item) -> None:
        """Add to the figures what changed from `before` to `after`."""
        for key in before.keys() | after.keys():
            old, new = before.get(key, 0), after.get(key, 0)
            poor = (new if is_poor else 0) - (old if was_poor else 0)
            if old != new or poor:
                day, place = key
                row = self._memory.figures(room, day, item.position)
                row[1 + place] += new - old
                row[1 + COUNT + place] += poor

    def _shift(self, room: Room, place: int, was: str | None, now: str | None, poor: bool, item: Item) -> None:
        """One enrolment counts in this measure from another day on; None: it does not count."""
        for day, step in ((was, -1), (now, 1)) if was != now else ():
            if day is not None:
                row = self._memory.figures(room, day, item.position)
                row[1 + place] += step
                row[1 + COUNT + place] += step * poor

    def _count(self, room: Room, seat: Seat, item: Item) -> None:
        """Count the person anew in every cell, now that this enrolment means something else."""
        memory, training_class = self._memory, room.dimensions[0]
        mine = memory.spans[seat.person]
        old, new = mine.get(training_class), room.span(seat)
        if old == new:
            return
        memory.past.seat(training_class, seat, old, new, item.recorded_at)
        if old is not None and old[:-1] == new[:-1]:
            mine[training_class] = new  # only the village is another
            return
        group = memory.group(seat.person)
        if not new.presence:
            new_spans = {one: span for one, span in mine.items() if one != training_class}
        else:
            new_spans = mine | {training_class: new}
        alone = len(group) == 1 and len(mine) == (old is not None)
        if alone:
            if old is not None:
                memory.count_pieces(pieces(old), -1, item.position, item.recorded_at)
            memory.spans[seat.person] = new_spans
            memory.count_pieces(pieces(new), 1, item.position, item.recorded_at)
            return
        quick = added(self.spans_of(group), new) if old is None else None
        if quick is not None:
            memory.spans[seat.person] = new_spans
            memory.count_steps(quick, item.position, item.recorded_at)
            return
        before = steps(self.spans_of(group))
        memory.spans[seat.person] = new_spans
        memory.count_steps(difference(before, steps(self.spans_of(group))).items(), item.position, item.recorded_at)

    def spans_of(self, group: tuple[str, ...]) -> list[Span]:
        """All enrolments of one person, under any of the ids."""
        return [span for person in group for span in self._memory.spans[person].values()]


def _none_after(reports: dict[int, tuple[int, str, str]], months: int) -> bool:
    """Whether nothing was reported yet for this number of months."""
    return months not in [one[0] for one in reports.values()]


def _keep(facts: dict[int, Any], position: int, body: Any, sign: int) -> None:
    if sign > 0:
        facts[position] = body
    else:
        facts.pop(position, None)
