"""A posted village official signs in while the posting stands, records for the own village, and sees no more than it."""

from __future__ import annotations

import re
from datetime import date, timedelta

import pytest
from starlette.applications import Starlette
from web_world import CLASS, COUNTY, NAMES, PASSWORD, PROVINCE, VILLAGE, World

from taizhang.adapters.signin import SignIn
from taizhang.domain.core import Actor
from taizhang.domain.officers import OfficerAppointed, RoleGranted
from taizhang.domain.postings.duty import DutyRecorded
from taizhang.domain.postings.officials import VILLAGE_OFFICIAL, OfficialPosted, OfficialSelected, PostingEnded

BEGAN = date(2016, 2, 1)
POSTING = f"post-{COUNTY}-1"
ORG = "hr-620000"


def posted(world: World) -> Actor:
    """Mei is posted to the village as a team member; who records that."""
    zhao = Actor(officer="org", role="organisation", organisation=ORG, region=PROVINCE, authenticated="test")  # type: ignore[arg-type]
    for officer in ("org", "chief", "mei"):
        world.record("security", OfficerAppointed(occurred_on=BEGAN, officer=officer, organisation=ORG))  # type: ignore[arg-type]
        if officer != "mei":
            granted = RoleGranted(
                occurred_on=BEGAN, officer=officer, role="organisation", organisation=ORG, region=PROVINCE
            )  # type: ignore[arg-type]
            world.record("security", granted)
        world.house.signin.enrol(officer, f"样例 {officer}", SignIn.new_key(), PASSWORD, must_change=False)
    world.record(
        zhao,
        OfficialSelected(
            occurred_on=BEGAN,
            official="p-mei",
            kind="team-member",
            person_type="civil-servant",
            home_unit=ORG,
            region=COUNTY,
            document="No. 1",
        ),  # type: ignore[arg-type]
        OfficialPosted(
            occurred_on=BEGAN,
            posting=POSTING,
            official="p-mei",
            kind="team-member",
            region=VILLAGE,
            until=date(2099, 1, 31),
            document="No. 2",
            approver="chief",
            officer="mei",
        ),  # type: ignore[arg-type]
    )
    world.house.views.catch_up()
    return zhao


def test_the_role_stands_at_the_door_while_the_posting_stands(world: World, app: Starlette) -> None:
    zhao = posted(world)
    assert [(one.role, one.region) for one in world.house.grants("mei")] == [(VILLAGE_OFFICIAL, VILLAGE)]
    client = world.client(app, "mei")
    assert client.get("/record?lang=en").status_code == 200
    yesterday = world.house.desk.today() - timedelta(days=1)
    ended = PostingEnded(occurred_on=yesterday, posting=POSTING, official="p-mei", why="resigned", document="No. 3")  # type: ignore[arg-type]
    world.record(zhao, ended)
    assert world.house.grants("mei") == []
    assert client.get("/record").status_code == 403


def test_who_is_posted_finds_the_forms_of_the_village_and_records_duty(world: World, app: Starlette) -> None:
    posted(world)
    client = world.client(app, "mei")
    offered = set(re.findall(r'href="/record/([a-z.-]+)"', client.get("/record").text))
    assert offered == {
        "postings.record-duty",
        "postings.take-leave",
        "postings.record-village-work",
        "training.state-wish",
        "training.confirm-trainee",
        "leads.make-reply",  # whoever a case concerns may reply
    }
    page = client.get("/record/postings.record-duty").text
    once = re.search(r'name="once" value="([^"]+)"', page)
    assert once is not None
    form = {"csrf": world.csrf(client), "once": once[1], "reason": "generated sample"}
    form |= {"body.occurred_on": "2016-04-01", "body.posting": POSTING, "body.official": "p-mei"}
    form |= {"body.month": "2016-03-01", "body.days": "20", "body.basis": "work-log"}
    answer = client.post("/record/postings.record-duty", data=form)
    assert answer.status_code in (200, 303), answer.text
    stored = [row for row in world.house.log.page(0, 10_000) if row.type == DutyRecorded.TOPIC]
    assert len(stored) == 1


@pytest.mark.parametrize("path", ["/", "/ledger", "/facts", "/refusals", "/duplicates", "/officers", "/funds"])
def test_a_village_official_sees_nothing_of_the_county(world: World, app: Starlette, path: str) -> None:
    posted(world)
    client = world.client(app, "mei")
    answer = client.get(path)
    if answer.status_code == 303:  # to the page where this role begins
        assert path == "/"
        answer = client.get(answer.headers["location"])
    assert answer.status_code in (200, 403, 404), answer.status_code
    assert CLASS not in answer.text
    assert not [name for name in NAMES if name in answer.text]


def test_pages_of_the_county_are_not_there_for_a_village_official(world: World, app: Starlette) -> None:
    posted(world)
    client = world.client(app, "mei")
    paths = (f"/ledger?region={COUNTY}", f"/class/{CLASS}", f"/person/{world.persons[0]}", f"/ledger?region={PROVINCE}")
    assert [client.get(path).status_code for path in paths if client.get(path).status_code not in (403, 404)] == []
