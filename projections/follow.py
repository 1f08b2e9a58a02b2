"""The follower: reads the log page by page and keeps every view level with it, each fact exactly once.

A page is folded in memory first; then the rows and the new position are written in one transaction, on condition
that the position still is the one that was folded from. So two followers, or a follower that dies in the middle,
leave the same rows as one that never stopped.
"""

from __future__ import annotations

import gc
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import cache, partial
from typing import Any, NamedTuple

from sqlalchemy import Connection, Table, bindparam, insert, inspect, select, update

from taizhang.domain import catalogue  # noqa: F401  (every room must be known before a fact is read)
from taizhang.domain.log import LogEnd, LogReader
from taizhang.projections.database import Store
from taizhang.projections.rebuild import PAGE_FACTS, Rebuilt, rebuild
from taizhang.projections.tables import view_table
from taizhang.projections.view import Item, PageDecoder, View, ViewFailed, ViewType

Progress = Callable[[int, int], None]  # position reached, position aimed at


class ViewStatus(NamedTuple):
    """How far a view is: `position` of the log's `head`, `lag` facts behind; `error` says what stopped it, and where."""

    name: str
    version: int
    position: int
    head: int
    lag: int
    recorded_at: int  # of that position, UTC microseconds
    lag_seconds: float  # between the first fact that it lacks and the head: how old the oldest unseen news is
    error: str | None
    error_position: int | None
    build: int  # how often its tables were built anew


class _Mark(NamedTuple):
    """A view's row as it was read."""

    build: int
    position: int
    version: int


