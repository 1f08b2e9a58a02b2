"""Recording what a team found, and what is answered to it."""

from __future__ import annotations

from datetime import date

import msgspec

from taizhang.domain.boundary import GuardKey
from taizhang.domain.classes import ClassGuard, ClassId, InstitutionId
from taizhang.domain.core import Fact, RegionCode, Selector, Slice
from taizhang.domain.decisions import INSTITUTION, within
from taizhang.domain.funds.balances import PaymentGuard
from taizhang.domain.inspections.consequences import AccountabilityImposed, CircularIssued
from taizhang.domain.inspections.finding_refusals import (
    BlocksNobody,
    FindingIdTaken,
    LossesDoNotAddUp,
    NotTheResponsibleUnit,
    RestsOnNothing,
)
from taizhang.domain.inspections.findings import (
    FindingAnswered,
    FindingClosed,
    FindingRecorded,
    FindingReopened,
    RectificationOrdered,
    RectificationReported,
    RectificationReviewed,
    ReminderAnswered,
    ReminderSent,
    RevisitHeld,
)
from taizhang.domain.inspections.refusals import OutsideTheInspectedRegion
from taizhang.domain.inspections.rules import (
    ANSWERING,
    INSPECTING,
    OfAFinding,
    code_in,
    finding_row,
    inspection_row,
    require_finding,
    require_place,
    require_recorded,
    require_team,
)
from taizhang.domain.standing import require_grounded, require_new

AFTERWARDS: tuple[type[Fact], ...] = (
    FindingAnswered,
    RectificationOrdered,
    RectificationReported,
    RectificationReviewed,
    FindingClosed,
    FindingReopened,
    RevisitHeld,
    ReminderSent,
    ReminderAnswered,
    CircularIssued,
    AccountabilityImposed,
)


class RecordFinding(OfAFinding, Slice):
    """Record what a member of the team found, on what it rests, and what was lost."""

    COMMAND = "inspections.record-finding"
    DECIDES = FindingRecorded
    ROLES = INSPECTING
    COMPUTED = ("institution",)
    KEEPS = (FindingRecorded,)
    fact: FindingRecorded

    def guards(self) -> list[GuardKey]:
        kind, _, id = self.fact.object.partition(":")
        about = {"class": [(ClassGuard.KIND, id)], "payment": [(PaymentGuard.KIND, id)]}.get(kind, [])
        return [finding_row(self.fact.finding), inspection_row(self.fact.inspection), *about]

    def consistency_boundary(self) -> list[Selector]:
        return [Selector(types=[FindingRecorded], tags=[f"finding:{self.fact.finding}"])]

    def execute(self) -> None:
        fact = msgspec.structs.replace(self.fact, institution=self._institution())
        require_new(fact, self.known)
        if self.known:
            raise FindingIdTaken(finding=fact.finding)
        guard = require_team(self)
        self._require_place(RegionCode(guard.region))
        if not fact.rests_on:
            raise RestsOnNothing(finding=fact.finding)
        require_recorded(self, fact.rests_on)
        losses_fen = sum(loss.amount_fen for loss in fact.losses)
        if losses_fen != fact.amount_fen:
            raise LossesDoNotAddUp(losses_fen=losses_fen, amount_fen=fact.amount_fen)
        if fact.blocking and fact.institution is None:
            raise BlocksNobody(finding=fact.finding, object=fact.object)
        self.record(fact)

    def leaning(self) -> list[Selector]:
        return [Selector(types=list(AFTERWARDS), tags=[f"finding:{self.fact.finding}"])]

    def take_back(self) -> None:
        """What became of it stays after it, deadlines and evidence too; whose payments it holds is settled at its closing."""
        was, now = self.fact, self.becomes
        if now is None or now.finding != was.finding:
            require_grounded(was, self.resting)
            return
        held = (was.blocking, was.institution) != (now.blocking, now.institution)
        groundless = [
            one
            for one in self.resting
            if _too_early(one, now.occurred_on) or (held and isinstance(one, (FindingClosed, FindingReopened)))
        ]
        require_grounded(was, groundless)

    def _institution(self) -> InstitutionId | None:
        """Whose thing the finding is about; None where it is no institution's."""
        kind, _, id = self.fact.object.partition(":")
        if kind == "institution":
            return InstitutionId(id)
        if kind == "class":
            filing = self.guard(ClassGuard, ClassId(id)).filing
            return filing.institution if filing is not None else None
        if kind == "payment":
            payee, _, whom = self.guard(PaymentGuard, id).payee.partition(":")
            return InstitutionId(whom) if payee == "institution" else None
        return None

    def _require_place(self, inspected: RegionCode) -> None:
        """Raises OutsideTheInspectedRegion."""
        fact, code = self.fact, code_in(self.fact.finding)
        require_place(f"region:{code}", inspected)
        require_place(fact.object, code)
        kind, _, id = fact.object.partition(":")
        payer = self.guard(PaymentGuard, id).payer[:6] if kind == "payment" else ""
        if payer and not within(payer, code):
            raise OutsideTheInspectedRegion(object=fact.object, region=code)


def _too_early(step: Fact, found_on: date) -> bool:
    """Whether a step would not have been recorded of a finding of this day."""
    if isinstance(step, RectificationOrdered) and step.deadline <= found_on:
        return True
    if isinstance(step, RectificationReported) and step.evidence_on < found_on:
        return True
    return step.occurred_on < found_on


class AnswerFinding(OfAFinding, Slice):
    """Record the answer of whom a finding concerns."""

    COMMAND = "inspections.answer-finding"
    DECIDES = FindingAnswered
    ROLES = ANSWERING
    KEEPS = (FindingAnswered,)
    fact: FindingAnswered

    def consistency_boundary(self) -> list[Selector]:
        return [Selector(types=[FindingAnswered], tags=[f"finding:{self.fact.finding}"])]

    def execute(self) -> None:
        require_new(self.fact, self.known)
        guard, _ = require_finding(self)
        if self.by.role == INSTITUTION and self.by.organisation not in (guard.institution, guard.responsible):
            raise NotTheResponsibleUnit(finding=self.fact.finding, organisation=self.by.organisation)
        self.record(self.fact)
