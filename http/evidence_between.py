"""What changed of cases, or of statements, between two days: each count as known then and later, and what was recorded between."""

from __future__ import annotations

from collections import Counter
from typing import Any, Final

from starlette.responses import Response

from taizhang.adapters.visibility import DASHBOARD
from taizhang.http.between_pages import SHOWN, earlier
from taizhang.http.field_between import Counts, both, page_of, region_of
from taizhang.http.funds_scope import require_role
from taizhang.http.lead_reading import require_seeing
from taizhang.http.statement_pages import MAY_SEE
from taizhang.http.visit import Visit, door
from taizhang.projections.cases.cases import cases, lead_states
from taizhang.projections.cases.steps import recorded_between
from taizhang.projections.ends import end_at
from taizhang.projections.replay import Cuts
from taizhang.projections.scope import stem_of
from taizhang.projections.statements.compared import compared, statements

WORK: Final = "leads."  # how the names of all facts about leads and cases begin


def cases_between(visit: Visit) -> Response:
    """The counts of a region's cases, and of the work on its leads, at two recording times, and what was recorded between."""
    require_seeing(visit)
    region, since = region_of(visit)[:6], earlier(visit)
    visit.reception.set_up()
    with visit.house.log.database.read() as connection:
        then, later = (_cases(connection, region, at) for at in both(visit, since))
        between = recorded_between(connection, region, since, visit.bar.recorded_at, SHOWN + 1)
    return page_of(visit, "/cases", region, since, then, later, between)


def statements_between(visit: Visit) -> Response:
    """The same of statements: how many were filed, how many the ledger did not bear out, how many it bears out otherwise now."""
    require_role(visit, MAY_SEE - {DASHBOARD})
    region, since = region_of(visit)[:6], earlier(visit)
    visit.reception.set_up()
    with visit.house.log.database.read() as connection:
        then, later = (_statements(visit, connection, region, at) for at in both(visit, since))
        filed = statements(connection, visit.house.log, region, both(visit, since)[1])
    before = end_at(visit.house.log, since).position
    between = sorted(one.position for one in filed if one.position > before)
    return page_of(visit, "/statements", region, since, then, later, between[: SHOWN + 1])


def _cases(connection: Any, region: str, at: Cuts) -> Counts:
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


def _statements(visit: Visit, connection: Any, region: str, at: Cuts) -> Counts:
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
