"""Many proposals of one kind judged by one of them: a roster's rows differ in little more than the person.

A slice that names in `ALIKE` what it looks at beside the person promises of facts that are alike in this and about
different people: their tags, guard rows and boundary differ in the person alone; while nothing stands within the boundary
of either, and neither has a guard row of its own, they are decided alike; and what others of such kinds do to the other
guard rows makes a decision harder, never easier (a seat that was taken makes no room). So what may be recorded last may be
recorded first, and the last of each kind is judged for all (docs/adr/0010; tests/properties/test_together.py compares).

Whoever stands in two rows, has ids that were merged, or is known already, is judged alone; and where the last of a kind
is refused, each of its kind is.
"""

from __future__ import annotations

from collections.abc import Container, Iterator, Sequence, Set
from datetime import date
from functools import cache
from operator import attrgetter
from typing import Any, NamedTuple

from taizhang.domain.alike import Alike
from taizhang.domain.boundary import GuardBook, GuardKey, History, Trial, Watched, guard_keys, movers
from taizhang.domain.core import Actor, Fact, Refusal, RegionCode
from taizhang.domain.decisions import Deciding, Proposal, names_approver, slice_for

FEW = 6  # fewer in a row are decided one by one: to judge one for all pays only where there are more
Kind = tuple[type[Fact], Any]  # a class of facts, and what a decision about it looks at beside the person
_NOBODY: frozenset[str] = frozenset()
Persons = dict[
    type[Fact], set[str]
]  # about whom facts of a class were recorded in the batch, and are not in the history


class Boundary(NamedTuple):
    """What many proposals read together: facts of any of these types with any of these tags."""

    types: tuple[type[Fact], ...]
    tags: list[str]


class Stretch(NamedTuple):
    """Proposals in a row, each about somebody of whom nothing is known."""

    start: int
    end: int
    persons: Persons


class Judged(NamedTuple):
    """What became of a stretch: the book as it then stands, and each fact's tags. Or: the kinds that were refused."""

    book: Trial
    tags: list[list[str]]
    refused: Set[Kind]


