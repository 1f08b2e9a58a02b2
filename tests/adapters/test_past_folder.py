"""Folders of past moments: what a killed process left goes when the next server starts, and nothing else does."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from starlette.testclient import TestClient
from web_world import World, opened_world

from taizhang.adapters.past import Past
from taizhang.adapters.past_folder import HOLDER, PREFIX, HeldFolder, clear_leftovers
from taizhang.adapters.views_apart import ViewsApart
from taizhang.http.app import create_app
from taizhang.projections.past import Moment

HOLDS = """
import pathlib, sys, time
from taizhang.adapters.past_folder import HeldFolder
folder = HeldFolder()
(folder.path / "1.db").write_bytes(b"a moment")
print(folder.path, flush=True)
time.sleep(600)
"""


@pytest.fixture
def temporary(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder for temporary files of this test's own, also for the processes it starts."""
    folder = tmp_path / "tmp"
    folder.mkdir()
    monkeypatch.setenv("TMPDIR", str(folder))
    monkeypatch.setattr(tempfile, "tempdir", None)
    return folder


@pytest.fixture
def other(temporary: Path) -> Iterator[tuple[subprocess.Popen[str], Path]]:
    """A process that holds a folder, and its folder."""
    child = subprocess.Popen([sys.executable, "-c", HOLDS], stdout=subprocess.PIPE, text=True)
    assert child.stdout is not None
    folder = Path(child.stdout.readline().strip())
    assert folder.parent == temporary
    yield child, folder
    child.kill()
    child.wait()
    child.stdout.close()


def test_a_folder_stays_while_its_process_lives_and_goes_once_it_was_killed(
    other: tuple[subprocess.Popen[str], Path],
) -> None:
    child, folder = other
    assert clear_leftovers() == []
    assert (folder / "1.db").exists()
    child.send_signal(signal.SIGKILL)
    child.wait()
    assert (folder / "1.db").exists(), "a killed process clears nothing"
    assert clear_leftovers() == [folder]
    assert not folder.exists()


def test_what_is_not_surely_a_leftover_of_ours_is_left_alone(temporary: Path) -> None:
    mine = HeldFolder()
    being_made, elsewhere = temporary / f"{PREFIX}young", temporary / "elsewhere"
    for folder in (being_made, elsewhere):
        folder.mkdir()
        (folder / "1.db").write_bytes(b"")
    (elsewhere / HOLDER).write_bytes(b"")
    (temporary / f"{PREFIX}link").symlink_to(elsewhere, target_is_directory=True)
    (temporary / f"{PREFIX}file").write_bytes(b"")
    if os.geteuid() == 0:
        strange = temporary / f"{PREFIX}strange"
        strange.mkdir()
        (strange / HOLDER).write_bytes(b"")
        os.chown(strange, 65_534, -1)
    before = sorted(temporary.rglob("*"))
    assert clear_leftovers() == []
    assert sorted(temporary.rglob("*")) == before
    mine.cleanup()
    assert not mine.path.exists()


def test_the_next_server_clears_what_a_killed_one_left(
    other: tuple[subprocess.Popen[str], Path], tmp_path: Path
) -> None:
    child, folder = other
    child.kill()
    child.wait()
    with opened_world(tmp_path) as world:
        _serve_once(world)
        assert not folder.exists()


def _serve_once(world: World) -> None:
    running = Past(world.house.log)
    try:
        with running.reading(Moment(3), 60.0):
            assert running._folder is not None
            app = create_app(world.house, apart=ViewsApart(world.house.settings.database))
            with TestClient(app):
                pass
            assert [*running._folder.path.glob("*.db")], "another server's moments stay"
    finally:
        running.close()
