"""Promotions reopened: the figures that each rests on, as stated, as the log had them at the position named, as known now."""

from __future__ import annotations

from datetime import date
from typing import NamedTuple

from sqlalchemy import Connection

from taizhang.domain.log import LogReader
from taizhang.domain.postings.appraisals import OfficialPromoted
from taizhang.projections.ledger_query import Scope, figure
from taizhang.projections.measures import MEASURES, PERSONS
from taizhang.projections.performance.answer import figures_of
from taizhang.projections.performance.asked import Question
from taizhang.projections.performance.cards import Card, UnknownCard, card_of
from taizhang.projections.performance.groups import row_of
from taizhang.projections.postings.moment import facts_at
from taizhang.projections.replay import NOW, Cuts

REGION_DIGITS = len("620121")


class Reopened(NamedTuple):
    """One figure of a promotion. `then` is what the log said at the position that the promotion names; None: not ours.

    `differs`: it was not what the log said. `changed`: it was, and something else is known since.
    """

    posting: str
    official: str
    to_post: str
    promoted_on: date
    position: int | None
    report: str
    measure: str
    subject: str
    stated: int
    then: int | None
    now: int | None

    @property
    def differs(self) -> bool:
        return self.then is not None and self.then != self.stated

    @property
    def changed(self) -> bool:
        return self.now is not None and self.now != self.then


def reopened(connection: Connection, log: LogReader, region: str, cuts: Cuts = NOW) -> list[Reopened]:
    """Every figure that a promotion in a region rests on, told again as it was known then and as it is known at the cuts."""
    found = []
    for fact in facts_at(connection, region, cuts):
        if not isinstance(fact, OfficialPromoted):
            continue
        rested = log.at([fact.position]) if fact.position is not None else ()
        then = Cuts(rested[0].recorded_at, fact.occurred_on) if rested else None
        now = Cuts(cuts.as_recorded_at, fact.occurred_on)
        for one in fact.figures:
            told = [
                _figure(connection, log, one.measure, one.subject, at, fact.occurred_on) if at is not None else None
                for at in (then, now)
            ]
            promoted = (fact.posting, fact.official, fact.to_post, fact.occurred_on, fact.position, fact.report)
            found.append(Reopened(*promoted, one.measure, one.subject, one.value, told[0], told[1]))
    return found


def _figure(connection: Connection, log: LogReader, measure: str, subject: str, cuts: Cuts, on: date) -> int | None:
    """A figure of the ledger, or of performance by its name and version, of a region, class, institution or posting."""
    ledger = {name for one in (PERSONS, *MEASURES) for name in (one.name, one.poor)}
    if measure in ledger and subject.startswith("c"):
        return figure(connection, Scope(training_class=subject), measure, cuts)
    if measure in ledger and _is_region(subject):
        return figure(connection, Scope(subject), measure, cuts)
    try:
        card = card_of(measure)
    except UnknownCard:
        return None
    return _of_performance(connection, log, card, subject, Question(on, cuts=cuts))


def _of_performance(connection: Connection, log: LogReader, card: Card, subject: str, question: Question) -> int | None:
    if _is_region(subject):
        return figures_of(connection, question._replace(region=subject), [card])[card.name]
    if subject.startswith("post-"):
        asked = question._replace(region=subject[5:11], by="official")
        return card.value(row_of(connection, log, asked, subject))
    inputs = row_of(connection, log, question._replace(by="institution"), subject)
    return card.value(inputs) if inputs else None


def _is_region(subject: str) -> bool:
    return len(subject) == REGION_DIGITS and subject.isdecimal()
