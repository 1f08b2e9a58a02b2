"""Every form and every write there is, as every role, from the wrong region or organisation: nothing changes, nothing leaks."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from starlette.applications import Starlette
from walking import OWN_ACCOUNT, WALKERS, Walker, addresses, form_of, leaked, opened_to, routes, walked_world
from web_world import PROVINCE, World

from taizhang.domain.envelope import opened
from taizhang.domain.officer_keys import SignInGiven
from taizhang.domain.officers import DataExported, PersonalDataRead
from taizhang.domain.refused import SubmissionRefused


@pytest.fixture(scope="module")
def walked(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[World, Starlette]]:
    with walked_world(tmp_path_factory.mktemp("walk")) as found:
        yield found


@pytest.mark.parametrize("walker", WALKERS, ids=lambda one: one.officer)
def test_whoever_has_no_business_there_changes_nothing_by_any_form(
    walked: tuple[World, Starlette], walker: Walker
) -> None:
    world, app = walked
    client = world.client(app, walker.officer)
    before = world.house.log.head().position
    for route in routes(app):
        if "POST" not in (route.methods or ()) or route.path in OWN_ACCOUNT:
            continue
        address = addresses(world, route)[0]
        answer = client.post(address, data=form_of(world, client), headers={"idempotency-key": "walk"})
        assert answer.status_code < 500, address
        shown = [
            one for one in leaked(world, address, answer.text, walker) if one not in form_of(world, client).values()
        ]
        assert not shown, f"{address} shows {shown}"
        roles = opened_to(route)
        if roles is not None and walker.role not in roles:
            assert answer.status_code == 403, address
    after = [opened(stored.position, stored.leaf).fact for stored in world.house.log.page(before, 1_000)]
    assert not any(fact.persons for fact in after if isinstance(fact, PersonalDataRead)), "a look-up found somebody"
    recorded = {type(fact).TOPIC for fact in after}
    # what was refused, files of the walker's own region, and look-ups that found nobody
    allowed = {SubmissionRefused.TOPIC, DataExported.TOPIC, PersonalDataRead.TOPIC}
    if walker.role == "security-administrator" and walker.region == PROVINCE:
        allowed |= {SignInGiven.TOPIC}  # a new password is this administrator's to give
    assert recorded <= allowed, recorded
