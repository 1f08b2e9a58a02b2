"""Households: who belongs to one, and since when until when it is registered poor 建档立卡."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import ClassVar, Literal, NewType

from taizhang.domain.core import Correction, Fact, PersonId, Refusal, RegionCode

HouseholdId = NewType("HouseholdId", str)
# 一般农户, 一般贫困户, 低保贫困户, 五保贫困户
Attribute = Literal["general", "poor", "poor-minimum-living", "poor-five-guarantees"]
# 因病 因残 因学 因灾 缺土地 缺水 缺技术 缺劳力 缺资金 交通条件落后 自身发展动力不足 其它
Cause = Literal[
    "illness",
    "disability",
    "schooling",
    "disaster",
    "no-land",
    "no-water",
    "no-skill",
    "no-labour",
    "no-money",
    "poor-roads",
    "low-motivation",
    "other",
]
Leaving = Literal["died", "married-out", "moved", "split", "prison", "listed-wrongly", "other"]
CLERKS = frozenset({"clerk"})

# -- facts ------------------------------------------------------------------------------------------------


class HouseholdRegistered(Fact, frozen=True, kw_only=True):
    """A household stands in the register, from `occurred_on` with this attribute."""

    TOPIC = "households.household-registered.v1"
    household: HouseholdId
    village: RegionCode
    attribute: Attribute
    causes: tuple[Cause, ...] = ()

    def tags(self) -> list[str]:
        return [f"household:{self.household}"]


class HouseholdRegisteredCorrected(Correction[HouseholdRegistered], frozen=True, kw_only=True):
    TOPIC = "households.household-registered-corrected.v1"


class HouseholdMemberListed(Fact, frozen=True, kw_only=True):
    """The register lists a person in a household, from `occurred_on`; `relation` is to the head (head, spouse …)."""

    TOPIC = "households.household-member-listed.v1"
    household: HouseholdId
    person: PersonId
    relation: str = ""

    def tags(self) -> list[str]:
        return [f"household:{self.household}", f"person:{self.person}"]


class HouseholdMemberListedCorrected(Correction[HouseholdMemberListed], frozen=True, kw_only=True):
    TOPIC = "households.household-member-listed-corrected.v1"


class HouseholdMemberLeft(Fact, frozen=True, kw_only=True):
    """A person no longer belongs to a household, from `occurred_on`."""

    TOPIC = "households.household-member-left.v1"
    household: HouseholdId
    person: PersonId
    why: Leaving

    def tags(self) -> list[str]:
        return [f"household:{self.household}", f"person:{self.person}"]


class HouseholdMemberLeftCorrected(Correction[HouseholdMemberLeft], frozen=True, kw_only=True):
    TOPIC = "households.household-member-left-corrected.v1"


class HouseholdAttributeStated(Fact, frozen=True, kw_only=True):
    """From `occurred_on` the register gives a household this attribute and these causes of poverty."""

    TOPIC = "households.household-attribute-stated.v1"
    household: HouseholdId
    attribute: Attribute
    causes: tuple[Cause, ...] = ()

    def tags(self) -> list[str]:
        return [f"household:{self.household}"]


class HouseholdAttributeStatedCorrected(Correction[HouseholdAttributeStated], frozen=True, kw_only=True):
    TOPIC = "households.household-attribute-stated-corrected.v1"


class HouseholdExited(Fact, frozen=True, kw_only=True):
    """A household left poverty 脱贫: judged for `exit_year`, approved on `occurred_on`, poor until the day before."""

    TOPIC = "households.household-exited.v1"
    household: HouseholdId
    exit_year: int
    keeps_support: bool = False  # 已脱贫(享受政策)

    def tags(self) -> list[str]:
        return [f"household:{self.household}"]


class HouseholdExitedCorrected(Correction[HouseholdExited], frozen=True, kw_only=True):
    TOPIC = "households.household-exited-corrected.v1"


class HouseholdReturned(Fact, frozen=True, kw_only=True):
    """A household that had left poverty is poor again 返贫, from `occurred_on`."""

    TOPIC = "households.household-returned.v1"
    household: HouseholdId
    attribute: Attribute
    causes: tuple[Cause, ...] = ()

    def tags(self) -> list[str]:
        return [f"household:{self.household}"]


class HouseholdReturnedCorrected(Correction[HouseholdReturned], frozen=True, kw_only=True):
    TOPIC = "households.household-returned-corrected.v1"


class HouseholdSplit(Fact, frozen=True, kw_only=True):
    """Some members of a household form a new one, which begins with this attribute; they belong to the new one only."""

    TOPIC = "households.household-split.v1"
    household: HouseholdId
    new_household: HouseholdId
    persons: tuple[PersonId, ...]
    village: RegionCode
    attribute: Attribute

    def tags(self) -> list[str]:
        households = [f"household:{self.household}", f"household:{self.new_household}"]
        return [*households, *(f"person:{person}" for person in self.persons)]


class HouseholdMerged(Fact, frozen=True, kw_only=True):
    """The members of a household join another; the `merged` one is no more, from `occurred_on`."""

    TOPIC = "households.household-merged.v1"
    household: HouseholdId
    merged: HouseholdId
    persons: tuple[PersonId, ...]

    def tags(self) -> list[str]:
        households = [f"household:{self.household}", f"household:{self.merged}"]
        return [*households, *(f"person:{person}" for person in self.persons)]


# -- what is known ----------------------------------------------------------------------------------------


class Register:
    """What the register says about one household on a day; fold the facts that bear the household's tag."""

    def __init__(self, household: HouseholdId) -> None:
        self.household = household
        self.village: RegionCode | None = None
        self.merged_on: date | None = None
        self._changes: list[tuple[date, bool]] = []  # (from this day, registered poor), in order of recording

    def apply(self, fact: Fact) -> None:
        """Take in one fact; facts that say nothing about poverty or place change nothing."""
        if isinstance(fact, HouseholdRegistered) or (
            isinstance(fact, HouseholdSplit) and fact.new_household == self.household
        ):
            self.village = fact.village
            self._change(fact.occurred_on, fact.attribute)
        elif isinstance(fact, (HouseholdAttributeStated, HouseholdReturned)):
            self._change(fact.occurred_on, fact.attribute)
        elif isinstance(fact, HouseholdExited):
            self._change(fact.occurred_on, "general")
        elif isinstance(fact, HouseholdMerged) and fact.merged == self.household:
            self.merged_on = fact.occurred_on

    def known(self) -> bool:
        return self.village is not None

    def poor_on(self, day: date) -> bool:
        """Whether the household is registered poor on that day; of two statements for one day the later holds."""
        states = [(since, number, poor) for number, (since, poor) in enumerate(self._changes) if since <= day]
        return max(states)[2] if states else False

    def _change(self, since: date, attribute: Attribute) -> None:
        self._changes.append((since, attribute != "general"))


