"""Reminding of findings, making them known, holding to account for them; and commending."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import msgspec

from taizhang.domain.boundary import GuardKey
from taizhang.domain.core import Actor, RegionCode, Selector, Slice
from taizhang.domain.inspections.consequences import AccountabilityImposed, CircularIssued, CommendationGiven
from taizhang.domain.inspections.finding_refusals import (
    CircularIdTaken,
    NotOneSubject,
    NotTheResponsibleUnit,
    UnknownFinding,
)
from taizhang.domain.inspections.findings import FindingId, ReminderAnswered, ReminderSent
from taizhang.domain.inspections.rules import (
    ANSWERING,
    INSPECTING,
    PUBLISHING,
    OfAFinding,
    finding_row,
    require_finding,
    require_open,
    require_order,
    require_recorded,
)
from taizhang.domain.inspections.state import FindingGuard
from taizhang.domain.standing import require_new


class SendReminder(OfAFinding, Slice):
    """Remind an organisation of a finding that is open."""

    COMMAND = "inspections.send-reminder"
    DECIDES = ReminderSent
    ROLES = INSPECTING
    KEEPS = (ReminderSent,)
    fact: ReminderSent

    def consistency_boundary(self) -> list[Selector]:
        return [Selector(types=[ReminderSent], tags=[f"finding:{self.fact.finding}"])]

    def execute(self) -> None:
        require_new(self.fact, self.known)
        require_open(self)
        self.record(self.fact)


class AnswerReminder(OfAFinding, Slice):
    """Answer a reminder, as an officer of the organisation that got it."""

    COMMAND = "inspections.answer-reminder"
    DECIDES = ReminderAnswered
    ROLES = ANSWERING
    COMPUTED = ("organisation",)
    fact: ReminderAnswered

    def __init__(self, fact: ReminderAnswered, by: Actor) -> None:
        super().__init__(msgspec.structs.replace(fact, organisation=by.organisation), by)

    def execute(self) -> None:
        guard, _ = require_finding(self)
        if self.by.organisation not in guard.reminded:
            raise NotTheResponsibleUnit(finding=self.fact.finding, organisation=self.by.organisation)
        self.record(self.fact)


class IssueCircular(Slice):
    """Make findings known by a circular, issued once."""

    COMMAND = "inspections.issue-circular"
    DECIDES = CircularIssued
    ROLES = PUBLISHING
    COMPUTED = ("issued_by",)
    KEEPS = (CircularIssued,)
    fact: CircularIssued

    def __init__(self, fact: CircularIssued, by: Actor) -> None:
        super().__init__(msgspec.structs.replace(fact, issued_by=by.organisation), by)

    def region(self) -> RegionCode:
        return self.fact.region

    def guards(self) -> list[GuardKey]:
        return [finding_row(one) for one in dict.fromkeys(self.fact.findings)]

    def consistency_boundary(self) -> list[Selector]:
        return [Selector(types=[CircularIssued], tags=[f"circular:{self.fact.circular}"])]

    def execute(self) -> None:
        require_new(self.fact, self.known)
        if self.known:
            raise CircularIdTaken(circular=self.fact.circular)
        require_found(self, self.fact.findings)
        self.record(self.fact)


class ImposeAccountability(Slice):
    """Hold one official, officer or organisation to account for findings."""

    COMMAND = "inspections.impose-accountability"
    DECIDES = AccountabilityImposed
    ROLES = PUBLISHING
    KEEPS = (AccountabilityImposed,)
    fact: AccountabilityImposed

    def region(self) -> RegionCode:
        return self.fact.region

    def guards(self) -> list[GuardKey]:
        return [finding_row(one) for one in dict.fromkeys(self.fact.findings)]

    def consistency_boundary(self) -> list[Selector]:
        return [Selector(types=[AccountabilityImposed], tags=[f"finding:{self.fact.findings[0]}"])]

    def execute(self) -> None:
        require_new(self.fact, self.known)
        require_found(self, self.fact.findings)
        require_one_subject(self.fact)
        self.record(self.fact)


class GiveCommendation(Slice):
    """Commend one official or organisation, or publish a model case."""

    COMMAND = "inspections.give-commendation"
    DECIDES = CommendationGiven
    ROLES = PUBLISHING
    KEEPS = (CommendationGiven,)
    fact: CommendationGiven

    def region(self) -> RegionCode:
        return self.fact.region

    def consistency_boundary(self) -> list[Selector]:
        return [Selector(types=[CommendationGiven], tags=[f"region:{self.fact.region}"])]

    def execute(self) -> None:
        require_new(self.fact, self.known)
        require_one_subject(self.fact)
        require_recorded(self, self.fact.rests_on)
        self.record(self.fact)


def require_found(decision: Slice, findings: Iterable[FindingId]) -> None:
    """Refuse to speak of findings that nobody recorded, or before they were found.

    Raises UnknownFinding, StepTooEarly.
    """
    for finding in findings:
        found_on = decision.guard(FindingGuard, finding).found_on
        if found_on is None:
            raise UnknownFinding(finding=finding)
        require_order(decision.fact, found_on)


def require_one_subject(fact: Any) -> None:
    """Raises NotOneSubject."""
    named = [fact.official, getattr(fact, "officer", None), fact.organisation]
    count = sum(one is not None for one in named)
    if count != 1:
        raise NotOneSubject(count=count)
