"""Statements, seals and outside lists for programs: what was reported then, what closes a period, what others say."""

from __future__ import annotations

from datetime import date
from typing import Any, Final

import msgspec
from starlette.exceptions import HTTPException

from taizhang.adapters.outside.told import lists_told
from taizhang.adapters.visibility import DASHBOARD
from taizhang.domain.decisions import within
from taizhang.domain.outside import IMPORTING
from taizhang.http.api_endpoints import (
    Answer,
    Code,
    Dated,
    Found,
    Moment,
    OfRegion,
    in_order,
    listing,
    single,
)
from taizhang.http.field_api import struct_of
from taizhang.http.ledger_api import Period
from taizhang.http.seals import seals_of
from taizhang.http.statement_pages import MAY_SEE, compared_seen
from taizhang.http.visit import CASEWORK, Visit
from taizhang.projections.outside.lists import StandingList
from taizhang.projections.statements.compared import Compared, Later, compared, statement_of, statements

ListStruct: Final[Any] = struct_of(StandingList)
LaterStruct: Final[Any] = struct_of(Later)
READ: Final = ("statements", "ledger", "funds")


class StatementsAsked(OfRegion, frozen=True, kw_only=True):
    """What narrows the statements down; the officer's own region when none is named."""

    period: Period | None = None


class StatementAsked(Dated, frozen=True, kw_only=True):
    """One statement by its id."""

    statement: Code


class ClaimRow(msgspec.Struct, frozen=True, kw_only=True):
    """A figure as claimed, as the ledger had it at the statement's position, as it has it now; and what came in between."""

    measure: str
    claimed: int
    then: int
    now: int
    unexplained: int
    later: list[LaterStruct]
    later_in_all: int


class StatementRow(msgspec.Struct, frozen=True, kw_only=True):
    """A statement; `then`: when its position was recorded, UTC microseconds. Counts of facts: null for a dashboard."""

    statement: str
    region: str
    period: str
    programme_kind: str
    filed_on: date
    known_position: int
    then: int
    report: str
    document: str
    stated_by: str
    position: int
    figures: list[ClaimRow]
    corrections_since: int | None
    additions_since: int | None


class StatementAnswer(Answer, kw_only=True):
    """One statement."""

    statement: StatementRow


class SealRow(msgspec.Struct, frozen=True, kw_only=True):
    """A sealed period of a region: after it only corrections and late additions go in."""

    seal: str
    region: str
    since: date
    until: date


def statement_list(visit: Visit, asked: StatementsAsked, at: Moment) -> Found:
    """The statements of a region, each figure as claimed, as known then and as known now."""
    region = visit.region(asked.region or visit.scope)
    behind = at.after(str)
    filed = sorted(statements(at.connection, visit.house.log, region, at.cuts), key=lambda one: one.statement)
    wanted = (one for one in filed if asked.period is None or one.period == asked.period)
    rows = (
        ((one.statement,), _row(visit, compared(at.connection, visit.house.log, one, at.cuts)))
        for one in wanted
        if behind is None or one.statement > behind[0]
    )
    return Found(rows=rows)


def one_statement(visit: Visit, asked: StatementAsked, at: Moment) -> Found:
    """One statement: each figure as claimed, then and now, with the facts that came in between."""
    filed = statement_of(at.connection, visit.house.log, asked.statement, at.cuts)
    if filed is None or not within(filed.region, visit.scope):
        raise HTTPException(404)
    return Found({"statement": _row(visit, compared(at.connection, visit.house.log, filed, at.cuts))})


def seal_list(visit: Visit, asked: OfRegion, at: Moment) -> Found:
    """The seals that bound a region at the cuts: its own, those of the regions above it, and those below."""
    region = visit.region(asked.region or visit.scope)
    rows = [one._asdict() for one in seals_of(visit.house.log, region, visit.bar)]
    return Found(rows=in_order(rows, "seal", at))


def list_list(visit: Visit, asked: OfRegion, at: Moment) -> Found:
    """The outside lists about a region, and how many of their rows are about somebody of the officer's region."""
    region = visit.region(asked.region or visit.scope)
    rows = [one._asdict() for one in lists_told(visit.house.log, at.connection, region, visit.scope, at.cuts)]
    return Found(rows=in_order(rows, "outside_list", at))


def _row(visit: Visit, whole: Compared) -> StatementRow:
    one, opens = compared_seen(visit, whole), visit.actor.role != DASHBOARD
    filed = one.filed
    named = {name: getattr(filed, name) for name in filed._fields if name in StatementRow.__struct_fields__}
    return StatementRow(
        **{**named, "filed_on": date.fromisoformat(filed.filed_on)},
        then=one.then,
        figures=[
            ClaimRow(
                **{name: getattr(figure, name) for name in ("measure", "claimed", "then", "now", "unexplained")},
                later=[LaterStruct(**later._asdict()) for later in figure.later],
                later_in_all=figure.later_in_all,
            )
            for figure in one.figures
        ],
        corrections_since=one.corrections_since if opens else None,
        additions_since=one.additions_since if opens else None,
    )


ENDPOINTS = (
    listing("/api/statements", statement_list, StatementsAsked, StatementRow, reads=READ, roles=MAY_SEE),
    single("/api/statements/{statement}", one_statement, StatementAsked, StatementAnswer, reads=READ, roles=MAY_SEE),
    listing("/api/seals", seal_list, OfRegion, SealRow, roles=CASEWORK),
    listing("/api/lists", list_list, OfRegion, ListStruct, reads="outside", roles=IMPORTING),
)
