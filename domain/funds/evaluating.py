"""Evaluating a line's year, and tying a line to training done."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from types import MappingProxyType
from typing import ClassVar, Final

from taizhang.domain.boundary import GuardKey
from taizhang.domain.core import Refusal, RegionCode, Selector, Slice
from taizhang.domain.funds.evaluation import AllocationTied, Indicator, PerformanceEvaluated, TieId
from taizhang.domain.funds.rules import line_row, require_line
from taizhang.domain.standing import require_forward, require_new

WHOLE: Final = 10_000  # hundredths of a per cent
SHARES: Final[frozenset[Indicator]] = frozenset(
    {
        "poor-share",
        "pass-rate",
        "evidenced-hours-rate",
        "paid-on-time-rate",
        "employed-at-6-months",
        "satisfaction",
        "wish-match",
    }
)
"""Indicators that are a part of a whole; the others count persons, or money."""

# -- refusals ---------------------------------------------------------------------------------------------


@dataclass(eq=False)
class ShareAboveWhole(Refusal):
    """A share is at most all of it."""

    RULE: ClassVar = "funds.share-above-whole"
    SOURCE: ClassVar = "facts/programme.md 4.3; logic: a share is at most 100 %"
    zh = "指标“{indicator}”填为 {value}(百分之一个百分点),超过 100%。请按 10000 为 100% 填写。"
    en = (
        "The indicator “{indicator}” is stated as {value} hundredths of a per cent, above 100 %. Enter 10000 for 100 %."
    )
    WORDED: ClassVar = MappingProxyType({"indicator": "fund-indicator"})
    indicator: str
    value: int


@dataclass(eq=False)
class IndicatorTwice(Refusal):
    """One evaluation states each indicator once."""

    RULE: ClassVar = "funds.indicator-twice"
    SOURCE: ClassVar = "facts/programme.md 4.3; logic: what was claimed must be one value"
    zh = "指标“{indicator}”填了不止一次。请只保留一个数值。"
    en = "The indicator “{indicator}” is stated more than once. Keep one value."
    WORDED: ClassVar = MappingProxyType({"indicator": "fund-indicator"})
    indicator: str


@dataclass(eq=False)
class TieIdTaken(Refusal):
    """A tie stands under an id of its own."""

    RULE: ClassVar = "funds.tie-id-taken"
    SOURCE: ClassVar = "logic: one id, one tie"
    zh = "挂钩办法编号 {tie} 已登记且内容不同。有误请更正原记录,新办法请用新编号。"
    en = "The tie {tie} is recorded already, with other content. Correct it, or record the new one under another id."
    tie: TieId


# -- decisions --------------------------------------------------------------------------------------------


class EvaluatePerformance(Slice):
    """Record what an evaluation of a line's year states."""

    COMMAND = "funds.evaluate-performance"
    DECIDES = PerformanceEvaluated
    ROLES = frozenset({"clerk", "finance", "inspector"})
    KEEPS = (PerformanceEvaluated,)
    fact: PerformanceEvaluated

    def region(self) -> RegionCode:
        return self.fact.region

    def ledger_region(self) -> RegionCode:
        return self.fact.region

    def guards(self) -> list[GuardKey]:
        return [line_row(self.fact.line)]

    def consistency_boundary(self) -> list[Selector]:
        tag = f"evaluation:{self.fact.line}@{self.fact.year}"
        return [Selector(types=[PerformanceEvaluated], tags=[tag])]

    def execute(self) -> None:
        fact = self.fact
        require_new(fact, self.known)
        require_line(self, fact.line)
        for indicator, times in Counter(one.indicator for one in fact.claimed).items():
            if times > 1:
                raise IndicatorTwice(indicator=indicator)
        for one in fact.claimed:
            if one.indicator in SHARES and one.value > WHOLE:
                raise ShareAboveWhole(indicator=one.indicator, value=one.value)
        self.record(fact)


class TieAllocation(Slice):
    """Let a line follow the persons that a county's ledger evidences, for a time."""

    COMMAND = "funds.tie-allocation"
    DECIDES = AllocationTied
    ROLES = frozenset({"clerk", "finance"})
    KEEPS = (AllocationTied,)
    fact: AllocationTied

    def region(self) -> RegionCode:
        return self.fact.region

    def ledger_region(self) -> RegionCode:
        return self.fact.region

    def guards(self) -> list[GuardKey]:
        return [line_row(self.fact.line)]

    def consistency_boundary(self) -> list[Selector]:
        return [Selector(types=[AllocationTied], tags=[f"tie:{self.fact.tie}"])]

    def execute(self) -> None:
        fact = self.fact
        require_new(fact, self.known)
        if self.known:
            raise TieIdTaken(tie=fact.tie)
        require_line(self, fact.line)
        require_forward(fact.since, fact.until)
        self.record(fact)
