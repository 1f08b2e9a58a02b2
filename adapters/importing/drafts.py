"""Files that were looked into and wait for their officer's word: kept in the vault's database, so that a restart loses none.

What a draft holds is its keeper's to say; here it is bytes under a secret name. The files themselves lie encrypted in the
file store.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable
from typing import Final, NamedTuple

from sqlalchemy import BigInteger, Column, LargeBinary, MetaData, Table, Text, delete, inspect, select, update

from taizhang.adapters.database import Database, insert_rows

KEPT_US: Final = 30 * 86_400 * 1_000_000  # a month: who has not come back by then hands the files in again
SHOWN: Final = 100

_METADATA = MetaData()
_DRAFT = Table(
    "import_draft",
    _METADATA,
    Column("name", Text, primary_key=True),
    Column("officer", Text, nullable=False, index=True),
    Column("made_at", BigInteger, nullable=False),  # UTC microseconds
    Column("kept", LargeBinary, nullable=False),
    Column("batch", Text),  # what it became, once its officer said so
)


class KeptDraft(NamedTuple):
    """A draft under its name, since when it waits (UTC microseconds), and what its keeper put into it."""

    name: str
    made_at: int
    kept: bytes


class Drafts:
    """The drafts of one house; each is found by its officer alone."""

    def __init__(self, database: Database, clock: Callable[[], int]) -> None:
        self._database, self._clock = database, clock
        with database.read() as connection:
            made = inspect(connection).has_table(_DRAFT.name)
        if not made:
            with database.create() as connection:
                _METADATA.create_all(connection)

    def keep(self, officer: str, kept: bytes) -> str:
        """Keep a draft; returns the secret name under which its officer finds it again. Those of a month ago go."""
        name, now_us = secrets.token_urlsafe(16), self._clock()
        with self._database.write() as connection:
            connection.execute(delete(_DRAFT).where(_DRAFT.c.made_at < now_us - KEPT_US))
            insert_rows(connection, _DRAFT, [(name, officer, now_us, kept, None)])
        return name

    def find(self, name: str, officer: str) -> bytes | None:
        """What the officer's own draft of this name holds."""
        query = select(_DRAFT.c.kept).where(_DRAFT.c.name == name, _DRAFT.c.officer == officer)
        with self._database.read() as connection:
            return connection.execute(query).scalar()

    def change(self, name: str, kept: bytes) -> None:
        """Put something else into the draft."""
        self._set(name, kept=kept)

    def became(self, name: str, batch: str) -> None:
        """Say which batch the draft became: it waits no longer, and can still be looked at."""
        self._set(name, batch=batch)

    def discard(self, name: str, officer: str) -> None:
        """Forget the officer's own draft; nothing was recorded of it."""
        with self._database.write() as connection:
            connection.execute(delete(_DRAFT).where(_DRAFT.c.name == name, _DRAFT.c.officer == officer))

    def waiting(self, officer: str) -> list[KeptDraft]:
        """The officer's drafts that became nothing yet, the newest first."""
        query = (
            select(_DRAFT.c.name, _DRAFT.c.made_at, _DRAFT.c.kept)
            .where(_DRAFT.c.officer == officer, _DRAFT.c.batch.is_(None))
            .order_by(_DRAFT.c.made_at.desc(), _DRAFT.c.name)
            .limit(SHOWN)
        )
        with self._database.read() as connection:
            return [KeptDraft(row.name, row.made_at, row.kept) for row in connection.execute(query)]

    def _set(self, name: str, **values: object) -> None:
        with self._database.write() as connection:
            connection.execute(update(_DRAFT).where(_DRAFT.c.name == name).values(**values))
