"""What the pages ask of the ledger: a thin hand on projections/ledger_query, with names, pages and where facts open."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Final, NamedTuple

from sqlalchemy import Connection, select

from taizhang.adapters.house import House
from taizhang.adapters.reports import End
from taizhang.domain.envelope import Recorded, opened
from taizhang.http.cuts import TimeBar
from taizhang.projections import ledger_query
from taizhang.projections.coverage import Coverage, coverage
from taizhang.projections.figure_facts import changes
from taizhang.projections.ledger_pages import ClassName
from taizhang.projections.ledger_query import Figures, Ledger, Scope, level_of, period_of
from taizhang.projections.measures import PERSONS, measure_columns
from taizhang.projections.replay import Cuts
from taizhang.projections.tables import view_table

if TYPE_CHECKING:
    from taizhang.http.asking import Asking
    from taizhang.http.visit import Visit

_LEDGER: Final = select(view_table().c.position, view_table().c.recorded_at).where(view_table().c.name == "ledger")
CLASSES_PAGE: Final = 45  # of 50 with every figure the page weighs 201 kB
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


def asked_ledger(visit: Visit, scope: Scope, classes: frozenset[str] | None = None) -> tuple[End, Ledger]:
    """The figures of a region and of what is right below it, with the report id that fixes them, and where the view stood.

    Of a county's classes only these, if they are named.
    """
    at, found = kept_ledger(visit, scope, classes)
    report = ledger_query.report_id(scope, cuts_of(visit.bar), at, visit.language, visit.scope)
    return at, found._replace(report=report)


def kept_ledger(asking: Asking, scope: Scope, classes: frozenset[str] | None = None) -> tuple[End, Ledger]:
    """The same figures whoever asks; the report id is nobody's."""
    cuts, log = cuts_of(asking.bar), asking.house.log

    def reckon(connection: Connection) -> tuple[End, Ledger]:
        position, recorded_at = connection.execute(_LEDGER).one()
        at = End(position, recorded_at)
        return at, ledger_query.ledger(connection, log, scope, cuts, at=at, classes=classes)

    return asking.reckoned(("ledger", scope, cuts, classes), reckon, region=scope.region)[1]


def figure(house: House, scope: Scope, column: str, bar: TimeBar) -> int:
    """One figure of a region or class."""
    with house.log.database.read() as connection:
        return ledger_query.figure(connection, scope, column, cuts_of(bar))


def covered(asking: Asking, region: str) -> Sequence[Coverage]:
    """Who was reached of those whom the programme is for, as known and as effective at the bar's moments."""
    cuts = cuts_of(asking.bar)
    return asking.reckoned(
        ("coverage", region, cuts), lambda connection: coverage(connection, region, cuts), region=region
    )[1]


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


__all__ = ["ClassName", "Coverage", "Figures", "Ledger", "Scope", "level_of", "period_of"]
