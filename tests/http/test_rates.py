"""Nobody asks too often: each session, key and address its own rate, a clear 429, and the way on after it."""

from __future__ import annotations

import msgspec
from starlette.testclient import TestClient
from web_world import World

from taizhang.http.app import create_app
from taizhang.http.rates import Rates


class Clock:
    now = 1_000_000_000

    def __call__(self) -> int:
        return self.now


def test_a_minutes_worth_goes_at_once_and_then_one_after_the_other() -> None:
    clock = Clock()
    rates = Rates(clock)
    assert [rates.wait_seconds("a", 60) for _ in range(60)] == [0] * 60
    assert rates.wait_seconds("a", 60) == 1
    assert rates.wait_seconds("b", 60) == 0  # somebody else
    clock.now += 1_000_000
    assert [rates.wait_seconds("a", 60) for _ in range(2)] == [0, 1]
    clock.now += 60_000_000
    assert [rates.wait_seconds("a", 60) for _ in range(60)] == [0] * 60


def test_a_rate_of_nothing_lets_everybody_through() -> None:
    rates = Rates(Clock())
    assert {rates.wait_seconds("a", 0) for _ in range(1_000)} == {0}


def test_who_asks_too_often_is_told_when_to_come_back_page_and_program_alike(world: World) -> None:
    world.house.settings = msgspec.structs.replace(world.house.settings, requests_per_minute=12)
    app = create_app(world.house, follow=False)
    client = world.client(app, "wang")
    assert [client.get("/facts?of=region:620121").status_code for _ in range(12)] == [200] * 12
    page, problem = client.get("/facts"), client.get("/api/facts")
    assert page.status_code == problem.status_code == 429
    assert "过于频繁" in page.text
    assert problem.headers["content-type"] == "application/problem+json"
    assert problem.json()["type"] == "urn:taizhang:problem:too-often"
    for answer in (page, problem):
        assert 0 < int(answer.headers["retry-after"]) <= 60
    assert world.client(app, "zhao").get("/facts").status_code == 200  # another session
    assert client.get("/static/taizhang.css").status_code == 200  # parts of pages are not counted


def test_strangers_are_counted_by_address_and_password_tries_apart(world: World) -> None:
    world.house.settings = msgspec.structs.replace(world.house.settings, requests_per_minute=12)
    client = TestClient(create_app(world.house, follow=False), follow_redirects=False)
    assert [client.get("/signin").status_code for _ in range(4)] == [200, 200, 200, 429]
    token = client.cookies["taizhang_form"]
    tries = [client.post("/signin", data={"csrf": token, "officer": "wang", "password": "x"}) for _ in range(13)]
    assert [one.status_code for one in tries] == [403] * 12 + [429]
    assert int(tries[-1].headers["retry-after"]) > 0
