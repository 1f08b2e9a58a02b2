"""Hours of a class: a stretch of one day, in whole minutes, as sessions are held and attendance is marked."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import ClassVar

import msgspec

from taizhang.domain.core import Refusal

MINUTES_OF_A_DAY = 24 * 60


class SessionHours(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """From `start` to `end` on one day, both in minutes after midnight (Beijing time); `end` is no longer in it."""

    on: date
    start: int
    end: int

    @property
    def minutes(self) -> int:
        return self.end - self.start

    def overlaps(self, other: SessionHours) -> bool:
        """Whether any minute lies in both; hours that only touch do not overlap."""
        return self.on == other.on and self.start < other.end and other.start < self.end

    def __str__(self) -> str:
        return f"{self.on} {clock(self.start)}-{clock(self.end)}"


@dataclass(eq=False)
class HoursImpossible(Refusal):
    """Hours end after they begin, and on the same day."""

    RULE: ClassVar = "training.hours-impossible"
    SOURCE: ClassVar = "issue 1 (facts and rules): hours are part of one day; logic"
    zh = "时段 {hours} 不成立:结束须晚于开始,且不跨零点。请核对起止时间,跨零点的请分两天填写。"
    en = "The hours {hours} are impossible: they must end after they begin and not pass midnight. Check them, or split them into two days."
    hours: SessionHours


@dataclass(eq=False)
class DatedOtherwise(Refusal):
    """A record of hours is dated by the last day on which they lie: seals and time views go by that day."""

    RULE: ClassVar = "training.dated-otherwise"
    SOURCE: ClassVar = "design.md section 4 (seals): nothing enters a sealed period under another day"
    zh = "记录日期 {occurred_on} 与最后一个考勤(上课)日 {last} 不一致。请以最后一个考勤(上课)日为记录日期。"
    en = "The record is dated {occurred_on}, but the last day on it is {last}. Date it by its last day."
    occurred_on: date
    last: date


def clock(minute: int) -> str:
    """A minute of the day as people read it: 510 is 08:30."""
    return f"{minute // 60:02d}:{minute % 60:02d}"


def require_possible(hours: Iterable[SessionHours]) -> None:
    """Refuse hours that run backwards or past midnight.

    Raises HoursImpossible.
    """
    for one in hours:
        if not 0 <= one.start < one.end <= MINUTES_OF_A_DAY:
            raise HoursImpossible(hours=one)


def require_dated(occurred_on: date, last: date) -> None:
    """Refuse a record that is not dated by the last day on it.

    Raises DatedOtherwise.
    """
    if occurred_on != last:
        raise DatedOtherwise(occurred_on=occurred_on, last=last)
