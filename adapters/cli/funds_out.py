"""The commands `funds shares` and `funds export`: which fen reached whom, and everything in files to take home."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.table import Table

from taizhang.adapters.cli import money
from taizhang.adapters.cli.money import cuts_of, handed_out, put_answer, region_of, unknown_line
from taizhang.adapters.cli.seeing import reader
from taizhang.adapters.cli.session import CallUnusable, actor, house_of, put, put_json, say
from taizhang.adapters.exports.asking import asked
from taizhang.adapters.exports.package import NotTheirs
from taizhang.adapters.exports.package import export as exported
from taizhang.adapters.exports.sheets import TooManyRows
from taizhang.adapters.exports.taken import ExportNotRecorded
from taizhang.adapters.exports.words import Names, masked_names, names, yuan
from taizhang.adapters.visibility import SEES_MONEY
from taizhang.projections.funds.lineage import ShareRow, shares_of_class, shares_of_line, shares_of_persons
from taizhang.projections.funds.lines import fund_lines

MOST = 1_000


def add_to(funds: typer.Typer) -> None:
    """Add these commands to `funds`."""
    funds.command("shares", epilog="Example: taizhang funds shares --line ER-2016 --class c620121-0001")(shares)
    funds.command("export", epilog="Example: taizhang funds export out --line ER-2016 --officer li")(export)


def shares(
    context: typer.Context,
    line: money.LineOption = "",
    training_class: money.ClassOption = "",
    person: Annotated[str, typer.Option("--person", help="one trainee")] = "",
    after: Annotated[str, typer.Option("--after", help="`next` of the page before, of a line")] = "",
    as_recorded_at: money.RecordedOption = "",
    as_effective_on: money.EffectiveOption = "",
    as_json: money.JsonOption = False,
    csv: money.CsvOption = None,
    xlsx: money.XlsxOption = None,
) -> None:
    """Which fen of which line reached which trainee; of a line, a class or a person. 资金去向到人。"""
    cuts, language = cuts_of(as_recorded_at, as_effective_on), context.obj.settings().lang
    if sum(map(bool, (line, training_class, person))) == 0 or (person and (line or training_class)):
        raise CallUnusable(
            "请用 --line、--class 或 --person 指明查谁;--line 与 --class 可同时用。",
            "Say whose with --line, --class or --person; --line and --class go together.",
        )
    with house_of(context) as house:
        who = reader(house, context, SEES_MONEY)
        who.training_class(training_class)
        if person:
            who.about(f"person:{person}")
        question = asked(
            house, "funds-shares", line, training_class, person, after, cuts=cuts, language=language, seen_by=who.scope
        )
        words = names(house, language, cuts)
        with house.log.database.read() as connection:
            if line and not fund_lines(connection, region_of(who.region("")[:6]), line):
                raise unknown_line(line)
            if line:
                wanted = training_class or None
                found = shares_of_line(connection, line, cuts, wanted, after=_place(after), limit=MOST)
            elif training_class:
                found = shares_of_class(connection, training_class, cuts)
            else:
                found = shares_of_persons(connection, [person], cuts)
        last = f"{found[-1].position}/{found[-1].person}/{found[-1].place}" if line and len(found) == MOST else None
        found = [one for one in found if who.sees_class_of(one.training_class)]
        if who.by is not None:  # only then are people named, masked
            words = words._replace(persons=masked_names(house, [one.person for one in found]))
        if csv or xlsx:
            handed_out(context, house, question, ShareRow._fields, [list(one) for one in found], csv, xlsx)
    if as_json or not (csv or xlsx):
        named = words.persons
        rows = [one._asdict() | ({"name": named[one.person]} if one.person in named else {}) for one in found]
        total = sum(one.amount_fen for one in found)
        answer = question.answer(rows, total_fen=total) | {"next": last}
        put_answer(
            question,
            answer,
            as_json,
            _shares_table(found, words),
            [f"{words.zh_or_en('合计', 'total')}: {yuan(total)}"],
        )


def export(
    context: typer.Context,
    folder: Annotated[Path, typer.Argument(help="a folder for the files; made if it is not there")],
    region: money.RegionOption = "",
    line: money.LineOption = "",
    names_for: Annotated[
        str, typer.Option("--names-for", help="whole names, for this purpose; recorded, and only where your role may")
    ] = "",
    as_recorded_at: money.RecordedOption = "",
    as_effective_on: money.EffectiveOption = "",
    as_json: money.JsonOption = False,
) -> None:
    """Write workbook, CSV files, voucher tables, releases and control totals; that you did is recorded. 导出资金资料。"""
    cuts, language = cuts_of(as_recorded_at, as_effective_on), context.obj.settings().lang
    with house_of(context) as house:
        by = actor(house, context.obj)
        region = region or by.region
        what = ("funds-export", region_of(region), line, bool(names_for))
        question = asked(house, *what, cuts=cuts, language=language, seen_by=f"{by.role} {by.region}")
        with house.log.database.read() as connection:
            if line and not fund_lines(connection, line=line):
                raise unknown_line(line)
        try:
            done = exported(house, by, question, folder, region, line, names_for)
        except TooManyRows as problem:
            raise CallUnusable(problem.zh, str(problem)) from None
        except (NotTheirs, ExportNotRecorded) as problem:
            say(problem.zh, str(problem), language)
            raise typer.Exit(1) from None
        house.views.catch_up()
    say(
        f"已导出到 {folder},并记为第 {done.position} 条。",
        f"Exported to {folder}, and recorded as fact {done.position}.",
        language,
    )
    if as_json:
        put_json(question.answer(done.files, "files", row_count=done.rows, digest=done.digest, export=done.position))
    else:
        for name in done.files:
            put(name)


def _place(after: str) -> tuple[int, str, int] | None:
    if not after:
        return None
    try:
        position, person, place = after.split("/")
        return int(position), person, int(place)
    except ValueError:
        raise CallUnusable(
            f"--after 应为上一页的 next,收到的是 {after}。",
            f"--after takes `next` of the page before; this is {after}.",
        ) from None


def _shares_table(found: Sequence[ShareRow], words: Names) -> Table:
    table = Table(title=words.zh_or_en("资金去向", "Where the money went"))
    titles = words.zh_or_en(
        "资金 付款账户 位置 发生日 事项 支付 申领 培训班 人员 用途 金额(元)",
        "line payer position day fact payment claim class person purpose yuan",
    )
    for title in titles.split():
        table.add_column(title, overflow="fold", justify="right" if title in ("金额(元)", "yuan") else "left")
    for one in found:
        paid = one.payment or one.advance
        place = _called(words.classes, one.training_class)
        whom = place, _called(words.persons, one.person), words.label("fund-purpose", one.purpose)
        by = one.line, words.account(one.holder), f"#{one.position}", str(one.effective_on), words.fact(one.kind)
        table.add_row(*by, paid, one.claim, *whom, yuan(one.amount_fen))
    return table


def _called(named: Mapping[str, Any], id: str) -> str:
    return f"{named[id]} {id}" if named.get(id) else id
