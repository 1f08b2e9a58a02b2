"""The seals that an officer's region is bound by, and those within it, read from the guard rows that the rules use."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Final, NamedTuple

import msgspec

from taizhang.adapters.log.log import Criterion, Log
from taizhang.domain.core import RegionCode
from taizhang.domain.decisions import within
from taizhang.domain.sealing import PeriodSealed, SealGuard, seal_rows
from taizhang.http.class_facts import in_force, topics_of
from taizhang.http.cuts import TimeBar

PAGE: Final = 500
NOW: Final = TimeBar()


class SealShown(NamedTuple):
    """A seal and the region whose ledger it closes."""

    seal: str
    region: str
    since: date
    until: date


def seals_of(log: Log, region: str, bar: TimeBar = NOW) -> list[SealShown]:
    """The seals of a region, of the regions above it, which bind it too, and of those within it; the newest first.

    Of an earlier moment: those that stood then.
    """
    binding = {key for _, key in seal_rows(RegionCode(region[:6]))}
    found = [
        one
        for one in (_then(log, bar) if bar.query else _all(log))
        if one.region in binding or within(one.region, region)
    ]
    return sorted(found, key=lambda one: (one.until, one.since, one.seal), reverse=True)


def _all(log: Log) -> Iterator[SealShown]:
    after = (SealGuard.KIND, "")
    while page := log.guard_rows(after, PAGE):
        for (kind, key), row in page:
            if kind != SealGuard.KIND:
                return
            for one in msgspec.json.decode(row.state, type=SealGuard).seals:
                yield SealShown(one.seal, key, one.since, one.until)
        after = page[-1][0]


def _then(log: Log, bar: TimeBar) -> Iterator[SealShown]:
    for one in in_force(log, [Criterion(topics_of(PeriodSealed), ())], bar):
        assert isinstance(one.body, PeriodSealed)
        yield SealShown(one.body.seal, one.body.region, one.body.since, one.body.until)
