"""A database administrator with every right wants one payment gone. Tried with plain SQL and with the house's own commands."""

from __future__ import annotations

import json
import subprocess
import sys
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from money_web import LINE, actor, funded, paid, staffed
from proof_samples import damage, forge_tree, move, steal_key_and_sign_again
from web_world import COUNTY, World, opened_world

from taizhang.adapters.cli.main import run
from taizhang.adapters.printed import Question, check, issue
from taizhang.adapters.proof.bundle import Wanted, make
from taizhang.adapters.proof.policy import Policy
from taizhang.adapters.proof.signer import Signer
from taizhang.projections.funds.cuts import UseScope
from taizhang.projections.replay import NOW

Verify = Callable[..., tuple[int, dict[str, Any]]]


class Scene:
    """A paid claim; the log signed, and cosigned by a witness outside the house; evidence and a printed page taken out."""

    def __init__(self, world: World, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        staffed(world)
        funded(world)
        self.world, self.house, self.folder = world, world.house, folder
        self.payment = paid(world)
        for name, value in (
            ("DATABASE", self.house.settings.database),
            ("VAULT", self.house.settings.vault),
            ("FILES", self.house.settings.files),
            ("VAULT_KEY", self.house.keys.text()),
            ("SIGNER", str(folder / "signer")),
            ("WITNESS_POLICY", str(folder / "policy")),
            ("LANG", "en"),
        ):
            monkeypatch.setenv(f"TAIZHANG_{name}", value)

    def witnessed(self, said: Callable[[], str]) -> None:
        """The commands that a house and its witness run, by hand on a stick."""
        (self.folder / "policy").write_text("")
        assert run(["signer", "init"]) == 0
        key = said().strip()
        place = ["--folder", str(self.folder / "city")]
        assert run(["witness", "init", "city.example/witness", "--log", key, *place]) == 0
        (self.folder / "policy").write_text(f"witness city {said().strip()}\nquorum city\n")
        request, line = self.folder / "request", self.folder / "cosignature"
        assert run(["checkpoint", "--request-from", "0", "--out", str(request)]) == 0
        assert run(["witness", "sign", str(request), "--out", str(line), *place]) == 0
        assert run(["checkpoint", "--add", str(line), "--out", str(self.folder / "cosigned.txt")]) == 0
        said()


@pytest.fixture
def scene(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Iterator[Scene]:
    with opened_world(tmp_path) as world:
        made = Scene(world, tmp_path, monkeypatch)
        made.witnessed(lambda: capsys.readouterr().out)
        yield made


@pytest.fixture
def verify(scene: Scene, capsys: pytest.CaptureFixture[str]) -> Verify:
    def verified(*words: str) -> tuple[int, dict[str, Any]]:
        scene.house.views.catch_up()
        capsys.readouterr()
        code = run(["verify", "--json", *words])
        return code, json.loads(capsys.readouterr().out)

    return verified


def damaged(report: dict[str, Any]) -> dict[str, int | None]:
    """The checks that failed, each with its first position."""
    return {
        one["name"]: one["findings"][0].get("position")
        for one in report["checks"]
        if one["state"] == "damaged" and one["name"] != "attachments"  # the small world names files that are not there
    }


def test_before_anything_was_done_every_check_is_whole(scene: Scene, verify: Verify) -> None:
    _, report = verify("--full", "--against", str(scene.folder / "cosigned.txt"))
    assert damaged(report) == {}


def test_a_deleted_row_is_missed_at_its_very_place(scene: Scene, verify: Verify) -> None:
    damage(scene.house.log, "delete from tag where position = :at", at=scene.payment)
    damage(scene.house.log, "delete from fact where position = :at", at=scene.payment)
    code, report = verify()
    assert code == 1
    assert damaged(report)["stored-bytes"] == scene.payment


def test_a_view_without_the_payment_is_found_by_replay(scene: Scene, verify: Verify) -> None:
    damage(scene.house.log, "delete from fund_entry where position = (select max(position) from fund_entry)")
    code, report = verify("--full")
    assert code == 1
    assert "projections" in damaged(report)


def hidden(scene: Scene) -> None:
    """Take the payment out, close the gap, and make tiles and head anew, as somebody can who has read our code."""
    log, at = scene.house.log, scene.payment
    damage(log, "delete from tag where position = :at", at=at)
    damage(log, "delete from fact where position = :at", at=at)
    if log.head().position > at:
        move(log, at, -1)
        damage(log, "update tag set position = position - 1 where position > :at", at=at)
    damage(log, "delete from guard where position >= :at", at=at)
    forge_tree(log)


def test_a_history_forged_whole_is_contradicted_by_the_signer(scene: Scene, verify: Verify) -> None:
    hidden(scene)
    code, report = verify()
    assert code == 1
    assert damaged(report)["signed-root"] is not None


def test_with_the_signers_folder_stolen_too_only_what_the_witness_cosigned_finds_it(
    scene: Scene, verify: Verify
) -> None:
    note = scene.folder / "cosigned.txt"
    signer = Signer.open(scene.folder / "signer")
    hidden(scene)
    steal_key_and_sign_again(scene.house.log, signer)
    code, report = verify()
    assert {
        name for name in damaged(report) if "root" in name or name in ("stored-bytes", "leaf-hash", "tile")
    } == set()
    code, report = verify("--against", str(note))
    assert code == 1
    assert "cosigned-root" in damaged(report)


def test_evidence_taken_out_before_still_verifies_where_there_is_only_python_and_paper_says_changed(
    scene: Scene,
) -> None:
    house, signer = scene.house, Signer.open(scene.folder / "signer")
    policy = Policy.load(scene.folder / "policy")
    question = Question("money", money=UseScope(COUNTY, line=LINE), on=house.desk.today())
    funds = next(view for view in house.views.status() if view.name == "funds")
    printed = issue(house, question, NOW, funds, "zh", COUNTY)
    assert printed is not None
    made = make(house, actor("cashier"), signer, policy, Wanted(f"fund:{LINE}"))
    stick = scene.folder / "stick"
    stick.mkdir()
    (stick / "evidence.zip").write_bytes(made.data)
    with zipfile.ZipFile(stick / "evidence.zip") as archive:
        (stick / "verify.py").write_bytes(archive.read("verify.py"))
    code, said = alone(stick)
    assert (code, f"VERIFIED  fund:{LINE}" in said, "city.example/witness" in said) == (0, True, True)
    for place in range(0, len(made.data), len(made.data) // 12):
        changed = bytearray(made.data)
        changed[place] = changed[place] ^ 1
        (stick / "evidence.zip").write_bytes(changed)
        code, said = alone(stick)
        assert (code, "REFUSED" in said) == (1, True), place
    hidden(scene)
    house.rebuild(None)
    found = check(house, printed.code)
    assert found.status == "changed"
    assert "paid_fen" in {one.what for one in found.changed}


def alone(stick: Path) -> tuple[int, str]:
    call = [sys.executable, "-I", "-S", "verify.py", "evidence.zip"]
    done = subprocess.run(call, cwd=stick, capture_output=True, check=False, timeout=60)
    return done.returncode, done.stdout.decode() + done.stderr.decode()
