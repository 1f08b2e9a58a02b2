"""What changed of postings, or of inspections, between two days: each count as known then and later, and what was recorded between."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, Final, NamedTuple

from starlette.responses import Response

from taizhang.adapters.visibility import Eyes
from taizhang.domain.core import Correction
from taizhang.domain.decisions import INSTITUTION
from taizhang.domain.envelope import Recorded, opened
from taizhang.http.between_pages import SHOWN, Change, earlier, earlier_text
from taizhang.http.field_api import SEES_INSPECTIONS
from taizhang.http.funds_scope import cuts, looked_on, require_role, yuan
from taizhang.http.places import name_of
from taizhang.http.postings_pages import SEES_POSTINGS
from taizhang.http.rendering import link
from taizhang.http.scope import require_within
from taizhang.http.visit import Visit, door
from taizhang.projections.funds.cuts import recorded_day
from taizhang.projections.inspections.book import book
from taizhang.projections.inspections.known import known_facts
from taizhang.projections.inspections.life import consequences
from taizhang.projections.inspections.recorded import recorded_between as inspections_between
from taizhang.projections.postings.lists import coverage, poor_villages
from taizhang.projections.postings.moment import posts_at
from taizhang.projections.postings.moment import recorded_between as postings_between
from taizhang.projections.replay import Cuts
from taizhang.projections.scope import stem_of

Counts = Mapping[str, int]
DRAWN: Final = "drawn"
ABOUT: Final = (
    *("posting", "finding", "sample", "inspection", "plan", "circular"),
    *("case", "lead", "filed_statement"),
)


class Told(NamedTuple):
    """A fact recorded in between, whether the officer may open it, and what it is about."""

    fact: Recorded
    is_open: bool
    about: str


def postings(visit: Visit) -> Response:
    """The counts of a region's postings at two recording times, and the facts about postings recorded between."""
    require_role(visit, SEES_POSTINGS)
    region, since = region_of(visit), earlier(visit)
    visit.reception.set_up()  # the views' tables are there
    with visit.house.log.database.read() as connection:
        then, later = (_posted(visit, connection, region, at) for at in both(visit, since))
        between = postings_between(connection, region, since, visit.bar.recorded_at, SHOWN + 1)
    return page_of(visit, "/postings", region, since, then, later, between)


def inspections(visit: Visit) -> Response:
    """The same of inspections and findings."""
    require_role(visit, SEES_INSPECTIONS - {INSTITUTION})
    region, since = region_of(visit), earlier(visit)
    visit.reception.set_up()
    with visit.house.log.database.read() as connection:
        then, later = (_inspected(visit, connection, region, at) for at in both(visit, since))
        between = inspections_between(connection, region, since, visit.bar.recorded_at, SHOWN + 1)
    return page_of(visit, "/inspections", region, since, then, later, between)


def both(visit: Visit, since: int) -> tuple[Cuts, Cuts]:
    """The cuts of the earlier and of the later moment."""
    now = cuts(visit)
    return now._replace(as_recorded_at=since), now


def region_of(visit: Visit) -> str:
    """Raises HTTPException (404) for a foreign one."""
    return require_within(visit.request.query_params.get("region") or visit.scope, visit.scope)


def _posted(visit: Visit, connection: Any, region: str, at: Cuts) -> Counts:
    on = at.as_effective_on or (recorded_day(at.as_recorded_at) if at.as_recorded_at else looked_on(visit))
    posts = posts_at(connection, region, at)
    covered, gaps = coverage(posts, poor_villages(connection, region, on, at), on)
    return {
        "standing": sum(one.covers(on) for one in posts),
        "ended": sum(one.ended_on is not None for one in posts),
        **{f"covered_{one.group}": one.covered for one in covered},
        "poor_villages": covered[-1].of,
        "gaps": len(gaps),
        "duty_days": sum(days for one in posts for _, days in one.duty),
        "leave_days": sum(one.leave_days for one in posts),
        "works": sum(one.works for one in posts),
        "appraised": sum(len(one.grades) for one in posts),
    }


def _inspected(visit: Visit, connection: Any, region: str, at: Cuts) -> Counts:
    on = at.as_effective_on or (recorded_day(at.as_recorded_at) if at.as_recorded_at else looked_on(visit))
    known = known_facts(connection, at)
    found = book(known, on, region)
    return {
        "planned": len(found.plans),
        "carried_out": sum(one.state in ("done", "late") for one in found.plans),
        "inspections": len(found.inspections),
        "visits": len(found.visits),
        "samples_drawn": sum(one.state == DRAWN for one in found.samples),
        "findings": len(found.findings),
        "closed": sum(one.state == "closed" for one in found.findings),
        "overdue": sum(one.overdue_days > 0 for one in found.findings),
        "reopened": sum(one.reopened > 0 for one in found.findings),
        "changed": sum(bool(one.changed) for one in found.findings),
        "reminders": sum(one.reminders for one in found.findings),
        "reminders_answered": sum(one.reminders_answered for one in found.findings),
        "consequences": len(consequences(known, stem_of(region))),
    }


def page_of(
    visit: Visit, area: str, region: str, since: int, then: Counts, later: Counts, between: Sequence[int]
) -> Response:
    """The page that shows counts at both moments and the facts at these positions, one more than are shown where there are more."""
    prefix = f"field_between.{area.strip('/')}"
    changes = [Change(name, visit.t(f"{prefix}.{name}"), then[name], later[name], "") for name in then]
    title = visit.t(f"{area.strip('/')}.title")
    return visit.page(
        "between.html",
        trail=[(title, link(area, {**visit.bar.query, "region": region})), (visit.t("between.title"), "")],
        here={"code": region, "name": f"{title} · {name_of(visit, region)}"},
        path=f"{area}/between",
        since=since,
        since_text=earlier_text(visit),
        until=visit.bar.recorded_at,
        changes=changes,
        period="",
        measure="",
        yuan=yuan,
        recorded=list(_facts(visit, between[:SHOWN])),
        has_more=len(between) > SHOWN,
    )


def _facts(visit: Visit, positions: Iterable[int]) -> Iterator[Told]:
    eyes = Eyes(visit.house.log, visit.actor)
    for stored in visit.house.log.at(list(positions)):
        fact = opened(stored.position, stored.leaf)
        yield Told(fact, eyes.sees(fact), _about(fact.fact))


def _about(fact: Any) -> str:
    """The posting, finding, sample, inspection, plan, case, lead or statement that a fact, or what it corrects, is about."""
    body = fact.was if isinstance(fact, Correction) else fact
    named = (getattr(body, name, None) for name in ABOUT)
    return str(next((one for one in named if one), getattr(body, "region", "")))


ROUTES = (door("/postings/between", postings), door("/inspections/between", inspections))
