"""Reads an outside list out of a file: which row is the header, what stands in each row's columns; knows nobody yet."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, timedelta
from decimal import Decimal
from typing import Any, Final, NamedTuple

from taizhang.adapters.forms.header_names import plain
from taizhang.adapters.outside.columns import columns_of, key_of
from taizhang.adapters.sheets.cells import CellProblem, clean_name, clean_text, identity_text, parse_date, parse_score
from taizhang.adapters.sheets.sheets import Sheet, Workbook
from taizhang.domain.identity import Identity, parse_identity

HEADER_ROWS: Final = 30  # a header stands below a title and some lines of remarks, not farther down
FEN: Final = 100


class ListUnreadable(Exception):
    """No sheet has the column by which a list of this kind is matched."""

    def __init__(self, filename: str, columns: Sequence[str]) -> None:
        names = "、".join(columns[:4])
        super().__init__(
            f'No sheet of "{filename}" has the column that this kind of list is matched by ({names}). '
            "Check the kind of list, or name the column so."
        )
        self.zh = f"文件“{filename}”中没有找到这类名单用来比对的栏目({names})。请核对名单种类,或改正表头。"


class ListRow(NamedTuple):
    """One row as it stands there; `number` counts the rows of all sheets, `problem` says why it cannot be used."""

    number: int
    sheet: str
    row: int  # as the spreadsheet counts
    identity: Identity | None
    key: str  # account number or institution, where the list is matched by one
    name: str
    since: date | None
    until: date | None
    unit: str
    says: str
    amount_fen: int
    problem: Any = None  # speaks both languages, and never quotes a person's number


def rows_of(workbook: Workbook, kind: str, today: date) -> list[ListRow]:
    """Every row below a header, in the order of the file.

    Raises ListUnreadable.
    """
    names = columns_of(kind)
    found: list[ListRow] = []
    headed = False
    for sheet in workbook.sheets:
        header = _header(sheet, names, key_of(kind))
        if header is None:
            continue
        headed = True
        top, columns = header
        for index in range(top + 1, len(sheet.rows)):
            cells = sheet.rows[index]
            if _is_filled(cells, columns, key_of(kind)):
                found.append(_row(len(found) + 1, sheet, index, _Cells(cells, columns), kind, today))
    if not headed:
        raise ListUnreadable(workbook.filename, names[key_of(kind)])
    return found


def _header(sheet: Sheet, names: Mapping[str, tuple[str, ...]], key: str) -> tuple[int, dict[str, int]] | None:
    """The header's row and which column holds which field; None where the key column is nowhere."""
    printed = {plain(name): field for field, known in names.items() for name in known}
    for index, cells in enumerate(sheet.rows[:HEADER_ROWS]):
        columns: dict[str, int] = {}
        for column, cell in enumerate(cells):
            field = printed.get(plain(cell)) if isinstance(cell, str) else None
            if field is not None:
                columns.setdefault(field, column)
        if key in columns:
            return index, columns
    return None


def _is_filled(cells: Sequence[object], columns: Mapping[str, int], key: str) -> bool:
    """Whether a row tells of somebody: totals, signatures and blank rows do not."""
    named = [columns[field] for field in (key, "name") if field in columns]
    texts = [clean_text(cells[column]) for column in named if column < len(cells)]
    return any(texts) and not any(text.replace(" ", "") in ("合计", "总计", "小计") for text in texts)


class _Cells:
    """A row's cells by field."""

    def __init__(self, cells: Sequence[object], columns: Mapping[str, int]) -> None:
        self._cells, self._columns = cells, columns

    def raw(self, field: str) -> object:
        column = self._columns.get(field)
        return self._cells[column] if column is not None and column < len(self._cells) else ""

    def text(self, field: str, limit: int) -> str:
        return clean_text(self.raw(field))[:limit]

    def day(self, field: str, *, last: bool = False) -> date | None:
        """A day; of a bare month (2016-05, 201605) its first or its last one, as insurance lists state them."""
        value = self.raw(field)
        if value in ("", None):
            return None
        month = _month(clean_text(value))
        if month is None:
            return parse_date(value)
        return _last_of(month) if last else month


def _row(number: int, sheet: Sheet, index: int, cells: _Cells, kind: str, today: date) -> ListRow:
    row = sheet.first_row + index
    problem: Any = None
    identity, key, amount_fen = None, "", 0
    since = until = None
    try:
        if key_of(kind) == "identity":
            identity = parse_identity(identity_text(cells.raw("identity")), today)
        else:
            key = identity_text(cells.raw(key_of(kind)))
            if cells.raw("identity") not in ("", None):
                identity = parse_identity(identity_text(cells.raw("identity")), today)
            if kind == "bank-returns" and cells.raw("amount") not in ("", None):
                amount_fen = int(parse_score(cells.raw("amount")) * Decimal(FEN))
        since, until = cells.day("since"), cells.day("until", last=True)
    except Exception as error:  # a cell's problem or an identity's refusal, both of which speak for themselves
        if not isinstance(error, CellProblem) and not hasattr(error, "RULE"):
            raise
        problem = error
    texts = (clean_name(cells.raw("name")), since, until, cells.text("unit", 100), cells.text("says", 200))
    return ListRow(number, sheet.name, row, identity, key, *texts, amount_fen, problem)


def _month(text: str) -> date | None:
    digits = text.replace("年", "-").replace("月", "").replace("/", "-").replace(".", "-")
    parts = digits.split("-") if "-" in digits else [digits[:4], digits[4:]] if len(digits) == 6 else []
    if len(parts) != 2 or not all(part.isdigit() for part in parts) or len(parts[0]) != 4:
        return None
    year, month = int(parts[0]), int(parts[1])
    return date(year, month, 1) if 1900 <= year <= 2100 and 1 <= month <= 12 else None


def _last_of(month: date) -> date:
    return (month.replace(day=28) + timedelta(days=4)).replace(day=1) - timedelta(days=1)


def lines_of(rows: Sequence[ListRow]) -> Iterator[tuple[ListRow, str, str]]:
    """Rows that cannot be used, each with what is wrong in both languages."""
    for one in rows:
        if one.problem is not None:
            zh, en = _words(one.problem)
            yield one, zh, en


def _words(problem: Any) -> tuple[str, str]:
    if isinstance(problem, CellProblem):
        return "有一格无法识别(日期、金额或号码)。请核对该行。", (
            "A cell (a date, an amount or a number) cannot be read. Check that row."
        )
    return problem.words("zh"), problem.words("en")
