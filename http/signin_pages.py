"""In and out: sign-in, sign-out, the password, and in which role to act."""

from __future__ import annotations

import secrets
from urllib.parse import urlsplit

from starlette.responses import RedirectResponse, Response

from taizhang.adapters.signin import SESSION_SECONDS, SignInRefused
from taizhang.http.doors import SESSION_COOKIE
from taizhang.http.errors import NoAnswer
from taizhang.http.visit import PRE_SESSION_COOKIE, ROLE_COOKIE, Visit, door, role_key


def signin_form(visit: Visit) -> Response:
    """The sign-in page; who is in already goes on."""
    if visit.session is not None:
        return RedirectResponse(local(visit.request.query_params.get("next", "")), 303)
    return _signin_page(visit, asked=visit.request.query_params.get("next", ""))


def signin(visit: Visit) -> Response:
    """Let an officer in, and on to the page they asked for."""
    officer, asked = visit.field("officer"), visit.field("next")
    try:
        token = visit.house.signin.open(officer, visit.field("password"))
    except SignInRefused as refused:
        return _signin_page(visit, 403, asked=asked, officer=officer, problem=visit.words(refused))
    response = RedirectResponse(local(asked), 303)
    _keep(visit, response, SESSION_COOKIE, token)
    response.delete_cookie(PRE_SESSION_COOKIE)
    return response


def signout(visit: Visit) -> Response:
    """End this session, here and on the server."""
    visit.house.signin.close(visit.request.cookies.get(SESSION_COOKIE, ""))
    response = RedirectResponse("/signin", 303)
    response.delete_cookie(SESSION_COOKIE)
    response.delete_cookie(ROLE_COOKIE)
    return response


def password_form(visit: Visit) -> Response:
    return visit.page("password.html", problem="")


def change_password(visit: Visit) -> Response:
    """Replace the officer's own password; every session of theirs ends and a new one begins here."""
    new = visit.field("new")
    problem = "" if new == visit.field("again") else visit.t("password.differ")
    try:
        if not problem:
            visit.house.signin.change_password(visit.officer.officer, visit.field("old"), new)
            token = visit.house.signin.open(visit.officer.officer, new)
    except SignInRefused as refused:
        problem = visit.words(refused)
    if problem:
        return visit.page("password.html", 422, problem=problem)
    response = visit.go("/", done="password")
    _keep(visit, response, SESSION_COOKIE, token)
    return response


def choose_role(visit: Visit) -> Response:
    """Act in another of the officer's roles from now on.

    Raises NoAnswer (403) for a role the officer does not hold.
    """
    chosen = visit.field("role")
    if chosen not in {role_key(grant) for grant in visit.grants}:
        raise NoAnswer(403, "errors.no_role")
    response = visit.go("/", done="role")
    _keep(visit, response, ROLE_COOKIE, chosen)
    return response


def local(address: str) -> str:
    """The address when it is a page of ours, else the overview: nobody is led to another site."""
    parts = urlsplit(address)
    if parts.scheme or parts.netloc or not address.startswith("/") or address.startswith("//") or "\\" in address:
        return "/"
    return address


def _signin_page(visit: Visit, status: int = 200, *, asked: str, officer: str = "", problem: str = "") -> Response:
    token = visit.request.cookies.get(PRE_SESSION_COOKIE) or secrets.token_urlsafe(32)
    response = visit.page("signin.html", status, csrf=token, next=asked, officer=officer, problem=problem)
    _keep(visit, response, PRE_SESSION_COOKIE, token)
    return response


def _keep(visit: Visit, response: Response, name: str, value: str) -> None:
    response.set_cookie(
        name,
        value,
        max_age=SESSION_SECONDS,
        httponly=True,
        samesite="lax",
        secure=visit.request.url.scheme == "https",
    )


ROUTES = (
    door("/signin", signin_form, needs="nothing"),
    door("/signin", signin, "POST", needs="nothing"),
    door("/signout", signout, "POST", needs="session"),
    door("/password", password_form, needs="session"),
    door("/password", change_password, "POST", needs="session"),
    door("/role", choose_role, "POST", needs="session"),
)
