"""Performance for those who see aggregates only: counts in fives, none of few people, no share that would give one away."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from taizhang.projections.measures import PERSONS, POOR_SUFFIX
from taizhang.projections.performance.answer import Performance, PerformanceRow, rank
from taizhang.projections.performance.cards import Card
from taizhang.projections.small_cells import in_fives, told

COUNTED: Final = frozenset({"persons", "person-times"})
GIVEN: Final = ("target_", "plan_")  # numbers that somebody set, of nobody in particular


def without_small_cells(found: Performance, order: str = "") -> Performance:
    """The same answer in fives, without small counts of people, without shares of people, inputs and targets' rows.

    The rows stand by what is told: their order would tell which of two is larger, and when it came to be so.
    """
    plain = {card.name for card in found.cards if _counts_people(card)}
    counts = [name for one in sorted(plain) for name in (one, one + POOR_SUFFIX) if name in found.whole.figures]
    shares = {card.name for card in found.cards if card.whole and card.has_poor}
    whole, rows = told(found.whole.figures, [row.figures for row in found.rows], counts)
    parts = [card for card in found.cards if card.whole in plain]  # a cost per certificate, say
    first, *rest = [
        PerformanceRow(row.key, {}, _told(row, figures, counts, shares, parts))
        for row, figures in zip((found.whole, *found.rows), (whole, *rows), strict=True)
    ]
    return found._replace(whole=first, rows=sorted(rest, key=lambda row: rank(row, order)), aims=[])


def _counts_people(card: Card) -> bool:
    return card.unit in COUNTED and not card.whole and (card.name == PERSONS.name or not card.name.startswith(GIVEN))


def _told(
    row: PerformanceRow,
    figures: dict[str, int | None],
    counts: Sequence[str],
    shares: set[str],
    parts: Sequence[Card],
) -> dict[str, int | None]:
    """Counts and hours in fives, no shares of people, and what is reckoned by a count by the count that is told."""
    in_people = {name: value for name, value in figures.items() if name in counts or "minutes" in name}
    found = {**figures, **in_fives(in_people)}
    for card in parts:
        if card.name in found:
            count = found.get(card.whole)
            found[card.name] = card.value({**row.inputs, card.whole: count}) if count else None
    return found | dict.fromkeys((name for name in found if name.removesuffix(POOR_SUFFIX) in shares), None)
