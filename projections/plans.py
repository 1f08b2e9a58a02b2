"""Plans, programmes and targets as known; and which county has no plan."""

from __future__ import annotations

from typing import Any, NamedTuple

from sqlalchemy import Connection, and_, select

from taizhang.domain.plans import PlanApproved, PlanFiled
from taizhang.domain.policy import ProgrammeOpened, TargetSet
from taizhang.projections.keyed import Columns, Facts, KeyedView, Kind, latest, text_day
from taizhang.projections.tables_registry import PlanTables, plan_tables, registry_tables


class PlansView(KeyedView):
    """Folds plans, programmes and targets into one row each."""

    def __init__(self, suffix: str = "") -> None:
        self.tables = tables = PlanTables(suffix)
        kinds = [
            Kind(tables.plans, {PlanFiled: lambda fact: [fact.plan], PlanApproved: lambda fact: [fact.plan]}, _plan),
            Kind(tables.programmes, {ProgrammeOpened: lambda fact: [fact.programme]}, _programme),
            Kind(tables.targets, {TargetSet: lambda f: [f"{f.programme} {f.phase} {f.region}"]}, _target),
        ]
        super().__init__("plans", 1, tables.metadata, kinds)


class Unplanned(NamedTuple):
    """A region without an approved plan: `plan` is the one that waits for approval, if any."""

    region: str
    name: str
    plan: str | None


def without_plan(connection: Connection, year: int, kind: str = "annual", level: str = "county") -> list[Unplanned]:
    """Which regions of the programme's scope have no approved plan of this kind for this year; of counties only those
    in a category, since nothing is planned in the others."""
    region_table, plan_table = registry_tables().regions, plan_tables().plans
    regions, plans = region_table.c, plan_table.c
    its = and_(plans.region == regions.region, plans.year == year, plans.kind == kind)
    query = (
        select(regions.region, regions.name, plans.plan, plans.approved_on)
        .join_from(region_table, plan_table, its, isouter=True)
        .where(regions.level == level)
        .order_by(regions.region, plans.plan)
    )
    if level == "county":
        query = query.where(regions.category != "none")
    rows = connection.execute(query).all()
    planned = {row.region for row in rows if row.approved_on is not None}
    waiting = {row.region: Unplanned(row.region, row.name, row.plan) for row in rows if row.region not in planned}
    return list(waiting.values())


def _plan(_key: str, facts: Facts) -> Columns:
    filed, approved = latest(facts, PlanFiled), latest(facts, PlanApproved)
    names = ("level", "kind", "year", "programme", "document", "person_times", "filed_by")
    found: dict[str, Any] = {name: getattr(filed, name, None) for name in names}
    either = filed or approved
    return found | {
        "region": either.region if either else None,
        "filed_on": text_day(filed),
        "approved_on": text_day(approved),
        "approved_by": approved.approved_by if approved else None,
    }


def _programme(_key: str, facts: Facts) -> Columns:
    fact = latest(facts, ProgrammeOpened)
    found = {name: getattr(fact, name, None) for name in ("zh", "en", "kind", "region")}
    return found | {
        "since": text_day(fact, "since"),
        "until": text_day(fact, "until"),
        "categories": ",".join(fact.categories) if fact else None,
        "counties": ",".join(fact.counties) if fact else None,
    }


def _target(_key: str, facts: Facts) -> Columns:
    fact = latest(facts, TargetSet)
    names = ("programme", "phase", "region", "unit", "as_printed", "doubt_zh", "doubt_en")
    return {name: getattr(fact, name, None) for name in names} | {
        "amount": fact.target if fact else None,
        "since": text_day(fact, "since"),
        "until": text_day(fact, "until"),
    }
