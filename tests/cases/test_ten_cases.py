"""The published cases of examples/cases, replayed from their files: what is printed is what stands there, and each has its page."""

from __future__ import annotations

import io
import itertools
import re
import shlex
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from taizhang.adapters.cli.main import run
from taizhang.adapters.house import opened
from taizhang.adapters.settings import NAMES, Settings
from taizhang.http.app import create_app

ROOT = Path(__file__).parents[2]
CASES = sorted((ROOT / "examples" / "cases").glob("F*/README.md"))
UNSET = (*(name.upper() for name in NAMES), "OFFICER", "OFFICER_KEY", "OFFICER_PASSWORD", "ROLE", "VAULT_KEY")
BLOCK = re.compile(r"^```console\n(.*?)^```", re.MULTILINE | re.DOTALL)
OFFICER = re.compile(r"^\$ (\w+)\(\) { TAIZHANG_OFFICER=(\S+) TAIZHANG_OFFICER_PASSWORD=(\S+) taizhang", re.MULTILINE)
LEAD = re.compile(r"^L[0-9a-f]{16}", re.MULTILINE)
ACCUSING = ("造假", "骗取", "弄虚作假", "fraud", "forger", "guilty", "cheat")

Walk = Callable[[str], str]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A small sample house, as `make run` makes a larger one."""
    made = tmp_path_factory.mktemp("cases")
    places = [f"--database=sqlite:///{made}/taizhang.db", f"--vault=sqlite:///{made}/vault.db", f"--files={made}/files"]
    with pytest.MonkeyPatch.context() as environment:
        for name in UNSET:
            environment.delenv(f"TAIZHANG_{name}", raising=False)
        assert run(["init", "--preset", "gansu", *places]) == 0
        assert run(["sample", "--persons", "50", "--seed", "1", *places]) == 0
    return made


@pytest.fixture
def walk(folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Walk:
    """Runs one line as the shell of examples/cases/README.md would; what it prints."""
    officers = {who: (id, password) for who, id, password in OFFICER.findall(_text(CASES[0].parents[1] / "README.md"))}
    for name in UNSET:
        monkeypatch.delenv(f"TAIZHANG_{name}", raising=False)
    for name, value in (("DATABASE", "taizhang.db"), ("VAULT", "vault.db")):
        monkeypatch.setenv(f"TAIZHANG_{name}", f"sqlite:///{folder / value}")
    monkeypatch.setenv("TAIZHANG_FILES", str(folder / "files"))
    monkeypatch.setenv("TAIZHANG_LANG", "zh")
    monkeypatch.chdir(ROOT)

    def walk(line: str) -> str:
        words = shlex.split(line)
        if words[0] == "echo":
            monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(words[1].encode())))
            words = words[words.index("|") + 1 :]
        who, password = officers[words[0]]
        monkeypatch.setenv("TAIZHANG_OFFICER", who)
        monkeypatch.setenv("TAIZHANG_OFFICER_PASSWORD", password)
        capsys.readouterr()
        assert run(words[1:]) in (0, 1)
        return capsys.readouterr().out

    return walk


@pytest.mark.parametrize("case", CASES, ids=lambda one: one.parent.name)
def test_a_case_prints_what_its_page_shows_and_can_be_understood(case: Path, walk: Walk, folder: Path) -> None:
    walked = [(command, shown, walk(command)) for command, shown in steps(_text(case))]
    assert [(command, missing) for command, shown, out in walked if (missing := lacking(out, shown))] == []
    found = LEAD.findall(walked[-1][2])
    refused = [
        rule
        for _, shown, _ in walked
        for rule in re.findall(r'"rule":"([a-z.-]+)"|^([a-z-]+\.[a-z-]+): ', "\n".join(shown), re.M)
    ]
    assert found or refused, "a case ends in a lead or a refusal"
    with opened(_settings(folder)) as house:
        client = TestClient(create_app(house, follow=False), base_url="http://testserver")
        client.cookies.set("taizhang_session", house.signin.open("sample-discipline-620000", "shili-70f2f2881f"))
        for lead in found[:1]:
            _understood(client, lead)
        if not found:
            page = client.get("/refusals?lang=zh").text
            assert all((one or other) in page for one, other in refused)


def _understood(client: TestClient, lead: str) -> None:
    """The lead's page in both languages: the question, the innocent explanations, the paper, what is next, no accusation."""
    zh, en = (client.get(f"/leads/{lead}?lang={language}").text for language in ("zh", "en"))
    for words in (
        "问题:",
        "发现:",
        "可能的正当原因:",
        "涉及金额",
        "下一步",
        "指派核查人",
        "所依据的事实",
        "文件、工作表和行",
    ):
        assert words in zh, words
    for words in ("The question:", "What was found:", "What it may innocently be:", "What to do next"):
        assert words in en, words
    assert [word for word in ACCUSING if word in zh or word in en.lower()] == []


def steps(text: str) -> Iterator[tuple[str, list[str]]]:
    """Each command of a page with the lines that it is to print."""
    lines = [line for block in BLOCK.findall(text) for line in block.splitlines()]
    starts = [place for place, line in enumerate(lines) if line.startswith("$ ")] + [len(lines)]
    for start, end in itertools.pairwise(starts):
        yield lines[start][2:], lines[start + 1 : end]


def lacking(output: str, shown: list[str]) -> list[str]:
    """The shown lines that the output lacks, taken in order; `…` stands for anything."""
    printed = iter(output.splitlines())
    patterns = [".*".join(re.escape(part) for part in wanted.split("…")) for wanted in shown]
    return [
        wanted
        for wanted, pattern in zip(shown, patterns, strict=True)
        if not any(re.fullmatch(pattern, line) for line in printed)
    ]


def _settings(folder: Path) -> Settings:
    urls = {name: f"sqlite:///{folder / file}" for name, file in (("database", "taizhang.db"), ("vault", "vault.db"))}
    return Settings(**urls, files=str(folder / "files"))


def _text(path: Path) -> str:
    return path.read_text(encoding="utf-8")
