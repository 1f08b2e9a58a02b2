"""What the documents name is there: linked files, files named in passing, the commands they tell readers to type."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import unquote

import pytest
import typer

ROOT = Path(__file__).parents[1]
DOCUMENTS = sorted(
    path.relative_to(ROOT).as_posix()
    for pattern in ("README*.md", "CONTRIBUTING.md", "docs/**/*.md")
    for path in ROOT.glob(pattern)
)
READMES = [name for name in DOCUMENTS if name.startswith("README")]

FENCE = re.compile(r"^ *```(\w*)[^\n]*\n(.*?)^ *```", re.MULTILINE | re.DOTALL)
LINK = re.compile(r"\]\(<?([^)\s>]+)>?(?: \"[^\"]*\")?\)")
ELSEWHERE = re.compile(r"[a-z][a-z0-9+.-]*:|//|#")
CODE = re.compile(r"`([^`\n]+)`")
# A file named in passing is one of the repository's: it stands below a folder of ours, or is a document of the root.
OURS = r"(?:domain|projections|adapters|http|tests|benchmarks|docs|examples|\.ci)/[\w./*-]*"
FILE = re.compile(rf"{OURS}|[A-Z][\w.-]*\.md|Makefile|LICENSE|pyproject\.toml|constraints\.txt")
TYPED = re.compile(r"^ *\$ (?:\w+=\S+ )*(?:\S*/)?(make|taizhang)\b([^\n|>;&]*)", re.MULTILINE)


def test_there_are_documents_to_check() -> None:
    assert {"README.md", "CONTRIBUTING.md"} <= set(DOCUMENTS)


@pytest.mark.parametrize("document", DOCUMENTS)
def test_every_relative_link_leads_to_a_file(document: str) -> None:
    text = FENCE.sub("", (ROOT / document).read_text())
    targets = [target for target in LINK.findall(text) if not ELSEWHERE.match(target)]
    assert [target for target in targets if not exists(unquote(target.split("#")[0]), document)] == []


@pytest.mark.parametrize("document", DOCUMENTS)
def test_every_file_named_in_passing_exists(document: str) -> None:
    text = FENCE.sub("", (ROOT / document).read_text())
    named = [code for code in CODE.findall(text) if FILE.fullmatch(code)]
    assert [name for name in named if not exists(name, document) and not exists(name, "README.md")] == []


@pytest.mark.parametrize("readme", READMES)
def test_every_make_target_a_reader_is_told_to_type_exists(readme: str) -> None:
    targets = set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text(), re.MULTILINE))
    assert typed("make", readme) - targets == set()


@pytest.mark.parametrize("readme", READMES)
def test_every_taizhang_command_a_reader_is_told_to_type_exists(readme: str) -> None:
    assert [name for name in typed("taizhang", readme) if name not in taizhang_commands()] == []


def exists(name: str, document: str) -> bool:
    folder = (ROOT / document).parent
    return any(folder.glob(name.rstrip("/"))) if "*" in name else (folder / name).exists()


def typed(program: str, readme: str) -> set[str]:
    """The first plain word after `program` in each line of a console block: the target or command it calls."""
    lines = [line for block in console_blocks(readme) for line in TYPED.findall(block)]
    called = (first_plain_word(rest) for name, rest in lines if name == program)
    return {word for word in called if word}


def console_blocks(readme: str) -> Iterator[str]:
    yield from (block for language, block in FENCE.findall((ROOT / readme).read_text()) if language == "console")


def taizhang_commands() -> set[str]:
    from taizhang.adapters.cli.main import application

    group = typer.main.get_command(application())
    return set(group.list_commands(typer.Context(group)))


def first_plain_word(rest: str) -> str:
    return next((word for word in rest.split() if not word.startswith("-") and "=" not in word), "")
