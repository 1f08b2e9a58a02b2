"""Postings, inspections and coverage for programs: the same rows as the command line's and the pages', on both time axes."""

from __future__ import annotations

from typing import Annotated, Any, Final, get_type_hints

import msgspec

from taizhang.domain.decisions import within
from taizhang.http.api_endpoints import Code, Found, Moment, OfRegion, in_order, listing
from taizhang.http.scope import require_within
from taizhang.http.visit import Visit
from taizhang.projections.coverage import Against, Coverage, coverage, targets
from taizhang.projections.inspections.book import FindingRow, InspectionRow, PlanRow, SampleRow, VisitRow, book
from taizhang.projections.inspections.known import known_facts
from taizhang.projections.postings.lists import coverage as villages_covered
from taizhang.projections.postings.lists import poor_villages
from taizhang.projections.postings.moment import Post, posts_at

SEES_POSTINGS: Final = frozenset({"organisation", "clerk", "inspector", "discipline"})
SEES_INSPECTIONS: Final = frozenset({"inspector", "clerk", "finance", "organisation", "discipline"})


def struct_of(rows: Any) -> Any:
    """A Struct with the fields of a NamedTuple, under its name: what a list of such rows is documented by."""
    hints = get_type_hints(rows)
    return msgspec.defstruct(rows.__name__, [(name, hints[name]) for name in rows._fields], kw_only=True, frozen=True)


class FindingsAsked(OfRegion, frozen=True, kw_only=True):
    """Findings of a region, perhaps only those that are not closed, or past their deadline."""

    open: Annotated[bool, msgspec.Meta(description="只列未销号 · only those not closed")] = False
    overdue: Annotated[bool, msgspec.Meta(description="只列逾期 · only those past their deadline")] = False
    institution: Code | None = None


class GapRow(msgspec.Struct, frozen=True, kw_only=True):
    """A registered-poor village, and the groups of officials of which nobody is posted there."""

    village: str
    missing: list[str]


def posting_list(visit: Visit, asked: OfRegion, at: Moment) -> Found:
    """Who is or was posted in a region, with duty, leave and grades, as known and effective at the cuts."""
    posts = posts_at(at.connection, _region(visit, asked), at.cuts)
    rows = [one._asdict() | {"duty": [[month, days] for month, days in one.duty]} for one in posts]
    return Found(rows=in_order(rows, "posting", at))


def posting_gaps(visit: Visit, asked: OfRegion, at: Moment) -> Found:
    """The registered-poor villages of a region where a group of officials is missing."""
    region = _region(visit, asked)
    posts = posts_at(at.connection, region, at.cuts)
    _, gaps = villages_covered(posts, poor_villages(at.connection, region, at.on, at.cuts), at.on)
    rows = [{"village": one.village, "missing": list(one.missing)} for one in gaps]
    return Found(rows=in_order(rows, "village", at))


def inspection_list(visit: Visit, asked: OfRegion, at: Moment) -> Found:
    """The inspections of a region and what came of each."""
    return _part(visit, asked, at, "inspections", "inspection")


def inspection_findings(visit: Visit, asked: FindingsAsked, at: Moment) -> Found:
    """The findings of a region and how each stands on the day asked for."""
    found = [
        one
        for one in _book(visit, asked, at).findings
        if (not asked.open or one.state != "closed")
        and (not asked.overdue or one.overdue_days > 0)
        and asked.institution in (None, one.institution)
    ]
    return Found(rows=in_order([one._asdict() for one in found], "finding", at))


def inspection_visits(visit: Visit, asked: OfRegion, at: Moment) -> Found:
    """Visits on the spot with the heads counted."""
    return _part(visit, asked, at, "visits", "visit")


def inspection_samples(visit: Visit, asked: OfRegion, at: Moment) -> Found:
    """Samples and how far each has come: committed, fixed, drawn."""
    return _part(visit, asked, at, "samples", "sample")


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


def programme_targets(visit: Visit, asked: OfRegion, at: Moment) -> Found:
    """Every target of the region asked for and below, beside the ledger's figure for it."""
    region = _region(visit, asked)
    rows = [
        one._asdict() | {"id": f"{one.programme} {one.phase} {one.region}"}
        for one in targets(at.connection, at.cuts)
        if within(one.region, region)
    ]
    return Found(rows=in_order(rows, "id", at))


def _region(visit: Visit, asked: OfRegion) -> str:
    """Raises HTTPException (404) for a foreign region."""
    return require_within(asked.region or visit.scope, visit.scope)


def _book(visit: Visit, asked: OfRegion, at: Moment) -> Any:
    return book(known_facts(at.connection, at.cuts), at.on, _region(visit, asked))


def _part(visit: Visit, asked: OfRegion, at: Moment, part: str, key: str) -> Found:
    rows = [one._asdict() for one in getattr(_book(visit, asked, at), part)]
    return Found(rows=in_order(rows, key, at))


def _with_id(rows: Any) -> Any:
    """The same rows under an id of their own, where no field of theirs is one."""
    named = struct_of(rows)
    return msgspec.defstruct(f"{rows.__name__}Listed", [("id", str)], bases=(named,), kw_only=True, frozen=True)


OF_POSTINGS: Final[dict[str, Any]] = {"reads": "postings", "roles": SEES_POSTINGS}
OF_INSPECTIONS: Final[dict[str, Any]] = {"reads": "inspections", "roles": SEES_INSPECTIONS}
ENDPOINTS = (
    listing("/api/postings", posting_list, OfRegion, struct_of(Post), **OF_POSTINGS),
    listing("/api/postings/gaps", posting_gaps, OfRegion, GapRow, **OF_POSTINGS),
    listing("/api/inspections", inspection_list, OfRegion, struct_of(InspectionRow), **OF_INSPECTIONS),
    listing("/api/inspections/findings", inspection_findings, FindingsAsked, struct_of(FindingRow), **OF_INSPECTIONS),
    listing("/api/inspections/visits", inspection_visits, OfRegion, struct_of(VisitRow), **OF_INSPECTIONS),
    listing("/api/inspections/samples", inspection_samples, OfRegion, struct_of(SampleRow), **OF_INSPECTIONS),
    listing("/api/inspections/plans", inspection_plans, OfRegion, _with_id(PlanRow), **OF_INSPECTIONS),
    listing("/api/coverage", programme_coverage, OfRegion, struct_of(Coverage), reads=("ledger", "dated")),
    listing("/api/targets", programme_targets, OfRegion, _with_id(Against), reads=("ledger", "plans")),
)
