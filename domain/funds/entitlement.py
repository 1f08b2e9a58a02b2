"""What a person's training gives under a rate: pure computation, for the claim that is decided and the view that compares.

`ClassEvidence` gathers what the facts of one class say up to a day; `rate_in_force` picks the rate, `reckon` applies
it to one person. Nothing here reads or records.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Final, Literal, NamedTuple

from taizhang.domain.attendance import AttendanceTaken
from taizhang.domain.certificates import CertificateIssued, CertificateRevoked
from taizhang.domain.classes import ClassFiled, ClassId, ClassRescheduled, OccupationCode, ProgrammeId
from taizhang.domain.core import Fact, PersonId, RegionCode
from taizhang.domain.decisions import within
from taizhang.domain.employment import EmploymentConfirmed, EmploymentReported
from taizhang.domain.enrolment import TraineeEnrolled
from taizhang.domain.funds.claims import Entitlement, PayeeKind
from taizhang.domain.funds.purposes import Purpose
from taizhang.domain.policy import RateCondition, RateSet

MINUTES_OF_AN_HOUR: Final = 60
Lack = Literal["hours", "certificate", "employment", "poor"]
MONTHS_OF: Final[dict[RateCondition, int]] = {"employed-1": 1, "employed-3": 3, "employed-6": 6}

CLASS_FACTS: Final[tuple[type[Fact], ...]] = (
    ClassFiled,
    ClassRescheduled,
    TraineeEnrolled,
    AttendanceTaken,
    CertificateIssued,
    CertificateRevoked,
    EmploymentReported,
    EmploymentConfirmed,
)


class ClassTerms(NamedTuple):
    """What an entitlement asks of a class; `starts_on` as it was planned last."""

    county: RegionCode
    programme: ProgrammeId
    occupation: OccupationCode
    level: str | None
    required_minutes: int
    planned_minutes: int  # 0: not stated
    starts_on: date


class Evidence(NamedTuple):
    """What is known of one person in one class up to a day, under all of the person's ids."""

    person: PersonId  # the id that was enrolled first
    enrolled_on: date
    minutes: int
    attended_on: date | None  # the last day of attendance
    certificate: str  # the number of one that stands; empty: none does
    certified_on: date | None
    employed: dict[int, date]  # months -> the day by which work is both reported and confirmed
    poor: bool = False  # as registered on the day of enrolment


