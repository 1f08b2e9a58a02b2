"""Classes from filing to completion: what the county can decide, and what nobody can."""

from __future__ import annotations

import msgspec
import pytest
from training_samples import (
    DESIGNATED,
    LI,
    MAY_2,
    MAY_3,
    MAY_4,
    MAY_9,
    OPEN,
    WELDING,
    ZHAO,
    amend,
    approved,
    corrected,
    designated,
    enrolled,
    filed,
    officer,
    withdrawn,
)

from taizhang.domain.boundary import GuardBook
from taizhang.domain.classes import (
    ClassApprovedCorrected,
    ClassCancelled,
    ClassCompleted,
    ClassFiled,
    ClassFiledCorrected,
    ClassFilingRefused,
    ClassGuard,
    ClassNotFiled,
    ClassRescheduled,
    FilingWasRefused,
    OccupationCode,
    county_of,
)
from taizhang.domain.core import RegionCode
from taizhang.domain.decisions import NotYourRole, OutsideYourRegion, PreparedAndApprovedByOne
from taizhang.domain.designation import InstitutionNotDesignated
from taizhang.domain.enrolment import SeatsTaken
from taizhang.domain.filing import (
    ClassEndsBeforeItStarts,
    ClassIdOfAnotherCounty,
    ClassIdTaken,
    DecidedAlready,
    FilingWasApproved,
)
from taizhang.domain.institutions import InstitutionDesignatedCorrected
from taizhang.domain.standing import StandsAlready

TELLER, CHIEF, SCHOOL_OFFICE = officer("teller"), officer("chief"), officer("teller", role="institution")
REFUSED = ClassFilingRefused(training_class=WELDING, why="no workshop", refused_by="chief", occurred_on=MAY_3)


def test_an_institution_files_a_class_and_is_named_as_who_filed_it(decide) -> None:
    assert decide(given=[DESIGNATED], when=filed(filed_by=""), by=SCHOOL_OFFICE) == [filed(filed_by="teller")]


def test_who_filed_it_cannot_be_made_up(decide) -> None:
    [fact] = decide(given=[DESIGNATED], when=filed(filed_by="somebody else"), by=TELLER)
    assert fact.filed_by == "teller"


def test_the_same_filing_twice_changes_nothing_also_from_another_officer(decide) -> None:
    with pytest.raises(StandsAlready):
        decide(given=[DESIGNATED, filed()], when=filed(filed_by=""), by=CHIEF)


def test_a_class_id_is_not_used_for_another_class(decide) -> None:
    with pytest.raises(ClassIdTaken, match="taken by “Welding”, filed on 2016-05-02"):
        decide(given=[DESIGNATED, filed()], when=filed(name="Cooking"), by=TELLER)


def test_a_class_id_is_not_used_again_after_a_correction_but_the_old_content_is_other_content(decide) -> None:
    given = [DESIGNATED, filed()]
    given.append(corrected(ClassFiledCorrected, given, filed(), filed(name="Welding II")))
    with pytest.raises(StandsAlready):
        decide(given=given, when=filed(name="Welding II"), by=TELLER)
    with pytest.raises(ClassIdTaken, match="Welding II"):
        decide(given=given, when=filed(), by=TELLER)


def test_a_voided_filing_frees_the_class_id(decide) -> None:
    given = [DESIGNATED, filed()]
    given.append(corrected(ClassFiledCorrected, given, filed(), None))
    assert decide(given=given, when=filed(name="Cooking"), by=TELLER) == [filed(name="Cooking")]


def test_the_county_in_the_class_id_is_the_county_that_keeps_it(decide) -> None:
    assert county_of(WELDING) == "620121"
    with pytest.raises(ClassIdOfAnotherCounty, match="must begin with “c622621-”"):
        decide(given=[], when=filed(county=RegionCode("622621")), by=TELLER)


