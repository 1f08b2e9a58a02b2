"""The command `check-report`: whether the figures of a printed report still stand."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Final

import typer

from taizhang.adapters import printed, reports
from taizhang.adapters.cli.seeing import Reader, reader
from taizhang.adapters.cli.session import OutOfReach, house_of, put, put_json, say
from taizhang.adapters.printed import check
from taizhang.adapters.visibility import SEES_MONEY

STATUS: Final[Mapping[str, tuple[str, str]]] = {
    "same": (
        "一致:在所印的日志位置重新计算,结果相同。",
        "Same: asked again at the printed position, it is as printed.",
    ),
    "changed": ("不一致:以下各项与所印不同。", "Changed: the following is not as printed."),
    "unknown": ("无法核对。", "Unknown."),
}
WHY: Final[Mapping[str, tuple[str, str]]] = {
    "no-code": (
        "这不是报告码。请扫描报告上的二维码取得全文。",
        "This is no report code. Scan the report's QR code for the whole of it.",
    ),
    "other-log": ("该报告出自另一个日志。", "The report is of another log."),
    "beyond-the-log": (
        "该报告的日志位置在本库之后:本库较旧或曾被退回。",
        "Its position lies beyond this log: the database is older, or was rolled back.",
    ),
    "no-such-fact": (
        "日志在该位置没有事实。请运行 taizhang verify。",
        "The log has no fact there. Run taizhang verify.",
    ),
}


def add_to(app: typer.Typer) -> None:
    """Add this command."""
    app.command("check-report", epilog="Example: taizhang check-report TZ1.eNpN… --json")(check_report)


def check_report(
    context: typer.Context,
    code: Annotated[str, typer.Argument(help="the report's code, as its QR code holds it")],
    as_json: Annotated[bool, typer.Option("--json", help="print one JSON document")] = False,
) -> None:
    """Ask a printed report's question again: same, changed (what), or unknown. 核对报告。

    Whoever is named asks again what they could have asked themselves: of their region, and of money in a role that sees it.
    """
    with house_of(context) as house:
        _within_reach(reader(house, context), code)
        found = check(house, code)
    if as_json:
        rows = {name: [one._asdict() for one in getattr(found, name)] for name in ("changed", "since")}
        put_json(found._asdict() | rows)
    else:
        put(f"{found.status}  report {found.report or '-'}  position {found.position}")
        for one in found.changed:
            put(f"  changed  {one.what}: {one.printed} → {one.found}")
        for one in found.since:
            put(f"  known otherwise since  {one.what}: {one.printed} → {one.found}")
    language = context.obj.settings().lang
    say(*STATUS[found.status], language)
    if found.why in WHY:
        say(*WHY[found.why], language)
    raise typer.Exit(0 if found.status == "same" else 1)


def _within_reach(who: Reader, code: str) -> None:
    """Raises OutOfReach where the report's question is not one that the officer may ask; codes that are none ask nothing."""
    if who.by is None:
        return
    if (ledger := reports.read(code)) is not None:
        _narrowed(who, ledger.scope.region, ledger.scope.training_class)
        for kind in ("household", "person"):
            if one := getattr(ledger.scope, kind):
                who.about(f"{kind}:{one}")
    elif (other := printed.read("".join(code.split()))) is not None:
        if other.question.money is not None:
            if who.by.role not in SEES_MONEY:
                raise OutOfReach
            _narrowed(who, other.question.money.region, other.question.money.training_class)
        for tag in other.question.tags:
            who.about(tag)


def _narrowed(who: Reader, region: str, training_class: str | None) -> None:
    """Within the officer's region, or of a class that is theirs whatever region was asked."""
    if training_class:
        who.training_class(training_class)
    else:
        who.region(region)
