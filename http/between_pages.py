"""What changed of training between two moments: each measure at both, and the facts that made the difference."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice
from typing import Final

from starlette.exceptions import HTTPException
from starlette.responses import Response

from taizhang.adapters.visibility import Eyes
from taizhang.domain.decisions import INSTITUTION
from taizhang.domain.envelope import opened
from taizhang.domain.postings.officials import VILLAGE_OFFICIAL
from taizhang.http.ledger_pages import TILES, asked_of, formula, kept, measure_label, trail
from taizhang.http.ledger_reading import Scope, cuts_of
from taizhang.http.places import name_of
from taizhang.http.rendering import hours, link, number
from taizhang.http.seen import require_class
from taizhang.http.two_moments import SHOWN, Behind, TwoMoments, between_page, change, signed, two_moments
from taizhang.http.visit import CASEWORK, Visit, door
from taizhang.projections.figure_facts import facts_between
from taizhang.projections.ledger_query import figures

MEASURES: Final = (*TILES, "planned_minutes", "certified_minutes", "completed")


def between(visit: Visit) -> Response:
    """The measures of a region or class at two moments; with `measure`, the facts that lead from the one to the other."""
    scope, moments = asked_of(visit), two_moments(visit)
    measure, training_class = (visit.request.query_params.get(name, "") for name in ("measure", "class"))
    if measure and measure not in MEASURES:
        raise HTTPException(404)
    if training_class:
        scope = scope._replace(region=require_class(visit, training_class), training_class=training_class)
    with visit.house.log.database.read() as connection:
        then, later = (figures(connection, scope, MEASURES, cuts_of(one)) for one in moments)
    where = {name: one for name, one in kept(visit).items() if name not in visit.bar.query}
    where |= {"region": scope.region, "class": training_class}
    changes = [
        change(
            name,
            measure_label(visit, name),
            (then[name], later[name]),
            hours if "minutes" in name else number,
            link("/ledger/between", {**where, **moments.query}, measure=name),
        )
        for name in MEASURES
    ]
    behind = list(islice(_behind(visit, scope, measure, moments), SHOWN + 1)) if measure else []
    return between_page(
        visit,
        "/ledger/between",
        training_class or f"{name_of(visit, scope.region)} {scope.region}",
        trail=list(trail(visit, scope.region, is_last=False)),
        moments=moments,
        changes=changes,
        kept=where,
        measure=measure,
        label_of_measure=measure_label(visit, measure) if measure else "",
        formula=formula(visit, measure) if measure else "",
        behind=behind[:SHOWN],
        has_more=len(behind) > SHOWN,
    )


def _behind(visit: Visit, scope: Scope, measure: str, moments: TwoMoments) -> Iterator[Behind]:
    eyes, log = Eyes(visit.house.log, visit.actor), visit.house.log
    said = hours if "minutes" in measure else number
    with log.database.read() as connection:
        earlier, later = map(cuts_of, moments)
        for one in facts_between(connection, log, scope, measure, earlier, later):
            [stored] = log.at([one.position])
            fact = opened(stored.position, stored.leaf)
            yield Behind(fact, eyes.sees(fact), change=signed(one.change, said))


ROUTES = (door("/ledger/between", between, roles=CASEWORK - {INSTITUTION, VILLAGE_OFFICIAL}),)
