"""Times as people and programs write them, and as the log keeps them: UTC microseconds."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone
from typing import Final

BEIJING: Final = timezone(timedelta(hours=8))
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)


def beijing(us: int) -> datetime:
    """UTC microseconds as a Beijing time."""
    return (_EPOCH + timedelta(microseconds=us)).astimezone(BEIJING)


def microseconds(text: str) -> int:
    """A moment as typed: a day (its end), a time (Beijing unless it says otherwise; to the minute: its end), or digits.

    Raises ValueError, OverflowError.
    """
    if text.isascii() and text.isdecimal() and len(text) >= 13:  # microseconds, as the log keeps them
        return int(text)
    found = datetime.fromisoformat(text)
    if "T" not in text and " " not in text:
        found += timedelta(days=1, microseconds=-1)
    elif len(text) == len("2016-03-05T08:30"):  # a browser's field has no seconds: the whole minute is meant
        found += timedelta(minutes=1, microseconds=-1)
    if found.tzinfo is None:
        found = found.replace(tzinfo=BEIJING)
    return (found - _EPOCH) // timedelta(microseconds=1)
