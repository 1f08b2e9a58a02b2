"""Refused attempts, counted by rule within what the officer may see, and the rules in words."""

from __future__ import annotations

import re
from collections import Counter
from functools import cache
from typing import Final

from sqlalchemy import func, select

from taizhang.adapters.house import House
from taizhang.adapters.log.log import Criterion, Log
from taizhang.domain.core import Refusal, subclasses
from taizhang.domain.decisions import within
from taizhang.domain.envelope import opened
from taizhang.domain.refused import SubmissionRefused
from taizhang.http.texts import Language
from taizhang.projections.refusals import refusal_table

PAGE: Final = 2_000
_PLACEHOLDER: Final = re.compile(r"\{[^}]*\}")


def refusals_by_rule(house: House, region: str, until: int | None = None) -> list[tuple[str, int]]:
    """How many attempts of a region's officers each rule refused, most first.

    `until` (UTC microseconds) counts anew from the log; without it the view answers.
    """
    counts = _from_view(house, region) if until is None else _from_log(house.log, region, until)
    return counts.most_common()


def _from_view(house: House, region: str) -> Counter[str]:
    columns = refusal_table().c
    query = select(columns.rule, columns.region, func.sum(columns.refusals)).group_by(columns.rule, columns.region)
    counts: Counter[str] = Counter()
    with house.log.database.read() as connection:
        for rule, where, count in connection.execute(query):
            if where and within(where, region):
                counts[rule] += int(count)
    return counts


def _from_log(log: Log, region: str, until: int) -> Counter[str]:
    counts: Counter[str] = Counter()
    after = 0
    while page := log.read([Criterion((SubmissionRefused.TOPIC,), ())], after=after, limit=PAGE).facts:
        for row in page:
            if row.recorded_at > until:
                return counts
            recorded = opened(row.position, row.leaf)
            by = recorded.recorded_by
            if isinstance(recorded.fact, SubmissionRefused) and by is not None and within(by.region, region):
                counts[recorded.fact.rule] += 1
        after = page[-1].position
    return counts


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
