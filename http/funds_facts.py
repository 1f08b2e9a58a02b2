"""The facts behind a figure of money: of one line, or of all lines of a region together."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from sqlalchemy import Connection
from starlette.exceptions import HTTPException
from starlette.responses import Response

from taizhang.domain.officers import BUSINESS
from taizhang.http.fact_pages import cursor
from taizhang.http.funds_figures import EXECUTION, OPENED, UNCHARGED, Asked, entries
from taizhang.http.funds_pages import cash_edges
from taizhang.http.funds_picture import ANY, REST, pairs
from taizhang.http.funds_scope import (
    asked_line,
    asked_region,
    cuts,
    money_page,
    require_role,
    sees_holder,
)
from taizhang.http.names import class_names
from taizhang.http.visit import Visit, door
from taizhang.projections.funds.claims import NO_LINE
from taizhang.projections.funds.lines import FundLine, fund_lines
from taizhang.projections.funds.statement import statement

ENTRIES_PAGE: Final = 200
RECEIVED: Final = "received_fen"


def fund_facts(visit: Visit) -> Response:
    """The facts behind a figure of a line: each with the change it made; together they are the figure.

    Raises HTTPException (404) for a foreign line or region, or a figure that there is not.
    """
    require_role(visit)
    given = visit.request.query_params
    with visit.house.log.database.read() as connection:
        line = asked_line(visit, connection)
        parts: dict[str, Any] = {name: given.get(name, "") for name in ("holder", "account", "counter", "book", "kind")}
        giver, _, taker = given.get("between", "").partition(">")
        asked = Asked((line.line,), asked_region(visit), _measure(visit), **parts)
        if giver:
            asked = asked._replace(pairs=_pairs(visit, connection, line, giver, taker))
        return _page(visit, connection, asked, line)


def _pairs(visit: Visit, connection: Connection, line: FundLine, giver: str, taker: str) -> list[tuple[str, str]]:
    """The pairs of accounts that a band or a sum of the picture stands for. Raises HTTPException (404) for foreign ones."""
    if any(one == ANY or one.startswith(f"{REST}@") for one in (giver, taker)):
        found = pairs(cash_edges(visit, statement(connection, line.line, cuts(visit))), giver, taker)
        if not found:
            raise HTTPException(404)
        return found
    if not any(sees_holder(visit, one.removeprefix("advance:")) for one in (giver, taker)):
        raise HTTPException(404)
    return [(giver, taker)]


def all_facts(visit: Visit) -> Response:
    """The same of all lines of a region, of one source or year where the address names it, or of its own accounts only.

    Raises HTTPException (404) for a foreign region, or a figure that there is not.
    """
    require_role(visit)
    given, region = visit.request.query_params, asked_region(visit)
    source, year, only = (given.get(name, "") for name in ("source", "year", "line"))
    with visit.house.log.database.read() as connection:
        lines = [
            one.line
            for one in fund_lines(connection, region, cuts=cuts(visit))
            if source in ("", one.source) and year in ("", str(one.year))
        ]
        if only == UNCHARGED or not (source or year):
            lines = [NO_LINE] if only == UNCHARGED else [*lines, NO_LINE]
        return _page(visit, connection, Asked(lines, region, _measure(visit), exactly="own" in given), None)


def _measure(visit: Visit) -> str:
    """Raises HTTPException (404) for a measure that opens into no entries."""
    measure = visit.request.query_params.get("measure", "")
    if measure and measure not in OPENED:
        raise HTTPException(404)
    return OPENED.get(measure, "")


def _page(visit: Visit, connection: Connection, asked: Asked, line: FundLine | None) -> Response:
    every = list(entries(connection, asked, cuts(visit)))
    after = cursor(visit.request.query_params.get("after", "")) or 0
    received = (
        _sum(entries(connection, asked._replace(measure=RECEIVED), cuts(visit))) if asked.measure == EXECUTION else None
    )
    page = every[after : after + ENTRIES_PAGE]
    class_names(visit, [one.training_class for one in page])
    return money_page(
        visit,
        "fund_facts.html",
        line=line,
        asked=asked,
        rows=page,
        total=_sum(every),
        rate=10_000 * _sum(every) // received if received else None,
        received=received,
        count=len(every),
        next=after + ENTRIES_PAGE if len(every) > after + ENTRIES_PAGE else "",
    )


def _sum(found: Any) -> int:
    return sum(one.change_fen for one in found)


ROUTES: Sequence[Any] = (
    door("/funds/facts", all_facts, roles=BUSINESS),
    door("/funds/{line}/facts", fund_facts, roles=BUSINESS),
)
