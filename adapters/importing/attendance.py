"""Attendance 学员出勤簿: the day columns are sessions, each row is one person's marks in them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date, timedelta
from typing import Final, NamedTuple

from taizhang.adapters.forms.field_names import FieldName as F
from taizhang.adapters.forms.tables import DayColumn
from taizhang.adapters.importing.barred import Barred
from taizhang.adapters.importing.classes import names_in, venue_id
from taizhang.adapters.importing.context import Context
from taizhang.adapters.importing.hours import DayHours, hours_of_part, parse_day_hours
from taizhang.adapters.importing.marks import ABSENT, HOURS, PRESENT, Mark, read_mark, says_hours, within_minutes
from taizhang.adapters.importing.rows import CHUNK_ROWS, Origin, Planned, Table, Unusable, read
from taizhang.adapters.importing.teachers import known_teacher
from taizhang.adapters.importing.trainees import Sheeted, resolve
from taizhang.adapters.sheets.cells import CellProblem, clean_name, clean_text, parse_count
from taizhang.domain.attendance import AttendanceTaken, TakeAttendance
from taizhang.domain.classes import ClassFiled, ClassId, TeacherId, VenueId
from taizhang.domain.core import PersonId
from taizhang.domain.hours import SessionHours
from taizhang.domain.sessions import SessionGuard, SessionHeld

_LONGEST_CLASS_DAYS: Final = 366
_PARTS: Final = (("上", "am"), ("早", "am"), ("下", "pm"), ("晚", "evening"))
Standing = dict[PersonId, tuple[set[SessionHours], set[date]]]


class _Marked(NamedTuple):
    """One row's marks, before it is known which of them stand already."""

    sheeted: Sheeted
    present: list[SessionHours]
    absent: list[date]


def plan(tables: Sequence[Table], context: Context) -> Iterator[list[Planned]]:
    """First the sessions that a sheet evidences, then its rows."""
    for table in tables:
        rows = table.form.rows
        for start in range(0, len(rows), CHUNK_ROWS):
            yield from _chunk(table, start, context)


def _chunk(table: Table, start: int, context: Context) -> Iterator[list[Planned]]:
    planned, sheeted = resolve(table, table.form.rows[start : start + CHUNK_ROWS], context, TakeAttendance.COMMAND)
    marked: list[_Marked] = []
    for one in sheeted:
        try:
            marked.append(_marks(table, one, context))
        except Unusable as problem:
            one.planned.problem = problem.words
    sessions = _sessions(table, marked, context)
    barred = Barred(sessions, context)
    if sessions.items:
        yield [sessions]
    if barred.tries:
        yield barred.tries
    if allowed := barred.allowed():
        yield allowed
    by_class: dict[ClassId, Standing] = {}
    for person in _persons(marked):
        training_class = person[0].sheeted.training_class.training_class
        if training_class not in by_class:
            by_class[training_class] = context.lookup.attendance(training_class)
        cause = next(
            filter(None, (barred.cause(training_class, hours.on) for row in person for hours in row.present)), None
        )
        if cause is None:
            _propose(person, by_class[training_class], context.origin)
            continue
        for row in person:
            row.sheeted.planned.barred = cause
    yield planned


# -- what a row marks -------------------------------------------------------------------------------------


def _marks(table: Table, one: Sheeted, context: Context) -> _Marked:
    """The hours present and the days absent of one row.

    Raises Unusable where a mark is none, a day has no date, or the hours of the day are stated nowhere.
    """
    name, half = clean_name(one.values.get(F.PERSON_NAME)), _half(one)
    cells = [(_dated(day, one.training_class), read_mark(cell, name)) for day, cell in one.row.days]
    hourly = says_hours([mark for _, mark in cells])
    present: list[SessionHours] = []
    absent: list[date] = []
    for day, mark in cells:
        if mark.kind == "":
            continue
        if day.on is None:
            raise Unusable(
                f"“{day.text}”列看不出是哪一天。请在表头写明年月日,如 2016年4月5日。",
                f'The column "{day.text}" does not say which day it is. Give year, month and day.',
            )
        if mark.kind == ABSENT:
            absent.append(day.on)
        elif mark.kind in (PRESENT, HOURS):
            hours = _hours(table, one.training_class, day.on, day.part or half, context)
            present += _attended(day.on, hours, mark, hourly)
        else:
            raise Unusable(
                f"{day.on} 的标记无法识别。请用 √ × 假 迟 早 病,或填当天学时。",
                f"The mark of {day.on} cannot be read. Use √ × 假 迟 早 病, or the hours of that day.",
            )
    here = {hours.on for hours in present}
    _compare_totals(one, here)
    return _Marked(one, present, [day for day in dict.fromkeys(absent) if day not in here])


def _dated(day: DayColumn, about: ClassFiled) -> DayColumn:
    """The column with its date: where the sheet does not say it whole, the one day within the class's days that fits."""
    if day.on is not None or day.day is None:
        return day
    days = (about.ends_on - about.starts_on).days
    within = (about.starts_on + timedelta(days=one) for one in range(min(days, _LONGEST_CLASS_DAYS) + 1))
    fitting = [one for one in within if one.day == day.day and day.month in (None, one.month)]
    return replace(day, on=fitting[0]) if len(fitting) == 1 else day


def _attended(day: date, hours: DayHours, mark: Mark, hourly: bool) -> list[SessionHours]:
    if not hourly or mark.minutes is None:
        return [SessionHours(day, start, end) for start, end in hours]
    spans = within_minutes(hours, mark.minutes)
    if spans is None:
        raise Unusable(
            f"{day} 所填学时超过当天上课时间。请核对。", f"The hours given for {day} are more than that day was taught."
        )
    return [SessionHours(day, start, end) for start, end in spans]


