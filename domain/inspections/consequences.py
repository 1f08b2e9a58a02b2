"""What findings lead to: circulars 通报, accountability 问责, commendation 表彰."""

from __future__ import annotations

from typing import Annotated, Literal

import msgspec

from taizhang.domain.core import Correction, Fact, Fen, OfficerId, OrganisationId, PersonId, Position, RegionCode, Text
from taizhang.domain.inspections.findings import FindingId

Outcome = Literal[
    "talk",  # 谈话提醒、告诫约谈
    "criticism",  # 通报批评
    "admonition",  # 诫勉
    "recall",  # 召回
    "organisational",  # 组织处理
    "party-sanction",  # 党纪处分
    "administrative-sanction",  # 政务处分
    "recovery",  # 追缴资金
    "prosecution",  # 移送司法机关
]
CommendationKind = Literal["commendation", "model-case"]


class CircularIssued(Fact, frozen=True, kw_only=True):
    """A circular 通报 makes findings known: to whom, and who issues it, as it is printed."""

    TOPIC = "inspections.circular-issued.v1"
    circular: Annotated[str, msgspec.Meta(min_length=1, max_length=60)]
    region: RegionCode
    title: Text
    words: Text
    document: Text
    approver: OfficerId
    findings: tuple[FindingId, ...] = ()
    addressees: Annotated[tuple[Text, ...], msgspec.Meta(max_length=50)] = ()  # 主送机关
    copies_to: Annotated[tuple[Text, ...], msgspec.Meta(max_length=50)] = ()  # 抄送机关
    issued_by: OrganisationId | None = None  # filled in: whose officer issues it

    def tags(self) -> list[str]:
        return [f"circular:{self.circular}", *(f"finding:{one}" for one in self.findings)]


class CircularIssuedCorrected(Correction[CircularIssued], frozen=True, kw_only=True):
    TOPIC = "inspections.circular-issued-corrected.v1"


class AccountabilityImposed(Fact, frozen=True, kw_only=True):
    """Somebody is held to account 问责 for findings: an official, an officer or an organisation."""

    TOPIC = "inspections.accountability-imposed.v1"
    region: RegionCode
    outcome: Outcome
    findings: Annotated[tuple[FindingId, ...], msgspec.Meta(min_length=1, max_length=100)]
    document: Text
    approver: OfficerId
    official: PersonId | None = None
    officer: OfficerId | None = None
    organisation: OrganisationId | None = None
    amount_fen: Fen = 0
    words: str = ""

    def tags(self) -> list[str]:
        who = [f"person:{self.official}"] if self.official is not None else []
        return [*(f"finding:{one}" for one in self.findings), *who]


class AccountabilityImposedCorrected(Correction[AccountabilityImposed], frozen=True, kw_only=True):
    TOPIC = "inspections.accountability-imposed-corrected.v1"


class CommendationGiven(Fact, frozen=True, kw_only=True):
    """Somebody is commended 表彰, or a model case 先进典型 is published."""

    TOPIC = "inspections.commendation-given.v1"
    region: RegionCode
    kind: CommendationKind
    title: Text
    words: Text
    document: Text
    approver: OfficerId
    official: PersonId | None = None
    organisation: OrganisationId | None = None
    rests_on: tuple[Position, ...] = ()

    def tags(self) -> list[str]:
        who = [f"person:{self.official}"] if self.official is not None else []
        return [f"region:{self.region}", *who]


class CommendationGivenCorrected(Correction[CommendationGiven], frozen=True, kw_only=True):
    TOPIC = "inspections.commendation-given-corrected.v1"
