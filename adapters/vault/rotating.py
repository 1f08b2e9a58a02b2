"""New keys for a standing vault: another master key, another index key, or both. The log is not touched.

Each change begins an epoch. The new keys are written beside the old ones before anything is wrapped by them; every step
may be done again, so whoever is interrupted asks once more. Other processes of the house must be stopped: with the old
keys they open nothing any more, and say so.
"""

from __future__ import annotations

import hmac
import secrets
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Final, NamedTuple

from sqlalchemy import Connection, bindparam, delete, insert, select, update

from taizhang.adapters.database import Database, insert_rows
from taizhang.adapters.files import FileDamaged, FileStore
from taizhang.adapters.vault.bank_accounts import FIELD as BANK_FIELD
from taizhang.adapters.vault.bank_accounts import INDEX as BANK_ACCOUNT_INDEX
from taizhang.adapters.vault.bank_accounts import KIND as BANK_KIND
from taizhang.adapters.vault.erasing import Remains, clean
from taizhang.adapters.vault.keys import KEY_BYTES, KeyWrapper, VaultKeys, WrongVaultKey, write_keys
from taizhang.adapters.vault.shared import SHARED_INDEX, contacts_of
from taizhang.adapters.vault.statements import Person, plain_name
from taizhang.adapters.vault.store import identity_index, person, statement, vault_epoch, vault_key, writing
from taizhang.adapters.vault.vault import CHECKED, NAMESAKE
from taizhang.domain.core import PersonId, Refusal
from taizhang.domain.identity import IdentityKind, parse_identity

PAGE: Final = 5_000
NEXT: Final = ".next"

Progress = Callable[[int, int], None]


class Rotated(NamedTuple):
    """What was done: the epoch that began, people's and files' keys wrapped anew, index entries, and those left out."""

    epoch: int
    keys: int
    files: int
    entries: int
    unexplained: int  # entries of which nothing sealed says the number: people whom an import met and never recorded
    remains: Remains
    damaged: tuple[str, ...] = ()  # stored files that no key opens


def next_keys(keys: VaultKeys, *, master: bool, index: bool) -> VaultKeys:
    """The keys of the next epoch: new ones where asked for, the old ones otherwise."""
    return VaultKeys(
        master=secrets.token_bytes(KEY_BYTES) if master else keys.master,
        index=secrets.token_bytes(KEY_BYTES) if index else keys.index,
        epoch=keys.epoch + 1,
    )


def prepared(path: Path, keys: VaultKeys, *, master: bool, index: bool) -> VaultKeys:
    """The next epoch's keys, written beside the key file; those of an interrupted change are taken up again.

    Raises VaultKeyUnreadable.
    """
    beside = path.with_name(path.name + NEXT)
    if beside.exists():
        return VaultKeys.load(beside)
    made = next_keys(keys, master=master, index=index)
    write_keys(beside, made)
    return made


def settled(path: Path) -> None:
    """The new key file takes the old one's place; the old bytes are overwritten first."""
    beside = path.with_name(path.name + NEXT)
    if path.exists():
        with path.open("r+b") as file:
            file.write(bytes(path.stat().st_size))
            file.flush()
    beside.replace(path)


def rotate(
    database: Database,
    folder: Path,
    old: VaultKeys,
    new: VaultKeys,
    now_us: int,
    progress: Progress | None = None,
    wrappers: tuple[KeyWrapper, KeyWrapper] | None = None,
) -> Rotated:
    """Put everything in the vault and all stored files under the new keys.

    `wrappers` take the places of the two master keys (hardware modules). Raises WrongVaultKey.
    """
    before, after = wrappers or (old.wrapper(), new.wrapper())
    keys = entries = unexplained = 0
    with writing(database, alone=True, stating=True) as connection:
        epochs = set(connection.scalars(select(vault_key.c.epoch)))
        if new.epoch not in epochs:
            _require_epoch(connection, old, before)
            if new.index != old.index:
                entries, unexplained = _indexed_anew(connection, old, new, before)
            keys = _rewrapped(connection, before, after, progress)
            _begin(connection, new, after, now_us)
    files, damaged = _files_rewrapped(FileStore(folder, before), after, progress)
    return Rotated(new.epoch, keys, files, entries, unexplained, clean(database), damaged)


def _require_epoch(connection: Connection, old: VaultKeys, before: KeyWrapper) -> None:
    row = connection.execute(select(vault_key).where(vault_key.c.epoch == old.epoch)).first()
    blinded = _check_of(old)
    if row is None or row.index_check != blinded or before.unwrap([(CHECKED, row.wrapped_check)]) != [blinded]:
        raise WrongVaultKey(epoch=old.epoch)


def _check_of(keys: VaultKeys) -> bytes:
    return hmac.digest(keys.index, CHECKED.encode(), "sha256")


def _rewrapped(connection: Connection, before: KeyWrapper, after: KeyWrapper, progress: Progress | None) -> int:
    """Every person's key under the new master key; how many."""
    done = 0
    change = (
        update(person)
        .where(person.c.id == bindparam("who"))
        .values(wrapped_key=bindparam("wrapped"), key_epoch=after.epoch)
    )
    for rows in _pages(connection):
        plain = before.unwrap(rows)
        again = after.wrap([(who, key) for (who, _), key in zip(rows, plain, strict=True)])
        connection.execute(change, [{"who": who, "wrapped": key} for (who, _), key in zip(rows, again, strict=True)])
        done += len(rows)
        if progress is not None:
            progress(done, done)
    return done


