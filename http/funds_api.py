"""Money for programs: the lines with their figures, one line's statement, and its steps; in the shape of the other answers."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice
from typing import Any, Final

from starlette.responses import Response

from taizhang.http.api import answer
from taizhang.http.fact_pages import cursor
from taizhang.http.funds_pages import asked_filter, funds_state
from taizhang.http.funds_scope import SEES_SUMS, asked_line, cuts, looked_on, require_role, sees_holder
from taizhang.http.visit import Visit, door
from taizhang.projections.funds.cuts import UseScope
from taizhang.projections.funds.lines import fund_lines
from taizhang.projections.funds.statement import statement
from taizhang.projections.funds.steps import Step, steps
from taizhang.projections.funds.use import use

STEPS_PAGE: Final = 500


def api_funds(visit: Visit) -> Response:
    """The lines of a region with their figures, in fen; with `by` the money by another dimension."""
    require_role(visit, SEES_SUMS)
    asked = asked_filter(visit)
    with visit.house.log.database.read() as connection:
        on, at = looked_on(visit), cuts(visit)
        whole = use(connection, on, asked.scope, (), at)
        if asked.by == "line" and not asked.level:
            figures = {one.key[0]: one.figures for one in use(connection, on, asked.scope, ("line",), at)}
            lines = fund_lines(connection, asked.region, cuts=at)
            rows: list[dict[str, Any]] = [
                {
                    "line": one.line,
                    "name": one.name,
                    "source": one.source,
                    "year": one.year,
                    "figures": figures[one.line],
                }
                for one in lines
                if one.line in figures
            ]
        else:
            found = use(connection, on, asked.scope, (asked.by,), at)
            rows = [{asked.by: one.key[0], "figures": one.figures} for one in found]
    return answer(visit, funds_state(visit), figures=whole[0].figures if whole else {}, rows=rows, next=None)


def api_line(visit: Visit) -> Response:
    """A line's terms, figures and accounts at the cuts, as far as the officer's region has them.

    Raises HTTPException (404).
    """
    require_role(visit)
    with visit.house.log.database.read() as connection:
        line = asked_line(visit, connection)
        told = statement(connection, line.line, cuts(visit))
        figures = use(connection, looked_on(visit), UseScope(visit.scope, line=line.line), (), cuts(visit))
    terms = line._asdict() | {"opened_on": line.opened_on.isoformat()}
    rows = [
        one._asdict() | {"balance_fen": one.balance_fen} for one in told.accounts() if sees_holder(visit, one.holder)
    ]
    figure = figures[0].figures if figures else {}
    return answer(visit, funds_state(visit), line=terms, figures=figure, rows=rows, next=None)


def api_steps(visit: Visit) -> Response:
    """The steps of a line with every balance before and after; `next` is the position to go on after.

    Raises HTTPException (404).
    """
    require_role(visit)
    after = cursor(visit.request.query_params.get("after", "")) or 0
    with visit.house.log.database.read() as connection:
        line = asked_line(visit, connection)
        found = list(
            islice(seen_steps(visit, steps(connection, line.line, after + 1, None, cuts(visit))), STEPS_PAGE + 1)
        )
    page = found[:STEPS_PAGE]
    following = page[-1]["position"] if len(found) > STEPS_PAGE else None
    return answer(visit, funds_state(visit), line=line.line, rows=page, next=following)


def seen_steps(visit: Visit, found: Iterator[Step]) -> Iterator[dict[str, Any]]:
    """What the officer's region sees of each step; a step that moves nobody of it is left out."""
    whole = visit.scope.endswith("0000")
    for step in found:
        mine = any(sees_holder(visit, one.account) for one in step.moves)
        own_class = bool(step.training_class) and sees_holder(visit, step.training_class[1:7])
        if not (whole or mine or own_class or step.kind == "line-opened"):
            continue
        moves = [
            one._asdict()
            for one in step.moves
            if whole or sees_holder(visit, one.account) or (mine and not one.account[:1].isdigit())
        ]
        yield step._asdict() | {"occurred_on": step.occurred_on.isoformat(), "moves": moves}


ROUTES = (
    door("/api/funds", api_funds),
    door("/api/funds/{line}", api_line),
    door("/api/funds/{line}/steps", api_steps),
)
