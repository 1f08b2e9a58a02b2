"""Rules and leads for programs: who may ask, what a row holds, how a list is narrowed."""

from __future__ import annotations

from datetime import date

from starlette.applications import Starlette
from web_world import CLASS, COUNTY, DAYS, PASSWORD, PROVINCE, World

from taizhang.adapters.signin import SignIn
from taizhang.domain.officers import OfficerAppointed, RoleGranted
from taizhang.domain.policy import ThresholdSet
from taizhang.domain.sessions import PresenceChecked
from taizhang.projections.rules.rules import all_rules


def with_inspector(world: World) -> None:
    on, who, office = date(2015, 1, 5), "jc", "jc-620000"
    world.record("security", OfficerAppointed(occurred_on=on, officer=who, organisation=office))  # type: ignore[arg-type]
    world.record(
        "security", RoleGranted(occurred_on=on, officer=who, role="inspector", organisation=office, region=PROVINCE)
    )  # type: ignore[arg-type]
    world.house.signin.enrol(who, "样例检查", SignIn.new_key(), PASSWORD, must_change=False)
    world.house.views.catch_up()


def test_rules_and_leads_are_told_to_who_follows_them_up(world: World, app: Starlette) -> None:
    with_inspector(world)
    client = world.client(app, "jc")
    rows = client.get("/api/rules?limit=500").json()["rows"]
    assert {one["name"] for one in rows} == {rule.name for rule in all_rules()}
    assert {one["counts"] for one in rows if one["version"] == 1} == {True}
    [heads] = [one for one in rows if one["name"] == "attendance.head-count@1"]
    assert heads["parameters"][0]["default"] == 20
    answer = client.get(f"/api/leads?region={COUNTY}&severity=high&of=class:{CLASS}").json()
    assert answer["judged_position"] == answer["position"]
    assert answer["rows"] == []


def test_a_threshold_of_the_county_makes_a_lead_that_names_the_fact(world: World, app: Starlette) -> None:
    with_inspector(world)
    world.record(
        "province",
        ThresholdSet(
            name="head-count-missing-least",
            value=1,
            since=date(2016, 1, 1),
            region=COUNTY,
            occurred_on=date(2016, 1, 1),
        ),
    )  # type: ignore[arg-type]
    world.record("wang", PresenceChecked(training_class=CLASS, minute=600, counted=0, occurred_on=DAYS[0]))  # type: ignore[arg-type]
    world.house.views.catch_up()
    client = world.client(app, "jc")
    [row] = client.get("/api/leads?rule=attendance.head-count").json()["rows"]
    assert row["subjects"] == [f"class:{CLASS}"]
    [position] = row["positions"]
    assert client.get(f"/api/facts/{position}").json()["rows"][0]["type"] == "training.presence-checked.v1"
    assert row["status"] == "new"
    assert set(row["words"]) == {"zh", "en"}


def test_who_is_recorded_about_sees_no_leads(shared_world: World, shared_app: Starlette) -> None:
    assert shared_world.client(shared_app, "wang").get("/api/leads").status_code == 403
