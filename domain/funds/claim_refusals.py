"""Why a claim, its review or its public notice is not recorded."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from types import MappingProxyType
from typing import ClassVar

from taizhang.domain.classes import ClassId
from taizhang.domain.core import PersonId, Refusal, RegionCode
from taizhang.domain.funds.claims import ClaimId

COMPUTED = "issue 3 (facts and rules): claims are computed, never typed"


@dataclass(eq=False)
class AmountTyped(Refusal):
    """A claim's amounts follow from the rates and the evidence; nobody types them."""

    RULE: ClassVar = "funds.amount-typed"
    SOURCE: ClassVar = COMPUTED
    zh = "申领金额和人员权益由系统按补贴标准和学时依据计算,不能填写。请只填写班级、用途、收款方和人员。"
    en = "A claim's amounts are computed from the rate and the evidence and cannot be typed. State class, purpose, payee and persons only."


@dataclass(eq=False)
class ClaimIdTaken(Refusal):
    """A claim is submitted once under its id."""

    RULE: ClassVar = "funds.claim-id-taken"
    SOURCE: ClassVar = "logic: one id, one claim"
    zh = "申领编号 {claim} 已用于 {training_class} 班({claimed_on} 提交)。请换一个编号,或更正原申领。"
    en = "The id {claim} is taken by a claim for class {training_class} of {claimed_on}. Use another id, or correct that claim."
    claim: ClaimId
    training_class: ClassId
    claimed_on: date


@dataclass(eq=False)
class ChargesDoNotAddUp(Refusal):
    """What a review charges to lines is what it approves, to the fen."""

    RULE: ClassVar = "funds.charges-do-not-add-up"
    SOURCE: ClassVar = "docs/adr/0018-commitments.md: an approved claim is an obligation of the lines it is charged to"
    zh = "申领 {claim} 审核通过 {approved_fen},列支资金合计 {charged_fen},两者须相等。请核对各笔列支金额;不填列支资金的,按用款计划确定。"
    en = "Of the claim {claim}, {approved_fen} are approved and {charged_fen} charged to fund lines; both must be the same. Check what is charged to each line, or leave the lines to the use plan."
    claim: ClaimId
    charged_fen: int
    approved_fen: int


@dataclass(eq=False)
class ClaimOfAnotherCounty(Refusal):
    """The county in a claim's id is that of its class: scope and seals go by it."""

    RULE: ClassVar = "funds.claim-of-another-county"
    SOURCE: ClassVar = "design.md section 2 (the desk checks the scope)"
    zh = "申领编号 {claim} 与班级所属县 {county} 不符。编号应以“claim-{county}-”开头。"
    en = "The claim id {claim} does not belong to the class's county {county}. It must begin with “claim-{county}-”."
    claim: ClaimId
    county: RegionCode


@dataclass(eq=False)
class NoRateInForce(Refusal):
    """Nothing is claimed without a rate for it on the day the class starts."""

    RULE: ClassVar = "funds.no-rate-in-force"
    SOURCE: ClassVar = COMPUTED
    zh = "{training_class} 班开班日 {starts_on} 没有适用的“{purpose}”补贴标准(收款方:{payee})。请先按文件登记补贴标准,或核对用途和收款方。"
    en = "No rate for “{purpose}” to a payee of kind “{payee}” was in force when class {training_class} started on {starts_on}. Record the rate with its document first, or check purpose and payee."
    WORDED: ClassVar = MappingProxyType({"purpose": "fund-purpose", "payee": "payee-kind"})
    training_class: ClassId
    starts_on: date
    purpose: str
    payee: str


@dataclass(eq=False)
class NobodyEntitled(Refusal):
    """A claim has at least one person who is entitled and not claimed for yet."""

    RULE: ClassVar = "funds.nobody-entitled"
    SOURCE: ClassVar = f"{COMPUTED}; facts/falsification.csv F01, F18"
    zh = "截至 {day},{training_class} 班 {trainees} 名学员中没有可申领的人:学时依据不足 {lack_hours} 人,无有效证书 {lack_certificate} 人,就业未经核实 {lack_employment} 人,报名时非建档立卡 {not_poor} 人,已申领 {claimed} 人。请先补录真实的考勤、证书或就业核实。"
    en = "By {day} nobody of the {trainees} trainees of class {training_class} can be claimed for: {lack_hours} lack the hours, {lack_certificate} a certificate, {lack_employment} confirmed work, {not_poor} were not registered poor, {claimed} are claimed for. Record true attendance, certificates or confirmations that are missing."
    training_class: ClassId
    day: date
    trainees: int
    lack_hours: int
    lack_certificate: int
    lack_employment: int
    not_poor: int
    claimed: int


@dataclass(eq=False)
class NotEntitled(Refusal):
    """Who is named in a claim has what the rate asks for."""

    RULE: ClassVar = "funds.not-entitled"
    SOURCE: ClassVar = COMPUTED
    zh = "截至 {day},{person} 在 {training_class} 班尚不符合补贴条件:缺“{lack}”。请先补录真实依据,或不要列入此人。"
    en = "By {day}, {person} in class {training_class} does not meet the rate's conditions: “{lack}” is lacking. Record the true evidence first, or leave the person out."
    WORDED: ClassVar = MappingProxyType({"lack": "entitlement-lack"})
    training_class: ClassId
    person: PersonId
    day: date
    lack: str


