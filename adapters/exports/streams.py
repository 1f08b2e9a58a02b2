"""Lists of any length as files, a batch of rows at a time: CSV, JSON Lines, XLSX, Parquet; memory does not grow with them."""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import date
from itertools import islice
from pathlib import Path
from typing import Any, Final, Literal, NamedTuple

import msgspec
import xlsxwriter

from taizhang.adapters.exports.csv_files import BOM, plain

Format = Literal["jsonl", "csv", "xlsx", "parquet"]
MEDIA_TYPES: Final[Mapping[str, str]] = {
    "jsonl": "application/jsonl",
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "parquet": "application/vnd.apache.parquet",
}
BATCH: Final = 5_000  # rows in memory at once
SHEET_ROWS_MOST: Final = 1_000_000  # a sheet holds 1,048,576; a longer list goes on in the next one
CELL_LETTERS_MOST: Final = 32_767
_encode: Final = msgspec.json.Encoder(order="deterministic").encode


class Column(NamedTuple):
    """One column: its name, and which of int, float, str, bool, date its values are; `json` for values with parts."""

    name: str
    kind: Literal["int", "float", "str", "bool", "date", "json"]


Row = Sequence[Any]


def write_stream(path: Path, form: Format, columns: Sequence[Column], rows: Iterable[Row]) -> int:
    """Write the rows, their values in the order of the columns; how many there were."""
    writers: Mapping[str, Callable[[Path, Sequence[Column], Iterator[list[Row]]], int]] = {
        "jsonl": _json_lines,
        "csv": _csv,
        "xlsx": _xlsx,
        "parquet": _parquet,
    }
    return writers[form](path, columns, _batches(rows))


def _batches(rows: Iterable[Row]) -> Iterator[list[Row]]:
    source = iter(rows)
    while batch := list(islice(source, BATCH)):
        yield batch


def _json_lines(path: Path, columns: Sequence[Column], batches: Iterator[list[Row]]) -> int:
    names = [column.name for column in columns]
    encoder, count = msgspec.json.Encoder(), 0
    with path.open("wb") as file:
        for batch in batches:
            file.write(encoder.encode_lines([dict(zip(names, row, strict=True)) for row in batch]))
            count += len(batch)
    return count


def _csv(path: Path, columns: Sequence[Column], batches: Iterator[list[Row]]) -> int:
    count = 0
    with path.open("w", encoding="utf-8", newline="") as file:
        file.write(BOM)
        writer = csv.writer(file)
        writer.writerow([column.name for column in columns])
        for batch in batches:
            writer.writerows([[plain(_text(value)) for value in row] for row in batch])
            count += len(batch)
    return count


def _xlsx(path: Path, columns: Sequence[Column], batches: Iterator[list[Row]]) -> int:
    options = {
        "constant_memory": True,  # each row goes to the disk when the next one begins
        "strings_to_formulas": False,
        "strings_to_urls": False,
        "strings_to_numbers": False,
    }
    count = 0
    with xlsxwriter.Workbook(str(path), options) as book:
        bold = book.add_format({"bold": True})
        sheet = _sheet(book, columns, bold)
        for batch in batches:
            for row in batch:
                line = count % SHEET_ROWS_MOST + 1
                if count and line == 1:
                    sheet = _sheet(book, columns, bold)
                for place, value in enumerate(row):
                    _cell(sheet, line, place, value)
                count += 1
    return count


def _sheet(book: Any, columns: Sequence[Column], bold: Any) -> Any:
    sheet = book.add_worksheet()
    sheet.set_column(0, max(0, len(columns) - 1), 16)
    sheet.freeze_panes(1, 0)
    for place, column in enumerate(columns):
        sheet.write_string(0, place, column.name, bold)
    return sheet


def _cell(sheet: Any, line: int, place: int, value: Any) -> None:
    if value is None:
        return
    if isinstance(value, int | float) and not isinstance(value, bool):
        sheet.write_number(line, place, value)
    else:
        sheet.write_string(line, place, str(_text(value))[:CELL_LETTERS_MOST])


def _parquet(path: Path, columns: Sequence[Column], batches: Iterator[list[Row]]) -> int:
    import pyarrow as pa  # here, since it takes half a second and 60 MB that nobody else needs
    from pyarrow import parquet

    kinds = {
        "int": pa.int64(),
        "float": pa.float64(),
        "str": pa.string(),
        "bool": pa.bool_(),
        "date": pa.date32(),
        "json": pa.string(),
    }
    schema = pa.schema([pa.field(column.name, kinds[column.kind]) for column in columns])
    count = 0
    with parquet.ParquetWriter(path, schema, compression="zstd") as writer:
        for batch in batches:
            values = [
                pa.array([_typed(row[place], column.kind) for row in batch], type=kinds[column.kind])
                for place, column in enumerate(columns)
            ]
            writer.write_batch(pa.record_batch(values, schema=schema))
            count += len(batch)
    return count


def _typed(value: Any, kind: str) -> Any:
    if value is None:
        return None
    if kind == "json":
        return _encode(value).decode()
    if kind == "date" and isinstance(value, str):
        return date.fromisoformat(value)
    return bool(value) if kind == "bool" else value


def _text(value: Any) -> Any:
    """A value as a cell of text shows it; what has parts as JSON."""
    if value is None or isinstance(value, str | int | float):
        return value
    return value.isoformat() if isinstance(value, date) else _encode(value).decode()
