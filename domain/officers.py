"""Officers: who works for which organisation, in which roles and region; and who looked at what."""

from __future__ import annotations

from dataclasses import dataclass
from types import MappingProxyType
from typing import Annotated, ClassVar, Literal, get_args

import msgspec

from taizhang.domain.boundary import GuardKey
from taizhang.domain.core import (
    Actor,
    Fact,
    Guard,
    OfficerId,
    OrganisationId,
    PersonId,
    Refusal,
    RegionCode,
    Slice,
    Text,
    moves,
)
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
    "system-administrator",
    "security-administrator",
    "audit-administrator",
]
ROLES: tuple[str, ...] = get_args(Role)
ADMINISTRATORS = frozenset({"system-administrator", "security-administrator", "audit-administrator"})  # 三员
SYSTEM = OfficerId("system")  # acts while the house is founded, before the first security administrator
GRANTERS = frozenset({"security-administrator", "system-administrator", SAMPLE_MAKER})  # the last two: only as SYSTEM
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
    """What one officer may do. The row of SYSTEM also says whether the house is founded."""

    KIND = "officer"
    appointed: list[OrganisationId] = msgspec.field(default_factory=list)
    grants: list[Grant] = msgspec.field(default_factory=list)
    founded: bool = False

    @classmethod
    def keys(cls, fact: OfficerAppointed | RoleGranted | RoleRevoked) -> tuple[str, ...]:  # type: ignore[override]
        founds = isinstance(fact, RoleGranted) and fact.role == "security-administrator"
        return (fact.officer, SYSTEM) if founds else (fact.officer,)

    @moves(OfficerAppointed)
    def appoint(self, fact: OfficerAppointed, sign: int) -> None:
        assert sign > 0, "appointments are not corrected"
        self.appointed = [*self.appointed, fact.organisation]

    @moves(RoleGranted)
    def grant(self, fact: RoleGranted, sign: int) -> None:
        assert sign > 0, "grants are revoked, never corrected"
        self.grants = [*self.grants, granted_by(fact)]
        self.founded = self.founded or fact.role == "security-administrator"

    @moves(RoleRevoked)
    def revoke(self, fact: RoleRevoked, sign: int) -> None:
        assert sign > 0, "revocations are undone by granting again"
        self.grants = [grant for grant in self.grants if grant != granted_by(fact)]


class StaffGuard(Guard):
    """How many officers, other than labelled sample officers, were ever appointed: one row, SYSTEM's."""

    KIND = "staff"
    appointed: int = 0

    @classmethod
    def keys(cls, fact: OfficerAppointed) -> tuple[str, ...]:  # type: ignore[override]
        return () if fact.officer.startswith(SAMPLE_LABEL) else (SYSTEM,)

    @moves(OfficerAppointed)
    def appoint(self, fact: OfficerAppointed, sign: int) -> None:  # noqa: ARG002 (only the number counts)
        self.appointed += sign


def granted_by(fact: RoleGranted | RoleRevoked) -> Grant:
    """The grant that a fact gives or takes."""
    return Grant(fact.officer, fact.role, fact.organisation, fact.region)


# -- refusals ---------------------------------------------------------------------------------------------


@dataclass(eq=False)
class RoleNotGranted(Refusal):
    """An officer acts only in a role that stands granted, for that organisation and region."""

    RULE: ClassVar = "officers.role-not-granted"
    SOURCE: ClassVar = "issue 1 (officers with organisation, role and region)"
    zh = "{officer} 未被授予 {region} {organisation} 的 {role} 岗位,或授权已撤销。请联系安全管理员。"
    en = "{officer} does not hold the role {role} for {organisation} in {region}, or it was revoked. Ask the security administrator."
    WORDED: ClassVar = MappingProxyType({"role": "role"})
    officer: OfficerId
    role: str
    organisation: OrganisationId
    region: RegionCode


@dataclass(eq=False)
class FoundedAlready(Refusal):
    """The system itself acts only until the first security administrator holds the role."""

    RULE: ClassVar = "officers.founded-already"
    SOURCE: ClassVar = "三员分立 (GB/T 22239-2019): whoever runs the system appoints nobody"
    zh = "系统初始化已完成,不能再以“系统”名义办理。请由安全管理员办理。"
    en = "The house is founded; the system itself no longer acts. Ask the security administrator."


@dataclass(eq=False)
class NotAppointed(Refusal):
    """Roles are granted to officers."""

    RULE: ClassVar = "officers.not-appointed"
    SOURCE: ClassVar = "issue 1 (every fact has a recorder)"
    zh = "{officer} 不是已登记的经办人。请先登记经办人,再授权。"
    en = "{officer} is no appointed officer. Appoint the officer first, then grant the role."
    officer: OfficerId


@dataclass(eq=False)
class NameReserved(Refusal):
    """“system” is the house itself, not a person."""

    RULE: ClassVar = "officers.name-reserved"
    SOURCE: ClassVar = "三员分立 (GB/T 22239-2019)"
    zh = "经办人编号“{officer}”为系统保留。请换一个编号。"
    en = "The officer id “{officer}” is reserved for the house itself. Choose another."
    officer: OfficerId


