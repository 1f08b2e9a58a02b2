"""Founding a house: keys, tables, the preset's facts, the first administrator; later officers one by one."""

from __future__ import annotations

import os
import secrets
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import NamedTuple

import msgspec

from taizhang.adapters.desk import now_us
from taizhang.adapters.house import House, opened
from taizhang.adapters.orders import Answer, Order
from taizhang.adapters.preset import PROVINCE, gansu
from taizhang.adapters.settings import Settings
from taizhang.adapters.vault.keys import ENVIRONMENT_VARIABLE, VaultKeys
from taizhang.domain.core import Actor, Fact, OfficerId, OrganisationId, RegionCode
from taizhang.domain.decisions import Proposal
from taizhang.domain.envelope import Source
from taizhang.domain.officers import SYSTEM, OfficerAppointed, Role, RoleGranted

PRESETS = ("gansu",)
HOUSE = OrganisationId("house")
INIT = Source(way="init")
OF_A_SAMPLE = Source(way="sample")
ORDER_FACTS = 1000
FIRST_PASSWORD_BYTES = 12  # random, told once, changed at the first sign-in


class Administrator(NamedTuple):
    """One of the first three administrators, with key and first password, which are shown once."""

    officer: OfficerId
    role: Role
    key: str
    password: str  # to be changed at the first sign-in


class Founded(NamedTuple):
    """What `init` did: the facts recorded, and the three administrators; none when the house was founded before."""

    answers: list[Answer]
    officer: OfficerId
    administrators: list[Administrator]

    @property
    def key(self) -> str | None:
        """The security administrator's key; None: the house was founded before, and everybody keeps the old one."""
        return next((one.key for one in self.administrators if one.officer == self.officer), None)


class Post(msgspec.Struct, frozen=True, kw_only=True):
    """An officer to appoint: id, how others see the officer, role, organisation and region."""

    officer: OfficerId
    label: str
    role: Role
    organisation: OrganisationId
    region: RegionCode


def system() -> Actor:
    """The house itself, which acts only until it is founded."""
    return Actor(officer=SYSTEM, role="system-administrator", organisation=HOUSE, region=PROVINCE, authenticated="init")


@contextmanager
def house_to_found(settings: Settings, clock: Callable[[], int] = now_us) -> Iterator[House]:
    """The house of these settings; its keys are made when there are none yet.

    Raises VaultKeyUnreadable, WrongVaultKey, LogUnavailable.
    """
    path = settings.key_path
    if not os.environ.get(ENVIRONMENT_VARIABLE) and not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        VaultKeys.create(path)
    with opened(settings, clock) as house:
        yield house


def found(
    house: House,
    administrator: OfficerId,
    label: str,
    *,
    system_administrator: str = "system-admin",
    audit_administrator: str = "audit-admin",
    for_sample: bool = False,
) -> Founded:
    """Record the preset and appoint the three administrators (三员), the security administrator last; what stands stays.

    The last step ends the system's own authority: from then on officers act. A house for a sample stands at the first
    day of the sample's clock: what lies after it is left to the sample, and what is recorded is labelled as of one.
    """
    if house.is_founded():
        return Founded([], administrator, [])
    today, source = house.desk.today(), OF_A_SAMPLE if for_sample else INIT
    facts = [fact for fact in gansu() if not for_sample or fact.occurred_on <= today]
    answers = [
        record(house, f"init:{start}", system(), facts[start : start + ORDER_FACTS], source)
        for start in range(0, len(facts), ORDER_FACTS)
    ]
    three: list[tuple[OfficerId, Role, str]] = [
        (OfficerId(system_administrator), "system-administrator", "首任系统管理员"),
        (OfficerId(audit_administrator), "audit-administrator", "首任审计管理员"),
        (administrator, "security-administrator", label),
    ]
    made = []
    for officer, role, shown in three:
        password = secrets.token_urlsafe(FIRST_PASSWORD_BYTES)
        post = Post(officer=officer, label=shown, role=role, organisation=HOUSE, region=PROVINCE)
        made.append(Administrator(officer, role, appoint(house, system(), post, password, source=source), password))
    return Founded(answers, administrator, made)


def appoint(
    house: House,
    by: Actor,
    post: Post,
    password: str | None = None,
    *,
    must_change: bool = True,
    source: Source = INIT,
) -> str:
    """Appoint an officer, grant the role and give a new key, which is returned and never shown again.

    Raises the Refusal that stands against it; then no key is given.
    """
    today = house.desk.today()
    facts: list[Fact] = [
        OfficerAppointed(officer=post.officer, organisation=post.organisation, occurred_on=today),
        RoleGranted(
            officer=post.officer,
            role=post.role,
            organisation=post.organisation,
            region=post.region,
            occurred_on=today,
        ),
    ]
    key = house.signin.new_key()
    answer = record(house, f"appoint:{post.officer}:{post.role}:{key[-12:]}", by, facts, source)
    for verdict in answer.verdicts:
        if verdict.outcome == "refused":
            raise Refused(verdict.zh or "", verdict.en or "")
    house.signin.enrol(post.officer, post.label, key, password, must_change=must_change)
    return key


class Refused(Exception):
    """The desk said no; in both languages."""

    def __init__(self, zh: str, en: str) -> None:
        super().__init__(en)
        self.zh, self.en = zh, en


def record(house: House, id: str, by: Actor, facts: Sequence[Fact], source: Source = INIT) -> Answer:
    """Hand facts to the desk as one order."""
    return house.desk.submit(Order(id=id, by=by, items=[Proposal(fact=fact, source=source) for fact in facts]))
