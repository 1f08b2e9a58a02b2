"""The commands `vault status|clean|rotate`: how the keys stand, and new ones without touching the log."""

from __future__ import annotations

import os
import time
from pathlib import Path
from typing import Annotated

import typer

from taizhang.adapters.cli.session import CallUnusable, house_of, progress_bar, put, put_json, say
from taizhang.adapters.forgetting.replay import FORGETTING
from taizhang.adapters.moments import beijing
from taizhang.adapters.settings import Settings
from taizhang.adapters.vault.erasing import Remains, clean, epoch_began, erased_upto, forgotten
from taizhang.adapters.vault.keys import ENVIRONMENT_VARIABLE, VaultKeys
from taizhang.adapters.vault.rotating import prepared, rotate, settled
from taizhang.adapters.vault.store import metadata, open_database

AsJson = Annotated[bool, typer.Option("--json", help="print one JSON document")]


def add_to(app: typer.Typer) -> None:
    """Add these commands."""
    group = typer.Typer(no_args_is_help=True, help="The vault of people's data: its keys and its traces. 保险库。")
    group.command("status", epilog="Example: taizhang vault status --json")(status)
    group.command("clean", epilog="Example: taizhang vault clean")(clean_command)
    group.command("rotate", epilog="Example: taizhang vault rotate --master")(rotate_command)
    app.add_typer(group, name="vault")


def status(context: typer.Context, as_json: AsJson = False) -> None:
    """Show the epoch of the keys, who was forgotten, and whose data copies from before can still open."""
    with house_of(context) as house:
        epoch, began_at = epoch_began(house.vault_database)
        since = [row for row in house.log.read([FORGETTING]).facts if row.recorded_at >= (began_at or 0)]
        answer = {
            "epoch": epoch,
            "began_at": began_at,
            "forgotten": forgotten(house.vault_database),
            "erased_upto": erased_upto(house.vault_database),
            "forgotten_in_this_epoch": len(since),
        }
    if as_json:
        put_json(answer)
    else:
        put(
            f"epoch {epoch}  since {beijing(began_at).isoformat() if began_at else '-'}  forgotten {answer['forgotten']}"
        )
    if since:
        say(
            f"本期主密钥启用后有 {len(since)} 次删除;此前的备份仍可打开这些人的信息。请运行 taizhang vault rotate --master。",
            f"{len(since)} erasures since this master key began; copies from before still open those people's data. "
            "Run taizhang vault rotate --master.",
        )


def clean_command(context: typer.Context) -> None:
    """Write the vault anew without free pages, and empty its write-ahead log."""
    with house_of(context) as house:
        remains = clean(house.vault_database)
    _say_remains(remains)
    raise typer.Exit(0 if remains.is_clean else 1)


def rotate_command(
    context: typer.Context,
    master: Annotated[bool, typer.Option("--master", help="a new master key: older copies open no more")] = False,
    index: Annotated[bool, typer.Option("--index", help="a new key for finding people by their numbers")] = False,
    out: Annotated[
        Path | None, typer.Option("--out", help="file for the new keys, when they come from the environment")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Put all under new keys; stop every other process of the house first. The log stays as it is. Interrupted, ask again."""
    if not master and not index:
        raise CallUnusable("请写明 --master、--index 或两者。", "Say --master, --index, or both.")
    settings: Settings = context.obj.settings()
    from_environment = bool(os.environ.get(ENVIRONMENT_VARIABLE))
    if from_environment and out is None:
        raise CallUnusable(
            f"密钥来自 {ENVIRONMENT_VARIABLE}。请用 --out 指明存放新密钥的文件。",
            f"The keys come from {ENVIRONMENT_VARIABLE}. Name a file for the new ones with --out.",
        )
    path = out or settings.key_path
    old = VaultKeys.find(os.environ, settings.key_path)
    new = prepared(path, old, master=master, index=index)
    database = open_database(settings.vault)
    try:
        with database.create() as connection:
            metadata.create_all(connection)
        done = rotate(database, Path(settings.files), old, new, time.time_ns() // 1000, progress_bar("rotate"))
    finally:
        database.close()
    settled(path)
    if as_json:
        put_json({"key_file": str(path)} | {name: value for name, value in done._asdict().items() if name != "remains"})
    else:
        put(f"epoch {done.epoch}  people {done.keys}  files {done.files}  index entries {done.entries}  keys in {path}")
    for digest in done.damaged:
        say(f"存档文件 {digest} 无法打开,未改封。", f"The stored file {digest} does not open; it was left as it is.")
    if done.unexplained:
        say(
            f"{done.unexplained} 条索引没有对应的记录(导入时遇到而未登记的人),未保留。",
            f"{done.unexplained} index entries belong to nobody on record (people met and never registered); they were not kept.",
        )
    _say_remains(done.remains)
    if from_environment:
        say(
            f"请把 {ENVIRONMENT_VARIABLE} 换成 {path} 的内容,并销毁旧密钥。",
            f"Put what {path} holds into {ENVIRONMENT_VARIABLE}, and destroy the old keys.",
        )


def _say_remains(remains: Remains) -> None:
    if not remains.is_clean:
        say(remains.zh, remains.en)