class Together:
    """Of an officer's proposals those that are judged by one of their kind."""

    def __init__(self, items: Sequence[Any], by: Actor) -> None:
        self._items, self._by = items, by
        self.kinds: list[Kind | None] = _kinds(items)  # of each item; None: it is decided for itself
        self._places: dict[Kind, list[int]] = {}
        for place, kind in enumerate(self.kinds):
            if kind is not None:
                if kind in self._places:
                    self._places[kind].append(place)
                else:
                    self._places[kind] = [place]
        self._first = {kind: Deciding(items[places[0]], by) for kind, places in self._places.items()}
        self._types: dict[Kind, tuple[type[Fact], ...]] = {}  # of facts within the boundary
        self._watched: dict[Kind, list[type[Fact]]] = {}  # those of them that are recorded together

    def counties(self) -> set[RegionCode | None]:
        """The counties whose seals bind them."""
        return {first.county for first in self._first.values()}

    def rows(self) -> Iterator[GuardKey]:
        """The guard rows to read for all of them."""
        for kind, first in self._first.items():
            own, shared = _parted(first)
            yield from shared
            for name in own:
                yield from [(name, person) for person in self._persons(kind)]

    def let_go(self, book: GuardBook) -> list[int]:
        """The places of those who have guard rows of their own and so leave, to be decided alone."""
        names = {name for name, _ in book}
        gone: list[int] = []
        for kind, first in self._first.items():
            own = [name for name in _parted(first)[0] if name in names]
            if own:
                here = {p for p in self._places[kind] if any((name, self._person(p)) in book for name in own)}
                self._places[kind] = [place for place in self._places[kind] if place not in here]
                gone += sorted(here)
        for place in gone:
            self.kinds[place] = None
        return gone

    def boundaries(self, watched: Watched) -> list[Boundary]:
        """The facts to read for all of them; asked once who has rows of their own has left."""
        found: dict[tuple[type[Fact], ...], list[str]] = {}
        classes = {kind[0] for kind in self._places}
        for kind, places in self._places.items():
            if places:
                first = self._items[places[0]]
                [asked] = Deciding(first, self._by).selectors(watched)
                assert list(asked.tags) == [_tag(first.fact.person)], "its boundary is about the person alone"
                assert kind[0] in asked.types, "whoever stands in two rows is found by it"
                moved = [key for _, key in guard_keys(first.fact)]
                assert first.fact.person not in moved, "it moves rows that all of its kind share"
                types: tuple[Any, ...] = tuple(asked.types)
                self._types[kind] = types
                self._watched[kind] = [one for one in classes if one in types]
                found.setdefault(types, []).extend(map(_tag, self._persons(kind)))
        return [Boundary(types, tags) for types, tags in found.items()]

    def stretch(self, start: int, apart: Container[Kind], taken: Persons, history: History) -> Stretch:
        """The proposals from `start` on before the first that must be decided for itself.

        `taken` are the people of earlier stretches whose facts the history does not have yet.
        """
        here: Persons = {}
        for place in range(start, len(self.kinds)):
            kind = self.kinds[place]
            if kind is None or kind in apart:
                return Stretch(start, place, here)
            person = self._items[place].fact.person
            for one in self._watched[kind]:
                if person in here.get(one, _NOBODY) or person in taken.get(one, _NOBODY):
                    return Stretch(start, place, here)
            if history.is_known(self._types[kind], _tag(person)):
                return Stretch(start, place, here)
            if kind[0] in here:
                here[kind[0]].add(person)
            else:
                here[kind[0]] = {person}
        return Stretch(start, len(self.kinds), here)

    def judged(
        self, stretch: Stretch, number: int, history: History, book: GuardBook, today: date, alike: Alike
    ) -> Judged:
        """Judge the last of each kind in the stretch, with all the others recorded; `number` is the first one's place.

        Who moves a guard row last is the last of its kind, so the rows know whom to name.
        """
        places = range(stretch.start, stretch.end)
        last: dict[Kind, int] = {}
        for place in places:
            last[self.kinds[place]] = place  # type: ignore[index]
        trial, judges = Trial(book), sorted(last.values())
        others: dict[Kind, list[Any]] = {kind: [] for kind in last if movers(kind[0])}
        for place in set(places).difference(judges):
            kind = self.kinds[place]
            if kind in others:
                others[kind].append(self._items[place].fact)
        for facts in others.values():
            trial.apply_alike(facts)
        patterns: dict[Kind, _Pattern] = {}
        for place in judges:
            proposal = self._items[place]
            try:
                [tagged] = Deciding(proposal, self._by).decide(history, trial, today, alike)
            except Refusal:
                continue
            assert tagged.decision is proposal.fact, "what is decided alike is recorded as it was proposed"
            patterns[self.kinds[place]] = _Pattern.of(tagged.tags, _tag(self._person(place)))  # type: ignore[index]
            trial.apply(proposal.fact, number + place - stretch.start)
        refused = last.keys() - patterns.keys()
        tags = [] if refused else [patterns[self.kinds[p]].tags(self._items[p].fact.person) for p in places]  # type: ignore[index]
        return Judged(trial, tags, refused)

    def _person(self, place: int) -> str:
        person: str = self._items[place].fact.person
        return person

    def _persons(self, kind: Kind) -> list[str]:
        items = self._items
        return [items[place].fact.person for place in self._places[kind]]


class _Pattern(NamedTuple):
    """The sorted tags of one kind, and at which of them the person's stands."""

    like: list[str]
    at: int

    @classmethod
    def of(cls, tags: Sequence[str], own: str) -> _Pattern:
        return cls(sorted(tags), sorted(tags).index(own))

    def tags(self, person: str) -> list[str]:
        tags = self.like.copy()
        tags[self.at] = _tag(person)
        return tags


def _kinds(items: Sequence[Any]) -> list[Kind | None]:
    kinds: list[Kind | None] = [_kind(item) if item.__class__ is Proposal else None for item in items]
    return kinds if len(kinds) - kinds.count(None) >= FEW else [None] * len(kinds)


def _kind(proposal: Proposal) -> Kind | None:
    fact = proposal.fact
    look = _what_is_looked_at(fact.__class__)
    if look is None or not (proposal.amend is None and proposal.addition is None and proposal.enclosed is None):
        return None
    return fact.__class__, look(fact)


@cache
def _what_is_looked_at(fact_type: type[Fact]) -> attrgetter[Any] | None:
    decision = slice_for(fact_type)
    if not decision.ALIKE:
        return None
    assert not names_approver(fact_type)
    assert not decision.FURTHER
    return attrgetter(*decision.ALIKE)


def _parted(first: Deciding) -> tuple[list[str], list[GuardKey]]:
    """The kinds of guard rows that each person has of their own, and the rows that all of a kind share."""
    person, rows = first.proposal.fact.person, first.rows()  # type: ignore[attr-defined]
    return [name for name, key in rows if key == person], [row for row in rows if row[1] != person]


def _tag(person: str) -> str:
    return f"person:{person}"
