"""Made-up classes, people and hours for tests: no row of it is real."""

from __future__ import annotations

from datetime import date
from typing import Any

from taizhang.domain.attendance import AttendanceTaken
from taizhang.domain.certificates import CertificateIssued, CertificateNumber
from taizhang.domain.classes import (
    ClassApproved,
    ClassFiled,
    ClassId,
    InstitutionId,
    OccupationCode,
    ProgrammeId,
    TeacherId,
    VenueId,
)
from taizhang.domain.core import Actor, Correction, Fact, OfficerId, OrganisationId, PersonId, Position, RegionCode
from taizhang.domain.decisions import Amend
from taizhang.domain.enrolment import TraineeEnrolled, TraineeWithdrawn
from taizhang.domain.hours import SessionHours
from taizhang.domain.institutions import InstitutionDesignated
from taizhang.domain.people import PersonDied, PersonRegistered, PersonsMerged
from taizhang.domain.sessions import SessionHeld

COUNTY = RegionCode("620121")
WELDING, COOKING = ClassId("c620121-welding"), ClassId("c620121-cooking")
LI, ZHAO, CHEN = PEOPLE = PersonId("li"), PersonId("zhao"), PersonId("chen")
WANG = TeacherId("wang")
WORKSHOP = VenueId("workshop")
WELDER = OccupationCode("6-18-02-04")
SCHOOL = InstitutionId("school")
CENTRE = OrganisationId("centre")  # issues certificates
JANUARY = date(2016, 1, 1)
MAY_2, MAY_3, MAY_4, MAY_5, MAY_6, MAY_9 = (date(2016, 5, day) for day in (2, 3, 4, 5, 6, 9))


def officer(name: str, role: str = "clerk") -> Actor:
    organisation = OrganisationId(SCHOOL if role == "institution" else "hr")
    return Actor(officer=OfficerId(name), role=role, organisation=organisation, region=COUNTY, authenticated="test")


def filed(training_class: ClassId = WELDING, on: date = MAY_2, **fields: Any) -> ClassFiled:
    """A class of two seats and four hours to be evidenced, filed by the officer `teller`."""
    stated: dict[str, Any] = {
        "name": "Welding",
        "county": COUNTY,
        "institution": SCHOOL,
        "programme": ProgrammeId("labour-2016"),
        "programme_kind": "labour",
        "occupation": WELDER,
        "seats": 2,
        "required_minutes": 240,
        "starts_on": MAY_4,
        "ends_on": MAY_9,
        "filed_by": "teller",
    }
    return ClassFiled(training_class=training_class, occurred_on=on, **(stated | fields))


def approved(training_class: ClassId = WELDING, on: date = MAY_3, by: str = "chief") -> ClassApproved:
    return ClassApproved(training_class=training_class, approved_by=by, occurred_on=on)


def hours(on: date, start: int, end: int) -> SessionHours:
    """From full hour to full hour."""
    return SessionHours(on, start * 60, end * 60)


def session(
    on: date = MAY_4,
    start: int = 8,
    end: int = 10,
    training_class: ClassId = WELDING,
    teacher: TeacherId | None = WANG,
    venue: VenueId | None = WORKSHOP,
) -> SessionHeld:
    when = hours(on, start, end)
    return SessionHeld(training_class=training_class, hours=when, teacher=teacher, venue=venue, occurred_on=on)


def enrolled(person: PersonId = LI, training_class: ClassId = WELDING, on: date = MAY_3) -> TraineeEnrolled:
    return TraineeEnrolled(training_class=training_class, person=person, occurred_on=on)


def withdrawn(person: PersonId = LI, training_class: ClassId = WELDING, on: date = MAY_5) -> TraineeWithdrawn:
    return TraineeWithdrawn(training_class=training_class, person=person, why="moved away", occurred_on=on)


def attended(*marks: SessionHours, person: PersonId = LI, training_class: ClassId = WELDING) -> AttendanceTaken:
    last = max(mark.on for mark in marks)
    return AttendanceTaken(training_class=training_class, person=person, marks=marks, occurred_on=last)


def certificate(number: str = "ZS-1", person: PersonId = LI, on: date = MAY_9, **fields: Any) -> CertificateIssued:
    stated: dict[str, Any] = {"training_class": WELDING, "kind": "training", "issuer": CENTRE}
    return CertificateIssued(person=person, number=CertificateNumber(number), occurred_on=on, **(stated | fields))


def registered(
    person: PersonId = LI, county: RegionCode = COUNTY, on: date = JANUARY, **fields: Any
) -> PersonRegistered:
    return PersonRegistered(person=person, statement="s1", county=county, occurred_on=on, **fields)


def died(on: date, person: PersonId = LI) -> PersonDied:
    return PersonDied(person=person, occurred_on=on)


def merged(kept: PersonId = LI, other: PersonId = ZHAO) -> PersonsMerged:
    return PersonsMerged(kept=kept, merged=(other,), group=(kept, other), occurred_on=MAY_2)


def amend(given: list[Fact], was: Fact, void: bool = False) -> Amend:
    """The correction of a fact among those given."""
    position = Position(given.index(was) + 1)
    return Amend(corrects=position, was=was, reason="typing error", approver=OfficerId("chief"), void=void)


def corrected(kind: type[Correction[Any]], given: list[Fact], was: Fact, now: Fact | None) -> Correction[Any]:
    """A correction as it stands in the log."""
    return kind(
        corrects=Position(given.index(was) + 1),
        was=was,
        now=now,
        reason="typing error",
        approver=OfficerId("chief"),
        occurred_on=(now or was).occurred_on,
    )


def designated(since: date = JANUARY, until: date | None = None, occupation: str = WELDER) -> InstitutionDesignated:
    return InstitutionDesignated(
        institution=SCHOOL,
        region=COUNTY,
        occupations=(OccupationCode(occupation),),
        seats=50,
        since=since,
        until=until,
        occurred_on=since,
    )


DESIGNATED = designated()
OPEN: list[Fact] = [DESIGNATED, filed(), approved()]  # a class that may begin on May 3
TAUGHT: list[Fact] = [*OPEN, session(MAY_4), session(MAY_5), enrolled()]  # 8 to 10 on two days, Li sits in it
