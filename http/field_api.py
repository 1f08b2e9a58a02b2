"""Postings, inspections and coverage for programs: the same rows as the command line's and the pages', on both time axes."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any, Final, get_type_hints

import msgspec

from taizhang.adapters.visibility import SEES_INSPECTIONS, SEES_POSTINGS
from taizhang.domain.decisions import within
from taizhang.http.api_endpoints import Code, Found, Moment, OfRegion, in_order, listing
from taizhang.http.ledger_api import Period, known_period
from taizhang.http.scope import require_within
from taizhang.http.visit import Visit
from taizhang.projections.coverage import Against, Coverage, coverage, targets
from taizhang.projections.inspections.book import FindingRow, InspectionRow, PlanRow, SampleRow, VisitRow, book
from taizhang.projections.inspections.known import known_facts
from taizhang.projections.measures import days_of_period
from taizhang.projections.postings.lists import coverage as villages_covered
from taizhang.projections.postings.lists import poor_villages
from taizhang.projections.postings.moment import Post, posts_at


def struct_of(rows: Any) -> Any:
    """A Struct with the fields of a NamedTuple, under its name: what a list of such rows is documented by."""
    hints = get_type_hints(rows)
    return msgspec.defstruct(rows.__name__, [(name, hints[name]) for name in rows._fields], kw_only=True, frozen=True)


class OfPeriod(OfRegion, frozen=True, kw_only=True):
    """What lies in a region, and in a period where one is named."""

    period: Period | None = None


class PostingsAsked(OfPeriod, frozen=True, kw_only=True):
    """Postings of a region, perhaps those of a group of officials, or of which a day lies in a period."""

    kind: Annotated[Code, msgspec.Meta(description="干部类别 · group of officials")] | None = None


class InspectionsAsked(OfPeriod, frozen=True, kw_only=True):
    """Inspections of a region, perhaps those of a kind or of an organisation that inspects, or opened in a period."""

    kind: Annotated[Code, msgspec.Meta(description="检查方式 · kind of inspection")] | None = None
    organisation: Annotated[Code, msgspec.Meta(description="检查单位 · the organisation that inspects")] | None = None


class VisitsAsked(OfPeriod, frozen=True, kw_only=True):
    """Visits in a region, perhaps those to a class, or held in a period."""

    training_class: Code | None = None


class TargetsAsked(OfRegion, frozen=True, kw_only=True):
    """Targets of a region and below, perhaps those of a programme."""

    programme: Code | None = None


class FindingsAsked(OfPeriod, frozen=True, kw_only=True):
    """Findings of a region, perhaps those of a period, those that are not closed, or those past their deadline."""

    open: Annotated[bool, msgspec.Meta(description="只列未销号 · only those not closed")] = False
    overdue: Annotated[bool, msgspec.Meta(description="只列逾期 · only those past their deadline")] = False
    institution: Code | None = None


class GapRow(msgspec.Struct, frozen=True, kw_only=True):
    """A registered-poor village, and the groups of officials of which nobody is posted there."""

    village: str
    missing: list[str]


def posting_list(visit: Visit, asked: PostingsAsked, at: Moment) -> Found:
    """Who is or was posted in a region, with duty, leave and grades, as known and effective at the cuts."""
    first, last = _days(asked)
    rows = [
        one._asdict() | {"duty": [[month, days] for month, days in one.duty]}
        for one in posts_at(at.connection, _region(visit, asked), at.cuts)
        if one.since <= last and one.last >= first and asked.kind in (None, one.kind)
    ]
    return Found(rows=in_order(rows, "posting", at))


def posting_gaps(visit: Visit, asked: OfRegion, at: Moment) -> Found:
    """The registered-poor villages of a region where a group of officials is missing."""
    region = _region(visit, asked)
    posts = posts_at(at.connection, region, at.cuts)
    _, gaps = villages_covered(posts, poor_villages(at.connection, region, at.on, at.cuts), at.on)
    rows = [{"village": one.village, "missing": list(one.missing)} for one in gaps]
    return Found(rows=in_order(rows, "village", at))


def inspection_list(visit: Visit, asked: InspectionsAsked, at: Moment) -> Found:
    """The inspections of a region and what came of each."""
    first, last = _days(asked)
    rows = [
        one._asdict()
        for one in _book(visit, asked, at).inspections
        if first <= one.opened_on <= last
        and asked.kind in (None, one.kind)
        and asked.organisation in (None, one.organisation)
    ]
    return Found(rows=in_order(rows, "inspection", at))


def inspection_findings(visit: Visit, asked: FindingsAsked, at: Moment) -> Found:
    """The findings of a region and how each stands on the day asked for."""
    first, last = _days(asked)
    found = [
        one
        for one in _book(visit, asked, at).findings
        if first <= one.found_on <= last
        and (not asked.open or one.state != "closed")
        and (not asked.overdue or one.overdue_days > 0)
        and asked.institution in (None, one.institution)
    ]
    return Found(rows=in_order([one._asdict() for one in found], "finding", at))


def inspection_visits(visit: Visit, asked: VisitsAsked, at: Moment) -> Found:
    """Visits on the spot with the heads counted."""
    first, last = _days(asked)
    rows = [
        one._asdict()
        for one in _book(visit, asked, at).visits
        if first <= one.held_on <= last and asked.training_class in (None, one.training_class)
    ]
    return Found(rows=in_order(rows, "visit", at))


def inspection_samples(visit: Visit, asked: OfRegion, at: Moment) -> Found:
    """Samples and how far each has come: committed, fixed, drawn."""
    return Found(rows=in_order([one._asdict() for one in _book(visit, asked, at).samples], "sample", at))


def inspection_plans(visit: Visit, asked: OfRegion, at: Moment) -> Found:
    """What the plans of a region promise, and what was done."""
    rows = [
        one._asdict() | {"id": f"{one.plan} {one.region} {one.kind} {one.by} {place:05d}"}
        for place, one in enumerate(_book(visit, asked, at).plans)
    ]
    return Found(rows=in_order(rows, "id", at))


def programme_coverage(visit: Visit, asked: OfRegion, at: Moment) -> Found:
    """Of those whom the programme is for, how many were reached in a region."""
    rows = [one._asdict() for one in coverage(at.connection, _region(visit, asked), at.cuts)]
    return Found(rows=in_order(rows, "name", at))


def programme_targets(visit: Visit, asked: TargetsAsked, at: Moment) -> Found:
    """Every target of the region asked for and below, beside the ledger's figure for it."""
    region = _region(visit, asked)
    rows = [
        one._asdict() | {"id": f"{one.programme} {one.phase} {one.region}"}
        for one in targets(at.connection, at.cuts)
        if within(one.region, region) and asked.programme in (None, one.programme)
    ]
    return Found(rows=in_order(rows, "id", at))


