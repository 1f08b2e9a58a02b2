"""Scores and certificates that stand in rosters: one row holds a person's whole history and is split into its facts.

What a fact needs and the row lacks is said on the row; the seat that the row asks for does not depend on it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from taizhang.adapters.forms.field_names import FieldName as F
from taizhang.adapters.forms.tables import FormRow
from taizhang.adapters.importing import certificates, scores
from taizhang.adapters.importing.context import Context
from taizhang.adapters.importing.rows import CHUNK_ROWS, Planned, Table, Unusable
from taizhang.adapters.importing.trainees import Sheeted, resolve
from taizhang.adapters.sheets.cells import clean_text
from taizhang.domain.enrolling import EnrolTrainee

Propose = Callable[[Table, Sheeted, Context], None]

_SCORES = (F.THEORY_SCORE, F.PRACTICE_SCORE, F.TOTAL_SCORE, F.RESULT)
_CERTIFICATE = (F.CERTIFICATE_NO,)
_NEEDED = ((F.ISSUE_DATE, "发证日期", "the day of issue"), (F.ISSUER, "发证机关", "the issuer"))


def plan_scores(tables: Sequence[Table], context: Context) -> Iterator[list[Planned]]:
    """The scores in a roster's rows, of those who sit in the class."""
    return _plan(tables, context, _SCORES, _score)


def plan_certificates(tables: Sequence[Table], context: Context) -> Iterator[list[Planned]]:
    """The certificates in a roster's rows, of those who sit in the class."""
    return _plan(tables, context, _CERTIFICATE, _certificate)


def _plan(tables: Sequence[Table], context: Context, fields: Sequence[F], propose: Propose) -> Iterator[list[Planned]]:
    for table in tables:
        columns = {index for row in table.form.rows[:1] for index, field in row.layout.columns if field in fields}
        if not columns:
            continue
        rows = [row for row in table.form.rows if any(clean_text(row.cells[index]) for index in columns)]
        for start in range(0, len(rows), CHUNK_ROWS):
            yield _chunk(table, rows[start : start + CHUNK_ROWS], context, propose)


def _chunk(table: Table, rows: Sequence[FormRow], context: Context, propose: Propose) -> list[Planned]:
    """What the rows ask for besides a seat; a row that got none was told why when it asked."""
    _, sheeted = resolve(table, rows, context, EnrolTrainee.COMMAND)
    seated = [one for one in sheeted if one.person in context.seats(one.training_class.training_class)]
    for one in seated:
        one.planned.beside, one.planned.notes = True, []
        propose(table, one, context)
    return [one.planned for one in seated]


def _score(table: Table, one: Sheeted, context: Context) -> None:
    if not clean_text(table.about(one.values).get(F.EXAM_DATE)):
        one.planned.note(
            "成绩未登记:没有填写考试日期。请补填后重新导入,或另导入成绩单",
            "the scores were not recorded: no test day is given. Add it and import again, or import the score sheet",
        )
        return
    try:
        scores.propose(table, one, context)
    except Unusable as problem:
        _left_out(one, problem, "成绩", "the scores were")


def _certificate(table: Table, one: Sheeted, context: Context) -> None:
    values = table.about(one.values)
    missing = [(zh, en) for field, zh, en in _NEEDED if not clean_text(values.get(field))]
    if missing:
        one.planned.note(
            f"证书未登记:没有填写{'、'.join(zh for zh, _ in missing)}。请补填后重新导入,或另导入颁证花名册",
            f"the certificate was not recorded: {' and '.join(en for _, en in missing)} is missing. "
            "Add it and import again, or import the list of certificates",
        )
        return
    try:
        certificates.propose(table, one, context)
    except Unusable as problem:
        _left_out(one, problem, "证书", "the certificate was")


def _left_out(one: Sheeted, problem: Unusable, zh: str, en: str) -> None:
    one.planned.items = []
    one.planned.note(f"{zh}未登记:{problem.words.zh}", f"{en} not recorded: {problem.words.en}")
