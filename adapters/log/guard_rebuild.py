"""Guard rows folded anew from the log, compared with what stands, and put in its place."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

import msgspec

from taizhang.adapters.log.log import GuardKey, GuardRow, Log
from taizhang.domain import catalogue  # noqa: F401  (every room must be known before a fact is read)
from taizhang.domain.boundary import GuardBook, guard_kinds, movers
from taizhang.domain.core import Correction, Fact, Guard
from taizhang.domain.envelope import body_of, fact_classes, outer_of
from taizhang.domain.log import FactsMissing

PAGE_FACTS = 20_000


class GuardDifference(NamedTuple):
    """A guard row that does not say what the log says; None: the row is missing on that side."""

    kind: str
    key: str
    standing: GuardRow | None
    replayed: GuardRow | None


def replay_guards(log: Log, progress: Callable[[int, int], None] | None = None) -> tuple[int, dict[GuardKey, GuardRow]]:
    """The head, and every guard row as the facts up to it make it.

    Raises FactsMissing.
    """
    head = log.head().position
    moving = {name for name, kind in fact_classes().items() if _moves(kind)}
    book, after = GuardBook(), 0
    while after < head:
        page = log.page(after, PAGE_FACTS, head)
        if not page:
            raise FactsMissing(after, head)
        for stored in page:
            if stored.type in moving:
                book.apply(body_of(stored.type, outer_of(stored.leaf).body), stored.position)
        after = page[-1].position
        if progress is not None:
            progress(after, head)
    return head, {row: GuardRow(position, msgspec.json.encode(book[row])) for row, position in book.moved.items()}


def differing_guards(log: Log, replayed: dict[GuardKey, GuardRow]) -> list[GuardDifference]:
    """Where the standing rows differ from the replayed ones, by kind and key."""
    standing: dict[GuardKey, GuardRow] = {}
    after = ("", "")
    while rows := log.guard_rows(after):
        standing.update(rows)
        after = rows[-1][0]
    return [
        GuardDifference(*key, standing.get(key), replayed.get(key))
        for key in sorted(standing.keys() | replayed.keys())
        if not _says_the_same(key[0], standing.get(key), replayed.get(key))
    ]


def rebuild_guards(log: Log, progress: Callable[[int, int], None] | None = None) -> list[GuardDifference]:
    """Put the replayed rows in place of the standing ones; returns what differed.

    Raises FactsMissing, and LostRace when somebody appended meanwhile: then nothing was changed.
    """
    head, rows = replay_guards(log, progress)
    differences = differing_guards(log, rows)
    log.replace_guards(head, rows)
    return differences


def _says_the_same(kind: str, standing: GuardRow | None, replayed: GuardRow | None) -> bool:
    """Whether two rows hold the same state; one that an earlier version wrote may lack what has a default."""
    if standing is None or replayed is None or standing.position != replayed.position:
        return standing == replayed
    if standing.state == replayed.state:
        return True
    guard = guard_kinds().get(kind)
    try:
        return guard is not None and _decoded(standing, guard) == _decoded(replayed, guard)
    except msgspec.DecodeError:
        return False


def _decoded(row: GuardRow, guard: type[Guard]) -> Guard:
    return msgspec.json.decode(row.state, type=guard)


def _moves(kind: type[Fact]) -> bool:
    if issubclass(kind, Correction):
        return bool(movers(kind)) or bool(movers(kind.body()))
    return bool(movers(kind))
