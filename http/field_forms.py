"""The fields of a fact as a form shows and reads them: hours as 09:00, money in yuan, codes by their words.

A field that cannot be read says what was typed and what is expected, never what a program calls it.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from decimal import Decimal, InvalidOperation
from functools import cache
from types import MappingProxyType
from typing import Any, Final, Literal, NamedTuple

import msgspec
from msgspec import inspect

from taizhang.domain.core import Fact
from taizhang.domain.hours import MINUTES_OF_A_DAY, SessionHours, clock
from taizhang.domain.labels import labels
from taizhang.domain.regions import OldCode
from taizhang.http.fact_words import CODED
from taizhang.http.texts import CODES

FILLED_IN: Final = frozenset({"filed_by", "approved_by", "refused_by", "checked_by", "commitments", "photograph"})
"""Fields that a decision fills in itself; a correction keeps what stands in them."""

HANDED_IN: Final = frozenset({"evidence"})
"""Fields that name files by their digest: a form takes the files themselves, and reckons it."""

Widget = Literal["line", "lines", "date", "choice", "several", "files"]
_PATTERNS: Final = MappingProxyType(
    {
        **dict.fromkeys(("training_class", "classes"), "class_id"),
        **dict.fromkeys(("inspection", "finding", "findings", "posting", "to_posting"), "area_id"),
        **dict.fromkeys(("case", "filed_statement", "outside_list"), "area_id"),
        **dict.fromkeys(("digest", "seed", "nonce", "evidence", "file"), "digest"),
        **dict.fromkeys(("object", "objects", "subjects", "about"), "tag"),
        **dict.fromkeys(("lead", "leads", "merged"), "lead_id"),
        "period": "period",
        "claim": "claim_id",
        "line": "line_id",
        "payer": "holder",
        "receiver": "holder",
        "list_digest": "digest",
        "nonce_digest": "nonce_digest",
    }
)
"""What is expected in a field whose text has a shape of its own."""
_IDS: Final = MappingProxyType(
    {
        **dict.fromkeys(
            ("region", "county", "village", "from_region", "to_region", "parent", "counties"), "region_code"
        ),
        **dict.fromkeys(("officer", "approver", "person_in_charge", "team"), "officer_id"),
        **dict.fromkeys(("organisation", "institution", "responsible", "home_unit", "to"), "organisation_id"),
        **dict.fromkeys(("person", "persons", "official", "interviewed"), "person_id"),
        **dict.fromkeys(("payment", "advance", "tie"), "coined"),
    }
)
"""Whose id or code is expected in a field."""
MINUTES_OF_A_DAY_IN: Final = frozenset({"minute", "at"})  # fields that hold a time of the day
_BETWEEN: Final = re.compile("[,，、]")
_CLOCK: Final = re.compile(r"(\d{1,2}):(\d{2})")
_DURATION: Final = re.compile(r"(\d{1,4}):([0-5]\d)")
_OLD_CODE: Final = re.compile(r"(\S+)(?: (\d{1,4})?-(\d{1,4})?)?")
_DASHES: Final = str.maketrans("–—~至", "----")


class Misread(Exception):
    """What was typed is not what the field wants: the text, and the key and values of what is expected."""

    def __init__(self, typed: str, expected: str, values: Mapping[str, object]) -> None:
        super().__init__(expected)
        self.typed, self.expected, self.values = typed, expected, values


class FieldForm(NamedTuple):
    """How one field is shown and read. `expected` is a key of the texts' group `expected`, with its `values`."""

    name: str
    type: Any
    widget: Widget
    is_needed: bool
    expected: str
    values: Mapping[str, object]
    codes: Sequence[str]  # what may be chosen
    word_group: str  # where the words of these codes stand
    show: Callable[[Any], str]
    read: Callable[[str], Any]

    def shown(self, value: Any) -> str:
        """The value as a person would type it; empty when nothing is stated."""
        return "" if value is None or value == () else self.show(value)

    def value(self, text: str) -> Any:
        """What a person typed, as the fact holds it.

        Raises Misread.
        """
        plain = text if self.expected == "text" else unicodedata.normalize("NFKC", text)
        try:
            return msgspec.convert(self.read(plain), self.type)
        except (ValueError, KeyError, InvalidOperation, msgspec.ValidationError):
            raise Misread(text, self.expected, self.values) from None


