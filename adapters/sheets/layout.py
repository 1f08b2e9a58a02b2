"""How a sheet is laid out beside its values: merged cells and the widths of columns, kept in what goes back to its sender."""

from __future__ import annotations

import io
import posixpath
import re
import unicodedata
import zipfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Final, NamedTuple
from xml.etree import ElementTree

HEAD_BYTES: Final = 65_536  # a sheet's columns stand before its rows
PART_BYTES: Final = 1_048_576  # of the lists of sheets; what is longer keeps no widths
MOST_COLUMNS: Final = 16_384
MERGED_CELLS_MOST: Final = 1_000_000  # looked at for overlaps, which Excel calls a damaged file
LOOKED_AT_ROWS, NARROW, WIDE = 60, 6, 40  # for columns whose width nobody stated
_COLUMNS: Final = re.compile(rb"<(?:\w+:)?cols>(.*?)</(?:\w+:)?cols>", re.DOTALL)
_COLUMN: Final = re.compile(rb"<(?:\w+:)?col\s([^>]*?)/?>")
_ATTRIBUTE: Final = re.compile(rb'(\w+)="([^"]*)"')
_RELATION: Final = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"

Area = tuple[int, int, int, int]  # top, left, bottom, right


class Width(NamedTuple):
    """Columns from `first` to `last` (from 0): how wide in letters, and whether they are hidden."""

    first: int
    last: int
    letters: float
    hidden: bool


def stated_widths(data: bytes) -> Mapping[str, tuple[Width, ...]]:
    """The widths that an .xlsx states, by the name of the sheet; what cannot be read is left out, it is no reason to fail."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            return {name: tuple(_widths(archive, part)) for name, part in _sheets(archive)}
    except (zipfile.BadZipFile, KeyError, OSError, ValueError, ElementTree.ParseError):
        return {}


def guessed_widths(rows: Sequence[Sequence[object]]) -> tuple[Width, ...]:
    """As wide as what stands in the first rows needs, within reason."""
    widest: dict[int, int] = {}
    for row in rows[:LOOKED_AT_ROWS]:
        if sum(cell not in ("", None) for cell in row) < 2:
            continue  # a title runs over its neighbours
        for column, cell in enumerate(row):
            if cell not in ("", None):
                widest[column] = max(widest.get(column, 0), _letters(str(cell)))
    return tuple(Width(at, at, min(WIDE, max(NARROW, count + 2)), False) for at, count in sorted(widest.items()))


def merges_within(merged: Iterable[Area], rows: int, columns: int) -> list[Area]:
    """Merged areas cut to a sheet of so many rows and columns; none of them if any two overlap or there are too many."""
    kept: list[Area] = []
    taken: set[tuple[int, int]] = set()
    cells = 0
    for top, left, bottom, right in merged:
        bottom, right = min(bottom, rows - 1), min(right, columns - 1)
        if bottom < top or right < left or (top, left) == (bottom, right):
            continue
        cells += (bottom - top + 1) * (right - left + 1)
        if cells > MERGED_CELLS_MOST:
            return []
        taken.update((row, column) for row in range(top, bottom + 1) for column in range(left, right + 1))
        if len(taken) < cells:
            return []
        kept.append((top, left, bottom, right))
    return kept


def _sheets(archive: zipfile.ZipFile) -> Iterator[tuple[str, str]]:
    """Each sheet's name and its part of the file."""
    book, relations = (_part(archive, name) for name in ("xl/workbook.xml", "xl/_rels/workbook.xml.rels"))
    targets = {one.get("Id"): one.get("Target", "") for one in relations.iter() if one.tag.endswith("}Relationship")}
    for one in book.iter():
        if one.tag.endswith("}sheet") and (target := targets.get(one.get(_RELATION))):
            yield one.get("name", ""), posixpath.normpath(posixpath.join("/xl", target)).lstrip("/")


def _part(archive: zipfile.ZipFile, name: str) -> ElementTree.Element:
    with archive.open(name) as stream:
        return ElementTree.fromstring(stream.read(PART_BYTES))  # noqa: S314 (expat refuses entities that grow)


def _widths(archive: zipfile.ZipFile, part: str) -> Iterator[Width]:
    with archive.open(part) as stream:
        found = _COLUMNS.search(stream.read(HEAD_BYTES))
    for column in _COLUMN.finditer(found[1]) if found else ():
        said = {name.decode(): value.decode() for name, value in _ATTRIBUTE.findall(column[1])}
        first, last = int(said["min"]), min(int(said["max"]), MOST_COLUMNS)
        if "width" in said and 1 <= first <= last:
            yield Width(first - 1, last - 1, min(255.0, float(said["width"])), said.get("hidden") in ("1", "true"))


def _letters(text: str) -> int:
    """How many Latin letters wide: a Chinese character takes two."""
    return sum(2 if unicodedata.east_asian_width(letter) in "WF" else 1 for letter in text)
