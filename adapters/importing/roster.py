"""Roster 培训学员花名册: each row is a person who takes a seat in a class."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

import msgspec

from taizhang.adapters.forms.field_names import FieldName as F
from taizhang.adapters.forms.tables import FormRow
from taizhang.adapters.importing.claims import Claim, compare
from taizhang.adapters.importing.context import Context
from taizhang.adapters.importing.people import IDENTITY, NAME, Stating, born_text
from taizhang.adapters.importing.rows import CHUNK_ROWS, Pending, Planned, Table, Unusable, Values
from taizhang.adapters.importing.trainees import by_number, identity_of, match_in_class
from taizhang.adapters.importing.variants import plain_value
from taizhang.adapters.sheets.cells import (
    CellProblem,
    Cleaned,
    LostDigits,
    clean_name,
    clean_text,
    identity_text,
    parse_date,
    parse_phone,
    parse_yes_no,
)
from taizhang.domain.classes import ClassFiled, county_of
from taizhang.domain.core import PersonId, RegionCode
from taizhang.domain.enrolling import EnrolTrainee
from taizhang.domain.enrolment import TraineeEnrolled
from taizhang.domain.identity import Identity, Sex, birth_date, sex

# Looked up once: to ask an enumeration for a member takes ten times as long as to read a name
_PERSON_NAME, _REGISTERED_POOR, _SEX, _BIRTH_DATE = F.PERSON_NAME, F.REGISTERED_POOR, F.SEX, F.BIRTH_DATE
_SEXES = {Sex.MALE: "男", Sex.FEMALE: "女"}


class _Seat(msgspec.Struct, gc=False):
    """A row that may become an enrolment."""

    planned: Planned
    training_class: ClassFiled
    claimed_poor: bool | None


def plan(tables: Sequence[Table], context: Context) -> Iterator[Pending]:
    """Persons and enrolments of every row but those that give a name only."""
    for table in tables:
        rows, _ = by_number(table.form.rows)
        for start in range(0, len(rows), CHUNK_ROWS):
            yield _chunk(table, rows[start : start + CHUNK_ROWS], context)


def plan_named(tables: Sequence[Table], context: Context) -> Iterator[list[Planned]]:
    """The rows that give a name only, when everybody else of the file sits in the class."""
    for table in tables:
        _, rows = by_number(table.form.rows)
        for start in range(0, len(rows), CHUNK_ROWS):
            chunk = [_named(table, row, context) for row in rows[start : start + CHUNK_ROWS]]
            compare([claim for _, claim in chunk if claim is not None], context.lookup)
            yield [planned for planned, _ in chunk]


def _chunk(table: Table, rows: Sequence[FormRow], context: Context) -> Pending:
    context.finder.prepare(table, rows)
    seats: list[_Seat] = []
    stating: list[Stating] = []
    chunk: list[Planned] = []
    for row in rows:
        planned = table.planned(row)
        chunk.append(planned)
        values = row.values
        try:
            about = context.finder.find_for(table, values)
            if not clean_name(values.get(_PERSON_NAME)):
                raise Unusable("没有填写姓名。请补填后重新导入。", "The name is blank. Fill it in and import again.")
        except Unusable as problem:
            planned.problem = problem.words
            continue
        identity = identity_of(planned, values, context, EnrolTrainee.COMMAND, about)
        if identity is not None:
            fields = personal(planned, values, identity, context.cleaned)
            on = context.happened(about.starts_on)
            stating.append(Stating(planned, identity, fields, on, county_of(about.training_class)))
            seats.append(_Seat(planned, about, _claim(planned, values)))
    people = context.people.begin(stating)

    def finished() -> list[Planned]:
        context.look_at_seats(seat.training_class.training_class for seat in seats)
        claims = [_enrol(seat, person, context) for seat, person in zip(seats, people(), strict=True)]
        compare([claim for claim in claims if claim is not None], context.lookup, context.people.unheard_of)
        return chunk

    return finished


def _named(table: Table, row: FormRow, context: Context) -> tuple[Planned, Claim | None]:
    """A row that gives only a name: somebody who sits in the class already, or nobody."""
    planned, values = table.planned(row), row.values
    try:
        about = context.finder.find_for(table, values)
    except Unusable as problem:
        planned.problem = problem.words
        return planned, None
    person = match_in_class(planned, values, about, context, in_roster=True)
    if person is None:
        return planned, None
    return planned, _enrol(_Seat(planned, about, _claim(planned, values)), person, context)


def _enrol(seat: _Seat, person: PersonId, context: Context) -> Claim | None:
    """Ask for the seat, and give what the row claims of its person.

    Who sits there already, and of whom this row says nothing else, is asked for as before.
    """
    training_class = seat.training_class.training_class
    standing = context.seats(training_class).get(person)
    if standing is None or seat.claimed_poor not in (None, standing.claimed_poor):
        standing = TraineeEnrolled(
            training_class=training_class,
            person=person,
            claimed_poor=seat.claimed_poor,
            occurred_on=context.happened(seat.training_class.starts_on),
        )
    seat.planned.propose(context.origin, standing)
    if seat.claimed_poor is None:
        return None
    return Claim(seat.planned, person, seat.claimed_poor, standing.occurred_on)


# -- what a row says of its person ------------------------------------------------------------------------


def _claim(planned: Planned, values: Values) -> bool | None:
    """What the roster claims about registered poverty: recorded as a claim, judged by the register."""
    cell = values.get(_REGISTERED_POOR)
    try:
        return None if cell is None else parse_yes_no(cell)
    except CellProblem:
        planned.note(
            "“是否建档立卡”看不出是或否,未作记录(是否贫困户以户册登记为准)",
            "the registered-poor column is neither yes nor no and was left out (the household register decides)",
        )
        return None


def personal(planned: Planned, values: Values, identity: Identity | None, cleaned: Cleaned) -> dict[str, str]:
    """Field -> value as the vault keeps it; what looks wrong is kept as written, and noted."""
    name = values.get(_PERSON_NAME)
    fields = {NAME: clean_name(name)} if name else {}
    if identity is not None:
        fields[IDENTITY] = identity.number
        _compare(planned, values, identity)
    for field, name in _AS_WRITTEN:
        if field in values and (text := cleaned[values[field]]):
            fields[name] = text
    for field, name, parse, zh, en in _CHECKED:
        value = values.get(field)
        if value is None or not ((isinstance(value, str) and value.isalnum()) or clean_text(value)):
            continue
        try:
            fields[name] = parse(value)
        except LostDigits:
            planned.note(
                f"{zh}被 Excel 当作数值,后几位已丢失,未保存,请设为文本后重填",
                f"Excel destroyed the last digits of the {en}: it was left out, type it again as text",
            )
        except CellProblem:
            fields[name] = clean_text(value)
            planned.note(f"{zh}格式不符,已按原文保存,请核对", f"the {en} looks wrong; it was kept as written")
    return fields


def _compare(planned: Planned, values: Values, identity: Identity) -> None:
    """Note where the row contradicts its own identity number."""
    stated, born = values.get(_SEX), values.get(_BIRTH_DATE)
    if (
        stated is not None
        and (said := sex(identity)) is not None
        and stated != _SEXES[said]
        and plain_value("sex", clean_text(stated)) not in (_SEXES[said], "")
    ):
        planned.note("性别与身份证号码不符,请核对", "the sex differs from the identity number")
    if born is not None and born != born_text(identity):
        try:
            differs = parse_date(born) != birth_date(identity)
        except CellProblem:
            return  # 出生年月 without a day is the usual case
        if differs:
            planned.note("出生日期与身份证号码不符,请核对", "the birth date differs from the identity number")


def village_of(values: Values, county: RegionCode, context: Context) -> RegionCode | None:
    """The village that the row names, if the register of regions knows exactly one of that name in the county."""
    name = clean_text(values.get(F.VILLAGE))
    return context.lookup.region(name, county, digits=12) if name else None


_AS_WRITTEN = (
    (F.SEX, "sex"),
    (F.BIRTH_DATE, "birth_date"),
    (F.ETHNICITY, "ethnicity"),
    (F.EDUCATION, "education"),
    (F.UNIT, "unit"),
    (F.HOME_ADDRESS, "home_address"),
    (F.BANK_NAME, "bank_name"),
    (F.IN_SCHOOL, "in_school"),
    (F.HEALTH, "health"),
    (F.LABOUR_ABILITY, "labour_ability"),
    (F.WORK_STATUS, "work_status"),
)
_CHECKED: tuple[tuple[F, str, Callable[[object], str], str, str], ...] = (
    (F.PHONE, "phone", parse_phone, "电话", "phone number"),
    (F.BANK_ACCOUNT, "bank_account", identity_text, "银行账号", "account number"),
)
