"""Who may approve what: for the forms that ask for an approver, and beside the roles that are granted.

It says what the desk will ask (`domain.decisions`): another officer than the one who records, with a role that could record the
same, in a region that contains it. What decides is still the desk.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import islice
from typing import Final, NamedTuple

from taizhang.adapters.preset import PROVINCE
from taizhang.domain.boundary import correction_of
from taizhang.domain.core import Slice
from taizhang.domain.decisions import INSTITUTION, commands, names_approver, within
from taizhang.domain.officers import ADMINISTRATORS, GRANTED
from taizhang.http.officer_state import officers_from
from taizhang.http.visit import Visit

SHOWN: Final = 8  # names that a form offers
LOOKED_AT: Final = 5_000  # officers, in looking for them


class Approver(NamedTuple):
    """Whose id a form may name, and what they are called."""

    officer: str
    name: str


class Approving(NamedTuple):
    """What officers in a role may approve: steps by the kind of fact, and whether corrections and late additions."""

    role: str
    topics: Sequence[str]
    amends: bool


def approvers(visit: Visit, decision: type[Slice]) -> list[Approver]:
    """Some officers who may approve what this command records for the officer's own region; never the officer."""
    found = (
        Approver(officer, visit.house.signin.label(officer))
        for officer, state in islice(officers_from(visit.house.log, PROVINCE), LOOKED_AT)
        if officer != visit.officer.officer
        and any(
            one.role in decision.ROLES and one.role != INSTITUTION and within(visit.scope, one.region)
            for one in state.grants
        )
    )
    return list(islice(found, SHOWN))


def what_roles_approve() -> list[Approving]:
    """Every role that may be granted and approves anything, with what that is."""
    told = []
    for role in GRANTED:
        if role == INSTITUTION or role in ADMINISTRATORS:
            continue
        own = [one for one in commands().values() if role in one.ROLES]
        topics = sorted({one.DECIDES.TOPIC for one in own if names_approver(one.DECIDES)})
        amends = any(correction_of(one.DECIDES) is not None for one in own)
        if topics or amends:
            told.append(Approving(role, topics, amends))
    return told