class ClassEvidence:
    """What the facts of one class say about its persons up to a day; give it `CLASS_FACTS`, oldest first."""

    def __init__(self, training_class: ClassId, day: date) -> None:
        self._class, self._day = training_class, day
        self._filed: ClassFiled | None = None
        self._starts_on: date | None = None
        self._enrolled: dict[PersonId, date] = {}
        self._attended: dict[PersonId, list[AttendanceTaken]] = {}
        self._issued: list[CertificateIssued] = []
        self._revoked: set[tuple[str, str]] = set()
        self._work: dict[type[Fact], list[EmploymentReported | EmploymentConfirmed]] = {}

    def apply(self, fact: Fact) -> None:
        """Take in one fact; what is dated after the day, or of another class, changes nothing."""
        if getattr(fact, "training_class", None) != self._class or fact.occurred_on > self._last_day(fact):
            return
        if isinstance(fact, ClassFiled):
            self._filed = fact
        elif isinstance(fact, ClassRescheduled):
            self._starts_on = fact.starts_on
        elif isinstance(fact, TraineeEnrolled):
            self._enrolled[fact.person] = min(fact.occurred_on, self._enrolled.get(fact.person, date.max))
        elif isinstance(fact, AttendanceTaken):
            self._attended.setdefault(fact.person, []).append(fact)
        elif isinstance(fact, CertificateIssued):
            self._issued.append(fact)
        elif isinstance(fact, CertificateRevoked):
            self._revoked.add((fact.issuer, fact.number))
        elif isinstance(fact, (EmploymentReported, EmploymentConfirmed)):
            self._work.setdefault(type(fact), []).append(fact)

    def terms(self) -> ClassTerms | None:
        """The class's terms; None when it was not filed."""
        filed = self._filed
        if filed is None:
            return None
        return ClassTerms(
            county=filed.county,
            programme=filed.programme,
            occupation=filed.occupation,
            level=filed.level,
            required_minutes=filed.required_minutes,
            planned_minutes=filed.planned_minutes,
            starts_on=self._starts_on or filed.starts_on,
        )

    def persons(self) -> list[PersonId]:
        """Every id that was enrolled, in the order of the enrolments' days."""
        return sorted(self._enrolled, key=lambda person: (self._enrolled[person], person))

    def known_ids(self) -> set[PersonId]:
        """Every id of which anything was said in this class."""
        others = {fact.person for facts in self._work.values() for fact in facts}
        return {*self._enrolled, *self._attended, *(one.person for one in self._issued), *others}

    def of(self, ids: Sequence[PersonId], poor: bool = False) -> Evidence:
        """What is known of the person with these ids, one of whom at least was enrolled."""
        first = min((id for id in ids if id in self._enrolled), key=lambda id: (self._enrolled[id], id))
        marks = [mark for id in ids for row in self._attended.get(id, ()) for mark in row.marks if mark.on <= self._day]
        standing = [one for one in self._issued if one.person in ids and (one.issuer, one.number) not in self._revoked]
        certificate = min(standing, key=lambda one: (one.occurred_on, one.number), default=None)
        return Evidence(
            person=first,
            enrolled_on=self._enrolled[first],
            minutes=sum(mark.minutes for mark in marks),
            attended_on=max((mark.on for mark in marks), default=None),
            certificate="" if certificate is None else certificate.number,
            certified_on=None if certificate is None else certificate.occurred_on,
            employed=self._employed(ids),
            poor=poor,
        )

    def _employed(self, ids: Sequence[PersonId]) -> dict[int, date]:
        """By which day work is both reported and confirmed; of several statements the one of the latest day holds."""
        said: list[dict[int, EmploymentReported | EmploymentConfirmed]] = []
        for kind in (EmploymentReported, EmploymentConfirmed):
            latest: dict[int, EmploymentReported | EmploymentConfirmed] = {}
            for fact in self._work.get(kind, ()):
                before = latest.get(fact.months)
                if fact.person in ids and (before is None or before.occurred_on <= fact.occurred_on):
                    latest[fact.months] = fact
            said.append({months: fact for months, fact in latest.items() if fact.kind != "none"})
        reported, confirmed = said
        return {
            months: max(reported[months].occurred_on, confirmed[months].occurred_on)
            for months in reported.keys() & confirmed.keys()
        }

    def _last_day(self, fact: Fact) -> date:
        """A filing counts whenever it was filed, and attendance by its marks: a row may end after the day."""
        return date.max if isinstance(fact, (ClassFiled, AttendanceTaken)) else self._day


def rate_in_force(rates: Iterable[RateSet], terms: ClassTerms, payee: PayeeKind, purpose: Purpose) -> RateSet | None:
    """The rate for a class on the day it starts: of several the most specific by occupation, level, then region."""
    fitting = [
        rate
        for rate in rates
        if (rate.programme, rate.payee, rate.purpose) == (terms.programme, payee, purpose)
        and rate.since <= terms.starts_on <= (rate.until or date.max)
        and rate.occupation in (None, terms.occupation)
        and rate.level in (None, terms.level)
        and within(terms.county, rate.region)
        and rate.amount_fen > 0
    ]
    return max(fitting, key=_how_specific, default=None)


def reckon(rate: RateSet, terms: ClassTerms, evidence: Evidence) -> Entitlement | Lack:
    """What the person is entitled to under the rate, or the first thing that is lacking."""
    hours = evidence.minutes // MINUTES_OF_AN_HOUR
    if evidence.attended_on is None or evidence.minutes < terms.required_minutes:
        return "hours"
    rests_on = [evidence.attended_on]
    if "certificate" in rate.conditions:
        if evidence.certified_on is None:
            return "certificate"
        rests_on.append(evidence.certified_on)
    months = [MONTHS_OF[condition] for condition in rate.conditions if condition in MONTHS_OF]
    if any(month not in evidence.employed for month in months):
        return "employment"
    rests_on += [evidence.employed[month] for month in months]
    if "poor" in rate.conditions and not evidence.poor:
        return "poor"
    # what is planned nowhere is paid up to the hours that are required
    paid_hours = min(hours, (terms.planned_minutes or terms.required_minutes) // MINUTES_OF_AN_HOUR)
    if rate.basis == "per-hour" and paid_hours == 0:
        return "hours"
    return Entitlement(
        person=evidence.person,
        amount_fen=rate.amount_fen * (paid_hours if rate.basis == "per-hour" else 1),
        minutes=evidence.minutes,
        evidenced_on=max(rests_on),
        certificate=evidence.certificate if "certificate" in rate.conditions else "",
        months=max(months, default=0),
    )


def _how_specific(rate: RateSet) -> tuple[bool, bool, str, date]:
    return rate.occupation is not None, rate.level is not None, rate.region.rstrip("0"), rate.since
