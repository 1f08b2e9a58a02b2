"""Facts for pages and the API, read from the log itself, and which of them an officer may see."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import islice
from typing import Final, NamedTuple

from starlette.exceptions import HTTPException

from taizhang.adapters.log.log import Criterion, Log
from taizhang.adapters.visibility import Eyes, visible
from taizhang.domain.core import Actor
from taizhang.domain.envelope import Recorded, opened

PAGE: Final = 100
READ_AHEAD: Final = 500
READ_AHEAD_MOST: Final = 2_000
WINDOW: Final = 20_000  # positions looked through at once, going backwards
TAG: Final = re.compile(r"^[a-z-]{2,20}:\S{1,120}$")


class Listing(NamedTuple):
    """One page of facts; `after` continues it, or is None at the end."""

    facts: list[Recorded]
    after: int | None
    head_position: int
    recorded_at: int  # of the head


def fact_at(log: Log, position: int, actor: Actor) -> Recorded:
    """One fact, when the officer may see it.

    Raises HTTPException (404).
    """
    stored = log.at([position]) if 0 < position < 2**63 else []
    if not stored:
        raise HTTPException(404)
    fact = opened(stored[0].position, stored[0].leaf)
    if not visible(log, fact, actor):
        raise HTTPException(404)
    return fact


def facts_of(log: Log, tag: str, actor: Actor, after: int = 0, until: int | None = None) -> Listing:
    """The facts that bear a tag, those recorded by `until` (UTC microseconds), as far as the officer may see them.

    Raises HTTPException (404) for a tag that is none, or under which there is nothing to see.
    """
    if not TAG.match(tag):
        raise HTTPException(404)
    listing = _listed(log, [Criterion((), (tag,))], actor, after, until)
    if not listing.facts and after == 0:
        raise HTTPException(404)
    return listing


def facts_of_type(
    log: Log,
    types: Sequence[str],
    actor: Actor,
    after: int = 0,
    until: int | None = None,
) -> Listing:
    """The facts of these types, as far as the officer may see them."""
    return _listed(log, [Criterion(types, ())], actor, after, until)


def latest(log: Log, actor: Actor, before: int | None = None) -> Listing:
    """The newest facts first; `after` of the answer is the position to go on before."""
    head = log.head()
    upper = head.position if before is None else min(before - 1, head.position)
    facts: list[Recorded] = []
    eyes = Eyes(log, actor)
    ahead = READ_AHEAD
    while upper > 0 and len(facts) < PAGE:
        lower = max(0, upper - ahead)
        rows = eyes.worth_opening(log.page(lower, ahead, upper))
        page = (opened(row.position, row.leaf) for row in reversed(rows))
        facts += islice((fact for fact in page if eyes.sees(fact)), PAGE + 1 - len(facts))
        upper, ahead = lower, min(READ_AHEAD_MOST, 2 * ahead)  # where few are the officer's, more at once
    more = facts[PAGE - 1].position if len(facts) >= PAGE and facts[PAGE - 1].position > 1 else None
    return Listing(facts[:PAGE], more, head.position, head.recorded_at)


def newest_of_types(
    log: Log, types: Sequence[str], actor: Actor, before: int | None = None, until: int | None = None
) -> Listing:
    """The facts of these types, the newest first; `after` of the answer is the position to go on before."""
    head, eyes = log.head(), Eyes(log, actor)
    upper = head.position if before is None else min(before - 1, head.position)
    facts: list[Recorded] = []
    while upper > 0 and len(facts) <= PAGE:
        lower = max(0, upper - WINDOW)
        found = log.read([Criterion(types, ())], after=lower, upto=upper).facts
        window = (
            opened(row.position, row.leaf)
            for row in reversed(eyes.worth_opening(found))
            if until is None or row.recorded_at <= until
        )
        facts += islice((fact for fact in window if eyes.sees(fact)), PAGE + 1 - len(facts))
        upper = lower
    more = facts[PAGE - 1].position if len(facts) > PAGE else None
    return Listing(facts[:PAGE], more, head.position, head.recorded_at)


def corrections_of(log: Log, position: int) -> list[Recorded]:
    """The corrections of the fact at this position, oldest first."""
    found = log.read([Criterion((), (f"corrects:{position}",))]).facts
    return [opened(row.position, row.leaf) for row in found]


def _listed(
    log: Log,
    query: list[Criterion],
    actor: Actor,
    after: int,
    until: int | None,
) -> Listing:
    facts: list[Recorded] = []
    eyes = Eyes(log, actor)
    while True:
        state = log.read(query, after=after, limit=READ_AHEAD)
        worth = {row.position for row in eyes.worth_opening(state.facts)}
        for row in state.facts:
            if until is not None and row.recorded_at > until:
                return Listing(facts, None, state.head_position, state.recorded_at)
            if len(facts) == PAGE:
                return Listing(facts, facts[-1].position, state.head_position, state.recorded_at)
            if row.position in worth and eyes.sees(fact := opened(row.position, row.leaf)):
                facts.append(fact)
            after = row.position
        if len(state.facts) < READ_AHEAD:
            return Listing(facts, None, state.head_position, state.recorded_at)
