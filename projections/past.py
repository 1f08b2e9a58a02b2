"""All views as they were at a moment, folded from the log into a store of their own, with the rules asked there."""

from __future__ import annotations

from datetime import date
from functools import partial
from typing import NamedTuple

from taizhang.domain.log import LogReader
from taizhang.projections.database import Store
from taizhang.projections.effective import by_day
from taizhang.projections.ends import end_at
from taizhang.projections.follow import Follower, Progress
from taizhang.projections.replay import Cuts
from taizhang.projections.rules.judging import judge
from taizhang.projections.views import all_views


class Moment(NamedTuple):
    """Where the log ended at the recording cut, and the day of the effective one (None: whatever day)."""

    position: int
    day: date | None = None


class Unfoldable(Exception):
    """The views of a moment cannot be folded; says which one stopped, and where."""

    def __init__(self, view: str, position: int | None, words: str) -> None:
        super().__init__(f"The past cannot be folded: the view {view} stops at fact {position}: {words}")
        self.zh = f"无法还原该时点:视图 {view} 停在第 {position} 条事实:{words}"


def moment_of(log: LogReader, cuts: Cuts) -> Moment:
    """The moment that the cuts name."""
    return Moment(end_at(log, cuts.as_recorded_at).position, cuts.as_effective_on)


def fold_past(log: LogReader, store: Store, moment: Moment, progress: Progress | None = None) -> None:
    """Fold the facts of the moment into the views of an empty store, and have all rules judge them.

    Raises Unfoldable.
    """
    sift = partial(by_day, day=moment.day) if moment.day is not None else None
    follower = Follower(log, store, all_views(), sift=sift)
    follower.catch_up(moment.position, progress, on_the_way=True)
    for one in follower.status():
        if one.error is not None:
            raise Unfoldable(one.name, one.error_position, one.error)
    judge(store, until=moment.day)
