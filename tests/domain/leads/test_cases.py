"""Cases: opened on confirmed leads, replied to before they are decided, carried out before they are closed."""

from __future__ import annotations

from datetime import date

import claim_samples as c
import inspection_samples as i
import lead_samples as s
import msgspec
import pytest
import training_samples as t

from taizhang.domain.core import OfficerId, Position
from taizhang.domain.decisions import Amend, NotYourInstitution, PreparedAndApprovedByOne
from taizhang.domain.inspections.refusals import StepTooEarly
from taizhang.domain.leads.case_refusals import (
    CaseIdTaken,
    CaseIsClosed,
    CaseIsOpen,
    ConsequenceMissing,
    DecidedAlready,
    LeadInACase,
    LeadNotConfirmed,
    NotDecided,
    NothingToLink,
    NotInvited,
    NotYourCase,
    OneIsAsked,
    ReplyNotInvited,
    ReplyStillRuns,
    UnfoundedAndMore,
    UnknownCase,
    UnknownOffice,
)
from taizhang.domain.leads.refusals import CheckerConcerned, OutsideTheLeadsRegion
from taizhang.domain.standing import DaysRunBackwards, OthersRestOnIt, StandsAlready


def test_a_case_is_opened_once_on_confirmed_leads_of_its_region(decide) -> None:
    assert decide(given=s.CONFIRMED, when=s.case(), by=s.TANG) == [s.case_stands()]
    with pytest.raises(LeadNotConfirmed):
        decide(given=s.LOOKED_AT, when=s.case(), by=s.TANG)
    with pytest.raises(LeadNotConfirmed):
        decide(given=s.CONFIRMED, when=s.case(leads=(s.LEAD, s.OTHER)), by=s.TANG)
    with pytest.raises(CaseIdTaken):
        decide(given=s.TAKEN_UP, when=s.case(), by=s.TANG)
    with pytest.raises(LeadInACase):
        decide(given=s.TAKEN_UP, when=s.case(case="case-620121-2"), by=s.TANG)
    with pytest.raises(StepTooEarly):
        decide(given=s.CONFIRMED, when=s.case(occurred_on=s.CHECKED), by=s.TANG)
    province = i.officer("he")
    with pytest.raises(OutsideTheLeadsRegion):
        decide(given=s.CONFIRMED, when=s.case(case="case-620122-1"), by=province)


def test_an_office_does_not_take_up_what_it_answers_for_itself(decide) -> None:
    own = i.officer("inside", t.SCHOOL, "discipline", s.COUNTY)
    with pytest.raises(CheckerConcerned):
        decide(given=s.CONFIRMED, when=s.case(), by=own)


def test_who_is_asked_is_one_and_has_until_a_day(decide) -> None:
    assert decide(given=s.TAKEN_UP, when=s.invited(), by=s.TANG) == [s.invited()]
    with pytest.raises(UnknownCase):
        decide(given=s.CONFIRMED, when=s.invited(), by=s.TANG)
    for fields in ({"organisation": None}, {"officer": "qin"}):
        with pytest.raises(OneIsAsked):
            decide(given=s.TAKEN_UP, when=s.invited(**fields), by=s.TANG)
    with pytest.raises(DaysRunBackwards):
        decide(given=s.TAKEN_UP, when=s.invited(until=s.OPENED), by=s.TANG)
    with pytest.raises(NotYourCase):
        decide(given=s.TAKEN_UP, when=s.invited(), by=i.officer("he"))
    with pytest.raises(StepTooEarly):
        decide(given=s.TAKEN_UP, when=s.invited(occurred_on=s.CHECKED), by=s.TANG)


def test_who_was_asked_answers_for_themselves_or_the_office_records_the_paper(decide) -> None:
    for by in (i.QIN, s.TANG):
        assert decide(given=s.ASKED, when=s.replied(), by=by) == [s.replied()]
    with pytest.raises(NotInvited):
        decide(given=s.TAKEN_UP, when=s.replied(), by=i.QIN)
    with pytest.raises(NotInvited):
        decide(given=s.ASKED, when=s.replied(organisation="other"), by=i.officer("x", "other", "clerk"))
    with pytest.raises(NotInvited):
        decide(given=s.ASKED, when=s.replied(), by=i.officer("x", "other", "clerk"))
    with pytest.raises(NotYourInstitution):
        decide(given=s.ASKED, when=s.replied(), by=i.officer("head", t.SCHOOL, "institution"))
    with pytest.raises(OneIsAsked):
        decide(given=s.ASKED, when=s.replied(officer="qin"), by=i.QIN)
    with pytest.raises(StandsAlready):
        decide(given=s.ANSWERED, when=s.replied(), by=i.QIN)
    with pytest.raises(StepTooEarly):
        decide(given=s.ASKED, when=s.replied(occurred_on=s.CHECKED), by=i.QIN)


