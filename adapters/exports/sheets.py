"""Sheets of a workbook about money: yuan with two digits, totals as formulas whose values stand beside them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any, Final, NamedTuple

import xlsxwriter
from xlsxwriter.utility import xl_rowcol_to_cell

from taizhang.adapters.exports.asking import Asked
from taizhang.adapters.moments import beijing

FEN: Final = "_fen"
TOTAL: Final = "合计 total"
WIDEST: Final = 40
# balances of one account after the other; and what may be flagged more than once
NOT_ADDED: Final = ("before_fen", "after_fen", "flagged_fen")
ROWS_MOST: Final = 1_048_574  # what a sheet holds beside its titles and totals


class TooManyRows(Exception):
    """A table is longer than a sheet of a workbook; says what to do."""

    def __init__(self, name: str, rows: int) -> None:
        super().__init__(
            f"{rows:,} rows of {name} are more than a sheet holds; name one line or a county, or take CSV."
        )
        self.zh = f"“{name}”有 {rows:,} 行,超过工作表上限。请指定一笔资金或一个县,或改用 CSV。"


class Total(NamedTuple):
    """Where the total of a column stands, and what it comes to, in fen."""

    cell: str
    fen: int


class MoneyBook:
    """A workbook being written; use it in a `with` block. Its first sheet is the cover, written when all else stands."""

    def __init__(self, path: Path, cover: str) -> None:
        options = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
        self._book = xlsxwriter.Workbook(str(path), options)
        self._cover = self._book.add_worksheet(cover)
        self._bold = self._book.add_format({"bold": True, "text_wrap": True, "valign": "top"})
        self._yuan = self._book.add_format({"num_format": "#,##0.00"})
        self._sum = self._book.add_format({"num_format": "#,##0.00", "bold": True, "top": 1})
        self._day = self._book.add_format({"num_format": "yyyy-mm-dd"})

    def __enter__(self) -> MoneyBook:
        return self

    def __exit__(self, *_: object) -> None:
        self._book.close()

    def table(self, name: str, titles: Sequence[str], rows: Sequence[Sequence[Any]]) -> Mapping[str, Total]:
        """A sheet with a row of titles, the rows, and a total below every column whose title ends in `_fen`.

        Amounts come in fen and stand in yuan. Returns the totals by title.

        Raises TooManyRows.
        """
        if len(rows) > ROWS_MOST:
            raise TooManyRows(name, len(rows))
        sheet = self._book.add_worksheet(name)
        sheet.write_row(0, 0, [self._title(title) for title in titles], self._bold)
        for line, row in enumerate(rows, 1):
            for column, value in enumerate(row):
                self._write(sheet, line, column, titles[column], value)
        cells = {}
        for column, title in enumerate(titles):
            if title.endswith(FEN) and title not in NOT_ADDED:
                total = sum(row[column] or 0 for row in rows)
                self._total(sheet, len(rows) + 1, column, total)
                cells[title] = Total(f"'{name}'!{xl_rowcol_to_cell(len(rows) + 1, column)}", total)
        if cells:
            sheet.write_string(len(rows) + 1, 0, TOTAL, self._bold)
        sheet.freeze_panes(1, 1)
        for column, title in enumerate(titles):
            widest = max((_width(row[column]) for row in rows[:200]), default=0)
            sheet.set_column(column, column, min(WIDEST, max(_width(title), widest) + 2))
        return cells

    def cover(self, pairs: Sequence[tuple[str, Any]], sums: Sequence[tuple[str, Total, int]] = ()) -> None:
        """What fixes the workbook; `sums` are (what, total of a sheet, fen that it must be): a row each, compared."""
        sheet = self._cover
        sheet.set_column(0, 0, 44)
        sheet.set_column(1, 3, 24)
        for line, (what, value) in enumerate(pairs):
            sheet.write_string(line, 0, what, self._bold)
            sheet.write_string(line, 1, "" if value is None else str(value))
        first = len(pairs) + 1
        if sums:
            titles = ("控制总额 control total", "表中合计 in the sheet", "账上合计 in the ledger", "差额 difference")
            sheet.write_row(first, 0, titles, self._bold)
        for line, (what, total, fen) in enumerate(sums, first + 1):
            sheet.write_string(line, 0, what)
            sheet.write_formula(line, 1, f"={total.cell}", self._yuan, total.fen / 100)
            sheet.write_number(line, 2, fen / 100, self._yuan)
            sheet.write_formula(line, 3, f"=ROUND(B{line + 1}-C{line + 1},2)", self._yuan, (total.fen - fen) / 100)

    def _total(self, sheet: Any, line: int, column: int, fen: int) -> None:
        if line > 1:
            above = f"{xl_rowcol_to_cell(1, column)}:{xl_rowcol_to_cell(line - 1, column)}"
            sheet.write_formula(line, column, f"=SUM({above})", self._sum, fen / 100)
        else:
            sheet.write_number(line, column, 0, self._sum)

    def _write(self, sheet: Any, line: int, column: int, title: str, value: Any) -> None:
        if value is None or value == "":
            return
        if title.endswith(FEN):
            sheet.write_number(line, column, value / 100, self._yuan)
        elif isinstance(value, date):
            sheet.write_datetime(line, column, value, self._day)
        elif isinstance(value, int) and not isinstance(value, bool):
            sheet.write_number(line, column, value)
        else:
            sheet.write_string(line, column, str(value))

    def _title(self, title: str) -> str:
        return f"{title.removesuffix(FEN)} (元 yuan)" if title.endswith(FEN) else title


def write_table(path: Path, asked: Asked, titles: Sequence[str], rows: Sequence[Sequence[Any]]) -> None:
    """A workbook of one table, with a cover that says what fixes it and compares the totals."""
    with MoneyBook(path, "说明") as book:
        totals = book.table("资金", titles, rows)
        places = {title: place for place, title in enumerate(titles)}
        sums = [(title, total, sum(row[places[title]] or 0 for row in rows)) for title, total in totals.items()]
        book.cover(fixed(asked), sums)


def fixed(asked: Asked) -> list[tuple[str, Any]]:
    """What fixes an answer, in words for a cover."""
    recorded = asked.cuts.as_recorded_at
    return [
        ("询问 asked", " ".join(str(word) for word in asked.what if word)),
        ("报告编号 report", asked.report),
        ("日志位置 position", asked.at.position),
        ("该位置入账时间 recorded", beijing(asked.at.recorded_at).isoformat()),
        ("入账截至 as recorded at", beijing(recorded).isoformat() if recorded is not None else ""),
        ("发生截至 as effective on", asked.cuts.as_effective_on or ""),
        ("账龄计算日 ages as on", asked.on),
    ]


def _width(value: Any) -> int:
    text = "" if value is None else str(value)
    return sum(2 if ord(letter) > 0x2E7F else 1 for letter in text)
