"""The inspections of a sample: planned for the year, opened by each of the four kinds, visited, with heads counted."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from typing import Final, NamedTuple, get_args

from taizhang.adapters.preset import PROVINCE
from taizhang.adapters.sample.claims import claimed_on
from taizhang.adapters.sample.classes import Sitting
from taizhang.adapters.sample.officers import officer_of
from taizhang.adapters.sample.people import village_code
from taizhang.adapters.sample.places import institution_of
from taizhang.adapters.sample.plan import SESSION_START, County, PlannedClass, first_class
from taizhang.domain.classes import InstitutionId
from taizhang.domain.core import Fact, OfficerId, OrganisationId
from taizhang.domain.inspections.opening import (
    Content,
    InspectionId,
    InspectionKind,
    InspectionOpened,
    InspectionPlanned,
    Method,
    PlannedInspection,
    VisitHeld,
    VisitId,
)
from taizhang.domain.institutions import OrganisationRegistered

INSPECTED_EVERY: Final = 3  # each third county is inspected
FULLY_EVERY: Final = 15  # each fifteenth by everybody and about everything
CONTENTS: Final[tuple[Content, ...]] = get_args(Content)
METHODS: Final[tuple[Method, ...]] = get_args(Method)
INSPECTORS: Final = OrganisationId(f"poverty-{PROVINCE}")
AUDITORS: Final = OrganisationId(f"sample-audit-{PROVINCE}")
APPROVER: Final = officer_of("organisation", PROVINCE)
OPENED_AFTER: Final[dict[InspectionKind, int]] = {
    "superior": -1,
    "self": 20,
    "cross": 40,
}  # days after heads are counted
COUNTED_AT: Final = SESSION_START + 45
SETTLED: Final = date(2015, 6, 1)  # before that the registers come in: no visit is announced in their midst
WRITTEN_AFTER: Final = 65  # days after the class, or after its claim where that comes late
HELD_DAYS: Final = 38  # until the finding on the institution is closed
MISSING: Final = 3  # of those marked present so many are not there when heads are counted


class Inspected(NamedTuple):
    """A county that is inspected, the class that is visited, and who sits in it."""

    county: County
    one: PlannedClass
    seated: Sequence[Sitting] = ()

    @property
    def year(self) -> int:
        return self.one.days[0].year

    @property
    def reported_on(self) -> date:
        """The day before the findings: papers, payments and what the trainees do now have been looked at."""
        return reported_on(self.one)

    @property
    def visited_on(self) -> date:
        return self.one.days[1]

    @property
    def fully(self) -> bool:
        return self.county.number % FULLY_EVERY == 0

    def id(self, kind: InspectionKind) -> InspectionId:
        return InspectionId(f"insp-{self.county.code}-sample-{self.year}-{kind}")

    def kinds(self) -> tuple[InspectionKind, ...]:
        """By whom the county is inspected."""
        return ("superior", "self", "cross") if self.fully else ("superior", "self")

    def marked(self) -> list[Sitting]:
        """Who is marked present on the day of the visit."""
        return [one for one in self.seated if any(mark.on == self.visited_on for mark in one.marks)]

    def absent(self) -> list[Sitting]:
        """Of these, those who were not there; their other days are hours enough for what rests on them."""
        return [
            one
            for one in self.marked()
            if sum(m.minutes for m in one.marks if m.on != self.visited_on) >= self.one.required_minutes
        ][:MISSING]


def reported_on(one: PlannedClass) -> date:
    """When what was seen of a class is written down: after it was paid for, and its trainees were asked again."""
    return max(one.days[-1], claimed_on(one)) + timedelta(days=WRITTEN_AFTER)


def held_back(county: County, institution: InstitutionId, seed: int) -> tuple[date, date] | None:
    """From when until when an open finding holds back what this institution is paid; None: it never does."""
    one = first_class(county, seed)
    if county.number % FULLY_EVERY or one is None or institution_of(one) != institution:
        return None
    return reported_on(one), reported_on(one) + timedelta(days=HELD_DAYS)


def auditors() -> OrganisationRegistered:
    """The third party that inspects for the province."""
    return OrganisationRegistered(
        organisation=AUDITORS,
        name="示例第三方审计机构",
        kind="enterprise",
        region=PROVINCE,
        level="province",
        occurred_on=date(2015, 1, 1),
    )


def plan_of(year: int) -> str:
    return f"sample-inspections-{year}"


def plan(year: int, inspected: Sequence[Inspected]) -> InspectionPlanned:
    """The province's plan for a year; the last of what it promises is never carried out."""
    items = [
        PlannedInspection(region=each.county.code, kind=kind, contents=contents(each), by=date(year, 12, 15))
        for each in inspected
        for kind in each.kinds()
    ]
    if any(each.county.number == 0 for each in inspected):  # whose year's money the third party looks at
        items.append(PlannedInspection(region=PROVINCE, kind="third-party", contents=("funds",), by=date(year, 12, 20)))
    forgotten = PlannedInspection(
        region=inspected[-1].county.code, kind="third-party", contents=("outcomes",), by=date(year, 12, 20)
    )
    return InspectionPlanned(
        plan=plan_of(year),
        region=PROVINCE,
        year=year,
        items=(*items, forgotten),
        document=f"示例检查计划〔{year}〕1号",
        approver=APPROVER,
        occurred_on=date(year, 1, 6),
    )


