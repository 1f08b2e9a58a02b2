"""Fixing a population and drawing a sample by the page: the house reckons both, and the rules draw again before they record.

The nonce is made outside of the house, which must not know it before the checkpoint; here it is only opened.
"""

from __future__ import annotations

from typing import Any, Final, get_args

from starlette.exceptions import HTTPException
from starlette.responses import Response

from taizhang.adapters.orders import Verdict
from taizhang.adapters.proof.checkpoints import CheckpointInvalid
from taizhang.adapters.proof.notes import NoteInvalid
from taizhang.adapters.sampling import QueryUnusable, fixed_population, population, redrawn, steps_of, to_draw
from taizhang.domain.decisions import commands
from taizhang.domain.inspections.drawing import Method, NotDrawable
from taizhang.domain.inspections.opening import InspectionId, SampleId
from taizhang.domain.inspections.rules import code_in
from taizhang.domain.inspections.sample_refusals import PopulationUnclear
from taizhang.domain.inspections.samples import PopulationFixed, SampleMethod
from taizhang.domain.inspections.sampling import DrawSample, FixPopulation, is_population
from taizhang.http.field_forms import Misread, forms_of
from taizhang.http.inspections_samples import asked_sample, sample_page
from taizhang.http.orders import submit
from taizhang.http.visit import Visit, door

READ: Final = ("size", "interval_fen")


def fix(visit: Visit) -> Response:
    """Fix the population of a sample as the log stands now, and how it will be drawn.

    Raises HTTPException (404) for a sample or a role that has nothing to do with it.
    """
    found, row = _opened_to(visit, FixPopulation)
    region = code_in(InspectionId(row.inspection))
    query, method = _query(visit), visit.field("method")
    if not is_population(query, region):
        return sample_page(
            visit, found, row, 422, visit.said(_said(visit, PopulationUnclear(query=query, region=region)))
        )
    try:
        read = {one.name: one.value(visit.field(one.name)) for one in _forms() if visit.field(one.name)}
    except Misread:
        read = {}
    if method not in get_args(SampleMethod) or not read:
        return sample_page(visit, found, row, 422, visit.t("inspections.how_many"))
    units = population(visit.house.log, query, None, region)
    if not units.units:
        return sample_page(visit, found, row, 422, visit.t("inspections.nobody_in_it", query=query))
    fact = PopulationFixed(
        occurred_on=visit.house.desk.today(),
        inspection=InspectionId(row.inspection),
        sample=SampleId(row.sample),
        query=query,
        position=units.position,  # type: ignore[arg-type]
        units=len(units.units),
        digest=units.digest,
        method=method,  # type: ignore[arg-type]
        amount_fen=units.amount_fen,
        **read,
    )
    return _done(visit, submit(visit, fact))


def draw(visit: Visit) -> Response:
    """Open the nonce, draw from the population and the checkpoint that was taken, and record what came out.

    Raises HTTPException (404).
    """
    found, row = _opened_to(visit, DrawSample)
    steps, nonce = steps_of(visit.house.log, row.sample), visit.field("nonce").lower()
    if steps.fixed is None or steps.taken is None:
        raise HTTPException(404)
    fixed, note = steps.fixed, steps.taken.checkpoint
    try:
        data = fixed_population(visit.house.log, fixed).data
        drawn = redrawn(data, note, nonce, Method(fixed.method, fixed.size, fixed.interval_fen))
    except QueryUnusable:
        return sample_page(visit, found, row, 409, visit.t("inspections.population_gone"))
    except (NotDrawable, NoteInvalid, CheckpointInvalid, ValueError):
        return sample_page(visit, found, row, 422, visit.t("inspections.nonce_misread"))
    fact = to_draw(fixed, drawn, note, nonce, visit.house.desk.today())
    return _done(visit, submit(visit, fact, enclosed=data))


def _opened_to(visit: Visit, step: Any) -> Any:
    """The sample of the address, for a role that may take this step. Raises HTTPException (404)."""
    if visit.actor.role not in commands()[step.COMMAND].ROLES:
        raise HTTPException(404)
    return asked_sample(visit)


def _query(visit: Visit) -> str:
    if visit.field("what") == "payments":
        return f"payments:{visit.field('line')}"
    return f"trainees:{visit.field('region')}:{visit.field('year')}"


def _forms() -> list[Any]:
    return [one for one in forms_of(PopulationFixed) if one.name in READ]


def _said(visit: Visit, refused: Any) -> str:
    return str(refused.words(visit.language))


def _done(visit: Visit, verdict: Verdict) -> Response:
    """Back to the sample, which shows the step; or the same page with what the rule said."""
    found, row = asked_sample(visit)
    if verdict.outcome == "refused":
        return sample_page(visit, found, row, 409, visit.said(verdict.words(visit.language)))
    visit.house.views.catch_up()
    return visit.go(
        f"/inspections/samples/{row.sample}", done="recorded" if verdict.outcome == "recorded" else "unchanged"
    )


ROUTES = (
    door("/inspections/samples/{sample}/fix", fix, "POST"),
    door("/inspections/samples/{sample}/draw", draw, "POST"),
)
