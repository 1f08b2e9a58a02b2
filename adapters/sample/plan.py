"""What a sample will hold: which counties, how many trainees each, which classes when. Numbers decide, nothing else.

The same number of persons and the same seed give the same plan, class by class: any class can be made again when it is
its turn, so that a sample of millions is held in memory only as far as its classes are under way, and goes on where it
stopped.
"""

from __future__ import annotations

from array import array
from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from functools import cache
from itertools import accumulate, islice, pairwise
from random import Random
from typing import NamedTuple

from taizhang.adapters.preset import gansu
from taizhang.domain.classes import ClassId, ProgrammeKind
from taizhang.domain.core import RegionCode
from taizhang.domain.hours import SessionHours
from taizhang.domain.regions import OldCode, RegionRegistered

PERSONS_A_COUNTY = 25  # below this a county would have no class worth the name
FIRST_YEAR, YEARS, PERIODS, PERIOD_DAYS = 2015, 6, 8, 42  # eight times a year a lane of classes begins
SLOTS = YEARS * PERIODS
STRIDE = 17  # has no divisor in common with SLOTS: a county's first classes fall into different years
STRIDE_BACK = pow(STRIDE, -1, SLOTS)
BLOCK_TRAINEES = 1000  # what is recorded in one go: about 5,000 proposals in its largest order
SESSION_START, SESSION_END = 8 * 60 + 30, 12 * 60 + 30
SUNDAY = 6

Occupation = tuple[str, str]  # its name, which is its code as the papers give it; programme kinds it is taught in
OCCUPATIONS: tuple[Occupation, ...] = (
    ("中式烹调", "labour two-after improvement women"),
    ("焊工", "labour two-after improvement union"),
    ("电工", "labour two-after improvement union"),
    ("家政服务", "labour women improvement"),
    ("砌筑", "labour union improvement"),
    ("缝纫", "labour women two-after"),
    ("设施蔬菜", "practical-talent labour youth-league"),
    ("牛羊养殖", "practical-talent labour youth-league"),
    ("农村电子商务", "e-commerce youth-league women labour"),
    ("扶贫政策与管理", "cadre party-secretary"),
)
SHARES: tuple[tuple[ProgrammeKind, int], ...] = (  # of a hundred classes
    ("labour", 52),
    ("two-after", 12),
    ("improvement", 8),
    ("practical-talent", 8),
    ("e-commerce", 5),
    ("women", 5),
    ("youth-league", 3),
    ("union", 3),
    ("cadre", 2),
    ("party-secretary", 2),
)
OF_THE_58 = frozenset({"practical-talent", "cadre"})  # only in the contiguous counties
SINCE_2018 = frozenset({"improvement"})


class County(NamedTuple):
    """A real county and what the sample puts there."""

    number: int
    code: RegionCode
    contiguous: bool
    old_codes: tuple[OldCode, ...]
    trainees: int


class PlannedClass(NamedTuple):
    """A class to be made: `first_trainee` counts the county's trainees before it; `lane` has one teacher and venue."""

    id: ClassId
    county: County
    ordinal: int
    lane: int
    trainees: int
    first_trainee: int
    seats: int
    kind: ProgrammeKind
    occupation: str
    name: str
    days: tuple[date, ...]

    @property
    def first_of_lane(self) -> bool:
        return self.ordinal % SLOTS == 0

    @property
    def hours(self) -> tuple[SessionHours, ...]:
        return tuple(SessionHours(day, SESSION_START, SESSION_END) for day in self.days)

    @property
    def planned_minutes(self) -> int:
        return len(self.days) * (SESSION_END - SESSION_START)

    @property
    def required_minutes(self) -> int:
        """Four fifths of what is planned."""
        return self.planned_minutes * 4 // 5


class Block(NamedTuple):
    """Classes of one county that are recorded together; no two of them meet on a day."""

    county: County
    number: int
    classes: list[PlannedClass]


class Sizes(NamedTuple):
    """How large a county's classes are, some bytes each: every class can be made from it when its time comes."""

    county: County
    seed: int
    trainees: Sequence[int]  # of each class
    before: Sequence[int]  # the county's trainees before it
    opens_block: Sequence[int]  # 1 where a block begins

    def made(self, ordinal: int) -> PlannedClass:
        """The class of this number."""
        return _class(self.county, self.seed, ordinal, self.trainees[ordinal], self.before[ordinal])

    def in_slot(self, slot: int) -> Iterator[tuple[PlannedClass, PlannedClass | None]]:
        """The classes that begin in a slot, each with the one before it in its block."""
        first = (slot - _slot(self.county, 0)) * STRIDE_BACK % SLOTS
        for ordinal in range(first, len(self.trainees), SLOTS):
            yield self.made(ordinal), None if self.opens_block[ordinal] else self.made(ordinal - 1)


