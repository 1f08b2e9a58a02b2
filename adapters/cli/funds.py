"""The command `funds`: lines with balances and idle days, their use, what to look at, the three-way reconciliation."""

from __future__ import annotations

from collections import Counter
from typing import Annotated, Any, Final

import typer
from sqlalchemy import Connection

from taizhang.adapters.cli import money
from taizhang.adapters.cli.funds_notice import add_to as add_notice
from taizhang.adapters.cli.funds_out import add_to as add_out
from taizhang.adapters.cli.funds_words import (
    FEW,
    accounts_table,
    flags_table,
    kind_lines,
    lines_table,
    named,
    totals_lines,
    unmatched_table,
    use_table,
)
from taizhang.adapters.cli.money import cuts_of, handed_out, put_answer, region_of, unknown_line
from taizhang.adapters.cli.seeing import reader
from taizhang.adapters.cli.session import CallUnusable, house_of
from taizhang.adapters.exports.asking import Asked, asked
from taizhang.adapters.exports.words import masked_names, names
from taizhang.adapters.visibility import SEES_MONEY
from taizhang.projections.funds.ages import ages
from taizhang.projections.funds.cuts import UseScope
from taizhang.projections.funds.flag_kinds import FLAG_KINDS
from taizhang.projections.funds.flags import flags as flags_of
from taizhang.projections.funds.lines import LineRow, overview
from taizhang.projections.funds.measures import FUND_MEASURES, UNCHARGED_EN, UNCHARGED_ZH
from taizhang.projections.funds.reconcile import Unmatched
from taizhang.projections.funds.reconcile import reconcile as reconciled
from taizhang.projections.funds.statement import statement
from taizhang.projections.funds.use import DIMENSIONS, uncharged_fen
from taizhang.projections.funds.use import use as use_of

ABOUT: Final = (
    "Show fund lines 资金 with balances and idle days; or their use, flags, reconciliation, export.\n\n"
    "资金:各资金项目的余额与闲置天数;用途、疑点、三方核对与导出见下列子命令。"
)


def add_to(app: typer.Typer) -> None:
    """Add this command with its own."""
    funds = typer.Typer(invoke_without_command=True, no_args_is_help=False, help=ABOUT)
    funds.callback(epilog="Example: taizhang funds --region 620100 --as-effective-on 2017-12-31 --json")(lines)
    funds.command("use", epilog="Example: taizhang funds use --by source,year --json")(use)
    funds.command("flags", epilog="Example: taizhang funds flags --region 620121")(flags)
    funds.command("reconcile", epilog="Example: taizhang funds reconcile --region 620121 --json")(reconcile)
    add_out(funds)
    add_notice(funds)
    app.add_typer(funds, name="funds")


def lines(
    context: typer.Context,
    region: money.RegionOption = "",
    line: money.LineOption = "",
    source: money.SourceOption = "",
    year: money.YearOption = 0,
    as_recorded_at: money.RecordedOption = "",
    as_effective_on: money.EffectiveOption = "",
    as_json: money.JsonOption = False,
    csv: money.CsvOption = None,
    xlsx: money.XlsxOption = None,
) -> None:
    """Lines, balances and idle days of a region; with --line also every account of it."""
    if context.invoked_subcommand is not None:
        return
    cuts, language = cuts_of(as_recorded_at, as_effective_on), context.obj.settings().lang
    with house_of(context) as house:
        who = reader(house, context, SEES_MONEY)
        region = region_of(who.region(region))
        question = asked(house, "funds", region, line, source, year, cuts=cuts, language=language, seen_by=who.scope)
        words = names(house, language, cuts)
        with house.log.database.read() as connection:
            found = [
                one
                for one in overview(connection, question.on, region, cuts)
                if (not line or one.line.line == line)
                and (not source or one.line.source == source)
                and (not year or one.line.year == year)
            ]
            if line and not found:
                raise unknown_line(line)
            accounts = _accounts(connection, line, question) if line else []
            accounts = [one for one in accounts if who.sees_holder(one["holder"])]
            narrowed = bool(line or source or year)
            uncharged = 0 if narrowed else uncharged_fen(connection, region, cuts)
        rows = [_row(one) for one in found]
        if csv or xlsx:
            columns = ["line", "name", "source", "year", "document", *(one.name for one in FUND_MEASURES)]
            table = [[row[c] if c in row else row["figures"][c] for c in columns] for row in rows]
            if uncharged:
                beside = {"name": words.zh_or_en(UNCHARGED_ZH, UNCHARGED_EN), "committed_fen": uncharged}
                table.append([beside.get(c) for c in columns])
            handed_out(context, house, question, columns, table, csv, xlsx)
    more = {"accounts": accounts} if line else {} if narrowed else {"uncharged_committed_fen": uncharged}
    answer = question.answer(rows, region=region) | more
    if as_json or not (csv or xlsx):
        table_shown = accounts_table(line, accounts, words) if line else lines_table(region, found, uncharged, words)
        put_answer(question, answer, as_json, table_shown)


