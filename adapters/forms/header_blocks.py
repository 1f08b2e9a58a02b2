"""Finds the header rows of the tables in a sheet, whatever stands above, between and below them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import pairwise
from typing import Final

from taizhang.adapters.forms.field_names import NAMES
from taizhang.adapters.forms.field_names import FieldName as F
from taizhang.adapters.forms.header_days import is_day_piece, is_month
from taizhang.adapters.forms.header_names import Likeness, Meaning, Names, plain
from taizhang.adapters.forms.header_pairs import has_label
from taizhang.adapters.sheets.sheets import Sheet

_KEYS: Final = frozenset({F.PERSON_NAME, F.ID_NUMBER, F.COURSE_NAME, F.TEACHER_NAME, F.HEAD_NAME, F.HOUSEHOLD_NO})
_CLASS_LIST: Final = frozenset(
    {
        F.OCCUPATION,
        F.START_DATE,
        F.END_DATE,
        F.PLANNED_SEATS,
        F.INSTITUTION,
        F.PLACE,
        F.CLASS_NAME,
        F.HOURS_TOTAL,
        F.LEVEL,
    }
)
_VALUES_TOO: Final = frozenset(
    {"户主", "健康", "贫困户", "建档立卡", "建档立卡户", "建档立卡贫困户", "学员", "技能", "劳动力", "在校生"}
)
"""Names of columns that also stand in cells as values, so that they do not show that a row is a header."""

_LOOKED_AT_FIRST: Final = 60  # rows from the top in which a header is looked for in any spelling
_LOOKED_AT_AFTER_A_BREAK: Final = 12  # rows after a nearly blank one, likewise
_MOST_HEADER_ROWS_BELOW: Final = 3
_MOST_HEADER_ROWS_ABOVE: Final = 2
_LONGEST_LABEL: Final = 40

Rows = Sequence[Sequence[object]]


@dataclass(slots=True)
class Block:
    """The header of one table: its rows from `top` to `bottom` (0-based), and each column's labels, the top one first."""

    top: int
    bottom: int
    labels: dict[int, tuple[object, ...]]

    @property
    def left(self) -> int:
        """The table's first column."""
        return min(self.labels)

    @property
    def right(self) -> int:
        """The table's last column."""
        return max(self.labels)

    def texts(self, column: int) -> tuple[str, ...]:
        """A column's labels as text."""
        return tuple(label if isinstance(label, str) else _said(label) for label in self.labels[column])


class Spans:
    """The merged regions of a sheet, by the cell that they cover."""

    def __init__(self, merged: Sequence[tuple[int, int, int, int]]) -> None:
        self._merged = merged
        self._by_row: dict[int, list[tuple[int, int, int, int]]] = {}

    def around(self, row: int, column: int) -> tuple[int, int, int, int]:
        """(top, left, bottom, right) of the region around a cell; the cell itself where none is merged."""
        if row not in self._by_row:
            self._by_row[row] = [region for region in self._merged if region[0] <= row <= region[2]]
        for region in self._by_row[row]:
            if region[1] <= column <= region[3]:
                return region
        return row, column, row, column


def find_blocks(sheet: Sheet, names: Names) -> list[Block]:
    """Every table header of the sheet, from the top down; tables side by side stand one after the other."""
    spans = Spans(sheet.merged)
    blocks: list[Block] = []
    last = -1
    for row in _worth_a_look(sheet.rows):
        if row > last and _is_header(sheet.rows, row, names, spans):
            top, bottom = _top(sheet.rows, row, last, spans, names), _bottom(sheet.rows, row, spans, names)
            labels = _labels(sheet.rows, top, bottom, spans)
            ends_here = {column: label for column, label in labels.items() if spans.around(bottom, column)[2] <= bottom}
            if not ends_here:  # every label goes on beside the rows below: no header
                continue
            labels = ends_here
            blocks += _side_by_side(_without_beside(Block(top, bottom, labels), names), names)
            last = bottom
    return blocks


def blank(value: object) -> bool:
    """Nothing in the cell, or only blanks."""
    return value is None or value == "" or (isinstance(value, str) and not value.strip())


def _worth_a_look(rows: Rows) -> Iterator[int]:
    """Rows that might be a header: the first ones, those after a break, and those that print a key column's name."""
    keys = _key_texts()
    last_break = -1
    for index, row in enumerate(rows):
        if index < _LOOKED_AT_FIRST or index - last_break <= _LOOKED_AT_AFTER_A_BREAK or not keys.isdisjoint(row):
            yield index
        if row.count("") >= len(row) - 2:
            last_break = index


@cache
def _key_texts() -> frozenset[object]:
    names = [name for key in _KEYS for name in NAMES[key]]
    gaps = ("", " ", "  ", "   ", "    ", "　", "　　")
    return frozenset(gap.join(name) for name in names for gap in gaps)


