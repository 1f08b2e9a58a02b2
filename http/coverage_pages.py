"""Of whom a coverage is a share: each person or village, by which statement they are meant, and in which class reached."""

from __future__ import annotations

from typing import Final

from starlette.exceptions import HTTPException
from starlette.responses import Response

from taizhang.adapters.visibility import Eyes
from taizhang.domain.decisions import INSTITUTION
from taizhang.domain.envelope import opened
from taizhang.http.ledger_pages import trail
from taizhang.http.ledger_reading import cuts_of
from taizhang.http.people import masked
from taizhang.http.places import name_of, names_of
from taizhang.http.scope import require_within
from taizhang.http.seen import covered_seen
from taizhang.http.visit import CASEWORK, Visit, door
from taizhang.projections.coverage import VILLAGES, members

PAGE: Final = 100
WHICH: Final = {"": None, "reached": True, "missing": False}


def coverage_members(visit: Visit) -> Response:
    """Everybody of whom a coverage of a region is a share, or only who was reached, or was not.

    Raises HTTPException (404) for a foreign region, or a coverage that there is not.
    """
    given = visit.request.query_params
    region = require_within(given.get("region") or visit.scope, visit.scope)
    which, name = given.get("which", ""), given.get("of", "")
    share = next((one for one in covered_seen(visit, region) if one.name == name), None) if len(region) == 6 else None
    if share is None or which not in WHICH:
        raise HTTPException(404)
    log = visit.house.log
    with log.database.read() as connection:
        found = members(
            connection,
            region,
            name,
            cuts_of(visit.bar),
            after=given.get("after", ""),
            limit=PAGE + 1,
            reached=WHICH[which],
        )
    page = found[:PAGE]
    facts = {one.position: opened(one.position, one.leaf) for one in log.at(sorted({row.position for row in page}))}
    eyes = Eyes(log, visit.actor)
    if name == VILLAGES:
        names_of(visit, [one.who for one in page])
    return visit.page(
        "coverage.html",
        trail=[*trail(visit, region, is_last=False), (visit.t("ledger.coverage"), "")],
        region=region,
        where=name_of(visit, region),
        share=share,
        which=which,
        of_villages=name == VILLAGES,
        rows=[(one, facts[one.position], eyes.sees(facts[one.position])) for one in page],
        people={} if name == VILLAGES else masked(visit.house.vault, [one.who for one in page]),
        kept={**visit.bar.query, "region": region, "of": name},
        next=page[-1].who if len(found) > PAGE else "",
    )


ROUTES = (door("/ledger/coverage", coverage_members, roles=CASEWORK - {INSTITUTION}),)
