"""The security administrator's page: appoint officers, grant and revoke roles, give a new password."""

from __future__ import annotations

import secrets
from typing import Any, cast

from starlette.responses import Response

from taizhang.adapters.orders import Verdict
from taizhang.adapters.signin import SignInRefused
from taizhang.domain.core import Fact, OfficerId, OrganisationId, RegionCode
from taizhang.domain.decisions import within
from taizhang.domain.officers import GRANTED, ROLES, SYSTEM, Grant, OfficerAppointed, Role, RoleGranted, RoleRevoked
from taizhang.http.errors import NoAnswer
from taizhang.http.frame import SECURITY
from taizhang.http.officer_state import officer_state, officers
from taizhang.http.orders import new_once, submit
from taizhang.http.scope import REGION_CODE
from taizhang.http.visit import Visit, door, role_key

FIRST_PASSWORD_BYTES = 12


def officers_page(visit: Visit) -> Response:
    """Every officer within the administrator's region, with roles."""
    _require_security(visit)
    return _page(visit)


def appoint(visit: Visit) -> Response:
    """Appoint an officer with a first role; the first password is shown once, and changed at the first sign-in."""
    _require_security(visit)
    officer, label = OfficerId(visit.field("officer")), visit.field("label")
    if not (officer and label and _region(visit) and visit.field("organisation") and visit.field("role") in ROLES):
        return _page(visit, 422, problem=visit.t("officers.incomplete"))
    is_new = not officer_state(visit.house.log, officer).appointed
    for fact in (_appointment(visit, officer), _grant(visit, officer)):
        verdict = submit_one(visit, fact)
        if verdict.outcome == "refused":
            return _page(visit, 409, problem=visit.said(verdict.words(visit.language)))
    if not is_new:
        return visit.go("/officers", done="granted")
    password = secrets.token_urlsafe(FIRST_PASSWORD_BYTES)
    visit.house.signin.enrol(officer, label, visit.house.signin.new_key(), password)
    return _page(visit, password=password, password_of=officer)


def grant(visit: Visit) -> Response:
    """Give an officer one more role."""
    _require_security(visit)
    officer = _officer(visit)
    if not (_region(visit) and visit.field("organisation") and visit.field("role") in ROLES):
        return _page(visit, 422, problem=visit.t("officers.incomplete"))
    return _done(visit, submit_one(visit, _grant(visit, officer)), "granted")


def revoke(visit: Visit) -> Response:
    """Take a role away."""
    _require_security(visit)
    officer = _officer(visit)
    held = {role_key(one): one for one in officer_state(visit.house.log, officer).grants}
    one = held.get(visit.field("grant"))
    if one is None:
        return _page(visit, 422, problem=visit.t("officers.incomplete"))
    fact = RoleRevoked(
        occurred_on=visit.house.desk.today(),
        officer=officer,
        role=cast(Role, one.role),
        organisation=one.organisation,
        region=one.region,
    )
    return _done(visit, submit_one(visit, fact), "revoked")


def reset_password(visit: Visit) -> Response:
    """Give an officer a new first password, shown once; the old one and the old key end."""
    _require_security(visit)
    officer = _officer(visit)
    password = secrets.token_urlsafe(FIRST_PASSWORD_BYTES)
    try:
        _new_credential(visit, officer, password)
    except SignInRefused as refused:
        return _page(visit, 409, problem=visit.words(refused))
    return _page(visit, password=password, password_of=officer)


def submit_one(visit: Visit, fact: Fact) -> Verdict:
    return submit(visit, fact)


def _page(visit: Visit, status: int = 200, **more: Any) -> Response:
    rows = [
        (officer, visit.house.signin.label(officer), state)
        for officer, state in officers(visit.house.log)
        if not state.grants or any(within(one.region, visit.scope) for one in state.grants)
    ]
    given = {"problem": "", "password": "", "password_of": ""} | more
    return visit.page(
        "officers.html", status, rows=rows, roles=GRANTED, once=new_once(), role_key=role_key, form=visit.field, **given
    )


def _done(visit: Visit, verdict: Verdict, done: str) -> Response:
    if verdict.outcome == "refused":
        return _page(visit, 409, problem=visit.said(verdict.words(visit.language)))
    return visit.go("/officers", done=done)


def _require_security(visit: Visit) -> None:
    """Raises NoAnswer (403)."""
    if visit.actor.role != SECURITY:
        raise NoAnswer(403, "errors.security_only")


def _officer(visit: Visit) -> OfficerId:
    """The officer whom the form names, when within the administrator's region.

    Raises NoAnswer (404).
    """
    officer = OfficerId(visit.field("officer"))
    state = officer_state(visit.house.log, officer)
    seen = not state.grants or any(within(one.region, visit.scope) for one in state.grants)
    if officer == SYSTEM or not state.appointed or not seen:
        raise NoAnswer(404, "errors.404.body")
    return officer


def _region(visit: Visit) -> str:
    code = visit.field("region")
    return code if REGION_CODE.match(code) and within(code, visit.scope) else ""


def _new_credential(visit: Visit, officer: OfficerId, password: str) -> None:
    signin = visit.house.signin
    signin.enrol(officer, signin.label(officer), signin.new_key(), password)


def _appointment(visit: Visit, officer: OfficerId) -> OfficerAppointed:
    organisation = OrganisationId(visit.field("organisation"))
    return OfficerAppointed(occurred_on=visit.house.desk.today(), officer=officer, organisation=organisation)


def _grant(visit: Visit, officer: OfficerId) -> RoleGranted:
    given = Grant(officer, visit.field("role"), OrganisationId(visit.field("organisation")), RegionCode(_region(visit)))
    return RoleGranted(
        occurred_on=visit.house.desk.today(),
        officer=officer,
        role=cast(Role, given.role),
        organisation=given.organisation,
        region=given.region,
    )


ROUTES = (
    door("/officers", officers_page),
    door("/officers", appoint, "POST"),
    door("/officers/grant", grant, "POST"),
    door("/officers/revoke", revoke, "POST"),
    door("/officers/password", reset_password, "POST"),
)
