"""Made-up officials and their postings, for tests: nobody in it is real."""

from __future__ import annotations

from datetime import date
from typing import Any

from taizhang.domain.core import Actor, Fact, OfficerId, OrganisationId, PersonId, Position, RegionCode
from taizhang.domain.decisions import Amend
from taizhang.domain.officers import OfficerAppointed
from taizhang.domain.postings.appraisals import (
    FigureNamed,
    NegativeListEntered,
    NegativeListLifted,
    OfficialAppraised,
    OfficialPromoted,
)
from taizhang.domain.postings.duty import DutyRecorded, LeaveTaken, VillageWorkRecorded
from taizhang.domain.postings.officials import (
    OfficialPosted,
    OfficialRecalled,
    OfficialSelected,
    OfficialTransferred,
    PostingEnded,
    PostingId,
    TermRenewed,
)
from taizhang.domain.regions import RegionRegistered, VillagePovertyStated

PROVINCE, COUNTY, SECOND, CITY = (RegionCode(code) for code in ("620000", "620121", "620123", "620102"))
TOWN, SECOND_TOWN = RegionCode("620121100"), RegionCode("620123100")
POOR, EXITED, OTHER, PLAIN = (RegionCode(f"62012110000{n}") for n in (1, 2, 3, 4))
ABROAD = RegionCode("620123100001")  # a poor village of the second county
MEI, TAO = PersonId("p-mei"), PersonId("p-tao")
FIRST, NEXT, THIRD = (PostingId(f"post-620121-{n}") for n in (1, 2, 3))
HALL, DIRECTOR, OWN = OrganisationId("org-620121"), OfficerId("director"), OfficerId("mei")
CHOSEN, BEGAN, PLANNED = date(2016, 1, 4), date(2016, 2, 1), date(2018, 1, 31)
MAY, JUNE, DECEMBER = date(2016, 5, 1), date(2016, 6, 1), date(2016, 12, 31)

PLACES: tuple[Fact, ...] = (
    *(
        RegionRegistered(
            code=code, name=name, level=level, parent=parent, category=category, occurred_on=date(2015, 1, 1)
        )
        for code, name, level, parent, category in (
            (PROVINCE, "Province", "province", None, "none"),
            (RegionCode("620100"), "Prefecture", "prefecture", PROVINCE, "none"),
            (COUNTY, "County", "county", RegionCode("620100"), "contiguous"),
            (SECOND, "Second county", "county", RegionCode("620100"), "contiguous"),
            (CITY, "City", "county", RegionCode("620100"), "none"),
            (TOWN, "Town", "township", COUNTY, "none"),
            (SECOND_TOWN, "Second town", "township", SECOND, "none"),
            (POOR, "Poor", "village", TOWN, "none"),
            (EXITED, "Exited", "village", TOWN, "none"),
            (OTHER, "Other", "village", TOWN, "none"),
            (PLAIN, "Plain", "village", TOWN, "none"),
            (ABROAD, "Abroad", "village", SECOND_TOWN, "none"),
        )
    ),
    *(
        VillagePovertyStated(village=village, poor=True, occurred_on=date(2015, 2, 1))
        for village in (POOR, EXITED, OTHER, ABROAD)
    ),
    VillagePovertyStated(village=EXITED, poor=False, exit_year=2016, occurred_on=date(2016, 12, 1)),
)


def officer(name: str = "zhao", role: str = "organisation", region: RegionCode = PROVINCE) -> Actor:
    return Actor(officer=OfficerId(name), role=role, organisation=HALL, region=region, authenticated="test")


ZHAO, HERSELF = officer(), officer("mei")
MEI_APPOINTED = OfficerAppointed(officer=OWN, organisation=HALL, occurred_on=CHOSEN)


def selected(kind: Any = "graduate-official", on: date = CHOSEN, **fields: Any) -> OfficialSelected:
    stated: dict[str, Any] = {
        "official": MEI,
        "person_type": "graduate",
        "home_unit": HALL,
        "region": COUNTY,
        "document": "No. 1",
    }
    return OfficialSelected(kind=kind, occurred_on=on, **(stated | fields))


