"""How the command `performance` says what it found: tables, JSON documents, marks to go on after."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final, NamedTuple

from rich.console import Console
from rich.table import Table

from taizhang.adapters.cli.money import WIDTH
from taizhang.adapters.cli.session import CallUnusable, put, put_json, say
from taizhang.adapters.house import House
from taizhang.adapters.moments import beijing
from taizhang.adapters.performance import Answered, measure_json, worded
from taizhang.projections.performance.asked import By, Question
from taizhang.projections.performance.behind import behind
from taizhang.projections.performance.cards import Card, UnknownCard, card_of, chosen, every_card
from taizhang.projections.performance.promotions import Reopened
from taizhang.projections.performance.then_and_now import between, then_and_now
from taizhang.projections.replay import Cuts

SHOWN: Final = (
    "evidenced_minutes",
    "confirmed_6",
    "certified",
    "wish_match",
    "persons",
    "persons_poor",
    "person_times",
)
SHOWN_LATER: Final = (
    *(
        "cost_per_certificate",
        "execution",
        "paid_on_time",
        "findings",
        "rectified_on_time",
        "recurrence",
        "changed_under",
    ),
    *("late_share", "after_reminder", "bunching", "self_blind", "good_news_only", "after_seal"),
)
AIMED: Final = ("target_times", "target_times_done", "plan_times", "plan_done")


class Call(NamedTuple):
    """What was typed, read."""

    region: str
    by: By
    period: tuple[str, str]
    versions: tuple[str, ...]
    language: str

    def of(self, zh: str, en: str) -> str:
        return zh if self.language == "zh" else en


def put_tables(call: Call, told: Answered) -> None:
    """What was achieved, then money, inspections and reporting, then the targets: each a table of its own."""
    by_name = {card.name: card for card in told.found.cards}
    titles = call.of("绩效", "Performance"), call.of("资金、检查与填报", "Money, inspections, reporting")
    for title, names in ((titles[0], SHOWN), (titles[1], SHOWN_LATER), (call.of("目标", "Targets"), AIMED)):
        if names is AIMED and not any(told.found.whole.figures[name] for name in AIMED) and call.by != "region":
            continue
        table = Table(title=f"{title} {call.region} {call.period[1]}".strip())
        table.add_column(call.of("编号", "key"), no_wrap=True)
        table.add_column(call.of("名称", "name"))
        for name in names:
            table.add_column(_label(by_name[name], call), justify="right")
        table.add_column(call.of("未了疑点", "open leads"), justify="right")
        for row in (told.found.whole, *told.found.rows):
            name = told.names.get(row.key, "") if row.key else call.of("合计", "whole")
            cells = [worded(by_name[one], row.figures[one]) for one in names]
            leads = told.leads_of(row.key)
            table.add_row(row.key or call.region, name, *cells, f"{leads.many:,}" if leads is not None else "-")
        Console(width=WIDTH).print(table)
    at = beijing(told.at.recorded_at).strftime("%Y-%m-%d %H:%M:%S") if told.at.recorded_at else "-"
    put(f"position {told.at.position}  recorded {at}  report {told.found.report}")
    if told.found.next:
        say(f"下一页:--after {told.found.next}", f"More: --after {told.found.next}", call.language)


def _label(card: Card, call: Call) -> str:
    label = call.of(card.zh, card.en)
    return f"{label} (v{card.version})" if card.version > 1 or not card.is_current else label


def put_cards(call: Call, as_json: bool) -> None:
    """Every version of every measure, with its formula."""
    found = every_card()
    if as_json:
        put_json({"rows": [measure_json(card) for card in found], "next": None})
        return
    table = Table(call.of("指标", "measure"), call.of("名称", "name"), call.of("公式", "formula"), show_lines=True)
    for card in found:
        table.add_row(card.id, call.of(card.zh, card.en), call.of(card.formula_zh, card.formula_en))
    Console(width=WIDTH).print(table)


def put_then(house: House, call: Call, question: Question, then_at: int, as_json: bool) -> None:
    """The whole as reported then, beside what is known now, with the facts that make the difference."""
    cards, then = chosen(call.versions), Cuts(then_at, question.cuts.as_effective_on)
    with house.log.database.read() as connection:
        found = then_and_now(connection, question, then, cards)
        rows: list[dict[str, Any]] = []
        for one in found:
            facts = between(connection, house.log, question, then, one.card) if one.changed else []
            told: dict[str, Any] = {"measure": one.card.id, "then": one.then, "now": one.now, "changed": one.changed}
            rows.append(told | {"facts": [fact._asdict() for fact in facts]})
    if as_json:
        put_json({"region": call.region, "then": then_at, "rows": rows, "next": None})
        return
    table = Table(
        call.of("指标", "measure"),
        call.of("当时上报", "then"),
        call.of("现在所知", "now"),
        call.of("相关事实", "facts"),
    )
    for one, row in zip(found, rows, strict=True):
        positions = " ".join(f"#{fact['position']}" for fact in row["facts"][:10])
        more = len(row["facts"]) - 10
        label = f"{call.of(one.card.zh, one.card.en)} {one.card.id}"
        listed = positions + (f" +{more}" if more > 0 else "")
        table.add_row(label, worded(one.card, one.then), worded(one.card, one.now), listed)
    Console(width=WIDTH).print(table)


def put_behind(house: House, call: Call, question: Question, measure: str, key: str, after: str, as_json: bool) -> None:
    """The facts of the measure's inputs: of the part, and of the whole it is a share of."""
    try:
        card = card_of(measure)
    except UnknownCard as unknown:
        raise CallUnusable(unknown.zh, str(unknown)) from None
    rows: list[dict[str, Any]] = []
    marks: dict[str, str] = {}
    with house.log.database.read() as connection:
        for name in (one for one in (card.part, card.whole) if one):
            found, following = behind(connection, house.log, question, key, name, after)
            rows += [one._asdict() | {"input": name} for one in found]
            if following:
                marks[name] = following
    if as_json:
        put_json({"measure": card.id, "row": key or None, "rows": rows, "next": marks or None})
        return
    table = Table("position", call.of("变化", "change"), call.of("对象", "subject"), call.of("投入项", "input"))
    for one in rows:
        table.add_row(f"#{one['position']}", str(one["change"]), one["subject"], one["input"])
    Console(width=WIDTH).print(table)
    for name, mark in marks.items():
        say(f"{name} 还有:--after {mark}", f"More of {name}: --after {mark}", call.language)


