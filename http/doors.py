"""What stands before every page: security headers, language, size limit, and the door that strangers do not pass."""

from __future__ import annotations

from typing import Final
from urllib.parse import quote

from starlette.concurrency import run_in_threadpool
from starlette.datastructures import MutableHeaders
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from taizhang.adapters.signin import SignIn
from taizhang.http.errors import error_response
from taizhang.http.headers import secure
from taizhang.http.texts import Language, as_language
from taizhang.http.wrong_keys import WrongKeys

SESSION_COOKIE: Final = "taizhang_session"
LANGUAGE_COOKIE: Final = "taizhang_lang"
LANGUAGE_SECONDS: Final = 365 * 24 * 3600
FORM_BYTES: Final = 1024 * 1024  # any form without a file
UPLOAD_BYTES: Final = 256 * 1024 * 1024  # several workbooks at once
UPLOAD_PATHS: Final = frozenset({"/import", "/lists"})
API: Final = "/api/"
LOG: Final = "/log/"  # as any transparency-log client reads it
LOG_ENTRIES: Final = "/log/tile/entries/"
OPEN_PATHS: Final = frozenset({"/signin", "/health", "/ready"})
CHANGE_PATHS: Final = frozenset({"/password", "/signout"})  # what an officer who must change the password may reach


class SecurityHeaders:
    """Every answer carries them."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            return await self._app(scope, receive, send)

        async def secured(message: Message) -> None:
            if message["type"] == "http.response.start":
                secure(MutableHeaders(scope=message), scope["path"], is_https=scope["scheme"] == "https")
            await send(message)

        return await self._app(scope, receive, secured)


class ChosenLanguage:
    """`?lang=` chooses for this browser from now on; else the cookie; else the house's own language."""

    def __init__(self, app: ASGIApp, default: Language) -> None:
        self._app, self._default = app, default

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            return await self._app(scope, receive, send)
        request = Request(scope)
        asked = as_language(request.query_params.get("lang"))
        kept = as_language(request.cookies.get(LANGUAGE_COOKIE))
        scope.setdefault("state", {})["language"] = asked or kept or self._default

        async def remembered(message: Message) -> None:
            if message["type"] == "http.response.start" and asked is not None and asked != kept:
                cookie = Response()
                cookie.set_cookie(
                    LANGUAGE_COOKIE,
                    asked,
                    max_age=LANGUAGE_SECONDS,
                    samesite="lax",
                    httponly=True,
                    secure=scope["scheme"] == "https",
                )
                MutableHeaders(scope=message).append("set-cookie", cookie.headers["set-cookie"])
            await send(message)

        return await self._app(scope, receive, remembered)


class SizeLimit:
    """Nobody fills the memory: a body past its limit is answered 413, announced or not."""

    def __init__(self, app: ASGIApp, form_bytes: int = FORM_BYTES, upload_bytes: int = UPLOAD_BYTES) -> None:
        self._app, self._form_bytes, self._upload_bytes = app, form_bytes, upload_bytes

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            return await self._app(scope, receive, send)
        limit = self._upload_bytes if scope["path"] in UPLOAD_PATHS else self._form_bytes
        announced = Request(scope).headers.get("content-length", "0")
        if not announced.isdecimal() or int(announced) > limit:
            return await error_response(Request(scope), 413)(scope, receive, send)
        taken = 0

        async def counted() -> Message:
            nonlocal taken
            message = await receive()
            taken += len(message.get("body", b""))
            if taken > limit:
                raise HTTPException(413)
            return message

        return await self._app(scope, counted, send)


class Door:
    """Who is it? Strangers see the sign-in page, its parts and /health, and learn of nothing else.

    A person comes with a session; a program may send an officer's key with each request to the API or the log.
    `publishes_log`: the log's checkpoint and hashes are for everybody.
    """

    def __init__(self, app: ASGIApp, signin: SignIn, wrong_keys: WrongKeys, *, publishes_log: bool = False) -> None:
        self._app, self._signin, self._wrong_keys, self._publishes_log = app, signin, wrong_keys, publishes_log

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            return await self._app(scope, receive, send)
        request = Request(scope)
        key = _key(request)
        scope.setdefault("state", {}).update(session=None, authenticated="password" if key is None else "key")
        if key is None:
            token = request.cookies.get(SESSION_COOKIE)
            session = await run_in_threadpool(self._signin.who, token) if token else None
        else:
            address = request.client.host if request.client is not None else ""
            seconds = self._wrong_keys.locked_seconds(address)
            if seconds:
                return await _locked(request, seconds)(scope, receive, send)
            session = await run_in_threadpool(self._signin.of_key, key)
            (self._wrong_keys.count if session is None else self._wrong_keys.forget)(address)
        scope["state"]["session"] = session
        path = scope["path"]
        if path in OPEN_PATHS or path.startswith("/static/") or (self._publishes_log and _is_hashes(path)):
            return await self._app(scope, receive, send)
        if session is None:
            return await _stranger(request)(scope, receive, send)
        if session.must_change and path not in CHANGE_PATHS:
            answer = error_response(request, 403) if path.startswith(API) else RedirectResponse("/password", 303)
            return await answer(scope, receive, send)
        return await self._app(scope, receive, send)


def _is_hashes(path: str) -> bool:
    """Whether it is the log's checkpoint or a tile of hashes; entries are the facts."""
    return path.startswith(LOG) and not path.startswith(LOG_ENTRIES)


def _key(request: Request) -> str | None:
    """The key that a program sends to the API or for the log's entries (RFC 6750); None for everybody else."""
    scheme, _, key = request.headers.get("authorization", "").partition(" ")
    return key.strip() if scheme.lower() == "bearer" and request.url.path.startswith((API, LOG)) else None


def _locked(request: Request, seconds: int) -> Response:
    response = error_response(request, 429)
    response.headers["retry-after"] = str(seconds)
    return response


def _stranger(request: Request) -> Response:
    path = request.url.path
    if path.startswith(API):
        response = error_response(request, 401)
        response.headers["www-authenticate"] = "Bearer" + (
            ' error="invalid_token"' if _key(request) is not None else ""
        )
        return response
    if request.method not in ("GET", "HEAD") or path == "/":
        return RedirectResponse("/signin", 303)
    asked = path + (f"?{request.url.query}" if request.url.query else "")
    return RedirectResponse(f"/signin?next={quote(asked, safe='')}", 303)
