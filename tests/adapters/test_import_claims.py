"""What a roster claims about registered poverty is held against the household register, and flagged where they differ."""

from __future__ import annotations

from datetime import date

from import_samples import CLERK, SmallHouse, people, record, roster

from taizhang.adapters.importing.importer import Importer, ImportResult
from taizhang.domain.core import PersonId, RegionCode
from taizhang.domain.enrolment import TraineeEnrolled
from taizhang.domain.households import (
    Attribute,
    HouseholdExited,
    HouseholdId,
    HouseholdMemberListed,
    HouseholdRegistered,
)
from taizhang.domain.merging import PersonsMerged

VILLAGE, LONG_AGO = RegionCode("620121"), date(2015, 1, 1)


def claiming(*claims: str, again: int = 0) -> bytes:
    """A roster of made-up people who claim this; another number, another file."""
    rows = people(len(claims))
    for row, claim in zip(rows, claims, strict=True):
        row[0], row[7] = again, claim
    return roster(rows)


def enrolled(house: SmallHouse, count: int) -> list[PersonId]:
    """The persons of a roster that claims nothing."""
    Importer(house).run(claiming(*[""] * count), "先.xlsx", CLERK)
    return [fact.person for fact in house.of(TraineeEnrolled)]


def listed(house: SmallHouse, person: PersonId, attribute: Attribute, on: date = LONG_AGO) -> HouseholdId:
    home = HouseholdId(f"h{person[-6:]}")
    registered = HouseholdRegistered(household=home, village=VILLAGE, attribute=attribute, occurred_on=LONG_AGO)
    record(house, CLERK, [registered, HouseholdMemberListed(household=home, person=person, occurred_on=on)])
    return home


def told(result: ImportResult) -> list[str]:
    """What is said of the claim beside each row."""
    return [next((part for part in one.zh.split("；") if "花名册填" in part), "") for one in result.verdicts]


def test_a_claim_of_poverty_for_somebody_the_register_does_not_hold_is_flagged_and_says_what_to_do(
    house: SmallHouse,
) -> None:
    result = Importer(house).run(claiming("是", "否", ""), "花名册.xlsx", CLERK)
    assert [one.outcome for one in result.verdicts] == ["recorded"] * 3
    assert "户册中没有此人" in told(result)[0]
    assert "请先导入户册,或更正该栏" in told(result)[0]
    assert told(result)[1:] == ["", ""]
    assert result.counts["flagged"] == 1
    assert result.summary[0][0] == "与户册不符 / Register differs"
    assert result.summary[0][1].startswith("1 行")


def test_claims_that_the_register_contradicts_are_flagged_and_those_it_bears_out_are_not(house: SmallHouse) -> None:
    persons = enrolled(house, 4)
    attributes: list[Attribute] = ["general", "poor", "poor", "general"]
    for person, attribute in zip(persons, attributes, strict=True):
        listed(house, person, attribute)
    result = Importer(house).run(claiming("是", "否", "是", "否", again=7), "花名册.xlsx", CLERK)
    assert "不是建档立卡" in told(result)[0]
    assert "而户册登记 2016-04-05 是建档立卡" in told(result)[1]
    assert told(result)[2:] == ["", ""]
    assert result.summary[0][1].startswith("2 行")


def test_the_register_is_asked_as_of_the_enrolment(house: SmallHouse) -> None:
    before, after, later = enrolled(house, 3)
    for person, day in ((before, date(2016, 4, 1)), (after, date(2016, 4, 10))):
        home = listed(house, person, "poor")
        record(house, CLERK, [HouseholdExited(household=home, exit_year=2016, occurred_on=day)])
    listed(house, later, "poor", on=date(2016, 4, 10))
    result = Importer(house).run(claiming("是", "是", "是", again=7), "花名册.xlsx", CLERK)
    assert ["不是建档立卡" in words for words in told(result)] == [True, False, True]


def test_who_is_listed_under_another_id_of_the_same_person_is_known_to_the_register(house: SmallHouse) -> None:
    one, other = enrolled(house, 2)
    listed(house, other, "poor")
    record(house, CLERK, [PersonsMerged(kept=one, merged=(other,), occurred_on=date(2016, 4, 10))])
    result = Importer(house).run(claiming("是", again=7), "花名册.xlsx", CLERK)
    assert told(result) == [""]
