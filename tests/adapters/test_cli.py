"""The command line as its users call it: data on standard output, words on standard error, exit 0, 1 or 2."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date, timedelta
from pathlib import Path
from typing import Any, NamedTuple

import msgspec
import openpyxl
import pytest

from taizhang.adapters.cli.main import run
from taizhang.adapters.forms.forms import FormKind
from taizhang.adapters.forms.headers import recognise
from taizhang.adapters.settings import NAMES
from taizhang.adapters.sheets.sheets import open_workbook
from taizhang.domain.identity import generate_identity
from taizhang.projections.follow import Follower

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
    """Runs one command in an empty folder of its own."""
    for name in (*NAMES, "OFFICER", "OFFICER_KEY", "ROLE", "VAULT_KEY", "NEW_PASSWORD"):
        monkeypatch.delenv(f"TAIZHANG_{name.upper()}", raising=False)
    monkeypatch.chdir(tmp_path)

    def cli(*arguments: str) -> Said:
        capsys.readouterr()
        code = run(list(arguments))
        said = capsys.readouterr()
        return Said(code, said.out, said.err)

    return cli


@pytest.fixture
def founded(cli: Cli) -> str:
    """A house with the preset; the first administrator's key."""
    key = cli("init", "--preset", "gansu", "--json").json()["key"]
    assert isinstance(key, str)
    return key


@pytest.fixture
def clerk(cli: Cli, founded: str, monkeypatch: pytest.MonkeyPatch) -> Sequence[str]:
    """Options that let a clerk of Yongdeng county act."""
    monkeypatch.setenv("TAIZHANG_OFFICER_KEY", founded)
    made = cli("--officer", "admin", "officer", "li", "--role", "clerk", "--region", COUNTY, "--json")
    monkeypatch.setenv("TAIZHANG_OFFICER_KEY", made.json()["key"])
    return ("--officer", "li")


def test_init_founds_a_house_once_and_shows_the_key_once(cli: Cli) -> None:
    first = cli("init", "--preset", "gansu")
    assert first.code == 0
    assert "key tzk_" in first.out
    again = cli("init", "--preset", "gansu")
    assert again.code == 0
    assert "tzk_" not in again.out + again.err
    status = cli("status", "--json").json()
    assert status["position"] > 1000
    assert all(view["lag"] == 0 and view["error"] is None for view in status["views"])


@pytest.mark.usefixtures("founded")
def test_the_ledger_answers_with_position_time_lag_report_and_figures(cli: Cli) -> None:
    answer = cli("ledger", "--region", "620000", "--json").json()
    assert {"position", "recorded_at", "lag_seconds", "report", "figures", "rows", "next"} <= answer.keys()
    assert answer["figures"]["person_times"] == 0
    assert len(answer["report"]) == 64


@pytest.mark.usefixtures("founded")
def test_a_fact_is_shown_with_who_recorded_it_and_from_where(cli: Cli) -> None:
    [row] = cli("facts", "--position", "2", "--json").json()["rows"]
    assert row["type"].startswith("regions.region-registered")
    assert row["recorded_by"]["officer"] == "system"
    assert row["source"] == {"way": "init"}
    assert cli("facts", "--of", "region:620121").out.startswith("#")


def test_every_command_is_listed_with_the_schema_of_its_body(cli: Cli) -> None:
    rows = {row["command"]: row for row in cli("commands", "--json").json()["rows"]}
    assert {"training.enrol-trainee", "training.file-class", "officers.grant-role"} <= rows.keys()
    assert "training_class" in msgspec.json.encode(rows["training.enrol-trainee"]["schema"]).decode()


def test_the_dictionary_tells_every_column_of_the_read_tables_in_both_languages(cli: Cli) -> None:
    rows = cli("dictionary", "--json").json()["rows"]
    [persons] = [row for row in rows if (row["table"], row["column"]) == ("person_delta", "persons")]
    assert persons["type"] == "BIGINT"
    assert (persons["zh"], persons["en"]) == ("人数,各统计单元不可相加", "distinct persons; cells do not add up")
    shown = cli("dictionary").out
    assert all(table in shown for table in {row["table"] for row in rows})


