"""The facts about inspections as known at a recording time and effective by a day, decoded."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from typing import Any, Final, NamedTuple

import msgspec
from sqlalchemy import Connection, select

from taizhang.domain.core import Fact
from taizhang.domain.refused import SubmissionRefused
from taizhang.projections.inspections.tables import inspection_tables
from taizhang.projections.inspections.view import FACTS, REFUSED, stem_of_topic
from taizhang.projections.replay import NOW, Cuts

CHANGED: Final = "ground-changed"  # no fact about inspections, but one that changes what a finding rests on


class Known(NamedTuple):
    """One fact as it stood; `position` is that of its first version."""

    position: int
    recorded_at: int  # of its first version
    kind: str
    rule: str
    inspection: str
    officer: str
    fact: Any


class GroundChanged(NamedTuple):
    """What a finding rests on was corrected, or declared void, after it was found; `correction` is where that stands."""

    finding: str
    ground: int
    correction: int
    void: bool


def known_facts(connection: Connection, cuts: Cuts = NOW) -> list[Known]:
    """Everything about inspections that stood at the cuts, in the order of the log; then what was changed under findings."""
    c = inspection_tables().facts.c
    columns = (c.first_position, c.recorded_at, c.kind, c.rule, c.inspection, c.officer, c.void, c.state)
    rows = select(*columns).order_by(c.position)
    if cuts.as_recorded_at is not None:
        rows = rows.where(c.recorded_at <= cuts.as_recorded_at)
    standing: dict[int, Known | None] = {}
    first_at: dict[int, int] = {}
    for first, recorded_at, kind, rule, inspection, officer, void, state in connection.execute(rows):
        at = first_at.setdefault(first, recorded_at)
        fact = _decoder(kind).decode(bytes(state))
        standing[first] = None if void else Known(first, at, kind, rule, inspection, officer, fact)
    day = cuts.as_effective_on
    found = (standing[first] for first in sorted(standing))
    facts = [one for one in found if one is not None and (day is None or one.fact.occurred_on <= day)]
    return [*facts, *_changes(connection, cuts)]


def _changes(connection: Connection, cuts: Cuts) -> Iterator[Known]:
    c = inspection_tables().grounds.c
    rows = select(c.position, c.finding, c.ground, c.recorded_at, c.void).order_by(c.position, c.finding)
    if cuts.as_recorded_at is not None:
        rows = rows.where(c.recorded_at <= cuts.as_recorded_at)
    for position, finding, ground, recorded_at, void in connection.execute(rows):
        yield Known(position, recorded_at, CHANGED, "", "", "", GroundChanged(finding, ground, position, bool(void)))


@cache
def _decoder(kind: str) -> Any:
    return msgspec.json.Decoder(_classes()[kind])


@cache
def _classes() -> dict[str, type[Fact]]:
    return {stem_of_topic(cls.TOPIC): cls for cls in FACTS} | {REFUSED: SubmissionRefused}
