"""An open blocking finding holds back what would be paid to its institution."""

from __future__ import annotations

import claim_samples as c
import inspection_samples as i
import pytest
import training_samples as t

from taizhang.domain.core import Fact
from taizhang.domain.inspections.blocking import PaymentsHeldBack
from taizhang.domain.inspections.findings import FindingRecordedCorrected

PAYABLE: list[Fact] = [*c.PAYABLE, *i.WORLD, i.opened()]
SETTLED = [i.ordered(), i.reported(), i.reviewed()]


def pays(decide, given: list[Fact]) -> bool:
    """Whether a payment and an advance to the school go through; they are held back together."""
    outcomes = []
    for step in (c.paid(), c.advanced()):
        try:
            outcomes.append(decide(given=given, when=step, by=c.TREASURER) == [step])
        except PaymentsHeldBack:
            outcomes.append(False)
    assert len(set(outcomes)) == 1
    return outcomes[0]


def test_a_blocking_finding_holds_payments_and_advances_back_until_it_is_closed(decide) -> None:
    given = [*PAYABLE]
    assert pays(decide, given)
    for steps, free in (([i.stands()], False), (SETTLED, False), ([i.closed()], True), ([i.reopened()], False)):
        given += steps
        assert pays(decide, given) is free


def test_a_finding_that_does_not_block_holds_nothing_back(decide) -> None:
    assert pays(decide, [*PAYABLE, i.stands(blocking=False)])
    other = i.stands(institution="academy")
    assert pays(decide, [*PAYABLE, other])


def test_a_corrected_finding_holds_back_what_it_says_now(decide) -> None:
    given = [*PAYABLE, i.stands()]
    for now in (None, i.stands(blocking=False)):
        assert pays(decide, [*given, t.corrected(FindingRecordedCorrected, given, i.stands(), now)])
    mild = [*PAYABLE, i.stands(blocking=False)]
    assert not pays(decide, [*mild, t.corrected(FindingRecordedCorrected, mild, i.stands(blocking=False), i.stands())])


def test_a_person_is_paid_whatever_was_found_on_the_institution(decide) -> None:
    given = [*c.PAYABLE_TO_PERSONS, *i.WORLD, i.opened(), i.stands()]
    assert decide(given=given, when=c.paid_person(), by=c.TREASURER)


def test_what_was_paid_before_may_be_corrected_to_no_more(decide) -> None:
    given = [*PAYABLE, c.paid((t.LI, 5_000)), i.stands()]
    was = c.paid((t.LI, 5_000))
    for now in (c.paid((t.LI, 5_000), voucher="V2"), c.paid((t.LI, 4_000))):
        assert decide(given=given, when=now, by=c.TREASURER, amend=t.amend(given, was))
    assert decide(given=given, when=was, by=c.TREASURER, amend=t.amend(given, was, void=True))
    with pytest.raises(PaymentsHeldBack, match=i.FINDING):
        decide(given=given, when=c.paid((t.LI, 5_001)), by=c.TREASURER, amend=t.amend(given, was))
