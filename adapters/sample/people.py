"""The people of a sample: made up one by one from a number, labelled, with identity numbers whose check digit is right.

Nobody is meant. Every name begins with 示例, every phone number with digits that no network has given out.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from random import Random
from typing import NamedTuple

from taizhang.adapters.house import House
from taizhang.adapters.sample.plan import County, PlannedClass
from taizhang.adapters.vault.vault import Statement
from taizhang.domain.core import Commitments, PersonId, RegionCode
from taizhang.domain.households import Attribute, Cause, HouseholdId
from taizhang.domain.identity import generate_identity, parse_identity

SYLLABLES = "安宁平和春夏秋冬东西南北山川云月星辰松柏梅兰竹菊金玉石泉"
REGISTRY = date(2014, 12, 31)  # when the register of poor households was made up
TOWNSHIPS, VILLAGES = 3, 3  # of a county; of a township
ADULT_FROM, ADULT_DAYS = date(1958, 1, 1), 14_600  # born until the end of 1997
SCHOOL_LEAVER_DAYS = 365  # 18 years old in the year of the class; so each year has birthdays of its own
SCHOOL_LEAVER_NUMBERS = 100  # sequence numbers below are adults'
NUMBERS_FROM_1984 = 1984  # numbers were first given out
DOUBLE_NUMBERS = 998  # sequence numbers of persons registered twice
CAUSES: tuple[Cause, ...] = ("illness", "schooling", "no-skill", "no-labour", "no-money", "disability")
POOR: tuple[Attribute, ...] = ("poor", "poor", "poor", "poor-minimum-living")
BETTER_OFF = frozenset({"cadre", "party-secretary"})  # kinds whose trainees are seldom registered poor


class Made(NamedTuple):
    """A made-up person; `relation` is to the head of the household."""

    number: int
    identity: str
    fields: dict[str, str]
    born: date
    relation: str
    is_trainee: bool


class MadeHousehold(NamedTuple):
    """A made-up household with its members, trainees first."""

    id: HouseholdId
    village: RegionCode
    attribute: Attribute
    causes: tuple[Cause, ...]
    exit_year: int | None
    returned: bool
    members: tuple[Made, ...]


class Known(NamedTuple):
    """A person as the log may know them: the random id, the statement's id, and the commitments."""

    person: PersonId
    statement: str
    commitments: Commitments


def township_code(county: County, number: int) -> RegionCode:
    return RegionCode(f"{county.code}9{number + 1:02d}")


def village_code(county: County, number: int) -> RegionCode:
    """The village of this number, counted through the townships."""
    return RegionCode(f"{township_code(county, number // VILLAGES)}{number % VILLAGES + 1:03d}")


def households(one: PlannedClass, seed: int) -> Iterator[MadeHousehold]:
    """The households of everybody who first sits in this class."""
    chance = Random(f"{seed}:{one.id}:people")  # noqa: S311 (a sample is no secret)
    number, end = one.first_trainee, one.first_trainee + one.trainees
    while number < end:
        trainees = min(chance.choice((1, 1, 1, 2)), end - number)
        yield _household(one, chance, number, trainees)
        number += trainees


def double(one: PlannedClass, seed: int) -> tuple[Made, Made]:
    """The class's first trainee, and the same person as somebody registered them again under another number."""
    first = next(households(one, seed)).members[0]
    sequence = DOUBLE_NUMBERS + int(first.identity[16]) % 2
    identity = generate_identity(one.county.code, first.born, sequence)
    return first, first._replace(identity=identity, fields={**first.fields, "id_number": identity})


def enter(house: House, county: County, seed: int, people: Sequence[Made]) -> list[Known]:
    """Put these people into the vault; what the log may hold of each. The same people again change nothing."""
    identified = house.vault.identify([parse_identity(one.identity) for one in people])
    statements = [f"sample-{seed}-{county.code}-{one.identity[-4:]}-{one.number}" for one in people]
    persons = [found.person for found in identified]
    stated = zip(persons, people, statements, strict=True)
    house.vault.state([Statement(person, one.fields, name) for person, one, name in stated], house.clock())
    asked = [(person, name, one.fields) for person, name, one in zip(persons, statements, people, strict=True)]
    return [Known(*one) for one in zip(persons, statements, house.vault.commit(asked), strict=True)]


