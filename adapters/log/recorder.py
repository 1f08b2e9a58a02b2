"""The library's own recorders on top of our log, for whoever works with eventsourcing's DCB classes directly.

Name this module in PERSISTENCE_MODULE and the database in TAIZHANG_DATABASE. The desk does not come this way: its
leaves say more. Here a leaf is {"body" or "data", "recorded_at", "tags", "type"}: data that is JSON stands in it as
it is, other bytes as base64. Unlike the desk's, these leaves keep the tags in the order in which they were given,
because the library gives them back in that order.
"""

from __future__ import annotations

import base64
import threading
from collections.abc import Iterator, Sequence
from typing import Final

import msgspec
from eventsourcing.dcb.api import (
    DCBAppendCondition,
    DCBEvent,
    DCBQuery,
    DCBReadResponse,
    DCBRecorder,
    DCBSequencedEvent,
    DCBSubscription,
)
from eventsourcing.dcb.persistence import DCBInfrastructureFactory
from eventsourcing.persistence import (
    InfrastructureFactoryError,
    IntegrityError,
    ProgrammingError,
    Tracking,
    TrackingRecorder,
)
from eventsourcing.utils import Environment, EnvType
from sqlalchemy import bindparam, select

from taizhang.adapters.database import Database, upsert_newer
from taizhang.adapters.log.log import ANY_FACT, Append, Appended, Criterion, Entry, Log, Stored
from taizhang.adapters.log.tables import METADATA, TRACKING

POLL_SECONDS: Final = 0.05  # how often a subscription at the end looks at the head row
PAGE_FACTS: Final = 500

_encode = msgspec.json.Encoder().encode
_MAX_TRACKING = select(TRACKING.c.notification_id).where(TRACKING.c.application == bindparam("application"))


class _Leaf(msgspec.Struct):
    body: msgspec.Raw = msgspec.Raw()
    data: str | None = None
    tags: tuple[str, ...] = ()


_leaf = msgspec.json.Decoder(_Leaf).decode


class SqlDCBRecorder(DCBRecorder):
    """Appends and reads the library's events in our log."""

    def __init__(self, log: Log) -> None:
        self.log = log

    def append(self, events: Sequence[DCBEvent], condition: DCBAppendCondition | None = None) -> int:
        """Append all events unless a fact matches the condition (then IntegrityError); return the last position."""
        if not events:
            raise ProgrammingError("there is nothing to append")
        entries = [entry_of(event) for event in events]
        if condition is None:
            request = Append(entries)
        else:
            request = Append(entries, condition.after, _criteria(condition.fail_if_events_match))
        appended = self.log.append(request)
        assert isinstance(appended, Appended), "an append without a command cannot be a repetition"
        return appended.last_position

    def read(
        self, query: DCBQuery | None = None, *, after: int | None = None, limit: int | None = None
    ) -> DCBReadResponse:
        """The matching events in order. Its `head` is the log's, or with a limit the last event's position."""
        state = self.log.read(_criteria(query), after=after or 0, limit=limit)
        head = state.head_position if limit is None else max((fact.position for fact in state.facts), default=0)
        return ReadResponse(state.facts, head or None)

    def subscribe(self, query: DCBQuery | None = None, *, after: int | None = None) -> PollingSubscription:
        """The matching events from after `after` on, for ever; it waits at the end for new ones."""
        return PollingSubscription(self, query, after)


class ReadResponse(DCBReadResponse):
    """The events that were read."""

    def __init__(self, facts: Sequence[Stored], head: int | None) -> None:
        self._events = map(event_of, facts)
        self._head = head

    @property
    def head(self) -> int | None:
        return self._head

    def __next__(self) -> DCBSequencedEvent:
        return next(self._events)


