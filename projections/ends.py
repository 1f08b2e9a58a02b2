"""Where the log ended at a moment: its last fact recorded by then."""

from __future__ import annotations

from typing import NamedTuple

from taizhang.domain.log import LogReader


class End(NamedTuple):
    """A position and that fact's recording time (UTC microseconds); (0, 0): nothing was recorded yet."""

    position: int
    recorded_at: int


def end_at(log: LogReader, recorded_at: int | None) -> End:
    """The last fact recorded by this time (None: of all); recording times never fall, so the middle is asked again and again."""
    head = log.head()
    if recorded_at is None or head.recorded_at <= recorded_at:
        return End(head.position, head.recorded_at)
    known, unknown = End(0, 0), head.position  # the last known to be recorded by then, the first known not to be
    while unknown - known.position > 1:
        [middle] = log.at([(known.position + unknown) // 2])
        if middle.recorded_at <= recorded_at:
            known = End(middle.position, middle.recorded_at)
        else:
            unknown = middle.position
    return known
