"""A stored spreadsheet without one person's cells: every other cell stays as it stands.

Of the person's own rows everything goes; of rows that speak of others too, and of all other rows, only the cells that
hold something of the person. What is looked for is compared without blanks and punctuation.
"""

from __future__ import annotations

import csv
import io
import re
import unicodedata
import zipfile
from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from typing import Any, Final, NamedTuple

import openpyxl

from taizhang.adapters.sheets.sheets import Workbook, csv_text, open_workbook
from taizhang.adapters.sheets.workbooks import write_result

STRONG_LETTERS: Final = 7  # a phone or an account has no less; what is shorter says nothing by itself
LAYOUT_CELLS_MOST: Final = 200_000  # of a larger workbook only the values are written again: half a minute, not five
CELL_MARKS: Final = re.compile(r"[\s,、;；:：/()()]+")
NOTE: Final = (("个人信息", "有一人的单元格已按规定涂空。One person's cells were blanked as the law provides."),)

Cell = tuple[int, int, int]  # sheet (from 0), row and column (from 1)


class Sought(NamedTuple):
    """What is known of the person: names, what identifies by itself, and every value that was ever stated."""

    names: frozenset[str]
    strong: frozenset[str]
    values: frozenset[str]


class Rows(NamedTuple):
    """Which rows (sheet from 0, row from 1) speak of the person: alone, with others; and where a namesake has one."""

    own: frozenset[tuple[int, int]] = frozenset()
    shared: frozenset[tuple[int, int]] = frozenset()
    namesakes: frozenset[tuple[int, int]] = frozenset()


class Blanked(NamedTuple):
    """The new file, and how many cells of the old one are blank in it."""

    content: bytes
    cells: int


def sought(fields: Mapping[str, Iterable[str]]) -> Sought:
    """What to look for, from all values of each field that the vault holds."""
    names = {plain(value) for value in fields.get("name", ())}
    values = {plain(value) for said in fields.values() for value in said}
    numbers = (value for name in ("id_number", "phone", "bank_account") for value in fields.get(name, ()))
    strong = {number for value in numbers if len(number := plain(value)) >= STRONG_LETTERS}
    strong |= {number[:6] + number[8:17] for number in strong if len(number) == 18}  # the same in 15 digits
    return Sought(frozenset(names - {""}), frozenset(strong), frozenset(values - {""}))


def plain(value: object) -> str:
    """A cell's text for comparing: half-width, lower case, letters and digits only; a date as its digits."""
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    if isinstance(value, date):
        value = f"{value:%Y%m%d}"
    folded = unicodedata.normalize("NFKC", str(value)).lower()
    return "".join(letter for letter in folded if letter.isalnum())


def holds(content: bytes, what: Sought) -> bool:
    """Whether a file holds anything that identifies the person by itself, in whatever encoding."""
    wanted = [
        value.encode(code)
        for strong in what.strong
        for value in (strong, strong.upper())
        for code in ("utf-8", "utf-16-le")
    ]
    return any(value in part for _, part in _parts(content) for value in wanted)


def blanked(content: bytes, filename: str, rows: Rows, what: Sought) -> Blanked | None:
    """The file without the person's cells; None when it holds none. Raises FileUnreadable for what is no spreadsheet."""
    workbook = open_workbook(content, filename)
    cells = list(_cells(workbook, rows, what))
    if not cells:
        return None
    if workbook.format == "csv":
        return Blanked(_csv_without(content, filename, cells), len(cells))
    size = sum(len(sheet.rows) * max(map(len, sheet.rows), default=0) for sheet in workbook.sheets)
    if workbook.format == "xlsx" and size <= LAYOUT_CELLS_MOST:
        again = _xlsx_without(content, cells)
        if not _still_there(again, what):
            return Blanked(again, len(cells))
    return Blanked(_values_without(workbook, cells), len(cells))


def _cells(workbook: Workbook, rows: Rows, what: Sought) -> Iterator[Cell]:
    for number, sheet in enumerate(workbook.sheets):
        for row, values in enumerate(sheet.rows, sheet.first_row):
            place = (number, row)
            for column, value in enumerate(values, 1):
                if value not in ("", None) and _is_theirs(value, place, rows, what):
                    yield number, row, column


def _is_theirs(value: object, place: tuple[int, int], rows: Rows, what: Sought) -> bool:
    if place in rows.own:
        return True
    text = plain(value)
    if place in rows.shared and text in what.values:
        return True
    if any(strong in text for strong in what.strong):
        return True
    if place in rows.namesakes and place not in rows.shared:
        return False
    return text in what.names or any(plain(part) in what.names for part in CELL_MARKS.split(str(value)))


def _csv_without(content: bytes, filename: str, cells: Iterable[Cell]) -> bytes:
    text, encoding, delimiter = csv_text(content, filename)
    rows = list(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter))
    for _, row, column in cells:
        rows[row - 1][column - 1] = ""
    out = io.StringIO(newline="")
    csv.writer(out, delimiter=delimiter, lineterminator="\r\n" if "\r\n" in text else "\n").writerows(rows)
    return out.getvalue().encode(encoding)


def _xlsx_without(content: bytes, cells: Iterable[Cell]) -> bytes:
    book = openpyxl.load_workbook(io.BytesIO(content))
    for number, row, column in cells:
        cell: Any = book.worksheets[number].cell(row, column)
        if not isinstance(cell, openpyxl.cell.cell.MergedCell):
            cell.value = cell.comment = cell.hyperlink = None
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _values_without(workbook: Workbook, cells: Iterable[Cell]) -> bytes:
    for number, row, column in cells:
        sheet = workbook.sheets[number]
        sheet.rows[row - sheet.first_row][column - 1] = ""
    out = io.BytesIO()
    write_result(workbook, {}, out, NOTE)
    return out.getvalue()


def _still_there(content: bytes, what: Sought) -> bool:
    """Whether a part that cells do not reach (a comment, a heading, who saved it) still tells of the person."""
    beside = (part for name, part in _parts(content) if not name.startswith(("xl/worksheets/", "xl/sharedStrings")))
    named = [name.encode() for name in what.names]
    return holds(content, what) or any(name in part for part in beside for name in named)


def _parts(content: bytes) -> Iterator[tuple[str, bytes]]:
    """A zip's parts, unpacked; any other file as it is."""
    if not zipfile.is_zipfile(io.BytesIO(content)):
        yield "", content
        return
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        for part in archive.infolist():
            yield part.filename, archive.read(part)
