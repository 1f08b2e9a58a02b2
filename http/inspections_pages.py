"""Inspections of a region: plan against done, what was found and how it stands, what is overdue, who was reminded."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final, NamedTuple, get_args

from starlette.responses import Response

from taizhang.domain.decisions import INSTITUTION
from taizhang.domain.inspections.opening import Content, Method
from taizhang.http.charts import Series, bars
from taizhang.http.doing import doable
from taizhang.http.errors import NoAnswer
from taizhang.http.inspections_scope import Seen, asked_inspection, fact_of, organisations, seen
from taizhang.http.people import masked
from taizhang.http.places import name_of, names_of
from taizhang.http.rendering import link
from taizhang.http.visit import Visit, door
from taizhang.projections.inspections.book import FindingRow, VisitRow
from taizhang.projections.inspections.heads import marked_present
from taizhang.projections.inspections.known import Known
from taizhang.projections.inspections.life import overdue_by_region
from taizhang.projections.replay import Cuts
from taizhang.projections.scope import level_of

STATES: Final = ("all", "open", "under-way", "overdue", "closed")
FORMS: Final = ("plan-inspections", "open-inspection", "issue-circular", "give-commendation")
DIGITS: Final = {"province": 4, "prefecture": 6, "county": 6}  # of the regions below, by the level asked for


class Headed(NamedTuple):
    """A visit with the heads counted, beside the attendance of that minute as first recorded and as known at the bar."""

    row: VisitRow
    told: Known
    then: int | None
    now: int | None

    @property
    def short(self) -> bool:
        return self.row.heads is not None and self.then is not None and self.row.heads < self.then


def inspections(visit: Visit) -> Response:
    """The plan of a region against what was done, its inspections and samples, and findings by region below."""
    found = seen(visit)
    if visit.actor.role == INSTITUTION:
        return findings(visit)
    rows = found.book.findings
    below = overdue_by_region(rows, DIGITS[level_of(found.region[:6])])
    names = [*(one.region for one in below), *(one.region for one in found.book.plans)]
    names_of(visit, [*names, *(one.region for one in found.book.inspections)])
    return visit.page(
        "inspections.html",
        region=found.region,
        region_name=name_of(visit, found.region),
        book=found.book,
        planned=len(found.book.plans),
        kept_plans=sum(one.state == "done" for one in found.book.plans),
        unclosed=sum(one.state != "closed" for one in rows),
        overdue=sum(one.overdue_days > 0 for one in rows),
        unopened=[one for one in found.book.samples if one.state != "drawn"],
        below=below,
        chart=_chart(visit, rows, {**visit.bar.query, "region": found.region}) if rows else None,
        organisations=organisations(visit, (one.organisation for one in found.book.inspections)),
        kept={**visit.bar.query, "region": found.region},
        forms=doable(visit, [(f"inspections.{name}", {}) for name in FORMS]),
    )


def findings(visit: Visit) -> Response:
    """The findings of a region: all, those not closed, those overdue with reminders, or those closed.

    Raises NoAnswer (400) for a state or content that there is not.
    """
    found = seen(visit)
    given = visit.request.query_params
    state, content = given.get("state") or "all", given.get("content", "")
    if state not in STATES or (content and content not in get_args(Content)):
        raise NoAnswer(400, "errors.400.body")
    rows = [one for one in found.book.findings if _wanted(one, state) and content in ("", one.content)]
    names_of(visit, [one.region for one in rows])
    return visit.page(
        "findings.html",
        region=found.region,
        region_name=name_of(visit, found.region),
        rows=sorted(rows, key=lambda one: (-one.overdue_days, one.found_on, one.finding)),
        states=STATES,
        state=state,
        contents=get_args(Content),
        content=content,
        below=overdue_by_region(found.book.findings, DIGITS[level_of(found.region[:6])]),
        kept={**visit.bar.query, "region": found.region},
        organisations=organisations(visit, (one.responsible for one in rows)),
        own_only=visit.actor.role == INSTITUTION,
    )


def inspection(visit: Visit) -> Response:
    """One inspection: team, objects, checklists, visits with heads beside attendance, samples, findings.

    Raises HTTPException (404).
    """
    found = seen(visit)
    row = asked_inspection(visit, found.book)
    opening = fact_of(found.known, "inspection-opened", inspection=row.inspection)
    visits = [_headed(visit, found, one) for one in found.book.visits if one.inspection == row.inspection]
    interviewed = [person for one in visits for person in one.told.fact.interviewed]
    filled = {"inspection": row.inspection}
    names = ("record-visit", "record-finding", "commit-nonce")
    return visit.page(
        "inspection.html",
        row=row,
        fact=opening.fact,
        position=opening.position,
        visits=visits,
        samples=[one for one in found.book.samples if one.inspection == row.inspection],
        findings=[one for one in found.book.findings if one.inspection == row.inspection],
        people=masked(visit.house.vault, interviewed),
        organisations=organisations(visit, [row.organisation, *(one.responsible for one in found.book.findings)]),
        all_contents=get_args(Content),
        all_methods=get_args(Method),
        forms=doable(visit, [(f"inspections.{name}", filled) for name in names]),
        place=name_of(visit, row.region),
    )


def _wanted(one: FindingRow, state: str) -> bool:
    if state == "overdue":
        return one.overdue_days > 0
    if state == "under-way":
        return one.state not in ("closed", "overdue")
    return state == "all" or (one.state == "closed") == (state == "closed")


def _headed(visit: Visit, found: Seen, row: VisitRow) -> Headed:
    told = fact_of(found.known, "visit-held", visit=row.visit)
    if not row.training_class or row.heads is None:
        return Headed(row, told, None, None)
    asked = (visit.house.log, row.training_class, row.held_on, row.at)
    first = marked_present(*asked, Cuts(told.recorded_at, None))
    return Headed(row, told, first, marked_present(*asked, Cuts(visit.bar.recorded_at, None)))


def _chart(visit: Visit, rows: Sequence[FindingRow], kept: Mapping[str, str]) -> Any:
    """Findings by content: closed, under way, overdue."""
    contents = get_args(Content)
    sorts = (
        ("closed", "inspections.closed", lambda one: one.state == "closed"),
        ("under-way", "inspections.under_way", lambda one: one.state not in ("closed", "overdue")),
        ("overdue", "inspections.overdue", lambda one: one.state == "overdue"),
    )
    series = []
    for state, key, is_so in sorts:
        counts = [sum(is_so(one) for one in rows if one.content == content) for content in contents]
        lists = [link("/inspections/findings", kept, content=content, state=state) for content in contents]
        series.append(
            Series(visit.t(key), counts, [href if many else "" for href, many in zip(lists, counts, strict=True)])
        )
    labels = [visit.label("code.content", content) for content in contents]
    return bars(visit.t("inspections.chart"), visit.t("inspections.chart_desc"), labels, series, "inspections-chart")


ROUTES = (
    door("/inspections", inspections),
    door("/inspections/findings", findings),
    door("/inspections/of/{inspection}", inspection),
)
