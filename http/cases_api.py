"""Cases for programs: each as it stands with its leads, one lead with what became of it, how often each rule was right.

The steps of a case are facts like all others: /api/facts?of=case:…
"""

from __future__ import annotations

from typing import Annotated, Any, Final, Literal

import msgspec
from starlette.exceptions import HTTPException

from taizhang.domain.decisions import within
from taizhang.domain.leads.ids import PATTERN
from taizhang.domain.leads.rules import SEEING
from taizhang.http.api_endpoints import (
    Answer,
    Code,
    Dated,
    Found,
    Moment,
    OfRegion,
    in_order,
    listing,
    single,
)
from taizhang.http.field_api import struct_of
from taizhang.http.lead_reading import Asked, lead_asked, leads_of_case
from taizhang.http.past import leads_asked
from taizhang.http.rules_api import LeadRow
from taizhang.http.visit import Visit
from taizhang.projections.cases.cases import CaseRow, LeadState, case_of, cases
from taizhang.projections.cases.rates import rates
from taizhang.projections.rules.leads import lead_row

CaseStruct: Final[Any] = struct_of(CaseRow)
StateStruct: Final[Any] = struct_of(LeadState)
JUDGED: Final = ("leads", "cases", "funds")


class CasesAsked(OfRegion, frozen=True, kw_only=True):
    """What narrows the cases down; the officer's own region when none is named."""

    status: Literal["open", "replying", "decided", "closed"] | None = None
    of: Annotated[Code, msgspec.Meta(description="对象,例如 person:编号 · a subject, such as person:ID")] | None = None


class CaseAsked(Dated, frozen=True, kw_only=True):
    """One case by its id."""

    case: Code


class CaseAnswer(Answer, kw_only=True):
    """One case and its leads."""

    case: CaseStruct
    leads: list[LeadRow]


class LeadAsked(Dated, frozen=True, kw_only=True):
    """One lead by its id."""

    lead: Annotated[str, msgspec.Meta(pattern=PATTERN)]


class LeadAnswer(Answer, kw_only=True):
    """One lead, and what somebody has done with it; null while nobody has."""

    lead: LeadRow
    state: StateStruct | None


class RateRow(msgspec.Struct, frozen=True, kw_only=True):
    """What became of the leads of one version of a rule; `hit_tenths`: confirmed, in tenths of a percent of those concluded."""

    id: str
    rule: str
    version: int
    worked_on: int
    confirmed: int
    refuted: int
    hit_tenths: int | None


def case_list(visit: Visit, asked: CasesAsked, at: Moment) -> Found:
    """The cases of a region as they stand, or stood at the cuts."""
    region = visit.region(asked.region or visit.scope)
    found = cases(at.connection, region, asked.status or "", at.cuts)
    rows = [one._asdict() for one in found if asked.of is None or asked.of in one.subjects]
    return Found(rows=in_order(rows, "case_id", at))


def one_case(visit: Visit, asked: CaseAsked, at: Moment) -> Found:
    """One case with its leads; its steps are /api/facts?of=case:… Of a past moment its leads are told by the work on them."""
    row = case_of(at.connection, asked.case, at.cuts)
    if row is None or not within(row.region, visit.scope):
        raise HTTPException(404)
    return Found({"case": row._asdict(), "leads": [_lead(one) for one in leads_of_case(visit, row.leads)]})


def one_lead(visit: Visit, asked: LeadAsked, at: Moment) -> Found:
    """One lead with what became of it, or had become of it by a moment.

    Raises ApiProblem (409) while the moment is being folded.
    """
    with leads_asked(visit, at):  # it is there, or said not to be
        found = lead_asked(visit, asked.lead)
    return Found({"lead": _lead(found), "state": None if found.state is None else found.state._asdict()})


def rule_rates(_: Visit, __: Dated, at: Moment) -> Found:
    """How often each version of each rule was right, over the whole house."""
    rows = [
        one._asdict() | {"id": f"{one.rule}@{one.version:04d}", "hit_tenths": one.hit_tenths}
        for one in rates(at.connection, at.cuts).values()
    ]
    return Found(rows=in_order(rows, "id", at))


def _lead(asked: Asked) -> dict[str, Any]:
    return lead_row(asked.lead, asked.status)


ENDPOINTS = (
    listing("/api/cases", case_list, CasesAsked, CaseStruct, reads="cases", roles=SEEING),
    single("/api/cases/{case}", one_case, CaseAsked, CaseAnswer, reads=JUDGED, roles=SEEING),
    single("/api/leads/{lead}", one_lead, LeadAsked, LeadAnswer, reads=JUDGED, roles=SEEING),
    listing("/api/rules/rates", rule_rates, Dated, RateRow, reads="cases", roles=SEEING),
)
