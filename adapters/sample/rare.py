"""What seldom happens, once in each third county of a sample: doubles, refused attempts, a seal and what comes after it."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from datetime import date, timedelta

from taizhang.adapters.orders import Attempt
from taizhang.adapters.sample.classes import Sitting
from taizhang.adapters.sample.people import REGISTRY, Known
from taizhang.adapters.sample.plan import SESSION_END, SESSION_START, PlannedClass
from taizhang.domain.certificates import CertificateIssued, CertificateNumber
from taizhang.domain.confirmations import TraineeConfirmed
from taizhang.domain.core import Fact, LateAddition, OfficerId, OrganisationId
from taizhang.domain.hours import SessionHours
from taizhang.domain.identity import WrongCheckDigit
from taizhang.domain.merging import DuplicateId, DuplicateQueued, DuplicateResolved
from taizhang.domain.people import PersonMoved, PersonRegistered, PersonsMerged
from taizhang.domain.scores import ScoreRecorded
from taizhang.domain.sealing import PeriodSealed, SealId
from taizhang.domain.sessions import SessionHeld

EVERY_COUNTY = 3  # each third county has these
EVERY_SCORE = 60  # each sixtieth score was typed wrongly
TYPED_TOO_LOW = 50


def merged(one: PlannedClass, first: Known, again: Known) -> list[Fact]:
    """The class's first trainee was registered a second time under a mistyped number; the two are found to be one."""
    duplicate = DuplicateId(f"sample-double-{one.county.code}")
    persons = (first.person, again.person)
    return [
        PersonRegistered(
            person=again.person,
            statement=again.statement,
            county=one.county.code,
            commitments=again.commitments,
            occurred_on=REGISTRY,
        ),
        DuplicateQueued(
            duplicate=duplicate,
            persons=persons,
            kind="same-name-and-birth",
            matching=("name", "birth_date"),
            occurred_on=one.days[0],
        ),
        PersonsMerged(kept=first.person, merged=(again.person,), occurred_on=one.days[1]),
        DuplicateResolved(duplicate=duplicate, persons=persons, decision="same", occurred_on=one.days[1]),
    ]


def moved(one: PlannedClass, who: Known, village: str) -> PersonMoved:
    return PersonMoved(person=who.person, village=village, occurred_on=one.days[-1])  # type: ignore[arg-type]


def refused(one: PlannedClass, trainees: Sequence[Sitting]) -> list[Fact | Attempt]:
    """Attempts that the rules refuse: a mistyped number, a session before the approval, a certificate without hours."""
    early = one.days[0] - timedelta(days=15)
    hours = SessionHours(early, SESSION_START, SESSION_END)
    attempts: list[Fact | Attempt] = [
        Attempt(
            command="people.register-person",
            refusal=WrongCheckDigit(),
            digest=hashlib.sha256(f"sample:{one.id}".encode()).hexdigest(),
            subjects=(f"class:{one.id}",),
        ),
        SessionHeld(training_class=one.id, hours=hours, occurred_on=early),
    ]
    short = next((trainee for trainee in trainees if trainee.minutes < one.required_minutes), None)
    if short is not None:
        attempts.append(
            CertificateIssued(
                training_class=one.id,
                person=short.person,
                kind="training",
                number=CertificateNumber(f"SL-{one.county.code}-0000"),
                issuer=OrganisationId(f"hr-{one.county.code}"),
                occurred_on=one.days[-1] + timedelta(days=10),
            )
        )
    return attempts


def sealed(one: PlannedClass) -> PeriodSealed:
    """The county closes the year of the class."""
    year = one.days[-1].year
    return PeriodSealed(
        seal=SealId(f"sample-seal-{one.county.code}-{year}"),
        region=one.county.code,
        since=date(year, 1, 1),
        until=date(year, 12, 31),
        occurred_on=date(year + 1, 2, 28),
    )


def late(one: PlannedClass, trainee: Sitting) -> TraineeConfirmed:
    """An answer that came in after the seal: a late addition when it names the seal, refused when it does not."""
    return TraineeConfirmed(
        training_class=one.id,
        person=trainee.person,
        channel="home-visit",
        took_part=True,
        occurred_on=one.days[-1] + timedelta(days=12),
    )


def addition(one: PlannedClass, approver: OfficerId) -> LateAddition:
    return LateAddition(seal=sealed(one).seal, reason="入户回访表封账后寄到(示例)", approver=approver)


def amended(score: ScoreRecorded) -> ScoreRecorded:
    """The score as it was meant."""
    theory = (score.theory_tenths or 0) + TYPED_TOO_LOW
    return ScoreRecorded(
        training_class=score.training_class,
        person=score.person,
        theory_tenths=theory,
        practice_tenths=score.practice_tenths,
        passed=score.passed,
        occurred_on=score.occurred_on,
    )
