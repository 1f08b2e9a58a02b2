"""Files in by the page over restarts: drafts wait, a page tells of what is over, and what was interrupted goes on."""

from __future__ import annotations

import re
import threading
from pathlib import Path
from typing import Any

import pytest
from import_web import GOOD, NEW_CLASS, OTHER, PATIENCE_SECONDS, finished, roster, second_class, upload
from starlette.applications import Starlette
from starlette.testclient import TestClient
from web_world import World

from taizhang.adapters.desk import DeskBusy
from taizhang.adapters.importing.importer import Importer
from taizhang.adapters.importing.jobs import Asked, KeptBatch
from taizhang.http.app import create_app


@pytest.fixture
def clerk(world: World, app: Starlette) -> TestClient:
    """A clerk of a county where a second class is approved and waits for its trainees."""
    second_class(world)
    return world.client(app, "wang")


def test_a_draft_waits_for_its_officer_also_after_a_restart_until_it_is_imported_or_discarded(
    world: World, clerk: TestClient
) -> None:
    first, second = upload(world, clerk, roster()), upload(world, clerk, b"\x00 no workbook", "坏文件.xlsx")
    asked = {"csrf": world.csrf(clerk), "check": "1", "map:身份证号": "phone"}
    finished(clerk, clerk.post(first, data=asked).headers["location"])
    app = create_app(world.house, follow=False)
    anew, other = world.client(app, "wang"), world.client(app, "zhao")
    waiting = r'href="(/import/drafts/[^"]+)"'
    assert re.findall(waiting, anew.get("/import?lang=zh").text) == [second, first], "the newest first"
    assert "坏文件.xlsx" not in other.get("/import").text
    assert re.search(r'name="map:身份证号".*?value="phone" selected', anew.get(first).text, flags=re.DOTALL)
    discarded = {"csrf": world.csrf(anew), "discard": "1"}
    assert other.post(second, data=discarded | {"csrf": world.csrf(other)}).status_code == 404
    answer = anew.get(anew.post(second, data=discarded).headers["location"])
    assert "已放弃,没有记录任何内容" in answer.text
    assert anew.get(second).status_code == 404
    started = anew.post(first, data={"csrf": world.csrf(anew), "map:身份证号": "id_number"})
    assert "已入账" in finished(anew, started.headers["location"])
    assert not re.findall(waiting, anew.get("/import").text)
    assert anew.get(first).status_code == 200, "who goes back with the browser finds it"


def test_the_page_of_an_import_tells_of_it_after_the_server_was_restarted(world: World, clerk: TestClient) -> None:
    started = clerk.post(upload(world, clerk, roster()), data={"csrf": world.csrf(clerk)})
    address = started.headers["location"]
    finished(clerk, address)
    anew = world.client(create_app(world.house, follow=False), "wang")
    text = anew.get(f"{address}?lang=zh").text
    assert "各行只登记一次" in text
    assert "花名册.csv" in text
    assert '<span class="tag good">已完成</span>' in text
    counts = re.findall(r'<td class="n">([^<]*)</td>', text)
    assert counts[:6] == ["2", "1", "0", "1", "0", "0"], "rows, recorded, unchanged, refused, unusable, flagged"
    link = re.search(r'href="(/import/jobs/[^"]+/result\.xlsx)"', text)
    assert link is not None
    assert anew.get(link[1]).status_code == 200
    assert world.client(create_app(world.house, follow=False), "zhao").get(address).status_code == 404


def test_the_rows_of_a_filing_are_as_many_as_came_to_something_also_after_a_restart(
    world: World, clerk: TestClient
) -> None:
    filing = (Path(__file__).parents[2] / "examples/tour/1-开班申请.csv").read_bytes()
    draft = upload(world, clerk, filing, "开班申请.csv")
    address = clerk.post(draft, data={"csrf": world.csrf(clerk)}).headers["location"]
    finished(clerk, address)
    text = world.client(create_app(world.house, follow=False), "wang").get(address).text
    rows, *outcomes = (int(count) for count in re.findall(r'<td class="n">([0-9]+)</td>', text)[:5])
    assert rows == sum(outcomes) == 3, "its head and two courses"


def _other_roster() -> bytes:
    return roster().decode("gb18030").replace(GOOD, OTHER).encode("gb18030")


