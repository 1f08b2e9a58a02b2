"""The view of inspections: each fact about them is kept as it was recorded, for questions about any past moment and day.

They are few, thousands in a province and year; so what an inspection or a finding has become is folded when asked
(book.py), and every answer is one of facts known then and effective then.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

import msgspec
from sqlalchemy import Connection, func, select

from taizhang.domain.boundary import correction_of
from taizhang.domain.core import Correction, Fact
from taizhang.domain.envelope import outer_of
from taizhang.domain.inspections import consequences, findings, opening, samples
from taizhang.domain.inspections.rules import code_in
from taizhang.domain.refused import SubmissionRefused
from taizhang.projections.database import RowWriter
from taizhang.projections.inspections.tables import InspectionTables
from taizhang.projections.view import Item, run

FACTS: Final[tuple[type[Fact], ...]] = (
    opening.InspectionPlanned,
    opening.InspectionOpened,
    opening.VisitHeld,
    samples.NonceCommitted,
    samples.PopulationFixed,
    samples.CheckpointTaken,
    samples.SampleDrawn,
    findings.FindingRecorded,
    findings.FindingAnswered,
    findings.RectificationOrdered,
    findings.RectificationReported,
    findings.RectificationReviewed,
    findings.FindingClosed,
    findings.FindingReopened,
    findings.RevisitHeld,
    findings.ReminderSent,
    findings.ReminderAnswered,
    consequences.CircularIssued,
    consequences.AccountabilityImposed,
    consequences.CommendationGiven,
)
REFUSED: Final = "refused"
_encode = msgspec.json.Encoder(order="deterministic").encode


class InspectionsView:
    """Keeps facts about inspections, and attempts at them that a rule refused."""

    name = "inspections"
    version = 1

    def __init__(self, suffix: str = "") -> None:
        self.tables = InspectionTables(suffix)
        self.metadata = self.tables.metadata
        self._writer = RowWriter(self.tables.facts)
        kinds = [*FACTS, *(one for cls in FACTS if (one := correction_of(cls)) is not None)]
        self._handlers: dict[Any, Any] = dict.fromkeys(kinds, self._take) | {SubmissionRefused: self._refused}
        self._rows: list[tuple[Any, ...]] = []

    def wants(self) -> frozenset[type[Fact]]:
        return frozenset(self._handlers)

    def fold(self, page: Sequence[Item], connection: Connection) -> None:  # noqa: ARG002 (it needs no table to fold)
        run(self._handlers, page)

    def write(self, connection: Connection) -> None:
        if self._rows:
            self._writer.insert(connection, self._rows)
        self._rows = []

    def forget(self) -> None:
        self._rows = []

    def figures(self, connection: Connection) -> dict[str, int]:
        """Facts of each kind."""
        c = self.tables.facts.c
        rows = connection.execute(select(c.kind, func.count()).group_by(c.kind))
        return {f"inspection_fact {kind}": int(count) for kind, count in rows}

    def _take(self, item: Item) -> None:
        fact: Any = item.fact
        first, body, void = item.position, fact, False
        if isinstance(fact, Correction):
            first, void = fact.corrects, fact.now is None
            body = fact.was if fact.now is None else fact.now
        self._put(item, first, body, stem_of_topic(body.TOPIC), "", void)

    def _refused(self, item: Item) -> None:
        fact: Any = item.fact
        if fact.command.startswith("inspections."):
            self._put(item, item.position, fact, REFUSED, fact.rule, False)

    def _put(self, item: Item, first: int, body: Any, kind: str, rule: str, void: bool) -> None:
        by = outer_of(item.leaf).recorded_by
        inspection, finding = getattr(body, "inspection", ""), getattr(body, "finding", "")
        if rule:
            tags = [tag.partition(":") for tag in body.subjects]
            inspection = next((id for name, _, id in tags if name == "inspection"), "")
        owner: Any = finding or inspection
        region = getattr(body, "region", "") or (code_in(owner) if owner else "")
        row: tuple[Any, ...] = (
            item.position,
            first,
            item.recorded_at,
            body.occurred_on.isoformat(),
            kind,
            rule,
            region,
            inspection,
        )
        row += (finding, getattr(body, "sample", None) or "", by.officer if by is not None else "", int(void))
        self._rows.append((*row, _encode(body)))


def stem_of_topic(topic: str) -> str:
    """A kind in short: finding-recorded."""
    return topic.partition(".")[2].rpartition(".v")[0]
