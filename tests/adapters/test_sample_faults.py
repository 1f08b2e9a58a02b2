"""`sample --faults`: every fault is recorded by the desk's own rules, and the rules find each of them."""

from __future__ import annotations

import json
import tomllib
from pathlib import Path
from typing import Any

import pytest

from taizhang.adapters.cli.main import run
from taizhang.adapters.sample.faults.plant import UnknownFault, chosen, faults

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def planted(tmp_path_factory: pytest.TempPathFactory) -> Any:
    folder = tmp_path_factory.mktemp("faults")
    house = [
        "--database",
        f"sqlite:///{folder}/log.db",
        "--vault",
        f"sqlite:///{folder}/vault.db",
        "--files",
        str(folder / "f"),
    ]
    assert run([*house, "init"]) == 0
    truth = folder / "truth.json"
    assert run([*house, "sample", "--persons", "50", "--faults", "all", "--truth", str(truth)]) == 0
    return house, json.loads(truth.read_text()), folder


def test_the_rules_find_everything_that_was_planted(planted: Any, capsys: pytest.CaptureFixture[str]) -> None:
    house, truth, _ = planted
    capsys.readouterr()
    assert run([*house, "leads", "--json"]) == 0
    found = {one["lead"]: one for one in json.loads(capsys.readouterr().out)["rows"]}
    assert [one for one in truth["faults"] if one["lead"] not in found] == []
    assert {one["fault"] for one in truth["faults"]} == {one.name for one in faults()} - set(truth["left_out"])
    assert all(found[one["lead"]]["positions"] for one in truth["faults"])
    kinds = {subject.partition(":")[0] for one in found.values() for subject in one["subjects"]}
    words = tomllib.loads((ROOT / "http" / "data" / "texts" / "leads.toml").read_text(encoding="utf-8"))
    assert kinds - words["subject_kind"].keys() == set(), "a subject that no page has a word for"


def test_asked_for_again_the_same_faults_are_told_and_nothing_is_recorded(planted: Any, tmp_path: Path) -> None:
    house, truth, folder = planted
    again = tmp_path / "again.json"
    before = (folder / "log.db").stat().st_size
    assert run([*house, "sample", "--persons", "50", "--faults", "all", "--truth", str(again)]) == 0
    assert json.loads(again.read_text()) == truth
    assert (folder / "log.db").stat().st_size == before


def test_leads_are_narrowed_by_region_rule_and_status_and_written_as_a_file(
    planted: Any, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    house, _, _ = planted
    capsys.readouterr()
    assert run([*house, "leads", "--rule", "identities.in-school", "--json"]) == 0
    rows = json.loads(capsys.readouterr().out)["rows"]
    assert {one["rule"] for one in rows} == {"identities.in-school"}
    region = rows[0]["region"]
    assert run([*house, "leads", "--region", region, "--status", "new", "--json"]) == 0
    assert {one["region"] for one in json.loads(capsys.readouterr().out)["rows"]} == {region}
    assert run([*house, "leads", "--out", str(tmp_path / "leads.csv")]) == 0
    assert (tmp_path / "leads.csv").read_text(encoding="utf-8").count("\n") > len(rows)
    assert run([*house, "leads", "--rule", "no.such"]) == 2


def test_folded_again_for_a_moment_the_rules_find_what_they_find_behind_the_log(
    planted: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    house, _, _ = planted
    capsys.readouterr()

    def told(*command: str) -> dict[str, Any]:
        assert run([*house, *command, "--json"]) == 0
        answer: dict[str, Any] = json.loads(capsys.readouterr().out)
        return answer

    now, then = told("leads"), told("leads", "--as-recorded-at", "2999-01-01")
    assert then["rows"] == now["rows"] != []
    assert then["position"] == now["position"]
    early = told("leads", "--as-recorded-at", "2001-01-01T00:00", "--as-effective-on", "2016-12-31")
    assert (early["rows"], early["position"], early["as_effective_on"]) == ([], 0, "2016-12-31")
    subject = next(one for row in now["rows"] for one in row["subjects"] if one.startswith("account:"))
    ties = told("relations", subject, "--as-recorded-at", "2999-01-01")
    assert (ties["rows"], ties["rows"] != []) == (told("relations", subject)["rows"], True)
    for command in ("cases", "statements"):
        assert told(command, "--as-recorded-at", "2001-01-01")["rows"] == []
        assert told(command, "--as-recorded-at", "2999-01-01")["rows"] == told(command)["rows"]
    assert run([*house, "leads", "--as-recorded-at", "soon"]) == 2


def test_a_rule_is_shown_with_its_question_and_its_sql(planted: Any, capsys: pytest.CaptureFixture[str]) -> None:
    house, _, _ = planted
    capsys.readouterr()
    assert run([*house, "rules", "show", "attendance.head-count", "--sql"]) == 0
    assert "FROM head_count" in capsys.readouterr().out
    assert run([*house, "rules", "show", "attendance.copied-sheet", "--sql"]) == 2
    assert run([*house, "rules", "compare", "attendance.head-count@1", "attendance.head-count@2", "--json"]) == 0
    compared = json.loads(capsys.readouterr().out)
    assert compared["stay"] + len(compared["vanish"]) >= 1
    assert run([*house, "--lang", "en", "rules", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["rows"][0]["question_en"].endswith("?")


def test_a_fault_that_there_is_not_is_answered_with_those_there_are() -> None:
    with pytest.raises(UnknownFault) as refused:
        chosen("dead,nothing")
    assert "head-count" in refused.value.words("en")
