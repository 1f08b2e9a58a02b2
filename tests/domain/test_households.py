"""Households: members come and go, and poverty has a first and a last day."""

from __future__ import annotations

from datetime import date
from typing import Any

import msgspec
import pytest

from taizhang.domain.core import Fact, OfficerId, PersonId, Position, RegionCode
from taizhang.domain.decisions import Amend, OutsideYourRegion
from taizhang.domain.households import (
    ExitedBeforeItsYear,
    HouseholdAttributeStated,
    HouseholdExited,
    HouseholdId,
    HouseholdIdTaken,
    HouseholdMemberLeft,
    HouseholdMemberListed,
    HouseholdMerged,
    HouseholdRegistered,
    HouseholdReturned,
    HouseholdSplit,
    HouseholdWithItself,
    NotAMember,
    NotPoorThatDay,
    UnknownHousehold,
    members_on,
    register_of,
)
from taizhang.domain.standing import StandsAlready

H1, H2 = HouseholdId("h1"), HouseholdId("h2")
ANNA, BO = PersonId("p1"), PersonId("p2")
VILLAGE = RegionCode("620121100201")


def registered(household: HouseholdId = H1, **other: Any) -> HouseholdRegistered:
    fact = HouseholdRegistered(household=household, village=VILLAGE, attribute="poor", occurred_on=date(2014, 1, 1))
    return msgspec.structs.replace(fact, **other)


def listed(person: PersonId = ANNA, household: HouseholdId = H1) -> HouseholdMemberListed:
    return HouseholdMemberListed(household=household, person=person, relation="head", occurred_on=date(2014, 1, 1))


def exited(on: date, year: int = 2017) -> HouseholdExited:
    return HouseholdExited(household=H1, exit_year=year, occurred_on=on)


EXIT = exited(date(2018, 2, 1))
RETURN = HouseholdReturned(household=H1, attribute="poor", occurred_on=date(2019, 6, 1))


def test_a_household_is_registered_once_and_in_the_officers_region(decide) -> None:
    assert decide(given=[], when=registered()) == [registered()]
    with pytest.raises(StandsAlready):
        decide(given=[registered()], when=registered())
    with pytest.raises(HouseholdIdTaken):
        decide(given=[registered()], when=registered(attribute="general"))
    with pytest.raises(OutsideYourRegion):
        decide(given=[], when=registered(village=RegionCode("620122100201")))


def test_nothing_is_said_about_a_household_nobody_registered(decide) -> None:
    with pytest.raises(UnknownHousehold, match="No household h1"):
        decide(given=[], when=listed())


def test_two_households_may_both_list_a_person_and_the_same_listing_twice_changes_nothing(decide) -> None:
    given: list[Fact] = [registered(H1), registered(H2), listed()]
    assert decide(given=given, when=listed(household=H2), registered=(ANNA,)) == [listed(household=H2)]
    with pytest.raises(StandsAlready):
        decide(given=given, when=listed())


def test_another_countys_household_is_not_touched(decide) -> None:
    elsewhere = registered(village=RegionCode("620122100201"))
    with pytest.raises(OutsideYourRegion, match="620122100201"):
        decide(given=[elsewhere], when=listed())


def test_only_a_member_leaves(decide) -> None:
    left = HouseholdMemberLeft(household=H1, person=ANNA, why="married-out", occurred_on=date(2016, 1, 1))
    assert decide(given=[registered(), listed()], when=left) == [left]
    with pytest.raises(NotAMember, match="p1 not listed"):
        decide(given=[registered(), listed(BO)], when=left)


def test_a_household_exits_only_while_it_is_registered_poor(decide) -> None:
    assert decide(given=[registered()], when=EXIT) == [EXIT]
    with pytest.raises(NotPoorThatDay, match="not registered poor on 2013-12-31"):
        decide(given=[registered()], when=exited(date(2013, 12, 31), 2013))
    with pytest.raises(NotPoorThatDay):
        decide(given=[registered(), EXIT], when=exited(date(2019, 2, 1), 2018))
    with pytest.raises(ExitedBeforeItsYear):
        decide(given=[registered()], when=exited(date(2018, 2, 1), 2019))


def test_a_household_that_returned_may_exit_again(decide) -> None:
    again = exited(date(2020, 2, 1), 2019)
    assert decide(given=[registered(), EXIT, RETURN], when=again) == [again]


def test_an_exit_is_corrected_under_the_same_rule(decide) -> None:
    amend = Amend(corrects=Position(2), was=EXIT, reason="wrong day", approver=OfficerId("other"))
    [fact] = decide(given=[registered(), EXIT], when=exited(date(2018, 3, 1)), amend=amend)
    assert fact.now == exited(date(2018, 3, 1))
    with pytest.raises(NotPoorThatDay):
        decide(given=[registered(), EXIT], when=exited(date(2013, 3, 1), 2012), amend=amend)


def test_a_return_to_poverty_is_recorded_once(decide) -> None:
    assert decide(given=[registered(), EXIT], when=RETURN) == [RETURN]
    with pytest.raises(StandsAlready):
        decide(given=[registered(), EXIT, RETURN], when=RETURN)


def test_an_attribute_holds_from_its_day_on(decide) -> None:
    general = registered(attribute="general")
    poor = HouseholdAttributeStated(household=H1, attribute="poor", causes=("no-skill",), occurred_on=date(2015, 5, 1))
    assert decide(given=[general], when=poor) == [poor]
    register = register_of(H1, [general, poor, EXIT, RETURN])
    days = [date(2015, 4, 30), date(2015, 5, 1), date(2018, 1, 31), date(2018, 2, 1), date(2019, 6, 1)]
    assert [register.poor_on(day) for day in days] == [False, True, True, False, True]


def test_a_split_takes_members_along_and_gives_the_new_household_an_attribute(decide) -> None:
    split = HouseholdSplit(
        household=H1, new_household=H2, persons=(BO,), village=VILLAGE, attribute="poor", occurred_on=date(2016, 1, 1)
    )
    given: list[Fact] = [registered(), listed(), listed(BO)]
    assert decide(given=given, when=split) == [split]
    assert members_on(H1, [*given, split], date(2015, 12, 31)) == {ANNA, BO}
    assert members_on(H1, [*given, split], date(2016, 1, 1)) == {ANNA}
    assert members_on(H2, [*given, split], date(2016, 1, 1)) == {BO}
    assert register_of(H2, [split]).poor_on(date(2016, 1, 1))
    with pytest.raises(HouseholdIdTaken):
        decide(given=[*given, registered(H2)], when=split)
    with pytest.raises(NotAMember):
        decide(given=given[:2], when=split)


def test_a_merge_ends_one_of_two_different_households(decide) -> None:
    merged = HouseholdMerged(household=H1, merged=H2, persons=(BO,), occurred_on=date(2016, 1, 1))
    given: list[Fact] = [registered(), registered(H2), listed(BO, H2)]
    assert decide(given=given, when=merged) == [merged]
    assert members_on(H1, [*given, merged], date(2016, 1, 1)) == {BO}
    assert register_of(H2, [*given[1:], merged]).merged_on == date(2016, 1, 1)
    with pytest.raises(HouseholdWithItself):
        decide(given=given, when=msgspec.structs.replace(merged, merged=H1))
