"""The facts about inspections as known at a recording time and effective by a day, decoded."""

from __future__ import annotations

from functools import cache
from typing import Any, NamedTuple

import msgspec
from sqlalchemy import Connection, select

from taizhang.domain.core import Fact
from taizhang.domain.refused import SubmissionRefused
from taizhang.projections.inspections.tables import inspection_tables
from taizhang.projections.inspections.view import FACTS, REFUSED, stem_of_topic
from taizhang.projections.replay import NOW, Cuts


class Known(NamedTuple):
    """One fact as it stood; `position` is that of its first version."""

    position: int
    recorded_at: int  # of its first version
    kind: str
    rule: str
    inspection: str
    officer: str
    fact: Any


def known_facts(connection: Connection, cuts: Cuts = NOW) -> list[Known]:
    """Everything about inspections that stood at the cuts, in the order of the log."""
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
    return [one for one in found if one is not None and (day is None or one.fact.occurred_on <= day)]


@cache
def _decoder(kind: str) -> Any:
    return msgspec.json.Decoder(_classes()[kind])


@cache
def _classes() -> dict[str, type[Fact]]:
    return {stem_of_topic(cls.TOPIC): cls for cls in FACTS} | {REFUSED: SubmissionRefused}
