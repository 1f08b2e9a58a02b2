"""Whether what was recorded since leaves an answer about a region as it was; looked up once for everybody who asks."""

from __future__ import annotations

import threading
from typing import Final

from taizhang.adapters.log.log import Log
from taizhang.http.kept import Stamp
from taizhang.projections.scope import stem_of
from taizhang.projections.touching import counties_touched

NEW_MOST: Final = 2_000  # facts since the last look; after more, nothing is known of what was before


class Untouched:
    """Remembers up to which position each county was said something about. Threads may share it."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._since = self._upto = 0  # what was recorded after the one and up to the other is known
        self._touched: dict[str, int] = {}  # by county; "" stands for all

    def is_same(self, log: Log, region: str, given: Stamp, now: Stamp) -> bool:
        """Whether an answer about the region, reckoned where the views stood once, is the answer where they stand too."""
        if [build for build, _ in given.views] != [build for build, _ in now.views]:
            return False
        first, last = min(given.position, now.position), max(at for _, at in (*given.views, *now.views))
        stem = stem_of(region)
        with self._lock:
            self._look(log, last)
            touched = [at for county, at in self._touched.items() if not county or county.startswith(stem)]
            return self._since <= first and last <= self._upto and max(touched, default=0) <= first

    def _look(self, log: Log, upto: int) -> None:
        if upto <= self._upto:
            return
        if upto - self._upto > NEW_MOST:
            self._since = self._upto = upto
            self._touched.clear()
            return
        new = log.page(self._upto, NEW_MOST, upto)
        with log.database.read() as connection:
            counties = counties_touched(connection, new)
        self._touched |= dict.fromkeys([""] if counties is None else counties, upto)
        self._upto = upto
