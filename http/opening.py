"""Whether a link would open: so that no page leads its reader to a refusal. What decides is still the page itself."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Final
from urllib.parse import parse_qs, urlsplit

from starlette.routing import Match, Route

from taizhang.domain.decisions import INSTITUTION, within
from taizhang.http.frame import CASEWORK, SECTIONS, Page

if TYPE_CHECKING:
    from taizhang.http.visit import Visit

NOT_THEIRS: Final = (
    "/households/",
    "/inspections/of/",
    "/inspections/circulars/",
)  # an institution's own lists name them


def opens(visit: Visit, href: str) -> bool:
    """Whether an address of ours opens to the officer, as far as role and region say."""
    address, role = urlsplit(href), visit.actor.role
    if role == INSTITUTION and address.path.startswith(NOT_THEIRS):
        return False
    region = parse_qs(address.query).get("region", [""])[0]
    if region and not within(region, visit.scope):
        return False
    pages = [page for section in SECTIONS for page in section.pages if _is_under(address.path, page)]
    if any(role not in (page.roles or CASEWORK) for page in pages[-1:]):
        return False
    roles = _roles_of(visit.request.app.routes, address.path)
    return roles is None or role in roles


def _is_under(path: str, page: Page) -> bool:
    return any(path == one or (one != "/" and path.startswith(f"{one}/")) for one in (page.path, *page.under))


def _roles_of(routes: Sequence[object], path: str) -> frozenset[str] | None:
    """Whom the route of a page opens to; None for one that asks for nobody in particular."""
    asked = {"type": "http", "path": path, "method": "GET", "root_path": ""}
    for route in routes:
        if isinstance(route, Route) and route.matches(asked)[0] == Match.FULL:
            found: frozenset[str] | None = getattr(route.endpoint, "roles", None)
            return found
    return None
