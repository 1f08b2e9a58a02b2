"""Steps of a line as rows of a table: a row for each account that a step moves."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Final

from taizhang.adapters.exports.words import Names
from taizhang.adapters.moments import beijing
from taizhang.projections.funds.steps import Step

STEP_TITLES: Final = (
    "position",
    "recorded",
    "recorded_by",
    "approver",
    "occurred_on",
    "late_days",
    "fact",
    "corrects",
    "document",
    "amount_fen",
    "account",
    "book",
    "before_fen",
    "change_fen",
    "after_fen",
)


def step_rows(told: Iterable[Step], words: Names) -> list[list[Any]]:
    """One row for each account that a step moves, or one for a step that moves none; the changes add up to nothing."""
    rows = []
    for step in told:
        at = beijing(step.recorded_at).strftime("%Y-%m-%d %H:%M:%S")
        fixed = [step.position, at, step.recorded_by, step.approver, step.occurred_on, step.late_days]
        about = [words.fact(step.fact), step.corrects, step.document]
        moves: list[tuple[Any, ...]] = [
            (words.account(move.account), words.book(move.book), move.before_fen, move.change_fen, move.after_fen)
            for move in step.moves
        ]
        # a step's amount stands once, beside its first account, so that the column can be added up
        rows += [
            [*fixed, *about, step.amount_fen if not place else None, *move]
            for place, move in enumerate(moves or [("", "", None, None, None)])
        ]
    return rows
