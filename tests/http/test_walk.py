"""Every route there is, as every role, from the wrong region or organisation: nothing leaks, in page, file, feed or error."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from starlette.applications import Starlette
from walking import (
    AT_HOME,
    FEED,
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

HOSTILE = (
    "as_recorded_at=9999-12-31T23:59:59Z&as_effective_on=0001-01-01",
    f"since=9223372036854775808&then_recorded_at=0001-01-01&period=2016-02-30..0001-01-01&after={'1' * 4_400}&at={'1' * 4_400}",
    f"after=~WyJhIl0&institution=//[&programme=%ED%A0%80&kind=%27&measure=1e999&days={'1' * 4_400}&year=NaN&play=%C2%B2",
)
"""What no page of ours ever asks, in parameters that pages and the API know."""


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


def test_no_address_that_somebody_types_is_answered_as_our_own_mistake(walked: tuple[World, Starlette]) -> None:
    world, app = walked
    clients = [world.client(app, officer) for officer in (*AT_HOME, "security")]
    for route in routes(app):
        if "GET" not in (route.methods or ()) or route.path in {FEED, "/ready"}:
            continue
        plain = addresses(world, route)[0]
        mine = next((one for one in clients if one.get(plain).status_code != 403), clients[0])
        for hostile in HOSTILE:
            address = f"{plain}{'&' if '?' in plain else '?'}{hostile}"
            assert mine.get(address).status_code < 500, address


def test_figures_of_the_whole_house_open_to_nobody_of_a_part_of_it(walked: tuple[World, Starlette]) -> None:
    world, app = walked
    assert world.client(app, "walker-discipline").get("/metrics").status_code == 403
    assert world.client(app, "province-audit-administrator").get("/metrics").status_code == 403
    watched = world.client(app, "province-system-administrator")
    assert watched.get("/metrics").status_code == 200
    shown = watched.get("http://testserver:8123/system").text  # where it listens, whatever the settings say
    assert '<dt class="mono">port</dt><dd>8123</dd>' in shown
