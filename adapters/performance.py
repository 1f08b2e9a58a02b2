"""Performance as command line and pages ask it: question, measures' versions, names of the rows, figures as people read them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final, NamedTuple

from sqlalchemy import Connection, select

from taizhang.adapters.exports.words import masked_names, yuan
from taizhang.adapters.house import House
from taizhang.domain.log import LogEnd
from taizhang.projections.follow import ViewStatus
from taizhang.projections.funds.cuts import recorded_day
from taizhang.projections.performance.answer import Performance, PerformanceRow, performance
from taizhang.projections.performance.asked import By, Question
from taizhang.projections.performance.cards import Card, chosen
from taizhang.projections.performance.open_leads import OpenLeads, open_leads
from taizhang.projections.postings.moment import posts_at
from taizhang.projections.region_names import region_names
from taizhang.projections.replay import NOW, Cuts
from taizhang.projections.tables_registry import registry_tables

VIEW: Final = "performance"
NOTHING: Final = "-"


class Answered(NamedTuple):
    """A question about performance with its answer, where the view is, and the names of the rows."""

    question: Question
    at: LogEnd
    found: Performance
    names: Mapping[str, str]
    leads: Mapping[str, OpenLeads]  # by row; "" is the whole
    lag_seconds: float = 0.0

    def leads_of(self, key: str) -> OpenLeads | None:
        """The open leads of a row; None: of a period no lead is told apart."""
        return None if key and self.question.by in ("phase", "year") else self.leads.get(key, OpenLeads())


def view_state(house: House) -> ViewStatus:
    """How far the view of performance is."""
    found = next((view for view in house.views.status() if view.name == VIEW), None)
    if found is None:
        house.views.set_up()
        found = next(view for view in house.views.status() if view.name == VIEW)
    return found


def question_of(
    house: House, region: str, by: By = "region", period: tuple[str, str] = ("all", ""), cuts: Cuts = NOW
) -> Question:
    """The question; deadlines are looked at on the effective day asked for, or the recording cut's day, or today."""
    on = cuts.as_effective_on
    if on is None:
        on = recorded_day(cuts.as_recorded_at) if cuts.as_recorded_at is not None else house.desk.today()
    return Question(on, region, by, *period, cuts)


def ask(
    house: House,
    question: Question,
    versions: Iterable[str] = (),
    *,
    order: str = "",
    language: str = "zh",
    seen_by: str = "",
    after: str = "",
    names_people: bool = False,
) -> Answered:
    """The answer with the measures in their current versions, or in those asked for by name: "late_share@1".

    Raises UnknownCard.
    """
    at = view_state(house)
    with house.log.database.read() as connection:
        found = performance(
            connection,
            house.log,
            question,
            at=at,
            cards=chosen(versions),
            order=order,
            language=language,
            seen_by=seen_by,
            after=after,
        )
        names = row_names(connection, question, [row.key for row in found.rows])
        leads = open_leads(connection, house.log, question)
        officials = _officials(connection, question) if names_people and question.by == "official" else {}
    if officials:
        people = masked_names(house, officials.values())
        names |= {posting: people[who] for posting, who in officials.items() if who in people}
    return Answered(question, at, found, names, leads, at.lag_seconds)


def row_names(connection: Connection, question: Question, keys: Sequence[str]) -> dict[str, str]:
    """What regions and organisations are called."""
    if question.by == "region":
        return region_names(connection, question.cuts, keys)
    if question.by in ("department", "institution"):
        t = registry_tables().organisations.c
        rows = connection.execute(select(t.organisation, t.name))
        return {organisation: name for organisation, name in rows if name and organisation in set(keys)}
    return {}


def _officials(connection: Connection, question: Question) -> dict[str, str]:
    return {post.posting: post.official for post in posts_at(connection, question.region, question.cuts)}


def worded(card: Card, value: int | None) -> str:
    """A figure as people read it: minutes as hours, fen as yuan, shares in per cent."""
    if value is None:
        return NOTHING
    if card.unit == "basis-points":
        return f"{value / 100:.1f}%"
    if card.unit == "fen":
        return yuan(value)
    return f"{value / 60:,.1f}" if card.unit == "minutes" else f"{value:,}"


def measure_json(card: Card) -> dict[str, Any]:
    """A definition card as JSON."""
    names = ("id", "name", "version", "group", "unit", "zh", "en", "formula_zh", "formula_en", "prefers", "is_current")
    return {name: getattr(card, name) for name in names} | {"part": card.part, "whole": card.whole or None}


def row_json(told: Answered, row: PerformanceRow) -> dict[str, Any]:
    """A row as JSON: each figure with the inputs that it is made of, and the leads that are open beside it."""
    figures = {"figures": dict(row.figures), "inputs": inputs_json(row, told.found.cards)}
    name = told.names.get(row.key)
    return {"key": row.key, **({"name": name} if name else {}), **figures, "open_leads": leads_json(told, row.key)}


def leads_json(told: Answered, key: str) -> dict[str, int]:
    """The open leads of a row, by severity, with the sum they are about; nothing of a period."""
    found = told.leads_of(key)
    return {**found._asdict(), "count": found.many} if found is not None else {}


def inputs_json(row: PerformanceRow, cards: Sequence[Card]) -> dict[str, int]:
    """The inputs that these measures are made of."""
    wanted = {name for card in cards for name in (card.part, card.whole) if name}
    return {name: row.inputs.get(name, 0) for name in sorted(wanted)}


def answer_json(told: Answered) -> dict[str, Any]:
    """The whole answer as JSON, in the frame of the other answers."""
    question, found = told.question, told.found
    effective = question.cuts.as_effective_on
    aims = [
        one._asdict() | {"since": one.since.isoformat(), "until": one.until.isoformat()} for one in found.aims
    ]  # fmt: skip
    return {
        "position": told.at.position,
        "recorded_at": told.at.recorded_at,
        "lag_seconds": told.lag_seconds,
        "report": found.report,
        "as_recorded_at": question.cuts.as_recorded_at,
        "as_effective_on": effective.isoformat() if effective is not None else None,
        "on": question.on.isoformat(),
        "region": question.region,
        "by": question.by,
        "period": question.period or None,
        "measures": [measure_json(card) for card in found.cards],
        "figures": dict(found.whole.figures),
        "inputs": inputs_json(found.whole, found.cards),
        "open_leads": leads_json(told, ""),
        "aims": aims,
        "rows": [row_json(told, row) for row in found.rows],
        "next": found.next or None,
    }
