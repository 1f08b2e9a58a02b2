"""CSV files that a spreadsheet and a program read alike, each with a file of control totals beside it.

Amounts are whole fen. The totals say how many rows there are, what each column of amounts sums up to, the SHA-256 of the
file, and the report and log position that fix it: whoever loads the file adds up again and compares.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

from taizhang.adapters.exports.asking import Asked
from taizhang.adapters.exports.taken import digest_of

BOM: Final = "\ufeff"  # without it Excel reads Chinese as something else
FEN: Final = "_fen"
FORMULAS: Final = (*"=+-@\t\r\n", *"\uff1d\uff0b\uff0d\uff20")  # Excel in Chinese takes the wide ones as well


def totals_path(path: Path) -> Path:
    """Where the control totals of a CSV file stand."""
    return path.with_suffix(".totals.csv")


def write_rows(path: Path, asked: Asked, titles: Sequence[str], rows: Sequence[Sequence[Any]]) -> None:
    """Write the rows, and the control totals beside them."""
    write_csv(path, titles, rows)
    write_csv(totals_path(path), ("what", "value"), control_totals(path, asked, titles, rows))


def write_csv(path: Path, titles: Sequence[str], rows: Sequence[Sequence[Any]]) -> None:
    """Write one CSV file, UTF-8 with a mark that Excel knows."""
    path.write_text(BOM + _lines([titles, *rows]), encoding="utf-8", newline="")


def control_totals(
    path: Path, asked: Asked, titles: Sequence[str], rows: Sequence[Sequence[Any]]
) -> list[tuple[str, Any]]:
    """What a reader of the file must find again."""
    sums = [
        (f"sum of {title}", sum(row[place] or 0 for row in rows))
        for place, title in enumerate(titles)
        if title.endswith(FEN)
    ]
    fixed = [("report", asked.report), ("position", asked.at.position), ("recorded_at", asked.at.recorded_at)]
    return [("file", path.name), ("rows", len(rows)), *sums, ("sha256", digest_of(path)), *fixed]


def _lines(rows: Sequence[Sequence[Any]]) -> str:
    out = io.StringIO()
    csv.writer(out).writerows([[plain(value) for value in row] for row in rows])
    return out.getvalue()


def plain(value: Any) -> Any:
    """Text that a spreadsheet would take for a formula gets an apostrophe before it."""
    if isinstance(value, str) and value.startswith(FORMULAS):
        return f"'{value}"
    return value
