"""Rules and leads for programs: what is asked of the facts, and what somebody should look at."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Annotated, Any, Final, Literal

import msgspec

from taizhang.domain.leads.ids import PATTERN
from taizhang.domain.leads.rules import SEEING
from taizhang.http.api_endpoints import Code, Dated, Found, Listing, Moment, OfRegion, Question, in_order, listing
from taizhang.http.past import leads_asked
from taizhang.http.visit import Visit
from taizhang.projections.funds.rows import recorded_ordinal
from taizhang.projections.rules.graph import graph_of
from taizhang.projections.rules.judging import counting, judged_at
from taizhang.projections.rules.leads import lead_row, leads
from taizhang.projections.rules.rule import stated_thresholds
from taizhang.projections.rules.rules import all_rules

MOST: Final = 1_000_000
Severity = Literal["high", "medium", "low"]


class LeadsAsked(OfRegion, frozen=True, kw_only=True):
    """What narrows the leads down; the officer's own region when none is named."""

    rule: Code | None = None
    status: Code | None = None
    severity: Severity | None = None
    of: Annotated[Code, msgspec.Meta(description="对象,例如 class:编号 · a subject, such as class:ID")] | None = None


class LeadRow(msgspec.Struct, frozen=True, kw_only=True):
    """A lead 疑点: it accuses nobody. `known_position`: from this fact on it could be known."""

    lead: Annotated[str, msgspec.Meta(pattern=PATTERN)]
    rule: str
    version: int
    severity: Severity
    region: str
    status: str
    subjects: list[str]
    sum_fen: int
    positions: Annotated[list[int], msgspec.Meta(description="所据事实 · facts it rests on, at most 200")]
    positions_in_all: int
    known_position: int
    words: Annotated[dict[str, str], msgspec.Meta(description="zh, en")]


class LeadsAnswer(Listing[LeadRow], kw_only=True):
    """The leads, and up to which position of the log the rules have judged."""

    judged_position: int


class ParameterRow(msgspec.Struct, frozen=True, kw_only=True):
    """A threshold: what holds until a policy fact sets it."""

    name: str
    default: int
    zh: str
    en: str


class RuleRow(msgspec.Struct, frozen=True, kw_only=True):
    """A rule: the question, what may be innocent, which patterns of docs/falsification.md it answers."""

    name: str
    rule: str
    version: int
    counts: bool
    severity: Severity
    patterns: tuple[str, ...]
    zh: str
    en: str
    question_zh: str
    question_en: str
    innocent_zh: str
    innocent_en: str
    parameters: list[ParameterRow]


class RelationsAsked(Dated, frozen=True, kw_only=True):
    """Around whom."""

    of: Annotated[Code, msgspec.Meta(description="对象 · account:…, person:…, household:…, officer:…, class:…")]


class TieRow(msgspec.Struct, frozen=True, kw_only=True):
    """A tie between two subjects: how, in how many facts, over which sum, and the first fact."""

    id: str
    one: str
    other: str
    how: str
    facts: int
    sum_fen: int
    position: int


class RelationsAnswer(Listing[TieRow], kw_only=True):
    """Whoever is tied to the subject; `cut`: there is more than is told."""

    nodes: list[str]
    cut: bool


def api_relations(visit: Visit, asked: RelationsAsked, at: Moment) -> Found:
    """Who is tied to a subject in at most two steps; for officers of the whole province, since ties cross counties.

    Raises OutsideYourRegion.
    """
    visit.region("620000")
    with leads_asked(visit, at) as connection:
        graph = graph_of(connection, asked.of)
    rows = [{"id": f"{tie.one} {tie.how} {tie.other}", **tie._asdict()} for tie in graph.ties]
    return Found({"nodes": list(graph.nodes), "cut": graph.cut}, in_order(rows, "id", at))


def api_leads(visit: Visit, asked: LeadsAsked, at: Moment) -> Found:
    """The leads of a region by id, with status, subjects, facts and words in both languages; at a moment, asked anew of what was known then.

    Raises ApiProblem (409) while the moment is being folded.
    """
    region = visit.region(asked.region or visit.scope)
    with leads_asked(visit, at) as connection:
        found = leads(
            connection,
            region,
            rule=asked.rule or "",
            status=asked.status or "",
            severity=asked.severity or "",
            subject=asked.of or "",
            limit=MOST,
        )
        judged = judged_at(connection)[0]
    rows = [lead_row(lead, status) for lead, status in found]
    return Found({"judged_position": judged}, in_order(rows, "lead", at))


def api_rules(_: Visit, __: Question, at: Moment) -> Found:
    """Every rule, those that count and the candidates beside them."""
    today = date.fromordinal(recorded_ordinal(at.recorded_at))
    counts = {rule.name for rule in counting(all_rules(), stated_thresholds(at.connection), today)}
    return Found(rows=in_order(_rules(counts), "name", at))


def _rules(counts: set[str]) -> Iterator[dict[str, Any]]:
    told = [name for name in RuleRow.__struct_fields__ if name not in ("name", "rule", "counts", "parameters")]
    for rule in all_rules():
        row = {name: getattr(rule, name) for name in told}
        parameters = [one._asdict() for one in rule.parameters]
        yield {"name": rule.name, "rule": rule.id, "counts": rule.name in counts, "parameters": parameters, **row}


ENDPOINTS = (
    listing("/api/leads", api_leads, LeadsAsked, LeadRow, told=LeadsAnswer, reads=("leads", "funds"), roles=SEEING),
    listing(
        "/api/relations",
        api_relations,
        RelationsAsked,
        TieRow,
        told=RelationsAnswer,
        reads=("leads", "funds"),
        roles=SEEING,
    ),
    listing("/api/rules", api_rules, Question, RuleRow, reads=("leads", "funds"), roles=SEEING),
)
