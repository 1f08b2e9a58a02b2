"""An officer of the wrong region finds nothing, whatever is typed into the address."""

from __future__ import annotations

import re

import pytest
from starlette.applications import Starlette
from starlette.routing import Route
from web_world import CLASS, COUNTY, NAMES, OTHER_COUNTY, PROVINCE, VILLAGE, World

from taizhang.projections.readers import readable_tables

OPEN_TO_ALL = {"/signin", "/signout", "/password", "/role", "/health", "/import/templates/{form}.xlsx"}


def _secrets(world: World) -> list[str]:
    """What must never reach an officer of another county."""
    return [*world.persons, CLASS, world.household, *(name[0] + "某某" for name in NAMES), "花名册.xlsx", "GS-0001"]


def _addresses(world: World, route: Route) -> list[str]:
    """The route with foreign ids in its path, and with foreign regions, classes and tags in its question."""
    head = world.house.log.head().position
    paths = [route.path]
    samples = {
        "{position:int}": [str(position) for position in range(1, head + 1)],
        "{person}": world.persons,
        "{training_class}": [CLASS],
        "{household}": [world.household],
        "{draft}": ["guessed"],
        "{batch}": ["guessed"],
        "{job}": ["guessed"],
        "{form}": ["roster"],
        "{table}": [*readable_tables()],
        "{command}": ["training.enrol-trainee"],
        "{line}": ["LINE-1"],
        "{claim}": ["claim-620121-1"],
        "{official}": world.persons,
        "{inspection}": ["insp-620121-1"],
        "{finding}": ["find-620121-1"],
        "{sample}": ["sample-1"],
        "{circular}": ["circular-1"],
        "{lead}": ["L0123456789abcdef"],
        "{case}": ["case-620121-1"],
        "{statement}": ["stat-620121-1"],
        "{digest}": ["0" * 64],
        "{place:path}": ["000", "000.p/1", "0/000.p/1"],
    }
    for name, values in samples.items():
        paths = [path.replace(name, value) for path in paths for value in (values if name in path else [""])]
    assert not any("{" in path for path in paths), f"say here with which foreign ids {route.path} is to be tried"
    if len(paths) > 1:
        return paths
    questions = [f"?region={PROVINCE}", f"?region={VILLAGE}", f"?of=household:{world.household}"]
    questions += ["?type=people.person-registered.v1", f"?of=region:{COUNTY}"]  # others: tests/walking.py
    return [paths[0] + question for question in questions]


@pytest.mark.parametrize("officer", ["foreign"])
def test_every_route_tells_an_officer_of_the_wrong_region_nothing(
    shared_world: World, shared_app: Starlette, officer: str
) -> None:
    client = shared_world.client(shared_app, officer)
    tried = 0
    for route in shared_app.routes:
        if not isinstance(route, Route) or "GET" not in (route.methods or ()) or route.path in OPEN_TO_ALL:
            continue
        for address in _addresses(shared_world, route):
            answer = client.get(address)
            asked = set(address.replace("?", "/").replace("=", "/").replace("&", "/").replace(":", "/").split("/"))
            assert answer.status_code < 500, address
            for secret in _secrets(shared_world):
                if secret not in asked:  # a form may repeat what was typed into it
                    assert secret not in answer.text, f"{address} shows {secret}"
            tried += 1
    assert tried > 200


def test_what_is_foreign_is_answered_exactly_like_what_does_not_exist(
    shared_world: World, shared_app: Starlette
) -> None:
    client = shared_world.client(shared_app, "foreign")
    pairs = [
        (f"/classes/{CLASS}", "/classes/c620121-none"),
        (f"/households/{shared_world.household}", "/households/h-none"),
        (f"/persons/{shared_world.persons[0]}", "/persons/pnone"),
        (f"/ledger?region={COUNTY}", "/ledger?region=999999"),
        (f"/facts?of=class:{CLASS}", "/facts?of=class:c620121-none"),
        (f"/api/ledger?region={COUNTY}", "/api/ledger?region=999999"),
    ]
    for foreign, absent in pairs:
        first, second = client.get(foreign), client.get(absent)
        assert first.status_code == second.status_code == 404, foreign
        assert first.text == second.text


def test_the_same_addresses_are_open_to_the_officers_whose_region_it_is(
    shared_world: World, shared_app: Starlette
) -> None:
    for officer in ("wang", "province"):
        client = shared_world.client(shared_app, officer)
        for address in (
            f"/classes/{CLASS}",
            f"/households/{shared_world.household}",
            f"/persons/{shared_world.persons[0]}",
            f"/ledger?region={COUNTY}",
            f"/facts?of=class:{CLASS}",
            f"/ledger/facts?region={COUNTY}&measure=person_times",
        ):
            assert client.get(address).status_code == 200, address


def test_only_the_security_administrator_manages_officers(shared_world: World, shared_app: Starlette) -> None:
    for officer, status in (("wang", 403), ("board", 403), ("security", 200)):
        assert shared_world.client(shared_app, officer).get("/officers").status_code == status


def test_forms_and_officers_say_who_may_approve(shared_world: World, shared_app: Starlette) -> None:
    form = shared_world.client(shared_app, "wang").get("/record/training.complete-class?lang=en").text
    offered = re.findall(r'<option value="([^"]+)">样例', form.partition('<datalist id="approvers">')[2])
    assert "province" in offered  # a clerk of the region above
    assert not {"wang", "foreign", "security", "board"} & {*offered}  # oneself, elsewhere, another role
    page = shared_world.client(shared_app, "security").get("/officers?lang=en").text
    told = page.partition('id="approving"')[2]
    assert "none of the three administrators approves anything" in told
    assert re.search(r"finance</th><td>[^<]*Funds transferred", told), told[:2000]
    assert "administrator</th>" not in told.partition("</table>")[0]


def test_a_dashboard_is_told_that_its_sums_end_at_the_county(shared_world: World, shared_app: Starlette) -> None:
    """And not that no training is recorded where some people were trained."""
    page = shared_world.client(shared_app, "board").get(f"/ledger?region={COUNTY}&lang=en").text
    assert "For this role the sums end at the county" in page
    assert "No training is recorded" not in page
    assert CLASS not in page
    empty = shared_world.client(shared_app, "board").get(f"/ledger?region={OTHER_COUNTY}&lang=en").text
    assert "No training is recorded" in empty


def test_what_answers_for_a_moment_lets_its_reader_choose_it(shared_world: World, shared_app: Starlette) -> None:
    client = shared_world.client(shared_app, "province")
    for path in ("/", "/map", "/ledger", "/facts", "/refusals", "/claims", "/seals", "/lists"):
        page = client.get(f"{path}?as_recorded_at=2016-12-31T00:00:00&as_effective_on=2016-06-30").text
        assert re.search(r'name="as_recorded_at" value="2016-12-31T00:00:00"', page), path
        assert re.search(r'name="as_effective_on" value="2016-06-30"', page), path
