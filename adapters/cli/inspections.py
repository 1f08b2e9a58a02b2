"""The command `inspections`: plan against done, findings and how they stand, what is overdue, samples, head counts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Annotated, Any, Final, NamedTuple

import typer
from rich.console import Console
from rich.table import Table

from taizhang.adapters.cli.money import (
    WIDTH,
    EffectiveOption,
    JsonOption,
    RecordedOption,
    RegionOption,
    cuts_of,
    region_of,
)
from taizhang.adapters.cli.seeing import reader
from taizhang.adapters.cli.session import CallUnusable, house_of, put, put_json
from taizhang.adapters.house import House
from taizhang.adapters.moments import beijing
from taizhang.adapters.visibility import SEES_INSPECTIONS
from taizhang.domain.labels import labels
from taizhang.projections.funds.cuts import recorded_day
from taizhang.projections.inspections.book import Book, FindingRow, VisitRow, book
from taizhang.projections.inspections.heads import marked_present
from taizhang.projections.inspections.known import known_facts
from taizhang.projections.replay import Cuts

FINDING_COLUMNS: Final = (
    ("finding", "问题", "finding"),
    ("content", "内容", "content"),
    ("object", "对象", "object"),
    ("found_on", "发现日期", "found on"),
    ("state", "状态", "state"),
    ("responsible", "责任单位", "responsible"),
    ("deadline", "期限", "deadline"),
    ("overdue_days", "逾期天数", "days overdue"),
    ("reminders", "催办", "reminders"),
    ("reminders_answered", "回复", "answered"),
    ("recurs", "此前同类", "earlier alike"),
    ("changed", "依据事后更改", "changed under it"),
)
SAMPLE_COLUMNS: Final = (
    ("sample", "抽样", "sample"),
    ("inspection", "检查", "inspection"),
    ("state", "进度", "state"),
    ("method", "方法", "method"),
    ("units", "总体", "units"),
    ("drawn", "样本", "drawn"),
    ("population_position", "总体所在位置", "population at"),
    ("checkpoint_size", "检查点大小", "checkpoint size"),
    ("waiting_days", "未公开随机数天数", "days nonce unopened"),
    ("attempts", "重抽尝试", "attempts to redraw"),
)
INSPECTION_COLUMNS: Final = (
    ("inspection", "检查", "inspection"),
    ("kind", "类别", "kind"),
    ("organisation", "检查单位", "organisation"),
    ("opened_on", "立项日期", "opened on"),
    ("announced_on", "通知日期", "announced on"),
    ("visits", "现场", "visits"),
    ("findings", "问题", "findings"),
    ("open_findings", "未销号", "not closed"),
    ("found_elsewhere", "自查无、他查有", "found by others only"),
)
PLAN_COLUMNS: Final = (
    ("plan", "计划", "plan"),
    ("region", "地区", "region"),
    ("kind", "类别", "kind"),
    ("by", "应于", "by"),
    ("done", "已开展", "done"),
    ("state", "情况", "state"),
)
VISIT_COLUMNS: Final = (
    ("visit", "现场检查", "visit"),
    ("training_class", "培训班", "class"),
    ("held_on", "日期", "day"),
    ("at", "时刻(分)", "minute"),
    ("heads", "清点人数", "heads counted"),
    ("present", "当时考勤", "marked present"),
)
WORDED: Final = {"content": "inspection-content", "kind": "inspection-kind", "method": "sample-method"}
STATES: Final = {"plans": "inspection-plan-state", "samples": "sample-state", "findings": "finding-state"}


class _Seen(NamedTuple):
    """A visit's heads beside the attendance of that hour."""

    visit: VisitRow
    present: int | None


def add_to(app: typer.Typer) -> None:
    """Add this command."""
    app.command("inspections", epilog="Example: taizhang inspections --region 620121 --overdue --json")(inspections)


