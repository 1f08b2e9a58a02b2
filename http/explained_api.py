"""The facts behind a figure, and what changed between two moments, for programs: what the pages open, as lists."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date
from itertools import islice
from typing import Annotated, Any, Final

import msgspec
from starlette.exceptions import HTTPException

from taizhang.adapters.moments import microseconds
from taizhang.adapters.visibility import Eyes
from taizhang.domain.core import Actor
from taizhang.domain.decisions import INSTITUTION
from taizhang.domain.envelope import Recorded, Source, opened
from taizhang.http.api_endpoints import MOMENT, Code, Found, Listing, Moment, in_order, listing
from taizhang.http.api_problems import ApiProblem
from taizhang.http.ledger_api import LedgerAsked, scope_of
from taizhang.http.ledger_reading import KNOWN, Scope
from taizhang.http.seen import require_class
from taizhang.http.visit import CASEWORK, Visit
from taizhang.projections.figure_facts import CHANGES_PAGE, Change, changes, facts_between
from taizhang.projections.ledger_query import figure, whole_of
from taizhang.projections.replay import Cuts

COMPARES: Final = CASEWORK - {INSTITUTION}

Since = Annotated[
    str,
    msgspec.Meta(pattern=MOMENT, description="较早时点的入账时间 · the recording time of the earlier moment"),
]
SinceEffective = Annotated[
    date,
    msgspec.Meta(description="较早时点的发生日期 · the effective day of the earlier moment"),
]
"""Either of them left out: as at the later moment, which is that of the question itself."""


class FigureAsked(LedgerAsked, frozen=True, kw_only=True):
    """One figure of the ledger: of which measure; with an earlier moment only what leads from there to the later one."""

    measure: Annotated[Code, msgspec.Meta(description="指标,见 /api/ledger 的 figures · a measure of /api/ledger")]
    since: Since | None = None
    since_effective_on: SinceEffective | None = None


class ChangeRow(msgspec.Struct, frozen=True, kw_only=True):
    """A fact, by how much it changed the figure, and the class (of persons: the person) it did so for.

    `is_open`: it is the officer's to see; of others it is told only that they count.
    """

    subject: str
    position: int
    change: int
    is_open: bool
    recorded_at: int
    type: str
    occurred_on: date
    recorded_by: Actor | None
    source: Source | None


class FigureAnswer(Listing[ChangeRow], kw_only=True):
    """A figure and the facts behind it: on all pages their changes sum up to `value`, with an earlier moment to what it changed by."""

    measure: str
    value: int
    then: Annotated[int | None, msgspec.Meta(description="较早时点的数值 · the figure at the earlier moment")]


class BetweenAsked(LedgerAsked, frozen=True, kw_only=True):
    """Two moments, each on both axes; what is left out of the earlier one is as at the later."""

    since: Since | None = None
    since_effective_on: SinceEffective | None = None


class BetweenRow(msgspec.Struct, frozen=True, kw_only=True):
    """A measure at both moments."""

    measure: str
    then: int
    later: int
    change: int


def figure_explained(visit: Visit, asked: FigureAsked, at: Moment) -> Found:
    """The facts behind a figure of a region or class, each with the change it made."""
    scope = _figure_scope(visit, asked)
    if asked.measure not in KNOWN:
        raise HTTPException(404)
    value = figure(at.connection, scope, asked.measure, at.cuts)
    if asked.since is None and asked.since_effective_on is None:
        return Found({"measure": asked.measure, "value": value, "then": None}, _rows(visit, scope, asked.measure, at))
    past = earlier_cuts(asked.since, asked.since_effective_on, at)
    then = figure(at.connection, scope, asked.measure, past)
    told = {"measure": asked.measure, "value": value, "then": then}
    return Found(told, _between(visit, scope, asked.measure, at, past))


def figures_between(visit: Visit, asked: BetweenAsked, at: Moment) -> Found:
    """Every measure of a region or class at two moments; /api/ledger/facts tells what lies between."""
    scope, past = _figure_scope(visit, asked), earlier_cuts(asked.since, asked.since_effective_on, at)
    then, later = (_figures(at, scope, cuts) for cuts in (past, at.cuts))
    rows = [
        {"measure": name, "then": then[name], "later": later[name], "change": later[name] - then[name]}
        for name in sorted(KNOWN)
    ]
    return Found(rows=in_order(rows, "measure", at))


def _figure_scope(visit: Visit, asked: LedgerAsked) -> Scope:
    """Raises HTTPException (404) for a foreign region or class, and for a household or person, whose rows tell more."""
    scope = scope_of(visit, asked)
    if scope.household or scope.person:
        raise HTTPException(404)
    if scope.training_class:
        return scope._replace(region=scope.training_class[1:7])
    if visit.actor.role == INSTITUTION:
        require_class(visit, "")
    return scope


def _figures(at: Moment, scope: Scope, cuts: Cuts) -> dict[str, int]:
    if scope.training_class is None:
        return dict(whole_of(at.connection, scope, cuts))
    return {name: figure(at.connection, scope, name, cuts) for name in KNOWN}


def moment_of(text: str) -> int:
    """A moment as a question names it, UTC microseconds.

    Raises ApiProblem (404) for a day that no calendar has.
    """
    try:
        return microseconds(text)
    except (ValueError, OverflowError):
        raise ApiProblem("no-such-period") from None


def earlier_cuts(since: str | None, day: date | None, at: Moment) -> Cuts:
    """The earlier of two moments; what is left out of it is as at the later.

    Raises ApiProblem (404) for a day that no calendar has.
    """
    recorded = at.cuts.as_recorded_at if since is None else moment_of(since)
    return Cuts(recorded, at.cuts.as_effective_on if day is None else day)


def _rows(visit: Visit, scope: Scope, measure: str, at: Moment) -> Iterator[tuple[tuple[Any, ...], Any]]:
    behind, eyes = at.after(str, int), Eyes(visit.house.log, visit.actor)
    mark = "" if behind is None else f"{behind[0]}@{behind[1]}"
    page = CHANGES_PAGE if at.limit is None else min(CHANGES_PAGE, at.limit + 1)
    while True:
        found, mark = changes(at.connection, visit.house.log, scope, measure, at.cuts, mark, page)
        for one, fact in _with_facts(visit, found):
            yield (one.subject, one.position), change_row(one.subject, one.change, fact, is_open=eyes.sees(fact))
        if not mark:
            return


def _between(visit: Visit, scope: Scope, measure: str, at: Moment, past: Cuts) -> Iterator[tuple[tuple[Any, ...], Any]]:
    """What leads from the one moment to the other, in the same order."""
    behind, eyes = at.after(str, int), Eyes(visit.house.log, visit.actor)
    found = facts_between(at.connection, visit.house.log, scope, measure, past, at.cuts)
    wanted = (one for one in found if behind is None or (one.subject, one.position) > behind)
    while page := list(islice(wanted, CHANGES_PAGE)):
        for one, fact in _with_facts(visit, page):
            yield (one.subject, one.position), change_row(one.subject, one.change, fact, is_open=eyes.sees(fact))


def _with_facts(visit: Visit, found: Iterable[Change]) -> Iterator[tuple[Change, Recorded]]:
    told = list(found)
    stored = visit.house.log.at(sorted({one.position for one in told})) if told else []
    facts = {row.position: opened(row.position, row.leaf) for row in stored}
    return ((one, facts[one.position]) for one in told)


def change_row(subject: str, change: int, fact: Recorded, *, is_open: bool) -> ChangeRow:
    """A fact behind a figure; of one that is not open only that it counts."""
    return ChangeRow(
        subject=subject,
        position=fact.position,
        change=change,
        is_open=is_open,
        recorded_at=fact.recorded_at,
        type=type(fact.fact).TOPIC,
        occurred_on=fact.fact.occurred_on,
        recorded_by=fact.recorded_by if is_open else None,
        source=fact.source if is_open else None,
    )


ENDPOINTS = (
    listing("/api/ledger/facts", figure_explained, FigureAsked, ChangeRow, told=FigureAnswer, reads="ledger"),
    listing("/api/ledger/between", figures_between, BetweenAsked, BetweenRow, reads="ledger", roles=COMPARES),
)
