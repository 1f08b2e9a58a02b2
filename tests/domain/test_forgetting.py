"""Forgetting a person: asked for, approved by a second officer, held up, waited for, and then done once."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import msgspec
import pytest

from taizhang.domain.classes import InstitutionId, TeacherId
from taizhang.domain.core import Actor, Fact, OfficerId, OrganisationId, PersonId, RegionCode
from taizhang.domain.decisions import NotYourRole, OutsideYourRegion, PreparedAndApprovedByOne
from taizhang.domain.forgetting import (
    FileBlanked,
    ForgettingApproved,
    ForgettingRequested,
    ForgettingWithdrawn,
    HoldId,
    LegalHoldLifted,
    LegalHoldPlaced,
    PersonForgotten,
)
from taizhang.domain.forgetting_refusals import (
    ApprovedAlready,
    BlankedAlready,
    ForgottenAlready,
    HeldByLaw,
    HoldStandsAlready,
    IdsChangedSince,
    NoSuchHold,
    NotApproved,
    NotForgotten,
    NotItsDay,
    NotRequested,
    RequestedAlready,
    WaitingStill,
)
from taizhang.domain.forgetting_steps import WAIT_DAYS, WAIT_DAYS_UNSET
from taizhang.domain.institutions import TeacherRegistered
from taizhang.domain.people import PersonRegistered, PersonsMerged, UnknownPerson
from taizhang.domain.policy import ThresholdName, ThresholdSet
from taizhang.domain.standing import StandsAlready

DAY = date(2016, 5, 9)
DONE = DAY + timedelta(days=WAIT_DAYS_UNSET)
COUNTY, OTHER = RegionCode("620121"), RegionCode("620122")
A, B = PersonId("a"), PersonId("b")
REGISTERED: list[Fact] = [
    PersonRegistered(person=person, statement="s", county=COUNTY, occurred_on=DAY) for person in (A, B)
]
REQUESTED = ForgettingRequested(
    person=A, ground="consent-withdrawn", group=(A,), requested_by=OfficerId("clerk"), occurred_on=DAY
)
APPROVED = ForgettingApproved(person=A, group=(A,), approved_by=OfficerId("second"), occurred_on=DAY)
HELD = LegalHoldPlaced(person=A, hold=HoldId("h1"), document="法函〔2016〕1号", group=(A,), occurred_on=DAY)
LIFTED = LegalHoldLifted(person=A, hold=HoldId("h1"), document="法函〔2016〕9号", group=(A,), occurred_on=DAY)
FORGOTTEN = PersonForgotten(
    person=A,
    group=(A,),
    ground="consent-withdrawn",
    requested_by=OfficerId("clerk"),
    approved_by=OfficerId("second"),
    occurred_on=DONE,
)
FORGET = PersonForgotten(person=A, occurred_on=DONE)
MERGED = PersonsMerged(kept=A, merged=(B,), group=(A, B), occurred_on=DAY)
BLANKED = FileBlanked(person=A, before="1" * 64, after="2" * 64, stored_as="source", cells=7, occurred_on=DONE)


def officer(name: str, role: str, region: RegionCode = COUNTY) -> Actor:
    return Actor(
        officer=OfficerId(name), role=role, organisation=OrganisationId("o"), region=region, authenticated="test"
    )


CLERK, SECOND, AUDIT = officer("clerk", "clerk"), officer("second", "clerk"), officer("audit", "audit-administrator")
INSPECTOR = officer("inspector", "inspector")
REQUEST = ForgettingRequested(person=A, ground="consent-withdrawn", occurred_on=DAY)
APPROVE = ForgettingApproved(person=A, occurred_on=DAY)


def test_a_person_is_forgotten_once_two_officers_agreed_and_the_days_have_run(decide: Any) -> None:
    assert decide(given=REGISTERED, when=REQUEST, by=CLERK, today=DAY) == [REQUESTED]
    assert decide(given=[*REGISTERED, REQUESTED], when=APPROVE, by=SECOND, today=DAY) == [APPROVED]
    assert decide(given=[*REGISTERED, REQUESTED, APPROVED], when=FORGET, by=CLERK, today=DONE) == [FORGOTTEN]


def test_an_audit_administrator_may_approve_and_a_clerk_may_place_no_hold(decide: Any) -> None:
    [approved] = decide(given=[*REGISTERED, REQUESTED], when=APPROVE, by=AUDIT, today=DAY)
    assert approved.approved_by == "audit"
    with pytest.raises(NotYourRole):
        decide(given=REGISTERED, when=HELD, by=CLERK, today=DAY)


def test_who_asked_does_not_approve(decide: Any) -> None:
    with pytest.raises(PreparedAndApprovedByOne):
        decide(given=[*REGISTERED, REQUESTED], when=APPROVE, by=CLERK, today=DAY)


def test_nothing_is_approved_withdrawn_or_erased_that_nobody_asked_for(decide: Any) -> None:
    for fact, by in (
        (APPROVE, SECOND),
        (ForgettingWithdrawn(person=A, occurred_on=DAY), SECOND),
        (msgspec.structs.replace(FORGET, occurred_on=DAY), CLERK),
    ):
        with pytest.raises(NotRequested):
            decide(given=REGISTERED, when=fact, by=by, today=DAY)


def test_nothing_is_erased_that_no_second_officer_approved(decide: Any) -> None:
    with pytest.raises(NotApproved):
        decide(given=[*REGISTERED, REQUESTED], when=FORGET, by=CLERK, today=DONE)


def test_the_day_before_the_waiting_ends_nothing_is_erased(decide: Any) -> None:
    before = DONE - timedelta(days=1)
    with pytest.raises(WaitingStill) as refused:
        decide(
            given=[*REGISTERED, REQUESTED, APPROVED],
            when=PersonForgotten(person=A, occurred_on=before),
            by=CLERK,
            today=before,
        )
    assert refused.value.until == DONE


def test_a_province_may_set_how_long_it_waits_and_the_longest_counts(decide: Any) -> None:
    threshold = ThresholdSet(
        name=ThresholdName(WAIT_DAYS), value=3, since=date(2016, 1, 1), region=RegionCode("620000"), occurred_on=DAY
    )
    given = [*REGISTERED, threshold, REQUESTED, APPROVED]
    day = DAY + timedelta(days=3)
    [done] = decide(given=given, when=PersonForgotten(person=A, occurred_on=day), by=CLERK, today=day)
    assert done.occurred_on == day
    longer = msgspec.structs.replace(threshold, value=60, region=COUNTY)
    with pytest.raises(WaitingStill):
        decide(given=[longer, *given], when=FORGET, by=CLERK, today=DONE)


def test_no_step_takes_an_older_date_so_that_nobody_buys_the_waiting_with_it(decide: Any) -> None:
    with pytest.raises(NotItsDay):
        decide(given=REGISTERED, when=REQUEST, by=CLERK, today=DONE)
    with pytest.raises(NotItsDay):
        decide(given=REGISTERED, when=HELD, by=INSPECTOR, today=DONE)


def test_a_legal_hold_keeps_the_data_until_it_is_lifted(decide: Any) -> None:
    held = [*REGISTERED, REQUESTED, APPROVED, HELD]
    with pytest.raises(HeldByLaw):
        decide(given=held, when=FORGET, by=CLERK, today=DONE)
    assert decide(given=held, when=LIFTED, by=INSPECTOR, today=DAY) == [LIFTED]
    assert decide(given=[*held, LIFTED], when=FORGET, by=CLERK, today=DONE) == [FORGOTTEN]


def test_a_holds_number_is_given_once_and_the_same_words_again_change_nothing(decide: Any) -> None:
    place = msgspec.structs.replace(HELD, group=())
    with pytest.raises(StandsAlready):
        decide(given=[*REGISTERED, HELD], when=place, by=INSPECTOR, today=DAY)
    with pytest.raises(HoldStandsAlready):
        decide(given=[*REGISTERED, HELD, LIFTED], when=place, by=INSPECTOR, today=DAY)


def test_only_a_hold_that_stands_is_lifted(decide: Any) -> None:
    with pytest.raises(NoSuchHold):
        decide(given=REGISTERED, when=LIFTED, by=INSPECTOR, today=DAY)


def test_one_request_at_a_time_and_after_taking_it_back_another(decide: Any) -> None:
    with pytest.raises(RequestedAlready):
        decide(given=[*REGISTERED, REQUESTED], when=REQUEST, by=SECOND, today=DAY)
    taken_back = decide(
        given=[*REGISTERED, REQUESTED], when=ForgettingWithdrawn(person=A, occurred_on=DAY), by=SECOND, today=DAY
    )
    assert decide(given=[*REGISTERED, REQUESTED, *taken_back], when=REQUEST, by=CLERK, today=DAY) == [REQUESTED]


def test_a_request_is_approved_once_and_an_approval_does_not_outlive_its_request(decide: Any) -> None:
    with pytest.raises(ApprovedAlready):
        decide(given=[*REGISTERED, REQUESTED, APPROVED], when=APPROVE, by=AUDIT, today=DAY)
    withdrawn = ForgettingWithdrawn(person=A, group=(A,), occurred_on=DAY)
    with pytest.raises(NotApproved):
        decide(given=[*REGISTERED, REQUESTED, APPROVED, withdrawn, REQUESTED], when=FORGET, by=CLERK, today=DONE)


def test_all_ids_of_a_person_are_forgotten_together_and_what_was_merged_since_is_asked_for_anew(decide: Any) -> None:
    [asked] = decide(given=[*REGISTERED, MERGED], when=REQUEST, by=CLERK, today=DAY)
    assert asked.group == (A, B)
    with pytest.raises(IdsChangedSince):
        decide(given=[*REGISTERED, REQUESTED, MERGED], when=APPROVE, by=SECOND, today=DAY)
    held = msgspec.structs.replace(HELD, person=B, group=(A, B))
    both = msgspec.structs.replace(APPROVED, group=(A, B))
    with pytest.raises(HeldByLaw):
        decide(given=[*REGISTERED, MERGED, asked, both, held], when=FORGET, by=CLERK, today=DONE)


def test_who_is_forgotten_is_neither_forgotten_again_nor_held(decide: Any) -> None:
    given = [*REGISTERED, REQUESTED, APPROVED, FORGOTTEN]
    for fact, by in ((FORGET, CLERK), (msgspec.structs.replace(HELD, occurred_on=DONE), INSPECTOR)):
        with pytest.raises(ForgottenAlready):
            decide(given=given, when=fact, by=by, today=DONE)


def test_an_officer_forgets_nobody_of_another_county_and_nobody_unknown(decide: Any) -> None:
    with pytest.raises(OutsideYourRegion):
        decide(given=REGISTERED, when=REQUEST, by=officer("far", "clerk", OTHER), today=DAY)
    with pytest.raises(UnknownPerson):
        decide(given=[], when=REQUEST, by=CLERK, today=DAY)


def test_a_teacher_may_be_forgotten_too(decide: Any) -> None:
    teacher = TeacherRegistered(teacher=TeacherId("a"), institution=InstitutionId("school"), occurred_on=DAY)
    assert decide(given=[teacher], when=REQUEST, by=CLERK, today=DAY) == [REQUESTED]


def test_a_file_gives_way_for_somebody_forgotten_only_and_only_once(decide: Any) -> None:
    with pytest.raises(NotForgotten):
        decide(given=REGISTERED, when=BLANKED, by=CLERK, today=DONE)
    assert decide(given=[*REGISTERED, FORGOTTEN], when=BLANKED, by=CLERK, today=DONE) == [BLANKED]
    with pytest.raises(StandsAlready):
        decide(given=[*REGISTERED, FORGOTTEN, BLANKED], when=BLANKED, by=CLERK, today=DONE)
    with pytest.raises(BlankedAlready):
        decide(
            given=[*REGISTERED, FORGOTTEN, BLANKED],
            when=msgspec.structs.replace(BLANKED, after="3" * 64),
            by=CLERK,
            today=DONE,
        )
