"""Performance asked: the figures of the whole and of each row beside each other, each by a card of a version."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from typing import Final, NamedTuple

import msgspec
from sqlalchemy import Connection

from taizhang.domain.log import LogEnd, LogReader
from taizhang.projections.performance.aims import Aim, aim_inputs, aims
from taizhang.projections.performance.asked import Grouped, Grouping, Inputs, Question, periods, region_key, ties_of
from taizhang.projections.performance.cards import Card, current
from taizhang.projections.performance.inspected import Inspected, findings, inspected
from taizhang.projections.performance.money import money
from taizhang.projections.performance.officials import officials, posts_of
from taizhang.projections.performance.reporting import reporting
from taizhang.projections.performance.trained import trained
from taizhang.projections.scope import DIGITS, level_of

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
    rows, following = _rows(connection, log, question, after, limit)
    made = [_row(key, inputs, chosen) for key, inputs in rows.items()]
    if question.by not in ("phase", "year", "official"):
        made.sort(key=lambda row: _rank(row, order))
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


def inputs_of(connection: Connection, question: Question) -> tuple[Inputs, list[Aim]]:
    """Every input of the whole, and the aims set for the very region."""
    seen = inspected(connection, question)
    found = _merged(
        trained(connection, question, "whole"),
        money(connection, question, "whole"),
        findings(seen, question, "whole"),
        reporting(connection, question, "whole", seen.visits),
    )
    aimed = aims(connection, question, [question.region])
    return _merged(found, aim_inputs(aimed, lambda _: "")).get("", {}), aimed


def report_id(
    question: Question, cards: Sequence[Card], at: LogEnd, language: str, seen_by: str, order: str = "", after: str = ""
) -> str:
    """The hash of everything that fixes an answer: question, cuts, log position, measures' versions, language, reader."""
    effective = question.cuts.as_effective_on
    asked = (question.region, question.by, question.period_kind, question.period, question.on.isoformat(), order, after)
    cuts = (question.cuts.as_recorded_at, effective and effective.isoformat())
    fixed = [asked, cuts, at.position, [card.id for card in cards], language, seen_by]
    return hashlib.sha256(msgspec.json.encode(fixed, order="deterministic")).hexdigest()


def _rows(connection: Connection, log: LogReader, question: Question, after: str, limit: int) -> tuple[Grouped, str]:
    if question.by in ("phase", "year"):
        return {key: inputs_of(connection, question.row(key))[0] for key in periods(question.by)}, ""
    seen = inspected(connection, question)
    if question.by == "official":
        posts = posts_of(connection, question, after, limit + 1)
        page = posts[:limit]
        found = officials(connection, log, question, page, seen)
        return found, page[-1].posting if len(posts) > limit else ""
    grouping: Grouping = question.by  # type: ignore[assignment]
    return _groups(connection, question, grouping, seen), ""


def _groups(connection: Connection, question: Question, by: Grouping, seen: Inspected) -> Grouped:
    found = _merged(
        trained(connection, question, by),
        money(connection, question, by),
        findings(seen, question, by),
        reporting(connection, question, by, seen.visits),
    )
    if by == "region":
        aimed = aims(connection, question, sorted(found))
        found = _merged(found, aim_inputs(aimed, lambda one: region_key(one.region, question)))
        level = question.digits()
        found = {key: inputs for key, inputs in found.items() if DIGITS[level_of(key)] == level}
    else:  # an organisation that holds classes is an institution, any other a department
        institutions = {one.institution for one in ties_of(connection, question.cuts).values()}
        found = {key: inputs for key, inputs in found.items() if (key in institutions) == (by == "institution")}
    return dict(sorted(found.items()))


def _merged(*parts: Grouped) -> Grouped:
    found: Grouped = {}
    for part in parts:
        for key, inputs in part.items():
            mine = found.setdefault(key, {})
            for name, amount in inputs.items():
                mine[name] = mine.get(name, 0) + amount
    return found


def _row(key: str, inputs: Inputs, cards: Sequence[Card]) -> PerformanceRow:
    return PerformanceRow(key, inputs, {card.name: card.value(inputs) for card in cards})


def _rank(row: PerformanceRow, order: str) -> tuple[object, ...]:
    names = (order, *ORDER) if order else ORDER
    return (*(-(row.figures.get(name) if row.figures.get(name) is not None else -1) for name in names), row.key)  # type: ignore[operator]