def use(
    context: typer.Context,
    by: Annotated[str, typer.Option("--by", help=f"comma between: {', '.join(DIMENSIONS)}")] = "line",
    region: money.RegionOption = "",
    line: money.LineOption = "",
    source: money.SourceOption = "",
    year: money.YearOption = 0,
    as_recorded_at: money.RecordedOption = "",
    as_effective_on: money.EffectiveOption = "",
    as_json: money.JsonOption = False,
    csv: money.CsvOption = None,
    xlsx: money.XlsxOption = None,
) -> None:
    """Use of money by line, source, level, region, year, purpose, institution or class. 资金使用情况。"""
    cuts, language = cuts_of(as_recorded_at, as_effective_on), context.obj.settings().lang
    dimensions = tuple(name.strip() for name in by.split(",") if name.strip())
    unknown = [name for name in dimensions if name not in DIMENSIONS]
    if unknown or not dimensions:
        raise CallUnusable(
            f"--by 不认识“{by}”,可用:{'、'.join(DIMENSIONS)},用逗号分隔。",
            f"--by does not know “{by}”; there are {', '.join(DIMENSIONS)}, comma between.",
        )
    with house_of(context) as house:
        who = reader(house, context, SEES_MONEY)
        region = region_of(who.region(region))
        scope = UseScope(region, line or None, source or None, year or None)
        question = asked(house, "funds-use", dimensions, list(scope), cuts=cuts, language=language, seen_by=who.scope)
        words = names(house, language, cuts)
        with house.log.database.read() as connection:
            found = use_of(connection, question.on, scope, dimensions, cuts)
        measures = [measure.name for measure in FUND_MEASURES]
        if csv or xlsx:
            table = [[*one.key, *(one.figures[name] for name in measures)] for one in found]
            handed_out(context, house, question, [*dimensions, *measures], table, csv, xlsx)
    rows = [dict(zip(dimensions, one.key, strict=True)) | {"figures": one.figures} for one in found]
    if as_json or not (csv or xlsx):
        shown = use_table(found, dimensions, words)
        put_answer(question, question.answer(rows, region=region, by=list(dimensions)), as_json, shown)