@cache
def forms_of(kind: type[Fact]) -> tuple[FieldForm, ...]:
    """The fields of facts of this kind that a person may fill in, in their order."""
    fields = [field for field in msgspec.structs.fields(kind) if field.name not in FILLED_IN]
    return tuple(_form(field.name, field.type, field.required) for field in fields)


def read_body(
    kind: type[Fact], typed: Callable[[str], str], standing: Fact
) -> tuple[dict[str, Any], dict[str, Misread]]:
    """The body that a form states, and the fields that could not be read; an empty field is not stated."""
    body = {name: getattr(standing, name) for name in standing.__struct_fields__ if name in FILLED_IN}
    misread: dict[str, Misread] = {}
    for form in forms_of(kind):
        text = typed(form.name)
        try:
            if text:
                body[form.name] = form.value(text)
            elif form.is_needed:
                raise Misread("", form.expected, form.values)
        except Misread as problem:
            misread[form.name] = problem
    return body, misread


class _Reading(NamedTuple):
    """One way of showing and reading a value."""

    expected: str
    show: Callable[[Any], str]
    read: Callable[[str], Any]
    values: Mapping[str, object] = MappingProxyType({})
    codes: Sequence[str] = ()


def _form(name: str, kind: Any, is_needed: bool) -> FieldForm:
    info = _plain(inspect.type_info(kind))
    group = CODED.get(name, f"code.{name}")
    if isinstance(info, inspect.VarTupleType):
        one = _reading(name, _plain(info.item_type))
        widget: Widget = "several" if one.codes else "lines"
        expected = one.expected if one.codes else f"lines_{one.expected}"
        if name in HANDED_IN:
            widget, expected = "files", "files"
        return FieldForm(
            name, kind, widget, is_needed, expected, one.values, one.codes, group,
            lambda value: "\n".join(one.show(part) for part in value),
            lambda text: [one.read(line.strip()) for line in text.splitlines() if line.strip()],
        )  # fmt: skip
    one = _reading(name, info)
    widget = "choice" if one.codes else "date" if one.expected == "day" else "line"
    if isinstance(info, inspect.BoolType):
        group = "word"
    return FieldForm(name, kind, widget, is_needed, one.expected, one.values, one.codes, group, one.show, one.read)


def _plain(info: inspect.Type) -> inspect.Type:
    """The type itself, without its comments and without “or nothing”."""
    if isinstance(info, inspect.Metadata):
        return _plain(info.type)
    if isinstance(info, inspect.UnionType):
        return _plain(next(one for one in info.types if not isinstance(one, inspect.NoneType)))
    return info


def _reading(name: str, info: inspect.Type) -> _Reading:
    if isinstance(info, inspect.LiteralType):
        values = {str(value): value for value in info.values}
        said = _words_of(name, values)
        return _Reading("choice", str, lambda text: values[said.get(text, text)], codes=tuple(values))
    if isinstance(info, inspect.BoolType):
        answers = {"yes": True, "no": False}
        return _Reading("choice", lambda value: "yes" if value else "no", answers.__getitem__, codes=tuple(answers))
    if isinstance(info, inspect.DateType):
        return _Reading("day", str, date.fromisoformat)
    if isinstance(info, inspect.IntType):
        return _number(name, info)
    if isinstance(info, inspect.StructType):
        return _structures().get(info.cls) or _record(info)
    if isinstance(info, inspect.VarTupleType):  # inside of a record
        one = _reading(name, _plain(info.item_type))
        return _Reading(
            one.expected,
            lambda value: "、".join(one.show(part) for part in value),
            lambda text: tuple(one.read(part.strip()) for part in _BETWEEN.split(text) if part.strip()),
        )
    if isinstance(info, inspect.TupleType):
        return _span() if isinstance(_plain(info.item_types[0]), inspect.IntType) else _course()
    assert isinstance(info, inspect.StrType), f"say here how {name} is shown and read"
    if info.pattern is not None:
        return _Reading(_PATTERNS.get(name, "pattern"), str, str)
    return _Reading(_IDS.get(name, "text"), str, str)


