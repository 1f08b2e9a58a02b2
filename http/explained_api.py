"""The facts behind a figure, and what changed between two moments, for programs: what the pages open, as lists."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date
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
from taizhang.projections.figure_facts import CHANGES_PAGE, Change, changes
from taizhang.projections.ledger_query import figure, whole_of

COMPARES: Final = CASEWORK - {INSTITUTION}

Since = Annotated[
    str,
    msgspec.Meta(pattern=MOMENT, description="较早的入账时间 · the earlier recording time"),
]


class FigureAsked(LedgerAsked, frozen=True, kw_only=True):
    """One figure of the ledger: of which measure; with `since` only what was recorded after that moment."""

    measure: Annotated[Code, msgspec.Meta(description="指标,见 /api/ledger 的 figures · a measure of /api/ledger")]
    since: Since | None = None


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
    """A figure and the facts behind it: on all pages their changes sum up to `value`, with `since` to what it changed by."""

    measure: str
    value: int
    then: Annotated[int | None, msgspec.Meta(description="since 当时的数值 · the figure as known at `since`")]


class BetweenAsked(LedgerAsked, frozen=True, kw_only=True):
    """Two recording times: `since`, and `as_recorded_at` or now."""

    since: Since


class BetweenRow(msgspec.Struct, frozen=True, kw_only=True):
    """A measure as known at both moments."""

    measure: str
    then: int
    later: int
    change: int


def figure_explained(visit: Visit, asked: FigureAsked, at: Moment) -> Found:
    """The facts behind a figure of a region or class, each with the change it made."""
    scope = _figure_scope(visit, asked)
    if asked.measure not in KNOWN:
        raise HTTPException(404)
    since = moment_of(asked.since) if asked.since else 0
    then = figure(at.connection, scope, asked.measure, at.cuts._replace(as_recorded_at=since)) if since else None
    value = figure(at.connection, scope, asked.measure, at.cuts)
    return Found({"measure": asked.measure, "value": value, "then": then}, _rows(visit, scope, asked, at, since))


def figures_between(visit: Visit, asked: BetweenAsked, at: Moment) -> Found:
    """Every measure of a region or class as known at two recording times; /api/ledger/facts tells what lies between."""
    scope, since = _figure_scope(visit, asked), moment_of(asked.since)
    then, later = (
        _figures(at, scope, cuts.as_recorded_at) for cuts in (at.cuts._replace(as_recorded_at=since), at.cuts)
    )
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


def _figures(at: Moment, scope: Scope, recorded_at: int | None) -> dict[str, int]:
    cuts = at.cuts._replace(as_recorded_at=recorded_at)
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


def _rows(
    visit: Visit, scope: Scope, asked: FigureAsked, at: Moment, since: int
) -> Iterator[tuple[tuple[Any, ...], Any]]:
    behind, eyes = at.after(str, int), Eyes(visit.house.log, visit.actor)
    mark = "" if behind is None else f"{behind[0]}@{behind[1]}"
    page = CHANGES_PAGE if at.limit is None else min(CHANGES_PAGE, at.limit + 1)
    while True:
        found, mark = changes(at.connection, visit.house.log, scope, asked.measure, at.cuts, mark, page, since)
        for one, fact in _with_facts(visit, found):
            yield (one.subject, one.position), change_row(one.subject, one.change, fact, is_open=eyes.sees(fact))
        if not mark:
            return


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
