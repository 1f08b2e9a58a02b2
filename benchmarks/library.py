"""eventsourcing's own recorders, given events of the same size, ready to be stored: its fastest way in."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import Any, Protocol
from uuid import uuid4

import msgspec
from eventsourcing.application import Application
from eventsourcing.dcb.api import DCBAppendCondition, DCBEvent, DCBQuery, DCBQueryItem
from eventsourcing.dcb.postgres_tt import PostgresDCBRecorderTT
from eventsourcing.domain import Aggregate
from eventsourcing.persistence import StoredEvent
from eventsourcing.postgres import PostgresApplicationRecorder, PostgresDatastore
from eventsourcing.sqlite import SQLiteApplicationRecorder, SQLiteDatastore
from sqlalchemy import make_url

from taizhang.adapters.log.log import Stored
from taizhang.adapters.log.queries import tags_in


class _Body(msgspec.Struct):
    body: msgspec.Raw


class LibraryRecorder(Protocol):
    """A recorder with events of ours, batch by batch."""

    def prepared(self, stored: Sequence[Stored]) -> object:
        """One batch in the library's own form."""

    def insert(self, batch: object) -> None:
        """Store one batch, durably."""


def body_in(leaf: bytes) -> bytes:
    """The body alone: the library keeps no envelope."""
    return bytes(msgspec.json.decode(leaf, type=_Body).body)


class Classic:
    """The classic application recorder: one new aggregate for each person, no condition but its version."""

    def __init__(self, recorder: SQLiteApplicationRecorder | PostgresApplicationRecorder) -> None:
        self._recorder = recorder
        recorder.create_table()

    @classmethod
    def sqlite(cls, path: Path, stack: ExitStack) -> Classic:
        datastore = SQLiteDatastore(str(path))
        stack.callback(datastore.close)
        return cls(SQLiteApplicationRecorder(datastore))

    @classmethod
    def postgres(cls, url: str, stack: ExitStack) -> Classic:
        return cls(PostgresApplicationRecorder(datastore_of(url, stack)))

    def prepared(self, stored: Sequence[Stored]) -> list[StoredEvent]:
        return [StoredEvent(uuid4(), 1, one.type, body_in(one.leaf)) for one in stored]

    def insert(self, batch: list[StoredEvent]) -> None:
        self._recorder.insert_events(batch)


class Trainee(Aggregate):
    """What the library stores in place of an enrolment: one event of a new aggregate with the same content."""

    def __init__(self, training_class: str, person: str, claimed_poor: bool, occurred_on: str) -> None:
        self.training_class, self.person = training_class, person
        self.claimed_poor, self.occurred_on = claimed_poor, occurred_on


class Trainees(Application[Any]):
    """The library's application."""


class Saved:
    """The classic application: `save` encodes the events of new aggregates and stores them in one transaction."""

    def __init__(self, env: dict[str, str], stack: ExitStack) -> None:
        self._app = Trainees(env=env)
        stack.callback(self._app.close)

    def prepared(self, stored: Sequence[Stored]) -> list[Trainee]:
        return [Trainee(**msgspec.json.decode(body_in(one.leaf))) for one in stored]

    def insert(self, batch: list[Trainee]) -> None:
        self._app.save(*batch)


class Dcb:
    """The DCB recorder on PostgreSQL: the batch goes in unless somebody recorded about one of its persons."""

    def __init__(self, url: str, stack: ExitStack) -> None:
        self._recorder = PostgresDCBRecorderTT(datastore_of(url, stack))
        self._recorder.create_table()
        self._after: int | None = None

    def prepared(self, stored: Sequence[Stored]) -> tuple[list[DCBEvent], list[DCBQueryItem]]:
        events = [DCBEvent(one.type, body_in(one.leaf), list(tags_in(one.leaf))) for one in stored]
        items = [
            DCBQueryItem(types=[event.type], tags=[tag])
            for event in events
            for tag in event.tags
            if tag.startswith("person:")
        ]
        return events, items

    def insert(self, batch: tuple[list[DCBEvent], list[DCBQueryItem]]) -> None:
        events, items = batch
        condition = DCBAppendCondition(fail_if_events_match=DCBQuery(items=items), after=self._after)
        self._after = self._recorder.append(events, condition)


def sqlite_environment(path: Path) -> dict[str, str]:
    """How the library is told to use this file."""
    return {"PERSISTENCE_MODULE": "eventsourcing.sqlite", "SQLITE_DBNAME": str(path)}


def postgres_environment(url: str, prefix: str = "") -> dict[str, str]:
    """How the library is told to use this database; `prefix` names a projection."""
    address = make_url(url)
    return {
        f"{prefix}PERSISTENCE_MODULE": "eventsourcing.postgres",
        f"{prefix}POSTGRES_DBNAME": address.database or "",
        f"{prefix}POSTGRES_HOST": address.host or "",
        f"{prefix}POSTGRES_PORT": str(address.port),
        f"{prefix}POSTGRES_USER": address.username or "",
        f"{prefix}POSTGRES_PASSWORD": address.password or "none",
    }


def datastore_of(url: str, stack: ExitStack) -> PostgresDatastore:
    """The library's connection pool for a database of ours."""
    address = make_url(url)
    datastore = PostgresDatastore(
        dbname=address.database or "",
        host=address.host or "",
        port=address.port or 5432,
        user=address.username or "",
        password=address.password or "",
        enable_db_functions=True,
    )
    stack.callback(datastore.close)
    return datastore
