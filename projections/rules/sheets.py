"""The rule that lays attendance sheets beside one another: the same sheet, absences and all, in two classes."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from itertools import combinations, groupby
from operator import attrgetter
from typing import Any, Final, NamedTuple

from sqlalchemy import Select, and_, func, select

from taizhang.projections.rules.rule import Context, Found, Parameter, Rule, paid_in_all
from taizhang.projections.rules.tables import lead_tables

PERSONS: Final = Parameter("copied-sheet-persons", 10, "两班相同考勤表的人数", "persons on two sheets that are alike")
ABSENCES: Final = Parameter(
    "copied-sheet-absences", 5, "两班相同考勤表中的缺勤人日", "absences on two sheets that are alike"
)
LEAST: Final = 5  # a sheet with fewer rows is like many others by chance, whatever the thresholds say


class _Sheet(NamedTuple):
    """A class's sheet, row by row as recorded."""

    training_class: str
    absences: int
    position: int
    last_on: date


def _copied(ctx: Context) -> Iterator[Found]:
    """Pairs of classes whose sheets have the same rows in the same order, day of teaching by day of teaching."""
    alike: dict[tuple[Any, ...], list[_Sheet]] = {}
    for training_class, group in groupby(ctx.connection.execute(_rows(ctx)), key=attrgetter("training_class")):
        rows = list(group)
        key = tuple((row.days, row.days_absent, row.gaps, row.minutes) for row in rows)
        last = max((str(row.last_on) for row in rows if row.last_on is not None), default="")
        absences = sum(row.days_absent for row in rows)
        if last:
            sheet = _Sheet(training_class, absences, rows[0].position, date.fromisoformat(last))
            alike.setdefault(key, []).append(sheet)
    for key, sheets in alike.items():
        if len(sheets) > 1:
            yield from _pairs(ctx, len(key), sheets)


def _rows(ctx: Context) -> Select[Any]:
    """The rows of sheets with absences; of a partial run, of those that have as many rows and absences as one touched."""
    a = lead_tables().evidence.rows.c
    sums = func.count(), func.sum(a.days_absent), func.sum(a.minutes)
    whole = select(a.training_class, *sums).group_by(a.training_class).having(sums[0] >= LEAST, sums[1] >= 1)
    classes: Any = whole.subquery()
    names = select(classes.c.training_class)
    if ctx.is_partial:
        touched = whole.where(ctx.only("class", a.training_class)).subquery()
        pairs = zip(list(classes.c)[1:], list(touched.c)[1:], strict=True)
        names = names.join(touched, and_(*(one == other for one, other in pairs)))
    columns = (a.training_class, a.position, a.days, a.days_absent, a.gaps, a.minutes, a.last_on)
    return select(*columns).where(a.training_class.in_(names)).order_by(a.training_class, a.position)


def _pairs(ctx: Context, persons: int, sheets: Sequence[_Sheet]) -> Iterator[Found]:
    """The pairs among these sheets whose days of absence are the same too."""
    exact = {one.training_class: _by_day(ctx, one.training_class) for one in sheets}
    for first, second in combinations(sorted(sheets), 2):
        county, day = second.training_class[1:7], max(first.last_on, second.last_on)
        if persons < ctx.limit_on(PERSONS.name, day, county):
            continue
        if first.absences < ctx.limit_on(ABSENCES.name, day, county):
            continue
        if exact[first.training_class] == exact[second.training_class]:
            names = (first.training_class, second.training_class)
            words = {"first": names[0], "second": names[1], "persons": persons, "absences": first.absences}
            subjects = tuple(f"class:{name}" for name in names)
            yield Found(subjects, county, paid_in_all(ctx.connection, names), (first.position, second.position), words)


def _by_day(ctx: Context, training_class: str) -> list[tuple[int, ...]]:
    """On which of the class's teaching days each row is present: classes of other dates can be compared."""
    e = lead_tables().evidence
    a, p, h = e.rows.c, e.patterns.c, e.hours.c
    held = select(h.held_on).where(h.training_class == training_class, h.persons > 0).distinct().order_by(h.held_on)
    number = {str(day): place for place, day in enumerate(ctx.connection.scalars(held))}
    marks = (
        select(p.marks)
        .join_from(e.rows, e.patterns, p.pattern == a.pattern, isouter=True)
        .where(a.training_class == training_class)
        .order_by(a.position)
    )
    days = ([one[:10] for one in (text or "").split(",") if one] for text in ctx.connection.scalars(marks))
    return [tuple(number[day] for day in row) for row in days]


SHEETS: Final = (
    Rule(
        id="attendance.copied-sheet",
        version=1,
        kind="class",
        zh="两班考勤表相同",
        en="two classes with one attendance sheet",
        question_zh="两个班的考勤表是否逐行、逐日相同,连缺勤都一样?",
        question_en="Are the attendance sheets of two classes the same row by row and day by day, absences included?",
        says_zh="{first} 班与 {second} 班的考勤逐行逐日相同:{persons} 人、{absences} 人日缺勤的位置都一致。请调阅两班签到原件。",
        says_en="Classes {first} and {second} have the same sheet row by row: {persons} persons, with all {absences} absences in the same places. Both originals should be looked at.",
        innocent_zh="录入时误把同一张表传了两次;两班实为同一批人连续上课。",
        innocent_en="One sheet was handed in twice by mistake; both classes were one group taught in a row.",
        severity="high",
        patterns=("F04", "F15", "F16"),
        parameters=(PERSONS, ABSENCES),
        fold=_copied,
    ),
)
