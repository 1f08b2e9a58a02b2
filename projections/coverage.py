"""How far the programme reaches: the ledger against its targets, and against those it is meant for."""

from __future__ import annotations

from typing import NamedTuple

from sqlalchemy import Connection, and_, func, select

from taizhang.projections.ledger_query import DIGITS, Scope, figure, level_of
from taizhang.projections.replay import NOW, Cuts
from taizhang.projections.tables_ledger import LedgerTables
from taizhang.projections.tables_registry import PlanTables, RegistryTables


class Against(NamedTuple):
    """A target and what the ledger holds for the same phase, unit and region."""

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


class Coverage(NamedTuple):
    """Of so many that the programme is meant for, so many were reached; both counts are of persons."""

    name: str
    reached: int
    of: int


def targets(connection: Connection, cuts: Cuts = NOW) -> list[Against]:
    """Every target beside the ledger's figure for its phase and region."""
    tables = PlanTables()
    t, p = tables.targets.c, tables.programmes.c
    query = select(tables.targets, p.kind).join_from(
        tables.targets, tables.programmes, t.programme == p.programme, isouter=True
    )
    found = []
    for row in connection.execute(query.order_by(t.programme, t.since, t.region)):
        scope = Scope(row.region, period_kind="phase", period=row.phase, programme_kind=row.kind or "")
        name = "persons" if row.unit == "persons" else "person_times"
        reached = figure(connection, scope, name, cuts), figure(connection, scope, f"{name}_poor", cuts)
        stated = (row.programme, row.phase, row.region, row.unit, row.amount)
        found.append(Against(*stated, row.as_printed, row.doubt_zh, row.doubt_en, *reached))
    return found


def coverage(connection: Connection, region: str) -> list[Coverage]:
    """Who was reached of those who are registered poor, and of those who stated a wish, as known now."""
    scope = Scope(region)
    poor = figure(connection, scope, "persons_poor", NOW)
    return [
        Coverage("registered-poor", poor, _registered_poor(connection, region)),
        Coverage("wished", *_wished(connection, region)),
    ]


def _registered_poor(connection: Connection, region: str) -> int:
    """Living persons who belong to a registered poor household of the region."""
    tables, persons = LedgerTables(), RegistryTables().persons
    h, m = tables.households.c, tables.members.c
    stem = region[: DIGITS[level_of(region)]]
    kept = func.coalesce(tables.aliases.c.kept, m.person)
    query = (
        select(func.count(kept.distinct()))
        .select_from(tables.members)
        .join(tables.households, h.household == m.household)
        .join(persons, persons.c.person == m.person, isouter=True)
        .join(tables.aliases, tables.aliases.c.person == m.person, isouter=True)
        .where(m.belongs == 1, h.poor == 1, h.county.startswith(stem, autoescape=True), persons.c.died_on.is_(None))
    )
    return connection.scalar(query) or 0


def _wished(connection: Connection, region: str) -> tuple[int, int]:
    """Of those who stated a wish in the region, how many have an enrolment; and how many they are."""
    wishes, enrolments = RegistryTables().wishes, LedgerTables().enrolments
    stem = region[: DIGITS[level_of(region)]]
    here = and_(wishes.c.wishes > 0, wishes.c.county.startswith(stem, autoescape=True))
    t = enrolments.c
    enrolled = (
        select(t.person)
        .where(t.person == wishes.c.person, t.enrolled_on.is_not(None), t.withdrawn_on.is_(None))
        .exists()
    )
    everybody = connection.scalar(select(func.count()).select_from(wishes).where(here)) or 0
    return connection.scalar(select(func.count()).select_from(wishes).where(here, enrolled)) or 0, everybody
