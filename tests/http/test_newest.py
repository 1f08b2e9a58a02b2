"""The newest facts, remembered for each officer: whatever is recorded in between, exactly what a look through all gives."""

from __future__ import annotations

import random
from datetime import date
from typing import Any

import pytest
from web_world import CLASS, COUNTY, DAYS, OTHER_COUNTY, World

from taizhang.adapters.log.log import Append
from taizhang.adapters.visibility import Eyes
from taizhang.domain.core import Actor, Fact
from taizhang.domain.enrolment import TraineeEnrolled, WishStated
from taizhang.domain.envelope import Header, opened
from taizhang.domain.people import PersonRegistered, PersonStatusStated
from taizhang.domain.regions import RegionRegistered
from taizhang.http import fact_reading, newest
from taizhang.http.fact_reading import latest
from taizhang.http.newest import Newest

ON = date(2016, 1, 5)


def _actors(world: World) -> list[Actor]:
    school = Actor(
        officer="teacher", role="institution", organisation="i-yongdeng", region=COUNTY, authenticated="test"
    )
    other = Actor(officer="t2", role="institution", organisation="i-none", region=COUNTY, authenticated="test")
    return [*(world.actor(one) for one in ("wang", "foreign", "province", "security", "board")), school, other]


def _recorded_somewhere(world: World, chance: random.Random, number: int) -> None:
    """Something of either county: of people alone, registered before or after or never, of a class, of nobody."""
    county, by = chance.choice(((COUNTY, "wang"), (OTHER_COUNTY, "foreign")))
    who = f"p{chance.randrange(number + 8):016d}"
    facts: list[Any] = [
        PersonStatusStated(occurred_on=ON, person=chance.choice(world.persons), status="two-after", since=ON, source_list=f"s{number}"),
        PersonRegistered(occurred_on=ON, person=f"p{number:016d}", statement=f"n{number}", county=county),
        WishStated(occurred_on=ON, person=who, county=county, occupation="cook", possible=str(number)),
        RegionRegistered(
            occurred_on=ON, code=f"620121{800 + number}", name=f"样例{number}乡", level="township", parent=COUNTY,
            category="none",
        ),
    ]  # fmt: skip
    fact = chance.choice(facts)
    if isinstance(fact, WishStated):
        _recorded_once(world, by, fact)
    else:
        world.record("province" if isinstance(fact, RegionRegistered) else by, fact)


def _recorded_once(world: World, by: str, fact: Fact) -> None:
    """Put into the log what the desk took in earlier days, when nobody asked whether a person was registered."""
    header = Header(f"earlier-{world.house.log.head().position}", world.actor(by), None, None, None)
    world.house.log.append(Append([header.parts(fact, fact.tags(), None)]))


def test_who_looks_again_sees_what_who_looks_for_the_first_time_sees(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    for module in (fact_reading, newest):
        monkeypatch.setattr(module, "PAGE", 12)
    chance, kept, actors = random.Random(3), Newest(), _actors(world)
    for number in range(40):
        for actor in actors:
            assert kept.facts(world.house.log, actor) == latest(world.house.log, actor), (number, actor)
        for one in range(chance.randrange(3)):
            _recorded_somewhere(world, chance, 3 * number + one)
    enrolled = TraineeEnrolled(occurred_on=DAYS[0], training_class=CLASS, person="p" + "z" * 16)
    _recorded_once(world, "zhao", enrolled)
    for actor in actors:
        assert kept.facts(world.house.log, actor) == latest(world.house.log, actor)


def test_what_is_passed_over_unopened_is_never_the_officers(world: World) -> None:
    chance = random.Random(5)
    for number in range(40):
        _recorded_somewhere(world, chance, number)
    rows = world.house.log.page(0, 10_000)
    passed = 0
    for actor in _actors(world):
        eyes = Eyes(world.house.log, actor)
        worth = {row.position for row in eyes.worth_opening(rows)}
        seen = {row.position for row in rows if eyes.sees(opened(row.position, row.leaf))}
        assert seen <= worth, actor
        passed += len(rows) - len(worth)
    assert passed > len(rows) // 2  # else the look would show nothing
