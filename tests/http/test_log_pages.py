"""/log/: any transparency-log client reads checkpoint and tiles; entries are for the discipline office of the whole house."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import msgspec
import pytest
from starlette.applications import Starlette
from starlette.testclient import TestClient
from web_world import PROVINCE, World

from taizhang.adapters.proof.checkpoints import open_checkpoint
from taizhang.adapters.proof.export import export_log
from taizhang.adapters.proof.policy import Policy
from taizhang.adapters.proof.publishing import publish
from taizhang.adapters.proof.signer import Signer
from taizhang.adapters.signin import SignIn
from taizhang.domain.officers import OfficerAppointed, RoleGranted
from taizhang.http.app import create_app
from taizhang.http.signing import Signing

MONITOR = "monitor"


@pytest.fixture
def signed(world: World, tmp_path: Path) -> Signer:
    """The world's log with a signer, its first checkpoint published."""
    folder = tmp_path / "signer"
    signer = Signer.create(folder, world.house.log.head().origin)
    world.house.settings = msgspec.structs.replace(
        world.house.settings, signer=str(folder), checkpoint_seconds=3600, publish_log=True
    )
    given = {"occurred_on": date(2016, 1, 4), "officer": MONITOR, "organisation": "office"}
    world.record("security", OfficerAppointed(**given), RoleGranted(**given, role="discipline", region=PROVINCE))  # type: ignore[arg-type]
    world.house.signin.enrol(MONITOR, MONITOR, SignIn.new_key(), must_change=False)
    publish(world.house.log, signer, Policy())
    return signer


@pytest.fixture
def signed_app(world: World, signed: Signer) -> Iterator[Starlette]:
    return create_app(world.house, follow=False)


def reader(app: Starlette) -> TestClient:
    """Somebody without any sign-in."""
    return TestClient(app, follow_redirects=False)


def test_every_exported_file_is_served_under_the_same_path(
    world: World, signed_app: Starlette, signed: Signer, tmp_path: Path
) -> None:
    note = signed.published()
    assert note is not None
    export_log(world.house.log, tmp_path / "out", note)
    client = world.client(signed_app, MONITOR)
    files = [path for path in (tmp_path / "out").rglob("*") if path.is_file()]
    assert len(files) == 3
    for path in files:
        answer = client.get(f"/log/{path.relative_to(tmp_path / 'out').as_posix()}")
        assert answer.status_code == 200
        assert answer.content == path.read_bytes()


def test_strangers_read_the_checkpoint_and_the_hashes_but_not_the_facts(signed_app: Starlette, signed: Signer) -> None:
    client = reader(signed_app)
    answer = client.get("/log/checkpoint")
    size = open_checkpoint(answer.text, signed.verifier).checkpoint.size
    assert answer.headers["cache-control"] == "public, max-age=5"
    assert client.get(f"/log/tile/0/000.p/{size}").headers["cache-control"] == "public, max-age=60"
    assert client.get(f"/log/tile/entries/000.p/{size}").status_code == 303


def test_unless_the_log_is_published_strangers_read_nothing_of_it_and_officers_its_hashes(
    world: World, signed: Signer
) -> None:
    world.house.settings = msgspec.structs.replace(world.house.settings, publish_log=False)
    app = create_app(world.house, follow=False)
    for path in ("checkpoint", f"tile/0/000.p/{signed.state().size}", "tile/0/999", "other"):
        assert reader(app).get(f"/log/{path}").headers["location"].startswith("/signin"), path
    for path in ("checkpoint", f"tile/0/000.p/{signed.state().size}"):
        answer = world.client(app, "wang").get(f"/log/{path}")
        assert answer.status_code == 200
        assert answer.headers["cache-control"].startswith("private, ")


def test_the_entries_of_all_are_for_nobody_who_may_not_see_the_leads_among_them(
    world: World, signed_app: Starlette, signed: Signer
) -> None:
    size = signed.state().size
    for officer, expected in (("wang", 403), ("foreign", 403), ("board", 403), ("province", 403), (MONITOR, 200)):
        assert world.client(signed_app, officer).get(f"/log/tile/entries/000.p/{size}").status_code == expected


@pytest.mark.parametrize(
    "path",
    [
        *("tile/0/000", "tile/0/000.p/255", "tile/0/001.p/1", "tile/1/000.p/1", "tile/64/000", "tile/0/x000/000.p/1"),
        *("tile/0/000.p/0", "tile/0/000.p/256", "tile/0/000.p/01", "tile/0/-01", "tile/0/0000", "tile/x/000", "tile/"),
        *("tile/0/%2e%2e/%2e%2e/checkpoint", "other", "tile/0/x999/x999/x999/x999/x999/999"),
    ],
)
def test_what_is_not_there_and_what_no_client_asks_for_is_404(signed_app: Starlette, path: str) -> None:
    answer = reader(signed_app).get(f"/log/{path}")
    assert answer.status_code == 404
    assert "immutable" not in answer.headers.get("cache-control", "")


def test_facts_that_are_not_signed_yet_are_not_served(world: World, signed_app: Starlette, signed: Signer) -> None:
    size = signed.state().size
    assert world.house.log.head().position >= size
    assert world.client(signed_app, MONITOR).get(f"/log/tile/entries/000.p/{size + 1}").status_code == 404


def test_without_a_signer_there_is_no_checkpoint(world: World, app: Starlette) -> None:
    assert world.client(app, "wang").get("/log/checkpoint").status_code == 404


def test_the_server_signs_while_it_runs_and_says_when_it_cannot(world: World, signed: Signer) -> None:
    signed.publish(signed.state().note, is_cosigned=False)
    (signed.folder / "checkpoint").unlink()
    with TestClient(create_app(world.house)) as client:
        for _ in range(100):
            if signed.published() is not None:
                break
            client.get("/health")
        client.app.state.signing.stop()  # type: ignore[attr-defined]
    assert signed.published() is not None
    (signed.folder / "state.json").unlink()
    signing = Signing(world.house)
    signing.turn()
    assert not signing.state().is_well
    assert "签名状态" in signing.state().zh


def test_no_signing_starts_where_no_signer_is_set(world: World) -> None:
    signing = Signing(world.house)
    signing.start()
    signing.stop()
    assert signing.published is None