def put_promotions(call: Call, found: list[Reopened], people: Mapping[str, str], as_json: bool) -> None:
    """What promotions rest on: as stated, as the log said at the position named, as known now."""
    if as_json:
        rows = [
            one._asdict()
            | {"promoted_on": one.promoted_on.isoformat(), "differs": one.differs, "changed": one.changed}
            | ({"name": people[one.official]} if one.official in people else {})
            for one in found
        ]
        put_json({"region": call.region, "rows": rows, "next": None})
        return
    titles = call.of(
        "派驻编号 干部 提拔日 依据位置 指标 对象 所述 当时所知 现在所知 标记",
        "posting official promoted position measure subject stated then now mark",
    )
    table = Table(*titles.split())
    for one in found:
        mark = call.of("与当时不符", "not as the log said") if one.differs else ""
        mark = mark or (call.of("已变化", "changed since") if one.changed else "")
        told = (
            one.posting,
            people.get(one.official, one.official),
            one.promoted_on.isoformat(),
            _or_dash(one.position),
        )
        figures = (one.measure, one.subject, str(one.stated), _or_dash(one.then), _or_dash(one.now))
        table.add_row(*told, *figures, mark)
    Console(width=WIDTH).print(table)


def _or_dash(value: int | None) -> str:
    return "-" if value is None else f"{value:,}"
