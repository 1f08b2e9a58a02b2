"""The check of the vault: what it holds of a person or an account opens the commitments in the log, and nothing that was
to be erased is there.

Every commitment is looked for among all that the vault holds of its owner: each statement whole, each account number
alone. What the identity index and the index of accounts lead to is compared as well.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Final, NamedTuple

import msgspec

from taizhang.adapters.forgetting.replay import forgettings_in
from taizhang.adapters.log.log import Log, Stored
from taizhang.adapters.proof.findings import Check, Finding
from taizhang.adapters.proof.outside_checks import pages
from taizhang.adapters.proof.walk import Progress
from taizhang.adapters.vault.bank_accounts import FIELD, BankAccounts, owner_of
from taizhang.adapters.vault.keys import WrongVaultKey
from taizhang.adapters.vault.statements import Person, StatementDamaged
from taizhang.adapters.vault.vault import PersonForgotten, PersonNotInVault, Vault
from taizhang.domain.core import PersonId, Refusal
from taizhang.domain.identity import Identity, parse_identity

REGISTERED: Final = "people.person-registered.v1"
COMMITS: Final = b'"commitments":{'

People = Mapping[PersonId, Person]


class _Inner(msgspec.Struct, gc=False):
    person: str | None = None
    institution: str | None = None
    account: str = ""
    statement: str = ""
    commitments: dict[str, str] = msgspec.field(default_factory=dict)


class _Body(_Inner, gc=False):
    """The body itself; of a correction the two in it."""

    was: _Inner | None = None  # of a correction
    now: _Inner | None = None


class _Committed(msgspec.Struct, gc=False):
    body: _Body


class Claim(NamedTuple):
    """One body with commitments: where it stands, whose they are, and under which statement or account."""

    position: int
    is_registration: bool
    owner: PersonId
    account: str
    statement: str
    commitments: dict[str, str]


def vault(log: Log, people: Vault, accounts: BankAccounts | None = None, progress: Progress | None = None) -> Check:
    """Compare the vault with every commitment in the log. Without `accounts` their index is not looked at."""
    check, told = Check(name="vault"), set[PersonId]()
    forgotten = forgettings_in(log)
    for page in pages(log, progress):
        claims = [one for fact in page if COMMITS in fact.leaf for one in _claims(fact)]
        mine = [one for one in claims if one.owner not in forgotten and one.owner not in told]
        opened = _opened(check, people, mine, told)
        there = [one for one in mine if one.owner in opened]
        _compare(check, people, there, opened)
        _found_again(check, people, there, opened)
        if accounts is not None:
            _accounts_found(check, accounts, there)
        check.counted += len(mine)
    for one in people.opened(forgotten):
        zh, en = (
            f"{one.id} 已被删除,其密钥却又在保险库中",
            f"{one.id} was forgotten; the vault must not hold the key, and does",
        )
        check.add(Finding(kind="rolled-back", position=forgotten[one.id], zh=zh, en=en))
    return check


def _claims(fact: Stored) -> Iterator[Claim]:
    body = msgspec.json.decode(fact.leaf, type=_Committed).body
    for one in (body, body.was, body.now):
        if one is not None and one.commitments and (one.person or one.institution):
            owner = owner_of(one.person, one.institution)
            yield Claim(fact.position, fact.type == REGISTERED, owner, one.account, one.statement, one.commitments)


def _opened(check: Check, people: Vault, claims: Sequence[Claim], told: set[PersonId]) -> People:
    """What the vault holds of these owners; those of whom it holds nothing, or nothing that opens, become findings."""
    positions: dict[PersonId, int] = {}
    for claim in claims:
        positions.setdefault(claim.owner, claim.position)
    opened: dict[PersonId, Person] = {}
    try:
        opened = {one.id: one for one in people.opened(positions)}
    except Refusal:  # one of them does not open: each by itself
        for owner, position in positions.items():
            try:
                opened |= {one.id: one for one in people.opened([owner])}
            except (StatementDamaged, WrongVaultKey) as problem:
                told.add(owner)
                check.add(Finding(kind="altered", position=position, zh=problem.words("zh"), en=problem.words("en")))
    for owner, position in positions.items():
        if owner not in told and (owner not in opened or not opened[owner].newest):
            told.add(owner)
            opened.pop(owner, None)
            check.add(_absent(people, owner, position))
    return opened


def _absent(people: Vault, owner: PersonId, position: int) -> Finding:
    try:
        people.opening(owner, "", "name")
    except PersonForgotten:
        zh, en = f"{owner} 的密钥已销毁,日志中却没有删除的事实", f"the key of {owner} is destroyed, and no fact says so"
    except PersonNotInVault as problem:
        zh, en = problem.words("zh"), problem.words("en")
    else:
        zh, en = f"保险库中没有 {owner} 的任何记录", f"the vault holds no statement of {owner}"
    return Finding(kind="deleted", position=position, zh=zh, en=en)


def _compare(check: Check, people: Vault, claims: Sequence[Claim], opened: People) -> None:
    """Every commitment must be that of something the vault holds of its owner."""
    rows: list[tuple[PersonId, str, dict[str, str]]] = []
    asked: list[int] = []
    for number, claim in enumerate(claims):
        for fields in _candidates(claim, opened[claim.owner]):
            rows.append((claim.owner, claim.account or claim.statement, fields))
            asked.append(number)
    right: list[set[str]] = [set() for _ in claims]
    for number, made in zip(asked, people.commit(rows), strict=True):
        held = claims[number].commitments
        right[number] |= {field for field, value in made.items() if held.get(field) == value}
    for claim, opens in zip(claims, right, strict=True):
        if wrong := sorted(claim.commitments.keys() - opens):
            zh = f"保险库中 {claim.owner} 的 {'、'.join(wrong)} 与事实中的承诺值不符"
            en = f"what the vault holds of {claim.owner} ({', '.join(wrong)}) does not open the commitments in the fact"
            check.add(Finding(kind="altered", position=claim.position, zh=zh, en=en))


def _candidates(claim: Claim, owner: Person) -> Iterable[dict[str, str]]:
    if claim.account:
        return [{FIELD: said.value} for said in owner.history(FIELD)]
    return owner.wholes()


def _found_again(check: Check, people: Vault, claims: Sequence[Claim], opened: People) -> None:
    """Whoever was registered with a number is found under it."""
    asked: list[tuple[Claim, Identity]] = []
    for claim in claims:
        numbers = opened[claim.owner].history("id_number")
        if claim.is_registration and numbers and "id_number" in claim.commitments:
            try:
                asked.append((claim, parse_identity(numbers[0].value)))
            except Refusal:
                continue  # another paper's number
    for (claim, _), found in zip(asked, people.find([identity for _, identity in asked]), strict=True):
        if found != claim.owner:
            zh, en = f"身份索引不再指向 {claim.owner}", f"the identity index does not lead to {claim.owner} any more"
            check.add(Finding(kind="altered", position=claim.position, zh=zh, en=en))


def _accounts_found(check: Check, accounts: BankAccounts, claims: Sequence[Claim]) -> None:
    """Every account on file is found under a number that its payee named."""
    for claim in claims:
        if claim.account and not accounts.is_named_by(claim.owner, claim.account):
            zh = f"账户索引中 {claim.account} 不再对应 {claim.owner} 的账号"
            en = f"the index of accounts does not lead from a number of {claim.owner} to {claim.account} any more"
            check.add(Finding(kind="altered", position=claim.position, zh=zh, en=en))
