"""Performance evaluation 绩效评价 of a line and year, and allocations tied to training done 转移支付与培训挂钩."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Literal, NewType

import msgspec

from taizhang.domain.classes import ProgrammeId
from taizhang.domain.core import Correction, Fact, RegionCode, Text
from taizhang.domain.funds.lines import Amount, BudgetYear, FundLineId

TieId = NewType("TieId", Annotated[str, msgspec.Meta(min_length=1, max_length=60)])
EvaluationKind = Literal["self-evaluation", "spot-check"]
Indicator = Literal[
    "persons",
    "person-times",
    "poor-share",
    "pass-rate",
    "evidenced-hours-rate",
    "paid-on-time-rate",
    "cost-per-certificate",
    "employed-at-6-months",
    "income-change",
    "satisfaction",
    "wish-match",
]


class Claimed(msgspec.Struct, frozen=True, kw_only=True):
    """One indicator as the unit states it: persons, fen, or hundredths of a per cent (8731 is 87.31 %)."""

    indicator: Indicator
    value: Annotated[int, msgspec.Meta(ge=0)]


class PerformanceEvaluated(Fact, frozen=True, kw_only=True):
    """A line's year is evaluated: by the unit itself, or by a spot check of somebody above it."""

    TOPIC = "funds.performance-evaluated.v1"
    line: FundLineId
    region: RegionCode
    year: BudgetYear
    kind: EvaluationKind
    document: Text
    claimed: Annotated[tuple[Claimed, ...], msgspec.Meta(min_length=1, max_length=20)]
    conclusion: str = ""

    def tags(self) -> list[str]:
        return [f"fund:{self.line}", f"evaluation:{self.line}@{self.year}"]


class PerformanceEvaluatedCorrected(Correction[PerformanceEvaluated], frozen=True, kw_only=True):
    TOPIC = "funds.performance-evaluated-corrected.v1"


class AllocationTied(Fact, frozen=True, kw_only=True):
    """From `since` on, so much of a line is due to a county for each person its ledger evidences."""

    TOPIC = "funds.allocation-tied.v1"
    tie: TieId
    line: FundLineId
    region: RegionCode  # whose policy it is
    per_person_fen: Amount
    since: date
    until: date
    document: Text
    programme: ProgrammeId | None = None  # None: any programme
    poor_only: bool = True

    def tags(self) -> list[str]:
        return [f"fund:{self.line}", f"tie:{self.tie}"]


class AllocationTiedCorrected(Correction[AllocationTied], frozen=True, kw_only=True):
    TOPIC = "funds.allocation-tied-corrected.v1"
