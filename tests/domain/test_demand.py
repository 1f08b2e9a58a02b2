"""Labour demand: reported under an id of its own, for days in order."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from taizhang.domain.classes import OccupationCode
from taizhang.domain.core import RegionCode
from taizhang.domain.decisions import OutsideYourRegion
from taizhang.domain.demand import DemandId, DemandIdTaken, LabourDemandReported
from taizhang.domain.standing import DaysRunBackwards, StandsAlready


def demand(**other: Any) -> LabourDemandReported:
    fields: dict[str, Any] = {"region": RegionCode("620121"), "persons": 30, "until": None} | other
    return LabourDemandReported(
        demand=DemandId("d1"),
        occupation=OccupationCode("welder"),
        since=date(2016, 3, 1),
        occurred_on=date(2016, 3, 1),
        **fields,
    )


def test_demand_is_reported_in_the_officers_region(decide) -> None:
    assert decide(given=[], when=demand()) == [demand()]
    with pytest.raises(OutsideYourRegion):
        decide(given=[], when=demand(region=RegionCode("620122")))


def test_a_report_is_recorded_once_under_its_id(decide) -> None:
    with pytest.raises(StandsAlready):
        decide(given=[demand()], when=demand())
    with pytest.raises(DemandIdTaken, match="with other content"):
        decide(given=[demand()], when=demand(persons=31))


def test_demand_does_not_end_before_it_begins(decide) -> None:
    with pytest.raises(DaysRunBackwards):
        decide(given=[], when=demand(until=date(2016, 2, 1)))
