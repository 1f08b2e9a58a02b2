"""Findings: on what they rest, answered, put right by whom they concern, reviewed and closed by somebody else."""

from __future__ import annotations

from hashlib import sha256

import claim_samples as c
import inspection_samples as i
import money_samples as m
import msgspec
import pytest
import training_samples as t

from taizhang.domain.core import Fact, OrganisationId, PersonId, Position
from taizhang.domain.inspections.finding_refusals import (
    BlocksNobody,
    CircularIdTaken,
    ClosedByThemselves,
    DeadlineNotAfterFinding,
    EvidenceBeforeTheFinding,
    EvidenceUsedElsewhere,
    FindingIdTaken,
    FindingIsClosed,
    FindingIsOpen,
    LossesDoNotAddUp,
    NotAccepted,
    NothingReported,
    NotOneSubject,
    NotTheResponsibleUnit,
    RectificationNotOrdered,
    RestsOnNothing,
    ReviewedByThemselves,
    UnknownFinding,
)
from taizhang.domain.inspections.findings import FindingId, FindingRecordedCorrected
from taizhang.domain.inspections.refusals import (
    AfterTheHead,
    NotAnOfficer,
    NotOfTheTeam,
    OutsideTheInspectedRegion,
    StepTooEarly,
    UnknownInspection,
)
from taizhang.domain.standing import DaysRunBackwards, OthersRestOnIt, StandsAlready

GIVEN: list[Fact] = [*i.WORLD, *t.OPEN, i.opened()]
FOUND = [*GIVEN, i.stands()]
ORDERED = [*FOUND, i.ordered()]
REPORTED = [*ORDERED, i.reported()]
REVIEWED = [*REPORTED, i.reviewed()]
CLOSED = [*REVIEWED, i.closed()]


def test_a_finding_is_recorded_once_by_the_team_and_knows_whose_it_is(decide) -> None:
    assert decide(given=GIVEN, when=i.found(blocking=True), by=i.HE) == [i.stands()]
    with pytest.raises(StandsAlready):
        decide(given=FOUND, when=i.found(blocking=True), by=i.HE)
    with pytest.raises(FindingIdTaken):
        decide(given=FOUND, when=i.found(), by=i.HE)
    with pytest.raises(UnknownInspection):
        decide(given=GIVEN[:-1], when=i.found(), by=i.HE)
    with pytest.raises(UnknownInspection):
        decide(given=GIVEN, when=i.found(on=i.PLANNED), by=i.HE)
    with pytest.raises(NotOfTheTeam):
        decide(given=GIVEN, when=i.found(), by=i.QIN)


def test_a_finding_rests_on_facts_that_are_recorded(decide) -> None:
    with pytest.raises(RestsOnNothing):
        decide(given=GIVEN, when=i.found(rests_on=()), by=i.HE)
    assert decide(given=GIVEN, when=i.found(rests_on=(Position(1), Position(len(GIVEN)))), by=i.HE)
    for position in (0, len(GIVEN) + 1):
        with pytest.raises(AfterTheHead):
            decide(given=GIVEN, when=i.found(rests_on=(Position(1), Position(position))), by=i.HE)


def test_the_sum_of_a_finding_is_that_of_its_losses(decide) -> None:
    assert decide(given=GIVEN, when=i.found(losses=(i.loss(), i.loss(1)), amount_fen=5_001), by=i.HE)
    for losses, amount_fen in (((i.loss(),), 4_999), ((), 1), ((i.loss(),), 0)):
        with pytest.raises(LossesDoNotAddUp):
            decide(given=GIVEN, when=i.found(losses=losses, amount_fen=amount_fen), by=i.HE)


