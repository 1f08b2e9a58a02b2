"""The commands `rules` and `rules-compare`: what is asked of the facts, in words and as SQL to run by hand."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.table import Table
from sqlalchemy import Connection

from taizhang.adapters.cli.seeing import reader
from taizhang.adapters.cli.session import CallUnusable, house_of, put, put_json, say
from taizhang.adapters.rule_sql import sql_of
from taizhang.domain.leads.rules import SEEING
from taizhang.projections.funds.rows import recorded_ordinal
from taizhang.projections.rules.judging import compared, counting, judged_at
from taizhang.projections.rules.rule import Rule, stated_thresholds
from taizhang.projections.rules.rules import all_rules, rule_named

JsonOption = Annotated[bool, typer.Option("--json", help="print one JSON document")]


def add_to(app: typer.Typer) -> None:
    """Add these commands."""
    rules = typer.Typer(invoke_without_command=True, help="The rules that find leads 疑点规则: list, show, compare.")
    rules.callback(epilog="Example: taizhang rules --json")(_listed)
    rules.command("show", epilog="Example: taizhang rules show attendance.head-count --sql")(show)
    rules.command("compare", epilog="Example: taizhang rules compare rosters.alike@1 rosters.alike@2")(compare)
    app.add_typer(rules, name="rules")


def rule_row(rule: Rule, counts: bool) -> dict[str, Any]:
    """A rule as programs read it."""
    return {
        "rule": rule.id,
        "version": rule.version,
        "counts": counts,
        "severity": rule.severity,
        "patterns": list(rule.patterns),
        "zh": rule.zh,
        "en": rule.en,
        "question_zh": rule.question_zh,
        "question_en": rule.question_en,
        "innocent_zh": rule.innocent_zh,
        "innocent_en": rule.innocent_en,
        "parameters": [one._asdict() for one in rule.parameters],
        "is_query": rule.query is not None,
    }


def _listed(context: typer.Context, as_json: JsonOption = False) -> None:
    """List the rules: id, version, what each asks, and which version counts."""
    if context.invoked_subcommand is not None:
        return
    zh = context.obj.settings().lang == "zh"
    with house_of(context) as house, house.log.database.read() as connection:
        today, _ = _today(connection)
        counts = {rule.name for rule in counting(all_rules(), stated_thresholds(connection), today)}
    if as_json:
        put_json({"rows": [rule_row(rule, rule.name in counts) for rule in all_rules()], "next": None})
        return
    table = Table("rule", "", "severity" if not zh else "程度", "question" if not zh else "问题", "F")
    for rule in all_rules():
        mark = "●" if rule.name in counts else "○"
        asks = rule.question_zh if zh else rule.question_en
        table.add_row(rule.name, mark, rule.severity, asks, " ".join(rule.patterns))
    Console(width=160).print(table)


def show(
    context: typer.Context,
    rule: Annotated[str, typer.Argument(help="the rule's id, or id@version")],
    sql: Annotated[bool, typer.Option("--sql", help="print only the SQL, with the thresholds as they stand")] = False,
    as_json: JsonOption = False,
) -> None:
    """Show a rule: the question, thresholds as they stand, what may be innocent; --sql: a query to run by hand."""
    found = _rule(rule)
    with house_of(context) as house, house.log.database.read() as connection:
        today, _ = _today(connection)
        stated = stated_thresholds(connection)
        text = sql_of(connection, found, today, stated)
    if sql:
        if text is None:
            raise CallUnusable(
                f"规则 {found.name} 不是一条查询,而是逐项比对,其做法见 rules show。",
                f"Rule {found.name} is not one query; it compares one by one. `rules show` says how.",
            )
        put(text)
        return
    if as_json:
        put_json(rule_row(found, found.counts) | {"sql": text, "how": (found.fold.__doc__ if found.fold else None)})
        return
    zh = context.obj.settings().lang == "zh"
    put(f"{found.name}  {found.zh if zh else found.en}  [{found.severity}]  {' '.join(found.patterns)}")
    put(f"  {found.question_zh if zh else found.question_en}")
    if found.fold is not None:
        put(f"  {'做法' if zh else 'how'}: {found.fold.__doc__}")
    for one in found.parameters:
        values = [f"{each.value} ({each.region}, {each.since})" for each in stated if each.name == one.name]
        put(f"  {one.name} = {one.default}  {one.zh if zh else one.en}  {' '.join(values)}".rstrip())
    put(f"  {'可能的正当原因' if zh else 'may be innocent'}: {found.innocent_zh if zh else found.innocent_en}")


def compare(
    context: typer.Context,
    old: Annotated[str, typer.Argument(help="the rule as it counts, id@version")],
    new: Annotated[str, typer.Argument(help="another version of it, id@version")],
    as_json: JsonOption = False,
) -> None:
    """Ask two versions of a rule of the whole history: which leads appear, which vanish. Nothing is changed."""
    one, other = _rule(old), _rule(new)
    if one.id != other.id:
        raise CallUnusable("只能比较同一规则的两个版本。", "Only two versions of one rule can be compared.")
    with house_of(context) as house:
        who = reader(house, context, SEEING)
        with house.log.database.read() as connection:
            found = compared(connection, one, other)
            position, _ = judged_at(connection)
        appear, vanish = (
            [lead for lead in leads if who.sees_region(lead.region)] for leads in (found.appear, found.vanish)
        )
        found = found._replace(appear=appear, vanish=vanish)
    if as_json:
        rows = {name: [lead._asdict() for lead in getattr(found, name)] for name in ("appear", "vanish")}
        put_json({"position": position, "old": one.name, "new": other.name, "stay": found.stay, **rows})
        return
    zh = context.obj.settings().lang == "zh"
    for sign, leads in (("+", found.appear), ("-", found.vanish)):
        for lead in leads:
            put(f"{sign} {lead.lead}  {lead.words_zh if zh else lead.words_en}")
    say(
        f"新增 {len(found.appear)} 条,消失 {len(found.vanish)} 条,不变 {found.stay} 条。",
        f"{len(found.appear)} appear, {len(found.vanish)} vanish, {found.stay} stay.",
        context.obj.settings().lang,
    )


def _rule(name: str) -> Rule:
    found = rule_named(name)
    if found is None:
        raise CallUnusable(
            f"没有规则 {name}。运行 taizhang rules 查看全部。", f"There is no rule {name}. `taizhang rules` lists them."
        )
    return found


def _today(connection: Connection) -> tuple[date, int]:
    position, recorded_at = judged_at(connection)
    return date.fromordinal(recorded_ordinal(recorded_at)), position