def _half(one: Sheeted) -> str:
    text = clean_text(one.values.get(F.HALF_DAY))
    return next((part for word, part in _PARTS if text.startswith(word)), "")


def _hours(table: Table, about: ClassFiled, day: date, part: str, context: Context) -> DayHours:
    """The hours of that day: as the sheet says, else as filed, else as sessions of that day were recorded.

    Raises Unusable where none of them says.
    """
    stated = read(table, table.head, F.DAILY_HOURS, parse_day_hours) or about.daily_hours
    if not stated:
        stated = tuple(sorted(set(context.sessions(about.training_class).days.get(day, ()))))
    hours = hours_of_part(stated, part)
    if not hours:
        raise Unusable(
            "考勤表和开班申请表都没有写明每天的上课时间,无法折算学时。请在表头补填“上课时间”,如 8:30-11:30 14:30-17:30。",
            "Neither this sheet nor the class filing says from when to when a day was taught, so the hours cannot be "
            'counted. Add "上课时间" above the table, such as 8:30-11:30 14:30-17:30.',
        )
    return hours


def _compare_totals(one: Sheeted, days: set[date]) -> None:
    """Note where the sheet's own total differs from its marks."""
    if F.DAYS_PRESENT not in one.values or _half(one):
        return
    try:
        stated = parse_count(one.values[F.DAYS_PRESENT])
    except CellProblem:
        return
    if stated != len(days):
        one.planned.note(
            f"表上合计出勤 {stated} 天,按标记为 {len(days)} 天,以标记为准",
            f"the sheet's total says {stated} days, its marks {len(days)}; the marks were followed",
        )


# -- what is proposed -------------------------------------------------------------------------------------


def _sessions(table: Table, marked: Sequence[_Marked], context: Context) -> Planned:
    """The sessions in which somebody was present and which are not recorded yet; they concern the whole table."""
    form = table.form
    planned = Planned(
        sheet=form.sheet, row=form.header_rows[-1] if form.header_rows else 1, table=table.key, whole_table=True
    )
    wanted: dict[tuple[ClassId, SessionHours], ClassFiled] = {}
    for row in marked:
        about = row.sheeted.training_class
        days = {hours.on: _hours_of(row, hours.on) for hours in row.present}
        wanted |= {(about.training_class, hours): about for spans in days.values() for hours in spans}
    for (training_class, hours), about in sorted(
        wanted.items(), key=lambda one: (one[0][0], one[0][1].on, one[0][1].start)
    ):
        if not _held(context.sessions(training_class), hours, wanted, training_class):
            teacher, venue = _named(planned, table, about, context)
            fact = SessionHeld(
                training_class=training_class, hours=hours, teacher=teacher, venue=venue, occurred_on=hours.on
            )
            planned.propose(context.origin, fact)
    return planned


def _hours_of(row: _Marked, day: date) -> list[SessionHours]:
    return [hours for hours in row.present if hours.on == day]


def _held(
    guard: SessionGuard, hours: SessionHours, wanted: dict[tuple[ClassId, SessionHours], ClassFiled], about: ClassId
) -> bool:
    """Whether these hours are recorded already, or lie within longer ones that this sheet evidences too."""
    if guard.contain(hours):
        return True
    return any(
        one == about
        and other != hours
        and other.on == hours.on
        and other.start <= hours.start
        and hours.end <= other.end
        for one, other in wanted
    )


def _named(
    planned: Planned, table: Table, about: ClassFiled, context: Context
) -> tuple[TeacherId | None, VenueId | None]:
    """Teacher and venue where the sheet itself names one of each."""
    names = names_in([table.head.get(F.TEACHER_NAME)])
    teacher = known_teacher(planned, names[0], about.institution, context) if len(names) == 1 else None
    place = clean_text(table.head.get(F.PLACE))
    venue = venue_id(about.institution, place) if place else None
    return teacher, venue if venue is not None and context.lookup.venue_known(venue) else None


def _persons(marked: Sequence[_Marked]) -> list[list[_Marked]]:
    """Rows by person: a sheet may give mornings and afternoons a row each."""
    rows: dict[tuple[ClassId, PersonId], list[_Marked]] = {}
    for row in marked:
        rows.setdefault((row.sheeted.training_class.training_class, row.sheeted.person), []).append(row)
    return list(rows.values())


def _propose(rows: Sequence[_Marked], standing: Standing, origin: Origin) -> None:
    """One fact for the person's rows, with what does not stand already."""
    first = rows[0].sheeted
    for other in rows[1:]:
        other.sheeted.planned.part_of = first.planned.row
    present = dict.fromkeys(hours for row in rows for hours in row.present)
    here = {hours.on for hours in present}
    absent = dict.fromkeys(day for row in rows for day in row.absent if day not in here)
    marks_before, absent_before = standing.get(first.person, (set(), set()))
    marks = tuple(sorted((one for one in present if one not in marks_before), key=lambda one: (one.on, one.start)))
    days = tuple(sorted(day for day in absent if day not in absent_before))
    if (present or absent) and not (marks or days):
        return  # all of it stands
    if len(marks) < len(present):
        first.planned.note("其中已登记的日期未重复登记", "the days recorded before were not added again")
    last = max([hours.on for hours in marks] + list(days), default=origin.today)
    fact = AttendanceTaken(
        training_class=first.training_class.training_class,
        person=first.person,
        marks=marks,
        absent=days,
        occurred_on=last,
    )
    first.planned.propose(origin, fact)
