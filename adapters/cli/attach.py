"""The command `attach`: papers and photographs of a class, kept encrypted; the log has their digests."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Annotated, Any, cast

import msgspec
import typer

from taizhang.adapters.attaching import attach as attach_file
from taizhang.adapters.cli.money import JsonOption
from taizhang.adapters.cli.session import CallUnusable, actor, house_of, put, put_json
from taizhang.adapters.orders import Verdict
from taizhang.adapters.requests import RequestUnusable
from taizhang.domain.attachments import AttachmentFiled, AttachmentKind
from taizhang.domain.labels import codes_of


def add_to(app: typer.Typer) -> None:
    """Add this command."""
    app.command(epilog="Example: taizhang --officer li attach c620121-2016-01 photo.jpg --kind photo --on 2016-05-09")(
        attach
    )


def attach(
    context: typer.Context,
    training_class: Annotated[str, typer.Argument(help="the class's id")],
    files: Annotated[list[Path], typer.Argument(help="papers and photographs of this class")],
    kind: Annotated[str, typer.Option("--kind", help="photo, attendance-sheet, roster, contract, certificate, other")],
    on: Annotated[str, typer.Option("--on", help="the day of the class that they show: 2016-05-09")] = "",
    as_json: JsonOption = False,
) -> None:
    """Attach files to a class: kept encrypted, refused where another class has the very same file."""
    if kind not in codes_of("attachment-kind"):
        raise CallUnusable(
            f"没有“{kind}”这种附件。可选:{'、'.join(codes_of('attachment-kind'))}。",
            f"There is no kind “{kind}”. Kinds: {', '.join(codes_of('attachment-kind'))}.",
        )
    try:
        shown_on = date.fromisoformat(on) if on else None
    except ValueError:
        raise CallUnusable(f"日期“{on}”无法识别。", f"The day “{on}” cannot be read.") from None
    language, chosen = context.obj.settings().lang, cast("AttachmentKind", kind)
    with house_of(context) as house:
        by = actor(house, context.obj)
        told = []
        for path in files:
            try:
                told.append(
                    (
                        path,
                        *attach_file(house, by, path.read_bytes(), path.name, training_class, chosen, shown_on, "cli"),
                    )
                )
            except RequestUnusable as problem:
                raise CallUnusable(f"{path.name}:{problem.zh}", f"{path.name}: {problem}") from None
        house.views.catch_up()
    if as_json:
        put_json({"rows": [_as_json(path, fact, verdict) for path, fact, verdict in told]})
    else:
        for path, _, verdict in told:
            put(f"{path.name}: {verdict.words(language)}")
    raise typer.Exit(int(any(verdict.outcome == "refused" for _, _, verdict in told)))


def _as_json(path: Path, fact: AttachmentFiled, verdict: Verdict) -> dict[str, Any]:
    told: dict[str, Any] = msgspec.to_builtins(verdict)
    read = {"photograph": msgspec.to_builtins(fact.photograph)} if fact.photograph is not None else {}
    return {"file": path.name, "digest": fact.digest, **read, **told}
