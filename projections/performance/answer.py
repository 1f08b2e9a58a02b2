"""Performance asked: the figures of the whole and of each row beside each other, each by a card of a version."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from typing import Final, NamedTuple

import msgspec
from sqlalchemy import Connection

from taizhang.domain.log import LogEnd, LogReader
from taizhang.projections.performance.aims import Aim
from taizhang.projections.performance.asked import Inputs, Question
from taizhang.projections.performance.cards import Card, current
from taizhang.projections.performance.groups import inputs_of, rows_of

ORDER: Final = ("evidenced_minutes", "confirmed_6", "certified")  # never heads first
OFFICIALS_PAGE: Final = 50


class PerformanceRow(NamedTuple):
    """One group: a region, department, institution, posting or period, with its inputs and its figures by card."""

    key: str
    inputs: Mapping[str, int]
    figures: Mapping[str, int | None]


class Performance(NamedTuple):
    """An answer: the whole, the rows, the targets and plans of the region, and the id that fixes them for ever."""

    whole: PerformanceRow
    rows: list[PerformanceRow]
    aims: list[Aim]
    cards: tuple[Card, ...]
    report: str
    next: str = ""


def performance(
    connection: Connection,
    log: LogReader,
    question: Question,
    *,
    at: LogEnd,
    cards: Sequence[Card] | None = None,
    order: str = "",
    language: str = "zh",
    seen_by: str = "",
    after: str = "",
    limit: int = OFFICIALS_PAGE,
) -> Performance:
    """The figures asked for; `cards` are the measures, each in the version that is to be reckoned with.

    Rows come by evidenced hours and confirmed outcomes, or by the measure `order`; postings by id, a page of them.
    """
    chosen = tuple(cards) if cards is not None else current()
    whole, aimed = inputs_of(connection, question)
    rows, following = rows_of(connection, log, question, after, limit)
    made = [_row(key, inputs, chosen) for key, inputs in rows.items()]
    if question.by not in ("phase", "year", "official"):
        made.sort(key=lambda row: rank(row, order))
    return Performance(
        _row("", whole, chosen),
        made,
        aimed,
        chosen,
        report_id(question, chosen, at, language, seen_by, order, after),
        following,
    )


def figures_of(connection: Connection, question: Question, cards: Iterable[Card]) -> dict[str, int | None]:
    """The figures of the whole alone, by the names of the cards."""
    inputs, _ = inputs_of(connection, question)
    return {card.name: card.value(inputs) for card in cards}


def report_id(
    question: Question, cards: Sequence[Card], at: LogEnd, language: str, seen_by: str, order: str = "", after: str = ""
) -> str:
    """The hash of everything that fixes an answer: question, cuts, log position, measures' versions, language, reader."""
    effective = question.cuts.as_effective_on
    asked = (question.region, question.by, question.period_kind, question.period, question.on.isoformat(), order, after)
    cuts = (question.cuts.as_recorded_at, effective and effective.isoformat())
    fixed = [asked, cuts, at.position, [card.id for card in cards], language, seen_by]
    return hashlib.sha256(msgspec.json.encode(fixed, order="deterministic")).hexdigest()


def _row(key: str, inputs: Inputs, cards: Sequence[Card]) -> PerformanceRow:
    return PerformanceRow(key, inputs, {card.name: card.value(inputs) for card in cards})


def rank(row: PerformanceRow, order: str) -> tuple[object, ...]:
    """Where a row stands among others."""
    names = (order, *ORDER) if order else ORDER
    return (*(-(row.figures.get(name) if row.figures.get(name) is not None else -1) for name in names), row.key)  # type: ignore[operator]
