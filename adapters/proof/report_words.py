"""A fact's body as people read it, in Chinese and English side by side, for reports that leave the house.

The names of fields are those of the pages: one word for one thing. They are read as data, so nothing of the web is loaded.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping
from datetime import date
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Any, Final, NamedTuple

import msgspec

from taizhang.domain.core import Correction, Fact
from taizhang.domain.kinds import kind_words
from taizhang.domain.labels import labels
from taizhang.domain.wording import money, stretch

TEXTS: Final = Path(__file__).parents[2] / "http" / "data" / "texts"
HIDDEN: Final = frozenset({"commitments", "was", "now", "occurred_on"})  # the day stands in the headline
CODES: Final[Mapping[str, str]] = MappingProxyType(
    {
        "attribute": "household-attribute",
        "basis": "rate-basis",
        "channel": "confirmation-channel",
        "ground": "forgetting-ground",
        "level": "region-level",
        "payee": "payee-kind",
        "programme_kind": "programme-kind",
        "purpose": "fund-purpose",
        "purposes": "fund-purpose",
        "role": "role",
        "source": "fund-source",
        "status": "person-status",
        "stored_as": "stored-file",
    }
)


class Both(NamedTuple):
    """The same in both languages."""

    zh: str
    en: str


class Line(NamedTuple):
    """One field of a body: what it is called, and what it says."""

    name: Both
    value: Both


def fact_name(fact: Fact) -> Both:
    """What a kind of fact is called."""
    found = kind_words(type(fact).TOPIC)
    return Both(type(fact).TOPIC, type(fact).TOPIC) if found is None else Both(found.zh, found.en)


def field_name(field: str) -> Both:
    """What a field is called; its name in code where nobody gave it one."""
    return _fields("field").get(field, Both(field, field))


def personal_name(field: str) -> Both:
    """What a field about a person is called."""
    return _fields("personal").get(field, Both(field, field))


def body_lines(fact: Fact, people: Mapping[str, str]) -> list[Line]:
    """The fields of a body that say something; of a correction the body it puts in force. `people`: masked names."""
    body = fact.now if isinstance(fact, Correction) else fact
    if body is None:
        return [Line(Both("作废", "Void"), Both("此前的内容作废", "what stood before is void"))]
    return [line for field in body.__struct_fields__ for line in _lines(field, getattr(body, field), people)]


def code_name(kind: str, code: str) -> Both:
    """What a code is called."""
    found = labels().get(kind, {}).get(code)
    return Both(code, code) if found is None else Both(found.zh, found.en)


def _lines(field: str, value: Any, people: Mapping[str, str]) -> Iterator[Line]:
    if value in (None, "", (), [], {}) or field in HIDDEN:
        return
    values = value if isinstance(value, (list, tuple)) else [value]
    said = [_value(field, one, people) for one in values]
    yield Line(field_name(field), Both("、".join(one.zh for one in said), ", ".join(one.en for one in said)))


def _value(field: str, value: Any, people: Mapping[str, str]) -> Both:
    if isinstance(value, bool):
        return Both("是", "yes") if value else Both("否", "no")
    if isinstance(value, int) and field.endswith("_fen"):
        return Both(money(value, "zh"), money(value, "en"))
    if isinstance(value, int) and field.endswith("minutes"):
        return Both(stretch(value, "zh"), stretch(value, "en"))
    if isinstance(value, str) and field in CODES:
        return code_name(CODES[field], value)
    if isinstance(value, str) and people.get(value):
        return Both(f"{people[value]} {value}", f"{people[value]} {value}")
    if isinstance(value, msgspec.Struct) and type(value).__str__ is object.__str__:
        lines = [line for name in value.__struct_fields__ for line in _lines(name, getattr(value, name), people)]
        return Both(_joined(lines, 0), _joined(lines, 1))
    plain = value.isoformat() if isinstance(value, date) else str(value)
    return Both(plain, plain)


def _joined(lines: list[Line], language: int) -> str:
    return " ".join(f"{line.name[language]} {line.value[language]}" for line in lines)


@cache
def _fields(section: str) -> Mapping[str, Both]:
    files = [tomllib.loads(path.read_text(encoding="utf-8")) for path in sorted(TEXTS.glob("*.toml"))]
    said = [(name, words) for file in files for name, words in file.get(section, {}).items()]
    return MappingProxyType({name: Both(words["zh"], words["en"]) for name, words in said})
