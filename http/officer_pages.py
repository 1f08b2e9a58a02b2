"""The security administrator's page: appoint officers, grant and revoke roles, give a new password."""

from __future__ import annotations

import secrets
from itertools import islice
from typing import Any, Final, cast

from starlette.responses import Response

from taizhang.adapters.founding import HOUSE
from taizhang.adapters.orders import Verdict
from taizhang.domain.core import Fact, OfficerId, OrganisationId, RegionCode
from taizhang.domain.decisions import within
from taizhang.domain.officer_keys import Means, SignInGiven
from taizhang.domain.officers import (
    GRANTED,
    ROLES,
    SECURITY,
    SYSTEM,
    Grant,
    OfficerAppointed,
    Role,
    RoleGranted,
    RoleRevoked,
)
from taizhang.http.approving import what_roles_approve
from taizhang.http.errors import NoAnswer
from taizhang.http.inspections_scope import organisations
from taizhang.http.officer_state import begun, is_within, officer_state
from taizhang.http.orders import new_once, submit
from taizhang.http.scope import REGION_CODE
from taizhang.http.visit import Visit, door, role_key
from taizhang.projections.organisation_names import organisation_names

FIRST_PASSWORD_BYTES = 12
LABEL_LETTERS: Final = 100  # as the form says; the sign-in keeps no more than twice as many
ACCOUNT_LETTERS: Final = 255
SHOWN: Final = 100  # officers of a page


def officers_page(visit: Visit) -> Response:
    """Every officer within the administrator's region, with roles."""
    return _page(visit)


def appoint(visit: Visit) -> Response:
    """Appoint an officer with a first role; the first password is shown once, and changed at the first sign-in."""
    officer, label = OfficerId(visit.field("officer")), visit.field("label")[:LABEL_LETTERS]
    if not (officer and label and _region(visit) and visit.field("organisation") and visit.field("role") in ROLES):
        return _page(visit, 422, problem=visit.t("officers.incomplete"))
    is_new = not officer_state(visit.house.log, officer).appointed
    verdicts = []
    for fact in (_appointment(visit, officer), _grant(visit, officer)):
        verdicts.append(submit_one(visit, fact))
        if verdicts[-1].outcome == "refused":
            return _page(visit, 409, problem=visit.said(verdicts[-1].words(visit.language)))
    if not is_new:  # also when the form was sent twice, and the page with the password was the one never seen
        done = "appointed_before" if verdicts[-1].outcome == "recorded" else "appointed_already"
        return visit.go("/officers", done=done, find=officer)
    return _let_in(visit, officer, label)


def grant(visit: Visit) -> Response:
    """Give an officer one more role."""
    officer = _officer(visit)
    if not (_region(visit) and visit.field("organisation") and visit.field("role") in ROLES):
        return _page(visit, 422, problem=visit.t("officers.incomplete"))
    return _done(visit, submit_one(visit, _grant(visit, officer)), "granted")


def revoke(visit: Visit) -> Response:
    """Take a role away."""
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
    officer = _officer(visit)
    return _let_in(visit, officer, visit.house.signin.label(officer))


def link_account(visit: Visit) -> Response:
    """Say by which account of the office's single sign-on an officer comes."""
    officer, account = _officer(visit), visit.field("account")
    if visit.house.single_sign_on is None or not 0 < len(account) <= ACCOUNT_LETTERS:
        return _page(visit, 422, problem=visit.t("officers.incomplete"))
    if not _may_take(visit, visit.house.single_sign_on.officer_of(account), officer):
        return _page(visit, 409, problem=visit.t("officers.account_of_elsewhere"))
    verdict = submit_one(visit, _sign_in(visit, officer, "single-sign-on"))
    if verdict.outcome == "recorded":
        if not visit.house.signin.is_known(officer):
            visit.house.signin.enrol(officer, officer, visit.house.signin.new_key())
        visit.house.single_sign_on.link(account, officer)
    return _done(visit, verdict, "linked")


