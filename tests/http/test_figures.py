"""A figure opens into the facts that made it: on all pages together their changes sum up to it."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from datetime import date

import pytest
from bare_figures import bare
from starlette.applications import Starlette
from starlette.testclient import TestClient
from web_world import CLASS, COUNTY, VILLAGE, World, opened_world

from taizhang.domain.classes import ClassApproved, ClassFiled
from taizhang.domain.enrolment import TraineeEnrolled, TraineeWithdrawn
from taizhang.domain.people import PersonRegistered, PersonsMerged
from taizhang.domain.policy import TargetSet
from taizhang.http import ledger_reading
from taizhang.http.app import create_app
from taizhang.http.rendering import link

SECOND = "c620121-2017-001"
OPENS, LEAVES, MERGED = date(2017, 3, 6), date(2017, 3, 8), date(2017, 4, 1)
OTHER_ID = "p-second-id-of-the-first"
MEASURES = ("persons", "persons_poor", "person_times", "person_times_poor", "evidenced_minutes", "certified")
PERIODS = ("", "2016", "2017", "2016-2017", "2016-03-08..2017-03-31")


@pytest.fixture(scope="module")
def figures(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[World, Starlette]]:
    """Two classes in two years: somebody comes twice, somebody leaves, two ids turn out to be one person."""
    with opened_world(tmp_path_factory.mktemp("figures")) as world:
        _second_class(world)
        world.house.views.catch_up()
        yield world, create_app(world.house, follow=False)


def _second_class(world: World) -> None:
    first, second, _ = world.persons
    world.record("wang", _registered(OTHER_ID))
    filed = ClassFiled(
        occurred_on=date(2017, 2, 1), training_class=SECOND, name="中式烹调师二班", county=COUNTY,
        institution="i-yongdeng", programme="labour", programme_kind="labour", occupation="cook", seats=50,
        required_minutes=480, planned_minutes=480, starts_on=OPENS, ends_on=date(2017, 3, 20), place="永登县职教中心",
    )  # fmt: skip
    world.record("zhao", filed)
    world.record("wang", ClassApproved(occurred_on=date(2017, 2, 20), training_class=SECOND))
    for person in (second, OTHER_ID, world.persons[2]):
        world.record("zhao", TraineeEnrolled(occurred_on=OPENS, training_class=SECOND, person=person))
    left = TraineeWithdrawn(occurred_on=LEAVES, training_class=SECOND, person=world.persons[2], why="外出务工")
    world.record("zhao", left)
    world.record("wang", PersonsMerged(occurred_on=MERGED, kept=first, merged=(OTHER_ID,)))
    odd = TargetSet(
        occurred_on=OPENS, programme="labour", phase="odd", since=date(2016, 3, 1), until=date(2017, 2, 28),
        unit="persons", target=10, region=COUNTY,
    )  # fmt: skip
    world.record("province", odd)


def _listed(client: TestClient, address: str) -> tuple[float, list[float], list[str]]:
    """The figure, its changes on all pages, and the names of whom or what each is about."""
    changes, subjects, whole = [], [], ""
    for _ in range(50):
        page = client.get(address)
        assert page.status_code == 200, address
        whole = re.search(r'<div class="tiles"><div><b>([^<]*)</b>', page.text)[1]  # type: ignore[index]
        changes += re.findall(r'<td class="n">([+−][\d.,]+)</td></tr>', page.text)
        subjects += re.findall(r'<a href="(/(?:persons|classes)/[^"?]+)', page.text)
        following = re.search(r'<a href="([^"]+)" rel="next"', page.text)
        if following is None:
            break
        address = html.unescape(following[1])
    return _number(whole), [_number(one) for one in changes], subjects


def _number(text: str) -> float:
    return float(text.replace(",", "").replace("−", "-"))


@pytest.mark.parametrize("period", PERIODS)
def test_the_listed_changes_of_every_figure_sum_up_to_it(
    figures: tuple[World, Starlette], period: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ledger_reading, "CHANGES_PAGE", 1)  # as many pages as can be
    world, app = figures
    client = world.client(app, "wang")
    for measure in MEASURES:
        for cut in ({}, {"as_effective_on": "2017-03-07"}, {"as_recorded_at": str(_recorded(world, OTHER_ID))}):
            for more in ({}, {"class": SECOND}):
                address = link("/ledger/facts", {"region": COUNTY, "measure": measure, "period": period}, **cut, **more)
                whole, changes, _ = _listed(client, address)
                assert sum(changes) == whole, address


@pytest.mark.parametrize("period", PERIODS[:2])
def test_a_figure_opens_into_the_same_facts_by_the_api_page_by_page(
    figures: tuple[World, Starlette], period: str
) -> None:
    world, app = figures
    client = world.client(app, "wang")
    for measure in MEASURES:
        for more in ({}, {"class": SECOND}, {"institution": "i-yongdeng", "as_effective_on": "2017-03-07"}):
            asked = {"region": COUNTY, "measure": measure, "period": period, **more}
            whole = client.get(link("/api/ledger/facts", asked)).json()
            address, told = link("/api/ledger/facts", asked, limit=2), []
            while address:
                answer = client.get(address)
                told += answer.json()["rows"]
                address = answer.links.get("next", {}).get("url", "")
            assert told == whole["rows"]
            assert sum(row["change"] for row in told) == whole["value"], asked
            assert {row["is_open"] for row in told} <= {True}
    assert client.get(f"/api/ledger/facts?region={COUNTY}&measure=nonsense").status_code == 404


def _recorded(world: World, person: str) -> int:
    """When this id was enrolled."""
    facts = world.house.log.tagged(f"person:{person}", 0, 100)
    return next(fact.recorded_at for fact in facts if fact.type == TraineeEnrolled.TOPIC)


def test_persons_are_listed_person_by_person_and_a_merge_takes_one_away(figures: tuple[World, Starlette]) -> None:
    world, app = figures
    client = world.client(app, "wang")
    whole, changes, subjects = _listed(client, f"/ledger/facts?region={COUNTY}&measure=persons")
    assert whole == 3
    assert sorted(changes) == [-1, 1, 1, 1, 1]
    assert len(set(subjects)) == 3
    assert all(subject.startswith("/persons/") for subject in subjects)
    merge = client.get(f"/ledger/facts?region={COUNTY}&measure=persons").text
    assert "人员合并" in merge


def test_a_target_of_odd_days_is_compared_with_the_same_days_also_as_known_earlier(
    figures: tuple[World, Starlette],
) -> None:
    world, app = figures
    client = world.client(app, "wang")
    address = f"/?region={COUNTY}&as_recorded_at={world.house.log.head().recorded_at}"
    for asked in (f"/?region={COUNTY}", address):
        page = client.get(asked)
        assert page.status_code == 200
        assert "2016-03-01 – 2017-02-28" in page.text
        opens = re.search(r'href="([^"]*/ledger/facts[^"]*2016-03-01..2017-02-28[^"]*measure=persons)"', page.text)
        assert opens is not None
        share = re.search(r'href="([^"]*)">([\d.]+%)</a>', page.text)
        assert share is not None
        opened = client.get(html.unescape(share[1])).text
        assert f"<b>{share[2]}</b>" in opened, "a share opens into its part,"
        assert re.search(r'<b><a href="/facts/\d+">[\d,]+</a></b><span>目标', opened), (
            "and into the target it is a share of"
        )
        whole, changes, _ = _listed(client, html.unescape(opens[1]))
        assert whole == sum(changes) == 3


@pytest.mark.parametrize("page", ["/", "/map", "/ledger", "/ledger/coverage", f"/classes/{SECOND}"])
def test_no_figure_of_the_ledger_opens_into_nothing(figures: tuple[World, Starlette], page: str) -> None:
    world, app = figures
    assert bare(world.client(app, "wang").get(f"{page}?region={COUNTY}").text) == []


def test_a_class_counts_two_ids_of_one_person_as_one_trainee_now_and_as_two_before_the_merge(world: World) -> None:
    first = world.persons[0]
    world.record("wang", _registered(OTHER_ID))
    world.record("zhao", TraineeEnrolled(occurred_on=date(2016, 3, 8), training_class=CLASS, person=OTHER_ID))
    before = world.house.log.head().recorded_at
    world.record("wang", PersonsMerged(occurred_on=MERGED, kept=first, merged=(OTHER_ID,)))
    world.house.views.catch_up()
    client = world.client(create_app(world.house, follow=False), "wang")
    merged = client.get(f"/classes/{CLASS}?lang=zh").text
    assert _tiles(merged)["在册人次"] == "4"
    assert _tiles(merged)["在册人数"] == "3"
    earlier = client.get(f"/classes/{CLASS}?lang=zh&as_recorded_at={before}").text
    assert _tiles(earlier)["在册人数"] == "4"
    assert _tiles(client.get(f"/classes/{CLASS}?lang=zh&as_effective_on=2030-01-01").text)["在册人数"] == "3"


def test_who_leaves_after_the_day_asked_for_is_still_in_the_class(figures: tuple[World, Starlette]) -> None:
    world, app = figures
    client = world.client(app, "wang")
    address = f"/classes/{SECOND}?lang=zh&as_effective_on="
    assert _tiles(client.get(f"{address}2017-03-07").text)["在册人次"] == "3"
    assert _tiles(client.get(f"{address}2017-03-31").text)["在册人次"] == "2"


def _registered(person: str) -> PersonRegistered:
    return PersonRegistered(occurred_on=OPENS, person=person, statement="s9", county=COUNTY, village=VILLAGE)


def _tiles(page: str) -> dict[str, str]:
    """What the tiles say, whether or not a number opens."""
    found = re.findall(r"<div><b>(?:<a [^>]*>)?([^<]*)(?:</a>)?</b><span>([^<]*)</span></div>", page)
    return {name: value for value, name in found}


def test_a_long_roster_comes_by_the_page_and_misses_nobody(
    world: World, app: Starlette, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("taizhang.http.room_reading.ROSTER_PAGE", 1)
    client = world.client(app, "wang")
    for question in ("", "?as_effective_on=2016-03-08"):
        address, seen = f"/classes/{CLASS}{question}", []
        for _ in range(len(world.persons)):
            page = client.get(address).text
            assert [*_tiles(page).values()].count("3") >= 2, "the figures are the whole class's"
            seen += re.findall(r'<th scope="row"><a href="/persons/([^"]+)"', page)
            following = re.search(r'<a href="([^"]+)" rel="next"', page)
            address = following[1].replace("&amp;", "&") if following else ""
        assert not address, "the last page names no other"
        assert sorted(seen) == sorted(world.persons)
    assert client.get(f"/classes/{CLASS}?after=x|y").status_code == 400


def test_a_class_stands_with_its_distinct_persons_in_its_countys_ledger(
    shared_world: World, shared_app: Starlette
) -> None:
    client = shared_world.client(shared_app, "wang")
    [row] = [row for row in client.get(f"/api/ledger?region={COUNTY}").json()["rows"] if row["code"] == CLASS]
    assert (row["figures"]["persons"], row["figures"]["persons_poor"]) == (3, 1)
    page = client.get(f"/ledger?region={COUNTY}").text
    assert re.search(rf'href="/ledger/facts\?[^"]*class={CLASS}[^"]*measure=persons"', page)
