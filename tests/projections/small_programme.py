"""A small labelled programme on paper: two classes, three households, late facts, a correction."""

from __future__ import annotations

from datetime import date

from paper_log import PaperLog

from taizhang.domain.attendance import AttendanceCorrected, AttendanceTaken
from taizhang.domain.certificates import CertificateIssued
from taizhang.domain.classes import ClassApproved, ClassCompleted, ClassFiled
from taizhang.domain.enrolment import TraineeEnrolled, TraineeWithdrawn, WishStated
from taizhang.domain.hours import SessionHours
from taizhang.domain.households import HouseholdExited, HouseholdMemberListed, HouseholdRegistered
from taizhang.domain.people import PersonRegistered
from taizhang.domain.plans import PlanApproved, PlanFiled
from taizhang.domain.refused import SubmissionRefused
from taizhang.domain.regions import RegionRegistered

APRIL = 1_460_000_000_000_000  # 2016-04-07, UTC microseconds
MAY = 1_462_500_000_000_000
JUNE = 1_465_500_000_000_000
FIRST = date(2016, 3, 1)
WELDING, COOKING = "c620121-welding", "c620121-cooking"
COUNTIES = (("620121", "永登县", "contiguous"), ("620122", "皋兰县", "contiguous"), ("620102", "城关区", "none"))


def filed(training_class: str, name: str) -> ClassFiled:
    """A filed class of 40 hours that begins on the first of March."""
    return ClassFiled(
        occurred_on=date(2016, 2, 10),
        training_class=training_class,  # type: ignore[arg-type]
        name=name,
        county="620121",  # type: ignore[arg-type]
        institution="i1",  # type: ignore[arg-type]
        programme="labour-2015",  # type: ignore[arg-type]
        programme_kind="labour",
        occupation="o1",  # type: ignore[arg-type]
        seats=50,
        required_minutes=2400,
        starts_on=FIRST,
        ends_on=date(2016, 3, 20),
    )


def sheet(person: str, *days: int, training_class: str = WELDING) -> AttendanceTaken:
    """Six hours on each of these days of March."""
    marks = tuple(SessionHours(date(2016, 3, day), 540, 900) for day in days)
    return AttendanceTaken(
        occurred_on=marks[-1].on,
        training_class=training_class,
        person=person,
        marks=marks,  # type: ignore[arg-type]
    )


def enrolled(
    person: str, training_class: str = WELDING, on: date = FIRST, claims: bool | None = True
) -> TraineeEnrolled:
    return TraineeEnrolled(occurred_on=on, training_class=training_class, person=person, claimed_poor=claims)  # type: ignore[arg-type]


def programme() -> PaperLog:
    """Recorded in April: everything. In May: a late enrolment, a correction. In June: what the register said late."""
    log = PaperLog()
    log.record(
        APRIL,
        *(
            RegionRegistered(
                occurred_on=date(2015, 1, 1), code=code, name=name, level="county", parent="620100", category=category
            )  # type: ignore[arg-type]
            for code, name, category in COUNTIES
        ),
        PlanFiled(
            occurred_on=date(2016, 1, 5), plan="plan-1", region="620121", level="county", kind="annual", year=2016
        ),  # type: ignore[arg-type]
        PlanApproved(occurred_on=date(2016, 1, 9), plan="plan-1", region="620121"),  # type: ignore[arg-type]
        PlanFiled(
            occurred_on=date(2016, 1, 5), plan="plan-2", region="620122", level="county", kind="annual", year=2016
        ),  # type: ignore[arg-type]
        *(
            PersonRegistered(occurred_on=date(2016, 1, 1), person=person, statement="s1", county="620121")  # type: ignore[arg-type]
            for person in ("wang", "li", "zhao")
        ),
        *(
            HouseholdRegistered(occurred_on=date(2014, 1, 1), household=one, village="620121100200", attribute="poor")  # type: ignore[arg-type]
            for one in ("h1", "h2")
        ),
        HouseholdMemberListed(occurred_on=date(2014, 1, 1), household="h1", person="wang"),  # type: ignore[arg-type]
        WishStated(occurred_on=date(2016, 1, 2), person="wang", county="620121", occupation="o1"),  # type: ignore[arg-type]
        filed(WELDING, "电焊班(样例)"),
        filed(COOKING, "烹饪班(样例)"),
        ClassApproved(occurred_on=date(2016, 2, 12), training_class=WELDING),  # type: ignore[arg-type]
    )
    log.record(APRIL + 1, enrolled("wang"), enrolled("li"), enrolled("zhao", claims=False))
    log.record(APRIL + 2, sheet("wang", 1, 2, 3), sheet("li", 1, 2))
    [certificate] = log.record(
        APRIL + 3,
        CertificateIssued(
            occurred_on=date(2016, 3, 25),
            training_class=WELDING,
            person="wang",
            kind="training",
            number="n1",
            issuer="o1",  # type: ignore[arg-type]
        ),
    )
    assert certificate == len(log.stored)
    log.record(
        APRIL + 4,
        TraineeWithdrawn(occurred_on=date(2016, 3, 10), training_class=WELDING, person="zhao", why="外出务工"),
    )  # type: ignore[arg-type]
    log.record(APRIL + 5, ClassCompleted(occurred_on=date(2016, 3, 26), training_class=WELDING))  # type: ignore[arg-type]
    log.record(
        APRIL + 6,
        SubmissionRefused(occurred_on=FIRST, command="training.enrol", rule="training.seats-taken", digest="d" * 64),
    )
    log.record(MAY, enrolled("wang", COOKING, date(2016, 2, 20)))
    taken = next(p for p, fact in enumerate(log.facts, 1) if fact == sheet("li", 1, 2))
    log.record(
        MAY + 1,
        AttendanceCorrected(
            occurred_on=date(2016, 3, 2),
            corrects=taken,
            was=sheet("li", 1, 2),
            now=sheet("li", 2),
            reason="误记",
            approver="o2",  # type: ignore[arg-type]
        ),
    )
    log.record(JUNE, HouseholdMemberListed(occurred_on=date(2014, 1, 1), household="h2", person="li"))  # type: ignore[arg-type]
    log.record(JUNE + 1, HouseholdExited(occurred_on=date(2015, 12, 20), household="h1", exit_year=2015))  # type: ignore[arg-type]
    return log
