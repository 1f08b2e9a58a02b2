"""The log: every fact in one order, appended under its rules or not at all, hashed as it goes in.

One append is one transaction: lock the head, check the condition, number densely, stamp the recording time, hash
the leaves, insert, grow the tree, move the head, commit. So the order of positions is the order of commits and of
recording times, there are no gaps, and whoever reads up to the head has missed nothing.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from itertools import repeat
from operator import itemgetter
from uuid import uuid4

from sqlalchemy import Connection, bindparam, delete, inspect, select, tuple_, update

from taizhang.adapters.database import WAIT_SECONDS, Database, at_once, insert_rows, run, upsert_rows
from taizhang.adapters.log.merkle import Edge, leaf_hashes
from taizhang.adapters.log.queries import (
    REBUILD,
    any_matching,
    between,
    facts_at,
    guards_at,
    known_commands,
    matching,
    rebuilds,
    tags_in,
)
from taizhang.adapters.log.rare import RarePositions
from taizhang.adapters.log.records import (
    ANY_FACT,
    LEAF_BYTES_MAX,
    AnyOf,
    Append,
    Appended,
    CommandReused,
    CommandRow,
    Criterion,
    Entry,
    GuardKey,
    GuardRow,
    Head,
    KnownCommand,
    LeafTooLarge,
    LogDamaged,
    LostRace,
    OriginDiffers,
    Query,
    Repeated,
    State,
    Stored,
)
from taizhang.adapters.log.tables import COMMAND, FACT, GUARD, HEAD, METADATA, TAG, TILE
from taizhang.adapters.log.tree import OpenTile, extend, open_tile
from taizhang.adapters.unavailable import LOCKED, LogUnavailable

__all__ = [
    "ANY_FACT",
    "LEAF_BYTES_MAX",
    "AnyOf",
    "Append",
    "Appended",
    "CommandReused",
    "CommandRow",
    "Criterion",
    "Entry",
    "GuardKey",
    "GuardRow",
    "Head",
    "KnownCommand",
    "LeafTooLarge",
    "Log",
    "LogDamaged",
    "LogUnavailable",
    "LostRace",
    "OriginDiffers",
    "Query",
    "Repeated",
    "State",
    "Stored",
]

_HEAD = select(HEAD.c.position, HEAD.c.recorded_at, HEAD.c.edge, HEAD.c.origin).where(HEAD.c.id == 1)
_LOCK_HEAD = _HEAD.with_for_update()  # SQLite leaves the clause out: BEGIN IMMEDIATE has locked everything
_MOVE_HEAD = (
    update(HEAD)
    .where(HEAD.c.id == 1)
    .values(position=bindparam("to"), recorded_at=bindparam("at"), edge=bindparam("new_edge"))
)


def now_us() -> int:
    """The machine's clock in UTC microseconds."""
    return time.time_ns() // 1000


