"""What stands before every page: security headers, language, size limit, and the door that strangers do not pass."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final
from urllib.parse import quote

from starlette.concurrency import run_in_threadpool
from starlette.datastructures import MutableHeaders
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from taizhang.adapters.attaching import FILE_BYTES_MOST
from taizhang.adapters.key_issuing import key_state
from taizhang.adapters.program_keys import PREFIX, ProgramKeys
from taizhang.adapters.signin import Session, SignIn
from taizhang.http.api_problems import KINDS, OWN
from taizhang.http.errors import error_response, for_programs
from taizhang.http.headers import secure
from taizhang.http.rates import SIGNINS_A_MINUTE, STRANGERS_SHARE, Rates
from taizhang.http.texts import Language, as_language
from taizhang.http.wrong_keys import WrongKeys

if TYPE_CHECKING:
    from taizhang.http.visit import Visit

SESSION_COOKIE: Final = "taizhang_session"
LANGUAGE_COOKIE: Final = "taizhang_lang"
LANGUAGE_SECONDS: Final = 365 * 24 * 3600
FORM_BYTES: Final = 1024 * 1024  # any form without a file
UPLOAD_BYTES: Final = 256 * 1024 * 1024  # several workbooks at once
UPLOAD_PATHS: Final = frozenset({"/import", "/lists", "/attach", "/record/inspections.report-rectification"})
FILE_COMMAND: Final = "/api/commands/training.file-attachment"  # one file in JSON, which is read into the memory whole
FILE_COMMAND_BYTES: Final = FILE_BYTES_MOST * 4 // 3 + FORM_BYTES  # in base64, and what is said of it
ADDRESS_LETTERS: Final = 8_000  # browsers and proxies carry no longer ones either
PATH_LETTERS: Final = 1_000
API: Final = "/api/"
LOG: Final = "/log/"  # as any transparency-log client reads it
LOG_ENTRIES: Final = "/log/tile/entries/"
SIGNIN_PATHS: Final = frozenset({"/signin"})  # where a password is tried
OPEN_PATHS: Final = frozenset({"/signin", "/signin/sso", "/signin/sso/return", "/health", "/ready"})
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
    """Nobody fills the memory: a body past its limit is answered 413, announced or not, an address past its limit 414."""

    def __init__(self, app: ASGIApp, form_bytes: int = FORM_BYTES, upload_bytes: int = UPLOAD_BYTES) -> None:
        self._app, self._form_bytes, self._upload_bytes = app, form_bytes, upload_bytes

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            return await self._app(scope, receive, send)
        if len(scope["path"]) > PATH_LETTERS or len(scope["path"]) + len(scope["query_string"]) > ADDRESS_LETTERS:
            return await error_response(Request(scope), 414)(scope, receive, send)
        if (
            "\0" in scope["path"] or b"%00" in scope["query_string"]
        ):  # nothing of ours has it, and not every database takes it
            return await error_response(Request(scope), 400)(scope, receive, send)
        limit = self._limit(scope["path"])
        announced = Request(scope).headers.get("content-length", "0")
        if not announced.isdecimal() or len(announced) > len(str(limit)) or int(announced) > limit:
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

    def _limit(self, path: str) -> int:
        if path == FILE_COMMAND:
            return FILE_COMMAND_BYTES
        return self._upload_bytes if _takes_files(path) else self._form_bytes


class Door:
    """Who is it? Strangers see the sign-in page, its parts and /health, and learn of nothing else.

    A person comes with a session; a program sends its own key, or an officer's, with each request to the API or the log.
    Each session and key, and each address of strangers, asks so many times a minute (`a_minute`; 0: as often as it likes).
    `publishes_log`: the log's checkpoint and hashes are for everybody.
    """

    def __init__(
        self,
        app: ASGIApp,
        signin: SignIn,
        program_keys: ProgramKeys,
        wrong_keys: WrongKeys,
        rates: Rates,
        *,
        a_minute: int = 0,
        publishes_log: bool = False,
    ) -> None:
        self._app, self._signin, self._program_keys, self._wrong_keys = app, signin, program_keys, wrong_keys
        self._rates, self._a_minute, self._publishes_log = rates, a_minute, publishes_log

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            return await self._app(scope, receive, send)
        request = Request(scope)
        key, path, address = _key(request), scope["path"], address_of(request)
        scope.setdefault("state", {}).update(session=None, authenticated="key")
        if path.startswith("/static/"):
            return await self._app(scope, receive, send)
        if key is None:
            token = request.cookies.get(SESSION_COOKIE)
            session = await run_in_threadpool(self._signin.who, token) if token else None
        else:
            if seconds := self._wrong_keys.locked_seconds(address):
                return await _later(request, seconds, "errors.429.body")(scope, receive, send)
            session = await run_in_threadpool(self._of_key, key, address)
        scope["state"]["session"] = session
        scope["state"]["authenticated"] = session.authenticated if session is not None else "password"
        if seconds := self._wait_seconds(request, session, address):
            return await _later(request, seconds, "errors.too_often")(scope, receive, send)
        if path in OPEN_PATHS or (self._publishes_log and _is_hashes(path)):
            return await self._app(scope, receive, send)
        if session is None:
            return await _stranger(request)(scope, receive, send)
        if session.must_change and path not in CHANGE_PATHS:
            return await _password_first(request)(scope, receive, send)
        return await self._app(scope, receive, send)

    def _of_key(self, key: str, address: str) -> Session | None:
        """Whom a key lets in: a program in one role, or an officer."""
        if key.startswith(PREFIX):
            found = self._program_keys.of(key)
            session = None if found is None else Session(found[1], found[0], "", False, "key", found[0])
        else:
            session = self._signin.of_key(key)
        (self._wrong_keys.count if session is None else self._wrong_keys.forget)(address)
        if session is None:
            self._signin.note("key-refused", "", address)
        return session

    def _wait_seconds(self, request: Request, session: Session | None, address: str) -> int:
        """How long whoever asks must wait before asking again; 0: go on."""
        if request.method == "POST" and request.url.path in SIGNIN_PATHS:
            return self._rates.wait_seconds(f"signin:{address}", min(self._a_minute, SIGNINS_A_MINUTE))
        if session is None:
            return self._rates.wait_seconds(f"address:{address}", -(-self._a_minute // STRANGERS_SHARE))
        caller = f"key:{session.key}" if session.key else f"{session.authenticated}:{session.officer}:{session.csrf}"
        return self._rates.wait_seconds(caller, self._a_minute)


def is_still_in(visit: Visit) -> bool:
    """Whether who came in would still be let in: not signed out, the session not over, the key not revoked or expired."""
    session, request, house = visit.officer, visit.request, visit.house
    if session.key:
        return visit.grant is not None and key_state(house, session.key).opens_on(house.desk.today()) == visit.grant
    key = _key(request)
    found = house.signin.who(request.cookies.get(SESSION_COOKIE, "")) if key is None else house.signin.of_key(key)
    return found is not None and found.officer == session.officer


def address_of(request: Request) -> str:
    """Where a request comes from."""
    return request.client.host if request.client is not None else ""


def _takes_files(path: str) -> bool:
    """Whether a form that is sent there may bring files."""
    return path in UPLOAD_PATHS or (path.startswith("/facts/") and path.endswith("/correct"))


def _is_hashes(path: str) -> bool:
    """Whether it is the log's checkpoint or a tile of hashes; entries are the facts."""
    return path.startswith(LOG) and not path.startswith(LOG_ENTRIES)


