"""The application over a small house, made once for a folder of tests that do not change it, and fresh for those that do."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Final

import pytest
from money_web import LINE, actor, funded, paid, staffed
from starlette.applications import Starlette
from web_world import PROVINCE, World, opened_world

from taizhang.domain.funds.evaluation import AllocationTied
from taizhang.http.app import create_app


@pytest.fixture(scope="session")
def shared_world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """A world that tests only look at."""
    with opened_world(tmp_path_factory.mktemp("world")) as world:
        yield world


@pytest.fixture(scope="session")
def shared_app(shared_world: World) -> Starlette:
    return create_app(shared_world.house, follow=False)


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    """A world of the test's own."""
    with opened_world(tmp_path) as made:
        yield made


@pytest.fixture
def app(world: World) -> Starlette:
    return create_app(world.house, follow=False)


TIE: Final = AllocationTied(
    occurred_on=date(2016, 2, 1), tie="tie-1", line=LINE, region=PROVINCE, per_person_fen=80_000, poor_only=False,
    since=date(2016, 1, 1), until=date(2016, 12, 31), document="样例 9 号",
)  # fmt: skip


@pytest.fixture(scope="session")
def money(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """A world whose claim is paid, only looked at."""
    with opened_world(tmp_path_factory.mktemp("money")) as made:
        staffed(made)
        funded(made)
        made.record(actor("treasurer"), TIE)
        paid(made)
        yield made


@pytest.fixture(scope="session")
def money_app(money: World) -> Starlette:
    return create_app(money.house, follow=False)


@pytest.fixture
def approved(tmp_path: Path) -> Iterator[World]:
    """A world whose claim is approved and not yet posted."""
    with opened_world(tmp_path) as made:
        staffed(made)
        funded(made)
        made.house.views.catch_up()
        yield made