def test_only_what_concerns_an_institution_holds_payments_back(decide) -> None:
    paid = [*i.WORLD, *c.PAYABLE, c.paid(), i.opened()]
    about = {i.SCHOOL: GIVEN, i.CLASS: GIVEN, f"payment:{c.PAYMENT}": paid}
    for subject, given in about.items():
        [fact] = decide(given=given, when=i.found(object=subject, blocking=True), by=i.HE)
        assert fact.institution == t.SCHOOL
    persons = [*i.WORLD, *c.PAYABLE_TO_PERSONS, c.paid_person(), i.opened()]
    nobodys = {
        f"region:{t.COUNTY}": GIVEN,
        f"fund:{m.LINE}": GIVEN,
        "payment:none": GIVEN,
        "payment:payment-li": persons,
    }
    for subject, given in nobodys.items():
        assert decide(given=given, when=i.found(object=subject), by=i.HE)
        with pytest.raises(BlocksNobody):
            decide(given=given, when=i.found(object=subject, blocking=True), by=i.HE)


def test_a_finding_and_its_object_lie_where_the_inspection_is(decide) -> None:
    for wrong in (i.found(id=FindingId("find-620123-1")), i.found(object=f"region:{m.SECOND}")):
        with pytest.raises(OutsideTheInspectedRegion):
            decide(given=GIVEN, when=wrong, by=i.HE)
    paid = [*i.WORLD, *c.PAYABLE, c.paid(payer=m.PROVINCE), i.opened()]
    with pytest.raises(OutsideTheInspectedRegion):
        decide(given=paid, when=i.found(object=f"payment:{c.PAYMENT}"), by=i.HE)


def test_whom_a_finding_concerns_may_answer_it(decide) -> None:
    assert decide(given=FOUND, when=i.answered(), by=i.QIN) == [i.answered()]
    with pytest.raises(UnknownFinding):
        decide(given=GIVEN, when=i.answered(), by=i.QIN)
    with pytest.raises(StepTooEarly):
        decide(given=FOUND, when=i.answered(occurred_on=i.VISITED), by=i.QIN)
    with pytest.raises(StandsAlready):
        decide(given=[*FOUND, i.answered()], when=i.answered(), by=i.QIN)
    assert decide(given=FOUND, when=i.answered(), by=i.officer("head", t.SCHOOL, "institution"))
    with pytest.raises(NotTheResponsibleUnit):
        decide(given=FOUND, when=i.answered(), by=i.officer("other", "academy", "institution"))


def test_a_rectification_is_ordered_with_a_deadline_after_the_finding(decide) -> None:
    assert decide(given=FOUND, when=i.ordered(), by=i.HE) == [i.ordered()]
    assert decide(given=ORDERED, when=i.ordered(deadline=i.REPORTED), by=i.HE)
    with pytest.raises(StandsAlready):
        decide(given=ORDERED, when=i.ordered(), by=i.HE)
    for deadline, on in ((i.FOUND, i.FOUND), (i.VISITED, i.FOUND), (i.ORDERED, i.REPORTED)):
        with pytest.raises(DeadlineNotAfterFinding):
            decide(given=FOUND, when=i.ordered(deadline=deadline, occurred_on=on), by=i.HE)
    with pytest.raises(StepTooEarly):
        decide(given=FOUND, when=i.ordered(occurred_on=i.VISITED), by=i.HE)
    with pytest.raises(StepTooEarly):
        decide(given=ORDERED, when=i.ordered(occurred_on=i.FOUND), by=i.HE)
    with pytest.raises(NotAnOfficer):
        decide(given=FOUND, when=i.ordered(person_in_charge="nobody"), by=i.HE)
    with pytest.raises(UnknownFinding):
        decide(given=GIVEN, when=i.ordered(), by=i.HE)
    with pytest.raises(FindingIsClosed):
        decide(given=CLOSED, when=i.ordered(occurred_on=i.CLOSED, deadline=i.REOPENED), by=i.HE)


def test_the_responsible_unit_reports_with_evidence_from_after_the_finding(decide) -> None:
    assert decide(given=ORDERED, when=i.reported(), by=i.SUN) == [i.reported()]
    assert decide(given=ORDERED, when=i.reported(evidence_on=i.FOUND), by=i.SUN)
    with pytest.raises(StandsAlready):
        decide(given=REPORTED, when=i.reported(), by=i.SUN)
    with pytest.raises(RectificationNotOrdered):
        decide(given=FOUND, when=i.reported(), by=i.SUN)
    with pytest.raises(NotTheResponsibleUnit):
        decide(given=ORDERED, when=i.reported(), by=i.officer("other", "academy", "institution"))
    with pytest.raises(EvidenceBeforeTheFinding):
        decide(given=ORDERED, when=i.reported(evidence_on=i.VISITED), by=i.SUN)
    with pytest.raises(DaysRunBackwards):
        decide(given=ORDERED, when=i.reported(evidence_on=i.REVIEWED), by=i.SUN)
    with pytest.raises(StepTooEarly):
        decide(given=ORDERED, when=i.reported(occurred_on=i.FOUND, evidence_on=i.FOUND), by=i.SUN)


