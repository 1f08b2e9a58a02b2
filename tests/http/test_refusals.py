"""Refused attempts as an officer sees them: the same ones, whether the view tells where they stand or all are looked through."""

from __future__ import annotations

import random
import re
from collections import Counter
from collections.abc import Iterator
from datetime import date, timedelta

import pytest
from starlette.applications import Starlette
from web_world import CITY, COUNTY, OTHER_COUNTY, PROVINCE, World, opened_world

from taizhang.adapters.log.log import Append, Criterion, Entry
from taizhang.adapters.visibility import Eyes
from taizhang.domain.core import Actor, OrganisationId
from taizhang.domain.decisions import within
from taizhang.domain.envelope import Header, Recorded, opened
from taizhang.domain.institutions import OrganisationRegistered
from taizhang.domain.refused import SubmissionRefused
from taizhang.http import fact_reading
from taizhang.http import refusals as reading
from taizhang.http.app import create_app
from taizhang.projections import refusals as view

FEW = 7  # on a page
RULES = ("training.seats-taken", "training.not-open")
WHO = (("wang", "hr-620121", COUNTY), ("zhao", "hr-620121", COUNTY), ("foreign", "hr-620122", OTHER_COUNTY))
SCOPES = (("wang", ""), ("foreign", ""), ("province", ""), ("province", CITY), ("province", COUNTY))


@pytest.fixture(scope="module")
def refusing(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """Attempts of two counties over twelve days, among other facts; the last of them are newer than the view."""
    chance = random.Random(5)
    with opened_world(tmp_path_factory.mktemp("refusing")) as made:
        for day in range(12):
            made.house.log.append(Append([_entry(chance, day, number) for number in range(20)]))
            if day == 9:
                made.house.views.catch_up()
        yield made


@pytest.fixture
def few(monkeypatch: pytest.MonkeyPatch) -> None:
    """Pages, rows and stretches so small that every way of going on is gone."""
    for module in (reading, fact_reading):
        monkeypatch.setattr(module, "PAGE", FEW)
    monkeypatch.setattr(reading, "READ_AHEAD", 2)
    monkeypatch.setattr(reading, "STRETCHES", 2)
    monkeypatch.setattr(reading, "AT_ONCE", 9)
    monkeypatch.setattr(view, "ROWS", 3)


def _entry(chance: random.Random, day: int, number: int) -> Entry:
    officer, organisation, region = chance.choice(WHO)
    if day in (3, 7):  # days on which one county alone was refused something
        officer, organisation, region = WHO[2]
    on = date(2016, 3, 1) + timedelta(days=day - (chance.random() < 0.1))
    by = Actor(officer=officer, role="clerk", organisation=organisation, region=region, authenticated="test")
    fact = SubmissionRefused(occurred_on=on, command="training.enrol", rule=chance.choice(RULES), digest="d" * 64)
    office = OrganisationRegistered(
        occurred_on=on, organisation=OrganisationId(f"o{day}-{number}"), name="样例", kind="department", region=region
    )
    one = fact if chance.random() < 0.7 else office
    parts = Header(f"refused-{day}-{number}", by, None, None, None).parts(one, one.tags(), None)
    return Entry(parts.type, tuple(parts.tags), parts.before, parts.after)


def _plainly(world: World, officer: str, region: str, rule: str, until: int | None) -> list[Recorded]:
    """Every refusal of the log opened and looked at, the newest first."""
    eyes, found = Eyes(world.house.log, world.actor(officer)), []
    for row in world.house.log.read([Criterion((SubmissionRefused.TOPIC,), ())]).facts:
        one = opened(row.position, row.leaf)
        assert isinstance(one.fact, SubmissionRefused)
        assert one.recorded_by is not None
        asked = rule in ("", one.fact.rule) and (until is None or one.recorded_at <= until)
        if asked and within(one.recorded_by.region, region) and eyes.sees(one):
            found.append(one)
    return found[::-1]


def _moments(world: World) -> list[int | None]:
    """Now, days that the view holds, and one that is newer than it."""
    found = world.house.log.read([Criterion((SubmissionRefused.TOPIC,), ())]).facts
    return [None, *sorted({row.recorded_at for row in found})[2::4], found[0].recorded_at - 1]


@pytest.mark.usefixtures("few")
@pytest.mark.parametrize(("officer", "asked"), SCOPES)
def test_page_by_page_they_are_just_those_that_a_look_through_all_finds(
    refusing: World, officer: str, asked: str
) -> None:
    log, actor = refusing.house.log, refusing.actor(officer)
    region = asked or actor.region
    for until in _moments(refusing):
        for rule in ("", *RULES, "none.such"):
            expected = _plainly(refusing, officer, region, rule, until)
            pages, before = [], None
            while True:
                page = reading.refusals_seen(log, actor, region, rule, before, until)
                pages.append(page.facts)
                if (before := page.after) is None:
                    break
            assert [one for page in pages for one in page] == expected
            assert all(len(page) == FEW for page in pages[:-1])


@pytest.mark.usefixtures("few")
@pytest.mark.parametrize("region", [COUNTY, CITY, PROVINCE])
def test_their_numbers_at_a_moment_are_those_that_a_look_through_all_counts(refusing: World, region: str) -> None:
    for until in _moments(refusing)[1:]:
        assert until is not None
        expected = Counter(one.fact.rule for one in _plainly(refusing, "province", region, "", until))
        assert dict(reading.refusals_by_rule(refusing.house, region, until)) == dict(expected)


@pytest.mark.usefixtures("few")
def test_the_page_shows_the_newest_first_also_those_newer_than_the_view_and_goes_on_to_the_last(
    refusing: World,
) -> None:
    app: Starlette = create_app(refusing.house, follow=False)
    client = refusing.client(app, "wang")
    [level] = [one.position for one in refusing.house.views.status() if one.name == "refusals"]
    for rule in ("", RULES[0]):
        expected = [one.position for one in _plainly(refusing, "wang", COUNTY, rule, None)]
        assert expected[0] > level > expected[-1]
        address, shown = f"/refusals?rule={rule}&lang=en", list[int]()
        while address:
            text = client.get(address).text
            shown += map(int, re.findall(r'<td class="n"><a href="/facts/(\d+)">', text))
            following = re.search(r'href="([^"]+)" rel="next"', text)
            address = following[1].replace("&amp;", "&") if following else ""
        assert shown == expected
    counts = re.findall(r'<a href="/refusals\?rule=([^&]+)&[^"]*">(\d+)</a>', client.get("/refusals").text)
    assert sum(int(count) for _, count in counts) == len(_plainly(refusing, "wang", COUNTY, "", None))
    assert client.get("/refusals?after=x").status_code == 400