def _region(visit: Visit, asked: OfRegion) -> str:
    """Raises HTTPException (404) for a foreign region."""
    return require_within(asked.region or visit.scope, visit.scope)


def _book(visit: Visit, asked: OfRegion, at: Moment) -> Any:
    return book(known_facts(at.connection, at.cuts), at.on, _region(visit, asked))


def _days(asked: OfPeriod) -> tuple[date, date]:
    """The first and the last day asked for. Raises ApiProblem (404): no such period."""
    return days_of_period(*known_period(asked.period)) if asked.period else (date.min, date.max)


def _with_id(rows: Any) -> Any:
    """The same rows under an id of their own, where no field of theirs is one."""
    named = struct_of(rows)
    return msgspec.defstruct(f"{rows.__name__}Listed", [("id", str)], bases=(named,), kw_only=True, frozen=True)


OF_POSTINGS: Final[dict[str, Any]] = {"reads": "postings", "roles": SEES_POSTINGS}
OF_INSPECTIONS: Final[dict[str, Any]] = {"reads": "inspections", "roles": SEES_INSPECTIONS}
ENDPOINTS = (
    listing("/api/postings", posting_list, PostingsAsked, struct_of(Post), **OF_POSTINGS),
    listing("/api/postings/gaps", posting_gaps, OfRegion, GapRow, **OF_POSTINGS),
    listing("/api/inspections", inspection_list, InspectionsAsked, struct_of(InspectionRow), **OF_INSPECTIONS),
    listing("/api/inspections/findings", inspection_findings, FindingsAsked, struct_of(FindingRow), **OF_INSPECTIONS),
    listing("/api/inspections/visits", inspection_visits, VisitsAsked, struct_of(VisitRow), **OF_INSPECTIONS),
    listing("/api/inspections/samples", inspection_samples, OfRegion, struct_of(SampleRow), **OF_INSPECTIONS),
    listing("/api/inspections/plans", inspection_plans, OfRegion, _with_id(PlanRow), **OF_INSPECTIONS),
    listing("/api/coverage", programme_coverage, OfRegion, struct_of(Coverage), reads=("ledger", "dated")),
    listing("/api/targets", programme_targets, TargetsAsked, _with_id(Against), reads=("ledger", "plans")),
)
