"""A worksheet of plain values that is written straight through: many times as fast as xlsxwriter's cell by cell.

xlsxwriter calls `_write_rows` where a sheet's cells belong in its file; this class leaves a mark there, and `assembled`
puts cells in its place that are made on the spot, so nothing of them is kept twice, and packs them quickly rather than
tightly (a third of the time for a sixth more). Text is written as text, never as a formula.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import IO, Any, Final
from zipfile import ZIP_DEFLATED, ZipFile

from xlsxwriter.utility import xl_col_to_name
from xlsxwriter.worksheet import Worksheet

from taizhang.adapters.sheets.layout import Area
from taizhang.adapters.sheets.plain_columns import (
    BLANK,
    LONGEST_EXACT,
    LONGEST_TEXT,
    NUMBER,
    TEXT,
    is_long_number,
    rows_at_once,
)

_NEEDS_CARE: Final = re.compile("[&<>\x00-\x1f\ud800-\udfff\ufffe\uffff]|_x[0-9A-Fa-f]{4}_|^ | $|  ")
_LOOKS_ESCAPED: Final = re.compile("_(x[0-9A-Fa-f]{4}_)")
_CONTROL: Final = re.compile("[\x00-\x08\x0b-\x1f]")
_NOT_IN_XML: Final = re.compile("[\ud800-\udfff\ufffe\uffff]")
_ROWS_AT_ONCE: Final = 500
_MARK: Final = "<!-- rows of sheet {} -->"
_QUICKLY: Final = 1  # zlib's fastest


class PlainSheet(Worksheet):  # type: ignore[misc, unused-ignore]
    """A worksheet that holds the rows of a source and, right of them, some words a row."""

    _rows: Sequence[Sequence[object]] = ()
    _words: Mapping[int, tuple[str, int]]
    _word_column: int = 0
    _styles: Mapping[str, int]
    _heads: Mapping[int, int]

    def lay(
        self,
        rows: Sequence[Sequence[object]],
        words: Mapping[int, tuple[str, int]],
        styles: Mapping[str, int],
        heads: Mapping[int, int],
        merged: Iterable[Area] = (),
    ) -> None:
        """Take the rows, and by row index the words (with their style) for the column after the widest row.

        `styles` gives the format index of "text", "date", "moment" and "clock", `heads` the format of whole rows by their
        index; `merged` are areas that lie within the rows and do not overlap.
        """
        self._rows, self._words, self._styles, self._heads = rows, words, styles, heads
        self.merge.extend([*area] for area in merged)  # what merge_range keeps, which would write a cell for each
        self._word_column = max(map(len, rows), default=0)
        if rows:
            self.dim_rowmin, self.dim_rowmax = 0, len(rows) - 1
            self.dim_colmin, self.dim_colmax = 0, self._word_column

    def _write_rows(self) -> None:
        self.fh.write(_MARK.format(self.index))

    def row_bytes(self) -> Iterator[bytes]:
        """The rows as they stand in the sheet's file, some hundred at a time."""
        letters = [xl_col_to_name(column) for column in range(self._word_column + 1)]
        for start in range(0, len(self._rows), _ROWS_AT_ONCE):
            rows = self._rows[start : start + _ROWS_AT_ONCE]
            words = [self._words[index] for index in range(start, start + len(rows)) if index in self._words]
            written = None
            is_plain = not any(start <= index < start + len(rows) for index in self._heads)
            if is_plain and len(words) in (0, len(rows)) and not any(style for _, style in words):
                said = [text for text, _ in words]
                written = rows_at_once(start + 1, rows, said, letters, self._cell_end, self._styles["text"])
            yield written if written is not None else "".join(self._one_by_one(start, rows, letters)).encode()

    def _one_by_one(self, start: int, rows: Sequence[Sequence[object]], letters: Sequence[str]) -> Iterator[str]:
        for index, row in enumerate(rows, start):
            number, cells, style = index + 1, "", self._heads.get(index, 0)
            if row.count("") + row.count(None) < len(row):
                ends = (self._head_end(value, style) for value in row) if style else map(self._cell_end, row)
                cells = "".join([f'<c r="{letter}{number}{end}' for letter, end in zip(letters, ends, strict=False)])
            if index in self._words:
                words, said = self._words[index]
                cells += f'<c r="{letters[-1]}{number}{_text(words, said)}'
            if cells:
                yield f'<row r="{number}">{cells}</row>'

    def _cell_end(self, value: object) -> str:
        """What stands of a cell after its place."""
        if isinstance(value, str):
            return _text(value, self._styles["text"] if is_long_number(value) else 0) if value else BLANK
        if value is None:
            return BLANK
        if isinstance(value, bool):
            return f'" t="b"><v>{int(value)}</v></c>'
        if isinstance(value, int | float):
            if not -LONGEST_EXACT < value < LONGEST_EXACT:  # also what is no number at all
                return _text(str(value), 0)
            return NUMBER.format(repr(value))
        if style := self._style_of(value):
            convert: Callable[[Any], float] = self._convert_date_time
            return f'" s="{style}"><v>{convert(value)!r}</v></c>'
        return _text(str(value), 0)

    def _head_end(self, value: object, style: int) -> str:
        """What stands of a cell of a styled row after its place; a date keeps the format that makes it one."""
        if value is None or value == "":
            return f'" s="{style}{BLANK}'
        if isinstance(value, str):
            return _text(value, style)
        end = self._cell_end(value)
        return end if end.startswith('" s=') else f'" s="{style}{end}'

    def _style_of(self, value: object) -> int:
        """The format of a date, a moment or a span; 0 for what Excel could not show as one."""
        if isinstance(value, time | timedelta):
            return self._styles["clock"]
        if isinstance(value, date) and value.year >= 1900:
            return self._styles["moment" if isinstance(value, datetime) else "date"]
        return 0


def assembled(skeleton: IO[bytes], out: Path | str | IO[bytes], sheets: Sequence[PlainSheet]) -> None:
    """Write the workbook `skeleton` to `out` with the rows of these sheets where each left its mark."""
    marks = {_MARK.format(sheet.index).encode(): sheet for sheet in sheets}
    with ZipFile(skeleton) as parts, ZipFile(out, "w", ZIP_DEFLATED, compresslevel=_QUICKLY) as book:
        for part in parts.infolist():
            content = parts.read(part)
            mark = next((mark for mark in marks if mark in content), None) if "worksheets/" in part.filename else None
            if mark is None:
                book.writestr(part.filename, content)
                continue
            before, _, after = content.partition(mark)
            with book.open(part.filename, "w", force_zip64=True) as stream:
                stream.write(before)
                for rows in marks[mark].row_bytes():
                    stream.write(rows)
                stream.write(after)


def _text(value: str, style: int) -> str:
    styled = f'" s="{style}' if style else ""
    if len(value) <= LONGEST_TEXT and (value.isalnum() or not _NEEDS_CARE.search(value)):
        return styled + TEXT.format(value)
    text = _NOT_IN_XML.sub("\ufffd", value[:LONGEST_TEXT])
    text = _LOOKS_ESCAPED.sub(r"_x005F_\1", text)
    text = _CONTROL.sub(lambda found: f"_x{ord(found[0]):04X}_", text)
    text = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return f'{styled}" t="inlineStr"><is><t xml:space="preserve">{text}</t></is></c>'