def _may_take(visit: Visit, holder: str | None, officer: OfficerId) -> bool:
    """Whether an account is free for an officer, or is taken from one all of whose roles lie in the administrator's region."""
    if holder in (None, officer):
        return True
    regions = officer_state(visit.house.log, str(holder)).regions_from(visit.house.desk.today())
    return all(within(region, visit.scope) for region in regions)


def _let_in(visit: Visit, officer: OfficerId, label: str) -> Response:
    """A first password, recorded as given before it is; shown once."""
    verdict = submit_one(visit, _sign_in(visit, officer, "password"))
    if verdict.outcome == "refused":
        return _page(visit, 409, problem=visit.said(verdict.words(visit.language)))
    password = secrets.token_urlsafe(FIRST_PASSWORD_BYTES)
    visit.house.signin.enrol(officer, label, visit.house.signin.new_key(), password)
    return _page(visit, password=password, password_of=officer, unregistered=_unregistered(visit))


def _unregistered(visit: Visit) -> str:
    """The organisation that was typed, where none has this id: no refusal, for a house's first officers come before it."""
    typed = visit.field("organisation")
    with visit.house.log.database.read() as connection:
        known = organisation_names(connection, [typed])
    return "" if typed in ("", HOUSE) or typed in known else typed


def _sign_in(visit: Visit, officer: OfficerId, means: Means) -> SignInGiven:
    return SignInGiven(occurred_on=visit.house.desk.today(), officer=officer, means=means)


def submit_one(visit: Visit, fact: Fact) -> Verdict:
    return submit(visit, fact)


def _page(visit: Visit, status: int = 200, **more: Any) -> Response:
    """A page of officers by id; `find` begins with the id that is typed, or the next one."""
    asked = visit.request.query_params
    find, after = asked.get("find", "").strip(), asked.get("after", "")
    found = list(islice(begun(visit.house.log, visit.scope, find, after), SHOWN + 1))
    names = visit.house.signin.labels(officer for officer, _ in found[:SHOWN])
    rows = [(officer, names[officer], state) for officer, state in found[:SHOWN]]
    given = {"problem": "", "password": "", "password_of": "", "unregistered": ""} | more
    return visit.page(
        "officers.html",
        status,
        rows=rows,
        next=rows[-1][0] if len(found) > SHOWN else "",
        find=find,
        roles=GRANTED,
        approving=what_roles_approve(),
        once=new_once(),
        role_key=role_key,
        form=visit.field,
        has_single_sign_on=visit.house.single_sign_on is not None,
        offices=organisations(visit, {one.organisation for _, _, state in rows for one in state.grants}),
        accounts=_accounts(visit, [officer for officer, _, _ in rows]),
        **given,
    )


def _done(visit: Visit, verdict: Verdict, done: str) -> Response:
    if verdict.outcome == "refused":
        return _page(visit, 409, problem=visit.said(verdict.words(visit.language)))
    return visit.go("/officers", done=done, find=visit.field("officer"))


def _accounts(visit: Visit, officers: list[str]) -> dict[str, str]:
    """By which account of single sign-on each of them comes."""
    sign_on = visit.house.single_sign_on
    return {} if sign_on is None else sign_on.accounts_of(officers)


def _officer(visit: Visit) -> OfficerId:
    """The officer whom the form names, when within the administrator's region.

    Raises NoAnswer (404).
    """
    officer = OfficerId(visit.field("officer"))
    state = officer_state(visit.house.log, officer)
    if officer == SYSTEM or not state.appointed or not is_within(state, visit.scope):
        raise NoAnswer(404, "errors.404.body")
    return officer


def _region(visit: Visit) -> str:
    code = visit.field("region")
    return code if REGION_CODE.match(code) and within(code, visit.scope) else ""


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


SECURITY_ONLY: Final = frozenset({SECURITY})
ROUTES = (
    door("/officers", officers_page, roles=SECURITY_ONLY),
    door("/officers", appoint, "POST", roles=SECURITY_ONLY),
    door("/officers/grant", grant, "POST", roles=SECURITY_ONLY),
    door("/officers/revoke", revoke, "POST", roles=SECURITY_ONLY),
    door("/officers/password", reset_password, "POST", roles=SECURITY_ONLY),
    door("/officers/account", link_account, "POST", roles=SECURITY_ONLY),
)
