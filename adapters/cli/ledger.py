"""The command `ledger`: province, prefecture, county, class, household, person; then and now; as a table, JSON or Excel."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any

import typer
import xlsxwriter
from rich.console import Console
from rich.table import Table
from sqlalchemy import select

from taizhang.adapters.cli.seeing import BY_REGION, reader
from taizhang.adapters.cli.session import CallUnusable, house_of, put, put_json, say
from taizhang.adapters.house import House
from taizhang.adapters.moments import beijing, microseconds
from taizhang.adapters.proof.standing import cosigned_row
from taizhang.domain.core import PersonId
from taizhang.domain.decisions import INSTITUTION
from taizhang.domain.identity import mask_name
from taizhang.projections.coverage import coverage
from taizhang.projections.follow import ViewStatus
from taizhang.projections.ledger_query import Ledger, Row, Scope, ledger
from taizhang.projections.measures import MEASURES, PERSONS
from taizhang.projections.region_names import region_names
from taizhang.projections.replay import NOW, Cuts
from taizhang.projections.tables_ledger import ledger_tables

SIX_DIGITS = 6  # codes of provinces, prefectures and counties; towns and villages have more
CODE, LEVEL = "编号 code", "层级 level"


def add_to(app: typer.Typer) -> None:
    """Add this command."""
    app.command("ledger", epilog="Example: taizhang ledger --region 620121 --as-effective-on 2016-12-31 --json")(show)


def show(
    context: typer.Context,
    region: str = typer.Option("", help="code of the province, a prefecture or a county; else the officer's own"),
    training_class: str = typer.Option("", "--class", help="one class, with everybody in it"),
    household: str = typer.Option("", help="one household, with its members' classes"),
    person: str = typer.Option("", help="one person, with the person's classes"),
    as_recorded_at: str = typer.Option("", help="as it was known then: 2016-12-31, 2016-12-31T17:00, or microseconds"),
    as_effective_on: str = typer.Option("", help="of what was so by that day: 2016-12-31"),
    as_json: bool = typer.Option(False, "--json", help="print one JSON document"),
    xlsx: Path = typer.Option(None, help="write an Excel file"),  # noqa: B008
) -> None:
    """Show the training ledger 台账 of a region, class, household or person, with everything right below it."""
    language = context.obj.settings().lang
    cuts = _cuts(as_recorded_at, as_effective_on)
    of_region = not (training_class or household or person)
    with house_of(context) as house:
        who = reader(house, context, BY_REGION | {INSTITUTION} if training_class else BY_REGION)
        who.training_class(training_class)
        for tag in (f"household:{household}" * bool(household), f"person:{person}" * bool(person)):
            if tag:
                who.about(tag)
        scope = Scope(_region(who.region(region)), training_class or None, household or None, person or None)
        at = _state(house)
        with house.log.database.read() as connection:
            found = ledger(connection, house.log, scope, cuts, at=at, language=language, seen_by=who.scope)
            reached = coverage(connection, scope.region, cuts) if of_region else []
        found = found._replace(
            rows=[row for row in found.rows if of_region or who.sees_class_of(_class_of(row, scope))]
        )
        names = names_at(house, cuts)
        if who.by is not None:  # only then are people named, masked
            names |= masked_names(house, [PersonId(row.code) for row in found.rows if row.level == "person"])
        cosigned = cosigned_row(house.settings, at.position, house.clock())
    answer = {
        "position": at.position,
        "recorded_at": at.recorded_at,
        "lag_seconds": at.lag_seconds,
        "report": found.report,
        "cosigned": cosigned,
        "as_recorded_at": cuts.as_recorded_at,
        "as_effective_on": as_effective_on or None,
        "figures": found.figures,
        "coverage": [one._asdict() for one in reached],
        "rows": [row_json(row, names) for row in found.rows],
        "next": None,
    }
    if xlsx is not None:
        write_xlsx(xlsx, found, answer, names)
        say(f"已写入 {xlsx}", f"Written to {xlsx}", language)
    if as_json:
        put_json(answer)
    elif xlsx is None:
        _put_table(scope, found, answer, names, language)


def row_json(row: Row, names: Mapping[str, str]) -> dict[str, Any]:
    """One line of the ledger as JSON."""
    told: dict[str, Any] = {"level": row.level, "code": row.code, "figures": row.figures}
    if row.code in names:
        told["name"] = names[row.code]
    return told | ({"facts": dict(row.facts)} if row.facts else {})


def names_at(house: House, cuts: Cuts = NOW) -> dict[str, str]:
    """The names of provinces, prefectures and counties at the cuts, and of classes as known now."""
    classes = ledger_tables().classes.c
    with house.log.database.read() as connection:
        names = region_names(connection, cuts, digits=SIX_DIGITS)
        rows = connection.execute(select(classes.training_class, classes.name))
        return names | dict(tuple(row) for row in rows)


def masked_names(house: House, persons: Sequence[PersonId]) -> dict[str, str]:
    """The names of these persons with all but the surname hidden; forgotten people are left out."""
    return {
        person: mask_name(told.get("name", "")) for person, told in house.vault.disclose(persons, ("name",)).items()
    }


def write_xlsx(path: Path, found: Ledger, answer: Mapping[str, Any], names: Mapping[str, str]) -> None:
    """The ledger as a workbook: figures as numbers with both labels, and what fixes them (report, position, cuts)."""
    with xlsxwriter.Workbook(path, {"strings_to_formulas": False}) as book:
        bold, number = book.add_format({"bold": True, "text_wrap": True}), book.add_format({"num_format": "#,##0"})
        sheet = book.add_worksheet("台账")
        columns = [column for column, _, _ in _columns()]
        titles = [f"{zh}\n{en}" for _, zh, en in _columns()]
        sheet.write_row(0, 0, [LEVEL, CODE, "名称 name", *titles], bold)
        total = Row("total", "", found.figures)
        for line, row in enumerate([total, *found.rows], 1):
            sheet.write_row(line, 0, [row.level, row.code, names.get(row.code, "")])
            sheet.write_row(line, 3, [row.figures.get(column, "") for column in columns], number)
        sheet.freeze_panes(1, 3)
        sheet.set_column(0, 2, 18)
        sheet.set_column(3, 2 + len(columns), 14)
        about = book.add_worksheet("说明")
        fixed = ("report", "position", "recorded_at", "as_recorded_at", "as_effective_on")
        for line, name in enumerate(fixed):
            about.write_row(line, 0, [name, "" if answer[name] is None else str(answer[name])])
        for line, measure in enumerate((*MEASURES, PERSONS), len(fixed) + 1):
            about.write_row(line, 0, [measure.zh, measure.en, measure.unit, measure.formula_zh, measure.formula_en])


def _columns() -> list[tuple[str, str, str]]:
    pairs = [(PERSONS, *MEASURES)]
    return [
        column
        for measures in pairs
        for measure in measures
        for column in (
            (measure.name, measure.zh, measure.en),
            (measure.poor, f"{measure.zh}(建档立卡)", f"{measure.en}, registered poor"),
        )
    ]


def _put_table(scope: Scope, found: Ledger, answer: Mapping[str, Any], names: Mapping[str, str], language: str) -> None:
    zh = language == "zh"
    shown = ("persons", "person_times", "planned_minutes", "evidenced_minutes", "certified", "completed", "confirmed_6")
    labels = {name: (zh_label if zh else en) for name, zh_label, en in _columns()}
    table = Table(title=f"{'台账' if zh else 'Ledger'} {_subject(scope, names)}")
    table.add_column("编号" if zh else "code", no_wrap=True)
    table.add_column("名称" if zh else "name")
    for name in shown:
        table.add_column(_in_hours(labels[name], name, zh), justify="right")
        table.add_column("建档立卡" if zh else "registered poor", justify="right")
    for row in [Row("total", "合计" if zh else "total", found.figures), *found.rows]:
        cells = [_cell(row.figures.get(column)) for name in shown for column in (name, f"{name}_poor")]
        cells = [
            _hours(row.figures[c]) if "minutes" in c else cell for c, cell in zip(_pairs(shown), cells, strict=True)
        ]
        table.add_row(row.code, names.get(row.code, ""), *cells)
    Console(width=200).print(table)
    for one in answer["coverage"]:
        share = f"{one['reached'] / one['of']:.1%}" if one["of"] else "-"
        put(f"{one['zh' if zh else 'en']}: {one['reached']:,} / {one['of']:,} ({share})")
    at = beijing(answer["recorded_at"]).strftime("%Y-%m-%d %H:%M:%S")
    put(f"position {answer['position']}  recorded {at}  report {answer['report']}")


def _class_of(row: Row, scope: Scope) -> str:
    """The class that a row of a class, household or person tells of."""
    return scope.training_class or (row.code if row.level == "class" else str(row.facts.get("training_class", "")))


def _subject(scope: Scope, names: Mapping[str, str]) -> str:
    asked = scope.training_class or scope.household or scope.person or scope.region
    return f"{names[asked]} {asked}" if asked in names else asked


def _pairs(names: tuple[str, ...]) -> list[str]:
    return [column for name in names for column in (name, f"{name}_poor")]


def _cell(amount: int | None) -> str:
    return "" if amount is None else f"{amount:,}"


def _hours(minutes: int) -> str:
    return f"{minutes / 60:,.1f}"


def _in_hours(label: str, name: str, zh: bool) -> str:
    return label.replace("(分钟)", "(小时)") if zh or "minutes" not in name else f"{label} (hours)"


def _cuts(recorded: str, effective: str) -> Cuts:
    try:
        return Cuts(microseconds(recorded) if recorded else None, date.fromisoformat(effective) if effective else None)
    except (ValueError, OverflowError):
        raise CallUnusable(
            "时间无法识别。--as-recorded-at 如 2016-12-31 或 2016-12-31T17:00;--as-effective-on 如 2016-12-31。",
            "The time cannot be read. Write --as-recorded-at 2016-12-31 or 2016-12-31T17:00, --as-effective-on 2016-12-31.",
        ) from None


def _region(code: str) -> str:
    if len(code) == 6 and code.isascii() and code.isdecimal():
        return code
    raise CallUnusable(
        f"地区代码应为 6 位数字,收到的是 {code}。", f"A region code has 6 digits; this is {code}. Example: 620121."
    )


def _state(house: House) -> ViewStatus:
    house.views.set_up()
    return next(view for view in house.views.status() if view.name == "ledger")