class Log:
    """The log in one database. Threads may share it; processes each open their own."""

    def __init__(self, database: Database, clock: Callable[[], int] = now_us) -> None:
        self.database, self._clock = database, clock
        self._turn = threading.Lock()  # threads queue here, in order, instead of polling the database's lock
        self._tile = OpenTile(Edge.empty(), [])  # right only for the very edge it names
        self._rare = RarePositions()

    @classmethod
    def open(
        cls,
        url: str,
        *,
        clock: Callable[[], int] = now_us,
        origin: str | None = None,
        wait_seconds: float = WAIT_SECONDS,
    ) -> Log:
        """Open the log at this URL, make it if there is none. OriginDiffers if it bears another name than `origin`."""
        log = cls(Database(url, wait_seconds=wait_seconds), clock)
        try:
            log._create(origin)
        except BaseException:
            log.close()
            raise
        return log

    def close(self) -> None:
        """Close every connection."""
        self.database.close()

    # -- reading ------------------------------------------------------------------------------------------

    def head(self) -> Head:
        """The end of the log as it stands now."""
        with self.database.read() as connection:
            return _head(connection)

    def read(
        self,
        query: Query,
        *,
        after: int = 0,
        upto: int | None = None,
        limit: int | None = None,
        guards: Sequence[GuardKey] = (),
        commands: Sequence[str] = (),
    ) -> State:
        """The facts after `after` (and up to `upto`) that match any criterion (none given: no facts), guards and commands.

        All at one moment.
        """
        with self.database.read() as connection:
            head = _head(connection)
            last = head.position if upto is None else min(upto, head.position)
            facts = self._matching(connection, query, after, last, limit) if query else []
            rows = guards_at(connection, [*guards, REBUILD]) if guards else {}
            rebuild = rows.pop(REBUILD, None)
            known = {row.id: row for row in known_commands(connection, commands)}
            return State(
                head.position, head.recorded_at, facts, rows, known, rebuild.position if rebuild is not None else 0
            )

    def _matching(self, connection: Connection, query: Query, after: int, upto: int, limit: int | None) -> list[Stored]:
        if len(query) == 1 and query[0].types and not query[0].tags and isinstance(query[0], Criterion):
            positions = self._rare.between(connection, query[0].types, after, upto)
            if positions is not None:
                return facts_at(connection, positions[:limit])
        return matching(connection, query, after, upto, limit)

    def newest(self, types: Sequence[str], stretches: Iterable[tuple[int, int]], limit: int) -> list[Stored]:
        """The newest `limit` facts of these types within these stretches (after, and up to), the newest first.

        The stretches lie apart, the newest first.
        """
        with self.database.read() as connection:
            end, positions = _head(connection).position, list[int]()
            for after, upto in stretches:
                positions += self._rare.newest(connection, types, after, min(upto, end), limit - len(positions))
                if len(positions) == limit:
                    break
            return facts_at(connection, positions)[::-1]

    def page(self, after: int, limit: int, upto: int | None = None) -> list[Stored]:
        """The first `limit` facts after `after`, and up to `upto`: every one of them, in order, none left out."""
        with self.database.read() as connection:
            return between(connection, after, _head(connection).position if upto is None else upto, limit)

    def tagged(self, tag: str, after: int, limit: int) -> list[Stored]:
        """The first `limit` facts after `after` that bear the tag."""
        return self.read([Criterion((), (tag,))], after=after, limit=limit).facts

    def at(self, positions: Sequence[int]) -> list[Stored]:
        """The facts at these positions, in order; positions that do not exist are left out."""
        with self.database.read() as connection:
            return facts_at(connection, positions)

    def tags_at(self, positions: Sequence[int]) -> dict[int, tuple[str, ...]]:
        """The tags of the facts at these positions, as their leaves state them (`index_rows` gives the index's copy)."""
        return {stored.position: tags_in(stored.leaf) for stored in self.at(positions)}

    def index_rows(self, after: tuple[str, int] = ("", 0), limit: int = 10_000) -> list[tuple[str, int]]:
        """The first `limit` rows (tag, position) of the tag index after `after`, in its own order."""
        columns = (TAG.c.tag, TAG.c.position)
        with self.database.read() as connection:
            statement = select(*columns).where(tuple_(*columns) > tuple_(*after)).order_by(*columns).limit(limit)
            return [(tag, position) for tag, position in connection.execute(statement)]

    def tile(self, level: int, index: int) -> bytes | None:
        """The 256 hashes of a full tile, or None while it is not full."""
        with self.database.read() as connection:
            hashes: bytes | None = connection.scalar(
                select(TILE.c.hashes).where(TILE.c.level == level, TILE.c.index == index)
            )
            return hashes

    # -- guards as a whole --------------------------------------------------------------------------------

    def guard_rows(self, after: GuardKey = ("", ""), limit: int = 10_000) -> list[tuple[GuardKey, GuardRow]]:
        """The first `limit` guard rows after the row `after`, by kind and key."""
        columns = (GUARD.c.kind, GUARD.c.key)
        with self.database.read() as connection:
            rest = (tuple_(*columns) > tuple_(*after), GUARD.c.kind != REBUILD[0])
            found = connection.execute(select(GUARD).where(*rest).order_by(*columns).limit(limit))
            return [((kind, key), GuardRow(position, state)) for kind, key, position, state in found]

    def replace_guards(self, at: int, rows: Mapping[GuardKey, GuardRow]) -> None:
        """Put these guard rows, which reflect every fact up to `at`, in the place of all. LostRace if the head moved."""
        with self._writing() as connection:
            if _head(connection, lock=True).position != at:
                raise LostRace(f"the log has moved on from position {at}")
            mark = (*REBUILD, rebuilds(connection) + 1, b"")
            connection.execute(delete(GUARD))
            insert_rows(connection, GUARD, [mark, *((kind, key, *row) for (kind, key), row in rows.items())])

    # -- appending ----------------------------------------------------------------------------------------

    def append(self, request: Append) -> Appended | Repeated:
        """Append all of it or nothing, durably.

        Repeated if one of its commands is known already. Raises LostRace, CommandReused, LeafTooLarge,
        LogUnavailable, LogDamaged; then nothing was written.
        """
        assert request.entries or request.commands, "there is nothing to append"
        assert request.guards_written.keys() <= request.guards_read.keys(), "a guard is written that was not read"
        assert request.entries or not request.guards_written, "a guard is moved by a fact"
        with ExitStack() as stack:
            connection = stack.enter_context(self._writing())
            head = _head(connection, lock=True)
            if known := _repeated(connection, request.commands):
                return Repeated(known)
            _check_condition(connection, request, head.position)
            appended, tile = self._write(connection, request, head)
            if request.meanwhile is not None:
                at_once(stack.pop_all().close, request.meanwhile)
        self._tile = tile  # only now: the transaction stands
        return appended

    def _write(self, connection: Connection, request: Append, head: Head) -> tuple[Appended, OpenTile]:
        tile = self._tile if self._tile.edge == head.edge else open_tile(connection, head.edge)
        first, count = head.position + 1, len(request.entries)
        recorded_at = head.recorded_at
        if count:
            recorded_at = max(self._clock(), head.recorded_at)
            leaves = _leaves(request.entries, recorded_at)
            _insert_facts(connection, request.entries, leaves, first, recorded_at)
            tile = extend(connection, tile, leaf_hashes(leaves))
            assert tile.edge.size == head.position + count
        _write_guards(connection, request, first)
        insert_rows(
            connection, COMMAND, [(c.id, c.digest, first + c.first_index, c.count, c.outcome) for c in request.commands]
        )
        if count:
            moved = {"to": tile.edge.size, "at": recorded_at, "new_edge": tile.edge.to_bytes()}
            assert run(connection, _MOVE_HEAD, moved).rowcount == 1
        return Appended(first, head.position + count, recorded_at), tile

    @contextmanager
    def _writing(self) -> Iterator[Connection]:
        if not self._turn.acquire(timeout=self.database.wait_seconds):
            raise LogUnavailable(LOCKED)
        try:
            with self.database.write() as connection:
                yield connection
        finally:
            self._turn.release()

    def _create(self, origin: str | None) -> None:
        with self.database.read() as connection:
            made = inspect(connection).has_table(HEAD.name)
        if not made:
            with self.database.create() as connection:
                METADATA.create_all(connection)
                if run(connection, _HEAD).first() is None:
                    name = origin or f"taizhang.local/{uuid4().hex}"
                    insert_rows(connection, HEAD, [(1, 0, 0, Edge.empty().to_bytes(), name)])
        found = self.head().origin
        if origin is not None and origin != found:
            raise OriginDiffers(f"this is the log {found}, not {origin}")


