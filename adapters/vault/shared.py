"""What several people may share: telephone numbers, addresses, devices. One random id for each, and who stated it.

The id comes from a keyed index, like that of bank accounts: the value is never kept beside it. Of telephone numbers and
addresses the index follows the sealed statements when it is asked, so that whoever takes people in does not wait for it.
"""

from __future__ import annotations

import base64
import secrets
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Final, NamedTuple

from sqlalchemy import BigInteger, Column, Connection, Index, Integer, LargeBinary, Table, Text, func, select
from sqlalchemy.dialects import postgresql, sqlite

from taizhang.adapters.database import Database, upsert_rows
from taizhang.adapters.vault.commitments import keyed_digests
from taizhang.adapters.vault.keys import VaultKeys
from taizhang.adapters.vault.statements import Person
from taizhang.adapters.vault.store import CHUNK, among, chunks, in_chunks, metadata, person, statement, writing
from taizhang.adapters.vault.vault import Vault
from taizhang.domain.attachments import DeviceId
from taizhang.domain.contacts import ContactId, ContactKind
from taizhang.domain.core import PersonId

ID_BYTES: Final = 10  # 80 bits in base32: 16 letters
DEVICE: Final = "device"  # in the index, beside the kinds of contacts
FIELDS: Final[tuple[tuple[str, ContactKind], ...]] = (("phone", "phone"), ("home_address", "address"))
PHONE_DIGITS_LEAST: Final = 7
ADDRESS_LETTERS_LEAST: Final = 4

SHARED_INDEX = Table(
    "shared_index",
    metadata,
    Column("digest", LargeBinary, primary_key=True),
    Column("id", Text, nullable=False, unique=True),
    Column("kind", Text, nullable=False),  # phone, address, device
    Column("met_at", BigInteger, nullable=False),  # UTC microseconds
    sqlite_with_rowid=False,
)
SHARED_BY = Table(
    "shared_by",
    metadata,
    Column("id", Text, primary_key=True),
    Column("person", Text, primary_key=True),
    Index("shared_by_person", "person"),
    sqlite_with_rowid=False,
)
SHARED_READ = Table(
    "shared_read",
    metadata,
    Column("person", Text, primary_key=True),
    Column("sequence", Integer, nullable=False),  # of the person's statements, up to which they are in the index
    sqlite_with_rowid=False,
)

Progress = Callable[[int, int], None]


class Shared(NamedTuple):
    """One telephone number or address and everybody who stated it, in order."""

    contact: ContactId
    kind: ContactKind
    persons: tuple[PersonId, ...]