def test_record_answers_each_line_and_repeats_nothing(cli: Cli, clerk: Sequence[str], tmp_path: Path) -> None:
    house = {"household": "h620121-1", "village": "620121001001", "attribute": "poor", "occurred_on": "2015-06-01"}
    lines = [
        {"id": "a", "command": "households.register-household", "body": house},
        {"id": "b", "command": "households.register-household", "body": {**house, "attribute": "general"}},
        {"id": "c", "command": "households.register-household", "body": {**house, "colour": "red"}},
        {"id": "d", "command": "no.such-command", "body": {}},
    ]
    file = tmp_path / "commands.jsonl"
    file.write_bytes(b"\n".join(msgspec.json.encode(line) for line in lines))
    said = cli(*clerk, "record", str(file))
    results = [msgspec.json.decode(line) for line in said.out.splitlines()]
    assert said.code == 1
    assert [result["outcome"] for result in results] == ["recorded", "refused", "unusable", "unusable"]
    assert "colour" in results[2]["en"]
    assert "no.such-command" in results[3]["zh"]
    assert [msgspec.json.decode(line) for line in cli(*clerk, "record", str(file)).out.splitlines()] == results


@pytest.mark.parametrize("form", list(FormKind))
def test_each_form_can_be_had_empty_and_is_recognised_again(cli: Cli, tmp_path: Path, form: FormKind) -> None:
    path = tmp_path / "form.xlsx"
    assert cli("template", form, str(path)).code == 0
    tables = [table for sheet in open_workbook(path, path.name).sheets for table in recognise(sheet)]
    assert {table.form for table in tables} <= {form}


@pytest.mark.usefixtures("founded")
def test_the_ledger_is_written_as_a_workbook_with_what_fixes_it(cli: Cli, tmp_path: Path) -> None:
    path = tmp_path / "ledger.xlsx"
    report = cli("ledger", "--region", "620000", "--json").json()["report"]
    assert cli("ledger", "--region", "620000", "--xlsx", str(path)).code == 0
    book = openpyxl.load_workbook(path)
    assert report in [row[1].value for row in book["说明"].iter_rows(max_row=5)]


@pytest.mark.usefixtures("founded")
@pytest.mark.parametrize(
    ("arguments", "code", "words"),
    [
        (("nosuch",), 2, "nosuch"),
        (("ledger", "--region", "xx"), 2, "6 位数字"),
        (("ledger", "--as-effective-on", "yesterday"), 2, "时间无法识别"),
        (("facts", "--position", "999999"), 2, "999999"),
        (("facts", "--of", "everything"), 2, "everything"),
        (("rebuild", "--view", "nosuch"), 2, "nosuch"),
        (("init", "--preset", "mars"), 2, "mars"),
        (("record", "-"), 2, "--officer"),
        (("--officer", "admin", "--key-file", "missing.key", "record", "-"), 2, "missing.key"),
        (("--lang", "fr", "status"), 2, "fr"),
    ],
)
def test_a_call_that_cannot_be_used_is_said_in_words_without_a_traceback(
    cli: Cli, arguments: Sequence[str], code: int, words: str
) -> None:
    said = cli(*arguments)
    assert said.code == code
    assert words in said.err
    assert "Traceback" not in said.err
    assert not said.out


