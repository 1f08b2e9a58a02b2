"""What is handed to the desk and what comes back: orders and answers."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import msgspec

from taizhang.domain.core import Actor, Refusal
from taizhang.domain.decisions import Proposal
from taizhang.domain.envelope import Source


class Attempt(msgspec.Struct, frozen=True, kw_only=True):
    """A proposal that was refused before it could become a fact, for example over a wrong check digit."""

    command: str
    refusal: Any  # a domain Refusal; it carries no typed value
    digest: str
    subjects: tuple[str, ...] = ()
    source: Source | None = None


class Order(msgspec.Struct, frozen=True, kw_only=True):
    """One command or one batch of them under one id: asked for together, each decided on its own."""

    id: str
    by: Actor
    items: Sequence[Proposal | Attempt]


class Verdict(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What became of one item: `recorded` or `unchanged` or `refused`, and in the last two cases why."""

    outcome: str
    position: int | None = None
    rule: str | None = None
    zh: str | None = None
    en: str | None = None

    @classmethod
    def of(cls, refusal: Refusal) -> Verdict:
        return cls(
            outcome="unchanged" if refusal.REPEATS else "refused",
            rule=refusal.RULE,
            zh=refusal.words("zh"),
            en=refusal.words("en"),
        )

    def words(self, language: str) -> str:
        """The verdict as people read it."""
        if self.outcome == "recorded":
            return recorded_as(self.position)[0 if language == "zh" else 1]
        return (self.zh if language == "zh" else self.en) or self.outcome


def recorded_as(position: int | None) -> tuple[str, str]:
    """That something is recorded, in Chinese and in English."""
    return f"已入账(第 {position} 条)", f"recorded as fact {position}"


class Answer(msgspec.Struct, frozen=True, kw_only=True):
    """What the desk answers: a verdict for each item, in order. `repeated`: the same command was answered before."""

    position: int  # the head of the log after this order
    recorded_at: int  # UTC microseconds of that position
    verdicts: list[Verdict]
    repeated: bool = False

    def count(self, outcome: str) -> int:
        return sum(verdict.outcome == outcome for verdict in self.verdicts)
