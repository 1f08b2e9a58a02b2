"""The posted officials of a sample: made up one by one, and where each is posted. Nobody is meant."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from random import Random
from typing import Final, NamedTuple

from taizhang.adapters.house import House
from taizhang.adapters.sample.people import SYLLABLES, Made, enter
from taizhang.adapters.sample.places import places
from taizhang.adapters.sample.plan import County
from taizhang.domain.core import OrganisationId, PersonId, RegionCode
from taizhang.domain.identity import generate_identity
from taizhang.domain.postings.officials import PersonType, PostingId, PostingKind
from taizhang.domain.regions import VillagePovertyStated

POSTED_EVERY: Final = 5  # each fifth county has posted officials
BEGAN: Final = date(2016, 1, 4)
CITY: Final = "620102"  # where the officials' identity numbers were issued: none of the sample's counties
BORN_FROM, BORN_DAYS = date(1978, 1, 1), 5_800  # born until the end of 1993
FIRST_NUMBER: Final = 9_000_000  # officials are counted apart from trainees
PLACES_A_COUNTY: Final = 40


class Posted(NamedTuple):
    """An official, and the first posting: `place` is a village or the county."""

    number: int
    person: PersonId
    posting: PostingId
    kind: PostingKind
    person_type: PersonType
    home: OrganisationId
    place: RegionCode
    until: date


class Villages(NamedTuple):
    """The villages of a county that were poor when the postings began, and since when each is no more."""

    poor: tuple[RegionCode, ...]
    exits: dict[RegionCode, date]

    def moved_from(self) -> tuple[RegionCode, RegionCode, date] | None:
        """A village that left poverty, one that was poor still, and a day soon after; None where there is no such pair."""
        for village, ended in sorted(self.exits.items(), key=lambda item: (item[1], item[0])):
            day = ended + timedelta(days=20)
            still = [one for one in self.poor if self.exits.get(one, date.max) > day]
            if still:
                return village, still[-1], day
        return None


def villages(county: County, seed: int) -> Villages:
    """What the sample says of the county's villages."""
    stated = [fact for fact in places(county, seed) if isinstance(fact, VillagePovertyStated)]
    poor = tuple(sorted(one.village for one in stated if one.poor and one.occurred_on <= BEGAN))
    return Villages(poor, {one.village: one.occurred_on for one in stated if not one.poor})


def officials(house: House, county: County, seed: int) -> list[Posted]:
    """Everybody who is posted in a county of the sample; the same again changes nothing in the vault."""
    wanted = list(_wanted(county, villages(county, seed)))
    made = [_made(county, seed, place) for place in range(len(wanted))]
    known = enter(house, county, seed, made)
    return [
        Posted(place, who.person, PostingId(f"post-{county.code}-sample-{place + 1:02d}"), *one)
        for place, (who, one) in enumerate(zip(known, wanted, strict=True))
    ]


def of_kind(posted: Sequence[Posted], kind: PostingKind) -> list[Posted]:
    return [one for one in posted if one.kind == kind]


Wanted = tuple[PostingKind, PersonType, OrganisationId, RegionCode, date]


def _wanted(county: County, known: Villages) -> Iterator[Wanted]:
    """The posts: some poor villages have nobody, which is a gap to be seen."""
    poor, code = known.poor, county.code
    hr, agriculture = OrganisationId(f"hr-{code[:4]}00"), OrganisationId(f"agriculture-{code[:4]}00")
    for village in poor[:4]:
        yield "first-secretary", "civil-servant", hr, village, date(2017, 1, 3)
    for village in poor[:3]:
        yield "science-commissioner", "public-institution", agriculture, village, date(2016, 12, 31)
    for _ in range(min(2, len(poor))):
        yield "team-member", "public-institution", agriculture, poor[0], date(2018, 1, 3)
    moving = known.moved_from()
    for village in [*([moving[0]] if moving is not None else []), *poor[1:2]]:
        yield "graduate-official", "graduate", OrganisationId(f"hr-{code}"), village, date(2020, 12, 31)
    if county.contiguous:
        yield "deputy-county-head", "public-institution", agriculture, code, date(2018, 1, 3)
    yield "e-commerce-trainer", "enterprise", OrganisationId(f"sample-school-{code}"), code, date(2016, 12, 31)


def _made(county: County, seed: int, place: int) -> Made:
    number = county.number * PLACES_A_COUNTY + place
    chance = Random(f"{seed}:{county.code}:official:{place}")  # noqa: S311 (a sample is no secret)
    born = BORN_FROM + timedelta(days=number * 37 % BORN_DAYS)
    identity = generate_identity(CITY, born, 100 + number % 800)
    name = "示例" + "".join(chance.choice(SYLLABLES) for _ in range(2))
    fields = {"name": name, "id_number": identity, "phone": f"100{FIRST_NUMBER + number:08d}"}
    return Made(FIRST_NUMBER + number, identity, fields, born, "head", False)