def persons_of(house: House, people: Sequence[Made]) -> list[PersonId]:
    """Who these people are, who were put into the vault before."""
    found = house.vault.find([parse_identity(one.identity) for one in people])
    return [person for person in found if person is not None]


def household_id(county: County, number: int) -> HouseholdId:
    """The household whose first trainee has this number."""
    return HouseholdId(f"sample-h{county.code}-{number + 1:06d}")


def _household(one: PlannedClass, chance: Random, number: int, trainees: int) -> MadeHousehold:
    poor = chance.random() < (0.1 if one.kind in BETTER_OFF else 0.78)
    leaves = poor and chance.random() < 0.7
    members = [_person(one, chance, number + index, True, index) for index in range(trainees)]
    if one.kind == "two-after" or chance.random() < 0.25:  # somebody who is never trained
        members.append(_person(one, chance, number + one.county.trainees, False, trainees))
    return MadeHousehold(
        id=household_id(one.county, number),
        village=village_code(one.county, chance.randrange(TOWNSHIPS * VILLAGES)),
        attribute=chance.choice(POOR) if poor else "general",
        causes=tuple(sorted(chance.sample(CAUSES, chance.randint(1, 2)))) if poor else (),
        exit_year=chance.randint(2016, 2020) if leaves else None,
        returned=leaves and chance.random() < 0.02,
        members=tuple(members),
    )


def _person(one: PlannedClass, chance: Random, number: int, is_trainee: bool, place: int) -> Made:
    male = chance.random() < 0.52
    born, sequence = _birth(one, number, is_trainee, male)
    identity = generate_identity(_issued_in(one.county, born), born, sequence)
    name = "示例" + "".join(chance.choice(SYLLABLES) for _ in range(2))
    fields = {
        "name": name,
        "id_number": identity,
        "phone": f"100{number % 10**8:08d}",
        "education": chance.choice(("小学", "初中", "初中", "高中", "中专")),
        "ethnicity": chance.choice(("汉族",) * 8 + ("回族", "藏族", "东乡族")),
    }
    leaver = one.kind == "two-after"  # then the head is the parent, whom nobody trains
    relation = "head" if (place == 0) != leaver and is_trainee != leaver else chance.choice(("spouse", "child"))
    relation = "child" if leaver and is_trainee else relation
    return Made(number, identity, fields, born, relation, is_trainee)


def _birth(one: PlannedClass, number: int, is_trainee: bool, male: bool) -> tuple[date, int]:
    """A birthday and a sequence number that no other person of the county has."""
    if one.kind == "two-after" and is_trainee:
        year = one.days[0].year
        turn, day = divmod(number // 2, SCHOOL_LEAVER_DAYS)
        sequence = SCHOOL_LEAVER_NUMBERS + 2 * turn + number % 2  # girls and boys in turn: odd numbers are male
        assert sequence < DOUBLE_NUMBERS, "more school leavers in one county than numbers"
        return date(year - 19, 1, 1) + timedelta(days=day), sequence
    turn, day = number // ADULT_DAYS, number * 7919 % ADULT_DAYS
    assert 2 * turn + 1 < SCHOOL_LEAVER_NUMBERS, "more people in one county than numbers"
    return ADULT_FROM + timedelta(days=day), 2 * turn + male


def _issued_in(county: County, born: date) -> str:
    """The county's code when the number was given out: at birth, or in 1984 when numbers began."""
    year = max(born.year, NUMBERS_FROM_1984)
    for old in county.old_codes:
        if old.until_year is not None and (old.since_year or 0) <= year <= old.until_year:
            return old.code
    return county.code
