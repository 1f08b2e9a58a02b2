"""A fact's body in words: each field with its name, its value as people read it, and where it leads."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import date
from functools import cache
from typing import Any, Final, NamedTuple

import msgspec

from taizhang.domain.core import Correction, Fact
from taizhang.domain.decisions import commands
from taizhang.domain.hours import SessionHours, clock
from taizhang.domain.leads.leads import LeadsMerged
from taizhang.domain.wording import FEN_OF_A_YUAN
from taizhang.http.people import Masked
from taizhang.http.rendering import hours, link, number, short

HIDDEN: Final = frozenset({"commitments"})  # numbers for proofs, of no use to the eye; counted instead
PERSON_FIELDS: Final = frozenset(
    {"person", "persons", "kept", "merged", "group", "separated", "kept_group", "left_out", "donor_person", "sharers"}
)
OF_PERSONS: Final = frozenset({"shares", "entitlements"})  # records that each name a person
REGION_FIELDS: Final = frozenset({"county", "region", "village", "code", "parent", "from_region", "to_region"})
HOLDERS: Final = frozenset({"payer", "receiver"})  # a region's treasury, or a department in it
PAGES: Final = {
    "training_class": "/classes/",
    "classes": "/classes/",
    "line": "/funds/",
    "claim": "/claims/",
    "finding": "/inspections/findings/",
    "findings": "/inspections/findings/",
    "inspection": "/inspections/of/",
    "sample": "/inspections/samples/",
    "circular": "/inspections/circulars/",
    "lead": "/leads/",
    "leads": "/leads/",
    "case": "/cases/",
    "filed_statement": "/statements/",
}
TAGS: Final = frozenset({"object", "objects", "about", "subjects"})  # things by kind and id, as class:c621225-2018-007
TAG_PAGES: Final = {"class": "/classes/", "person": "/persons/", "fund": "/funds/", "claim": "/claims/"}
POSITIONS: Final = frozenset({"corrects", "rests_on"})  # facts
FIGURES: Final = frozenset({"claimed_figures", "figures"})  # records of a measure, of what, and how much
CODED: Final = {"role": "role", "field": "code.field", "relation": "relation", "matching": "personal"}


COUNTY_DIGITS: Final = 6  # longer codes are townships and villages


class Line(NamedTuple):
    """One value of a body: the field's name in code, the text, and an address of ours or an empty text."""

    field: str
    text: str
    href: str = ""
    is_answer: bool = False  # yes or no, which says nothing without the field's name


def persons_in(fact: Fact) -> list[str]:
    """The persons whom a body names."""
    bodies = [fact.was, fact.now] if isinstance(fact, Correction) else [fact]
    found: list[str] = []
    for body in filter(None, bodies):
        for name in body.__struct_fields__:
            value = getattr(body, name)
            if value is None:
                continue
            if name in OF_PERSONS:
                found += [one.person for one in value]
            elif isinstance(value, int) or isinstance(body, LeadsMerged):  # a number of persons, or leads
                continue
            elif name in PERSON_FIELDS and name != "merged":
                found += [value] if isinstance(value, str) else list(value)
            elif name == "merged" and not isinstance(value, str):
                found += list(value)
    return list(dict.fromkeys(found))


def places_in(fact: Fact) -> list[str]:
    """The regions that a body names, so that their names can be read at once."""
    bodies = [fact.was, fact.now] if isinstance(fact, Correction) else [fact]
    found: list[str] = []
    for body in filter(None, bodies):
        kind: Any = type(body)
        for name in _place_fields(kind):
            value = getattr(body, name)
            found += [one[:COUNTY_DIGITS] if name in HOLDERS else one for one in _texts(value)]
    return found


@cache
def _place_fields(kind: Any) -> tuple[str, ...]:
    return tuple(name for name in kind.__struct_fields__ if name in REGION_FIELDS or name in HOLDERS)


def _texts(value: Any) -> list[str]:
    return [one for one in (value if isinstance(value, (list, tuple)) else [value]) if isinstance(one, str)]


def lines(
    fact: Fact, people: Mapping[str, Masked], label: Any, place: Any, opens: Callable[[str], bool] | None = None
) -> list[Line]:
    """The body's fields in their order; `label(kind, code)` words a code, `place(code)` names a region.

    A value leads nowhere where `opens(address)` says that its page would not open.
    """
    found = [line for field in fields(fact, people, label, place) for line in field]
    return found if opens is None else [opening(one, opens) for one in found]


