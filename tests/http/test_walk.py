"""Every route there is, as every role, from the wrong region or organisation: nothing leaks, in page, file, feed or error."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from starlette.applications import Starlette
from walking import (
    AT_HOME,
    FORMS,
    OWN_ACCOUNT,
    UNMADE,
    WALKERS,
    Walker,
    addresses,
    leaked,
    opened_to,
    routes,
    walked_world,
)
from web_world import World


@pytest.fixture(scope="module")
def walked(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[World, Starlette]]:
    with walked_world(tmp_path_factory.mktemp("walk")) as found:
        yield found


def test_every_route_says_who_may_use_it(walked: tuple[World, Starlette]) -> None:
    for route in routes(walked[1]):
        if opened_to(route) is None:
            assert route.path in OWN_ACCOUNT or route.path.startswith("/log/"), f"{route.path} is open to everybody"


@pytest.mark.parametrize("walker", WALKERS, ids=lambda one: one.officer)
def test_whoever_has_no_business_there_finds_nothing_on_any_route(
    walked: tuple[World, Starlette], walker: Walker
) -> None:
    world, app = walked
    client = world.client(app, walker.officer)
    tried = 0
    for route in routes(app):
        if "GET" not in (route.methods or ()) or route.path in OWN_ACCOUNT | FORMS:
            continue
        roles = opened_to(route)
        for address in addresses(world, route):
            answer = client.get(address)
            tried += 1
            assert answer.status_code < 500, address
            if roles is not None and walker.role not in roles:
                assert answer.status_code == 403, f"{address} opens to {walker.role}"
                assert not leaked(world, address, answer.text, walker), address
                break  # closed is closed, whatever is asked
            assert not leaked(world, address, answer.text, walker), (
                f"{address} shows {leaked(world, address, answer.text, walker)}"
            )
    assert tried > 40


def test_what_the_walkers_ask_for_is_really_there_for_somebody_whose_it_is(walked: tuple[World, Starlette]) -> None:
    """Else a walk past ids of nothing would find nothing leaked, whatever a route answers."""
    world, app = walked
    clients = [world.client(app, officer) for officer in AT_HOME]
    for route in routes(app):
        if "GET" not in (route.methods or ()) or "{" not in route.path or any(one in route.path for one in UNMADE):
            continue
        asked = [address for address in addresses(world, route) if "?" not in address]
        assert any(client.get(address).status_code == 200 for address in asked for client in clients), route.path


def test_figures_of_the_whole_house_open_to_nobody_of_a_part_of_it(walked: tuple[World, Starlette]) -> None:
    world, app = walked
    assert world.client(app, "walker-discipline").get("/metrics").status_code == 403
    assert world.client(app, "province-audit-administrator").get("/metrics").status_code == 403
    watched = world.client(app, "province-system-administrator")
    assert watched.get("/metrics").status_code == 200
    shown = watched.get("http://testserver:8123/system").text  # where it listens, whatever the settings say
    assert '<dt class="mono">port</dt><dd>8123</dd>' in shown
