"""What became of the trainees 1, 3 and 6 months after the class, as reported and as a second source confirms."""

from __future__ import annotations

from typing import Literal

from taizhang.domain.classes import ClassId
from taizhang.domain.core import Correction, Fact, PersonId, Text

Months = Literal[1, 3, 6]
EmploymentKind = Literal[
    "transfer", "self-employed", "local", "farming", "none"
]  # 输转就业 自主创业 就近就业 务农 未就业

# -- facts ------------------------------------------------------------------------------------------------


class EmploymentReported(Fact, frozen=True, kw_only=True):
    """What a person does so many months after the class, as the teaching side reports it on that day."""

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
