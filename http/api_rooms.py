"""Every room of the API: whoever adds a file `*_api.py` names it here, and its answers are served and documented."""

from __future__ import annotations

from starlette.routing import Route

from taizhang.http import (
    cases_api,
    catalogue_api,
    claims_api,
    desk_api,
    explained_api,
    facts_api,
    field_api,
    funds_api,
    funds_between_api,
    funds_views_api,
    house_api,
    ledger_api,
    log_api,
    officers_api,
    performance_api,
    performance_facts_api,
    rules_api,
    statements_api,
    tables_api,
)
from taizhang.http.api_answering import route_of
from taizhang.http.api_commands import WRITINGS, writing_route
from taizhang.http.api_endpoints import Endpoint
from taizhang.http.api_feed import feed_route

ROOMS = (  # one a line: areas are added side by side
    cases_api,
    catalogue_api,
    claims_api,
    desk_api,
    explained_api,
    facts_api,
    field_api,
    funds_between_api,  # before funds_api, which would take "between" for a line
    funds_api,
    funds_views_api,
    house_api,
    ledger_api,
    log_api,
    officers_api,
    performance_api,
    performance_facts_api,
    rules_api,
    statements_api,
    tables_api,
)


def endpoints() -> tuple[Endpoint, ...]:
    """Every declared answer, in the order of the rooms."""
    return tuple(endpoint for room in ROOMS for endpoint in room.ENDPOINTS)


def routes() -> list[Route]:
    """The route of every declared answer and way to write, and of the feed."""
    return [*map(route_of, endpoints()), *map(writing_route, WRITINGS), feed_route()]
