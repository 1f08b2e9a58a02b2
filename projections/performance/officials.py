"""Posted officials: what the ledger says of the villagers' places in classes on the days of a tenure, and nothing else."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date
from typing import Any, NamedTuple

import msgspec
from sqlalchemy import Connection, func, select

from taizhang.domain.log import LogReader
from taizhang.projections.database import chunks
from taizhang.projections.funds.entitled import kept_ids
from taizhang.projections.known import Known
from taizhang.projections.ledger_state import ClassState, Seat, weights
from taizhang.projections.measures import MEASURES, PERSONS, POOR_SUFFIX
from taizhang.projections.performance.asked import Grouped, Question, day_in, grouped, in_period
from taizhang.projections.performance.cards import LATE_DAYS_1
from taizhang.projections.performance.inspected import Inspected, finding_inputs
from taizhang.projections.performance.reporting import late_limit
from taizhang.projections.performance.tables import performance_tables
from taizhang.projections.performance.view import CORRECTION
from taizhang.projections.postings.moment import Post, posts_at
from taizhang.projections.replay import replayed
from taizhang.projections.tables_ledger import ledger_tables

VILLAGE_DIGITS = len("620121100001")
_class = msgspec.msgpack.Decoder(ClassState).decode
_seat = msgspec.msgpack.Decoder(Seat).decode


class Place(NamedTuple):
    """A villager's place in a class, with everything it adds to the ledger, by day."""

    who: str
    training_class: str
    poor: bool
    days: tuple[tuple[date, str, int], ...]  # effective day, measure, amount
    position: int


def officials(
    connection: Connection, log: LogReader, question: Question, posts: Iterable[Post], seen: Inspected
) -> Grouped:
    """Training within the tenure, findings about the posting, and how its officer reports, by posting."""
    posts = list(posts)
    places = places_of(connection, log, question, {post.region for post in posts})
    found: Grouped = {}
    for post in posts:
        inputs = found.setdefault(post.posting, {})
        for name, amount in tenure(post, places.get(post.region, ()), question).items():
            inputs[name] = amount
        for one in seen.findings:
            if one.object == f"posting:{post.posting}":
                for name in finding_inputs(one, seen, question.on):
                    grouped(found, post.posting, name, 1)
    _reporting(connection, question, posts, found)
    return found


def posts_of(connection: Connection, question: Question, after: str = "", limit: int | None = None) -> list[Post]:
    """The postings of the region that meet the period, by id; with a limit those after the id `after`."""
    days = question.scope.days()
    found = sorted(
        one
        for one in posts_at(connection, question.region, question.cuts)
        if one.posting > after and (days is None or (one.since <= days[1] and one.last >= days[0]))
    )
    return found if limit is None else found[:limit]


def tenure(post: Post, places: Iterable[Place], question: Question) -> dict[str, int]:
    """What these places add on the days of the tenure that lie in the period and before the effective cut."""
    sums = dict.fromkeys((name for one in MEASURES for name in (one.name, one.poor)), 0)
    persons: set[str] = set()
    poor: set[str] = set()
    for place in places:
        there = 0
        for _, name, amount in counting(post, place, question):
            sums[name] += amount
            sums[name + POOR_SUFFIX] += amount if place.poor else 0
            there += amount if name == "person_times" else 0
        if there > 0:
            persons.add(place.who)
            poor.update({place.who} if place.poor else ())
    return sums | {PERSONS.name: len(persons), PERSONS.poor: len(poor)}


def counting(post: Post, place: Place, question: Question) -> Iterator[tuple[date, str, int]]:
    """What of a place falls on days of the tenure that are asked for."""
    last = min(post.last, question.cuts.as_effective_on or date.max)
    return ((day, name, n) for day, name, n in place.days if post.since <= day <= last and day_in(question, day))


