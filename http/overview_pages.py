"""The overview: phases and targets against the ledger, regions beside each other, refusals, each as chart and table."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final, NamedTuple

from starlette.responses import Response

from taizhang.adapters.visibility import DASHBOARD
from taizhang.domain.decisions import INSTITUTION
from taizhang.domain.officers import ROLES
from taizhang.domain.postings.officials import VILLAGE_OFFICIAL
from taizhang.http.charts import Series, bars
from taizhang.http.fact_names import subjects
from taizhang.http.fact_pages import cursor
from taizhang.http.frame import Frame
from taizhang.http.funds_scope import looked_on
from taizhang.http.ledger_pages import (
    LAST_YEAR,
    TILES,
    Row,
    asked_of,
    choices,
    classes_of,
    facts_link,
    kept,
    measure_label,
    region_rows,
    trail,
)
from taizhang.http.ledger_reading import Scope, asked_ledger, level_of
from taizhang.http.map_pages import ROLES as MAP_ROLES
from taizhang.http.map_pages import counties_of
from taizhang.http.overview_reading import Aim, aims, unplanned
from taizhang.http.places import name_of
from taizhang.http.refusals import refusals_by_rule, refusals_seen
from taizhang.http.rendering import link
from taizhang.http.scope import require_within
from taizhang.http.seen import seen
from taizhang.http.tile_map import tile_map
from taizhang.http.visit import CASEWORK, Visit, door
from taizhang.projections.small_cells import in_fives, told

SHOWN_RULES = 12
MAPPED: Final = "person_times"
DESKS: Final[Mapping[str, str]] = {  # who has no ledger of a county begins at a page of their own
    "security-administrator": "/officers",
    "audit-administrator": "/audit",
    "system-administrator": "/system",
    VILLAGE_OFFICIAL: "/record",
}


class ProgrammeAims(NamedTuple):
    """A programme's name, its targets, each with where its figures open (without the measure), and their chart."""

    name: str
    aims: list[tuple[Aim, str]]
    chart: Any


def overview(visit: Visit) -> Response:
    """What stands in the ledger of the officer's region, against the targets and region by region."""
    if visit.actor.role in DESKS:
        return visit.go(DESKS[visit.actor.role])
    scope = asked_of(visit)
    answer = seen(visit, scope, asked_ledger(visit, scope, classes_of(visit, scope))[1])
    found = [_told(visit, aim) for aim in aims(visit, scope.region)]
    below = region_rows(visit, scope, answer) if level_of(scope.region) != "county" else []
    year = min(looked_on(visit).year, LAST_YEAR)
    with visit.house.log.database.read() as connection:
        waiting = unplanned(visit.house, connection, scope.region, year, visit.bar)
    return visit.page(
        "overview.html",
        here={"code": scope.region, "name": name_of(visit, scope.region)},
        trail=list(trail(visit, scope.region)),
        tiles=TILES,
        total=Row("", "", answer.figures, facts_link(scope)),
        measure=lambda name: measure_label(visit, name),
        programmes=_by_programme(visit, found),
        below=below,
        below_chart=_below_chart(visit, below),
        refusals=refusals_by_rule(visit.house, scope.region, visit.bar.recorded_at)[:SHOWN_RULES],
        year=year,
        unplanned=waiting,
        kept_parameters=kept(visit),
        counties=_counties(visit, scope),
        opens=visit.actor.role in CASEWORK,
        opens_total=visit.actor.role in CASEWORK - {INSTITUTION},
        **choices(visit),
    )


def refusals(visit: Visit) -> Response:
    """Refused attempts: how many by rule, and each with its source, the newest first; of one rule and region if named.

    Raises HTTPException (400) for a position that is none, (404) for a region outside the officer's.
    """
    asked, house, until = visit.request.query_params, visit.house, visit.bar.recorded_at
    region = require_within(asked.get("region") or visit.scope, visit.scope)
    rule = asked.get("rule", "")
    listing = refusals_seen(house.log, visit.actor, region, rule, cursor(asked.get("after", "")), until)
    Frame(visit).name_officers(one.recorded_by.officer for one in listing.facts if one.recorded_by)
    return visit.page(
        "refusals.html",
        counts=refusals_by_rule(house, region, house.log.head().recorded_at if until is None else until),
        listing=listing,
        about=subjects(visit, [tag for one in listing.facts for tag in getattr(one.fact, "subjects", ())]),
        chosen=rule,
        region=region,
    )


