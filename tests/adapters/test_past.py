"""Moments of the past: folded once, in a process of their own too, kept while they are asked for, and never beside the log."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from unittest import mock

import pytest
from sqlalchemy import Connection, func, select
from web_world import World, opened_world

from taizhang.adapters import past as past_module
from taizhang.adapters.past import Past, PastFailed, UnderWay
from taizhang.projections.past import Moment
from taizhang.projections.replay import Cuts
from taizhang.projections.rules.leads import leads
from taizhang.projections.tables_registry import registry_tables

PATIENCE = 60.0


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    with opened_world(tmp_path_factory.mktemp("past")) as made:
        yield made


@pytest.fixture
def past(world: World) -> Iterator[Past]:
    made = Past(world.house.log, kept=2)
    yield made
    made.close()


def _regions(connection: Connection) -> int:
    return connection.scalar(select(func.count()).select_from(registry_tables().regions)) or 0


def _regions_at(past: Past, position: int) -> int:
    with past.reading(Moment(position), PATIENCE) as connection:
        return _regions(connection)


def test_a_process_of_its_own_folds_what_this_one_folds(world: World, past: Past) -> None:
    head = world.house.log.head()
    moment = past.moment(Cuts(as_recorded_at=head.recorded_at, as_effective_on=date(2016, 3, 7)))
    assert moment == Moment(head.position, date(2016, 3, 7))
    apart = Past(world.house.log, apart=True)
    with past.reading(moment, PATIENCE) as mine, apart.reading(moment, PATIENCE) as its:
        assert (leads(mine), _regions(mine)) == (leads(its), _regions(its))
        assert _regions(its) == 6
    apart.close()


def test_who_comes_too_early_is_told_how_far_it_is_and_finds_it_later(world: World, past: Past) -> None:
    head = world.house.log.head().position
    with pytest.raises(UnderWay) as told, past.reading(Moment(head - 1), 0.0):
        pass
    assert (told.value.total, "正在还原" in told.value.zh) == (head - 1, True)
    assert _regions_at(past, head - 1) == 6


def test_the_last_few_moments_are_kept_and_the_others_thrown_away(world: World, past: Past) -> None:
    folds = mock.patch.object(past_module, "fold_past", wraps=past_module.fold_past)
    with folds as folded:
        for position, count in ((3, 1), (5, 2), (3, 2), (7, 3), (3, 3), (5, 4)):
            _regions_at(past, position)
            assert folded.call_count == count, position
    assert past._folder is not None
    assert len([*past._folder.path.glob("*.db")]) == 2
    folder = past._folder.path
    past.close()
    assert not folder.exists()


def test_a_moment_that_could_not_be_folded_says_why_and_is_tried_again(world: World, past: Past) -> None:
    with (
        mock.patch.object(past_module, "fold_past", side_effect=OSError("disk full")),
        pytest.raises(PastFailed, match="OSError"),
        past.reading(Moment(9), PATIENCE),
    ):
        pass
    assert _regions_at(past, 9) >= 0


def test_a_process_that_dies_on_the_way_is_told_as_a_failure(world: World) -> None:
    apart = Past(world.house.log, apart=True)
    with (
        mock.patch.object(past_module.sys, "executable", "/bin/false"),
        pytest.raises(PastFailed, match="ended early"),
        apart.reading(Moment(8), PATIENCE),
    ):
        pass
    apart.close()
