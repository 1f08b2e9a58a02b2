"""When something cannot be answered: a page in both languages for people, RFC 9457 problem+json for programs."""

from __future__ import annotations

from typing import Any, Final

import msgspec
import structlog
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from taizhang.adapters.desk import DeskBusy
from taizhang.adapters.files import FileDamaged
from taizhang.adapters.unavailable import LogUnavailable
from taizhang.domain.core import Refusal
from taizhang.http.headers import secure

WORDED: Final = frozenset({400, 401, 403, 404, 405, 409, 413, 429, 500, 503})


class Problem(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """RFC 9457: what a program gets in place of an answer."""

    type: str
    title: str
    status: int
    detail: str | None = None
    detail_zh: str | None = None


class NoAnswer(HTTPException):
    """An HTTP error with words of its own, for example the wrong form token."""

    def __init__(self, status: int, key: str) -> None:
        super().__init__(status)
        self.key = key


def error_response(
    request: Request, status: int, *, key: str = "", zh: str = "", en: str = "", kind: str = "about:blank"
) -> Response:
    """The answer to a request that failed; `key` or the pair of words says more than the status does."""
    reception = request.app.state.reception
    known = status if status in WORDED else (500 if status >= 500 else 400)
    key = key or f"errors.{known}.body"
    words = reception.texts.entries[key]
    zh, en = zh or words.zh, en or words.en
    if request.url.path.startswith("/api/"):
        title = reception.texts.say(f"errors.{known}.title", "en")
        problem = Problem(type=kind, title=title, status=status, detail=en, detail_zh=zh)
        return Response(msgspec.json.encode(problem), status, media_type="application/problem+json")
    page = reception.error_page(request, known, zh=zh, en=en)
    return HTMLResponse(page, status)


def handlers() -> dict[Any, Any]:
    """What the application does with each kind of exception."""
    return {
        HTTPException: _http,
        Refusal: _refused,
        DeskBusy: _unavailable,
        LogUnavailable: _unavailable,
        FileDamaged: _unavailable,
        Exception: _ours,
    }


async def _http(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    response = error_response(request, error.status_code, key=getattr(error, "key", ""))
    for name, value in (error.headers or {}).items():
        response.headers[name] = value
    return response


async def _refused(request: Request, error: Exception) -> Response:
    assert isinstance(error, Refusal)
    kind = f"urn:taizhang:rule:{error.RULE}"
    return error_response(request, 409, zh=error.words("zh"), en=error.words("en"), kind=kind)


async def _unavailable(request: Request, error: Exception) -> Response:
    return error_response(request, 503, zh=getattr(error, "zh", ""), en=str(error))


async def _ours(request: Request, error: Exception) -> Response:
    """Our own bug. Starlette answers outside of all middleware here, so the headers are put on by hand."""
    structlog.get_logger().error("page failed", path=request.url.path, exc_info=error)
    response = error_response(request, 500)
    secure(response.headers, request.url.path, is_https=request.url.scheme == "https")
    return response