def test_a_class_id_without_a_county_is_not_read() -> None:
    body = msgspec.to_builtins(filed()) | {"training_class": "welding"}
    with pytest.raises(msgspec.ValidationError, match="training_class"):
        msgspec.convert(body, ClassFiled)


def test_a_class_of_another_county_is_not_filed_here(decide) -> None:
    elsewhere = filed(training_class="c622621-welding", county=RegionCode("622621"))
    with pytest.raises(OutsideYourRegion):
        decide(given=[], when=elsewhere, by=TELLER)


def test_a_class_does_not_end_before_it_starts(decide) -> None:
    with pytest.raises(ClassEndsBeforeItStarts, match="start on 2016-05-09 and end earlier, on 2016-05-04"):
        decide(given=[], when=filed(starts_on=MAY_9, ends_on=MAY_4), by=TELLER)
    moved = ClassRescheduled(training_class=WELDING, starts_on=MAY_9, ends_on=MAY_4, why="rain", occurred_on=MAY_3)
    with pytest.raises(ClassEndsBeforeItStarts):
        decide(given=[DESIGNATED, filed()], when=moved, by=TELLER)


def test_a_correction_does_not_let_a_class_end_before_it_starts(decide) -> None:
    given = [DESIGNATED, filed()]
    with pytest.raises(ClassEndsBeforeItStarts):
        decide(given=given, when=filed(ends_on=MAY_2), by=TELLER, amend=amend(given, filed()))


def test_a_correction_leaves_everybody_in_the_class_a_seat(decide) -> None:
    given = [DESIGNATED, filed(), enrolled(LI), enrolled(ZHAO)]
    with pytest.raises(SeatsTaken, match="has 1 seats and 2 are taken"):
        decide(given=given, when=filed(seats=1), by=TELLER, amend=amend(given, filed()))
    given.append(withdrawn(ZHAO))
    [correction] = decide(given=given, when=filed(seats=1), by=TELLER, amend=amend(given, filed()))
    assert correction.now == filed(seats=1)


def test_another_officer_approves_and_is_named(decide) -> None:
    assert decide(given=[DESIGNATED, filed()], when=approved(by=""), by=CHIEF) == [approved(by="chief")]


def test_who_filed_a_class_does_not_approve_it(decide) -> None:
    with pytest.raises(PreparedAndApprovedByOne, match="teller"):
        decide(given=[DESIGNATED, filed()], when=approved(by="chief"), by=TELLER)


def test_who_filed_a_class_does_not_refuse_it(decide) -> None:
    with pytest.raises(PreparedAndApprovedByOne, match="teller"):
        decide(given=[DESIGNATED, filed()], when=REFUSED, by=TELLER)


def test_who_corrects_an_approval_stands_for_it_and_so_has_not_filed(decide) -> None:
    with pytest.raises(PreparedAndApprovedByOne, match="teller"):
        decide(given=OPEN, when=approved(on=MAY_4), by=TELLER, amend=amend(OPEN, approved()))


def test_who_approved_a_class_does_not_rewrite_its_filing(decide) -> None:
    allowed = msgspec.structs.replace(amend(OPEN, filed()), approver="teller")
    with pytest.raises(PreparedAndApprovedByOne, match="chief"):
        decide(given=OPEN, when=filed(seats=50), by=CHIEF, amend=allowed)


def test_an_institution_does_not_approve(decide) -> None:
    with pytest.raises(NotYourRole):
        decide(given=[DESIGNATED, filed()], when=approved(), by=officer("chief", role="institution"))


def test_a_class_that_is_not_filed_is_not_approved_refused_moved_cancelled_or_completed(decide) -> None:
    moved = ClassRescheduled(training_class=WELDING, starts_on=MAY_4, ends_on=MAY_9, why="rain", occurred_on=MAY_3)
    cancelled = ClassCancelled(training_class=WELDING, why="nobody came", occurred_on=MAY_3)
    completed = ClassCompleted(training_class=WELDING, occurred_on=MAY_9)
    for fact in (approved(), REFUSED, moved, cancelled, completed):
        with pytest.raises(ClassNotFiled, match="File the class first"):
            decide(given=[], when=fact, by=CHIEF)


