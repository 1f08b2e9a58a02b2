"""Refused attempts, counted by rule and one by one, within what the officer may see, and the rules in words."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from functools import cache
from itertools import islice
from typing import Final, cast

from sqlalchemy import func, select

from taizhang.adapters.house import House
from taizhang.adapters.log.log import Criterion, Log, Stored
from taizhang.adapters.visibility import Eyes
from taizhang.domain.core import Actor, Refusal, subclasses
from taizhang.domain.decisions import within
from taizhang.domain.envelope import Recorded, opened
from taizhang.domain.refused import SubmissionRefused
from taizhang.http.fact_reading import PAGE, READ_AHEAD_MOST, Listing
from taizhang.http.texts import Language
from taizhang.projections.ends import end_at
from taizhang.projections.refusals import RowKey, level_of_view, refusal_table, rows_across, stretches

AT_ONCE: Final = 2_000  # facts
READ_AHEAD: Final = 200
STRETCHES: Final = 50  # looked through at once
_PLACEHOLDER: Final = re.compile(r"\{[^}]*\}")


def refusals_by_rule(house: House, region: str, until: int | None = None) -> list[tuple[str, int]]:
    """How many attempts of a region's officers each rule refused, most first.

    `until` (UTC microseconds) counts what was recorded by then, to the last fact; without it the view answers.
    """
    counts = _from_view(house, region) if until is None else _known_then(house, region, until)
    return counts.most_common()


def refusals_seen(
    log: Log, actor: Actor, region: str, rule: str = "", before: int | None = None, until: int | None = None
) -> Listing:
    """The refused attempts of a region's officers that this one may see, of one rule if it is named, the newest first.

    Those recorded by `until` (UTC microseconds). `after` of the answer is the position to go on before. The view tells
    where they may stand; what is newer than the view is looked through besides.
    """
    with log.database.one_moment():
        head, end = log.head(), end_at(log, until)
        upto = end.position if before is None else min(before - 1, end.position)
        with log.database.read() as connection:
            rows = _rows(log, stretches(connection, region, rule, upto))
            facts = list(islice(_seen(log, actor, region, rule, rows), PAGE + 1))
    more = facts[PAGE - 1].position if len(facts) > PAGE else None
    return Listing(facts[:PAGE], more, head.position, head.recorded_at)


def _rows(log: Log, where: Iterator[tuple[int, int]]) -> Iterator[list[Stored]]:
    """The refusals within these stretches, the newest first, a few at a time: more where the first were not enough."""
    ahead = READ_AHEAD
    while part := list(islice(where, STRETCHES)):
        while part:
            rows = log.newest((SubmissionRefused.TOPIC,), part, ahead)
            yield rows
            if len(rows) < ahead:
                break
            lowest = rows[-1].position
            part = [(after, min(upto, lowest - 1)) for after, upto in part if after < lowest - 1]
            ahead = min(READ_AHEAD_MOST, 2 * ahead)


def _seen(log: Log, actor: Actor, region: str, rule: str, rows: Iterator[list[Stored]]) -> Iterator[Recorded]:
    eyes = Eyes(log, actor)
    for page in rows:
        for row in eyes.worth_opening(page):
            one = opened(row.position, row.leaf)
            if _is_of(one, region, rule) and eyes.sees(one):
                yield one


def _is_of(one: Recorded, region: str, rule: str = "") -> bool:
    fact, by = one.fact, one.recorded_by
    asked = isinstance(fact, SubmissionRefused) and rule in ("", fact.rule)
    return asked and by is not None and within(by.region, region)


def _from_view(house: House, region: str, upto: int | None = None) -> Counter[str]:
    """By the rows of the view; with `upto` by those alone whose refusals all stand up to this position."""
    columns = refusal_table().c
    query = select(columns.rule, columns.region, func.sum(columns.refusals)).group_by(columns.rule, columns.region)
    if upto is not None:
        query = query.where(columns.last_position <= upto)
    counts: Counter[str] = Counter()
    with house.log.database.read() as connection:
        for rule, where, count in connection.execute(query):
            if where and within(where, region):
                counts[rule] += int(count)
    return counts


def _known_then(house: House, region: str, until: int) -> Counter[str]:
    """By the view's rows that were whole then; by the facts where a row went on, and of what is newer than the view."""
    log = house.log
    with log.database.one_moment():
        end = end_at(log, until).position
        counts = _from_view(house, region, end)
        with log.database.read() as connection:
            level, went_on = level_of_view(connection), rows_across(connection, region, end)
        after = min([level, *(first - 1 for first in went_on.values())])
        while page := log.read([Criterion((SubmissionRefused.TOPIC,), ())], after=after, upto=end, limit=AT_ONCE).facts:
            for one in (opened(row.position, row.leaf) for row in page):
                if _is_of(one, region) and (one.position > level or _row_of(one) in went_on):
                    counts[cast("SubmissionRefused", one.fact).rule] += 1
            after = page[-1].position
    return counts


def _row_of(one: Recorded) -> RowKey:
    fact, by = cast("SubmissionRefused", one.fact), one.recorded_by
    assert by is not None, "whose region was looked at"
    return fact.rule, fact.command, by.region, by.organisation, fact.occurred_on.isoformat()


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
