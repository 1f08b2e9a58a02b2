"""The seals that an officer's region is bound by, and those within it, read from the guard rows that the rules use."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Final, NamedTuple

import msgspec

from taizhang.adapters.log.log import Log
from taizhang.domain.core import RegionCode
from taizhang.domain.decisions import within
from taizhang.domain.sealing import SealGuard, seal_rows

PAGE: Final = 500


class SealShown(NamedTuple):
    """A seal and the region whose ledger it closes."""

    seal: str
    region: str
    since: date
    until: date


def seals_of(log: Log, region: str) -> list[SealShown]:
    """The seals of a region, of the regions above it, which bind it too, and of those within it; the newest first."""
    binding = {key for _, key in seal_rows(RegionCode(region[:6]))}
    found = [one for one in _all(log) if one.region in binding or within(one.region, region)]
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
