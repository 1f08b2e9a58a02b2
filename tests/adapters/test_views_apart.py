"""The process that keeps the views: it folds what was recorded, dies without harm, and says when it cannot."""

from __future__ import annotations

import os
import signal
import threading
import time
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from sqlalchemy import select
from web_world import World, opened_world

from taizhang.adapters.views_apart import ViewsApart, ViewsStandStill
from taizhang.domain.regions import RegionRegistered
from taizhang.projections.rules.judging import judged_at
from taizhang.projections.tables_registry import registry_tables


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    with opened_world(tmp_path) as made:
        yield made


@pytest.fixture
def apart(world: World) -> Iterator[ViewsApart]:
    made = ViewsApart(world.house.settings.database)
    yield made
    made.close()


def _register(world: World, code: str) -> int:
    fact = RegionRegistered(
        occurred_on=date(2016, 1, 1), code=code, name="样例村", level="village", parent="620121100", category="none"
    )
    [position] = world.record("province", fact)
    return position


def test_it_brings_every_view_level_and_judges_beside(world: World, apart: ViewsApart) -> None:
    position = _register(world, "620121100002")
    apart.catch_up()
    assert {view.position for view in world.house.views.status()} == {position}
    with world.house.log.database.read() as connection:
        regions = registry_tables().regions.c.region
        assert connection.scalar(select(regions).where(regions == "620121100002")) is not None
    until = time.monotonic() + 60
    while time.monotonic() < until:
        with world.house.log.database.read() as connection:
            if judged_at(connection)[0] == position:
                return
        time.sleep(0.02)
    raise AssertionError("the rules were not run")


def test_killed_in_the_middle_of_a_turn_it_says_so_and_goes_on_in_a_new_process(
    world: World, apart: ViewsApart
) -> None:
    apart.catch_up()
    child = apart._child
    assert child is not None
    os.kill(child.pid, signal.SIGSTOP)
    position = _register(world, "620121100003")
    killing = threading.Timer(0.2, lambda: os.kill(child.pid, signal.SIGKILL))
    killing.start()
    with pytest.raises(ViewsStandStill, match="started again") as told:
        apart.catch_up()
    assert "重启" in told.value.zh
    apart.catch_up()
    assert {view.position for view in world.house.views.status()} == {position}


def test_what_goes_wrong_there_is_told_here_in_both_languages(tmp_path: Path) -> None:
    apart = ViewsApart(f"sqlite:///{tmp_path / 'no such folder' / 'log.db'}")
    with pytest.raises(ViewsStandStill) as told:
        apart.catch_up()
    assert told.value.zh
    apart.close()


def test_closed_it_does_nothing_and_leaves_no_process(world: World, apart: ViewsApart) -> None:
    apart.catch_up()
    child = apart._child
    assert child is not None
    apart.close()
    assert child.returncode is not None
    apart.catch_up()
    assert apart._child is child
