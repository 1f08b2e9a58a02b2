"""Performance at two moments, each on both axes, and every fact that makes the difference."""

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
from taizhang.projections.replay import Cuts


class TwoFigures(NamedTuple):
    """One measure at the earlier and at the later moment; None: nothing to take a share of."""

    card: Card
    then: int | None
    now: int | None

    @property
    def changed(self) -> bool:
        return self.then != self.now

    @property
    def change(self) -> int | None:
        """The difference; None where one of them is nothing."""
        return None if self.then is None or self.now is None else self.now - self.then


class Between(NamedTuple):
    """A fact that changes an input between the two moments, by how much, and in which input."""

    position: int
    change: int
    input: str


def then_and_now(connection: Connection, question: Question, then: Cuts, cards: Sequence[Card]) -> list[TwoFigures]:
    """Every measure of the whole at the cuts `then`, and at the question's own."""
    before, _ = inputs_of(connection, known_then(question, then))
    after, _ = inputs_of(connection, question)
    return [TwoFigures(card, card.value(before), card.value(after)) for card in cards]


def between(connection: Connection, log: LogReader, question: Question, then: Cuts, card: Card) -> list[Between]:
    """The facts that make the difference of one measure, oldest first: by input their changes sum up to it."""
    earlier, found = known_then(question, then), []
    for name in dict.fromkeys(one for one in (card.part, card.whole) if one):
        sums: Counter[int] = Counter()
        for one in facts_behind(connection, log, question, "", name):
            sums[one.position] += one.change
        for one in facts_behind(connection, log, earlier, "", name):
            sums[one.position] -= one.change
        found += [Between(position, change, name) for position, change in sums.items() if change]
    return sorted(found)


def known_then(question: Question, then: Cuts) -> Question:
    """The same question at other cuts; deadlines as they stood on that day."""
    day = then.as_effective_on
    if day is None:
        day = question.on if then.as_recorded_at is None else recorded_day(then.as_recorded_at)
    return question._replace(cuts=then, on=day)
