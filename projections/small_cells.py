"""Small cells: counts of so few people that somebody could be recognised are not told to those who see aggregates only.

A count of 1 to 4 is left out; so is a count beside which the rest of a told sum would be so small, and one more where
a single gap in a column could be filled from its total. Minutes go with the person-times they belong to.

What is told is told in fives, and hours in five hundreds. So the difference of any two answers, of two moments, periods,
kinds or regions, is a number of fives, too, and never tells of one person.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

from taizhang.projections.measures import PERSONS, POOR_SUFFIX, measure_columns

SMALLEST_TOLD: Final = 5  # people; fewer are told as nothing
STEP_MINUTES: Final = 500 * 60  # what five people of a hundred hours have
Shown = Mapping[str, int | None]


def told(
    whole: Shown, rows: Sequence[Shown], counts: Sequence[str] = ()
) -> tuple[dict[str, int | None], list[dict[str, int | None]]]:
    """The same figures with None where a count is too small to be told, or would give a small one away.

    `counts`: the columns that count people; the ledger's own where none are named.
    """
    counts = counts or [name for name in (PERSONS.name, PERSONS.poor, *measure_columns()) if "minutes" not in name]
    whole_told, rows_told = dict(whole), [dict(row) for row in rows]
    for name in counts:
        hidden = _hidden([(row.get(name), _rest(row, name)) for row in rows])
        for place in hidden:
            rows_told[place][name] = None
        alone = [place for place in hidden if rows[place].get(name)]
        if _is_small(whole.get(name)) or _is_small(_rest(whole, name)) or len(alone) == 1:
            whole_told[name] = None
    for row in (whole_told, *rows_told):
        _hide_minutes(row)
    return whole_told, rows_told


def in_fives(figures: Shown) -> dict[str, int | None]:
    """The figures as they are told: people to the nearest five, minutes to the nearest five hundred hours."""
    return {name: None if value is None else in_steps(name, value) for name, value in figures.items()}


def in_steps(name: str, value: int) -> int:
    """A count, or by its name minutes, to the nearest whole step."""
    step = STEP_MINUTES if "minutes" in name else SMALLEST_TOLD
    return (value + step // 2) // step * step


def _hidden(cells: Sequence[tuple[int | None, int | None]]) -> set[int]:
    """The places of a column that are not told: the small ones, and the next larger until no gap stands alone."""
    hidden = {place for place, (value, rest) in enumerate(cells) if _is_small(value) or _is_small(rest)}
    others = sorted(
        (value, place)
        for place, (value, _) in enumerate(cells)
        if value is not None and value > 0 and place not in hidden
    )
    for value, place in others:
        behind = sum(cells[one][0] or 0 for one in hidden)
        if not hidden or (len(hidden) > 1 and behind >= SMALLEST_TOLD):
            break
        assert value >= SMALLEST_TOLD, "smaller ones are hidden already"
        hidden.add(place)
    return hidden


def _rest(row: Shown, name: str) -> int | None:
    """Those beside the registered poor: all less the poor; None for a column of everybody."""
    plain = name.removesuffix(POOR_SUFFIX)
    everybody, poor = row.get(plain), row.get(name)
    return None if plain == name or everybody is None or poor is None else everybody - poor


def _is_small(value: int | None) -> bool:
    return value is not None and 0 < value < SMALLEST_TOLD


def _hide_minutes(row: dict[str, int | None]) -> None:
    for name in row:
        if "minutes" in name:
            people = "person_times" + (POOR_SUFFIX if name.endswith(POOR_SUFFIX) else "")
            if row.get(people) is None:
                row[name] = None
