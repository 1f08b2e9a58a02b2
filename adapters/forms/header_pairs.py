"""Labels that stand beside their values: 培训机构：某某学校 in one cell, or the label in one cell and its value in the next."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Final

from taizhang.adapters.forms.field_names import FieldName
from taizhang.adapters.forms.header_names import Likeness, Names, plain
from taizhang.adapters.forms.tables import HeadValue

_COLON: Final = re.compile("[:：]")
_LINES: Final = " \t\r\n　\xa0_＿,，;；、"
_LONGEST_LABEL: Final = 14


@dataclass(slots=True)
class Pairs:
    """What labels said: the first value of each field, and the labels that were taken for a field despite a slip."""

    values: dict[FieldName, HeadValue] = field(default_factory=dict)
    slips: list[tuple[str, FieldName]] = field(default_factory=list)

    def keep(self, name: FieldName, value: object, row: int, column: int) -> None:
        """Note a value, unless it is blank or the field has one."""
        if name not in self.values and value not in ("", None):
            self.values[name] = HeadValue(value, row, column)


def read_pairs(
    rows: Sequence[Sequence[object]], places: Sequence[tuple[int, int, int]], names: Names, first_row: int
) -> Pairs:
    """The labelled values in the given places, each a row with its first column and the one after its last."""
    pairs = Pairs()
    for row, left, right in places:
        cells = rows[row][left:right]
        for offset, cell in enumerate(cells):
            if isinstance(cell, str) and cell:
                _read_cell(pairs, names, cells, offset, (row + first_row, left))
    return pairs


def has_label(cell: object, names: Names) -> bool:
    """Whether a cell is a label, or holds one before a colon."""
    if not isinstance(cell, str) or not cell.strip():
        return False
    return any(True for _ in _inline(cell, names)) if _COLON.search(cell) else names.exact(plain(cell)) is not None


def _read_cell(pairs: Pairs, names: Names, cells: Sequence[object], offset: int, place: tuple[int, int]) -> None:
    cell = str(cells[offset])
    row, left = place
    if _COLON.search(cell):
        for name, value, slip in _inline(cell, names):
            if slip:
                pairs.slips.append((slip, name))
            if value:
                pairs.keep(name, value, row, left + offset)
            elif cell.rstrip().endswith((":", "：")):
                _keep_next(pairs, names, cells, offset, (row, left, name))
        return
    if own := names.exact(plain(cell)):
        _keep_next(pairs, names, cells, offset, (row, left, own))
        return
    label, _, rest = cell.strip().partition(" ")
    if rest.strip() and (first := names.exact(plain(label))):
        pairs.keep(first, rest.strip(_LINES), row, left + offset)


def _keep_next(
    pairs: Pairs, names: Names, cells: Sequence[object], offset: int, place: tuple[int, int, FieldName]
) -> None:
    row, left, name = place
    for further in range(offset + 1, len(cells)):
        value = cells[further]
        if value in ("", None):
            continue
        if not has_label(value, names):
            pairs.keep(name, value.strip(_LINES) if isinstance(value, str) else value, row, left + further)
        return


def _inline(cell: str, names: Names) -> Iterator[tuple[FieldName, str, str]]:
    """(field, value, label if it held a slip) for each 标签：值 in one cell; a value ends where the next label begins."""
    found: list[tuple[int, int, FieldName, str]] = []
    after = 0
    for colon in _COLON.finditer(cell):
        if label := _label_before(cell, after, colon.start(), names):
            found.append((label[0], colon.end(), label[1], label[2]))
        after = colon.end()
    ends = [start for start, *_ in found[1:]] + [len(cell)] * bool(found)
    for (_, begin, name, slip), end in zip(found, ends, strict=True):
        yield name, cell[begin:end].strip(_LINES), slip


def _label_before(cell: str, after: int, colon: int, names: Names) -> tuple[int, FieldName, str] | None:
    """Where the label that ends at a colon begins, and its field: the longest ending of the text that is a label."""
    starts = [start for start in range(max(after, colon - 2 * _LONGEST_LABEL), colon) if not cell[start].isspace()]
    for start in starts:
        word = plain(cell[start:colon])
        if 1 < len(word) <= _LONGEST_LABEL and (name := names.exact(word)):
            return start, name, ""
    words = cell[after:colon].rsplit(maxsplit=1)
    if words and (meaning := names.label(words[-1])) and meaning.field and meaning.likeness == Likeness.SLIP:
        return cell.rindex(words[-1], after, colon), meaning.field, words[-1].strip()
    return None
