"""Building a view's tables anew beside the old ones, and putting them in their place once they are level."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from sqlalchemy import Connection, MetaData, Table, select, text, update

from taizhang.domain.log import FactsMissing, LogReader
from taizhang.projections.database import Store
from taizhang.projections.tables import view_table
from taizhang.projections.view import PageDecoder, View, ViewType

PAGE_FACTS = 20_000


class Changed(NamedTuple):
    """A figure that is not what it was before the tables were built anew."""

    figure: str
    before: int
    after: int


class Rebuilt(NamedTuple):
    """What a rebuild did: up to which position, and which figures it changed."""

    view: str
    position: int
    changed: list[Changed]


def rebuild(
    log: LogReader, store: Store, make: ViewType, progress: Callable[[int, int], None] | None = None
) -> Rebuilt:
    """Fold the whole log into new tables, swap them in when they are level, and tell which figures changed.

    Readers and followers go on with the old tables meanwhile. If it dies, the old tables stand; the next rebuild
    begins anew. Raises ViewFailed.
    """
    plain = make()
    with store.read() as connection:
        t = view_table().c
        build = connection.scalar(select(t.build).where(t.name == plain.name)) or 0
    view = make(f"__build{build + 1}")
    with store.create() as connection:
        view.metadata.drop_all(connection)
        view.metadata.create_all(connection)
    decoder, position, recorded_at = PageDecoder(view.wants()), 0, 0
    while True:
        position, recorded_at = _level(log, store, view, decoder, position, recorded_at, progress)
        with store.write() as connection:
            table = view_table()
            mine = table.c.name == plain.name, table.c.build == build
            standing = connection.scalar(select(table.c.position).where(*mine).with_for_update())
            assert standing is not None, f"somebody else has just built {plain.name} anew"
            if standing > position:
                continue  # a follower was ahead: read on
            changed = compare(plain.figures(connection), view.figures(connection))
            _swap(connection, plain, view)
            new = {"build": build + 1, "version": view.version, "position": position, "recorded_at": recorded_at}
            connection.execute(update(table).where(*mine).values(error=None, error_position=None, **new))
            return Rebuilt(plain.name, position, changed)


def compare(before: dict[str, int], after: dict[str, int]) -> list[Changed]:
    """Every figure that differs, by name."""
    names = sorted(before.keys() | after.keys())
    pairs = [Changed(name, before.get(name, 0), after.get(name, 0)) for name in names]
    return [one for one in pairs if one.before != one.after]


def _level(
    log: LogReader,
    store: Store,
    view: View,
    decoder: PageDecoder,
    position: int,
    recorded_at: int,
    progress: Callable[[int, int], None] | None,
) -> tuple[int, int]:
    head = log.head().position
    while position < head:
        page = log.page(position, PAGE_FACTS, head)
        if not page:
            raise FactsMissing(position, head)
        items = decoder.items(page)
        with store.read() as connection:
            view.fold(items, connection)
        with store.write() as connection:
            view.write(connection)
        position, recorded_at = page[-1].position, page[-1].recorded_at
        if progress is not None:
            progress(position, head)
    return position, recorded_at


def _swap(connection: Connection, plain: View, built: View) -> None:
    """Drop the old tables and give the new ones their names; an index keeps the name it was built under."""
    quote = connection.dialect.identifier_preparer
    names = {new.name: old.name for old, new in zip(_tables(plain.metadata), _tables(built.metadata), strict=True)}
    plain.metadata.drop_all(connection)
    for new, old in names.items():
        connection.execute(text(f"ALTER TABLE {quote.quote(new)} RENAME TO {quote.quote(old)}"))


def _tables(metadata: MetaData) -> list[Table]:
    return [*metadata.tables.values()]
