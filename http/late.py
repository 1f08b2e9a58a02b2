"""Rows of handed-in files that speak about sealed days, and the seals that a late addition 补报 may name."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Final, NamedTuple

import msgspec

from taizhang.adapters.house import House
from taizhang.adapters.importing.importer import Importer, ImportResult
from taizhang.adapters.log.log import Criterion
from taizhang.domain.core import Actor
from taizhang.domain.decisions import within
from taizhang.domain.envelope import body_of, outer_of
from taizhang.domain.sealing import PeriodIsSealed, PeriodSealed, SealGuard

TRIED_ROWS: Final = 5_000  # longer files are not tried before they are imported: it would take as long again


class Seal(NamedTuple):
    """A seal that stands, and how many rows of the files speak about its days."""

    id: str
    region: str
    since: date
    until: date
    rows: int = 0


class Late(NamedTuple):
    """What a draft must ask about seals: those that bind the officer's region; `rows` is None for files not tried."""

    seals: list[Seal]
    rows: int | None


def late_rows(
    house: House, importer: Importer, by: Actor, files: Sequence[tuple[bytes, str]], rows: int, sender: str | None
) -> Late | None:
    """Whether rows of these files would be refused over a seal; None where no seal concerns them."""
    seals = seals_within(house, by.region)
    if not seals:
        return None
    if rows > TRIED_ROWS:
        return Late(seals, None)
    answers = importer.run_many(files, by, dry_run=True, sender=sender)
    refused = [
        row.zh
        for answer in answers
        if isinstance(answer, ImportResult)
        for row in answer.verdicts
        if PeriodIsSealed.RULE in row.rules
    ]
    if not refused:
        return None
    counted = [seal._replace(rows=sum(seal.id in words for words in refused)) for seal in seals]
    return Late(sorted(counted, key=lambda seal: -seal.rows), len(refused))


def seals_within(house: House, region: str) -> list[Seal]:
    """The seals that stand and bind any county of this region, the newest first."""
    stored = house.log.read([Criterion((PeriodSealed.TOPIC,), ())]).facts
    bodies = [body_of(outer.type, outer.body) for outer in (outer_of(one.leaf) for one in stored)]
    regions = dict.fromkeys(fact.region for fact in bodies if isinstance(fact, PeriodSealed))
    rows = [(SealGuard.KIND, one) for one in regions if within(one, region) or within(region, one)]
    states = house.log.read([], guards=rows).guards if rows else {}
    found = [
        Seal(seal.seal, row[1], seal.since, seal.until)
        for row, state in states.items()
        for seal in msgspec.json.decode(state.state, type=SealGuard).seals
    ]
    return sorted(found, key=lambda seal: (seal.until, seal.id), reverse=True)
