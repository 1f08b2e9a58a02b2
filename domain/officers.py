"""Officers: who works for which organisation, in which roles and region; and who looked at what."""

from __future__ import annotations

import re
from datetime import date
from typing import Annotated, Any, Literal, get_args

import msgspec

from taizhang.domain.boundary import GuardKey
from taizhang.domain.core import (
    Actor,
    Fact,
    Guard,
    OfficerId,
    OrganisationId,
    PersonId,
    RegionCode,
    Slice,
    Text,
    moves,
)
from taizhang.domain.decisions import SYSTEM as SYSTEM
from taizhang.domain.decisions import SYSTEM_ROLE, within
from taizhang.domain.matching import MATCHER
from taizhang.domain.officer_refusals import (
    FoundedAlready,
    LastSecurityAdministrator,
    NameReserved,
    NotAppointed,
    NotHeld,
    OfficerIdUnusable,
    OwnGrant,
    ReadOfNobody,
    RoleFollowsPosting,
    RoleNotGranted,
    RolesExclude,
)
from taizhang.domain.postings.officials import VILLAGE_DIGITS, VILLAGE_OFFICIAL
from taizhang.domain.postings.spells import SPELL_FACTS, Spell, moved_spells
from taizhang.domain.sample_house import SAMPLE_LABEL, SAMPLE_MAKER, require_sample
from taizhang.domain.standing import StandsAlready

Role = Literal[
    "clerk",
    "institution",
    "finance",
    "organisation",
    "inspector",
    "discipline",
    "dashboard",
    "village-official",
    "system-administrator",
    "security-administrator",
    "audit-administrator",
]
ROLES: tuple[str, ...] = get_args(Role)
GRANTED = tuple(role for role in ROLES if role != VILLAGE_OFFICIAL)  # that one follows a posting
ADMINISTRATORS = frozenset({"system-administrator", "security-administrator", "audit-administrator"})  # 三员
LOG_SIGNER = "log-signer"  # the house's own role when it publishes a cosigned checkpoint: granted to nobody
HOUSE_ROLES = frozenset({SAMPLE_MAKER, LOG_SIGNER, MATCHER})  # in which SYSTEM still acts once the house is founded
SECURITY = "security-administrator"  # appoints, grants and revokes; reads and records nothing else
AUDIT = "audit-administrator"  # sees who looked, exported and was granted what; changes nothing
BUSINESS = frozenset(role for role in ROLES if role not in ADMINISTRATORS)
GRANTERS = frozenset({SECURITY, SYSTEM_ROLE, SAMPLE_MAKER})  # the last two: only as SYSTEM
ID_LETTERS = 64
ID = re.compile(rf"[^\W_][\w.@-]{{0,{ID_LETTERS - 1}}}")  # whole: a colon ends it in the ids of commands
Count = Annotated[int, msgspec.Meta(ge=0)]

# -- facts ------------------------------------------------------------------------------------------------


class OfficerAppointed(Fact, frozen=True, kw_only=True):
    """Somebody becomes an officer of an organisation; name and sign-in stand outside the log."""

    TOPIC = "officers.officer-appointed.v1"
    officer: OfficerId
    organisation: OrganisationId

    def tags(self) -> list[str]:
        return [f"officer:{self.officer}"]


class RoleGranted(Fact, frozen=True, kw_only=True):
    """An officer may act in a role, for an organisation and in a region."""

    TOPIC = "officers.role-granted.v1"
    officer: OfficerId
    role: Role
    organisation: OrganisationId
    region: RegionCode

    def tags(self) -> list[str]:
        return [f"officer:{self.officer}"]


class RoleRevoked(Fact, frozen=True, kw_only=True):
    """An officer may no longer act in a role."""

    TOPIC = "officers.role-revoked.v1"
    officer: OfficerId
    role: Role
    organisation: OrganisationId
    region: RegionCode

    def tags(self) -> list[str]:
        return [f"officer:{self.officer}"]


class PersonalDataRead(Fact, frozen=True, kw_only=True):
    """An officer looked at personal data; `persons` names them when they are few, `count` always says how many."""

    TOPIC = "officers.personal-data-read.v1"
    fields: tuple[str, ...]
    purpose: Text
    count: Count
    where: str  # the page, command or report
    persons: tuple[PersonId, ...] = ()
    reader: OfficerId = OfficerId("")  # filled in: the officer who records it

    def tags(self) -> list[str]:
        return [f"reader:{self.reader}", *(f"person:{person}" for person in self.persons)]


class DataExported(Fact, frozen=True, kw_only=True):
    """An officer took data out of the house; `digest` is the SHA-256 of the file handed out, hex."""

    TOPIC = "officers.data-exported.v1"
    what: str
    rows: Count
    digest: str
    purpose: str = ""
    reader: OfficerId = OfficerId("")

    def tags(self) -> list[str]:
        return [f"reader:{self.reader}"]


# -- what is known ----------------------------------------------------------------------------------------


