"""Whether a link would open: so that no page leads its reader to a refusal. What decides is still the page itself."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Final
from urllib.parse import parse_qs, urlsplit

from starlette.routing import BaseRoute, Match, Route

from taizhang.domain.decisions import INSTITUTION, within
from taizhang.http.frame import CASEWORK, SECTIONS, Page

if TYPE_CHECKING:
    from taizhang.http.visit import Visit

NOT_THEIRS: Final = (
    "/households/",
    "/inspections/of/",
    "/inspections/circulars/",
)  # an institution's own lists name them

EVIDENCE: Final = "/evidence/"  # of some only the digest was handed in


def opens(visit: Visit, href: str) -> bool:
    """Whether an address of ours opens to the officer, as far as role and region say."""
    address, role = urlsplit(href), visit.actor.role
    if role == INSTITUTION and address.path.startswith(NOT_THEIRS):
        return False
    if EVIDENCE in address.path and not visit.house.files.holds(address.path.rpartition("/")[2]):
        return False
    region = parse_qs(address.query).get("region", [""])[0] if "region=" in address.query else ""
    if region and not within(region, visit.scope):
        return False
    opening: Opening = visit.request.app.state.opening
    return opening.opens(address.path, role)


def _is_under(path: str, page: Page) -> bool:
    return any(path == one or (one != "/" and path.startswith(f"{one}/")) for one in (page.path, *page.under))


class Opening:
    """Whom each page opens to, found once for all addresses of one shape."""

    def __init__(self, routes: Iterable[BaseRoute]) -> None:
        self._routes = [one for one in routes if isinstance(one, Route) and "GET" in (one.methods or ())]
        self._literals = {part for one in self._routes for part in one.path.split("/") if not part.startswith("{")}
        self._known: dict[tuple[str, ...], frozenset[str] | None] = {}

    def opens(self, path: str, role: str) -> bool:
        """Whether the page of the navigation that a path stands under, and the route that answers it, open to a role."""
        shape = tuple([part if part in self._literals else "*" for part in path.split("/")])
        if shape not in self._known:
            self._known[shape] = self._both(path)
        roles = self._known[shape]
        return roles is None or role in roles

    def answers(self, path: str) -> bool:
        """Whether a page stands at a path."""
        asked = {"type": "http", "path": path, "method": "GET", "root_path": ""}
        return any(one.matches(asked)[0] == Match.FULL for one in self._routes)

    def _both(self, path: str) -> frozenset[str] | None:
        pages = [page for section in SECTIONS for page in section.pages if _is_under(path, page)]
        of_page = (pages[-1].roles or CASEWORK) if pages else None
        of_route = self._roles(path)
        if of_page is None or of_route is None:
            return of_page if of_route is None else of_route
        return of_page & of_route

    def _roles(self, path: str) -> frozenset[str] | None:
        """The roles of the route that answers a path; None for one that asks for nobody in particular."""
        asked = {"type": "http", "path": path, "method": "GET", "root_path": ""}
        endpoint = next((one.endpoint for one in self._routes if one.matches(asked)[0] == Match.FULL), None)
        found: frozenset[str] | None = getattr(endpoint, "roles", None)
        return found
