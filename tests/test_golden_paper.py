"""The paper version of the hand-worked ledger in docs/money.md is the one that the tests use."""

from __future__ import annotations

from pathlib import Path

from golden_paper import paper

MONEY = Path(__file__).parents[1] / "docs" / "money.md"


def test_the_ledger_printed_in_the_documents_is_the_one_that_is_tested() -> None:
    assert MONEY.read_text().endswith(paper() + "\n")
