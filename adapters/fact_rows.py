"""A fact with its envelope as one row, the same for the command line and the API."""

from __future__ import annotations

from typing import Any

import msgspec

from taizhang.adapters.log.log import Criterion, Log
from taizhang.domain.envelope import Recorded


def fact_row(log: Log, fact: Recorded) -> dict[str, Any]:
    """A fact with its envelope, as every JSON answer gives it."""
    corrections = [stored.position for stored in log.read([Criterion((), (f"corrects:{fact.position}",))]).facts]
    return {
        "position": fact.position,
        "type": type(fact.fact).TOPIC,
        "recorded_at": fact.recorded_at,
        "recorded_by": msgspec.to_builtins(fact.recorded_by),
        "occurred_on": fact.fact.occurred_on.isoformat(),
        "command": fact.command,
        "source": msgspec.to_builtins(fact.source),
        "reason": fact.reason,
        "paper": msgspec.to_builtins(fact.paper),
        "addition": msgspec.to_builtins(fact.addition),
        "tags": list(fact.tags),
        "body": msgspec.to_builtins(fact.fact),
        "corrections": corrections,
    }
