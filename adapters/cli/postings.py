"""The command `postings`: who is posted where, coverage with its gaps, terms that end, handovers, idle posts, promotions."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Annotated, Any, Final, NamedTuple

import typer
from rich.table import Table
from sqlalchemy import Connection

from taizhang.adapters.cli.money import (
    EffectiveOption,
    JsonOption,
    RecordedOption,
    cuts_of,
    put_answer,
)
from taizhang.adapters.cli.seeing import reader
from taizhang.adapters.cli.session import CallUnusable, house_of
from taizhang.adapters.exports.asking import Asked
from taizhang.adapters.exports.words import masked_names
from taizhang.adapters.house import House
from taizhang.adapters.visibility import SEES_POSTINGS
from taizhang.domain.wording import word
from taizhang.projections.funds.cuts import recorded_day
from taizhang.projections.postings.lists import (
    EXPIRING_DAYS,
    GROUPS,
    Coverage,
    coverage,
    days_before_expiry,
    expiring,
    handovers,
    idle,
    poor_villages,
)
from taizhang.projections.postings.moment import Post, posts_at
from taizhang.projections.postings.results import promotions, results
from taizhang.projections.region_names import region_names
from taizhang.projections.replay import Cuts

REGION: Final = re.compile(r"\d{6}(\d{6})?")
GROUP_WORDS: Final[Mapping[str, tuple[str, str]]] = {
    "team": ("第一书记或工作队", "first secretary or team"),
    "science": ("科技特派员或三区人才", "science commissioner or three-areas talent"),
    "graduate": ("大学生村官", "graduate official"),
    "any": ("任何派驻干部", "any posted official"),
}

PlaceOption = Annotated[
    str,
    typer.Option("--region", help="code of the province, a prefecture, a county or a village; else the officer's own"),
]
GapsOption = Annotated[bool, typer.Option("--gaps", help="registered-poor villages where a group is missing")]
ExpiringOption = Annotated[bool, typer.Option("--expiring", help="terms that are over soon")]
HandoverOption = Annotated[bool, typer.Option("--handover", help="posts that end about this day, and who follows")]
IdleOption = Annotated[bool, typer.Option("--idle", help="posts without duty for longer than the threshold")]
PromotionsOption = Annotated[
    bool, typer.Option("--promotions", help="figures of promotions, marked where they changed")
]
DaysOption = Annotated[
    int, typer.Option("--days", min=0, help=f"for --expiring and --handover; 0: the threshold {EXPIRING_DAYS}")
]


class _Said(NamedTuple):
    """What is asked, and in what words it is answered."""

    region: str
    on: date
    days: int
    cuts: Cuts
    language: str

    def of(self, zh: str, en: str) -> str:
        return zh if self.language == "zh" else en


class _Found(NamedTuple):
    """An answer: rows for the JSON document, columns and cells of the table, lines below it."""

    rows: list[dict[str, Any]]
    titles: str
    cells: list[list[str]]
    after: Sequence[str] = ()


def add_to(app: typer.Typer) -> None:
    """Add this command."""
    app.command("postings", epilog="Example: taizhang postings --region 620121 --gaps --json")(show)


def show(
    context: typer.Context,
    region: PlaceOption = "",
    as_recorded_at: RecordedOption = "",
    as_effective_on: EffectiveOption = "",
    gaps: GapsOption = False,
    ending: ExpiringOption = False,
    handover: HandoverOption = False,
    unseen: IdleOption = False,
    promoted: PromotionsOption = False,
    days: DaysOption = 0,
    as_json: JsonOption = False,
) -> None:
    """Show posted officials 派驻干部 of a region on a day: posts, gaps in coverage, terms that end, handovers."""
    chosen = {"gaps": gaps, "expiring": ending, "handover": handover, "idle": unseen, "promotions": promoted}
    if sum(chosen.values()) > 1 or (region and not REGION.fullmatch(region)):
        raise CallUnusable(
            "--gaps、--expiring、--handover、--idle、--promotions 只能选一个;--region 为 6 位或 12 位代码。",
            "Ask for one of --gaps, --expiring, --handover, --idle, --promotions; --region has 6 or 12 digits.",
        )
    what = next((name for name, asked_for in chosen.items() if asked_for), "posts")
    cuts, language = cuts_of(as_recorded_at, as_effective_on), context.obj.settings().lang
    with house_of(context) as house:
        who = reader(house, context, SEES_POSTINGS)
        region = who.region(region)
        question = _asked(house, (what, region, days), cuts, language)
        said = _Said(region, question.on, days, cuts, language)
        with house.log.database.read() as connection:
            posts = posts_at(connection, region, cuts)
            found = _found(connection, what, posts, said)
            names = region_names(connection, cuts, {one["region"] for one in found.rows if one.get("region")})
        people: Mapping[str, str] = {}
        if who.by is not None:  # only then are people named, masked
            people = masked_names(house, {one["official"] for one in found.rows if one.get("official")})
    rows = [_named(row, names, people) for row in found.rows]
    table = Table(title=f"{said.of('派驻干部', 'Postings')} {region} {question.on}")
    for title in found.titles.split():
        table.add_column(title)
    table.add_column(said.of("名称", "name"))
    for row, cells in zip(rows, found.cells, strict=True):
        table.add_row(*cells, " ".join(one for one in (row.get("name"), row.get("region_name")) if one))
    put_answer(question, question.answer(rows, what=what), as_json, table, found.after)


def _asked(house: House, what: tuple[Any, ...], cuts: Cuts, language: str) -> Asked:
    """The question, as on the effective day asked for, or the recording cut's Beijing day, or today."""
    house.views.set_up()
    at = next(view for view in house.views.status() if view.name == "postings")
    day = cuts.as_effective_on
    if day is None:
        day = recorded_day(cuts.as_recorded_at) if cuts.as_recorded_at is not None else house.desk.today()
    return Asked(("postings", *what), cuts, day, at, language)


