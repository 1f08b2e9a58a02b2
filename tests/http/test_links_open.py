"""No page leads its reader to a refusal: every link that a page shows to a role opens to that role."""

from __future__ import annotations

import html
import re
from collections import Counter, deque
from urllib.parse import parse_qsl, urljoin, urlsplit

import pytest
from starlette.applications import Starlette
from starlette.routing import Match, Route
from web_world import World

OF_A_SHAPE = 2  # addresses tried of one page with one kind of question
HREF = re.compile(r'href="([^"#]+)')


@pytest.mark.parametrize("officer", ["wang", "province", "board", "security"])
def test_every_link_of_every_page_opens_to_whom_it_is_shown(
    shared_world: World, shared_app: Starlette, officer: str
) -> None:
    client = shared_world.client(shared_app, officer)
    waiting, seen, tried, dead = deque([("/", "")]), {"/"}, Counter[tuple[str, ...]](), []
    while waiting:
        address, shown_on = waiting.popleft()
        shape = _shape(shared_app, address)
        tried[shape] += 1
        if tried[shape] > OF_A_SHAPE:
            continue
        answer = client.get(address)
        found = [str(answer.headers["location"])] if answer.status_code == 303 else HREF.findall(answer.text)
        if answer.status_code not in (200, 303):
            dead.append(f"{answer.status_code} {address} on {shown_on}")
        elif "html" in answer.headers.get("content-type", "") or answer.status_code == 303:
            for href in found:
                full = urljoin(address, html.unescape(href))
                if full.startswith("/") and "format=" not in full and "lang=" not in full and full not in seen:
                    seen.add(full)
                    waiting.append((full, address))
    assert not dead
    assert len(tried) > 10


def _shape(app: Starlette, address: str) -> tuple[str, ...]:
    """The route that answers an address, and what its question names."""
    path = urlsplit(address).path
    asked = {"type": "http", "path": path, "method": "GET", "root_path": ""}
    route = next((one for one in app.routes if isinstance(one, Route) and one.matches(asked)[0] == Match.FULL), None)
    return (route.path if route else path, *sorted(name for name, _ in parse_qsl(urlsplit(address).query)))
