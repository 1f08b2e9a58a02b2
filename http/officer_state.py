"""What the log says of an officer now, read from the officer's own guard row."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

import msgspec

from taizhang.adapters.log.log import Log
from taizhang.domain.decisions import within
from taizhang.domain.officers import OfficerGuard

PAGE: Final = 500  # rows read at once
LONGEST: Final = 100  # letters; no officer's id is as long


def officer_state(log: Log, officer: str) -> OfficerGuard:
    """Appointments and roles of one officer; empty for an unknown one."""
    row = (OfficerGuard.KIND, officer)
    found = log.read([], guards=[row]).guards.get(row)
    return OfficerGuard() if found is None else msgspec.json.decode(found.state, type=OfficerGuard)


def officers_from(log: Log, region: str, after: str = "") -> Iterator[tuple[str, OfficerGuard]]:
    """The officers with a role in a region, and those with none, by id, after the id `after`."""
    row = (OfficerGuard.KIND, after)
    while page := log.guard_rows(row, PAGE):
        for (kind, key), found in page:
            if kind != OfficerGuard.KIND:
                return
            state = msgspec.json.decode(found.state, type=OfficerGuard)
            if state.appointed and is_within(state, region):
                yield key, state
        row = page[-1][0]


def begun(log: Log, region: str, find: str, after: str = "") -> Iterator[tuple[str, OfficerGuard]]:
    """The same from the id `find` on, or after `after` where a page before ended there."""
    if find and not after and len(find) < LONGEST:
        state = officer_state(log, find)
        if state.appointed and is_within(state, region):
            yield find, state
    yield from officers_from(log, region, after or find)


def is_within(state: OfficerGuard, region: str) -> bool:
    """Whether an officer is the region's to administer: by a role there, or by having none."""
    return not state.grants or any(within(one.region, region) for one in state.grants)
