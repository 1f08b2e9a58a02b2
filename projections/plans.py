"""Plans, programmes and targets as known; and which county has no plan."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, NamedTuple

from sqlalchemy import Connection, select

from taizhang.domain.core import Fact
from taizhang.domain.plans import PlanApproved, PlanFiled
from taizhang.domain.policy import ProgrammeOpened, TargetSet
from taizhang.projections.keyed import Columns, Facts, KeyedView, Kind, latest, text_day
from taizhang.projections.tables_registry import PlanTables, plan_tables, registry_tables


class PlansView(KeyedView):
    """Folds plans, programmes and targets into one row each."""

    def __init__(self, suffix: str = "") -> None:
        self.tables = tables = PlanTables(suffix) if suffix else plan_tables()
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


class Planned(NamedTuple):
    """A plan of a region, and whether it is approved."""

    plan: str
    region: str
    approved: bool


def without_plan(
    connection: Connection,
    year: int,
    kind: str = "annual",
    level: str = "county",
    plans: Iterable[Planned] | None = None,
) -> list[Unplanned]:
    """Which regions of the programme's scope have no approved plan of this kind for this year; of counties only those
    in a category, since nothing is planned in the others. `plans`: those of an earlier moment (`planned_in`)."""
    regions = registry_tables().regions.c
    query = select(regions.region, regions.name).where(regions.level == level).order_by(regions.region)
    if level == "county":
        query = query.where(regions.category != "none")
    filed: dict[str, str] = {}
    approved: set[str] = set()
    for one in sorted(_planned_now(connection, year, kind) if plans is None else plans):
        filed[one.region] = one.plan
        if one.approved:
            approved.add(one.region)
    rows = connection.execute(query).all()
    return [Unplanned(row.region, row.name, filed.get(row.region)) for row in rows if row.region not in approved]


def planned_in(facts: Iterable[Fact], year: int, kind: str = "annual") -> list[Planned]:
    """The plans of a kind and year that these facts in force tell of."""
    by_plan: dict[str, Facts] = {}
    for place, fact in enumerate(facts):
        if isinstance(fact, PlanFiled | PlanApproved):
            by_plan.setdefault(fact.plan, {})[place] = fact
    rows = {plan: _plan(plan, about) for plan, about in by_plan.items()}
    return [
        Planned(plan, row["region"], row["approved_on"] is not None)
        for plan, row in rows.items()
        if (row["year"], row["kind"]) == (year, kind)
    ]


def _planned_now(connection: Connection, year: int, kind: str) -> list[Planned]:
    c = plan_tables().plans.c
    rows = connection.execute(select(c.plan, c.region, c.approved_on).where(c.year == year, c.kind == kind))
    return [Planned(row.plan, row.region, row.approved_on is not None) for row in rows]


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
