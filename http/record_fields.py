"""How a field of a form is said: what is expected in it, and what was wrong with what was typed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Any, NamedTuple

from starlette.exceptions import HTTPException

from taizhang.http.evidence import Handed
from taizhang.http.evidence import offered as files_offered
from taizhang.http.fact_reading import facts_of
from taizhang.http.field_forms import FieldForm, Misread
from taizhang.http.people import masked
from taizhang.http.record_choices import Choice
from taizhang.http.visit import Visit


class Field(NamedTuple):
    """One field of a form: what stands in it, what is wrong with it, what is expected, and whom an id in it means."""

    form: FieldForm
    text: str
    problem: str = ""
    hint: str = ""  # where the field does not show by itself what is expected
    person: str = ""
    files: Sequence[tuple[str, str]] = ()  # that may be ticked, by digest and name
    choices: Sequence[Choice] = ()  # what the field may name, as far as the officer sees it


def shown_fields(
    visit: Visit,
    forms: Sequence[FieldForm],
    typed: Mapping[str, str],
    misread: Mapping[str, Misread],
    new: Sequence[Handed] = (),
    offered: Mapping[str, Sequence[Choice]] = MappingProxyType({}),
) -> list[Field]:
    """The fields with what was typed and what is wrong with it; `new`: the files that came with the form.

    `offered`: by field what it may name.
    """
    person = typed.get("person", "")
    named = _named(visit, person) if person else ""
    return [
        Field(
            form,
            typed[form.name],
            problem=misread_words(visit, form, misread[form.name]) if form.name in misread else "",
            hint="" if form.codes or form.expected == "text" else expected_words(visit, form.expected, form.values),
            person=named if form.name == "person" else "",
            files=ticked(visit, form, typed, new),
            choices=offered.get(form.name, ()),
        )
        for form in forms
    ]


def ticked(
    visit: Visit, form: FieldForm, typed: Mapping[str, str], new: Sequence[Handed] = ()
) -> Sequence[tuple[str, str]]:
    """The files that a field offers, where it takes files."""
    if form.widget != "files":
        return ()
    return files_offered(visit, typed.get("finding", ""), typed[form.name].splitlines(), new)


def _named(visit: Visit, person: str) -> str:
    """Whom an id means, masked; nothing where the officer may see nothing about them."""
    try:
        facts_of(visit.house.log, f"person:{person}", visit.actor)
    except HTTPException:
        return ""
    return masked(visit.house.vault, [person])[person].name


def misread_words(visit: Visit, form: FieldForm, wrong: Misread) -> str:
    """What was typed, and what is expected instead."""
    expected = expected_words(visit, wrong.expected, wrong.values)
    key = "correction.misread" if wrong.typed else "correction.missing"
    if not wrong.typed and wrong.expected == "text":
        key = "correction.missing_text"  # what to write there is said by the field's name
    return visit.t(key, field=visit.label("field", form.name), typed=wrong.typed, expected=expected)


def expected_words(visit: Visit, expected: str, values: Mapping[str, Any]) -> str:
    """What a field wants, in words."""
    between = "、" if visit.language == "zh" else ", "
    parts = between.join(visit.label("field", name) for name in values.get("parts", ()))
    return visit.t(f"expected.{expected}", **{**values, "parts": parts})
