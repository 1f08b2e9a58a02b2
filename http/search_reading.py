"""What a word leads to in the read tables: classes, places, organisations, lines, claims, documents; within the scope."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final, NamedTuple

from sqlalchemy import Connection, or_, select
from starlette.exceptions import HTTPException

from taizhang.adapters.visibility import Eyes
from taizhang.domain.core import PersonId
from taizhang.domain.decisions import INSTITUTION, within
from taizhang.http.class_pages import require_household
from taizhang.http.funds_scope import SEES_MONEY, steps_in_scope
from taizhang.http.rendering import link
from taizhang.http.scope import REGION_CODE
from taizhang.http.seen import own_classes
from taizhang.http.visit import Visit
from taizhang.projections.funds.lines import fund_lines
from taizhang.projections.funds.tables import fund_tables
from taizhang.projections.scope import stem_of
from taizhang.projections.tables_ledger import ledger_tables
from taizhang.projections.tables_registry import plan_tables, registry_tables

MOST: Final = 20  # of each kind
SHORTEST: Final = 2  # letters; one letter finds half of everything


class Hit(NamedTuple):
    """Something found: what it is, its name, its id or number, and where it stands."""

    kind: str
    name: str
    number: str
    href: str


def hits(visit: Visit, asked: str) -> list[Hit]:
    """Everything that the officer may see and that bears this name, id or document number."""
    visit.reception.set_up()
    if len(asked) < SHORTEST:
        return []
    with visit.house.log.database.read() as connection:
        return [
            *_places(visit, connection, asked),
            *_classes(visit, connection, asked),
            *_organisations(visit, connection, asked),
            *_household(visit, asked),
            *_money(visit, connection, asked),
            *_plans(visit, connection, asked),
        ]


def persons_in_scope(visit: Visit, limit: int) -> list[PersonId]:
    """The registered persons of the region, of an institution its own trainees: at most so many."""
    mine = own_classes(visit)
    if mine is not None:
        seats = ledger_tables().enrolments.c
        query = select(seats.person).where(seats.training_class.in_(sorted(mine))).distinct()
    else:
        persons = registry_tables().persons.c
        query = select(persons.person).where(persons.county.startswith(stem_of(visit.scope), autoescape=True))
    with visit.house.log.database.read() as connection:
        return [PersonId(one) for one in connection.execute(query.limit(limit)).scalars()]


def _places(visit: Visit, connection: Connection, asked: str) -> Iterator[Hit]:
    t = registry_tables().regions.c
    query = select(t.region, t.name).where(
        or_(t.region == asked, t.name.contains(asked, autoescape=True)),
        t.region.startswith(stem_of(visit.scope), autoescape=True),
    )
    for code, name in connection.execute(query.order_by(t.region).limit(MOST)):
        if REGION_CODE.match(code) and within(code, visit.scope):
            href = link("/ledger", region=code) if len(code) == len("620000") else link("/facts", of=f"region:{code}")
            yield Hit("region", name or code, code, href)


def _classes(visit: Visit, connection: Connection, asked: str) -> Iterator[Hit]:
    t, eyes = ledger_tables().classes.c, Eyes(visit.house.log, visit.actor)
    of_scope = t.county.startswith(stem_of(visit.scope), autoescape=True)
    named = or_(t.training_class == asked, t.name.contains(asked, autoescape=True), t.filing_number == asked)
    query = select(t.training_class, t.name).where(named, of_scope)
    if visit.actor.role == INSTITUTION:
        query = query.where(t.institution == visit.actor.organisation)
    for ident, name in connection.execute(query.order_by(t.training_class).limit(MOST)):
        if eyes.sees_class(ident):
            yield Hit("class", name or ident, ident, f"/classes/{ident}")


def _organisations(visit: Visit, connection: Connection, asked: str) -> Iterator[Hit]:
    t = registry_tables().organisations.c
    own = t.organisation == visit.actor.organisation if visit.actor.role == INSTITUTION else None
    query = select(t.organisation, t.name, t.region).where(
        or_(t.organisation == asked, t.name.contains(asked, autoescape=True)),
        t.region.startswith(stem_of(visit.scope), autoescape=True),
    )
    query = query if own is None else query.where(own)
    for ident, name, region in connection.execute(query.order_by(t.organisation).limit(MOST)):
        if region and within(region, visit.scope):
            yield Hit("organisation", name or ident, ident, link("/facts", of=f"organisation:{ident}"))


def _household(visit: Visit, asked: str) -> Iterator[Hit]:
    try:
        found = require_household(visit, asked)
    except HTTPException:
        return
    yield Hit("household", found.row.household, "", f"/households/{found.row.household}")


def _money(visit: Visit, connection: Connection, asked: str) -> Iterator[Hit]:
    if visit.actor.role not in SEES_MONEY:
        return
    for line in fund_lines(connection, visit.scope):
        if asked in (line.line, line.document) or asked in line.name:
            yield Hit("line", line.name, line.line, f"/funds/{line.line}")
    s = fund_tables().steps.c
    query = select(s.position, s.kind, s.document).where(
        s.document.contains(asked, autoescape=True), *steps_in_scope(visit, s)
    )
    for position, kind, document in connection.execute(query.order_by(s.position).limit(MOST)):
        yield Hit("document", document, _step(visit, kind), f"/facts/{position}")


def _step(visit: Visit, kind: Any) -> str:
    return visit.label("fact", f"funds.{kind}.v1")


def _plans(visit: Visit, connection: Connection, asked: str) -> Iterator[Hit]:
    t = plan_tables().plans.c
    query = select(t.plan, t.document, t.region).where(
        or_(t.plan == asked, t.document.contains(asked, autoescape=True))
    )
    for plan, document, region in connection.execute(query.order_by(t.plan).limit(MOST)):
        if region and within(region, visit.scope):
            yield Hit("plan", plan, document or "", link("/facts", of=f"plan:{plan}"))