def test_a_reopened_finding_wants_evidence_from_after_its_reopening(decide) -> None:
    given = [*CLOSED, i.reopened()]
    on = i.JULY[25]
    with pytest.raises(EvidenceBeforeTheFinding):
        decide(given=given, when=i.reported(evidence_on=i.CLOSED, occurred_on=on), by=i.SUN)
    assert decide(given=given, when=i.reported(evidence_on=i.REOPENED, occurred_on=on), by=i.SUN)
    with pytest.raises(NotAccepted):  # the review of before does not close it again
        decide(given=given, when=i.closed(occurred_on=on), by=i.HE)


def test_one_piece_of_evidence_puts_one_finding_right(decide) -> None:
    given = [*REPORTED, i.stands(i.OTHER_FINDING), i.ordered(i.OTHER_FINDING)]
    fresh = sha256(b"another photograph").hexdigest()
    with pytest.raises(EvidenceUsedElsewhere, match=i.FINDING):
        decide(given=given, when=i.reported(i.OTHER_FINDING, evidence=(fresh, i.DIGEST)), by=i.SUN)
    assert decide(given=given, when=i.reported(i.OTHER_FINDING, evidence=(fresh,)), by=i.SUN)
    assert decide(given=given, when=i.reported(words="again"), by=i.SUN)


def test_somebody_else_reviews(decide) -> None:
    assert decide(given=REPORTED, when=i.reviewed(), by=i.LIU) == [i.reviewed()]
    for who in (i.SUN, i.QIN):
        with pytest.raises(ReviewedByThemselves):
            decide(given=REPORTED, when=i.reviewed(), by=who)
    with pytest.raises(NothingReported):
        decide(given=ORDERED, when=i.reviewed(), by=i.LIU)
    with pytest.raises(NothingReported):
        decide(given=REVIEWED, when=i.reviewed(), by=i.LIU)
    with pytest.raises(StepTooEarly):
        decide(given=REPORTED, when=i.reviewed(occurred_on=i.ORDERED), by=i.LIU)


def test_a_finding_is_closed_only_after_an_accepted_review_and_by_somebody_else(decide) -> None:
    assert decide(given=REVIEWED, when=i.closed(), by=i.HE) == [i.closed()]
    for given in (FOUND, ORDERED, REPORTED, [*REPORTED, i.reviewed(accepted=False)], [*REVIEWED, i.reported()]):
        with pytest.raises(NotAccepted):
            decide(given=given, when=i.closed(), by=i.HE)
    for who in (i.QIN, i.SUN):
        with pytest.raises(ClosedByThemselves):
            decide(given=REVIEWED, when=i.closed(), by=who)
    with pytest.raises(StepTooEarly):
        decide(given=REVIEWED, when=i.closed(occurred_on=i.REPORTED), by=i.HE)
    with pytest.raises(FindingIsClosed):
        decide(given=CLOSED, when=i.closed(), by=i.HE)


def test_a_closed_finding_is_reopened_and_revisited(decide) -> None:
    assert decide(given=CLOSED, when=i.reopened(), by=i.HE) == [i.reopened()]
    assert decide(given=CLOSED, when=i.revisited(), by=i.HE) == [i.revisited()]
    with pytest.raises(StandsAlready):
        decide(given=[*CLOSED, i.revisited()], when=i.revisited(), by=i.HE)
    for step in (i.reopened(), i.revisited()):
        with pytest.raises(FindingIsOpen):
            decide(given=REVIEWED, when=step, by=i.HE)
        with pytest.raises(StepTooEarly):
            decide(given=CLOSED, when=msgspec.structs.replace(step, occurred_on=i.REVIEWED), by=i.HE)


