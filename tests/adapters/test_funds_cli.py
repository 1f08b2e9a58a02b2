"""Money on the command line, as a finance inspector uses it: from the province's line to a trainee and back."""

from __future__ import annotations

import csv
import hashlib
import re
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

import msgspec
import openpyxl
import pytest

from taizhang.adapters.cli.main import run
from taizhang.adapters.house import opened
from taizhang.adapters.settings import NAMES, load
from taizhang.projections.funds.flag_kinds import FLAG_KINDS

FRAME = {"position", "recorded_at", "lag_seconds", "report", "next"}
OTHERS = ("OFFICER", "OFFICER_KEY", "OFFICER_PASSWORD", "ROLE", "VAULT_KEY", "NEW_PASSWORD")


class Said(NamedTuple):
    code: int
    out: str
    err: str

    def json(self) -> Any:
        return msgspec.json.decode(self.out)


Cli = Callable[..., Said]


class Made(NamedTuple):
    """A sample, and what its maker says of it."""

    folder: Path
    told: Any

    def password(self, officer: str) -> str:
        return str(next(one["password"] for one in self.told["sign_ins"] if one["officer"] == officer))

    def county(self) -> str:
        """The county whose officers can sign in."""
        return str(next(one["region"] for one in self.told["sign_ins"] if one["role"] == "institution"))


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Made:
    folder = tmp_path_factory.mktemp("sample")
    with pytest.MonkeyPatch.context() as patch:
        _at_home(patch, folder)
        printed: list[str] = []
        patch.setattr("builtins.print", lambda *words, **_: printed.append(" ".join(map(str, words))))
        assert run(["init", "--preset", "gansu"]) == 0
        printed.clear()
        assert run(["sample", "--persons", "120", "--seed", "3", "--json"]) == 0
    documents = [text for text in printed if text.startswith("{")]
    return Made(folder, msgspec.json.decode(documents[-1]))


