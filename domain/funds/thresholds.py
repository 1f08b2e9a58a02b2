"""The guard row of a named threshold: what a hot rule needs to know of it without reading its facts."""

from __future__ import annotations

from datetime import date
from typing import Final

import msgspec

from taizhang.domain.boundary import GuardKey
from taizhang.domain.core import Guard, RegionCode, moves
from taizhang.domain.decisions import within
from taizhang.domain.policy import ThresholdSet

NOTICE_DAYS: Final = "notice-days"  # for how many days a claim's list is posted, the day of posting counted


class Stated(msgspec.Struct, array_like=True):
    """A threshold's value in a region, from a day on."""

    region: RegionCode
    since: date
    value: int


class ThresholdGuard(Guard):
    """Everything that is stated of one threshold."""

    KIND = "threshold"
    stated: list[Stated] = msgspec.field(default_factory=list)

    @classmethod
    def keys(cls, fact: ThresholdSet) -> tuple[str, ...]:  # type: ignore[override]
        return (fact.name,)

    @moves(ThresholdSet)
    def set(self, fact: ThresholdSet, sign: int) -> None:
        row = Stated(fact.region, fact.since, fact.value)
        self.stated = [*self.stated, row] if sign > 0 else [one for one in self.stated if one != row]

    def value_on(self, county: RegionCode, day: date) -> int | None:
        """What holds in a county on a day: of the smallest region around it the newest; None: nothing is set."""
        holding = [one for one in self.stated if one.since <= day and within(county, one.region)]
        nearest = max(holding, key=lambda one: (one.region.rstrip("0"), one.since), default=None)
        return None if nearest is None else nearest.value


def threshold_row(name: str) -> GuardKey:
    """The row of a threshold."""
    return (ThresholdGuard.KIND, name)
