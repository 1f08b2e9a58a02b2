"""Why a payment, its return or recovery, an advance or its clearing is not recorded."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from types import MappingProxyType
from typing import ClassVar

from taizhang.domain.classes import ClassId
from taizhang.domain.core import PersonId, Refusal, RegionCode
from taizhang.domain.funds.claims import ClaimId
from taizhang.domain.funds.lines import Holder
from taizhang.domain.funds.payments import AdvanceId, PaymentId

ORDER = "issue 3 (paid before the evidence or before the notice period ended); facts/falsification.csv F42"


@dataclass(eq=False)
class PaymentIdTaken(Refusal):
    """A payment, or an advance, is made once under its id."""

    RULE: ClassVar = "funds.payment-id-taken"
    SOURCE: ClassVar = "logic: one id, one payment"
    zh = "支付编号 {payment} 已用于另一笔支付。请换一个编号,或更正原支付。"
    en = "The id {payment} is taken by another payment. Use another id, or correct that payment."
    payment: str


@dataclass(eq=False)
class PaidBeforeEvidence(Refusal):
    """Nothing is paid before the last day on which anything it rests on happened."""

    RULE: ClassVar = "funds.paid-before-evidence"
    SOURCE: ClassVar = ORDER
    zh = "申领 {claim} 的依据到 {evidenced_on} 才齐备,{day} 不能支付。请核对支付日期;依法预付的,请办理“预付”。"
    en = "What claim {claim} rests on was complete on {evidenced_on}; it was not paid on {day}. Check the day; a lawful advance is a step of its own."
    claim: ClaimId
    evidenced_on: date
    day: date


@dataclass(eq=False)
class PaidBeforeReview(Refusal):
    """Nothing is paid before another officer approved the claim."""

    RULE: ClassVar = "funds.paid-before-review"
    SOURCE: ClassVar = "issue 3 (claim submitted, reviewed, subsidy paid)"
    zh = "申领 {claim} 在 {day} 尚未审核通过,不能支付。请先由另一名经办人审核,或核对支付日期。"
    en = "Claim {claim} had no approving review on {day} and cannot be paid. Have it reviewed first, or check the day."
    claim: ClaimId
    day: date


@dataclass(eq=False)
class PaidBeforeNotice(Refusal):
    """Nothing is paid before the claim's list was posted and came down again."""

    RULE: ClassVar = "funds.paid-before-notice"
    SOURCE: ClassVar = f"{ORDER}, F46"
    zh = "申领 {claim} 在 {day} 公示尚未结束,不能支付。请先登记公示和公示结束,或核对支付日期。"
    en = "The public notice of claim {claim} had not ended on {day}; it cannot be paid. Record posting and end of the notice first, or check the day."
    claim: ClaimId
    day: date


@dataclass(eq=False)
class PaidWithinNotice(Refusal):
    """Nothing is paid before the notice has run for its days."""

    RULE: ClassVar = "funds.paid-within-notice"
    SOURCE: ClassVar = f"{ORDER}, F46; facts/programme.md 4.2 (10 days at least)"
    zh = (
        "申领 {claim} 自 {posted_on} 起公示,须满 {days} 天,{since} 起才能支付,支付日期 {day} 过早。请在公示期满后支付。"
    )
    en = "Claim {claim} was posted on {posted_on} for {days} days and may be paid from {since}, not on {day}. Pay when the notice has run."
    claim: ClaimId
    posted_on: date
    days: int
    since: date
    day: date


@dataclass(eq=False)
class NoticeTooShort(Refusal):
    """A notice that came down before its days had run is none."""

    RULE: ClassVar = "funds.notice-too-short"
    SOURCE: ClassVar = f"{ORDER}, F46; facts/programme.md 4.2 (10 days at least)"
    zh = "申领 {claim} 自 {posted_on} 起公示,{ended_on} 即撤下,未满 {days} 天,不能支付。请补足公示天数,更正公示结束日期后再支付。"
    en = "The notice of claim {claim} was posted on {posted_on} and came down on {ended_on}, before its {days} days had run; nothing is paid on it. Keep it up for all its days, correct the day it came down, then pay."
    claim: ClaimId
    posted_on: date
    ended_on: date
    days: int


