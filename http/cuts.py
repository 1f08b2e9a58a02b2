"""The time bar: as recorded at, as effective on; what an address asks for, and how it is said."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import NamedTuple

from taizhang.adapters.moments import beijing, microseconds
from taizhang.http.errors import NoAnswer

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
            kept[RECORDED] = beijing(self.recorded_at).isoformat(timespec="microseconds").replace("+08:00", "")
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
            recorded_at=microseconds(recorded) if recorded else None,
            effective_on=date.fromisoformat(effective) if effective else None,
        )
    except (ValueError, OverflowError):
        raise NoAnswer(400, "errors.time_unreadable") from None
