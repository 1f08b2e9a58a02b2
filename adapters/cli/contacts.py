"""`match-contacts`: who shares a telephone or an address, by the vault's index; `match-lists`: who is on a list that stands.

Both are done by themselves after an import; by hand they are for people who came in otherwise, and for long lists.
"""

from __future__ import annotations

from typing import Annotated, Any

import typer

from taizhang.adapters.cli.money import JsonOption
from taizhang.adapters.cli.session import CallUnusable, actor, house_of, progress_bar, put, put_json
from taizhang.adapters.contacts import match_contacts
from taizhang.adapters.house import House
from taizhang.adapters.matching import lists_about, match_list
from taizhang.adapters.outside.importer import ListGone
from taizhang.adapters.outside.told import told
from taizhang.domain.core import Actor
from taizhang.domain.outside import IMPORTING
from taizhang.projections.outside.lists import StandingList


def add_to(app: typer.Typer) -> None:
    """Add these commands."""
    app.command("match-contacts", epilog="Example: taizhang --officer tang match-contacts")(match)
    app.command("match-lists", epilog="Example: taizhang --officer tang match-lists")(match_lists)


def match(
    context: typer.Context,
    as_json: JsonOption = False,
) -> None:
    """Compare telephone numbers and addresses inside the vault 比对; three or more sharers are recorded under a random id."""
    language = context.obj.settings().lang
    with house_of(context) as house:
        done = match_contacts(house, actor(house, context.obj), language, progress_bar("vault"))
    if as_json:
        put_json({**done._asdict(), "refused": list(done.refused)})
    else:
        for words in done.refused:
            put(words)
        put(
            f"三人以上共用的电话或住址 {done.shared} 个:新登记 {done.recorded},此前已登记 {done.unchanged}。"
            if language == "zh"
            else f"{done.shared} telephone numbers or addresses of three or more: {done.recorded} recorded, {done.unchanged} known before."
        )
    raise typer.Exit(int(bool(done.refused)))


def match_lists(
    context: typer.Context,
    lists: Annotated[
        list[str], typer.Argument(help="ids of lists; all that cover the officer's region when none")
    ] = [],  # noqa: B006
    as_json: JsonOption = False,
) -> None:
    """Compare outside lists that stand with who was registered after them 重新比对名单; the kept files are read again."""
    language = context.obj.settings().lang
    with house_of(context) as house:
        by = actor(house, context.obj)
        if by.role not in IMPORTING:
            raise CallUnusable("您的岗位不办理外部名单。", "Outside lists are not for this role to handle.")
        house.views.catch_up()
        standing = {one.outside_list: one for one in lists_about(house, by.region)}
        if unknown := sorted(set(lists) - standing.keys()):
            raise CallUnusable(
                f"没有名单 {unknown[0]}。见 taizhang lists。", f"No list {unknown[0]}: see taizhang lists."
            )
        rows = [_compared(house, by, standing[name]) for name in (lists or sorted(standing))]
        house.views.catch_up()
    if as_json:
        put_json({"rows": rows})
        raise typer.Exit(int(any(row["gone"] for row in rows)))
    for row in rows:
        gone = ("原文件已不完整保存", "its file is no longer whole")
        told = gone if row["gone"] else (f"新增相符 {row['entries']} 行", f"{row['entries']} rows about somebody new")
        put(f"{row['outside_list']}: {told[0] if language == 'zh' else told[1]}")
    raise typer.Exit(int(any(row["gone"] for row in rows)))


def _compared(house: House, by: Actor, listed: StandingList) -> dict[str, Any]:
    try:
        entries = sum(told(house.log, by.region, match_list(house, listed)))
        return {"outside_list": listed.outside_list, "entries": entries, "gone": False}
    except ListGone:
        return {"outside_list": listed.outside_list, "entries": 0, "gone": True}