@dataclass(eq=False)
class NotThePayee(Refusal):
    """A claim is paid to whom it names: the class's institution, or the person whose entitlement it is."""

    RULE: ClassVar = "funds.not-the-payee"
    SOURCE: ClassVar = "facts/programme.md 4.2 (a person's money goes to the person's account); falsification.csv F25"
    zh = "申领 {claim} 的收款方是“{payee}”,应付给 {rightful},此处填写的不是。请按申领填写收款方:机构的付给该班机构,个人的逐人付给本人。"
    en = "Claim {claim} is for a payee of kind “{payee}”, to be paid to {rightful}, which this is not. Name the payee of the claim: the class's institution, or each person alone."
    WORDED: ClassVar = MappingProxyType({"payee": "payee-kind"})
    claim: ClaimId
    payee: str
    rightful: str


@dataclass(eq=False)
class AccountOfAnother(Refusal):
    """Money goes to an account that is registered for its payee."""

    RULE: ClassVar = "funds.account-of-another"
    SOURCE: ClassVar = "issue 3 (to an institution or to a person's own account); facts/falsification.csv F12"
    zh = "该收款账户没有登记在 {payee} 名下。请先登记收款方本人(本机构)的银行账户。"
    en = "This account is not registered for {payee}. Register an account of the payee's own first."
    payee: str


@dataclass(eq=False)
class SharesDoNotAddUp(Refusal):
    """The shares of a payment add up to its amount."""

    RULE: ClassVar = "funds.shares-do-not-add-up"
    SOURCE: ClassVar = "docs/adr/0006-money.md (the amount is a control total)"
    zh = "各人份额合计 {shares_fen},与支付金额 {amount_fen} 不符。请核对金额和份额。"
    en = "The shares add up to {shares_fen}, the amount is {amount_fen}. Check amount and shares."
    shares_fen: int
    amount_fen: int


@dataclass(eq=False)
class NothingClaimedFor(Refusal):
    """A share meets an entitlement of its claim, not of somebody who is not in it or was left out of it."""

    RULE: ClassVar = "funds.nothing-claimed-for"
    SOURCE: ClassVar = "issue 3 (above the computed entitlement)"
    zh = "申领 {claim} 审核通过的名单中没有 {person}。请核对人员,或先为其申领。"
    en = "{person} is not among those whom the review of claim {claim} approved. Check the person, or claim for them first."
    claim: ClaimId
    person: PersonId


@dataclass(eq=False)
class PaidAlready(Refusal):
    """An entitlement is paid once."""

    RULE: ClassVar = "funds.paid-already"
    SOURCE: ClassVar = "issue 3 (a second payment for the same entitlement); facts/falsification.csv F08"
    zh = "申领 {claim} 中 {person} 的补贴已全部支付。请不要重复支付;银行退回的,请先登记退回。"
    en = "What claim {claim} gives for {person} is paid in full. Do not pay it again; if the bank sent it back, record that first."
    claim: ClaimId
    person: PersonId


@dataclass(eq=False)
class AboveEntitlement(Refusal):
    """Nobody is paid more than the entitlement leaves."""

    RULE: ClassVar = "funds.above-entitlement"
    SOURCE: ClassVar = "issue 3 (above the computed entitlement)"
    zh = "申领 {claim} 中 {person} 尚可支付 {left_fen},此次 {amount_fen} 超出。请按系统计算的金额支付。"
    en = "Claim {claim} leaves {left_fen} to be paid for {person}, less than {amount_fen}. Pay what the claim computed."
    claim: ClaimId
    person: PersonId
    left_fen: int
    amount_fen: int


@dataclass(eq=False)
class CountyOfAnotherPayer(Refusal):
    """A level pays for classes of its own area."""

    RULE: ClassVar = "funds.county-of-another-payer"
    SOURCE: ClassVar = "facts/programme.md 4.2 (county reimbursement)"
    zh = "{training_class} 班属于 {county},不在付款方 {payer} 的辖区内。请核对付款方和班级。"
    en = "Class {training_class} belongs to {county}, outside the area of the payer {payer}. Check payer and class."
    training_class: ClassId
    county: RegionCode
    payer: Holder


@dataclass(eq=False)
class UnknownPayment(Refusal):
    """Only what was paid comes back."""

    RULE: ClassVar = "funds.unknown-payment"
    SOURCE: ClassVar = "logic: what was not paid cannot come back"
    zh = "没有支付记录 {payment}。请核对支付编号。"
    en = "There is no payment {payment}. Check its id."
    payment: PaymentId


@dataclass(eq=False)
class PaymentIsOtherwise(Refusal):
    """What comes back goes the way it came: same line, payer, claim, class and payee."""

    RULE: ClassVar = "funds.payment-is-otherwise"
    SOURCE: ClassVar = "docs/adr/0006-money.md (lineage from the fen of a line to the trainee)"
    zh = "支付 {payment} 的资金项目、付款方、申领、班级或收款方与此处所填不同。请按原支付填写。"
    en = "Line, payer, claim, class or payee of payment {payment} differ from what is stated here. State them as in that payment."
    payment: PaymentId


