"""The READMEs' tour, walked: every command runs and prints what the README shows; `…` stands for anything."""

from __future__ import annotations

import io
import re
import shlex
import shutil
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple

import pytest

from taizhang.adapters.cli.main import run
from taizhang.adapters.settings import NAMES

ROOT = Path(__file__).parents[1]
UNSET = (*(name.upper() for name in NAMES), "OFFICER", "OFFICER_KEY", "OFFICER_PASSWORD", "ROLE", "VAULT_KEY")
BLOCK = re.compile(r"^```console\n(.*?)^```", re.MULTILINE | re.DOTALL)


class Step(NamedTuple):
    command: str
    shown: list[str]


def steps(text: str) -> Iterator[Step]:
    for block in BLOCK.findall(text):
        step: Step | None = None
        for line in block.splitlines():
            if line.startswith("$ "):
                if step is not None:
                    yield step
                step = Step(line[2:], [])
            elif step is not None:
                step.shown.append(line)
        if step is not None:
            yield step


def shows(output: str, shown: list[str]) -> list[str]:
    """The shown lines that the output lacks, taken in order."""
    lines, missing = iter(output.splitlines()), []
    for wanted in shown:
        pattern = ".*".join(re.escape(part) for part in wanted.split("…"))
        if not any(re.fullmatch(pattern, line) for line in lines):
            missing.append(wanted)
    return missing


@pytest.fixture(scope="module")
def sample(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What `make run` leaves in run/."""
    folder = tmp_path_factory.mktemp("sample")
    places = [f"--database=sqlite:///{folder}/taizhang.db", f"--vault=sqlite:///{folder}/vault.db"]
    places.append(f"--files={folder}/files")
    with pytest.MonkeyPatch.context() as environment:
        for name in UNSET:
            environment.delenv(f"TAIZHANG_{name}", raising=False)
        environment.setenv("TAIZHANG_SIGNER", str(folder / "signer"))
        assert run(["init", "--preset", "gansu", "--for-sample", *places]) == 0
        assert run(["sample", "--persons", "2000", "--seed", "1", *places]) == 0
        assert run(["signer", "init", *places]) == 0
    return folder


@pytest.fixture
def walk(
    sample: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Callable[[str], str | None]:
    """Runs one line of the tour as the shell would; None when it is not for us (make)."""
    for name in UNSET:
        monkeypatch.delenv(f"TAIZHANG_{name}", raising=False)
    shutil.copytree(sample, tmp_path / "run")
    (tmp_path / "examples").symlink_to(ROOT / "examples")
    monkeypatch.chdir(tmp_path)

    def walk(line: str) -> str | None:
        words = shlex.split(line)
        if words[0] == "make":
            return None
        if words[0] == "export":
            for word in words[1:]:
                name, _, value = word.partition("=")
                if name.startswith("TAIZHANG_"):
                    monkeypatch.setenv(name, value)
            return ""
        if words[0] == "echo":
            monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(words[1].encode())))
            words = words[words.index("|") + 1 :]
        assert words[0] == "taizhang", f"the tour cannot be walked past: {line}"
        capsys.readouterr()
        assert run(words[1:]) in (0, 1)
        return capsys.readouterr().out

    return walk


@pytest.mark.parametrize("readme", ["README.md", "README.zh-CN.md"])
def test_the_tour_prints_what_the_readme_shows(readme: str, walk: Callable[[str], str | None]) -> None:
    walked = [(step, walk(step.command)) for step in steps((ROOT / readme).read_text(encoding="utf-8"))]
    assert sum(output is not None for _, output in walked) > 8
    problems = {step.command: shows(output, step.shown) for step, output in walked if output is not None}
    assert {command: missing for command, missing in problems.items() if missing} == {}
