"""Putting a finding right 整改: ordered, reported with evidence from after it, reviewed and closed by others, reopened."""

from __future__ import annotations

import msgspec

from taizhang.domain.boundary import GuardKey
from taizhang.domain.core import Actor, Selector, Slice
from taizhang.domain.inspections.finding_refusals import (
    ClosedByThemselves,
    DeadlineNotAfterFinding,
    EvidenceBeforeTheFinding,
    EvidenceUsedElsewhere,
    FindingIsOpen,
    NotAccepted,
    NothingReported,
    NotTheResponsibleUnit,
    RectificationNotOrdered,
    ReviewedByThemselves,
)
from taizhang.domain.inspections.findings import (
    FindingClosed,
    FindingReopened,
    RectificationOrdered,
    RectificationReported,
    RectificationReviewed,
    RevisitHeld,
)
from taizhang.domain.inspections.rules import (
    ANSWERING,
    INSPECTING,
    OfAFinding,
    finding_row,
    require_finding,
    require_officer,
    require_open,
    require_order,
)
from taizhang.domain.inspections.state import EvidenceGuard, FindingGuard
from taizhang.domain.officers import OfficerGuard
from taizhang.domain.standing import require_forward, require_new


class OrderRectification(OfAFinding, Slice):
    """Say who puts an open finding right, and until when; a later order takes the place of an earlier one."""

    COMMAND = "inspections.order-rectification"
    DECIDES = RectificationOrdered
    ROLES = INSPECTING
    KEEPS = (RectificationOrdered,)
    fact: RectificationOrdered

    def guards(self) -> list[GuardKey]:
        return [finding_row(self.fact.finding), (OfficerGuard.KIND, self.fact.person_in_charge)]

    def consistency_boundary(self) -> list[Selector]:
        return [Selector(types=[RectificationOrdered], tags=[f"finding:{self.fact.finding}"])]

    def execute(self) -> None:
        fact = self.fact
        require_new(fact, self.known)
        guard, found_on = require_open(self)
        require_order(fact, guard.ordered_on)
        if fact.deadline <= found_on or fact.deadline < fact.occurred_on:
            raise DeadlineNotAfterFinding(deadline=fact.deadline, found_on=found_on)
        require_officer(self, fact.person_in_charge)
        self.record(fact)


class ReportRectification(OfAFinding, Slice):
    """Report that a finding was put right, with evidence of its own from after it."""

    COMMAND = "inspections.report-rectification"
    DECIDES = RectificationReported
    ROLES = ANSWERING
    COMPUTED = ("reported_by",)
    KEEPS = (RectificationReported,)
    fact: RectificationReported

    def __init__(self, fact: RectificationReported, by: Actor) -> None:
        super().__init__(msgspec.structs.replace(fact, reported_by=by.officer), by)

    def guards(self) -> list[GuardKey]:
        evidence = [(EvidenceGuard.KIND, digest) for digest in dict.fromkeys(self.fact.evidence)]
        return [finding_row(self.fact.finding), *evidence]

    def consistency_boundary(self) -> list[Selector]:
        return [Selector(types=[RectificationReported], tags=[f"finding:{self.fact.finding}"])]

    def execute(self) -> None:
        fact = self.fact
        require_new(fact, self.known)
        guard, found_on = require_open(self)
        if guard.ordered_on is None:
            raise RectificationNotOrdered(finding=fact.finding)
        require_order(fact, guard.ordered_on)
        if self.by.organisation != guard.responsible:
            raise NotTheResponsibleUnit(finding=fact.finding, organisation=self.by.organisation)
        since = max(found_on, guard.reopened_on or found_on)
        if fact.evidence_on < since:
            raise EvidenceBeforeTheFinding(finding=fact.finding, evidence_on=fact.evidence_on, since=since)
        require_forward(fact.evidence_on, fact.occurred_on)
        self._require_own_evidence()
        self.record(fact)

    def _require_own_evidence(self) -> None:
        """Raises EvidenceUsedElsewhere."""
        for digest in self.fact.evidence:
            others = [one for one in self.guard(EvidenceGuard, digest).findings if one != self.fact.finding]
            if others:
                raise EvidenceUsedElsewhere(digest=digest, other=others[0])


class ReviewRectification(OfAFinding, Slice):
    """Accept or refuse a reported rectification, as somebody who neither reported it nor is in charge of it."""

    COMMAND = "inspections.review-rectification"
    DECIDES = RectificationReviewed
    ROLES = INSPECTING
    COMPUTED = ("reviewed_by",)
    fact: RectificationReviewed

    def __init__(self, fact: RectificationReviewed, by: Actor) -> None:
        super().__init__(msgspec.structs.replace(fact, reviewed_by=by.officer), by)

    def execute(self) -> None:
        fact = self.fact
        guard, _ = require_open(self)
        if guard.reported_on is None:
            raise NothingReported(finding=fact.finding)
        require_order(fact, guard.reported_on)
        if self.by.officer in (guard.reported_by, guard.person_in_charge):
            raise ReviewedByThemselves(finding=fact.finding, officer=self.by.officer)
        self.record(fact)


class CloseFinding(OfAFinding, Slice):
    """Cross a finding off after its rectification was accepted, as somebody who did not answer for it."""

    COMMAND = "inspections.close-finding"
    DECIDES = FindingClosed
    ROLES = INSPECTING
    COMPUTED = ("closed_by", "institution")
    fact: FindingClosed

    def __init__(self, fact: FindingClosed, by: Actor) -> None:
        super().__init__(msgspec.structs.replace(fact, closed_by=by.officer, institution=None), by)

    def execute(self) -> None:
        fact = self.fact
        guard, _ = require_open(self)
        if guard.accepted_on is None:
            raise NotAccepted(finding=fact.finding)
        require_order(fact, guard.accepted_on)
        if self.by.officer in (guard.person_in_charge, guard.reported_by):
            raise ClosedByThemselves(finding=fact.finding, officer=self.by.officer)
        self.record(msgspec.structs.replace(fact, institution=guard.institution if guard.blocking else None))


class ReopenFinding(OfAFinding, Slice):
    """Open a closed finding again; it holds back again what it held back."""

    COMMAND = "inspections.reopen-finding"
    DECIDES = FindingReopened
    ROLES = INSPECTING
    COMPUTED = ("institution",)
    fact: FindingReopened

    def __init__(self, fact: FindingReopened, by: Actor) -> None:
        super().__init__(msgspec.structs.replace(fact, institution=None), by)

    def execute(self) -> None:
        guard = require_closed(self)
        held = guard.institution if guard.blocking else None
        self.record(msgspec.structs.replace(self.fact, institution=held))


class HoldRevisit(OfAFinding, Slice):
    """Record whether a closed finding stayed right when somebody went back."""

    COMMAND = "inspections.hold-revisit"
    DECIDES = RevisitHeld
    ROLES = INSPECTING
    KEEPS = (RevisitHeld,)
    fact: RevisitHeld

    def consistency_boundary(self) -> list[Selector]:
        return [Selector(types=[RevisitHeld], tags=[f"finding:{self.fact.finding}"])]

    def execute(self) -> None:
        require_new(self.fact, self.known)
        require_closed(self)
        self.record(self.fact)


def require_closed(decision: Slice) -> FindingGuard:
    """How a finding stands that was closed by the day of the decision's fact.

    Raises UnknownFinding, StepTooEarly, FindingIsOpen.
    """
    guard, _ = require_finding(decision)
    if guard.closed_on is None:
        raise FindingIsOpen(finding=decision.fact.finding)
    require_order(decision.fact, guard.closed_on)
    return guard
