"""The counties of a region beside each other: as a map of tiles, as a table, and as a file."""

from __future__ import annotations

import csv
import hashlib
import io
from collections.abc import Iterator, Sequence

from sqlalchemy import Connection, select
from starlette.exceptions import HTTPException
from starlette.responses import Response

from taizhang.adapters.exports.csv_files import plain
from taizhang.adapters.exports.taken import record_taken
from taizhang.adapters.visibility import DASHBOARD
from taizhang.domain.decisions import INSTITUTION
from taizhang.domain.officers import BUSINESS
from taizhang.http.asking import Asking
from taizhang.http.ledger_pages import TILES, asked_of, choices, formula, kept, measure_label, trail
from taizhang.http.ledger_reading import Scope, cuts_of, level_of
from taizhang.http.places import name_of, names_of
from taizhang.http.rendering import link
from taizhang.http.tile_map import STEPS, Tile, places, tile_map
from taizhang.http.visit import CASEWORK, Visit, door
from taizhang.projections.ledger_query import county_rows
from taizhang.projections.places import Row
from taizhang.projections.scope import stem_of
from taizhang.projections.small_cells import in_steps, told
from taizhang.projections.tables_registry import registry_tables

ROLES = BUSINESS - {INSTITUTION}


def counties(visit: Visit) -> Response:
    """One measure of every county of the region, as tiles and as a table."""
    scope, measure = asked_of(visit), _measure(visit)
    tiles = counties_of(visit, scope, measure)
    label = measure_label(visit, measure)
    drawing = tile_map(
        label,
        visit.t("map.description"),
        tiles,
        visit.t("map.untold"),
        "counties",
        in_hours="minutes" in measure,
    )
    return visit.page(
        "map.html",
        trail=[*trail(visit, scope.region, is_last=False), (visit.t("map.title"), "")],
        here={"code": scope.region, "name": name_of(visit, scope.region)},
        measure=measure,
        measures=[(name, measure_label(visit, name)) for name in TILES],
        label_of_measure=label,
        formula=formula(visit, measure),
        is_minutes="minutes" in measure,
        tiles=tiles,
        drawing=drawing,
        steps=range(1, STEPS + 1),
        opens=visit.actor.role in CASEWORK,
        opened=lambda code: link("/ledger/facts", {**kept(visit), "region": code, "measure": measure}),
        **choices(visit),
    )


def download(visit: Visit) -> Response:
    """The same figures as a CSV file; that they were taken out is recorded."""
    scope, measure = asked_of(visit), _measure(visit)
    buffer = io.StringIO()
    writer = csv.writer(buffer)
    writer.writerow(["county", "name", measure])
    tiles = counties_of(visit, scope, measure)
    writer.writerows([tile.code, plain(tile.name), "" if tile.value is None else tile.value] for tile in tiles)
    data = buffer.getvalue().encode("utf-8-sig")  # so that Excel reads the names
    record_taken(
        visit.house, visit.actor, f"map:{measure}:{scope.region}", len(tiles), hashlib.sha256(data).hexdigest()
    )
    headers = {"content-disposition": f'attachment; filename="counties-{measure}.csv"'}
    return Response(data, media_type="text/csv; charset=utf-8", headers=headers)


def counties_of(visit: Visit, scope: Scope, measure: str) -> list[Tile]:
    """One measure of each county of the region, as far as the officer's role sees it."""
    rows, registered = kept_counties(visit, scope)
    shown: dict[str, int | None] = dict.fromkeys(registered, 0)
    if visit.actor.role == DASHBOARD:
        shown |= _without_small(rows, measure)
    else:
        shown |= {row.code: row.figures.get(measure) for row in rows}
    names_of(visit, shown)
    opens = visit.actor.role in CASEWORK
    found = []
    for code, value in sorted(shown.items()):
        here = {**kept(visit), "region": code}
        facts = link("/ledger/facts", here, measure=measure) if opens and value else ""
        found.append(Tile(code, name_of(visit, code), value, link("/ledger", here), facts))
    return found


def kept_counties(asking: Asking, scope: Scope) -> tuple[list[Row], tuple[str, ...]]:
    """The figures of every county, and the registered ones, the same whoever asks."""
    cuts = cuts_of(asking.bar)
    return asking.reckoned(
        ("counties", scope, cuts),
        lambda connection: (county_rows(connection, scope, cuts), tuple(_registered(connection, scope))),
        region=scope.region,
    )[1]


def _registered(connection: Connection, scope: Scope) -> Iterator[str]:
    """Every registered county of a region, whether or not anything happened there."""
    t = registry_tables().regions.c
    stem = stem_of(scope.region)
    query = select(t.region).where(t.level == "county", t.region.startswith(stem, autoescape=True))
    codes = list(connection.execute(query.order_by(t.region)).scalars())
    newest = {places().get(code, code): code for code in codes}  # a renamed county is listed under its new code
    yield from newest.values()


def _without_small(rows: Sequence[Row], measure: str) -> dict[str, int | None]:
    """By prefecture, as the ledger's own tables leave counts out: what stands there as a gap is a gap here too."""
    shown: dict[str, int | None] = {}
    for prefecture in sorted({row.code[:4] for row in rows}):
        there = [row for row in rows if row.code[:4] == prefecture]
        whole = {name: sum(row.figures.get(name) or 0 for row in there) for name in there[0].figures}
        whole_told, figures = told(whole, [row.figures for row in there])
        is_gap = whole_told.get(measure) is None
        told_here = [None if is_gap else one.get(measure) for one in figures]
        shown |= {
            row.code: None if value is None else in_steps(measure, value)
            for row, value in zip(there, told_here, strict=True)
        }
    return shown


def _measure(visit: Visit) -> str:
    """Raises HTTPException (404) for a measure that the map does not show."""
    measure = visit.request.query_params.get("measure") or visit.field("measure") or "person_times"
    if measure not in TILES:
        raise HTTPException(404)
    return measure


def is_shown(scope: Scope) -> bool:
    """Whether a region has counties below it."""
    return level_of(scope.region) != "county"


ROUTES = (door("/map", counties, roles=ROLES), door("/map/download", download, "POST", roles=ROLES))
