"""Performance for those who see aggregates only: no count of few people, no share that would give one away, no inputs."""

from __future__ import annotations

from typing import Final

from taizhang.projections.measures import PERSONS, POOR_SUFFIX
from taizhang.projections.performance.answer import Performance, PerformanceRow
from taizhang.projections.performance.cards import Card
from taizhang.projections.small_cells import told

COUNTED: Final = frozenset({"persons", "person-times"})
GIVEN: Final = ("target_", "plan_")  # numbers that somebody set, of nobody in particular


def without_small_cells(found: Performance) -> Performance:
    """The same answer without small counts of people, without shares of people, inputs and targets' rows."""
    plain = {card.name for card in found.cards if _counts_people(card)}
    counts = [name for one in sorted(plain) for name in (one, one + POOR_SUFFIX) if name in found.whole.figures]
    shares = {card.name for card in found.cards if card.whole and card.has_poor}
    whole, rows = told(found.whole.figures, [row.figures for row in found.rows], counts)
    parts = {card.name: card.whole for card in found.cards if card.whole in plain}  # a cost per certificate, say
    blanked = [{**figures, **_blank(figures, shares, parts)} for figures in (whole, *rows)]
    first, *rest = [
        PerformanceRow(row.key, {}, figures) for row, figures in zip((found.whole, *found.rows), blanked, strict=True)
    ]
    return found._replace(whole=first, rows=rest, aims=[])


def _counts_people(card: Card) -> bool:
    return card.unit in COUNTED and not card.whole and (card.name == PERSONS.name or not card.name.startswith(GIVEN))


def _blank(figures: dict[str, int | None], shares: set[str], parts: dict[str, str]) -> dict[str, int | None]:
    """Shares of people, and what is reckoned by a count that is not told."""
    names = [name for name in figures if name.removesuffix(POOR_SUFFIX) in shares]
    names += [name for name, count in parts.items() if name in figures and figures.get(count) is None]
    return dict.fromkeys(names, None)
