"""Every route there is, as every role, from the wrong region or organisation: nothing leaks, in page, file, feed or error.

The routes come from the application itself. A route that says neither who may use it nor what its path may hold fails here.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any, NamedTuple

import pytest
from starlette.applications import Starlette
from starlette.routing import Route
from starlette.testclient import TestClient
from web_world import CITY, CLASS, COUNTY, NAMES, OTHER_COUNTY, PASSWORD, PROVINCE, VILLAGE, World, opened_world

from taizhang.adapters.signin import SignIn
from taizhang.domain.core import OfficerId, OrganisationId, RegionCode
from taizhang.domain.envelope import opened
from taizhang.domain.institutions import OrganisationRegistered
from taizhang.domain.officer_keys import SignInGiven
from taizhang.domain.officers import ROLES, DataExported, OfficerAppointed, PersonalDataRead, RoleGranted
from taizhang.domain.postings.officials import VILLAGE_OFFICIAL
from taizhang.domain.refused import SubmissionRefused
from taizhang.http.app import create_app
from taizhang.http.visit import CASEWORK

ON = date(2015, 2, 2)
OWN_ACCOUNT = {
    "/signin",
    "/signin/sso",
    "/signin/sso/return",
    "/signout",
    "/password",
    "/role",
    "/health",
    "/ready",
    "/openapi.json",
}
FORMS = {"/import/templates/{form}.xlsx"}  # empty forms, the same for everybody
FEED = "/api/feed"  # goes on for ever unless it is told not to follow


class Walker(NamedTuple):
    """Somebody who has no business with the county's class."""

    officer: str
    role: str
    organisation: str
    region: str


FOREIGN = [
    Walker(f"walker-{role}", role, f"office-{OTHER_COUNTY}", OTHER_COUNTY) for role in ROLES if role != VILLAGE_OFFICIAL
]
WALKERS = [
    *FOREIGN,
    Walker("other-school", "institution", "i-other", COUNTY),  # the right county, another institution
    Walker("province-board", "dashboard", "office", PROVINCE),  # sees sums of everything, and nobody
    *(Walker(f"province-{role}", role, "office", PROVINCE) for role in ROLES if role.endswith("administrator")),
]
SAMPLES = {
    "{position:int}": ["{facts}"],
    "{person}": ["{person}"],
    "{training_class}": [CLASS],
    "{household}": ["{household}"],
    "{draft}": ["guessed"],
    "{batch}": ["guessed"],
    "{job}": ["guessed"],
    "{form}": ["roster"],
    "{command}": ["training.enrol-trainee"],
    "{line}": ["LINE-1"],
    "{claim}": ["claim-620121-1"],
    "{list}": ["guessed"],
    "{place:path}": ["000", "0/000.p/1"],
    "{posting}": ["post-620121-1"],
    "{official}": ["{person}"],
    "{inspection}": ["insp-620121-1"],
    "{finding}": ["find-620121-1"],
    "{measure}": ["person_times"],
    "{lead}": ["lead-620121-1"],
    "{case}": ["case-620121-1"],
    "{statement}": ["statement-620121-1"],
    "{subject}": [f"class:{CLASS}"],
    "{digest}": ["a" * 64],
    "{name}": ["guessed"],
    "{table}": ["ledger_enrolment", "ledger_class", "person", "household", "fund_share"],
    "{fact}": ["1"],
    "{sample}": ["sample-620121-1"],
    "{circular}": ["circular-620121-1"],
    "{bundle}": ["guessed"],
    "{finding_id}": ["find-620121-1"],
    "{rule}": ["F01"],
    "{village}": [VILLAGE],
    "{view}": ["ledger"],
    "{year}": ["2016"],
    "{institution}": ["i-yongdeng"],
    "{operation}": ["guessed"],
    "{card}": ["guessed"],
}
"""With which foreign ids each part of a path is tried: a new kind of id is named here, or its route fails the walk."""


