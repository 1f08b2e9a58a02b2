"""Commands that put facts in: import (files of institutions) and record (commands of other systems)."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from contextlib import nullcontext
from pathlib import Path
from typing import Any

import msgspec
import typer

from taizhang.adapters.cli.session import CallUnusable, actor, house_of, progress_bar, put, put_json, say
from taizhang.adapters.house import House
from taizhang.adapters.importing.importer import Importer, ImportResult
from taizhang.adapters.importing.rows import RowVerdict
from taizhang.adapters.matching import MatchedAnew, match_anew
from taizhang.adapters.recording import record_lines
from taizhang.adapters.sheets.sheets import FileUnreadable
from taizhang.domain.contacts import ShareContact
from taizhang.domain.core import Actor, LateAddition, OfficerId

SAY_EVERY_LINES = 10_000
SHOWN_ROWS = 200  # as many as a page shows; --json and --result hold every row


def add_to(app: typer.Typer) -> None:
    """Add these commands."""
    example = "Example: taizhang --officer li-clerk import roster.xlsx --result checked.xlsx"
    app.command("import", epilog=example)(import_files)
    app.command(epilog="Example: taizhang --officer li-clerk record commands.jsonl")(record)


def import_files(
    context: typer.Context,
    files: list[Path] = typer.Argument(help="filled-in forms: .xlsx, .xls or .csv"),  # noqa: B008
    result: Path = typer.Option(None, help="where to write the workbook with the 校验结果 column"),  # noqa: B008
    dry_run: bool = typer.Option(False, "--dry-run", help="check everything, record nothing"),
    reason: str = typer.Option("", help="why the rows come in late, if they do"),
    seal: str = typer.Option("", help="the seal after which the rows of its days are added; with --approver, --reason"),
    approver: str = typer.Option("", help="the other officer who allowed the addition"),
    sender: str = typer.Option("", help="who sent the files; confirmed column names are remembered for the sender"),
    column: list[str] = typer.Option([], help="what a printed header means, as HEADER=FIELD; may be repeated"),  # noqa: B008
    as_json: bool = typer.Option(False, "--json", help="print one JSON document"),
) -> None:
    """Import filled-in forms: good rows go in, every row comes back with a verdict in words."""
    contents = [(path.read_bytes(), path.name) for path in files]
    mapping, addition = _mapping(column), _addition(seal, approver, reason)
    language = context.obj.settings().lang
    with house_of(context) as house:
        by = actor(house, context.obj)
        options: dict[str, Any] = {"sender": sender or None, "reason": reason or None, "mapping": mapping or None}
        options["addition"] = addition
        progress = progress_bar("import")
        answers = Importer(house, follows=True).run_many(contents, by, dry_run=dry_run, progress=progress, **options)
        level = dry_run or _views_level(house, language)
        matched = _matched(house, by.region, language) if level and _brings_something(answers, dry_run) else None
        head = house.log.head()
        results = [answer for answer in answers if isinstance(answer, ImportResult)]
        for path, one in zip(_result_paths(result, results), results, strict=False):
            path.write_bytes(_workbook(house, one))
            say(f"校验结果已写入 {path}", f"The checked workbook is {path}", language)
    if as_json:
        rows = [_as_json(answer, name) for answer, (_, name) in zip(answers, contents, strict=True)]
        lag_seconds = 0.0 if level else None
        seen = {"position": head.position, "recorded_at": head.recorded_at, "lag_seconds": lag_seconds}
        put_json({**seen, "rows": rows, **_as_told(matched, by)})
    else:
        for answer, (_, name) in zip(answers, contents, strict=True):
            _put_words(answer, name, language)
        if matched is not None and by.role in ShareContact.ROLES:
            _put_matched(matched, language)
    raise typer.Exit(_exit_code(answers))


def record(
    context: typer.Context,
    file: str = typer.Argument(help="a file with one JSON command a line, or - for standard input"),
    catch_up: bool = typer.Option(True, help="bring the views level afterwards"),
    as_json: bool = typer.Option(True, "--json", help="results are JSON lines in any case"),
) -> None:
    """Record commands, one JSON object a line; one result a line comes back. Running it again repeats nothing."""
    del as_json
    code = 0
    lines = nullcontext(sys.stdin.buffer) if file == "-" else Path(file).open("rb")  # noqa: SIM115 (closed below)
    with house_of(context) as house, lines as stream:
        by = actor(house, context.obj)
        for count, result in enumerate(record_lines(house, by, stream), 1):
            put(msgspec.json.encode(result).decode())
            code = max(code, result.outcome in ("refused", "unusable"))
            if count % SAY_EVERY_LINES == 0:
                say(f"已处理 {count:,} 行", f"{count:,} lines done", context.obj.settings().lang)
        if catch_up:
            house.views.catch_up()
    raise typer.Exit(int(code))


def _mapping(columns: Sequence[str]) -> dict[str, str]:
    pairs = [column.rpartition("=") for column in columns]
    for header, equals, field in pairs:
        if not (header and equals):
            raise CallUnusable(
                f"--column 应写作 表头=字段,收到的是“{field}”。", f"Write --column as HEADER=FIELD, not “{field}”."
            )
    return {header: field for header, _, field in pairs}


def _addition(seal: str, approver: str, reason: str) -> LateAddition | None:
    """A late addition where its three parts are given; a reason alone says why rows of an open period are late."""
    if not seal and not approver:
        return None
    if not (seal and approver and reason):
        raise CallUnusable(
            "补报须同时给出 --seal 封账号、--approver 批准人、--reason 事由。",
            "A late addition needs all three: --seal ID, --approver OFFICER and --reason WORDS.",
        )
    return LateAddition(seal=seal, reason=reason, approver=OfficerId(approver))


def _result_paths(result: Any, results: Sequence[ImportResult]) -> Iterator[Path]:
    """None without --result. One file: the path as given. Several: the path's name with each file's name."""
    for one in results if result is not None else ():
        several = len(results) > 1
        yield result.with_name(f"{result.stem}-{Path(one.filename).stem}.xlsx") if several else result


def _workbook(house: House, one: ImportResult) -> bytes:
    return one.workbook if one.workbook is not None else house.files.get(one.result or "")


def _as_json(answer: ImportResult | FileUnreadable, name: str) -> dict[str, Any]:
    if isinstance(answer, FileUnreadable):
        return {"filename": name, "unreadable": answer.code, "zh": answer.message("zh"), "en": answer.message("en")}
    told: dict[str, Any] = msgspec.to_builtins(answer)
    told.pop("workbook")
    return told


def _put_words(answer: ImportResult | FileUnreadable, name: str, language: str) -> None:
    if isinstance(answer, FileUnreadable):
        say(f"{name}:{answer.message('zh')}", f"{name}: {answer.message('en')}", language)
        return
    for what, zh, en in answer.summary:
        put(f"{what}: {zh if language == 'zh' else en}")
    look = _to_look_at(answer.verdicts)
    for verdict in look[:SHOWN_ROWS]:
        put(f"  {verdict.sheet} {verdict.row}: {verdict.zh if language == 'zh' else verdict.en}")
    if (more := len(look) - SHOWN_ROWS) > 0:
        say(
            f"另有 {more} 行需要查看,见 --result 的结果文件或 --json",
            f"{more} more rows to look at: see the workbook of --result, or --json",
            language,
        )


def _to_look_at(verdicts: Sequence[RowVerdict]) -> list[RowVerdict]:
    """Rows that did not go in, then those that did and are flagged; the others are in the totals."""
    stands = ("recorded", "unchanged")
    out = [verdict for verdict in verdicts if verdict.outcome not in stands]
    return out + [one for one in verdicts if one.outcome in stands and (one.flagged or one.rules)]


def _views_level(house: House, language: str) -> bool:
    """Bring the views level. What was recorded stands also when one of them fails, and is told all the same."""
    try:
        house.views.catch_up()
    except Exception as error:  # whatever it is, the verdicts must still be told
        say(
            f"数据已入账,但视图未能更新({type(error).__name__}),台账数字暂不是最新。请运行 taizhang rebuild。",
            f"The rows are recorded, but a view could not follow ({type(error).__name__}): the ledger is not up to date. "
            "Run taizhang rebuild.",
            language,
        )
        return False
    return True


def _brings_something(answers: Sequence[ImportResult | FileUnreadable], dry_run: bool) -> bool:
    """Whether any row of any file went in: only then somebody may be new."""
    return not dry_run and any(isinstance(one, ImportResult) and one.counts["recorded"] for one in answers)


def _matched(house: House, region: str, language: str) -> MatchedAnew | None:
    """Compare who came in. What was recorded stands also when this does not end well, and is told all the same."""
    try:
        return match_anew(house, region, language, progress_bar("match"))
    except Exception as error:  # whatever it is, the verdicts must still be told
        say(
            f"数据已入账,但未能完成电话、住址和外部名单的比对({type(error).__name__})。请稍后运行 taizhang match-contacts。",
            f"The rows are recorded, but telephones, addresses and lists were not compared ({type(error).__name__}). "
            "Run taizhang match-contacts later.",
            language,
        )
        return None


def _as_told(matched: MatchedAnew | None, by: Actor) -> dict[str, Any]:
    if matched is None or by.role not in ShareContact.ROLES:
        return {}  # whoever hands files in is not told with what they were compared
    contacts = {"shared": matched.contacts.shared, "recorded": matched.contacts.recorded}
    return {"matched": {"contacts": contacts, "lists": matched.lists, "entries": matched.entries,
                        "waiting": list(matched.waiting)}}  # fmt: skip


def _put_matched(matched: MatchedAnew, language: str) -> None:
    """Only what is new or waits for somebody."""
    if matched.contacts.recorded or matched.entries:
        say(
            f"比对:三人以上共用的电话或住址新登记 {matched.contacts.recorded} 个;外部名单新增相符 {matched.entries} 行。见 taizhang leads。",
            f"Compared: {matched.contacts.recorded} telephones or addresses of three or more newly recorded; "
            f"{matched.entries} rows of outside lists are about somebody new. See taizhang leads.",
            language,
        )
    if matched.waiting:
        say(
            f"以下名单较长或原文件已不完整,尚未与新登记人员比对:{'、'.join(matched.waiting)}。请运行 taizhang match-lists。",
            "These lists are long, or their file is no longer whole, and were not compared with who came in: "
            f"{', '.join(matched.waiting)}. Run taizhang match-lists.",
            language,
        )


def _exit_code(answers: Sequence[ImportResult | FileUnreadable]) -> int:
    """2: a file could not be read. 1: some row was refused or could not be used. 0: all rows stand."""
    if any(isinstance(answer, FileUnreadable) for answer in answers):
        return 2
    results = [answer for answer in answers if isinstance(answer, ImportResult)]
    return int(any(one.counts["refused"] or one.counts["unusable"] for one in results))
