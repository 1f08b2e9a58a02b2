"""What an indicator of a line's performance evaluation is reckoned from: trainees' places, or payments, each with its facts."""

from __future__ import annotations

from typing import Final

from starlette.exceptions import HTTPException
from starlette.responses import Response

from taizhang.domain.officers import BUSINESS
from taizhang.http.funds_flags import offset
from taizhang.http.funds_scope import asked_line, money_page, require_role
from taizhang.http.names import class_names
from taizhang.http.people import masked
from taizhang.http.visit import Visit, door
from taizhang.projections.funds.evaluation import COST, ON_TIME, OPENED, behind, evaluation

PAGE: Final = 200
FIRST: Final = "persons"  # where the address names none


def indicator(visit: Visit) -> Response:
    """The places or payments behind one indicator of a line; their parts and wholes sum up to it.

    Raises HTTPException (404) for a foreign line, or an indicator that the log does not know.
    """
    require_role(visit)
    name, start = visit.request.query_params.get("indicator") or FIRST, offset(visit)
    if name not in OPENED:
        raise HTTPException(404)
    with visit.house.log.database.read() as connection:
        line = asked_line(visit, connection)
        rows = behind(connection, line.line, name, None, visit.scope)
        row = next(one for one in evaluation(connection, line.line, None, visit.scope).rows if one.indicator == name)
    page = rows[start : start + PAGE]
    class_names(visit, [one.training_class for one in page])
    return money_page(
        visit,
        "fund_indicator.html",
        line=line,
        row=row,
        rows=page,
        part=sum(one.part for one in rows),
        whole=sum(one.whole for one in rows),
        count=len(rows),
        is_cost=name == COST,
        of_payments=name == ON_TIME,
        people=masked(visit.house.vault, [one.person for one in page if one.person]),
        next=start + PAGE if len(rows) > start + PAGE else "",
    )


ROUTES = (door("/funds/{line}/evaluation", indicator, roles=BUSINESS),)
