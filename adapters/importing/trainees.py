"""Who a row of a class's sheet speaks of: by identity number, else by a name that one trainee of the class bears."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, NamedTuple

from taizhang.adapters.forms.field_names import FieldName as F
from taizhang.adapters.forms.tables import FormRow
from taizhang.adapters.importing.context import Context
from taizhang.adapters.importing.people import NAME, contradiction, queue
from taizhang.adapters.importing.rows import Planned, Table, Unusable, Values, Words
from taizhang.adapters.sheets.cells import clean_name, clean_text
from taizhang.adapters.vault.statements import plain_name
from taizhang.domain.classes import ClassFiled
from taizhang.domain.core import PersonId, Refusal
from taizhang.domain.identity import Identity, parse_identity

_ID_NUMBER: Final = F.ID_NUMBER  # looked up once, and not for each row
NAMESAKE_IN_CLASS = "namesake-in-class"
_NOBODY: Final = Words(
    "只有姓名没有身份证号码,本班学员中没有此姓名,无法确定是谁。请补填身份证号码,或先导入花名册。",
    "There is a name and no identity number, and nobody of that name is in the class. Add the identity number, or import "
    "the roster first.",
)
_NOBODY_IN_ROSTER: Final = Words(
    "只有姓名没有身份证号码,不能登记为学员。请补填身份证号码后重新导入;如此人已是本班学员,请按登记的姓名填写。",
    "There is a name and no identity number, so nobody can be enrolled. Add the number and import again; of somebody who "
    "is in the class already, write the name as it is registered.",
)


class Sheeted(NamedTuple):
    """A row of a class's sheet whose person is known."""

    planned: Planned
    row: FormRow
    values: Values  # the row's own
    training_class: ClassFiled
    person: PersonId


def resolve(
    table: Table, rows: Sequence[FormRow], context: Context, command: str
) -> tuple[list[Planned], list[Sheeted]]:
    """Every row as planned, and those of them whose class and person are known; the others say why they are not."""
    planned_rows: list[Planned] = []
    asked: list[tuple[Planned, FormRow, Values, ClassFiled, Identity | None]] = []
    context.finder.prepare(table, rows)
    for row in rows:
        planned, values = table.planned(row), row.values
        planned_rows.append(planned)
        try:
            training_class = context.finder.find_for(table, values)
            if not clean_text(values.get(F.ID_NUMBER)) and not clean_name(values.get(F.PERSON_NAME)):
                raise Unusable("没有填写姓名。请补填后重新导入。", "The name is blank. Fill it in and import again.")
        except Unusable as problem:
            planned.problem = problem.words
            continue
        identity = None
        if not names_only(values):
            identity = identity_of(planned, values, context, command, training_class)
            if identity is None:
                continue
        asked.append((planned, row, values, training_class, identity))
    return planned_rows, _known(asked, context)


def _known(
    asked: Sequence[tuple[Planned, FormRow, Values, ClassFiled, Identity | None]], context: Context
) -> list[Sheeted]:
    identities = [identity for *_, identity in asked if identity is not None]
    numbered = iter(context.vault.find(identities) if identities else [])
    found: list[Sheeted] = []
    for planned, row, values, training_class, identity in asked:
        person = next(numbered) if identity is not None else match_in_class(planned, values, training_class, context)
        if person is not None:
            found.append(Sheeted(planned, row, values, training_class, person))
        elif planned.problem is None:
            planned.problem = Unusable(
                "该身份证号码未登记,不是本班学员。请先导入花名册,或核对号码。",
                "Nobody of this identity number is registered. Import the roster first, or check the number.",
            ).words
    _compare_names(found, context)
    return found


def _compare_names(found: Sequence[Sheeted], context: Context) -> None:
    """Note where number and name do not belong together; the number decides."""
    numbered = [one for one in found if not names_only(one.values) and one.values.get(F.PERSON_NAME)]
    said = context.vault.said({one.person for one in numbered}) if numbered else {}
    for one in numbered:
        stated, name = said.get(one.person, {}).get(NAME, []), clean_name(one.values[F.PERSON_NAME])
        if stated and all(plain_name(name) != plain_name(other.value) for other in stated):
            zh, en = contradiction(NAME, name, stated[-1])
            one.planned.note(
                f"姓名与该身份证号码登记的姓名不一致,按号码办理,请核对({zh})",
                f"the name differs from the one registered under this number; the number was followed ({en})",
            )


def by_number(rows: Sequence[FormRow]) -> tuple[list[FormRow], list[FormRow]]:
    """The rows that give a number (or nothing at all), and those that give a name only; a filled number decides at once."""
    numbered: list[FormRow] = []
    named: list[FormRow] = []
    layout, place = None, None
    for row in rows:
        if row.layout is not layout:
            layout = row.layout
            place = next((index for index, field in layout.columns if field is F.ID_NUMBER), None)
        cell = "" if place is None else row.cells[place]
        filled = cell not in ("", None) and not (isinstance(cell, str) and cell.isspace())
        (numbered if filled or not names_only(row.values) else named).append(row)
    return numbered, named


def names_only(values: Values) -> bool:
    """Whether a row names somebody without an identity number."""
    return not clean_text(values.get(F.ID_NUMBER)) and bool(clean_text(values.get(F.PERSON_NAME)))


def match_in_class(
    planned: Planned, values: Values, training_class: ClassFiled, context: Context, *, in_roster: bool = False
) -> PersonId | None:
    """The one trainee of the class who bears the row's name; otherwise the row says why there is none.

    Namesakes are never guessed: they are queued for a decision.
    """
    name = clean_name(values.get(F.PERSON_NAME))
    found = context.named_in_class(training_class.training_class, name)
    if len(found) == 1:
        return found[0]
    if not found:
        planned.problem = _NOBODY_IN_ROSTER if in_roster else _NOBODY
        return None
    queue(
        context.origin,
        planned,
        found,
        NAMESAKE_IN_CLASS,
        (NAME,),
        context.happened(training_class.starts_on),
    )
    planned.problem = Unusable(
        f"本班有 {len(found)} 名学员同名,不能猜测是哪一位,已列入待核实。请补填身份证号码后重新导入本行。",
        f"{len(found)} trainees of the class bear this name; none is guessed, the case is queued. Add the identity "
        "number and import this row again.",
    ).words
    return None


def identity_of(
    planned: Planned, values: Values, context: Context, command: str, training_class: ClassFiled | None
) -> Identity | None:
    """The row's identity number; one that cannot be is refused, kept as a refusal, and None."""
    cell = values.get(_ID_NUMBER)
    given = cell if isinstance(cell, (str, int, float)) and not isinstance(cell, bool) else clean_text(cell)
    try:
        return parse_identity(given, context.origin.today)
    except Refusal as refusal:
        subjects = (f"class:{training_class.training_class}",) if training_class is not None else ()
        planned.attempt(context.origin, command, refusal, context.vault.fingerprint(_content(values)), *subjects)
        return None


def _content(values: Values) -> str:
    """What a row says, wherever in whatever file it stands."""
    return "\0".join(f"{field}={clean_text(value)}" for field, value in sorted(values.items()) if field is not F.SERIAL)
