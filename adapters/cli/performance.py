"""The command `performance`: measures side by side, then and now, promotions reopened, and the facts behind every figure."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from taizhang.adapters.cli.money import (
    EffectiveOption,
    JsonOption,
    RecordedOption,
    RegionOption,
    XlsxOption,
    cuts_of,
    region_of,
)
from taizhang.adapters.cli.performance_out import (
    Call,
    put_behind,
    put_cards,
    put_promotions,
    put_tables,
    put_then,
)
from taizhang.adapters.cli.seeing import PROVINCE, reader
from taizhang.adapters.cli.session import CallUnusable, actor, house_of, put_json, say
from taizhang.adapters.exports.performance_book import write_performance
from taizhang.adapters.exports.taken import digest_of, record_taken
from taizhang.adapters.exports.words import masked_names
from taizhang.adapters.house import House
from taizhang.adapters.moments import microseconds
from taizhang.adapters.performance import Answered, answer_json, ask, question_of
from taizhang.adapters.visibility import OPENS_PERFORMANCE
from taizhang.projections.performance.asked import DIMENSIONS
from taizhang.projections.performance.cards import UnknownCard, card_of, chosen
from taizhang.projections.performance.promotions import reopened
from taizhang.projections.scope import period_of

PeriodOption = Annotated[
    str, typer.Option("--phase", help="2015, 2016-2017, 2018-2020, a year, or days 2016-05-01..2017-04-30")
]
ByOption = Annotated[str, typer.Option("--by", help=", ".join(DIMENSIONS))]
MeasureOption = Annotated[
    list[str] | None, typer.Option("--measure", help="a version to reckon with: late_share@1; may be given again")
]
OrderOption = Annotated[str, typer.Option("--order", help="rows by this measure; else by evidenced hours and outcomes")]
ThenOption = Annotated[str, typer.Option("--then", help="the whole as reported at that time, beside what is known now")]
BehindOption = Annotated[str, typer.Option("--behind", help="the facts behind this measure, of the whole or of --row")]
RowOption = Annotated[str, typer.Option("--row", help="a row's key, with --behind")]
AfterOption = Annotated[str, typer.Option("--after", help="go on after this mark")]
CardsOption = Annotated[bool, typer.Option("--cards", help="the definition cards of all measures, every version")]
PromotionsOption = Annotated[bool, typer.Option("--promotions", help="what promotions rest on: then, and known now")]


def add_to(app: typer.Typer) -> None:
    """Add this command."""
    app.command("performance", epilog="Example: taizhang performance --region 620100 --phase 2016-2017 --json")(show)


def show(
    context: typer.Context,
    region: RegionOption = "",
    phase: PeriodOption = "",
    by: ByOption = "region",
    measure: MeasureOption = None,
    order: OrderOption = "",
    as_recorded_at: RecordedOption = "",
    as_effective_on: EffectiveOption = "",
    then: ThenOption = "",
    behind_: BehindOption = "",
    row: RowOption = "",
    after: AfterOption = "",
    cards: CardsOption = False,
    promotions: PromotionsOption = False,
    as_json: JsonOption = False,
    xlsx: XlsxOption = None,
) -> None:
    """Show performance 绩效 of a region: training, money, inspections and reporting, by region, department, institution …"""
    call = _call(context, region or PROVINCE, by, phase, measure, order)
    if cards:
        put_cards(call, as_json)
        return
    cuts = cuts_of(as_recorded_at, as_effective_on)
    with house_of(context) as house:
        who = reader(house, context, OPENS_PERFORMANCE)  # people are named, masked, only to an officer who is named
        call = call._replace(region=region_of(who.region(region)))
        question = question_of(house, call.region, call.by, call.period, cuts)
        if promotions:
            with house.log.database.read() as connection:
                found = reopened(connection, house.log, call.region, cuts)
            people = masked_names(house, {one.official for one in found}) if who.by is not None else {}
            put_promotions(call, found, people, as_json)
        elif then:
            put_then(house, call, question, _moment(then), as_json)
        elif behind_:
            put_behind(house, call, question, behind_, row, after, as_json)
        else:
            told = ask(
                house,
                question,
                call.versions,
                order=order,
                language=call.language,
                seen_by=who.by.region if who.by is not None else "",
                after=after,
                names_people=who.by is not None,
            )
            if xlsx is not None:
                write_performance(xlsx, told)
                _say_written(context, house, call, told, xlsx)
            if as_json:
                put_json(answer_json(told))
            elif xlsx is None:
                put_tables(call, told)


def _call(context: typer.Context, region: str, by: str, phase: str, measure: list[str] | None, order: str) -> Call:
    period = period_of(phase)
    if period is None or by not in DIMENSIONS:
        raise CallUnusable(
            f"--phase 为阶段、年度或起止日期;--by 为 {'、'.join(DIMENSIONS)} 之一。",
            f"--phase is a phase, a year, or days from..to; --by is one of {', '.join(DIMENSIONS)}.",
        )
    try:
        chosen(measure or ())
        for one in [order] if order else []:
            card_of(one)
    except UnknownCard as unknown:
        raise CallUnusable(unknown.zh, str(unknown)) from None
    return Call(region_of(region), by, period, tuple(measure or ()), context.obj.settings().lang)


def _moment(text: str) -> int:
    try:
        return microseconds(text)
    except (ValueError, OverflowError):
        raise CallUnusable(
            "--then 如 2016-12-31 或 2016-12-31T17:00。", "Write --then 2016-12-31 or 2016-12-31T17:00."
        ) from None


def _say_written(context: typer.Context, house: House, call: Call, told: Answered, path: Any) -> None:
    """Say that the file is there; with an officer named, that it was taken out becomes a fact."""
    said = f"已写入 {path}", f"Written to {path}"
    if context.obj.named:
        by = actor(house, context.obj)
        what = f"performance {told.found.report}"
        position = record_taken(house, by, what, len(told.found.rows) + 1, digest_of(path))
        house.views.catch_up()
        said = f"{said[0]}(导出已记为第 {position} 条)", f"{said[1]} (recorded as fact {position})"
    say(*said, call.language)
