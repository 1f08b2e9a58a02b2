"""The house for programs and for those who watch it: health, readiness, where log and views stand, what was refused."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Final

import msgspec
from starlette.responses import Response

from taizhang.adapters.proof.standing import cosigned_row
from taizhang.domain.officers import ROLES
from taizhang.http.api_endpoints import Answer, Found, Moment, Question, single
from taizhang.http.refusals import refusals_by_rule
from taizhang.http.visit import Visit, door

LAG_SECONDS_MOST: Final = 60.0  # views further behind than this are told of: answers would be of the past
_encode: Final = msgspec.json.Encoder(order="deterministic").encode


class ViewRow(msgspec.Struct, frozen=True, kw_only=True):
    """How far a view is: `lag` facts behind the head; `error` says what stopped it, and where."""

    name: str
    version: int
    position: int
    head: int
    lag: int
    recorded_at: int
    lag_seconds: float
    error: str | None
    error_position: int | None
    build: Annotated[int, msgspec.Meta(description="表的重建次数 · how often its tables were built anew")]


class CosignedRow(msgspec.Struct, frozen=True, kw_only=True):
    """How much is cosigned: the first `size` facts, `age_seconds` ago, by these witnesses; `newer` facts are not."""

    size: int
    at_seconds: int | None
    age_seconds: int | None
    by: list[str]
    newer: int


class StatusAnswer(Answer, kw_only=True):
    """Where log and views stand."""

    views: list[ViewRow]
    refusals: Annotated[dict[str, int], msgspec.Meta(description="各规则拒绝次数 · refusals by rule")]
    keeping: Annotated[bool, msgspec.Meta(description="视图是否正常跟进 · whether the views are kept caught up")]
    cosigned: Annotated[CosignedRow | None, msgspec.Meta(description="见证状态 · what witnesses have cosigned")] = None


def health(visit: Visit) -> Response:
    """Whether the server answers and reaches its log; tells strangers nothing else.

    Raises LogUnavailable.
    """
    visit.house.log.head()
    return _told({"status": "ok"})


def ready(visit: Visit) -> Response:
    """Whether requests may be sent here: the log answers, and every view follows it closely; 503 while not.

    Raises LogUnavailable.
    """
    visit.reception.set_up()
    views = visit.house.views.status()
    follows = all(view.error is None and view.lag_seconds <= LAG_SECONDS_MOST for view in views)
    is_ready = follows and visit.reception.keeper.state().is_well
    return _told({"status": "ready" if is_ready else "not-ready"}, 200 if is_ready else 503)


def house_status(visit: Visit, _: Question, __: Moment) -> Found:
    """Head of the log, each view with its position and lag, refusals by rule within the officer's region."""
    views = [view._asdict() for view in visit.house.views.status()]
    refusals = dict(refusals_by_rule(visit.house, visit.scope))
    cosigned = cosigned_row(visit.house.settings, visit.house.log.head().position, visit.house.clock())
    keeping = visit.reception.keeper.state().is_well
    return Found({"views": views, "refusals": refusals, "keeping": keeping, "cosigned": cosigned})


def _told(content: Mapping[str, str], status: int = 200) -> Response:
    return Response(_encode(content), status, media_type="application/json")


ROUTES = (door("/health", health, needs="nothing"), door("/ready", ready, needs="nothing"))
ENDPOINTS = (single("/api/status", house_status, Question, StatusAnswer, roles=ROLES, beside_log=True),)
