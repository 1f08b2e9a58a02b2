"""Cases and lead states as their readers ask for them."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any, NamedTuple

from sqlalchemy import Connection, select

from taizhang.projections.cases.steps import facts_at
from taizhang.projections.cases.tables import case_tables
from taizhang.projections.cases.view import cases_of_facts, leads_of_facts
from taizhang.projections.replay import NOW, Cuts
from taizhang.projections.scope import stem_of


class CaseRow(NamedTuple):
    """One case as it stands; days are `2016-12-31`, None: not so far."""

    case_id: str
    case_status: str
    region: str
    organisation: str
    subjects: tuple[str, ...]
    leads: tuple[str, ...]
    title: str
    opened_on: str | None
    reply_until: str | None
    replied_on: str | None
    decided_on: str | None
    outcomes: tuple[str, ...]
    amount_fen: int | None
    recovered_fen: int
    closed_on: str | None
    reopened_on: str | None
    transfers: int
    position: int


class LeadState(NamedTuple):
    """How one lead stands; a lead that nobody touched is `new` and has no row."""

    lead: str
    status: str
    rule: str
    version: int
    region: str
    subjects: tuple[str, ...]
    assigned_to: str
    assigned_on: str | None
    check_by: str | None
    checked_on: str | None
    result: str | None
    conclusion: str | None
    concluded_on: str | None
    refuted_why: str | None
    amount_fen: int | None
    merged_into: str | None
    case_id: str | None
    position: int


def cases(connection: Connection, region: str = "620000", status: str = "", cuts: Cuts = NOW) -> list[CaseRow]:
    """The cases of a region and everything in it, the latest first; `status` is a code of case-status."""
    stem = stem_of(region)
    if not cuts.none:
        then = (_case(_row(key, row)) for key, row in cases_of_facts(facts_at(connection, cuts)).items())
        found = [
            one for one in then if one.opened_on and one.region.startswith(stem) and status in ("", one.case_status)
        ]
        found.sort(key=lambda one: one.case_id)
        return sorted(found, key=lambda one: one.opened_on or "", reverse=True)
    table = case_tables().cases
    query = (
        select(table)
        .where(table.c.region.startswith(stem, autoescape=True))
        .order_by(table.c.opened_on.desc(), table.c.case_id)
    )
    if status:
        query = query.where(table.c.case_status == status)
    return [_case(row) for row in connection.execute(query)]


def case_of(connection: Connection, case: str, cuts: Cuts = NOW) -> CaseRow | None:
    """One case, or None when nobody had opened it."""
    if cuts.none:
        table = case_tables().cases
        row: Any = connection.execute(select(table).where(table.c.case_id == case)).one_or_none()
    else:
        then = cases_of_facts(facts_at(connection, cuts, case)).get(case)
        row = None if then is None else _row(case, then)
    return None if row is None or row.opened_on is None else _case(row)


def lead_states(connection: Connection, leads: list[str] | None = None, cuts: Cuts = NOW) -> dict[str, LeadState]:
    """How these leads stand (None: all that somebody worked on), by id."""
    if not cuts.none:
        then = leads_of_facts(facts_at(connection, cuts))
        wanted = then if leads is None else then.keys() & set(leads)
        return {key: _state(SimpleNamespace(lead=key, **then[key])) for key in sorted(wanted)}
    table = case_tables().leads
    query = select(table) if leads is None else select(table).where(table.c.lead.in_(leads))
    return {row.lead: _state(row) for row in connection.execute(query)}


def _row(case: str, columns: Any) -> SimpleNamespace:
    return SimpleNamespace(case_id=case, **columns)


def _case(row: Any) -> CaseRow:
    plain = {name: getattr(row, name) for name in CaseRow._fields}
    for name in ("subjects", "leads", "outcomes"):
        plain[name] = _split(plain[name])
    for name in ("opened_on", "reply_until", "replied_on", "decided_on", "closed_on", "reopened_on"):
        plain[name] = _day(plain[name])
    return CaseRow(**plain)


def _state(row: Any) -> LeadState:
    plain = {name: getattr(row, name) for name in LeadState._fields}
    plain["subjects"] = _split(plain["subjects"])
    for name in ("rule", "region", "assigned_to"):
        plain[name] = plain[name] or ""
    for name in ("assigned_on", "check_by", "checked_on", "concluded_on"):
        plain[name] = _day(plain[name])
    return LeadState(**{**plain, "version": plain["version"] or 0})


def _split(text: str | None) -> tuple[str, ...]:
    return tuple(text.split(",")) if text else ()


def _day(value: Any) -> str | None:
    return None if value is None else str(value)
