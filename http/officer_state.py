"""What the log says of an officer now, read from the officer's own guard row."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from taizhang.adapters.log.log import Log
from taizhang.domain.officers import OfficerGuard


def officer_state(log: Log, officer: str) -> OfficerGuard:
    """Appointments and roles of one officer; empty for an unknown one."""
    row = (OfficerGuard.KIND, officer)
    found = log.read([], guards=[row]).guards.get(row)
    return OfficerGuard() if found is None else msgspec.json.decode(found.state, type=OfficerGuard)


def officers(log: Log) -> Sequence[tuple[str, OfficerGuard]]:
    """Every officer ever appointed, by id."""
    found: list[tuple[str, OfficerGuard]] = []
    after = (OfficerGuard.KIND, "")
    while page := log.guard_rows(after, 500):
        for (kind, key), row in page:
            if kind == OfficerGuard.KIND:
                state = msgspec.json.decode(row.state, type=OfficerGuard)
                found += [(key, state)] if state.appointed else []
        after = page[-1][0]
        if after[0] > OfficerGuard.KIND:
            break
    return found
