"""Class filing 开班申请表: each form, or each row of a list of forms, is a class; its teachers and venue come with it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from types import MappingProxyType
from typing import Any, Final

import msgspec

from taizhang.adapters.forms.field_names import FieldName as F
from taizhang.adapters.forms.tables import FormRow, FormTable
from taizhang.adapters.importing.context import Context
from taizhang.adapters.importing.finder import class_id
from taizhang.adapters.importing.hours import DayHours, parse_day_hours
from taizhang.adapters.importing.lookup import Organisation, plain_name
from taizhang.adapters.importing.rows import Planned, Table, Unusable, Values, Words, needed, read, short_digest
from taizhang.adapters.importing.teachers import teachers_of
from taizhang.adapters.sheets.cells import (
    clean_name,
    clean_text,
    parse_count,
    parse_date,
    parse_hours,
    parse_period,
)
from taizhang.domain.classes import ClassFiled, InstitutionId, OccupationCode, ProgrammeId, ProgrammeKind, VenueId
from taizhang.domain.institutions import VenueRegistered

_KINDS: Final = MappingProxyType(
    {
        "两后生": "two-after",
        "提升": "improvement",
        "电商": "e-commerce",
        "党组织书记": "party-secretary",
        "村支书": "party-secretary",
        "实用人才": "practical-talent",
        "干部": "cadre",
        "共青团": "youth-league",
        "团委": "youth-league",
        "工会": "union",
        "妇联": "women",
        "巾帼": "women",
        "劳动力": "labour",
        "劳务": "labour",
        "技能": "labour",
    }
)
"""What a printed programme type says of its kind; the first word that stands in it decides."""
_LIST_OF_CLASSES: Final = (F.CLASS_NO, F.CLASS_NAME, F.OCCUPATION, F.PLANNED_SEATS, F.START_DATE, F.PERIOD)


def plan(tables: Sequence[Table], context: Context) -> Iterator[list[Planned]]:
    """A filing for every form, and for every row of a list of forms."""
    for table in tables:
        rows = _listed(table.form)
        others = [row for row in table.form.rows if row not in rows]
        if rows:
            yield [_filing(table, table.planned(row), table.about(row.values), [row.values], context) for row in rows]
        if table.head and not rows:
            planned = Planned(sheet=table.form.sheet, row=_first_row(table), table=table.key)
            yield [
                _filing(table, planned, table.head, [row.values for row in others], context),
                *(_belongs(table.planned(row), planned) for row in others),
            ]


def counted(form: FormTable) -> Words:
    """How many classes a table files, and in how many rows that are each given a verdict."""
    if listed := len(_listed(form)):
        return Words(f"{listed} 个班,{listed} 行", f"classes: {listed}, in {listed} {'row' if listed == 1 else 'rows'}")
    if not any(clean_text(value.value) for value in form.head.values()):
        return Words("0 个班", "classes: 0")
    rows = 1 + len(form.rows)
    return Words(f"1 个班,{rows} 行(含表头和课程)", f"classes: 1, in {rows} rows with head and courses")


def _listed(form: FormTable) -> list[FormRow]:
    """The rows that are a class each."""
    return [row for row in form.rows if any(field in row.values for field in _LIST_OF_CLASSES)]


def _first_row(table: Table) -> int:
    """The row in which the form's own verdict is given: that of its last labelled value."""
    return max(value.row for value in table.form.head.values())


def _belongs(row: Planned, filing: Planned) -> Planned:
    """A course or teacher's row of a form: it shares the form's fate."""
    row.problem = filing.problem
    row.part_of = filing.row
    return row


def _filing(table: Table, planned: Planned, values: Values, rows: Sequence[Values], context: Context) -> Planned:
    try:
        _propose(table, planned, values, rows, context)
    except Unusable as problem:
        planned.items, planned.problem = [], problem.words
    return planned


def _propose(table: Table, planned: Planned, values: Values, rows: Sequence[Values], context: Context) -> None:
    institution = context.finder.institution(values)
    county = context.finder.county(values, institution)
    starts_on, ends_on = _days(table, values)
    occupation = clean_text(values.get(F.OCCUPATION)) or clean_text(values.get(F.CLASS_NAME))
    if not occupation:
        raise Unusable("没有填写工种。请补填后重新导入。", "The occupation is blank. Fill it in and import again.")
    name = clean_text(values.get(F.CLASS_NAME)) or f"{occupation} {starts_on}"
    number = clean_text(values.get(F.CLASS_NO))
    id = class_id(county, number, institution.id, name, starts_on.isoformat())
    minutes = needed(table, values, F.HOURS_TOTAL, parse_hours)
    seats = needed(table, values, F.PLANNED_SEATS, parse_count)
    if minutes < 1 or seats < 1:
        raise Unusable("培训人数和总学时须大于 0。请核对。", "Seats and hours must be more than nought. Check them.")
    kind, courses, daily_hours = _kind(planned, values), _courses(table, rows), _daily_hours(table, values)
    read(table, values, F.FILING_DATE, parse_date)  # whatever can be unusable is read before anybody is registered
    filing = ClassFiled(
        training_class=id,
        name=name,
        county=county,
        institution=InstitutionId(institution.id),
        programme=ProgrammeId(kind),
        programme_kind=kind,
        occupation=OccupationCode(occupation),
        seats=seats,
        required_minutes=minutes,
        planned_minutes=minutes,
        starts_on=starts_on,
        ends_on=ends_on,
        level=clean_text(values.get(F.LEVEL)) or None,
        venue=_venue(planned, values, institution, seats, context),
        place=clean_text(values.get(F.PLACE)),
        teachers=teachers_of(
            planned, _teacher_names(values, rows), institution.id, context.happened(starts_on), context
        ),
        courses=courses,
        textbook=clean_text(values.get(F.TEXTBOOK)),
        filing_number=clean_text(values.get(F.FILING_NO)),
        daily_hours=daily_hours,
        occurred_on=context.happened(starts_on),
    )
    planned.propose(context.origin, _dated(table, planned, values, filing, context))


