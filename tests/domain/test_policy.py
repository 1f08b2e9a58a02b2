"""Policy: one programme under an id, and never two values for the same days."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from taizhang.domain.classes import OccupationCode, ProgrammeId
from taizhang.domain.core import Actor, Fact, OfficerId, OrganisationId, Position, RegionCode
from taizhang.domain.decisions import Amend, NotYourRole, OutsideYourRegion
from taizhang.domain.policy import (
    FormId,
    FormPublished,
    PhaseId,
    ProgrammeIdTaken,
    ProgrammeOpened,
    RateSet,
    SetOtherwise,
    TargetSet,
    ThresholdSet,
    UnknownProgramme,
    in_scope,
)
from taizhang.domain.standing import DaysRunBackwards, StandsAlready

DAY = date(2015, 1, 1)
LABOUR = ProgrammeId("labour")


def provincial(role: str = "clerk") -> Actor:
    return Actor(
        officer=OfficerId("system" if role == "system-administrator" else "p"),
        role=role,
        organisation=OrganisationId("hr-620000"),
        region=RegionCode("620000"),
        authenticated="test",
    )


def opened(**other: Any) -> ProgrammeOpened:
    fields: dict[str, Any] = {"categories": ("contiguous", "scattered")} | other
    return ProgrammeOpened(
        programme=LABOUR, zh="劳动力培训", en="Labour training", kind="labour", since=DAY, occurred_on=DAY, **fields
    )


def target(amount: int, **other: Any) -> TargetSet:
    fields: dict[str, Any] = {"until": date(2015, 12, 31)} | other
    return TargetSet(
        programme=LABOUR,
        phase=PhaseId("1"),
        since=DAY,
        unit="person-times",
        target=amount,
        occurred_on=DAY,
        **fields,
    )


def rate(amount_fen: int, since: date, until: date | None = None) -> RateSet:
    return RateSet(
        programme=LABOUR,
        amount_fen=amount_fen,
        basis="per-person",
        occupation=OccupationCode("welder"),
        since=since,
        until=until,
        occurred_on=since,
    )


def test_a_programme_is_opened_once_by_the_province(decide) -> None:
    assert decide(given=[], when=opened(), by=provincial()) == [opened()]
    with pytest.raises(StandsAlready):
        decide(given=[opened()], when=opened(), by=provincial())
    with pytest.raises(ProgrammeIdTaken):
        decide(given=[opened()], when=opened(categories=("contiguous",)), by=provincial())
    with pytest.raises(OutsideYourRegion):
        decide(given=[], when=opened())


def test_scope_is_by_category_or_by_named_counties() -> None:
    county = RegionCode("620121")
    assert in_scope(opened(), county, "scattered")
    assert not in_scope(opened(categories=("contiguous",)), county, "scattered")
    assert in_scope(opened(counties=(county,)), county, "none")
    assert not in_scope(opened(counties=(county,)), RegionCode("620122"), "contiguous")
    assert in_scope(opened(categories=()), county, "none")


def test_a_phase_has_one_target_and_a_wrong_one_is_corrected(decide) -> None:
    given: list[Fact] = [opened(), target(364_000)]
    assert decide(given=given[:1], when=target(364_000), by=provincial()) == [target(364_000)]
    with pytest.raises(SetOtherwise, match="already set otherwise"):
        decide(given=given, when=target(3_640_000), by=provincial())
    with pytest.raises(UnknownProgramme):
        decide(given=[], when=target(1), by=provincial())
    with pytest.raises(DaysRunBackwards):
        decide(given=given[:1], when=target(1, until=date(2014, 1, 1)), by=provincial())
    amend = Amend(corrects=Position(2), was=target(364_000), reason="decimal point", approver=OfficerId("boss"))
    [fact] = decide(given=given, when=target(363_999), by=provincial(), amend=amend)
    assert fact.now == target(363_999)


def test_of_two_rates_for_one_occupation_only_one_holds_on_a_day(decide) -> None:
    given: list[Fact] = [opened(), rate(60_000, DAY, date(2016, 12, 31))]
    later = rate(80_000, date(2017, 1, 1))
    assert decide(given=given, when=later, by=provincial("finance")) == [later]
    with pytest.raises(SetOtherwise, match="from 2015-01-01"):
        decide(given=given, when=rate(80_000, date(2016, 12, 31)), by=provincial("finance"))
    with pytest.raises(NotYourRole):
        decide(given=given, when=later, by=provincial("inspector"))


def test_a_threshold_changes_on_a_new_day_only(decide) -> None:
    first = ThresholdSet(name="late-entry-days", value=30, since=DAY, occurred_on=DAY)
    relaxed = ThresholdSet(name="late-entry-days", value=90, since=DAY, occurred_on=DAY)
    later = ThresholdSet(name="late-entry-days", value=90, since=date(2016, 1, 1), occurred_on=date(2016, 1, 1))
    with pytest.raises(SetOtherwise):
        decide(given=[first], when=relaxed, by=provincial("system-administrator"))
    assert decide(given=[first], when=later, by=provincial("system-administrator")) == [later]


def test_a_form_has_one_shape_from_a_day_on(decide) -> None:
    form = FormPublished(form=FormId("roster"), zh="花名册", en="Roster", columns=("name",), since=DAY, occurred_on=DAY)
    wider = FormPublished(
        form=FormId("roster"), zh="花名册", en="Roster", columns=("a", "b"), since=DAY, occurred_on=DAY
    )
    assert decide(given=[], when=form, by=provincial()) == [form]
    with pytest.raises(SetOtherwise):
        decide(given=[form], when=wider, by=provincial())
