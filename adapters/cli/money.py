"""What the commands about money share: their options, the cuts, the names, tables of yuan, and files they write."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.table import Table

from taizhang.adapters.cli.session import CallUnusable, actor, put, put_json, say
from taizhang.adapters.exports.asking import Asked
from taizhang.adapters.exports.csv_files import write_rows
from taizhang.adapters.exports.sheets import write_table
from taizhang.adapters.exports.taken import digest_of, record_taken
from taizhang.adapters.house import House
from taizhang.adapters.moments import beijing, microseconds
from taizhang.projections.replay import Cuts

PROVINCE = "620000"
WIDTH = 200

RegionOption = Annotated[
    str, typer.Option("--region", help="code of the province, a prefecture or a county; else the officer's own")
]
LineOption = Annotated[str, typer.Option("--line", help="one fund line 资金")]
SourceOption = Annotated[str, typer.Option("--source", help="talent, party-building, employment, poverty-relief, …")]
YearOption = Annotated[int, typer.Option("--year", min=0, help="budget year")]
ClassOption = Annotated[str, typer.Option("--class", help="one class")]
RecordedOption = Annotated[
    str, typer.Option("--as-recorded-at", help="as it was known then: 2016-12-31, 2016-12-31T17:00, or microseconds")
]
EffectiveOption = Annotated[str, typer.Option("--as-effective-on", help="of what was so by that day: 2016-12-31")]
JsonOption = Annotated[bool, typer.Option("--json", help="print one JSON document")]
CsvOption = Annotated[Path | None, typer.Option("--csv", help="write a CSV file, and its control totals beside it")]
XlsxOption = Annotated[Path | None, typer.Option("--xlsx", help="write an Excel file")]


def cuts_of(recorded: str, effective: str) -> Cuts:
    """The cuts as typed.

    Raises CallUnusable.
    """
    try:
        return Cuts(microseconds(recorded) if recorded else None, date.fromisoformat(effective) if effective else None)
    except (ValueError, OverflowError):
        raise CallUnusable(
            "时间无法识别。--as-recorded-at 如 2016-12-31 或 2016-12-31T17:00;--as-effective-on 如 2016-12-31。",
            "The time cannot be read. Write --as-recorded-at 2016-12-31 or 2016-12-31T17:00, --as-effective-on 2016-12-31.",
        ) from None


def region_of(code: str) -> str:
    """A region's six digits.

    Raises CallUnusable.
    """
    if len(code) == 6 and code.isascii() and code.isdecimal():
        return code
    raise CallUnusable(
        f"地区代码应为 6 位数字,收到的是 {code}。", f"A region code has 6 digits; this is {code}. Example: 620121."
    )


def handed_out(
    context: typer.Context,
    house: House,
    asked: Asked,
    titles: Sequence[str],
    rows: Sequence[Sequence[Any]],
    csv_path: Path | None,
    xlsx: Path | None,
) -> None:
    """Write the rows to the files asked for; with an officer named, that they were taken out becomes a fact.

    Amounts are in fen in a CSV and in yuan in a workbook; each names the report that fixes it.
    """
    for path, write in ((csv_path, write_rows), (xlsx, write_table)):
        if path is None:
            continue
        write(path, asked, titles, rows)
        said = f"已写入 {path}", f"Written to {path}"
        if context.obj.named:
            by = actor(house, context.obj)
            position = record_taken(house, by, f"{asked.what[0]} {asked.report}", len(rows), digest_of(path))
            house.views.catch_up()
            said = f"{said[0]}(导出已记为第 {position} 条)", f"{said[1]} (recorded as fact {position})"
        say(*said, asked.language)


def put_answer(asked: Asked, answer: dict[str, Any], as_json: bool, table: Table, after: Iterable[str] = ()) -> None:
    """Print the JSON document, or the table with what fixes it below."""
    if as_json:
        put_json(answer)
        return
    Console(width=WIDTH).print(table)
    for line in after:
        put(line)
    at = beijing(asked.at.recorded_at).strftime("%Y-%m-%d %H:%M:%S")
    put(f"position {asked.at.position}  recorded {at}  report {asked.report}")


def unknown_line(line: str) -> CallUnusable:
    """What is said about a line that nobody opened."""
    return CallUnusable(
        f"没有资金项目 {line}。用 taizhang funds 查看有哪些。", f"There is no line {line}. taizhang funds lists them."
    )