def _files_rewrapped(store: FileStore, after: KeyWrapper, progress: Progress | None) -> tuple[int, tuple[str, ...]]:
    """Every stored file's key under the new master key; how many, and those that do not open."""
    digests, damaged = list(store.digests()), []
    for number, digest in enumerate(digests, 1):
        try:
            store.rewrap(digest, after)
        except FileDamaged:
            damaged.append(digest)
        if progress is not None:
            progress(number, len(digests))
    return len(digests) - len(damaged), tuple(damaged)


def _begin(connection: Connection, new: VaultKeys, after: KeyWrapper, now_us: int) -> None:
    connection.execute(delete(vault_key))
    [wrapped] = after.wrap([(CHECKED, _check_of(new))])
    insert_rows(connection, vault_key, [(new.epoch, wrapped, _check_of(new))])
    connection.execute(insert(vault_epoch).values(epoch=new.epoch, began_at=now_us))


def _indexed_anew(connection: Connection, old: VaultKeys, new: VaultKeys, before: KeyWrapper) -> tuple[int, int]:
    """Blind every number under the new index key, from what is sealed; how many entries, and how many were left out."""
    people = {row.digest: (row.person, row.met_at) for row in connection.execute(select(identity_index))}
    accounts = {row.digest: (row.account, row.met_at) for row in connection.execute(select(BANK_ACCOUNT_INDEX))}
    shared = {row.digest: (row.id, row.kind, row.met_at) for row in connection.execute(select(SHARED_INDEX))}
    of_shared: dict[bytes, tuple[bytes, str, str, int]] = {}  # devices stand in pictures only: theirs are left out
    kept: dict[bytes, tuple[bytes, str, int]] = {}  # old digest -> the new one, whose, last met
    of_accounts: dict[bytes, tuple[bytes, str, int]] = {}
    for opened in _opened(connection, before):
        for text in _indexed(opened):
            digest = _blinded(old, text)
            if digest in people:
                kept[digest] = (_blinded(new, text), *people[digest])
        for said in opened.history(BANK_FIELD):
            text = f"{BANK_KIND}\0{said.value}"
            if (digest := _blinded(old, text)) in accounts:
                of_accounts[digest] = (_blinded(new, text), *accounts[digest])
        for kind, value in contacts_of(opened):
            if (digest := _blinded(old, f"{kind}\0{value}")) in shared:
                of_shared[digest] = (_blinded(new, f"{kind}\0{value}"), *shared[digest])
    connection.execute(delete(identity_index))
    connection.execute(delete(BANK_ACCOUNT_INDEX))
    insert_rows(connection, identity_index, sorted(kept.values()))
    connection.execute(delete(SHARED_INDEX))
    insert_rows(connection, BANK_ACCOUNT_INDEX, sorted(of_accounts.values()))
    insert_rows(connection, SHARED_INDEX, sorted(of_shared.values()))
    there = len(kept) + len(of_accounts) + len(of_shared)
    return there, len(people) + len(accounts) + len(shared) - there


def _indexed(opened: Person) -> Iterator[str]:
    """What a person is found by: each number that was ever stated, and each name with each date of birth."""
    births = set()
    for said in opened.history("id_number"):
        try:
            identity = parse_identity(said.value)
        except Refusal:
            continue  # another paper's number: nobody is found by it
        yield "\0".join(identity.indexed_as)
        if identity.kind is not IdentityKind.OTHER:
            number = identity.number
            births.add(f"{number[6:10]}-{number[10:12]}-{number[12:14]}")  # as whoever welcomes people writes it
    for born in births:
        for name in {plain_name(said.value) for said in opened.history("name")}:
            yield f"{NAMESAKE}\0{born}\0{name}"


def _blinded(keys: VaultKeys, text: str) -> bytes:
    return hmac.digest(keys.index, text.encode(), "sha256")


def _opened(connection: Connection, before: KeyWrapper) -> Iterator[Person]:
    for rows in _pages(connection):
        people = {who: Person(PersonId(who), key) for (who, _), key in zip(rows, before.unwrap(rows), strict=True)}
        first, last = rows[0][0], rows[-1][0]
        said = select(statement).where(statement.c.person >= first, statement.c.person <= last)
        for row in connection.execute(said.order_by(statement.c.person, statement.c.sequence)):
            if row.person in people:
                people[row.person].read(row.sequence, row.stated_at, row.sealed)
        yield from people.values()


def _pages(connection: Connection) -> Iterator[list[tuple[str, bytes]]]:
    """The wrapped keys of everybody who has one, in pages."""
    last = ""
    while True:
        query = (
            select(person.c.id, person.c.wrapped_key)
            .where(person.c.id > last, person.c.wrapped_key.is_not(None))
            .order_by(person.c.id)
            .limit(PAGE)
        )
        rows = [(row.id, row.wrapped_key) for row in connection.execute(query)]
        if not rows:
            return
        yield rows
        last = rows[-1][0]
