"""The commands `sm3 init|checkpoint|commit|show`: the second tree over the same facts, hashed with SM3."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from taizhang.adapters.cli.proof import in_words
from taizhang.adapters.cli.session import CallUnusable, actor, house_of, progress_bar, put, put_json, say
from taizhang.adapters.founding import record
from taizhang.adapters.moments import beijing
from taizhang.adapters.proof.second_tree import SecondTree
from taizhang.adapters.proof.tiles import TreeReader, tiles_of
from taizhang.adapters.settings import Settings
from taizhang.domain.envelope import Source
from taizhang.domain.trees import RootsCommitted, TreeRoot

AsJson = Annotated[bool, typer.Option("--json", help="print one JSON document")]


def add_to(app: typer.Typer) -> None:
    """Add these commands."""
    group = typer.Typer(no_args_is_help=True, help="A second tree over the same facts, hashed with SM3. 国密 SM3 树。")
    group.command("init", epilog="Example: TAIZHANG_SM3=sm3 taizhang sm3 init")(init)
    group.command("checkpoint", epilog="Example: taizhang sm3 checkpoint --out sm3.txt")(checkpoint)
    group.command("commit", epilog="Example: taizhang sm3 commit --officer he")(commit)
    group.command("show", epilog="Example: taizhang sm3 show --json")(show)
    app.add_typer(group, name="sm3")


def folder_of(settings: Settings) -> Path:
    """The folder that the settings name. Raises CallUnusable."""
    if not settings.sm3:
        raise CallUnusable(
            "没有设置 SM3 树文件夹。请设置 TAIZHANG_SM3,并先运行 taizhang sm3 init。",
            "No folder of an SM3 tree is set. Set TAIZHANG_SM3, and run taizhang sm3 init first.",
        )
    return Path(settings.sm3)


def init(context: typer.Context) -> None:
    """Make the tree's own key under its own origin, and print its public half."""
    folder = folder_of(context.obj.settings())
    with in_words(), house_of(context) as house:
        made = SecondTree.create(folder, house.log.head().origin, house.clock)
    put(str(made.verifier))


def checkpoint(
    context: typer.Context,
    out: Annotated[Path | None, typer.Option("--out", help="write the note into this file as well")] = None,
    as_json: AsJson = False,
) -> None:
    """Take in the new facts and sign the tree's root."""
    with in_words(), house_of(context) as house:
        tree = SecondTree.open(folder_of(house.settings), house.clock)
        done = tree.sign(house.log, progress_bar("sm3"))
    if out is not None:
        out.write_text(done.note, encoding="utf-8")
    if as_json:
        put_json(
            {"origin": tree.verifier.name, "size": done.peaks.size, "root": done.peaks.root().hex(), "note": done.note}
        )
    else:
        put(done.note.rstrip("\n"))


def commit(context: typer.Context, as_json: AsJson = False) -> None:
    """Record the roots of both trees over the same facts, once a day: each tree then holds the other's root."""
    with in_words(), house_of(context) as house:
        by = actor(house, context.obj)
        tree = SecondTree.open(folder_of(house.settings), house.clock)
        done = tree.sign(house.log, progress_bar("sm3"))
        size = done.peaks.size
        if not size:
            raise CallUnusable("日志还是空的。", "The log is empty.")
        first = TreeReader(size, tiles_of(house.log)).root()
        roots = RootsCommitted(
            size=size,
            trees=(
                TreeRoot(origin=house.log.head().origin, algorithm="sha-256", root=first.hex()),
                TreeRoot(origin=tree.verifier.name, algorithm="sm3", root=done.peaks.root().hex()),
            ),
            occurred_on=house.desk.today(),
        )
        [verdict] = record(house, f"roots:{size}", by, [roots], Source(way="sm3")).verdicts
    if verdict.position is None:
        say(verdict.words("zh"), verdict.words("en"))
        raise typer.Exit(1)
    put_json({"position": verdict.position, "size": size}) if as_json else put(
        f"recorded as fact {verdict.position}  size {size}"
    )


def show(context: typer.Context, as_json: AsJson = False) -> None:
    """Show the public key, and what was signed last."""
    with in_words():
        tree = SecondTree.open(folder_of(context.obj.settings()))
        stands = tree.state()
    if as_json:
        put_json({"key": str(tree.verifier), "size": stands.peaks.size, "signed_at": stands.signed_at})
    else:
        put(
            f"{tree.verifier}\nsigned {stands.peaks.size}  {beijing(stands.signed_at).isoformat()}\n{stands.note.rstrip()}"
        )
