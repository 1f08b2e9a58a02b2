"""How large a rectangle the values of an .xlsx sheet span, found before anything lays the sheet out.

The reader reserves memory for the whole rectangle between the first and the last value, and ends the process where there
is not enough. What a sheet says of its own size is therefore only believed once every cell was seen to lie within.
"""

from __future__ import annotations

import re
import zipfile
from collections.abc import Iterator
from typing import Any, Final
from xml.parsers import expat

BEGINNING: Final = 4_096  # bytes in which a part says what it is, and a sheet its size
SHEET: Final = b"sheetData"  # which element holds the cells, whatever the part is called and wherever it lies
BLANK: Final = b"\xef\xbb\xbf \t\r\n"  # before the first element
STATED: Final = re.compile(rb'<dimension ref="(?:[A-Z]+\d+:)?([A-Z]{1,3})(\d{1,7})"')
OTHER_NAMES: Final = re.compile(rb":c[\s/>]")
PLACE: Final = re.compile(r"([A-Za-z]{1,7})(\d{1,10})")


class NoSheet(ValueError):
    """A part that cannot be read as a sheet."""


def cells_of(archive: zipfile.ZipFile, most: int) -> Iterator[int]:
    """Of each sheet of a workbook the size of the rectangle that holds its values, wherever in the archive it lies.

    A sheet that says it has more than `most` cells has its values counted: formats may reach down to the last row. Raises NoSheet, and what `zipfile` raises.
    """
    for part in archive.infolist():
        with archive.open(part) as stream:
            beginning = stream.read(BEGINNING)
        if beginning.lstrip(BLANK).startswith(b"<") and SHEET in (whole := archive.read(part)):
            yield _cells(whole, most)


def _cells(whole: bytes, most: int) -> int:
    stated = STATED.search(whole, 0, BEGINNING)
    if stated is not None:
        column, row = stated[1].decode(), stated[2].decode()
        area, roughly = column_number(column) * int(row), column_number(column) * 10 ** len(row)
        if area <= most and not _is_unusual(whole, column, row, exactly=roughly > most):
            return area if roughly > most else roughly
    return _counted(whole)


def _is_unusual(whole: bytes, column: str, row: str, *, exactly: bool) -> bool:
    """Whether any cell lies beyond this place, or is not written as all programs write it: then the values are counted.

    Not `exactly`: rows are told by how many digits they have, which is found in half the time.
    """
    letters = "|".join(_up_to(column, "A", "Z"))
    digits = "|".join(_up_to(row, "0", "9")) if exactly else f"[0-9]{{1,{len(row)}}}"
    not_within = re.compile(rf'<c(?! r="(?:{letters})(?:{digits})")[\s/>]'.encode())
    return b"\0" in whole or not_within.search(whole) is not None or OTHER_NAMES.search(whole) is not None


def _up_to(text: str, first: str, last: str) -> Iterator[str]:
    """Patterns of whatever is shorter than this text, or as long and not greater."""
    every = f"[{first}-{last}]"
    if len(text) > 1:
        yield f"{every}{{1,{len(text) - 1}}}"
    for at, sign in enumerate(text):
        if sign > first:
            yield f"{text[:at]}[{first}-{chr(ord(sign) - 1)}]{every}{{{len(text) - at - 1}}}"
    yield text


def _counted(whole: bytes) -> int:
    """The rectangle of the values as they stand in the XML. Raises NoSheet."""
    found = _Counting()
    parser = expat.ParserCreate()
    parser.StartElementHandler = found.begin
    parser.StartDoctypeDeclHandler = found.refuse
    parser.buffer_text = True
    try:
        parser.Parse(whole, True)
    except expat.ExpatError as problem:
        raise NoSheet(str(problem)) from None
    return found.width * found.height


class _Counting:
    """How far the values go; a row or a cell that does not say its place follows the one before."""

    def __init__(self) -> None:
        self.width = self.height = 0
        self._row = self._column = self._next_column = 0

    def begin(self, name: str, attributes: dict[str, str]) -> None:
        kind = name.rpartition(":")[2]
        if kind == "row":
            self._row, self._next_column = _number(attributes.get("r", "")) or self._row + 1, 1
        elif kind == "c":
            place = PLACE.fullmatch(attributes.get("r", ""))
            self._column = column_number(place[1]) if place else self._next_column
            self._row = int(place[2]) if place else max(self._row, 1)
            self._next_column = self._column + 1
        elif kind in ("v", "is", "f"):
            self.width, self.height = max(self.width, self._column), max(self.height, self._row)

    def refuse(self, *_: Any) -> None:
        raise NoSheet("a sheet declares no document type")


def _number(text: str) -> int:
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 11 else 0


def column_number(letters: str) -> int:
    """A column's place, from 1, by its letters."""
    number = 0
    for letter in letters.upper():
        number = number * 26 + ord(letter) - 64
    return number