class SharedThings:
    """The index of the open vault. Calls from several processes may meet."""

    def __init__(self, database: Database, keys: VaultKeys, vault: Vault, clock: Callable[[], int]) -> None:
        self._database, self._index_key, self._vault, self._clock = database, keys.index, vault, clock

    def device(self, described: str) -> DeviceId:
        """The id of a device by make, model and serial number, made if nobody's picture named it yet."""
        with writing(self._database) as connection:
            [found] = self._settled(connection, DEVICE, "d", [described])
        return DeviceId(found)

    def shared(self, least: int, progress: Progress | None = None) -> list[Shared]:
        """Every telephone number and address that so many people or more stated, by id; the index follows first."""
        self._follow(progress)
        t = SHARED_BY.c
        several = select(t.id).group_by(t.id).having(func.count() >= least)
        query = (
            select(t.id, SHARED_INDEX.c.kind, t.person)
            .join_from(SHARED_BY, SHARED_INDEX, SHARED_INDEX.c.id == t.id)
            .where(t.id.in_(several))
        )
        found: dict[tuple[str, ContactKind], list[PersonId]] = {}
        with self._database.read() as connection:
            for id, kind, who in connection.execute(query):
                found.setdefault((id, kind), []).append(PersonId(who))
        return [Shared(ContactId(id), kind, tuple(sorted(who))) for (id, kind), who in sorted(found.items())]

    def _follow(self, progress: Progress | None) -> None:
        """Bring the index level with what was stated."""
        s, r = statement.c, SHARED_READ.c
        newest = select(s.person, func.max(s.sequence).label("sequence")).group_by(s.person).subquery()
        behind = (
            select(newest.c.person, newest.c.sequence)
            .join_from(newest, SHARED_READ, r.person == newest.c.person, isouter=True)
            .where(newest.c.sequence > func.coalesce(r.sequence, 0))
            .order_by(newest.c.person)
        )
        with self._database.read() as connection:
            waiting = [(PersonId(row[0]), int(row[1])) for row in connection.execute(behind)]
        done = 0
        for part in chunks(waiting, CHUNK):
            self._take(part)
            done += len(part)
            if progress is not None:
                progress(done, len(waiting))

    def _take(self, part: Sequence[tuple[PersonId, int]]) -> None:
        said = [
            (opened.id, *one) for opened in self._vault.opened(who for who, _ in part) for one in contacts_of(opened)
        ]
        with writing(self._database) as connection:
            standing = _with_key(
                connection, [who for who, _ in part]
            )  # who was forgotten meanwhile leaves nothing here
            for kind in ("phone", "address"):
                mine = [(who, value) for who, of, value in said if of == kind and who in standing]
                ids = self._settled(connection, kind, "k", [value for _, value in mine])
                rows = sorted({(id, who) for id, (who, _) in zip(ids, mine, strict=True)})
                put_unless_there(connection, SHARED_BY, rows)
            upsert_rows(connection, SHARED_READ, sorted((who, upto) for who, upto in part if who in standing))

    def _settled(self, connection: Connection, kind: str, letter: str, values: Sequence[str]) -> list[str]:
        """The id of each value, made where nobody named it: inserting decides, so that two callers agree."""
        digests = keyed_digests(self._index_key, [f"{kind}\0{value}" for value in values])
        wanted, now_us = sorted(set(digests)), self._clock()
        put_unless_there(connection, SHARED_INDEX, [(digest, letter + _new_id(), kind, now_us) for digest in wanted])
        query = select(SHARED_INDEX.c.digest, SHARED_INDEX.c.id).where(among(connection, SHARED_INDEX.c.digest))
        known = {row[0]: row[1] for row in in_chunks(connection, query, wanted)}
        return [known[digest] for digest in digests]


def contacts_of(opened: Person) -> Iterator[tuple[ContactKind, str]]:
    """Every telephone number and address that was stated of a person, in the form in which they are compared."""
    for field, kind in FIELDS:
        for value in dict.fromkeys(compared(kind, one.value) for one in opened.history(field)):
            if value:
                yield kind, value


def compared(kind: ContactKind, value: str) -> str:
    """A value for comparing; empty for what says nothing about one person: a village, a row of equal digits."""
    plain = "".join(unicodedata.normalize("NFKC", value).split())
    if kind == "phone":
        digits = "".join(one for one in plain if one.isdigit()).removeprefix("86")
        return digits if len(digits) >= PHONE_DIGITS_LEAST and len(set(digits)) > 1 else ""
    is_a_house = any(one.isdigit() or one == "号" for one in plain)
    return plain if is_a_house and len(plain) >= ADDRESS_LETTERS_LEAST else ""


def put_unless_there(connection: Connection, table: Table, rows: Iterable[tuple[object, ...]]) -> None:
    """Insert rows; one that another open transaction has inserted is waited for, and stands."""
    names = table.columns.keys()
    values = [dict(zip(names, row, strict=True)) for row in rows]
    if values:
        insert = sqlite.insert if connection.dialect.name == "sqlite" else postgresql.insert
        connection.execute(insert(table).on_conflict_do_nothing(), values)


def _with_key(connection: Connection, people: Sequence[PersonId]) -> set[str]:
    query = select(person.c.id).where(among(connection, person.c.id), person.c.wrapped_key.is_not(None))
    return {row[0] for row in in_chunks(connection, query, people)}


def _new_id() -> str:
    return base64.b32encode(secrets.token_bytes(ID_BYTES)).decode().lower()