class Follower:
    """Keeps views level with the log. One per thread; as many processes as one likes."""

    def __init__(
        self,
        log: LogReader,
        store: Store,
        views: Sequence[ViewType],
        page_facts: int = PAGE_FACTS,
        *,
        sift: Callable[[Sequence[Item]], Sequence[Item]] | None = None,
    ) -> None:
        self._sift = sift  # what of a page the views are told; None: all of it
        self._log, self._store, self._page_facts = log, store, page_facts
        self._views = {view.name: view for view in (make() for make in views)}
        self._types = {view.name: make for view, make in zip(self._views.values(), views, strict=True)}
        self._table = view_table()
        self._is_made = False  # whether the table of the views is known to be there
        self._known: dict[str, _Mark] = {}  # what each view's memory reflects
        self._decoder = PageDecoder(frozenset().union(*(view.wants() for view in self._views.values())))

    def set_up(self) -> None:
        """Make the tables that are not there yet."""
        with self._store.create() as connection:
            names = set(inspect(connection).get_table_names())
            if self._table.name not in names:
                self._table.create(connection)
            standing = set(connection.scalars(select(self._table.c.name)))
            for view in self._views.values():
                absent = [table for table in view.metadata.sorted_tables if table.name not in names]
                view.metadata.create_all(connection, absent, checkfirst=False)
                for table in view.metadata.tables.values():
                    if table.name in names:
                        _index(connection, table)
                names.update(table.name for table in absent)
                fill = getattr(view, "fill", None)
                if absent and fill is not None:
                    fill(connection, absent)
                if view.name not in standing:
                    first = {"name": view.name, "version": view.version, "build": 0, "position": 0, "recorded_at": 0}
                    connection.execute(insert(self._table).values(**first))

    def catch_up(
        self, limit_position: int | None = None, progress: Progress | None = None, *, on_the_way: bool = False
    ) -> int:
        """Fold every fact up to the head, or to `limit_position`; the position that all views have reached.

        `on_the_way` to more: views that conclude from the others' rows wait until somebody says that this was the last.
        A view that fails is left where it is, with its error in `status`; the others go on. Views whose tables another
        version of the program has made are built anew first: they cannot be folded on.
        """
        if old := self.outdated():
            _log().warning("views of another version are built anew", views=old)
            self.rebuild(old, progress)
        end = self._log.head().position
        aim = end if limit_position is None else min(end, limit_position)
        failed: set[str] = set()
        while True:
            marks = {name: mark for name, mark in self._marks().items() if name not in failed}
            behind = {name: mark for name, mark in marks.items() if mark.position < aim}
            if not behind:
                if not on_the_way:
                    self.settle()
                return min((mark.position for mark in self._marks().values()), default=aim)
            after = min(mark.position for mark in behind.values())
            group = [name for name, mark in behind.items() if mark.position == after]
            ahead = [mark.position for mark in behind.values() if mark.position > after]
            with _no_collection():
                failed |= self._step(group, marks, after, min([aim, *ahead]))
            if progress is not None:
                progress(min(mark.position for mark in self._marks().values()), aim)

    def status(self) -> list[ViewStatus]:
        """How far each view is, and what stopped it."""
        head = self._log.head()
        seconds = cache(partial(self._lag_seconds, head))
        with self._store.read() as connection:
            if not self._is_made:
                self._is_made = inspect(connection).has_table(self._table.name)
            if not self._is_made:
                return []
            rows = connection.execute(select(self._table).order_by(self._table.c.name)).all()
        return [
            ViewStatus(
                name=row.name,
                version=row.version,
                position=row.position,
                head=head.position,
                lag=max(0, head.position - row.position),
                recorded_at=row.recorded_at,
                lag_seconds=seconds(row.position),
                error=row.error,
                error_position=row.error_position,
                build=row.build,
            )
            for row in rows
        ]

    def _lag_seconds(self, head: LogEnd, position: int) -> float:
        """Not from the last fact that a view knows: after a quiet night one new fact would make it hours late."""
        missing = self._log.page(position, 1, head.position) if position < head.position else ()
        return max(0, head.recorded_at - missing[0].recorded_at) / 1e6 if missing else 0.0

    def rebuild(self, names: Sequence[str] = (), progress: Progress | None = None) -> list[Rebuilt]:
        """Build the tables of these views (none named: of all) anew, and tell which figures that changed."""
        self.set_up()  # also the tables that this version of the program has and the one before had not
        done = [
            rebuild(self._log, self._store, self._types[name], progress)
            for name in self._types
            if not names or name in names
        ]
        for one in done:
            self._forget(one.view)
        self.settle()
        return done

    def outdated(self) -> list[str]:
        """Views whose tables another version of the program has made: they need a rebuild."""
        return [name for name, mark in self._marks().items() if mark.version != self._views[name].version]

    def settle(self) -> None:
        """Let views that conclude from the others' rows do so, now that these are level."""
        for view in self._views.values():
            settle = getattr(view, "settle", None)
            if settle is not None:
                settle(self._store)

    def view(self, name: str) -> View:
        """One of the views by its name."""
        return self._views[name]

    def _step(self, group: list[str], marks: dict[str, _Mark], after: int, upto: int) -> set[str]:
        """Fold one page for the views that stand at `after`; the names of those that failed."""
        page = self._log.page(after, self._page_facts, upto)
        assert page, f"the log names a head of {upto} and has nothing after {after}"
        assert page[0].position == after + 1, "the log left a fact out"
        last, recorded_at = page[-1].position, page[-1].recorded_at
        errors: dict[str, tuple[str, int]] = {}
        items: Sequence[Item] = self._decoder.items(page)
        if self._sift is not None:
            items = self._sift(items)
        folded = [name for name in group if self._fold(name, marks[name], items, errors)]
        if folded and not self._commit(folded, marks, last, recorded_at):
            for name in folded:
                self._forget(name)
        for name, (words, position) in errors.items():
            self._report(name, words, position)
        return set(errors)

    def _fold(self, name: str, mark: _Mark, items: Sequence[Item], errors: dict[str, tuple[str, int]]) -> bool:
        view = self._views[name]
        if self._known.get(name) != mark:
            self._forget(name)
        try:
            with self._store.read() as connection:
                view.fold(items, connection)
        except ViewFailed as failure:
            self._forget(name)
            errors[name] = (str(failure), failure.position)
            _log().error("view failed", view=name, position=failure.position, exc_info=failure)
            return False
        return True

    def _commit(self, names: list[str], marks: dict[str, _Mark], last: int, recorded_at: int) -> bool:
        """Write the folded rows and the new positions together; False when another follower was faster."""
        table = self._table
        move = (
            update(table)
            .where(table.c.name == bindparam("n"), table.c.position == bindparam("p"), table.c.build == bindparam("b"))
            .values(position=last, recorded_at=recorded_at, error=None, error_position=None)
        )
        try:
            with self._store.write() as connection:
                for name in sorted(names):
                    one = {"n": name, "p": marks[name].position, "b": marks[name].build}
                    if connection.execute(move, one).rowcount != 1:
                        raise _Overtaken
                for name in names:
                    self._views[name].write(connection)
        except _Overtaken:
            return False
        except BaseException:
            for name in names:
                self._forget(name)
            raise
        self._known |= {name: marks[name]._replace(position=last) for name in names}
        return True

    def _report(self, name: str, words: str, position: int) -> None:
        table = self._table
        with self._store.write() as connection:
            connection.execute(
                update(table).where(table.c.name == name).values(error=words[:2000], error_position=position)
            )

    def _marks(self) -> dict[str, _Mark]:
        with self._store.read() as connection:
            made = inspect(connection).has_table(self._table.name)
            marks = self._read_marks(connection) if made else {}
        if marks.keys() != self._views.keys():
            self.set_up()
            with self._store.read() as connection:
                marks = self._read_marks(connection)
        return marks

    def _read_marks(self, connection: Connection) -> dict[str, _Mark]:
        table = self._table
        rows = connection.execute(select(table.c.name, table.c.build, table.c.position, table.c.version))
        return {name: _Mark(*rest) for name, *rest in rows if name in self._views}

    def _forget(self, name: str) -> None:
        self._known.pop(name, None)
        self._views[name].forget()


def _log() -> Any:
    from structlog import (
        get_logger,
    )  # here, since a process that only follows waits for it as long as for a tenth of all

    return get_logger()


def _index(connection: Connection, table: Table) -> None:
    """Make the indexes that a table from before does not have; after a rebuild they bear other names."""
    known = inspect(connection)
    standing = {tuple(one["column_names"]) for one in known.get_indexes(table.name)}
    columns = {one["name"] for one in known.get_columns(table.name)}
    for index in table.indexes:
        names = tuple(column.name for column in index.columns)
        if names not in standing and columns.issuperset(names):  # else the table is built anew soon
            index.create(connection)


@contextmanager
def _no_collection() -> Iterator[None]:
    """No search for cyclic garbage while a page is folded: it makes none, and the search costs half of the time."""
    searching = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if searching:
            gc.enable()


class _Overtaken(Exception):
    """Another follower has written this page already."""
