"""Leads: assigned to somebody whom they do not concern, checked, then confirmed or refuted by somebody else."""

from __future__ import annotations

from datetime import date

import inspection_samples as i
import lead_samples as s
import msgspec
import pytest
import training_samples as t

from taizhang.domain.core import OfficerId, Position
from taizhang.domain.decisions import Amend, NotYourRole, OutsideYourRegion
from taizhang.domain.inspections.refusals import AfterTheHead, StepTooEarly
from taizhang.domain.leads.ids import lead_id
from taizhang.domain.leads.leads import LeadRefutedCorrected
from taizhang.domain.leads.refusals import (
    AssigneeMayNot,
    CheckedByThemselves,
    CheckerConcerned,
    LeadIsSettled,
    MergedIntoItself,
    NobodyIsOnIt,
    NotCheckedYet,
    NotThatLead,
    NotTheAssignee,
    OutsideTheLeadsRegion,
)
from taizhang.domain.standing import DaysRunBackwards, OthersRestOnIt, StandsAlready


def test_a_lead_is_assigned_under_the_id_of_its_rule_and_subjects(decide) -> None:
    assert decide(given=s.GIVEN, when=s.assigned(), by=s.SONG) == [s.assigned()]
    with pytest.raises(StandsAlready):
        decide(given=s.ON_IT, when=s.assigned(), by=s.SONG)
    assert decide(given=s.ON_IT, when=s.assigned(s.YUAN), by=s.SONG)
    for wrong in (s.assigned(rule=s.OTHER_RULE, lead=s.LEAD), s.assigned(subjects=(i.CLASS,), lead=s.LEAD)):
        with pytest.raises(NotThatLead):
            decide(given=s.GIVEN, when=wrong, by=s.SONG)
    with pytest.raises(NotYourRole):
        decide(given=s.GIVEN, when=s.assigned(), by=i.QIN)
    with pytest.raises(DaysRunBackwards):
        decide(given=s.GIVEN, when=s.assigned(check_by=date(2016, 8, 1)), by=s.SONG)


def test_a_lead_lies_in_the_region_that_it_is_said_to_concern(decide) -> None:
    subjects = (f"class:{t.WELDING}", "region:620122")
    with pytest.raises(OutsideTheLeadsRegion):
        decide(given=s.GIVEN, when=s.assigned(subjects=subjects), by=s.SONG)
    with pytest.raises(OutsideYourRegion):
        decide(given=s.GIVEN, when=s.assigned(region="620122"), by=s.SONG)


def test_nobody_is_assigned_who_holds_no_role_there_or_whom_it_concerns(decide) -> None:
    stranger = i.officer("nobody")
    with pytest.raises(AssigneeMayNot):
        decide(given=s.GIVEN, when=s.assigned(stranger), by=s.SONG)
    approver = msgspec.structs.replace(s.TANG, officer=OfficerId("chief"))  # approved the class
    with pytest.raises(CheckerConcerned):
        decide(given=[*s.GIVEN, *s.granted(approver)], when=s.assigned(approver), by=s.SONG)
    own = msgspec.structs.replace(s.TANG, officer=OfficerId("head"), organisation=t.SCHOOL)  # the school's own
    with pytest.raises(CheckerConcerned):
        decide(given=[*s.GIVEN, *s.granted(own)], when=s.assigned(own), by=s.SONG)
    about = s.assigned(own, subjects=(f"institution:{t.SCHOOL}",))
    with pytest.raises(CheckerConcerned):
        decide(given=[*s.GIVEN, *s.granted(own)], when=about, by=s.SONG)


def test_whom_a_lead_is_assigned_to_records_the_check(decide) -> None:
    assert decide(given=s.ON_IT, when=s.checked(), by=s.TANG) == [s.stands(s.checked(), checked_by="tang")]
    with pytest.raises(NobodyIsOnIt):
        decide(given=s.GIVEN, when=s.checked(), by=s.TANG)
    with pytest.raises(NotTheAssignee):
        decide(given=s.ON_IT, when=s.checked(), by=s.SONG)
    with pytest.raises(StandsAlready):
        decide(given=s.LOOKED_AT, when=s.checked(), by=s.TANG)
    with pytest.raises(StepTooEarly):
        decide(given=s.ON_IT, when=s.checked(occurred_on=date(2016, 8, 31)), by=s.TANG)
    with pytest.raises(AfterTheHead):
        decide(given=s.ON_IT, when=s.checked(rests_on=(Position(999),)), by=s.TANG)