def inspections(
    context: typer.Context,
    region: RegionOption = "",
    overdue: Annotated[bool, typer.Option("--overdue", help="only findings past their deadline")] = False,
    opened: Annotated[bool, typer.Option("--open", help="only findings that are not closed")] = False,
    samples: Annotated[bool, typer.Option("--samples", help="only samples")] = False,
    as_recorded_at: RecordedOption = "",
    as_effective_on: EffectiveOption = "",
    as_json: JsonOption = False,
) -> None:
    """Show inspections 检查 of a region: plan against done, findings and their state, overdue, samples, head counts."""
    if overdue + opened + samples > 1:
        raise CallUnusable("--overdue、--open、--samples 只选一个。", "Choose one of --overdue, --open, --samples.")
    cuts, language = cuts_of(as_recorded_at, as_effective_on), context.obj.settings().lang
    with house_of(context) as house:
        region = region_of(reader(house, context, SEES_INSPECTIONS).region(region))
        house.views.set_up()
        at = next(view for view in house.views.status() if view.name == "inspections")
        on = _day(cuts, house)
        with house.log.database.read() as connection:
            found = book(known_facts(connection, cuts), on, region)
        seen = [_Seen(visit, _present(house, visit, cuts)) for visit in found.visits]
    parts = _parts(found, seen, overdue, opened, samples)
    if as_json:
        effective = cuts.as_effective_on
        put_json(
            {
                "position": at.position,
                "recorded_at": at.recorded_at,
                "lag_seconds": at.lag_seconds,
                "as_recorded_at": cuts.as_recorded_at,
                "as_effective_on": effective.isoformat() if effective else None,
                "on": on.isoformat(),
                **{name: rows for name, _, rows in parts},
                "next": None,
            }
        )
        return
    for name, columns, rows in parts:
        if rows:
            Console(width=WIDTH).print(_table(columns, rows, WORDED | {"state": STATES.get(name, "")}, language))
    told = beijing(at.recorded_at).strftime("%Y-%m-%d %H:%M:%S")
    put(f"position {at.position}  recorded {told}  on {on.isoformat()}")


def _parts(
    found: Book, seen: Sequence[_Seen], overdue: bool, opened: bool, samples: bool
) -> list[tuple[str, Sequence[tuple[str, str, str]], list[dict[str, Any]]]]:
    """What is shown: a name, its columns, its rows."""
    findings = [one for one in found.findings if _wanted(one, overdue, opened)]
    shown_findings = ("findings", FINDING_COLUMNS, [one._asdict() for one in findings])
    shown_samples = ("samples", SAMPLE_COLUMNS, [one._asdict() for one in found.samples])
    if overdue or opened:
        return [shown_findings]
    if samples:
        return [shown_samples]
    visits = [one.visit._asdict() | {"present": one.present} for one in seen]
    return [
        ("plans", PLAN_COLUMNS, [one._asdict() for one in found.plans]),
        ("inspections", INSPECTION_COLUMNS, [one._asdict() for one in found.inspections]),
        ("visits", VISIT_COLUMNS, visits),
        shown_findings,
        shown_samples,
    ]


def _wanted(one: FindingRow, overdue: bool, opened: bool) -> bool:
    if overdue:
        return one.overdue_days > 0
    return not opened or one.state != "closed"


def _day(cuts: Cuts, house: House) -> date:
    """The day as of which states are told: the effective day, else the recording cut's, else today."""
    if cuts.as_effective_on is not None:
        return cuts.as_effective_on
    return recorded_day(cuts.as_recorded_at) if cuts.as_recorded_at is not None else house.desk.today()


def _present(house: House, visit: VisitRow, cuts: Cuts) -> int | None:
    if not visit.training_class or visit.heads is None:
        return None
    return marked_present(house.log, visit.training_class, visit.held_on, visit.at, cuts)


def _table(
    columns: Sequence[tuple[str, str, str]], rows: Sequence[dict[str, Any]], worded: Mapping[str, str], language: str
) -> Table:
    zh = language == "zh"
    table = Table(*(zh_title if zh else en_title for _, zh_title, en_title in columns))
    for row in rows:
        table.add_row(*(_cell(worded.get(name, ""), row[name], zh) for name, _, _ in columns))
    return table


def _cell(vocabulary: str, value: Any, zh: bool) -> str:
    if value is None:
        return ""
    if isinstance(value, tuple):
        return ", ".join(map(str, value))
    label = labels().get(vocabulary, {}).get(str(value))
    return str(value) if label is None else label.zh if zh else label.en