def _found(connection: Connection, what: str, posts: Sequence[Post], said: _Said) -> _Found:
    if what == "gaps":
        return _gaps(connection, posts, said)
    if what == "promotions":
        return _promotions(connection, said)
    if what == "idle":
        return _posts(connection, idle(connection, posts, said.on), said)
    if what == "posts":
        found = _posts(connection, posts, said)
        covered, _ = coverage(posts, poor_villages(connection, said.region, said.on, said.cuts), said.on)
        return found._replace(after=_covered(covered, said))
    days = said.days or days_before_expiry(connection, said.region, said.on)
    if days is None:
        raise CallUnusable(
            f"未设界限值 {EXPIRING_DAYS}。请先设定,或用 --days 指明天数。",
            f"No threshold {EXPIRING_DAYS} is set. Set one, or say how many --days.",
        )
    if what == "expiring":
        return _posts(connection, expiring(posts, said.on, days), said)
    follow = handovers(posts, said.on, days)
    found = _posts(connection, [one.post for one in follow], said)
    rows = [row | {"successor": one.successor} for row, one in zip(found.rows, follow, strict=True)]
    cells = [[*line, one.successor or "-"] for line, one in zip(found.cells, follow, strict=True)]
    return _Found(rows, f"{found.titles} {said.of('接任派驻', 'successor')}", cells)


def _posts(connection: Connection, posts: Sequence[Post], said: _Said) -> _Found:
    """One line per posting, with duty, appraisal and what came of it within the tenure."""
    rows, cells = [], []
    for one in posts:
        came = results(connection, one, said.cuts)
        dated = {"since": one.since, "until": one.until, "ended_on": one.ended_on, "last_seen_on": one.last_seen_on}
        rows.append(
            {
                "posting": one.posting,
                "official": one.official,
                "kind": one.kind,
                "region": one.region,
                **{name: day.isoformat() if day is not None else None for name, day in dated.items()},
                "ended_by": one.ended_by,
                "stands": one.covers(said.on),
                "duty": [[month.isoformat()[:7], days] for month, days in one.duty],
                "leave_days": one.leave_days,
                "grades": {str(year): grade for year, grade in one.grades},
                "works": one.works,
                "persons_trained": came.persons,
                "classes": came.classes,
            }
        )
        grades = " ".join(f"{year} {word('grade', grade, said.language)}" for year, grade in one.grades)
        told = (one.posting, one.official, word("posting-kind", one.kind, said.language), one.region)
        numbers = (sum(days for _, days in one.duty), one.leave_days, one.works, came.persons)
        ended = one.ended_on.isoformat() if one.ended_on is not None else "-"
        cells.append([*told, one.since.isoformat(), one.until.isoformat(), ended, *map(str, numbers), grades or "-"])
    titles = said.of(
        "派驻编号 干部 类型 地区 自 至 结束 在岗天数 请假天数 驻村工作 培训人数 考核",
        "posting official kind region since until ended duty leave work trained grades",
    )
    return _Found(rows, titles, cells)


def _gaps(connection: Connection, posts: Sequence[Post], said: _Said) -> _Found:
    villages = poor_villages(connection, said.region, said.on, said.cuts)
    covered, missing = coverage(posts, villages, said.on)
    place = 0 if said.language == "zh" else 1
    rows = [{"region": one.village, "missing": list(one.missing)} for one in missing]
    cells = [[one.village, "、".join(GROUP_WORDS[name][place] for name in one.missing)] for one in missing]
    return _Found(rows, said.of("贫困村 缺少", "village missing"), cells, _covered(covered, said))


def _covered(covered: Sequence[Coverage], said: _Said) -> list[str]:
    """Coverage in words, each group and any."""
    assert {name for name, _ in GROUPS} < GROUP_WORDS.keys()
    place = 0 if said.language == "zh" else 1
    of = said.of("贫困村覆盖", "registered-poor villages covered")
    return [f"{of} {GROUP_WORDS[one.group][place]}: {one.covered:,} / {one.of:,}" for one in covered]


def _promotions(connection: Connection, said: _Said) -> _Found:
    found = promotions(connection, said.region, said.cuts)
    rows = [one._asdict() | {"changed": one.changed} for one in found]
    cells = []
    for one in found:
        now, mark = "-" if one.now is None else str(one.now), said.of("已变化", "changed") if one.changed else ""
        cells.append([one.posting, one.official, one.measure, one.subject, str(one.value), now, mark])
    titles = said.of(
        "派驻编号 干部 指标 对象 提拔时所依据 现在所知 标记", "posting official measure subject stated now mark"
    )
    return _Found(rows, titles, cells)


def _named(row: dict[str, Any], names: Mapping[str, str], people: Mapping[str, str]) -> dict[str, Any]:
    """A row with the names of its place and person, where they are known and may be seen."""
    more = {}
    if row.get("region") in names:
        more["region_name"] = names[row["region"]]
    if row.get("official") in people:
        more["name"] = people[row["official"]]
    return row | more
