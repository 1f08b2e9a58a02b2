"""How many were marked present in a class at an hour, to be set against the heads counted on the spot."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Final

from taizhang.domain.attendance import AttendanceCorrected, AttendanceTaken
from taizhang.domain.boundary import History
from taizhang.domain.core import Selector
from taizhang.domain.envelope import opened
from taizhang.domain.log import LogReader, StoredFact
from taizhang.projections.replay import NOW, Cuts

PAGE: Final = 5_000  # facts in one read
SHEETS: Final = frozenset({AttendanceTaken.TOPIC, AttendanceCorrected.TOPIC})


def marked_present(log: LogReader, training_class: str, day: date, minute: int, cuts: Cuts = NOW) -> int:
    """The persons whom the attendance sheets, as known at the recording cut, mark present at that minute."""
    history, tag = History(), f"class:{training_class}"
    for stored in _tagged(log, tag):
        if stored.type in SHEETS and (cuts.as_recorded_at is None or stored.recorded_at <= cuts.as_recorded_at):
            fact = opened(stored.position, stored.leaf).fact
            history.add(stored.position, fact, fact.tags())
    sheets = history.matching([Selector(types=[AttendanceTaken], tags=[tag])])
    return len({sheet.person for sheet in sheets if isinstance(sheet, AttendanceTaken) and _there(sheet, day, minute)})


def _there(sheet: AttendanceTaken, day: date, minute: int) -> bool:
    return any(mark.on == day and mark.start <= minute < mark.end for mark in sheet.marks)


def _tagged(log: LogReader, tag: str) -> Iterator[StoredFact]:
    after = 0
    while rows := log.tagged(tag, after, PAGE):
        yield from rows
        after = rows[-1].position
