"""How far the programme reaches: the ledger against its targets, and against those it is meant for.

Coverage is a share of a defined set (projections/measures.py says which): whoever is counted as reached is one of the
set. It can be asked of any day, as known now or as known at an earlier recording time (projections/known.py).
"""

from __future__ import annotations

from datetime import date
from typing import Any, NamedTuple

from sqlalchemy import Connection, FromClause, Select, Subquery, and_, case, exists, func, literal, or_, select
from sqlalchemy.sql.elements import ColumnElement

from taizhang.projections.known import Known
from taizhang.projections.ledger_query import Scope, figure, stem_of
from taizhang.projections.measures import COVERAGES, period_of_days
from taizhang.projections.replay import NOW, Cuts
from taizhang.projections.scope import begins
from taizhang.projections.tables_registry import plan_tables

VILLAGES, MATCHED = "poor-villages", "wish-matched"  # the coverages that are not asked like the others


class Against(NamedTuple):
    """A target and what the ledger holds for the same days, unit and region."""

    programme: str
    phase: str
    region: str
    unit: str
    target: int
    as_printed: int | None
    doubt_zh: str
    doubt_en: str
    reached: int
    reached_poor: int
    since: date
    until: date


class Coverage(NamedTuple):
    """Of so many that the programme is meant for, so many were reached; what is counted stands in the formula."""

    name: str
    reached: int
    of: int
    zh: str
    en: str
    unit: str
    formula_zh: str
    formula_en: str
    version: int
    as_effective_on: date | None
    as_recorded_at: int | None  # as known then, UTC microseconds; None: now

    @property
    def as_known_now(self) -> bool:
        """Whether no earlier recording time was asked for."""
        return self.as_recorded_at is None


class Member(NamedTuple):
    """One of a set that coverage is a share of: a person, or a village; by which statement, and in which class, if any."""

    who: str
    position: int
    enrolled: str | None

    @property
    def is_reached(self) -> bool:
        return self.enrolled is not None


class _Span(NamedTuple):
    """The programme's days up to the cut; None: no limit on that side."""

    start: date | None
    until: date | None


def targets(connection: Connection, cuts: Cuts = NOW) -> list[Against]:
    """Every target as set now, beside the ledger's figure for its region and its own days, whatever its phase is called."""
    tables = plan_tables()
    t, p = tables.targets.c, tables.programmes.c
    query = select(tables.targets, p.kind).join_from(
        tables.targets, tables.programmes, t.programme == p.programme, isouter=True
    )
    found = []
    for row in connection.execute(query.where(t.since.is_not(None)).order_by(t.programme, t.since, t.region)).all():
        since, until = date.fromisoformat(str(row.since)), date.fromisoformat(str(row.until))
        kind, period = period_of_days(since, until)
        scope = Scope(row.region, period_kind=kind, period=period, programme_kind=row.kind or "")
        name = "persons" if row.unit == "persons" else "person_times"
        reached, poor = (figure(connection, scope, column, cuts) for column in (name, f"{name}_poor"))
        stated = (row.programme, row.phase, row.region, row.unit, row.amount)
        doubt = (row.as_printed, row.doubt_zh, row.doubt_en)
        found.append(Against(*stated, *doubt, reached, poor, since, until))
    return found


def coverage(connection: Connection, region: str, cuts: Cuts = NOW) -> list[Coverage]:
    """Every coverage of a region, as known and as effective at the cuts."""
    known = Known(cuts.as_recorded_at)
    span = _Span(_start(connection, known), cuts.as_effective_on)
    stem = stem_of(region)
    counts = {
        m.name: _villages(connection, known, stem, span)
        if m.name == VILLAGES
        else _persons(connection, known, _meant(known, m.name, stem, span), span, in_occupation=m.name == MATCHED)
        for m in COVERAGES
    }
    at = cuts.as_recorded_at
    return [
        Coverage(m.name, *counts[m.name], m.zh, m.en, m.unit, m.formula_zh, m.formula_en, m.version, span.until, at)
        for m in COVERAGES
    ]


def members(
    connection: Connection,
    region: str,
    name: str,
    cuts: Cuts = NOW,
    *,
    after: str = "",
    limit: int = 100,
    reached: bool | None = None,
) -> list[Member]:
    """Those of whom a coverage of this name is a share, by their ids from `after` on: all, or only who was reached or was not."""
    known = Known(cuts.as_recorded_at)
    span = _Span(_start(connection, known), cuts.as_effective_on)
    stem = stem_of(region)
    if name == VILLAGES:
        query = _village_members(known, stem, span)
    else:
        query = _person_members(known, _meant(known, name, stem, span), span, in_occupation=name == MATCHED)
    found = query.subquery().c
    asked = select(found.who, found.position, found.enrolled).where(found.who > after)
    if reached is not None:
        asked = asked.where(found.enrolled.is_not(None) if reached else found.enrolled.is_(None))
    return [Member(*row) for row in connection.execute(asked.order_by(found.who).limit(limit))]


