"""Officers and offices in the lines of facts, as people know them: the name, then the id by which a form or a search finds them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from taizhang.http.fact_words import Line
from taizhang.http.inspections_scope import organisations
from taizhang.http.visit import Visit

OFFICERS: Final = frozenset({"officer", "approver", "person_in_charge", "team"})
HANDS: Final = "_by"  # ends the names of fields that a decision fills in with who did it
OFFICES: Final = frozenset({"organisation", "responsible", "to", "to_organisation", "home_unit", "issued_by"})


def named(visit: Visit, told: Sequence[Sequence[Line]]) -> list[list[Line]]:
    """The same lines; who has a name here is called by it."""
    every = [line for lines in told for line in lines]
    officers = visit.house.signin.labels(line.text for line in every if _is_officer(line))
    offices = organisations(visit, {line.text for line in every if line.field in OFFICES})
    return [[_called(line, offices if line.field in OFFICES else officers) for line in lines] for lines in told]


def _is_officer(line: Line) -> bool:
    return line.field not in OFFICES and (line.field in OFFICERS or line.field.endswith(HANDS))


def _called(line: Line, known: dict[str, str]) -> Line:
    name = known.get(line.text, line.text) if line.field in OFFICES or _is_officer(line) else line.text
    return line if name == line.text else line._replace(text=f"{name} {line.text}")