def _counties(visit: Visit, scope: Scope) -> Any:
    """The counties as tiles, for a region that has more than one, in whose map this role has business."""
    if level_of(scope.region) == "county" or visit.actor.role not in MAP_ROLES:
        return ""
    label = measure_label(visit, MAPPED)
    tiles = counties_of(visit, scope, MAPPED)
    return tile_map(label, visit.t("map.description"), tiles, visit.t("map.untold"), "counties") if tiles else ""


def _told(visit: Visit, aim: Aim) -> Aim:
    """A target with what its phase reached; in fives and without small counts for a dashboard."""
    return aim if visit.actor.role != DASHBOARD else aim._replace(figures=in_fives(told(aim.figures, [])[0]))


def _by_programme(visit: Visit, found: list[Aim]) -> list[ProgrammeAims]:
    """The targets of one programme together: those of different size would hide each other in one chart."""
    groups: dict[str, list[Aim]] = {}
    for aim in found:
        groups.setdefault(aim.target.programme, []).append(aim)
    return [
        ProgrammeAims(
            _programme(visit, group[0]),
            [(aim, _aim_facts(visit, aim)) for aim in group],
            _aims_chart(visit, group, f"aims-{place}"),
        )
        for place, group in enumerate(groups.values())
    ]


def _aim_facts(visit: Visit, aim: Aim) -> str:
    """Where the figures beside a target open, as shares of it: its days, and its kind of programme."""
    kind = aim.programme.kind if aim.programme is not None else ""
    of = aim.standing.first.position
    return link("/ledger/facts", visit.bar.query, region=aim.target.region, period=aim.period, kind=kind, of=of)


def _aims_chart(visit: Visit, group: list[Aim], ident: str) -> Any:
    opens = visit.actor.role in CASEWORK

    def reached(words: str, name: str) -> Series:
        values = [aim.figures.get(name, 0) for aim in group]
        hrefs = [link(_aim_facts(visit, aim), measure=name) if opens and aim.figures.get(name) else "" for aim in group]
        return Series(visit.t(words), values, hrefs)

    everybody = "persons" if all(aim.target.unit == "persons" for aim in group) else "person_times"
    return bars(
        f"{visit.t('overview.aims')}: {_programme(visit, group[0])}",
        visit.t("overview.aims_chart"),
        [aim.years for aim in group],
        [
            Series(
                visit.t("overview.target"),
                [aim.target.target for aim in group],
                [f"/facts/{aim.standing.first.position}" if opens else "" for aim in group],
            ),
            reached("ledger.all", everybody),
            reached("overview.poor_only", f"{everybody}_poor"),
        ],
        ident,
    )


def _programme(visit: Visit, aim: Aim) -> str:
    if aim.programme is None:
        return aim.target.programme
    return aim.programme.zh if visit.language == "zh" else aim.programme.en


def _below_chart(visit: Visit, rows: list[Row]) -> Any:
    if not rows:
        return ""
    return bars(
        visit.t("overview.by_region"),
        visit.t("overview.by_region_chart"),
        [row.name for row in rows],
        [
            _below_series(visit, "ledger.all", rows, "person_times"),
            _below_series(visit, "overview.poor_only", rows, "person_times_poor"),
        ],
        "regions",
    )


def _below_series(visit: Visit, words: str, rows: list[Row], name: str) -> Series:
    opens = visit.actor.role in CASEWORK
    hrefs = [link(row.facts, visit.bar.query, measure=name) if opens and row.figures.get(name) else "" for row in rows]
    return Series(visit.t(words), [row.figures.get(name, 0) for row in rows], hrefs)


ROUTES = (door("/", overview, roles=frozenset(ROLES)), door("/refusals", refusals))
