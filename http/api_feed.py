"""The change feed: facts as CloudEvents, one after the other as they are recorded, as server-sent events.

    GET /api/feed with Accept: text/event-stream   from now on; `Last-Event-ID` or `?after=` resumes after that position
    GET /api/feed?follow=false, or another Accept  what there is, then the stream ends

The id of an event is the fact's position, so that a reader which comes back misses nothing and gets nothing twice.
Facts that the officer may not see are passed over in silence; the id moves on with a heartbeat. A stream ends when its
session or key does, and by itself after a while: who comes back is asked at the door again.
"""

from __future__ import annotations

import asyncio
import time
from collections import Counter
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from typing import Annotated, Any, Final, NamedTuple

import msgspec
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse
from starlette.routing import Route

from taizhang.adapters.fact_rows import fact_rows
from taizhang.adapters.shapes import misshapen
from taizhang.adapters.visibility import visible
from taizhang.domain.envelope import opened
from taizhang.http.api_endpoints import Question
from taizhang.http.api_problems import ApiProblem
from taizhang.http.api_questions import twice
from taizhang.http.doors import is_still_in
from taizhang.http.visit import CASEWORK, Visit

PAGE: Final = 200
LOOK_SECONDS: Final = 0.5  # between two looks at the head of the log
HEARTBEAT_SECONDS: Final = 15.0
STREAM_SECONDS: Final = 300.0  # then the reader comes back, and the door asks anew who it is
FEEDS_MOST: Final = 20  # open at once for one key or officer: each looks at the log twice a second
AGAIN_MS: Final = 1_000  # how long a reader waits before it comes back
ENDING: Final = "taizhang.ending"  # in the scope of a request once the server is to stop (http/request_reader.py)
EVENT_STREAM: Final = "text/event-stream"
_encode: Final = msgspec.json.Encoder(order="deterministic").encode


class FeedAsked(Question, frozen=True, kw_only=True):
    """From where, of which kinds, and whether the stream stays open."""

    after: Annotated[int, msgspec.Meta(ge=0, le=2**53, description="从此位置之后 · after this position")] | None = None
    type: Annotated[str, msgspec.Meta(max_length=120, description="事实种类 · kind of fact")] | None = None
    follow: (
        Annotated[
            bool,
            msgspec.Meta(description="是否保持连接;不填时按 Accept · whether to stay; else as Accept says"),
        ]
        | None
    ) = None


class _Turn(NamedTuple):
    """What one look at the log gave: events, and how far it has been read."""

    events: bytes
    after: int
    is_level: bool


async def feed(request: Request) -> Response:
    """Facts as CloudEvents in the order of the log, as far as the officer may see them."""
    visit, asked, after = await run_in_threadpool(_opened, request)
    headers = {"x-accel-buffering": "no"}
    if request.method == "HEAD":  # there is nothing to wait for
        return Response(media_type=EVENT_STREAM, headers=headers)
    return StreamingResponse(_stream(request, visit, asked, after), media_type=EVENT_STREAM, headers=headers)


def _opened(request: Request) -> tuple[Visit, FeedAsked, int]:
    """Raises ApiProblem (403, 409, 422, 429)."""
    visit = Visit(request)
    if visit.actor.role not in CASEWORK:
        raise ApiProblem("not-your-role")
    given = dict(request.query_params)
    last = request.headers.get("last-event-id", "").strip()
    if last:
        given["after"] = last
    if wrong := [*misshapen(given, FeedAsked, strict=False), *twice(request.query_params)]:
        raise ApiProblem("misshapen", errors=wrong)
    asked = msgspec.convert(given, FeedAsked, strict=False)
    if asked.follow is None:  # who asks for events, as every EventSource does, stays
        asked = msgspec.structs.replace(asked, follow=EVENT_STREAM in request.headers.get("accept", ""))
    head = visit.house.log.head().position
    if asked.after is not None and asked.after > head:
        raise ApiProblem("past-the-end")
    if asked.follow and request.app.state.open_feeds[_reader(visit)] >= FEEDS_MOST:
        raise ApiProblem("too-many-feeds")
    if asked.after is None and asked.follow:
        return visit, asked, head
    return visit, asked, asked.after or 0


async def _stream(request: Request, visit: Visit, asked: FeedAsked, after: int) -> AsyncIterator[bytes]:
    """What `_told` tells; counted among the open feeds of its reader while it lasts."""
    open_feeds: Counter[str] = request.app.state.open_feeds
    open_feeds[_reader(visit)] += 1
    try:
        async for part in _told(request, visit, asked, after):
            yield part
    finally:
        open_feeds[_reader(visit)] -= 1
        if not open_feeds[_reader(visit)]:
            del open_feeds[_reader(visit)]


def _reader(visit: Visit) -> str:
    """Whose feeds are counted together: a program's, by its key, or an officer's."""
    return visit.officer.key or f"officer:{visit.officer.officer}"


async def _told(request: Request, visit: Visit, asked: FeedAsked, after: int) -> AsyncIterator[bytes]:
    yield b"retry: %d\n\n" % AGAIN_MS
    began = told = time.monotonic()
    while time.monotonic() - began < STREAM_SECONDS and ENDING not in request.scope:
        if await request.is_disconnected():
            return
        turn = await run_in_threadpool(_turn, visit, asked, after)
        if turn is None:
            return
        if turn.events:
            yield turn.events
        if turn.after != after or time.monotonic() - told > HEARTBEAT_SECONDS:
            yield b"id: %d\n\n" % turn.after  # moves the reader's Last-Event-ID on, and is no event
            after, told = turn.after, time.monotonic()
        if turn.is_level:
            if not asked.follow:
                return
            await asyncio.sleep(LOOK_SECONDS)


def _turn(visit: Visit, asked: FeedAsked, after: int) -> _Turn | None:
    """The next page of the log, as far as the officer may see it by the roles held now; None: nobody is let in any more."""
    if not is_still_in(visit):
        return None
    if visit.grant not in visit.house.grants(visit.officer.officer):
        return _Turn(b"", after, True)  # the role was taken away: nothing more is told
    log = visit.house.log
    page = log.page(after, PAGE)
    facts = [opened(row.position, row.leaf) for row in page if asked.type in (None, row.type)]
    seen = [fact for fact in facts if visible(log, fact, visit.actor)]
    origin = log.head().origin
    events = b"".join(_event(origin, row) for row in fact_rows(log, seen))
    return _Turn(events, page[-1].position if page else after, len(page) < PAGE)


def _event(origin: str, row: dict[str, Any]) -> bytes:
    """One server-sent event that holds a CloudEvent 1.0 in structured form."""
    at = datetime.fromtimestamp(row["recorded_at"] / 1e6, UTC).isoformat(timespec="microseconds")
    event = {
        "specversion": "1.0",
        "id": str(row["position"]),
        "source": f"urn:taizhang:log:{origin}",
        "type": f"taizhang.{row['type']}",
        "time": at.replace("+00:00", "Z"),
        "subject": next(iter(row["tags"]), f"fact:{row['position']}"),
        "datacontenttype": "application/json",
        "data": row,
    }
    return b"id: %d\nevent: fact\ndata: %s\n\n" % (row["position"], _encode(event))


def feed_route() -> Route:
    """The route of the feed."""
    feed.roles = CASEWORK  # type: ignore[attr-defined]
    return Route("/api/feed", feed, methods=["GET"], name="feed")
