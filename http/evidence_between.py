"""What changed of cases, or of statements, between two moments: each count at both, and the facts that stand at one of them only."""

from __future__ import annotations

from collections import Counter

from sqlalchemy import Connection
from starlette.responses import Response

from taizhang.adapters.visibility import DASHBOARD
from taizhang.http.field_between import Counts, page_of
from taizhang.http.lead_reading import require_seeing
from taizhang.http.statement_pages import MAY_SEE
from taizhang.http.visit import Visit, door
from taizhang.projections.cases.cases import cases, lead_states
from taizhang.projections.cases.steps import recorded_between
from taizhang.projections.replay import Cuts
from taizhang.projections.scope import stem_of
from taizhang.projections.statements.compared import compared, statements


def cases_between(visit: Visit) -> Response:
    """The counts of a region's cases, and of the work on its leads, at two moments, and the facts that lie between."""
    require_seeing(visit)
    return page_of(visit, "/cases", _cases, recorded_between)


def statements_between(visit: Visit) -> Response:
    """The same of statements: how many were filed, how many the ledger did not bear out, how many it bears out otherwise now."""
    log = visit.house.log

    def filed_between(connection: Connection, region: str, earlier: Cuts, later: Cuts, limit: int) -> list[int]:
        then, now = ({one.position for one in statements(connection, log, region, at)} for at in (earlier, later))
        return sorted(then ^ now)[:limit]

    return page_of(visit, "/statements", _statements, filed_between)


def _cases(_: Visit, connection: Connection, region: str, at: Cuts) -> Counts:
    region = region[:6]
    found = cases(connection, region, cuts=at)
    standing = Counter(one.case_status for one in found)
    stem = stem_of(region)
    leads = Counter(one.status for one in lead_states(connection, cuts=at).values() if one.region.startswith(stem))
    return {
        "opened": len(found),
        **{name: standing[name] for name in ("open", "replying", "decided", "closed")},
        "transfers": sum(one.transfers for one in found),
        "decided_fen": sum(one.amount_fen or 0 for one in found),
        "recovered_fen": sum(one.recovered_fen for one in found),
        **{f"leads_{name}": leads[name] for name in ("assigned", "checked", "confirmed", "refuted", "merged")},
        "leads_in_case": leads["in-case"],
    }


def _statements(visit: Visit, connection: Connection, region: str, at: Cuts) -> Counts:
    log = visit.house.log
    found = [compared(connection, log, one, at) for one in statements(connection, log, region, at)]
    return {
        "filed": len(found),
        "beyond": sum(any(figure.unexplained for figure in one.figures) for one in found),
        "moved": sum(any(figure.now != figure.then for figure in one.figures) for one in found),
        "corrections": sum(one.corrections_since for one in found),
        "additions": sum(one.additions_since for one in found),
    }


ROUTES = (
    door("/cases/between", cases_between),
    door("/statements/between", statements_between, roles=MAY_SEE - {DASHBOARD}),
)
