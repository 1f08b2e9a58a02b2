"""Administrators of one region and officers who also work elsewhere: nobody takes over an account, nobody sees foreign doors."""

from __future__ import annotations

from datetime import date
from typing import Any

from starlette.applications import Starlette
from web_world import COUNTY, OTHER_COUNTY, PASSWORD, World

from taizhang.adapters.signin import SignIn
from taizhang.domain.core import OfficerId, OrganisationId, RegionCode
from taizhang.domain.officers import OfficerAppointed, RoleGranted

ON = date(2016, 1, 4)
LOCAL, AUDITOR = "local-security", "local-audit"


def _administrator(world: World, officer: str, role: Any) -> None:
    """An administrator of the other county."""
    office = OrganisationId(f"office-{OTHER_COUNTY}")
    world.record(
        "security",
        OfficerAppointed(occurred_on=ON, officer=OfficerId(officer), organisation=office),
        RoleGranted(
            occurred_on=ON, officer=OfficerId(officer), role=role, organisation=office, region=RegionCode(OTHER_COUNTY)
        ),
    )
    world.house.signin.enrol(officer, officer, SignIn.new_key(), PASSWORD, must_change=False)


def test_no_administrator_takes_over_an_account_of_elsewhere_by_granting_it_a_role_here(
    world: World, app: Starlette
) -> None:
    _administrator(world, LOCAL, "security-administrator")
    client = world.client(app, LOCAL)
    form = {"csrf": world.csrf(client), "officer": "wang"}
    assert client.post("/officers/password", data=form).status_code == 404  # a clerk of the other county
    role = {"role": "clerk", "organisation": f"office-{OTHER_COUNTY}", "region": OTHER_COUNTY, "label": "x"}
    assert client.post("/officers", data=form | role).status_code == 303  # who may work here as well
    answer = client.post("/officers/password", data=form)
    assert answer.status_code == 409
    assert COUNTY in answer.text
    assert world.house.signin.open("wang", PASSWORD)


def test_an_audit_administrator_sees_who_came_to_the_door_of_the_own_region_only(world: World, app: Starlette) -> None:
    _administrator(world, AUDITOR, "audit-administrator")
    for officer in ("wang", "foreign", "nobody"):
        world.house.signin.note("wrong", officer, "10.0.0.1")
    client = world.client(app, AUDITOR)
    rows = client.get("/api/audit/door").json()["rows"]
    assert [row["officer"] for row in rows] == ["foreign"]
    page = client.get("/audit?kind=door").text
    assert "foreign" in page
    assert "wang" not in page


def test_what_is_longer_than_the_sign_in_keeps_appoints_nobody_who_cannot_come_in(world: World, app: Starlette) -> None:
    client = world.client(app, "security")
    role = {"role": "clerk", "organisation": "hr-620121", "region": COUNTY}
    sent = {"csrf": world.csrf(client), "officer": "newcomer", "label": "名" * 300, **role}
    assert client.post("/officers", data=sent).status_code == 200
    assert len(world.house.signin.label("newcomer")) == 100
