"""The command `bundle` as an inspector types it, on the generated sample with money in it."""

from __future__ import annotations

import subprocess
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import msgspec
import pytest

from taizhang.adapters.cli.main import run
from taizhang.adapters.settings import NAMES


class Said(NamedTuple):
    code: int
    out: str
    err: str


Cli = Callable[..., Said]


@pytest.fixture
def cli(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Cli:
    """Runs one command as the province's sample inspector, in a house with the sample and a signer."""
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
    assert cli("signer", "init").code == 0
    made = msgspec.json.decode(cli("sample", "--persons", "60", "--json").out)
    [password] = [one["password"] for one in made["sign_ins"] if one["officer"] == "sample-inspector-620000"]
    monkeypatch.setenv("TAIZHANG_OFFICER", "sample-inspector-620000")
    monkeypatch.setenv("TAIZHANG_OFFICER_PASSWORD", password)
    return cli


def test_a_fund_in_a_bundle_is_told_with_the_claims_paid_from_it_and_verified_without_us(cli: Cli) -> None:
    fund = msgspec.json.decode(cli("replay", "fund:ER-2015", "--json").out)
    said = cli("bundle", "fund:ER-2015", "--out", "fund.zip", "--json")
    made = msgspec.json.decode(said.out)
    assert (said.code, made["left_out"], made["opened"]) == (0, 0, 0)
    assert made["facts"] >= len(fund["steps"]) > 5
    with zipfile.ZipFile("fund.zip") as archive:
        archive.extract("verify.py")
        text = archive.read("report.txt").decode()
    assert "补贴支付  Subsidy paid" in text
    assert "补贴申领  Claim submitted" in text
    assert "yuan" in text
    done = subprocess.run([sys.executable, "-I", "-S", "verify.py", "fund.zip"], capture_output=True, check=False)
    assert (done.returncode, "VERIFIED  fund:ER-2015" in done.stdout.decode()) == (0, True)


def test_an_account_number_is_opened_for_a_purpose_to_a_role_that_may_see_it(cli: Cli) -> None:
    rows = msgspec.json.decode(cli("facts", "--of", "fund:ER-2015", "--limit", "1000", "--json").out)["rows"]
    paid = next(row for row in rows if row["type"] == "funds.subsidy-paid.v1")
    [person] = [tag for tag in paid["tags"] if tag.startswith("person:")][:1]
    why = ("--purpose", "核查补贴去向", "--fields", "name,bank_account", "--json")
    made = msgspec.json.decode(cli("bundle", person, "--out", "person.zip", *why).out)
    assert made["opened"] >= 1
    [read] = msgspec.json.decode(cli("facts", "--position", str(made["read_as"]), "--json").out)["rows"]
    assert (read["type"], read["body"]["purpose"]) == ("officers.personal-data-read.v1", "核查补贴去向")
    assert made["recorded_as"] > made["read_as"]


def test_a_finding_in_a_bundle_is_verified_with_what_it_rests_on(cli: Cli) -> None:
    finding = msgspec.json.decode(cli("inspections", "--open", "--json").out)["findings"][0]["finding"]
    said = cli("bundle", f"finding:{finding}", "--out", "finding.zip")
    assert said.code == 0, said
    with zipfile.ZipFile("finding.zip") as archive:
        archive.extract("verify.py")
    done = subprocess.run([sys.executable, "-I", "-S", "verify.py", "finding.zip"], capture_output=True, check=False)
    assert (done.returncode, f"VERIFIED  finding:{finding}" in done.stdout.decode()) == (0, True)


def test_what_cannot_be_packed_is_said_in_words_and_writes_no_file(cli: Cli) -> None:
    for subject, word in (("fund:nothing", "没有可以查看"), ("folder:1", "不能作为证据包的对象")):
        said = cli("bundle", subject, "--out", "none.zip")
        assert (said.code, word in said.err) == (1, True), said
    assert cli("bundle", "fund:ER-2015", "--out", "none.zip", "--fields", "name").code == 1
    assert not Path("none.zip").exists()
