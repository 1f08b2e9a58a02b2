"""The open leads beside a score: how many things somebody should still look at, by the same groups as the figures."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final, NamedTuple

from sqlalchemy import Connection, select

from taizhang.domain.log import LogReader
from taizhang.projections.database import chunks
from taizhang.projections.performance.asked import By, Question, Tie, region_key, ties_of
from taizhang.projections.rules.leads import status_of
from taizhang.projections.rules.tables import lead_tables
from taizhang.projections.scope import DIGITS, level_of, stem_of

SETTLED: Final = frozenset({"refuted", "merged"})  # nothing in it, or told under another lead
NEW: Final = "new"


class OpenLeads(NamedTuple):
    """How many leads are open, by severity, and the sum they are about, in fen."""

    high: int = 0
    medium: int = 0
    low: int = 0
    sum_fen: int = 0

    @property
    def many(self) -> int:
        return self.high + self.medium + self.low


def open_leads(connection: Connection, log: LogReader, question: Question) -> dict[str, OpenLeads]:
    """By row key ("" the whole): the leads that are open now, of what could be known at the recording cut.

    By period no lead is told apart: only the whole has a number then.
    """
    table = lead_tables().leads
    t = table.c
    here = t.region.startswith(stem_of(question.region), autoescape=True)
    columns = t.lead, t.severity, t.region, t.subjects, t.sum_fen, t.known_position
    rows = connection.execute(select(*columns).where(here).order_by(t.lead)).all()
    statuses = status_of(connection)
    standing = [row for row in rows if statuses.get(row.lead, NEW) not in SETTLED]
    tied = ties_of(connection, question.cuts) if question.by in ("department", "institution") else {}
    found: dict[str, OpenLeads] = {}
    for row in _knowable(log, standing, question):
        for key in dict.fromkeys(["", *_keys(row, question, tied)]):
            found[key] = _more(found.get(key, OpenLeads()), row.severity, row.sum_fen)
    return found


def _knowable(log: LogReader, rows: Iterable[Any], question: Question) -> Iterator[Any]:
    """The leads whose last fact was recorded by the cut."""
    until = question.cuts.as_recorded_at
    rows = list(rows)
    if until is None:
        yield from rows
        return
    positions = sorted({row.known_position for row in rows})
    recorded = {one.position: one.recorded_at for part in chunks(positions) for one in log.at(part)}
    yield from (row for row in rows if recorded.get(row.known_position, until + 1) <= until)


def _keys(row: Any, question: Question, tied: dict[str, Tie]) -> Iterator[str]:
    """The rows that a lead stands in, by its region and by whom it is about."""
    if question.by == "region":
        code = row.region[:6]
        if DIGITS[level_of(code)] >= question.digits():
            yield region_key(code, question)
        return
    yield from whom(row.subjects.split(","), question.by, tied)


def whom(subjects: Iterable[str], by: By, tied: Mapping[str, Tie]) -> Iterator[str]:
    """The institutions, departments or postings that a lead with these subjects is about; a class counts for whose it is."""
    for subject in subjects:
        kind, _, id = subject.partition(":")
        if by == "official" and kind == "posting":
            yield id
        elif kind == "class" and by in ("department", "institution") and id in tied:
            yield getattr(tied[id], by)
        elif (kind, by) in (("institution", "institution"), ("organisation", "department")):
            yield id


def _more(before: OpenLeads, severity: str, sum_fen: int) -> OpenLeads:
    known = severity if severity in ("high", "medium", "low") else "low"
    return before._replace(**{known: getattr(before, known) + 1, "sum_fen": before.sum_fen + sum_fen})
