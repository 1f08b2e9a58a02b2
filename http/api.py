"""The JSON API for programs: the same answers as the pages, with position, recording time, lag and report."""

from __future__ import annotations

import hashlib
from typing import Any, Final

import msgspec
from starlette.responses import Response

from taizhang.adapters.fact_rows import fact_row
from taizhang.domain.decisions import within
from taizhang.domain.log import LogEnd
from taizhang.http.class_pages import require_household
from taizhang.http.fact_pages import listed
from taizhang.http.fact_reading import fact_at, facts_of
from taizhang.http.ledger_pages import asked_of
from taizhang.http.ledger_reading import asked_ledger, ledger_state
from taizhang.http.refusals import refusals_by_rule
from taizhang.http.scope import require_within
from taizhang.http.visit import Visit, door

LEDGER_PAGE: Final = 1_000  # classes of a county, persons of a class
_encode = msgspec.json.Encoder(order="deterministic").encode


def health(visit: Visit) -> Response:
    """Whether the server answers and reaches its log; tells strangers nothing else.

    Raises LogUnavailable.
    """
    visit.house.log.head()
    return Response(_encode({"status": "ok"}), media_type="application/json")


def status(visit: Visit) -> Response:
    """Head of the log, each view with its position and lag, refusals by rule within the officer's region."""
    head = visit.house.log.head()
    views = [view._asdict() for view in visit.house.views.status()]
    refusals = dict(refusals_by_rule(visit.house, visit.scope))
    is_well = visit.reception.keeper.state().is_well
    return answer(visit, head, views=views, refusals=refusals, keeping=is_well)


def facts(visit: Visit) -> Response:
    """A page of facts, as the page /facts shows them; `next` continues it."""
    listing = listed(visit)
    rows = [fact_row(visit.house.log, fact) for fact in listing.facts]
    return answer(visit, visit.house.log.head(), rows=rows, next=listing.after)


def fact(visit: Visit) -> Response:
    """One fact with its corrections."""
    recorded = fact_at(visit.house.log, int(visit.request.path_params["position"]), visit.actor)
    return answer(visit, visit.house.log.head(), rows=[fact_row(visit.house.log, recorded)], next=None)


def ledger(visit: Visit) -> Response:
    """The figures of a region, class, household or person, and a row for each thing right below; `next` goes on."""
    scope = asked_of(visit)
    parameters = visit.request.query_params
    if parameters.get("class"):
        require_within(parameters["class"][1:7], visit.scope)
        scope = scope._replace(training_class=parameters["class"])
    elif parameters.get("household"):
        require_household(visit, parameters["household"])
        scope = scope._replace(household=parameters["household"])
    elif parameters.get("person"):
        facts_of(visit.house.log, f"person:{parameters['person']}", visit.actor)
        scope = scope._replace(person=parameters["person"])
    after = parameters.get("after", "")
    found = asked_ledger(visit.house, scope, visit.bar, visit.language, visit.scope, after, LEDGER_PAGE)
    rows = [{"level": row.level, "code": row.code, "figures": row.figures, **row.facts} for row in found.rows]
    if scope.person is not None:  # a person's places in classes of other regions stay with those
        rows = [row for row in rows if within(str(row["training_class"])[1:7], visit.scope)]
    measures = {"figures": found.figures, "rows": rows, "next": found.next or None}
    return answer(visit, ledger_state(visit.house), report=found.report, **measures)


def answer(visit: Visit, at: LogEnd, *, report: str = "", **content: Any) -> Response:
    """An answer of the API at a position. `report` fixes what was asked and answered; lag stands outside of it."""
    asked = {name: value for name, value in visit.request.query_params.items() if name != "lang"}
    fixed = [visit.request.url.path, asked, visit.scope, at.position, content]
    body = {
        "position": at.position,
        "recorded_at": at.recorded_at,
        "lag_seconds": max((view.lag_seconds for view in visit.house.views.status()), default=0.0),
        "report": report or hashlib.sha256(_encode(fixed)).hexdigest(),
        **content,
    }
    return Response(_encode(body), media_type="application/json")


ROUTES = (
    door("/health", health, needs="nothing"),
    door("/api/status", status),
    door("/api/ledger", ledger),
    door("/api/facts", facts),
    door("/api/facts/{position:int}", fact),
)
