"""Bank account numbers: one random id for each number, whoever names it; the number sealed under its payee's own key.

The id comes from a keyed index, like that of identity numbers: inserting decides, so that two callers who meet a new
number at once get one id. A payee is a person of the vault, or an institution, which gets a key of its own among the
persons' keys: wrapped, rotated and destroyed like theirs.
"""

from __future__ import annotations

import base64
import hmac
import secrets
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Final

from sqlalchemy import BigInteger, Column, Connection, LargeBinary, MetaData, Table, Text, select
from sqlalchemy.dialects import postgresql, sqlite

from taizhang.adapters.database import Database
from taizhang.adapters.vault.keys import KEY_BYTES, VaultKeys
from taizhang.adapters.vault.store import among, in_chunks, person, writing
from taizhang.adapters.vault.vault import Statement, Vault
from taizhang.domain.classes import InstitutionId
from taizhang.domain.core import Commitments, PersonId
from taizhang.domain.funds.payments import BankAccountId

KIND: Final = "bank account"  # in the index, beside the kinds of identity numbers
FIELD: Final = "bank_account"  # of a payee's statements
ID_BYTES: Final = 10  # 80 bits in base32: 16 letters

_metadata = MetaData()
INDEX = Table(
    "bank_account_index",
    _metadata,
    Column("digest", LargeBinary, primary_key=True),
    Column("account", Text, nullable=False, unique=True),
    Column("met_at", BigInteger, nullable=False),  # UTC microseconds
    sqlite_with_rowid=False,
)


class BankAccounts:
    """The accounts of the open vault. Calls from several processes may meet."""

    def __init__(self, database: Database, keys: VaultKeys, vault: Vault, clock: Callable[[], int]) -> None:
        self._database, self._index_key, self._wrapper = database, keys.index, keys.wrapper()
        self._vault, self._clock = vault, clock
        with writing(database, alone=True) as connection:
            _metadata.create_all(connection)

    def identify(self, numbers: Sequence[str]) -> list[BankAccountId]:
        """The id of each number, made if nobody named it yet; one id however many ask at once."""
        digests = [self._digest(number) for number in numbers]
        wanted = sorted(set(digests))  # two callers wait for each other, but never both
        with writing(self._database) as connection:
            known = _known(connection, wanted)
            for digest in wanted:
                if digest not in known:
                    _insert_unless_there(connection, INDEX, (digest, _new_id(), self._clock()))
            known = _known(connection, wanted)
        return [known[digest] for digest in digests]

    def find(self, numbers: Sequence[str]) -> list[BankAccountId | None]:
        """The id of each number that somebody named before, or None; nothing is written."""
        digests = [self._digest(number) for number in numbers]
        with self._database.read() as connection:
            known = _known(connection, sorted(set(digests)))
        return [known.get(digest) for digest in digests]

    def keep(
        self, payee: PersonId | None, institution: InstitutionId | None, number: str, source: str
    ) -> tuple[BankAccountId, Commitments]:
        """Seal a number under its payee's key; its id, and the commitments to it that the log may hold.

        Raises PersonForgotten, PersonNotInVault.
        """
        [account] = self.identify([number])
        who = payee if payee is not None else self._institution(institution)
        said = {FIELD: number}
        self._vault.state([Statement(who, said, source)], self._clock())
        [commitments] = self._vault.commit([(who, account, said)])
        return account, commitments

    def numbers(
        self, payee: PersonId | None, institution: InstitutionId | None, accounts: Iterable[BankAccountId]
    ) -> Mapping[BankAccountId, str]:
        """Those of the accounts that the payee named, with their numbers; the caller records that somebody looked."""
        who = owner_of(payee, institution)
        said = list(dict.fromkeys(one.value for one in self._vault.history(who, FIELD)))
        with self._database.read() as connection:
            known = _known(connection, sorted(map(self._digest, said)))
        by_id = {known[digest]: number for number in said if (digest := self._digest(number)) in known}
        return {account: by_id[account] for account in accounts if account in by_id}

    def is_named_by(self, owner: PersonId, account: str) -> bool:
        """Whether the index leads to this account from a number that its owner stated."""
        said = {one.value for one in self._vault.history(owner, FIELD)}
        return account in self.find(sorted(said))

    def _digest(self, number: str) -> bytes:
        return hmac.digest(self._index_key, f"{KIND}\0{number}".encode(), "sha256")

    def _institution(self, institution: InstitutionId | None) -> PersonId:
        """Whose key seals an institution's numbers: its own, made when it is first needed."""
        owner = owner_of(None, institution)
        key = secrets.token_bytes(KEY_BYTES)
        with writing(self._database) as connection:
            if connection.scalar(select(person.c.id).where(person.c.id == owner)) is None:
                [wrapped] = self._wrapper.wrap([(owner, key)])
                _insert_unless_there(connection, person, (owner, wrapped, self._wrapper.epoch, self._clock()))
        return owner


def owner_of(payee: str | None, institution: str | None) -> PersonId:
    """Under whose key a number is sealed: a person's own, or that of an institution's tag, which no person has."""
    assert payee is not None or institution is not None
    return PersonId(payee if payee is not None else f"institution:{institution}")


def _known(connection: Connection, digests: Sequence[bytes]) -> dict[bytes, BankAccountId]:
    query = select(INDEX.c.digest, INDEX.c.account).where(among(connection, INDEX.c.digest))
    return {row[0]: BankAccountId(row[1]) for row in in_chunks(connection, query, digests)}


def _insert_unless_there(connection: Connection, table: Table, row: tuple[object, ...]) -> None:
    """A row that another open transaction has inserted is waited for, and stands."""
    insert = sqlite.insert if connection.dialect.name == "sqlite" else postgresql.insert
    values = dict(zip(table.columns.keys(), row, strict=True))
    connection.execute(insert(table).values(values).on_conflict_do_nothing())


def _new_id() -> str:
    return "a" + base64.b32encode(secrets.token_bytes(ID_BYTES)).decode().lower()
