"""What the house knows to do and to refuse, for programs: every command, every rule, every column of the read tables."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, Any

import msgspec

from taizhang.adapters.requests import writable
from taizhang.domain.boundary import correction_of
from taizhang.domain.core import Refusal, subclasses
from taizhang.domain.officers import ROLES
from taizhang.domain.wording import word
from taizhang.http.api_endpoints import Found, Moment, Question, in_order, listing
from taizhang.http.api_problems import KINDS, OWN, RULES
from taizhang.http.visit import Visit
from taizhang.projections.dictionary import dictionary


class CommandRow(msgspec.Struct, frozen=True, kw_only=True):
    """A command: what it records, who may give it, whether the fact can be corrected."""

    command: str
    zh: str
    en: str
    fact: str
    roles: list[str]
    correctable: bool
    computed: Annotated[list[str], msgspec.Meta(description="由系统填写的字段 · fields that nobody states")]


class ProblemRow(msgspec.Struct, frozen=True, kw_only=True):
    """A stable type of problem+json; words in braces stand for particulars. `source`: of a rule, where it comes from."""

    type: str
    status: int
    zh: str
    en: str
    source: str | None


class ColumnRow(msgspec.Struct, frozen=True, kw_only=True):
    """A column of a read table."""

    id: str
    table: str
    column: str
    type: str
    zh: str
    en: str


def command_list(_: Visit, __: Question, at: Moment) -> Found:
    """Every command that POST /api/commands/{command} takes."""
    rows = [
        {
            "command": name,
            "zh": word("command", name, "zh"),
            "en": (decision.__doc__ or "").strip().splitlines()[0],
            "fact": decision.DECIDES.TOPIC,
            "roles": sorted(decision.ROLES),
            "correctable": correction_of(decision.DECIDES) is not None,
            "computed": list(decision.COMPUTED),
        }
        for name, decision in writable().items()
    ]
    return Found(rows=in_order(rows, "command", at))


def problem_list(_: Visit, __: Question, at: Moment) -> Found:
    """Every type of problem that an answer may bear: the rules of the programme, and the API's own."""
    return Found(rows=in_order(problems(), "type", at))


def problems() -> Iterator[dict[str, Any]]:
    """A row for every type of problem."""
    for rule in subclasses(Refusal):
        if hasattr(rule, "RULE"):
            yield {"type": RULES + rule.RULE, "status": 409, "zh": rule.zh, "en": rule.en, "source": rule.SOURCE}
    for name, kind in KINDS.items():
        yield {"type": OWN + name, "status": kind.status, "zh": kind.zh, "en": kind.en, "source": None}


def data_dictionary(_: Visit, __: Question, at: Moment) -> Found:
    """Every column of every read table, its type, and what it means."""
    rows = [{"id": f"{one.table}.{one.column}", **one._asdict()} for one in dictionary()]
    return Found(rows=in_order(rows, "id", at))


ENDPOINTS = (
    listing("/api/commands", command_list, Question, CommandRow, roles=ROLES),
    listing("/api/problems", problem_list, Question, ProblemRow, roles=ROLES),
    listing("/api/dictionary", data_dictionary, Question, ColumnRow, roles=ROLES),
)
