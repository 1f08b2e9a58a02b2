"""The preset of Gansu: the right counties, and every fact passes the rules that people's facts pass."""

from __future__ import annotations

from collections import Counter
from datetime import date

import pytest

from taizhang.adapters.preset import gansu
from taizhang.domain import (
    catalogue,  # noqa: F401  (imports every room)
    decisions,
)
from taizhang.domain.boundary import GuardBook, History
from taizhang.domain.core import Actor, Fact, OrganisationId, Refusal, RegionCode
from taizhang.domain.decisions import Deciding, Proposal
from taizhang.domain.institutions import OrganisationRegistered
from taizhang.domain.policy import ProgrammeOpened, RateSet, TargetSet, in_scope
from taizhang.domain.regions import CountyExited, RegionRegistered, RegionRenamed
from taizhang.domain.standing import StandsAlready

SYSTEM = Actor(
    officer=decisions.SYSTEM,  # the house itself, while it is founded
    role="system-administrator",
    organisation=OrganisationId("hr-620000"),
    region=RegionCode("620000"),
    authenticated="test",
)


@pytest.fixture(scope="module")
def preset() -> list[Fact]:
    return gansu()


def counties(preset: list[Fact]) -> list[RegionRegistered]:
    return [fact for fact in preset if isinstance(fact, RegionRegistered) and fact.level == "county"]


def test_there_are_14_prefectures_and_86_counties_58_17_and_11(preset: list[Fact]) -> None:
    levels = Counter(fact.level for fact in preset if isinstance(fact, RegionRegistered))
    assert levels == {"province": 1, "prefecture": 14, "county": 86}
    categories = Counter(fact.category for fact in counties(preset))
    assert categories == {"contiguous": 58, "scattered": 17, "none": 11}


def test_labour_training_runs_in_75_counties_and_talent_in_58(preset: list[Fact]) -> None:
    programmes = {fact.kind: fact for fact in preset if isinstance(fact, ProgrammeOpened)}
    scope = {
        kind: sum(in_scope(programme, county.code, county.category) for county in counties(preset))
        for kind, programme in programmes.items()
    }
    assert len(programmes) == 10
    assert (scope["labour"], scope["two-after"], scope["practical-talent"], scope["cadre"]) == (75, 75, 58, 58)


def test_every_fact_passes_the_rules_and_a_second_time_changes_nothing(preset: list[Fact]) -> None:
    history, book = History(), GuardBook()
    for position, fact in enumerate(preset, 1):
        [tagged] = Deciding(Proposal(fact=fact), SYSTEM).decide(history, book, date(2026, 1, 1))
        history.add(position, tagged.decision, tagged.tags)
        book.apply(tagged.decision, position)
    for fact in preset:
        with pytest.raises(StandsAlready) as refused:
            Deciding(Proposal(fact=fact), SYSTEM).decide(history, book, date(2026, 1, 1))
        assert isinstance(refused.value, Refusal)
        assert refused.value.REPEATS


def test_the_exits_close_the_counts_of_each_year(preset: list[Fact]) -> None:
    exits = [fact for fact in preset if isinstance(fact, CountyExited)]
    assert Counter(fact.exit_year for fact in exits) == {2017: 18, 2018: 18, 2019: 31, 2020: 8}
    assert {fact.exit_year for fact in exits if not fact.approval_day_known} == {2019}


def test_huating_is_a_county_until_2017_and_a_city_under_a_new_code_from_2018(preset: list[Fact]) -> None:
    [renamed] = [fact for fact in preset if isinstance(fact, RegionRenamed)]
    assert (renamed.code, renamed.code_now, renamed.occurred_on.year) == ("620824", "620881", 2018)


def test_adults_old_codes_lead_to_todays_county(preset: list[Fact]) -> None:
    old = {
        region.code: [old.code for old in region.old_codes] for region in preset if isinstance(region, RegionRegistered)
    }
    assert "622621" in old[RegionCode("621202")]  # Wudu
    assert "622725" in old[RegionCode("620824")]  # Huating
    assert "620112" in old[RegionCode("620402")]  # Baiyin
    assert "622821" in old[RegionCode("621021")]  # Qingyang county, now Qingcheng
    prefectures = {code for code in old if code.endswith("00")}
    assert all(one.endswith("00") == (code in prefectures) for code, codes in old.items() for one in codes)
    claimed = [one for codes in old.values() for one in set(codes)]
    assert len(claimed) == len(set(claimed)), "an old code leads to one region"


def test_targets_keep_the_printed_figure_beside_the_plausible_one_with_the_doubt_in_both_languages(
    preset: list[Fact],
) -> None:
    labour = [fact for fact in preset if isinstance(fact, TargetSet) and fact.programme == "labour"]
    assert [fact.as_printed for fact in labour] == [3_640_000, 7_280_000, 1_020_000]
    assert sum(fact.target for fact in labour) == 2_112_000
    for fact in labour:
        assert bool(fact.doubt_zh and fact.doubt_en) == (fact.target != fact.as_printed)
    assert "364万" in labour[0].doubt_zh


def test_every_prefecture_and_county_has_the_five_departments(preset: list[Fact]) -> None:
    ids = {fact.organisation for fact in preset if isinstance(fact, OrganisationRegistered)}
    codes = {fact.code for fact in preset if isinstance(fact, RegionRegistered)}
    fields = ("hr", "poverty", "agriculture", "finance", "education")
    assert {f"{field}-{code}" for field in fields for code in codes} <= ids


def test_no_rate_is_invented(preset: list[Fact]) -> None:
    assert not [fact for fact in preset if isinstance(fact, RateSet)]
