"""Every room of the domain, imported in one place: whoever needs all facts, rules or commands imports this."""

from __future__ import annotations

from taizhang.domain import people, sealing

ROOMS = (sealing, people)
