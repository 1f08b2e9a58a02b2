"""When something cannot be answered: a page in both languages for people, RFC 9457 problem+json for programs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from http import HTTPStatus
from typing import Any, Final

import structlog
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect, Request
from starlette.responses import HTMLResponse, Response

from taizhang.adapters.desk import DeskBusy
from taizhang.adapters.files import FileDamaged
from taizhang.adapters.log.log import CommandReused
from taizhang.adapters.unavailable import LogUnavailable
from taizhang.domain.core import Refusal
from taizhang.http.api_problems import MEDIA_TYPE, OWN, RULES, ApiProblem, problem_body
from taizhang.http.headers import secure

WORDED: Final = frozenset({400, 401, 403, 404, 405, 409, 413, 414, 429, 500, 503})


class NoAnswer(HTTPException):
    """An HTTP error with words of its own, for example the wrong form token."""

    def __init__(self, status: int, key: str, headers: Mapping[str, str] | None = None) -> None:
        super().__init__(status, headers=headers)
        self.key = key


def error_response(
    request: Request,
    status: int,
    *,
    key: str = "",
    zh: str = "",
    en: str = "",
    kind: str = "",
    errors: Sequence[Any] = (),
) -> Response:
    """The answer to a request that failed; `key` or the pair of words says more than the status does."""
    reception = request.app.state.reception
    known = status if status in WORDED else (500 if status >= 500 else 400)
    key = key or f"errors.{known}.body"
    words = reception.texts.entries[key]
    zh, en = zh or words.zh, en or words.en
    if for_programs(request.url.path):
        title = HTTPStatus(status).phrase  # as RFC 9457 asks of about:blank
        return Response(problem_body(status, title, kind or _kind(key), zh, en, errors), status, media_type=MEDIA_TYPE)
    page = reception.error_page(request, known, zh=zh, en=en)
    return HTMLResponse(page, status)


def handlers() -> dict[Any, Any]:
    """What the application does with each kind of exception."""
    return {
        HTTPException: _http,
        Refusal: _refused,
        CommandReused: _sent_before,
        DeskBusy: _unavailable,
        LogUnavailable: _unavailable,
        FileDamaged: _unavailable,
        ClientDisconnect: _gone,
        Exception: _ours,
    }


def for_programs(path: str) -> bool:
    """Whether programs ask here, who are told of failures in JSON."""
    return path.startswith("/api/") or path in ("/metrics", "/ready", "/openapi.json")


async def _http(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    if isinstance(error, ApiProblem):
        response = error_response(
            request, error.status_code, zh=error.zh, en=error.en, kind=error.kind, errors=error.errors
        )
    else:
        key = getattr(error, "key", "")
        response = error_response(request, error.status_code, key=key, kind=_kind(key))
    for name, value in (error.headers or {}).items():
        response.headers[name] = value
    return response


async def _refused(request: Request, error: Exception) -> Response:
    assert isinstance(error, Refusal)
    return error_response(request, 409, zh=error.words("zh"), en=error.words("en"), kind=RULES + error.RULE)


async def _sent_before(request: Request, error: Exception) -> Response:
    """A form that was recorded once, then changed and sent again, for example after going back in the browser."""
    assert isinstance(error, CommandReused)
    return error_response(request, 409, key="errors.form_sent")


async def _unavailable(request: Request, error: Exception) -> Response:
    trouble = getattr(error, "trouble", None)
    kind = OWN + (f"log-{trouble.name}" if trouble is not None else "busy")
    return error_response(request, 503, zh=getattr(error, "zh", ""), en=str(error), kind=kind)


async def _gone(_: Request, __: Exception) -> Response:
    """Who went away in the middle of what they sent hears nothing; it is no mistake of ours, and fills no log."""
    return Response(status_code=400)


def _kind(key: str) -> str:
    """The stable type of an error that has words of its own, for example urn:taizhang:problem:no-role."""
    name = key.removeprefix("errors.").replace("_", "-")
    return OWN + name if name and not name[0].isdigit() else "about:blank"


async def _ours(request: Request, error: Exception) -> Response:
    """Our own bug. Starlette answers outside of all middleware here, so the headers are put on by hand."""
    structlog.get_logger().error("page failed", path=request.url.path, exc_info=error)
    response = error_response(request, 500)
    secure(response.headers, request.url.path, is_https=request.url.scheme == "https")
    return response
