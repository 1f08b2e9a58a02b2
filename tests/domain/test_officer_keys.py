"""Keys for programs and sign-ins given anew: who issues them, for which roles, how long, and who revokes them."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest

from taizhang.domain.core import Actor, Fact, OfficerId, OrganisationId, RegionCode
from taizhang.domain.decisions import NotYourRole, OutsideYourRegion
from taizhang.domain.officer_keys import KEY_DAYS, KeyGuard, KeyId, KeyIssued, KeyRevoked, SignInGiven
from taizhang.domain.officer_refusals import (
    KeyLastsTooLong,
    KeyNotStanding,
    KeyOfAdministrator,
    KeyOfSomebodyElse,
    KeyTaken,
    NotAppointed,
    NotHeld,
    SignInOfElsewhere,
)
from taizhang.domain.officers import OfficerAppointed, RoleGranted, RoleRevoked
from taizhang.domain.postings.officials import OfficialPosted

DAY, PROVINCE, COUNTY = date(2016, 1, 4), RegionCode("620000"), RegionCode("620121")
HR = OrganisationId("hr-620121")


def actor(officer: str, role: str = "security-administrator", region: str = PROVINCE) -> Actor:
    return Actor(
        officer=OfficerId(officer), role=role, organisation=HR, region=RegionCode(region), authenticated="test"
    )


def key(**more: Any) -> KeyIssued:
    given = {"key": "k1", "officer": "li", "role": "clerk", "purpose": "nightly roster", "until": date(2016, 12, 31)}
    return KeyIssued(**{**given, "organisation": HR, "region": COUNTY, "occurred_on": DAY, **more})


def role(officer: str, role: Any, kind: type[RoleGranted] | type[RoleRevoked] = RoleGranted) -> Fact:
    return kind(officer=OfficerId(officer), role=role, organisation=HR, region=COUNTY, occurred_on=DAY)


SECURITY = actor("anne")
STANDING: list[Fact] = [
    OfficerAppointed(officer=OfficerId("li"), organisation=HR, occurred_on=DAY),
    role("li", "clerk"),
]
REVOKED = KeyRevoked(key=KeyId("k1"), occurred_on=DAY)


def test_the_security_administrator_issues_a_key_for_a_role_that_is_held(decide) -> None:
    assert decide(given=STANDING, when=key(), by=SECURITY) == [key()]
    with pytest.raises(NotHeld):
        decide(given=STANDING, when=key(role="finance"), by=SECURITY)
    with pytest.raises(NotHeld):
        decide(given=[*STANDING, role("li", "clerk", RoleRevoked)], when=key(), by=SECURITY)
    with pytest.raises(NotYourRole):
        decide(given=STANDING, when=key(), by=actor("li", "clerk", COUNTY))
    with pytest.raises(OutsideYourRegion):
        decide(given=STANDING, when=key(), by=actor("dora", region="620122"))


def test_no_program_administers(decide) -> None:
    given = [STANDING[0], role("li", "audit-administrator")]
    with pytest.raises(KeyOfAdministrator, match="acts in person"):
        decide(given=given, when=key(role="audit-administrator"), by=SECURITY)


def test_a_key_id_is_given_out_once_even_after_it_was_revoked(decide) -> None:
    for given in ([*STANDING, key()], [*STANDING, key(), REVOKED]):
        with pytest.raises(KeyTaken, match="k1 was given out before"):
            decide(given=given, when=key(purpose="another"), by=SECURITY)


@pytest.mark.parametrize("days", [0, -3, KEY_DAYS + 1])
def test_a_key_ends_within_a_year(decide, days: int) -> None:
    with pytest.raises(KeyLastsTooLong, match="within 366 days"):
        decide(given=STANDING, when=key(until=DAY + timedelta(days=days)), by=SECURITY)
    whole = key(until=DAY + timedelta(days=KEY_DAYS))
    assert decide(given=STANDING, when=whole, by=SECURITY) == [whole]


def test_a_key_is_revoked_by_its_owner_or_the_security_administrator_of_its_region(decide) -> None:
    given = [*STANDING, key()]
    for by in (SECURITY, actor("dora", region=COUNTY), actor("li", "clerk", COUNTY)):
        [fact] = decide(given=given, when=REVOKED, by=by)
        assert (fact.key, fact.officer) == ("k1", "li")
    for by in (actor("wang", "clerk", COUNTY), actor("dora", region="620122")):
        with pytest.raises(KeyOfSomebodyElse, match="belongs to li"):
            decide(given=given, when=REVOKED, by=by)
    with pytest.raises(NotYourRole):
        decide(given=given, when=REVOKED, by=actor("sue", "system-administrator"))


def test_only_a_standing_key_is_revoked(decide) -> None:
    for given in (STANDING, [*STANDING, key(), REVOKED]):
        with pytest.raises(KeyNotStanding, match="No key k1 stands"):
            decide(given=given, when=REVOKED, by=SECURITY)


def test_a_key_opens_its_one_role_until_its_last_day() -> None:
    row = KeyGuard()
    assert row.opens_on(DAY) is None
    row.issue(key(), 1)
    assert row.grant is not None
    assert row.opens_on(date(2016, 12, 31)) == row.grant
    assert row.grant.role == "clerk"
    assert row.opens_on(date(2017, 1, 1)) is None
    row.revoke(REVOKED, 1)
    assert row.opens_on(DAY) is None


def test_only_an_appointed_officer_is_let_in_and_only_by_the_security_administrator(decide) -> None:
    given = SignInGiven(officer=OfficerId("li"), means="password", occurred_on=DAY)
    assert decide(given=STANDING, when=given, by=SECURITY) == [given]
    with pytest.raises(NotAppointed):
        decide(given=[], when=given, by=SECURITY)
    with pytest.raises(NotYourRole):
        decide(given=STANDING, when=given, by=actor("sue", "system-administrator"))


def test_whoever_also_works_elsewhere_is_let_in_anew_only_where_all_their_roles_lie(decide) -> None:
    given = SignInGiven(officer=OfficerId("li"), means="password", occurred_on=DAY)
    local = actor("dora", region="620122")
    elsewhere: Any = {"officer": "li", "role": "clerk", "organisation": HR, "region": "620122", "occurred_on": DAY}
    both = [*STANDING, RoleGranted(**elsewhere)]
    with pytest.raises(SignInOfElsewhere, match="620121"):
        decide(given=both, when=given, by=local)
    assert decide(given=both, when=given, by=SECURITY) == [given]
    assert decide(given=[*both, role("li", "clerk", RoleRevoked)], when=given, by=local) == [given]
    posted: dict[str, Any] = {
        "posting": "post-620121-1", "official": "p1", "region": "620121100001", "kind": "team-member", "officer": "li",
        "document": "No. 1", "approver": "chief", "until": date(2018, 1, 31), "occurred_on": date(2017, 2, 1),
    }  # fmt: skip
    only_posted = [STANDING[0], OfficialPosted(**posted)]
    for today in (DAY, date(2017, 2, 1)):  # from a village of elsewhere, or soon to be there
        with pytest.raises(SignInOfElsewhere, match="620121100001"):
            decide(given=only_posted, when=given, by=local, today=today)
    assert decide(given=only_posted, when=given, by=local, today=date(2018, 2, 1)) == [given]
