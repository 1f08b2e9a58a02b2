"""Officers: who may make officers, and which roles one person never holds together."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from catalogue_samples import made_up

from taizhang.domain.alike import Alike
from taizhang.domain.boundary import GuardBook
from taizhang.domain.core import Actor, Fact, OfficerId, OrganisationId, PersonId, RegionCode
from taizhang.domain.decisions import Deciding, NotYourRole, OutsideYourRegion, Proposal, commands
from taizhang.domain.officers import (
    DataExported,
    FoundedAlready,
    LastSecurityAdministrator,
    NameReserved,
    NotAppointed,
    NotHeld,
    OfficerAppointed,
    OfficerGuard,
    OfficerIdUnusable,
    OwnGrant,
    PersonalDataRead,
    ReadOfNobody,
    RoleGranted,
    RoleNotGranted,
    RoleRevoked,
    RolesExclude,
    require_granted,
)
from taizhang.domain.sample_house import NotASampleHouse
from taizhang.domain.standing import StandsAlready
from taizhang.domain.wording import word

DAY, PROVINCE, COUNTY = date(2015, 1, 1), RegionCode("620000"), RegionCode("620121")
OFFICE = OrganisationId("hr-620000")


def actor(officer: str, role: str, region: str = PROVINCE) -> Actor:
    return Actor(
        officer=OfficerId(officer), role=role, organisation=OFFICE, region=RegionCode(region), authenticated="test"
    )


def appointed(officer: str) -> OfficerAppointed:
    return OfficerAppointed(officer=OfficerId(officer), organisation=OFFICE, occurred_on=DAY)


def granted(officer: str, role: Any, region: str = PROVINCE) -> RoleGranted:
    return RoleGranted(
        officer=OfficerId(officer), role=role, organisation=OFFICE, region=RegionCode(region), occurred_on=DAY
    )


def revoked(officer: str, role: Any, region: str = PROVINCE) -> RoleRevoked:
    return RoleRevoked(
        officer=OfficerId(officer), role=role, organisation=OFFICE, region=RegionCode(region), occurred_on=DAY
    )


KEYS = {"give-sign-in", "issue-key", "revoke-key"}
SYSTEM, SECURITY = actor("system", "system-administrator"), actor("anne", "security-administrator")
FOUNDED: list[Fact] = [appointed("anne"), granted("anne", "security-administrator")]


def test_the_system_makes_the_first_officers_until_one_is_security_administrator(decide) -> None:
    assert decide(given=[], when=FOUNDED[0], by=SYSTEM) == FOUNDED[:1]
    assert decide(given=FOUNDED[:1], when=FOUNDED[1], by=SYSTEM) == FOUNDED[1:]
    with pytest.raises(FoundedAlready):
        decide(given=FOUNDED, when=appointed("ben"), by=SYSTEM)
    with pytest.raises(FoundedAlready):
        decide(given=FOUNDED, when=granted("anne", "security-administrator", COUNTY), by=SYSTEM)


def test_after_that_only_a_security_administrator_makes_officers(decide) -> None:
    assert decide(given=FOUNDED, when=appointed("ben"), by=SECURITY) == [appointed("ben")]
    with pytest.raises(NotYourRole, match="system administrator may not"):
        decide(given=FOUNDED, when=appointed("ben"), by=actor("root", "system-administrator"))
    with pytest.raises(NotYourRole):
        decide(given=FOUNDED, when=appointed("ben"), by=actor("carl", "clerk"))


def test_the_maker_of_a_sample_makes_labelled_officers_beside_the_first_administrator(decide) -> None:
    maker, role = actor("system", "sample-maker"), granted("sample-clerk", "clerk")
    given = [*FOUNDED, appointed("sample-clerk")]
    assert decide(given=FOUNDED, when=given[-1], by=maker) == given[-1:]
    assert decide(given=given, when=role, by=maker) == [role]
    with pytest.raises(NotASampleHouse, match="ben is no sample officer"):
        decide(given=FOUNDED, when=appointed("ben"), by=maker)
    with pytest.raises(NotASampleHouse):
        decide(given=given, when=granted("sample-clerk", "security-administrator"), by=maker)
    with pytest.raises(RoleNotGranted):
        decide(given=FOUNDED, when=appointed("sample-clerk"), by=actor("root", "sample-maker"))


def test_a_sample_goes_beside_all_three_administrators_and_beside_nobody_who_was_one(decide) -> None:
    maker, labelled = actor("system", "sample-maker"), appointed("sample-clerk")
    three = [*FOUNDED, appointed("sue"), granted("sue", "system-administrator")]
    three += [appointed("ann"), granted("ann", "audit-administrator")]
    assert decide(given=three, when=labelled, by=maker) == [labelled]
    works_now = [*three, revoked("ann", "audit-administrator"), granted("ann", "clerk")]
    with pytest.raises(NotASampleHouse):
        decide(given=works_now, when=labelled, by=maker)


def test_no_sample_goes_into_a_house_where_somebody_works(decide) -> None:
    maker, working = actor("system", "sample-maker"), [*FOUNDED, appointed("ben")]
    with pytest.raises(NotASampleHouse):
        decide(given=working, when=appointed("sample-clerk"), by=maker)
    with pytest.raises(NotASampleHouse):
        decide(given=[*working, appointed("sample-clerk")], when=granted("sample-clerk", "clerk"), by=maker)


def test_nobody_is_named_system(decide) -> None:
    with pytest.raises(NameReserved):
        decide(given=[], when=appointed("system"), by=SYSTEM)


def test_a_role_is_granted_to_an_officer_once(decide) -> None:
    with pytest.raises(NotAppointed, match="ben is no appointed officer"):
        decide(given=FOUNDED, when=granted("ben", "clerk"), by=SECURITY)
    given = [*FOUNDED, appointed("ben")]
    assert decide(given=given, when=granted("ben", "clerk", COUNTY), by=SECURITY) == [granted("ben", "clerk", COUNTY)]
    with pytest.raises(StandsAlready):
        decide(given=[*given, granted("ben", "clerk")], when=granted("ben", "clerk"), by=SECURITY)
    with pytest.raises(StandsAlready):
        decide(given=given, when=appointed("ben"), by=SECURITY)


def test_a_county_security_administrator_grants_nothing_beyond_the_county(decide) -> None:
    with pytest.raises(OutsideYourRegion):
        decide(
            given=[*FOUNDED, appointed("ben")],
            when=granted("ben", "clerk", PROVINCE),
            by=actor("dora", "security-administrator", COUNTY),
        )


@pytest.mark.parametrize(
    ("held", "wanted"),
    [
        ("clerk", "audit-administrator"),
        ("system-administrator", "security-administrator"),
        ("audit-administrator", "finance"),
    ],
)
def test_administrators_hold_no_second_role(decide, held: str, wanted: str) -> None:
    given = [*FOUNDED, appointed("ben"), granted("ben", held)]
    called = [word("role", one, "en") for one in (held, wanted)]
    with pytest.raises(RolesExclude, match=f"holds {called[0]} and cannot also be {called[1]}"):
        decide(given=given, when=granted("ben", wanted), by=SECURITY)


def test_business_roles_go_together_and_a_revoked_role_excludes_nothing(decide) -> None:
    revoked = RoleRevoked(officer=OfficerId("ben"), role="clerk", organisation=OFFICE, region=PROVINCE, occurred_on=DAY)
    given = [*FOUNDED, appointed("ben"), granted("ben", "clerk")]
    assert decide(given=given, when=granted("ben", "inspector"), by=SECURITY) == [granted("ben", "inspector")]
    auditor = granted("ben", "audit-administrator")
    assert decide(given=[*given, revoked], when=auditor, by=SECURITY) == [auditor]


def test_only_a_role_that_is_held_is_revoked(decide) -> None:
    revoked = RoleRevoked(officer=OfficerId("ben"), role="clerk", organisation=OFFICE, region=PROVINCE, occurred_on=DAY)
    given = [*FOUNDED, appointed("ben"), granted("ben", "clerk")]
    assert decide(given=given, when=revoked, by=SECURITY) == [revoked]
    with pytest.raises(NotHeld):
        decide(given=[*given, revoked], when=revoked, by=SECURITY)


def test_nobody_grants_a_role_to_themselves(decide) -> None:
    given = [*FOUNDED, appointed("dora"), granted("dora", "security-administrator")]
    own = granted("anne", "security-administrator", COUNTY)
    with pytest.raises(OwnGrant, match="anne cannot grant a role to themselves"):
        decide(given=given, when=own, by=SECURITY)
    assert decide(given=given, when=own, by=actor("dora", "security-administrator")) == [own]


def test_a_region_keeps_a_security_administrator(decide) -> None:
    last = revoked("anne", "security-administrator")
    with pytest.raises(LastSecurityAdministrator, match="anne is the last security administrator for 620000"):
        decide(given=FOUNDED, when=last, by=SECURITY)
    below = [*FOUNDED, appointed("dora"), granted("dora", "security-administrator", COUNTY)]
    with pytest.raises(LastSecurityAdministrator):  # a county's administrator is none for the province
        decide(given=below, when=last, by=SECURITY)
    beside = [*below, granted("dora", "security-administrator")]
    assert decide(given=beside, when=last, by=SECURITY) == [last]
    county = revoked("dora", "security-administrator", COUNTY)
    assert decide(given=below, when=county, by=SECURITY) == [county]
    gone = [*beside, revoked("dora", "security-administrator")]
    with pytest.raises(LastSecurityAdministrator):
        decide(given=gone, when=last, by=SECURITY)


ERASES = {"people.forget-person", "people.blank-file"}  # carries out what others asked for and the audit let pass
LETS_ERASE = {f"people.{step}" for step in ("approve-forgetting", "withdraw-forgetting")} | {
    f"people.{step}-legal-hold" for step in ("place", "lift")
}
ROOTS = "proof.commit-roots"  # the two trees' roots, reckoned by the house: nobody's judgement


@pytest.mark.parametrize(
    ("role", "own"),
    [
        (
            "security-administrator",
            {*(f"officers.{name}" for name in ("appoint-officer", "grant-role", "revoke-role", *KEYS)), *ERASES, ROOTS},
        ),
        ("system-administrator", set()),
        ("audit-administrator", {"officers.record-export", *LETS_ERASE, ROOTS}),
    ],
)
def test_no_administrator_does_the_work_of_another_or_any_business(role: str, own: set[str]) -> None:
    """Asked of every command there is, before any other rule: may this role at all?"""
    by, allowed = actor("ben", role), set()
    for name, kind in commands().items():
        deciding = Deciding(Proposal(fact=made_up(kind.DECIDES)), by)
        try:
            deciding._require_authority(deciding.slice, GuardBook(), Alike())
        except NotYourRole:
            continue
        except OutsideYourRegion:
            pass  # the role is let through
        allowed.add(name)
    assert allowed == own


def test_an_actor_must_hold_the_role_for_that_organisation_and_region() -> None:
    book = GuardBook()
    for number, fact in enumerate(FOUNDED, 1):
        book.apply(fact, number)
    require_granted(book[OfficerGuard.KIND, "anne"], SECURITY)
    with pytest.raises(RoleNotGranted):
        require_granted(book[OfficerGuard.KIND, "anne"], actor("anne", "security-administrator", COUNTY))
    with pytest.raises(FoundedAlready):
        require_granted(book[OfficerGuard.KIND, "system"], SYSTEM)
    require_granted(OfficerGuard(), SYSTEM)


def test_a_read_names_who_read_whatever_the_request_says(decide, clerk: Actor) -> None:
    read = PersonalDataRead(
        fields=("name",),
        purpose="phone check",
        count=1,
        where="/people",
        persons=(PersonId("p1"),),
        reader=OfficerId("somebody else"),
        occurred_on=DAY,
    )
    [fact] = decide(given=[], when=read)
    assert fact.reader == clerk.officer
    assert fact.tags() == ["reader:clerk", "person:p1"]


def test_a_read_counts_at_least_whom_it_names(decide) -> None:
    read = PersonalDataRead(
        fields=("name",), purpose="x", count=0, where="/people", persons=(PersonId("p1"),), occurred_on=DAY
    )
    with pytest.raises(ReadOfNobody, match="counts 0 persons but names 1"):
        decide(given=[], when=read)


def test_an_export_is_recorded_with_rows_and_digest(decide, clerk: Actor) -> None:
    [fact] = decide(given=[], when=DataExported(what="ledger 620121", rows=12, digest="ab" * 32, occurred_on=DAY))
    assert (fact.reader, fact.rows) == (clerk.officer, 12)


@pytest.mark.parametrize("unusable", ["", "a:b", "a b", "a\nb", "-li", "../li", "<b>", "li" * 40])
def test_an_officers_id_that_could_not_be_told_apart_in_the_ids_of_commands_is_refused(decide, unusable: str) -> None:
    office: Any = {"organisation": "hr-620121", "occurred_on": DAY}
    with pytest.raises(OfficerIdUnusable, match="64"):
        decide(given=[], when=OfficerAppointed(officer=OfficerId(unusable), **office), by=SECURITY)
    for usable in ("li", "li.wang_2@hr-620121", "李01", "a" * 64):
        new = OfficerAppointed(officer=OfficerId(usable), **office)
        assert decide(given=[], when=new, by=SECURITY) == [new]
