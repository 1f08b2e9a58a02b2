"""The JSON API for programs: the same answers as the pages, with position, recording time, lag and report."""

from __future__ import annotations

import hashlib
from typing import Any

import msgspec
from starlette.responses import Response

from taizhang.domain.envelope import Recorded
from taizhang.http.fact_pages import listed
from taizhang.http.fact_reading import corrections_of, fact_at
from taizhang.http.visit import Visit, door

_encode = msgspec.json.Encoder(order="deterministic").encode


def health(visit: Visit) -> Response:
    """Whether the server answers and reaches its log; tells strangers nothing else.

    Raises LogUnavailable.
    """
    visit.house.log.head()
    return Response(_encode({"status": "ok"}), media_type="application/json")


def status(visit: Visit) -> Response:
    """Head of the log, and each view with its position and lag."""
    head = visit.house.log.head()
    views = [msgspec.to_builtins(view._asdict()) for view in visit.house.views.status()]
    return answer(visit, head.position, head.recorded_at, rows=views, keeping=visit.reception.keeper.state().is_well)


def facts(visit: Visit) -> Response:
    """A page of facts, as the page /facts shows them; `next` continues it."""
    listing = listed(visit)
    rows = [fact_row(fact) for fact in listing.facts]
    return answer(visit, listing.head_position, listing.recorded_at, rows=rows, next=listing.after)


def fact(visit: Visit) -> Response:
    """One fact with its corrections."""
    head = visit.house.log.head()
    recorded = fact_at(visit.house.log, int(visit.request.path_params["position"]), visit.actor)
    row = fact_row(recorded)
    row["corrections"] = [one.position for one in corrections_of(visit.house.log, recorded.position)]
    return answer(visit, head.position, head.recorded_at, rows=[row], next=None)


def fact_row(recorded: Recorded) -> dict[str, Any]:
    """A fact as JSON: the envelope's fields, and the body under its own names."""
    row: dict[str, Any] = msgspec.to_builtins(recorded)
    row["type"] = type(recorded.fact).TOPIC
    row["body"] = row.pop("fact")
    return row


def answer(visit: Visit, position: int, recorded_at: int, **content: Any) -> Response:
    """An answer of the API. `report` fixes what was asked and what was answered; lag stands outside of it."""
    asked = {name: value for name, value in visit.request.query_params.items() if name != "lang"}
    fixed = {"path": visit.request.url.path, "asked": asked, "scope": visit.scope, "position": position}
    views = visit.house.views.status()
    body = {
        "position": position,
        "recorded_at": recorded_at,
        "lag_seconds": max((view.lag_seconds for view in views), default=0.0),
        "report": hashlib.sha256(_encode([fixed, content])).hexdigest(),
        **content,
    }
    return Response(_encode(body), media_type="application/json")


ROUTES = (
    door("/health", health, needs="nothing"),
    door("/api/status", status),
    door("/api/facts", facts),
    door("/api/facts/{position:int}", fact),
)
