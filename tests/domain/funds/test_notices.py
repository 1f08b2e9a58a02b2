"""Public notices: of approved claims only, ended after they were posted, and before anything is paid."""

from __future__ import annotations

from datetime import date

import claim_samples as c
import money_samples as m
import msgspec
import pytest
import training_samples as t

from taizhang.domain.core import RegionCode
from taizhang.domain.decisions import NotYourRole
from taizhang.domain.funds.claim_refusals import (
    ClaimStepTooEarly,
    NeverPosted,
    NotApproved,
    PostedOtherwise,
    UnknownClaim,
)
from taizhang.domain.funds.claims import NoticeEnded, NoticeEndedCorrected, NoticePostedCorrected
from taizhang.domain.funds.payment_refusals import NoticeTooShort, PaidBeforeNotice, PaidWithinNotice
from taizhang.domain.policy import ThresholdSetCorrected
from taizhang.domain.standing import DaysRunBackwards, OthersRestOnIt, StandsAlready

APPROVED = [*c.CLAIMABLE, *c.MONEY, *c.ACCOUNTS, c.claimed(), c.reviewed()]
TREASURER = m.officer()


def test_an_approved_claim_is_posted_and_the_notice_ends(decide) -> None:
    assert decide(given=APPROVED, when=c.posted()) == [c.posted()]
    assert decide(given=[*APPROVED, c.posted()], when=c.ended()) == [c.ended()]
    with pytest.raises(NotYourRole):
        decide(given=APPROVED, when=c.posted(), by=t.officer("office", role="institution"))


def test_only_an_approved_claim_is_posted(decide) -> None:
    with pytest.raises(NotApproved):
        decide(given=APPROVED[:-1], when=c.posted())
    with pytest.raises(NotApproved):
        decide(given=[*APPROVED[:-1], c.reviewed(approved=False, why="no")], when=c.posted())
    with pytest.raises(UnknownClaim):
        decide(given=APPROVED[:-2], when=c.posted())
    with pytest.raises(ClaimStepTooEarly):
        decide(given=APPROVED, when=c.posted(on=c.CLAIMED))


def test_a_notice_is_posted_once_and_ends_once(decide) -> None:
    given = [*APPROVED, c.posted(), c.ended()]
    for again, other in ((c.posted(), c.posted(place="school")), (c.ended(), c.ended(objections=1))):
        with pytest.raises(StandsAlready):
            decide(given=given, when=again)
        with pytest.raises(PostedOtherwise):
            decide(given=given, when=other)


def test_a_notice_ends_after_it_was_posted(decide) -> None:
    with pytest.raises(NeverPosted):
        decide(given=APPROVED, when=c.ended())
    with pytest.raises(ClaimStepTooEarly):
        decide(given=[*APPROVED, c.posted()], when=c.ended(on=c.REVIEWED))
    with pytest.raises(DaysRunBackwards):
        decide(given=APPROVED, when=c.posted(until=c.REVIEWED))


def test_a_notice_is_posted_for_as_many_days_as_are_set_for_the_county_on_that_day(decide) -> None:
    given = [*APPROVED, c.posted(), c.ended(on=date(2016, 6, 8))]
    assert decide(given=given, when=c.paid(on=date(2016, 6, 8)), by=TREASURER)  # no number of days is set
    ten = [*given, c.NOTICE]
    full = [*APPROVED, c.posted(), c.ended(), c.NOTICE]
    with pytest.raises(PaidWithinNotice, match="for 10 days and may be paid from 2016-06-13, not on 2016-06-12"):
        decide(given=ten, when=c.paid(on=date(2016, 6, 12)), by=TREASURER)
    assert decide(given=full, when=c.paid(on=date(2016, 6, 13)), by=TREASURER)
    for days, since, region in (
        (7, date(2016, 6, 1), "620121"),
        (20, date(2016, 6, 4), "620121"),
        (20, t.JANUARY, "620200"),
    ):
        stated = {"value": days, "since": since, "region": RegionCode(region), "occurred_on": t.JANUARY}
        first = 10 if days == 7 else 13  # the county's own seven days; what began later, or holds elsewhere, does not
        more = [*ten, msgspec.structs.replace(c.NOTICE, **stated)]
        kept = [c.ended(on=date(2016, 6, first)) if isinstance(one, NoticeEnded) else one for one in more]
        assert decide(given=kept, when=c.paid(on=date(2016, 6, first)), by=TREASURER)
        with pytest.raises(PaidWithinNotice):
            decide(given=more, when=c.paid(on=date(2016, 6, first - 1)), by=TREASURER)
    ten.append(t.corrected(ThresholdSetCorrected, ten, c.NOTICE, None))
    assert decide(given=ten, when=c.paid(on=date(2016, 6, 8)), by=TREASURER)


