"""Scores 学员成绩单: theory, practice, total and result of a test day; a re-sit is a test of its own day."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from types import MappingProxyType
from typing import Final

from taizhang.adapters.forms.field_names import FieldName as F
from taizhang.adapters.importing.context import Context
from taizhang.adapters.importing.rows import CHUNK_ROWS, Planned, Table, Unusable, Values, read
from taizhang.adapters.importing.trainees import Sheeted, resolve
from taizhang.adapters.sheets.cells import clean_text, parse_date, parse_score
from taizhang.domain.scores import RecordScore, ScoreRecorded

_RESULTS: Final = MappingProxyType(
    {"合格": True, "及格": True, "通过": True, "优秀": True, "良好": True, "良": True, "优": True, "是": True}
    | {"不合格": False, "不及格": False, "未通过": False, "不通过": False, "否": False, "缺考": False}
)
_HIGHEST: Final = 1000  # points; above it a number is something else


def plan(tables: Sequence[Table], context: Context) -> Iterator[list[Planned]]:
    """The scores of every row, its re-sits after the first test."""
    for table in tables:
        for start in range(0, len(table.form.rows), CHUNK_ROWS):
            rows = table.form.rows[start : start + CHUNK_ROWS]
            planned, sheeted = resolve(table, rows, context, RecordScore.COMMAND)
            for one in sheeted:
                try:
                    propose(table, one, context)
                except Unusable as problem:
                    one.planned.items, one.planned.problem = [], problem.words
            yield planned


def propose(table: Table, one: Sheeted, context: Context) -> None:
    """Ask for what the row says of this person. Raises Unusable."""
    values = table.about(one.values)
    theory, practice = _tenths(table, one.values, F.THEORY_SCORE), _tenths(table, one.values, F.PRACTICE_SCORE)
    total, passed = _tenths(table, one.values, F.TOTAL_SCORE), _passed(table, one.values)
    if (theory, practice, total, passed) == (None, None, None, None):
        raise Unusable(
            "没有填写成绩,也没有考核结果。请补填,或删去该行。",
            "Neither a score nor a result is given. Fill one in, or leave the row out.",
        )
    on = _test_day(table, one, values, context)
    _score(one, on, theory, practice, total, passed, context)
    for digit in "123":
        _resit(table, one, digit, context)


def _resit(table: Table, one: Sheeted, digit: str, context: Context) -> None:
    theory, practice, total = (
        _tenths(table, one.values, F(f"resit_{digit}_{part}")) for part in ("theory", "practice", "total")
    )
    if (theory, practice, total) == (None, None, None):
        return
    on = read(table, one.values, F(f"resit_{digit}_date"), parse_date)
    if on is None:
        one.planned.note(
            f"第 {digit} 次补考没有日期,该次成绩未入账,请补填日期后重新导入",
            f"re-sit {digit} bears no date and was left out; date it and import again",
        )
        return
    _score(one, on, theory, practice, total, None, context)


def _score(
    one: Sheeted,
    on: date,
    theory: int | None,
    practice: int | None,
    total: int | None,
    passed: bool | None,
    context: Context,
) -> None:
    one.planned.propose(
        context.origin,
        ScoreRecorded(
            training_class=one.training_class.training_class,
            person=one.person,
            theory_tenths=theory,
            practice_tenths=practice,
            total_tenths=total,
            passed=passed,
            occurred_on=on,
        ),
    )


def _test_day(table: Table, one: Sheeted, values: Values, context: Context) -> date:
    """The day of the test; without one the last day of the class, which the row is told."""
    stated = read(table, values, F.EXAM_DATE, parse_date)
    if stated is not None:
        return stated
    last = one.training_class.ends_on
    if last > context.origin.today:
        raise Unusable(
            "没有填写考试日期,该班也还没有结业。请补填“考试日期”。",
            "No test day is given, and the class is not over. Fill in the day of the test.",
        )
    one.planned.note(
        f"没有填写考试日期,按结业日期 {last} 登记", f"no test day is given: recorded under {last}, the last day"
    )
    return last


def _tenths(table: Table, values: Values, field: F) -> int | None:
    """A score in tenths of a point; 缺考 and blank are none."""
    if clean_text(values.get(field)).strip("/-—") in ("", "缺考", "免考", "无"):
        return None
    score = read(table, values, field, parse_score)
    if score is None:
        return None
    tenths = score * 10
    if not 0 <= score <= _HIGHEST or tenths != tenths.to_integral_value():
        printed = table.printed(field)
        raise Unusable(
            f"{printed}须在 0 至 {_HIGHEST} 之间,最多一位小数。请核对。",
            f"{printed} must lie between 0 and {_HIGHEST}, with one decimal at most. Check it.",
        )
    return int(tenths)


def _passed(table: Table, values: Values) -> bool | None:
    text = clean_text(values.get(F.RESULT)).replace(" ", "")
    if not text:
        return None
    if text not in _RESULTS:
        printed = table.printed(F.RESULT)
        raise Unusable(
            f"“{printed}”看不出是否合格。请填“合格”或“不合格”。",
            f'"{printed}" does not say whether it was passed. Fill in 合格 or 不合格.',
        )
    return _RESULTS[text]