@dataclass(eq=False)
class BeforeThePayment(Refusal):
    """What was paid comes back, or is cleared, on the day of the payment or later."""

    RULE: ClassVar = "funds.before-the-payment"
    SOURCE: ClassVar = "logic: nothing comes back before it was paid"
    zh = "{payment} 的支付日期是 {paid_on},{day} 在此之前。请核对日期。"
    en = "{payment} was paid on {paid_on}, after {day}. Check the day."
    payment: str
    paid_on: date
    day: date


@dataclass(eq=False)
class AboveThePayment(Refusal):
    """No more comes back than the payment still holds for that person."""

    RULE: ClassVar = "funds.above-the-payment"
    SOURCE: ClassVar = "logic: nobody gives back more than they got"
    zh = "支付 {payment} 中 {person} 的份额尚余 {left_fen},退回或追缴 {amount_fen} 超出。请核对金额和人员。"
    en = (
        "Payment {payment} still holds {left_fen} for {person}; {amount_fen} cannot come back. Check amount and person."
    )
    payment: PaymentId
    person: PersonId
    left_fen: int
    amount_fen: int


@dataclass(eq=False)
class AdvanceNotDue(Refusal):
    """An advance is to be cleared by a day after it was paid."""

    RULE: ClassVar = "funds.advance-not-due"
    SOURCE: ClassVar = "issue 3 (a lawful advance is its own step and must be cleared)"
    zh = "预付的清算期限 {due_on} 应晚于预付日期 {day}。请核对清算期限。"
    en = "The advance is paid on {day} and would be due on {due_on}. State a later day by which it is cleared."
    due_on: date
    day: date


@dataclass(eq=False)
class AdvanceBeforeApproval(Refusal):
    """An advance is for a class that the county has approved."""

    RULE: ClassVar = "funds.advance-before-approval"
    SOURCE: ClassVar = "facts/falsification.csv F24, F42"
    zh = "{training_class} 班在 {day} 尚未批准开班,不能预付。请先审批开班申请,或核对日期。"
    en = "Class {training_class} was not approved by {day}; no advance is paid for it. Have its filing approved first, or check the day."
    training_class: ClassId
    day: date


@dataclass(eq=False)
class AdvanceToAnother(Refusal):
    """An advance goes to the institution that holds the class."""

    RULE: ClassVar = "funds.advance-to-another"
    SOURCE: ClassVar = "facts/falsification.csv F25, F37"
    zh = "{training_class} 班由机构 {rightful} 举办,不能预付给其他机构。请核对机构或班级。"
    en = "Class {training_class} is held by institution {rightful}; an advance for it goes to no other. Check institution and class."
    training_class: ClassId
    rightful: str


@dataclass(eq=False)
class UnknownAdvance(Refusal):
    """Only an advance that was paid is cleared, as it was paid."""

    RULE: ClassVar = "funds.unknown-advance"
    SOURCE: ClassVar = "issue 3 (an advance must be cleared)"
    zh = "没有与此处所填资金项目、付款方、机构、班级一致的预付 {advance}。请按原预付填写。"
    en = "There is no advance {advance} with this line, payer, institution and class. State them as in the advance."
    advance: AdvanceId


@dataclass(eq=False)
class NothingCleared(Refusal):
    """A clearing meets shares of a claim, gives money back, or both."""

    RULE: ClassVar = "funds.nothing-cleared"
    SOURCE: ClassVar = "issue 3 (an advance must be cleared)"
    zh = "预付 {advance} 的清算没有有效内容:用于申领的份额须注明申领编号,或填写退回金额。请补充。"
    en = "This clears nothing of advance {advance}: shares need the claim that they meet, otherwise state what is given back. Complete it."
    advance: AdvanceId


@dataclass(eq=False)
class AboveTheAdvance(Refusal):
    """No more is cleared than the advance still holds."""

    RULE: ClassVar = "funds.above-the-advance"
    SOURCE: ClassVar = "logic: an advance is cleared once"
    zh = "预付 {advance} 尚未清算 {left_fen},此次 {amount_fen} 超出。请核对金额;超出部分请另行支付。"
    en = "Advance {advance} has {left_fen} left to clear, less than {amount_fen}. Check the amounts; pay the rest as a payment."
    advance: AdvanceId
    left_fen: int
    amount_fen: int
