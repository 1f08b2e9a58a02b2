"""A class told again from its facts, through the very fold that makes the ledger: as known and as effective then."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Final, NamedTuple

from taizhang.domain.core import Fact
from taizhang.domain.log import LogReader, StoredFact
from taizhang.projections.ledger import LedgerView, Needs
from taizhang.projections.ledger_memory import Memory, Room
from taizhang.projections.ledger_state import ClassState, Seat, weights
from taizhang.projections.measures import MEASURES
from taizhang.projections.view import Item, PageDecoder

READ_FACTS = 5_000  # facts of one tag in one read


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


def replayed(log: LogReader, training_class: str, cuts: Cuts) -> Room:
    """The class with everybody in it, as known at the recording cut."""
    memory, items, view = _prepared(log, training_class, cuts)
    for item in items:
        view.take(item)
    memory.close()
    return memory.rooms[training_class]


def seat_figures(room: Room, seat: Seat, until: date | None) -> dict[str, int]:
    """Every measure of one person's place in a class, of what took effect until that day."""
    amounts = dict.fromkeys((measure.name for measure in MEASURES), 0)
    last = until.isoformat() if until is not None else None
    for (day, place), amount in weights(room.state, seat).items():
        if last is None or day <= last:
            amounts[MEASURES[place].name] += amount
    return amounts | {measure.poor: amounts[measure.name] if seat.poor else 0 for measure in MEASURES}


def effects(log: LogReader, training_class: str, column: str, cuts: Cuts, after: int = 0) -> Iterator[Effect]:
    """Which facts changed this measure's figure of the class, and by how much, oldest first.

    `column` is a measure's column, of all trainees or of registered poor ones; facts recorded until `after` (UTC
    microseconds) are left out. The changes sum up to the figure, whichever cuts are asked for.
    """
    memory, items, view = _prepared(log, training_class, cuts)
    columns = (*(m.name for m in MEASURES), *(m.poor for m in MEASURES))
    place = 1 + columns.index(column)
    last = cuts.as_effective_on.isoformat() if cuts.as_effective_on is not None else None
    before = 0
    for item in items:
        view.take(item)
        memory.close()
        total = sum(
            row[place] for rows in memory.deltas.values() for day, row in rows.items() if last is None or day <= last
        )
        if total != before and item.recorded_at > after:
            yield Effect(item.position, item.recorded_at, total - before)
        before = total


def _prepared(log: LogReader, training_class: str, cuts: Cuts) -> tuple[Memory, list[Item], LedgerView]:
    """The facts that make the class what it is, in order, and an empty memory that can fold them."""
    view = LedgerView()
    decoder = PageDecoder(view.wants())
    facts = {item.position: item for item in decoder.items(_tagged(log, f"class:{training_class}"))}
    needs = view.needs(item.fact for item in facts.values())
    persons, households = needs.persons, set[str]()
    for _ in range(2):  # persons name households and other ids of theirs; those name persons
        found = _register_facts(log, decoder, persons, households)
        facts |= {item.position: item for item in found}
        more = view.needs(item.fact for item in found)
        persons, households = persons | more.judged, households | more.households
    ordered = [item for _, item in sorted(facts.items()) if _known(item, cuts)]
    return _empty(view, training_class, view.needs(item.fact for item in ordered)), ordered, view


def _register_facts(log: LogReader, decoder: PageDecoder, persons: set[str], households: set[str]) -> list[Item]:
    tags = [*(f"person:{one}" for one in sorted(persons)), *(f"household:{one}" for one in sorted(households))]
    items = [item for tag in tags for item in decoder.items(_tagged(log, tag))]
    return [item for item in items if not _of_a_class(item.fact)]


def _empty(view: LedgerView, training_class: str, needs: Needs) -> Memory:
    memory = view.memory
    memory.groups = {}
    everybody = needs.persons | needs.judged
    memory.rooms = {one: Room(ClassState(one, 0, 0), stored=False) for one in needs.classes | {training_class}}
    memory.spans = {person: {} for person in everybody}
    memory.register.begin(everybody, needs.households)
    return memory


def _of_a_class(fact: Fact) -> bool:
    return hasattr(getattr(fact, "was", fact), "training_class")


def _known(item: Item, cuts: Cuts) -> bool:
    return cuts.as_recorded_at is None or item.recorded_at <= cuts.as_recorded_at


def _tagged(log: LogReader, tag: str) -> list[StoredFact]:
    found: list[StoredFact] = []
    while True:
        page = log.tagged(tag, found[-1].position if found else 0, READ_FACTS)
        found += page
        if len(page) < READ_FACTS:
            return found
