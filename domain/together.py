"""Many proposals of one kind judged by one of them: a roster's rows differ in little more than the person.

A slice that names in `ALIKE` what it looks at beside the person promises of facts that are alike in this and about
different people: their tags, guard rows and boundary differ in the person alone; while nothing stands within the boundary
of either, and neither has a guard row of its own, they are decided alike; and what others of such kinds do to the other
guard rows makes a decision harder, never easier (a seat that was taken makes no room). What must stand about each person
(`GROUND`: the registration) is looked for person by person. So what may be recorded last may be recorded first, and the last of each kind is judged for all (docs/adr/0010; tests/properties/test_together.py compares).

Whoever stands in two rows, has ids that were merged, or is known already, is judged alone; and where the last of a kind
is refused, each of its kind is.
"""

from __future__ import annotations

from bisect import bisect_left
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
Persons = dict[
    type[Fact], set[str]
]  # about whom facts of a class were recorded in the batch, and are not in the history


class Kind:
    """Proposals that are alike: facts of one class in which a decision sees nothing different but the person."""

    __slots__ = ("fact_type", "first", "ground", "met", "places", "types")

    def __init__(self, first: Deciding) -> None:
        self.first, self.fact_type = first, first.proposal.fact.__class__
        self.ground = first.slice.GROUND
        self.places: list[int] = []  # of its items, in order
        self.types: tuple[type[Fact], ...] = ()  # of facts within the boundary
        self.met: list[type[Fact]] = []  # those of them that are recorded together; its own stands first

    def within(self, start: int, end: int) -> list[int]:
        """Its places from `start` on and before `end`."""
        return self.places[bisect_left(self.places, start) : bisect_left(self.places, end)]


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
        self.kinds = _kinds(items, by)  # of each item; None: it is decided for itself
        self._all = [kind for kind in dict.fromkeys(self.kinds) if kind is not None]
        self._persons: list[str] = [
            "" if kind is None else item.fact.person for kind, item in zip(self.kinds, items, strict=True)
        ]
        self._tags = [f"person:{person}" for person in self._persons]

    def counties(self) -> set[RegionCode | None]:
        """The counties whose seals bind them."""
        return {kind.first.county for kind in self._all}

    def rows(self) -> Iterator[GuardKey]:
        """The guard rows to read for all of them."""
        for kind in self._all:
            own, shared = _parted(kind.first)
            yield from shared
            for name in own:
                yield from [(name, self._persons[place]) for place in kind.places]

    def let_go(self, book: GuardBook) -> list[int]:
        """The places of those who have guard rows of their own and so leave, to be decided alone."""
        names = {name for name, _ in book}
        gone: list[int] = []
        for kind in self._all:
            own = [name for name in _parted(kind.first)[0] if name in names]
            if own:
                here = {p for p in kind.places if any((name, self._persons[p]) in book for name in own)}
                kind.places = [place for place in kind.places if place not in here]
                gone += sorted(here)
        for place in gone:
            self.kinds[place] = None
        return gone

    def boundaries(self, watched: Watched) -> list[Boundary]:
        """The facts to read for all of them; asked once who has rows of their own has left."""
        found: dict[tuple[type[Fact], ...], list[str]] = {}
        classes = dict.fromkeys(kind.fact_type for kind in self._all)
        for kind in self._all:
            if kind.places:
                place = kind.places[0]
                first = self._items[place]
                [asked] = Deciding(first, self._by).selectors(watched)
                assert list(asked.tags) == [self._tags[place]], "its boundary is about the person alone"
                assert kind.fact_type in asked.types, "whoever stands in two rows is found by it"
                moved = [key for _, key in guard_keys(first.fact)]
                assert self._persons[place] not in moved, "it moves rows that all of its kind share"
                types: tuple[Any, ...] = tuple(asked.types)
                kind.types = tuple(one for one in types if one not in kind.ground)
                within = [one for one in classes if one in kind.types and one is not kind.fact_type]
                kind.met = [kind.fact_type, *within]
                found.setdefault(types, []).extend([self._tags[place] for place in kind.places])
        return [Boundary(types, tags) for types, tags in found.items()]

    def stretch(self, start: int, apart: Container[Kind], taken: Persons, history: History) -> Stretch:
        """The proposals from `start` on before the first that must be decided for itself.

        `taken` are the people of earlier stretches whose facts the history does not have yet. Whose ground stands
        neither in the history nor before them in the batch is not among them.
        """
        kinds, persons, tags, known = self.kinds, self._persons, self._tags, history.tags()
        here: Persons = {}
        met: dict[Kind, list[set[str]]] = {}  # people about whom what a kind looks at was said; its own stand first
        ground: dict[Kind, list[set[str]]] = {}  # people of whom the ground was recorded in this batch
        for place in range(start, len(kinds)):
            kind = kinds[place]
            if kind is None or kind in apart:
                return Stretch(start, place, here)
            if kind not in met:
                met[kind] = [here.setdefault(one, set()) for one in kind.met]
                met[kind] += [taken[one] for one in kind.met if one in taken]
                ground[kind] = [here.setdefault(one, set()) for one in kind.ground]
                ground[kind] += [taken[one] for one in kind.ground if one in taken]
            person = persons[place]
            for people in met[kind]:
                if person in people:
                    return Stretch(start, place, here)
            if tags[place] in known and history.is_known(kind.types, tags[place]):
                return Stretch(start, place, here)
            if kind.ground and not (
                any(person in people for people in ground[kind]) or history.is_known(kind.ground, tags[place])
            ):
                return Stretch(start, place, here)
            met[kind][0].add(person)
        return Stretch(start, len(kinds), here)

    def judged(
        self, stretch: Stretch, number: int, history: History, book: GuardBook, today: date, alike: Alike
    ) -> Judged:
        """Judge the last of each kind in the stretch, with all the others recorded; `number` is the first one's place.

        Who moves a guard row last is the last of its kind, so the rows know whom to name.
        """
        start, end, _ = stretch
        groups = {kind: here for kind in self._all if (here := kind.within(start, end))}
        trial, refused = Trial(book), set[Kind]()
        for kind, places in groups.items():
            if movers(kind.fact_type):
                trial.apply_alike([self._items[place].fact for place in places[:-1]])
        tags: list[list[str]] = [[]] * (end - start)
        for kind, places in sorted(groups.items(), key=_last_place):
            proposal = self._items[places[-1]]
            deciding = Deciding(proposal, self._by)
            deciding.slice.is_grounded = True  # `stretch` saw the ground of each
            try:
                [tagged] = deciding.decide(history, trial, today, alike)
            except Refusal:
                refused.add(kind)
                continue
            assert tagged.decision is proposal.fact, "what is decided alike is recorded as it was proposed"
            trial.apply(proposal.fact, number + places[-1] - start)
            like = sorted(tagged.tags)
            at = like.index(self._tags[places[-1]])  # where the person's own stands
            before, after = like[:at], like[at + 1 :]
            for place in places:
                tags[place - start] = [*before, self._tags[place], *after]
        return Judged(trial, [] if refused else tags, refused)


def _last_place(group: tuple[Kind, list[int]]) -> int:
    return group[1][-1]


def _kinds(items: Sequence[Any], by: Actor) -> list[Kind | None]:
    """The kind of each item, those of one kind under one object; None where too few are alike in anything."""
    found: dict[Any, Kind] = {}
    kinds: list[Kind | None] = []
    for place, item in enumerate(items):
        kind = None
        if item.__class__ is Proposal and item.amend is None and item.addition is None and item.enclosed is None:
            fact = item.fact
            look = _what_is_looked_at(fact.__class__)
            if look is not None:
                alike = (look, look(fact))
                kind = found.get(alike)
                if kind is None:
                    kind = found[alike] = Kind(Deciding(item, by))
                kind.places.append(place)
        kinds.append(kind)
    return kinds if len(kinds) - kinds.count(None) >= FEW else [None] * len(kinds)


@cache
def _what_is_looked_at(fact_type: type[Fact]) -> attrgetter[Any] | None:
    """How to see in a fact what its decision sees beside the person; one getter for each class, and so its name too."""
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
