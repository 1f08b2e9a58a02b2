"""The command `statements`: what was reported, what the ledger knew then, what it knows now."""

from __future__ import annotations

from typing import Annotated, Any, Final

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
from taizhang.adapters.cli.seeing import reader
from taizhang.adapters.cli.session import house_of, put, put_json
from taizhang.adapters.moments import beijing
from taizhang.adapters.visibility import OPENS_STATEMENTS
from taizhang.projections.measures import MEASURES, PERSONS
from taizhang.projections.statements.compared import Compared, compared, statements
from taizhang.projections.statements.money import REPORTED, money_words

COLUMNS: Final = (("指标", "measure"), ("报送", "claimed"), ("当时账上", "ledger then"), ("差异", "difference"))
LATER: Final = (("现在账上", "ledger now"), ("之后变动", "changed since"), ("变动的事实", "facts behind it"))


def add_to(app: typer.Typer) -> None:
    """Add this command."""
    app.command("statements", epilog="Example: taizhang statements --region 620121 --json")(show)


def show(
    context: typer.Context,
    region: RegionOption = "",
    statement: Annotated[str, typer.Option("--statement", help="only this statement")] = "",
    as_recorded_at: RecordedOption = "",
    as_effective_on: EffectiveOption = "",
    as_json: JsonOption = False,
) -> None:
    """Show statements 报表: claimed, known to the ledger at that position, known now, and the facts in between."""
    cuts, language = cuts_of(as_recorded_at, as_effective_on), context.obj.settings().lang
    with house_of(context) as house:
        region = region_of(reader(house, context, OPENS_STATEMENTS).region(region))
        house.views.catch_up()
        at = next(view for view in house.views.status() if view.name == "statements")
        with house.log.database.read() as connection:
            found = [
                compared(connection, house.log, one, cuts)
                for one in statements(connection, house.log, region, cuts)
                if statement in ("", one.statement)
            ]
    if as_json:
        asked = {"as_recorded_at": cuts.as_recorded_at, "as_effective_on": cuts.as_effective_on}
        seen = {"position": at.position, "recorded_at": at.recorded_at, "lag_seconds": at.lag_seconds, **asked}
        put_json({**seen, "rows": [_as_json(one) for one in found], "next": None})
        return
    for one in found:
        _put(one, language)


def _put(one: Compared, language: str) -> None:
    chinese = language == "zh"
    filed, then = one.filed, beijing(one.then).strftime("%Y-%m-%d %H:%M:%S")
    period = filed.period or ("全部" if chinese else "all time")
    put(f"{filed.statement}  {filed.region}  {period}  {filed.filed_on}  #{filed.known_position}  {then}")
    table = Table(*(zh if chinese else en for zh, en in (*COLUMNS, *LATER)))
    for figure in one.figures:
        facts = " ".join(f"#{later.position} ({later.change:+})" for later in figure.later[:10])
        numbers = (figure.claimed, figure.then, figure.unexplained, figure.now, figure.now - figure.then)
        told = [f"{one / 100:,.2f}" if figure.measure in REPORTED else str(one) for one in numbers]
        table.add_row(_label(figure.measure, language), *told, facts)
    Console(width=WIDTH).print(table)
    if chinese:
        put(f"报送之后:更正 {one.corrections_since} 条,补报 {one.additions_since} 条")
    else:
        put(f"since then: {one.corrections_since} corrections, {one.additions_since} late additions")


def _label(measure: str, language: str) -> str:
    if measure in REPORTED:
        return money_words(measure)[0 if language == "zh" else 1]
    for one in (*MEASURES, PERSONS):
        if measure in (one.name, one.poor):
            poor = ("(建档立卡)" if language == "zh" else ", registered poor") if measure == one.poor else ""
            return (one.zh if language == "zh" else one.en) + poor
    return measure


def _as_json(one: Compared) -> dict[str, Any]:
    figures = [
        {
            **{name: getattr(figure, name) for name in ("measure", "claimed", "then", "now", "unexplained")},
            "later": [later._asdict() for later in figure.later],
            "later_in_all": figure.later_in_all,
        }
        for figure in one.figures
    ]
    filed = one.filed._asdict() | {"claimed": msgspec.to_builtins(one.filed.claimed)}
    counted = {"corrections_since": one.corrections_since, "additions_since": one.additions_since}
    return {**filed, "then": one.then, "figures": figures, **counted}
