"""A sample that nobody chose: how it came about, and everything that somebody needs who draws it again."""

from __future__ import annotations

from typing import Any, get_args

from starlette.exceptions import HTTPException
from starlette.responses import PlainTextResponse, Response

from taizhang.adapters.exports.taken import record_taken
from taizhang.adapters.sampling import QueryUnusable, fixed_population
from taizhang.domain.inspections.drawing import NotDrawable, read_mark
from taizhang.domain.inspections.opening import InspectionId
from taizhang.domain.inspections.rules import INSPECTING, code_in
from taizhang.domain.inspections.samples import SampleMethod
from taizhang.http.funds_scope import require_role, yuan
from taizhang.http.inspections_scope import SEES_INSPECTIONS, Seen, seen
from taizhang.http.orders import new_once
from taizhang.http.people import masked
from taizhang.http.visit import Visit, door
from taizhang.projections.inspections.book import SampleRow, attempts_to_redraw
from taizhang.projections.inspections.life import steps_of_sample


def sample(visit: Visit) -> Response:
    """One sample: nonce, population, checkpoint, draw, and attempts to draw again.

    Raises HTTPException (404).
    """
    found, row = asked_sample(visit)
    return sample_page(visit, found, row)


def sample_page(visit: Visit, found: Seen, row: SampleRow, status: int = 200, problem: str = "") -> Response:
    """The page of a sample, with the form of its next step; `problem`: why that step was not recorded."""
    steps = {one.kind: one for one in steps_of_sample(found.known, row.sample)}
    drawn, taken = steps.get("sample-drawn"), steps.get("checkpoint-taken")
    visited = {
        unit
        for one in found.known
        if getattr(one.fact, "sample", "") == row.sample and one.kind == "visit-held"
        for unit in _looked_at(one.fact)
    }
    persons = [person for unit in (drawn.fact.drawn if drawn is not None else ()) if (person := unit.partition("/")[2])]
    return visit.page(
        "sample.html",
        status,
        problem=problem,
        next=_next(row, taken is not None) if visit.actor.role in INSPECTING and not visit.bar.query else "",
        region=code_in(InspectionId(row.inspection)),
        methods=get_args(SampleMethod),
        typed=visit.field,
        once=new_once(),
        row=row,
        steps=steps,
        fixed=steps["population-fixed"].fact if "population-fixed" in steps else None,
        drawn=drawn.fact if drawn is not None else None,
        checkpoint=taken.fact.checkpoint if taken is not None else drawn.fact.checkpoint if drawn is not None else "",
        mark=_mark(taken.fact.checkpoint if taken is not None else ""),
        visited=visited,
        attempts=attempts_to_redraw(found.known, row.inspection, row.sample),
        people=masked(visit.house.vault, persons),
        yuan=yuan,
    )


def _next(row: SampleRow, is_taken: bool) -> str:
    """The step that follows: "fix", "wait" for a checkpoint, "draw", or none."""
    if row.state == "fixed":
        return "draw" if is_taken else "wait"
    return "fix" if row.state == "committed" else ""


def sample_population(visit: Visit) -> Response:
    """The population as it was fixed, the very bytes whose digest stands in the log; that it was taken is recorded.

    Raises HTTPException (404) where none is fixed.
    """
    found, row = asked_sample(visit)
    fixed = next((one.fact for one in steps_of_sample(found.known, row.sample) if one.kind == "population-fixed"), None)
    if fixed is None:
        raise HTTPException(404)
    try:
        units = fixed_population(visit.house.log, fixed)
    except QueryUnusable:
        return sample_page(visit, found, row, 409, visit.t("inspections.population_gone"))
    record_taken(visit.house, visit.actor, f"population {fixed.query}", len(units.units), units.digest)
    return _file(units.data, f"population-{row.sample}.csv", "text/csv")


def sample_checkpoint(visit: Visit) -> Response:
    """The checkpoint that was taken for the sample, as the note that was published. Raises HTTPException (404)."""
    found, row = asked_sample(visit)
    taken = [one.fact.checkpoint for one in steps_of_sample(found.known, row.sample) if hasattr(one.fact, "checkpoint")]
    if not taken:
        raise HTTPException(404)
    return PlainTextResponse(taken[0])


def sample_units(visit: Visit) -> Response:
    """What was drawn, one unit a line, for `sample-draw --against`. Raises HTTPException (404)."""
    found, row = asked_sample(visit)
    for one in steps_of_sample(found.known, row.sample):
        if one.kind == "sample-drawn":
            return PlainTextResponse("".join(f"{unit}\n" for unit in one.fact.drawn))
    raise HTTPException(404)


def asked_sample(visit: Visit) -> tuple[Seen, SampleRow]:
    """Raises NoAnswer (403), HTTPException (404)."""
    require_role(visit, SEES_INSPECTIONS)
    found, id = seen(visit), visit.request.path_params["sample"]
    for one in found.book.samples:
        if one.sample == id:
            return found, one
    raise HTTPException(404)


def _looked_at(held: Any) -> list[str]:
    """The units of a sample that a visit looked at: its object, and each of the class's trainees whom it heard."""
    object = held.object.partition(":")[2]
    return [object, *(f"{object}/{person}" for person in held.interviewed)]


def _mark(note: str) -> Any:
    try:
        return read_mark(note)
    except NotDrawable:
        return None


def _file(data: bytes, name: str, media: str) -> Response:
    return Response(data, media_type=media, headers={"content-disposition": f'attachment; filename="{name}"'})


ROUTES = (
    door("/inspections/samples/{sample}", sample),
    door("/inspections/samples/{sample}/population", sample_population, "POST"),
    door("/inspections/samples/{sample}/checkpoint", sample_checkpoint),
    door("/inspections/samples/{sample}/drawn", sample_units),
)