@pytest.fixture(scope="module")
def walked(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[World, Starlette]]:
    with opened_world(tmp_path_factory.mktemp("walk")) as world:
        school = OrganisationRegistered(
            occurred_on=ON, organisation=OrganisationId("i-other"), name="另一样例学校", kind="institution", region=RegionCode(COUNTY)
        )  # fmt: skip
        world.record("province", school)
        for one in WALKERS:
            who, office = OfficerId(one.officer), OrganisationId(one.organisation)
            role: Any = one.role
            world.record(
                "security",
                OfficerAppointed(occurred_on=ON, officer=who, organisation=office),
                RoleGranted(occurred_on=ON, officer=who, role=role, organisation=office, region=RegionCode(one.region)),
            )
            world.house.signin.enrol(one.officer, one.officer, SignIn.new_key(), PASSWORD, must_change=False)
        world.house.views.catch_up()
        yield world, create_app(world.house, follow=False)


def routes(app: Starlette) -> list[Route]:
    return [one for one in app.routes if isinstance(one, Route)]


def opened_to(route: Route) -> frozenset[str] | None:
    """The roles that a route declares; None where it is open by its own account. Fails where it declares nothing."""
    if hasattr(route.endpoint, "roles"):
        found: frozenset[str] | None = route.endpoint.roles
        return found
    declared = getattr(route.endpoint, "declared", None)
    assert declared is not None, f"{route.path} does not say who may use it: open it by `door`, or declare it"
    roles: frozenset[str] | None = declared.roles
    return CASEWORK if roles is None else roles


def addresses(world: World, route: Route) -> list[str]:
    """The route with foreign ids in its path, and with foreign regions, classes and tags in its question."""
    if route.path == FEED:
        return [f"{FEED}?follow=false&after=0"]
    paths = [route.path]
    given = {"{person}": world.persons[0], "{household}": world.household}
    facts = [str(position) for position in foreign_facts(world)]
    for name, values in SAMPLES.items():
        if name not in route.path:
            continue
        tried = [one for value in values for one in (facts if value == "{facts}" else [given.get(value, value)])]
        paths = [path.replace(name, value) for path in paths for value in tried]
    assert not any("{" in path for path in paths), f"say in SAMPLES with which foreign ids {route.path} is to be tried"
    if len(paths) > 1:
        return paths
    person, household = world.persons[0], world.household
    questions = ["", f"?region={COUNTY}", f"?region={CITY}", f"?class={CLASS}", f"?training_class={CLASS}"]
    questions += [f"?household={household}", f"?person={person}", f"?of=class:{CLASS}", f"?of=person:{person}"]
    questions += [
        f"?measure=person_times&region={COUNTY}&class={CLASS}",
        "?type=training.trainee-enrolled.v1",
        f"?q={CLASS}",
    ]
    return [paths[0] + question for question in questions]


def foreign_facts(world: World) -> list[int]:
    """One fact of every kind that the county recorded."""
    head = world.house.log.head().position
    kinds: dict[str, int] = {}
    for stored in world.house.log.page(0, head):
        if not stored.type.startswith(("policy.", "regions.", "officers.")):
            kinds.setdefault(stored.type, stored.position)
    return list(kinds.values())


def secrets(world: World) -> list[str]:
    """What must never reach somebody without business there."""
    return [
        *world.persons,
        CLASS,
        world.household,
        *(name[0] + "某某" for name in NAMES),
        *NAMES,
        "花名册.xlsx",
        "GS-0001",
    ]


def leaked(world: World, address: str, text: str) -> list[str]:
    asked = set(address.replace("?", "/").replace("=", "/").replace("&", "/").replace(":", "/").split("/"))
    return [one for one in secrets(world) if one in text and one not in asked]  # a form may repeat what was typed


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
                assert not leaked(world, address, answer.text), address
                break  # closed is closed, whatever is asked
            assert not leaked(world, address, answer.text), f"{address} shows {leaked(world, address, answer.text)}"
    assert tried > 40


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
        answer = client.post(address, data=_form(world, client), headers={"idempotency-key": "walk"})
        assert answer.status_code < 500, address
        shown = [one for one in leaked(world, address, answer.text) if one not in _form(world, client).values()]
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


def _form(world: World, client: TestClient) -> dict[str, str]:
    """Foreign things in every field that a form of ours has."""
    return {
        "csrf": world.csrf(client),
        "region": COUNTY,
        "training_class": CLASS,
        "person": world.persons[0],
        "household": world.household,
        "officer": "wang",
        "role": "clerk",
        "organisation": "hr-620121",
        "grant": f"clerk@hr-620121@{COUNTY}@wang",
        "purpose": "核对名单",
        "value": NAMES[0],
        "kind": "name",
        "occurred_on": "2016-04-01",
        "decision": "approve",
    }
