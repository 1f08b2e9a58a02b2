"""Leads of a moment of the past: what a correction has answered since was there, what later facts raise was not."""

from __future__ import annotations

import re
import threading
import time
from typing import Any
from unittest import mock

import pytest
from lead_web import OFFICE, SINCE, in_beijing, led_world
from starlette.applications import Starlette
from starlette.testclient import TestClient
from web_world import NAMES, OTHER_COUNTY, PASSWORD, World

from taizhang.adapters import past as past_module
from taizhang.adapters.log.log import Criterion
from taizhang.adapters.orders import Order
from taizhang.adapters.signin import SignIn
from taizhang.domain.core import Position
from taizhang.domain.decisions import Amend, Proposal
from taizhang.domain.envelope import opened
from taizhang.domain.officers import OfficerAppointed, RoleGranted
from taizhang.domain.outside import OutsideEntryStated
from taizhang.domain.people import PersonDied
from taizhang.projections.past import fold_past


@pytest.fixture
def led(world: World, app: Starlette) -> tuple[World, Starlette, str]:
    """The world with one lead: a person whom a later list calls dead before the class began."""
    return world, app, led_world(world, app)


def _answered(world: World) -> tuple[int, int, int]:
    """What the list said of the person is taken back: when nobody could ask yet, when somebody could, and when it was answered."""
    found = world.house.log.read([Criterion((OutsideEntryStated.TOPIC,), ()), Criterion((PersonDied.TOPIC,), ())]).facts
    assert len(found) == 2, "the entry, and the death that it tells of"
    verdict = None
    for stored in found:
        was = opened(stored.position, stored.leaf).fact
        amend = Amend(corrects=Position(stored.position), was=was, reason="not dead", approver="zhao", void=True)
        order = Order(id=f"alive-{stored.position}", by=world.actor("wang"), items=[Proposal(fact=was, amend=amend)])
        [verdict] = world.house.desk.submit(order).verdicts
        assert verdict.position is not None, verdict
    assert verdict is not None
    assert verdict.position is not None
    world.house.views.catch_up()
    times = [one.recorded_at for one in found]
    return min(times) - 1, max(times), world.house.log.at([verdict.position])[0].recorded_at


def _sees_the_other_county(world: World) -> None:
    appointed = OfficerAppointed(occurred_on=SINCE, officer="luo", organisation=OFFICE)
    granted = RoleGranted(occurred_on=SINCE, officer="luo", role="discipline", organisation=OFFICE, region=OTHER_COUNTY)
    world.record("security", appointed, granted)
    world.house.signin.enrol("luo", "样例 luo", SignIn.new_key(), PASSWORD, must_change=False)


def _rows(client: TestClient, question: str) -> list[Any]:
    answer = client.get(f"/api/leads?{question}", headers={"prefer": "wait=60"})
    assert answer.status_code == 200, answer.text
    return [row["lead"] for row in answer.json()["rows"]]


def _page(client: TestClient, address: str) -> str:
    """A page of the past once it is there: a browser comes again while the moment is folded, however long a busy machine takes."""
    for _ in range(240):
        page = client.get(address).text
        if 'http-equiv="refresh"' not in page:
            return page
        time.sleep(0.25)
    raise AssertionError(f"{address} is never there")


def test_a_lead_that_a_correction_answered_is_there_in_the_past_and_gone_now(led: tuple[World, Starlette, str]) -> None:
    world, app, lead = led
    before, then, _ = _answered(world)
    client = world.client(app, "tang")
    assert (_rows(client, ""), _rows(client, f"as_recorded_at={then}")) == ([], [lead])
    assert _rows(client, f"as_recorded_at={before}") == []  # the list came late: nobody could ask before
    assert _rows(client, f"as_recorded_at={then}&as_effective_on=2016-02-27") == []
    page = _page(client, f"/leads?as_recorded_at={then}&lang=en")
    assert (lead in page, "leads of a moment of the past" in page) == (True, True)
    assert lead not in client.get("/leads").text
    assert client.get(f"/leads/{lead}").status_code == 404
    one = _page(client, f"/leads/{lead}?as_recorded_at={then}&lang=zh")
    for words in ("死亡名单.xlsx", "只供查看", "按现行程序的规则"):
        assert words in one, words
    assert ("/record/" in one.partition("<main")[2], NAMES[0] in one) == (False, False)
    told = client.get(f"/api/leads/{lead}?as_recorded_at={then}").json()
    assert (told["lead"]["status"], told["state"]) == ("new", None)
    exported = client.get(f"/api/leads?as_recorded_at={then}&format=csv").text
    assert exported.splitlines()[1].startswith(lead)
    subject = next(one for one in told["lead"]["subjects"] if one.startswith("class:"))
    assert client.get(f"/relations?of={subject}&as_recorded_at={then}").status_code == 200
    assert client.get(f"/relations?of={subject}&as_recorded_at=2015-01-01&lang=en").text.count("no ties") == 1


