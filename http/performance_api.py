"""Performance for programs: the figures side by side, by the measures' versions; and the definition cards."""

from __future__ import annotations

from typing import Annotated, Any

import msgspec
from starlette.exceptions import HTTPException

from taizhang.adapters.performance import Answered, answer_json, leads_json, measure_json, row_json, row_names
from taizhang.adapters.visibility import DASHBOARD
from taizhang.http.api_endpoints import Found, Listing, Moment, OfRegion, Question, in_order, listing
from taizhang.http.errors import NoAnswer
from taizhang.http.performance_scope import SEES_PERFORMANCE, asked
from taizhang.http.seen import as_seen
from taizhang.http.visit import Visit
from taizhang.projections.performance.aggregates import without_small_cells
from taizhang.projections.performance.answer import performance
from taizhang.projections.performance.asked import By
from taizhang.projections.performance.cards import chosen, every_card
from taizhang.projections.performance.open_leads import open_leads

POSTINGS_MOST = 10_000
Figures = Annotated[dict[str, int | None], msgspec.Meta(description="按指标,见 /api/measures · by measure")]
Counts = dict[str, int]


class PerformanceAsked(OfRegion, frozen=True, kw_only=True):
    """Of which period, set side by side by what, by which versions of the measures."""

    by: By | None = None
    period: (
        Annotated[
            str, msgspec.Meta(max_length=30, description="阶段、年度或起止日期 · a phase, a year, or days from..to")
        ]
        | None
    ) = None
    versions: (
        Annotated[str, msgspec.Meta(max_length=2_000, description="指标版本,逗号分隔 · versions: late_share@1,…")]
        | None
    ) = None


class MeasureRow(msgspec.Struct, frozen=True, kw_only=True):
    """A definition card: a formula over at most two inputs, with words and a version."""

    id: str
    name: str
    version: int
    group: str
    unit: str
    zh: str
    en: str
    formula_zh: str
    formula_en: str
    prefers: str
    is_current: bool
    part: str
    whole: str | None


class PerformanceRow(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A region, department, institution, posting or period: figures, what they are made of, leads open beside them."""

    key: str
    figures: Figures
    inputs: Annotated[Counts, msgspec.Meta(description="投入项 · the counts that the figures are made of")]
    open_leads: Annotated[Counts, msgspec.Meta(description="未了疑点 · leads nobody has refuted, by severity")]
    name: str = ""


class PerformanceAnswer(Listing[PerformanceRow], kw_only=True):
    """The whole of what was asked for, the rows, the targets and plans, and the version of each measure."""

    figures: Figures
    inputs: Counts
    open_leads: Counts
    measures: Annotated[list[str], msgspec.Meta(description="指标及版本 · measures with their versions")]
    aims: list[dict[str, Any]]


def performance_figures(visit: Visit, _: PerformanceAsked, at: Moment) -> Found:
    """The performance of a region side by side: training, money, inspections, and how it is reported."""
    try:
        what = asked(visit)
    except NoAnswer:  # well formed, and names no period, grouping or measure
        raise HTTPException(404) from None
    question = what.question._replace(on=at.on)
    found = performance(
        at.connection,
        visit.house.log,
        question,
        at=at,
        cards=chosen(what.versions),
        language=visit.language,
        seen_by=visit.scope,
        limit=POSTINGS_MOST,
    )
    if visit.actor.role == DASHBOARD:
        found = without_small_cells(found)._replace(report=as_seen(visit, found.report))
    names = row_names(at.connection, question, [row.key for row in found.rows])
    told = Answered(question, at, found, names, open_leads(at.connection, visit.house.log, question))
    whole = answer_json(told)
    content = {name: whole[name] for name in ("figures", "inputs", "aims")}
    content |= {"open_leads": leads_json(told, ""), "measures": [card.id for card in found.cards]}
    rows = [row_json(told, row) for row in found.rows]
    return Found(content, in_order(rows, "key", at), found.report)


def measures(_: Visit, __: Question, at: Moment) -> Found:
    """Every version of every measure of performance; nothing is ever taken out."""
    return Found(rows=in_order([measure_json(card) for card in every_card()], "id", at))


ENDPOINTS = (
    listing(
        "/api/performance",
        performance_figures,
        PerformanceAsked,
        PerformanceRow,
        told=PerformanceAnswer,
        reads=("performance", "ledger", "funds", "inspections", "postings", "dated", "leads"),
        roles=SEES_PERFORMANCE,
    ),
    listing("/api/measures", measures, Question, MeasureRow, roles=SEES_PERFORMANCE),
)
