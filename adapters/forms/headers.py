"""Recognises the forms in a sheet: where each table is, which of them it is, and what its columns mean.

What is printed is compared by name only; nothing here knows the log, a person or a class. Whatever had to be supposed
is said in the table's doubts, so that a clerk can confirm it once (`remembered`) instead of it being guessed for ever.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

from taizhang.adapters.forms.choice import Reading, choose
from taizhang.adapters.forms.field_names import FieldName as F
from taizhang.adapters.forms.forms import FORMS, GUIDE_SHEET, SUMMARY_SHEET, FormKind
from taizhang.adapters.forms.header_blocks import Block, blank, find_blocks
from taizhang.adapters.forms.header_names import Names, any_column, columns_of, head_of, plain, remembered_fields
from taizhang.adapters.forms.header_pairs import Pairs, has_label, read_pairs
from taizhang.adapters.forms.header_rows import fill_households, read_rows, spread_merges
from taizhang.adapters.forms.tables import FormRow, FormTable, HeadValue
from taizhang.adapters.sheets.sheets import Sheet

_TITLE_ENDINGS: Final = re.compile("(表|册|簿|单|台账)(\\d*|\\(.*\\))$")
_TITLE_WORDS: Final = tuple(word for form in FORMS.values() for word in form.titles)
_LABEL_FORMS: Final = (FormKind.CLASS_FILING, FormKind.HOUSEHOLD_REGISTER)
_FEWEST_LABELS: Final = 4
_SLIP_COST: Final = 0.1
_BESIDE_ROWS: Final = 40
_SHORTEST_TITLE: Final = 5

Places = list[tuple[int, int, int]]


@dataclass(frozen=True, slots=True)
class _Vocabularies:
    anything: Names
    columns: Mapping[FormKind, Names]
    heads: Mapping[FormKind, Names]


@dataclass(frozen=True, slots=True)
class _Zone:
    """What belongs to one header: the rows above it from `above` on, and those below it up to `end`."""

    block: Block
    above: int
    end: int


def recognise(sheet: Sheet, remembered: Mapping[str, str] | None = None) -> list[FormTable]:
    """Every form in the sheet, from the top down; an empty list where none is found.

    `remembered` maps header texts to field names as a clerk once confirmed them ("" for none) and wins over everything.
    """
    if sheet.name in (GUIDE_SHEET, SUMMARY_SHEET):
        return []
    known = remembered_fields(remembered)
    words = _Vocabularies(
        any_column(known),
        {kind: columns_of(kind, known) for kind in FormKind},
        {kind: head_of(kind) for kind in FormKind},
    )
    tables: list[FormTable] = []
    rows = list(sheet.rows)
    done = 0
    for zone in _zones(sheet, find_blocks(sheet, words.anything), words):
        tables += _label_forms(sheet, done, zone.above, words)
        _add_table(tables, sheet, rows, zone, words)
        done = zone.end
    tables += _label_forms(sheet, done, len(sheet.rows), words)
    if sheet.hidden:
        for table in tables:
            table.doubt(
                0.1,
                f"工作表“{sheet.name}”是隐藏的，请确认是否应当导入。",
                f'Sheet "{sheet.name}" is hidden: should it go in?',
            )
    return tables


# -- which rows belong to which header --------------------------------------------------------------------


def _zones(sheet: Sheet, blocks: Sequence[Block], words: _Vocabularies) -> Iterator[_Zone]:
    starts: list[int] = []
    last = -1
    for block in blocks:
        beside = bool(starts) and block.top <= last
        starts.append(starts[-1] if beside else _preamble(sheet, last + 1, block.top, words))
        last = block.bottom
    for index, block in enumerate(blocks):
        further = [start for start, other in zip(starts, blocks, strict=True) if other.top > block.bottom]
        end = further[0] if further else len(sheet.rows)
        yield _Zone(block, starts[index], _next_title(sheet, block.bottom + 1, end, words))


def _next_title(sheet: Sheet, start: int, end: int, words: _Vocabularies) -> int:
    """The row of the next title, where something begins that is not the table's any more."""
    for row in range(start, end):
        cells = sheet.rows[row]
        if cells.count("") >= len(cells) - 2 and is_title([cell for cell in cells if not blank(cell)], words):
            return row
    return end


def _preamble(sheet: Sheet, after: int, top: int, words: _Vocabularies) -> int:
    """Where the title and the head lines of a table begin, going up from its header."""
    start = top
    for row in range(top - 1, after - 1, -1):
        cells = [cell for cell in sheet.rows[row] if not blank(cell)]
        if is_title(cells, words):
            start = row
            while start > after and _is_lone_text(sheet.rows[start - 1], words):
                start -= 1
            break
        if not cells:
            continue
        if after and not any(has_label(cell, names) for cell in cells for names in words.heads.values()):
            break
        start = row
    return start


