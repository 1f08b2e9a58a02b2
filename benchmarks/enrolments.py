"""The house in which enrolments are appended: officers, an institution, classes with seats, and people by random ids."""

from __future__ import annotations

import secrets
from collections.abc import Iterator, Sequence
from datetime import date, timedelta

from taizhang.adapters.desk import Desk
from taizhang.adapters.log.log import Log, Stored
from taizhang.adapters.orders import Answer, Order
from taizhang.domain.classes import ClassFiled, ClassId, InstitutionId, OccupationCode, ProgrammeId
from taizhang.domain.core import Actor, Fact, OfficerId, OrganisationId, PersonId, RegionCode
from taizhang.domain.decisions import Proposal
from taizhang.domain.enrolment import TraineeEnrolled
from taizhang.domain.envelope import Source
from taizhang.domain.institutions import InstitutionDesignated, OrganisationRegistered
from taizhang.domain.officers import SYSTEM, OfficerAppointed, RoleGranted
from taizhang.domain.people import PersonRegistered

COUNTY, PROVINCE = RegionCode("620121"), RegionCode("620000")
HR, SCHOOL, COOK = OrganisationId("hr-620121"), InstitutionId("bench-school"), OccupationCode("cook")
DAY = date(2016, 3, 1)
SEATS = 50
FILE = "0" * 64


def actor(officer: str, role: str, region: RegionCode = COUNTY) -> Actor:
    return Actor(officer=OfficerId(officer), role=role, organisation=HR, region=region, authenticated="bench")


SYSTEM_ITSELF = actor(SYSTEM, "system-administrator", PROVINCE)
CLERK = actor("clerk", "clerk")


class EnrolmentHouse:
    """A log with a desk, and orders for it that it has never seen."""

    def __init__(self, url: str) -> None:
        self.log = Log.open(url)
        self.desk = Desk(self.log)
        self._orders = self._classes = 0
        self._say(
            SYSTEM_ITSELF,
            [
                OfficerAppointed(officer=OfficerId("clerk"), organisation=HR, occurred_on=DAY),
                RoleGranted(officer=OfficerId("clerk"), role="clerk", organisation=HR, region=COUNTY, occurred_on=DAY),
            ],
        )
        self._say(CLERK, list(_school()))

    def orders(self, count: int, size: int) -> list[Order]:
        """So many rosters of so many new people, who are registered, and their classes filed, already."""
        return [self._order(self._roster(size)) for _ in range(count)]

    def file_classes(self, count: int) -> list[ClassId]:
        """So many new classes, each with its seats free."""
        classes = [self._new_class() for _ in range(count)]
        self._say(CLERK, [_filed(one) for one in classes])
        return classes

    def since(self, position: int) -> list[Stored]:
        """What was appended after this position."""
        return self.log.page(position, 10_000_000)

    def _roster(self, size: int) -> list[Fact]:
        classes = self.file_classes(-(-size // SEATS))
        day = DAY + timedelta(days=20)
        people = [PersonId("p" + secrets.token_hex(8)) for _ in range(size)]
        self._say(CLERK, [registered(person, COUNTY) for person in people])
        return [
            TraineeEnrolled(
                training_class=classes[number // SEATS],
                person=person,
                claimed_poor=True,
                occurred_on=day,
            )
            for number, person in enumerate(people)
        ]

    def _new_class(self) -> ClassId:
        self._classes += 1
        return ClassId(f"c{COUNTY}-bench-{self._classes:07d}")

    def _order(self, facts: Sequence[Fact], by: Actor = CLERK) -> Order:
        self._orders += 1
        rows = (Source(file=FILE, sheet="花名册", row=row) for row in range(4, 4 + len(facts)))
        items = [Proposal(fact=fact, source=source) for fact, source in zip(facts, rows, strict=True)]
        return Order(id=f"bench-{self._orders}", by=by, items=items)

    def _say(self, by: Actor, facts: Sequence[Fact]) -> None:
        answer = self.desk.submit(self._order(facts, by))
        assert answer.count("recorded") == len(facts), answer.verdicts


def submit_all(desk: Desk, orders: Sequence[Order]) -> None:
    """Hand these orders to the desk; every row must go in."""
    for order, answer in zip(orders, desk.submit_in_turn(orders), strict=True):
        assert isinstance(answer, Answer), "the benchmark used an id twice"
        assert answer.count("recorded") == len(order.items), "the rules refused a row of the benchmark"


def registered(person: PersonId, county: RegionCode, on: date = DAY) -> PersonRegistered:
    return PersonRegistered(person=person, statement="s1", county=county, occurred_on=on)


def _school() -> Iterator[Fact]:
    yield OrganisationRegistered(
        organisation=OrganisationId(SCHOOL), name="示例学校", kind="institution", region=COUNTY, occurred_on=DAY
    )
    yield InstitutionDesignated(
        institution=SCHOOL, region=COUNTY, occupations=(COOK,), seats=SEATS, since=DAY, occurred_on=DAY
    )


def _filed(training_class: ClassId) -> ClassFiled:
    return ClassFiled(
        training_class=training_class,
        name="示例烹调班",
        county=COUNTY,
        institution=SCHOOL,
        programme=ProgrammeId("labour"),
        programme_kind="labour",
        occupation=COOK,
        seats=SEATS,
        required_minutes=600,
        starts_on=DAY + timedelta(days=30),
        ends_on=DAY + timedelta(days=50),
        occurred_on=DAY,
    )
