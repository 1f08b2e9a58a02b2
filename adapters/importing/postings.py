"""Posted officials 派驻干部: days of duty by month 驻村在岗, and the year's appraisals 年度考核, by the number of the posting.

Where the row names the official as well, the name must be that of whom the posting is: a number is mistyped easily.
"""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Callable, Iterator, Sequence
from datetime import date
from types import MappingProxyType
from typing import Final, NamedTuple

from taizhang.adapters.forms.field_names import FieldName as F
from taizhang.adapters.forms.header_days import year_month
from taizhang.adapters.importing.context import Context
from taizhang.adapters.importing.rows import CHUNK_ROWS, Planned, Table, Unusable, Values, needed
from taizhang.adapters.sheets.cells import clean_text, parse_count, parse_date
from taizhang.adapters.vault.statements import plain_name
from taizhang.domain.core import PersonId
from taizhang.domain.postings.appraisals import Grade, OfficialAppraised
from taizhang.domain.postings.duty import DutyBasis, DutyRecorded
from taizhang.domain.postings.officials import OfficialPosted, OfficialTransferred, PostingId

_BASES: Final = MappingProxyType(
    {"签到": "sign-in", "日志": "work-log", "走访": "visit", "抽查": "visit", "核实": "visit"}
)
_GRADES: Final = MappingProxyType(
    {
        "优秀": "excellent",
        "称职": "competent",
        "基本称职": "basically-competent",
        "不称职": "incompetent",
        "合格": "qualified",
        "基本合格": "basically-qualified",
        "不合格": "unqualified",
    }
)
_MOST_DAYS: Final = 31


class Posted(NamedTuple):
    """A row, what it says, and whose posting it names."""

    planned: Planned
    values: Values
    posting: PostingId
    official: PersonId


def plan_duty(tables: Sequence[Table], context: Context) -> Iterator[list[Planned]]:
    """The days of duty of every row."""
    return _planned(tables, context, _duty)


def plan_appraisals(tables: Sequence[Table], context: Context) -> Iterator[list[Planned]]:
    """The appraisal of every row."""
    return _planned(tables, context, _appraisal)


def _planned(
    tables: Sequence[Table], context: Context, propose: Callable[[Table, Posted, Context], None]
) -> Iterator[list[Planned]]:
    for table in tables:
        for start in range(0, len(table.form.rows), CHUNK_ROWS):
            rows = table.form.rows[start : start + CHUNK_ROWS]
            numbers = [clean_text(row.values.get(F.POSTING_NO)) for row in rows]
            officials = _officials(numbers, context)
            names = context.vault.said(dict.fromkeys(officials.values()))
            planned = [table.planned(row) for row in rows]
            for one, row in zip(planned, rows, strict=True):
                try:
                    posted = _posted(table, one, row.values, officials)
                    _require_name(posted, [said.value for said in names.get(posted.official, {}).get("name", ())])
                    propose(table, posted, context)
                except Unusable as problem:
                    one.items, one.problem = [], problem.words
            yield planned


def _officials(numbers: Sequence[str], context: Context) -> dict[str, PersonId]:
    """Whose posting each of these is, as far as it stands."""
    tags = [f"posting:{number}" for number in dict.fromkeys(numbers) if number]
    found: dict[str, PersonId] = {}
    for posted in context.lookup.in_force_of([OfficialPosted], tags):
        found[posted.posting] = posted.official
    for moved in context.lookup.in_force_of([OfficialTransferred], tags):
        found[moved.to_posting] = moved.official
    return found


def _posted(table: Table, planned: Planned, values: Values, officials: dict[str, PersonId]) -> Posted:
    number = needed(table, values, F.POSTING_NO, clean_text)
    if number not in officials:
        raise Unusable(
            "没有这个派驻编号。请按派驻列表核对编号,或先登记派驻。",
            "There is no posting of this number. Compare it with the list of postings, or record the posting first.",
        )
    return Posted(planned, values, PostingId(number), officials[number])


def _require_name(posted: Posted, names: Sequence[str]) -> None:
    stated = plain_name(clean_text(posted.values.get(F.PERSON_NAME)))
    if stated and names and stated not in {plain_name(name) for name in names}:
        raise Unusable(
            "姓名与该派驻编号的干部不符。请核对编号和姓名。",
            "The name is not that of whom this posting is. Check the number and the name.",
        )


def _duty(table: Table, one: Posted, context: Context) -> None:
    values = table.about(one.values)
    month = needed(table, values, F.MONTH, _month)
    last = month.replace(day=monthrange(month.year, month.month)[1])
    fact = DutyRecorded(
        posting=one.posting,
        official=one.official,
        month=month,
        days=needed(table, one.values, F.DUTY_DAYS, _days),
        basis=_basis(one),
        occurred_on=context.happened(last),
    )
    one.planned.propose(context.origin, fact)


def _month(value: object) -> date:
    """The month's first day, of “2016年3月”, “2016-03”, or any day of it."""
    year, month = year_month([value.date() if hasattr(value, "date") else value])
    if year is None or month is None:
        found = parse_date(value)
        year, month = found.year, found.month
    return date(year, month, 1)


def _days(value: object) -> int:
    days = parse_count(value)
    if not 0 <= days <= _MOST_DAYS:
        raise Unusable(
            f"驻村天数须在 0 至 {_MOST_DAYS} 之间。请核对。",
            f"Days of duty lie between 0 and {_MOST_DAYS}. Check them.",
        )
    return days


def _basis(one: Posted) -> DutyBasis:
    """On what the days rest; the work log where nothing is said, which the row is told."""
    text = clean_text(one.values.get(F.DUTY_BASIS))
    found = next((basis for word, basis in _BASES.items() if word in text), None)
    if found is None:
        one.planned.note("没有填写在岗依据,按工作日志登记", "no basis is given: recorded as of the work log")
        found = "work-log"
    return found  # type: ignore[return-value]


def _appraisal(table: Table, one: Posted, context: Context) -> None:
    values = table.about(one.values)
    fact = OfficialAppraised(
        posting=one.posting,
        official=one.official,
        year=needed(table, values, F.APPRAISED_YEAR, _year),
        grade=needed(table, one.values, F.GRADE, _grade),
        document=needed(table, values, F.DOCUMENT_NO, clean_text),
        occurred_on=needed(table, values, F.APPRAISED_ON, parse_date),
    )
    one.planned.propose(context.origin, fact)


def _year(value: object) -> int:
    year, _ = year_month([clean_text(value)])
    return year if year is not None else parse_count(value)


def _grade(value: object) -> Grade:
    text = clean_text(value).replace(" ", "")
    if text not in _GRADES:
        raise Unusable(
            "看不出考核等次。请填优秀、称职、基本称职、不称职,或合格、基本合格、不合格。",
            "This is no grade. Fill in 优秀, 称职, 基本称职, 不称职, or 合格, 基本合格, 不合格.",
        )
    return _GRADES[text]  # type: ignore[return-value]
