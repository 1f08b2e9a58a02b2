"""Founding a house: keys, tables, the preset's facts, the first administrator; later officers one by one."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import NamedTuple

import msgspec

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
ORDER_FACTS = 1000


class Founded(NamedTuple):
    """What `init` did: the facts recorded, and the first administrator's key, shown once."""

    answers: list[Answer]
    officer: OfficerId
    key: str | None  # None: the house was founded before, and its administrator keeps the old key


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
def house_to_found(settings: Settings) -> Iterator[House]:
    """The house of these settings; its keys are made when there are none yet.

    Raises VaultKeyUnreadable, WrongVaultKey, LogUnavailable.
    """
    path = settings.key_path
    if not os.environ.get(ENVIRONMENT_VARIABLE) and not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        VaultKeys.create(path)
    with opened(settings) as house:
        yield house


def found(house: House, administrator: OfficerId, label: str) -> Founded:
    """Record the preset and appoint the first security administrator; what stands already stays.

    The last step ends the system's own authority: from then on officers act.
    """
    if house.is_founded():
        return Founded([], administrator, None)
    facts = gansu()
    answers = [
        record(house, f"init:{start}", system(), facts[start : start + ORDER_FACTS])
        for start in range(0, len(facts), ORDER_FACTS)
    ]
    post = Post(officer=administrator, label=label, role="security-administrator", organisation=HOUSE, region=PROVINCE)
    key = appoint(house, system(), post)
    return Founded(answers, administrator, key)


def appoint(house: House, by: Actor, post: Post, password: str | None = None, *, must_change: bool = True) -> str:
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
    answer = record(house, f"appoint:{post.officer}:{post.role}:{key[-12:]}", by, facts)
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