def counties(persons: int, seed: int) -> list[County]:
    """The counties of a sample, each with its share of the trainees; all 75 from 1,875 persons on."""
    chance = Random(f"{seed}:counties")  # noqa: S311 (a sample is no secret)
    known = list(_known())
    chance.shuffle(known)
    chosen = known[: max(1, min(len(known), persons // PERSONS_A_COUNTY))]
    sums = list(accumulate(0.5 + chance.random() for _ in chosen))
    ends = [round(persons * one / sums[-1]) for one in sums]
    return [
        County(number, region.code, region.category == "contiguous", region.old_codes, end - start)
        for number, (region, start, end) in enumerate(zip(chosen, [0, *ends], ends, strict=False))
    ]


def blocks(county: County, seed: int) -> Iterator[Block]:
    """The county's classes, in blocks."""
    sizes = sizes_of(county, seed)
    starts = [ordinal for ordinal, opens in enumerate(sizes.opens_block) if opens]
    for number, (start, end) in enumerate(pairwise([*starts, len(sizes.trainees)])):
        yield Block(county, number, [sizes.made(ordinal) for ordinal in range(start, end)])


def sizes_of(county: County, seed: int) -> Sizes:
    """What the county's classes are made from."""
    trainees, before, opens, first, room, count = array("B"), array("L"), bytearray(), 0, 0, 0
    for size in _sizes(county, seed):
        is_full = room + size > BLOCK_TRAINEES or count == SLOTS
        opens.append(first == 0 or is_full)
        room, count = (size, 1) if is_full else (room + size, count + 1)
        trainees.append(size)
        before.append(first)
        first += size
    return Sizes(county, seed, trainees, before, opens)


def slot_begins(slot: int) -> date:
    """The first day on which a class of this slot may begin; slots follow each other in time."""
    return date(FIRST_YEAR + slot // PERIODS, 1, 15) + timedelta(days=slot % PERIODS * PERIOD_DAYS)


def first_class(county: County, seed: int) -> PlannedClass | None:
    """The county's class number 0, to which the rarer facts are attached."""
    return next(islice(planned_classes(county, seed), 1), None)


def planned_classes(county: County, seed: int) -> Iterator[PlannedClass]:
    """Every class of the county, in order of its number."""
    first = 0
    for ordinal, size in enumerate(_sizes(county, seed)):
        yield _class(county, seed, ordinal, size, first)
        first += size


def _class(county: County, seed: int, ordinal: int, size: int, first: int) -> PlannedClass:
    chance = Random(f"{seed}:{county.code}:{ordinal}")  # noqa: S311
    starts = slot_begins(_slot(county, ordinal)) + timedelta(days=chance.randrange(10))
    year = starts.year
    kind = _kind(chance, county, year)
    occupation, _ = chance.choice([one for one in OCCUPATIONS if kind in one[1].split()])
    return PlannedClass(
        id=ClassId(f"c{county.code}-sample-{year}-{ordinal + 1:05d}"),
        county=county,
        ordinal=ordinal,
        lane=ordinal // SLOTS,
        trainees=size,
        first_trainee=first,
        seats=size + chance.randrange(3, 7),
        kind=kind,
        occupation=occupation,
        name=f"示例{year}年{occupation}培训班{ordinal + 1:05d}",
        days=_teaching_days(starts, chance.randrange(6, 11)),
    )


def _slot(county: County, ordinal: int) -> int:
    return (ordinal * STRIDE + county.number * 7) % SLOTS


def _sizes(county: County, seed: int) -> Iterator[int]:
    chance, left = Random(f"{seed}:{county.code}:sizes"), county.trainees  # noqa: S311
    smallest, largest = (10, 22) if county.trainees < 200 else (24, 42)
    while left > 0:
        size = chance.randint(smallest, largest)
        size = left if left - size < smallest else size
        yield min(size, left, 45)
        left -= min(size, left, 45)


def _kind(chance: Random, county: County, year: int) -> ProgrammeKind:
    allowed = [
        (kind, share)
        for kind, share in SHARES
        if (county.contiguous or kind not in OF_THE_58) and (year >= 2018 or kind not in SINCE_2018)
    ]
    [kind] = chance.choices([kind for kind, _ in allowed], [share for _, share in allowed])
    return kind


def _teaching_days(starts: date, count: int) -> tuple[date, ...]:
    days = (starts + timedelta(days=n) for n in range(2 * count + 2))
    return tuple(islice((day for day in days if day.weekday() != SUNDAY), count))


@cache
def _known() -> tuple[RegionRegistered, ...]:
    """The 75 counties as the preset registers them."""
    return tuple(
        fact
        for fact in gansu()
        if isinstance(fact, RegionRegistered) and fact.level == "county" and fact.category != "none"
    )
