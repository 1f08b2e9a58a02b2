"""The command `replay`: a fund line told again step by step; or then reported beside now known, with the facts between."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Annotated, Any, Final

import typer
from rich.table import Table

from taizhang.adapters.cli import money
from taizhang.adapters.cli.money import cuts_of, handed_out, put_answer, unknown_line
from taizhang.adapters.cli.seeing import Reader, reader
from taizhang.adapters.cli.session import CallUnusable, house_of
from taizhang.adapters.exports.asking import asked
from taizhang.adapters.exports.step_rows import STEP_TITLES, step_rows
from taizhang.adapters.exports.words import Names, masked_names, names, yuan
from taizhang.adapters.moments import beijing
from taizhang.adapters.visibility import SEES_MONEY
from taizhang.projections.funds.lines import fund_lines
from taizhang.projections.funds.steps import Step, steps
from taizhang.projections.funds.then_and_now import ThenAndNow, then_and_now

FUND: Final = "fund:"
PERSON: Final = "person:"


def add_to(app: typer.Typer) -> None:
    """Add this command."""
    app.command("replay", epilog="Example: taizhang replay fund:ER-2016 --as-recorded-at 2017-06-30 --json")(replay)


def replay(
    context: typer.Context,
    subject: Annotated[str, typer.Argument(help="what is told again: fund:LINE")],
    first: Annotated[int, typer.Option("--from", min=0, help="from this position of the log on")] = 0,
    last: Annotated[int, typer.Option("--to", min=0, help="up to this position")] = 0,
    then: Annotated[
        str, typer.Option("--then", help="two columns: as known then, and now; with the facts between")
    ] = "",
    as_recorded_at: money.RecordedOption = "",
    as_effective_on: money.EffectiveOption = "",
    as_json: money.JsonOption = False,
    csv: money.CsvOption = None,
    xlsx: money.XlsxOption = None,
) -> None:
    """Tell a fund line again: who, when, how late, on which paper, every balance before and after. 资金回放。"""
    line = _line(subject)
    cuts, language = cuts_of(as_recorded_at, as_effective_on), context.obj.settings().lang
    with house_of(context) as house:
        who = reader(house, context, SEES_MONEY)
        question = asked(house, "replay", line, first, last, then, cuts=cuts, language=language, seen_by=who.scope)
        words = names(house, language, cuts)
        with house.log.database.read() as connection:
            if not fund_lines(connection, who.region("")[:6], line):
                raise unknown_line(line)
            if then:
                earlier = cuts_of(then, "")._replace(as_effective_on=cuts.as_effective_on)
                columns = _columns_seen(who, then_and_now(connection, line, earlier, cuts))
                told = [one.step for one in columns.facts]
            else:
                told = _steps_seen(who, list(steps(connection, line, first or None, last or None, cuts)))
        if who.by is not None:  # only then are people named, masked
            words = words._replace(persons=masked_names(house, _persons(told)))
        if then:
            if csv or xlsx:
                table = [list(one) for one in columns.accounts]
                titles = ["holder", "account", "book", "then_fen", "now_fen"]
                handed_out(context, house, question, titles, table, csv, xlsx)
        elif csv or xlsx:
            handed_out(context, house, question, STEP_TITLES, step_rows(told, words), csv, xlsx)
    if not as_json and (csv or xlsx):
        return
    if then:
        rows = [step_json(one.step, words) | _effects(one.effects) for one in columns.facts]
        accounts = [one._asdict() for one in columns.accounts]
        answer = question.answer(rows, "steps", line=line, then=columns.then.cuts.as_recorded_at, accounts=accounts)
        put_answer(question, answer, as_json, _columns_table(columns, words), _between_lines(columns, words))
    else:
        answer = question.answer([step_json(one, words) for one in told], "steps", line=line)
        put_answer(question, answer, as_json, _steps_table(line, told, words))


def _steps_seen(who: Reader, told: list[Step]) -> list[Step]:
    """The steps whose facts may be seen, with what they did to accounts of the officer's region."""
    seen = who.positions([one.position for one in told])
    return [
        one._replace(moves=tuple(move for move in one.moves if who.sees_holder(move.account)))
        for one in told
        if one.position in seen
    ]