def _dated(table: Table, planned: Planned, values: Values, filing: ClassFiled, context: Context) -> ClassFiled:
    """The filing under the day that the form states; without one under its first recording, so that it stays one."""
    stated = read(table, values, F.FILING_DATE, parse_date)
    if stated is not None:
        return msgspec.structs.replace(filing, occurred_on=stated)
    standing = context.lookup.classes([filing.training_class]).get(filing.training_class)
    if standing is not None:
        return msgspec.structs.replace(filing, occurred_on=standing.occurred_on)
    if filing.starts_on < context.origin.today:
        planned.note(
            "表上没有申请日期,按开班日期登记;如申请更早,请更正",
            "the form bears no filing date, so the first day of the class was taken; correct it if it was filed earlier",
        )
    return filing


def _days(table: Table, values: Values) -> tuple[date, date]:
    first = read(table, values, F.START_DATE, parse_date)
    last = read(table, values, F.END_DATE, parse_date)
    if (first is None or last is None) and values.get(F.PERIOD):
        period = needed(table, values, F.PERIOD, parse_period)
        first, last = first or period[0], last or period[1]
    if first is None or last is None:
        raise Unusable(
            "没有填写开班日期或结业日期。请补填后重新导入。",
            "The first or the last day of the class is blank. Fill it in and import again.",
        )
    return first, last


def _kind(planned: Planned, values: Values) -> ProgrammeKind:
    printed = clean_text(values.get(F.PROGRAMME_TYPE))
    kind: Any = next((kind for word, kind in _KINDS.items() if word in printed), None)
    if kind is None and printed:
        raise Unusable(
            f"培训类型“{printed}”不在十类培训之中。请从模板的选项中选择。",
            f'The programme type "{printed}" is none of the ten kinds. Choose one from the template\'s list.',
        )
    if kind is None:
        planned.note(
            "没有填写培训类型,按劳动力技能培训登记,如不符请更正",
            "no programme type is stated: recorded as labour training, correct it if that is wrong",
        )
        kind = "labour"
    result: ProgrammeKind = kind
    return result


def _venue(planned: Planned, values: Values, institution: Organisation, seats: int, context: Context) -> VenueId | None:
    """The venue that the form names, registered when it is new."""
    place = clean_text(values.get(F.PLACE))
    if not place:
        return None
    venue = venue_id(institution.id, place)
    if not context.lookup.venue_known(venue) and venue not in context.venues:
        context.venues.add(venue)
        planned.propose(
            context.origin,
            VenueRegistered(
                venue=venue,
                institution=InstitutionId(institution.id),
                seats=seats,
                name=place,
                occurred_on=context.origin.today,
            ),
        )
    return venue


def venue_id(institution: str, place: str) -> VenueId:
    """The id of an institution's venue: the same name, the same venue."""
    return VenueId("v" + short_digest(institution, plain_name(place)))


def _teacher_names(values: Values, rows: Sequence[Values]) -> list[str]:
    cells = [values.get(F.TEACHER_NAME), *(row.get(F.TEACHER_NAME) for row in rows)]
    return names_in(cells)


def names_in(cells: Sequence[object]) -> list[str]:
    """The persons that these cells name; 张三、李四 in one cell are two."""
    names = [
        clean_name(part)
        for cell in cells
        for part in clean_text(cell).replace(",", "、").replace("/", "、").split("、")
    ]
    return list(dict.fromkeys(name for name in names if name))


def _courses(table: Table, rows: Sequence[Values]) -> tuple[tuple[str, int], ...]:
    courses = []
    for row in rows:
        name = clean_text(row.get(F.COURSE_NAME))
        if name:
            courses.append((name, read(table, row, F.COURSE_HOURS, parse_hours) or 0))
    return tuple(courses)


def _daily_hours(table: Table, values: Values) -> DayHours:
    """The hours of every day, where the form says them."""
    return read(table, values, F.DAILY_HOURS, parse_day_hours) or ()
