"""Postings on the command line, as an organisation department uses it: posts, gaps, terms, handovers, promotions."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

import msgspec
import pytest
from posting_house import founded
from posting_samples import (
    COUNTY,
    EXITED,
    FIRST,
    MEI,
    NEXT,
    OTHER,
    POOR,
    appraised,
    duty,
    posted,
    promoted,
    selected,
    transferred,
)

from taizhang.adapters.cli.main import run
from taizhang.adapters.house import opened
from taizhang.adapters.settings import NAMES, load
from taizhang.adapters.vault.keys import ENVIRONMENT_VARIABLE, VaultKeys
from taizhang.adapters.visibility import regions_of

OTHERS = ("OFFICER", "OFFICER_KEY", "OFFICER_PASSWORD", "ROLE")


class Said(NamedTuple):
    code: int
    out: str
    err: str

    def json(self) -> Any:
        return msgspec.json.decode(self.out)


Cli = Callable[..., Said]


@pytest.fixture
def cli(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Cli:
    """Runs one command in a house with a graduate official who moved in March 2017, and was promoted in 2018."""
    for name in (*NAMES, *OTHERS):
        monkeypatch.delenv(f"TAIZHANG_{name.upper()}", raising=False)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv(ENVIRONMENT_VARIABLE, VaultKeys.generate().text())
    url = f"sqlite:///{tmp_path / 'log.db'}"
    monkeypatch.setenv("TAIZHANG_DATABASE", url)
    moved = [selected(), posted(), duty(), appraised(), transferred()]
    founded(url, [*moved, promoted(on=transferred().until, posting=NEXT)])
    with opened(load()) as house:
        house.views.catch_up()

    def cli(*arguments: str) -> Said:
        capsys.readouterr()
        code = run([str(one) for one in arguments])
        said = capsys.readouterr()
        return Said(code, said.out, said.err)

    return cli


def test_posts_are_told_with_duty_and_appraisal_and_the_chain_of_a_transfer(cli: Cli) -> None:
    answer = cli("postings", "--region", COUNTY, "--json").json()
    assert answer.keys() >= {"position", "recorded_at", "lag_seconds", "report", "next", "rows"}
    rows = {row["posting"]: row for row in answer["rows"]}
    assert (rows[FIRST]["ended_on"], rows[FIRST]["ended_by"]) == ("2017-02-28", "official-transferred")
    assert (rows[FIRST]["duty"], rows[FIRST]["grades"]) == ([["2016-05", 20]], {"2016": "excellent"})
    assert (rows[NEXT]["region"], rows[NEXT]["region_name"], rows[NEXT]["since"]) == (POOR, "Poor", "2017-03-01")
    assert [row["posting"] for row in cli("postings", "--region", EXITED, "--json").json()["rows"]] == [FIRST]


def test_the_table_speaks_the_language_asked_for_and_tells_coverage(cli: Cli) -> None:
    said = cli("postings", "--region", COUNTY, "--as-effective-on", "2016-05-01", "--lang", "zh")
    assert (said.code, "大学生村官" in said.out) == (0, True)
    assert "贫困村覆盖 任何派驻干部: 1 / 3" in said.out
    english = cli("postings", "--region", COUNTY, "--as-effective-on", "2017-05-01", "--lang", "en").out
    assert "registered-poor villages covered any posted official: 1 / 2" in english


def test_gaps_are_those_of_the_day_and_of_what_was_known(cli: Cli) -> None:
    def gaps(*cuts: str) -> dict[str, list[str]]:
        rows = cli("postings", "--region", COUNTY, "--gaps", "--json", *cuts).json()["rows"]
        return {row["region"]: row["missing"] for row in rows}

    assert gaps("--as-effective-on", "2016-05-01")[EXITED] == ["team", "science"]
    assert gaps("--as-effective-on", "2016-05-01")[POOR] == ["team", "science", "graduate"]
    assert gaps("--as-effective-on", "2017-05-01").keys() == {POOR, OTHER}
    assert gaps("--as-effective-on", "2017-05-01")[POOR] == ["team", "science"]
    assert gaps("--as-recorded-at", "2016-01-01") == {}


def test_terms_that_end_and_their_handover_are_listed_within_the_days_asked_for(cli: Cli) -> None:
    def listed(*more: str) -> list[str]:
        return [row["posting"] for row in cli("postings", "--region", COUNTY, "--json", *more).json()["rows"]]

    day = ("--as-effective-on", "2018-01-15")
    assert listed("--expiring", "--days", "30", *day) == [NEXT]
    assert listed("--expiring", "--days", "10", *day) == []
    assert listed("--handover", "--days", "20", *day) == [NEXT]
    unset = cli("postings", "--region", COUNTY, "--expiring")
    assert (unset.code, "posting-expiring-days" in unset.err) == (2, True)


def test_a_promotion_shows_the_figures_it_names_beside_what_is_known_now(cli: Cli) -> None:
    [row] = cli("postings", "--region", COUNTY, "--promotions", "--json").json()["rows"]
    assert (row["official"], row["measure"], row["value"], row["now"], row["changed"]) == (
        MEI,
        "person_times",
        40,
        0,
        True,
    )
    assert "changed" in cli("postings", "--promotions", "--lang", "en").out


@pytest.mark.parametrize("arguments", [("--gaps", "--expiring"), ("--region", "6201"), ("--as-effective-on", "May")])
def test_a_call_that_cannot_be_used_is_said_in_words(cli: Cli, arguments: tuple[str, ...]) -> None:
    said = cli("postings", *arguments)
    assert (said.code, said.out) == (2, "")
    assert "Traceback" not in said.err


def test_posts_without_duty_are_listed_only_where_a_threshold_says_how_long(cli: Cli) -> None:
    assert cli("postings", "--region", COUNTY, "--idle", "--json").json()["rows"] == []


def test_what_is_recorded_of_a_posting_belongs_to_its_county() -> None:
    assert regions_of(duty().tags()) == {COUNTY}
    assert regions_of(transferred(to_posting="post-620123-1").tags()) == {COUNTY, "620123"}