def _is_header(rows: Rows, row: int, names: Names, spans: Spans) -> bool:
    cells = rows[row]
    if not any(isinstance(cell, str) and len(cell) <= _LONGEST_LABEL and names.sure(cell) for cell in cells):
        return False
    filled = [column for column, cell in enumerate(cells) if not blank(cell)]
    found = {column: meaning for column in filled if (meaning := _meaning(rows[row][column], names))}
    sure = {
        meaning.field
        for column, meaning in found.items()
        if meaning.likeness > Likeness.SLIP and plain(str(rows[row][column])) not in _VALUES_TOO
    }
    if not sure:
        return False
    if len(filled) == 1:
        below = rows[row + 1] if row + 1 < len(rows) else ()
        return sure == {F.PERSON_NAME} and [i for i, cell in enumerate(below) if not blank(cell)] == filled
    days = {column for column in filled if column not in found and is_day_piece(rows[row][column])}
    if len(sure) + bool(days) < 2 and not any(meaning.likeness == Likeness.SLIP for meaning in found.values()):
        return False
    fields = {meaning.field for meaning in found.values()}
    if not fields & _KEYS and len(fields & _CLASS_LIST) < 4:
        return False
    return not _stands_beside_values(rows, row, sorted(found.keys() | days), spans, names)


def _meaning(cell: object, names: Names) -> Meaning | None:
    if not isinstance(cell, str) or len(cell) > _LONGEST_LABEL:
        return None
    meaning = names.label(cell)
    return meaning if meaning and meaning.field else None


def _stands_beside_values(rows: Rows, row: int, labels: Sequence[int], spans: Spans, names: Names) -> bool:
    """Whether the labels of a row alternate with their values, as in 姓名 | 张三 | 性别 | 男."""
    cells = rows[row]
    filled = [column for column, cell in enumerate(cells) if not blank(cell)]
    followed = neighbours = gaps = 0
    for column in labels:
        after = spans.around(row, column)[3] + 1
        if after < len(cells) and not blank(cells[after]):
            neighbours += 1
            followed += after in labels
        elif filled[-1] > column:
            neighbours, gaps = neighbours + 1, gaps + 1
    if followed or not neighbours:
        return 3 * followed < neighbours
    if gaps < neighbours:
        return True
    below = next((line for line in rows[row + 1 : row + 4] if not all(map(blank, line))), ())
    under = [below[column] for column in labels if column < len(below) and not blank(below[column])]
    return any(has_label(cell, names) for cell in under) or 2 * len(under) < len(labels)


# -- how far the header goes ------------------------------------------------------------------------------


def _bottom(rows: Rows, row: int, spans: Spans, names: Names) -> int:
    bottom = row
    while bottom + 1 < len(rows) and bottom < row + _MOST_HEADER_ROWS_BELOW:
        if not (_is_lower_header(rows, row, bottom, spans, names) or _numbers_columns(rows[bottom + 1])):
            break
        bottom += 1
    return bottom


def _is_lower_header(rows: Rows, row: int, bottom: int, spans: Spans, names: Names) -> bool:
    """Whether the next row says more about columns that the rows above leave open or span together."""
    head, lower = rows[row], rows[bottom + 1]
    filled = [column for column, cell in enumerate(lower) if not blank(cell)]
    if not filled:
        return False
    news = 0
    for column in filled:
        cell = lower[column]
        above = head[column] if column < len(head) else ""
        if cell == above:
            continue
        short = isinstance(cell, str) and len(cell) <= _LONGEST_LABEL and not _has_digit(cell)
        if not (short or is_day_piece(cell) or is_month(cell)):
            return False
        region = spans.around(row, column)
        wide = region[3] > region[1] or blank(above) or (column + 1 < len(head) and blank(head[column + 1]))
        wide = wide or is_month(above)
        if not wide or ((meaning := _meaning(above, names)) and meaning.field in _KEYS):
            return False
        news += 1
    return news > 0


def _has_digit(text: str) -> bool:
    return any(letter.isdigit() for letter in text) and not text.startswith(("第", "补考"))


def _numbers_columns(row: Sequence[object]) -> bool:
    """The 1 2 3 4 … that some forms print under their header, in the name column too."""
    numbers = [cell for cell in row if not blank(cell)]
    try:
        values = [int(str(cell).removesuffix(".0")) for cell in numbers]
    except ValueError:
        return False
    return len(values) >= 4 and len(values) >= len(row) - 1 and all(b == a + 1 for a, b in pairwise(values))


def _top(rows: Rows, row: int, last: int, spans: Spans, names: Names) -> int:
    top = row
    while top - 1 > last and row - top < _MOST_HEADER_ROWS_ABOVE and _is_upper_header(rows, row, top - 1, spans, names):
        top -= 1
    return top


