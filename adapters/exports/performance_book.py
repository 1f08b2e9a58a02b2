"""Performance as a workbook: the figures with their inputs, targets and plans, the definition cards, and what fixes it all."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

import xlsxwriter

from taizhang.adapters.moments import beijing
from taizhang.adapters.performance import Answered
from taizhang.projections.performance.cards import Card

FORMATS: Final = {"basis-points": "0.0%", "fen": "#,##0.00", "minutes": "#,##0.0"}
UNITS: Final = {"basis-points": "%", "fen": "元 yuan", "minutes": "小时 hours"}
FIRST_COLUMNS: Final = ("编号 key", "名称 name")
LEADS_TITLE: Final = "未了疑点\nopen leads"
AIM_TITLES: Final = (
    *("类别 kind", "项目或计划 subject", "地区 region", "自 since", "至 until", "单位 unit", "目标 amount"),
    *("培训人数 persons", "其中建档立卡人数 persons, poor", "培训人次 person-times"),
    *("其中建档立卡人次 person-times, poor", "有考勤学时(小时) evidenced hours", "六个月就业 confirmed after 6 months"),
)


def write_performance(path: Path, told: Answered) -> None:
    """Write the workbook: 绩效, 目标与计划, 指标卡, 说明."""
    options = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    with xlsxwriter.Workbook(str(path), options) as book:
        bold = book.add_format({"bold": True, "text_wrap": True, "valign": "top"})
        formats = {unit: book.add_format({"num_format": shape}) for unit, shape in FORMATS.items()}
        plain, wrapped = book.add_format({"num_format": "#,##0"}), book.add_format({"text_wrap": True, "valign": "top"})
        _figures(book.add_worksheet("绩效"), told, bold, formats, plain)
        _aims(book.add_worksheet("目标与计划"), told, bold, plain)
        _cards(book.add_worksheet("指标卡"), told.found.cards, bold, wrapped)
        _fixed(book.add_worksheet("说明"), told, bold)


def number(card: Card, value: int) -> float | int:
    """A figure as a cell holds it: a share as a fraction, fen as yuan, minutes as hours."""
    if card.unit == "basis-points":
        return value / 10_000
    return value / 100 if card.unit == "fen" else value / 60 if card.unit == "minutes" else value


def _figures(sheet: Any, told: Answered, bold: Any, formats: dict[str, Any], plain: Any) -> None:
    cards = told.found.cards
    titles = [f"{card.zh}\n{card.en}\n{_unit(card)} v{card.version}" for card in cards]
    sheet.write_row(0, 0, [*FIRST_COLUMNS, *titles, LEADS_TITLE], bold)
    for line, row in enumerate((told.found.whole, *told.found.rows), 1):
        sheet.write_string(line, 0, row.key or told.question.region)
        sheet.write_string(line, 1, "合计 whole" if line == 1 else told.names.get(row.key, ""))
        for place, card in enumerate(cards, len(FIRST_COLUMNS)):
            value = row.figures[card.name]
            if value is not None:
                sheet.write_number(line, place, number(card, value), formats.get(card.unit, plain))
        leads = told.leads_of(row.key)
        if leads is not None:
            sheet.write_number(line, len(FIRST_COLUMNS) + len(cards), leads.many, plain)
    sheet.freeze_panes(1, len(FIRST_COLUMNS))
    sheet.set_column(0, 1, 20)
    sheet.set_column(2, 1 + len(cards), 16)
    sheet.set_landscape()
    sheet.repeat_rows(0)


def _aims(sheet: Any, told: Answered, bold: Any, plain: Any) -> None:
    sheet.write_row(0, 0, AIM_TITLES, bold)
    for line, one in enumerate(told.found.aims, 1):
        words = (one.kind, one.subject, one.region, one.since.isoformat(), one.until.isoformat(), one.unit)
        sheet.write_row(line, 0, words)
        reached = [one.reached[name] for name in ("persons", "persons_poor", "person_times", "person_times_poor")]
        hours = one.reached["evidenced_minutes"] / 60
        sheet.write_row(line, len(words), [one.amount, *reached, hours, one.reached["confirmed_6"]], plain)
    sheet.set_column(0, len(AIM_TITLES) - 1, 18)
    sheet.freeze_panes(1, 2)


def _cards(sheet: Any, cards: Sequence[Card], bold: Any, wrapped: Any) -> None:
    sheet.write_row(0, 0, ["指标 measure", "版本 version", "名称", "name", "单位 unit", "公式", "formula"], bold)
    for line, card in enumerate(cards, 1):
        words = (card.name, card.version, card.zh, card.en, _unit(card), card.formula_zh, card.formula_en)
        sheet.write_row(line, 0, words, wrapped)
    sheet.set_column(0, 4, 18)
    sheet.set_column(5, 6, 60)


def _fixed(sheet: Any, told: Answered, bold: Any) -> None:
    question, cuts = told.question, told.question.cuts
    pairs = [
        ("地区 region", question.region),
        ("并列 by", question.by),
        ("期间 period", question.period or "全部 all"),
        ("报告编号 report", told.found.report),
        ("日志位置 position", told.at.position),
        ("该位置入账时间 recorded", beijing(told.at.recorded_at).isoformat() if told.at.recorded_at else ""),
        ("入账截至 as recorded at", beijing(cuts.as_recorded_at).isoformat() if cuts.as_recorded_at else ""),
        ("发生截至 as effective on", cuts.as_effective_on or ""),
        ("期限计算日 deadlines as on", question.on),
        ("指标版本 measures", " ".join(card.id for card in told.found.cards)),
    ]
    for line, (what, value) in enumerate(pairs):
        sheet.write_string(line, 0, what, bold)
        sheet.write_string(line, 1, str(value))
    sheet.set_column(0, 0, 30)
    sheet.set_column(1, 1, 80)


def _unit(card: Card) -> str:
    return UNITS.get(card.unit, {"persons": "人 persons", "person-times": "人次 person-times"}.get(card.unit, "项"))
