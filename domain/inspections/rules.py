"""What several steps of inspections ask: an inspection that is open, a member of its team, a place, a day in order."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any, Final

from taizhang.domain.boundary import GuardKey
from taizhang.domain.classes import ClassId, county_of
from taizhang.domain.core import Fact, OfficerId, Position, RegionCode, Slice
from taizhang.domain.decisions import within
from taizhang.domain.inspections.finding_refusals import FindingIsClosed, UnknownFinding
from taizhang.domain.inspections.findings import FindingId
from taizhang.domain.inspections.opening import InspectionId
from taizhang.domain.inspections.refusals import (
    AfterTheHead,
    NotAnOfficer,
    NotOfTheTeam,
    OutsideTheInspectedRegion,
    StepTooEarly,
    UnknownInspection,
)
from taizhang.domain.inspections.state import FindingGuard, InspectionGuard
from taizhang.domain.officers import OfficerGuard

INSPECTING: Final = frozenset({"inspector", "discipline", "organisation", "clerk"})  # clerks: of self-inspections
ANSWERING: Final = frozenset({"clerk", "institution", "finance", "organisation"})
PUBLISHING: Final = frozenset({"inspector", "discipline", "organisation"})


class OfAnInspection:
    """What every decision about one inspection answers about scope: put before Slice in its bases."""

    fact: Any

    def region(self) -> RegionCode:
        return code_in(self.fact.inspection)


class OfAFinding:
    """What every decision about one finding answers about scope, and whose business it is: put before Slice."""

    fact: Any
    guarded: Any

    def region(self) -> RegionCode:
        return code_in(self.fact.finding)

    def guards(self) -> list[GuardKey]:
        return [finding_row(self.fact.finding)]


def code_in(id: InspectionId | FindingId) -> RegionCode:
    """The region that the id of an inspection or a finding names."""
    return RegionCode(id[5:11])


def inspection_row(inspection: InspectionId) -> GuardKey:
    """The row that says how an inspection was opened."""
    return (InspectionGuard.KIND, inspection)


def finding_row(finding: FindingId) -> GuardKey:
    """The row that says how a finding stands."""
    return (FindingGuard.KIND, finding)


def require_team(decision: Slice) -> InspectionGuard:
    """The inspection of the decision's fact, open on its day, the officer one of its team.

    Raises UnknownInspection, NotOfTheTeam.
    """
    fact, officer = decision.fact, decision.by.officer
    guard = decision.guard(InspectionGuard, fact.inspection)
    if guard.opened_on is None or fact.occurred_on < guard.opened_on:
        raise UnknownInspection(inspection=fact.inspection, day=fact.occurred_on)
    if officer not in guard.team:
        raise NotOfTheTeam(officer=officer, inspection=fact.inspection)
    return guard


def require_finding(decision: Slice) -> tuple[FindingGuard, date]:
    """How the finding of the decision's fact stands, and the day on which it was found; the fact is not before it.

    Raises UnknownFinding, StepTooEarly.
    """
    fact = decision.fact
    guard = decision.guard(FindingGuard, fact.finding)
    if guard.found_on is None:
        raise UnknownFinding(finding=fact.finding)
    require_order(fact, guard.found_on)
    return guard, guard.found_on


def require_open(decision: Slice) -> tuple[FindingGuard, date]:
    """The same, for steps of a finding that is open.

    Raises UnknownFinding, StepTooEarly, FindingIsClosed.
    """
    guard, found_on = require_finding(decision)
    if guard.closed_on is not None:
        raise FindingIsClosed(finding=decision.fact.finding, closed_on=guard.closed_on)
    return guard, found_on


def require_order(fact: Fact, since: date | None) -> None:
    """Refuse a step dated before the one it follows.

    Raises StepTooEarly.
    """
    if since is not None and fact.occurred_on < since:
        raise StepTooEarly(step=fact.TOPIC, day=fact.occurred_on, since=since)


def require_recorded(decision: Slice, positions: Iterable[Position]) -> None:
    """Refuse positions at which nothing stands yet.

    Raises AfterTheHead.
    """
    head: int = decision.history.end
    for position in positions:
        if not 1 <= position <= head:
            raise AfterTheHead(position=position, head=head)


def require_place(subject: str, code: RegionCode) -> None:
    """Refuse a region or a class that does not lie where the inspection or finding is; other things lie anywhere.

    Raises OutsideTheInspectedRegion.
    """
    kind, _, id = subject.partition(":")
    place = {"region": RegionCode(id), "class": county_of(ClassId(id))}.get(kind)
    if place is not None and not within(place, code):
        raise OutsideTheInspectedRegion(object=subject, region=code)


def require_officer(decision: Slice, officer: OfficerId) -> OfficerGuard:
    """The row of somebody who is an appointed officer.

    Raises NotAnOfficer.
    """
    guard = decision.guard(OfficerGuard, officer)
    if not guard.appointed:
        raise NotAnOfficer(officer=officer)
    return guard
