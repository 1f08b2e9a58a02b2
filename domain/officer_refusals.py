"""What is refused about officers and their roles."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from types import MappingProxyType
from typing import ClassVar

from taizhang.domain.core import OfficerId, OrganisationId, Refusal, RegionCode


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
class OfficerIdUnusable(Refusal):
    """An officer's id is written in addresses, commands and lists: letters, digits and . _ @ - only, 64 at most."""

    RULE: ClassVar = "officers.id-unusable"
    SOURCE: ClassVar = "logic: ids of commands begin with the officer's, up to a colon"
    zh = "经办人编号只能用字母、数字和 . _ @ -,以字母或数字开头,最长 {most} 位。请换一个编号。"
    en = "An officer's id holds letters, digits and . _ @ - only, begins with a letter or digit, and is at most {most} long. Choose another."
    most: int


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
class RoleFollowsPosting(Refusal):
    """The role of a posted village official is nobody's to grant: it comes and goes with the posting."""

    RULE: ClassVar = "officers.role-follows-posting"
    SOURCE: ClassVar = "issue 4 (access scope follows the posting); docs/adr/0008"
    zh = "驻村干部岗位随派驻自动取得、自动终止,不能手工授予。请在派驻记录中写明其经办人编号。"
    en = "The role of a posted village official comes and goes with the posting and is not granted by hand. Name the officer in the posting."


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
class OwnGrant(Refusal):
    """Nobody grants a role to themselves."""

    RULE: ClassVar = "officers.own-grant"
    SOURCE: ClassVar = "三员分立 (GB/T 22239-2019): whoever grants does not profit from the grant"
    zh = "{officer} 不能给自己授权。请由另一位安全管理员办理。"
    en = "{officer} cannot grant a role to themselves. Have another security administrator do it."
    officer: OfficerId


@dataclass(eq=False)
class LastSecurityAdministrator(Refusal):
    """A region keeps a security administrator, or nobody could grant anything there any more."""

    RULE: ClassVar = "officers.last-security-administrator"
    SOURCE: ClassVar = "三员分立 (GB/T 22239-2019): the post of the security administrator is never empty"
    zh = "{officer} 是 {region} 最后一位安全管理员,撤销后无人可以授权。请先授权另一位安全管理员。"
    en = "{officer} is the last security administrator for {region}; without one nobody could grant a role. Grant the role to another person first."
    officer: OfficerId
    region: RegionCode


@dataclass(eq=False)
class KeyTaken(Refusal):
    """A key's id is given out once."""

    RULE: ClassVar = "officers.key-taken"
    SOURCE: ClassVar = "issue 7 (keys for programs: issued, listed, revoked)"
    REPEATS: ClassVar = True
    zh = "密钥编号 {key} 已发放过。请换一个编号。"
    en = "The key id {key} was given out before. Choose another id."
    key: str


@dataclass(eq=False)
class KeyOfAdministrator(Refusal):
    """No program administers: the three administrators are persons."""

    RULE: ClassVar = "officers.key-of-administrator"
    SOURCE: ClassVar = "三员分立 (GB/T 22239-2019): administrators act in person"
    zh = "“{role}”岗位须由本人办理,不能发放程序密钥。请为业务岗位发放密钥。"
    en = "The role {role} acts in person and gets no key for programs. Issue a key for a business role."
    WORDED: ClassVar = MappingProxyType({"role": "role"})
    role: str


@dataclass(eq=False)
class KeyLastsTooLong(Refusal):
    """A key ends on a day at most a year after it was issued."""

    RULE: ClassVar = "officers.key-lasts-too-long"
    SOURCE: ClassVar = "issue 7 (keys for programs); GB/T 22239-2019 8.1.4.1 (credentials are changed at intervals)"
    zh = "密钥有效期至 {until},须在发放日之后且不超过 {days} 天。请改有效期。"
    en = "The key is to last until {until}; it must end after the day of issue and within {days} days. Choose another day."
    until: date
    days: int


@dataclass(eq=False)
class KeyNotStanding(Refusal):
    """Only a key that was issued and not yet revoked is revoked."""

    RULE: ClassVar = "officers.key-not-standing"
    SOURCE: ClassVar = "logic"
    zh = "没有有效的密钥 {key}:从未发放,或已撤销。请核对密钥编号。"
    en = "No key {key} stands: it was never issued, or is revoked already. Check the key's id."
    key: str


@dataclass(eq=False)
class KeyOfSomebodyElse(Refusal):
    """An officer revokes their own keys; those of others are the security administrator's to revoke."""

    RULE: ClassVar = "officers.key-of-somebody-else"
    SOURCE: ClassVar = "issue 7 (access); 三员分立 (GB/T 22239-2019)"
    zh = "密钥 {key} 属于 {officer},只能由其本人或安全管理员撤销。请联系安全管理员。"
    en = "The key {key} belongs to {officer}; only that officer or the security administrator revokes it. Ask the security administrator."
    key: str
    officer: OfficerId


@dataclass(eq=False)
class SignInOfElsewhere(Refusal):
    """Whoever lets an officer in anew could come in as that officer: so every role of theirs lies in the own region."""

    RULE: ClassVar = "officers.sign-in-of-elsewhere"
    SOURCE: ClassVar = "issue 7 (region scope on every path); 三员分立 (GB/T 22239-2019)"
    zh = "{officer} 在 {region} 也有岗位,不在您的管辖范围 {scope} 内,不能由您重新发放登录凭据。请由管辖其全部岗位的安全管理员办理。"
    en = "{officer} also holds a role in {region}, outside your scope {scope}, so you may not let them in anew. Ask a security administrator whose region contains all their roles."
    officer: OfficerId
    region: RegionCode
    scope: RegionCode


@dataclass(eq=False)
class ReadOfNobody(Refusal):
    """A read names at most as many persons as it counts."""

    RULE: ClassVar = "officers.read-of-nobody"
    SOURCE: ClassVar = "facts/falsification.csv F45: a read of the vault is itself a fact"
    zh = "查看人数 {count} 少于所列人员数 {named}。请核对。"
    en = "The read counts {count} persons but names {named}. Check the count."
    count: int
    named: int
