"""Scores 成绩: theory and practice; a score that stands is amended by a correction, never replaced silently."""

from __future__ import annotations

from typing import Annotated

import msgspec

from taizhang.domain.classes import ClassId
from taizhang.domain.core import Correction, Fact, PersonId

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

    def tags(self) -> list[str]:
        return [f"class:{self.training_class}", f"person:{self.person}"]


class ScoreAmended(Correction[ScoreRecorded], frozen=True, kw_only=True):
    TOPIC = "training.score-amended.v1"
