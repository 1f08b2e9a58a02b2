"""Training as performance asks it: the ledger's sums and distinct persons by region, department or institution."""

from __future__ import annotations

from typing import Any, Final

from sqlalchemy import Connection, and_, case, func, literal, or_, select
from sqlalchemy.sql.elements import ColumnElement

from taizhang.projections.known import Known
from taizhang.projections.measures import PERSONS, measure_columns
from taizhang.projections.performance.asked import Grouped, Grouping, Question, grouped, ties
from taizhang.projections.presence import counted
from taizhang.projections.scope import changes_in, cut, level_of, on, person_changes, stem_of, within
from taizhang.projections.tables_ledger import ledger_tables

WISHES: Final = ("wish_places", "wish_places_poor", "wish_matched", "wish_matched_poor")


def trained(connection: Connection, question: Question, by: Grouping) -> Grouped:
    """Every measure of the ledger, distinct persons, and wishes met, by group."""
    found = _sums(connection, question, by)
    for key, persons in _persons(connection, question, by).items():
        found.setdefault(key, {}).update(persons)
    for key, row in _wished(connection, question, by).items():
        for name, amount in zip(WISHES, row, strict=True):
            grouped(found, key, name, amount)
    return {_whole(key, by): inputs for key, inputs in found.items() if key or by == "whole"}


def _whole(key: str, by: Grouping) -> str:
    return key.ljust(6, "0") if by == "region" else key


def _key(t: Any, tied: Any, question: Question, by: Grouping) -> ColumnElement[Any]:
    """What rows with a county and a class are grouped by."""
    if by == "whole":
        return literal("")
    if by == "region":
        return func.substr(t.county, 1, question.digits())
    key: ColumnElement[Any] = tied.c[by]
    return key


def _sums(connection: Connection, question: Question, by: Grouping) -> Grouped:
    tied, names, by_class = ties(question.cuts), measure_columns(), by in ("department", "institution")
    table = ledger_tables().deltas if by_class else changes_in(question.scope, question.cuts)
    t = table.c
    key = _key(t, tied, question, by).label("key")
    source: Any = table
    if by_class:
        source = table.join(tied, tied.c.training_class == t.training_class)
    query = select(key, *(func.sum(t[name]) for name in names)).select_from(source)
    query = query.where(*within(t, question.scope), *cut(t, question.cuts)).group_by(key)
    return {
        row[0]: {name: int(amount or 0) for name, amount in zip(names, row[1:], strict=True)}
        for row in connection.execute(query)
    }


def _persons(connection: Connection, question: Question, by: Grouping) -> Grouped:
    if by in ("department", "institution"):
        tied = ties(question.cuts)
        return counted(connection, question.scope, question.cuts, lambda _: tied.c[by], beside=tied)
    if question.period_kind == "days":
        return counted(connection, question.scope, question.cuts, lambda e: _key(e, None, question, by))
    t = person_changes(question.cuts).c
    level = level_of(question.region)
    if by == "region":
        level = {2: "province", 4: "prefecture", 6: "county"}[question.digits()]
    query = (
        select(t.region, func.sum(t.persons), func.sum(t.persons_poor))
        .where(
            t.level == level,
            t.region.startswith(stem_of(question.region), autoescape=True),
            t.period_kind == question.period_kind,
            t.period == question.period,
            t.programme_kind == "",
            *cut(t, question.cuts),
        )
        .group_by(t.region)
    )
    return {
        "" if by == "whole" else region[: question.digits()]: {PERSONS.name: int(persons), PERSONS.poor: int(poor)}
        for region, persons, poor in connection.execute(query)
    }


def _wished(connection: Connection, question: Question, by: Grouping) -> dict[str, list[int]]:
    """By group: places of persons who had stated a wish, and those in an occupation they wished; all, registered poor."""
    places = wish_places(question, by)
    p = places.c
    poor = p.poor == 1
    sums = (
        func.count(),
        func.count(case((poor, 1))),
        func.count(case((p.matched == 1, 1))),
        func.count(case((and_(poor, p.matched == 1), 1))),
    )
    rows = connection.execute(select(p.key, *sums).select_from(places).group_by(p.key))
    return {row[0]: [int(one) for one in row[1:]] for row in rows}


def wish_places(question: Question, by: Grouping) -> Any:
    """Each place in a class, first taken in the period and not left for good, of a person who had stated a wish by then.

    The wishes are looked up by each id of the person: a list of all wishes would be gone through for each place.
    """
    at = Known(question.cuts.as_recorded_at)
    e, c, w = at.enrolments, at.classes, at.wishes
    mine, same, s = at.aliases.alias("mine"), at.aliases.alias("same"), w.c
    tied = ties(question.cuts)
    source = e.join(c, c.c.training_class == e.c.training_class)
    source = source.outerjoin(mine, mine.c.person == e.c.person)
    source = source.outerjoin(same, same.c.kept == mine.c.kept)
    source = source.join(w, and_(s.person == func.coalesce(same.c.person, e.c.person), s.stated_on <= e.c.enrolled_on))
    if by in ("department", "institution"):
        source = source.join(tied, tied.c.training_class == e.c.training_class)
    key = _key(e.c, tied, question, by).label("key")
    is_same = func.max(case((s.occupation == c.c.occupation, 1), else_=0)).label("matched")
    return (
        select(key, e.c.training_class, e.c.person, e.c.poor, is_same)
        .select_from(source)
        .where(*_there(e.c, question))
        .group_by(key, e.c.training_class, e.c.person, e.c.poor)
        .subquery("places")
    )


def _there(e: Any, question: Question) -> list[ColumnElement[bool]]:
    """First taken in the period, and not left for good by the day of the cut."""
    found = [e.county.startswith(stem_of(question.region), autoescape=True), e.enrolled_on.is_not(None)]
    days, last = question.scope.days(), question.cuts.as_effective_on
    if days is not None:
        found += [e.enrolled_on >= on(e.enrolled_on, days[0]), e.enrolled_on <= on(e.enrolled_on, days[1])]
    if last is None:
        return [*found, e.withdrawn_on.is_(None)]
    day = on(e.enrolled_on, last)
    return [*found, e.enrolled_on <= day, or_(e.withdrawn_on.is_(None), e.withdrawn_on > day)]
