"""Times as people and programs write them, and as the log keeps them: UTC microseconds."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone
from typing import Final

BEIJING: Final = timezone(timedelta(hours=8))
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_FIRST_US: Final = (datetime(1000, 1, 1, tzinfo=UTC) - _EPOCH) // timedelta(microseconds=1)
_END_US: Final = (datetime(3000, 1, 1, tzinfo=UTC) - _EPOCH) // timedelta(microseconds=1)


def beijing(us: int) -> datetime:
    """UTC microseconds as a Beijing time."""
    return (_EPOCH + timedelta(microseconds=us)).astimezone(BEIJING)


def microseconds(text: str) -> int:
    """A moment as typed: a day (its end), a time (Beijing unless it says otherwise; to the minute: its end), or digits.

    Raises ValueError, OverflowError. Moments before the year 1000 or after 2999 are none: around all others a page can look
    a day or a week back, and every database and calendar knows them.
    """
    found = _read(text)
    if not _FIRST_US <= found < _END_US:
        raise ValueError(f"no moment of ours: {text[:40]}")
    return found


def _read(text: str) -> int:
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
