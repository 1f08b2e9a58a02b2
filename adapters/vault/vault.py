"""The vault: who the people behind the random ids are. A database of its own, a key of its own for each person.

The log knows `PersonId`s and commitments; names, numbers, phones and accounts live here, sealed by AES-256-GCM under
the person's key, which the master key wraps. Destroying a wrapped key forgets the person; every commitment in the log
still verifies for who kept an opening.
"""

from __future__ import annotations

import hmac
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from sqlalchemy import Connection, Select, delete, select, update

from taizhang.adapters.database import Database, insert_rows
from taizhang.adapters.vault.arrivals import Arrival, Met, Welcomed, welcomed
from taizhang.adapters.vault.commitments import keyed_digests, opening_of, statement_commitments
from taizhang.adapters.vault.ids import new_ids
from taizhang.adapters.vault.keys import KeyWrapper, VaultKeys, WrongVaultKey, new_keys, new_nonces
from taizhang.adapters.vault.statements import NewRow, Person, Stated, first_row
from taizhang.adapters.vault.store import (
    CHUNK,
    among,
    chunks,
    identity_index,
    in_chunks,
    insert_unless_there,
    metadata,
    open_database,
    person,
    statement,
    vault_key,
    writing,
)
from taizhang.domain.core import PersonId, Refusal
from taizhang.domain.identity import Identity

MEETING_LEASE_US = 3_600_000_000  # a person met again within this time is not marked as met anew
NAMESAKE = "name and birth date"  # a kind of its own in the index: it finds people, it never decides who somebody is
CHECKED = "vault key check"  # wrapped and blinded once when the vault is made, compared whenever it is opened


@dataclass(eq=False)
class PersonForgotten(Refusal):
    """The person's key was destroyed on request; nothing can be read or added."""

    RULE = "vault.person-forgotten"
    SOURCE = "《中华人民共和国个人信息保护法》第四十七条"
    zh = "{person} 的个人信息已按规定删除,不能再读取或补充。如确需办理,请重新登记此人。"
    en = "The personal data of {person} has been erased as the law provides; it cannot be read or added to. Register the person anew if need be."
    person: PersonId


@dataclass(eq=False)
class PersonNotInVault(Refusal):
    """The vault has never heard of this person: a mistyped id, or a vault older than the log."""

    RULE = "vault.person-not-in-vault"
    SOURCE = "docs: people's data"
    zh = "保险库中没有 {person}。请核对编号;如刚从备份恢复,请确认保险库与日志为同一时点的备份。"
    en = "The vault holds no {person}. Check the id; after a restore, check that vault and log are of the same backup."
    person: PersonId


class Identified(NamedTuple):
    """The person an identity number belongs to; `is_new` for the one call that made the person."""

    person: PersonId
    is_new: bool


class Statement(NamedTuple):
    """What one source says about one person: field -> value, as text."""

    person: PersonId
    fields: dict[str, str]
    source: str


