"""Filing use plans: what a region means to do with the money it was allotted, line by line."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from taizhang.domain.boundary import GuardKey
from taizhang.domain.core import Fact, Refusal, RegionCode, Selector, Slice
from taizhang.domain.funds.allotments import AllotmentGuard, UsePlanGuard, allotment_row, plans_row
from taizhang.domain.funds.lines import FundLineId
from taizhang.domain.funds.rules import line_row, require_in_scope, require_line, require_purpose
from taizhang.domain.funds.use_plans import UsePlanFiled, UsePlanId
from taizhang.domain.regions import RegionRegistered, RegionRenamed, require_region
from taizhang.domain.standing import events, require_new

# -- refusals ---------------------------------------------------------------------------------------------


@dataclass(eq=False)
class UsePlanIdTaken(Refusal):
    """A use plan is filed once."""

    RULE: ClassVar = "funds.use-plan-id-taken"
    SOURCE: ClassVar = "logic: one id, one use plan"
    zh = "用款计划编号 {plan} 已填报且内容不同。有误请更正原记录,新计划请用新编号。"
    en = "The use plan {plan} is filed already, with other content. Correct it, or file the new plan under another id."
    plan: UsePlanId


@dataclass(eq=False)
class PlanAboveAllotment(Refusal):
    """A region's use plans name no more of a line than the region was allotted."""

    RULE: ClassVar = "funds.plan-above-allotment"
    SOURCE: ClassVar = "facts/programme.md 4.2: the use plan follows the allocation"
    zh = "资金项目 {line} 下达 {region} 的指标中尚可列入用款计划 {left_fen},不足 {amount_fen}。请核对金额,或先登记下达文件。"
    en = "Of what {region} was allotted from the line {line}, {left_fen} may still be planned, less than {amount_fen}. Check the amount, or record the allocation first."
    line: FundLineId
    region: RegionCode
    amount_fen: int
    left_fen: int


# -- decisions --------------------------------------------------------------------------------------------


class FileUsePlan(Slice):
    """File a use plan; it may pool several lines, each within its purposes, its counties and the allotment."""

    COMMAND = "funds.file-use-plan"
    DECIDES = UsePlanFiled
    ROLES = frozenset({"clerk", "finance"})
    KEEPS = (UsePlanFiled,)
    fact: UsePlanFiled
    places: tuple[Fact, ...] = ()

    def region(self) -> RegionCode:
        return self.fact.region

    def ledger_region(self) -> RegionCode:
        return self.fact.region

    def guards(self) -> list[GuardKey]:
        region, lines = self.fact.region, dict.fromkeys(item.line for item in self.fact.items)
        return [plans_row(region), *(row for line in lines for row in (line_row(line), allotment_row(line, region)))]

    def consistency_boundary(self) -> list[Selector]:
        return [
            Selector(types=[UsePlanFiled], tags=[f"use-plan:{self.fact.plan}"]),
            Selector(types=[RegionRegistered, RegionRenamed], tags=[f"region:{self.fact.region}"]),
        ]

    @events(RegionRegistered, RegionRenamed)
    def _(self, fact: Fact) -> None:
        self.places = (*self.places, fact)

    def execute(self) -> None:
        fact = self.fact
        require_new(fact, self.known)
        if self.known:
            raise UsePlanIdTaken(plan=fact.plan)
        region = require_region(fact.region, self.places)
        sums: dict[FundLineId, int] = {}
        for item in fact.items:
            terms = require_line(self, item.line)
            require_purpose(terms, item.line, item.purpose)
            require_in_scope(terms, item.line, region)
            sums[item.line] = sums.get(item.line, 0) + item.amount_fen
        for line, amount_fen in sums.items():
            self._require_allotted(line, amount_fen)
        self.record(fact)

    def _require_allotted(self, line: FundLineId, amount_fen: int) -> None:
        """Raises PlanAboveAllotment."""
        region = self.fact.region
        planned = self.guard(UsePlanGuard, region).of_line(line)
        left = max(0, self.guard(AllotmentGuard, f"{line}@{region}").allotted_fen - planned)
        if left < amount_fen:
            raise PlanAboveAllotment(line=line, region=region, amount_fen=amount_fen, left_fen=left)
