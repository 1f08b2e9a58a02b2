"""How a place reports: late, only good news, bunched before visits, changed after the seal; by group."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from typing import Any, Final, NamedTuple

from sqlalchemy import Connection, case, func, literal, select
from sqlalchemy.sql.elements import ColumnElement

from taizhang.domain.attendance import AttendanceTaken
from taizhang.domain.confirmations import TraineeConfirmed
from taizhang.domain.employment import EmploymentConfirmed, EmploymentReported
from taizhang.domain.scores import ScoreRecorded
from taizhang.projections.funds.steps import as_date
from taizhang.projections.performance.asked import (
    Grouped,
    Grouping,
    Question,
    grouped,
    in_period,
    known,
    statements,
    ties,
)
from taizhang.projections.performance.cards import BUNCHED_DAYS, LATE, LATE_DAYS_1, OUTCOMES_LEAST, USUAL_DAYS
from taizhang.projections.performance.limits import Limits
from taizhang.projections.performance.tables import performance_tables
from taizhang.projections.performance.view import CORRECTION, LATE_ADDITION, kind_of
from taizhang.projections.scope import on, stem_of

BY_WINDOW: Final = ("records_before_visits", "records_usual", "backlog_before_visits", "backlog_usual")
OUTCOME_KINDS: Final = tuple(
    kind_of(cls) for cls in (AttendanceTaken, ScoreRecorded, EmploymentReported, EmploymentConfirmed, TraineeConfirmed)
)


class Row(NamedTuple):
    """A row of `performance_record` whose facts count in an input: which of its facts, and by which key."""

    key: str
    first_position: int
    last_position: int
    facts: int
    training_class: str
    effective_on: date
    recorded_at: int
    kind: str
    officer: str
    changes: int
    county: str


class Seal(NamedTuple):
    """Days that were closed in a region, since a position of the log."""

    region: str
    since: date
    until: date
    position: int


def reporting(connection: Connection, question: Question, by: Grouping, visits: Iterable[tuple[str, date]]) -> Grouped:
    """Every input about how is reported; `visits` are the days of announced visits, with the region visited."""
    found: Grouped = {}
    _counts(connection, question, by, found)
    _news(connection, question, by, found)
    for row in changed_after_seal(connection, question, by):
        grouped(found, row.key, "changed_after_seal", row.facts)
    for region, day in visits:
        for name in BY_WINDOW:
            for key, many in _recorded(
                connection, question, by, window_conditions(question, region, day, name)
            ).items():
                grouped(found, key, name, many)
    return {key: inputs for key, inputs in found.items() if key or by == "whole"}


def window(visit: date, name: str) -> tuple[date, date]:
    """The days right before a visit, or the days before these, first and last included: those that `name` counts."""
    before = visit - timedelta(days=BUNCHED_DAYS), visit - timedelta(days=1)
    if name.endswith("before_visits"):
        return before
    return before[0] - timedelta(days=USUAL_DAYS), before[0] - timedelta(days=1)


def source(question: Question, by: Grouping) -> tuple[Any, ColumnElement[Any], list[ColumnElement[bool]]]:
    """The records to select from, the key they are grouped by, and the condition that they lie in the region."""
    table = performance_tables().records
    r = table.c
    here = [r.county.startswith(stem_of(question.region), autoescape=True)]
    if by == "whole":
        return table, literal(""), here
    if by == "region":
        return table, _region_of(r.county, question), here
    if by == "department":
        return table, r.organisation, here
    tied = ties(question.cuts)
    return table.join(tied, tied.c.training_class == r.training_class), tied.c.institution, here


def _region_of(county: Any, question: Question) -> ColumnElement[Any]:
    digits = question.digits()
    stem: ColumnElement[Any] = func.substr(county, 1, digits)
    return stem.concat("0" * (6 - digits)) if digits < len("620121") else stem


def late_limit(connection: Connection, question: Question, version: int) -> ColumnElement[Any]:
    """More days than this are late, by version 1 or 2 of the measure."""
    r = performance_tables().records.c
    if version == 1:
        return literal(LATE_DAYS_1)
    return Limits(connection, question.cuts).column(LATE, r.county, r.effective_on)


def _counts(connection: Connection, question: Question, by: Grouping, found: Grouped) -> None:
    r = performance_tables().records.c
    table, key, here = source(question, by)
    new = r.changes != CORRECTION
    columns = {
        "records": case((new, r.facts), else_=0),
        "records_and_changes": r.facts,
        "late_records_30": case((new & (r.late_days > late_limit(connection, question, 1)), r.facts), else_=0),
        "late_records": case((new & (r.late_days > late_limit(connection, question, 2)), r.facts), else_=0),
    }
    query = select(key.label("key"), *(func.sum(one) for one in columns.values())).select_from(table)
    for row in connection.execute(query.where(*here, *in_period(r, question)).group_by(key)):
        for name, many in zip(columns, row[1:], strict=True):
            grouped(found, row[0], name, int(many))


def news(question: Question, by: Grouping) -> Any:
    """Classes with enough statements that might have been adverse: `adverse` is how many were."""
    r = performance_tables().records.c
    table, key, here = source(question, by)
    outcome = func.sum(case((r.kind.in_(OUTCOME_KINDS), r.facts), else_=0))
    columns = (key.label("key"), r.training_class, func.sum(r.adverse).label("adverse"), func.min(r.first_position))
    query = select(*columns[:3], columns[3].label("position")).select_from(table)
    query = query.where(*here, r.training_class != "", r.changes != CORRECTION, *in_period(r, question))
    return query.group_by(key, r.training_class).having(outcome >= OUTCOMES_LEAST).subquery()


def _news(connection: Connection, question: Question, by: Grouping, found: Grouped) -> None:
    n = news(question, by).c
    sums = select(n.key, func.count(), func.count(case((n.adverse == 0, 1)))).group_by(n.key)
    for key, classes, good in connection.execute(sums):
        grouped(found, key, "classes_reporting", int(classes))
        grouped(found, key, "classes_good_news", int(good))


def changed_after_seal(connection: Connection, question: Question, by: Grouping) -> list[Row]:
    """Late additions, and corrections of days that were sealed when they were recorded."""
    r = performance_tables().records.c
    table, key, here = source(question, by)
    changes = r.changes.in_((CORRECTION, LATE_ADDITION))
    found = connection.execute(
        select(*_row_columns(key))
        .select_from(table)
        .where(*here, changes, *in_period(r, question))
        .order_by(r.first_position)
    )
    closed = seals(connection, question)
    return [
        _row(one) for one in found if one.changes == LATE_ADDITION or _is_sealed(closed, one)
    ]  # fmt: skip


def seals(connection: Connection, question: Question) -> list[Seal]:
    """Every seal known at the recording cut."""
    standing = statements("seal", question.cuts._replace(as_effective_on=None))
    return [
        Seal(row.region, as_date(row.since), as_date(row.until), row.position) for row in connection.execute(standing)
    ]


def _is_sealed(closed: Sequence[Seal], row: Any) -> bool:
    day = as_date(row.effective_on)
    return any(
        one.since <= day <= one.until
        and one.position < row.first_position
        and row.county.startswith(stem_of(one.region))
        for one in closed
    )


def rows_of(connection: Connection, question: Question, by: Grouping, *wanted: ColumnElement[bool]) -> list[Row]:
    """The rows of records under these conditions, each with the key of its group, in the order of the log."""
    r = performance_tables().records.c
    table, key, here = source(question, by)
    query = select(*_row_columns(key)).select_from(table).where(*here, *wanted).order_by(r.first_position)
    return [_row(one) for one in connection.execute(query)]


def _row_columns(key: ColumnElement[Any]) -> list[ColumnElement[Any]]:
    r = performance_tables().records.c
    return [key.label("key"), *(r[name] for name in Row._fields[1:])]


def _row(one: Any) -> Row:
    return Row(*one[: len(Row._fields)])._replace(effective_on=as_date(one.effective_on))


def window_conditions(question: Question, region: str, visit: date, name: str) -> list[ColumnElement[bool]]:
    """The records that `name` counts, made in a region in the days before a visit, as known at the cuts."""
    r = performance_tables().records.c
    since, until = window(visit, name)
    days = [r.recorded_on >= on(r.recorded_on, since), r.recorded_on <= on(r.recorded_on, until)]
    if name.startswith("backlog"):
        days.append(r.late_days > BUNCHED_DAYS)
    there = r.county.startswith(stem_of(region), autoescape=True)
    return [there, r.changes != CORRECTION, *days, *known(r, question.cuts)]


def _recorded(
    connection: Connection, question: Question, by: Grouping, wanted: Iterable[ColumnElement[bool]]
) -> dict[str, int]:
    r = performance_tables().records.c
    table, key, here = source(question, by)
    query = select(key.label("key"), func.sum(r.facts)).select_from(table)
    query = query.where(*here, *wanted).group_by(key)
    found: dict[str, int] = defaultdict(int)
    for name, many in connection.execute(query):
        found[name] += int(many)
    return found
