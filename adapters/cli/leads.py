"""The commands `leads` and `relations`: what the rules found and why, and who is tied to whom around it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, Any, Final

import typer
from sqlalchemy import Connection

from taizhang.adapters.cli.money import EffectiveOption, RecordedOption, cuts_of
from taizhang.adapters.cli.seeing import reader
from taizhang.adapters.cli.session import CallUnusable, house_of, progress_bar, put, put_json, say
from taizhang.adapters.exports.csv_files import write_csv
from taizhang.adapters.house import House
from taizhang.adapters.past import folded
from taizhang.domain.leads.rules import SEEING
from taizhang.domain.wording import yuan
from taizhang.projections.replay import Cuts
from taizhang.projections.rules.drawing import svg_of
from taizhang.projections.rules.graph import TIES, graph_of, within_sight
from taizhang.projections.rules.judging import Lead, judged_at
from taizhang.projections.rules.leads import SEVERITIES, lead_row, leads
from taizhang.projections.rules.rules import all_rules

MOST: Final = 1_000_000
TITLES: Final = (
    "lead",
    "rule",
    "version",
    "severity",
    "region",
    "status",
    "subjects",
    "sum_fen",
    "positions",
    "positions_in_all",
    "known_position",
    "words_zh",
    "words_en",
)


def add_to(app: typer.Typer) -> None:
    """Add these commands."""
    app.command("leads", epilog="Example: taizhang leads --region 620121 --severity high --json")(show)
    app.command("relations", epilog="Example: taizhang relations account:a7f3 --svg ties.svg")(relations)


def show(
    context: typer.Context,
    region: Annotated[str, typer.Option(help="region code; else the officer's own")] = "",
    rule: Annotated[str, typer.Option(help="only what this rule found")] = "",
    status: Annotated[str, typer.Option(help="only leads of this status; new: nobody has taken it up")] = "",
    severity: Annotated[str, typer.Option(help="high, medium or low")] = "",
    of: Annotated[str, typer.Option("--of", help="only about this subject: class:… person:… account:…")] = "",
    limit: Annotated[int, typer.Option(min=1, max=MOST, help="how many at most")] = 1_000,
    as_recorded_at: RecordedOption = "",
    as_effective_on: EffectiveOption = "",
    out: Annotated[Path | None, typer.Option(help="write them into this CSV file")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="print one JSON document")] = False,
) -> None:
    """Show leads 疑点: what somebody should look at, why, and which facts it rests on. A lead accuses nobody.

    Of a moment of the past all rules are asked anew, of the facts known then: that takes seconds, with a million facts a minute.
    """
    cuts = cuts_of(as_recorded_at, as_effective_on)
    if rule and rule not in {one.id for one in all_rules()}:
        raise CallUnusable(
            f"没有规则 {rule}。运行 taizhang rules 查看全部。", f"There is no rule {rule}. `taizhang rules` lists them."
        )
    if severity and severity not in SEVERITIES:
        raise CallUnusable("程度为 high、medium 或 low。", "The severity is high, medium or low.")
    with house_of(context) as house:
        region = reader(house, context, SEEING).region(region)
        with _views(house, cuts) as connection:
            found = leads(connection, region, rule=rule, status=status, severity=severity, subject=of, limit=limit)
            position = judged_at(connection)[0]
    language = context.obj.settings().lang
    if out is not None:
        write_csv(out, TITLES, [_line(lead, of_it) for lead, of_it in found])
        say(f"已写入 {len(found)} 条疑点:{out}。", f"{len(found)} leads written to {out}.", language)
        return
    if as_json:
        asked = {"as_recorded_at": cuts.as_recorded_at, "as_effective_on": cuts.as_effective_on}
        put_json(
            {"position": position, **asked, "rows": [lead_row(lead, of_it) for lead, of_it in found], "next": None}
        )
        return
    for lead, of_it in found:
        put(f"{lead.lead}  {lead.severity:<6} {of_it:<10} {lead.region}  {lead.rule}@{lead.version}")
        put(f"    {lead.words_zh if language == 'zh' else lead.words_en}")
        more = lead.positions_in_all - len(lead.positions)
        put(f"    {' '.join(lead.subjects)}")
        facts = " ".join(f"#{one}" for one in lead.positions[:20]) + (" …" if more or len(lead.positions) > 20 else "")
        put(f"    {yuan(lead.sum_fen)}  {facts}")
    say(f"共 {len(found)} 条疑点,日志至第 {position} 条。", f"{len(found)} leads, log up to {position}.", language)


def relations(
    context: typer.Context,
    subject: Annotated[
        str, typer.Argument(help="account:… person:… household:… officer:… class:… employer:… teacher:…")
    ],
    as_recorded_at: RecordedOption = "",
    as_effective_on: EffectiveOption = "",
    svg: Annotated[Path | None, typer.Option(help="write the graph as a picture")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="print one JSON document")] = False,
) -> None:
    """Show who is tied to a subject 关系: by accounts, households, payments, employers, teachers; a table, or a picture."""
    if ":" not in subject:
        raise CallUnusable(
            f"“{subject}”不是对象标记,应写作 account:… person:… 等。",
            f"“{subject}” names no subject; write account:… person:… and so on.",
        )
    cuts, language = cuts_of(as_recorded_at, as_effective_on), context.obj.settings().lang
    with house_of(context) as house:
        who = reader(house, context, SEEING)
        with _views(house, cuts) as connection:
            graph = graph_of(connection, subject)
        if who.by is not None:
            graph = within_sight(graph, who.positions(sorted({tie.position for tie in graph.ties})))
    if svg is not None:
        svg.write_text(svg_of(graph, language), encoding="utf-8")
    if as_json:
        rows = [tie._asdict() for tie in graph.ties]
        put_json({"subject": subject, "nodes": list(graph.nodes), "rows": rows, "cut": graph.cut, "next": None})
        return
    for tie in graph.ties:
        words = TIES[tie.how][0 if language == "zh" else 1]
        put(f"{tie.one:<32} {words} {tie.other}  {tie.facts}  {yuan(tie.sum_fen)}  #{tie.position}")
    if graph.cut:
        say("关系很多,只列出最近的。", "There is more; only the nearest is shown.", language)


@contextmanager
def _views(house: House, cuts: Cuts) -> Iterator[Connection]:
    """The views, level with the log, or those of the moment that the cuts name."""
    if not cuts.none:
        with folded(house.log, cuts, progress_bar("views")) as connection:
            yield connection
        return
    house.views.catch_up(progress=progress_bar("views"))
    with house.log.database.read() as connection:
        yield connection


def _line(lead: Lead, status: str) -> list[Any]:
    row = lead_row(lead, status)
    row |= {"subjects": " ".join(lead.subjects), "positions": " ".join(map(str, lead.positions))}
    row |= {"words_zh": lead.words_zh, "words_en": lead.words_en}
    return [row[name] for name in TITLES]