class PollingSubscription(DCBSubscription[SqlDCBRecorder]):
    """Follows the log by looking at its head. Positions become visible in their order, so none is ever skipped."""

    def __init__(self, recorder: SqlDCBRecorder, query: DCBQuery | None, after: int | None) -> None:
        super().__init__(recorder=recorder, query=query, after=after)
        self._criteria = _criteria(query)
        self._ready: Iterator[DCBSequencedEvent] = iter(())
        self._stopped = threading.Event()

    def stop(self) -> None:
        """End the iteration, also when it waits in another thread."""
        super().stop()
        self._stopped.set()

    def __next__(self) -> DCBSequencedEvent:
        while not self._stopped.is_set():
            if (event := next(self._ready, None)) is not None:
                return event
            if not self._pull():
                self._stopped.wait(POLL_SECONDS)
        raise StopIteration

    def _pull(self) -> bool:
        """Take the next page of matching events; False if the log has not moved."""
        log = self._recorder.log
        if log.head().position <= self._last_position:
            return False
        state = log.read(self._criteria, after=self._last_position, limit=PAGE_FACTS)
        whole = len(state.facts) < PAGE_FACTS
        self._last_position = state.head_position if whole else state.facts[-1].position
        self._ready = map(event_of, state.facts)
        return True


class SqlTrackingRecorder(TrackingRecorder):
    """Remembers how far each application has been followed."""

    def __init__(self, database: Database) -> None:
        super().__init__()
        self._database = database
        with database.create() as connection:
            METADATA.create_all(connection, tables=[TRACKING])

    def insert_tracking(self, tracking: Tracking) -> None:
        """Move an application's position forward; IntegrityError unless it moves."""
        row = (tracking.application_name, tracking.notification_id)
        with self._database.write() as connection:
            if not upsert_newer(connection, TRACKING, TRACKING.c.notification_id, row):
                raise IntegrityError(
                    f"{tracking.application_name} has been followed to {tracking.notification_id} or beyond"
                )

    def max_tracking_id(self, application_name: str) -> int | None:
        """The position up to which an application has been followed, or None."""
        with self._database.read() as connection:
            position: int | None = connection.scalar(_MAX_TRACKING, {"application": application_name})
            return position


class SqlFactory(DCBInfrastructureFactory[SqlTrackingRecorder]):
    """What the library makes of PERSISTENCE_MODULE=taizhang.adapters.log.recorder."""

    DATABASE: Final = "TAIZHANG_DATABASE"

    def __init__(self, env: Environment | EnvType | None) -> None:
        super().__init__(env)
        url = self.env.get(self.DATABASE)
        if not url:
            raise InfrastructureFactoryError(f"{self.DATABASE} names no database")
        self._log = Log.open(url)

    def dcb_recorder(self) -> DCBRecorder:
        """The recorder of the log."""
        return SqlDCBRecorder(self._log)

    def tracking_recorder(self) -> SqlTrackingRecorder:
        """The recorder of followers' positions, in the log's database."""
        return SqlTrackingRecorder(self._log.database)

    def close(self) -> None:
        """Close the database's connections."""
        self._log.close()


def entry_of(event: DCBEvent) -> Entry:
    """The entry under which the log keeps a library's event, such that `event_of` gives back the very same."""
    tags = list(dict.fromkeys(event.tags))
    after = b',"tags":' + _encode(tags) + b',"type":' + _encode(event.type) + b"}"
    entry = Entry(event.type, tags, b'{"body":' + event.data + b",", after)
    if _stands_as_json(event.data):
        return entry
    return entry._replace(before=b'{"data":' + _encode(base64.b64encode(event.data).decode()) + b",")


def event_of(stored: Stored) -> DCBSequencedEvent:
    """The library's event that a stored fact is; for a desk's fact its body is the data."""
    leaf = _leaf(stored.leaf)
    data = bytes(leaf.body) if leaf.data is None else base64.b64decode(leaf.data)
    return DCBSequencedEvent(DCBEvent(stored.type, data, list(leaf.tags)), stored.position)


def _stands_as_json(data: bytes) -> bool:
    """Whether these bytes are one JSON value that comes out of a leaf exactly as it went in."""
    try:
        msgspec.json.decode(data)
        return bytes(_leaf(b'{"body":' + data + b"}").body) == data
    except (msgspec.DecodeError, UnicodeDecodeError):
        return False


def _criteria(query: DCBQuery | None) -> list[Criterion]:
    """The library says "any event" by a query without items."""
    if query is None or not query.items:
        return [ANY_FACT]
    return [Criterion(item.types, list(dict.fromkeys(item.tags))) for item in query.items]
