"""Findings 发现问题 and what becomes of them: answered, rectified 整改, reviewed, closed 销号, reopened, revisited 回头看."""

from __future__ import annotations

from datetime import date
from typing import Annotated, NewType

import msgspec

from taizhang.domain.classes import InstitutionId
from taizhang.domain.core import Correction, Fact, Fen, OfficerId, OrganisationId, PersonId, Position, Text
from taizhang.domain.inspections.opening import Content, InspectionId, Object

# "find-", the county's (or higher) code, "-", and what the team likes
FindingId = NewType(
    "FindingId", Annotated[str, msgspec.Meta(pattern=r"^find-\d{6}-\S{1,50}$", examples=["find-620121-1"])]
)
AttachmentDigest = Annotated[str, msgspec.Meta(pattern=r"^[0-9a-f]{64}$")]

# -- facts ------------------------------------------------------------------------------------------------


class Loss(msgspec.Struct, frozen=True, array_like=True):
    """What a finding puts at one person: fen and minutes."""

    person: PersonId
    amount_fen: int
    minutes: int = 0


class FindingRecorded(Fact, frozen=True, kw_only=True):
    """A team finds something: which content, on whom, which rule is broken, and the very facts it rests on."""

    TOPIC = "inspections.finding-recorded.v1"
    finding: FindingId
    inspection: InspectionId
    content: Content
    object: Object
    rule: Text
    words: Text
    rests_on: Annotated[tuple[Position, ...], msgspec.Meta(max_length=500)] = ()
    losses: Annotated[tuple[Loss, ...], msgspec.Meta(max_length=500)] = ()
    amount_fen: Fen = 0  # the control total: the sum of the losses
    blocking: bool = False  # an institution with an open blocking finding is paid nothing
    responsible: OrganisationId | None = None
    institution: InstitutionId | None = None  # filled in: whose payments an open blocking finding holds back

    def tags(self) -> list[str]:
        people = [f"person:{loss.person}" for loss in self.losses]
        return list(dict.fromkeys([f"finding:{self.finding}", f"inspection:{self.inspection}", self.object, *people]))


class FindingRecordedCorrected(Correction[FindingRecorded], frozen=True, kw_only=True):
    TOPIC = "inspections.finding-recorded-corrected.v1"


class FindingAnswered(Fact, frozen=True, kw_only=True):
    """Whom a finding concerns answers it: the right of reply."""

    TOPIC = "inspections.finding-answered.v1"
    finding: FindingId
    accepts: bool
    words: Text

    def tags(self) -> list[str]:
        return [f"finding:{self.finding}"]


class RectificationOrdered(Fact, frozen=True, kw_only=True):
    """Who puts a finding right, and until when (三单: 问题、责任、整改)."""

    TOPIC = "inspections.rectification-ordered.v1"
    finding: FindingId
    responsible: OrganisationId
    person_in_charge: OfficerId
    deadline: date
    document: Text

    def tags(self) -> list[str]:
        return [f"finding:{self.finding}"]


class RectificationReported(Fact, frozen=True, kw_only=True):
    """A finding is said to be put right, with evidence dated after it."""

    TOPIC = "inspections.rectification-reported.v1"
    finding: FindingId
    words: Text
    evidence: Annotated[tuple[AttachmentDigest, ...], msgspec.Meta(min_length=1, max_length=50)]
    evidence_on: date
    reported_by: OfficerId = OfficerId("")  # filled in

    def tags(self) -> list[str]:
        return [f"finding:{self.finding}", *(f"attachment:{one}" for one in self.evidence)]


class RectificationReviewed(Fact, frozen=True, kw_only=True):
    """Somebody else looks at what was reported, and accepts it or not."""

    TOPIC = "inspections.rectification-reviewed.v1"
    finding: FindingId
    accepted: bool
    words: Text
    reviewed_by: OfficerId = OfficerId("")  # filled in

    def tags(self) -> list[str]:
        return [f"finding:{self.finding}"]


class FindingClosed(Fact, frozen=True, kw_only=True):
    """A finding whose rectification was accepted is crossed off 销号."""

    TOPIC = "inspections.finding-closed.v1"
    finding: FindingId
    document: Text
    closed_by: OfficerId = OfficerId("")  # filled in
    institution: InstitutionId | None = None  # filled in: whose payments were held back until now

    def tags(self) -> list[str]:
        return [f"finding:{self.finding}"]


class FindingReopened(Fact, frozen=True, kw_only=True):
    """A closed finding is open again."""

    TOPIC = "inspections.finding-reopened.v1"
    finding: FindingId
    why: Text
    institution: InstitutionId | None = None  # filled in: whose payments are held back again

    def tags(self) -> list[str]:
        return [f"finding:{self.finding}"]


class RevisitHeld(Fact, frozen=True, kw_only=True):
    """Somebody goes back 回头看 and sees whether it stayed right."""

    TOPIC = "inspections.revisit-held.v1"
    finding: FindingId
    holds: bool
    words: Text

    def tags(self) -> list[str]:
        return [f"finding:{self.finding}"]


class ReminderSent(Fact, frozen=True, kw_only=True):
    """Somebody is reminded 催办 of a finding that is due or overdue."""

    TOPIC = "inspections.reminder-sent.v1"
    finding: FindingId
    to: OrganisationId
    words: Text

    def tags(self) -> list[str]:
        return [f"finding:{self.finding}"]


class ReminderAnswered(Fact, frozen=True, kw_only=True):
    """Who was reminded answers."""

    TOPIC = "inspections.reminder-answered.v1"
    finding: FindingId
    words: Text
    organisation: OrganisationId = OrganisationId("")  # filled in: whose officer answers

    def tags(self) -> list[str]:
        return [f"finding:{self.finding}"]
