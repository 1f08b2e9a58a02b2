"""Commands about the whole house, called by an officer of a part: told for the part, or refused in words."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import Any, NamedTuple

import msgspec
import pytest

from taizhang.adapters import printed, reports, settings
from taizhang.adapters.cli.main import run
from taizhang.adapters.house import House, opened
from taizhang.projections.funds.cuts import UseScope
from taizhang.projections.ledger_query import ledger
from taizhang.projections.replay import NOW
from taizhang.projections.scope import Scope

COUNTY, OTHER = "620121", "620122"
OFFICERS = (
    ("li", "clerk", COUNTY),
    ("wu", "clerk", OTHER),
    ("kong", "discipline", "620000"),
    ("cai", "finance", "620000"),
    ("kan", "dashboard", COUNTY),
)


class Said(NamedTuple):
    code: int
    out: str
    err: str

    def json(self) -> Any:
        return msgspec.json.decode(self.out)


Cli = Callable[..., Said]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A house with five officers, each with a key file of their id; in one county an attempt was refused, in the other two."""
    made = tmp_path_factory.mktemp("scope")
    with pytest.MonkeyPatch.context() as patch:
        cli = _at_home(patch, made)
        (made / "admin.key").write_text(cli("init", "--preset", "gansu", "--json").json()["key"])
        for officer, role, region in OFFICERS:
            asked = ("officer", officer, "--role", role, "--region", region, "--json")
            (made / f"{officer}.key").write_text(cli(*asked, officer="admin").json()["key"])
        for officer, county in (("li", COUNTY), ("wu", OTHER)):
            body = {"household": f"h{county}-1", "village": f"{county}001001", "attribute": "poor"}
            lines = [
                {"id": f"{officer}-{kind}", "command": "households.register-household",
                 "body": {**body, "occurred_on": f"2015-06-0{kind}"}}
                for kind in (1, 2, *([3] if officer == "wu" else []))
            ]  # fmt: skip
            (made / "lines.jsonl").write_bytes(b"\n".join(map(msgspec.json.encode, lines)))
            told = cli("record", "lines.jsonl", officer=officer)
            assert told.code == 1, told
    return made


@pytest.fixture
def cli(folder: Path, monkeypatch: pytest.MonkeyPatch) -> Cli:
    """Runs one command in that house, as this officer or as nobody."""
    return _at_home(monkeypatch, folder)


def _at_home(patch: pytest.MonkeyPatch, folder: Path) -> Cli:
    for name in (*settings.NAMES, "OFFICER", "OFFICER_KEY", "ROLE", "VAULT_KEY", "NEW_PASSWORD"):
        patch.delenv(f"TAIZHANG_{name.upper()}", raising=False)
    patch.chdir(folder)
    out: list[str] = []
    err: list[str] = []

    def keep(*words: object, file: object = None, **_: object) -> None:
        (out if file is None else err).append(" ".join(map(str, words)))

    patch.setattr("builtins.print", keep)

    def cli(*arguments: str, officer: str = "", language: str = "zh") -> Said:
        out.clear()
        err.clear()
        patch.setenv("TAIZHANG_LANG", language)
        named = ("--officer", officer, "--key-file", f"{officer}.key") if officer else ()
        code = run([*arguments, *named])
        return Said(code, "\n".join(out), "\n".join(err))

    return cli


@contextmanager
def _house() -> Iterator[House]:
    with opened(settings.load({})) as house:
        house.views.catch_up()
        yield house


def test_the_state_tells_an_officer_the_refusals_of_their_region(cli: Cli) -> None:
    def refused(officer: str = "") -> int:
        answer = cli("status", "--json", officer=officer).json()
        assert answer["position"] > 1000
        assert answer["views"]
        return sum(answer["refusals"].values())

    with _house():
        pass
    assert (refused("li"), refused("wu"), refused("kan")) == (1, 2, 1)
    assert refused("kong") == refused() == 3


@pytest.mark.parametrize(
    ("command", "others", "able"),
    [
        (("reader-copy", "copy.db"), ("li", "kan"), "cai"),
        (("export", "log", "out"), ("li", "kan", "cai"), "kong"),
    ],
    ids=["reader-copy", "export log"],
)
def test_what_hands_out_the_whole_house_is_refused_to_officers_of_a_part_of_it(
    cli: Cli, monkeypatch: pytest.MonkeyPatch, command: tuple[str, ...], others: tuple[str, ...], able: str
) -> None:
    monkeypatch.setenv("TAIZHANG_SIGNER", "signer")
    if not Path("signer").exists():
        assert cli("signer", "init").code == 0
    for officer in others:
        zh, en = (cli(*command, officer=officer, language=language) for language in ("zh", "en"))
        assert (zh.code, zh.out, en.code, en.out) == (1, "", 1, "")
        assert "省级经办人(岗位:" in zh.err
        assert "纪检" in zh.err
        assert "It is for an officer of the province (" in en.err
        assert not Path(command[-1]).exists()
    assert cli(*command, officer=able).code == 0
    assert Path(command[-1]).exists()
    assert cli(*command[:-1], f"nobody-{command[-1]}").code == 0, "whoever holds the database has all of it anyway"


def test_hit_rates_are_the_houses_and_for_those_who_see_leads(cli: Cli) -> None:
    assert cli("cases", "--rates", "--json", officer="kong").json()["rows"] == []
    refused = cli("cases", "--rates", "--json", officer="li")
    assert (refused.code, refused.out) == (1, "")
    narrowed = cli("cases", "--rates", "--region", COUNTY, language="en")
    assert (narrowed.code, "of the whole house" in narrowed.err) == (2, True)
    assert "不分地区和状态" in cli("cases", "--rates", "--status", "open").err


def test_a_printed_report_is_asked_again_by_whoever_could_have_asked_it(cli: Cli) -> None:
    with _house() as house:
        at = next(view for view in house.views.status() if view.name == "ledger")
        scope = Scope(COUNTY)
        with house.log.database.read() as connection:
            answer = ledger(connection, house.log, scope, at=at, seen_by=COUNTY)
        asked = (
            printed.Question("money", money=UseScope(COUNTY), on=date(2016, 1, 1)),
            printed.Question("facts", tags=(f"household:h{COUNTY}-1",)),
        )
        heads = [
            reports.head_of(house, scope, NOW, at, "zh", COUNTY, answer),
            *(printed.issue(house, question, NOW, at, "zh", COUNTY) for question in asked),
        ]
    codes = [head.code for head in heads if head is not None]
    assert len(codes) == 3
    for code in codes:
        for officer in ("", "li", "kong", "cai"):
            assert cli("check-report", code, officer=officer).code == 0, (code, officer)
        for officer in ("wu", "kan"):
            said = cli("check-report", code, officer=officer)
            assert (said.code, said.out) == (1, ""), (code, officer)
            assert "不在您的岗位和地区范围内" in said.err
    assert cli("check-report", "TZ1.x", "--json", officer="wu").json()["why"] == "no-code"
