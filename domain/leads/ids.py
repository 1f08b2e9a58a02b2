"""What a lead 疑点 is called: the same question about the same subjects has the same id, whenever and by whom it is found."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from typing import Annotated, Final, NewType

import msgspec

DIGITS: Final = 16  # of hexadecimal: 64 bits, so that a million leads collide with a chance of one in 37 million
PATTERN: Final = r"^L[0-9a-f]{16}$"
LeadId = NewType("LeadId", Annotated[str, msgspec.Meta(pattern=PATTERN, examples=["L0123456789abcdef"])])


def lead_id(rule: str, subjects: Iterable[str]) -> LeadId:
    """The id of what a rule found about these subjects (`class:…`, `person:…`, in any order, each once)."""
    text = f"{rule}|" + "|".join(sorted(set(subjects)))
    return LeadId("L" + hashlib.sha256(text.encode()).hexdigest()[:DIGITS])
