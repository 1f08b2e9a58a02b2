"""The checks of what lies outside the log and is named in it: the vault by its commitments, files by their digests."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

import msgspec

from taizhang.adapters.files import FileDamaged, FileStore
from taizhang.adapters.log.log import Log, Stored
from taizhang.adapters.proof.findings import Check, Finding, Kind
from taizhang.adapters.proof.walk import Progress
from taizhang.adapters.vault.commitments import WHOLE
from taizhang.adapters.vault.keys import WrongVaultKey
from taizhang.adapters.vault.statements import Stated, StatementDamaged
from taizhang.adapters.vault.vault import PersonForgotten, PersonNotInVault, Vault
from taizhang.domain.core import PersonId, Refusal
from taizhang.domain.identity import parse_identity

PAGE: Final = 5_000
REGISTERED: Final = "people.person-registered.v1"  # the statement that makes a person known is kept whole
COMMITS, FILE, PAPER = b'"commitments":{', b'"file":"', b'"attachments":['

Said = dict[str, list[Stated]]


class _Body(msgspec.Struct, gc=False):
    person: str = ""
    statement: str = ""
    commitments: dict[str, str] = msgspec.field(default_factory=dict)


class _Committed(msgspec.Struct, gc=False):
    body: _Body


class _Source(msgspec.Struct, gc=False):
    file: str | None = None


class _Paper(msgspec.Struct, gc=False):
    attachments: tuple[str, ...] = ()


class _Named(msgspec.Struct, gc=False):
    source: _Source | None = None
    paper: _Paper | None = None


def vault(log: Log, people: Vault, forgotten: frozenset[str] = frozenset(), progress: Progress | None = None) -> Check:
    """What the vault holds of a person opens the commitments in the log; `forgotten` are those it must not hold."""
    check, told = Check(name="vault"), set[str]()
    for page in _pages(log, progress):
        named = [(fact, msgspec.json.decode(fact.leaf, type=_Committed).body) for fact in page if COMMITS in fact.leaf]
        mine = [(fact, body) for fact, body in named if body.statement and body.person not in forgotten | told]
        said = _said(check, people, mine, told)
        _compare(check, people, [(fact, body) for fact, body in mine if body.person in said], said)
        check.counted += len(mine)
    return check


def attachments(
    log: Log, files: FileStore, replaced: Mapping[str, str] | None = None, progress: Progress | None = None
) -> Check:
    """Every attachment and source file that a fact names is there and is what it was.

    `replaced`: digests of files that were blanked for somebody forgotten, each with the digest of what stands now.
    """
    check, seen = Check(name="attachments"), set[str]()
    for page in _pages(log, progress):
        for fact in page:
            if FILE in fact.leaf or PAPER in fact.leaf:
                for digest in _digests(fact.leaf):
                    if digest not in seen:
                        seen.add(digest)
                        _file(check, files, fact.position, digest, (replaced or {}).get(digest, digest))
    check.counted = len(seen)
    return check


def _said(check: Check, people: Vault, named: Sequence[tuple[Stored, _Body]], told: set[str]) -> dict[PersonId, Said]:
    """What the vault holds of these persons; those of whom it holds nothing, or nothing that opens, become findings."""
    positions: dict[PersonId, int] = {}
    for fact, body in named:
        positions.setdefault(PersonId(body.person), fact.position)
    try:
        said = people.said(positions)
    except Refusal:
        said = {}
        for person, position in positions.items():
            try:
                said |= people.said([person])
            except (StatementDamaged, WrongVaultKey) as problem:
                told.add(person)
                check.add(Finding(kind="altered", position=position, zh=problem.words("zh"), en=problem.words("en")))
    for person in positions.keys() - said.keys() - told:
        told.add(person)
        check.add(_absent(people, person, positions[person]))
    return said


def _absent(people: Vault, person: PersonId, position: int) -> Finding:
    try:
        people.opening(person, "", "name")
    except PersonForgotten:
        zh, en = (
            f"{person} 的密钥已销毁,日志中却没有删除的事实",
            f"the key of {person} is destroyed, and no fact says so",
        )
    except PersonNotInVault as problem:
        zh, en = problem.words("zh"), problem.words("en")
    else:
        zh, en = f"保险库中没有 {person} 的任何记录", f"the vault holds no statement of {person}"
    return Finding(kind="deleted", position=position, zh=zh, en=en)


def _compare(check: Check, people: Vault, named: Sequence[tuple[Stored, _Body]], said: Mapping[PersonId, Said]) -> None:
    """Find, among all that was ever said of a person, what each commitment was made for."""
    rows: list[tuple[PersonId, str, dict[str, str]]] = []
    owner: list[int] = []
    for number, (_, body) in enumerate(named):
        for fields in _candidates(said[PersonId(body.person)]):
            rows.append((PersonId(body.person), body.statement, fields))
            owner.append(number)
    opened: list[set[str]] = [set() for _ in named]
    for number, made in zip(owner, people.commit(rows), strict=True):
        held = named[number][1].commitments
        opened[number] |= {field for field, value in made.items() if held.get(field) == value}
    found = _found_people(people, named, said)
    for (fact, body), right in zip(named, opened, strict=True):
        wrong = sorted(body.commitments.keys() - right)
        if fact.type != REGISTERED and wrong == [WHOLE]:
            continue  # of a later statement only what was new is kept; each field that opens alone is checked
        if wrong:
            zh = f"保险库中 {body.person} 的 {'、'.join(wrong)} 与事实中的承诺值不符"
            en = f"what the vault holds of {body.person} ({', '.join(wrong)}) does not open the commitments in the fact"
            kind: Kind = "altered" if said[PersonId(body.person)] else "deleted"
            check.add(Finding(kind=kind, position=fact.position, zh=zh, en=en))
        elif found.get(body.person, body.person) != body.person:
            zh, en = f"身份索引不再指向 {body.person}", f"the identity index does not lead to {body.person} any more"
            check.add(Finding(kind="altered", position=fact.position, zh=zh, en=en))


def _candidates(said: Said) -> Iterator[dict[str, str]]:
    """What a statement may have said: each row that was kept, all up to it, and each single older value."""
    rows: dict[tuple[int, str], dict[str, str]] = {}
    for field, history in said.items():
        for stated in history:
            rows.setdefault((stated.stated_at, stated.source), {})[field] = stated.value
    newest: dict[str, str] = {}
    for key in sorted(rows):
        yield rows[key]
        newest = {**newest, **rows[key]}
        yield newest


def _found_people(
    people: Vault, named: Sequence[tuple[Stored, _Body]], said: Mapping[PersonId, Said]
) -> dict[str, str | None]:
    """Whom the identity index finds under the number that a newly registered person was registered with."""
    asked: dict[str, Any] = {}
    for fact, body in named:
        numbers = said[PersonId(body.person)].get("id_number", [])
        if fact.type == REGISTERED and numbers and "id_number" in body.commitments:
            try:
                asked[body.person] = parse_identity(numbers[0].value)
            except Refusal:
                continue  # another paper's number
    return dict(zip(asked, people.find(list(asked.values())), strict=True))


def _file(check: Check, files: FileStore, position: int, digest: str, standing: str) -> None:
    try:
        files.get(standing)
    except FileNotFoundError:
        zh, en = f"文件 {digest} 不见了", f"the file {digest} is gone"
        check.add(Finding(kind="deleted", position=position, zh=zh, en=en))
    except FileDamaged as problem:
        check.add(Finding(kind="altered", position=position, zh=problem.zh, en=str(problem)))


def _digests(leaf: bytes) -> list[str]:
    try:
        named = msgspec.json.decode(leaf, type=_Named)
    except msgspec.DecodeError:
        return []  # no fact any more: told by another check
    own = [named.source.file] if named.source is not None and named.source.file else []
    return [*own, *(named.paper.attachments if named.paper is not None else ())]


def _pages(log: Log, progress: Progress | None) -> Iterator[list[Stored]]:
    head, after = log.head().position, 0
    while page := log.page(after, PAGE, head):
        yield page
        after = page[-1].position
        if progress is not None:
            progress(after, head)
