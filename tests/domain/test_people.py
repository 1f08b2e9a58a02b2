"""Persons: registered once, dead once, and known under every id they ever had."""

from __future__ import annotations

from datetime import date

import pytest

from taizhang.domain.boundary import GuardBook
from taizhang.domain.core import Actor, OfficerId, OrganisationId, PersonId, Position, RegionCode
from taizhang.domain.decisions import Amend, OutsideYourRegion
from taizhang.domain.people import (
    AliasGuard,
    DiedAlready,
    PersonDetailsStated,
    PersonDied,
    PersonDiedCorrected,
    PersonIdTaken,
    PersonMoved,
    PersonRegistered,
    PersonsMerged,
    PersonsSeparated,
    PersonStatusStated,
    UnknownPerson,
    alias_rows,
    person_tags,
    same_person,
)
from taizhang.domain.standing import DaysRunBackwards, StandsAlready

COUNTY, VILLAGE, DAY = RegionCode("620121"), RegionCode("620121100201"), date(2016, 3, 1)
OTHER_OFFICER = OfficerId("other")


def registered(person: str, statement: str = "s1", county: str = COUNTY) -> PersonRegistered:
    return PersonRegistered(
        person=PersonId(person), statement=statement, county=RegionCode(county), village=VILLAGE, occurred_on=DAY
    )


def died(person: str, on: date = date(2016, 9, 9)) -> PersonDied:
    return PersonDied(person=PersonId(person), occurred_on=on)


MERGED = PersonsMerged(
    kept=PersonId("p1"), merged=(PersonId("p2"),), group=(PersonId("p1"), PersonId("p2")), occurred_on=DAY
)


def test_a_person_is_registered_in_the_officers_county(decide) -> None:
    assert decide(given=[], when=registered("p1")) == [registered("p1")]
    with pytest.raises(OutsideYourRegion, match="622621"):
        decide(given=[], when=registered("p1", county="622621"))


def test_the_same_registration_twice_changes_nothing(decide) -> None:
    with pytest.raises(StandsAlready):
        decide(given=[registered("p1")], when=registered("p1"))


def test_an_id_that_is_taken_is_not_given_again(decide) -> None:
    with pytest.raises(PersonIdTaken, match="p1 is registered already"):
        decide(given=[registered("p1")], when=registered("p1", statement="s2"))


def test_other_details_of_a_known_person_are_stated_beside_the_old_ones(decide) -> None:
    stated = PersonDetailsStated(person=PersonId("p1"), statement="s2", conflicting=("name",), occurred_on=DAY)
    assert decide(given=[registered("p1")], when=stated) == [stated]
    with pytest.raises(StandsAlready):
        decide(given=[registered("p1"), stated], when=stated)
    with pytest.raises(UnknownPerson, match="No person p1"):
        decide(given=[], when=stated)


def test_a_move_is_recorded_for_a_registered_person_only(decide) -> None:
    moved = PersonMoved(person=PersonId("p1"), village=RegionCode("620121100202"), occurred_on=DAY)
    assert decide(given=[registered("p1")], when=moved) == [moved]
    with pytest.raises(UnknownPerson):
        decide(given=[registered("p2")], when=moved)


def test_a_person_dies_once(decide) -> None:
    with pytest.raises(DiedAlready, match="dead since 2016-09-09"):
        decide(given=[registered("p1"), died("p1")], when=died("p1", date(2016, 9, 10)))
    with pytest.raises(StandsAlready):
        decide(given=[registered("p1"), died("p1")], when=died("p1"))


def test_a_person_dies_once_under_whatever_id(decide) -> None:
    given = [registered("p1"), registered("p2"), MERGED, died("p1")]
    with pytest.raises(DiedAlready):
        decide(given=given, when=died("p2", date(2017, 1, 1)))


def test_a_wrong_day_of_death_is_corrected(decide) -> None:
    amend = Amend(corrects=Position(2), was=died("p1"), reason="wrong month", approver=OTHER_OFFICER)
    [fact] = decide(given=[registered("p1"), died("p1")], when=died("p1", date(2016, 10, 9)), amend=amend)
    assert isinstance(fact, PersonDiedCorrected)
    assert fact.now == died("p1", date(2016, 10, 9))


def test_a_death_that_was_declared_void_can_be_recorded_anew(decide) -> None:
    amend = Amend(corrects=Position(2), was=died("p1"), reason="namesake", approver=OTHER_OFFICER, void=True)
    given = [registered("p1"), died("p1")]
    [void] = decide(given=given, when=died("p1"), amend=amend)
    assert decide(given=[*given, void], when=died("p1", date(2019, 1, 1))) == [died("p1", date(2019, 1, 1))]


def test_a_status_ends_on_or_after_the_day_it_begins(decide) -> None:
    in_school = PersonStatusStated(
        person=PersonId("p1"), status="in-school", since=DAY, until=date(2016, 2, 1), occurred_on=DAY
    )
    with pytest.raises(DaysRunBackwards, match="begin on 2016-03-01"):
        decide(given=[registered("p1")], when=in_school)


def test_a_status_from_a_list_is_recorded_by_a_clerk_not_by_an_institution(decide, clerk: Actor) -> None:
    stated = PersonStatusStated(person=PersonId("p1"), status="on-payroll", since=DAY, occurred_on=DAY)
    assert decide(given=[registered("p1")], when=stated) == [stated]
    institution = Actor(
        officer=OTHER_OFFICER,
        role="institution",
        organisation=OrganisationId("school"),
        region=COUNTY,
        authenticated="test",
    )
    with pytest.raises(Exception, match="institution may not"):
        decide(given=[registered("p1")], when=stated, by=institution)


def test_every_id_of_a_merged_person_is_selected_by_a_tag_of_its_own() -> None:
    book = GuardBook()
    book.apply(MERGED, 1)
    assert alias_rows(PersonId("p2")) == [(AliasGuard.KIND, "p2")]
    assert person_tags(book, PersonId("p2")) == ["person:p1", "person:p2"]
    assert person_tags(book, PersonId("p9")) == ["person:p9"]


def test_ids_that_were_separated_again_are_two_persons() -> None:
    book = GuardBook()
    book.apply(MERGED, 1)
    book.apply(
        PersonsSeparated(
            kept=PersonId("p1"), kept_group=(PersonId("p1"),), separated=(PersonId("p2"),), occurred_on=DAY
        ),
        2,
    )
    assert same_person(book, PersonId("p1")) == ["p1"]
    assert same_person(book, PersonId("p2")) == ["p2"]
