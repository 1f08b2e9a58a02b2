"""Officers, offices and rules in the lines of facts, as people know them: the name, then the id by which a search finds them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

from taizhang.http.fact_words import Line
from taizhang.http.inspections_scope import organisations
from taizhang.http.refusals import rule_in_words
from taizhang.http.texts import Language
from taizhang.http.visit import Visit
from taizhang.projections.rules.rules import rule_named

OFFICERS: Final = frozenset({"officer", "approver", "person_in_charge", "team"})
SUBJECTS: Final = frozenset({"subjects"})
OFFICER: Final = "officer:"
RULE: Final = "rule"  # of what was refused, or of a lead
HANDS: Final = "_by"  # ends the names of fields that a decision fills in with who did it
OFFICES: Final = frozenset({"organisation", "responsible", "to", "to_organisation", "home_unit", "issued_by"})


def named(visit: Visit, told: Sequence[Sequence[Line]]) -> list[list[Line]]:
    """The same lines; who has a name here is called by it."""
    every = [line for lines in told for line in lines]
    officers = visit.officer_labels
    if asked := {_officer(line) for line in every} - officers.keys() - {""}:
        officers |= visit.house.signin.labels(asked)
    wanted = {line.text for line in every if line.field in OFFICES}
    offices = organisations(visit, wanted) if wanted else {}
    return [[_called(visit, line, offices, officers) for line in lines] for lines in told]


def _officer(line: Line) -> str:
    """The officer whom a line names, also as a subject; empty where it names none."""
    if line.field in SUBJECTS:
        return line.text.removeprefix(OFFICER) if line.text.startswith(OFFICER) else ""
    return line.text if line.field not in OFFICES and (line.field in OFFICERS or line.field.endswith(HANDS)) else ""


def _called(visit: Visit, line: Line, offices: Mapping[str, str], officers: Mapping[str, str]) -> Line:
    if line.field == RULE:
        name = _rule(line.text, visit.language)
    elif line.field in OFFICES:
        name = offices.get(line.text, line.text)
    else:
        name = officers.get(_officer(line), _officer(line)) or line.text
    return line if name in (line.text, _officer(line)) else line._replace(text=f"{name} {line.text}")


def _rule(id: str, language: Language) -> str:
    """What a rule of leads is called; of any other what it says when it refuses."""
    asking = rule_named(id)
    if asking is None:
        return rule_in_words(id, language)
    return asking.zh if language == "zh" else asking.en
