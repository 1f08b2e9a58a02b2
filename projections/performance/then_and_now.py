"""Then reported, now known: performance at two recording times, and every fact that makes the difference."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import NamedTuple

from sqlalchemy import Connection

from taizhang.domain.log import LogReader
from taizhang.projections.funds.cuts import recorded_day
from taizhang.projections.performance.asked import Question
from taizhang.projections.performance.behind import facts_behind
from taizhang.projections.performance.cards import Card
from taizhang.projections.performance.groups import inputs_of


class TwoFigures(NamedTuple):
    """One measure as it was reported then and as it is known now; None: nothing to take a share of."""

    card: Card
    then: int | None
    now: int | None

    @property
    def changed(self) -> bool:
        return self.then != self.now


class Between(NamedTuple):
    """A fact that changes an input between the two recording times, by how much, and in which input."""

    position: int
    change: int
    input: str


def then_and_now(connection: Connection, question: Question, then_at: int, cards: Sequence[Card]) -> list[TwoFigures]:
    """Every measure of the whole as known at the recording time `then_at`, and as known at the question's own cuts."""
    before, _ = inputs_of(connection, known_then(question, then_at))
    after, _ = inputs_of(connection, question)
    return [TwoFigures(card, card.value(before), card.value(after)) for card in cards]


def between(connection: Connection, log: LogReader, question: Question, then_at: int, card: Card) -> list[Between]:
    """The facts that make the difference of one measure, oldest first: by input their changes sum up to it."""
    earlier, found = known_then(question, then_at), []
    for name in dict.fromkeys(one for one in (card.part, card.whole) if one):
        sums: Counter[int] = Counter()
        for one in facts_behind(connection, log, question, "", name):
            sums[one.position] += one.change
        for one in facts_behind(connection, log, earlier, "", name):
            sums[one.position] -= one.change
        found += [Between(position, change, name) for position, change in sums.items() if change]
    return sorted(found)


def known_then(question: Question, then_at: int) -> Question:
    """The same question as it was known at a recording time; deadlines as they stood on that day."""
    day = question.cuts.as_effective_on or recorded_day(then_at)
    return question._replace(cuts=question.cuts._replace(as_recorded_at=then_at), on=day)
