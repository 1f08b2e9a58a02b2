"""What a decision knows: the facts of its boundary and its guard rows, with corrections already applied.

Pure and in memory. The desk fills it from the log for a whole batch; tests fill it from a list of facts.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from functools import cache
from typing import Any, NamedTuple

import msgspec

from taizhang.domain.core import Correction, Fact, Guard, Selector, Slice, Tagged, fold_of, subclasses

GuardKey = tuple[str, str]


class History:
    """Facts by tag, each under its own position, as they are in force: corrected bodies replaced, void ones gone."""

    def __init__(self, end: int = 0) -> None:
        self.end = end  # the head of the log when this was read
        self._by_tag: dict[str, dict[int, Fact]] = {}
        self._tags: dict[int, Sequence[str]] = {}

    def add(self, position: int, fact: Fact, tags: Sequence[str]) -> None:
        """Take in the fact at `position`; a correction changes what stands at the position it corrects."""
        if isinstance(fact, Correction):
            self._put(position, fact, tags)
            self._drop(fact.corrects)
            if fact.now is not None:
                self._put(fact.corrects, fact.now, fact.now.tags())
        else:
            self._put(position, fact, tags)

    def matching(self, selectors: Iterable[Selector], without: int | None = None) -> list[Fact]:
        """The facts that any of the selectors selects, oldest first; `without` leaves one position out."""
        found: dict[int, Fact] = {}
        for selector in selectors:
            tags, types = selector.tags, selector.types
            here = self._by_tag.get(tags[0])
            if here:  # most rows of a file are about somebody of whom nothing is known here
                found |= {
                    position: fact
                    for position, fact in here.items()
                    if (not types or type(fact) in types) and self._bears(position, tags[1:])
                }
        if not found:
            return []
        if without is not None:
            found.pop(without, None)
        return [found[position] for position in sorted(found)] if len(found) > 1 else list(found.values())

    def standing(self, position: int) -> Fact | None:
        """The body in force at a position; None when it was declared void, or is not known here."""
        tags = self._tags.get(position)
        return self._by_tag[tags[0]][position] if tags else None

    def _bears(self, position: int, tags: Sequence[str]) -> bool:
        return not tags or set(tags) <= set(self._tags[position])

    def _put(self, position: int, fact: Fact, tags: Sequence[str]) -> None:
        self._tags[position] = tags
        by_tag = self._by_tag
        for tag in tags:
            here = by_tag.get(tag)
            if here is None:
                by_tag[tag] = {position: fact}
            else:
                here[position] = fact

    def _drop(self, position: int) -> None:
        for tag in self._tags.pop(position, ()):
            self._by_tag[tag].pop(position, None)


class GuardBook(dict[GuardKey, Guard]):
    """The guard rows of a batch: read from the log, moved by each fact that is decided, written back together.

    A dictionary, since every row of a file looks up half a dozen of them; an absent row is an empty state.
    """

    def __init__(self, states: Iterable[tuple[GuardKey, Guard]] = ()) -> None:
        super().__init__(states)
        self.moved: dict[GuardKey, int] = {}  # row -> number of the last fact in the batch that moved it

    def __missing__(self, key: GuardKey) -> Guard:
        state = self[key] = guard_kinds()[key[0]]()
        return state

    def apply(self, fact: Fact, number: int) -> None:
        """Move every row that this fact moves; `number` is its place in the batch."""
        if isinstance(fact, Correction):
            self._move(fact.was, -1, number)
            if fact.now is not None:
                self._move(fact.now, +1, number)
        self._move(fact, +1, number)

    def without(self, fact: Fact, keys: Iterable[GuardKey]) -> GuardBook:
        """A copy of these rows in which `fact` was never recorded."""
        rows = ((key, self[key]) for key in keys)
        copy = GuardBook(
            (key, msgspec.msgpack.decode(msgspec.msgpack.encode(row), type=type(row))) for key, row in rows
        )
        copy._move(fact, -1, 0)
        return copy

    def _move(self, fact: Fact, sign: int, number: int) -> None:
        for kind, keys, move in movers(type(fact)):
            for key in keys(fact):
                row = (kind, key)
                move(self[row], fact, sign)
                self.moved[row] = number


class Watched:
    """A book that notes which of its rows are looked at."""

    __slots__ = ("book", "seen")

    def __init__(self, book: GuardBook) -> None:
        self.book = book
        self.seen: list[GuardKey] = []

    def __getitem__(self, key: GuardKey) -> Guard:
        self.seen.append(key)
        return self.book[key]

    def stands_in(self, book: GuardBook) -> bool:
        """Whether what was seen is still so: it was seen in this very book, and none of it has been moved."""
        return self.book is book and book.moved.keys().isdisjoint(self.seen)


def decide(
    decision: Slice,
    history: History,
    book: GuardBook,
    without: int | None = None,
    asked: Sequence[Selector] | None = None,
) -> list[Tagged[Fact]]:
    """Let a slice see what it asks for, `asked` if that is known already, and decide.

    Raises the slice's Refusal.
    """
    inform(decision, history, book, without, asked)
    decision.execute()
    decided, decision.new_decisions = decision.new_decisions, []
    return decided


def inform(
    decision: Slice,
    history: History,
    book: GuardBook,
    without: int | None = None,
    asked: Sequence[Selector] | None = None,
) -> None:
    """Let a slice see what it asks for; `without` leaves the fact at one position out."""
    decision.guarded = book
    decision.asked = asked = decision.consistency_boundary() if asked is None else asked
    for fact in history.matching(asked, without):
        fold = fold_of(type(decision), type(fact))
        if fold is not None:
            fold(decision, fact)


def guard_keys(fact: Fact) -> list[GuardKey]:
    """Every guard row that recording this fact moves."""
    rows = [(kind, key) for kind, keys, _ in movers(type(fact)) for key in keys(fact)]
    if isinstance(fact, Correction):
        rows += [row for body in (fact.was, fact.now) if body is not None for row in guard_keys(body)]
    return rows


@cache
def guard_kinds() -> dict[str, type[Guard]]:
    """Every kind of guard row by its name; the rooms must have been imported."""
    return {guard.KIND: guard for guard in subclasses(Guard)}


class Mover(NamedTuple):
    """How facts of one class move one kind of guard row: which of them, and by what."""

    kind: str
    keys: Callable[[Any], tuple[str, ...]]
    move: Callable[[Any, Fact, int], None]


@cache
def movers(fact_type: Any) -> list[Mover]:
    """The kinds of guard rows that facts of this class move."""
    return [
        Mover(guard.KIND, guard.keys, method)
        for guard in subclasses(Guard)
        for method in vars(guard).values()
        if fact_type in getattr(method, "moved_by", ())
    ]


@cache
def correction_of(fact_type: Any) -> type[Correction[Any]] | None:
    """The class of correction for facts of this class, or None when they cannot be corrected."""
    return next((c for c in subclasses(Correction) if c.body() is fact_type), None)
