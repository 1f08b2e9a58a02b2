"""What is asked of the money, at which cuts, and the frame that every answer about it stands in."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any, NamedTuple

import msgspec

from taizhang.adapters.house import House
from taizhang.adapters.proof.standing import cosigned_row
from taizhang.projections.follow import ViewStatus
from taizhang.projections.funds.cuts import recorded_day
from taizhang.projections.funds.measures import fund_measure_versions
from taizhang.projections.replay import NOW, Cuts


class Asked(NamedTuple):
    """A question about money: its words, the cuts, the day on which ages are reckoned, and where the view is."""

    what: tuple[Any, ...]
    cuts: Cuts
    on: date
    at: ViewStatus
    language: str = "zh"
    seen_by: str = ""
    cosigned: Mapping[str, Any] | None = None  # how much of it is cosigned, by whom; None where nothing is signed

    @property
    def report(self) -> str:
        """The hash of everything that fixes the answer."""
        effective = self.cuts.as_effective_on
        fixed = [
            self.what,
            self.at.position,
            self.cuts.as_recorded_at,
            effective and effective.isoformat(),
            self.on.isoformat(),
            fund_measure_versions(),
            self.language,
            self.seen_by,
        ]
        return hashlib.sha256(msgspec.json.encode(fixed, order="deterministic")).hexdigest()

    def answer(self, rows: Sequence[Any], under: str = "rows", **more: Any) -> dict[str, Any]:
        """The frame of an answer, with its rows under this name."""
        effective = self.cuts.as_effective_on
        fixed: Mapping[str, Any] = {
            "position": self.at.position,
            "recorded_at": self.at.recorded_at,
            "lag_seconds": self.at.lag_seconds,
            "report": self.report,
            "as_recorded_at": self.cuts.as_recorded_at,
            "as_effective_on": effective.isoformat() if effective is not None else None,
            "on": self.on.isoformat(),
            "cosigned": self.cosigned,
        }
        return {**fixed, **more, under: list(rows), "next": None}


def asked(house: House, *what: Any, cuts: Cuts = NOW, language: str = "zh", seen_by: str = "") -> Asked:
    """A question put now: ages as on the effective day asked for, or the recording cut's Beijing day, or today."""
    house.views.set_up()
    at = next(view for view in house.views.status() if view.name == "funds")
    on = cuts.as_effective_on
    if on is None:
        on = recorded_day(cuts.as_recorded_at) if cuts.as_recorded_at is not None else house.desk.today()
    cosigned = cosigned_row(house.settings, at.position, house.clock())
    return Asked(what, cuts, on, at, language, seen_by, cosigned)
