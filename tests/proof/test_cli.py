"""The commands of proof as their users call them: an office with a log, a city with a witness, an officer with a stick."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import msgspec
import pytest
from proof_samples import damage

from taizhang.adapters.cli.main import run
from taizhang.adapters.log.log import Log
from taizhang.adapters.proof.one_file import verifier_file
from taizhang.adapters.settings import NAMES


class Said(NamedTuple):
    code: int
    out: str
    err: str


Cli = Callable[..., Said]


@pytest.fixture
def cli(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Cli:
    """Runs one command in a founded house with a signer's folder set."""
    for name in (*NAMES, "OFFICER", "OFFICER_KEY", "ROLE", "VAULT_KEY"):
        monkeypatch.delenv(f"TAIZHANG_{name.upper()}", raising=False)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("TAIZHANG_SIGNER", str(tmp_path / "signer"))

    def cli(*arguments: str) -> Said:
        capsys.readouterr()
        code = run(list(arguments))
        said = capsys.readouterr()
        return Said(code, said.out, said.err)

    assert cli("init").code == 0
    return cli


def test_from_the_first_key_to_a_proof_on_a_stick_cosigned_by_hand(
    cli: Cli, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    key = cli("signer", "init").out.strip()
    witness = cli("witness", "init", "city.example/witness", "--log", key, "--folder", "city").out.strip()
    Path("policy").write_text(f"witness city {witness}\nquorum city\n")
    monkeypatch.setenv("TAIZHANG_WITNESS_POLICY", str(tmp_path / "policy"))

    assert cli("checkpoint", "--request-from", "0", "--out", "request").code == 0
    assert cli("witness", "sign", "request", "--folder", "city", "--out", "cosignature").code == 0
    done = msgspec.json.decode(cli("checkpoint", "--add", "cosignature", "--json").out)
    assert (done["quorum_met"], done["cosigned"][0]["witness"]) == (True, "city.example/witness")
    status = msgspec.json.decode(cli("witness", "status", "--folder", "city", "--json").out)
    assert status["rows"][0]["size"] == done["size"]
    assert msgspec.json.decode(cli("signer", "show", "--json").out)["cosigned_size"] == done["size"]

    assert cli("prove", "7", "--out", "7.tlog-proof").code == 0
    Path("verify.py").write_text(verifier_file(), encoding="utf-8")
    call = [
        sys.executable,
        "-I",
        "-S",
        "verify.py",
        "7.tlog-proof",
        "--log-key",
        key,
        "--witness",
        witness,
        "--quorum",
        "1",
    ]
    shown = subprocess.run(call, capture_output=True, check=False)
    assert shown.returncode == 0, shown.stdout.decode()
    assert "#7" in shown.stdout.decode()

    assert cli("export", "log", "out").code == 0
    assert cli("verify", "--folder", "out", "--log-key", key).code == 0
    verified = cli("verify", "--full", "--against", "out")
    assert verified.code == 0, verified.out + verified.err
    assert "一致  已见证的根(cosigned-root)" in verified.out


def test_verify_says_where_the_damage_is_and_leaves_with_1(cli: Cli) -> None:
    cli("signer", "init")
    assert cli("checkpoint").code == 0
    log = Log.open("sqlite:///taizhang.db")
    [fact] = log.at([100])
    damage(log, "update fact set leaf = :leaf where position = 100", leaf=fact.leaf.replace(b"2015", b"2016"))
    log.close()
    said = cli("verify", "--lang", "en")
    assert said.code == 1
    assert "altered  position 100" in said.out
    answer = msgspec.json.decode(cli("verify", "--json").out)
    assert answer["ok"] is False
    refused = cli("prove", "100", "--out", "100.tlog-proof")
    assert refused.code == 1
    assert not Path("100.tlog-proof").exists()


def test_what_is_missing_is_said_in_words(cli: Cli, monkeypatch: pytest.MonkeyPatch) -> None:
    assert (cli("checkpoint").code, "taizhang signer init" in cli("checkpoint").err) == (1, True)
    assert cli("witness", "status", "--folder", "nobody").code == 2
    monkeypatch.delenv("TAIZHANG_SIGNER")
    assert (cli("checkpoint").code, "TAIZHANG_SIGNER" in cli("checkpoint").err) == (2, True)
    Path("note").write_text("no note")
    assert cli("verify", "--against", "note").code == 2
    assert cli("verify", "--against", "note", "--log-key", "log+0+AA==").code == 1


def test_without_a_signer_verify_checks_what_it_can_and_names_the_rest(
    cli: Cli, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("TAIZHANG_SIGNER")
    said = cli("verify")
    assert said.code == 0
    assert "未核对  已签名的根" in said.out
    assert "不证明事实本身属实" in said.err
