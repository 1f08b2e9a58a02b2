"""Who sees inspections, of which region, and the book of what they have become at the bar's moment."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final, NamedTuple, TypeVar

from starlette.exceptions import HTTPException

from taizhang.adapters import visibility
from taizhang.adapters.founding import HOUSE
from taizhang.domain.decisions import INSTITUTION
from taizhang.http.funds_scope import cuts, looked_on, require_role
from taizhang.http.scope import require_within
from taizhang.http.visit import Visit
from taizhang.projections.inspections.book import Book, FindingRow, InspectionRow, book
from taizhang.projections.inspections.known import Known, known_facts
from taizhang.projections.organisation_names import organisation_names

SEES_INSPECTIONS: Final = visibility.SEES_INSPECTIONS
SEES_FINDINGS: Final = SEES_INSPECTIONS | {INSTITUTION}  # an institution: those about itself

T = TypeVar("T")


class Seen(NamedTuple):
    """The facts as known at the bar, and what they come to in the officer's region, or in one below it."""

    known: list[Known]
    book: Book
    region: str


def seen(visit: Visit) -> Seen:
    """Raises NoAnswer (403) for a role that has no business here, HTTPException (404) for a foreign region."""
    require_role(visit, SEES_FINDINGS)
    region = require_within(visit.request.query_params.get("region") or visit.scope, visit.scope)
    visit.reception.set_up()
    with visit.house.log.database.read() as connection:
        known = known_facts(connection, cuts(visit))
    found = book(known, looked_on(visit), region)
    if visit.actor.role == INSTITUTION:
        mine = tuple(one for one in found.findings if one.institution == visit.actor.organisation)
        found = Book((), (), (), mine, ())
    return Seen(known, found, region)


def organisations(visit: Visit, ids: Iterable[str]) -> dict[str, str]:
    """What these organisations are called; who is not registered stands under the id."""
    wanted = [one for one in ids if one]
    own = {HOUSE: visit.t("word.house")} if HOUSE in wanted else {}
    with visit.house.log.database.read() as connection:
        return {one: one for one in wanted} | own | organisation_names(connection, wanted)


def asked_finding(visit: Visit, found: Book) -> FindingRow:
    """The finding of the address. Raises HTTPException (404) when the officer sees none of this id."""
    id = visit.request.path_params["finding"]
    return one_of(one for one in found.findings if one.finding == id)


def asked_inspection(visit: Visit, found: Book) -> InspectionRow:
    """The inspection of the address. Raises HTTPException (404)."""
    require_role(visit, SEES_INSPECTIONS)
    id = visit.request.path_params["inspection"]
    return one_of(one for one in found.inspections if one.inspection == id)


def fact_of(known: list[Known], kind: str, **fields: str) -> Known:
    """The fact of this kind with these fields. Raises HTTPException (404)."""
    return one_of(
        one
        for one in known
        if one.kind == kind and all(getattr(one.fact, name) == value for name, value in fields.items())
    )


def one_of(found: Iterable[T]) -> T:
    """The first of these. Raises HTTPException (404) when there is none."""
    for one in found:
        return one
    raise HTTPException(404)
