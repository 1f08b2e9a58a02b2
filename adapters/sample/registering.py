"""The register of a sample's households: put in when the programme begins, and what becomes of it as the years pass.

A sample of millions does not hold its people. The register goes in block by block; whoever is spoken of later is made
again from the seed, and the vault says who that is. Of a household only its number waits until it leaves poverty.
"""

from __future__ import annotations

from array import array
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from datetime import date, timedelta
from random import Random
from typing import Final, NamedTuple

from taizhang.adapters.house import House
from taizhang.adapters.sample import classes
from taizhang.adapters.sample.desk import SampleDesk
from taizhang.adapters.sample.officers import actor
from taizhang.adapters.sample.people import (
    REGISTRY,
    Made,
    MadeHousehold,
    enter,
    household_id,
    households,
    persons_of,
)
from taizhang.adapters.sample.plan import (
    BLOCK_TRAINEES,
    FIRST_YEAR,
    YEARS,
    Block,
    County,
    PlannedClass,
    blocks,
)
from taizhang.adapters.sample.timetable import Timetable, Work, due, weekly
from taizhang.domain.core import Fact, PersonId
from taizhang.domain.households import Cause, HouseholdExited, HouseholdReturned

REGISTERED: Final = date(2015, 1, 5)  # when the clerks begin to put the register of households in
WORKDAYS: Final = 5
RETURNING: Final = 2  # at most so many trainees of a class have been in an earlier one of the same block
LAST_RETURN: Final = 2020  # nobody comes back into poverty after it
Done = Callable[[int], None]  # is told how many trainees more are so far


class Seats(NamedTuple):
    """Who sits in a class, and who of them is registered poor."""

    persons: Sequence[PersonId]
    poor: frozenset[PersonId]


class Left(NamedTuple):
    """Which households of a county leave poverty in a year, and which of them come back, why: by their numbers."""

    in_year: dict[int, array[int]]
    back: dict[int, list[tuple[int, tuple[Cause, ...]]]]


def register(desk: SampleDesk, timetable: Timetable, county: County, seed: int, done: Done, then: Work) -> Work:
    """Put in the households of everybody who will be trained in a county; what becomes of them begins then, and `then`."""
    left, clerk = Left(defaultdict(lambda: array("L")), defaultdict(list)), actor("clerk", county.code)
    day = REGISTERED + timedelta(days=county.number % WORKDAYS)
    yield due(day)
    for block in blocks(county, seed):
        facts = _entered(desk.house, block, seed, left)
        yield due(day, desk.order(f"{county.code}:{block.number}:register", clerk, facts))
        done(sum(one.trainees for one in block.classes))
    timetable.begin(_left_poverty(desk, county, left), _left_school(desk, county, seed), then)


def seats_of(house: House, one: PlannedClass, before: PlannedClass | None, seed: int) -> Seats:
    """Who sits in a class: its own trainees, and one or two who come again from the class before."""
    own, earlier = _trainees(one, seed), _trainees(before, seed) if before is not None else []
    chance = Random(f"{seed}:{one.id}:again")  # noqa: S311 (a sample is no secret)
    seated = [*own, *chance.sample(earlier, min(len(earlier), chance.randint(0, RETURNING)))]
    persons = persons_of(house, [made for _, made in seated])
    poor = (who for who, (household, _) in zip(persons, seated, strict=True) if household.attribute != "general")
    return Seats(persons, frozenset(poor))


def wishes(house: House, one: PlannedClass, seed: int) -> Iterator[Fact]:
    """What the people of a class wish to learn, unless it stands in the register."""
    if classes.wished_on(one) > REGISTRY:
        made = list(households(one, seed))
        yield from classes.wishes(one, made, _known(house, made))


def _trainees(one: PlannedClass, seed: int) -> list[tuple[MadeHousehold, Made]]:
    return [(of, member) for of in households(one, seed) for member in of.members if member.is_trainee]


def _entered(house: House, block: Block, seed: int, left: Left) -> Iterator[Fact]:
    """What the register says of a block's people, who go into the vault; who leaves poverty later is noted."""
    made = [list(households(one, seed)) for one in block.classes]
    people = [member for listed in made for household in listed for member in household.members]
    entered = enter(house, block.county, seed, people)
    known = {one.number: who for one, who in zip(people, entered, strict=True)}
    persons = {number: who.person for number, who in known.items()}
    for one, listed in zip(block.classes, made, strict=True):
        yield from classes.registered(one, listed, known)
        before = [*classes.leavers(one, listed, persons), *classes.wishes(one, listed, persons)]
        yield from (fact for fact in before if fact.occurred_on <= REGISTRY)
        for household in listed:
            _note(left, household)


def _note(left: Left, household: MadeHousehold) -> None:
    year, number = household.exit_year, household.members[0].number
    if year is not None:
        left.in_year[year].append(number)
        if household.returned and year < LAST_RETURN:
            left.back[year].append((number, household.causes))


def _left_poverty(desk: SampleDesk, county: County, left: Left) -> Work:
    """Each December some households leave poverty; in the next September a few of them are back."""
    clerk, when = actor("clerk", county.code), weekly(county.number % WORKDAYS)
    for year, numbers in sorted(left.in_year.items()):
        day = date(year, 12, 20)
        for part in range(0, len(numbers), BLOCK_TRAINEES):
            of = [household_id(county, number) for number in numbers[part : part + BLOCK_TRAINEES]]
            facts = (HouseholdExited(household=one, exit_year=year, occurred_on=day) for one in of)
            yield due(when(day), desk.order(f"{county.code}:left:{year}:{part}", clerk, facts))
        again = date(year + 1, 9, 1)
        yield due(when(again), desk.order(f"{county.code}:back:{year}", clerk, _back(county, left.back[year], again)))


def _back(county: County, numbers: Sequence[tuple[int, tuple[Cause, ...]]], day: date) -> Iterator[Fact]:
    for number, causes in numbers:
        household = household_id(county, number)
        yield HouseholdReturned(household=household, attribute="poor", causes=causes, occurred_on=day)


def _left_school(desk: SampleDesk, county: County, seed: int) -> Work:
    """Each July: who of the next year's trainees has left school."""
    clerk, when = actor("clerk", county.code), weekly(county.number % WORKDAYS)
    for year in range(FIRST_YEAR + 1, FIRST_YEAR + YEARS):  # those of the first year stand in the register
        day = when(date(year - 1, 7, 2))
        yield due(day)
        for block in blocks(county, seed):
            leaving = [one for one in block.classes if one.kind == "two-after" and one.days[0].year == year]
            facts = [fact for one in leaving for fact in _leavers(desk.house, one, seed)]
            if facts:
                yield due(day, desk.order(f"{county.code}:{block.number}:leavers:{year}", clerk, facts))


def _leavers(house: House, one: PlannedClass, seed: int) -> Iterator[Fact]:
    made = list(households(one, seed))
    return classes.leavers(one, made, _known(house, made))


def _known(house: House, made: Sequence[MadeHousehold]) -> dict[int, PersonId]:
    """Who the members of these households are, by their numbers."""
    people = [member for household in made for member in household.members]
    return dict(zip((one.number for one in people), persons_of(house, people), strict=True))
