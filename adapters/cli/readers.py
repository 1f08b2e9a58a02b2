"""Commands for readers with SQL: `reader-role`, `reader-copy`."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Annotated, Final

import typer

from taizhang.adapters.cli.seeing import whole_house
from taizhang.adapters.cli.session import CallUnusable, house_of, put, put_json
from taizhang.adapters.readers import CopyExists, copy_readable, role_script
from taizhang.adapters.visibility import SEES_MONEY

ROLE: Final = re.compile(r"[a-z_][a-z0-9_]{0,62}")


def add_to(app: typer.Typer) -> None:
    """Add these commands."""
    app.command("reader-role", epilog="Example: taizhang reader-role | psql taizhang")(reader_role)
    app.command("reader-copy", epilog="Example: taizhang reader-copy for-readers.db")(reader_copy)


def reader_role(
    name: Annotated[str, typer.Option("--name", help="the role's name")] = "taizhang_reader",
) -> None:
    """Print the PostgreSQL script of a read-only role 只读岗位: the documented columns of the read tables, nothing else."""
    if not ROLE.fullmatch(name):
        raise CallUnusable(
            "岗位名只用小写字母、数字和下划线。", "A role's name is lower-case letters, digits and underscores."
        )
    for line in role_script(name):
        put(line)


def reader_copy(
    context: typer.Context,
    path: Annotated[Path, typer.Argument(help="the new SQLite file")],
    as_json: Annotated[bool, typer.Option("--json", help="print one JSON document")] = False,
) -> None:
    """Write the readable columns of every read table into a new SQLite file, for datasette, Grafana and others."""
    with house_of(context) as house:
        whole_house(house, context, SEES_MONEY)
        house.views.set_up()
        try:
            counts = copy_readable(house.log.database, path)
        except CopyExists as problem:
            raise CallUnusable(problem.zh, str(problem)) from None
    if as_json:
        put_json({"file": str(path), "tables": counts})
        return
    put(f"{path}: {len(counts)} tables, {sum(counts.values()):,} rows")