def test_what_changed_between_two_days_tells_new_leads_and_those_that_were_answered(
    led: tuple[World, Starlette, str],
) -> None:
    world, app, lead = led
    before, then, answered = _answered(world)
    client = world.client(app, "tang")

    def told(since: int, until: int) -> list[bool]:
        page = _page(client, f"/leads/between?since={in_beijing(since)}&as_recorded_at={until}&lang=en")
        new, _, gone = page.partition("Leads that are new")[2].partition("Leads that are gone")
        return [f"/leads/{lead}" in one for one in (new, gone)]

    assert told(before, then) == [True, False]
    assert told(then, answered) == [False, True]
    assert told(before, answered) == [False, False]
    now = _page(client, f"/leads/between?since={in_beijing(then)}&lang=en")
    assert (
        f"/leads/{lead}?as_recorded_at={in_beijing(then).replace(':', '%3A')}" in now
    )  # told at the moment when it was there
    assert client.get(f"/leads/between?region={OTHER_COUNTY}").status_code == 404


def test_the_time_bar_of_each_page_of_evidence_leads_to_what_changed_of_its_own(
    led: tuple[World, Starlette, str],
) -> None:
    world, app, lead = led
    client = world.client(app, "tang")
    own = {"/leads": "leads", f"/leads/{lead}": "leads", "/cases": "cases", "/statements": "statements"}
    for path, area in own.items():
        assert re.findall(r'href="(/\w+/between)', client.get(path).text) == [f"/{area}/between"], path


def test_the_past_of_another_county_is_no_more_to_be_seen_than_its_present(led: tuple[World, Starlette, str]) -> None:
    world, app, lead = led
    _sees_the_other_county(world)
    before, then, _ = _answered(world)
    client = world.client(app, "luo")
    assert _rows(client, f"as_recorded_at={then}") == []
    for path in (f"/leads/{lead}", f"/api/leads/{lead}", "/leads?region=620121", "/api/leads?region=620121"):
        joint = "&" if "?" in path else "?"
        assert client.get(f"{path}{joint}as_recorded_at={then}").status_code == 404, path
    assert lead not in _page(client, f"/leads?as_recorded_at={then}")
    assert lead not in _page(client, f"/leads/between?since={in_beijing(before)}&as_recorded_at={then}")
    assert client.get(f"/api/relations?of=class:c620121-2016-001&as_recorded_at={then}").status_code == 404
    assert world.client(app, "wang").get(f"/leads?as_recorded_at={then}").status_code == 403


def test_while_a_moment_is_folded_the_page_says_how_far_it_is_and_a_program_is_told_to_come_again(
    led: tuple[World, Starlette, str],
) -> None:
    world, app, lead = led
    go_on, client = threading.Event(), world.client(app, "tang")
    _, then, _ = _answered(world)

    def slowly(*given: Any) -> None:
        given[-1](7, 40)
        assert go_on.wait(60)
        fold_past(*given)

    with mock.patch.object(past_module, "fold_past", slowly):
        early = client.get(f"/api/leads?as_recorded_at={then}", headers={"prefer": "wait=0"})
        assert (early.status_code, early.json()["type"]) == (409, "urn:taizhang:problem:past-under-way")
        page = client.get(f"/leads?as_recorded_at={then}&lang=en").text
        for words in (
            "Putting that moment together",
            'http-equiv="refresh"',
            'max="40" value="7"',
            'name="as_recorded_at"',
        ):
            assert words in page, words
        go_on.set()
        late = client.get(f"/api/leads?as_recorded_at={then}", headers={"prefer": "wait=30"})
    assert [row["lead"] for row in late.json()["rows"]] == [lead]