def is_title(cells: Sequence[object], words: _Vocabularies) -> bool:
    """Whether a row's cells hold a form's title."""
    for cell in cells[:3]:
        if not isinstance(cell, str) or len(cell) > 80 or re.match(r"\s*(备注|说明|注|填表)", cell):
            continue
        word = plain(cell)
        if words.anything.exact(word) or (re.search("[:：]", cell) and has_label(cell, words.heads[FormKind.ROSTER])):
            continue
        ends_so = len(cells) == 1 and len(word) >= _SHORTEST_TITLE and _TITLE_ENDINGS.search(word)
        if ends_so or any(title in word for title in _TITLE_WORDS):
            return True
    return False


def _is_lone_text(row: Sequence[object], words: _Vocabularies) -> bool:
    cells = [cell for cell in row if not blank(cell)]
    return (
        len(cells) == 1
        and isinstance(cells[0], str)
        and not re.match(r"\s*(备注|说明|注|填表|合计|审核|\d{1,2}\s*[.、．)）])", cells[0])
        and not any(has_label(cells[0], names) for names in words.heads.values())
    )


# -- a table ----------------------------------------------------------------------------------------------


def _add_table(
    tables: list[FormTable], sheet: Sheet, rows: list[list[object]], zone: _Zone, words: _Vocabularies
) -> None:
    block = zone.block
    previous = tables[-1] if tables else None
    title = _title(sheet, zone.above, block.top, words)
    reading, heads = _read_as(sheet, zone, title, words, _joins(previous, block, title, words))
    layout = reading.layout
    spread_merges(rows, sheet.merged, block.bottom + 1, zone.end, layout)
    found = read_rows(rows, block.bottom + 1, zone.end, block, layout, sheet.first_row)
    fill_households(reading.kind, found, layout)
    pairs = heads[reading.kind]
    if previous is not None and _goes_on(previous, reading, block, title, pairs):
        _append(previous, block, found, pairs, sheet.first_row)
        return
    tables.append(_table(sheet, zone, title, reading, pairs, found))


def _read_as(
    sheet: Sheet, zone: _Zone, title: str, words: _Vocabularies, only: FormKind | None
) -> tuple[Reading, dict[FormKind, Pairs]]:
    places = _head_places(sheet, zone)
    heads = {kind: read_pairs(sheet.rows, places, words.heads[kind], sheet.first_row) for kind in FormKind}
    reading = choose(
        zone.block,
        sheet.rows,
        zone.end,
        f"{title} {sheet.name}",
        words.columns,
        {kind: heads[kind].values for kind in FormKind},
        only,
    )
    return reading, heads


def _joins(previous: FormTable | None, block: Block, title: str, words: _Vocabularies) -> FormKind | None:
    """A small table without a title below a class filing lists its courses or teachers, whatever else it might be."""
    if previous is None or previous.form != FormKind.CLASS_FILING or title:
        return None
    names = words.columns[FormKind.CLASS_FILING]
    said = {names.exact(text) for column in block.labels if (text := plain(block.texts(column)[-1])) != "姓名"}
    return FormKind.CLASS_FILING if said & {F.COURSE_NAME, F.COURSE_HOURS, F.TEACHER_NAME, F.TEACHER_TITLE} else None


def _goes_on(previous: FormTable, reading: Reading, block: Block, title: str, pairs: Pairs) -> bool:
    """Whether a header belongs to the table before: a filing's second list, or the same header printed again on a new page."""
    if title or reading.kind != previous.form:
        return False
    if reading.kind == FormKind.CLASS_FILING:
        return not reading.lists_classes
    same = dict(reading.columns) == previous.columns and block.left == previous.first_column
    return same and not pairs.values.keys() & {F.CLASS_NAME, F.CLASS_NO, F.INSTITUTION, F.START_DATE, F.HEAD_NAME}


def _append(previous: FormTable, block: Block, found: list[FormRow], pairs: Pairs, first_row: int) -> None:
    previous.header_rows += tuple(range(block.top + first_row, block.bottom + first_row + 1))
    previous.rows += found
    previous.last_column = max(previous.last_column, block.right)
    for name, value in pairs.values.items():
        previous.head.setdefault(name, value)


