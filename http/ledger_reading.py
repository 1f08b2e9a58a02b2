"""What the pages ask of the ledger: a thin hand on projections/ledger_query, with names, pages and where facts open."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final, NamedTuple

from taizhang.adapters.house import House
from taizhang.domain.envelope import Recorded, opened
from taizhang.http.cuts import TimeBar
from taizhang.projections import ledger_query
from taizhang.projections.coverage import Coverage, coverage
from taizhang.projections.figure_facts import changes
from taizhang.projections.follow import ViewStatus
from taizhang.projections.ledger_pages import ClassName
from taizhang.projections.ledger_query import Figures, Ledger, Scope, level_of, period_of
from taizhang.projections.measures import PERSONS, measure_columns
from taizhang.projections.replay import Cuts

CLASSES_PAGE: Final = 100  # more would weigh over 200 kB
CHANGES_PAGE: Final = 200
PERSON_COLUMNS: Final = frozenset({PERSONS.name, PERSONS.poor})
KNOWN: Final = PERSON_COLUMNS | frozenset(measure_columns())


class Explained(NamedTuple):
    """One fact behind a figure, by how much it changed the figure, and the class (of persons: the person) it did so for."""

    subject: str
    fact: Recorded
    change: int


def cuts_of(bar: TimeBar) -> Cuts:
    return Cuts(bar.recorded_at, bar.effective_on)


def ledger_state(house: House) -> ViewStatus:
    """How far the ledger's view is: `position`, `recorded_at` and lag of what the pages show."""
    found = next((view for view in house.views.status() if view.name == "ledger"), None)
    if found is None:
        house.views.set_up()
        found = next(view for view in house.views.status() if view.name == "ledger")
    return found


def asked_ledger(
    house: House,
    scope: Scope,
    bar: TimeBar,
    language: str,
    seen_by: str,
    after: str = "",
    limit: int | None = None,
    at: ViewStatus | None = None,
) -> Ledger:
    """The figures of a scope and of what is right below it (all, or by the page), and the report id that fixes them."""
    at = at or ledger_state(house)
    with house.log.database.read() as connection:
        return ledger_query.ledger(
            connection,
            house.log,
            scope,
            cuts_of(bar),
            at=at,
            language=language,
            seen_by=seen_by,
            after=after,
            limit=limit,
        )


def figure(house: House, scope: Scope, column: str, bar: TimeBar) -> int:
    """One figure of a region or class."""
    with house.log.database.read() as connection:
        return ledger_query.figure(connection, scope, column, cuts_of(bar))


def covered(house: House, region: str, bar: TimeBar) -> Sequence[Coverage]:
    """Who was reached of those whom the programme is for, on the bar's day, as known now."""
    with house.log.database.read() as connection:
        return coverage(connection, region, cuts_of(bar))


def class_page(house: House, county: str, after: str) -> tuple[dict[str, ClassName], str]:
    """Classes of a county by id, a page of them, and the id to go on after ("" at the end)."""
    with house.log.database.read() as connection:
        return ledger_query.class_page(connection, county, after, CLASSES_PAGE)


def explained(house: House, scope: Scope, column: str, bar: TimeBar, after: str = "") -> tuple[list[Explained], str]:
    """The facts behind a figure, a page of them by class (of persons: by person), and what to go on after.

    On all pages together the changes sum up to the figure.
    """
    with house.log.database.read() as connection:
        found, following = changes(connection, house.log, scope, column, cuts_of(bar), after, CHANGES_PAGE)
    stored = house.log.at(sorted({one.position for one in found}))
    facts = {row.position: opened(row.position, row.leaf) for row in stored}
    return [Explained(one.subject, facts[one.position], one.change) for one in found], following


def no_figures() -> Mapping[str, int]:
    """Zero for every measure."""
    return dict.fromkeys(sorted(KNOWN), 0)


__all__ = ["Coverage", "Figures", "Ledger", "Scope", "level_of", "period_of"]
