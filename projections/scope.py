"""What the ledger is asked for: a scope, and the conditions that it and the cuts put on the rows of changes."""

from __future__ import annotations

from datetime import date
from typing import Any, NamedTuple, cast

from sqlalchemy import Select, Table, and_, literal, select
from sqlalchemy.sql.elements import ColumnElement

from taizhang.projections.measures import PHASES, days_of_period
from taizhang.projections.replay import Cuts
from taizhang.projections.tables_ledger import ledger_tables

DIGITS = {"province": 2, "prefecture": 4, "county": 6}


class Scope(NamedTuple):
    """What is asked for: a region, or a class, household or person; which period and kind of programme ("" all).

    `programme` and `institution` ("" all) leave only its classes, by whose filing says so now. Periods are "all", "year" ("2016"), "phase" ("2016-2017") and "days" ("2016-05-01..2017-04-30", both included).
    """

    region: str = "620000"
    training_class: str | None = None
    household: str | None = None
    person: str | None = None
    period_kind: str = "all"
    period: str = ""
    programme_kind: str = ""
    programme: str = ""
    institution: str = ""

    @property
    def is_narrowed(self) -> bool:
        """Whether only the classes of a programme or an institution count."""
        return bool(self.programme or self.institution)

    def fixing(self) -> list[Any]:
        """What a report id is made from: as ever where nothing is narrowed, so that printed ids stay what they are."""
        return list(self) if self.is_narrowed else list(self[: -len(("programme", "institution"))])

    def days(self) -> tuple[date, date] | None:
        """The period's first and last day; None: all time.

        Raises ValueError: no such period.
        """
        return None if self.period_kind == "all" else days_of_period(self.period_kind, self.period)


def level_of(region: str) -> str:
    """The level of a six-digit code."""
    if region.endswith("0000"):
        return "province"
    return "prefecture" if region.endswith("00") else "county"


def stem_of(region: str) -> str:
    """What the codes of everything in a region begin with; in a town's or village's its own code."""
    return region if len(region) > DIGITS["county"] else region[: DIGITS[level_of(region)]]


def begins(column: Any, stem: str) -> ColumnElement[bool]:
    """The column's text, compared byte by byte, begins with the stem: said as a range, which an index can answer.

    Of a province nearly every row does; there the index would be a detour.
    """
    if len(stem) < DIGITS["prefecture"]:
        return cast("ColumnElement[bool]", column.startswith(stem, autoescape=True))
    return and_(column >= stem, column < stem[:-1] + chr(ord(stem[-1]) + 1))


def period_of(code: str) -> tuple[str, str] | None:
    """(period kind, period) of "2016", "2016-2017", "2016-05-01..2017-04-30" or "" for all time; None for no period."""
    if not code:
        return "all", ""
    kind = "days" if ".." in code else "phase" if any(phase.code == code for phase in PHASES) else "year"
    if kind == "year" and not (code.isascii() and code.isdecimal() and len(code) == len("2016")):
        return None
    try:
        since, until = days_of_period(kind, code)
    except ValueError:
        return None
    return (kind, code) if since <= until else None


def changes_in(scope: Scope, cuts: Cuts) -> Table:
    """The table whose rows sum up to the figures of a scope: of regions now, few rows; otherwise every change."""
    tables = ledger_tables()
    of_regions = scope.training_class is None and scope.period_kind != "days" and not scope.is_narrowed
    return tables.totals if cuts.none and of_regions else tables.deltas


def person_changes(cuts: Cuts) -> Table:
    """The same for the distinct persons of cells."""
    tables = ledger_tables()
    return tables.person_totals if cuts.none else tables.person_deltas


def within(t: Any, scope: Scope) -> list[ColumnElement[bool]]:
    """The rows of `ledger_delta`, or of `ledger_total`, that count in the scope."""
    found = [begins(t.county, stem_of(scope.region))]
    if scope.training_class is not None:
        found.append(t.training_class == scope.training_class)
    if scope.programme_kind:
        found.append(t.programme_kind == scope.programme_kind)
    found += narrowed(t, scope)
    days = scope.days()
    if days is not None and scope.period_kind == "days":
        found += [t.effective_on >= on(t.effective_on, days[0]), t.effective_on <= on(t.effective_on, days[1])]
    elif days is not None:
        found.append(t.year.between(days[0].year, days[1].year))
    return found


def narrowed(t: Any, scope: Scope) -> list[ColumnElement[bool]]:
    """The rows of the classes of the scope's programme and institution, where it names any."""
    return [t.training_class.in_(classes_of(scope))] if scope.is_narrowed else []


def classes_of(scope: Scope) -> Select[tuple[str]]:
    """The classes of the scope's programme and institution."""
    c = ledger_tables().classes.c
    query = select(c.training_class)
    query = query.where(c.programme == scope.programme) if scope.programme else query
    return query.where(c.institution == scope.institution) if scope.institution else query


def cut(t: Any, cuts: Cuts) -> list[ColumnElement[bool]]:
    """The rows of changes known, and effective, at the cuts."""
    found = []
    if cuts.as_recorded_at is not None:
        found.append(t.recorded_at <= cuts.as_recorded_at)
    if cuts.as_effective_on is not None:
        found.append(t.effective_on <= on(t.effective_on, cuts.as_effective_on))
    return found


def on(column: Any, day: date) -> ColumnElement[Any]:
    """A day as the column holds it."""
    return literal(day.isoformat(), column.type)
