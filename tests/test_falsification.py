"""docs/falsification.md: each of the 56 patterns has its row, and everything that a row names exists."""

from __future__ import annotations

import re
from pathlib import Path
from typing import get_args

import pytest

from taizhang.adapters import house, kept_statements  # noqa: F401  (every room, refusals outside of the domain too)
from taizhang.domain.core import Refusal, subclasses
from taizhang.domain.envelope import fact_classes
from taizhang.domain.funds import account_numbers  # noqa: F401  (its refusals too)
from taizhang.domain.outside import ListKind
from taizhang.projections.rules.rules import all_rules

PATTERNS = [f"F{number:02d}" for number in range(1, 57)]
TEXT = (Path(__file__).parents[1] / "docs" / "falsification.md").read_text(encoding="utf-8")


def rows() -> dict[str, list[str]]:
    cells = [[cell.strip() for cell in line.strip().strip("|").split("|")] for line in TEXT.splitlines()]
    return {row[0]: row for row in cells if re.fullmatch(r"F\d\d", row[0])}


def named(cell: str) -> list[str]:
    return re.findall(r"`([^`]+)`", cell)


def test_each_of_the_56_patterns_has_its_row() -> None:
    assert sorted(rows()) == PATTERNS
    assert all(len(row) == 7 for row in rows().values())


@pytest.mark.parametrize("pattern", PATTERNS)
def test_everything_a_row_names_exists_and_something_stands_against_the_pattern(pattern: str) -> None:
    _, _, refused, found, listed, seen, _ = rows()[pattern]
    refusals = {getattr(one, "RULE", None) for one in subclasses(Refusal)}
    facts = {topic.rpartition(".v")[0] for topic in fact_classes()}
    assert [one for one in named(refused) if one not in refusals] == []
    assert [one for one in named(found) if one not in {rule.id for rule in all_rules()}] == []
    assert [one for one in named(listed) if one not in get_args(ListKind)] == []
    assert [one for one in named(seen) if one not in facts] == []
    assert named(refused) or named(found) or named(seen)


@pytest.mark.parametrize("rule", all_rules(), ids=lambda rule: rule.name)
def test_a_rule_stands_in_the_row_of_every_pattern_that_it_answers(rule: object) -> None:
    patterns = rule.patterns  # type: ignore[attr-defined]
    assert [one for one in patterns if rule.id not in named(rows()[one][3])] == []  # type: ignore[attr-defined]
