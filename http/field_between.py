"""What changed of postings, or of inspections, between two moments: each count at both, and the facts that stand at one of them only."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any, Final

from sqlalchemy import Connection
from starlette.responses import Response

from taizhang.adapters.visibility import SEES_INSPECTIONS, Eyes
from taizhang.domain.core import Correction
from taizhang.domain.decisions import INSTITUTION
from taizhang.domain.envelope import opened
from taizhang.domain.postings.officials import VILLAGE_OFFICIAL
from taizhang.http.fact_words import PAGES
from taizhang.http.funds_scope import looked_on, yuan
from taizhang.http.ledger_reading import cuts_of
from taizhang.http.places import name_of
from taizhang.http.postings_pages import SEES_POSTINGS
from taizhang.http.rendering import link, number
from taizhang.http.scope import require_within
from taizhang.http.two_moments import SHOWN, Behind, between_page, change, two_moments
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


def postings(visit: Visit) -> Response:
    """The counts of a region's postings at two moments, and the facts about postings that lie between."""
    return page_of(visit, "/postings", _posted, postings_between)


def inspections(visit: Visit) -> Response:
    """The same of inspections and findings."""
    return page_of(visit, "/inspections", _inspected, inspections_between)


def region_of(visit: Visit) -> str:
    """The region of the address, or the officer's own. Raises HTTPException (404) for a foreign one."""
    return require_within(visit.request.query_params.get("region") or visit.scope, visit.scope)


def _posted(visit: Visit, connection: Connection, region: str, at: Cuts) -> Counts:
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


def _inspected(visit: Visit, connection: Connection, region: str, at: Cuts) -> Counts:
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
    visit: Visit,
    area: str,
    counted: Callable[[Visit, Connection, str, Cuts], Counts],
    between: Callable[[Connection, str, Cuts, Cuts, int], Sequence[int]],
) -> Response:
    """The page of counts of a region at two moments, and of the positions that `between` finds, one more than are shown."""
    region, moments = region_of(visit), two_moments(visit)
    visit.reception.set_up()  # the views' tables are there
    with visit.house.log.database.read() as connection:
        earlier, later = map(cuts_of, moments)
        then, now = (counted(visit, connection, region, at) for at in (earlier, later))
        recorded = between(connection, region, earlier, later, SHOWN + 1)
    prefix, title = f"field_between.{area.strip('/')}", visit.t(f"{area.strip('/')}.title")
    return between_page(
        visit,
        f"{area}/between",
        f"{title} · {name_of(visit, region)} {region}",
        trail=[(title, link(area, {**visit.bar.query, "region": region}))],
        moments=moments,
        changes=[change(name, visit.t(f"{prefix}.{name}"), (then[name], now[name]), _words(name)) for name in then],
        kept={"region": region},
        recorded=list(facts_told(visit, recorded[:SHOWN])),
        has_more=len(recorded) > SHOWN,
    )


def _words(name: str) -> Callable[[int | None], str]:
    return yuan if name.endswith("_fen") else number


def facts_told(visit: Visit, positions: Iterable[int]) -> Iterator[Behind]:
    """The facts at these positions, each with whether the officer may open it and what it is about."""
    eyes = Eyes(visit.house.log, visit.actor)
    for stored in visit.house.log.at(list(positions)):
        fact = opened(stored.position, stored.leaf)
        is_open = eyes.sees(fact)
        yield Behind(fact, is_open, about_of(fact.fact), href=_page_of(fact.fact) if is_open else "")


def about_of(fact: Any) -> str:
    """The posting, finding, sample, inspection, plan, case, lead or statement that a fact, or what it corrects, is about."""
    body = fact.was if isinstance(fact, Correction) else fact
    named = (getattr(body, name, None) for name in ABOUT)
    return str(next((one for one in named if one), getattr(body, "region", "")))


def _page_of(fact: Any) -> str:
    """Where the lead, case or statement that a fact is about is shown; empty for what is about anything else."""
    body = fact.was if isinstance(fact, Correction) else fact
    named = ((name, getattr(body, name, None)) for name in ("case", "lead", "filed_statement"))
    return next((link(f"{PAGES[name]}{one}") for name, one in named if one), "")


ROUTES = (
    door("/postings/between", postings, roles=SEES_POSTINGS - {VILLAGE_OFFICIAL}),
    door("/inspections/between", inspections, roles=SEES_INSPECTIONS - {INSTITUTION, VILLAGE_OFFICIAL}),
)
