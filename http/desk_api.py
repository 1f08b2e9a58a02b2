"""What clerks work through, for programs: imports, possible duplicates, counties without a plan, and the search."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, Any

import msgspec

from taizhang.adapters.importing.jobs import State
from taizhang.domain.core import Actor
from taizhang.http.api_endpoints import Found, Moment, OfRegion, Question, in_order, listing
from taizhang.http.duplicate_pages import queued_page
from taizhang.http.import_pages import MAY_IMPORT, jobs_seen
from taizhang.http.overview_reading import unplanned
from taizhang.http.search_pages import found_by
from taizhang.http.visit import Visit

FIRST_YEAR, LAST_YEAR = 1990, 2200


class SearchAsked(Question, frozen=True, kw_only=True):
    """A number, an id, a name or a document number; never a person's name or identity number."""

    q: Annotated[
        str, msgspec.Meta(min_length=1, max_length=120, description="编号、名称或文号 · number, name, document")
    ]


class HitRow(msgspec.Struct, frozen=True, kw_only=True):
    """Something found, and the page on which it stands."""

    href: str
    kind: str
    name: str
    number: str


class ImportRow(msgspec.Struct, frozen=True, kw_only=True):
    """A file that was handed in: how far it is (rows done of all), and what became of its rows."""

    job: str
    file: str
    filename: str
    officer: str
    organisation: str
    region: str
    started_at: int
    finished_at: int | None
    state: State
    done: int
    total: int
    counts: dict[str, int]


class DuplicateRow(msgspec.Struct, frozen=True, kw_only=True):
    """Persons who may be one: why, and what was decided; empty while nothing is."""

    duplicate: str
    position: int
    persons: list[str]
    kind: str
    matching: list[str]
    decision: str


class UnplannedAsked(OfRegion, frozen=True, kw_only=True):
    """Of which year."""

    year: Annotated[int, msgspec.Meta(ge=FIRST_YEAR, le=LAST_YEAR)]


class UnplannedRow(msgspec.Struct, frozen=True, kw_only=True):
    """A county of the programme without an approved annual plan; `plan` waits for approval, if any."""

    region: str
    name: str
    plan: str | None


def search_hits(visit: Visit, asked: SearchAsked, at: Moment) -> Found:
    """What a number, an id, a name or a document number leads to, within the officer's scope; at most 20 of each kind."""
    rows = {hit.href: hit for hit in found_by(visit, asked.q.strip())}
    return Found(rows=in_order([hit._asdict() for hit in rows.values()], "href", at))


def import_list(visit: Visit, _: Question, at: Moment) -> Found:
    """The files that were handed in, the newest first."""
    return Found(rows=_imports(visit, at))


def duplicate_list(visit: Visit, asked: OfRegion, at: Moment) -> Found:
    """Persons who may be one, one of them at least of the region, with what was decided, in the order of their finding."""
    region = visit.region(asked.region or visit.scope)
    return Found(rows=_duplicates(visit, msgspec.structs.replace(visit.actor, region=region), at))


def plan_gaps(visit: Visit, asked: UnplannedAsked, at: Moment) -> Found:
    """The counties of a region that had no approved plan for a year, as known and effective at the cuts."""
    region = visit.region(asked.region or visit.scope)
    found = [one._asdict() for one in unplanned(visit.house, at.connection, region, asked.year, visit.bar)]
    return Found(rows=in_order(found, "region", at))


def _imports(visit: Visit, at: Moment) -> Iterator[tuple[tuple[Any, ...], Any]]:
    behind = at.after(int, str)
    for job, state in jobs_seen(visit, None if behind is None else (behind[0], behind[1])):
        by, answer = job.asked.by, job.answer or {}
        row = ImportRow(
            job=job.id,
            file=job.asked.file,
            filename=job.asked.filename,
            officer=by.officer,
            organisation=by.organisation,
            region=by.region,
            started_at=job.started_at,
            finished_at=job.finished_at,
            state=state,
            done=job.done,
            total=job.total,
            counts=dict(answer.get("counts", {})),
        )
        yield (job.started_at, job.id), row


def _duplicates(visit: Visit, seen_by: Actor, at: Moment) -> Iterator[tuple[tuple[Any, ...], Any]]:
    behind = at.after(int)
    following: int | None = behind[0] if behind is not None else 0
    while following is not None:
        page, following = queued_page(visit, seen_by, following)
        for one in page:
            row = DuplicateRow(
                duplicate=one.queued.duplicate,
                position=one.found.position,
                persons=list(one.queued.persons),
                kind=one.queued.kind,
                matching=list(one.queued.matching),
                decision=one.decision,
            )
            yield (one.found.position,), row


ENDPOINTS = (
    listing("/api/search", search_hits, SearchAsked, HitRow, reads=("ledger", "registry", "funds", "plans")),
    listing("/api/imports", import_list, Question, ImportRow, roles=MAY_IMPORT, beside_log=True),
    listing("/api/duplicates", duplicate_list, OfRegion, DuplicateRow),
    listing("/api/plans/gaps", plan_gaps, UnplannedAsked, UnplannedRow, reads=("plans", "registry")),
)