def posted(region: RegionCode = EXITED, on: date = BEGAN, **fields: Any) -> OfficialPosted:
    stated: dict[str, Any] = {
        "posting": FIRST,
        "official": MEI,
        "kind": "graduate-official",
        "until": PLANNED,
        "document": "No. 2",
        "approver": DIRECTOR,
    }
    return OfficialPosted(region=region, occurred_on=on, **(stated | fields))


def transferred(region: RegionCode = POOR, on: date = date(2017, 3, 1), **fields: Any) -> OfficialTransferred:
    stated: dict[str, Any] = {
        "posting": FIRST,
        "to_posting": NEXT,
        "official": MEI,
        "kind": "graduate-official",
        "until": PLANNED,
        "document": "No. 3",
        "approver": DIRECTOR,
    }
    return OfficialTransferred(region=region, occurred_on=on, **(stated | fields))


def renewed(until: date = date(2020, 1, 31), on: date = date(2018, 1, 15), **fields: Any) -> TermRenewed:
    stated: dict[str, Any] = {"posting": FIRST, "official": MEI, "document": "No. 4", "approver": DIRECTOR}
    return TermRenewed(until=until, occurred_on=on, **(stated | fields))


def ended(on: date = DECEMBER, **fields: Any) -> PostingEnded:
    stated: dict[str, Any] = {"posting": FIRST, "official": MEI, "why": "resigned", "document": "No. 5"}
    return PostingEnded(occurred_on=on, **(stated | fields))


def recalled(on: date = DECEMBER, **fields: Any) -> OfficialRecalled:
    stated: dict[str, Any] = {"posting": FIRST, "official": MEI, "ground": "unfit"}
    stated |= {"document": "No. 6", "approver": DIRECTOR}
    return OfficialRecalled(occurred_on=on, **(stated | fields))


def promoted(on: date = DECEMBER, **fields: Any) -> OfficialPromoted:
    stated: dict[str, Any] = {
        "posting": FIRST,
        "official": MEI,
        "to_post": "deputy head of the town",
        "document": "No. 7",
        "approver": DIRECTOR,
        "figures": (FigureNamed(measure="person_times", subject=COUNTY, value=40),),
        "position": Position(1),
    }
    return OfficialPromoted(occurred_on=on, **(stated | fields))


def duty(days: int = 20, month: date = MAY, on: date = JUNE, **fields: Any) -> DutyRecorded:
    stated: dict[str, Any] = {"posting": FIRST, "official": MEI}
    return DutyRecorded(days=days, month=month, occurred_on=on, **(stated | fields))


def leave(since: date = MAY, until: date = date(2016, 5, 10), on: date = MAY, **fields: Any) -> LeaveTaken:
    stated: dict[str, Any] = {"posting": FIRST, "official": MEI, "why": "illness"}
    return LeaveTaken(since=since, until=until, occurred_on=on, **(stated | fields))


def work(on: date = MAY, **fields: Any) -> VillageWorkRecorded:
    stated: dict[str, Any] = {"posting": FIRST, "official": MEI, "kind": "project", "what": "a greenhouse"}
    return VillageWorkRecorded(occurred_on=on, **(stated | fields))


def appraised(grade: Any = "excellent", year: int = 2016, on: date = DECEMBER, **fields: Any) -> OfficialAppraised:
    stated: dict[str, Any] = {"posting": FIRST, "official": MEI, "document": "No. 8"}
    return OfficialAppraised(grade=grade, year=year, occurred_on=on, **(stated | fields))


def entered(on: date = JUNE, **fields: Any) -> NegativeListEntered:
    stated: dict[str, Any] = {"official": MEI, "region": COUNTY, "ground": "fraud", "document": "No. 9"}
    return NegativeListEntered(occurred_on=on, **(stated | {"approver": DIRECTOR} | fields))


def lifted(on: date = DECEMBER, **fields: Any) -> NegativeListLifted:
    stated: dict[str, Any] = {"official": MEI, "region": COUNTY, "why": "cleared", "document": "No. 10"}
    return NegativeListLifted(occurred_on=on, **(stated | {"approver": DIRECTOR} | fields))


def amend(was: Fact, given: Any, void: bool = False) -> Amend:
    """A correction of one of the given facts."""
    place = list(given).index(was) + 1
    return Amend(corrects=Position(place), was=was, reason="typing error", approver=DIRECTOR, void=void)