def _columns_seen(who: Reader, columns: ThenAndNow) -> ThenAndNow:
    seen = who.positions([one.step.position for one in columns.facts])
    facts = [
        one._replace(effects=tuple(effect for effect in one.effects if who.sees_holder(effect.holder)))
        for one in columns.facts
        if one.step.position in seen
    ]
    return columns._replace(accounts=[one for one in columns.accounts if who.sees_holder(one.holder)], facts=facts)


def step_json(step: Step, words: Names) -> dict[str, Any]:
    """One step as JSON: the fact, its paper, and what it did to every account."""
    found = step._asdict()
    balances = [move._asdict() | _named(move.account, words) for move in found.pop("moves")]
    return found | {"words": words.fact(step.fact), "balances": balances}


def _line(subject: str) -> str:
    if subject.startswith(FUND) and len(subject) > len(FUND):
        return subject.removeprefix(FUND)
    raise CallUnusable(
        f"可回放的对象写作 fund:资金编号,例如 fund:ER-2016;收到的是 {subject}。",
        f"What can be told again is written fund:LINE, for example fund:ER-2016; this is {subject}.",
    )


def _persons(told: Iterable[Step]) -> list[str]:
    accounts = (move.account for step in told for move in step.moves)
    return [account.removeprefix(PERSON) for account in accounts if account.startswith(PERSON)]


def _named(account: str, words: Names) -> Mapping[str, str]:
    name = words.persons.get(account.removeprefix(PERSON)) if account.startswith(PERSON) else None
    return {"name": name} if name else {}


def _effects(effects: Iterable[Any]) -> dict[str, Any]:
    return {"effects": [one._asdict() for one in effects]}


def _steps_table(line: str, told: Iterable[Step], words: Names) -> Table:
    table = Table(title=f"{words.zh_or_en('资金回放', 'Replay of')} {line}", show_lines=True)
    titles = words.zh_or_en(
        "位置 发生日 入账时间 晚(天) 事项 金额(元) 文件 经办 账户变动:之前→之后(元)",
        "position occurred recorded late fact yuan paper by accounts:before→after",
    )
    for title in titles.split():
        right = title in ("位置", "position", "晚(天)", "late", "金额(元)", "yuan")
        table.add_column(title, justify="right" if right else "left")
    for step in told:
        moves = (
            f"{words.account(move.account)} {words.book(move.book)}: {yuan(move.before_fen)} → {yuan(move.after_fen)}"
            for move in step.moves
        )
        table.add_row(
            f"#{step.position}",
            step.occurred_on.isoformat(),
            beijing(step.recorded_at).strftime("%Y-%m-%d %H:%M"),
            str(step.late_days),
            _said(step, words),
            yuan(step.amount_fen),
            step.document,
            "\n".join(name for name in (step.recorded_by, step.approver) if name),
            "\n".join(moves),
        )
    return table


def _said(step: Step, words: Names) -> str:
    said = words.fact(step.fact)
    if step.corrects is None:
        return said
    what = words.zh_or_en("作废", "voids") if step.void else words.zh_or_en("更正", "corrects")
    return f"{said}\n{what} #{step.corrects}: {step.why}"


def _columns_table(found: ThenAndNow, words: Names) -> Table:
    at = found.then.cuts.as_recorded_at
    day = beijing(at).strftime("%Y-%m-%d %H:%M") if at is not None else ""
    table = Table(title=f"{found.line}: {words.zh_or_en(f'当时所报({day})与现在所知', f'then ({day}) and now')}")
    for title in words.zh_or_en("账户 种类 账簿", "holder account book").split():
        table.add_column(title)
    for title in words.zh_or_en("当时(元) 现在(元) 相差(元)", "then now difference").split():
        table.add_column(title, justify="right")
    for one in found.accounts:
        place = words.account(one.holder), words.account(one.account), words.book(one.book)
        table.add_row(*place, yuan(one.then_fen), yuan(one.now_fen), yuan(one.now_fen - one.then_fen))
    return table


def _between_lines(found: ThenAndNow, words: Names) -> list[str]:
    lines = []
    for step, effects in found.facts:
        at = beijing(step.recorded_at).strftime("%Y-%m-%d %H:%M")
        changed = "; ".join(
            f"{words.account(one.holder)} {words.account(one.account)} {words.book(one.book)} {yuan(one.change_fen)}"
            for one in effects
        )
        said = _said(step, words).replace("\n", " ")
        lines.append(f"#{step.position} {at} {said} {yuan(step.amount_fen)} {step.document}  [{changed}]")
    return lines
