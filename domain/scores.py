"""Scores 成绩: theory and practice; a score that stands is amended by a correction, never replaced silently."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Annotated, ClassVar

import msgspec

from taizhang.domain.boundary import GuardKey
from taizhang.domain.classes import TEACHING_SIDE, ClassGuard, ClassId, OfOneClass, require_filed
from taizhang.domain.core import Correction, Fact, PersonId, Refusal, Selector, Slice, event
from taizhang.domain.people import AliasGuard, person_selectors
from taizhang.domain.registered import OfPeople
from taizhang.domain.standing import require_new

Tenths = Annotated[int, msgspec.Meta(ge=0, le=10_000, description="tenths of a point: 855 is 85.5")]

# -- facts ------------------------------------------------------------------------------------------------


class ScoreRecorded(Fact, frozen=True, kw_only=True):
    """What a person scored in the class's test of that day; a re-sit is a test of another day."""

    TOPIC = "training.score-recorded.v1"
    training_class: ClassId
    person: PersonId
    theory_tenths: Tenths | None = None
    practice_tenths: Tenths | None = None
    passed: bool | None = None
    total_tenths: Tenths | None = None  # where the sheet gives one, often without its parts

    def tags(self) -> list[str]:
        return [f"class:{self.training_class}", f"person:{self.person}"]


class ScoreAmended(Correction[ScoreRecorded], frozen=True, kw_only=True):
    TOPIC = "training.score-amended.v1"


# -- refusals ---------------------------------------------------------------------------------------------


@dataclass(eq=False)
class ScoreStandsOtherwise(Refusal):
    """A score changes by an amendment with a reason, never by handing in another one."""

    RULE: ClassVar = "training.score-stands-otherwise"
    SOURCE: ClassVar = "facts/falsification.csv F27 (silent score change)"
    zh = "{person} 在 {training_class} 班 {day} 的成绩已登记,与此次不同。改分请办理更正并写明事由;补考请填补考日期。"
    en = "{person} already has another score in class {training_class} for the test of {day}. Amend it by a correction with a reason; date a re-sit by its own day."
    person: PersonId
    training_class: ClassId
    day: date


# -- decisions --------------------------------------------------------------------------------------------


class RecordScore(OfPeople, OfOneClass, Slice):
    """Record what a person scored; one score for each test day."""

    COMMAND = "training.record-score"
    DECIDES = ScoreRecorded
    ROLES = TEACHING_SIDE
    fact: ScoreRecorded
    standing: tuple[ScoreRecorded, ...] = ()

    def guards(self) -> list[GuardKey]:
        return [(ClassGuard.KIND, self.fact.training_class), (AliasGuard.KIND, self.fact.person)]

    def consistency_boundary(self) -> list[Selector]:
        return person_selectors(self.guarded, self.fact.person, [ScoreRecorded])

    @event(ScoreRecorded)
    def _(self, fact: ScoreRecorded) -> None:
        if (fact.training_class, fact.occurred_on) == (self.fact.training_class, self.fact.occurred_on):
            self.standing = (*self.standing, fact)

    def execute(self) -> None:
        fact = self.fact
        require_new(fact, self.standing)
        require_filed(self.guard(ClassGuard, fact.training_class), fact.training_class)
        if self.standing:
            raise ScoreStandsOtherwise(person=fact.person, training_class=fact.training_class, day=fact.occurred_on)
        self.record(fact)