def _key(request: Request) -> str | None:
    """The key that a program sends to the API, its document, the metrics or the log (RFC 6750); None for everybody else."""
    scheme, _, key = request.headers.get("authorization", "").partition(" ")
    path = request.url.path
    is_asked = path.startswith((API, LOG)) or for_programs(path)
    return key.strip() if scheme.lower() == "bearer" and is_asked else None


def _later(request: Request, seconds: int, key: str) -> Response:
    response = error_response(request, 429, key=key)
    response.headers["retry-after"] = str(seconds)
    return response


def _password_first(request: Request) -> Response:
    if not request.url.path.startswith(API):
        return RedirectResponse("/password", 303)
    said = KINDS["password-first"]
    return error_response(request, said.status, zh=said.zh, en=said.en, kind=OWN + "password-first")


def _stranger(request: Request) -> Response:
    path = request.url.path
    if for_programs(path):
        response = error_response(request, 401)
        response.headers["www-authenticate"] = "Bearer" + (
            ' error="invalid_token"' if _key(request) is not None else ""
        )
        return response
    if request.method not in ("GET", "HEAD"):
        return RedirectResponse("/signin?over=1", 303)  # what was sent is lost, and whoever sent it is told so
    if path == "/":
        return RedirectResponse("/signin", 303)
    asked = path + (f"?{request.url.query}" if request.url.query else "")
    return RedirectResponse(f"/signin?next={quote(asked, safe='')}", 303)
