"""Refused attempts, counted by rule within what the officer may see, and the rules in words."""

from __future__ import annotations

import re
from collections import Counter
from functools import cache
from typing import Final

from taizhang.adapters.log import Criterion, Log
from taizhang.domain.core import Actor, Refusal, subclasses
from taizhang.domain.envelope import opened
from taizhang.domain.refused import SubmissionRefused
from taizhang.http.fact_reading import visible
from taizhang.http.texts import Language

PAGE: Final = 2_000
_PLACEHOLDER: Final = re.compile(r"\{[^}]*\}")


def refusals_by_rule(log: Log, actor: Actor, until: int | None = None) -> list[tuple[str, int]]:
    """How many attempts each rule refused, most first; `until` in UTC microseconds."""
    counts: Counter[str] = Counter()
    after = 0
    while True:
        page = log.read([Criterion((SubmissionRefused.TOPIC,), ())], after=after, limit=PAGE).facts
        for row in page:
            if until is not None and row.recorded_at > until:
                return counts.most_common()
            fact = opened(row.position, row.leaf)
            if isinstance(fact.fact, SubmissionRefused) and visible(log, fact, actor):
                counts[fact.fact.rule] += 1
            after = row.position
        if len(page) < PAGE:
            return counts.most_common()


def rule_in_words(rule: str, language: Language) -> str:
    """What a rule says, its particulars left open; the rule's id for one that this program no longer knows."""
    found = _rules().get(rule)
    if found is None:
        return rule
    template = found.zh if language == "zh" else found.en
    return _PLACEHOLDER.sub("…", template)


@cache
def _rules() -> dict[str, type[Refusal]]:
    return {one.RULE: one for one in subclasses(Refusal) if hasattr(one, "RULE")}