class Grant(msgspec.Struct, frozen=True, array_like=True):
    officer: OfficerId
    role: str
    organisation: OrganisationId
    region: RegionCode


class OfficerGuard(Guard):
    """What one officer may do. The row of SYSTEM says whether the house is founded, and who administers its security.

    `postings` are those in which the officer's own person is posted: a village's gives the role there while it stands.
    """

    KIND = "officer"
    appointed: list[OrganisationId] = msgspec.field(default_factory=list)
    grants: list[Grant] = msgspec.field(default_factory=list)
    founded: bool = False
    postings: dict[str, Spell] = msgspec.field(default_factory=dict)

    @classmethod
    def keys(cls, fact: Any) -> tuple[str, ...]:
        officer = fact.officer
        if isinstance(fact, SPELL_FACTS):
            return (officer,) if officer is not None else ()
        guards = isinstance(fact, (RoleGranted, RoleRevoked)) and fact.role == SECURITY
        return (fact.officer, SYSTEM) if guards else (fact.officer,)

    @moves(OfficerAppointed)
    def appoint(self, fact: OfficerAppointed, sign: int) -> None:
        assert sign > 0, "appointments are not corrected"
        self.appointed = [*self.appointed, fact.organisation]

    @moves(RoleGranted)
    def grant(self, fact: RoleGranted, sign: int) -> None:
        assert sign > 0, "grants are revoked, never corrected"
        self.grants = [*self.grants, granted_by(fact)]
        self.founded = self.founded or fact.role == SECURITY

    @moves(RoleRevoked)
    def revoke(self, fact: RoleRevoked, sign: int) -> None:
        assert sign > 0, "revocations are undone by granting again"
        self.grants = [grant for grant in self.grants if grant != granted_by(fact)]

    @moves(*SPELL_FACTS)
    def posted(self, fact: Fact, sign: int) -> None:
        self.postings = moved_spells(self.postings, fact, sign)

    def grants_on(self, day: date) -> list[Grant]:
        """The roles held on a day: those granted, and in villages where the officer is posted on that day."""
        organisation = self.appointed[0] if self.appointed else OrganisationId("")
        villages = {
            spell.opening.region: spell.opening.officer
            for spell in self.postings.values()
            if spell.opening is not None and spell.covers(day) and len(spell.opening.region) == VILLAGE_DIGITS
        }
        return [
            *self.grants,
            *(Grant(who, VILLAGE_OFFICIAL, organisation, where) for where, who in villages.items() if who is not None),
        ]

    def regions_from(self, day: date) -> list[RegionCode]:
        """Where the officer holds a role on a day or, being posted, will hold one later."""
        postings = (one for one in self.postings.values() if one.opening is not None and one.last >= day)
        return [*(one.region for one in self.grants), *(one.opening.region for one in postings if one.opening)]


class StaffGuard(Guard):
    """The officers, other than labelled sample officers, who were ever appointed to business: one row, SYSTEM's.

    Whoever was appointed counts until granted an administrator's role, and again from the first other role on.
    """

    KIND = "staff"
    appointed: int = 0
    administrators: list[OfficerId] = msgspec.field(default_factory=list)

    @classmethod
    def keys(cls, fact: OfficerAppointed | RoleGranted) -> tuple[str, ...]:  # type: ignore[override]
        return () if fact.officer.startswith(SAMPLE_LABEL) else (SYSTEM,)

    @property
    def at_work(self) -> int:
        """Officers appointed who are not administrators only."""
        return self.appointed - len(self.administrators)

    @moves(OfficerAppointed)
    def appoint(self, fact: OfficerAppointed, sign: int) -> None:  # noqa: ARG002 (only the number counts)
        self.appointed += sign

    @moves(RoleGranted)
    def grant(self, fact: RoleGranted, sign: int) -> None:
        assert sign > 0, "grants are revoked, never corrected"
        others = [one for one in self.administrators if one != fact.officer]
        self.administrators = [*others, fact.officer] if fact.role in ADMINISTRATORS else others


def granted_by(fact: RoleGranted | RoleRevoked) -> Grant:
    """The grant that a fact gives or takes."""
    return Grant(fact.officer, fact.role, fact.organisation, fact.region)


# -- decisions --------------------------------------------------------------------------------------------


class AppointOfficer(Slice):
    """Appoint an officer of an organisation."""

    COMMAND = "officers.appoint-officer"
    DECIDES = OfficerAppointed
    ROLES = GRANTERS
    fact: OfficerAppointed

    def guards(self) -> list[GuardKey]:
        return [*officer_rows(self.fact.officer), (StaffGuard.KIND, SYSTEM)]

    def execute(self) -> None:
        if self.fact.officer == SYSTEM:
            raise NameReserved(officer=self.fact.officer)
        if not ID.fullmatch(self.fact.officer):
            raise OfficerIdUnusable(most=ID_LETTERS)
        require_granter(self.guard(OfficerGuard, SYSTEM), self.by)
        require_sample(self.guard(StaffGuard, SYSTEM).at_work, self.by, self.fact.officer)
        if self.fact.organisation in self.guard(OfficerGuard, self.fact.officer).appointed:
            raise StandsAlready(kind=OfficerAppointed.TOPIC)
        self.record(self.fact)