def test_who_came_to_be_concerned_since_the_assignment_stands_aside(decide) -> None:
    later = t.filed(t.COOKING, filed_by="tang")
    subjects = (f"class:{t.COOKING}",)
    given = [*s.GIVEN, s.assigned(subjects=subjects), later]
    with pytest.raises(CheckerConcerned):
        decide(given=given, when=s.checked(lead=lead_id(s.RULE, subjects)), by=s.TANG)


def test_another_officer_than_the_checker_concludes_and_only_after_a_check(decide) -> None:
    for conclusion, who in ((s.confirmed(), "confirmed_by"), (s.refuted(), "refuted_by")):
        stands = [s.stands(conclusion, **{who: "song"})]
        assert decide(given=s.LOOKED_AT, when=conclusion, by=s.SONG) == stands
        with pytest.raises(NotCheckedYet):
            decide(given=s.ON_IT, when=conclusion, by=s.SONG)
        with pytest.raises(CheckedByThemselves):
            decide(given=s.LOOKED_AT, when=conclusion, by=s.TANG)
        with pytest.raises(LeadIsSettled):
            decide(given=s.CONFIRMED, when=conclusion, by=s.SONG)
        early = msgspec.structs.replace(conclusion, occurred_on=s.ASSIGNED)
        with pytest.raises(StepTooEarly):
            decide(given=s.LOOKED_AT, when=early, by=s.SONG)
    elsewhere = msgspec.structs.replace(s.SONG, region="620122")
    with pytest.raises(OutsideYourRegion):
        decide(given=s.LOOKED_AT, when=s.confirmed(), by=elsewhere)


def test_a_settled_lead_is_neither_assigned_nor_checked_nor_merged(decide) -> None:
    with pytest.raises(LeadIsSettled):
        decide(given=s.CONFIRMED, when=s.assigned(s.YUAN), by=s.SONG)
    with pytest.raises(LeadIsSettled):
        decide(given=s.CONFIRMED, when=s.checked(words="again"), by=s.TANG)
    with pytest.raises(LeadIsSettled):
        decide(given=s.CONFIRMED, when=s.merged(), by=s.SONG)


def test_a_conclusion_is_corrected_with_a_reason_and_the_lead_is_open_again(decide) -> None:
    given = [*s.LOOKED_AT, s.stands(s.refuted(), refuted_by="song")]
    amend = Amend(corrects=Position(len(given)), was=given[-1], reason="x", approver=OfficerId("yuan"), void=True)
    [gone] = decide(given=given, when=given[-1], amend=amend, by=s.SONG)
    assert isinstance(gone, LeadRefutedCorrected)
    assert decide(given=[*given, gone], when=s.confirmed(), by=s.SONG)


def test_a_conclusion_rests_on_its_check_and_a_case_on_its_confirmation(decide) -> None:
    for given, position in ((s.CONFIRMED, len(s.LOOKED_AT)), (s.TAKEN_UP, len(s.CONFIRMED))):
        was = given[position - 1]
        amend = Amend(corrects=Position(position), was=was, reason="x", approver=OfficerId("yuan"), void=True)
        with pytest.raises(OthersRestOnIt):
            decide(given=given, when=was, amend=amend, by=s.TANG if position == len(s.LOOKED_AT) else s.SONG)


def test_leads_about_one_thing_go_on_under_one_of_them(decide) -> None:
    [fact] = decide(given=s.ON_IT, when=s.merged(), by=s.SONG)
    assert fact.region == s.COUNTY
    with pytest.raises(MergedIntoItself):
        decide(given=s.ON_IT, when=s.merged(s.LEAD), by=s.SONG)
    with pytest.raises(NobodyIsOnIt):
        decide(given=s.GIVEN, when=s.merged(), by=s.SONG)
    with pytest.raises(LeadIsSettled):
        decide(given=[*s.ON_IT, fact], when=s.merged(), by=s.SONG)
    other = s.assigned(rule=s.OTHER_RULE, subjects=(i.CLASS,))
    with pytest.raises(LeadIsSettled):
        decide(given=[*s.ON_IT, fact], when=other, by=s.SONG)
