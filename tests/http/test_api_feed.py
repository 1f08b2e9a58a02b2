"""The change feed and the metrics: what a program that listens, and one that watches, are told."""

from __future__ import annotations

from datetime import date
from typing import Any

import msgspec
import pytest
from starlette.applications import Starlette
from starlette.testclient import TestClient
from web_world import CLASS, PASSWORD, World

from taizhang.adapters.signin import SignIn
from taizhang.domain.officers import OfficerAppointed, RoleGranted


def _events(client: TestClient, question: str = "", **headers: str) -> tuple[list[dict[str, Any]], int]:
    """The events of a feed that does not stay, and the last id that it named."""
    answer = client.get(f"/api/feed?follow=false{question}", headers=headers)
    assert answer.status_code == 200, answer.text
    assert answer.headers["content-type"].startswith("text/event-stream")
    blocks = [dict(line.split(": ", 1) for line in block.splitlines()) for block in answer.text.strip().split("\n\n")]
    assert "retry" in blocks[0]
    last = max((int(block["id"]) for block in blocks if "id" in block), default=0)
    return [msgspec.json.decode(block["data"]) for block in blocks if "data" in block], last


def test_every_fact_one_may_see_is_a_cloud_event_in_the_logs_order(shared_world: World, shared_app: Starlette) -> None:
    events, last = _events(shared_world.client(shared_app, "wang"))
    positions = [int(event["id"]) for event in events]
    assert positions == sorted(positions)
    assert last == shared_world.house.log.head().position
    first = events[0]
    assert (first["specversion"], first["datacontenttype"]) == ("1.0", "application/json")
    assert first["type"] == f"taizhang.{first['data']['type']}"
    assert first["source"].startswith("urn:taizhang:log:")


def test_a_reader_that_comes_back_misses_nothing_and_gets_nothing_twice(
    shared_world: World, shared_app: Starlette
) -> None:
    client = shared_world.client(shared_app, "wang")
    whole, _ = _events(client)
    middle = whole[len(whole) // 2]["id"]
    rest, _ = _events(client, **{"last-event-id": middle})
    assert [event["id"] for event in rest] == [event["id"] for event in whole if int(event["id"]) > int(middle)]


def test_a_foreign_officer_is_told_of_no_fact_but_goes_on(shared_world: World, shared_app: Starlette) -> None:
    events, last = _events(shared_world.client(shared_app, "foreign"))
    text = msgspec.json.encode(events).decode()
    assert CLASS not in text
    assert not any(person in text for person in shared_world.persons)
    assert last == shared_world.house.log.head().position


@pytest.mark.parametrize(("question", "field"), [("&after=-1", "/after"), ("&follow=perhaps", "/follow")])
def test_a_feed_that_cannot_be_opened_says_which_field(
    shared_world: World, shared_app: Starlette, question: str, field: str
) -> None:
    answer = shared_world.client(shared_app, "wang").get(f"/api/feed?type=x{question}")
    assert answer.status_code == 422
    assert field in [one["pointer"] for one in answer.json()["errors"]]


def test_metrics_are_read_with_the_system_administrators_key_and_nobody_elses(world: World, app: Starlette) -> None:
    on = date(2016, 1, 4)
    world.record("security", OfficerAppointed(occurred_on=on, officer="watch", organisation="hr-620000"))
    role = "system-administrator"
    granted = RoleGranted(occurred_on=on, officer="watch", role=role, organisation="hr-620000", region="620000")
    world.record("security", granted)
    key = SignIn.new_key()
    world.house.signin.enrol("watch", "样例 watch", key, PASSWORD, must_change=False)
    world.house.views.catch_up()
    told = TestClient(app, follow_redirects=False).get("/metrics", headers={"authorization": f"Bearer {key}"})
    assert told.status_code == 200
    values = dict(line.rsplit(" ", 1) for line in told.text.splitlines() if not line.startswith("#"))
    assert float(values["taizhang_facts_appended_total"]) == world.house.log.head().position
    assert float(values['taizhang_view_lag_facts{view="ledger"}']) == 0
    assert "taizhang_leads_open" in values
    assert world.client(app, "wang").get("/metrics").status_code == 403
    assert TestClient(app, follow_redirects=False).get("/metrics").status_code == 401
    assert TestClient(app, follow_redirects=False).get("/ready").json() == {"status": "ready"}
