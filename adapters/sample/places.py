"""The places of a sample: townships and villages, training institutions with teachers and venues, plans and demand."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from random import Random

from taizhang.adapters.sample.people import REGISTRY, TOWNSHIPS, VILLAGES, township_code, village_code
from taizhang.adapters.sample.plan import FIRST_YEAR, OCCUPATIONS, YEARS, County, PlannedClass
from taizhang.domain.classes import InstitutionId, OccupationCode, ProgrammeId, TeacherId, VenueId
from taizhang.domain.core import Fact, OrganisationId, RegionCode
from taizhang.domain.demand import DemandId, LabourDemandReported
from taizhang.domain.institutions import (
    InstitutionDesignated,
    OrganisationRegistered,
    TeacherRegistered,
    VenueRegistered,
)
from taizhang.domain.plans import PlanApproved, PlanFiled, PlanId, level_of
from taizhang.domain.regions import RegionRegistered, VillagePovertyStated

DESIGNATED_FROM, DESIGNATED_UNTIL = date(2015, 1, 1), date(2020, 12, 31)
BASE_SINCE = date(2016, 3, 1)
LANES_A_SCHOOL = 3
VENUE_SEATS = 60
NUMERALS = "一二三四五六七八九"


def institution_of(one: PlannedClass) -> InstitutionId:
    number = one.lane // LANES_A_SCHOOL
    return InstitutionId(f"sample-school-{one.county.code}" + (f"-{number + 1:02d}" if number else ""))


def teacher_of(one: PlannedClass) -> TeacherId:
    return TeacherId(f"sample-teacher-{one.county.code}-{one.lane + 1:03d}")


def venue_of(one: PlannedClass) -> VenueId:
    return VenueId(f"sample-venue-{one.county.code}-{one.lane + 1:03d}")


def places(county: County, seed: int) -> Iterator[Fact]:
    """Townships and villages of a county, with who was poor and when that ended."""
    chance = Random(f"{seed}:{county.code}:places")  # noqa: S311 (a sample is no secret)
    for number in range(TOWNSHIPS):
        yield _region(township_code(county, number), f"示例乡{number + 1:02d}", "township", county.code)
    for number in range(TOWNSHIPS * VILLAGES):
        code, township = village_code(county, number), township_code(county, number // VILLAGES)
        yield _region(code, f"示例村{number + 1:02d}", "village", township)
        if chance.random() < 0.7:
            yield VillagePovertyStated(village=code, poor=True, occurred_on=REGISTRY)
            year = chance.randint(2017, 2021)
            if year <= 2020:
                ended = date(year, 12, 25)
                yield VillagePovertyStated(village=code, poor=False, exit_year=year, occurred_on=ended)


def demand(county: County, seed: int) -> Iterator[Fact]:
    """What enterprises and partner regions ask for, year by year."""
    chance = Random(f"{seed}:{county.code}:demand")  # noqa: S311
    for year in range(FIRST_YEAR, FIRST_YEAR + YEARS):
        code, _ = chance.choice(OCCUPATIONS[:-1])
        yield LabourDemandReported(
            demand=DemandId(f"sample-demand-{county.code}-{year}"),
            region=county.code,
            occupation=OccupationCode(code),
            persons=chance.randrange(10, 300),
            since=date(year, 3, 1),
            until=date(year, 12, 31),
            place=chance.choice(("福建(示例企业)", "天津(示例企业)", "兰州新区(示例企业)", "本县(示例企业)")),
            reported_by="示例企业",
            occurred_on=date(year, 2, 15),
        )


def plans(region: RegionCode, seed: int) -> Iterator[PlanFiled]:
    """The implementation plan and the plan of each year; every fifth county has filed none, to be seen as a gap."""
    chance = Random(f"{seed}:{region}:plans")  # noqa: S311
    if level_of(region) == "county" and chance.random() < 0.2:
        return
    for year in range(FIRST_YEAR, FIRST_YEAR + YEARS):
        kind = "implementation" if year == FIRST_YEAR else "annual"
        yield PlanFiled(
            plan=PlanId(f"sample-plan-{region}-{year}"),
            region=region,
            level=level_of(region),  # type: ignore[arg-type]
            kind=kind,  # type: ignore[arg-type]
            year=year,
            document=f"示例发〔{year}〕{chance.randrange(1, 99)}号",
            programme=ProgrammeId("labour") if kind == "annual" else None,
            person_times=chance.randrange(5, 60) * 100 if kind == "annual" else None,
            occurred_on=date(year, 1, chance.randrange(5, 20)),
        )


def approvals(filed: Iterator[PlanFiled], seed: int) -> Iterator[Fact]:
    """The approval of most plans, a few weeks later."""
    for plan in filed:
        chance = Random(f"{seed}:{plan.plan}")  # noqa: S311
        if chance.random() < 0.9:
            day = date(plan.year, chance.randrange(2, 4), chance.randrange(1, 28))
            yield PlanApproved(plan=plan.plan, region=plan.region, document=plan.document, occurred_on=day)


def lanes(county: County, classes: list[PlannedClass]) -> Iterator[Fact]:
    """Institution, designation, teacher and venue of every lane that these classes are the first of."""
    for one in (planned for planned in classes if planned.first_of_lane):
        institution, number = institution_of(one), one.lane // LANES_A_SCHOOL
        if one.lane % LANES_A_SCHOOL == 0:
            yield from _institution(county, institution, number)
        codes = tuple(OccupationCode(code) for code, _ in OCCUPATIONS)
        yield TeacherRegistered(
            teacher=teacher_of(one), institution=institution, occupations=codes, occurred_on=DESIGNATED_FROM
        )
        yield VenueRegistered(
            venue=venue_of(one),
            institution=institution,
            seats=VENUE_SEATS,
            village=village_code(county, one.lane % (TOWNSHIPS * VILLAGES)),
            name=f"示例教室{one.lane + 1:03d}",
            occurred_on=DESIGNATED_FROM,
        )


def base(county: County) -> Iterator[Fact]:
    """A base 实训基地 for practical talent, designated like any institution."""
    id = f"sample-base-{county.code}"
    yield OrganisationRegistered(
        organisation=OrganisationId(id),
        name=f"示例农村实用人才实训基地({county.code})",
        kind="institution",
        region=county.code,
        level="county",
        field="practical-talent-base",
        occurred_on=BASE_SINCE,
    )
    yield InstitutionDesignated(
        institution=InstitutionId(id),
        region=county.code,
        occupations=(OccupationCode("设施蔬菜"), OccupationCode("牛羊养殖")),
        seats=VENUE_SEATS,
        since=BASE_SINCE,
        until=DESIGNATED_UNTIL,
        document="示例组通字〔2016〕12号",
        occurred_on=BASE_SINCE,
    )


def _institution(county: County, institution: InstitutionId, number: int) -> Iterator[Fact]:
    label = NUMERALS[number] if number < len(NUMERALS) else str(number + 1)
    yield OrganisationRegistered(
        organisation=OrganisationId(institution),
        name=f"示例第{label}培训学校({county.code})",
        kind="institution",
        region=county.code,
        level="county",
        field="training",
        occurred_on=DESIGNATED_FROM,
    )
    yield InstitutionDesignated(
        institution=institution,
        region=county.code,
        occupations=tuple(OccupationCode(code) for code, _ in OCCUPATIONS),
        seats=VENUE_SEATS * LANES_A_SCHOOL,
        since=DESIGNATED_FROM,
        until=DESIGNATED_UNTIL,
        document="示例人社〔2015〕1号",
        occurred_on=DESIGNATED_FROM,
    )


def _region(code: RegionCode, name: str, level: str, parent: RegionCode) -> RegionRegistered:
    return RegionRegistered(
        code=code,
        name=name,
        level=level,  # type: ignore[arg-type]
        parent=parent,
        note="示例(生成)",
        occurred_on=REGISTRY,
    )
