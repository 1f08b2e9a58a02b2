"""Who wishes to learn what, who sits in which class, who leaves it, and what the trainees say themselves."""

from __future__ import annotations

from typing import Literal

from taizhang.domain.classes import ClassId, OccupationCode
from taizhang.domain.core import Correction, Fact, PersonId, RegionCode, Text

WishForm = Literal["short-class", "school", "on-the-job"]
WishAim = Literal["work-away", "work-near", "start-up", "farm"]
Channel = Literal["own-phone", "home-visit", "in-class", "terminal", "letter"]

# -- facts ------------------------------------------------------------------------------------------------


class WishStated(Fact, frozen=True, kw_only=True):
    """A person says what they wish to learn 培训意愿."""

    TOPIC = "training.wish-stated.v1"
    person: PersonId
    county: RegionCode
    occupation: OccupationCode
    form: WishForm | None = None
    aim: WishAim | None = None
    possible: str = ""  # when and where, in the form's words

    def tags(self) -> list[str]:
        return [f"person:{self.person}"]


class WishStatedCorrected(Correction[WishStated], frozen=True, kw_only=True):
    TOPIC = "training.wish-stated-corrected.v1"


class TraineeEnrolled(Fact, frozen=True, kw_only=True):
    """A person takes a seat in a class; `claimed_poor` is what the roster says, never what is counted."""

    TOPIC = "training.trainee-enrolled.v1"
    training_class: ClassId
    person: PersonId
    claimed_poor: bool | None = None
    promised_employer: str = ""

    def tags(self) -> list[str]:
        return [f"class:{self.training_class}", f"person:{self.person}"]


class TraineeEnrolledCorrected(Correction[TraineeEnrolled], frozen=True, kw_only=True):
    TOPIC = "training.trainee-enrolled-corrected.v1"


class TraineeWithdrawn(Fact, frozen=True, kw_only=True):
    """A person leaves the class; that day is the last one on which attendance counts."""

    TOPIC = "training.trainee-withdrawn.v1"
    training_class: ClassId
    person: PersonId
    why: Text

    def tags(self) -> list[str]:
        return [f"class:{self.training_class}", f"person:{self.person}"]


class TraineeWithdrawnCorrected(Correction[TraineeWithdrawn], frozen=True, kw_only=True):
    TOPIC = "training.trainee-withdrawn-corrected.v1"


class TraineeConfirmed(Fact, frozen=True, kw_only=True):
    """The trainee answers for themself whether they took part: `took_part` may be no."""

    TOPIC = "training.trainee-confirmed.v1"
    training_class: ClassId
    person: PersonId
    channel: Channel
    took_part: bool

    def tags(self) -> list[str]:
        return [f"class:{self.training_class}", f"person:{self.person}"]


class TraineeConfirmedCorrected(Correction[TraineeConfirmed], frozen=True, kw_only=True):
    TOPIC = "training.trainee-confirmed-corrected.v1"