def _head(connection: Connection, *, lock: bool = False) -> Head:
    position, recorded_at, edge, origin = run(connection, _LOCK_HEAD if lock else _HEAD).one()
    return Head(position, recorded_at, Edge.from_bytes(position, edge), origin)


def _leaves(entries: Sequence[Entry], recorded_at: int) -> list[bytes]:
    stamp = b'"recorded_at":%d' % recorded_at
    leaves = [before + stamp + after for _, _, before, after in entries]
    if max(map(len, leaves)) > LEAF_BYTES_MAX:
        index = next(index for index, leaf in enumerate(leaves) if len(leaf) > LEAF_BYTES_MAX)
        raise LeafTooLarge(index, len(leaves[index]))
    return leaves


def _insert_facts(
    connection: Connection, entries: Sequence[Entry], leaves: Sequence[bytes], first: int, recorded_at: int
) -> None:
    positions = range(first, first + len(entries))
    types = [type_name for type_name, _, _, _ in entries]
    insert_rows(connection, FACT, list(zip(positions, types, repeat(recorded_at), leaves)))
    tags = [(tag, position) for position, entry in zip(positions, entries, strict=True) for tag in set(entry.tags)]
    tags.sort(
        key=itemgetter(0)
    )  # the positions ascend already; in the index's own order: fewer of its pages are touched twice
    insert_rows(connection, TAG, tags)


def _check_condition(connection: Connection, request: Append, head: int) -> None:
    after = request.after or 0
    if request.query and after < head and any_matching(connection, request.query, after, head):
        raise LostRace("a fact that this decision should have known was recorded meanwhile")
    if request.rebuild is not None:
        if rebuilds(connection) != request.rebuild:
            raise LostRace("the guard rows were rebuilt meanwhile")
        if after == head:
            return  # guard rows move with the head or by a rebuild, and neither has happened
    standing = guards_at(connection, list(request.guards_read))
    for key, position in request.guards_read.items():
        if (standing[key].position if key in standing else 0) != position:
            raise LostRace(f"the guard {key[0]} {key[1]} was moved meanwhile")


def _write_guards(connection: Connection, request: Append, first: int) -> None:
    rows = [(kind, key, first + index, state) for (kind, key), (index, state) in request.guards_written.items()]
    upsert_rows(connection, GUARD, rows)


def _repeated(connection: Connection, commands: Sequence[CommandRow]) -> tuple[KnownCommand, ...]:
    digests = {command.id: command.digest for command in commands}
    known = known_commands(connection, list(digests))
    for row in known:
        row.require(digests[row.id])
    return tuple(known)