def places_of(
    connection: Connection, log: LogReader, question: Question, regions: Iterable[str]
) -> dict[str, list[Place]]:
    """By village (or county): everybody of it who ever had a place in a class, as known at the recording cut.

    As known now it is read from the stored state of classes and places; else each class is told again from its facts.
    """
    wanted = sorted(set(regions))
    at = Known(question.cuts.as_recorded_at)
    e, homes = at.enrolments, at.homes()
    home = func.coalesce(e.c.village, homes.c.village).label("home")
    query = select(home, e.c.county, e.c.training_class, e.c.person).join_from(
        e, homes, homes.c.person == e.c.person, isouter=True
    )
    where: dict[tuple[str, str], set[str]] = {}
    villages = [one for one in wanted if len(one) == VILLAGE_DIGITS]
    for part in chunks(villages):
        for village, _, training_class, person in connection.execute(query.where(home.in_(part))):
            where.setdefault((training_class, person), set()).add(village)
    counties = [one for one in wanted if len(one) < VILLAGE_DIGITS]
    for part in chunks(counties):
        for _, county, training_class, person in connection.execute(query.where(e.c.county.in_(part))):
            where.setdefault((training_class, person), set()).add(county)
    found: dict[str, list[Place]] = {}
    kept = kept_ids(connection)
    for place in _places(connection, log, question, where.keys(), kept):
        for region in where.get((place.training_class, place.who), ()):
            found.setdefault(region, []).append(place._replace(who=kept.get(place.who, place.who)))
    return found


def _places(
    connection: Connection, log: LogReader, question: Question, wanted: Iterable[tuple[str, str]], _: Any
) -> Iterator[Place]:
    by_class: dict[str, set[str]] = {}
    for training_class, person in wanted:
        by_class.setdefault(training_class, set()).add(person)
    if question.cuts.as_recorded_at is None:
        yield from _stored(connection, by_class)
        return
    for training_class, persons in sorted(by_class.items()):
        told = replayed(log, training_class, question.cuts, frozenset(persons))
        for person in sorted(persons & told.room.seats.keys()):
            seat = told.room.seats[person]
            yield _place(told.room.state, seat)


def _stored(connection: Connection, by_class: dict[str, set[str]]) -> Iterator[Place]:
    tables = ledger_tables()
    c, e = tables.classes.c, tables.enrolments.c
    for part in chunks(sorted(by_class)):
        rows = connection.execute(select(c.training_class, c.state).where(c.training_class.in_(part)))
        states = {name: _class(bytes(state)) for name, state in rows}
        query = select(e.training_class, e.person, e.state).where(e.training_class.in_(part))
        for training_class, person, state in connection.execute(query.order_by(e.training_class, e.person)):
            if person in by_class[training_class]:
                yield _place(states[training_class], _seat(bytes(state)))


def _place(state: ClassState, seat: Seat) -> Place:
    days = tuple(
        (date.fromisoformat(day), MEASURES[place].name, amount)
        for (day, place), amount in sorted(weights(state, seat).items())
    )
    return Place(seat.person, state.training_class, seat.poor, days, seat.position)


def _reporting(connection: Connection, question: Question, posts: list[Post], found: Grouped) -> None:
    """How late the officers of these postings record, on days of their tenure."""
    r = performance_tables().records.c
    limit = late_limit(connection, question, 2)
    by_officer: dict[str, list[Post]] = {}
    for post in posts:
        if post.officer is not None:
            by_officer.setdefault(post.officer, []).append(post)
    query = select(r.officer, r.effective_on, r.late_days, limit.label("limit"), func.sum(r.facts))
    query = query.where(r.changes != CORRECTION, *in_period(r, question))
    for part in chunks(sorted(by_officer)):
        rows = query.where(r.officer.in_(part)).group_by(r.officer, r.effective_on, r.late_days, limit)
        for officer, effective_on, late_days, most, many in connection.execute(rows):
            day = date.fromisoformat(str(effective_on))
            for post in by_officer[officer]:
                if post.since <= day <= post.last:
                    grouped(found, post.posting, "records", int(many))
                    grouped(found, post.posting, "late_records", int(many) if late_days > most else 0)
                    late_then = int(many) if late_days > LATE_DAYS_1 else 0
                    grouped(found, post.posting, "late_records_30", late_then)
