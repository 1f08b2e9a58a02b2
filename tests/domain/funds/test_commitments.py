"""What a review approves is charged to lines: as the reviewer says, else to the one that the county's use plan has for it."""

from __future__ import annotations

from typing import Any

import claim_samples as c
import money_samples as m
import msgspec
import pytest
import training_samples as t

from taizhang.domain.core import Fact
from taizhang.domain.funds.claim_refusals import ChargesDoNotAddUp
from taizhang.domain.funds.claims import Charge, ClaimReviewed
from taizhang.domain.funds.refusals import BeforeTheLine, CountyOutsideScope, PurposeNotAllowed, UnknownLine
from taizhang.domain.standing import OthersRestOnIt, StandsAlready

CHIEF = t.officer("chief")
SECOND_LINE = m.opened(m.GIFT)
# Li's and Zhao's 10,000 fen each are claimed; the county was allotted 60,000 fen
GIVEN: list[Fact] = [*c.CLAIMABLE, *m.REGIONS, m.opened(), SECOND_LINE, m.budgeted(), m.allotted(), c.claimed()]


def charged(*of: tuple[Any, int], **fields: Any) -> ClaimReviewed:
    return c.reviewed(charged=tuple(Charge(*one) for one in of), **fields)


def test_a_review_says_how_much_of_each_line_is_committed(decide) -> None:
    both = charged((m.LINE, 12_000), (m.GIFT, 8_000))
    [review] = decide(given=GIVEN, when=both, by=CHIEF)
    assert review == both
    assert {f"fund:{m.LINE}", f"fund:{m.GIFT}"} <= set(review.tags())


@pytest.mark.parametrize(
    "of",
    [
        [charged((m.LINE, 19_999))],
        [charged((m.LINE, 12_000), (m.GIFT, 8_001))],
        [charged((m.LINE, 20_000), left_out=(t.ZHAO,), why="no papers")],
        [charged((m.LINE, 1), approved=False, why="no papers")],
    ],
    ids=["too little", "too much", "of who is left out", "of a refused claim"],
)
def test_what_is_charged_is_what_is_approved_to_the_fen(decide, of) -> None:
    with pytest.raises(ChargesDoNotAddUp):
        decide(given=GIVEN, when=of[0], by=CHIEF)


def test_a_line_is_charged_for_its_purposes_its_counties_and_since_it_is_open(decide) -> None:
    with pytest.raises(UnknownLine):
        decide(given=GIVEN, when=charged(("nosuch", 20_000)), by=CHIEF)
    for terms, refusal in (
        ({"purposes": ("living",)}, PurposeNotAllowed),
        ({"scope": "named", "counties": (m.SECOND,)}, CountyOutsideScope),
        ({"occurred_on": c.PAID}, BeforeTheLine),
    ):
        other = msgspec.structs.replace(SECOND_LINE, **terms)  # type: ignore[arg-type]
        given = [other if fact == SECOND_LINE else fact for fact in GIVEN]
        with pytest.raises(refusal):
            decide(given=given, when=charged((m.GIFT, 20_000)), by=CHIEF)


def test_who_names_no_line_charges_the_one_that_is_planned_for_it(decide) -> None:
    of_others = m.planned(m.use(100, "living", m.GIFT))  # another purpose
    next_year = m.planned(m.use(100, line=m.GIFT), plan="plan-2017", year=2017)  # the class starts in 2016
    given = [*GIVEN, m.planned(), of_others, next_year]
    [review] = decide(given=given, when=c.reviewed(), by=CHIEF)
    assert review.charged == (Charge(m.LINE, 20_000),)
    [partly] = decide(given=given, when=c.reviewed(left_out=(t.ZHAO,), why="no papers"), by=CHIEF)
    assert partly.charged == (Charge(m.LINE, 10_000),)
    with pytest.raises(StandsAlready):
        decide(given=[*given, review], when=c.reviewed(), by=CHIEF)


def test_nobody_chooses_between_pooled_lines_but_the_reviewer(decide) -> None:
    pooled = m.planned(m.use(100), m.use(100, line=m.GIFT))
    for given in (GIVEN, [*GIVEN, pooled]):
        [review] = decide(given=given, when=c.reviewed(), by=CHIEF)
        assert review.charged == ()
    [refused] = decide(given=[*GIVEN, m.planned()], when=c.reviewed(approved=False, why="no"), by=CHIEF)
    assert refused.charged == ()


def test_a_plan_that_is_void_has_no_line_any_more(decide) -> None:
    given = [*GIVEN, m.planned()]
    [void] = decide(given=given, when=m.planned(), amend=m.amending(m.planned(), len(given), void=True), by=m.officer())
    [review] = decide(given=[*given, void], when=c.reviewed(), by=CHIEF)
    assert review.charged == ()


def test_a_corrected_review_is_charged_anew(decide) -> None:
    was = charged((m.LINE, 20_000))
    given = [*GIVEN, was]
    [fact] = decide(given=given, when=charged((m.GIFT, 20_000)), amend=t.amend(given, was), by=t.officer("deputy"))
    assert fact.now.charged == (Charge(m.GIFT, 20_000),)
    assert {f"fund:{m.LINE}", f"fund:{m.GIFT}"} <= set(fact.tags())


@pytest.mark.parametrize(
    "now",
    [{"purposes": ("training",)}, {"scope": "named", "counties": (m.SECOND,)}, {"occurred_on": c.PAID}],
    ids=["purposes", "counties", "day"],
)
def test_a_lines_terms_are_not_corrected_away_from_under_what_is_charged_to_it(decide, now) -> None:
    given = [*GIVEN, charged((m.GIFT, 20_000))]
    with pytest.raises(OthersRestOnIt, match="Claim reviewed"):
        decide(
            given=given,
            when=m.opened(m.GIFT, **now),
            amend=m.amending(SECOND_LINE, GIVEN.index(SECOND_LINE) + 1),
            by=m.officer(),
        )
