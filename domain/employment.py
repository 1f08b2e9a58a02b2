"""What became of the trainees 1, 3 and 6 months after the class, as reported and as a second source confirms."""

from __future__ import annotations

from datetime import date
from typing import Literal

from taizhang.domain.boundary import GuardKey
from taizhang.domain.classes import TEACHING_SIDE, ClassGuard, ClassId, OfOneClass, require_filed
from taizhang.domain.core import Correction, Fact, PersonId, Selector, Slice, Text, event
from taizhang.domain.enrolment import require_living
from taizhang.domain.people import AliasGuard, PersonDied, person_selectors
from taizhang.domain.registered import OfPeople
from taizhang.domain.standing import require_new

Months = Literal[1, 3, 6]
EmploymentKind = Literal[
    "transfer", "self-employed", "local", "farming", "none"
]  # 输转就业 自主创业 就近就业 务农 未就业

# -- facts ------------------------------------------------------------------------------------------------


class EmploymentReported(Fact, frozen=True, kw_only=True):
    """What a person does on that day, so many months after the class, as the teaching side reports it."""

    TOPIC = "training.employment-reported.v1"
    training_class: ClassId
    person: PersonId
    months: Months
    kind: EmploymentKind
    employer: str = ""  # the firm and its place; no person's data

    def tags(self) -> list[str]:
        return [f"class:{self.training_class}", f"person:{self.person}"]


class EmploymentReportedCorrected(Correction[EmploymentReported], frozen=True, kw_only=True):
    TOPIC = "training.employment-reported-corrected.v1"


class EmploymentConfirmed(Fact, frozen=True, kw_only=True):
    """The same, as a second source says: insurance, wages, licence, the employer, a visit."""

    TOPIC = "training.employment-confirmed.v1"
    training_class: ClassId
    person: PersonId
    months: Months
    kind: EmploymentKind
    second_source: Text
    employer: str = ""

    def tags(self) -> list[str]:
        return [f"class:{self.training_class}", f"person:{self.person}"]


class EmploymentConfirmedCorrected(Correction[EmploymentConfirmed], frozen=True, kw_only=True):
    TOPIC = "training.employment-confirmed-corrected.v1"


# -- decisions --------------------------------------------------------------------------------------------


class ReportEmployment(OfPeople, OfOneClass, Slice):
    """Record what became of a trainee, as the teaching side says."""

    COMMAND = "training.report-employment"
    DECIDES = EmploymentReported
    ROLES = TEACHING_SIDE
    KEEPS = (EmploymentReported,)
    fact: EmploymentReported
    died_on: date | None = None

    def guards(self) -> list[GuardKey]:
        return [(ClassGuard.KIND, self.fact.training_class), (AliasGuard.KIND, self.fact.person)]

    def consistency_boundary(self) -> list[Selector]:
        return person_selectors(self.guarded, self.fact.person, [EmploymentReported, PersonDied])

    @event(PersonDied)
    def _(self, occurred_on: date) -> None:
        self.died_on = occurred_on

    def execute(self) -> None:
        fact = self.fact
        require_new(fact, self.known)
        require_filed(self.guard(ClassGuard, fact.training_class), fact.training_class)
        require_living(fact.person, self.died_on, fact.occurred_on)
        self.record(fact)


class ConfirmEmployment(OfPeople, OfOneClass, Slice):
    """Record what a second source says became of a trainee; it may contradict the report."""

    COMMAND = "training.confirm-employment"
    DECIDES = EmploymentConfirmed
    ROLES = frozenset({"clerk", "inspector"})
    KEEPS = (EmploymentConfirmed,)
    fact: EmploymentConfirmed
    died_on: date | None = None

    def guards(self) -> list[GuardKey]:
        return [(ClassGuard.KIND, self.fact.training_class), (AliasGuard.KIND, self.fact.person)]

    def consistency_boundary(self) -> list[Selector]:
        return person_selectors(self.guarded, self.fact.person, [EmploymentConfirmed, PersonDied])

    @event(PersonDied)
    def _(self, occurred_on: date) -> None:
        self.died_on = occurred_on

    def execute(self) -> None:
        fact = self.fact
        require_new(fact, self.known)
        require_filed(self.guard(ClassGuard, fact.training_class), fact.training_class)
        require_living(fact.person, self.died_on, fact.occurred_on)
        self.record(fact)
