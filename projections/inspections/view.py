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
from taizhang.domain.envelope import fact_classes, outer_of
from taizhang.domain.inspections import consequences, findings, opening, samples
from taizhang.domain.inspections.rules import code_in
from taizhang.domain.refused import SubmissionRefused
from taizhang.projections.database import RowWriter
from taizhang.projections.inspections.tables import InspectionTables, inspection_tables
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
FOUND: Final = "finding-recorded"
_encode = msgspec.json.Encoder(order="deterministic").encode


class InspectionsView:
    """Keeps facts about inspections, and attempts at them that a rule refused."""

    name = "inspections"
    version = 2  # 2: what a finding rests on and was changed later

    def __init__(self, suffix: str = "") -> None:
        self.tables = InspectionTables(suffix) if suffix else inspection_tables()
        self.metadata = self.tables.metadata
        self._writer, self._grounds_writer = RowWriter(self.tables.facts), RowWriter(self.tables.grounds)
        own = {one for cls in FACTS if (one := correction_of(cls)) is not None}
        corrections = {cls for cls in fact_classes().values() if issubclass(cls, Correction)}
        self._handlers: dict[Any, Any] = dict.fromkeys(FACTS, self._take) | {SubmissionRefused: self._refused}
        self._handlers |= dict.fromkeys(corrections - own, self._changed) | dict.fromkeys(own, self._corrected)
        self._rows: list[tuple[Any, ...]] = []
        self._changes: list[tuple[Any, ...]] = []
        self._resting: dict[int, list[str]] | None = None  # by position: the findings that rest on it

    def wants(self) -> frozenset[type[Fact]]:
        return frozenset(self._handlers)

    def fold(self, page: Sequence[Item], connection: Connection) -> None:
        if self._resting is None:
            self._resting = self._read_resting(connection)
        run(self._handlers, page)

    def write(self, connection: Connection) -> None:
        if self._rows:
            self._writer.insert(connection, self._rows)
        if self._changes:
            self._grounds_writer.insert(connection, self._changes)
        self._rows, self._changes = [], []

    def forget(self) -> None:
        self._rows, self._changes, self._resting = [], [], None

    def figures(self, connection: Connection) -> dict[str, int]:
        """Facts of each kind, and changes of what findings rest on."""
        c = self.tables.facts.c
        rows = connection.execute(select(c.kind, func.count()).group_by(c.kind))
        changes = int(connection.scalar(select(func.count()).select_from(self.tables.grounds)) or 0)
        return {"finding_ground": changes} | {f"inspection_fact {kind}": int(count) for kind, count in rows}

    def _take(self, item: Item) -> None:
        fact: Any = item.fact
        first, body, void = item.position, fact, False
        if isinstance(fact, Correction):
            first, void = fact.corrects, fact.now is None
            body = fact.was if fact.now is None else fact.now
        self._put(item, first, body, stem_of_topic(body.TOPIC), "", void)

    def _corrected(self, item: Item) -> None:
        """A correction about inspections; a finding may rest on what it corrects, too."""
        self._changed(item)
        self._take(item)

    def _changed(self, item: Item) -> None:
        fact: Any = item.fact
        assert self._resting is not None
        for finding in self._resting.get(fact.corrects, ()):
            self._changes.append((item.position, finding, fact.corrects, item.recorded_at, int(fact.now is None)))

    def _read_resting(self, connection: Connection) -> dict[int, list[str]]:
        found: dict[int, list[str]] = {}
        c = self.tables.facts.c
        for state in connection.scalars(select(c.state).where(c.kind == FOUND).order_by(c.position)):
            _rest(found, _grounds_of(bytes(state)))
        return found

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
        if kind == FOUND and self._resting is not None:
            _rest(self._resting, body)


class _Grounds(msgspec.Struct):
    """Of a finding only what it rests on."""

    finding: str
    rests_on: tuple[int, ...] = ()


_grounds_of = msgspec.json.Decoder(_Grounds).decode


def _rest(found: dict[int, list[str]], body: Any) -> None:
    """Note what a finding rests on; what a correction of the finding leaves out is sorted out when asked."""
    for position in body.rests_on:
        findings_there = found.setdefault(position, [])
        if body.finding not in findings_there:
            findings_there.append(body.finding)


def stem_of_topic(topic: str) -> str:
    """A kind in short: finding-recorded."""
    return topic.partition(".")[2].rpartition(".v")[0]
