"""Leads as they stand, for command line, API and pages: by region, rule, status and severity, the gravest first."""

from __future__ import annotations

from typing import Any, Final

from sqlalchemy import Connection, Select, case, inspect, select

from taizhang.projections.rules.judging import Lead
from taizhang.projections.rules.tables import lead_tables
from taizhang.projections.scope import stem_of

GRAVITY: Final = {"high": 0, "medium": 1, "low": 2}
STATUS_TABLE: Final = "lead_status"  # kept by those who follow leads up; a lead that is not in it is new
NEW: Final = "new"


def leads(
    connection: Connection,
    region: str = "620000",
    *,
    rule: str = "",
    status: str = "",
    severity: str = "",
    subject: str = "",
    after: int = 0,
    limit: int = 1_000,
) -> list[tuple[Lead, str]]:
    """The leads of a region with their status, the gravest and dearest first; `after` skips so many."""
    t = lead_tables().leads.c
    gravity = case(*((t.severity == name, place) for name, place in GRAVITY.items()), else_=len(GRAVITY))
    query: Select[Any] = select(lead_tables().leads).where(t.region.startswith(stem_of(region), autoescape=True))
    if rule:
        query = query.where(t.rule == rule)
    if severity:
        query = query.where(t.severity == severity)
    if subject:
        s = lead_tables().subjects.c
        query = query.where(t.lead.in_(select(s.lead).where(s.subject == subject)))
    statuses = status_of(connection)
    query = query.order_by(gravity, t.sum_fen.desc(), t.lead)
    found = [(_lead(row), statuses.get(row.lead, NEW)) for row in connection.execute(query)]
    return [one for one in found if not status or one[1] == status][after : after + limit]


def lead_of(connection: Connection, lead: str) -> Lead | None:
    """One lead by its id; None when the rules do not find it (any more)."""
    row = connection.execute(select(lead_tables().leads).where(lead_tables().leads.c.lead == lead)).one_or_none()
    return None if row is None else _lead(row)


def status_of(connection: Connection) -> dict[str, str]:
    """What has become of leads that somebody has taken up; nothing where nobody follows leads up yet."""
    if not inspect(connection).has_table(STATUS_TABLE):
        return {}
    return {row.lead: row.status for row in connection.exec_driver_sql(f"SELECT lead, status FROM {STATUS_TABLE}")}  # noqa: S608


def lead_row(lead: Lead, status: str) -> dict[str, Any]:
    """A lead as programs read it."""
    return {
        "lead": lead.lead,
        "rule": lead.rule,
        "version": lead.version,
        "severity": lead.severity,
        "region": lead.region,
        "status": status,
        "subjects": list(lead.subjects),
        "sum_fen": lead.sum_fen,
        "positions": list(lead.positions),
        "positions_in_all": lead.positions_in_all,
        "known_position": lead.known_position,
        "words": {"zh": lead.words_zh, "en": lead.words_en},
    }


def _lead(row: Any) -> Lead:
    told = row._asdict()
    told["subjects"] = tuple(one for one in row.subjects.split(",") if one)
    told["positions"] = tuple(int(one) for one in row.positions.split(",") if one)
    return Lead(**told)
