"""Keys for programs: kept as SHA-256 beside the vault, so that a key is recognised and never read again.

The log says whose key it is, in which role it acts and until when (domain/officer_keys, adapters/key_issuing); here lies
only how a key is recognised. A key that this table knows and the log does not opens nothing.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from typing import Final

import sqlalchemy as sa

from taizhang.adapters.database import Database
from taizhang.domain.core import OfficerId
from taizhang.domain.officer_keys import KeyId

PREFIX: Final = "tzp_"  # so that a key found in a file is known for what it is
USED_EVERY_US: Final = 60_000_000  # the last use is noted once a minute, not with every request

metadata = sa.MetaData()
program_key = sa.Table(
    "program_key",
    metadata,
    sa.Column("key_id", sa.String(64), primary_key=True),
    sa.Column("key_hash", sa.String(64), nullable=False, unique=True),
    sa.Column("officer", sa.String(64), nullable=False),
    sa.Column("last_used_at", sa.BigInteger),
)


class ProgramKeys:
    """Recognises keys of programs. `clock` gives UTC microseconds."""

    def __init__(self, database: Database, clock: Callable[[], int]) -> None:
        self._database, self._clock = database, clock
        with database.create() as connection:
            metadata.create_all(connection)

    def keep(self, key: KeyId, secret: str, officer: OfficerId) -> None:
        """Recognise this secret from now on; whoever has read it here once cannot read it again."""
        with self._database.write() as connection:
            row = {"key_id": key, "key_hash": _digest(secret), "officer": officer, "last_used_at": None}
            connection.execute(sa.insert(program_key).values(**row))

    def of(self, secret: str) -> tuple[KeyId, OfficerId] | None:
        """Which key this is, and whose; None for no key of ours. That it was used is noted."""
        query = sa.select(program_key).where(program_key.c.key_hash == _digest(secret))
        with self._database.read() as connection:
            row = connection.execute(query).first()
        if row is None:
            return None
        now = self._clock()
        if row.last_used_at is None or now - row.last_used_at > USED_EVERY_US:
            with self._database.write() as connection:
                used = sa.update(program_key).where(program_key.c.key_id == row.key_id)
                connection.execute(used.values(last_used_at=now))
        return KeyId(row.key_id), OfficerId(row.officer)

    def used(self) -> dict[str, int | None]:
        """When each key was last used."""
        with self._database.read() as connection:
            rows = connection.execute(sa.select(program_key.c.key_id, program_key.c.last_used_at))
            return {row.key_id: row.last_used_at for row in rows}


def _digest(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()
