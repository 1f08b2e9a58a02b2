"""The command `inspections` as its users call it, over a house in which a team has found something."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import claim_samples as c
import inspection_samples as i
import money_samples as m
import msgspec
import pytest
from paying_house import SECURITY, founded, recorded

from taizhang.adapters.cli.main import run
from taizhang.adapters.desk import Desk
from taizhang.adapters.house import opened
from taizhang.adapters.log.log import Log
from taizhang.adapters.settings import NAMES, load
from taizhang.adapters.vault.keys import VaultKeys
from taizhang.domain.core import Fact
from taizhang.domain.institutions import OrganisationRegistered
from taizhang.domain.officers import RoleGranted

HOMES: list[Fact] = [one for one in i.WORLD if isinstance(one, OrganisationRegistered)]
FACTS: list[Fact] = [i.opened(), i.visited(), i.found(blocking=True), i.committed(), i.ordered(), i.reminded()]


@pytest.fixture
def house(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A folder with the house in it; commands run there."""
    for name in NAMES:
        monkeypatch.delenv(f"TAIZHANG_{name.upper()}", raising=False)
    monkeypatch.chdir(tmp_path)
    url = f"sqlite:///{tmp_path / 'taizhang.db'}"
    for name, value in (("DATABASE", url), ("VAULT", "sqlite:///vault.db"), ("VAULT_KEY", VaultKeys.generate().text())):
        monkeypatch.setenv(f"TAIZHANG_{name}", value)
    founded(url, [*HOMES, *c.PEOPLE, *c.TAUGHT])
    log = Log.open(url)
    desk = Desk(log)
    granted = [
        RoleGranted(
            officer=who.officer,
            role=who.role,
            organisation=who.organisation,
            region=who.region,
            occurred_on=m.JANUARY,
        )
        for who in (i.HE, i.LIU)
    ]
    recorded(desk, "team", SECURITY, [*i.appointed(i.HE, i.LIU, i.QIN), *granted])
    recorded(desk, "inspection", i.HE, FACTS)
    log.close()
    with opened(load()) as house:
        house.views.catch_up()


def told(capsys: pytest.CaptureFixture[str], *arguments: str) -> Any:
    capsys.readouterr()
    assert run(["inspections", *arguments, "--json"]) == 0
    return msgspec.json.decode(capsys.readouterr().out)


@pytest.mark.usefixtures("house")
def test_inspections_of_a_region_are_told_whole_or_in_parts(capsys: pytest.CaptureFixture[str]) -> None:
    whole = told(capsys, "--region", "620121")
    assert [row["inspection"] for row in whole["inspections"]] == [i.INSPECTION]
    assert [(row["heads"], row["present"]) for row in whole["visits"]] == [(1, 0)]  # July: nobody is marked then
    [finding] = whole["findings"]
    assert (finding["state"], finding["blocking"], finding["institution"]) == ("overdue", True, "school")
    assert told(capsys, "--region", "620123")["findings"] == []
    assert [row["finding"] for row in told(capsys, "--overdue")["findings"]] == [i.FINDING]
    assert [row["finding"] for row in told(capsys, "--open")["findings"]] == [i.FINDING]
    assert [row["state"] for row in told(capsys, "--samples")["samples"]] == ["committed"]
    before = told(capsys, "--as-effective-on", i.ORDERED.isoformat())
    assert (before["on"], before["findings"][0]["state"]) == (i.ORDERED.isoformat(), "due")
    assert told(capsys, "--as-effective-on", i.ORDERED.isoformat(), "--overdue")["findings"] == []
    assert told(capsys, "--as-recorded-at", "2016-01-01")["findings"] == []


@pytest.mark.usefixtures("house")
def test_the_table_words_what_is_coded(capsys: pytest.CaptureFixture[str]) -> None:
    for language, words in (
        ("zh", ("逾期", "上级检查", "已承诺随机数")),
        ("en", ("overdue", "superior", "nonce committed")),
    ):
        capsys.readouterr()
        assert run(["inspections", "--lang", language]) == 0
        out = capsys.readouterr().out
        assert [word for word in words if word not in out] == []
    assert run(["inspections", "--overdue", "--open"]) == 2