def test_nothing_is_decided_before_the_reply_and_nobody_approves_their_own_decision(decide) -> None:
    [fact] = decide(given=s.ANSWERED, when=s.decided(), by=s.TANG)
    assert fact.decided_by == "tang"
    with pytest.raises(ReplyNotInvited):
        decide(given=s.TAKEN_UP, when=s.decided(), by=s.TANG)
    with pytest.raises(ReplyStillRuns) as still:
        decide(given=s.ASKED, when=s.decided(occurred_on=s.UNTIL), by=s.TANG)
    assert ":" not in still.value.whom, "who may answer is named without the kind that only the log needs"
    assert decide(given=s.ASKED, when=s.decided(), by=s.TANG)  # nobody answered in time
    with pytest.raises(PreparedAndApprovedByOne):
        decide(given=s.ANSWERED, when=s.decided(approver="tang"), by=s.TANG)
    with pytest.raises(DecidedAlready):
        decide(given=s.SETTLED, when=s.decided(), by=s.TANG)
    for fields in ({"outcomes": ("unfounded", "circular")}, {"outcomes": ("unfounded",), "amount_fen": 1}):
        with pytest.raises(UnfoundedAndMore):
            decide(given=s.ANSWERED, when=s.decided(**fields), by=s.TANG)
    with pytest.raises(CheckerConcerned):
        decide(given=s.ANSWERED, when=s.decided(approver="chief"), by=s.TANG)  # who approved the class


def test_a_consequence_is_a_fact_of_the_log_and_money_is_counted_from_it(decide) -> None:
    assert decide(given=s.SETTLED, when=s.linked(), by=s.TANG) == [s.linked()]
    with pytest.raises(NothingToLink):
        decide(given=s.SETTLED[:-1], when=s.linked(), by=s.TANG)
    with pytest.raises(NotDecided):
        decide(given=[*s.ANSWERED, s.entered()], when=s.linked(), by=s.TANG)
    with pytest.raises(StandsAlready):
        decide(given=s.CARRIED_OUT, when=s.linked(), by=s.TANG)
    back = c.recovered((t.LI, 3_000), on=s.DECIDED)
    asked = s.linked(consequence="recovery", about=f"payment:{c.PAYMENT}", amount_fen=9_999_999)
    [fact] = decide(given=[*s.SETTLED, back], when=asked, by=s.TANG)
    assert fact.amount_fen == 3_000


def test_a_case_is_closed_when_what_was_decided_was_carried_out(decide) -> None:
    [fact] = decide(given=s.CARRIED_OUT, when=s.closed(), by=s.SONG)
    assert fact.case_closed_by == "song"
    with pytest.raises(ConsequenceMissing):
        decide(given=s.SETTLED, when=s.closed(), by=s.SONG)
    with pytest.raises(NotDecided):
        decide(given=s.ANSWERED, when=s.closed(), by=s.SONG)
    with pytest.raises(StepTooEarly):
        decide(given=s.CARRIED_OUT, when=s.closed(occurred_on=s.UNTIL), by=s.SONG)
    cleared = [*s.ANSWERED, s.decided(outcomes=("unfounded",))]
    assert decide(given=cleared, when=s.closed(), by=s.SONG)


def test_a_closed_case_rests_until_somebody_says_why_it_does_not(decide) -> None:
    for step in (s.invited(occurred_on=s.REOPENED, until=date(2016, 12, 1)), s.linked(), s.transferred(), s.closed()):
        with pytest.raises(CaseIsClosed):
            decide(given=s.ENDED, when=step, by=s.TANG)
    with pytest.raises(msgspec.ValidationError):
        msgspec.convert({"case": s.CASE, "why": "", "occurred_on": "2016-09-29"}, type(s.reopened()))
    assert decide(given=s.ENDED, when=s.reopened(), by=s.TANG) == [s.reopened()]
    with pytest.raises(CaseIsOpen):
        decide(given=s.CARRIED_OUT, when=s.reopened(), by=s.TANG)
    with pytest.raises(StepTooEarly):
        decide(given=s.ENDED, when=s.reopened(occurred_on=s.LINKED), by=s.TANG)
    again = [*s.ENDED, s.reopened()]
    assert decide(given=again, when=s.decided(occurred_on=s.REOPENED, words="new"), by=s.TANG)
    with pytest.raises(NotDecided):
        decide(given=again, when=s.closed(occurred_on=s.REOPENED), by=s.SONG)


def test_a_case_goes_on_at_the_office_it_was_transferred_to(decide) -> None:
    assert decide(given=s.TAKEN_UP, when=s.transferred(), by=s.TANG) == [s.transferred()]
    with pytest.raises(UnknownOffice):
        decide(given=s.TAKEN_UP, when=s.transferred(to_organisation="nobody"), by=s.TANG)
    with pytest.raises(UnknownOffice):
        decide(given=s.TAKEN_UP, when=s.transferred(to_organisation=s.OFFICE), by=s.TANG)
    gone = [*s.TAKEN_UP, s.transferred()]
    later = s.invited(occurred_on=s.CLOSED, until=date(2016, 12, 1))
    with pytest.raises(NotYourCase):
        decide(given=gone, when=later, by=s.TANG)
    assert decide(given=gone, when=later, by=i.officer("he"))


def test_what_was_closed_or_carried_out_on_a_decision_holds_it(decide) -> None:
    def corrected(given, position, now=None):
        was = given[position - 1]
        amend = Amend(corrects=Position(position), was=was, reason="x", approver=OfficerId("yuan"), void=now is None)
        return decide(given=given, when=now or was, amend=amend, by=s.TANG)

    decision, link = len(s.ANSWERED) + 1, len(s.SETTLED) + 1
    assert corrected(s.SETTLED, decision)
    assert corrected(s.CARRIED_OUT, decision, s.decided(words="other words"))
    assert corrected(s.CARRIED_OUT, link)
    with pytest.raises(OthersRestOnIt):
        corrected(s.CARRIED_OUT, decision)
    with pytest.raises(OthersRestOnIt):
        corrected(s.ENDED, link)
    with pytest.raises(CaseIsClosed):
        corrected(s.ENDED, decision, s.decided(words="other words"))
