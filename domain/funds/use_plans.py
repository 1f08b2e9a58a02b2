"""Use plans 资金使用计划: what a county means to do with which line; several lines may pool into one plan."""

from __future__ import annotations

from typing import Annotated, NewType

import msgspec

from taizhang.domain.core import Correction, Fact, OfficerId, RegionCode, Text
from taizhang.domain.funds.lines import Amount, BudgetYear, FundLineId
from taizhang.domain.funds.purposes import Purpose

UsePlanId = NewType("UsePlanId", Annotated[str, msgspec.Meta(min_length=1, max_length=60)])


class PlannedUse(msgspec.Struct, frozen=True, kw_only=True):
    """So much of a line for a purpose."""

    line: FundLineId
    purpose: Purpose
    amount_fen: Amount


class UsePlanFiled(Fact, frozen=True, kw_only=True):
    """A region files what it will use its allotted money for; one plan may pool several lines."""

    TOPIC = "funds.use-plan-filed.v1"
    plan: UsePlanId
    region: RegionCode
    year: BudgetYear
    items: Annotated[tuple[PlannedUse, ...], msgspec.Meta(min_length=1, max_length=100)]
    document: Text
    approver: OfficerId

    def tags(self) -> list[str]:
        lines = dict.fromkeys(item.line for item in self.items)
        return [f"use-plan:{self.plan}", *(f"fund:{line}" for line in lines)]


class UsePlanFiledCorrected(Correction[UsePlanFiled], frozen=True, kw_only=True):
    TOPIC = "funds.use-plan-filed-corrected.v1"
