"""The application over a small house, made once for a folder of tests that do not change it, and fresh for those that do."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from starlette.applications import Starlette
from web_world import World, opened_world

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
