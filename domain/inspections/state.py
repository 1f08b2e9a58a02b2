"""Guard rows of inspections: how an inspection, a sample and a finding stand, and where a piece of evidence was used."""

from __future__ import annotations

from datetime import date
from typing import Any, ClassVar

import msgspec

from taizhang.domain.classes import InstitutionId
from taizhang.domain.core import Guard, moves
from taizhang.domain.inspections.findings import (
    FindingClosed,
    FindingRecorded,
    FindingReopened,
    RectificationOrdered,
    RectificationReported,
    RectificationReviewed,
    ReminderAnswered,
    ReminderSent,
)
from taizhang.domain.inspections.opening import InspectionOpened
from taizhang.domain.inspections.samples import CheckpointTaken, NonceCommitted, PopulationFixed, SampleDrawn


class InspectionGuard(Guard):
    """How one inspection was opened."""

    KIND = "inspection"
    opened_on: date | None = None
    kind: str = ""
    region: str = ""
    announced_on: date | None = None
    team: list[str] = msgspec.field(default_factory=list)

    @classmethod
    def keys(cls, fact: InspectionOpened) -> tuple[str, ...]:  # type: ignore[override]
        return (fact.inspection,)

    @moves(InspectionOpened)
    def opened(self, fact: InspectionOpened, sign: int) -> None:
        self.opened_on, self.kind, self.region, self.announced_on, self.team = None, "", "", None, []
        if sign > 0:
            self.opened_on, self.kind, self.region = fact.occurred_on, fact.kind, fact.region
            self.announced_on, self.team = fact.announced_on, list(fact.team)


class SampleGuard(Guard):
    """How far one sample is: the nonce committed, the population fixed, the sample drawn."""

    KIND = "sample"
    inspection: str = ""
    nonce_digest: str = ""
    committed_on: date | None = None
    digest: str = ""
    units: int = 0
    method: str = ""
    size: int | None = None
    interval_fen: int | None = None
    fixed_on: date | None = None
    drawn_on: date | None = None

    @classmethod
    def keys(cls, fact: Any) -> tuple[str, ...]:
        return (fact.sample,)

    @moves(NonceCommitted)
    def committed(self, fact: NonceCommitted, sign: int) -> None:
        assert sign > 0, "nonces are not corrected"
        self.inspection, self.nonce_digest, self.committed_on = fact.inspection, fact.nonce_digest, fact.occurred_on

    @moves(PopulationFixed)
    def fixed(self, fact: PopulationFixed, sign: int) -> None:
        assert sign > 0, "populations are not corrected"
        self.digest, self.units, self.fixed_on = fact.digest, fact.units, fact.occurred_on
        self.method, self.size, self.interval_fen = fact.method, fact.size, fact.interval_fen

    @moves(SampleDrawn)
    def drawn(self, fact: SampleDrawn, sign: int) -> None:
        assert sign > 0, "samples are not corrected"
        self.drawn_on = fact.occurred_on


class WaitingGuard(Guard):
    """The samples whose population is fixed and for which no checkpoint was taken yet: one row, which the signer asks."""

    KIND = "samples-waiting"
    KEY: ClassVar = "all"
    samples: dict[str, str] = msgspec.field(default_factory=dict)  # sample -> inspection

    @classmethod
    def keys(cls, fact: Any) -> tuple[str, ...]:  # noqa: ARG003 (there is one row)
        return (cls.KEY,)

    @moves(PopulationFixed)
    def waits(self, fact: PopulationFixed, sign: int) -> None:
        assert sign > 0, "populations are not corrected"
        self.samples = self.samples | {fact.sample: fact.inspection}

    @moves(CheckpointTaken)
    def taken(self, fact: CheckpointTaken, sign: int) -> None:
        assert sign > 0, "checkpoints are not corrected"
        self.samples = {sample: of for sample, of in self.samples.items() if sample != fact.sample}


class FindingGuard(Guard):
    """How one finding stands: found, ordered to be put right, reported, reviewed, closed."""

    KIND = "finding"
    found_on: date | None = None
    inspection: str = ""
    blocking: bool = False
    institution: InstitutionId | None = None
    responsible: str = ""
    person_in_charge: str = ""
    ordered_on: date | None = None
    reported_on: date | None = None  # None: nothing waits for a review
    reported_by: str = ""
    accepted_on: date | None = None  # None: no accepted review stands
    closed_on: date | None = None  # None: open
    reopened_on: date | None = None
    reminded: list[str] = msgspec.field(default_factory=list)  # who was reminded and has not answered

    @classmethod
    def keys(cls, fact: Any) -> tuple[str, ...]:
        return (fact.finding,)

    @moves(FindingRecorded)
    def found(self, fact: FindingRecorded, sign: int) -> None:
        self.found_on, self.inspection, self.blocking, self.institution = None, "", False, None
        if sign > 0:
            self.found_on, self.inspection = fact.occurred_on, fact.inspection
            self.blocking, self.institution = fact.blocking, fact.institution

    @moves(RectificationOrdered)
    def ordered(self, fact: RectificationOrdered, sign: int) -> None:
        assert sign > 0, "an order is replaced by a later one"
        self.ordered_on, self.responsible = fact.occurred_on, fact.responsible
        self.person_in_charge = fact.person_in_charge

    @moves(RectificationReported)
    def reported(self, fact: RectificationReported, sign: int) -> None:
        assert sign > 0, "a report is followed by another"
        self.reported_on, self.reported_by, self.accepted_on = fact.occurred_on, fact.reported_by, None

    @moves(RectificationReviewed)
    def reviewed(self, fact: RectificationReviewed, sign: int) -> None:
        assert sign > 0, "a review is followed by another report"
        self.reported_on = None
        self.accepted_on = fact.occurred_on if fact.accepted else None

    @moves(FindingClosed)
    def closed(self, fact: FindingClosed, sign: int) -> None:
        assert sign > 0, "a closed finding is reopened"
        self.closed_on = fact.occurred_on

    @moves(FindingReopened)
    def reopened(self, fact: FindingReopened, sign: int) -> None:
        assert sign > 0, "a reopened finding is closed again"
        self.closed_on, self.accepted_on, self.reopened_on = None, None, fact.occurred_on

    @moves(ReminderSent)
    def was_reminded(self, fact: ReminderSent, sign: int) -> None:
        assert sign > 0, "reminders are not corrected"
        self.reminded = [*self.reminded, fact.to]

    @moves(ReminderAnswered)
    def answered(self, fact: ReminderAnswered, sign: int) -> None:
        assert sign > 0, "answers are not corrected"
        self.reminded = [one for one in self.reminded if one != fact.organisation]


class EvidenceGuard(Guard):
    """For which findings one piece of evidence, by its SHA-256, was handed in."""

    KIND = "rectification-evidence"
    findings: list[str] = msgspec.field(default_factory=list)

    @classmethod
    def keys(cls, fact: RectificationReported) -> tuple[str, ...]:  # type: ignore[override]
        return tuple(dict.fromkeys(fact.evidence))

    @moves(RectificationReported)
    def used(self, fact: RectificationReported, sign: int) -> None:
        assert sign > 0, "a report is followed by another"
        if fact.finding not in self.findings:
            self.findings = [*self.findings, fact.finding]
