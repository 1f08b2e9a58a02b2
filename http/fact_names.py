"""What facts name by an id, as people know it: the name, then the id by which a search finds it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Final, NamedTuple

from taizhang.domain.officers import BUSINESS
from taizhang.http.fact_words import TAGS, Line
from taizhang.http.inspections_scope import organisations
from taizhang.http.names import class_name, class_names, line_name
from taizhang.http.people import masked
from taizhang.http.places import names_of
from taizhang.http.refusals import rule_in_words
from taizhang.http.texts import Language
from taizhang.http.visit import Visit
from taizhang.projections.rules.rules import rule_named

OFFICERS: Final = frozenset({"officer", "approver", "person_in_charge", "team"})
CLASSES: Final = frozenset({"training_class", "classes"})
LINE: Final = "line"  # of money
RULE: Final = "rule"  # of what was refused, or of a lead
HANDS: Final = "_by"  # ends the names of fields that a decision fills in with who did it
OFFICES: Final = frozenset(
    {"institution", "organisation", "responsible", "to", "to_organisation", "home_unit", "issued_by"}
)


class Subject(NamedTuple):
    """What a tag such as `class:c620121-1` is about: a word for its kind, its name ("" where it has none), its id."""

    kind: str
    name: str
    id: str

    @property
    def words(self) -> str:
        return " ".join(filter(None, self))


def named(visit: Visit, told: Sequence[Sequence[Line]]) -> list[list[Line]]:
    """The same lines; who or what has a name here is called by it."""
    every = [line for lines in told for line in lines]
    officers = visit.officer_labels
    if asked := {_officer(line) for line in every} - officers.keys() - {""}:
        officers |= visit.house.signin.labels(asked)
    wanted = {line.text for line in every if line.field in OFFICES}
    offices = organisations(visit, wanted) if wanted else {}
    class_names(visit, [line.text for line in every if line.field in CLASSES])
    about = subjects(visit, [line.text for line in every if line.field in TAGS])
    return [[_called(visit, line, offices, officers, about) for line in lines] for lines in told]


def subjects(visit: Visit, tags: Iterable[str]) -> dict[str, Subject]:
    """What each of these tags is about; persons are masked, and those of other kinds than these stand under their id."""
    parted = {tag: tag.partition(":")[::2] for tag in tags if ":" in tag}
    ids: dict[str, list[str]] = {}
    for kind, id in parted.values():
        ids.setdefault(kind, []).append(id)
    names = {kind: _names(visit, kind, found) for kind, found in ids.items()}
    return {
        tag: Subject(visit.label("subject_kind", kind), name if (name := names[kind].get(id, "")) != id else "", id)
        for tag, (kind, id) in parted.items()
    }


def _names(visit: Visit, kind: str, ids: Sequence[str]) -> Mapping[str, str]:
    if kind == "class":
        return class_names(visit, ids)
    if kind == "person" and visit.actor.role in BUSINESS:  # who sees to officers and doors sees nobody else by name
        nameless = visit.label("word", "nameless")
        return {id: one.name or nameless for id, one in masked(visit.house.vault, ids).items()}
    if kind == "region":
        return names_of(visit, ids)
    if kind in ("institution", "organisation"):
        return organisations(visit, ids)
    if kind == "officer":
        return visit.house.signin.labels(ids)
    if kind == "fund":
        return {id: line_name(visit, id) for id in ids}
    return {}


def _officer(line: Line) -> str:
    """The officer whom a line names; empty where it names none."""
    return line.text if line.field not in OFFICES and (line.field in OFFICERS or line.field.endswith(HANDS)) else ""


def _called(
    visit: Visit, line: Line, offices: Mapping[str, str], officers: Mapping[str, str], about: Mapping[str, Subject]
) -> Line:
    if line.field in TAGS:
        return line._replace(text=about[line.text].words) if line.text in about else line
    if line.field == RULE:
        name = _rule(line.text, visit.language)
    elif line.field in OFFICES:
        name = offices.get(line.text, line.text)
    elif line.field in CLASSES:
        name = class_name(visit, line.text) or line.text
    elif line.field == LINE:
        name = line_name(visit, line.text) or line.text
    else:
        name = officers.get(_officer(line), _officer(line)) or line.text
    return line if name in (line.text, _officer(line)) else line._replace(text=f"{name} {line.text}")


def _rule(id: str, language: Language) -> str:
    """What a rule of leads is called; of any other what it says when it refuses."""
    asking = rule_named(id)
    if asking is None:
        return rule_in_words(id, language)
    return asking.zh if language == "zh" else asking.en
