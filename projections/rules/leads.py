"""Leads as they stand, for command line, API and pages: by region, rule, status and severity, in the order of their rank."""

from __future__ import annotations

from typing import Any, Final

from sqlalchemy import Connection, Select, select

from taizhang.projections.cases.rates import rank, rates
from taizhang.projections.cases.tables import case_tables
from taizhang.projections.rules.judging import Lead
from taizhang.projections.rules.tables import lead_tables
from taizhang.projections.scope import stem_of

SEVERITIES: Final = ("high", "medium", "low")
NEW: Final = "new"  # nobody has done anything with it


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
    """The leads of a region with their status, ranked: grave ones of rules that hit before others; `after` skips so many."""
    t = lead_tables().leads.c
    query: Select[Any] = select(lead_tables().leads).where(t.region.startswith(stem_of(region), autoescape=True))
    if rule:
        query = query.where(t.rule == rule)
    if severity:
        query = query.where(t.severity == severity)
    if subject:
        s = lead_tables().subjects.c
        query = query.where(t.lead.in_(select(s.lead).where(s.subject == subject)))
    statuses, hits = status_of(connection), rates(connection)
    found = [(_lead(row), statuses.get(row.lead, NEW)) for row in connection.execute(query)]
    wanted = [one for one in found if not status or one[1] == status]
    wanted.sort(key=lambda one: one[0].lead)
    wanted.sort(
        key=lambda one: rank(one[0].severity, hits.get((one[0].rule, one[0].version)), one[0].sum_fen), reverse=True
    )
    return wanted[after : after + limit]


def lead_of(connection: Connection, lead: str) -> Lead | None:
    """One lead by its id; None when the rules do not find it (any more)."""
    row = connection.execute(select(lead_tables().leads).where(lead_tables().leads.c.lead == lead)).one_or_none()
    return None if row is None else _lead(row)


def status_of(connection: Connection) -> dict[str, str]:
    """What has become of leads that somebody has taken up; nothing where nobody follows leads up yet."""
    t = case_tables().leads.c
    return {row.lead: row.status or NEW for row in connection.execute(select(t.lead, t.status))}


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
