"""Distinct persons 人数 per cell: how one person's presence changes the counts.

A cell is a region of a level, a period and a kind of programme. A person is in it on a day on which one of the
person's enrolments of that cell is in force; the period goes by the year in which the enrolment began.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from functools import cache, lru_cache
from typing import NamedTuple

from taizhang.projections.measures import phase_of

Day = str
Stretch = tuple[Day, Day | None]


class Cell(NamedTuple):
    """Where persons are counted; `programme_kind` "" is all kinds, `period` "" all time."""

    level: str
    region: str
    period_kind: str
    period: str
    programme_kind: str


class Span(NamedTuple):
    """What an enrolment means for the counting of persons."""

    county: str
    programme_kind: str
    presence: tuple[Stretch, ...]
    poor: bool
    village: str | None = (
        None  # of the household, on the day of enrolment; counts nowhere, but is told as known earlier
    )


Step = tuple[tuple[Cell, Day], Sequence[int]]  # one of them; a cell and day may come twice
Steps = dict[tuple[Cell, Day], list[int]]  # change in [persons, registered poor persons]


@cache
def cells_of(county: str, programme_kind: str, year: str) -> tuple[Cell, ...]:
    """Every cell that an enrolment belongs to."""
    regions = (("province", f"{county[:2]}0000"), ("prefecture", f"{county[:4]}00"), ("county", county))
    phase = phase_of(year)
    periods = [("all", ""), ("year", year), *([("phase", phase)] if phase is not None else [])]
    kinds = dict.fromkeys(("", programme_kind))
    return tuple(
        Cell(level, region, period_kind, period, kind)
        for level, region in regions
        for period_kind, period in periods
        for kind in kinds
    )


def pieces(span: Span) -> Iterator[tuple[tuple[str, str, str], Day, int, bool]]:
    """What an enrolment of a person without any other adds: (county, kind, year), day, +1 or -1, poor."""
    for since, until in span.presence:
        if until is not None and until <= since:
            continue
        where = (span.county, span.programme_kind, since[:4])
        yield where, since, 1, span.poor
        if until is not None:
            yield where, until, -1, span.poor


def steps(spans: Iterable[Span]) -> Steps:
    """How the counts of all cells move over the days because of one person with these enrolments."""
    stretches: dict[Cell, list[tuple[Stretch, bool]]] = {}
    for span in spans:
        for stretch in span.presence:
            for cell in cells_of(span.county, span.programme_kind, stretch[0][:4]):
                stretches.setdefault(cell, []).append((stretch, span.poor))
    found: Steps = {}
    for cell, mine in stretches.items():
        for place, wanted in enumerate(([s for s, _ in mine], [s for s, poor in mine if poor])):
            for day, sign in _edges(wanted):
                found.setdefault((cell, day), [0, 0])[place] += sign
    return found


def added(others: Iterable[Span], new: Span) -> list[Step] | None:
    """What a new enrolment changes for a person who has these others; None: not a simple case, use `steps`.

    The simple case, and by far the most frequent one: nobody withdrew. Then a cell counts the person from the
    first day on, and only the cells of the new enrolment can change.
    """
    if len(new.presence) != 1 or new.presence[0][1] is not None:
        return None
    since = new.presence[0][0]
    cells = cells_of(new.county, new.programme_kind, since[:4])
    first: list[Day | None] = [None] * len(cells)
    first_poor: list[Day | None] = [None] * len(cells)
    for other in others:
        if len(other.presence) != 1 or other.presence[0][1] is not None:
            return None
        day = other.presence[0][0]
        for place in shared(new.county, new.programme_kind, since[:4], other.county, other.programme_kind, day[:4]):
            if (known := first[place]) is None or day < known:
                first[place] = day
            if other.poor and ((known := first_poor[place]) is None or day < known):
                first_poor[place] = day
    changed: list[Step] = []
    for amounts, earliest in ((_ONE, first), (_ONE_POOR, first_poor)) if new.poor else ((_ONE, first),):
        for cell, known in zip(cells, earliest, strict=True):
            if known is None or since < known:
                changed.append(((cell, since), amounts[0]))
                if known is not None:
                    changed.append(((cell, known), amounts[1]))
    return changed


_ONE, _ONE_POOR = ((1, 0), (-1, 0)), ((0, 1), (0, -1))


@lru_cache(maxsize=100_000)
def shared(
    county: str, programme_kind: str, year: str, other_county: str, other_kind: str, other_year: str
) -> tuple[int, ...]:
    """Which of the first enrolment's cells, by their places in `cells_of`, are also the other's."""
    others = frozenset(cells_of(other_county, other_kind, other_year))
    return tuple(n for n, cell in enumerate(cells_of(county, programme_kind, year)) if cell in others)


def difference(before: Steps, after: Steps) -> Steps:
    """What must be added to `before` to make `after`."""
    changed: Steps = {}
    for key in before.keys() | after.keys():
        old, new = before.get(key, [0, 0]), after.get(key, [0, 0])
        if old != new:
            changed[key] = [new[0] - old[0], new[1] - old[1]]
    return changed


def _edges(stretches: list[Stretch]) -> list[tuple[Day, int]]:
    """The days on which somebody with these stretches appears (+1) and is gone (-1)."""
    if len(stretches) == 1:
        [(since, until)] = stretches
        if until is None:
            return [(since, 1)]
        return [(since, 1), (until, -1)] if until > since else []
    edges: list[tuple[Day, int]] = []
    first: Day | None = None
    last: Day | None = None
    for start, end in sorted(stretches, key=lambda one: one[0]):
        if end is not None and end <= start:
            continue
        if first is None:
            first, last = start, end
        elif last is None:
            break
        elif start > last:
            edges += [(first, 1), (last, -1)]
            first, last = start, end
        elif end is None or end > last:
            last = end
    if first is not None:
        edges.append((first, 1))
        if last is not None:
            edges.append((last, -1))
    return edges