def _words_of(name: str, codes: Mapping[str, object]) -> Mapping[str, str]:
    """The words of these codes in both languages, for lines in which nobody can choose from a list."""
    kinds = CODES.get(CODED.get(name, f"code.{name}"), ())
    found = [(code, label) for kind in kinds for code, label in labels()[kind].items() if code in codes]
    return {said: code for code, label in found for said in (label.zh, label.en)}


def _number(name: str, info: inspect.IntType) -> _Reading:
    if name in MINUTES_OF_A_DAY_IN:
        return _Reading("clock", clock, _minute)
    if name == "minutes" or name.endswith("_minutes"):
        return _Reading("duration", _duration_shown, _duration)
    if name.endswith("_fen"):
        return _Reading("yuan", lambda fen: f"{fen // 100}.{fen % 100:02}", lambda text: _whole(Decimal(text) * 100))
    if name.endswith("_tenths"):
        return _Reading("points", lambda tenths: f"{tenths / 10:.1f}", lambda text: _whole(Decimal(text) * 10))
    least, most = info.ge, info.le
    if most is not None:
        return _Reading("number_between", str, int, {"least": least or 0, "most": most})
    return _Reading("number", str, int) if least is None else _Reading("number_from", str, int, {"least": least})


def _structures() -> Mapping[type, _Reading]:
    return {
        SessionHours: _Reading("hours", str, _hours),
        OldCode: _Reading("old_code", _old_code_shown, _old_code),
    }


def _record(info: inspect.StructType) -> _Reading:
    """Several values in one line, in the order of their fields; those at the end that have a default may be left out."""
    parts = [(field.encode_name, _reading(field.encode_name, _plain(field.type))) for field in info.fields]

    def show(value: Any) -> str:
        return "; ".join(one.show(getattr(value, name)) for name, one in parts)

    def read(text: str) -> Any:
        typed = [part.strip() for part in text.split(";")]
        if len(typed) > len(parts):
            raise ValueError(text)
        stated = {name: one.read(part) for (name, one), part in zip(parts, typed, strict=False) if part}
        try:
            return info.cls(**stated)
        except TypeError:  # one that is needed is missing
            raise ValueError(text) from None

    return _Reading("record", show, read, {"parts": [name for name, _ in parts]})


def _whole(value: Decimal) -> int:
    if not value.is_finite() or value != int(value):
        raise ValueError(value)
    return int(value)


def _minute(text: str) -> int:
    found = _CLOCK.fullmatch(text)
    minute = int(found[1]) * 60 + int(found[2]) if found and int(found[2]) < 60 else -1
    if not 0 <= minute <= MINUTES_OF_A_DAY:
        raise ValueError(text)
    return minute


def _duration(text: str) -> int:
    """Hours, as 8, as 8.5 or as 8:30."""
    found = _DURATION.fullmatch(text)
    return int(found[1]) * 60 + int(found[2]) if found else _whole(Decimal(text) * 60)


def _duration_shown(minutes: int) -> str:
    return f"{minutes // 60}:{minutes % 60:02}" if minutes % 60 else str(minutes // 60)


def _from_to(text: str) -> tuple[int, int]:
    start, end = text.translate(_DASHES).split("-")
    return _minute(start.strip()), _minute(end.strip())


def _hours(text: str) -> SessionHours:
    on, _, span = text.partition(" ")
    return SessionHours(date.fromisoformat(on), *_from_to(span.strip()))


def _span() -> _Reading:
    return _Reading("span", lambda span: f"{clock(span[0])}-{clock(span[1])}", _from_to)


def _course() -> _Reading:
    def read(text: str) -> tuple[str, int]:
        name, _, length = text.rpartition(" ")
        if not name.strip():
            raise ValueError(text)
        return name.strip(), _duration(length)

    return _Reading("course", lambda course: f"{course[0]} {_duration_shown(course[1])}", read)


def _old_code_shown(old: OldCode) -> str:
    years = (old.since_year, old.until_year)
    return old.code + (f" {years[0] or ''}-{years[1] or ''}" if any(years) else "")


def _old_code(text: str) -> OldCode:
    found = _OLD_CODE.fullmatch(text.translate(_DASHES))
    if found is None:
        raise ValueError(text)
    since, until = (int(year) if year else None for year in found.groups()[1:])
    return OldCode(code=found[1], since_year=since, until_year=until)