def fields(fact: Fact, people: Mapping[str, Masked], label: Any, place: Any) -> Iterator[list[Line]]:
    """The lines of each field that says something, one field after another: a list needs the first few alone."""
    for name in fact.__struct_fields__:
        if told := [*_field(fact, name, people, label, place)]:
            yield told


def opening(line: Line, opens: Callable[[str], bool]) -> Line:
    """The line; without its address where `opens(address)` says that its page would not open."""
    return line if not line.href or opens(line.href) else line._replace(href="")


def _field(fact: Any, name: str, people: Mapping[str, Masked], label: Any, place: Any) -> Iterator[Line]:
    value = getattr(fact, name)
    if value in (None, "", (), [], {}) or name in ("was", "now"):
        return
    if name in HIDDEN:
        yield Line(name, number(len(value)))
        return
    if name == "merged" and isinstance(fact, LeadsMerged):
        yield from (Line(name, one, link(f"{PAGES['leads']}{one}")) for one in value)
        return
    if name == "evidence":
        yield from (Line(name, short(one), _evidence(fact.finding, one)) for one in value)
        return
    for one in value if isinstance(value, (list, tuple)) else [value]:
        yield _value(name, one, people, label, place)


def _evidence(finding: str, digest: str) -> str:
    """Where a file that a rectification was reported with is opened."""
    return link(f"/inspections/findings/{finding}/evidence/{digest}")


def _value(name: str, value: Any, people: Mapping[str, Masked], label: Any, place: Any) -> Line:
    if isinstance(value, str) and value in people:
        person = people[value]
        return Line(name, f"{person.name or label('word', 'nameless')} · {value}", link(f"/persons/{value}"))
    if name in REGION_FIELDS:
        address = link("/ledger", region=value) if len(value) == COUNTY_DIGITS else link("/facts", of=f"region:{value}")
        return Line(name, f"{place(value)} {value}", address)
    if name in HOLDERS:
        return Line(name, f"{place(value[:COUNTY_DIGITS])} {value}", link("/ledger", region=value[:COUNTY_DIGITS]))
    if name in PAGES:
        return Line(name, value, link(f"{PAGES[name]}{value}"))
    if name in TAGS and isinstance(value, str):
        return Line(name, value, _page_of(value))
    if isinstance(value, msgspec.Struct) and "amount_fen" in value.__struct_fields__:
        parts = [line for part in value.__struct_fields__ for line in _field(value, part, people, label, place)]
        return Line(name, " · ".join(line.text for line in parts), parts[0].href)
    if name in FIGURES and isinstance(value, msgspec.Struct):
        return Line(name, _figure(value, label))
    if name == "known_position":
        return Line(name, number(value))
    if name in POSITIONS and isinstance(value, int):
        return Line(name, number(value), link(f"/facts/{value}"))
    if isinstance(value, bool):
        return Line(name, label("word", "yes" if value else "no"), is_answer=True)
    if isinstance(value, int) and name.endswith(("minutes", "_tenths", "_fen")):
        return Line(name, _amount(name, value, label))
    if name == "command" and value in commands():
        return Line(name, label("fact", commands()[value].DECIDES.TOPIC))
    if name in ("minute", "at"):
        return Line(name, clock(value))
    return Line(name, _plain(name, value, label))


def _page_of(tag: str) -> str:
    """Where a thing that is named by its kind and id is shown, or the facts about it."""
    kind, _, which = tag.partition(":")
    return link(f"{TAG_PAGES[kind]}{which}") if kind in TAG_PAGES else link("/facts", of=tag)


def _amount(name: str, value: int, label: Any) -> str:
    """A number in the unit that its name ends with."""
    if "minutes" in name:
        return f"{hours(value)} {label('word', 'hours')}"
    if name.endswith("_tenths"):
        return f"{value / 10:.1f}"
    if name.endswith("_fen"):
        return f"{value // FEN_OF_A_YUAN:,}.{value % FEN_OF_A_YUAN:02}"
    return number(value)


def _figure(figure: Any, label: Any) -> str:
    """What was measured, of what where it says so, and how much."""
    measure, *of, amount = msgspec.structs.astuple(figure)
    return " · ".join([str(label("measure_name", measure)), *of, _amount(measure, amount, label)])


def _plain(name: str, value: Any, label: Any) -> str:
    if isinstance(value, SessionHours | date):
        return str(value)
    if isinstance(value, msgspec.Struct):
        return " · ".join(str(part) for part in msgspec.structs.astuple(value) if part not in (None, ""))
    if isinstance(value, list | tuple):
        return " · ".join(str(part) for part in value)
    return str(label(CODED.get(name, f"code.{name}"), value)) if isinstance(value, str) else str(value)
