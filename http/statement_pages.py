"""Statements on pages: what was reported then, what the ledger knew then, what is known now; printable."""

from __future__ import annotations

from typing import Final

from starlette.exceptions import HTTPException
from starlette.responses import Response

from taizhang.adapters import visibility
from taizhang.adapters.moments import beijing
from taizhang.adapters.visibility import DASHBOARD
from taizhang.domain.decisions import within
from taizhang.http.cuts import EFFECTIVE, RECORDED
from taizhang.http.doing import doable
from taizhang.http.errors import NoAnswer
from taizhang.http.funds_scope import asked_region, cuts, yuan
from taizhang.http.places import name_of, names_of
from taizhang.http.rendering import link
from taizhang.http.report_foot import fits, foot_of_facts
from taizhang.http.visit import Visit, door
from taizhang.projections.scope import period_of
from taizhang.projections.small_cells import SMALLEST_TOLD, in_steps
from taizhang.projections.statements.compared import Compared, Figure, compared, statement_of, statements
from taizhang.projections.statements.money import REPORTED

MOMENT: Final = "%Y-%m-%dT%H:%M:%S.%f"
MAY_SEE: Final = visibility.OPENS_STATEMENTS | {visibility.DASHBOARD}


def statements_page(visit: Visit) -> Response:
    """The statements of a region, with where a claimed figure and the ledger of then differ.

    Raises NoAnswer (403), HTTPException (404).
    """
    _require(visit)
    region = asked_region(visit)
    visit.reception.set_up()
    log = visit.house.log
    with log.database.read() as connection:
        found = [
            compared_seen(visit, compared(connection, log, one, cuts(visit)))
            for one in statements(connection, log, region, cuts(visit))
        ]
    names_of(visit, [one.filed.region for one in found])
    tags = [f"statement:{one.filed.statement}" for one in found]
    filled = {"region": region, "occurred_on": visit.house.desk.today().isoformat()}
    return visit.page(
        "statements.html",
        region=region,
        region_name=name_of(visit, region),
        rows=found,
        foot=foot_of_facts(visit, tags) if found and fits(tags) and _opens(visit) else None,
        opens=_opens(visit),
        forms=[] if visit.bar.query else doable(visit, [("statements.file-statement", filled)]),
    )


def statement_page(visit: Visit) -> Response:
    """One statement: each figure as claimed, then and now, with the facts that came in between.

    Raises NoAnswer (403), HTTPException (404).
    """
    _require(visit)
    visit.reception.set_up()
    log = visit.house.log
    with log.database.read() as connection:
        filed = statement_of(connection, log, visit.request.path_params["statement"], cuts(visit))
        if filed is None or not within(filed.region, visit.scope):
            raise HTTPException(404)
        one = compared_seen(visit, compared(connection, log, filed, cuts(visit)))
    effective = visit.bar.query.get(EFFECTIVE, "")
    return visit.page(
        "statement.html",
        one=one,
        filed=filed,
        yuan=yuan,
        opens=_opens(visit),
        foot=foot_of_facts(visit, [f"statement:{filed.statement}"]) if _opens(visit) else None,
        region_name=name_of(visit, filed.region),
        label_of=lambda measure: measure_label(visit, measure),
        then_link=lambda measure: _facts_link(one, measure, beijing(one.then).strftime(MOMENT), effective),
        now_link=lambda measure: _facts_link(one, measure, visit.bar.query.get(RECORDED, ""), effective),
    )


def compared_seen(visit: Visit, one: Compared) -> Compared:
    """The statement as far as the officer's role sees it: a dashboard in fives, without small counts and single facts."""
    if _opens(visit):
        return one
    told = tuple(_in_fives(figure) for figure in one.figures if not _is_small(figure))
    return one._replace(figures=told, corrections_since=0, additions_since=0)


def _in_fives(figure: Figure) -> Figure:
    """People and hours in fives; money is of nobody in particular."""
    plain = figure._replace(later=(), later_in_all=0)
    if figure.measure in REPORTED:
        return plain
    claimed, then, now = (in_steps(figure.measure, amount) for amount in (figure.claimed, figure.then, figure.now))
    return plain._replace(claimed=claimed, then=then, now=now)


def _is_small(figure: Figure) -> bool:
    counts_people = figure.measure not in REPORTED and "minutes" not in figure.measure
    return counts_people and any(0 < one < SMALLEST_TOLD for one in (figure.claimed, figure.then, figure.now))


def measure_label(visit: Visit, measure: str) -> str:
    """What a measure of the ledger, or of money, is called."""
    return visit.label("measure_name", measure)


def _facts_link(one: Compared, measure: str, recorded: str, effective: str) -> str:
    """Where a figure opens into its facts."""
    filed = one.filed
    if measure in REPORTED:
        return link("/funds", region=filed.region, as_recorded_at=recorded, as_effective_on=effective)
    period = filed.period if period_of(filed.period) else ""
    return link(
        "/ledger/facts",
        region=filed.region,
        measure=measure,
        period=period,
        kind=filed.programme_kind,
        as_recorded_at=recorded,
        as_effective_on=effective,
    )


def _opens(visit: Visit) -> bool:
    """Whether figures open into their facts."""
    return visit.actor.role != DASHBOARD


def _require(visit: Visit) -> None:
    """Raises NoAnswer (403)."""
    if visit.actor.role not in MAY_SEE:
        raise NoAnswer(403, "errors.403.body")


ROUTES = (
    door("/statements", statements_page, roles=MAY_SEE),
    door("/statements/{statement}", statement_page, roles=MAY_SEE),
)
