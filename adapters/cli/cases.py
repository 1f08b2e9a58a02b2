"""The command `cases`: each case with its leads, sums and days; `--rates`: how often each rule was right."""

from __future__ import annotations

from typing import Annotated, Any, Final

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
from taizhang.adapters.cli.seeing import reader
from taizhang.adapters.cli.session import CallUnusable, house_of, put_json
from taizhang.domain.labels import codes_of
from taizhang.domain.leads.rules import SEEING
from taizhang.domain.wording import money, word
from taizhang.projections.cases.cases import CaseRow, cases
from taizhang.projections.cases.rates import Rate, rates

COLUMNS: Final = (
    ("case_id", "线索", "case"),
    ("case_status", "状态", "status"),
    ("title", "标题", "title"),
    ("organisation", "办理单位", "office"),
    ("leads", "疑点", "leads"),
    ("opened_on", "登记", "opened"),
    ("reply_until", "申辩至", "reply until"),
    ("decided_on", "决定", "decided"),
    ("outcomes", "处理", "decision"),
    ("amount_fen", "金额", "sum"),
    ("recovered_fen", "已追缴", "recovered"),
    ("closed_on", "办结", "closed"),
)
RATE_COLUMNS: Final = (
    ("rule", "规则", "rule"),
    ("version", "版本", "version"),
    ("worked_on", "已办疑点", "leads worked on"),
    ("confirmed", "确认", "confirmed"),
    ("refuted", "排除", "refuted"),
    ("hit_tenths", "命中率", "hit rate"),
)


def add_to(app: typer.Typer) -> None:
    """Add this command."""
    app.command("cases", epilog="Example: taizhang cases --region 620121 --status closed --json")(show)


def show(
    context: typer.Context,
    region: RegionOption = "",
    status: Annotated[str, typer.Option("--status", help="open, replying, decided or closed")] = "",
    show_rates: Annotated[bool, typer.Option("--rates", help="how often each version of each rule was right")] = False,
    as_recorded_at: RecordedOption = "",
    as_effective_on: EffectiveOption = "",
    as_json: JsonOption = False,
) -> None:
    """Show cases 线索 with their leads, the reply, the decision and what came back; or the rules' hit rates.

    The rates are those of the whole house, as on the web, for whoever may see leads.
    """
    if status and status not in codes_of("case-status"):
        raise CallUnusable(
            f"没有“{status}”这种状态。可选:{'、'.join(codes_of('case-status'))}。",
            f"There is no status “{status}”. Choose one of {', '.join(codes_of('case-status'))}.",
        )
    if show_rates and (region or status):
        raise CallUnusable(
            "命中率按全省统计,不分地区和状态。请去掉 --region 和 --status。",
            "Hit rates are of the whole house, not of a region or a status. Leave --region and --status out.",
        )
    cuts, language = cuts_of(as_recorded_at, as_effective_on), context.obj.settings().lang
    with house_of(context) as house:
        region = region_of(reader(house, context, SEEING).region(region))
        house.views.catch_up()
        at = next(view for view in house.views.status() if view.name == "cases")
        with house.log.database.read() as connection:
            found = cases(connection, region, status, cuts)
            hits = sorted(rates(connection, cuts).values())
    if as_json:
        rows = [one._asdict() | {"hit_tenths": one.hit_tenths} for one in hits]
        rows = rows if show_rates else [one._asdict() for one in found]
        asked = {"as_recorded_at": cuts.as_recorded_at, "as_effective_on": cuts.as_effective_on}
        seen = {"position": at.position, "recorded_at": at.recorded_at, "lag_seconds": at.lag_seconds, **asked}
        put_json({**seen, "rows": rows, "next": None})
        return
    columns = RATE_COLUMNS if show_rates else COLUMNS
    table = Table(*(zh if language == "zh" else en for _, zh, en in columns))
    for row in hits if show_rates else found:
        table.add_row(*(_cell(row, name, language) for name, _, _ in columns))
    Console(width=WIDTH).print(table)


def _cell(row: CaseRow | Rate, name: str, language: str) -> str:
    value: Any = getattr(row, name)
    if value is None:
        return "–"
    if name == "case_status":
        return word("case-status", value, language)
    if name == "outcomes":
        return "、".join(word("case-outcome", one, language) for one in value)
    if name == "hit_tenths":
        return f"{value / 10:.1f} %"
    if name.endswith("_fen"):
        return money(value, language)
    return " ".join(value) if isinstance(value, tuple) else str(value)
