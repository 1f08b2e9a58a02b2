"""What came of postings: training within the tenure, and promotions whose figures have changed since."""

from __future__ import annotations

from typing import NamedTuple

from sqlalchemy import Connection, func, select

from taizhang.domain.postings.appraisals import OfficialPromoted
from taizhang.projections.known import Known
from taizhang.projections.ledger_query import Scope, figure
from taizhang.projections.measures import MEASURES, PERSONS
from taizhang.projections.postings.moment import Post, facts_at
from taizhang.projections.replay import NOW, Cuts
from taizhang.projections.scope import on


class Result(NamedTuple):
    """Trained in the place of a posting while it stood: distinct persons, and in how many classes."""

    persons: int
    classes: int


class Checked(NamedTuple):
    """A figure that a promotion names: as it was stated, and what is known now of that day; None: not one of ours."""

    posting: str
    official: str
    measure: str
    subject: str
    value: int
    now: int | None

    @property
    def changed(self) -> bool:
        return self.now is not None and self.now != self.value


def results(connection: Connection, post: Post, cuts: Cuts = NOW) -> Result:
    """Who of the village, or of the county, was enrolled on a day of the posting, as known at the cuts."""
    known = Known(cuts.as_recorded_at)
    e, homes = known.enrolments, known.homes()
    last = min(post.last, cuts.as_effective_on or post.last)
    within = [
        e.c.enrolled_on >= on(e.c.enrolled_on, post.since),
        e.c.enrolled_on <= on(e.c.enrolled_on, last),
    ]
    counts = func.count(e.c.person.distinct()), func.count(e.c.training_class.distinct())
    if len(post.region) == len("620121"):
        query = select(*counts).where(e.c.training_class.startswith(f"c{post.region}-", autoescape=True), *within)
    else:
        home = func.coalesce(e.c.village, homes.c.village)
        joined = select(*counts).join_from(e, homes, homes.c.person == e.c.person, isouter=True)
        query = joined.where(home == post.region, *within)
    row = connection.execute(query).one()
    return Result(int(row[0]), int(row[1]))


def promotions(connection: Connection, region: str, cuts: Cuts = NOW) -> list[Checked]:
    """Every figure that a promotion in a region rests on, beside what is known at the cuts of the day of the promotion."""
    found = []
    for fact in facts_at(connection, region, cuts):
        if not isinstance(fact, OfficialPromoted):
            continue
        then = Cuts(cuts.as_recorded_at, fact.occurred_on)
        for one in fact.figures:
            now = figure_named(connection, one.measure, one.subject, then)
            found.append(Checked(fact.posting, fact.official, one.measure, one.subject, one.value, now))
    return found


def figure_named(connection: Connection, measure: str, subject: str, cuts: Cuts) -> int | None:
    """A figure of the ledger by its name, of a region or a class; None for any other."""
    names = {name for one in (PERSONS, *MEASURES) for name in (one.name, one.poor)}
    if measure not in names:
        return None
    if subject.startswith("c"):
        return figure(connection, Scope(training_class=subject), measure, cuts)
    return figure(connection, Scope(subject), measure, cuts) if len(subject) == len("620121") else None
