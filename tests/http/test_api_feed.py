"""The change feed and the metrics: what a program that listens, and one that watches, are told."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextlib import suppress
from datetime import date, timedelta
from typing import Any, Self

import msgspec
import pytest
from starlette.applications import Starlette
from starlette.testclient import TestClient
from web_world import CLASS, COUNTY, PASSWORD, World

from taizhang.adapters.key_issuing import issue, revoke
from taizhang.adapters.signin import SESSION_SECONDS, SignIn
from taizhang.domain.core import OfficerId, OrganisationId, RegionCode
from taizhang.domain.enrolment import WishStated
from taizhang.domain.envelope import Source
from taizhang.domain.officers import Grant, OfficerAppointed, RoleGranted
from taizhang.http import api_feed


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


def test_a_reader_of_another_log_is_told_so_and_whoever_asks_for_the_head_does_not_wait(
    shared_world: World, shared_app: Starlette
) -> None:
    client, end = shared_world.client(shared_app, "wang"), shared_world.house.log.head().position
    ahead = client.get("/api/feed?follow=false", headers={"last-event-id": str(end + 1)})
    assert (ahead.status_code, ahead.json()["type"]) == (409, "urn:taizhang:problem:past-the-end")
    assert _events(client, **{"last-event-id": str(end)}) == ([], 0)
    head = client.head("/api/feed", headers={"accept": "text/event-stream"})
    assert (head.status_code, head.content) == (200, b"")


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


# -- a feed that stays -------------------------------------------------------------------------------------


class Listening:
    """A program at the feed, as the server meets it: what it has been told, and whether the stream is over."""

    def __init__(self, app: Starlette, headers: dict[str, str]) -> None:
        self.told = ""
        self.status = 0
        self._app = app
        self._scope = {
            "type": "http", "http_version": "1.1", "method": "GET", "scheme": "http", "path": "/api/feed",
            "raw_path": b"/api/feed", "query_string": b"", "root_path": "", "server": ("testserver", 80),
            "client": ("127.0.0.1", 1),
            "headers": [(name.encode(), value.encode()) for name, value in headers.items()],
        }  # fmt: skip

    async def __aenter__(self) -> Self:
        self._task = asyncio.create_task(self._app(self._scope, self._receive, self._send))
        return self

    async def __aexit__(self, *_: object) -> None:
        self._task.cancel()
        with suppress(asyncio.CancelledError):
            await self._task

    async def until(self, is_so: Callable[[str], bool]) -> None:
        """Wait until the text that was told is so."""
        async with asyncio.timeout(60):
            while not is_so(self.told):
                assert not self._task.done(), self.told
                await asyncio.sleep(0.01)

    async def ended(self) -> None:
        """Wait until the server has closed the stream of its own accord."""
        async with asyncio.timeout(60):
            await self._task

    async def _receive(self) -> dict[str, Any]:
        await asyncio.sleep(3600)
        return {"type": "http.disconnect"}

    async def _send(self, message: dict[str, Any]) -> None:
        self.status = message.get("status", self.status)
        self.told += message.get("body", b"").decode()


@pytest.fixture
def hasty(monkeypatch: pytest.MonkeyPatch) -> None:
    """A feed that looks often, so that nobody waits for it."""
    monkeypatch.setattr(api_feed, "LOOK_SECONDS", 0.01)
    monkeypatch.setattr(api_feed, "HEARTBEAT_SECONDS", 0.05)


def _stays(**headers: str) -> dict[str, str]:
    return {"accept": "text/event-stream", **headers}


def _ids(told: str) -> list[int]:
    return [int(line.removeprefix("id: ")) for line in told.splitlines() if line.startswith("id: ")]


@pytest.mark.usefixtures("hasty")
def test_a_stream_lives_on_tells_each_new_fact_once_and_resumes_after_the_last_id(
    world: World, app: Starlette, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(api_feed, "FEEDS_MOST", 1)
    cookie = f"taizhang_session={world.house.signin.open('wang', PASSWORD)}"
    head = world.house.log.head().position

    async def listen() -> None:
        async with Listening(app, _stays(cookie=cookie)) as first:
            await first.until(lambda told: told.count(f"id: {head}\n") >= 3)  # heartbeats while nothing is recorded
            [position] = await asyncio.to_thread(world.record, "wang", _wish(world, "welder"))
            await first.until(lambda told: f"id: {position}\nevent: fact" in told)
            async with Listening(app, _stays(cookie=cookie)) as beside:
                await beside.ended()
                assert (beside.status, "too-many-feeds" in beside.told) == (429, True)
        [missed] = await asyncio.to_thread(world.record, "wang", _wish(world, "cook"))
        async with Listening(app, _stays(cookie=cookie, **{"last-event-id": str(position)})) as again:
            await again.until(lambda told: f"id: {missed}\nevent: fact" in told)
            assert min(_ids(again.told)) == missed
            assert again.told.count("event: fact") == 1

    asyncio.run(listen())


@pytest.mark.usefixtures("hasty")
@pytest.mark.parametrize("how", ["signed out", "over after its working day", "ended by a new password"])
def test_a_stream_ends_when_its_officers_session_does(
    world: World, app: Starlette, how: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    signin = world.house.signin
    token = signin.open("wang", PASSWORD)

    def end() -> None:
        if how == "signed out":
            signin.close(token)
        elif how == "ended by a new password":
            signin.change_password("wang", PASSWORD, "示例 new 口令 2016")
        else:
            over = world.house.clock() + SESSION_SECONDS * 1_000_000
            monkeypatch.setattr(signin, "_clock", lambda: over)

    async def listen() -> None:
        async with Listening(app, _stays(cookie=f"taizhang_session={token}")) as one:
            await one.until(lambda told: "retry" in told)
            await asyncio.to_thread(end)
            await one.ended()
            assert one.status == 200
            assert "event: fact" not in one.told
        async with Listening(app, _stays(cookie=f"taizhang_session={token}")) as again:
            await again.ended()
            assert again.status == 401, "who comes back is asked at the door"

    asyncio.run(listen())


@pytest.mark.usefixtures("hasty")
@pytest.mark.parametrize("how", ["revoked", "expired"])
def test_a_stream_ends_when_its_programs_key_does(
    world: World, app: Starlette, how: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk, last = world.house.desk, world.house.desk.today() + timedelta(days=9)
    grant = Grant(OfficerId("wang"), "clerk", OrganisationId("hr-620121"), RegionCode(COUNTY))
    key, secret = issue(world.house, world.actor("security"), grant, "示例监听", last, Source(way="page"))

    def end() -> None:
        if how == "revoked":
            revoke(world.house, world.actor("wang"), key, Source(way="page"))
        else:
            monkeypatch.setattr(desk, "today", lambda: last + timedelta(days=1))

    async def listen() -> None:
        async with Listening(app, _stays(authorization=f"Bearer {secret}")) as one:
            await one.until(lambda told: "retry" in told)
            await asyncio.to_thread(end)
            await one.ended()
            assert one.status == 200

    asyncio.run(listen())


def _wish(world: World, occupation: str) -> WishStated:
    return WishStated(occurred_on=date(2016, 1, 5), person=world.persons[0], county=COUNTY, occupation=occupation)
