"""Which rows below a header are the table's: blank, total and note rows are stepped over, the rows after them are not lost."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from taizhang.adapters.forms.field_names import FieldName as F
from taizhang.adapters.forms.forms import HOUSEHOLD_FIELDS, FormKind
from taizhang.adapters.forms.header_blocks import Block, blank
from taizhang.adapters.forms.header_names import plain
from taizhang.adapters.forms.tables import FormRow, Layout

_STOPS: Final = (
    *(
        "合计",
        "小计",
        "总计",
        "共计",
        "备注",
        "说明",
        "填表",
        "制表",
        "审核",
        "经办",
        "负责人",
        "单位",
        "盖章",
        "填报",
        "统计",
    ),
    *(
        "主管",
        "审批",
        "意见",
        "领导",
        "日期",
        "签字",
        "本页",
        "以上",
        "此表",
        "本表",
        "考评员",
        "监考",
        "授课",
        "班主任",
        "复核",
        "累计",
    ),
)
_NOTE: Final = re.compile(r"\s*注\d*\s*[:：、.．]")
_OPINION: Final = re.compile("意见|盖章|签章|公章")
_ODD_STARTS: Final = frozenset({word[0] for word in _STOPS} | set("注(（*※ \t\n　\xa0"))
_KEY_ORDER: Final = (F.PERSON_NAME, F.COURSE_NAME, F.TEACHER_NAME, F.HEAD_NAME, F.ID_NUMBER, F.CLASS_NAME, F.OCCUPATION)
_NOT_TELLING: Final = frozenset({F.SERIAL, F.REMARK})
_OWN_OF_A_HOUSEHOLD: Final = frozenset({F.HOUSEHOLD_NO, F.HEAD_NAME, F.HEAD_ID_NUMBER})


@dataclass(frozen=True, slots=True)
class _Where:
    """The columns by which a row is judged."""

    key: int
    first: int
    identity: int | None
    telling: tuple[int, ...]
    left: int
    right: int
    header: object


def read_rows(
    rows: Sequence[list[object]], below: int, end: int, block: Block, layout: Layout, first_row: int
) -> list[FormRow]:
    """The rows from `below` up to `end` that are data; the numbers they carry are those that Excel shows."""
    where = _where(block, layout)
    if where is None:
        return []
    key, first, width = where.key, where.first, layout.width
    found: list[FormRow] = []
    stopped = False
    for index in range(below, end):
        row = rows[index]
        if len(row) < width:
            row = [*row, *[""] * (width - len(row))]
        name = row[key]
        if name.__class__ is str and name and not stopped and name[0] not in _ODD_STARTS and name != where.header:
            start = row[first]
            if start.__class__ is not str or start == "" or first == key or start.isdigit():
                found.append(FormRow(index + first_row, row, layout))
                continue
        if _is_stop(row, where):
            stopped = True
        elif _is_data(row, where, stopped):
            found.append(FormRow(index + first_row, row, layout))
    return found


def _where(block: Block, layout: Layout) -> _Where | None:
    by_field = {field: index for index, field in reversed(layout.columns)}
    key = next((by_field[field] for field in _KEY_ORDER if field in by_field), None)
    if key is None:
        return None
    return _Where(
        key=key,
        first=by_field.get(F.SERIAL, block.left),
        identity=by_field.get(F.ID_NUMBER),
        telling=tuple(index for index, field in layout.columns if field not in _NOT_TELLING),
        left=block.left,
        right=block.right,
        header=block.labels[key][-1],
    )


def _is_stop(row: Sequence[object], where: _Where) -> bool:
    """A total, a note or a signature line, known by the first thing that it says."""
    first = next((column for column in range(where.left, where.right + 1) if not blank(row[column])), None)
    if first is None:
        return False
    for column in {first, where.key} if _is_number(row[first]) or first == where.first else {first}:
        text = row[column]
        if not isinstance(text, str):
            continue
        word = plain(text)
        if column == where.key != where.first:
            if word in ("合计", "小计", "总计", "共计"):
                return True
        elif (
            (word.startswith(_STOPS) and not _looks_like_identity(row, where))
            or _NOTE.match(text)
            or (len(word) > 4 and _OPINION.search(word) and not _looks_like_identity(row, where))
        ):
            return True
    return False


def _is_data(row: Sequence[object], where: _Where, stopped: bool) -> bool:
    name = row[where.key]
    if name == where.header and name is not None:
        return False
    told = sum(not blank(row[column]) for column in where.telling)
    if stopped:  # after a total or a note only what is plainly a row is one
        return (_is_number(row[where.first]) and where.first != where.key and told >= 1) or _looks_like_identity(
            row, where
        )
    if not blank(name):
        return True
    return told >= 2 or _looks_like_identity(row, where)


def _looks_like_identity(row: Sequence[object], where: _Where) -> bool:
    if where.identity is None:
        return False
    value = row[where.identity]
    if isinstance(value, float | int) and not isinstance(value, bool):
        return value > 10**14
    return isinstance(value, str) and sum(letter.isdigit() for letter in value) >= 8


def _is_number(value: object) -> bool:
    if isinstance(value, str):
        return value.strip().isdigit()
    return isinstance(value, int | float) and not isinstance(value, bool)


# -- values that are printed once for several rows --------------------------------------------------------


def spread_merges(
    rows: list[list[object]], merged: Sequence[tuple[int, int, int, int]], below: int, end: int, layout: Layout
) -> None:
    """Give every row of `below` to `end` what a merged region says: down a column, and across days. Copies what it changes."""
    days = {day.index for day in layout.days}
    copied: set[int] = set()
    for top, left, bottom, right in merged:
        if top < below or top >= end or (bottom == top and left not in days):
            continue
        value = rows[top][left] if left < len(rows[top]) else ""
        if blank(value):
            continue
        columns = [column for column in range(left, right + 1) if column == left or column in days]
        for index in range(top, min(bottom + 1, end)):
            if index not in copied:
                rows[index] = list(rows[index])
                copied.add(index)
            for column in columns:
                if column < len(rows[index]):
                    rows[index][column] = value


def fill_households(kind: FormKind, found: Sequence[FormRow], layout: Layout) -> None:
    """In a household register, give the members' rows what only the head's row says.

    A row belongs to the household above it when it names no household of its own and its person is not the head.
    """
    columns = {field: index for index, field in layout.columns}
    if kind != FormKind.HOUSEHOLD_REGISTER or F.PERSON_NAME not in columns or not columns.keys() & _OWN_OF_A_HOUSEHOLD:
        return
    own = [columns[field] for field in _OWN_OF_A_HOUSEHOLD if field in columns]
    shared = [index for field, index in columns.items() if field in HOUSEHOLD_FIELDS]
    relation = columns.get(F.RELATION)
    above: Mapping[int, object] | None = None
    for row in found:
        cells = row.cells
        if any(not blank(cells[index]) for index in own) or (
            relation is not None and plain(str(cells[relation])) in ("户主", "本人", "本人或户主", "户主本人")
        ):
            above = {index: cells[index] for index in shared}
        elif above is not None:
            row.cells = [
                above.get(index, "") if blank(cell) and index in above else cell for index, cell in enumerate(cells)
            ]
