"""The rules about officers, raced: two processes decide on the same grants and keys, and only then may either append."""

from __future__ import annotations

from datetime import date
from typing import Any

import msgspec
import pytest
from racing import Race, raced

from taizhang.adapters.desk import Desk
from taizhang.adapters.log.log import Log
from taizhang.adapters.orders import Order
from taizhang.domain.core import Actor, Fact, OfficerId, OrganisationId, RegionCode
from taizhang.domain.decisions import Proposal
from taizhang.domain.officer_keys import KeyId, KeyIssued, KeyRevoked, SignInGiven
from taizhang.domain.officers import SYSTEM, OfficerAppointed, RoleGranted, RoleRevoked

DAY, PROVINCE, HR = date(2016, 1, 4), RegionCode("620000"), OrganisationId("hr-620000")
GUARD = "security-administrator"


def actor(officer: str, role: str = GUARD) -> Actor:
    return Actor(officer=OfficerId(officer), role=role, organisation=HR, region=PROVINCE, authenticated="test")


def appointed(officer: str) -> OfficerAppointed:
    return OfficerAppointed(officer=OfficerId(officer), organisation=HR, occurred_on=DAY)


def grant(
    officer: str, role: Any, kind: type[RoleGranted] | type[RoleRevoked] = RoleGranted, region: RegionCode = PROVINCE
) -> Fact:
    return kind(officer=OfficerId(officer), role=role, organisation=HR, region=region, occurred_on=DAY)


def both(one: Fact, other: Fact, by: tuple[Actor, Actor]) -> Any:
    return (by[0], Proposal(fact=one)), (by[1], Proposal(fact=other))


COUNTY = RegionCode("620122")
LET_IN = SignInGiven(officer=OfficerId("zhou"), means="password", occurred_on=DAY)
DORA = msgspec.structs.replace(actor("dora"), region=COUNTY)
ANNE, BEN, LI = actor("anne"), actor("ben"), actor("li", "clerk")
KEY = KeyIssued(
    key=KeyId("k1"), officer=OfficerId("li"), role="clerk", organisation=HR, region=PROVINCE, purpose="nightly roster",
    until=date(2016, 12, 31), occurred_on=DAY,
)  # fmt: skip
OTHER = KeyIssued(**{**KEY.as_dict(), "purpose": "another"})
GONE = KeyRevoked(key=KeyId("k1"), occurred_on=DAY)
NEWCOMER = [appointed("zhou")]

RACES = [
    Race(
        "two security administrators revoke each other",
        [],
        both(grant("ben", GUARD, RoleRevoked), grant("anne", GUARD, RoleRevoked), (ANNE, BEN)),
        ("officers.role-not-granted", "officers.role-not-granted"),
    ),
    Race(
        "two security administrators leave at once",
        [],
        both(grant("anne", GUARD, RoleRevoked), grant("ben", GUARD, RoleRevoked), (ANNE, BEN)),
        ("officers.last-security-administrator", "officers.last-security-administrator"),
    ),
    Race(
        "an administrator's role and a business role for one person",
        NEWCOMER,
        both(grant("zhou", "audit-administrator"), grant("zhou", "finance"), (ANNE, BEN)),
        ("officers.roles-exclude", "officers.roles-exclude"),
    ),
    Race(
        "two administrators' roles for one person",
        NEWCOMER,
        both(grant("zhou", "audit-administrator"), grant("zhou", "system-administrator"), (ANNE, BEN)),
        ("officers.roles-exclude", "officers.roles-exclude"),
    ),
    Race(
        "a key for a role that is revoked meanwhile",
        [],
        both(KEY, grant("li", "clerk", RoleRevoked), (ANNE, BEN)),
        ("officers.not-held", None),
    ),
    Race("one key id for two programs", [], both(KEY, OTHER, (ANNE, BEN)), ("officers.key-taken",) * 2),
    Race(
        "a county lets in anew who is given a role elsewhere meanwhile",
        [*NEWCOMER, appointed("dora"), grant("dora", GUARD, region=COUNTY)],
        both(LET_IN, grant("zhou", "clerk"), (DORA, ANNE)),
        ("officers.sign-in-of-elsewhere", None),
    ),
    Race("a key revoked twice", [KEY], both(GONE, GONE, (ANNE, LI)), ("officers.key-not-standing",) * 2),
]


def founded(url: str, standing: list[Fact]) -> None:
    """Two security administrators and a clerk, and what else stands."""
    log = Log.open(url)
    founders: list[Fact] = [
        *(appointed(who) for who in ("anne", "ben", "li")),
        grant("li", "clerk"),
        grant("anne", GUARD),
    ]
    batches = [(actor(SYSTEM, "system-administrator"), founders), (ANNE, [grant("ben", GUARD), *standing])]
    for number, (by, facts) in enumerate(batches):
        order = Order(id=f"founding-{number}", by=by, items=[Proposal(fact=fact) for fact in facts])
        answer = Desk(log).submit(order)
        assert {verdict.outcome for verdict in answer.verdicts} == {"recorded"}, answer.verdicts
    log.close()


@pytest.mark.parametrize("second", [0, 1])
@pytest.mark.parametrize("race", RACES, ids=lambda race: race.name.replace(" ", "-"))
def test_two_processes_never_give_away_what_the_rules_about_officers_keep_apart(
    engine_url: str, race: Race, second: int
) -> None:
    founded(engine_url, list(race.standing))
    orders = [
        Order(id=f"race-{number}", by=by, items=[proposal]) for number, (by, proposal) in enumerate(race.proposals)
    ]
    winner, loser = raced(engine_url, orders[1 - second], orders[second])
    assert winner.verdicts[0].outcome == "recorded", winner.verdicts
    assert loser.verdicts[0].rule == race.rules[second], loser.verdicts
