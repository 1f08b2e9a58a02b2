"""One request by one officer: what a page is given, and the one way in which pages are opened to the world."""

from __future__ import annotations

import secrets
from collections.abc import Awaitable, Callable, Mapping, Sequence
from functools import partial
from typing import Any, Final, Literal

from starlette.concurrency import run_in_threadpool
from starlette.datastructures import FormData
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response
from starlette.routing import Route

from taizhang.adapters.key_issuing import key_state
from taizhang.adapters.log.log import CommandReused
from taizhang.adapters.sheets.sheets import FileUnreadable
from taizhang.adapters.signin import Session
from taizhang.domain.core import Actor, OfficerId
from taizhang.domain.officers import BUSINESS, Grant
from taizhang.http.asking import Asking
from taizhang.http.cuts import TimeBar, asked
from taizhang.http.errors import NoAnswer
from taizhang.http.frame import Frame
from taizhang.http.officer_state import officer_state
from taizhang.http.once import once
from taizhang.http.opening import Opening, opens
from taizhang.http.people import with_names
from taizhang.http.rendering import link
from taizhang.http.scope import require_within
from taizhang.http.texts import Language, other

ROLE_COOKIE: Final = "taizhang_role"
PRE_SESSION_COOKIE: Final = "taizhang_form"  # the form token of who has no session yet
MAX_FILES, MAX_FIELDS = 200, 2_000  # forty rosters that each call their columns something else

Needs = Literal["nothing", "session", "role"]
CASEWORK: Final = BUSINESS - {"dashboard"}  # who sees single facts, as far as their region and organisation reach


class Visit(Asking):
    """What a page is given. Its methods say who asks, in which role, language, region and moment."""

    def __init__(self, request: Request, form: FormData | None = None) -> None:
        super().__init__(request.app.state.reception)
        self.request, self.form = request, form
        self.has_done = "done" in request.query_params
        self.language: Language = request.scope["state"]["language"]
        self.session: Session | None = request.scope["state"]["session"]
        self.region_names: dict[str, str] = {}  # what `places` has read for this page
        self.class_names: dict[str, str] = {}  # and what `class_names` has
        self.line_names: dict[str, str] = {}  # and what `line_name` has
        self.officer_labels: dict[str, str] = {}  # and what `Frame.officer` has
        self.office_names: dict[str, str] = {}  # and what `holder_words` has

    @property
    def officer(self) -> Session:
        """Who is signed in."""
        assert self.session is not None, "the door lets nobody else in"
        return self.session

    @property
    def acted(self) -> int:
        return 0 if self.session is None else self.house.desk.acted(self.session.officer)

    @once
    def grants(self) -> Sequence[Grant]:
        """The roles the officer holds now."""
        if self.session is None:
            return ()
        held = officer_state(self.house.log, self.session.officer).grants_on(self.house.desk.today())
        if self.session.key:  # a program acts in the one role its key is for, while the officer holds it
            opens = key_state(self.house, self.session.key).opens_on(self.house.desk.today())
            held = [grant for grant in held if grant == opens]
        return sorted(held, key=lambda grant: (grant.role, grant.region))

    @once
    def grant(self) -> Grant | None:
        """The role in which the officer acts now: the one chosen, else the first."""
        chosen = self.request.cookies.get(ROLE_COOKIE, "")
        return next((grant for grant in self.grants if role_key(grant) == chosen), next(iter(self.grants), None))

    @once
    def actor(self) -> Actor:
        """The officer as the desk wants to know them.

        Raises NoAnswer (403) for an officer without any role, and (401) for a key that opens nothing any more.
        """
        if self.grant is None and self.session is not None and self.session.key:
            raise NoAnswer(401, "errors.key_over", {"www-authenticate": 'Bearer error="invalid_token"'})
        if self.grant is None:
            raise NoAnswer(403, "errors.no_role")
        return Actor(
            officer=OfficerId(self.officer.officer),
            role=self.grant.role,
            organisation=self.grant.organisation,
            region=self.grant.region,
            authenticated=self.request.scope["state"]["authenticated"],
        )

    @property
    def scope(self) -> str:
        """The region within which this officer sees anything."""
        return self.actor.region

    @once
    def bar(self) -> TimeBar:
        """The moments at which the page looks."""
        return asked(self.request.query_params)

    def region(self, code: str | None) -> str:
        """A region of the request, when it is the officer's to see.

        Raises HTTPException (404).
        """
        return require_within(code, self.scope)

    def label(self, kind: str, code: object) -> str:
        """What a code means in the page's language; the code itself where no word is known."""
        return self.reception.label(kind, code, self.language)

    def t(self, key: str, **values: object) -> str:
        return self.reception.texts.say(key, self.language, **values)

    def words(self, problem: Any) -> str:
        """What went wrong, by an exception that speaks both languages."""
        if isinstance(problem, FileUnreadable):  # its `zh` is a pattern, to be filled in
            return problem.message(self.language)
        if isinstance(problem, CommandReused):  # its words are for programs, which choose the id themselves
            return self.t("errors.form_sent")
        zh = getattr(problem, "zh", "")
        return zh if self.language == "zh" and zh else str(problem)

    def field(self, name: str) -> str:
        """A text field of the form, without the spaces around it; empty when absent."""
        value = self.form.get(name) if self.form is not None else None
        return value.strip() if isinstance(value, str) else ""

    def fields(self, name: str) -> list[str]:
        """Every value of a text field of the form that may be sent several times, empty ones left out."""
        values = self.form.getlist(name) if self.form is not None else []
        return [value.strip() for value in values if isinstance(value, str) and value.strip()]

    def said(self, words: str) -> str:
        """A message of the desk as people read it: whom an id in it means stands there in the id's place, masked."""
        return with_names(self.house.vault, words, self.label("word", "nameless"))

    def page(self, template: str, status: int = 200, **context: Any) -> Response:
        """A page of ours with everything its frame shows."""
        done = self.request.query_params.get("done", "")
        me: Any = self  # type checkers meet this file under two names, here and in frame.py
        frame = {
            "visit": self,
            "frame": Frame(me),
            "request": self.request,
            "session": self.session,
            "grant": self.grant,
            "grants": self.grants,
            "csrf": self.session.csrf if self.session else "",
            "done": self.t(f"done.{done}") if self.reception.texts.known(f"done.{done}") else "",
            "bar": self.bar,
            "may_open": partial(opens, me),
            "other_language_link": self.same_page(lang=other(self.language)),
            "keeping": self.reception.keeper.state() if self.session else None,
        }
        return HTMLResponse(self.reception.render(template, self.language, **frame | context), status)

    def same_page(self, **changed: str) -> str:
        """This address with some parameters changed."""
        kept: Mapping[str, str] = dict(self.request.query_params)
        return link(self.here, {**kept, **changed})

    @once
    def here(self) -> str:
        """The page's own address: where a form was sent elsewhere and comes back refused, the page it stands on."""
        path = self.request.url.path
        if self.request.method == "POST":
            opening: Opening = self.request.app.state.opening
            while not opening.answers(path) and path != "/":
                path = path.rpartition("/")[0] or "/"
        return path

    def go(self, path: str, done: str = "", **parameters: Any) -> Response:
        """On to another page after something was done, so that reloading does not do it twice."""
        return RedirectResponse(link(path, parameters, done=done), 303)