def test_a_wrong_key_opens_nothing(cli: Cli, founded: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TAIZHANG_OFFICER_KEY", founded[:-1] + ("a" if founded[-1] != "a" else "b"))
    said = cli("--officer", "admin", "officer", "li", "--role", "clerk", "--region", COUNTY)
    assert said.code == 1
    assert "不正确" in said.err


def test_without_its_key_the_vault_does_not_open_and_says_where_the_key_should_be(cli: Cli, tmp_path: Path) -> None:
    said = cli("status")
    assert said.code == 1
    assert "taizhang-vault.key" in said.err
    assert not (tmp_path / "taizhang.db").exists()


@pytest.mark.usefixtures("founded")
def test_a_rebuild_changes_no_figure(cli: Cli) -> None:
    changed = cli("rebuild", "--json").json()["changed"]
    assert changed["guards"] == []
    assert not any(changed.values())


def test_every_command_has_help_with_an_example(cli: Cli) -> None:
    for name in ("init", "officer", "sample", "import", "record", "ledger", "facts", "status", "rebuild", "serve"):
        said = cli(name, "--help")
        assert said.code == 0
        assert "Example" in said.out


REGISTER = [
    ["贫困户登记表"],
    ["户编号", "户主姓名", "县", "姓名", "身份证号码", "与户主关系", "贫困户属性", "识别时间"],
    ["62012101", "样本甲", "永登县", "样本甲", generate_identity(COUNTY, date(1980, 1, 1), 1), "户主", "一般贫困户", "2014-05-01"],
    ["62012101", "样本甲", "永登县", "样本幼儿", "", "之子", "一般贫困户", "2014-05-01"],
    ["62012102", "样本乙", "永登县", "样本乙", "620121198002021234", "户主", "一般贫困户", "2014-05-01"],
]  # fmt: skip


@pytest.fixture
def register(tmp_path: Path) -> str:
    """A household register of three rows: a good one, one to look at, one with a wrong check digit."""
    path = tmp_path / "户册.csv"
    path.write_text("\n".join(map(",".join, REGISTER)), encoding="utf-8")
    return str(path)


def rows_told(said: Said) -> list[int]:
    return [int(line.split()[1].rstrip(":")) for line in said.out.splitlines() if line.startswith("  ")]


def test_an_import_tells_the_rows_to_look_at_the_refused_before_the_flagged(
    cli: Cli, clerk: Sequence[str], register: str
) -> None:
    first = cli(*clerk, "import", register)
    assert first.code == 1
    assert rows_told(first) == [5, 4]
    assert "只按姓名登记" in first.out
    assert rows_told(cli(*clerk, "import", register)) == [5, 4]  # row 3 stands as before: the totals say so


def test_an_import_tells_its_verdicts_though_a_view_cannot_follow(
    cli: Cli, clerk: Sequence[str], register: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(_: Follower) -> None:
        raise ValueError

    monkeypatch.setattr(Follower, "catch_up", broken)
    said = cli(*clerk, "import", register)
    assert rows_told(said) == [5, 4]
    assert "taizhang rebuild" in said.err
    assert "Traceback" not in said.err
    assert cli(*clerk, "import", register, "--json").json()["lag_seconds"] is None


def test_a_programs_key_is_issued_listed_and_revoked(
    cli: Cli, founded: str, clerk: Sequence[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    own = cli(*clerk, "key", "list", "--json").json()
    assert own["keys"] == []
    monkeypatch.setenv("TAIZHANG_OFFICER_KEY", founded)
    until = (date.today() + timedelta(days=30)).isoformat()
    asked = ("key", "issue", "li", "--role", "clerk", "--region", COUNTY, "--purpose", "nightly", "--until", until)
    made = cli("--officer", "admin", *asked, "--json").json()
    assert made["key"].startswith("tzp_")
    [row] = cli("--officer", "admin", "key", "list", "--json").json()["keys"]
    assert (row["id"], row["officer"], row["stands"], row["last_used_at"]) == (made["id"], "li", True, None)
    assert cli("--officer", "admin", "key", "revoke", made["id"]).code == 0
    again = cli("--officer", "admin", "key", "revoke", made["id"])
    assert again.code == 1
    assert made["id"] in again.err
    assert cli("--officer", "admin", *asked[:-1], "soon").code == 2
