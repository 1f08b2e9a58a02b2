"""Decisions by the page: duplicates, seals, roles; each becomes a fact, a form sent twice only one."""

from __future__ import annotations

import re
from datetime import date

import pytest
from starlette.applications import Starlette
from web_world import COUNTY, OTHER_COUNTY, PASSWORD, World

from taizhang.adapters.signin import SignIn
from taizhang.domain.core import OfficerId, OrganisationId, PersonId, RegionCode
from taizhang.domain.merging import DuplicateQueued
from taizhang.domain.officers import OfficerAppointed, RoleGranted


@pytest.fixture
def queued(world: World) -> World:
    """Two of the persons wait for a decision whether they are one."""
    fact = DuplicateQueued(
        occurred_on=date(2016, 3, 9), duplicate="d1", persons=(world.persons[1], world.persons[2]),
        kind="same-name-and-birth", matching=("name", "birth_date"),
    )  # fmt: skip
    world.record("wang", fact)
    return world


def test_a_possible_duplicate_is_decided_once_and_shown_as_decided(queued: World, app: Starlette) -> None:
    client = queued.client(app, "wang")
    page = client.get("/duplicates").text
    assert "姓名和出生日期相同" in page
    person = client.get(f"/persons/{queued.persons[1]}?lang=zh").text
    assert "姓名和出生日期相同 · 姓名 · 出生日期" in re.sub(r"\s+", " ", person)
    once = re.search(r'name="once" value="([^"]+)"', page)
    assert once is not None
    sent = {"csrf": queued.csrf(client), "once": once[1], "duplicate": "d1", "decision": "different"}
    assert client.post("/duplicates", data=sent).status_code == 303
    head = queued.house.log.head().position
    assert client.post("/duplicates", data=sent).status_code == 303
    assert queued.house.log.head().position == head
    assert "没有待判断的疑似重复" in client.get("/duplicates").text


def test_the_page_of_one_person_tells_of_a_fact_about_many_what_it_says_of_this_one(
    world: World, app: Starlette
) -> None:
    others = tuple(PersonId(f"p{letter * 16}") for letter in "abc")
    many = (*others, PersonId(world.persons[0]))
    on = date(2016, 3, 9)
    world.record("wang", DuplicateQueued(occurred_on=on, duplicate="d9", persons=many, kind="namesake-in-class"))
    page = world.client(app, "wang").get(f"/persons/{world.persons[0]}?lang=en").text
    assert f"{world.persons[0]} (one of 4)" in page
    assert others[0] not in page


def test_persons_who_sat_in_two_places_at_once_are_not_merged(queued: World, app: Starlette) -> None:
    client = queued.client(app, "wang")
    sent = {"csrf": queued.csrf(client), "once": "x", "duplicate": "d1", "decision": "same"}
    answer = client.post("/duplicates", data=sent)
    assert answer.status_code == 409
    assert "不能合并" in answer.text
    assert "没有待判断的疑似重复" not in client.get("/duplicates").text


def test_a_duplicate_of_another_county_is_not_there_to_be_decided(queued: World, app: Starlette) -> None:
    client = queued.client(app, "foreign")
    assert "没有待判断的疑似重复" in client.get("/duplicates").text
    sent = {"csrf": queued.csrf(client), "once": "x", "duplicate": "d1", "decision": "different"}
    assert client.post("/duplicates", data=sent).status_code == 404


def test_possible_duplicates_are_told_by_region_to_programs(queued: World, app: Starlette) -> None:
    province = queued.client(app, "province")
    told = {
        region: province.get(f"/api/duplicates?region={region}").json()["rows"] for region in (COUNTY, OTHER_COUNTY)
    }
    assert [row["duplicate"] for row in told[COUNTY]] == ["d1"]
    assert told[OTHER_COUNTY] == []
    assert queued.client(app, "wang").get(f"/api/duplicates?region={OTHER_COUNTY}").status_code == 404


def test_a_sealed_period_is_listed_and_a_foreign_one_cannot_be_sealed(world: World, app: Starlette) -> None:
    client = world.client(app, "wang")
    sent = {"csrf": world.csrf(client), "once": "s", "region": COUNTY, "since": "2016-01-01", "until": "2016-12-31"}
    assert client.post("/seals", data=sent).headers["location"] == "/seals?done=sealed"
    assert "2016-12-31" in client.get("/seals").text
    changed = client.post("/seals", data={**sent, "until": "2017-12-31"})
    assert (changed.status_code, "与上次不同" in changed.text) == (409, True)  # gone back to, changed and sent again
    again = client.post("/seals", data={**sent, "once": "t"})
    assert again.status_code == 409
    assert "已有封账" in again.text
    assert client.post("/seals", data={**sent, "once": "u", "region": OTHER_COUNTY}).status_code == 404


def test_an_officer_cannot_choose_a_role_not_held(world: World, app: Starlette) -> None:
    client = world.client(app, "wang")
    sent = {"csrf": world.csrf(client), "role": "clerk@hr-620000@620000"}
    assert client.post("/role", data=sent).status_code == 403
    client.cookies.set("taizhang_role", "clerk@hr-620000@620000")
    assert client.get("/ledger?region=620000").status_code == 404


def test_refused_attempts_and_looks_at_people_are_told_to_the_audit_administrator_in_words(
    world: World, app: Starlette
) -> None:
    security = world.client(app, "security")
    own = {"officer": "security", "label": "x", "region": "620000", "organisation": "hr-620000", "role": "clerk"}
    assert security.post("/officers", data={"csrf": world.csrf(security), **own}).status_code == 409
    auditor = {
        "occurred_on": date(2016, 1, 4),
        "officer": OfficerId("hua"),
        "organisation": OrganisationId("hr-620000"),
    }
    granted = RoleGranted(**auditor, role="audit-administrator", region=RegionCode("620000"))
    world.record("security", OfficerAppointed(**auditor), granted)
    world.house.signin.enrol("hua", "样例 hua", SignIn.new_key(), PASSWORD, must_change=False)
    page = world.client(app, "hua").get("/audit?kind=refused&lang=en").text
    assert "cannot grant a role to themselves" in page
    assert "Officer 样例 security security" in page, "by name, too"
    clerk, person = world.client(app, "wang"), world.persons[0]
    clerk.post(f"/persons/{person}", data={"csrf": world.csrf(clerk), "purpose": "compare the roster", "once": "a"})
    looked = world.client(app, "hua").get("/audit?lang=en").text
    assert f"Persons: {person}" in looked
    assert re.search("Fields: name, identity number, .*<", looked)
