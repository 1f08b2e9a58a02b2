"""What tests ask for by name: a fresh database on either engine, a throw-away PostgreSQL, a browser, known answers.

TAIZHANG_TEST_REQUIRE=postgresql,browser turns "skipped, because it is not installed" into a failure.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

import pytest
import structlog

if TYPE_CHECKING:
    from playwright.sync_api import Browser
    from sqlalchemy import Engine
    from throwaway_postgres import Cluster

SHARED_VECTORS = Path(__file__).parents[2] / "shared" / "vectors"
BROWSERS = ("chromium", "chromium-browser", "google-chrome")
BROWSER_ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


def pytest_configure() -> None:
    """No example is timed: on a busy machine one takes longer than on a quiet one, and that is no fault."""
    from hypothesis import settings

    settings.register_profile("untimed", deadline=None)
    settings.load_profile("untimed")


@pytest.fixture(autouse=True)
def fresh_logging() -> Iterator[None]:
    """A command run by one test sets where messages go; the next test begins without that."""
    yield
    structlog.reset_defaults()


@pytest.fixture(scope="session", autouse=True)
def quick_passwords() -> Iterator[None]:
    """Passwords are hashed as in the field, but quickly: as they are meant, twenty officers cost more than most tests.

    That they are meant to be slow is a test of its own (tests/adapters/test_signin.py).
    """
    from argon2 import PasswordHasher

    from taizhang.adapters import signin

    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(signin, "PasswordHasher", partial(PasswordHasher, time_cost=1, memory_cost=8, parallelism=1))
        yield


@pytest.fixture(scope="session", autouse=True)
def shared_statements() -> Iterator[None]:
    """The databases of one kind share their statements once compiled.

    A house has hundreds; to compile them anew for the new house of every test took a third of the whole run.
    """
    from sqlalchemy.dialects.postgresql.psycopg import PGDialect_psycopg
    from sqlalchemy.dialects.sqlite.pysqlite import SQLiteDialect_pysqlite
    from sqlalchemy.util import LRUCache

    from taizhang.adapters import database

    made, compiled = database.create_engine, LRUCache(10_000)

    def create_engine(*arguments: Any, **options: Any) -> Engine:
        engine = made(*arguments, **options)
        engine._compiled_cache = compiled
        return engine

    with pytest.MonkeyPatch.context() as patched:
        for dialect in (PGDialect_psycopg, SQLiteDialect_pysqlite):  # part of the keys of what is compiled
            patched.setattr(dialect, "__hash__", lambda one: hash(type(one)))
            patched.setattr(dialect, "__eq__", lambda one, other: type(one) is type(other))
        patched.setattr(database, "create_engine", create_engine)
        yield


@pytest.fixture(scope="session", autouse=True)
def no_power_cuts() -> Iterator[Any]:
    """A commit to SQLite does not wait for the disk: processes are killed here, but nobody pulls the plug.

    Gives what makes an engine in the field, for a test that asks about that.
    """
    from sqlalchemy import event

    from taizhang.adapters import database

    made = database._sqlite

    def sqlite(*arguments: Any) -> Engine:
        engine = made(*arguments)
        event.listen(engine, "connect", lambda driver, _: driver.execute("PRAGMA synchronous = OFF"))
        return engine

    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(database, "_sqlite", sqlite)
        yield made


@pytest.fixture(params=["sqlite", "postgresql"])
def engine_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The URL of a new, empty database: the test runs once on SQLite and once on PostgreSQL."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'taizhang.db'}"
    return str(request.getfixturevalue("postgres_url"))


@pytest.fixture
def postgres_url(postgres_cluster: Cluster) -> Iterator[str]:
    """The URL of a new, empty PostgreSQL database."""
    with postgres_cluster.fresh_database() as url:
        yield url


@pytest.fixture(scope="session")
def postgres_cluster() -> Iterator[Cluster]:
    """A PostgreSQL server of this test run's own, started when the first test asks for it."""
    try:
        from throwaway_postgres import NO_POWER_CUTS, PostgresMissing, running_cluster
    except ModuleNotFoundError as error:
        missing("postgresql", f"{error.name} is not installed")
    try:
        with running_cluster(NO_POWER_CUTS) as cluster:
            yield cluster
    except PostgresMissing as error:
        missing("postgresql", str(error))


@pytest.fixture(scope="module")  # not session: the sync API keeps an event loop running, and asyncio.run() then refuses
def browser() -> Iterator[Browser]:
    """A real Chromium without a window."""
    try:
        from playwright.sync_api import sync_playwright
    except ModuleNotFoundError as error:
        missing("browser", f"{error.name} is not installed")
    program = next((path for name in BROWSERS if (path := shutil.which(name))), None)
    if program is None:
        missing("browser", "no Chromium found (Debian: apt-get install chromium)")
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=program, args=BROWSER_ARGUMENTS)
        try:
            yield chromium
        finally:
            chromium.close()


@pytest.fixture(scope="session")
def vectors() -> Callable[[str], Path]:
    """The path of known-answer vectors that others wrote; the test is skipped where they are absent."""

    def path(name: str) -> Path:
        found = SHARED_VECTORS / name
        if not found.exists():
            pytest.skip(f"known-answer vectors are not here: expected ../shared/vectors/{name} beside the repository")
        return found

    return path


def missing(part: str, why: str) -> NoReturn:
    """Skip the test that needs `part`; fail it instead where TAIZHANG_TEST_REQUIRE names the part."""
    required = os.environ.get("TAIZHANG_TEST_REQUIRE", "").split(",")
    if part in (name.strip() for name in required):
        pytest.fail(f"{part} is required here: {why}", pytrace=False)
    pytest.skip(why)
