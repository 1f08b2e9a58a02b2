"""Facts for programs, as the log holds them and as far as the officer may see them."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Annotated, Any

import msgspec
from starlette.exceptions import HTTPException

from taizhang.adapters.fact_rows import fact_row, fact_rows
from taizhang.domain.core import Actor, LateAddition
from taizhang.domain.envelope import Paper, Recorded, Source
from taizhang.http.api_endpoints import Answer, Dated, Found, Moment, OfRegion, listing, single
from taizhang.http.fact_reading import Listing, fact_at, facts_of, facts_of_type, latest
from taizhang.http.ledger_api import Period, known_period
from taizhang.http.scope import require_within
from taizhang.http.visit import Visit
from taizhang.projections.measures import days_of_period


class FactsAsked(OfRegion, frozen=True, kw_only=True):
    """Facts about one thing, of one kind, or all of them with the newest first."""

    of: (
        Annotated[str, msgspec.Meta(max_length=150, description="关于何物 · about class:…, person:…, household:…")]
        | None
    ) = None
    type: Annotated[str, msgspec.Meta(max_length=120, description="事实种类 · kind of fact")] | None = None
    period: Period | None = None


class FactRow(msgspec.Struct, frozen=True, kw_only=True):
    """A fact with its envelope."""

    position: int
    type: str
    recorded_at: int
    recorded_by: Actor | None
    occurred_on: date
    command: str | None
    source: Source | None
    reason: str | None
    paper: Paper | None
    addition: LateAddition | None
    tags: list[str]
    body: dict[str, Any]
    corrections: Annotated[list[int], msgspec.Meta(description="更正此条的位置 · positions of its corrections")]


class FactAsked(Dated, frozen=True, kw_only=True):
    """One fact by its position in the log."""

    position: Annotated[int, msgspec.Meta(ge=1, le=2**53)]


class FactAnswer(Answer, kw_only=True):
    """One fact, in the shape of a list."""

    rows: Annotated[list[FactRow], msgspec.Meta(min_length=1, max_length=1)]
    next: None


def facts(visit: Visit, asked: FactsAsked, at: Moment) -> Found:
    """Facts about one thing, of one kind, or all of them with the newest first; those of a region and period."""
    actor = visit.actor
    if asked.region is not None:
        actor = msgspec.structs.replace(actor, region=require_within(asked.region, visit.scope))
    days = _days(asked.period)
    return Found(rows=_rows(visit, asked, at, actor, days))


def fact(visit: Visit, asked: FactAsked, at: Moment) -> Found:
    """One fact with its corrections, those that were known at the cut.

    Raises HTTPException (404) also for one that was not known, or not effective, then.
    """
    if asked.position > at.position:
        raise HTTPException(404)
    recorded = fact_at(visit.house.log, asked.position, visit.actor)
    if not _within(recorded, at, None):
        raise HTTPException(404)
    return Found({"rows": [fact_row(visit.house.log, recorded, at.cuts.as_recorded_at)], "next": None})


def _days(period: str | None) -> tuple[date, date] | None:
    return days_of_period(*known_period(period)) if period else None


def _rows(
    visit: Visit, asked: FactsAsked, at: Moment, actor: Actor, days: tuple[date, date] | None
) -> Iterator[tuple[tuple[Any, ...], Any]]:
    behind = at.after(int)
    after = behind[0] if behind is not None else None
    while True:
        page = _page(visit, asked, actor, after, at)
        wanted = [fact for fact in page.facts if fact.position <= at.position and _within(fact, at, days)]
        for row in fact_rows(visit.house.log, wanted, at.cuts.as_recorded_at):
            yield (row["position"],), row
        if page.after is None:
            return
        after = page.after


def _page(visit: Visit, asked: FactsAsked, actor: Actor, after: int | None, at: Moment) -> Listing:
    log, until = visit.house.log, at.cuts.as_recorded_at
    if asked.of:
        return facts_of(log, asked.of, actor, after or 0, until)
    if asked.type:
        return facts_of_type(log, [asked.type], actor, after or 0, until)
    return latest(log, actor, after) if after is not None else visit.reception.newest.facts(log, actor)


def _within(fact: Recorded, at: Moment, days: tuple[date, date] | None) -> bool:
    on, recorded, effective = fact.fact.occurred_on, at.cuts.as_recorded_at, at.cuts.as_effective_on
    known = recorded is None or fact.recorded_at <= recorded
    return known and (effective is None or on <= effective) and (days is None or days[0] <= on <= days[1])


ENDPOINTS = (
    listing("/api/facts", facts, FactsAsked, FactRow),
    single("/api/facts/{position:int}", fact, FactAsked, FactAnswer),
)
