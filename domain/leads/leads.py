"""What people do with a lead 疑点: assigned, checked, confirmed or refuted, merged. A lead is a question, it accuses nobody."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Literal

import msgspec

from taizhang.domain.core import Correction, Fact, Fen, OfficerId, Position, RegionCode, Text
from taizhang.domain.leads.ids import LeadId

RuleId = Annotated[str, msgspec.Meta(min_length=1, max_length=80)]
# whom or what a lead is about, as a tag of the log: "class:…", "person:…", "account:…", "payment:…" …
Subject = Annotated[str, msgspec.Meta(pattern=r"^[a-z][a-z-]{1,30}:\S{1,80}$", examples=["class:c621225-2018-007"])]
How = Literal[
    "papers",  # 调阅原始凭证
    "comparison",  # 数据比对
    "phone",  # 电话核实
    "home-visit",  # 入户核实
    "site-visit",  # 现场核查
    "bank",  # 向银行核对
    "other-office",  # 向其他单位函询
]
CheckResult = Literal["supports", "contradicts", "unclear"]
RefutedWhy = Literal[
    "innocent",  # 另有正当原因
    "data-error",  # 数据录入差错
    "list-error",  # 外部名单有误
    "rule-error",  # 规则判断有误
    "duplicate",  # 与其他疑点重复
    "out-of-scope",  # 不属监督范围
]


class LeadAssigned(Fact, frozen=True, kw_only=True):
    """An officer is to look at a lead; a later assignment takes the place of an earlier one."""

    TOPIC = "leads.lead-assigned.v1"
    lead: LeadId
    rule: RuleId
    version: Annotated[int, msgspec.Meta(ge=1)]
    subjects: Annotated[tuple[Subject, ...], msgspec.Meta(min_length=1, max_length=20)]
    region: RegionCode
    officer: OfficerId
    check_by: date | None = None
    remarks: str = ""

    def tags(self) -> list[str]:
        return [f"lead:{self.lead}", *dict.fromkeys(self.subjects)]


class LeadChecked(Fact, frozen=True, kw_only=True):
    """Whoever it was assigned to looked at a lead: how, what they found, on which facts it rests."""

    TOPIC = "leads.lead-checked.v1"
    lead: LeadId
    how: Annotated[tuple[How, ...], msgspec.Meta(min_length=1)]
    result: CheckResult
    words: Text
    rests_on: Annotated[tuple[Position, ...], msgspec.Meta(max_length=500)] = ()
    checked_by: OfficerId = OfficerId("")  # filled in, like the rule, its version and the region
    rule: str = ""
    version: int = 0
    region: RegionCode = RegionCode("")

    def tags(self) -> list[str]:
        return [f"lead:{self.lead}"]


class LeadCheckedCorrected(Correction[LeadChecked], frozen=True, kw_only=True):
    TOPIC = "leads.lead-checked-corrected.v1"


class LeadConfirmed(Fact, frozen=True, kw_only=True):
    """Another officer than the checker holds what the lead asks about for established, with the sum at stake."""

    TOPIC = "leads.lead-confirmed.v1"
    lead: LeadId
    words: Text
    amount_fen: Fen = 0
    confirmed_by: OfficerId = OfficerId("")
    rule: str = ""
    version: int = 0
    region: RegionCode = RegionCode("")

    def tags(self) -> list[str]:
        return [f"lead:{self.lead}"]


class LeadConfirmedCorrected(Correction[LeadConfirmed], frozen=True, kw_only=True):
    TOPIC = "leads.lead-confirmed-corrected.v1"


class LeadRefuted(Fact, frozen=True, kw_only=True):
    """Another officer than the checker finds that there is nothing in it, and says why: it lowers the rule's rank."""

    TOPIC = "leads.lead-refuted.v1"
    lead: LeadId
    refuted_why: RefutedWhy
    words: Text
    refuted_by: OfficerId = OfficerId("")
    rule: str = ""
    version: int = 0
    region: RegionCode = RegionCode("")

    def tags(self) -> list[str]:
        return [f"lead:{self.lead}"]


class LeadRefutedCorrected(Correction[LeadRefuted], frozen=True, kw_only=True):
    TOPIC = "leads.lead-refuted-corrected.v1"


class LeadsMerged(Fact, frozen=True, kw_only=True):
    """Several leads ask about one and the same thing: the others go on under `lead`."""

    TOPIC = "leads.leads-merged.v1"
    lead: LeadId
    merged: Annotated[tuple[LeadId, ...], msgspec.Meta(min_length=1, max_length=200)]
    words: Text
    region: RegionCode = RegionCode("")

    def tags(self) -> list[str]:
        return [f"lead:{one}" for one in dict.fromkeys((self.lead, *self.merged))]
