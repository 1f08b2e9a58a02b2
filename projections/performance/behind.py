"""The facts behind a figure of performance: each input opens into positions of the log, whose changes sum up to it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from itertools import islice
from typing import Any, Final, NamedTuple

from sqlalchemy import Connection, select
from sqlalchemy.sql.elements import ColumnElement

from taizhang.domain.core import Correction
from taizhang.domain.envelope import opened
from taizhang.domain.log import LogReader
from taizhang.projections.database import chunks
from taizhang.projections.figure_facts import changes, facts_of_figure
from taizhang.projections.known import Known
from taizhang.projections.measures import PERSONS, POOR_SUFFIX, measure_columns
from taizhang.projections.performance.aims import aims, amounts
from taizhang.projections.performance.asked import Grouping, Question, in_period, ties_of
from taizhang.projections.performance.inspected import finding_inputs, finding_key, inspected, self_key
from taizhang.projections.performance.money import class_key, moved, payment_positions
from taizhang.projections.performance.officials import counting, places_of, posts_of, tenure
from taizhang.projections.performance.reporting import (
    BY_WINDOW,
    Row,
    changed_after_seal,
    late_limit,
    news,
    rows_of,
    window_conditions,
)
from taizhang.projections.performance.tables import performance_tables
from taizhang.projections.performance.trained import WISHES, wish_places
from taizhang.projections.performance.view import CORRECTION, LATE_ADDITION, NEW, county_of, kind_of
from taizhang.projections.presence import persons_behind
from taizhang.projections.replay import Effect
from taizhang.projections.scope import on, stem_of
from taizhang.projections.tables_ledger import ledger_tables

PAGE: Final = 200
LEDGER: Final = frozenset((*measure_columns(), PERSONS.name, PERSONS.poor))
MONEY: Final = frozenset({"paid_fen", "spent_fen", "received_fen"})


class Behind(NamedTuple):
    """One fact behind an input, by how much it changes it, and what it is about: a class, person, finding or plan."""

    position: int
    change: int
    subject: str


def behind(
    connection: Connection,
    log: LogReader,
    question: Question,
    key: str,
    name: str,
    after: str = "",
    limit: int = PAGE,
) -> tuple[list[Behind], str]:
    """A page of the facts behind the input `name` of the row `key` ("": the whole), and what to go on after.

    On all pages together the changes sum up to the input.
    """
    by, asked = _narrowed(question, key)
    if by == "whole" and name in LEDGER:
        found, following = changes(connection, log, asked.scope, name, asked.cuts, after, limit)
        return [Behind(one.position, one.change, one.subject) for one in found], following
    start = int(after) if after.isdecimal() else 0
    page = list(islice(facts_behind(connection, log, question, key, name), start, start + limit + 1))
    return page[:limit], str(start + limit) if len(page) > limit else ""


def facts_behind(connection: Connection, log: LogReader, question: Question, key: str, name: str) -> Iterator[Behind]:
    """Every fact behind the input, in an order that stays."""
    by, asked = _narrowed(question, key)
    if by == "whole":
        key = ""
    if by == "official":
        yield from _of_official(connection, log, asked, key, name)
    elif name in LEDGER:
        yield from _of_ledger(connection, log, asked, by, key, name)
    elif name in MONEY:
        for position, change in moved(connection, asked, by, key, name):
            yield Behind(position, change, "")
    elif name in WISHES:
        yield from _of_wishes(connection, asked, by, key, name)
    else:
        yield from _others(connection, log, asked, by, key, name)


def _narrowed(question: Question, key: str) -> tuple[Any, Question]:
    """How a row is found: regions and periods become questions of their own, whose whole it is."""
    if not key or question.by in ("region", "phase", "year"):
        asked = question.row(key) if key else question
        return "whole", asked
    return question.by, question


# -- training -------------------------------------------------------------------------------------------------


def _of_ledger(
    connection: Connection, log: LogReader, question: Question, by: Grouping, key: str, name: str
) -> Iterator[Behind]:
    if by == "whole":
        for one in facts_of_figure(connection, log, question.scope, name, question.cuts):
            yield Behind(one.position, one.change, "")
        return
    tied = ties_of(connection, question.cuts)
    classes = sorted(one for one, tie in tied.items() if getattr(tie, by) == key)
    if name in (PERSONS.name, PERSONS.poor):
        yield from _persons(connection, question, classes, poor=name == PERSONS.poor)
        return
    for training_class in classes:
        scope = question.scope._replace(training_class=training_class)
        effects: Iterable[Effect] = facts_of_figure(connection, log, scope, name, question.cuts)
        for effect in effects:
            yield Behind(effect.position, effect.change, training_class)


def _persons(connection: Connection, question: Question, classes: list[str], *, poor: bool) -> Iterator[Behind]:
    """The first fact of one place of each person, who counts once however many places there are."""
    seen: set[str] = set()
    for training_class in classes:
        scope, after = question.scope._replace(training_class=training_class), ""
        while True:
            page, after = persons_behind(connection, scope, question.cuts, poor=poor, after=after)
            new = [one.person for one in page if one.person not in seen]
            places = _positions(connection, question, training_class, new)
            seen.update(places)  # who has no place of the region here may have one in a later class
            yield from (Behind(places[person], 1, person) for person in new if person in places)
            if not after:
                break


def _positions(
    connection: Connection, question: Question, training_class: str, persons: Iterable[str]
) -> dict[str, int]:
    """By person, under whatever id: the position of the first fact of the place in a class that lies in the region."""
    at, now = Known(question.cuts.as_recorded_at), ledger_tables().enrolments.alias("now")
    e, a = at.enrolments, at.aliases
    found: dict[str, int] = {}
    wanted = set(persons)
    source = e.outerjoin(a, a.c.person == e.c.person)
    source = source.join(now, (now.c.training_class == e.c.training_class) & (now.c.person == e.c.person))
    here = e.c.county.startswith(stem_of(question.region), autoescape=True), e.c.training_class == training_class
    for person, kept, position in connection.execute(
        select(e.c.person, a.c.kept, now.c.position).select_from(source).where(*here)
    ):
        who = kept or person
        if who in wanted:
            found[who] = min(position, found.get(who, position))
    return found


def _of_wishes(connection: Connection, question: Question, by: Grouping, key: str, name: str) -> Iterator[Behind]:
    places, e = wish_places(question, by), ledger_tables().enrolments.c
    p = places.c
    wanted = [p.key == key]
    wanted += [p.matched == 1] if name.startswith("wish_matched") else []
    wanted += [p.poor == 1] if name.endswith(POOR_SUFFIX) else []
    joined = (e.training_class == p.training_class) & (e.person == p.person)
    query = select(e.position, p.training_class).select_from(places).join(ledger_tables().enrolments, joined)
    for position, training_class in connection.execute(query.where(*wanted).order_by(e.position)):
        yield Behind(int(position), 1, training_class)


def _of_official(connection: Connection, log: LogReader, question: Question, key: str, name: str) -> Iterator[Behind]:
    post = next((one for one in posts_of(connection, question) if one.posting == key), None)
    if post is None:
        return
    if name in LEDGER:
        seen: set[str] = set()
        for place in places_of(connection, log, question, [post.region]).get(post.region, ()):
            if name in (PERSONS.name, PERSONS.poor):
                there = tenure(post, [place], question)[name] - int(place.who in seen)
                seen.update({place.who} if there > 0 else ())
                change = max(there, 0)
            else:
                measure = name.removesuffix(POOR_SUFFIX)
                counts = place.poor or measure == name
                change = sum(n for _, what, n in counting(post, place, question) if what == measure and counts)
            if change:
                yield Behind(place.position, change, place.training_class)
        return
    seen_now = inspected(connection, question)
    for finding in seen_now.findings:
        if finding.object == f"posting:{key}" and name in finding_inputs(finding, seen_now, question.on):
            yield Behind(finding.position, 1, finding.finding)
    if post.officer is not None and name in RECORDS:
        r = performance_tables().records.c
        officer = [r.officer == post.officer, r.effective_on >= on(r.effective_on, post.since)]
        officer += [r.effective_on <= on(r.effective_on, post.last), *RECORDS[name](connection, question)]
        yield from _expanded(log, rows_of(connection, question, "whole", *officer, *in_period(r, question)))


# -- all else -------------------------------------------------------------------------------------------------


def _new(_: Connection, __: Question) -> list[ColumnElement[bool]]:
    return [performance_tables().records.c.changes != CORRECTION]


def _late(version: int) -> Callable[[Connection, Question], list[ColumnElement[bool]]]:
    def conditions(connection: Connection, question: Question) -> list[ColumnElement[bool]]:
        late = performance_tables().records.c.late_days > late_limit(connection, question, version)
        return [*_new(connection, question), late]

    return conditions


RECORDS: Final[dict[str, Callable[[Connection, Question], list[ColumnElement[bool]]]]] = {
    "records": _new,
    "records_and_changes": lambda _, __: [],
    "late_records_30": _late(1),
    "late_records": _late(2),
}


def _others(
    connection: Connection, log: LogReader, question: Question, by: Grouping, key: str, name: str
) -> Iterator[Behind]:
    if name in RECORDS:
        r = performance_tables().records.c
        wanted = [*RECORDS[name](connection, question), *in_period(r, question)]
        yield from _expanded(log, _of_key(rows_of(connection, question, by, *wanted), key))
    elif name == "changed_after_seal":
        yield from _expanded(log, _of_key(changed_after_seal(connection, question, by), key))
    elif name in BY_WINDOW:
        for region, visit in inspected(connection, question).visits:
            conditions = window_conditions(question, region, visit, name)
            yield from _expanded(log, _of_key(rows_of(connection, question, by, *conditions), key))
    elif name in ("classes_reporting", "classes_good_news"):
        n = news(question, by).c
        query = select(n.training_class, n.position).where(n.key == key)
        query = query.where(n.adverse == 0) if name == "classes_good_news" else query
        for training_class, position in connection.execute(query.order_by(n.position)):
            yield Behind(int(position), 1, training_class)
    elif name in ("payments_limited", "payments_on_time"):
        tied = ties_of(connection, question.cuts)
        for row, position, in_time in payment_positions(connection, question):
            if class_key(row, tied, question, by) == key and (in_time or name == "payments_limited"):
                yield Behind(position, 1, row.training_class)
    elif name.startswith(("target_", "plan_")):
        for aim in aims(connection, question, question.region.__eq__) if by == "whole" else ():
            change = amounts(aim).get(name, 0)
            if change:
                yield Behind(aim.position, change, aim.subject)
    else:
        yield from _of_inspections(connection, question, by, key, name)


def _of_inspections(connection: Connection, question: Question, by: Grouping, key: str, name: str) -> Iterator[Behind]:
    seen = inspected(connection, question)
    for one in seen.findings:
        if finding_key(one, question, by) == key and name in finding_inputs(one, seen, question.on):
            reported = name in ("rectifications_reported", "reported_after_reminder")
            yield Behind(seen.reports[one.finding][0] if reported else one.position, 1, one.finding)
    for own in seen.selves:
        counts = name == "self_inspections" or (name == "self_inspections_blind" and own.found_elsewhere)
        if counts and self_key(own, question, by) == key:
            yield Behind(own.position, 1, "")


def _of_key(rows: Iterable[Row], key: str) -> list[Row]:
    return [row for row in rows if row.key == key]


def _expanded(log: LogReader, rows: Iterable[Row]) -> Iterator[Behind]:
    """The facts of rows: those between the first and the last position that are about the same class and day."""
    for row in rows:
        every = range(row.first_position, row.last_position + 1)
        positions = list(every) if len(every) == row.facts else _picked(log, row)
        yield from (Behind(position, 1, row.training_class) for position in positions)


def _picked(log: LogReader, row: Row) -> list[int]:
    between = list(range(row.first_position, row.last_position + 1))
    return [
        stored.position
        for part in chunks(between)
        for stored in log.at(part)
        if stored.recorded_at == row.recorded_at and _is_of(opened(stored.position, stored.leaf), row)
    ]


def _is_of(recorded: Any, row: Row) -> bool:
    fact: Any = recorded.fact.was if isinstance(recorded.fact, Correction) else recorded.fact
    by = recorded.recorded_by
    training_class = getattr(fact, "training_class", None) or ""
    same = (training_class, fact.occurred_on) == (row.training_class, row.effective_on)
    same = same and (training_class[1:7] or county_of(fact)) == row.county
    changes = CORRECTION if fact is not recorded.fact else LATE_ADDITION if recorded.addition is not None else NEW
    same = same and changes == row.changes
    return same and kind_of(type(fact)) == row.kind and by is not None and by.officer == row.officer
