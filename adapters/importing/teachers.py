"""Teachers: known by name within their institution; the names stand in the vault alone."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from taizhang.adapters.importing.context import Context
from taizhang.adapters.importing.rows import Planned
from taizhang.adapters.vault.statements import plain_name
from taizhang.adapters.vault.vault import Statement
from taizhang.domain.classes import InstitutionId, TeacherId
from taizhang.domain.core import PersonId
from taizhang.domain.institutions import TeacherRegistered


def teachers_of(
    planned: Planned, names: Sequence[str], institution: str, on: date, context: Context
) -> tuple[TeacherId, ...]:
    """The institution's teachers of these names, registered when new; of namesakes none is guessed."""
    teachers: list[TeacherId] = []
    for name in names:
        found = known_teacher(planned, name, institution, context)
        if found is None and not namesakes(name, institution, context):
            found = _register(planned, name, institution, on, context)
        if found is not None:
            teachers.append(found)
    return tuple(teachers)


def known_teacher(planned: Planned, name: str, institution: str, context: Context) -> TeacherId | None:
    """The one teacher of this name, or None; that several bear it is noted on the row."""
    found = namesakes(name, institution, context)
    if len(found) > 1:
        planned.note(
            f"该机构有 {len(found)} 名教师同名,未作猜测,请登记后更正",
            f"{len(found)} teachers of the institution bear this name; none was guessed",
        )
    return found[0] if len(found) == 1 else None


def namesakes(name: str, institution: str, context: Context) -> list[TeacherId]:
    """The teachers of the institution who bear this name, those of this run included."""
    if institution not in context.teachers:
        known = context.lookup.teachers(InstitutionId(institution))
        context.teachers[institution] = {}
        for person, fields in context.vault.said([PersonId(one) for one in known]).items():
            for stated in fields.get("name", ()):
                context.teachers[institution].setdefault(plain_name(stated.value), {})[TeacherId(person)] = None
    return list(context.teachers[institution].get(plain_name(name), ()))


def _register(planned: Planned, name: str, institution: str, on: date, context: Context) -> TeacherId:
    [person] = context.vault.people_without_identity(1)
    source = context.origin.vault_source(planned.sheet, planned.row)
    context.vault.state([Statement(person, {"name": name}, source)], context.now_us)
    teacher = TeacherId(person)
    context.teachers[institution].setdefault(plain_name(name), {})[teacher] = None
    planned.propose(
        context.origin,
        TeacherRegistered(teacher=teacher, institution=InstitutionId(institution), occurred_on=on),
    )
    return teacher