def _table(sheet: Sheet, zone: _Zone, title: str, reading: Reading, pairs: Pairs, found: list[FormRow]) -> FormTable:
    block = zone.block
    table = FormTable(
        form=reading.kind,
        sheet=sheet.name,
        header_rows=tuple(range(block.top + sheet.first_row, block.bottom + sheet.first_row + 1)),
        columns=dict(reading.columns),
        unmapped=list(reading.layout.unmapped),
        head=pairs.values,
        rows=found,
        day_columns=list(reading.layout.days),
        title=title,
        headers={column: "/".join(" ".join(text.split()) for text in block.texts(column)) for column in block.labels},
        first_column=block.left,
        last_column=max(block.right, reading.layout.width - 1),
    )
    for cost, zh, en in reading.doubts:
        table.doubt(cost, zh, en)
    _doubt_slips(table, pairs)
    return table


def _doubt_slips(table: FormTable, pairs: Pairs) -> None:
    for text, name in pairs.slips:
        printed = FORMS[table.form].printed(name, in_head=True)
        table.doubt(
            _SLIP_COST, f"“{text}”按“{printed}”识别，请核对。", f'"{text}" was read as "{printed}": please check.'
        )


def _head_places(sheet: Sheet, zone: _Zone) -> Places:
    """Where a table's labelled values may stand: above it, beside it, and below its last row."""
    block = zone.block
    places: Places = [(row, 0, len(sheet.rows[row])) for row in range(zone.above, block.top)]
    beside = range(block.top, min(zone.end, block.bottom + _BESIDE_ROWS))
    places += [(row, block.right + 1, len(sheet.rows[row])) for row in beside if len(sheet.rows[row]) > block.right + 1]
    below = range(max(block.bottom + 1, zone.end - _BESIDE_ROWS), zone.end)
    return places + [(row, 0, len(sheet.rows[row])) for row in below if _is_below(sheet.rows[row])]


def _is_below(row: Sequence[object]) -> bool:
    """A line under a table that says something with a colon, such as 授课教师：王五  填表日期：2016.3.5."""
    cells = [cell for cell in row if not blank(cell)]
    return bool(cells) and isinstance(cells[0], str) and bool(re.search("[:：]", cells[0]))


def _title(sheet: Sheet, above: int, top: int, words: _Vocabularies) -> str:
    """The lines above a header that are nobody's label: the title, in one line."""
    lines = []
    for row in range(above, top):
        cells = [cell for cell in sheet.rows[row] if not blank(cell)]
        if is_title(cells, words) or _is_lone_text(sheet.rows[row], words):
            lines += [" ".join(str(cell).split()) for cell in cells if isinstance(cell, str)][:1]
    return " ".join(lines)


# -- forms that are labels beside values only -------------------------------------------------------------


def _label_forms(sheet: Sheet, start: int, end: int, words: _Vocabularies) -> list[FormTable]:
    """Class filings and household forms without any table of their own, between two rows."""
    titles = [row for row in range(start, end) if is_title([c for c in sheet.rows[row] if not blank(c)], words)]
    cuts = sorted({start, *titles, end})
    tables = [_label_form(sheet, top, bottom, words) for top, bottom in pairwise(cuts)]
    return [table for table in tables if table is not None]


def _label_form(sheet: Sheet, top: int, bottom: int, words: _Vocabularies) -> FormTable | None:
    places: Places = [(row, 0, len(sheet.rows[row])) for row in range(top, min(bottom, top + 200))]
    title = _title(sheet, top, bottom, words)
    best: tuple[int, FormKind, Pairs] | None = None
    for kind in _LABEL_FORMS:
        pairs = read_pairs(sheet.rows, places, words.heads[kind], sheet.first_row)
        told = len(pairs.values) + 10 * any(word in plain(title + sheet.name) for word in FORMS[kind].titles)
        if len(pairs.values) >= _FEWEST_LABELS and (best is None or told > best[0]):
            best = told, kind, pairs
    if best is None:
        return None
    told, kind, pairs = best
    table = FormTable(kind, sheet.name, (), {}, [], _without_blanks(pairs.values), [], title=title)
    table.last_column = max(value.column for value in pairs.values.values())
    if told < 10:
        zh, en = FORMS[kind].zh, FORMS[kind].en
        table.doubt(0.3, f"没有表名，按“{zh}”识别，请核对。", f'There is no title; read as "{en}": please check.')
    missing = [need for need in FORMS[kind].needed if not need & pairs.values.keys()]
    if missing and kind == FormKind.CLASS_FILING:
        for need in missing:
            names = "或".join(sorted(FORMS[kind].printed(name, in_head=True) for name in need))
            table.doubt(0.2, f"没有找到“{names}”。", f'"{names}" was not found.')
    _doubt_slips(table, pairs)
    return table


def _without_blanks(values: Mapping[F, HeadValue]) -> dict[F, HeadValue]:
    return {name: value for name, value in values.items() if not blank(value.value)}
