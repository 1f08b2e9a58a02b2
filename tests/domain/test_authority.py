"""What binds every proposal: the institution an officer acts for, and the calendar."""

from __future__ import annotations

from datetime import date, timedelta

import msgspec
import pytest
from catalogue_samples import made_up
from training_samples import (
    COUNTY,
    MAY_3,
    MAY_4,
    MAY_9,
    OPEN,
    SCHOOL,
    TAUGHT,
    amend,
    attended,
    certificate,
    designated,
    enrolled,
    filed,
    hours,
    officer,
    session,
    withdrawn,
)

from taizhang.domain.classes import ClassGuard, ClassRescheduled, OfOneClass
from taizhang.domain.core import Actor, Fact, OfficerId, OrganisationId, RegionCode
from taizhang.domain.decisions import INSTITUTION, ApproverMayNot, NotYetHappened, NotYourInstitution, commands
from taizhang.domain.enrolment import WishStated
from taizhang.domain.institutions import TeacherRegistered
from taizhang.domain.officers import RoleGranted

OWN = officer("head", INSTITUTION)
RIVAL = msgspec.structs.replace(OWN, organisation=OrganisationId("rival"))
RESCHEDULED = ClassRescheduled(
    training_class=filed().training_class, starts_on=MAY_4, ends_on=MAY_9, why="rain", occurred_on=MAY_3
)
PROPOSALS: list[tuple[list[Fact], Fact]] = [
    ([designated()], filed()),
    (OPEN, RESCHEDULED),
    (OPEN, session(MAY_4)),
    (OPEN, enrolled()),
    (TAUGHT, withdrawn()),
    (TAUGHT, attended(hours(MAY_4, 8, 10))),
    (TAUGHT, certificate()),
    ([], TeacherRegistered(teacher="wang", institution=SCHOOL, occurred_on=MAY_3)),
]


@pytest.mark.parametrize(("given", "fact"), PROPOSALS)
def test_an_institution_has_no_say_in_anothers_classes(decide, given: list[Fact], fact: Fact) -> None:
    with pytest.raises(NotYourInstitution, match="belongs to institution school; you act for rival"):
        decide(given=given, when=fact, by=RIVAL)


@pytest.mark.parametrize("by", [OWN, officer("teller")])
def test_an_institution_and_the_county_enrol_in_the_institutions_own_class(decide, by: Actor) -> None:
    assert decide(given=OPEN, when=enrolled(), by=by) == [enrolled()]


def test_an_institution_neither_takes_a_filing_over_nor_gives_one_away(decide) -> None:
    given: list[Fact] = [designated(), filed()]
    taken = filed(institution="rival")
    for by, owner in ((RIVAL, "school"), (OWN, "rival")):
        with pytest.raises(NotYourInstitution, match=f"belongs to institution {owner}"):
            decide(given=given, when=taken, by=by, amend=amend(given, filed()))


def test_an_institution_does_not_void_anothers_enrolment(decide) -> None:
    given = [*OPEN, enrolled()]
    with pytest.raises(NotYourInstitution):
        decide(given=given, when=enrolled(), by=RIVAL, amend=amend(given, enrolled(), void=True))


def test_a_wish_is_nobodys_in_particular(decide) -> None:
    wish = WishStated(person="li", county=RegionCode("620121"), occupation=filed().occupation, occurred_on=MAY_3)
    assert decide(given=[], when=wish, by=RIVAL) == [wish]


def test_every_decision_about_a_class_that_institutions_may_ask_for_reads_whose_class_it_is() -> None:
    asked = {command for command, one in commands().items() if INSTITUTION in one.ROLES and issubclass(one, OfOneClass)}
    assert asked == {decision.COMMAND for decision in _asking_for_the_class()}


def _asking_for_the_class() -> list[type]:
    found = []
    for one in commands().values():
        if INSTITUTION in one.ROLES and issubclass(one, OfOneClass):
            fact = made_up(one.DECIDES)
            if (ClassGuard.KIND, fact.training_class) in one(fact, OWN).guards():
                found.append(one)
    return found


def test_nothing_is_recorded_before_it_has_happened(decide) -> None:
    eve = MAY_4 - timedelta(days=1)
    with pytest.raises(NotYetHappened, match="on 2016-05-04, after today"):
        decide(given=OPEN, when=session(MAY_4), by=officer("teller"), today=eve)
    assert decide(given=OPEN, when=session(MAY_4), by=officer("teller"), today=MAY_4) == [session(MAY_4)]


def test_nothing_is_corrected_into_the_future_but_what_stands_there_may_go(decide) -> None:
    given = [*OPEN, enrolled()]
    tomorrow = enrolled(on=date(2016, 5, 6))
    with pytest.raises(NotYetHappened):
        decide(given=given, when=tomorrow, by=officer("teller"), amend=amend(given, enrolled()), today=MAY_4)
    early = [*OPEN, tomorrow]
    [gone] = decide(
        given=early, when=tomorrow, by=officer("teller"), amend=amend(early, tomorrow, void=True), today=MAY_4
    )
    assert gone.now is None


APPROVERS = [
    ("clerk", "620100", True),
    ("clerk", str(COUNTY), True),
    ("clerk", "620122", False),  # another county's
    ("finance", str(COUNTY), False),  # could not enrol anybody itself
    (INSTITUTION, str(COUNTY), False),  # a school does not allow what it did
]


@pytest.mark.parametrize(("role", "region", "may"), APPROVERS)
def test_a_correction_is_allowed_by_somebody_who_could_do_the_work_in_a_region_that_contains_it(
    decide, role: str, region: str, may: bool
) -> None:
    granted = RoleGranted(
        officer=OfficerId("chief"),
        role=role,
        organisation=OrganisationId("hr"),
        region=RegionCode(region),
        occurred_on=MAY_3,
    )
    given = [*OPEN, enrolled(), granted]
    proposal = {"when": enrolled(on=MAY_4), "amend": amend([*OPEN, enrolled()], enrolled()), "approver_may": False}
    if may:
        [correction] = decide(given=given, **proposal)
        assert correction.approver == "chief"
    else:
        with pytest.raises(ApproverMayNot, match="The approver chief holds no role that may allow this in 620121"):
            decide(given=given, **proposal)


def test_nobody_in_particular_allows_nothing(decide) -> None:
    with pytest.raises(ApproverMayNot, match="chief"):
        decide(
            given=[*OPEN, enrolled()],
            when=enrolled(on=MAY_4),
            amend=amend([*OPEN, enrolled()], enrolled()),
            approver_may=False,
        )