def test_who_is_reminded_answers(decide) -> None:
    given = [*ORDERED, i.reminded()]
    assert decide(given=ORDERED, when=i.reminded(), by=i.HE) == [i.reminded()]
    assert decide(given=given, when=i.replied(), by=i.QIN) == [i.replied()]
    with pytest.raises(StandsAlready):
        decide(given=given, when=i.reminded(), by=i.HE)
    for standing, by in ((ORDERED, i.QIN), ([*given, i.replied()], i.QIN), (given, i.officer("x", "academy", "clerk"))):
        with pytest.raises(NotTheResponsibleUnit):
            decide(given=standing, when=i.replied(), by=by)
    with pytest.raises(FindingIsClosed):
        decide(given=CLOSED, when=i.reminded(occurred_on=i.CLOSED), by=i.HE)


def test_circulars_and_measures_name_findings_that_exist(decide) -> None:
    assert decide(given=FOUND, when=i.circular(), by=i.HE) == [i.circular()]
    assert decide(given=FOUND, when=i.accounted(), by=i.HE) == [i.accounted()]
    for when in (i.circular(), i.accounted()):
        with pytest.raises(StandsAlready):
            decide(given=[*FOUND, when], when=when, by=i.HE)
        with pytest.raises(UnknownFinding):
            decide(given=GIVEN, when=when, by=i.HE)
        with pytest.raises(StepTooEarly):
            decide(given=FOUND, when=msgspec.structs.replace(when, occurred_on=i.VISITED), by=i.HE)
    with pytest.raises(CircularIdTaken):
        decide(given=[*FOUND, i.circular()], when=i.circular(title="Other"), by=i.HE)


def test_a_measure_or_commendation_is_about_exactly_one(decide) -> None:
    assert decide(given=FOUND, when=i.commended(), by=i.HE) == [i.commended()]
    with pytest.raises(StandsAlready):
        decide(given=[*FOUND, i.commended()], when=i.commended(), by=i.HE)
    nobody, two = (
        {"organisation": None, "officer": None},
        {"official": PersonId("p"), "organisation": OrganisationId("o")},
    )
    for when in (i.accounted(**nobody), i.accounted(**two), i.commended(organisation=None), i.commended(**two)):
        with pytest.raises(NotOneSubject):
            decide(given=FOUND, when=when, by=i.HE)
    with pytest.raises(AfterTheHead):
        decide(given=FOUND, when=i.commended(rests_on=(Position(999),)), by=i.HE)


def test_a_finding_is_corrected_only_if_what_became_of_it_keeps_its_ground(decide) -> None:
    was = i.stands()
    for given, now, void in (
        (ORDERED, i.found(blocking=True), True),
        (ORDERED, i.found(on=i.REPORTED, blocking=True), False),
        (CLOSED, i.found(), False),
        ([*FOUND, i.circular()], i.found(), True),
    ):
        with pytest.raises(OthersRestOnIt):
            decide(given=given, when=now, by=i.HE, amend=t.amend(given, was, void))
    for given, now in ((ORDERED, i.found()), (CLOSED, i.found(blocking=True, words="other words"))):
        [correction] = decide(given=given, when=now, by=i.HE, amend=t.amend(given, was))
        assert isinstance(correction, FindingRecordedCorrected)


def test_a_finding_is_not_corrected_to_a_day_that_its_deadline_or_its_evidence_does_not_lie_after(decide) -> None:
    on_the_day = i.ordered(deadline=i.ORDERED)
    older = i.reported(evidence_on=i.ORDERED, occurred_on=i.REPORTED)
    for given, refused, allowed in (
        ([*FOUND, on_the_day], i.ORDERED, i.VISITED),
        ([*FOUND, i.ordered(occurred_on=i.REPORTED), older], i.JULY[9], i.ORDERED),
    ):
        amend = t.amend(given, i.stands())
        with pytest.raises(OthersRestOnIt):
            decide(given=given, when=i.found(on=refused, blocking=True), by=i.HE, amend=amend)
        [correction] = decide(given=given, when=i.found(on=allowed, blocking=True), by=i.HE, amend=amend)
        assert isinstance(correction, FindingRecordedCorrected)
