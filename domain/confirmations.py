"""What trainees say themselves 学员确认: asked by somebody else than the institution that taught them."""

from __future__ import annotations

from typing import Literal

from taizhang.domain.boundary import GuardKey
from taizhang.domain.classes import ClassGuard, ClassId, OfOneClass, county_of, require_filed
from taizhang.domain.core import Correction, Fact, PersonId, RegionCode, Selector, Slice
from taizhang.domain.people import PersonMoved, PersonRegistered
from taizhang.domain.postings.officials import VILLAGE_OFFICIAL
from taizhang.domain.postings.villagers import HOME_FACTS, OfVillager
from taizhang.domain.registered import OfPeople
from taizhang.domain.standing import events, require_new

Channel = Literal["own-phone", "home-visit", "in-class", "terminal", "letter"]

# -- facts ------------------------------------------------------------------------------------------------


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


# -- decisions --------------------------------------------------------------------------------------------


class ConfirmTrainee(OfPeople, OfVillager, OfOneClass, Slice):
    """Record a trainee's own answer; several answers may differ, all of them stand.

    A posted official asks the own villagers.
    """

    COMMAND = "training.confirm-trainee"
    DECIDES = TraineeConfirmed
    ROLES = frozenset({"clerk", "inspector", VILLAGE_OFFICIAL})
    FURTHER = HOME_FACTS
    KEEPS = (TraineeConfirmed,)
    fact: TraineeConfirmed

    def region(self) -> RegionCode | None:  # type: ignore[override]
        return None if self.by.role == VILLAGE_OFFICIAL else county_of(self.fact.training_class)

    def guards(self) -> list[GuardKey]:
        return [(ClassGuard.KIND, self.fact.training_class)]

    def consistency_boundary(self) -> list[Selector]:
        return [Selector(types=[TraineeConfirmed], tags=[f"person:{self.fact.person}"])]

    @events(PersonRegistered, PersonMoved)
    def _(self, fact: Fact) -> None:
        self.homes = (*self.homes, fact)

    def execute(self) -> None:
        self.require_villager()
        require_new(self.fact, self.known)
        require_filed(self.guard(ClassGuard, self.fact.training_class), self.fact.training_class)
        self.record(self.fact)