@pytest.fixture
def cli(made: Made, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Cli:
    """Runs one command in the sample's folder."""
    _at_home(monkeypatch, made.folder)

    def cli(*arguments: str, officer: str = "") -> Said:
        capsys.readouterr()
        if officer:
            monkeypatch.setenv("TAIZHANG_OFFICER_PASSWORD", made.password(officer))
            arguments = (*arguments, "--officer", officer)
        code = run([str(one) for one in arguments])
        said = capsys.readouterr()
        return Said(code, said.out, said.err)

    return cli


def _at_home(patch: pytest.MonkeyPatch, folder: Path) -> None:
    for name in (*NAMES, *OTHERS):
        patch.delenv(f"TAIZHANG_{name.upper()}", raising=False)
    patch.chdir(folder)


def paying_line(cli: Cli) -> str:
    """A line of which something reached somebody."""
    rows = cli("funds", "--json").json()["rows"]
    return str(next(row["line"] for row in rows if row["figures"]["paid_fen"]))


def test_a_sample_that_is_stopped_says_that_the_same_command_goes_on(cli: Cli, monkeypatch: pytest.MonkeyPatch) -> None:
    def stopped(*_: Any, **__: Any) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr("taizhang.adapters.cli.set_up.make_sample", stopped)
        said = cli("sample", "--persons", "120", "--seed", "3")
    assert said.code == 2
    assert "从中断处继续" in said.err
    assert cli("sample", "--persons", "120", "--seed", "3", "--json").json()["recorded"] == 0


def test_lines_are_listed_with_balances_and_idle_days_in_the_frame_of_every_answer(cli: Cli) -> None:
    answer = cli("funds", "--region", "620000", "--json").json()
    assert answer.keys() >= FRAME
    assert len(answer["report"]) == 64
    assert {"line", "balance_fen", "quota_fen", "advances_fen", "idle_days", "figures"} <= answer["rows"][0].keys()
    for row in answer["rows"]:
        line = cli("funds", "--line", row["line"], "--json").json()
        own = [one for one in line["accounts"] if (one["account"], one["book"]) == ("own", "cash")]
        assert sum(one["balance_fen"] for one in own) == row["balance_fen"]
        assert max((one["idle_days"] for one in own), default=0) == row["idle_days"]


def test_the_same_question_has_the_same_report_and_another_cut_another(cli: Cli) -> None:
    asked = ("funds", "--as-effective-on", "2017-12-31", "--json")
    assert cli(*asked).json()["report"] == cli(*asked).json()["report"]
    assert cli(*asked).json()["report"] != cli("funds", "--as-effective-on", "2016-12-31", "--json").json()["report"]


def test_lines_are_chosen_by_source_and_year(cli: Cli) -> None:
    every = cli("funds", "--json").json()["rows"]
    some = cli("funds", "--source", "employment", "--year", "2016", "--json").json()["rows"]
    assert some == [row for row in every if (row["source"], row["year"]) == ("employment", 2016)] != []


def test_use_by_two_dimensions_adds_up_to_the_lines(cli: Cli) -> None:
    by_line = {row["line"]: row["figures"]["paid_fen"] for row in cli("funds", "--json").json()["rows"]}
    rows = cli("funds", "use", "--by", "line,training_class", "--json").json()["rows"]
    sums: Counter[str] = Counter()
    for row in rows:
        sums[row["line"]] += row["figures"]["paid_fen"]
    assert {line: fen for line, fen in by_line.items() if fen} == {line: fen for line, fen in sums.items() if fen}


def test_everything_that_the_sample_planted_is_found_with_its_sum(cli: Cli, made: Made) -> None:
    found: Counter[tuple[str, str, str]] = Counter()
    for one in cli("funds", "flags", "--json").json()["rows"]:
        found[one["kind"], one["line"], one["region"]] += one["amount_fen"]
    kinds = {one.kind for one in FLAG_KINDS}
    flagged = [one for one in made.told["planted"] if one["kind"] in kinds]
    rest = [one for one in made.told["planted"] if one["kind"] not in kinds]
    assert flagged
    assert [one for one in flagged if found[one["kind"], one["line"], one["region"]] < one["amount_fen"]] == []
    sides: Counter[tuple[str, str]] = Counter()
    for one in cli("funds", "reconcile", "--json").json()["rows"]:
        sides[one["kind"], one["training_class"][1:7]] += one["amount_fen"]
    assert [one for one in rest if sides[one["kind"], one["region"]] < one["amount_fen"]] == []


def test_flags_of_a_kind_are_shown_whole_and_say_what_they_may_innocently_be(cli: Cli) -> None:
    said = cli("funds", "flags", "--kind", "idle-balance", "--json").json()
    assert {row["kind"] for row in said["rows"]} == {"idle-balance"}
    assert all(row["innocent_zh"] and row["innocent_en"] and row["positions"] for row in said["rows"])
    assert "--kind" in cli("funds", "flags").out


def test_the_three_sides_of_the_reconciliation_add_up(cli: Cli) -> None:
    answer = cli("funds", "reconcile", "--json").json()
    totals = answer["totals"]
    assert totals["transferred_less_paid_fen"] == totals["transferred_fen"] - totals["paid_fen"]
    assert totals["entitled_fen"] == sum(one["entitled_fen"] for one in answer["classes"])
    left = sum(one["balance_fen"] for one in answer["waiting"])
    assert totals["transferred_less_paid_fen"] == left + totals["advances_fen"]


def test_one_yuan_is_followed_from_the_province_to_a_trainee_and_back(cli: Cli) -> None:
    line = paying_line(cli)
    told = cli("replay", f"fund:{line}", "--json").json()["steps"]
    budget = next(one for one in told if one["kind"] == "budget-approved")
    assert {one["account"] for one in budget["balances"]} == {"outside", "620000"}
    share = next(
        one for one in cli("funds", "shares", "--line", line, "--json").json()["rows"] if one["amount_fen"] > 0
    )
    [step] = [one for one in told if one["position"] == share["position"]]
    assert share["holder"] in {one["account"] for one in step["balances"]}
    reached = {one["account"] for one in told for one in one["balances"] if one["after_fen"] > 0}
    assert {"620000", share["holder"]} <= reached
    back = cli("funds", "shares", "--person", share["person"], "--json").json()["rows"]
    assert share in back
    [fact] = cli("facts", "--position", str(share["position"]), "--json").json()["rows"]
    assert fact["body"]["line"] == line
    assert [share["person"], share["amount_fen"]] in fact["body"]["shares"]


def test_a_replay_ends_where_the_line_stands_and_begins_where_it_is_told_to(cli: Cli) -> None:
    line = paying_line(cli)
    told = cli("replay", f"fund:{line}", "--json").json()["steps"]
    after = {(one["account"], one["book"]): one["after_fen"] for step in told for one in step["balances"]}
    accounts = cli("funds", "--line", line, "--json").json()["accounts"]
    for one in accounts:
        if one["account"] == "own":
            assert after.get((one["holder"], one["book"]), 0) == one["balance_fen"]
    middle = told[len(told) // 2]["position"]
    part = cli("replay", f"fund:{line}", "--from", str(middle), "--json").json()["steps"]
    assert part == [step for step in told if step["position"] >= middle]


def test_then_and_now_differ_by_the_facts_between(cli: Cli) -> None:
    line = paying_line(cli)
    then = cli("facts", "--position", "1", "--json").json()["rows"][0]["recorded_at"]
    answer = cli("replay", f"fund:{line}", "--then", str(then), "--json").json()
    effects: Counter[tuple[str, str, str]] = Counter()
    for step in answer["steps"]:
        for one in step["effects"]:
            effects[one["holder"], one["account"], one["book"]] += one["change_fen"]
    for one in answer["accounts"]:
        assert one["now_fen"] - one["then_fen"] == effects[one["holder"], one["account"], one["book"]]


def test_persons_are_named_to_officers_only_and_masked(cli: Cli, made: Made) -> None:
    line = paying_line(cli)
    nobody = cli("funds", "shares", "--line", line, "--json").json()["rows"]
    officer = cli("funds", "shares", "--line", line, "--json", officer="sample-inspector-620000").json()["rows"]
    assert all("name" not in row for row in nobody)
    assert all("*" in row["name"] or "某" in row["name"] or "○" in row["name"] for row in officer)


def test_a_csv_stands_beside_its_control_totals(cli: Cli, tmp_path: Path) -> None:
    path = tmp_path / "lines.csv"
    assert cli("funds", "--csv", path).code == 0
    with path.open(encoding="utf-8-sig", newline="") as file:
        rows = [*csv.DictReader(file)]
    with (tmp_path / "lines.totals.csv").open(encoding="utf-8-sig", newline="") as file:
        totals = dict(list(csv.reader(file))[1:])
    assert int(totals["rows"]) == len(rows)
    assert int(totals["sum of balance_fen"]) == sum(int(row["balance_fen"]) for row in rows)
    assert totals["sha256"] == hashlib.sha256(path.read_bytes()).hexdigest()


def test_a_replay_taken_home_as_a_workbook_is_recorded_when_an_officer_takes_it(cli: Cli, tmp_path: Path) -> None:
    line, path = paying_line(cli), tmp_path / "replay.xlsx"
    before = cli("status", "--json").json()["position"]
    assert cli("replay", f"fund:{line}", "--xlsx", path, officer="sample-inspector-620000").code == 0
    [fact] = cli("facts", "--after", str(before), "--of", "reader:sample-inspector-620000", "--json").json()["rows"]
    assert fact["type"] == "officers.data-exported.v1"
    assert fact["body"]["digest"] == hashlib.sha256(path.read_bytes()).hexdigest()
    sheet = openpyxl.load_workbook(path, data_only=True)["资金"]
    titles = [cell.value for cell in sheet[1]]
    assert sheet.cell(sheet.max_row, titles.index("change (元 yuan)") + 1).value == 0


def test_no_whole_name_stands_in_an_export(cli: Cli, tmp_path: Path) -> None:
    done = cli("funds", "export", tmp_path / "out", "--json", officer="sample-inspector-620000")
    assert done.code == 0
    with (tmp_path / "out" / "payments.csv").open(encoding="utf-8-sig", newline="") as file:
        rows = [*csv.DictReader(file)]
    with opened(load({})) as house:
        told = house.vault.disclose([row["person"] for row in rows], ("name",))
    whole = {fields["name"] for fields in told.values()}
    assert whole
    for path in (tmp_path / "out").iterdir():
        if path.suffix in (".csv", ".json"):
            text = path.read_text(encoding="utf-8-sig")
            assert [name for name in whole if name in text] == [], path.name
    assert all(row["person_name"] for row in rows)


def test_an_export_needs_an_officer_and_a_role_that_may(cli: Cli, tmp_path: Path) -> None:
    assert cli("funds", "export", tmp_path / "out").code == 2
    said = cli("funds", "export", tmp_path / "out", officer="sample-dashboard-620000")
    assert said.code == 1
    assert "dashboard" in said.err
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("funds", "--line", "nosuch"), "nosuch"),
        (("funds", "--region", "xx"), "6 位数字"),
        (("funds", "use", "--by", "colour"), "colour"),
        (("funds", "flags", "--kind", "colour"), "colour"),
        (("funds", "shares"), "--line"),
        (("replay", "fund:nosuch"), "nosuch"),
        (("replay", "class:c620121-1"), "fund:"),
        (("replay", "fund:ER-2016", "--then", "yesterday"), "时间无法识别"),
    ],
)
def test_a_call_that_cannot_be_used_says_why_and_leaves_with_2(
    cli: Cli, arguments: tuple[str, ...], words: str
) -> None:
    said = cli(*arguments)
    assert said.code == 2
    assert words in said.err


