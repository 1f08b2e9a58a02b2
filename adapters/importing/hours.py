"""Hours of a day as forms print them: 8:30-11:30 14:30-17:30, 上午8时30分至11时30分 …"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from itertools import pairwise

from taizhang.adapters.sheets.cells import CellProblem, clean_text

DayHours = tuple[tuple[int, int], ...]  # from and to, in minutes after midnight
NOON, EVENING, DAY_END = 12 * 60, 18 * 60, 24 * 60
_AFTERNOON = ("下午", "晚上", "晚间", "中午")
_SPAN = re.compile(
    r"(上午|早上|下午|晚上|晚间|中午)?(\d{1,2})(?:[:.时点](\d{2})?分?|(?=[-~至到—]))"
    r"(?:-+|~|至|到|—+)"
    r"(上午|早上|下午|晚上|晚间|中午)?(\d{1,2})(?:[:.时点](\d{2})?分?)?"
)


class NotHours(CellProblem):
    """Not hours from and to."""

    code = "cell-not-hours"
    zh = "“{value}”看不出起止时间。请按 8:30-11:30 14:30-17:30 的样式填写。"
    en = '"{value}" does not say from when to when. Write it as 8:30-11:30 14:30-17:30.'


def parse_day_hours(value: object) -> DayHours:
    """The hours of a day, in order. Raises NotHours when any of them runs backwards or two overlap."""
    text = re.sub(r"\s*([-~至到—:])\s*", r"\1", unicodedata.normalize("NFKC", clean_text(value)))
    spans = []
    for part, hour, minute, part_to, hour_to, minute_to in _SPAN.findall(text):
        start = _minutes(hour, minute, part)
        end = _minutes(hour_to, minute_to, part_to or (part if part in _AFTERNOON else ""))
        spans.append((start, end))
    spans.sort()
    if not spans or any(not 0 <= start < end <= DAY_END for start, end in spans):
        raise NotHours(value)
    if any(later[0] < earlier[1] for earlier, later in pairwise(spans)):
        raise NotHours(value)
    return tuple(spans)


def hours_of_part(hours: DayHours, part: str) -> DayHours:
    """Those of the day's hours that a column for the morning, the afternoon or the evening speaks of."""
    if not part:
        return hours
    bounds = {"am": (0, NOON + 60), "pm": (NOON, EVENING + 60), "evening": (EVENING - 60, DAY_END)}
    earliest, latest = bounds[part]
    inside = tuple((start, end) for start, end in hours if earliest <= start and end <= latest)
    if part == "pm":  # what begins in the evening belongs to the evening's column
        inside = tuple(one for one in inside if one[0] < EVENING)
    return inside


def in_words(hours: Sequence[tuple[int, int]]) -> str:
    """The hours as people read them."""
    return " ".join(f"{start // 60}:{start % 60:02d}-{end // 60}:{end % 60:02d}" for start, end in hours)


def _minutes(hour: str, minute: str, part: str) -> int:
    hours = int(hour)
    if part in _AFTERNOON and hours < 12:
        hours += 12
    return hours * 60 + int(minute or 0)
