"""Institutions: designated for occupations and days, suspended, withdrawn; one id for one thing."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from taizhang.domain.classes import InstitutionId, OccupationCode, TeacherId, VenueId
from taizhang.domain.core import Fact, OrganisationId, RegionCode
from taizhang.domain.decisions import OutsideYourRegion
from taizhang.domain.institutions import (
    Designations,
    DesignationWithdrawn,
    IdTaken,
    InstitutionDesignated,
    InstitutionSuspended,
    NotDesignated,
    OrganisationRegistered,
    TeacherRegistered,
    UnknownInstitution,
    VenueRegistered,
    designated_on,
)
from taizhang.domain.standing import DaysRunBackwards, StandsAlready

SCHOOL, COUNTY, DAY = InstitutionId("school"), RegionCode("620121"), date(2016, 1, 1)
WELDER, COOK = OccupationCode("welder"), OccupationCode("cook")
REGISTERED = OrganisationRegistered(
    organisation=OrganisationId("school"), name="样例职校", kind="institution", region=COUNTY, occurred_on=DAY
)


def designated(since: date = DAY, until: date | None = date(2016, 12, 31), **other: Any) -> InstitutionDesignated:
    fields: dict[str, Any] = {"occupations": (WELDER,), "seats": 50, "region": COUNTY} | other
    return InstitutionDesignated(institution=SCHOOL, since=since, until=until, occurred_on=DAY, **fields)


SUSPENDED = InstitutionSuspended(
    institution=SCHOOL, region=COUNTY, since=date(2016, 6, 1), until=date(2016, 6, 30), occurred_on=DAY
)
WITHDRAWN = DesignationWithdrawn(institution=SCHOOL, region=COUNTY, occurred_on=date(2016, 9, 1))


def test_an_organisation_is_registered_once_in_the_officers_region(decide) -> None:
    assert decide(given=[], when=REGISTERED) == [REGISTERED]
    with pytest.raises(StandsAlready):
        decide(given=[REGISTERED], when=REGISTERED)
    other = OrganisationRegistered(
        organisation=OrganisationId("school"), name="另一所", kind="institution", region=COUNTY, occurred_on=DAY
    )
    with pytest.raises(IdTaken):
        decide(given=[REGISTERED], when=other)


def test_a_registered_institution_is_designated(decide) -> None:
    assert decide(given=[REGISTERED], when=designated()) == [designated()]
    with pytest.raises(UnknownInstitution, match="No institution school"):
        decide(given=[], when=designated())
    with pytest.raises(DaysRunBackwards):
        decide(given=[REGISTERED], when=designated(until=date(2015, 1, 1)))
    with pytest.raises(StandsAlready):
        decide(given=[REGISTERED, designated()], when=designated())
    with pytest.raises(OutsideYourRegion):
        decide(given=[REGISTERED], when=designated(region=RegionCode("620122")))


def test_a_designation_holds_from_its_first_to_its_last_day_for_its_occupations_only() -> None:
    days = [date(2015, 12, 31), DAY, date(2016, 12, 31), date(2017, 1, 1)]
    assert [designated_on([designated()], WELDER, day) for day in days] == [False, True, True, False]
    assert not designated_on([designated()], COOK, DAY)


def test_nothing_is_taught_while_suspended_or_after_a_withdrawal(decide) -> None:
    given: list[Fact] = [REGISTERED, designated()]
    assert decide(given=given, when=SUSPENDED) == [SUSPENDED]
    assert decide(given=given, when=WITHDRAWN) == [WITHDRAWN]
    facts = [designated(), SUSPENDED, WITHDRAWN]
    days = [date(2016, 5, 31), date(2016, 6, 15), date(2016, 7, 1), date(2016, 8, 31), date(2016, 9, 1)]
    assert [designated_on(facts, WELDER, day) for day in days] == [True, False, True, True, False]


def test_a_new_designation_counts_after_a_withdrawal() -> None:
    state = Designations()
    for fact in (designated(), WITHDRAWN, designated(since=date(2016, 10, 1), seats=30)):
        state.apply(fact)
    assert state.covering(WELDER, date(2016, 9, 15)) is None
    again = state.covering(WELDER, date(2016, 10, 1))
    assert again is not None
    assert again.seats == 30


@pytest.mark.parametrize("when", [SUSPENDED, WITHDRAWN])
def test_what_was_never_designated_is_neither_suspended_nor_withdrawn(decide, when: Fact) -> None:
    with pytest.raises(NotDesignated, match="never designated"):
        decide(given=[REGISTERED], when=when)


def test_a_teacher_may_teach_for_two_institutions_but_each_is_said_once(decide) -> None:
    teacher = TeacherRegistered(teacher=TeacherId("t1"), institution=SCHOOL, occurred_on=DAY)
    assert decide(given=[REGISTERED], when=teacher) == [teacher]
    with pytest.raises(StandsAlready):
        decide(given=[REGISTERED, teacher], when=teacher)
    with pytest.raises(UnknownInstitution):
        decide(given=[], when=teacher)


def test_a_venue_has_one_owner(decide) -> None:
    venue = VenueRegistered(venue=VenueId("v1"), institution=SCHOOL, seats=40, occurred_on=DAY)
    bigger = VenueRegistered(venue=VenueId("v1"), institution=SCHOOL, seats=400, occurred_on=DAY)
    assert decide(given=[REGISTERED], when=venue) == [venue]
    with pytest.raises(IdTaken, match="v1"):
        decide(given=[REGISTERED, venue], when=bigger)