def contents(each: Inspected) -> tuple[Content, ...]:
    return CONTENTS if each.fully else ("funds", "institutions")


def superior(each: Inspected) -> Iterator[Fact]:
    """The province comes, unannounced where everything is looked at, and counts heads in the class."""
    on = each.visited_on
    announced = None if each.fully or on < SETTLED else on - timedelta(days=1)
    objects = (f"class:{each.one.id}", f"institution:{institution_of(each.one)}", f"region:{each.county.code}")
    yield _opened(each, "superior", INSPECTORS, team("inspector", "reviewer"), objects, announced)
    yield _visit(each, "superior", 1, f"class:{each.one.id}", "site-visit", "示例:到课堂逐人清点")
    if each.fully:
        yield _visit(each, "superior", 2, objects[1], "institution-visit", "示例:查看教室、设备和教师资质")
        yield _visit(each, "superior", 3, f"class:{each.one.id}", "interview", "示例:专访学员,核对到课情况")


def team(*works: str) -> tuple[OfficerId, ...]:
    return tuple(officer_of(work, PROVINCE) for work in works)


def by_itself(each: Inspected) -> Iterator[Fact]:
    """The county's own office looks at the county, and finds nothing."""
    code = each.county.code
    own = (officer_of("clerk", code), officer_of("approver", code))
    yield _opened(each, "self", OrganisationId(f"hr-{code}"), own, (f"region:{code}",), None)


def across(each: Inspected, who: OfficerId, home: str) -> Iterator[Fact]:
    """Another county's office comes to a village."""
    village = village_code(each.county, 0)
    team = (who,)
    yield _opened(each, "cross", OrganisationId(f"poverty-{home}"), team, (f"region:{each.county.code}",), None)
    yield _visit(each, "cross", 1, f"region:{village}", "meeting", "示例:召开村民座谈会")


def _opened(
    each: Inspected,
    kind: InspectionKind,
    organisation: OrganisationId,
    team: tuple[OfficerId, ...],
    objects: tuple[str, ...],
    announced_on: date | None,
) -> InspectionOpened:
    return InspectionOpened(
        inspection=each.id(kind),
        region=each.county.code,
        kind=kind,
        organisation=organisation,
        team=team,
        objects=objects,
        contents=contents(each),
        methods=METHODS if each.fully else ("site-visit",),
        announced=announced_on is not None,
        announced_on=announced_on,
        document=f"示例检查通知〔{each.year}〕{each.county.code}-{kind}",
        plan=plan_of(each.year),
        acceptance="class" if kind == "superior" else None,
        occurred_on=each.visited_on + timedelta(days=OPENED_AFTER[kind]),
    )


def _visit(each: Inspected, kind: InspectionKind, number: int, seen: str, method: Method, what: str) -> VisitHeld:
    counted = method == "site-visit"
    return VisitHeld(
        inspection=each.id(kind),
        visit=VisitId(f"visit-{each.county.code}-sample-{kind}-{number}"),
        object=seen,
        method=method,
        at=COUNTED_AT + 30 * (number - 1),
        what=what,
        training_class=each.one.id if counted else None,
        heads=len(each.marked()) - len(each.absent()) if counted else None,
        interviewed=tuple(one.person for one in each.marked()[:2]) if method == "interview" else (),
        occurred_on=each.visited_on + timedelta(days=OPENED_AFTER[kind] + 1),
    )
