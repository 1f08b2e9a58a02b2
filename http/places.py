"""Names of regions as known at the moment looked at, read from the facts about them."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from taizhang.adapters.log.log import Criterion
from taizhang.domain.core import Correction, Fact
from taizhang.domain.envelope import opened
from taizhang.domain.regions import RegionRegistered, RegionRegisteredCorrected, RegionRenamed, RegionRenamedCorrected

if TYPE_CHECKING:
    from taizhang.http.visit import Visit

NAMING = (RegionRegistered, RegionRegisteredCorrected, RegionRenamed, RegionRenamedCorrected)
MANY = 200  # regions asked for in one read


def name_of(visit: Visit, code: str) -> str:
    """The name of one region, or its code."""
    names_of(visit, [code])
    return visit.region_names.get(code) or code


def names_of(visit: Visit, codes: Iterable[str]) -> dict[str, str]:
    """The names of these regions, read once for each visit; codes without any name are left out."""
    wanted = [code for code in dict.fromkeys(codes) if code not in visit.region_names]
    for start in range(0, len(wanted), MANY):
        part = wanted[start : start + MANY]
        visit.region_names |= dict.fromkeys(part, "") | _read(visit, part)
    return {code: name for code in codes if (name := visit.region_names.get(code))}


def _read(visit: Visit, codes: list[str]) -> dict[str, str]:
    topics = tuple(kind.TOPIC for kind in NAMING)
    found = visit.house.log.read([Criterion(topics, (f"region:{code}",)) for code in codes]).facts
    names: dict[str, str] = {}
    for row in found:
        if visit.bar.recorded_at is not None and row.recorded_at > visit.bar.recorded_at:
            break
        fact = opened(row.position, row.leaf).fact
        body: Fact | None = fact.now if isinstance(fact, Correction) else fact
        effective = visit.bar.effective_on
        if isinstance(body, RegionRegistered):
            names[body.code] = body.name
        elif isinstance(body, RegionRenamed) and (effective is None or body.occurred_on <= effective):
            names[body.code] = body.name
            if body.code_now is not None:
                names[body.code_now] = body.name
    return names
