"""Refusals that several steps of money share: the line, its purposes and counties, and what an account still holds."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from types import MappingProxyType
from typing import ClassVar

from taizhang.domain.core import Refusal, RegionCode
from taizhang.domain.funds.lines import FundLineId, Holder

ISSUE = "issue 3 (facts and rules)"


@dataclass(eq=False)
class UnknownLine(Refusal):
    """Money belongs to a line that was opened."""

    RULE: ClassVar = "funds.unknown-line"
    SOURCE: ClassVar = "facts/programme.md 4.1: a fund line is a source, a document, a year and its purposes"
    zh = "资金项目 {line} 未登记。请先登记该资金项目,或核对编号。"
    en = "No fund line {line} was opened. Open it first, or check its id."
    line: FundLineId


@dataclass(eq=False)
class BeforeTheLine(Refusal):
    """No step of a line happened before the line was opened."""

    RULE: ClassVar = "funds.before-the-line"
    SOURCE: ClassVar = "logic: money of a line moves once there is a line"
    zh = "资金项目 {line} 自 {opened_on} 起设立,{day} 尚无此项目。请核对日期。"
    en = "The line {line} was opened on {opened_on}; there was none on {day}. Check the day."
    line: FundLineId
    day: date
    opened_on: date


@dataclass(eq=False)
class PurposeNotAllowed(Refusal):
    """Money of a line goes to the purposes of its document 专款专用."""

    RULE: ClassVar = "funds.purpose-not-allowed"
    SOURCE: ClassVar = f"{ISSUE}: a purpose the line does not allow; facts/falsification.csv F36"
    zh = "资金项目 {line} 不得用于“{purpose}”,只可用于:{allowed}。请改用允许该用途的资金项目。"
    en = "The line {line} is not for “{purpose}”, only for: {allowed}. Use a line that allows it."
    WORDED: ClassVar = MappingProxyType({"purpose": "fund-purpose", "allowed": "fund-purpose"})
    line: FundLineId
    purpose: str
    allowed: tuple[str, ...]


@dataclass(eq=False)
class CountyOutsideScope(Refusal):
    """Money of a line goes to the counties of its document: the 58, the 75, or those it names."""

    RULE: ClassVar = "funds.county-outside-scope"
    SOURCE: ClassVar = f"{ISSUE}: a county outside its scope"
    zh = "{county} 不在资金项目 {line} 的范围({scope})内。请核对县区代码,或改用适用该县的资金项目。"
    en = "{county} is outside the scope of the line {line} ({scope}). Check the county's code, or use a line that covers it."
    WORDED: ClassVar = MappingProxyType({"scope": "line-scope"})
    line: FundLineId
    county: RegionCode
    scope: str


@dataclass(eq=False)
class AboveBalance(Refusal):
    """Nobody gives more than is left on the account, in the quota or in the cash."""

    RULE: ClassVar = "funds.above-balance"
    SOURCE: ClassVar = f"{ISSUE}: more than the line's balance at that level"
    zh = "资金项目 {line} 在 {holder} 的{book}余额为 {left_fen},不足 {amount_fen}。请核对金额;此前下达的指标或到账的资金尚未登记的,请先登记。"
    en = "{holder} has {left_fen} of {book} left on the line {line}, less than {amount_fen}. Check the amount; if an earlier allocation (quota) or receipt (cash) is not recorded yet, record it first."
    WORDED: ClassVar = MappingProxyType({"book": "fund-book"})
    line: FundLineId
    holder: Holder
    book: str
    amount_fen: int
    left_fen: int


@dataclass(eq=False)
class BalanceBelowNothing(Refusal):
    """A correction leaves no account with less than nothing."""

    RULE: ClassVar = "funds.balance-below-nothing"
    SOURCE: ClassVar = "docs/adr/0006-money.md: a correction may not make a balance negative in recording order"
    zh = "如此更正或作废后,资金项目 {line} 在 {holder} 的{book}将短缺 {short_fen}。请先更正或作废此后下达该指标或动用该资金的记录。"
    en = "So corrected, {holder} would lack {short_fen} of {book} on the line {line}. Correct or void first the allocations that passed on that quota, or what has used that cash, since."
    WORDED: ClassVar = MappingProxyType({"book": "fund-book"})
    line: FundLineId
    holder: Holder
    book: str
    short_fen: int


@dataclass(eq=False)
class AboveAllotment(Refusal):
    """Cash that goes to another level never passes what that level was allotted."""

    RULE: ClassVar = "funds.above-allotment"
    SOURCE: ClassVar = "docs/adr/0006-money.md: a transfer cannot exceed what the receiver was allotted"
    zh = "资金项目 {line} 下达 {region} 的指标中尚可拨付 {left_fen},不足 {amount_fen}。请先登记下达文件,或核对金额。"
    en = "Of what {region} was allotted from the line {line}, {left_fen} may still follow, less than {amount_fen}. Record the allocation first, or check the amount."
    line: FundLineId
    region: RegionCode
    amount_fen: int
    left_fen: int


@dataclass(eq=False)
class AllotmentTooSmall(Refusal):
    """A correction leaves a level no less allotted than the cash that followed, or than it filed use plans for."""

    RULE: ClassVar = "funds.allotment-too-small"
    SOURCE: ClassVar = "docs/adr/0006-money.md: a transfer cannot exceed what the receiver was allotted"
    zh = "如此更正或作废后,资金项目 {line} 下达 {region} 的指标为 {allotted_fen},少于已拨付或已列入用款计划的 {needed_fen}。请先更正或作废有关拨付或用款计划。"
    en = "So corrected, {region} would be allotted {allotted_fen} of the line {line}, less than the {needed_fen} transferred to it or planned by it. Correct or void those transfers or use plans first."
    line: FundLineId
    region: RegionCode
    allotted_fen: int
    needed_fen: int