class GrantRole(Slice):
    """Grant an officer a role; the three administrators' roles go to three people without any other."""

    COMMAND = "officers.grant-role"
    DECIDES = RoleGranted
    ROLES = GRANTERS
    fact: RoleGranted

    def guards(self) -> list[GuardKey]:
        return [*officer_rows(self.fact.officer), (StaffGuard.KIND, SYSTEM)]

    def region(self) -> RegionCode:
        return self.fact.region

    def execute(self) -> None:
        fact = self.fact
        require_granter(self.guard(OfficerGuard, SYSTEM), self.by)
        staff, administrates = self.guard(StaffGuard, SYSTEM), fact.role in ADMINISTRATORS
        require_sample(staff.at_work, self.by, fact.officer, administrates=administrates)
        if fact.role == VILLAGE_OFFICIAL:
            raise RoleFollowsPosting
        officer = self.guard(OfficerGuard, fact.officer)
        if not officer.appointed or fact.officer == SYSTEM:
            raise NotAppointed(officer=fact.officer)
        if fact.officer == self.by.officer:
            raise OwnGrant(officer=fact.officer)
        if granted_by(fact) in officer.grants:
            raise StandsAlready(kind=RoleGranted.TOPIC)
        for held in officer.grants_on(fact.occurred_on):
            if held.role != fact.role and ADMINISTRATORS & {held.role, fact.role}:
                raise RolesExclude(officer=fact.officer, held=held.role, role=fact.role)
        self.record(fact)


class RevokeRole(Slice):
    """Take a role away from an officer; somebody always stays who can grant it again."""

    COMMAND = "officers.revoke-role"
    DECIDES = RoleRevoked
    ROLES = frozenset({SECURITY})
    fact: RoleRevoked

    def guards(self) -> list[GuardKey]:
        return officer_rows(self.fact.officer)

    def region(self) -> RegionCode:
        return self.fact.region

    def execute(self) -> None:
        fact = self.fact
        if granted_by(fact) not in self.guard(OfficerGuard, fact.officer).grants:
            raise NotHeld(officer=fact.officer, role=fact.role, organisation=fact.organisation, region=fact.region)
        if fact.role == SECURITY:
            others = [one for one in self.guard(OfficerGuard, SYSTEM).grants if one.officer != fact.officer]
            if not any(one.role == SECURITY and within(fact.region, one.region) for one in others):
                raise LastSecurityAdministrator(officer=fact.officer, region=fact.region)
        self.record(fact)


class RecordPersonalDataRead(Slice):
    """Record that the acting officer looked at personal data."""

    COMMAND = "officers.record-personal-data-read"
    DECIDES = PersonalDataRead
    ROLES = BUSINESS
    fact: PersonalDataRead

    def execute(self) -> None:
        if self.fact.count < len(self.fact.persons):
            raise ReadOfNobody(count=self.fact.count, named=len(self.fact.persons))
        self.record(msgspec.structs.replace(self.fact, reader=self.by.officer))


class RecordExport(Slice):
    """Record that the acting officer took data out of the house."""

    COMMAND = "officers.record-export"
    DECIDES = DataExported
    ROLES = BUSINESS | {AUDIT}
    fact: DataExported

    def execute(self) -> None:
        self.record(msgspec.structs.replace(self.fact, reader=self.by.officer))


# -- what binds everybody ---------------------------------------------------------------------------------


def officer_rows(officer: OfficerId) -> list[GuardKey]:
    """The rows that decide about an officer: the officer's own and the founding's."""
    return [(OfficerGuard.KIND, officer), (OfficerGuard.KIND, SYSTEM)]


def require_granted(state: Guard, by: Actor, today: date = date.max) -> None:
    """Refuse an actor who does not hold the role today; `state` is the guard row of `by.officer`.

    Raises RoleNotGranted, FoundedAlready.
    """
    assert isinstance(state, OfficerGuard)
    if by.officer == SYSTEM:
        require_granter(state, by)
    elif Grant(by.officer, by.role, by.organisation, by.region) not in state.grants_on(today):
        raise RoleNotGranted(officer=by.officer, role=by.role, organisation=by.organisation, region=by.region)


def require_granter(system: OfficerGuard, by: Actor) -> None:
    """Let the system itself act until the house is founded, afterwards security administrators and the house's own roles.

    Raises FoundedAlready, RoleNotGranted.
    """
    if by.officer == SYSTEM and by.role not in HOUSE_ROLES and system.founded:
        raise FoundedAlready
    if by.officer != SYSTEM and by.role != SECURITY:
        raise RoleNotGranted(officer=by.officer, role=SECURITY, organisation=by.organisation, region=by.region)
