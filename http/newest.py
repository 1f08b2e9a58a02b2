"""The newest facts that an officer sees, remembered: who looks again is told what was recorded since, and what was there.

Of a county's officer's facts there may be one in a hundred; each look would pass over thousands of others. What was seen
stays seen and what was passed over stays passed over, except where a fact about people alone goes by their registration,
and an institution's by its classes and trainees: when such a fact comes, all is looked through anew.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from typing import Final, NamedTuple

from taizhang.adapters.log.log import Log
from taizhang.adapters.visibility import REGISTERING, Eyes
from taizhang.domain.boundary import correction_of
from taizhang.domain.classes import ClassFiled
from taizhang.domain.core import Actor
from taizhang.domain.decisions import INSTITUTION
from taizhang.domain.enrolment import TraineeEnrolled
from taizhang.domain.envelope import Recorded, opened
from taizhang.http.fact_reading import PAGE, Listing, latest

OFFICERS: Final = 200  # remembered at most; who has not looked for longest is forgotten
NEW_MOST: Final = 2_000  # facts since the last look; after more all is looked through anew


class _Seen(NamedTuple):
    """The newest facts seen up to a position of the log, the newest first."""

    upto: int
    facts: list[Recorded]


class Newest:
    """What officers saw when they last looked. Threads may share it."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._seen: OrderedDict[Actor, _Seen] = OrderedDict()

    def facts(self, log: Log, actor: Actor) -> Listing:
        """The newest facts that the officer sees now; exactly what `latest` gives."""
        with self._lock:
            seen = self._seen.get(actor)
        head = log.head()
        found = None if seen is None else _continued(log, actor, seen, head.position)
        if found is None:
            listing = latest(log, actor)
            self._keep(actor, _Seen(listing.head_position, listing.facts))
            return listing
        self._keep(actor, _Seen(head.position, found))
        more = found[-1].position if len(found) == PAGE and found[-1].position > 1 else None
        return Listing(found, more, head.position, head.recorded_at)

    def _keep(self, actor: Actor, seen: _Seen) -> None:
        with self._lock:
            standing = self._seen.get(actor)
            if standing is None or standing.upto <= seen.upto:  # another look may have been later
                self._seen[actor] = seen
            self._seen.move_to_end(actor)
            while len(self._seen) > OFFICERS:
                self._seen.popitem(last=False)


def _continued(log: Log, actor: Actor, seen: _Seen, head: int) -> list[Recorded] | None:
    """What was seen with what came since; None when all must be looked through anew."""
    if head - seen.upto > NEW_MOST or head < seen.upto:
        return None
    rows = log.page(seen.upto, NEW_MOST, head) if head > seen.upto else []
    if any(row.type in _unsettling(actor) for row in rows):
        return None
    eyes = Eyes(log, actor)
    new = [fact for row in reversed(eyes.worth_opening(rows)) if eyes.sees(fact := opened(row.position, row.leaf))]
    return [*new, *seen.facts][:PAGE]


def _unsettling(actor: Actor) -> frozenset[str]:
    """The types of facts by which others, recorded before, become the officer's or are no longer so."""
    kinds = (*REGISTERING, ClassFiled, TraineeEnrolled) if actor.role == INSTITUTION else REGISTERING
    corrections = [one for kind in kinds if (one := correction_of(kind)) is not None]
    return frozenset(kind.TOPIC for kind in (*kinds, *corrections))
