"""The steps of one official: every fact about them in force at the cuts, with where it stands and how late it was told."""

from __future__ import annotations

from typing import Any, NamedTuple

import msgspec
from sqlalchemy import Connection, select

from taizhang.domain.envelope import body_of
from taizhang.projections.postings.moment import in_force
from taizhang.projections.postings.tables import posting_tables
from taizhang.projections.replay import NOW, Cuts

_decode = msgspec.json.Decoder(tuple[str, msgspec.Raw]).decode


class Told(NamedTuple):
    """One step: its position (of the correction where it was corrected), who told it when, and how many days late."""

    position: int
    first_position: int
    recorded_at: int
    late_days: int
    kind: str
    county: str
    recorded_by: str
    fact: Any


def steps_of(connection: Connection, official: str, cuts: Cuts = NOW) -> list[Told]:
    """Everything in force about an official, by day and position."""
    t = posting_tables().steps.c
    columns = (t.position, t.corrects, t.recorded_at, t.late_days, t.kind, t.county, t.recorded_by, t.state)
    rows = connection.execute(select(*columns).where(t.official == official, *in_force(t, cuts)))
    found = []
    for position, corrects, recorded_at, late_days, kind, county, by, state in rows:
        topic, body = _decode(bytes(state))
        fact = body_of(topic, body)
        found.append(Told(position, corrects or position, recorded_at, late_days, kind, county, by, fact))
    return sorted(found, key=lambda one: (one.fact.occurred_on, one.position))
