"""Views kept level with the log while a long file goes in, by whoever has nothing else to do.

Followers compare and set: that another one follows too, or that this one dies in the middle, changes no row.
"""

from __future__ import annotations

from contextlib import suppress

from taizhang.adapters.log.log import Log
from taizhang.projections.follow import Follower
from taizhang.projections.views import all_views

STEP_FACTS = 20_000  # while they are written nobody can append: a few tenths of a second
FEW_FACTS = 10_000  # one order of a long file: worth a step where nobody waits, so that less is left at the end


class Following:
    """Follows the log at this URL in steps; without one, or after an error, it does nothing. Whoever asks next goes on."""

    def __init__(self, log_url: str | None) -> None:
        self._log: Log | None = None
        self._reached = 0
        if log_url is None:
            return
        with suppress(Exception):
            self._log = Log.open(log_url)
            self._follower = Follower(self._log, self._log.database, all_views(), STEP_FACTS)
            if self._follower.outdated():  # to build them anew is not done on the side
                self.close()
            else:
                self._reached = min((view.position for view in self._follower.status()), default=0)

    @property
    def goes_on(self) -> bool:
        """Whether there is anything to follow."""
        return self._log is not None

    def is_due(self, least: int = STEP_FACTS) -> bool:
        """Whether there are so many facts to take in."""
        return self._log is not None and self._log.head().position >= self._reached + least

    def step(self, least: int = STEP_FACTS) -> bool:
        """Take in the next facts, if there are so many; True when there were."""
        return self.is_due(least) and self._to(self._reached + STEP_FACTS)

    def finish(self) -> None:
        """Take in all that is recorded."""
        self._to(None)

    def close(self) -> None:
        """Let go of the log."""
        if self._log is not None:
            self._log.close()
        self._log = None

    def _to(self, limit: int | None) -> bool:
        if self._log is None:
            return False
        try:
            self._reached = self._follower.catch_up(limit, on_the_way=limit is not None)
        except Exception:
            self.close()
            return False
        return True