def flags(
    context: typer.Context,
    region: money.RegionOption = "",
    line: money.LineOption = "",
    source: money.SourceOption = "",
    year: money.YearOption = 0,
    kind: Annotated[str, typer.Option("--kind", help="only this kind, all of it")] = "",
    as_recorded_at: money.RecordedOption = "",
    as_effective_on: money.EffectiveOption = "",
    as_json: money.JsonOption = False,
    csv: money.CsvOption = None,
    xlsx: money.XlsxOption = None,
) -> None:
    """What to look at: late, idle, split, repeated, unexplained; each with what it may innocently be. 疑点。"""
    cuts, language = cuts_of(as_recorded_at, as_effective_on), context.obj.settings().lang
    if kind and kind not in (known := [one.kind for one in FLAG_KINDS]):
        raise CallUnusable(
            f"没有这种疑点:{kind}。有:{'、'.join(known)}。", f"No such kind: {kind}. There are {', '.join(known)}."
        )
    with house_of(context) as house:
        who = reader(house, context, SEES_MONEY)
        region = region_of(who.region(region))
        scope = UseScope(region, line or None, source or None, year or None)
        question = asked(house, "funds-flags", list(scope), kind, cuts=cuts, language=language, seen_by=who.scope)
        words = names(house, language, cuts)
        with house.log.database.read() as connection:
            found = [one for one in flags_of(connection, question.on, scope, cuts) if kind in ("", one.kind)]
        if csv or xlsx:
            titles = ["kind", "line", "region", "flagged_fen", "positions", "zh", "en", "innocent_zh", "innocent_en"]
            table = [[*one[:4], " ".join(map(str, one.positions)), *one[5:]] for one in found]
            handed_out(context, house, question, titles, table, csv, xlsx)
    if as_json or not (csv or xlsx):
        shown = flags_table(found, words, None if kind else FEW)
        rows, kinds = [one._asdict() for one in found], Counter(one.kind for one in found)
        put_answer(
            question, question.answer(rows, region=region, kinds=kinds), as_json, shown, kind_lines(kinds, words)
        )


def reconcile(
    context: typer.Context,
    region: money.RegionOption = "",
    training_class: money.ClassOption = "",
    as_recorded_at: money.RecordedOption = "",
    as_effective_on: money.EffectiveOption = "",
    as_json: money.JsonOption = False,
    csv: money.CsvOption = None,
    xlsx: money.XlsxOption = None,
) -> None:
    """Transferred, paid, entitled: what does not match, by person, since when. 拨付、支付、应得三方核对。"""
    cuts, language = cuts_of(as_recorded_at, as_effective_on), context.obj.settings().lang
    with house_of(context) as house:
        who = reader(house, context, SEES_MONEY)
        who.training_class(training_class)
        region = region_of(who.region(region))
        question = asked(
            house, "funds-reconcile", region, training_class, cuts=cuts, language=language, seen_by=who.scope
        )
        words = names(house, language, cuts)
        with house.log.database.read() as connection:
            found = reconciled(connection, house.log, question.on, region, cuts, training_class or None)
        persons = [one.person for one in found.persons]
        if who.by is not None:  # only then are people named, masked
            words = words._replace(persons=masked_names(house, persons))
        if csv or xlsx:
            titles = Unmatched._fields
            table = [[*one[:-1], " ".join(map(str, one.positions))] for one in found.persons]
            handed_out(context, house, question, titles, table, csv, xlsx)
    if as_json or not (csv or xlsx):
        rows = [one._asdict() | named(one.person, words) for one in found.persons]
        totals = found.totals._asdict() | {
            "transferred_less_paid_fen": found.totals.transferred_less_paid_fen,
            "paid_less_entitled_fen": found.totals.paid_less_entitled_fen,
        }
        classes = [one._asdict() for one in found.classes]
        waiting = [one._asdict() for one in found.waiting if one.balance_fen]
        answer = question.answer(rows, region=region, totals=totals, classes=classes, waiting=waiting)
        put_answer(question, answer, as_json, unmatched_table(found, words), totals_lines(totals, words))


def _row(one: LineRow) -> dict[str, Any]:
    """A line with the figures of the region's part of it; the best asked for stand first."""
    told = one.line._asdict()
    told |= {name: one.figures.get(name) for name in ("balance_fen", "quota_fen", "advances_fen", "idle_days")}
    return told | {"figures": dict(one.figures)}


def _accounts(connection: Connection, line: str, question: Asked) -> list[dict[str, Any]]:
    """Every account of a line at the cuts, in both books, with how long its money has waited."""
    idle = {one.holder: one.idle_days for one in ages(connection, question.on, UseScope(line=line), question.cuts)}
    found = statement(connection, line, question.cuts)
    return [
        one._asdict()
        | {"balance_fen": one.balance_fen}
        | ({"idle_days": idle.get(one.holder, 0)} if (one.account, one.book) == ("own", "cash") else {})
        for one in (*found.accounts(), *found.payees())
    ]
