"""The command `match-contacts`: which trainees share a telephone number or an address, by the vault's index."""

from __future__ import annotations

import typer

from taizhang.adapters.cli.money import JsonOption
from taizhang.adapters.cli.session import actor, house_of, progress_bar, put, put_json
from taizhang.adapters.contacts import match_contacts


def add_to(app: typer.Typer) -> None:
    """Add this command."""
    app.command("match-contacts", epilog="Example: taizhang --officer tang match-contacts")(match)


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
