"""Every room of the API: whoever adds a file `*_api.py` names it here, and its answers are served and documented."""

from __future__ import annotations

from taizhang.http import facts_api, funds_api, house_api, ledger_api, rules_api
from taizhang.http.api_endpoints import Endpoint

ROOMS = (ledger_api, funds_api, facts_api, rules_api, house_api)


def endpoints() -> tuple[Endpoint, ...]:
    """Every declared answer, in the order of the rooms."""
    return tuple(endpoint for room in ROOMS for endpoint in room.ENDPOINTS)