@dataclass(eq=False)
class RolesExclude(Refusal):
    """Each of the three administrators' roles excludes every other role (三员分立)."""

    RULE: ClassVar = "officers.roles-exclude"
    SOURCE: ClassVar = "三员分立: system, security and audit administration and business are separate (GB/T 22239-2019)"
    zh = "{officer} 已有岗位 {held},不能兼任 {role}:系统、安全、审计管理员之间及与业务岗位不得兼任。请另选一人,或先撤销原岗位。"
    en = "{officer} holds {held} and cannot also be {role}: the three administrators' roles exclude each other and all business. Choose somebody else, or revoke the other role first."
    WORDED: ClassVar = MappingProxyType({"held": "role", "role": "role"})
    officer: OfficerId
    held: str
    role: str


@dataclass(eq=False)
class NotHeld(Refusal):
    """Only a role that is held can be revoked."""

    RULE: ClassVar = "officers.not-held"
    SOURCE: ClassVar = "logic"
    zh = "{officer} 现无 {region} {organisation} 的 {role} 岗位,无需撤销。请核对授权。"
    en = "{officer} does not hold {role} for {organisation} in {region}. Check the officer's roles."
    WORDED: ClassVar = MappingProxyType({"role": "role"})
    officer: OfficerId
    role: str
    organisation: OrganisationId
    region: RegionCode


@dataclass(eq=False)
class ReadOfNobody(Refusal):
    """A read names at most as many persons as it counts."""

    RULE: ClassVar = "officers.read-of-nobody"
    SOURCE: ClassVar = "facts/falsification.csv F45: a read of the vault is itself a fact"
    zh = "查看人数 {count} 少于所列人员数 {named}。请核对。"
    en = "The read counts {count} persons but names {named}. Check the count."
    count: int
    named: int


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
        require_granter(self.guard(OfficerGuard, SYSTEM), self.by)
        require_sample(self.guard(StaffGuard, SYSTEM).appointed, self.by, self.fact.officer)
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
        require_sample(staff.appointed, self.by, fact.officer, administrates=administrates)
        officer = self.guard(OfficerGuard, fact.officer)
        if not officer.appointed or fact.officer == SYSTEM:
            raise NotAppointed(officer=fact.officer)
        if granted_by(fact) in officer.grants:
            raise StandsAlready(kind=RoleGranted.TOPIC)
        for held in officer.grants:
            if held.role != fact.role and ADMINISTRATORS & {held.role, fact.role}:
                raise RolesExclude(officer=fact.officer, held=held.role, role=fact.role)
        self.record(fact)


class RevokeRole(Slice):
    """Take a role away from an officer."""

    COMMAND = "officers.revoke-role"
    DECIDES = RoleRevoked
    ROLES = frozenset({"security-administrator"})
    fact: RoleRevoked

    def guards(self) -> list[GuardKey]:
        return officer_rows(self.fact.officer)

    def region(self) -> RegionCode:
        return self.fact.region

    def execute(self) -> None:
        fact = self.fact
        if granted_by(fact) not in self.guard(OfficerGuard, fact.officer).grants:
            raise NotHeld(officer=fact.officer, role=fact.role, organisation=fact.organisation, region=fact.region)
        self.record(fact)


class RecordPersonalDataRead(Slice):
    """Record that the acting officer looked at personal data."""

    COMMAND = "officers.record-personal-data-read"
    DECIDES = PersonalDataRead
    ROLES = frozenset(ROLES)
    fact: PersonalDataRead

    def execute(self) -> None:
        if self.fact.count < len(self.fact.persons):
            raise ReadOfNobody(count=self.fact.count, named=len(self.fact.persons))
        self.record(msgspec.structs.replace(self.fact, reader=self.by.officer))


class RecordExport(Slice):
    """Record that the acting officer took data out of the house."""

    COMMAND = "officers.record-export"
    DECIDES = DataExported
    ROLES = frozenset(ROLES)
    fact: DataExported

    def execute(self) -> None:
        self.record(msgspec.structs.replace(self.fact, reader=self.by.officer))


# -- what binds everybody ---------------------------------------------------------------------------------


def officer_rows(officer: OfficerId) -> list[GuardKey]:
    """The rows that decide about an officer: the officer's own and the founding's."""
    return [(OfficerGuard.KIND, officer), (OfficerGuard.KIND, SYSTEM)]


def require_granted(state: Guard, by: Actor) -> None:
    """Refuse an actor who does not hold the role now; `state` is the guard row of `by.officer`.

    Raises RoleNotGranted, FoundedAlready.
    """
    assert isinstance(state, OfficerGuard)
    if by.officer == SYSTEM:
        require_granter(state, by)
    elif Grant(by.officer, by.role, by.organisation, by.region) not in state.grants:
        raise RoleNotGranted(officer=by.officer, role=by.role, organisation=by.organisation, region=by.region)


def require_granter(system: OfficerGuard, by: Actor) -> None:
    """Let the system itself act until the house is founded, afterwards security administrators and a sample's maker.

    Raises FoundedAlready, RoleNotGranted.
    """
    if by.officer == SYSTEM and by.role != SAMPLE_MAKER and system.founded:
        raise FoundedAlready
    if by.officer != SYSTEM and by.role != "security-administrator":
        raise RoleNotGranted(
            officer=by.officer, role="security-administrator", organisation=by.organisation, region=by.region
        )
