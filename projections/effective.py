"""What of the facts was so by a day, for folds that take facts as they were recorded."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from typing import Any

import msgspec

from taizhang.domain.core import Correction, Fact
from taizhang.projections.view import Item, Page


def day_of(fact: Fact) -> date:
    """The day of a fact; of a correction the day of what it puts in place, or else of what it takes back."""
    one: Any = fact
    body = (one.was if one.now is None else one.now) if isinstance(fact, Correction) else fact
    day: date = body.occurred_on
    return day


def by_day(items: Sequence[Item], day: date) -> Page:
    """The facts that had happened by the end of a day, as if nobody had spoken of any other.

    A correction that moves a fact past the day takes it away; one that moves a fact to the day or before brings it in, at
    its own place in the log and under the fact's position.
    """
    return Page(_by_day(items, day))


def _by_day(items: Sequence[Item], day: date) -> Iterator[Item]:
    for item in items:
        fact: Any = item.fact
        if not isinstance(fact, Correction):
            if fact.occurred_on <= day:
                yield item
            continue
        now = fact.now if fact.now is not None and fact.now.occurred_on <= day else None
        if fact.was.occurred_on <= day:
            yield item if now is fact.now else item._replace(fact=msgspec.structs.replace(fact, now=None))
        elif now is not None:
            yield item._replace(position=fact.corrects, fact=now)