def test_a_notice_taken_down_before_its_days_ran_is_not_enough_until_the_day_is_corrected(decide) -> None:
    short = c.ended(on=date(2016, 6, 8))
    given = [*APPROVED, c.posted(), short, c.NOTICE]
    with pytest.raises(NoticeTooShort, match="posted on 2016-06-03 and came down on 2016-06-08, before its 10 days"):
        decide(given=given, when=c.paid(on=date(2016, 6, 20)), by=TREASURER)
    [correction] = decide(given=given, when=c.ended(), amend=t.amend(given, short))
    paid = c.paid(on=date(2016, 6, 20))
    assert decide(given=[*given, correction], when=paid, by=TREASURER) == [paid]


def test_no_correction_makes_a_notice_too_short_for_what_was_paid_on_it(decide) -> None:
    given = [*c.PAYABLE, c.paid()]
    for now, was in ((c.ended(on=date(2016, 6, 12)), c.ended()), (c.posted(on=date(2016, 6, 4)), c.posted())):
        with pytest.raises(OthersRestOnIt, match="Subsidy paid"):
            decide(given=given, when=now, amend=t.amend(given, was))
        assert decide(given=given[:-1], when=now, amend=t.amend(given, was))


def test_nothing_is_paid_before_the_notice_came_down(decide) -> None:
    for standing in ([], [c.posted()], [c.posted(), c.ended(on=date(2016, 6, 20))]):
        with pytest.raises(PaidBeforeNotice):
            decide(given=[*APPROVED, *standing], when=c.paid(), by=TREASURER)


def test_a_notice_stays_before_what_was_paid_after_it(decide) -> None:
    given = [*c.PAYABLE, c.paid()]
    refused = (
        (c.posted(on=date(2016, 6, 5)), c.posted(), "Subsidy paid"),
        (c.posted(on=c.PAID), c.posted(), "Notice ended"),
        (c.ended(on=date(2016, 6, 15)), c.ended(), "Subsidy paid"),
    )
    for now, was, others in refused:
        with pytest.raises(OthersRestOnIt, match=others):
            decide(given=given, when=now, amend=t.amend(given, was))
    for was in (c.posted(), c.ended()):
        with pytest.raises(OthersRestOnIt):
            decide(given=given, when=was, amend=t.amend(given, was, void=True))
    [correction] = decide(given=given, when=c.posted(on=c.REVIEWED), amend=t.amend(given, c.posted()))
    assert isinstance(correction, NoticePostedCorrected)
    [correction] = decide(given=given, when=c.ended(on=c.PAID), amend=t.amend(given, c.ended()))
    assert isinstance(correction, NoticeEndedCorrected)


def test_a_notice_of_another_claim_is_not_held_by_this_ones_payments(decide) -> None:
    other = c.posted(c.OTHER_CLAIM)
    given = [*c.PAYABLE, c.claimed(t.CHEN, id=c.OTHER_CLAIM), c.reviewed(c.OTHER_CLAIM), other, c.paid()]
    assert decide(given=given, when=other, amend=t.amend(given, other, void=True))