@dataclass(eq=False)
class ClaimedAlready(Refusal):
    """A person's training is claimed once for each purpose and payee."""

    RULE: ClassVar = "funds.claimed-already"
    SOURCE: ClassVar = "issue 3 (a second payment for the same entitlement); facts/falsification.csv F08, F20"
    zh = "{person} 在 {training_class} 班的同一补贴已列入申领 {claim}。请不要重复申领;原申领有误的,请更正原申领。"
    en = "{person}'s subsidy for class {training_class} stands in claim {claim} already. Leave the person out; if that claim is wrong, correct it."
    person: PersonId
    training_class: ClassId
    claim: ClaimId


@dataclass(eq=False)
class UnknownClaim(Refusal):
    """Reviews, notices and payments belong to a claim that was submitted for this class."""

    RULE: ClassVar = "funds.unknown-claim"
    SOURCE: ClassVar = COMPUTED
    zh = "没有 {training_class} 班的申领 {claim}。请先提交申领,或核对申领编号和班级。"
    en = "There is no claim {claim} for class {training_class}. Submit it first, or check the ids of claim and class."
    claim: ClaimId
    training_class: ClassId


@dataclass(eq=False)
class ReviewedOtherwise(Refusal):
    """A claim is reviewed once."""

    RULE: ClassVar = "funds.reviewed-otherwise"
    SOURCE: ClassVar = "facts/programme.md 4.2 (claim submitted, reviewed)"
    zh = "申领 {claim} 已于 {reviewed_on} 审核,此次内容与原审核不同。审核有误的,请更正原审核。"
    en = "Claim {claim} was reviewed on {reviewed_on}, and this says otherwise. If that review is wrong, correct it."
    claim: ClaimId
    reviewed_on: date


@dataclass(eq=False)
class NotInTheClaim(Refusal):
    """A review leaves out only persons whom the claim lists."""

    RULE: ClassVar = "funds.not-in-the-claim"
    SOURCE: ClassVar = "logic: nobody is left out of what they are not in"
    zh = "{person} 不在申领 {claim} 中。请核对人员编号。"
    en = "{person} is not in claim {claim}. Check the person's id."
    claim: ClaimId
    person: PersonId


@dataclass(eq=False)
class RefusedWithoutReason(Refusal):
    """Who refuses a claim, or leaves persons out of it, says why."""

    RULE: ClassVar = "funds.refused-without-reason"
    SOURCE: ClassVar = "issue 3 (claim reviewed); facts/programme.md 3.1 (refusal with reason)"
    zh = "申领 {claim} 的审核未通过或剔除了人员,但没有写明理由。请填写理由。"
    en = "This review refuses claim {claim} or leaves persons out of it without saying why. State the reason."
    claim: ClaimId


@dataclass(eq=False)
class ClaimStepTooEarly(Refusal):
    """Review, notice and payment of a claim follow each other."""

    RULE: ClassVar = "funds.claim-step-too-early"
    SOURCE: ClassVar = "facts/programme.md 4.2 (steps and documents)"
    zh = "申领 {claim} 的上一环节发生在 {before},{day} 在此之前。请核对日期。"
    en = "The step of claim {claim} that comes first happened on {before}; {day} is earlier. Check the day."
    claim: ClaimId
    before: date
    day: date


@dataclass(eq=False)
class NotApproved(Refusal):
    """Only a claim whose review approved it is posted."""

    RULE: ClassVar = "funds.not-approved"
    SOURCE: ClassVar = "facts/programme.md 4.2 (claim, review, public notice)"
    zh = "申领 {claim} 尚未审核通过。请先由另一名经办人审核。"
    en = "Claim {claim} has no approving review. Have another officer review it first."
    claim: ClaimId


@dataclass(eq=False)
class NoticeNotGenerated(Refusal):
    """What is posted for the public is a masked list that was generated from the log, for the very fen approved."""

    RULE: ClassVar = "funds.notice-not-generated"
    SOURCE: ClassVar = "issue 3 (facts and rules): public notice posted, masked list generated by us"
    zh = "公示名单的摘要不是本系统为申领 {claim} 生成的名单。请在申领页面或用 taizhang funds notice 生成名单,张贴后按其摘要登记公示。"
    en = "The digest is not that of a list generated here for the claim {claim}. Make the list on the claim's page or with `taizhang funds notice`, post it, and record its digest."
    claim: ClaimId


@dataclass(eq=False)
class PostedOtherwise(Refusal):
    """The list of a claim is posted once, and its notice ends once."""

    RULE: ClassVar = "funds.posted-otherwise"
    SOURCE: ClassVar = "facts/falsification.csv F46"
    zh = "申领 {claim} 的公示已于 {day} 登记,此次内容不同。登记有误的,请更正原记录。"
    en = "The notice of claim {claim} is recorded with {day}, and this says otherwise. If that is wrong, correct it."
    claim: ClaimId
    day: date


@dataclass(eq=False)
class NeverPosted(Refusal):
    """A notice ends after it was posted."""

    RULE: ClassVar = "funds.never-posted"
    SOURCE: ClassVar = "facts/falsification.csv F46"
    zh = "申领 {claim} 没有公示记录。请先登记公示。"
    en = "No notice of claim {claim} was posted. Record the posting first."
    claim: ClaimId