def _start(connection: Connection, known: Known) -> date | None:
    """The first day of the first programme; None when none was opened."""
    first = connection.scalar(select(func.min(known.openings.c.since)))
    return None if first is None else date.fromisoformat(str(first))


# -- who is meant -----------------------------------------------------------------------------------------


def _meant(known: Known, name: str, stem: str, span: _Span) -> Select[Any]:
    """The persons of whom a coverage is a share, each with the position of a statement that makes them so."""
    if name == "registered-poor":
        return _registered_poor(known, stem, span)
    return _wishes(known, stem, span) if name in ("wished", MATCHED) else _stated(known, name, stem, span)


def _registered_poor(known: Known, stem: str, span: _Span) -> Select[Any]:
    """Who belonged to a poor household of the region on any day of the span.

    Later statements about the same member or household are looked up for each, and no list of spells is made before: two
    lists of spells joined with each other cost their product, and one of everybody half of all this.
    """
    member, standing = known.memberships.alias("member"), known.standings.alias("standing")
    m, s = member.c, standing.c
    was_poor = [s.household == m.household, s.poor == 1, ~_overtaken(known.standings, standing, member, span)]
    was_poor += [~_overtaken(known.memberships, member, standing, span)]
    if span.until is not None:
        was_poor.append(s.since <= _day(s.since, span.until))
    found = [m.household.in_(known.households(stem)), m.belongs == 1, exists().where(*was_poor).correlate(member)]
    found += [] if span.until is None else [m.since <= _day(m.since, span.until)]
    return select(m.person, m.position).where(*found)


def _overtaken(statements: FromClause, one: FromClause, other: FromClause, span: _Span) -> ColumnElement[bool]:
    """Whether a later statement about the same holds already when this one, the other or the span begins."""
    o, n = one.c, statements.alias("next_one").c
    same = [n[name] == o[name] for name in ("household", "person") if name in o]
    begins_by = [n.since <= o.since, n.since <= other.c.since]
    begins_by += [] if span.start is None else [n.since <= _day(n.since, span.start)]
    later = or_(n.since > o.since, and_(n.since == o.since, n.position > o.position))
    return exists().where(*same, later, or_(*begins_by)).correlate(one, other)


def _stated(known: Known, status: str, stem: str, span: _Span) -> Select[Any]:
    """Of whom a list states this on any day of the span; `until` is the last day."""
    t = known.statuses.c
    found = [t.status == status, t.person.in_(known.persons(stem))]
    found += [] if span.until is None else [t.since <= _day(t.since, span.until)]
    found += [] if span.start is None else [or_(t.until.is_(None), t.until >= _day(t.until, span.start))]
    return select(t.person, t.position).where(*found)


def _wishes(known: Known, stem: str, span: _Span) -> Select[Any]:
    """Who stated a wish by the end of the span, and for which occupation."""
    t = known.wishes.c
    query = select(t.person, t.position, t.occupation).where(begins(t.county, stem))
    return query if span.until is None else query.where(t.stated_on <= _day(t.stated_on, span.until))


def _spells(table: Any, *of: str) -> Select[Any]:
    """Each statement of who or what is poor with the day on which the next one about the same takes its place."""
    t = table.c
    next_one = func.lead(t.since, type_=t.since.type).over(
        partition_by=[t[name] for name in of], order_by=[t.since, t.position]
    )
    return select(
        *(t[name] for name in of),
        t.poor,
        t.since,
        t.position,
        next_one.label("until"),
    )


def _meets(t: Any, span: _Span) -> list[ColumnElement[bool]]:
    """The spell has a day, and one within the span."""
    found = [_before(t.since, t.until)]
    found += [] if span.until is None else [t.since <= _day(t.since, span.until)]
    found += [] if span.start is None else [or_(t.until.is_(None), t.until > _day(t.since, span.start))]
    return found


def _before(since: ColumnElement[Any], until: ColumnElement[Any]) -> ColumnElement[bool]:
    return or_(until.is_(None), since < until)


def _day(column: Any, on: date) -> ColumnElement[Any]:
    return literal(on.isoformat(), column.type)


# -- who was reached --------------------------------------------------------------------------------------


def _persons(
    connection: Connection, known: Known, meant: Select[Any], span: _Span, *, in_occupation: bool = False
) -> tuple[int, int]:
    """How many living persons of those meant were reached, under any of their ids; and how many they are."""
    ids, enrolled, alive = _reaching(known, meant, span, in_occupation=in_occupation)
    reached = func.count(case((exists().where(*enrolled), ids.c.who)).distinct())
    row = connection.execute(select(reached, func.count(ids.c.who.distinct())).where(alive)).one()
    return int(row[0]), int(row[1])


