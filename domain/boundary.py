"""What a decision knows: the facts of its boundary and its guard rows, with corrections already applied.

Pure and in memory. The desk fills it from the log for a whole batch; tests fill it from a list of facts.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence, Set
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

    def tags(self) -> Set[str]:
        """Every tag that a fact here bears, or did before it was corrected."""
        return self._by_tag.keys()

    def is_known(self, types: Sequence[type[Fact]], tag: str) -> bool:
        """Whether a fact of these types stands that bears the tag."""
        here = self._by_tag.get(tag)
        return here is not None and any(p in self._standing and self._standing[p][0].__class__ in types for p in here)

    def position_of(self, fact: Fact) -> int:
        """Where a fact that a selector found stands; a corrected one where its first version does."""
        return next(position for position, (one, _) in self._standing.items() if one is fact)

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

    def apply(self, fact: Fact, number: int, sign: int = +1) -> None:
        """Move every row that this fact moves, back with sign -1; `number` is its place in the batch."""
        if is_correction(fact.__class__):
            self._correct(fact, number)
        for kind, keys, move in movers(fact.__class__):
            self.moved_kinds.add(kind)
            for key in keys(fact):
                row = (kind, key)
                state = self.get(row)
                if state is None:
                    state = self[row] = self._to_move(row)
                move(state, fact, sign)
                self.moved[row] = number

    def without(self, fact: Fact, keys: Iterable[GuardKey]) -> GuardBook:
        """A copy of these rows in which `fact` was never recorded."""
        copy = GuardBook((key, _copied(self[key])) for key in keys)
        copy.apply(fact, 0, -1)
        return copy

    def _to_move(self, row: GuardKey) -> Guard:
        """The state of a row that moves for the first time and was absent until now."""
        return guard_kinds()[row[0]]()

    def _correct(self, fact: Any, number: int) -> None:
        self.apply(fact.was, number, -1)
        if fact.now is not None:
            self.apply(fact.now, number)


class Trial(GuardBook):
    """A book laid over another to see what would come of facts: the rows they move are copies until `keep`."""

    def __init__(self, book: GuardBook) -> None:
        super().__init__()
        self._book = book
        self.moved_kinds = set(book.moved_kinds)

    def __missing__(self, key: GuardKey) -> Guard:
        return self._book[key]

    def apply_alike(self, facts: Sequence[Fact]) -> None:
        """Move the rows that these facts, all of one kind, move alike; one that is applied after them says by which."""
        for kind, keys, move in movers(facts[0].__class__) if facts else ():
            self.moved_kinds.add(kind)
            for key in keys(facts[0]):
                row = (kind, key)
                state = self.get(row)
                if state is None:
                    state = self[row] = self._to_move(row)
                for fact in facts:
                    move(state, fact, +1)

    def keep(self) -> None:
        """Have the book beneath as it stands here."""
        self._book.update(self)
        self._book.moved |= self.moved
        self._book.moved_kinds |= self.moved_kinds

    def _to_move(self, row: GuardKey) -> Guard:
        standing = self._book.get(row)
        return super()._to_move(row) if standing is None else _copied(standing)


class Watched:
    """A book that notes of which kinds the rows are that boundaries look at."""

    __slots__ = ("book", "kinds")

    def __init__(self, book: GuardBook) -> None:
        self.book = book
        self.kinds: set[str] = set()

    def __getitem__(self, key: GuardKey) -> Guard:
        self.kinds.add(key[0])
        state = self.book.get(key)
        return _empty(key[0]) if state is None else state

    def still_stands(self) -> bool:
        """Whether what was seen is still so: no row of such a kind has moved."""
        return self.book.moved_kinds.isdisjoint(self.kinds)


def decide(
    decision: Slice,
    history: History,
    book: GuardBook,
    without: int | None = None,
    asked: Sequence[Selector] | None = None,
) -> list[Tagged[Fact]]:
    """Let a slice see what it asks for, `asked` if that is known already, and decide.

    `without` leaves the fact at one position out. Raises the slice's Refusal.
    """
    decision.guarded, decision.history = book, history
    decision.asked = asked = decision.consistency_boundary() if asked is None else asked
    known = history.matching(asked, without)
    if known or decision.FURTHER:
        _fold(decision, known, history, without)
    decision.execute()
    if decision.GROUND and not decision.is_grounded:
        decision.require_grounds(history)
    return decision.new_decisions


def inform(decision: Slice, history: History, book: GuardBook, without: int) -> None:
    """Let a slice see what it asks for, but for the fact at one position."""
    decision.guarded, decision.history = book, history
    decision.asked = decision.consistency_boundary()
    _fold(decision, history.matching(decision.asked, without), history, without)


def _fold(decision: Slice, known: Iterable[Fact], history: History, without: int | None) -> None:
    """Fold what is known, and what the slice asks for further because of it."""
    for fact in known:
        fold = fold_of(decision.__class__, fact.__class__)
        if fold is not None:
            fold(decision, fact)
    if decision.FURTHER and (more := decision.further()):
        decision.asked = [*decision.asked, *more]
        _fold(decision, history.matching(more, without), history, without)


def guard_keys(fact: Fact) -> list[GuardKey]:
    """Every guard row that recording this fact moves."""
    rows = []
    for kind, keys, _ in movers(fact.__class__):
        for key in keys(fact):
            rows.append((kind, key))  # noqa: PERF401 (for a row or two a loop takes half the time)
    return rows


@cache
def is_correction(fact_type: Any) -> bool:
    """Whether facts of this class are corrections."""
    return issubclass(fact_type, Correction)


def _copied(state: Guard) -> Guard:
    return msgspec.msgpack.decode(msgspec.msgpack.encode(state), type=type(state))


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
