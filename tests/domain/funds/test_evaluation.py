"""Evaluations of a line's year, and lines tied to training done."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest
from money_samples import APRIL, COUNTY, LINE, MARCH, REGIONS, TIE, amending, evaluated, officer, opened, tied

from taizhang.domain.core import Fact
from taizhang.domain.decisions import NotYourRole, OutsideYourRegion
from taizhang.domain.funds.evaluating import SHARES, IndicatorTwice, ShareAboveWhole, TieIdTaken
from taizhang.domain.funds.evaluation import Claimed
from taizhang.domain.funds.refusals import BeforeTheLine, UnknownLine
from taizhang.domain.standing import DaysRunBackwards, StandsAlready

Decide = Callable[..., list[Fact]]
BY = officer()
OPEN = [*REGIONS, opened()]


def claims(**values: int) -> list[Claimed]:
    return [Claimed(indicator=name.replace("_", "-"), value=value) for name, value in values.items()]  # type: ignore[arg-type]


@pytest.mark.parametrize("role", ["clerk", "finance", "inspector"])
def test_an_evaluation_is_recorded_as_stated(decide: Decide, role: str) -> None:
    stated = evaluated(*claims(persons=40, poor_share=10_000, cost_per_certificate=180_000), kind="spot-check")
    assert decide(given=OPEN, when=stated, by=officer(role=role, region=COUNTY)) == [stated]


def test_the_same_evaluation_again_is_a_repetition_and_another_of_the_year_is_not(decide: Decide) -> None:
    with pytest.raises(StandsAlready):
        decide(given=[*OPEN, evaluated()], when=evaluated(), by=BY)
    assert decide(given=[*OPEN, evaluated()], when=evaluated(kind="spot-check"), by=BY)


@pytest.mark.parametrize("indicator", sorted(SHARES))
def test_a_share_above_the_whole_is_refused(decide: Decide, indicator: str) -> None:
    assert decide(given=OPEN, when=evaluated(*claims(**{indicator: 10_000})), by=BY)
    with pytest.raises(ShareAboveWhole):
        decide(given=OPEN, when=evaluated(*claims(**{indicator: 10_001})), by=BY)


def test_an_indicator_stated_twice_is_refused(decide: Decide) -> None:
    with pytest.raises(IndicatorTwice, match="persons trained"):
        decide(given=OPEN, when=evaluated(*claims(persons=40), *claims(persons=41)), by=BY)


def test_an_evaluation_of_an_unknown_line_or_before_the_line_is_refused(decide: Decide) -> None:
    with pytest.raises(UnknownLine):
        decide(given=REGIONS, when=evaluated(), by=BY)
    with pytest.raises(BeforeTheLine):
        decide(given=OPEN, when=evaluated(occurred_on=date(2015, 12, 31)), by=BY)


def test_an_officer_of_another_region_or_role_evaluates_nothing(decide: Decide) -> None:
    with pytest.raises(OutsideYourRegion):
        decide(given=OPEN, when=evaluated(), by=officer(region="620123"))  # type: ignore[arg-type]
    with pytest.raises(NotYourRole):
        decide(given=OPEN, when=evaluated(), by=officer(role="institution"))


def test_a_line_is_tied_to_training_done(decide: Decide) -> None:
    assert decide(given=OPEN, when=tied(), by=BY) == [tied()]
    assert tied().tags() == [f"fund:{LINE}", f"tie:{TIE}"]


def test_a_tie_has_an_id_of_its_own(decide: Decide) -> None:
    with pytest.raises(StandsAlready):
        decide(given=[*OPEN, tied()], when=tied(), by=BY)
    with pytest.raises(TieIdTaken):
        decide(given=[*OPEN, tied()], when=tied(per_person_fen=1), by=BY)


def test_a_tie_of_an_unknown_line_or_before_the_line_is_refused(decide: Decide) -> None:
    with pytest.raises(UnknownLine):
        decide(given=REGIONS, when=tied(), by=BY)
    with pytest.raises(BeforeTheLine):
        decide(given=OPEN, when=tied(occurred_on=date(2015, 12, 31)), by=BY)


def test_a_tie_ends_on_or_after_the_day_it_begins(decide: Decide) -> None:
    assert decide(given=OPEN, when=tied(since=APRIL, until=APRIL), by=BY)
    with pytest.raises(DaysRunBackwards):
        decide(given=OPEN, when=tied(since=APRIL, until=MARCH), by=BY)


def test_an_evaluation_and_a_tie_are_corrected_under_the_same_rules(decide: Decide) -> None:
    at = len(OPEN) + 1
    assert decide(given=[*OPEN, tied()], when=tied(per_person_fen=1), by=BY, amend=amending(tied(), at))
    now = evaluated(*claims(poor_share=10_001))
    with pytest.raises(ShareAboveWhole):
        decide(given=[*OPEN, evaluated()], when=now, by=BY, amend=amending(evaluated(), at))
