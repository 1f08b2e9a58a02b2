"""Seals: what they refuse, and what still goes in."""

from __future__ import annotations

from datetime import date

import pytest

from taizhang.domain.core import RegionCode
from taizhang.domain.sealing import PeriodSealed, SealedAlready, SealId, SealRunsBackwards

COUNTY = RegionCode("620121")


def sealed(seal: str, since: date, until: date, on: date) -> PeriodSealed:
    return PeriodSealed(seal=SealId(seal), region=COUNTY, since=since, until=until, occurred_on=on)


MARCH = sealed("s1", date(2016, 3, 1), date(2016, 3, 31), date(2016, 4, 5))


def test_a_period_that_is_over_is_sealed(decide) -> None:
    assert decide(given=[], when=MARCH) == [MARCH]


def test_the_same_days_are_sealed_once_and_the_seal_is_named(decide) -> None:
    again = sealed("s2", date(2016, 3, 15), date(2016, 4, 15), date(2016, 5, 1))
    with pytest.raises(SealedAlready, match="already has the seal s1"):
        decide(given=[MARCH], when=again)


def test_a_period_that_still_runs_is_not_sealed(decide) -> None:
    with pytest.raises(SealRunsBackwards, match="must end after it begins and be over"):
        decide(given=[], when=sealed("s1", date(2016, 3, 1), date(2016, 3, 31), date(2016, 3, 20)))