REGISTER_FACTS: tuple[type[Fact], ...] = (
    HouseholdRegistered,
    HouseholdAttributeStated,
    HouseholdExited,
    HouseholdReturned,
    HouseholdSplit,
    HouseholdMerged,
)


def register_of(household: HouseholdId, facts: Iterable[Fact]) -> Register:
    """What these facts, oldest first, say about the household."""
    register = Register(household)
    for fact in facts:
        register.apply(fact)
    return register


def members_on(household: HouseholdId, facts: Iterable[Fact], day: date) -> set[PersonId]:
    """Who belongs to the household on that day, as these facts, oldest first, say."""
    last: dict[PersonId, tuple[date, int, bool]] = {}
    for number, fact in enumerate(facts):
        for person, belongs in _membership(household, fact):
            said = (fact.occurred_on, number, belongs)
            if fact.occurred_on <= day and said > last.get(person, (date.min, -1, False)):
                last[person] = said
    return {person for person, (_, _, belongs) in last.items() if belongs}


def _membership(household: HouseholdId, fact: Fact) -> list[tuple[PersonId, bool]]:
    if isinstance(fact, (HouseholdMemberListed, HouseholdMemberLeft)):
        belongs = isinstance(fact, HouseholdMemberListed)
        return [(fact.person, belongs)] if fact.household == household else []
    if isinstance(fact, HouseholdSplit) and household in (fact.household, fact.new_household):
        return [(person, household == fact.new_household) for person in fact.persons]
    if isinstance(fact, HouseholdMerged) and household in (fact.household, fact.merged):
        return [(person, household == fact.household) for person in fact.persons]
    return []


# -- refusals ---------------------------------------------------------------------------------------------


@dataclass(eq=False)
class UnknownHousehold(Refusal):
    """Nothing is recorded about a household that is not in the register."""

    RULE: ClassVar = "households.unknown-household"
    SOURCE: ClassVar = "design.md section 3 (registry)"
    zh = "户编号 {household} 未登记。请先导入户册登记该户。"
    en = "No household {household} is registered. Import the household register first."
    household: HouseholdId


@dataclass(eq=False)
class HouseholdIdTaken(Refusal):
    """A household's id is given once."""

    RULE: ClassVar = "households.household-id-taken"
    SOURCE: ClassVar = "programme.md section 2 (household numbers are issued once)"
    zh = "户编号 {household} 已登记。属性变化请办理“户属性变更”,登记有误请更正。"
    en = "Household {household} is registered already. State its new attribute, or correct the registration."
    household: HouseholdId


@dataclass(eq=False)
class NotPoorThatDay(Refusal):
    """Only a household that is registered poor can leave poverty."""

    RULE: ClassVar = "households.not-poor-that-day"
    SOURCE: ClassVar = "logic: nobody leaves what they were not in"
    zh = "{household} 户在 {day} 不是建档立卡贫困户,不能登记脱贫。请核对日期,或先补登其贫困属性。"
    en = "Household {household} is not registered poor on {day} and cannot exit. Check the day, or state its attribute first."
    household: HouseholdId
    day: date


@dataclass(eq=False)
class ExitedBeforeItsYear(Refusal):
    """An exit is approved in the year it is judged for, or later."""

    RULE: ClassVar = "households.exited-before-its-year"
    SOURCE: ClassVar = "programme.md section 1 (exit years are judged, then approved)"
    zh = "脱贫年度 {exit_year} 晚于批准日期 {approved_on}。请核对年度和日期。"
    en = "The exit year {exit_year} lies after its approval on {approved_on}. Check year and day."
    exit_year: int
    approved_on: date


@dataclass(eq=False)
class NotAMember(Refusal):
    """Only somebody who is listed in a household can leave it."""

    RULE: ClassVar = "households.not-a-member"
    SOURCE: ClassVar = "logic: nobody leaves what they were not in"
    zh = "{persons} 未列入 {household} 户。请核对户编号,或先登记为家庭成员。"
    en = "{persons} not listed in household {household}. Check the household, or list them first."
    household: HouseholdId
    persons: tuple[PersonId, ...]


@dataclass(eq=False)
class HouseholdWithItself(Refusal):
    """A household is not split from or merged with itself."""

    RULE: ClassVar = "households.household-with-itself"
    SOURCE: ClassVar = "logic"
    zh = "两处填写的都是 {household} 户。请填写两个不同的户编号。"
    en = "Both households are {household}. Name two different households."
    household: HouseholdId
