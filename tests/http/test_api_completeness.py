"""Every command, every view and every page has its place in the API: by construction, whoever adds one."""

from __future__ import annotations

import pytest
from starlette.applications import Starlette
from starlette.routing import Route
from web_world import CITY, COUNTY, OTHER_COUNTY, PROVINCE, World

from taizhang.adapters.requests import MORE_THAN_RECORDED, writable
from taizhang.domain.classes import ClassFiled
from taizhang.domain.decisions import commands
from taizhang.domain.enrolment import TraineeEnrolled
from taizhang.http.api_rooms import endpoints
from taizhang.http.api_twins import TWINS, WITHOUT
from taizhang.projections.views import all_views


def _pages(app: Starlette) -> set[str]:
    routes = [one for one in app.routes if isinstance(one, Route) and "GET" in (one.methods or ())]
    return {one.path for one in routes if not one.path.startswith("/api/")}


def test_every_page_names_where_the_api_answers_the_same_or_why_it_need_not(shared_app: Starlette) -> None:
    assert _pages(shared_app) == set(TWINS) | WITHOUT
    assert not set(TWINS) & WITHOUT


def test_what_a_page_names_is_answered_by_the_api() -> None:
    answered = {endpoint.path for endpoint in endpoints()}
    assert not {path for named in TWINS.values() for path in named} - answered


def test_every_answer_of_the_api_is_named_by_a_page_or_tells_of_the_api_itself() -> None:
    named = {path for paths in TWINS.values() for path in paths}
    beside = {"/api/problems"}  # the types of the API's own refusals: /api-docs shows them
    assert {endpoint.path for endpoint in endpoints()} - named == beside


def test_every_answer_says_in_its_first_line_what_it_is() -> None:
    assert [one.path for one in endpoints() if (one.handler.__doc__ or "Raises").startswith("Raises")] == []


def test_every_view_is_read_by_an_answer() -> None:
    read = {view for endpoint in endpoints() for view in endpoint.reads}
    assert not {make().name for make in all_views()} - read


def test_every_command_is_given_by_the_api_but_those_that_do_more_than_record() -> None:
    assert set(commands()) == set(writable()) | set(MORE_THAN_RECORDED)


def test_a_page_says_where_programs_find_its_data(shared_world: World, shared_app: Starlette) -> None:
    page = shared_world.client(shared_app, "wang").get("/ledger?lang=en").text
    assert '<a href="/api-docs?area=ledger"><code>/api/ledger</code></a>' in page


def test_the_ledger_is_narrowed_to_a_programme_or_an_institution(shared_world: World, shared_app: Starlette) -> None:
    client = shared_world.client(shared_app, "province")
    for asked, persons in (
        ("programme=labour", 3),
        ("institution=i-yongdeng", 3),
        ("programme=labour&institution=i-yongdeng&period=2016", 3),
        ("programme=other", 0),
        ("institution=i-other", 0),
    ):
        for region in (PROVINCE, COUNTY):
            answer = client.get(f"/api/ledger?region={region}&{asked}").json()
            assert (answer["figures"]["persons"], answer["figures"]["person_times"]) == (persons, persons), asked
            assert sum(row["figures"]["person_times"] for row in answer["rows"]) == persons
    whole = client.get("/api/ledger").json()
    assert whole["report"] != client.get("/api/ledger?programme=labour").json()["report"]


def test_refusals_seals_and_the_log_are_told(world: World, app: Starlette) -> None:
    clerk = world.client(app, "wang")
    seal = {"csrf": world.csrf(clerk), "once": "seal", "region": COUNTY, "since": "2015-01-01", "until": "2015-12-31"}
    assert clerk.post("/seals", data=seal).status_code == 303
    assert clerk.post("/seals", data=seal | {"once": "again"}).status_code == 409
    [kept] = clerk.get("/api/seals").json()["rows"]
    assert (kept["region"], kept["since"], kept["until"]) == (COUNTY, "2015-01-01", "2015-12-31")
    assert clerk.get("/api/seals?as_recorded_at=2000-01-01").json()["rows"] == []
    assert clerk.get("/api/seals?as_recorded_at=2100-01-01").json()["rows"] == [kept]
    assert kept["seal"] not in clerk.get("/seals?as_recorded_at=2000-01-01").text
    world.house.views.catch_up()
    told = {row["rule"]: row["attempts"] for row in clerk.get("/api/refusals").json()["rows"]}
    assert told["statements.sealed-already"] == 1
    log = clerk.get("/api/log").json()
    assert (log["size"], log["checkpoint"]) == (world.house.log.head().position, None)


