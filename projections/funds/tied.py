"""Transfers tied to training done 转移支付与培训挂钩: what a policy makes due to each county, beside what was allotted."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any, NamedTuple

from sqlalchemy import Connection, distinct, func, select

from taizhang.projections.funds.cuts import UseScope
from taizhang.projections.funds.steps import as_date
from taizhang.projections.funds.tables import fund_tables
from taizhang.projections.funds.use import use
from taizhang.projections.scope import level_of, on, stem_of
from taizhang.projections.tables_ledger import ledger_tables


class Tied(NamedTuple):
    """What would be due to a county under one policy, and what was allotted to it; as the ledger is known now.

    `persons` are those whose evidenced hours reach their class's required hours, in classes that begin on the policy's
    days; each counts once in a county, whatever their ids and classes.
    """

    line: str
    tie: str
    county: str
    persons: int
    per_person_fen: int
    due_fen: int
    allocated_fen: int
    since: date
    until: date

    @property
    def difference_fen(self) -> int:
        """How much more was allotted than would be due."""
        return self.allocated_fen - self.due_fen


def tied(connection: Connection, region: str = "620000", line: str | None = None) -> list[Tied]:
    """Every county of the region under every policy that ties a line to training done."""
    t = fund_tables().ties
    query = select(t).where(t.c.position.is_not(None), t.c.line.is_not(None)).order_by(t.c.line, t.c.tie)
    if line is not None:
        query = query.where(t.c.line == line)
    return [row for tie in connection.execute(query).all() for row in _counties(connection, tie, region)]


class Counted(NamedTuple):
    """A place in a class by which a person counts under a policy: their hours there, and the fact that enrolled them."""

    person: str
    training_class: str
    evidenced_minutes: int
    required_minutes: int
    position: int


def counted(connection: Connection, line: str, tie: str, county: str) -> list[Counted]:
    """The places of a county behind `Tied.persons`, by class; whoever has several is told with each under one id."""
    t, tables = fund_tables().ties.c, ledger_tables()
    known = connection.execute(
        select(fund_tables().ties).where(t.line == line, t.tie == tie, t.position.is_not(None))
    ).one_or_none()
    if known is None:
        return []
    e, c = tables.enrolments.c, tables.classes.c
    asked = (_person(), e.training_class, e.evidenced_minutes, c.required_minutes, e.position)
    query = _places(known, county, *asked).order_by(e.training_class, e.position, e.person)
    return [Counted(*row) for row in connection.execute(query)]


def _counties(connection: Connection, tie: Any, region: str) -> Iterator[Tied]:
    persons = dict(_evidenced(connection, tie, region))
    since, until = as_date(tie.since), as_date(tie.until)
    scope = UseScope(region, line=tie.line)
    allotted = {
        one.key[0]: one.figures["allocated_fen"] or 0
        for one in use(connection, until, scope, by=("region",))
        if level_of(one.key[0]) == "county" and one.key[0].startswith(stem_of(tie.region))
    }
    for county in sorted(persons.keys() | {county for county, amount in allotted.items() if amount}):
        many = persons.get(county, 0)
        yield Tied(
            line=tie.line,
            tie=tie.tie,
            county=county,
            persons=many,
            per_person_fen=tie.per_person_fen,
            due_fen=many * tie.per_person_fen,
            allocated_fen=allotted.get(county, 0),
            since=since,
            until=until,
        )


def _evidenced(connection: Connection, tie: Any, region: str) -> Iterator[tuple[str, int]]:
    """Distinct persons by county."""
    county = ledger_tables().classes.c.county
    query = _places(tie, region, county, func.count(distinct(_person()))).group_by(county)
    for where, many in connection.execute(query):
        yield where, int(many)


def _person() -> Any:
    """The id that a person of several ids counts under."""
    return func.coalesce(ledger_tables().aliases.c.kept, ledger_tables().enrolments.c.person)


def _places(tie: Any, region: str, *asked: Any) -> Any:
    """What is asked of the places of a region that count under a policy."""
    tables = ledger_tables()
    e, c, a = tables.enrolments.c, tables.classes.c, tables.aliases.c
    joined = tables.enrolments.join(tables.classes, c.training_class == e.training_class)
    query = (
        select(*asked)
        .select_from(joined.join(tables.aliases, a.person == e.person, isouter=True))
        .where(e.enrolled_on.is_not(None), e.evidenced_minutes >= c.required_minutes, e.evidenced_minutes > 0)
        .where(c.starts_on >= on(c.starts_on, as_date(tie.since)), c.starts_on <= on(c.starts_on, as_date(tie.until)))
        .where(c.county.startswith(stem_of(tie.region), autoescape=True))
        .where(c.county.startswith(stem_of(region), autoescape=True))
    )
    if tie.programme is not None:
        query = query.where(c.programme == tie.programme)
    if tie.poor_only:
        query = query.where(e.poor == 1)
    return query
