"""What a role sees of the ledger: dashboards sums in fives without small cells, an institution its own classes, others all."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from typing import Final

from sqlalchemy import select
from starlette.exceptions import HTTPException

from taizhang.adapters.visibility import DASHBOARD, Eyes
from taizhang.domain.decisions import INSTITUTION, within
from taizhang.http.errors import NoAnswer
from taizhang.http.ledger_reading import Coverage, Ledger, Scope, asked_ledger, covered, level_of
from taizhang.http.visit import Visit
from taizhang.projections.measures import PERSONS
from taizhang.projections.places import Row
from taizhang.projections.small_cells import SMALLEST_TOLD, in_fives, in_steps, told
from taizhang.projections.tables_ledger import ledger_tables

DISTINCT: Final = (PERSONS.name, PERSONS.poor)  # do not add up over classes


def seen(visit: Visit, scope: Scope, found: Ledger) -> Ledger:
    """The answer as far as the officer's role sees it.

    Raises NoAnswer (403) when a dashboard asks for a class, a household or a person.
    """
    if visit.actor.role == DASHBOARD:
        return _aggregates(visit, scope, found)
    if visit.actor.role == INSTITUTION and scope.training_class is None:
        return _own(visit, found)
    return found


def require_class(visit: Visit, ident: str) -> str:
    """The county of a class that the officer may see.

    Raises HTTPException (404) for a foreign, another institution's or unknown one alike.
    """
    if not Eyes(visit.house.log, visit.actor).sees_class(ident):
        raise HTTPException(404)
    return ident[1:7]


def own_classes(visit: Visit) -> frozenset[str] | None:
    """The classes of the officer's institution; None for officers who are of none."""
    if visit.actor.role != INSTITUTION:
        return None
    classes = ledger_tables().classes
    query = select(classes.c.training_class).where(classes.c.institution == visit.actor.organisation)
    with visit.house.log.database.read() as connection:
        return frozenset(connection.execute(query).scalars())


def classes_seen(visit: Visit, page: Iterable[str] = ()) -> frozenset[str]:
    """Of which classes of a county the ledger must tell: those of a page; of an institution all its own, which it adds up."""
    mine = own_classes(visit)
    return frozenset(page) if mine is None else mine


def covered_seen(visit: Visit, region: str) -> list[Coverage]:
    """Coverage, of small groups nothing for a dashboard, and nothing of others' people for an institution."""
    if visit.actor.role == INSTITUTION:
        return []
    found = covered(visit, region)
    if visit.actor.role != DASHBOARD:
        return list(found)
    large = [one for one in found if not (0 < one.reached < SMALLEST_TOLD or 0 < one.of - one.reached < SMALLEST_TOLD)]
    return [
        one._replace(reached=in_steps(one.name, one.reached), of=in_steps(one.name, one.of))
        if one.unit == PERSONS.unit
        else one
        for one in large
    ]


def _aggregates(visit: Visit, scope: Scope, found: Ledger) -> Ledger:
    if any((scope.training_class, scope.household, scope.person)):
        raise NoAnswer(403, "errors.403.body")
    rows = [] if level_of(scope.region) == "county" else found.rows  # no single class
    whole, figures = told(found.figures, [row.figures for row in rows])
    above = _above(visit, scope)
    if above is not None:
        whole = {name: None if above.get(name) is None else value for name, value in whole.items()}
    shown = [row._replace(figures=in_fives(one)) for row, one in zip(rows, figures, strict=True)]  # type: ignore[arg-type]
    return found._replace(figures=in_fives(whole), rows=shown, report=as_seen(visit, found.report), next="")  # type: ignore[arg-type]


def _above(visit: Visit, scope: Scope) -> dict[str, int | None] | None:
    """What the region above tells of this one: nothing that stands there as a gap is told here. None at the top."""
    region = scope.region
    parent = f"{region[:2]}0000" if region.endswith("00") else f"{region[:4]}00"
    if parent == region or not within(parent, visit.scope):
        return None
    there = scope._replace(region=parent)
    _, answer = asked_ledger(visit, there)
    _, figures = told(answer.figures, [row.figures for row in answer.rows])
    return next((dict(one) for row, one in zip(answer.rows, figures, strict=True) if row.code == region), None)


def _own(visit: Visit, found: Ledger) -> Ledger:
    """An institution's own classes and what they add up to; of persons and households its places in these only."""
    mine = own_classes(visit) or frozenset()
    rows = [row for row in found.rows if _class_of(row) in mine]
    figures: dict[str, int | None] = {
        name: None if name in DISTINCT else sum(row.figures.get(name) or 0 for row in rows) for name in found.figures
    }
    return found._replace(figures=figures, rows=rows, report=as_seen(visit, found.report))  # type: ignore[arg-type]


def as_seen(visit: Visit, report: str) -> str:
    """The id of an answer that was cut down to what a role sees: no answer that says otherwise bears the same."""
    return hashlib.sha256(f"{report}|{visit.actor.role}|{visit.actor.organisation}".encode()).hexdigest()


def _class_of(row: Row) -> str:
    return row.code if row.level == "class" else str(row.facts.get("training_class", ""))
