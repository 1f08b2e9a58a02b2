"""The marks of an attendance sheet: √ × 假 迟 早 病, a signature, or the hours of the day."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, NamedTuple

from taizhang.adapters.importing.hours import DayHours
from taizhang.adapters.sheets.cells import CellProblem, clean_name, clean_text, parse_hours
from taizhang.adapters.vault.statements import plain_name

PRESENT, ABSENT, HOURS, UNKNOWN = "present", "absent", "hours", "unknown"
_PRESENT: Final = frozenset({"√", "✓", "✔", "V", "Y", "是", "到", "出", "出勤", "实到", "迟", "迟到", "早", "早退"})
_ABSENT: Final = frozenset(
    {"×", "✗", "✘", "X", "N", "否", "缺", "缺勤", "旷", "旷课", "假", "事假", "请假", "事", "病", "病假"}
)


class Mark(NamedTuple):
    """What one cell says; `minutes` where it is a number. A blank cell has no kind."""

    kind: str
    minutes: int | None = None


def read_mark(cell: object, name: str) -> Mark:
    """What a cell marks; the trainee's own name in it is a signature, which is presence."""
    text = clean_text(cell).replace(" ", "").upper()
    if not text or text in ("/", "-", "—"):
        return Mark("")
    if text in _PRESENT or (name and plain_name(clean_name(cell)) == plain_name(name)):
        return Mark(PRESENT)
    if text in _ABSENT:
        return Mark(ABSENT)
    try:
        minutes = parse_hours(cell)
    except CellProblem:
        return Mark(UNKNOWN)
    return Mark(ABSENT) if minutes == 0 else Mark(HOURS, minutes)


def says_hours(marks: Sequence[Mark]) -> bool:
    """Whether a row's numbers are hours; nothing but ones are ticks."""
    return any(mark.kind == HOURS and mark.minutes != 60 for mark in marks)


def within_minutes(hours: DayHours, minutes: int) -> DayHours | None:
    """The first `minutes` of the day's hours, or None when the day has fewer."""
    spans: list[tuple[int, int]] = []
    left = minutes
    for start, end in hours:
        if left <= 0:
            break
        taken = min(left, end - start)
        spans.append((start, start + taken))
        left -= taken
    return None if left > 0 else tuple(spans)
