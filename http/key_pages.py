"""Keys for programs: the security administrator issues them, shown once; their owner and the administrator revoke them."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import islice
from typing import Any, Final

from starlette.responses import Response

from taizhang.adapters.founding import Refused
from taizhang.adapters.key_issuing import issue, keys_within, purposes_of, revoke
from taizhang.domain.core import RegionCode
from taizhang.domain.decisions import within
from taizhang.domain.officer_keys import KeyId
from taizhang.domain.officers import BUSINESS, SECURITY, Grant
from taizhang.http.inspections_scope import organisations
from taizhang.http.officer_state import begun
from taizhang.http.orders import WAY
from taizhang.http.visit import Visit, door, role_key

USUAL_DAYS: Final = 180  # what the form proposes
SHOWN: Final = 100  # keys of a page
GRANTS_SHOWN: Final = 200  # roles to choose from


def keys(visit: Visit) -> Response:
    """The officer's own keys; for the security administrator all those of the region, and the form for a new one."""
    return _page(visit)


def issue_key(visit: Visit) -> Response:
    """Issue a key for one role of an officer and show it this once."""
    chosen = {role_key(one) + "@" + one.officer: one for one in _grants(visit)}
    grant, purpose = chosen.get(visit.field("grant")), visit.field("purpose")
    try:
        until = date.fromisoformat(visit.field("until"))
    except ValueError:
        return _page(visit, 422, problem=visit.t("keys.incomplete"))
    if grant is None or not purpose:
        return _page(visit, 422, problem=visit.t("keys.incomplete"))
    try:
        key, secret = issue(visit.house, visit.actor, grant, purpose, until, WAY)
    except Refused as refused:
        return _page(visit, 409, problem=visit.said(visit.words(refused)))
    visit.reception.keeper.wake()
    return _page(visit, new_key=key, secret=secret)


def revoke_key(visit: Visit) -> Response:
    """Let a key open nothing any more."""
    try:
        revoke(visit.house, visit.actor, KeyId(visit.field("key")), WAY)
    except Refused as refused:
        return _page(visit, 409, problem=visit.said(visit.words(refused)))
    visit.reception.keeper.wake()
    return visit.go("/keys", done="key_revoked")


def _page(visit: Visit, status: int = 200, **more: Any) -> Response:
    administers = visit.actor.role == SECURITY
    mine = "" if administers else visit.officer.officer
    today = visit.house.desk.today()
    after = visit.request.query_params.get("after", "")
    found = list(islice(keys_within(visit.house, RegionCode(visit.scope), mine, after), SHOWN + 1))
    grants = _grants(visit) if administers else []
    given = {"problem": "", "new_key": "", "secret": ""} | more
    return visit.page(
        "keys.html",
        status,
        rows=found[:SHOWN],
        purposes=purposes_of(visit.house, [one.key for one in found[:SHOWN]]),
        next=found[SHOWN - 1].key if len(found) > SHOWN else "",
        today=today,
        proposed=today + timedelta(days=USUAL_DAYS),
        administers=administers,
        find=_asked_officer(visit),
        grants_to_choose=grants,
        offices=organisations(visit, {one.organisation for one in [*(key.grant for key in found), *grants]}),
        chosen=visit.field("grant"),
        role_key=role_key,
        form=visit.field,
        **given,
    )


def _grants(visit: Visit) -> list[Grant]:
    """The business roles in the administrator's region for which a program may act: of the officer asked for, or the first."""
    find = _asked_officer(visit)
    found = (
        one
        for officer, state in begun(visit.house.log, visit.scope, find)
        if officer == find or not find
        for one in state.grants
        if one.role in BUSINESS and within(one.region, visit.scope)
    )
    return list(islice(found, GRANTS_SHOWN))


def _asked_officer(visit: Visit) -> str:
    """Whom the form is about: named in the address, or by the grant that was sent."""
    return visit.request.query_params.get("officer", "").strip() or visit.field("grant").rpartition("@")[2]


SECURITY_ONLY: Final = frozenset({SECURITY})
ROUTES = (
    door("/keys", keys, roles=BUSINESS | SECURITY_ONLY),
    door("/keys", issue_key, "POST", roles=SECURITY_ONLY),
    door("/keys/revoke", revoke_key, "POST", roles=BUSINESS | SECURITY_ONLY),
)