@pytest.mark.parametrize("command", [("funds",), ("funds", "use"), ("funds", "export"), ("replay",)])
def test_every_command_explains_itself_with_an_example(cli: Cli, command: tuple[str, ...]) -> None:
    said = cli(*command, "--help")
    assert said.code == 0
    assert "Example: taizhang" in said.out


def test_messages_and_tables_come_in_english_too(cli: Cli, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TAIZHANG_LANG", "en")
    line = paying_line(cli)
    assert "Fund lines" in cli("funds").out
    assert "Subsidy paid" in cli("replay", f"fund:{line}").out
    assert "There is no line" in cli("funds", "--line", "nosuch").err


def test_the_list_for_a_notice_is_masked_sums_to_the_claim_and_is_for_its_county_only(
    cli: Cli, made: Made, tmp_path: Path
) -> None:
    [theirs] = {
        one["officer"] for one in made.told["sign_ins"] if one["role"] == "finance" and not one["region"].endswith("00")
    } - {one["officer"] for one in made.told["sign_ins"] if "treasurer" in one["officer"]}
    rows = cli("funds", "shares", "--line", paying_line(cli), "--json").json()["rows"]
    claims = {row["claim"] for row in rows if row["kind"] == "subsidy-paid"}
    claim = min(claim for claim in claims if claim.split("-")[1] not in theirs)
    out = tmp_path / "list.txt"
    said = cli("funds", "notice", claim, "--out", str(out), "--json", officer="sample-finance-620000")
    assert said.code == 0, said.err
    answer = said.json()
    assert answer["list_digest"] == hashlib.sha256(out.read_bytes()).hexdigest()
    assert answer["amount_fen"] == sum(row["amount_fen"] for row in answer["rows"]) > 0
    assert all(row["name"].endswith("某某") for row in answer["rows"])
    assert answer["posted_digest"] == answer["list_digest"], "the sample posted the list that is made of its facts"
    foreign = cli("funds", "notice", claim, officer=theirs)
    assert (foreign.code, foreign.out) == (2, "")
    assert claim in foreign.err


READS = (
    ("ledger",), ("funds",), ("funds", "use", "--by", "region,training_class"), ("funds", "flags"), ("funds", "reconcile"),
    ("inspections",), ("postings",), ("performance", "--phase", "2016-2017"), ("leads",), ("cases",), ("statements",),
    ("lists",),
)  # fmt: skip
BESIDE_LEADS = {"leads": "finance", "cases": "finance"}  # not for clerks


@pytest.mark.parametrize("command", READS, ids=" ".join)
def test_whoever_is_named_reads_their_own_region_alone_on_the_command_line(
    cli: Cli, made: Made, command: tuple[str, ...]
) -> None:
    mine, others = made.county(), _others(cli, made)
    other = others[0]
    officer = f"sample-{BESIDE_LEADS.get(command[0], 'clerk')}-{mine}"
    own = cli(*command, "--json", officer=officer)
    assert own.code == 0, own.err
    for foreign in others:
        assert not re.search(rf"(?<![\w-])(?:c|post-|insp-|find-|claim-|case-)?{foreign}(?!\d)", own.out), (
            "told of another county"
        )
    assert own.out == cli(*command, "--region", mine, "--json", officer=officer).out
    refused = cli(*command, "--region", other, "--json", officer=officer)
    assert (refused.code, refused.out) == (1, "")
    assert "不在您的岗位和地区范围内" in refused.err
    assert cli(*command, "--region", other, "--json").code == 0, "whoever holds the database reads all of it"


def test_single_things_of_another_county_are_not_there_for_whoever_is_named(cli: Cli, made: Made) -> None:
    mine, other = made.county(), _others(cli, made)[0]
    foreign = next(row for row in cli("facts", "--limit", "1000", "--after", "3000", "--json").json()["rows"]
                   if any(tag.startswith(f"class:c{other}") for tag in row["tags"]))  # fmt: skip
    its_class = next(tag for tag in foreign["tags"] if tag.startswith("class:")).removeprefix("class:")
    clerk, line = f"sample-clerk-{mine}", paying_line(cli)
    for asked in (
        ("facts", "--position", str(foreign["position"])),
        ("prove", str(foreign["position"])),
        ("ledger", "--class", its_class),
        ("funds", "shares", "--class", its_class),
        ("funds", "reconcile", "--class", its_class),
        ("relations", "class:x"),
    ):
        said = cli(*asked, officer=clerk)
        assert (said.code, said.out) == (1, ""), asked
    for asked in (
        ("facts", "--of", f"class:{its_class}"),
        ("replay", f"fund:{line}"),
        ("funds", "shares", "--line", line),
    ):
        assert other not in cli(*asked, "--json", officer=clerk).out, asked
    shares = ("funds", "shares", "--line", line, "--json")
    assert cli(*shares).json()["report"] != cli(*shares, officer="sample-finance-620000").json()["report"]
    page = cli("facts", "--limit", "50", "--json", officer=clerk).json()
    assert len(page["rows"]) == 50
    assert page["next"] == page["rows"][-1]["position"]


def _others(cli: Cli, made: Made) -> list[str]:
    """The other counties in which somebody sits in a class."""
    cities = [row["code"] for row in cli("ledger", "--json").json()["rows"] if row["figures"]["person_times"]]
    below = [row for city in cities for row in cli("ledger", "--region", city, "--json").json()["rows"]]
    return [row["code"] for row in below if row["figures"]["person_times"] and row["code"] != made.county()]
