"""The figures of benchmarks/latest.json as the table in docs/benchmarks.md: written by `make bench`, by nobody's hand."""

from __future__ import annotations

import re
from pathlib import Path

from benchmarks.harness import Result

DOCUMENT = Path(__file__).parents[1] / "docs" / "benchmarks.md"
HEAD = "| comparison | ours | rival | unit | ratio | rival is |\n|---|---|---|---|---|---|\n"
_TABLE = re.compile(re.escape(HEAD) + r"(?:\|[^\n]*\n)*")


def rows(results: list[Result]) -> str:
    """The table, a line for each comparison."""
    lines = (
        f"| {one.name} | {_rate(one.ours)} | {_rate(one.rival)} | {one.unit} | {one.ratio:,.2f} | {one.rival_name} |\n"
        for one in results
    )
    return HEAD + "".join(lines)


def stands_in(text: str) -> str:
    """The table that stands in the document; empty when there is none."""
    found = _TABLE.search(text)
    return found[0] if found else ""


def write(results: list[Result], path: Path = DOCUMENT) -> None:
    """Put these figures in the place of those that stand there."""
    text = path.read_text()
    path.write_text(_TABLE.sub(lambda _: rows(results), text, count=1))


def _rate(rate: float) -> str:
    return f"{rate:,.0f}" if rate >= 100 else f"{rate:,.1f}" if rate >= 1 else f"{rate:.3f}"
