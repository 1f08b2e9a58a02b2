"""Regions: codes that fit, renamings that keep the past, exits that happen once."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from taizhang.domain.core import Actor, Fact, OfficerId, OrganisationId, RegionCode
from taizhang.domain.decisions import OutsideYourRegion
from taizhang.domain.regions import (
    CategoryOfCountiesOnly,
    CodeDoesNotFit,
    CountyExited,
    CountyExitedAlready,
    RegionCodeTaken,
    RegionRegistered,
    RegionRenamed,
    RegionReparented,
    UnknownRegion,
    VillagePovertyStated,
)
from taizhang.domain.standing import StandsAlready

PROVINCIAL = Actor(
    officer=OfficerId("system"),  # while the house is founded
    role="system-administrator",
    organisation=OrganisationId("hr-620000"),
    region=RegionCode("620000"),
    authenticated="test",
)


def region(code: str, level: Any, parent: str | None, **other: Any) -> RegionRegistered:
    return RegionRegistered(
        code=RegionCode(code),
        name=f"name of {code}",
        level=level,
        parent=RegionCode(parent) if parent else None,
        occurred_on=date(2015, 1, 1),
        **other,
    )


PROVINCE = region("620000", "province", None)
PINGLIANG = region("620800", "prefecture", "620000")
HUATING = region("620824", "county", "620800", category="scattered")
TOWN = region("620824100", "township", "620824")
VILLAGE = region("620824100201", "village", "620824100")
TREE: list[Fact] = [PROVINCE, PINGLIANG, HUATING, TOWN, VILLAGE]
CITY = RegionRenamed(
    code=RegionCode("620824"),
    name="Huating city",
    code_now=RegionCode("620881"),
    level="county",
    parent=RegionCode("620800"),
    category="scattered",
    occurred_on=date(2018, 1, 1),
)


def test_a_region_is_registered_under_a_registered_parent(decide) -> None:
    assert decide(given=TREE[:4], when=VILLAGE, by=PROVINCIAL) == [VILLAGE]
    with pytest.raises(UnknownRegion, match="620824100 is registered"):
        decide(given=TREE[:3], when=VILLAGE, by=PROVINCIAL)


def test_a_code_names_one_region(decide) -> None:
    with pytest.raises(StandsAlready):
        decide(given=TREE, when=HUATING, by=PROVINCIAL)
    with pytest.raises(RegionCodeTaken, match="registered as name of 620824"):
        decide(given=TREE, when=region("620824", "county", "620800"), by=PROVINCIAL)


@pytest.mark.parametrize(
    "wrong",
    [
        region("62082", "county", "620800"),
        region("620824102", "village", "620824"),
        region("620825100", "township", "620824"),
        region("630000", "county", "620800"),
        region("620825", "county", None),
    ],
)
def test_code_level_and_parent_fit_together(decide, wrong: RegionRegistered) -> None:
    with pytest.raises((CodeDoesNotFit, OutsideYourRegion)):
        decide(given=TREE, when=wrong, by=PROVINCIAL)


def test_only_counties_have_a_category(decide) -> None:
    with pytest.raises(CategoryOfCountiesOnly, match="620900 is a prefecture"):
        decide(given=TREE, when=region("620900", "prefecture", "620000", category="contiguous"), by=PROVINCIAL)


def test_a_renamed_county_is_known_under_its_new_code_too(decide) -> None:
    stated = RegionRenamed(
        code=RegionCode("620824"), name="Huating city", code_now=RegionCode("620881"), occurred_on=date(2018, 1, 1)
    )
    assert decide(given=TREE, when=stated, by=PROVINCIAL) == [CITY]
    with pytest.raises(StandsAlready):
        decide(given=[*TREE, CITY], when=stated, by=PROVINCIAL)
    new_town = region("620881101", "township", "620881")
    assert decide(given=[*TREE, CITY], when=new_town, by=PROVINCIAL) == [new_town]
    with pytest.raises(RegionCodeTaken, match="Huating city"):
        decide(given=[*TREE, CITY], when=region("620881", "county", "620800"), by=PROVINCIAL)


def test_a_region_moves_to_a_registered_parent_only(decide) -> None:
    moved = RegionReparented(code=RegionCode("620824"), parent=RegionCode("620900"), occurred_on=date(2018, 1, 1))
    with pytest.raises(UnknownRegion, match="620900"):
        decide(given=TREE, when=moved, by=PROVINCIAL)
    given = [*TREE, region("620900", "prefecture", "620000")]
    assert decide(given=given, when=moved, by=PROVINCIAL) == [moved]


def test_poverty_is_stated_of_villages(decide) -> None:
    poor = VillagePovertyStated(village=RegionCode("620824100201"), poor=True, occurred_on=date(2014, 1, 1))
    assert decide(given=TREE, when=poor, by=PROVINCIAL) == [poor]
    town = VillagePovertyStated(village=RegionCode("620824100"), poor=True, occurred_on=date(2014, 1, 1))
    with pytest.raises(CategoryOfCountiesOnly, match="applies to a village"):
        decide(given=TREE, when=town, by=PROVINCIAL)


def test_a_poor_county_exits_once(decide) -> None:
    exit_2018 = CountyExited(county=RegionCode("620824"), exit_year=2018, occurred_on=date(2019, 4, 28))
    assert decide(given=TREE, when=exit_2018, by=PROVINCIAL) == [exit_2018]
    again = CountyExited(county=RegionCode("620824"), exit_year=2019, occurred_on=date(2020, 2, 28))
    with pytest.raises(CountyExitedAlready, match="exited for 2018"):
        decide(given=[*TREE, exit_2018], when=again, by=PROVINCIAL)


def test_a_county_that_was_never_poor_does_not_exit(decide) -> None:
    outside = region("620825", "county", "620800")
    never = CountyExited(county=RegionCode("620825"), exit_year=2018, occurred_on=date(2019, 4, 28))
    with pytest.raises(CategoryOfCountiesOnly, match="poor county"):
        decide(given=[*TREE, outside], when=never, by=PROVINCIAL)
