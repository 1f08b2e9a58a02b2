"""Seals: what they refuse, and what still goes in."""

from __future__ import annotations

from datetime import date

import pytest
from training_samples import LI, MAY_4, MAY_5, TAUGHT, WELDING, amend, attended, hours, officer

from taizhang.domain.attendance import AttendanceTaken
from taizhang.domain.core import LateAddition, OfficerId, Refusal, RegionCode
from taizhang.domain.sealing import NoSuchSeal, PeriodIsSealed, PeriodSealed, SealedAlready, SealId, SealRunsBackwards

COUNTY = RegionCode("620121")


def sealed(seal: str, since: date, until: date, on: date) -> PeriodSealed:
    return PeriodSealed(seal=SealId(seal), region=COUNTY, since=since, until=until, occurred_on=on)


MARCH = sealed("s1", date(2016, 3, 1), date(2016, 3, 31), date(2016, 4, 5))


def test_a_period_that_is_over_is_sealed(decide) -> None:
    assert decide(given=[], when=MARCH) == [MARCH]


def test_the_same_days_are_sealed_once_and_the_seal_is_named(decide) -> None:
    again = sealed("s2", date(2016, 3, 15), date(2016, 4, 15), date(2016, 5, 1))
    with pytest.raises(SealedAlready, match="already has the seal s1"):
        decide(given=[MARCH], when=again)


def test_a_period_that_still_runs_is_not_sealed(decide) -> None:
    with pytest.raises(SealRunsBackwards, match="must end after it begins and be over"):
        decide(given=[], when=sealed("s1", date(2016, 3, 1), date(2016, 3, 31), date(2016, 3, 20)))


ADDED = LateAddition(seal="s1", reason="the sheet came late", approver=OfficerId("chief"))
ON_MAY_4 = sealed("s1", MAY_4, MAY_4, date(2016, 5, 6))
BOTH_DAYS = attended(hours(MAY_4, 8, 10), hours(MAY_5, 8, 10))


def test_attendance_is_bound_by_every_day_it_marks(decide) -> None:
    with pytest.raises(PeriodIsSealed, match="2016-05-04 lies in a sealed period"):
        decide(given=[*TAUGHT, ON_MAY_4], when=BOTH_DAYS, by=officer("teller"))
    only_absent = AttendanceTaken(training_class=WELDING, person=LI, absent=(MAY_4, MAY_5), occurred_on=MAY_5)
    with pytest.raises(PeriodIsSealed):
        decide(given=[*TAUGHT, ON_MAY_4], when=only_absent, by=officer("teller"))


def test_a_late_addition_may_also_speak_about_open_days(decide) -> None:
    assert decide(given=[*TAUGHT, ON_MAY_4], when=BOTH_DAYS, by=officer("teller"), addition=ADDED) == [BOTH_DAYS]


def test_a_late_addition_opens_the_seal_it_names_and_no_other(decide) -> None:
    on_may_5 = sealed("s2", MAY_5, MAY_5, date(2016, 5, 6))
    with pytest.raises(PeriodIsSealed, match="seal s2"):
        decide(given=[*TAUGHT, ON_MAY_4, on_may_5], when=BOTH_DAYS, by=officer("teller"), addition=ADDED)


def test_a_late_addition_about_open_days_only_is_refused(decide) -> None:
    with pytest.raises(NoSuchSeal, match="does not close"):
        decide(given=TAUGHT, when=BOTH_DAYS, by=officer("teller"), addition=ADDED)


def test_a_correction_goes_in_after_the_seal(decide) -> None:
    given = [*TAUGHT, BOTH_DAYS, ON_MAY_4]
    one_day = attended(hours(MAY_5, 8, 10))
    [correction] = decide(given=given, when=one_day, by=officer("teller"), amend=amend(given, BOTH_DAYS))
    assert correction.now == one_day


def test_what_stands_already_is_a_repetition_after_the_seal_too(decide) -> None:
    with pytest.raises(Refusal) as refused:
        decide(given=[*TAUGHT, BOTH_DAYS, ON_MAY_4], when=BOTH_DAYS, by=officer("teller"))
    assert refused.value.REPEATS


def test_what_a_rule_would_refuse_anyway_is_refused_by_the_seal(decide) -> None:
    with pytest.raises(PeriodIsSealed):
        decide(given=[ON_MAY_4], when=BOTH_DAYS)  # nobody filed the class