Handler = Callable[[Visit], Response]


def role_key(grant: Grant) -> str:
    """One role of an officer, as the role cookie and the forms name it."""
    return f"{grant.role}@{grant.organisation}@{grant.region}"


def door(path: str, handler: Handler, *methods: str, needs: Needs = "role", roles: frozenset[str] = CASEWORK) -> Route:
    """The only way a page is opened: signed in and in one of these roles unless it says otherwise, form tokens checked.

    Administrators and dashboards see a page only where it names them.
    """

    async def endpoint(request: Request) -> Response:
        form = await _form(request) if request.method == "POST" else None
        try:
            return await run_in_threadpool(_answer, handler, request, form, needs, roles)
        finally:
            if form is not None:
                await form.close()

    endpoint.roles = roles if needs == "role" else None  # type: ignore[attr-defined]
    return Route(path, _named(endpoint, handler), methods=list(methods or ("GET",)), name=handler.__name__)


def _answer(handler: Handler, request: Request, form: FormData | None, needs: Needs, roles: frozenset[str]) -> Response:
    visit = Visit(request, form)
    if form is not None:
        _require_token(visit)
        return _opened(visit, handler, needs, roles)
    with visit.reception.turns.turn(), visit.house.log.database.one_moment():
        return _opened(visit, handler, needs, roles)


def _opened(visit: Visit, handler: Handler, needs: Needs, roles: frozenset[str]) -> Response:
    if needs == "role":
        require_role(visit, roles)
    return handler(visit)


def require_role(visit: Visit, roles: frozenset[str]) -> None:
    """Raises NoAnswer (403) for a role that has no business here."""
    if visit.actor.role not in roles:
        raise NoAnswer(403, "errors.403.body")


async def _form(request: Request) -> FormData:
    """What was sent.

    Raises NoAnswer: 413 for more files or fields than a form of ours holds, 400 for a character that no text has.
    """
    try:
        form = await request.form(max_files=MAX_FILES, max_fields=MAX_FIELDS)
    except HTTPException as problem:
        if str(problem.detail).startswith("Too many"):
            raise NoAnswer(413, "errors.too_many") from problem
        raise
    texts = (value if isinstance(value, str) else value.filename or "" for _, value in form.multi_items())
    if any("\0" in text for text in texts):
        raise NoAnswer(400, "errors.400.body")
    return form


def _require_token(visit: Visit) -> None:
    """Refuse a form that another site made the browser send.

    Raises NoAnswer (403).
    """
    if visit.request.scope["state"]["authenticated"] == "key":
        return  # no other site can make a browser send a key
    expected = visit.session.csrf if visit.session else visit.request.cookies.get(PRE_SESSION_COOKIE, "")
    if not expected or not secrets.compare_digest(expected.encode(), visit.field("csrf").encode()):
        raise NoAnswer(403, "errors.form_token")


def _named(
    endpoint: Callable[[Request], Awaitable[Response]], handler: Handler
) -> Callable[[Request], Awaitable[Response]]:
    endpoint.__name__ = handler.__name__
    return endpoint
