"""A class told again from its facts, through the very fold that makes the ledger: as known and as effective then."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import date
from typing import Final, NamedTuple

from taizhang.domain.core import Correction, Fact
from taizhang.domain.log import LogReader, StoredFact
from taizhang.domain.people import PersonsMerged, PersonsSeparated
from taizhang.projections.ledger import LedgerView
from taizhang.projections.ledger_memory import Memory, Room
from taizhang.projections.ledger_state import ClassState, Seat, weights
from taizhang.projections.measures import MEASURES
from taizhang.projections.view import Item, PageDecoder

READ_FACTS = 5_000  # facts of one tag in one read
MERGES: Final = (PersonsMerged, PersonsSeparated)
Counts = Callable[[str, str, str], bool]  # county, programme kind, effective day


class Cuts(NamedTuple):
    """What was known at a moment (UTC microseconds), of what was so on a day; None: everything."""

    as_recorded_at: int | None = None
    as_effective_on: date | None = None

    @property
    def none(self) -> bool:
        """Whether this is simply what is known now."""
        return self.as_recorded_at is None and self.as_effective_on is None


NOW: Final = Cuts()


class Effect(NamedTuple):
    """By how much one fact changed a figure; `recorded_at` in UTC microseconds."""

    position: int
    recorded_at: int
    change: int


class Told(NamedTuple):
    """A class as known at a recording time, and which ids were known to be one person."""

    room: Room
    group: Callable[[str], tuple[str, ...]]


def replayed(log: LogReader, training_class: str, cuts: Cuts, persons: frozenset[str] | None = None) -> Told:
    """The class with everybody in it, or only these persons, as known at the recording cut."""
    memory, items, view = _prepared(log, training_class, cuts, persons=persons)
    for item in items:
        view.take(item)
    memory.close()
    return Told(memory.rooms[training_class], memory.group)


def seat_figures(room: Room, seat: Seat, until: date | None) -> dict[str, int]:
    """Every measure of one person's place in a class, of what took effect until that day."""
    amounts = dict.fromkeys((measure.name for measure in MEASURES), 0)
    last = until.isoformat() if until is not None else None
    for (day, place), amount in weights(room.state, seat).items():
        if last is None or day <= last:
            amounts[MEASURES[place].name] += amount
    return amounts | {measure.poor: amounts[measure.name] if seat.poor else 0 for measure in MEASURES}


def effects(
    log: LogReader,
    training_class: str,
    column: str,
    cuts: Cuts,
    after: int = 0,
    counts: Counts | None = None,
    view: LedgerView | None = None,
) -> Iterator[Effect]:
    """Which facts changed this measure's figure of the class, and by how much, oldest first.

    `column` is a measure's column, of all trainees or of registered poor ones; facts recorded until `after` (UTC
    microseconds) are left out. `counts` chooses the county, programme kind and days that count. The changes sum up to
    the figure, whichever cuts are asked for. A `view` without tables of its own may be lent again and again.
    """
    memory, items, view = _prepared(log, training_class, cuts, view)
    columns = (*(m.name for m in MEASURES), *(m.poor for m in MEASURES))
    place = 1 + columns.index(column)
    last = cuts.as_effective_on.isoformat() if cuts.as_effective_on is not None else "9999"
    settled, before, at = 0, 0, -1  # settled: of the recording times that are over
    for item in items:
        if item.recorded_at != at:
            settled, at = before, item.recorded_at
            memory.settle()
        view.take(item)
        memory.close()
        total = settled + sum(
            row[place]
            for ((own, county, _, kind), _), rows in memory.deltas.items()
            if own == training_class  # a correction may move a place into another class
            for day, row in rows.items()
            if day <= last and (counts is None or counts(county, kind, day))
        )
        if total != before and item.recorded_at > after:
            yield Effect(item.position, item.recorded_at, total - before)
        before = total


def _prepared(
    log: LogReader,
    training_class: str,
    cuts: Cuts,
    view: LedgerView | None = None,
    persons: frozenset[str] | None = None,
) -> tuple[Memory, list[Item], LedgerView]:
    """The facts that make the class what it is, in order, and an empty memory that can fold them.

    With `persons` only what they did there.
    """
    view = view or LedgerView()
    decoder = PageDecoder(view.wants())
    items: list[Item] = decoder.items(tagged(log, f"class:{training_class}"))
    if persons is not None:
        items = [item for item in items if not persons.isdisjoint(mine := _persons_of(item.fact)) or not mine]
    items += about_persons(log, decoder, {person for item in items for person in _persons_of(item.fact)})
    ordered = known(items, cuts)
    return memory_for(view, {training_class}, ordered), ordered, view


def about_persons(log: LogReader, decoder: PageDecoder, persons: Iterable[str]) -> list[Item]:
    """What decides who these persons are and whether they are poor: merges, memberships, and their households.

    Persons name other ids of theirs, and every id its households.
    """
    found: dict[int, Item] = {}
    households: set[str] = set()
    asked: set[str] = set()
    wanted = set(persons)
    while wanted:
        asked |= wanted
        items = [item for one in sorted(wanted) for item in decoder.items(tagged(log, f"person:{one}"))]
        items = [item for item in items if not _of_a_class(item.fact)]
        found |= {item.position: item for item in items}
        bodies = [body for item in items for body in bodies_of(item.fact)]
        ids = {one for body in bodies if isinstance(body, MERGES) for one in _ids_of(body)}
        households |= {one for body in bodies if not isinstance(body, MERGES) for one in _households_of(body)}
        wanted = ids - asked
    for one in sorted(households):
        found |= {item.position: item for item in decoder.items(tagged(log, f"household:{one}"))}
    return list(found.values())


def memory_for(view: LedgerView, classes: set[str], items: Sequence[Item]) -> Memory:
    """The view's memory, empty, with room for all that these facts are about."""
    memory, needs = view.memory, view.needs(item.fact for item in items)
    memory.forget()
    memory.groups = {}
    everybody = needs.persons | needs.judged
    memory.rooms = {one: Room(ClassState(one, 0, 0), stored=False) for one in needs.classes | classes}
    memory.spans = {person: {} for person in everybody}
    memory.register.begin(everybody, needs.households)
    return memory


def bodies_of(fact: Fact) -> list[Fact]:
    """The fact, or both bodies of a correction."""
    if isinstance(fact, Correction):
        return [body for body in (fact.was, fact.now) if body is not None]
    return [fact]


def _persons_of(fact: Fact) -> set[str]:
    """Whose fact of a class it is; nobody's when it is the whole class's."""
    return {person for body in bodies_of(fact) if (person := getattr(body, "person", None)) is not None}


def _ids_of(body: Fact) -> list[str]:
    return [tag.removeprefix("person:") for tag in body.tags()]


def _households_of(body: Fact) -> list[str]:
    return [tag.removeprefix("household:") for tag in body.tags() if tag.startswith("household:")]


def _of_a_class(fact: Fact) -> bool:
    return hasattr(getattr(fact, "was", fact), "training_class")


def known(items: Iterable[Item], cuts: Cuts) -> list[Item]:
    """Each fact once, in order, as far as known at the recording cut."""
    until = cuts.as_recorded_at
    found = {item.position: item for item in items if until is None or item.recorded_at <= until}
    return [found[position] for position in sorted(found)]


def tagged(log: LogReader, tag: str) -> list[StoredFact]:
    """Every fact that bears the tag, in order."""
    found: list[StoredFact] = []
    while True:
        page = log.tagged(tag, found[-1].position if found else 0, READ_FACTS)
        found += page
        if len(page) < READ_FACTS:
            return found
