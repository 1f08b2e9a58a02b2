"""What changed of the money between two moments: of a region by measure, of a line by account; and every fact in between."""

from __future__ import annotations

from functools import partial
from typing import Any, Final

from sqlalchemy import Connection
from starlette.exceptions import HTTPException
from starlette.responses import Response

from taizhang.adapters.visibility import Eyes
from taizhang.domain.envelope import opened
from taizhang.http.funds_figures import EXECUTION, OPENED, Asked, Entry, entries_between
from taizhang.http.funds_pages import AGES, SHOWN, Filter, asked_filter
from taizhang.http.funds_scope import (
    MEASURES as MONEY,
)
from taizhang.http.funds_scope import (
    SEES_MONEY,
    asked_line,
    holder_words,
    looked_on,
    measure_formula,
    measure_words,
    measured,
    money_page,
    sees_holder,
    yuan,
)
from taizhang.http.ledger_reading import cuts_of
from taizhang.http.places import name_of, names_of
from taizhang.http.rendering import link
from taizhang.http.two_moments import SHOWN as FACTS_SHOWN
from taizhang.http.two_moments import Behind, TwoMoments, between_page, change, signed, two_moments
from taizhang.http.visit import Visit, door
from taizhang.projections.funds.claims import NO_LINE
from taizhang.projections.funds.cuts import Cuts, recorded_day
from taizhang.projections.funds.lines import fund_lines
from taizhang.projections.funds.steps import Step
from taizhang.projections.funds.then_and_now import then_and_now
from taizhang.projections.funds.use import Figures, use

MEASURES: Final = (*SHOWN, *AGES)
FACTS_MOST: Final = 500
NOTHING_YET: Final[Figures] = dict.fromkeys(MEASURES, 0) | {EXECUTION: None}
RECEIVED: Final = "received_fen"


def of_region(visit: Visit) -> Response:
    """The measures of a region's money at two moments; with `measure`, the facts that lead from the one to the other.

    Raises HTTPException (404) for a foreign region or an unknown measure.
    """
    asked, moments, measure = asked_filter(visit), two_moments(visit), visit.request.query_params.get("measure", "")
    if measure not in ("", *MEASURES):
        raise HTTPException(404)
    with visit.house.log.database.read() as connection:
        then, later = (figures_at(visit, connection, asked, cuts_of(one)) or NOTHING_YET for one in moments)
        behind = _behind(visit, connection, asked, measure, moments) if measure else []
    kept = {"region": asked.region, "source": asked.source, "year": asked.year}
    changes = [
        change(
            name,
            measure_words(visit, name) + (f" ({visit.t('funds.yuan')})" if MONEY[name].unit == "fen" else ""),
            (then.get(name), later.get(name)),
            partial(measured, name),
            link("/funds/between", {**kept, **moments.query}, measure=name),
        )
        for name in MEASURES
    ]
    here = f"{visit.t('funds.title')} · {name_of(visit, asked.region)} {asked.region}"
    return between_page(
        visit,
        "/funds/between",
        here,
        trail=[(visit.t("funds.title"), link("/funds", {**kept, **visit.bar.query}))],
        moments=moments,
        changes=changes,
        kept=kept,
        measure=measure,
        label_of_measure=measure_words(visit, OPENED[measure]) if measure else "",
        formula=measure_formula(visit, OPENED[measure]) if measure else "",
        behind=behind[:FACTS_SHOWN],
        has_more=len(behind) > FACTS_SHOWN,
    )


def figures_at(visit: Visit, connection: Connection, asked: Filter, cuts: Cuts) -> Figures:
    """The figures of all lines asked for together, at the cuts, ages as on their day; none where there was no money yet."""
    on = cuts.as_effective_on
    if on is None:
        on = looked_on(visit) if cuts.as_recorded_at is None else recorded_day(cuts.as_recorded_at)
    found = use(connection, on, asked.scope, (), cuts)
    return found[0].figures if found else {}


def changed_entries(
    connection: Connection, asked: Filter, measure: str, earlier: Cuts, later: Cuts
) -> list[tuple[str, Entry]]:
    """The entries behind the change of a measure, each with the measure it counts in: a rate has two."""
    lines = {
        one.line
        for cuts in (earlier, later)
        for one in fund_lines(connection, asked.region, cuts=cuts)
        if asked.source in ("", one.source) and asked.year in (None, one.year)
    }
    every = sorted(lines) if asked.source or asked.year else [*sorted(lines), NO_LINE]
    names = (EXECUTION, RECEIVED) if measure == EXECUTION else (OPENED[measure],)
    return [
        (name, one)
        for name in names
        for one in entries_between(connection, Asked(every, asked.region, name), earlier, later)
    ]


def _behind(visit: Visit, connection: Connection, asked: Filter, measure: str, moments: TwoMoments) -> list[Behind]:
    earlier, later = map(cuts_of, moments)
    found = changed_entries(connection, asked, measure, earlier, later)
    names_of(visit, {one.holder[:6] for _, one in found})
    log, eyes = visit.house.log, Eyes(visit.house.log, visit.actor)
    facts = {row.position: opened(row.position, row.leaf) for row in log.at(sorted({one.position for _, one in found}))}
    told = []
    for name, one in found:
        about = " · ".join(part for part in (one.line, holder_words(visit, one.holder)) if part)
        if measure == EXECUTION:
            about = f"{visit.t('between.received' if name == RECEIVED else 'between.kept')} · {about}"
        told.append(Behind(facts[one.position], eyes.sees(facts[one.position]), about, signed(one.change_fen, yuan)))
    return told


def of_line(visit: Visit) -> Response:
    """Every account of a line at two moments, and every fact that lies between them.

    Raises HTTPException (404) for a foreign line.
    """
    moments = two_moments(visit)
    with visit.house.log.database.read() as connection:
        line = asked_line(visit, connection)
        found = then_and_now(connection, line.line, *map(cuts_of, moments))
    names_of(visit, [one.holder[:6] for one in found.accounts])
    facts: list[Any] = [(one, [x for x in one.effects if sees_holder(visit, x.holder)]) for one in found.facts]
    facts = [(one, effects) for one, effects in facts if effects or _seen_step(visit, one.step)]
    return money_page(
        visit,
        "fund_between.html",
        line=line,
        moments=moments,
        accounts=sorted(
            (one for one in found.accounts if sees_holder(visit, one.holder)),
            key=lambda one: one.then_fen == one.now_fen,  # what changed first
        ),
        facts=facts[:FACTS_MOST],
        count=len(facts),
    )


def _seen_step(visit: Visit, step: Step) -> bool:
    """A step without any effect on an account: in the region of its class, or everybody's in the province."""
    if step.training_class:
        return sees_holder(visit, step.training_class[1:7])
    return visit.scope.endswith("0000")


ROUTES = (
    door("/funds/between", of_region, roles=SEES_MONEY),
    door("/funds/{line}/between", of_line, roles=SEES_MONEY),
)
