"""A sample that nobody chose: how it came about, and everything that somebody needs who draws it again."""

from __future__ import annotations

from typing import Any

from starlette.exceptions import HTTPException
from starlette.responses import PlainTextResponse, Response

from taizhang.adapters.exports.taken import record_taken
from taizhang.adapters.sampling import population
from taizhang.domain.inspections.drawing import NotDrawable, read_mark
from taizhang.http.doing import doable
from taizhang.http.funds_scope import require_role, yuan
from taizhang.http.inspections_scope import SEES_INSPECTIONS, Seen, seen
from taizhang.http.people import masked
from taizhang.http.visit import Visit, door
from taizhang.projections.inspections.book import SampleRow, attempts_to_redraw
from taizhang.projections.inspections.life import steps_of_sample


def sample(visit: Visit) -> Response:
    """One sample: nonce, population, checkpoint, draw, and attempts to draw again.

    Raises HTTPException (404).
    """
    found, row = _asked(visit)
    steps = {one.kind: one for one in steps_of_sample(found.known, row.sample)}
    drawn, taken = steps.get("sample-drawn"), steps.get("checkpoint-taken")
    visited = {
        unit
        for one in found.known
        if getattr(one.fact, "sample", "") == row.sample and one.kind == "visit-held"
        for unit in _looked_at(one.fact)
    }
    persons = [person for unit in (drawn.fact.drawn if drawn is not None else ()) if (person := unit.partition("/")[2])]
    filled = {"inspection": row.inspection, "sample": row.sample}
    following = {"committed": "fix-population", "fixed": "draw-sample"}.get(row.state)
    return visit.page(
        "sample.html",
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
        forms=doable(visit, [(f"inspections.{following}", filled)] if following is not None else []),
    )


def sample_population(visit: Visit) -> Response:
    """The population as it was fixed, the very bytes whose digest stands in the log; that it was taken is recorded.

    Raises HTTPException (404) where none is fixed.
    """
    found, row = _asked(visit)
    fixed = next((one.fact for one in steps_of_sample(found.known, row.sample) if one.kind == "population-fixed"), None)
    if fixed is None:
        raise HTTPException(404)
    units = population(visit.house.log, fixed.query, fixed.position)
    record_taken(visit.house, visit.actor, f"population {fixed.query}", len(units.units), units.digest)
    return _file(units.data, f"population-{row.sample}.csv", "text/csv")


def sample_checkpoint(visit: Visit) -> Response:
    """The checkpoint that was taken for the sample, as the note that was published. Raises HTTPException (404)."""
    found, row = _asked(visit)
    taken = [one.fact.checkpoint for one in steps_of_sample(found.known, row.sample) if hasattr(one.fact, "checkpoint")]
    if not taken:
        raise HTTPException(404)
    return PlainTextResponse(taken[0])


def sample_units(visit: Visit) -> Response:
    """What was drawn, one unit a line, for `sample-draw --against`. Raises HTTPException (404)."""
    found, row = _asked(visit)
    for one in steps_of_sample(found.known, row.sample):
        if one.kind == "sample-drawn":
            return PlainTextResponse("".join(f"{unit}\n" for unit in one.fact.drawn))
    raise HTTPException(404)


def _asked(visit: Visit) -> tuple[Seen, SampleRow]:
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
