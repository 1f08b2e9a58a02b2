"""In and out: sign-in, sign-out, the password, and in which role to act."""

from __future__ import annotations

import secrets
from urllib.parse import urlsplit

from starlette.exceptions import HTTPException
from starlette.responses import RedirectResponse, Response

from taizhang.adapters.signin import SESSION_SECONDS, SignInRefused
from taizhang.adapters.single_sign_on import SingleSignOn
from taizhang.http.doors import SESSION_COOKIE, address_of
from taizhang.http.errors import NoAnswer
from taizhang.http.visit import PRE_SESSION_COOKIE, ROLE_COOKIE, Visit, door, role_key


def signin_form(visit: Visit) -> Response:
    """The sign-in page; who is in already goes on."""
    if visit.session is not None:
        return RedirectResponse(local(visit.request.query_params.get("next", "")), 303)
    asked = visit.request.query_params
    return _signin_page(visit, asked=asked.get("next", ""), problem=visit.t("signin.over") if "over" in asked else "")


def signin(visit: Visit) -> Response:
    """Let an officer in, and on to the page they asked for."""
    officer, asked = visit.field("officer"), visit.field("next")
    try:
        token = visit.house.signin.open(officer, visit.field("password"))
    except SignInRefused as refused:
        visit.house.signin.note("locked" if refused.is_locked else "wrong", officer, address_of(visit.request))
        return _signin_page(visit, 403, asked=asked, officer=officer, problem=visit.words(refused))
    return _entered(visit, officer, token, asked)


def sso(visit: Visit) -> Response:
    """Lead on to the office's single sign-on.

    Raises HTTPException (404) where there is none.
    """
    sign_on = _single_sign_on(visit)
    browser = visit.request.cookies.get(PRE_SESSION_COOKIE) or secrets.token_urlsafe(32)
    asked = visit.request.query_params.get("next", "")
    try:
        address = sign_on.begin(_return_address(visit), browser, asked)
    except SignInRefused as refused:
        return _signin_page(visit, 503, asked=asked, problem=visit.words(refused))
    response = RedirectResponse(address, 303)
    _keep(visit, response, PRE_SESSION_COOKIE, browser)
    return response


def sso_return(visit: Visit) -> Response:
    """Who comes back from the office's single sign-on, if it holds."""
    browser = visit.request.cookies.get(PRE_SESSION_COOKIE, "")
    try:
        who, asked = _single_sign_on(visit).end(_return_address(visit), browser, visit.request.query_params)
    except SignInRefused as refused:
        visit.house.signin.note("sign-on-refused", "", address_of(visit.request))
        return _signin_page(visit, 403, asked="", problem=visit.words(refused))
    return _entered(visit, who, visit.house.signin.begin(who, "single-sign-on"), asked)


def signout(visit: Visit) -> Response:
    """End this session, here and on the server."""
    visit.house.signin.close(visit.request.cookies.get(SESSION_COOKIE, ""))
    visit.house.signin.note("signed-out", visit.officer.officer, address_of(visit.request))
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
    visit.house.signin.note("password-changed", visit.officer.officer, address_of(visit.request))
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
    try:
        parts = urlsplit(address)
    except ValueError:  # a bracket that is never closed
        return "/"
    if parts.scheme or parts.netloc or not address.startswith("/") or address.startswith("//") or "\\" in address:
        return "/"
    return address


def _entered(visit: Visit, officer: str, token: str, asked: str) -> Response:
    """On to the page that was asked for; the session that this browser had before, if any, ends."""
    if before := visit.request.cookies.get(SESSION_COOKIE):
        visit.house.signin.close(before)
    visit.house.signin.note("signed-in", officer, address_of(visit.request))
    response = RedirectResponse(local(asked), 303)
    _keep(visit, response, SESSION_COOKIE, token)
    response.delete_cookie(PRE_SESSION_COOKIE)
    return response


def _single_sign_on(visit: Visit) -> SingleSignOn:
    """Raises HTTPException (404)."""
    if visit.house.single_sign_on is None:
        raise HTTPException(404)
    return visit.house.single_sign_on


def _return_address(visit: Visit) -> str:
    """Where the provider leads back to: by the name under which browsers know us."""
    own = visit.house.settings.public_url or str(visit.request.base_url)
    return own.rstrip("/") + "/signin/sso/return"


def _signin_page(visit: Visit, status: int = 200, *, asked: str, officer: str = "", problem: str = "") -> Response:
    token = visit.request.cookies.get(PRE_SESSION_COOKIE) or secrets.token_urlsafe(32)
    has_sso = visit.house.single_sign_on is not None
    response = visit.page(
        "signin.html", status, csrf=token, next=asked, officer=officer, problem=problem, has_sso=has_sso
    )
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
    door("/signin/sso", sso, needs="nothing"),
    door("/signin/sso/return", sso_return, needs="nothing"),
    door("/signout", signout, "POST", needs="session"),
    door("/password", password_form, needs="session"),
    door("/password", change_password, "POST", needs="session"),
    door("/role", choose_role, "POST", needs="session"),
)
