"""Inspections 检查: planned, opened with a team, visits held.

Every inspection says whose it is: self, superior, cross or third party. The six contents and six methods are the text's.
"""

from __future__ import annotations

from datetime import date
from typing import Annotated, Literal, NewType

import msgspec

from taizhang.domain.classes import ClassId
from taizhang.domain.core import Correction, Fact, OfficerId, OrganisationId, PersonId, RegionCode, Text

# "insp-", the code of the region that is inspected, "-", and what the team likes
InspectionId = NewType(
    "InspectionId", Annotated[str, msgspec.Meta(pattern=r"^insp-\d{6}-\S{1,50}$", examples=["insp-620121-1"])]
)
SampleId = NewType("SampleId", Annotated[str, msgspec.Meta(min_length=1, max_length=60)])
VisitId = NewType("VisitId", Annotated[str, msgspec.Meta(min_length=1, max_length=60)])
InspectionKind = Literal["self", "superior", "cross", "third-party"]
Content = Literal[
    "registration-files",  # 精准扶贫培训建档立卡情况
    "merging",  # 培训项目、资金整合情况
    "plans",  # 实施方案和年度计划的制定和落实情况
    "funds",  # 培训经费的划拨、管理、使用情况
    "institutions",  # 对定点培训机构的动态管理情况
    "outcomes",  # 培训后职业技能鉴定和劳务输转、自主创业情况
]
Method = Literal[
    "statistics",  # 查看与分析统计资料
    "meeting",  # 召开座谈会听取建议与意见
    "report",  # 听取专题汇报
    "site-visit",  # 实地检查
    "institution-visit",  # 走访培训机构
    "interview",  # 专访重点培训对象
]
Acceptance = Literal["batch", "level", "class"]  # 分批、分级、分类
# what is inspected, as a tag of the log: "region:620102", "institution:…", "class:…", "fund:…", "payment:…"
Object = Annotated[
    str,
    msgspec.Meta(
        pattern=r"^(region|institution|organisation|class|fund|payment|posting):\S{1,80}$",
        examples=["class:c621225-2018-007"],
    ),
]
Minute = Annotated[int, msgspec.Meta(ge=0, lt=1440, description="minutes after midnight, Beijing time")]

# -- facts ------------------------------------------------------------------------------------------------


class PlannedInspection(msgspec.Struct, frozen=True, kw_only=True):
    """One inspection that a year's plan promises."""

    region: RegionCode
    kind: InspectionKind
    contents: tuple[Content, ...]
    by: date


class InspectionPlanned(Fact, frozen=True, kw_only=True):
    """A year's inspection plan is approved."""

    TOPIC = "inspections.plan-approved.v1"
    plan: Annotated[str, msgspec.Meta(min_length=1, max_length=60)]
    region: RegionCode
    year: Annotated[int, msgspec.Meta(ge=2000, le=2100)]
    items: Annotated[tuple[PlannedInspection, ...], msgspec.Meta(min_length=1, max_length=200)]
    document: Text
    approver: OfficerId

    def tags(self) -> list[str]:
        return [f"inspection-plan:{self.plan}"]


class InspectionPlannedCorrected(Correction[InspectionPlanned], frozen=True, kw_only=True):
    TOPIC = "inspections.plan-approved-corrected.v1"


class InspectionOpened(Fact, frozen=True, kw_only=True):
    """An inspection is opened: whose it is, over what, with which team, announced or not."""

    TOPIC = "inspections.inspection-opened.v1"
    inspection: InspectionId
    region: RegionCode  # what is inspected lies in it
    kind: InspectionKind
    organisation: OrganisationId  # who inspects
    team: Annotated[tuple[OfficerId, ...], msgspec.Meta(min_length=1, max_length=50)]
    objects: Annotated[tuple[Object, ...], msgspec.Meta(min_length=1, max_length=200)]
    contents: Annotated[tuple[Content, ...], msgspec.Meta(min_length=1)]
    methods: Annotated[tuple[Method, ...], msgspec.Meta(min_length=1)]
    announced: bool
    document: Text
    announced_on: date | None = None
    plan: str = ""
    acceptance: Acceptance | None = None  # year-end acceptance: in batches, levels, classes

    def tags(self) -> list[str]:
        planned = [f"inspection-plan:{self.plan}"] if self.plan else []
        return [f"inspection:{self.inspection}", *planned, *dict.fromkeys(self.objects)]


class InspectionOpenedCorrected(Correction[InspectionOpened], frozen=True, kw_only=True):
    TOPIC = "inspections.inspection-opened-corrected.v1"


class VisitHeld(Fact, frozen=True, kw_only=True):
    """The team was there: at a class the heads on the spot are counted, to be set against attendance at that hour."""

    TOPIC = "inspections.visit-held.v1"
    inspection: InspectionId
    visit: VisitId
    object: Object
    method: Method
    at: Minute
    what: Text
    training_class: ClassId | None = None
    heads: Annotated[int, msgspec.Meta(ge=0)] | None = None
    interviewed: tuple[PersonId, ...] = ()
    sample: SampleId | None = None

    def tags(self) -> list[str]:
        seen = [f"class:{self.training_class}"] if self.training_class is not None else []
        people = [f"person:{person}" for person in self.interviewed]
        return list(
            dict.fromkeys([f"visit:{self.visit}", f"inspection:{self.inspection}", self.object, *seen, *people])
        )


class VisitHeldCorrected(Correction[VisitHeld], frozen=True, kw_only=True):
    TOPIC = "inspections.visit-held-corrected.v1"
