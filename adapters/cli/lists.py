"""Outside lists: `import-list` takes one in, `lists` shows those that were."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import msgspec
import typer
from rich.console import Console
from rich.table import Table

from taizhang.adapters.cli.money import (
    WIDTH,
    EffectiveOption,
    JsonOption,
    RecordedOption,
    RegionOption,
    cuts_of,
    region_of,
)
from taizhang.adapters.cli.seeing import PROVINCE, reader
from taizhang.adapters.cli.session import CallUnusable, actor, house_of, put, put_json, say
from taizhang.adapters.outside.asking import AskedWrongly, asked_for
from taizhang.adapters.outside.importer import ListResult, import_list
from taizhang.adapters.outside.reading import ListUnreadable
from taizhang.adapters.outside.told import lists_told
from taizhang.domain.outside import IMPORTING
from taizhang.domain.wording import word
from taizhang.projections.outside.lists import StandingList

SHOWN_ROWS = 200
COLUMNS = (
    ("outside_list", "名单", "list"),
    ("list_kind", "种类", "kind"),
    ("made_by", "出具单位", "made by"),
    ("dated_on", "名单日期", "list of"),
    ("rows", "行数", "rows"),
    ("matched", "匹配", "matched"),
    ("unmatched", "其余", "others"),
    ("unusable", "不可用", "unusable"),
    ("names_differ", "姓名不符", "names differ"),
    ("position", "入账位置", "fact"),
)
EXAMPLE = "Example: taizhang --officer li import-list deaths deaths.xlsx --source 县民政局 --as-of 2017-06-30 --coverage 620121"


def add_to(app: typer.Typer) -> None:
    """Add these commands."""
    app.command("import-list", epilog=EXAMPLE)(take_in)
    app.command("lists", epilog="Example: taizhang lists --region 620121 --json")(lists)


def take_in(
    context: typer.Context,
    kind: Annotated[str, typer.Argument(help="deaths, payroll, pensions, social-insurance, school-rolls, …")],
    file: Annotated[Path, typer.Argument(help="the list: .xlsx, .xls or .csv")],
    source: Annotated[str, typer.Option("--source", help="who made the list")],
    as_of: Annotated[str, typer.Option("--as-of", help="the list's date: 2017-06-30")],
    coverage: Annotated[str, typer.Option("--coverage", help="REGION or REGION,FIRST..LAST that it covers")],
    name: Annotated[str, typer.Option("--id", help="the list's id: list-620121-NAME; made when not given")] = "",
    document: Annotated[str, typer.Option("--document", help="number of the letter it came with")] = "",
    as_json: JsonOption = False,
) -> None:
    """Take in an outside list: rows about people of the ledger become facts, all others are only counted."""
    language = context.obj.settings().lang
    try:
        asked = asked_for(kind, source, as_of, coverage, name, document)
        with house_of(context) as house:
            by = actor(house, context.obj)
            result = import_list(house, by, file.read_bytes(), file.name, asked)
            house.views.catch_up()
    except (AskedWrongly, ListUnreadable) as problem:
        raise CallUnusable(problem.zh, str(problem)) from None
    if as_json:
        put_json(msgspec.to_builtins(result))
    else:
        _put_words(result, language)
    raise typer.Exit(int(result.verdict.outcome == "refused" or bool(result.look_at)))


def lists(
    context: typer.Context,
    region: RegionOption = "",
    as_recorded_at: RecordedOption = "",
    as_effective_on: EffectiveOption = "",
    as_json: JsonOption = False,
) -> None:
    """Show the outside lists that were taken in, with how many of their rows are about somebody of the reader's region."""
    cuts, language = cuts_of(as_recorded_at, as_effective_on), context.obj.settings().lang
    with house_of(context) as house:
        who = reader(house, context, IMPORTING)
        region = region_of(who.region(region))
        house.views.set_up()
        at = next(view for view in house.views.status() if view.name == "outside")
        with house.log.database.read() as connection:
            rows = lists_told(house.log, connection, region, who.by.region if who.by else PROVINCE, cuts)
    if as_json:
        seen = {"position": at.position, "recorded_at": at.recorded_at, "lag_seconds": at.lag_seconds}
        put_json({**seen, "rows": [one._asdict() for one in rows]})
        return
    table = Table(*(zh if language == "zh" else en for _, zh, en in COLUMNS))
    for one in rows:
        table.add_row(*(_cell(one, name, language) for name, _, _ in COLUMNS))
    Console(width=WIDTH).print(table)


def _cell(row: StandingList, name: str, language: str) -> str:
    value: Any = getattr(row, name)
    return word("list-kind", value, language) if name == "list_kind" else str(value)


def _put_words(result: ListResult, language: str) -> None:
    """What became of the list, in the fewest lines that say all of it."""
    if result.verdict.outcome == "refused":
        say(result.verdict.words("zh"), result.verdict.words("en"), language)
        return
    told = (
        (f"名单 {result.outside_list}:{result.rows} 行", f"list {result.outside_list}: {result.rows} rows"),
        (f"与辖区人员相符 {result.matched} 行", f"{result.matched} about people of your region"),
        (f"其余 {result.unmatched} 行(只计数)", f"{result.unmatched} others (only counted)"),
        (f"号码不可用 {result.unusable} 行", f"{result.unusable} without a usable number"),
        (f"新入账 {result.recorded} 条", f"{result.recorded} recorded"),
        (f"原已入账 {result.unchanged} 条", f"{result.unchanged} recorded before"),
        (f"被规则拒绝 {result.refused} 条", f"{result.refused} refused by a rule"),
        (f"登记死亡 {result.deaths_recorded} 人", f"{result.deaths_recorded} deaths recorded"),
    )
    for zh, en in told:
        put(zh if language == "zh" else en)
    for one in result.look_at[:SHOWN_ROWS]:
        put(f"  {one.sheet} {one.row}: {one.zh if language == 'zh' else one.en}")
    if (more := len(result.look_at) - SHOWN_ROWS) > 0:
        say(f"另有 {more} 行,见 --json", f"{more} more rows: see --json", language)
