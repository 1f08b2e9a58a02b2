"""What a county is due under a policy that ties a line to training done: the persons who count, and what was allotted."""

from __future__ import annotations

from typing import Final

from starlette.exceptions import HTTPException
from starlette.responses import Response

from taizhang.domain.officers import BUSINESS
from taizhang.http.funds_flags import offset
from taizhang.http.funds_pages import fund_line
from taizhang.http.funds_scope import asked_line, asked_region, money_page, require_role
from taizhang.http.names import class_names
from taizhang.http.people import masked
from taizhang.http.places import name_of
from taizhang.http.visit import Visit, door
from taizhang.projections.funds.tied import counted, tied

PAGE: Final = 200


def tie(visit: Visit) -> Response:
    """One county under one policy: each figure of the line's page, and every place by which somebody counts.

    Where the address names no policy it is the page of the line, which lists them.

    Raises HTTPException (404) for a foreign line or county, or a policy under which the county is not named.
    """
    if "tie" not in visit.request.query_params:
        return fund_line(visit)
    require_role(visit)
    county, start = asked_region(visit), offset(visit)
    with visit.house.log.database.read() as connection:
        line = asked_line(visit, connection)
        wanted = visit.request.query_params["tie"], county
        found = [one for one in tied(connection, visit.scope, line.line) if (one.tie, one.county) == wanted]
        if not found:
            raise HTTPException(404)
        places = counted(connection, line.line, *wanted)
    page = places[start : start + PAGE]
    class_names(visit, [one.training_class for one in page])
    return money_page(
        visit,
        "fund_tie.html",
        line=line,
        one=found[0],
        county=county,
        county_name=name_of(visit, county),
        rows=page,
        people=masked(visit.house.vault, [one.person for one in page]),
        next=start + PAGE if len(places) > start + PAGE else "",
    )


ROUTES = (door("/funds/{line}/ties", tie, roles=BUSINESS),)
