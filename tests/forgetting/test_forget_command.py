"""Forgetting from the command line, as two officers and an inspector do it."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from forgetting_house import INSPECTOR, Rostered, rostered
from web_world import PASSWORD

from taizhang.adapters.cli.main import run
from taizhang.adapters.signin import SignIn

Call = Callable[..., tuple[int, str, str]]


@pytest.fixture
def at(tmp_path: Path) -> Iterator[Rostered]:
    with rostered(tmp_path) as made:
        made.world.house.signin.enrol(INSPECTOR.officer, "样例检查员", SignIn.new_key(), PASSWORD, must_change=False)
        yield made


@pytest.fixture
def call(at: Rostered, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Call:
    settings = at.world.house.settings
    for name, value in (
        ("DATABASE", settings.database),
        ("VAULT", settings.vault),
        ("FILES", settings.files),
        ("VAULT_KEY", at.world.house.keys.text()),
        ("OFFICER_PASSWORD", PASSWORD),
        ("LANG", "en"),
    ):
        monkeypatch.setenv(f"TAIZHANG_{name}", value)

    def called(officer: str, *words: str) -> tuple[int, str, str]:
        code = run([*words, "--officer", officer])
        said = capsys.readouterr()
        return code, said.out, said.err

    return called


def test_two_officers_a_hold_and_the_waiting(at: Rostered, call: Call) -> None:
    who = at.person
    assert call("wang", "forget", who)[0] == 1
    assert call("wang", "forget", who, "--ask", "no-such-ground")[0] == 2
    assert call("wang", "forget", who, "--ask", "law-requires", "--approve")[0] == 2
    assert call("wang", "forget", who, "--ask", "consent-withdrawn")[0] == 0
    code, _, err = call("wang", "forget", who, "--approve")
    assert (code, "Another officer must approve" in err) == (1, True)
    assert call("zhao", "forget", who, "--approve")[0] == 0
    code, _, err = call("wang", "forget", who)
    assert (code, "days of waiting" in err) == (1, True)
    assert call("inspector", "hold", "place", who, "--id", "case-7", "--document", "法函〔2016〕7号")[0] == 0
    assert "under legal hold (case-7)" in call("wang", "forget", who)[2]
    assert call("inspector", "hold", "lift", who, "--id", "case-7", "--document", "法函〔2016〕9号")[0] == 0
    assert call("zhao", "forget", who, "--withdraw", "--json")[0] == 0
    code, out, _ = call("wang", "forget", who, "--show", "--json")
    assert code == 0
    assert [row["kind"].split(".")[1] for row in json.loads(out)["rows"]] == [
        "forgetting-requested",
        "forgetting-approved",
        "legal-hold-placed",
        "legal-hold-lifted",
        "forgetting-withdrawn",
    ]
    assert "删除个人信息申请 Forgetting requested  wang  consent-withdrawn" in call("wang", "forget", who, "--show")[1]
    assert at.world.house.vault.disclose([who], ("name",)) != {}