def test_a_second_approval_changes_nothing_and_says_since_when_it_stands(decide) -> None:
    with pytest.raises(DecidedAlready, match="on 2016-05-03") as refusal:
        decide(given=OPEN, when=approved(on=MAY_4), by=CHIEF)
    assert refusal.value.REPEATS


def test_an_approval_that_was_voided_may_be_given_again(decide) -> None:
    given = [*OPEN, corrected(ClassApprovedCorrected, OPEN, approved(), None)]
    assert decide(given=given, when=approved(on=MAY_4), by=CHIEF) == [approved(on=MAY_4)]


def test_cancelling_completing_and_refusing_twice_changes_nothing(decide) -> None:
    cancelled = ClassCancelled(training_class=WELDING, why="nobody came", occurred_on=MAY_4)
    completed = ClassCompleted(training_class=WELDING, occurred_on=MAY_9)
    for fact in (cancelled, completed, REFUSED):
        with pytest.raises(DecidedAlready):
            decide(given=[DESIGNATED, filed(), fact], when=fact, by=CHIEF)


def test_a_refused_filing_is_not_approved_until_the_refusal_is_corrected(decide) -> None:
    with pytest.raises(FilingWasRefused, match="refused on 2016-05-03"):
        decide(given=[DESIGNATED, filed(), REFUSED], when=approved(), by=CHIEF)


def test_an_approved_filing_is_not_refused(decide) -> None:
    with pytest.raises(FilingWasApproved, match="approved on 2016-05-03"):
        decide(given=OPEN, when=REFUSED, by=CHIEF)


def test_a_class_is_moved_to_other_days_and_the_same_move_twice_changes_nothing(decide) -> None:
    moved = ClassRescheduled(training_class=WELDING, starts_on=MAY_9, ends_on=MAY_9, why="rain", occurred_on=MAY_3)
    assert decide(given=[DESIGNATED, filed()], when=moved, by=TELLER) == [moved]
    with pytest.raises(StandsAlready):
        decide(given=[DESIGNATED, filed(), moved], when=moved, by=TELLER)


def test_taking_facts_back_leaves_the_class_as_if_they_had_never_been() -> None:
    cancelled = ClassCancelled(training_class=WELDING, why="nobody came", occurred_on=MAY_4)
    completed = ClassCompleted(training_class=WELDING, occurred_on=MAY_9)
    book = GuardBook()
    for fact in (filed(), approved(), REFUSED, cancelled, completed):
        book.apply(fact, 1)
        book = book.without(fact, [("class", WELDING)])
    assert book["class", WELDING] == ClassGuard()


def test_an_institution_files_only_what_it_is_designated_for_on_the_planned_start(decide) -> None:
    too_short = designated(until=MAY_3)
    with pytest.raises(
        InstitutionNotDesignated, match="school is not designated for occupation 6-18-02-04 on 2016-05-04"
    ):
        decide(given=[too_short], when=filed(), by=TELLER)
    with pytest.raises(InstitutionNotDesignated):
        decide(given=[designated(occupation="4-03-02-01")], when=filed(), by=TELLER)
    given = [too_short]
    given.append(corrected(InstitutionDesignatedCorrected, given, too_short, designated(until=MAY_4)))
    assert decide(given=given, when=filed(), by=TELLER) == [filed()]


def test_a_correction_does_not_turn_a_class_into_one_the_institution_is_not_designated_for(decide) -> None:
    given = [DESIGNATED, filed()]
    other = filed(occupation=OccupationCode("4-03-02-01"))
    with pytest.raises(InstitutionNotDesignated, match="4-03-02-01"):
        decide(given=given, when=other, by=TELLER, amend=amend(given, filed()))
