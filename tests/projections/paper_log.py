"""A log on paper: facts in a list, encoded exactly as the real log stores them, to feed views without a desk."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from taizhang.domain.core import Actor, Fact, LateAddition, OfficerId, OrganisationId, RegionCode
from taizhang.domain.envelope import Header, Source

CLERK = Actor(
    officer=OfficerId("clerk-1"),
    role="clerk",
    organisation=OrganisationId("org-1"),
    region=RegionCode("620121"),
    authenticated="test",
)


class Stored(NamedTuple):
    position: int
    type: str
    recorded_at: int
    leaf: bytes


class End(NamedTuple):
    position: int
    recorded_at: int


class PaperLog:
    """Facts in order; `record` appends one batch under one recording time."""

    def __init__(self) -> None:
        self.stored: list[Stored] = []
        self.facts: list[Fact] = []
        self._tags: dict[str, list[int]] = {}

    def record(self, recorded_at: int, *facts: Fact, late: LateAddition | None = None, by: Actor = CLERK) -> list[int]:
        """Append facts; their positions."""
        header = Header("command-1", by, None, None, late)
        positions = []
        for fact in facts:
            parts = header.parts(fact, fact.tags(), Source(file="f" * 64, sheet="花名册", row=len(self.stored) + 2))
            leaf = parts.before + b'"recorded_at":%d' % recorded_at + parts.after
            position = len(self.stored) + 1
            self.stored.append(Stored(position, parts.type, recorded_at, leaf))
            self.facts.append(fact)
            for tag in parts.tags:
                self._tags.setdefault(tag, []).append(position)
            positions.append(position)
        return positions

    def head(self) -> End:
        return End(len(self.stored), self.stored[-1].recorded_at if self.stored else 0)

    def page(self, after: int, limit: int, upto: int | None = None) -> Sequence[Stored]:
        end = len(self.stored) if upto is None else min(upto, len(self.stored))
        return self.stored[after : min(after + limit, end)]

    def tagged(self, tag: str, after: int, limit: int) -> Sequence[Stored]:
        return self.at([p for p in self._tags.get(tag, []) if p > after][:limit])

    def at(self, positions: Sequence[int]) -> Sequence[Stored]:
        return [self.stored[p - 1] for p in sorted(set(positions)) if 0 < p <= len(self.stored)]
