"""The ledger for programs: the figures of a region, class, household or person, and a row for each thing right below."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Annotated, Any, Final

import msgspec
from sqlalchemy import Connection

from taizhang.adapters.exports.streams import Column
from taizhang.domain.classes import ProgrammeKind
from taizhang.domain.decisions import within
from taizhang.domain.officers import BUSINESS
from taizhang.http.api_endpoints import Code, Found, Listing, Moment, OfRegion, listing
from taizhang.http.api_problems import ApiProblem
from taizhang.http.class_pages import require_household
from taizhang.http.fact_reading import facts_of
from taizhang.http.ledger_pages import asked_of
from taizhang.http.ledger_reading import KNOWN, Scope
from taizhang.http.seen import require_class, seen
from taizhang.http.visit import Visit
from taizhang.projections.ledger_query import Ledger, Row, ledger, report_id
from taizhang.projections.scope import period_of

FILE_PAGE: Final = 1_000  # rows read at once when the whole list is wanted
KEPT_ROWS: Final = 101  # of a region's answer: a longer page is reckoned anew for everybody who asks

Period = Annotated[
    str,
    msgspec.Meta(
        max_length=30,
        examples=["2016", "2016-2017", "2016-05-01..2017-04-30"],
        description="年度、阶段或起止日期 · a year (2016), a phase (2016-2017) or days (2016-05-01..2017-04-30)",
    ),
]


class LedgerAsked(OfRegion, frozen=True, kw_only=True):
    """What is asked of the ledger; at most one of class, household and person counts, the first named.

    Programme and institution leave only the classes of which the filing as it stands now says so.
    """

    period: Period | None = None
    kind: ProgrammeKind | None = None
    programme: Annotated[Code, msgspec.Meta(description="项目编号 · id of a programme")] | None = None
    institution: Annotated[Code, msgspec.Meta(description="培训机构 · id of an institution")] | None = None
    training_class: Code | None = msgspec.field(name="class", default=None)
    household: Code | None = None
    person: Code | None = None


class LedgerRow(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A region, a class, or a person's place in one; what stands below `figures` is of a person's place."""

    level: str
    code: str
    figures: Annotated[dict[str, int | None], msgspec.Meta(description="各指标,见 /dictionary · by measure")]
    training_class: str = ""
    person: str = ""
    ids: tuple[str, ...] = ()
    household: str | None = None
    poor: bool | None = None
    claimed_poor: bool | None = None
    contradiction: bool = False
    enrolled_on: date | None = None
    withdrawn_on: date | None = None
    late_days: int = 0
    late_addition: bool = False
    corrected: bool = False
    position: int | None = None


class LedgerAnswer(Listing[LedgerRow], kw_only=True):
    """The figures of what was asked for, and the rows below it."""

    figures: dict[str, int | None]


def ledger_figures(visit: Visit, asked: LedgerAsked, at: Moment) -> Found:
    """The figures of a region, class, household or person, and a row for each thing right below it."""
    scope = scope_of(visit, asked)
    first = _page(visit, scope, at, "" if _is_whole(scope) else (at.after(str) or ("",))[0])
    rows = _rows(visit, scope, at, first)
    if at.limit is None:
        rows = ((key, _flat(row)) for key, row in rows)
    return Found({"figures": first.figures}, rows, first.report, _columns())


def scope_of(visit: Visit, asked: LedgerAsked) -> Scope:
    """The scope that a question names.

    Raises HTTPException (404) for what the officer may not see, ApiProblem (404) for no period.
    """
    if asked.period:
        known_period(asked.period)
    scope = asked_of(visit)._replace(programme=asked.programme or "", institution=asked.institution or "")
    if asked.training_class:
        require_class(visit, asked.training_class)
        return scope._replace(training_class=asked.training_class)
    if asked.household:
        require_household(visit, asked.household)
        return scope._replace(household=asked.household)
    if asked.person:
        facts_of(visit.house.log, f"person:{asked.person}", visit.actor)
        return scope._replace(person=asked.person)
    return scope


def known_period(period: str) -> tuple[str, str]:
    """A period's kind and code.

    Raises ApiProblem (404).
    """
    found = period_of(period)
    if found is None:
        raise ApiProblem("no-such-period")
    return found


def _is_whole(scope: Scope) -> bool:
    """Whether the rows come all at once, in memory: places of a person or household in several classes."""
    return scope.person is not None or scope.household is not None


def _page(visit: Visit, scope: Scope, at: Moment, after: str) -> Ledger:
    limit = None if _is_whole(scope) else FILE_PAGE if at.limit is None else at.limit + 1

    def reckon(connection: Connection) -> Ledger:
        return ledger(connection, visit.house.log, scope, at.cuts, at=at, after=after, limit=limit)

    if limit is None or limit > KEPT_ROWS or scope.training_class is not None:
        found = reckon(at.connection)
    else:
        question = ("ledger-page", scope, at.cuts, after, limit)
        found = visit.reckoned(question, reckon, region=scope.region, exactly=True)[1]
    report = report_id(scope, at.cuts, at, visit.language, visit.scope)
    return seen(visit, scope, found._replace(report=report))


def _rows(visit: Visit, scope: Scope, at: Moment, found: Ledger) -> Iterator[tuple[tuple[Any, ...], Any]]:
    if _is_whole(scope):
        behind = at.after(str, str)
        for row in found.rows:  # a person's places in classes of other regions stay with those
            key = (str(row.facts["training_class"]), row.code)
            if (behind is None or key > behind) and within(key[0][1:7], visit.scope):
                yield key, _told(row)
        return
    behind = at.after(str)
    while True:
        for row in found.rows:
            if behind is None or row.code > behind[0]:
                yield (row.code,), _told(row)
        if not found.next:
            return
        found = _page(visit, scope, at, found.next)


def _told(row: Row) -> dict[str, Any]:
    return {"level": row.level, "code": row.code, "figures": row.figures, **row.facts}


def _flat(row: dict[str, Any]) -> dict[str, Any]:
    return {**row, **row["figures"]}


def _columns() -> list[Column]:
    facts = [Column(name, "str") for name in ("level", "code", "training_class", "person", "household")]
    days = [Column(name, "date") for name in ("enrolled_on", "withdrawn_on")]
    return [*facts, Column("poor", "bool"), *days, *(Column(name, "int") for name in sorted(KNOWN))]


ENDPOINTS = (
    listing("/api/ledger", ledger_figures, LedgerAsked, LedgerRow, told=LedgerAnswer, reads="ledger", roles=BUSINESS),
)
