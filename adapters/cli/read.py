"""Commands that read the log and its state, and what both mean: facts, status, commands, dictionary."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby
from typing import Any

import msgspec
import typer
from rich.console import Console
from rich.table import Table

from taizhang.adapters.cli.seeing import SEES_FACTS, Reader, reader
from taizhang.adapters.cli.session import CallUnusable, OutOfReach, house_of, put, put_json
from taizhang.adapters.fact_rows import fact_row
from taizhang.adapters.log.log import Criterion, Log
from taizhang.adapters.moments import beijing
from taizhang.adapters.proof.standing import cosigned_row
from taizhang.adapters.requests import schemas
from taizhang.domain.envelope import Recorded, opened
from taizhang.domain.officers import AUDIT, ROLES, SECURITY
from taizhang.projections.dictionary import dictionary as meanings

PAGE = 1000


def add_to(app: typer.Typer) -> None:
    """Add these commands."""
    app.command(epilog="Example: taizhang facts --of class:c620121-0001 --json")(facts)
    app.command(epilog="Example: taizhang status --json")(status)
    app.command(epilog="Example: taizhang commands --json")(commands)
    app.command(epilog="Example: taizhang dictionary --json")(dictionary)


def facts(
    context: typer.Context,
    position: int = typer.Option(0, min=0, help="one fact by its position"),
    of: list[str] = typer.Option([], "--of", help="facts about class:… person:… household:… institution:…"),  # noqa: B008
    after: int = typer.Option(0, min=0, help="only facts after this position"),
    limit: int = typer.Option(100, min=1, max=PAGE, help="how many at most"),
    as_json: bool = typer.Option(False, "--json", help="print one JSON document"),
) -> None:
    """Show facts with who recorded them, when, from which file, sheet and row, and what corrected them."""
    with house_of(context) as house:
        who, head = reader(house, context, SEES_FACTS | {SECURITY, AUDIT}), house.log.head()
        found, following = _seen(who, position, of, after, limit)
        rows = [fact_row(house.log, fact) for fact in found]
    if as_json:
        put_json(
            {
                "position": head.position,
                "recorded_at": head.recorded_at,
                "lag_seconds": 0.0,  # read from the log itself
                "rows": rows,
                "next": following,
            }
        )
    else:
        for row in rows:
            _put_fact(row)


def status(
    context: typer.Context,
    as_json: bool = typer.Option(False, "--json", help="print one JSON document"),
) -> None:
    """Show the head of the log, how far each view is, and how many attempts each rule refused in the officer's region."""
    with house_of(context) as house:
        answer = status_of(reader(house, context, ROLES))
    if as_json:
        put_json(answer)
        return
    put(
        f"position {answer['position']}  recorded_at {beijing(answer['recorded_at']).isoformat()}  origin {answer['origin']}"
    )
    if (cosigned := answer["cosigned"]) is not None:
        by = ", ".join(cosigned["by"]) or "-"
        put(f"cosigned {cosigned['size']}  age {cosigned['age_seconds'] or 0} s  by {by}  newer {cosigned['newer']}")
    for view in answer["views"]:
        problem = f"  ERROR at {view['error_position']}: {view['error']}" if view["error"] else ""
        put(f"view {view['name']}: position {view['position']}, lag {view['lag']} facts{problem}")
    for rule, count in answer["refusals"].items():
        put(f"refused {count:>7,}  {rule}")


def commands(
    as_json: bool = typer.Option(False, "--json", help="print one JSON document, with the JSON Schema of each body"),
) -> None:
    """List every command that `record` and the API take."""
    listed = schemas()
    if as_json:
        put_json({"rows": listed, "next": None})
        return
    table = Table("command", "what it does", "roles")
    for one in listed:
        table.add_row(one["command"], one["title"], ", ".join(one["roles"]))
    Console().print(table)


def dictionary(
    as_json: bool = typer.Option(False, "--json", help="print one JSON document"),
) -> None:
    """Show the data dictionary: every column of every read table, its type, and what it means in both languages."""
    rows = [meaning._asdict() for meaning in meanings()]
    if as_json:
        put_json({"rows": rows, "next": None})
        return
    for table, columns in groupby(rows, key=lambda row: row["table"]):
        put(table)
        for row in columns:
            put(f"  {row['column']:<24} {row['type']:<9} {row['zh']} · {row['en']}")


def status_of(who: Reader) -> dict[str, Any]:
    """Head, views and refusals, as `status` and the API tell them."""
    house = who.house
    head = house.log.head()
    views = [view._asdict() for view in house.views.status()]
    return {
        "position": head.position,
        "recorded_at": head.recorded_at,
        "lag_seconds": max((view["lag_seconds"] for view in views), default=0.0),
        "origin": head.origin,
        "root": head.edge.root().hex(),
        "cosigned": cosigned_row(house.settings, head.position, house.clock()),
        "views": views,
        "refusals": house.refusals_by_rule(who.scope),
    }


def _seen(who: Reader, position: int, of: Sequence[str], after: int, limit: int) -> tuple[list[Recorded], int | None]:
    """As many facts as are asked for of those that may be seen, and the position to go on after."""
    seen: list[Recorded] = []
    while True:
        page = _found(who.house.log, position, of, after, PAGE if who.by is not None else limit)
        seen += who.facts(page)
        if position and not seen:
            raise OutOfReach
        if len(seen) >= limit:
            return seen[:limit], seen[limit - 1].position
        if position or who.by is None or len(page) < PAGE:
            return seen, None
        after = page[-1].position


def _found(log: Log, position: int, of: Sequence[str], after: int, limit: int) -> list[Recorded]:
    if position:
        stored = log.at([position])
        if not stored:
            raise CallUnusable(
                f"没有第 {position} 条事实。请核对编号。", f"There is no fact {position}. Check the number."
            )
    elif of:
        wrong = [tag for tag in of if ":" not in tag]
        if wrong:
            raise CallUnusable(
                f"“{wrong[0]}”不是对象标记,应写作 class:… person:… household:… 等。",
                f"“{wrong[0]}” names no subject; write class:… person:… household:… and so on.",
            )
        stored = log.read([Criterion((), (tag,)) for tag in of], after=after, limit=limit).facts
    else:
        stored = log.page(after, limit)
    return [opened(row.position, row.leaf) for row in stored]


def _put_fact(row: dict[str, Any]) -> None:
    by, source = row["recorded_by"] or {}, row["source"] or {}
    came_from = " ".join(str(source[name]) for name in ("name", "sheet", "row", "way") if source.get(name)) or "-"
    at = beijing(row["recorded_at"]).strftime("%Y-%m-%d %H:%M:%S")
    put(f"#{row['position']}  {row['type']}  {row['occurred_on']}  ({at} {by.get('officer', '-')})  {came_from}")
    put("    " + msgspec.json.encode(row["body"]).decode())
    if row["corrections"]:
        put(f"    corrected by {', '.join(f'#{p}' for p in row['corrections'])}")