def _person_members(known: Known, meant: Select[Any], span: _Span, *, in_occupation: bool) -> Select[Any]:
    """The same persons one by one."""
    ids, enrolled, alive = _reaching(known, meant, span, in_occupation=in_occupation)
    first = select(func.min(known.enrolments.c.training_class)).where(*enrolled).correlate(ids).scalar_subquery()
    each = select(ids.c.who, ids.c.position, first.label("enrolled")).where(alive).subquery().c
    return select(
        each.who, func.min(each.position).label("position"), func.min(each.enrolled).label("enrolled")
    ).group_by(each.who)


def _reaching(
    known: Known, meant: Select[Any], span: _Span, *, in_occupation: bool
) -> tuple[Subquery, list[ColumnElement[bool]], ColumnElement[bool]]:
    """Everybody meant under each of their ids; when an enrolment reaches them; and whether they are alive."""
    e, c = known.enrolments.c, known.classes.c
    ids = _ids(known, meant)
    enrolled = [e.person == ids.c.id, *_in_force(e, span)]
    if in_occupation:
        enrolled += [c.training_class == e.training_class, c.occupation == ids.c.occupation]
    deaths, aliases = known.deaths(), known.aliases
    dead = select(func.coalesce(aliases.c.kept, deaths.c.person)).join_from(
        deaths, aliases, aliases.c.person == deaths.c.person, isouter=True
    )
    if span.until is not None:
        dead = dead.where(deaths.c.died_on <= _day(deaths.c.died_on, span.until))
    return ids, enrolled, ids.c.who.not_in(dead)


def _ids(known: Known, meant: Select[Any]) -> Subquery:
    """Everybody meant, `who` they are counted as, in one row for each `id` that is theirs."""
    named, same, wanted = known.aliases.alias("named"), known.aliases.alias("same"), meant.subquery()
    who = func.coalesce(named.c.kept, wanted.c.person)
    others = [column for column in wanted.c if column.name == "occupation"]
    kept = (
        select(who.label("who"), func.min(wanted.c.position).label("position"), *others)
        .join_from(wanted, named, named.c.person == wanted.c.person, isouter=True)
        .group_by(who, *others)
        .subquery()
    )
    own = func.coalesce(same.c.person, kept.c.who).label("id")
    return select(*kept.c, own).join_from(kept, same, same.c.kept == kept.c.who, isouter=True).subquery()


def _in_force(e: Any, span: _Span) -> list[ColumnElement[bool]]:
    """Enrolled by the day, and not withdrawn by it for good."""
    if span.until is None:
        return [e.enrolled_on.is_not(None), e.withdrawn_on.is_(None)]
    day = _day(e.enrolled_on, span.until)
    return [e.enrolled_on <= day, or_(e.withdrawn_on.is_(None), e.withdrawn_on > day)]


def _villages(connection: Connection, known: Known, stem: str, span: _Span) -> tuple[int, int]:
    """How many of the villages that were poor in the span have a trainee; and how many they are."""
    poor, trained = _poor_villages(known, stem, span), _trained(known, stem, span)
    reached = func.count(
        case((poor.c.village.in_(select(trained.c.village)), 1))
    )  # not joined: it would cost their product
    row = connection.execute(select(reached, func.count()).select_from(poor)).one()
    return int(row[0]), int(row[1])


def _village_members(known: Known, stem: str, span: _Span) -> Select[Any]:
    """The same villages one by one."""
    poor, trained = _poor_villages(known, stem, span), _trained(known, stem, span)
    first = select(func.min(trained.c.training_class)).where(trained.c.village == poor.c.village).scalar_subquery()
    return select(poor.c.village.label("who"), poor.c.position, first.label("enrolled"))


def _poor_villages(known: Known, stem: str, span: _Span) -> Subquery:
    s = _spells(known.villages, "village").where(begins(known.villages.c.village, stem)).subquery().c
    poor = select(s.village, func.min(s.position).label("position")).where(s.poor == 1, *_meets(s, span))
    return poor.group_by(s.village).subquery()


def _trained(known: Known, stem: str, span: _Span) -> Subquery:
    """In which village somebody lives who is enrolled, and in which class."""
    e, homes = known.enrolments, known.homes()
    home = func.coalesce(e.c.village, homes.c.village)
    return (
        select(home.label("village"), e.c.training_class)
        .join_from(e, homes, homes.c.person == e.c.person, isouter=True)
        .where(begins(home, stem), *_in_force(e.c, span))
        .subquery()
    )
