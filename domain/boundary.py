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
        self._standing: dict[int, tuple[Fact, Sequence[str]]] = {}
        self._by_tag: dict[str, list[int]] = {}  # where a fact bears the tag, or did before it was corrected

    def add(self, position: int, fact: Fact, tags: Sequence[str]) -> None:
        """Take in the fact at `position`; a correction changes what stands at the position it corrects."""
        self._standing[position] = (fact, tags)
        by_tag = self._by_tag
        for tag in tags:
            if tag in by_tag:
                by_tag[tag].append(position)
            else:
                by_tag[tag] = [position]
        if is_correction(fact.__class__):
            self._correct(fact)

    def matching(self, selectors: Iterable[Selector], without: int | None = None) -> list[Fact]:
        """The facts that any of the selectors selects, oldest first; `without` leaves one position out."""
        found: dict[int, Fact] = {}
        for selector in selectors:
            here = self._by_tag.get(selector.tags[0])
            if here:  # most rows of a file are about somebody of whom nothing is known here
                self._select(selector, here, found)
        if not found:
            return []
        if without is not None:
            found.pop(without, None)
        return [found[position] for position in sorted(found)] if len(found) > 1 else list(found.values())

    def standing(self, position: int) -> Fact | None:
        """The body in force at a position; None when it was declared void, or is not known here."""
        return self._standing[position][0] if position in self._standing else None

    def _select(self, selector: Selector, positions: Iterable[int], found: dict[int, Fact]) -> None:
        types, tags = selector.types, selector.tags
        for position in positions:
            if position not in self._standing:
                continue
            fact, here = self._standing[position]
            if (not types or fact.__class__ in types) and all(tag in here for tag in tags):
                found[position] = fact

    def _correct(self, fact: Any) -> None:
        self._standing.pop(fact.corrects, None)
        if fact.now is not None:
            self.add(fact.corrects, fact.now, fact.now.tags())


class GuardBook(dict[GuardKey, Guard]):
    """The guard rows of a batch: read from the log, moved by each fact that is decided, written back together.

    A dictionary, since every row of a file looks up half a dozen of them; an absent row is an empty state.
    """

    def __init__(self, states: Iterable[tuple[GuardKey, Guard]] = ()) -> None:
        super().__init__(states)
        self.moved: dict[GuardKey, int] = {}  # row -> number of the last fact in the batch that moved it
        self.moved_kinds: set[str] = set()

    def __missing__(self, key: GuardKey) -> Guard:
        """The empty state, which all absent rows share and nobody keeps: the first move of a row makes its own."""
        return _empty(key[0])

    def apply(self, fact: Fact, number: int) -> None:
        """Move every row that this fact moves; `number` is its place in the batch."""
        if is_correction(fact.__class__):
            self._correct(fact, number)
        self._move(fact, +1, number)

    def without(self, fact: Fact, keys: Iterable[GuardKey]) -> GuardBook:
        """A copy of these rows in which `fact` was never recorded."""
        rows = ((key, self[key]) for key in keys)
        copy = GuardBook(
            (key, msgspec.msgpack.decode(msgspec.msgpack.encode(row), type=type(row))) for key, row in rows
        )
        copy._move(fact, -1, 0)
        return copy

    def _correct(self, fact: Any, number: int) -> None:
        self._move(fact.was, -1, number)
        if fact.now is not None:
            self._move(fact.now, +1, number)

    def _move(self, fact: Fact, sign: int, number: int) -> None:
        for kind, keys, move in movers(fact.__class__):
            for key in keys(fact):
                row = (kind, key)
                if row not in self:
                    self[row] = guard_kinds()[kind]()
                move(self[row], fact, sign)
                self.moved[row] = number
                self.moved_kinds.add(kind)


class Watched:
    """A book that notes of which kinds the rows are that boundaries look at."""

    __slots__ = ("book", "kinds")

    def __init__(self, book: GuardBook) -> None:
        self.book = book
        self.kinds: set[str] = set()

    def __getitem__(self, key: GuardKey) -> Guard:
        self.kinds.add(key[0])
        return self.book[key]

    def stands_in(self, book: GuardBook) -> bool:
        """Whether what was seen is still so: it was seen in this very book, in which nothing of its kind has moved."""
        return self.book is book and book.moved_kinds.isdisjoint(self.kinds)


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
    _fold(decision, history.matching(asked, without))
    if decision.FURTHER:
        while more := decision.further():
            decision.asked = [*decision.asked, *more]
            _fold(decision, history.matching(more, without))


def _fold(decision: Slice, facts: Iterable[Fact]) -> None:
    for fact in facts:
        fold = fold_of(decision.__class__, fact.__class__)
        if fold is not None:
            fold(decision, fact)


def guard_keys(fact: Fact) -> list[GuardKey]:
    """Every guard row that recording this fact moves."""
    rows = [(kind, key) for kind, keys, _ in movers(fact.__class__) for key in keys(fact)]
    if isinstance(fact, Correction):
        rows += [row for body in (fact.was, fact.now) if body is not None for row in guard_keys(body)]
    return rows


@cache
def is_correction(fact_type: Any) -> bool:
    """Whether facts of this class are corrections."""
    return issubclass(fact_type, Correction)


@cache
def _empty(kind: str) -> Guard:
    return guard_kinds()[kind]()


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
