"""What changed between two days: each measure as known then and as known later, and the facts that made the difference."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice
from typing import Final, NamedTuple

from starlette.exceptions import HTTPException
from starlette.responses import Response

from taizhang.adapters.moments import microseconds
from taizhang.adapters.visibility import Eyes
from taizhang.domain.decisions import INSTITUTION
from taizhang.domain.envelope import Recorded, opened
from taizhang.http.errors import NoAnswer
from taizhang.http.ledger_pages import TILES, asked_of, choices, formula, kept, measure_label, trail
from taizhang.http.ledger_reading import Scope, cuts_of
from taizhang.http.places import name_of
from taizhang.http.rendering import link
from taizhang.http.visit import CASEWORK, Visit, door
from taizhang.projections.figure_facts import facts_of_figure
from taizhang.projections.ledger_query import figures

SHOWN: Final = 200
WEEK_US: Final = 7 * 24 * 3600 * 1_000_000
MEASURES: Final = (*TILES, "planned_minutes", "certified_minutes", "completed")


class Change(NamedTuple):
    """One measure then and later."""

    name: str
    label: str
    then: int
    later: int
    href: str


class Behind(NamedTuple):
    """A fact recorded in between, by how much it changed the measure, and whether the officer may open it."""

    fact: Recorded
    change: int
    is_open: bool


def between(visit: Visit) -> Response:
    """The measures of a region at two recording times; with `measure`, the facts between that changed it."""
    scope, since, until = asked_of(visit), earlier(visit), visit.bar.recorded_at
    measure = visit.request.query_params.get("measure", "")
    if measure and measure not in MEASURES:
        raise HTTPException(404)
    now = cuts_of(visit.bar)
    with visit.house.log.database.read() as connection:
        then = figures(connection, scope, MEASURES, now._replace(as_recorded_at=since))
        later = figures(connection, scope, MEASURES, now)
    asked = {**kept(visit), "region": scope.region, "since": earlier_text(visit)}
    changes = [
        Change(name, measure_label(visit, name), then[name], later[name], link("/ledger/between", asked, measure=name))
        for name in MEASURES
    ]
    behind = list(islice(_behind(visit, scope, measure, since), SHOWN + 1)) if measure else []
    return visit.page(
        "between.html",
        trail=[*trail(visit, scope.region, is_last=False), (visit.t("between.title"), "")],
        here={"code": scope.region, "name": name_of(visit, scope.region)},
        path="/ledger/between",
        recorded=None,
        since=since,
        since_text=earlier_text(visit),
        until=until,
        changes=changes,
        measure=measure,
        label_of_measure=measure_label(visit, measure) if measure else "",
        formula=formula(visit, measure) if measure else "",
        behind=behind[:SHOWN],
        has_more=len(behind) > SHOWN,
        **choices(visit),
    )


def earlier(visit: Visit) -> int:
    """The earlier recording time; a week before the later one where none is named. Raises NoAnswer (400)."""
    text = earlier_text(visit)
    try:
        if text:
            return microseconds(text)
    except (ValueError, OverflowError):
        raise NoAnswer(400, "errors.time_unreadable") from None
    return (visit.bar.recorded_at or visit.house.clock()) - WEEK_US


def earlier_text(visit: Visit) -> str:
    """The earlier recording time as it was asked for."""
    return visit.request.query_params.get("since", "").strip()


def _behind(visit: Visit, scope: Scope, measure: str, since: int) -> Iterator[Behind]:
    eyes, log = Eyes(visit.house.log, visit.actor), visit.house.log
    with log.database.read() as connection:
        effects = facts_of_figure(connection, log, scope, measure, cuts_of(visit.bar), since)
        for effect in islice(effects, SHOWN + 1):
            [stored] = log.at([effect.position])
            fact = opened(stored.position, stored.leaf)
            yield Behind(fact, effect.change, eyes.sees(fact))


ROUTES = (door("/ledger/between", between, roles=CASEWORK - {INSTITUTION}),)