class Vault:
    """The open vault. Every call is one transaction; calls from several processes may meet."""

    def __init__(self, database: Database, keys: VaultKeys, wrapper: KeyWrapper, clock: Callable[[], int]) -> None:
        self._database, self._index_key, self._wrapper, self._clock = database, keys.index, wrapper, clock

    @classmethod
    def open(
        cls,
        url: str,
        keys: VaultKeys,
        *,
        wrapper: KeyWrapper | None = None,
        clock: Callable[[], int] = lambda: time.time_ns() // 1000,
    ) -> Vault:
        """The vault at `url`, made if it is not there. Raises WrongVaultKey unless the keys are this vault's own.

        `wrapper` takes the master key's place (a hardware module); `clock` gives UTC microseconds.
        """
        vault = cls(open_database(url), keys, wrapper or keys.wrapper(), clock)
        try:
            with writing(vault._database, alone=True) as connection:
                metadata.create_all(connection)
                vault._check_keys(connection)
        except BaseException:
            vault.close()
            raise
        return vault

    def close(self) -> None:
        """Let go of the database."""
        self._database.close()

    # -- who ----------------------------------------------------------------------------------------------

    def identify(self, identities: Sequence[Identity]) -> list[Identified]:
        """The person of each identity, made if nobody knew the number yet; one id however many ask at once.

        Inserting into the index decides: what is there after the insert is the truth for everybody. Digests go in
        in sorted order, so that two callers wait for each other but never both.
        """
        digests = self._digests(identities)
        wanted = sorted(set(digests))
        now_us = self._clock()
        with writing(self._database) as connection:
            people, made = self._settle(connection, wanted, now_us)
            self._make_persons(connection, sorted(made), now_us)
        answers = []
        for digest in digests:
            found = people[digest]
            answers.append(Identified(found, found in made))
            made.discard(found)
        return answers

    def welcome(self, arrivals: Sequence[Arrival]) -> list[Welcomed]:
        """`meet`, and the commitments to what is said of who is new."""
        return welcomed(arrivals, self.meet(arrivals))

    def meet(self, arrivals: Sequence[Arrival]) -> list[Met]:
        """`identify`, a look for namesakes, and for who is new `state`, in one transaction and without reading back.

        An import of many new people costs half of what single calls cost. Of a person who arrives twice the first
        arrival is kept; what is said of people known before is not: the caller compares it first.
        """
        digests = self._digests([arrival.identity for arrival in arrivals])
        alike = self._namesake_digests([(arrival.name, arrival.born) for arrival in arrivals])
        now_us = self._clock()
        wanted = sorted(set(digests))
        with writing(self._database) as connection:
            people, made = self._settle(connection, wanted, now_us)
            keys = self._make_persons(connection, sorted(made), now_us)
            who = [people[digest] for digest in digests]
            asked = [(d, p) for d, p, one in zip(alike, who, arrivals, strict=True) if one.name and one.born]
            first = self._first_namesakes(connection, asked, now_us)
            news = dict(zip(reversed(who), reversed(arrivals), strict=True))  # of who arrives twice the first stays
            if len(made) < len(news):
                news = {person: arrival for person, arrival in news.items() if person in made}
            rows = [
                first_row(person, keys[person], nonce, arrival.fields, arrival.source, now_us)
                for (person, arrival), nonce in zip(sorted(news.items()), new_nonces(len(news)), strict=True)
                if arrival.fields
            ]
            insert_rows(connection, statement, rows)
        answers = []
        for digest, one, arrival in zip(alike, who, arrivals, strict=True):
            other = first.get(digest, one)
            answers.append(Met(one, keys[one] if news.get(one) is arrival else None, other if other != one else None))
        return answers

    def find(self, identities: Sequence[Identity]) -> list[PersonId | None]:
        """The person of each identity, or None; nothing is written."""
        digests = self._digests(identities)
        with self._database.read() as connection:
            known = {digest: found for digest, found, _ in self._met(connection, set(digests))}
        return [known.get(digest) for digest in digests]

    def namesakes_known(self, people: Sequence[tuple[str, str]]) -> list[PersonId | None]:
        """For each (name, birth date) the first person of whom they were said, or None; nothing is written."""
        digests = self._namesake_digests(people)
        with self._database.read() as connection:
            known = {digest: found for digest, found, _ in self._met(connection, set(digests))}
        return [known.get(digest) for digest in digests]

    def people_without_identity(self, count: int) -> list[PersonId]:
        """New persons of whom no number is known (a household register may hold names only)."""
        people = new_ids(count)
        with writing(self._database) as connection:
            self._make_persons(connection, sorted(people), self._clock())
        return people

    # -- what is said about them --------------------------------------------------------------------------

    def state(self, records: Sequence[Statement], now_us: int) -> None:
        """Keep what is said, sealed; earlier values that differ stay beside it.

        A value is kept again only if it differs from the newest one and this source has not said it before: the same
        file twice changes nothing. One ciphertext holds all that one statement adds, its source included (a file's
        name may be a person's): a row where six would stand, sealed in half the time (50,000 persons x 6 fields:
        0.15 s against 0.33 s). Single fields are opened through their commitments, which do not depend on it.
        Raises PersonForgotten, PersonNotInVault.
        """
        with writing(self._database, stating=True) as connection:
            keys = self._keys(connection, {record.person for record in records})
            people = _open(connection, keys)
            rows: list[NewRow] = []
            for record in records:
                row = people[record.person].add(record.fields, record.source, now_us)
                if row is not None:
                    rows.append(row)
            insert_rows(connection, statement, sorted(rows))

    def disclose(self, persons: Iterable[PersonId], fields: Sequence[str]) -> dict[PersonId, dict[str, str]]:
        """The newest value of each field asked for, where one was stated; forgotten and unknown persons are absent.

        The caller records as a fact that somebody looked.
        """
        wanted = frozenset(fields)
        return {
            opened.id: {field: value for field, value in opened.newest.items() if field in wanted}
            for opened in self.opened(persons)
        }

    def history(self, person: PersonId, field: str) -> list[Stated]:
        """Every (value, stated_at, source) of one field, oldest first; empty for who is forgotten or unknown."""
        return [stated for opened in self.opened([person]) for stated in opened.history(field)]

    def said(self, persons: Iterable[PersonId]) -> dict[PersonId, dict[str, list[Stated]]]:
        """All that was ever said about these persons, by field, oldest first; forgotten and unknown ones are absent."""
        return {opened.id: opened.everything() for opened in self.opened(persons)}

    def opened(self, people: Iterable[PersonId]) -> list[Person]:
        """The persons that can still be opened, with all that was said about them."""
        with self._database.read() as connection:
            return list(_open(connection, self._kept_keys(connection, people)).values())

    def find_by_name(self, name: str, among: Sequence[PersonId]) -> list[PersonId]:
        """Those of the given persons of whom this name was ever stated, in the order given; spaces do not count."""
        named = {opened.id for opened in self.opened(among) if opened.was_ever_named(name)}
        return [candidate for candidate in dict.fromkeys(among) if candidate in named]

    # -- what the log may hold ----------------------------------------------------------------------------

    def commit(self, persons_fields: Sequence[tuple[PersonId, str, dict[str, str]]]) -> list[dict[str, str]]:
        """For each (person, statement id, fields) what the log holds of it: see `statement_commitments`.

        Raises PersonForgotten.
        """
        with self._database.read() as connection:
            keys = self._keys(connection, {entry[0] for entry in persons_fields})
        return [statement_commitments(keys[who], statement_id, fields) for who, statement_id, fields in persons_fields]

    def opening(self, person: PersonId, statement_id: str, field: str) -> bytes:
        """What opens this one field of this one statement, and nothing else. Raises PersonForgotten."""
        with self._database.read() as connection:
            return opening_of(self._keys(connection, [person])[person], statement_id, field)

    def fingerprint(self, text: str) -> str:
        """Tells attempts of which nothing may be kept apart; keyed, and too short to confirm a guess by: 8 letters."""
        return hmac.digest(self._index_key, f"row of a file\0{text}".encode(), "sha256").hex()[:8]

    # -- keeping house ------------------------------------------------------------------------------------

    def reap_orphans(self, known: Callable[[Sequence[PersonId]], set[PersonId]], older_than_us: int) -> int:
        """Remove persons made and last met before `older_than_us` whom the log does not know; how many.

        `older_than_us` is a moment in UTC microseconds. Let it lie further back than MEETING_LEASE_US plus the
        longest import, which meets people first and appends afterwards.
        """
        with writing(self._database, alone=True) as connection:
            old = [PersonId(found) for found in connection.scalars(_unmet_since(older_than_us))]
            orphans: list[PersonId] = []
            for asked in chunks(old, CHUNK):
                orphans += sorted(set(asked) - known(asked))
            for column in (identity_index.c.person, statement.c.person, person.c.id):
                list(in_chunks(connection, delete(column.table).where(among(connection, column)), orphans))
        return len(orphans)

    # -- inside -------------------------------------------------------------------------------------------

    def _check_keys(self, connection: Connection) -> None:
        """Write the check values of a new vault; compare those of an old one."""
        epoch = self._wrapper.epoch
        blinded = hmac.digest(self._index_key, CHECKED.encode(), "sha256")
        kept = connection.execute(select(vault_key)).all()
        if not kept:
            [wrapped] = self._wrapper.wrap([(CHECKED, blinded)])
            insert_rows(connection, vault_key, [(epoch, wrapped, blinded)])
            return
        mine = [row for row in kept if row.epoch == epoch and hmac.compare_digest(row.index_check, blinded)]
        if not mine or self._wrapper.unwrap([(CHECKED, mine[0].wrapped_check)]) != [blinded]:
            raise WrongVaultKey(epoch=epoch)

    def _digests(self, identities: Sequence[Identity]) -> list[bytes]:
        pairs = [identity.indexed_as for identity in identities]
        return keyed_digests(self._index_key, [kind + "\0" + number for kind, number in pairs])

    def _namesake_digests(self, people: Sequence[tuple[str, str]]) -> list[bytes]:
        return keyed_digests(self._index_key, [f"{NAMESAKE}\0{born}\0{name}" for name, born in people])

    def _met(self, connection: Connection, digests: Iterable[bytes]) -> Iterator[tuple[bytes, PersonId, int]]:
        query = select(identity_index).where(among(connection, identity_index.c.digest))
        return ((row[0], PersonId(row[1]), row[2]) for row in in_chunks(connection, query, sorted(digests)))

    def _known(self, connection: Connection, digests: Sequence[bytes], now_us: int) -> dict[bytes, PersonId]:
        met = list(self._met(connection, digests))
        stale = [digest for digest, _, met_at in met if met_at < now_us - MEETING_LEASE_US]
        mark = update(identity_index).where(among(connection, identity_index.c.digest)).values(met_at=now_us)
        list(in_chunks(connection, mark, stale))
        return {digest: found for digest, found, _ in met}

    def _settle(
        self, connection: Connection, wanted: Sequence[bytes], now_us: int
    ) -> tuple[dict[bytes, PersonId], set[PersonId]]:
        """The person of each digest, and those of them who are to be made: the index has them from now on.

        Most of a new file's people are new: so it inserts first, and looks for who was there only if somebody was.
        """
        proposed = dict(zip(wanted, new_ids(len(wanted)), strict=True))
        entries = [(digest, candidate, now_us) for digest, candidate in proposed.items()]
        if insert_unless_there(connection, entries) == len(entries):
            return proposed, set(proposed.values())
        decided = self._known(connection, wanted, now_us)
        return decided, {new for digest, new in proposed.items() if decided[digest] == new}

    def _first_namesakes(
        self, connection: Connection, asked: Sequence[tuple[bytes, PersonId]], now_us: int
    ) -> dict[bytes, PersonId]:
        """The first person under each digest of name and birth date; who is first now is the first from now on."""
        first = dict(reversed(asked))
        entries = [(digest, first[digest], now_us) for digest in sorted(first)]
        if insert_unless_there(connection, entries) == len(entries):
            return first
        return {digest: found for digest, found, _ in self._met(connection, first)}

    def _make_persons(self, connection: Connection, people: Sequence[PersonId], now_us: int) -> dict[PersonId, bytes]:
        keys = dict(zip(people, new_keys(len(people)), strict=True))
        wrapped = self._wrapper.wrap(list(keys.items()))
        epoch = self._wrapper.epoch
        if people and connection.scalar(select(vault_key.c.epoch)) != epoch:  # somebody changed the keys meanwhile
            raise WrongVaultKey(epoch=epoch)
        rows = [(new, key, epoch, now_us) for new, key in zip(people, wrapped, strict=True)]
        insert_rows(connection, person, rows)
        return keys

    def _keys(self, connection: Connection, people: Iterable[PersonId]) -> dict[PersonId, bytes]:
        """Everybody's own key; who has none any more, or never had one here, is a refusal."""
        wanted = set(people)
        keys = self._kept_keys(connection, wanted)
        for missing in sorted(wanted - keys.keys()):
            if connection.scalar(select(person.c.id).where(person.c.id == missing)) is None:
                raise PersonNotInVault(person=missing)
            raise PersonForgotten(person=missing)
        return keys

    def _kept_keys(self, connection: Connection, people: Iterable[PersonId]) -> dict[PersonId, bytes]:
        query = select(person.c.id, person.c.wrapped_key).where(
            among(connection, person.c.id), person.c.wrapped_key.is_not(None)
        )
        wrapped = [(row[0], row[1]) for row in in_chunks(connection, query, sorted(set(people)))]
        keys = self._wrapper.unwrap(wrapped)
        return {PersonId(who): key for (who, _), key in zip(wrapped, keys, strict=True)}


def _open(connection: Connection, keys: dict[PersonId, bytes]) -> dict[PersonId, Person]:
    opened = {who: Person(who, key) for who, key in keys.items()}
    said = statement.c
    query = select(statement).where(among(connection, said.person)).order_by(said.person, said.sequence)
    for who, sequence, stated_at, sealed in in_chunks(connection, query, opened):
        opened[who].read(sequence, stated_at, sealed)
    return opened


def _unmet_since(moment_us: int) -> Select[str]:
    met = select(identity_index.c.person).where(identity_index.c.met_at >= moment_us)
    return select(person.c.id).where(person.c.created_at < moment_us, person.c.id.not_in(met))
