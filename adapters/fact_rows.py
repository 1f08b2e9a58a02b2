"""A fact with its envelope as one row, the same for the command line and the API."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import msgspec

from taizhang.adapters.log.log import Criterion, Log
from taizhang.adapters.log.queries import tags_in
from taizhang.domain.envelope import Recorded


def fact_row(log: Log, fact: Recorded, until: int | None = None) -> dict[str, Any]:
    """A fact with its envelope, as every JSON answer gives it."""
    [row] = fact_rows(log, [fact], until)
    return row


def fact_rows(log: Log, facts: Sequence[Recorded], until: int | None = None) -> list[dict[str, Any]]:
    """Facts with their envelopes; their corrections are looked up for all of them at once.

    `until`: only corrections recorded by then, in UTC microseconds.
    """
    corrections: dict[str, list[int]] = {}
    asked = [Criterion((), (f"corrects:{fact.position}",)) for fact in facts]
    for stored in log.read(asked).facts if asked else ():
        if until is not None and stored.recorded_at > until:
            continue
        for tag in tags_in(stored.leaf):
            if tag.startswith("corrects:"):
                corrections.setdefault(tag, []).append(stored.position)
    return [_row(fact, corrections.get(f"corrects:{fact.position}", [])) for fact in facts]


def _row(fact: Recorded, corrections: list[int]) -> dict[str, Any]:
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
