"""The command `bundle`: evidence on one subject in one file that anybody checks without us."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

import typer

from taizhang.adapters.cli.proof import in_words, policy_of, signer_of
from taizhang.adapters.cli.session import actor, house_of, put, put_json, say
from taizhang.adapters.exports.taken import ExportNotRecorded
from taizhang.adapters.proof.bundle import FIELDS, BundleRefused, Wanted, make
from taizhang.adapters.proof.durable import write_whole


def add_to(app: typer.Typer) -> None:
    """Add this command."""
    app.command(epilog="Example: taizhang bundle class:c620121-0001 --officer li --out evidence.zip")(bundle)


@contextmanager
def said() -> Iterator[None]:
    """Say in both languages why something was not handed out, and leave with 1."""
    try:
        yield
    except (BundleRefused, ExportNotRecorded) as problem:
        say(problem.zh, str(problem))
        raise typer.Exit(1) from None


def bundle(
    context: typer.Context,
    subject: Annotated[str, typer.Argument(help="fund:… person:… class:… finding:… or case:…")],
    out: Annotated[Path, typer.Option("--out", help="the zip to write")],
    purpose: Annotated[str, typer.Option("--purpose", help="opens personal fields; recorded as a fact first")] = "",
    fields: Annotated[
        str, typer.Option("--fields", help=f"which to open, comma between; default {','.join(FIELDS)}")
    ] = "",
    as_json: Annotated[bool, typer.Option("--json", help="print one JSON document")] = False,
) -> None:
    """Pack facts, proofs, attachments, a report and the verifier into one file. 证据包。"""
    asked = tuple(name.strip() for name in fields.split(",") if name.strip())
    with said(), in_words(), house_of(context) as house:
        by = actor(house, context.obj)
        made = make(house, by, signer_of(house.settings), policy_of(house.settings), Wanted(subject, purpose, asked))
    write_whole(out, made.data)
    if as_json:
        put_json({"file": str(out)} | {name: value for name, value in made._asdict().items() if name != "data"})
        return
    put(f"{out}  facts {made.facts}  cosigned {made.cosigned}  opened {made.opened}  bytes {len(made.data):,}")
    if made.left_out:
        say(f"另有 {made.left_out} 条超出您的查看范围,未列入。", f"{made.left_out} more lie outside what you may see.")
    if made.cosigned < made.facts:
        say("有事实尚无足够见证。", "Some facts stand under a checkpoint that too few have cosigned.")
    say(
        f"已记录:第 {made.recorded_as} 条。验证:python verify.py {out}",
        f"Recorded as fact {made.recorded_as}. To verify: python verify.py {out}",
    )
