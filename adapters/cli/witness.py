"""Commands of a witness: init, watch, serve, sign, status. They need no database and no house."""

from __future__ import annotations

import time
from pathlib import Path

import typer

from taizhang.adapters.cli.proof import in_words
from taizhang.adapters.cli.session import CallUnusable, put, put_json, say
from taizhang.adapters.moments import beijing
from taizhang.adapters.proof.notes import NoteVerifier
from taizhang.adapters.proof.witness import WitnessHouse, WitnessSays
from taizhang.adapters.proof.witness_server import witness_server

FOLDER = typer.Option("witness", "--folder", help="the witness's own folder")


def add_to(app: typer.Typer) -> None:
    """Add these commands."""
    group = typer.Typer(no_args_is_help=True, help="Be a witness of other people's logs (C2SP tlog-witness).")
    group.command(epilog="Example: taizhang witness init city.example/witness --log VKEY")(init)
    group.command(epilog="Example: taizhang witness watch VKEY")(watch)
    group.command(epilog="Example: taizhang witness serve --port 8100")(serve)
    group.command(epilog="Example: taizhang witness sign request.txt --out cosignature.txt")(sign)
    group.command(epilog="Example: taizhang witness status --json")(status)
    app.add_typer(group, name="witness")


def init(
    name: str = typer.Argument(help="the witness's name, for example city.example/witness"),
    log: list[str] = typer.Option([], "--log", help="public key (vkey) of a log to watch"),  # noqa: B008
    folder: Path = FOLDER,
) -> None:
    """Make the witness's key, and print its public half: it goes into the logs' policies."""
    with in_words():
        try:
            house = WitnessHouse.create(folder, name)
        except FileExistsError:
            raise CallUnusable(
                f"{folder} 已有见证密钥,不会覆盖。", f"{folder} holds a witness's key already; it is not replaced."
            ) from None
        for one in log:
            house.watch(NoteVerifier.parse(one))
    put(str(house.verifier))


def watch(log: str = typer.Argument(help="public key (vkey) of the log"), folder: Path = FOLDER) -> None:
    """Watch one more log."""
    with in_words():
        _opened(folder).watch(NoteVerifier.parse(log))


def serve(
    host: str = typer.Option("127.0.0.1", help="address to listen on"),
    port: int = typer.Option(8100, help="port to listen on"),
    folder: Path = FOLDER,
) -> None:
    """Answer add-checkpoint requests over HTTP until stopped."""
    with in_words():
        house = _opened(folder)
    server = witness_server(house, host, port)
    say(
        f"见证方 {house.verifier.name} 在 {host}:{port} 等候。",
        f"The witness {house.verifier.name} listens on {host}:{port}.",
    )
    try:
        server.serve_forever()
    finally:
        server.server_close()


def sign(
    request: Path = typer.Argument(help="the request that came on a stick"),  # noqa: B008
    out: Path = typer.Option(None, "--out", help="write the cosignature into this file"),  # noqa: B008
    folder: Path = FOLDER,
) -> None:
    """Cosign one request by hand: the same bytes and the same rules as over HTTP."""
    with in_words():
        house = _opened(folder)
        try:
            line = house.cosign(request.read_bytes())
        except WitnessSays as says:
            say(f"{says.zh}({says.en})", f"Not cosigned ({says.status}): {says.en}.")
            raise typer.Exit(1) from None
    if out is None:
        put(line.rstrip("\n"))
    else:
        out.write_text(line, encoding="utf-8")


def status(
    folder: Path = FOLDER, as_json: bool = typer.Option(False, "--json", help="print one JSON document")
) -> None:
    """Show the witness's key, and the last size it cosigned of each log, with its age."""
    with in_words():
        house = _opened(folder)
        logs = house.logs()
    rows = []
    for log in logs:
        seen = house.seen(log.name)
        size, at = (seen.size, seen.cosigned_at) if seen is not None else (0, None)
        age = int(time.time()) - at if at is not None else None
        rows.append({"origin": log.name, "size": size, "cosigned_at_seconds": at, "age_seconds": age})
    if as_json:
        put_json({"key": str(house.verifier), "rows": rows, "next": None})
        return
    put(str(house.verifier))
    for row in rows:
        moment = row["cosigned_at_seconds"]
        when = beijing(moment * 1_000_000).isoformat() if isinstance(moment, int) else "-"
        put(f"{row['origin']}  {row['size']}  {when}")


def _opened(folder: Path) -> WitnessHouse:
    try:
        return WitnessHouse.open(folder)
    except FileNotFoundError:
        raise CallUnusable(
            f"{folder} 中没有见证密钥。请先运行 taizhang witness init。",
            f"There is no witness's key in {folder}. Run taizhang witness init first.",
        ) from None