def _stopped(world: World, clerk: TestClient, monkeypatch: pytest.MonkeyPatch) -> str:
    """The address of a batch of two files that the desk could not take the second of."""
    submit = world.house.desk.submit

    def busy_for_the_second(order: Any, *more: Any) -> Any:
        if any(getattr(item.source, "name", "") == "花名册2.csv" for item in order.items):
            raise DeskBusy
        return submit(order, *more)

    monkeypatch.setattr(world.house.desk, "submit", busy_for_the_second)
    files = [("files", ("花名册1.csv", roster())), ("files", ("花名册2.csv", _other_roster()))]
    draft = clerk.post("/import", data={"csrf": world.csrf(clerk)}, files=files).headers["location"]
    address = clerk.post(draft, data={"csrf": world.csrf(clerk)}).headers["location"]
    finished(clerk, address)
    monkeypatch.setattr(world.house.desk, "submit", submit)
    return str(address)


@pytest.mark.parametrize("by", ["the page of the batch", "the page after a restart", "the list"])
def test_an_import_that_was_interrupted_goes_on_at_one_click_and_records_nothing_twice(
    world: World, app: Starlette, clerk: TestClient, monkeypatch: pytest.MonkeyPatch, by: str
) -> None:
    address = _stopped(world, clerk, monkeypatch)
    if by == "the page after a restart":
        clerk = world.client(create_app(world.house, follow=False), "wang")
    for language, words in (("zh", "该文件中途停下,可以接着办理"), ("en", "can be finished")):
        assert clerk.get(f"{address}?lang={language}").text.count(words) == 1, "one of the two files is in"
    where = f'<form method="post" action="{address}"'
    if by == "the list":
        [where] = re.findall(r'<form method="post" action="/import/jobs/[^"]+"', clerk.get("/import?lang=zh").text)
    else:
        assert where in clerk.get(f"{address}?lang=zh").text
    action = where.split('"')[3]
    stranger = world.client(app, "zhao")
    assert stranger.post(action, data={"csrf": world.csrf(stranger)}).status_code == 404
    for _ in range(2):
        assert clerk.post(action, data={"csrf": world.csrf(clerk)}).status_code == 303
    text = finished(clerk, f"{address}?lang=zh")
    assert text.count('<span class="tag good">已完成</span>') == 2
    assert "接着办理</button>" not in text + clerk.get("/import?lang=zh").text
    attempts = {job.asked.filename: job.attempt for job in Importer(world.house).jobs.recent()}
    assert attempts == {"花名册1.csv": 1, "花名册2.csv": 2}, "the second click finds that somebody works on it"
    world.house.views.catch_up()
    assert clerk.get(f"/api/ledger?class={NEW_CLASS}").json()["figures"]["person_times"] == 2


def test_what_goes_on_after_an_interruption_tells_how_long_it_will_still_take(
    world: World, clerk: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    address = _stopped(world, clerk, monkeypatch)
    told, end = threading.Event(), threading.Event()

    def half_done(importer: Importer, jobs: Any, begun: Any, progress: Any) -> list[Any]:
        [job] = jobs
        begun(job)
        for done in (0, 1):
            importer.jobs.beat(job, done, 2)
            progress(done, 2)
        told.set()
        end.wait(PATIENCE_SECONDS)
        importer.jobs.release(job)
        return []

    monkeypatch.setattr(Importer, "finish", half_done)
    assert clerk.post(address, data={"csrf": world.csrf(clerk)}).status_code == 303
    assert told.wait(PATIENCE_SECONDS)
    try:
        text = clerk.get(f"{address}?lang=en").text
    finally:
        end.set()
    assert re.search(r"about \d+ (seconds|minutes?) left", text)
    assert '<progress max="4" value="3"' in text, "of both files, as they were understood"


def test_a_file_that_is_gone_since_is_asked_for_again(world: World, clerk: TestClient) -> None:
    jobs, digest = Importer(world.house).jobs, "f" * 64
    asked = Asked(file=digest, filename="考勤.csv", by=world.actor("wang"))
    kept = KeptBatch(by=world.actor("wang"), files=[(digest, "考勤.csv"), ("e" * 64, "已删.csv")])
    [job] = jobs.queue([asked], "gone", kept)
    assert 'http-equiv="refresh"' in clerk.get("/import/batches/gone").text, "this process could go on with it"
    jobs.release(job)
    Importer(world.house).resume()
    for language, words in (("zh", "已入账的行不会重复登记"), ("en", "nothing is entered twice")):
        text = clerk.get(f"/import/batches/gone?lang={language}").text
        assert text.count(words) == 2, "one file was begun, the other had been erased before"
        assert 'http-equiv="refresh"' not in text
        assert 'action="/import/batches/gone"' not in text
