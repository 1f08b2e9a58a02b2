"""From a request to the answer of a declared endpoint: question checked, views waited for, one transaction, one frame."""

from __future__ import annotations

import asyncio
import hashlib
import time
from collections.abc import Mapping, Sequence
from itertools import islice
from types import MappingProxyType
from typing import Any, Final

import msgspec
from sqlalchemy import Connection, select
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from taizhang.adapters.house import House
from taizhang.adapters.log.tables import HEAD
from taizhang.adapters.shapes import Misshapen
from taizhang.http.api_endpoints import Endpoint, Found, Moment, Paging, Question
from taizhang.http.api_files import file_response
from taizhang.http.api_problems import ApiProblem
from taizhang.http.api_questions import question
from taizhang.http.cursors import BadCursor, cursor_of
from taizhang.http.ledger_reading import cuts_of
from taizhang.http.rendering import link
from taizhang.http.visit import CASEWORK, Visit
from taizhang.projections.funds.cuts import recorded_day
from taizhang.projections.measures import versions
from taizhang.projections.tables import view_table

WAIT_SECONDS: Final = 10.0  # how long an answer waits for a position unless Prefer says otherwise
WAIT_SECONDS_MOST: Final = 30.0
LOOK_SECONDS: Final = 0.02  # between the first two looks at the views' positions
LOOK_SECONDS_MOST: Final = (
    0.5  # between two later ones: somebody may wait for what never comes, hundreds of times at once
)
VARIES: Final = MappingProxyType({"vary": "authorization, cookie"})  # on whose key or session, role and language
NOT_FIXING: Final = ("wait", "lang")  # what a report does not depend on, or bears besides
encode: Final = msgspec.json.Encoder(order="deterministic").encode
_VIEW: Final = view_table().c
_HEAD: Final = select(HEAD.c.position, HEAD.c.recorded_at).where(HEAD.c.id == 1)


def route_of(endpoint: Endpoint) -> Route:
    """The route that answers a declared endpoint, with the declaration as its endpoint's `declared`."""

    async def answered(request: Request) -> Response:
        return await run_in_threadpool(_answer, endpoint, request, await awaited(request, endpoint.reads))

    answered.__name__ = endpoint.name
    answered.declared = endpoint  # type: ignore[attr-defined]
    answered.roles = roles_of(endpoint)  # type: ignore[attr-defined]
    return Route(endpoint.path, answered, methods=["GET"], name=endpoint.name)


def roles_of(endpoint: Endpoint) -> frozenset[str]:
    """Who may ask; those who see single facts unless the declaration says otherwise."""
    return CASEWORK if endpoint.roles is None else endpoint.roles


async def awaited(request: Request, reads: Sequence[str]) -> bool:
    """Wait until the views have reached the position that the request names; True once they have.

    Raises ApiProblem (409) when they do not within ten seconds, or those of `Prefer: wait=…`.
    """
    text = request.query_params.get("wait", "")
    if not (text.isascii() and text.isdecimal() and len(text) < 17):
        return True  # nothing is waited for, or the check of the question says so
    reception = request.app.state.reception
    until, pause = time.monotonic() + patience_of(request), LOOK_SECONDS
    await run_in_threadpool(reception.set_up)
    while (stood := await run_in_threadpool(_reached, reception.house, reads))[0] < int(text):
        if int(text) <= stood[1]:
            reception.keeper.hurry()
        if time.monotonic() > until:
            raise ApiProblem("not-there-yet")
        await asyncio.sleep(pause)
        pause = min(LOOK_SECONDS_MOST, 1.5 * pause)
    return True


def patience_of(request: Request, otherwise: float = WAIT_SECONDS) -> float:
    """Seconds that the sender would wait (RFC 7240)."""
    for one in request.headers.get("prefer", "").split(","):
        name, _, seconds = one.strip().partition("=")
        if name.lower() == "wait" and seconds.isascii() and seconds.isdecimal() and len(seconds) < 6:
            return min(float(seconds), WAIT_SECONDS_MOST)
    return otherwise


def _reached(house: House, reads: Sequence[str]) -> tuple[int, int]:
    """Up to where these views are, and the head."""
    with house.log.database.read() as connection:
        position, _, head, _ = positions(connection, reads)
        return position, head


def positions(connection: Connection, reads: Sequence[str]) -> tuple[int, int, int, int]:
    """Position and recording time of these views (the last of them), then of the head, at one moment."""
    head, head_at = connection.execute(_HEAD).one()
    views = [name for name in reads if name != "log"]
    if not views:
        return head, head_at, head, head_at
    query = select(_VIEW.position, _VIEW.recorded_at).where(_VIEW.name.in_(views)).order_by(_VIEW.position)
    rows = connection.execute(query).all()
    assert len(rows) == len(views), f"no such view among {views}"
    return rows[0].position, rows[0].recorded_at, head, head_at


def marks(connection: Connection, reads: Sequence[str]) -> Sequence[Any]:
    """Build and position of each of these views, by name. One that stands still does not hold up the others."""
    query = select(_VIEW.build, _VIEW.position).where(_VIEW.name.in_([name for name in reads if name != "log"]))
    return connection.execute(query.order_by(_VIEW.name)).all()


