"""Performance on the command line: side by side, by version, then and now, into a workbook, and in words where it fails."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

import claim_samples as c
import msgspec
import paying_house
import pytest
from openpyxl import load_workbook

from taizhang.adapters.cli.main import run
from taizhang.adapters.house import opened
from taizhang.adapters.settings import NAMES, load
from taizhang.adapters.vault.keys import ENVIRONMENT_VARIABLE, VaultKeys

OTHERS = ("OFFICER", "OFFICER_KEY", "OFFICER_PASSWORD", "ROLE")
COUNTY = "620121"


class Said(NamedTuple):
    code: int
    out: str
    err: str

    def json(self) -> Any:
        return msgspec.json.decode(self.out)


Cli = Callable[..., Said]


@pytest.fixture
def cli(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Cli:
    """Runs one command in a house where a class was taught and paid for."""
    for name in (*NAMES, *OTHERS):
        monkeypatch.delenv(f"TAIZHANG_{name.upper()}", raising=False)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv(ENVIRONMENT_VARIABLE, VaultKeys.generate().text())
    url = f"sqlite:///{tmp_path / 'log.db'}"
    monkeypatch.setenv("TAIZHANG_DATABASE", url)
    paying_house.founded(url, [c.SCHOOL, *c.PEOPLE, *c.PAYABLE, c.paid()])
    with opened(load()) as house:
        house.views.catch_up()

    def cli(*arguments: str) -> Said:
        capsys.readouterr()
        code = run([str(one) for one in arguments])
        said = capsys.readouterr()
        return Said(code, said.out, said.err)

    return cli


def test_the_figures_are_told_with_their_measures_versions_and_inputs(cli: Cli) -> None:
    answer = cli("performance", "--region", "620100", "--phase", "2016-2017", "--json").json()
    assert answer.keys() >= {"position", "recorded_at", "lag_seconds", "report", "measures", "rows", "next"}
    assert answer["figures"]["evidenced_minutes"] == 480
    [row] = [one for one in answer["rows"] if one["key"] == COUNTY]
    assert (row["name"], row["figures"]["person_times"], row["inputs"]["spent_fen"]) == ("County", 2, 20_000)
    versions = {one["name"]: one["version"] for one in answer["measures"]}
    assert versions["late_share"] == 2
    old = cli("performance", "--region", "620100", "--measure", "late_share@1", "--json").json()
    assert {one["id"] for one in old["measures"]} >= {"late_share@1", "evidenced_minutes@1"}
    assert old["report"] != answer["report"]


def test_every_grouping_speaks_the_language_asked_for(cli: Cli) -> None:
    for by in ("region", "department", "institution", "official", "phase", "year"):
        said = cli("performance", "--region", COUNTY, "--by", by, "--lang", "zh")
        assert (said.code, "有考勤学时" in said.out) == (0, True), by
    assert "evidenced hours" in cli("performance", "--lang", "en").out
    assert "School" in cli("performance", "--region", COUNTY, "--by", "institution").out


def test_a_figure_opens_into_its_facts_and_then_stands_beside_now(cli: Cli) -> None:
    rows = cli("performance", "--region", COUNTY, "--behind", "execution", "--json").json()["rows"]
    assert {one["input"]: one["change"] for one in rows} == {"spent_fen": 20_000, "received_fen": 60_000}
    facts = cli("facts", "--position", rows[0]["position"], "--json").json()["rows"]
    assert facts[0]["type"] == "funds.subsidy-paid.v1"
    then = cli("performance", "--region", COUNTY, "--then", "2016-01-01", "--json").json()["rows"]
    [hours] = [one for one in then if one["measure"] == "evidenced_minutes@1"]
    assert (hours["then"], hours["now"], sum(one["change"] for one in hours["facts"])) == (0, 480, 480)
    assert "evidenced hours" in cli("performance", "--region", COUNTY, "--then", "2016-01-01", "--lang", "en").out


def test_the_cards_show_every_version_in_both_languages(cli: Cli) -> None:
    ids = [one["id"] for one in cli("performance", "--cards", "--json").json()["rows"]]
    assert {"late_share@1", "late_share@2"} <= set(ids)
    assert "迟报率" in cli("performance", "--cards", "--lang", "zh").out


def test_the_workbook_holds_the_figures_the_cards_and_what_fixes_them(cli: Cli, tmp_path: Path) -> None:
    path = tmp_path / "p.xlsx"
    assert cli("performance", "--region", "620100", "--xlsx", str(path)).code == 0
    answer = cli("performance", "--region", "620100", "--json").json()
    book = load_workbook(path)
    figures, cards, fixed = book["绩效"], book["指标卡"], dict(book["说明"].iter_rows(max_col=2, values_only=True))
    titles = [str(cell.value) for cell in figures[1]]
    row = next(row for row in figures.iter_rows(min_row=2, values_only=True) if row[0] == COUNTY)
    told = dict(zip(titles, row, strict=True))
    [hours] = [value for title, value in told.items() if title.startswith("有考勤学时\n")]
    [cost] = [value for title, value in told.items() if "execution rate" in title]
    assert (hours, cost) == (8, pytest.approx(0.3333))
    assert fixed["报告编号 report"] == answer["report"]
    assert cards.max_row == 1 + len(answer["measures"])


@pytest.mark.parametrize(
    "arguments",
    [("--by", "teacher"), ("--phase", "2016-2099"), ("--measure", "late_share@9"), ("--then", "May"), ("--order", "charm")],
)  # fmt: skip
def test_a_call_that_cannot_be_used_is_said_in_words(cli: Cli, arguments: tuple[str, ...]) -> None:
    said = cli("performance", *arguments)
    assert (said.code, said.out) == (2, "")
    assert said.err
    assert "Traceback" not in said.err