def test_a_seal_of_the_province_is_shown_to_the_counties_that_it_binds(world: World, app: Starlette) -> None:
    above = world.client(app, "province")
    form = {"csrf": world.csrf(above), "once": "s", "region": PROVINCE, "since": "2015-01-01", "until": "2015-12-31"}
    assert above.post("/seals", data=form).status_code == 303
    county = world.client(app, "wang")
    assert [row["region"] for row in county.get("/api/seals").json()["rows"]] == [PROVINCE]
    page = county.get("/seals").text
    assert f"{PROVINCE}-20150101-20151231" in page
    assert f"of=seal%3A{PROVINCE}" not in page  # the fact itself is the province's


def test_administrators_read_officers_keys_and_the_audit_by_the_api(world: World, app: Starlette) -> None:
    security = world.client(app, "security")
    rows = security.get("/api/officers?limit=2").json()
    assert len(rows["rows"]) == 2
    everybody = [row["officer"] for row in security.get("/api/officers").json()["rows"]]
    assert everybody == sorted(everybody)
    assert {"wang", "board", "security"} <= set(everybody)
    after = security.get(f"/api/officers?after={rows['next']}").json()["rows"]
    assert [row["officer"] for row in rows["rows"] + after] == everybody
    found = security.get(f"/api/officers?region={OTHER_COUNTY}").json()["rows"]
    assert [row["officer"] for row in found if row["grants"]] == ["foreign"]
    assert security.get("/api/keys").json()["rows"] == []
    for officer, path in (("wang", "/api/officers"), ("wang", "/api/audit"), ("security", "/api/audit/door")):
        assert world.client(app, officer).get(path).status_code == 403


@pytest.mark.parametrize("region", [COUNTY, CITY])
def test_what_changed_between_two_moments_adds_up(shared_world: World, shared_app: Starlette, region: str) -> None:
    client = shared_world.client(shared_app, "province")
    filed = next(one for one in shared_world.house.log.page(0, 100) if one.type == ClassFiled.TOPIC)
    since = filed.recorded_at  # before anybody was enrolled
    rows = client.get(f"/api/ledger/between?region={region}&since={since}").json()["rows"]
    changed = [row for row in rows if row["change"]]
    assert changed
    for row in changed:
        assert row["change"] == row["later"] - row["then"]
        asked = f"/api/ledger/facts?region={region}&since={since}&measure={row['measure']}"
        answer = client.get(asked).json()
        assert (answer["then"], answer["value"]) == (row["then"], row["later"])
        assert sum(one["change"] for one in answer["rows"]) == row["change"]
        assert all(one["recorded_at"] > since for one in answer["rows"])


@pytest.mark.parametrize(
    "moments",
    [
        "since_effective_on=2016-03-07",
        "since_effective_on=2016-03-09&as_effective_on=2016-03-07",  # the other way round
        "since={since}&since_effective_on=2016-12-31&as_effective_on=2016-03-08",
    ],
)
def test_two_moments_differ_on_either_axis_by_the_facts_between_them(
    shared_world: World, shared_app: Starlette, moments: str
) -> None:
    client = shared_world.client(shared_app, "province")
    enrolled = next(one for one in shared_world.house.log.page(0, 100) if one.type == TraineeEnrolled.TOPIC)
    asked = f"region={COUNTY}&{moments.format(since=enrolled.recorded_at)}"
    changed = [row for row in client.get(f"/api/ledger/between?{asked}").json()["rows"] if row["change"]]
    assert changed
    for row in changed:
        address, told = f"/api/ledger/facts?{asked}&measure={row['measure']}&limit=2", []
        while address:
            answer = client.get(address)
            assert (answer.json()["then"], answer.json()["value"]) == (row["then"], row["later"])
            told += answer.json()["rows"]
            address = answer.links.get("next", {}).get("url", "")
        assert sum(one["change"] for one in told) == row["change"], row
