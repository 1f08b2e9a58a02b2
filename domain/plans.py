"""Implementation and annual plans: filed and approved at each level, so that a view can say which county has none."""

from __future__ import annotations

from dataclasses import dataclass
from types import MappingProxyType
from typing import Annotated, ClassVar, Literal, NewType

import msgspec

from taizhang.domain.classes import ProgrammeId
from taizhang.domain.core import Correction, Fact, OfficerId, Refusal, RegionCode, Selector, Slice, event
from taizhang.domain.decisions import PreparedAndApprovedByOne
from taizhang.domain.standing import require_grounded, require_new

PlanId = NewType("PlanId", str)
Year = Annotated[int, msgspec.Meta(ge=2000, le=2100)]
CLERKS = frozenset({"clerk"})

# -- facts ------------------------------------------------------------------------------------------------


class PlanFiled(Fact, frozen=True, kw_only=True):
    """A region files its implementation plan 实施方案, or its plan for a year 年度计划."""

    TOPIC = "plans.plan-filed.v1"
    plan: PlanId
    region: RegionCode
    level: Literal["province", "prefecture", "county"]
    kind: Literal["implementation", "annual"]
    year: Year
    document: str = ""
    programme: ProgrammeId | None = None
    person_times: Annotated[int, msgspec.Meta(ge=0)] | None = None
    filed_by: OfficerId = OfficerId("")  # filled in: the officer who records it

    def tags(self) -> list[str]:
        return [f"plan:{self.plan}"]


class PlanFiledCorrected(Correction[PlanFiled], frozen=True, kw_only=True):
    TOPIC = "plans.plan-filed-corrected.v1"


class PlanApproved(Fact, frozen=True, kw_only=True):
    """A filed plan is approved, by somebody other than who filed it."""

    TOPIC = "plans.plan-approved.v1"
    plan: PlanId
    region: RegionCode
    document: str = ""
    approved_by: OfficerId = OfficerId("")  # filled in: the officer who records it

    def tags(self) -> list[str]:
        return [f"plan:{self.plan}"]


class PlanApprovedCorrected(Correction[PlanApproved], frozen=True, kw_only=True):
    TOPIC = "plans.plan-approved-corrected.v1"


# -- refusals ---------------------------------------------------------------------------------------------


@dataclass(eq=False)
class PlanIdTaken(Refusal):
    """A plan is filed once; what changes in it is a correction or a plan of its own."""

    RULE: ClassVar = "plans.plan-id-taken"
    SOURCE: ClassVar = "programme text, section 4 (plans at each level)"
    zh = "方案(计划)编号 {plan} 已填报。内容有误请更正,新方案请用新编号。"
    en = "The plan {plan} is filed already. Correct it, or file the new plan under another id."
    plan: PlanId


@dataclass(eq=False)
class PlanNotFiled(Refusal):
    """Only a plan that the region filed, on that day or before, is approved."""

    RULE: ClassVar = "plans.plan-not-filed"
    SOURCE: ClassVar = "programme text, section 4 (plans at each level)"
    zh = "{region} 在该日之前没有填报方案(计划) {plan}。请先填报,或核对编号和日期。"
    en = "{region} had filed no plan {plan} by that day. File it first, or check id and day."
    plan: PlanId
    region: RegionCode


@dataclass(eq=False)
class PlanApprovedAlready(Refusal):
    """A plan is approved once."""

    RULE: ClassVar = "plans.plan-approved-already"
    SOURCE: ClassVar = "logic"
    REPEATS: ClassVar = True
    zh = "方案(计划) {plan} 已批准,未重复登记。"
    en = "The plan {plan} is approved already; nothing was added."
    plan: PlanId


@dataclass(eq=False)
class LevelDoesNotFit(Refusal):
    """A plan's level is its region's: 620000 is a province, 620100 a prefecture, 620121 a county."""

    RULE: ClassVar = "plans.level-does-not-fit"
    SOURCE: ClassVar = "GB/T 2260"
    zh = "地区 {region} 与级别 {level} 不符。请核对。"
    en = "The region {region} is no {level}. Check region and level."
    WORDED: ClassVar = MappingProxyType({"level": "region-level"})
    region: RegionCode
    level: str


# -- decisions --------------------------------------------------------------------------------------------


class FilePlan(Slice):
    """File a plan."""

    COMMAND = "plans.file-plan"
    DECIDES = PlanFiled
    ROLES = CLERKS
    KEEPS = (PlanFiled, PlanApproved)
    fact: PlanFiled

    def region(self) -> RegionCode:
        return self.fact.region

    def consistency_boundary(self) -> list[Selector]:
        return [Selector(types=[PlanFiled, PlanApproved], tags=[f"plan:{self.fact.plan}"])]

    def execute(self) -> None:
        fact = msgspec.structs.replace(self.fact, filed_by=self.by.officer)
        require_new(fact, self.known)
        if any(isinstance(one, PlanFiled) for one in self.known):
            raise PlanIdTaken(plan=fact.plan)
        if level_of(fact.region) != fact.level:
            raise LevelDoesNotFit(region=fact.region, level=fact.level)
        if any(isinstance(one, PlanApproved) and one.approved_by == fact.filed_by for one in self.known):
            raise PreparedAndApprovedByOne(officer=fact.filed_by)  # a correction by who approved it
        self.record(fact)

    def leaning(self) -> list[Selector]:
        if self.becomes is not None and self.becomes.plan == self.fact.plan:
            return []
        types: list[type[Fact]] = [PlanApproved]
        return [Selector(types=types, tags=[f"plan:{self.fact.plan}"])]

    def take_back(self) -> None:
        require_grounded(self.fact, self.resting)


class ApprovePlan(Slice):
    """Approve a plan that another officer filed."""

    COMMAND = "plans.approve-plan"
    DECIDES = PlanApproved
    ROLES = CLERKS
    fact: PlanApproved
    filed: PlanFiled | None = None
    approved = False

    def region(self) -> RegionCode:
        return self.fact.region

    def consistency_boundary(self) -> list[Selector]:
        return [Selector(types=[PlanFiled, PlanApproved], tags=[f"plan:{self.fact.plan}"])]

    @event(PlanFiled)
    def _(self, fact: PlanFiled) -> None:
        self.filed = fact

    @event(PlanApproved)
    def _(self) -> None:
        self.approved = True

    def execute(self) -> None:
        fact, filed = self.fact, self.filed
        if filed is None or filed.region != fact.region or filed.occurred_on > fact.occurred_on:
            raise PlanNotFiled(plan=fact.plan, region=fact.region)
        if filed.filed_by == self.by.officer:
            raise PreparedAndApprovedByOne(officer=self.by.officer)
        if self.approved:
            raise PlanApprovedAlready(plan=fact.plan)
        self.record(msgspec.structs.replace(fact, approved_by=self.by.officer))


def level_of(region: RegionCode) -> str:
    """The level that a code of six digits stands for."""
    return "province" if region.endswith("0000") else "prefecture" if region.endswith("00") else "county"
