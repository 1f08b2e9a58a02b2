"""The time bar: as recorded at, as effective on; what an address asks for, and how it is said."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta, timezone
from typing import Final, NamedTuple

from taizhang.http.errors import NoAnswer

BEIJING: Final = timezone(timedelta(hours=8))
RECORDED, EFFECTIVE = "as_recorded_at", "as_effective_on"


class TimeBar(NamedTuple):
    """What is being looked at; None means: as known now, and whatever day it is effective on."""

    recorded_at: int | None = None  # UTC microseconds
    effective_on: date | None = None

    @property
    def query(self) -> dict[str, str]:
        """The parameters that carry this view on to the next link."""
        kept: dict[str, str] = {}
        if self.recorded_at is not None:
            kept[RECORDED] = moment(self.recorded_at).isoformat(timespec="microseconds").replace("+08:00", "")
        if self.effective_on is not None:
            kept[EFFECTIVE] = self.effective_on.isoformat()
        return kept


def asked(parameters: Mapping[str, str]) -> TimeBar:
    """The time bar of a request. A time without an offset is Beijing time; a day alone means its end.

    Raises NoAnswer (400).
    """
    recorded, effective = parameters.get(RECORDED, "").strip(), parameters.get(EFFECTIVE, "").strip()
    try:
        return TimeBar(
            recorded_at=_microseconds(recorded) if recorded else None,
            effective_on=date.fromisoformat(effective) if effective else None,
        )
    except (ValueError, OverflowError):
        raise NoAnswer(400, "errors.time_unreadable") from None


def moment(us: int) -> datetime:
    """UTC microseconds as a Beijing time."""
    return (datetime.fromtimestamp(us // 1_000_000, UTC) + timedelta(microseconds=us % 1_000_000)).astimezone(BEIJING)


def _microseconds(text: str) -> int:
    if text.isascii() and text.isdecimal() and len(text) >= 13:  # microseconds as our own answers give them
        return int(text)
    found = datetime.fromisoformat(text)
    if "T" not in text and " " not in text:
        found += timedelta(days=1, microseconds=-1)
    elif len(text) == len("2016-03-05T08:30"):  # the browser's field has no seconds: the whole minute is meant
        found += timedelta(minutes=1, microseconds=-1)
    if found.tzinfo is None:
        found = found.replace(tzinfo=BEIJING)
    since = found - datetime(1970, 1, 1, tzinfo=UTC)
    return (since.days * 86_400 + since.seconds) * 1_000_000 + since.microseconds