def _is_upper_header(rows: Rows, row: int, upper: int, spans: Spans, names: Names) -> bool:
    """Whether the row above groups the columns: at least two short labels, none a title, a pair or a value."""
    filled = [column for column, cell in enumerate(rows[upper]) if not blank(cell)]
    regions = {spans.around(upper, column) for column in filled}
    if len(regions) < 2:
        return False
    width = sum(not blank(cell) for cell in rows[row])
    groups = alone = 0
    for column in filled:
        cell = rows[upper][column]
        if not (is_day_piece(cell) or isinstance(cell, str)) or (
            isinstance(cell, str) and ("：" in cell or ":" in cell)
        ):
            return False
        _, left, bottom, right = spans.around(upper, column)
        covers_down = bottom >= row
        if right - left + 1 >= max(3, width - 1) or len(str(cell)) > 24:
            return False
        under = rows[row][column] if column < len(rows[row]) else ""
        alone += not covers_down and blank(under)
        groups += right > left or (column + 1 < len(rows[upper]) and blank(rows[upper][column + 1]))
    pairs = [column for column in filled if has_label(rows[upper][column], names)]
    if 2 * sum(_is_pair(rows, row, upper, column, spans) for column in pairs) >= len(filled):
        return False
    if 2 * len(pairs) >= len(filled) and not any(
        spans.around(upper, column) != (upper, column, upper, column) for column in filled
    ):
        return False
    return groups > 0 and 2 * alone < len(filled)


def _is_pair(rows: Rows, row: int, upper: int, column: int, spans: Spans) -> bool:
    """Whether a label in the row above is one of a pair: it stands over one column only, which has a label of its own."""
    return spans.around(upper, column) == (upper, column, upper, column) and not blank(_cell(rows, row, column))


# -- what each column is called ---------------------------------------------------------------------------


def _labels(rows: Rows, top: int, bottom: int, spans: Spans) -> dict[int, tuple[object, ...]]:
    lines = [row for row in range(top, bottom + 1) if not _numbers_columns(rows[row])]
    labels: dict[int, tuple[object, ...]] = {}
    for column in range(max(len(rows[row]) for row in lines)):
        path: list[object] = []
        for row in lines:
            label = _label_at(rows, row, column, lines[-1], spans)
            if not blank(label) and (not path or path[-1] != label):
                path.append(label)
        if path:
            labels[column] = tuple(path)
    return labels


def _label_at(rows: Rows, row: int, column: int, last: int, spans: Spans) -> object:
    cell = _cell(rows, row, column)
    if not blank(cell):
        return cell
    top, left, _, right = spans.around(row, column)
    if right > left or top < row:
        return _cell(rows, top, left)
    if row == last or blank(_cell(rows, row + 1, column)):
        return ""
    for before in range(column - 1, -1, -1):  # no merge is known, as in a .csv: the group's label stands to the left
        if blank(_cell(rows, row + 1, before)):
            return ""
        if not blank(_cell(rows, row, before)):
            return _cell(rows, row, before)
    return ""


def _cell(rows: Rows, row: int, column: int) -> object:
    return rows[row][column] if column < len(rows[row]) else ""


def _without_beside(block: Block, names: Names) -> Block:
    """The header without label-value pairs that stand right of it, after a blank column."""
    columns = sorted(block.labels)
    for before, column in pairwise(columns):
        beside = [c for c in columns if c >= column]
        if column <= before + 1 or len(beside) > 4:
            continue
        texts = [block.labels[c][-1] for c in beside]
        colons = all("：" in str(text) or ":" in str(text) for text in texts)
        in_pairs = len(texts) % 2 == 0 and all((i % 2 == 0) == has_label(text, names) for i, text in enumerate(texts))
        if colons or in_pairs:
            return Block(block.top, block.bottom, {c: block.labels[c] for c in columns if c < column})
    return block


def _side_by_side(block: Block, names: Names) -> list[Block]:
    """One block, or one for each of several tables with the same columns printed beside each other."""
    columns = sorted(block.labels)
    texts = [plain(block.texts(column)[-1]) for column in columns]
    starts = [i for i, text in enumerate(texts) if text == texts[0]]
    repeated = [texts[a:b] for a, b in pairwise([*starts, len(texts)])]
    name_twice = sum(names.exact(text) == F.PERSON_NAME for text in texts) >= 2
    if len(starts) < 2 or not name_twice or any(part != repeated[0] for part in repeated):
        return [block]
    return [
        Block(block.top, block.bottom, {column: block.labels[column] for column in columns[a:b]})
        for a, b in pairwise([*starts, len(columns)])
    ]


def _said(label: object) -> str:
    if isinstance(label, float) and label.is_integer():
        return str(int(label))
    return str(label)