def _answer(endpoint: Endpoint, request: Request, is_there: bool) -> Response:
    assert is_there, "the views were waited for"
    reception = request.app.state.reception
    with reception.turns.turn(), reception.house.log.database.one_moment():
        return _read_answer(endpoint, Visit(request))


def _read_answer(endpoint: Endpoint, visit: Visit) -> Response:
    request = visit.request
    assert visit.actor  # raises NoAnswer (403) for who holds no role
    if visit.actor.role not in roles_of(endpoint):
        raise ApiProblem("not-your-role")
    asked, paging = question(endpoint, request)
    visit.reception.set_up()
    with visit.house.log.database.read() as connection:
        position, recorded_at, head, head_at = positions(connection, endpoint.reads)
        views = marks(connection, endpoint.reads)
        whole = paging is not None and paging.format != "json"
        at = Moment(
            connection,
            position,
            recorded_at,
            cuts_of(visit.bar),
            _on(visit),
            paging.after if paging is not None else None,
            None if whole or paging is None else paging.limit,
        )
        report = report_of(visit, request.url.path, asked, at, [one.position for one in views])
        etag = f'"{position}-{report[:16]}{_build_mark(views)}{_page_mark(paging)}"'
        if not whole and not endpoint.beside_log and _matches(request.headers.get("if-none-match", ""), etag):
            return Response(status_code=304, headers={"etag": etag, **VARIES})
        try:
            found = endpoint.handler(visit, asked, at)
            if whole:
                assert paging is not None
                return file_response(visit, endpoint, found, paging, at, found.report or report)
            content, following = _content(found, at)
        except BadCursor:
            raise ApiProblem("no-such-page", errors=[_cursor_problem()]) from None
    lag = max(0, head_at - recorded_at) / 1e6 if position < head else 0.0
    frame = {
        "position": position,
        "recorded_at": recorded_at,
        "lag_seconds": lag,
        "report": found.report or report,
        **content,
    }
    headers = {**VARIES} if endpoint.beside_log else {"etag": etag, **VARIES}
    if paging is not None:
        headers["link"] = _links(request, following)
    return Response(encode(frame), media_type="application/json", headers=headers)


def report_of(visit: Visit, path: str, asked: Question, at: Moment, views: Sequence[int]) -> str:
    """The hash of everything that fixes an answer: question, positions, cuts, day, measures, language, who may see what.

    `views`: how far each view is that is asked; of the log, `at` says it.
    """
    fixed = [
        path,
        {name: value for name, value in msgspec.structs.asdict(asked).items() if name not in NOT_FIXING},
        at.position,
        [one for one in views if one != at.position],
        at.cuts.as_recorded_at,
        at.on,
        versions(),
        visit.language,
        [visit.scope, visit.actor.role, visit.actor.organisation],
    ]
    return hashlib.sha256(encode(fixed)).hexdigest()


def _on(visit: Visit) -> Any:
    bar = visit.bar
    if bar.effective_on is not None:
        return bar.effective_on
    return visit.house.desk.today() if bar.recorded_at is None else recorded_day(bar.recorded_at)


def _content(found: Found, at: Moment) -> tuple[Mapping[str, Any], str | None]:
    """The fields of an answer, the page's rows and cursor among them."""
    if found.rows is None:
        return found.content, None
    assert at.limit is not None
    page = list(islice(found.rows, at.limit + 1))
    following = cursor_of(page[at.limit - 1][0]) if len(page) > at.limit else None
    return {**found.content, "rows": [row for _, row in page[: at.limit]], "next": following}, following


def _links(request: Request, following: str | None) -> str:
    """Where a list begins and goes on (RFC 8288). No `prev`: a cursor says after which row a page begins, and no more."""
    first = {name: value for name, value in request.query_params.items() if name != "after"}
    pages = {"first": link(request.url.path, first)}
    if following is not None:
        pages["next"] = link(request.url.path, {**first, "after": following})
    return ", ".join(f'<{address}>; rel="{rel}"' for rel, address in pages.items())


def _build_mark(views: Sequence[Any]) -> str:
    """Tables that were built anew may hold other figures at the same position."""
    builds = [one.build for one in views]
    return "-" + hashlib.sha256(encode(builds)).hexdigest()[:8] if any(builds) else ""


def _page_mark(paging: Paging | None) -> str:
    if paging is None or (paging.after is None and paging.limit == Paging().limit):
        return ""
    return "-" + hashlib.sha256(encode([paging.after, paging.limit])).hexdigest()[:8]


def _matches(sent: str, etag: str) -> bool:
    """Whether If-None-Match names this answer (RFC 9110: compared weakly)."""
    return any(one.strip().removeprefix("W/") in (etag, "*") for one in sent.split(",") if one.strip())


def _cursor_problem() -> Misshapen:
    return Misshapen("/after", "应填上一页所给的 next。", "Expected the `next` of the page before.")
