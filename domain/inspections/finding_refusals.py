"""Why a finding, or a step of what becomes of it, is not recorded."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import ClassVar

from taizhang.domain.core import OfficerId, OrganisationId, Refusal
from taizhang.domain.inspections.findings import FindingId

F53 = "facts/falsification.csv F53 (false rectification); facts/programme.md section 6"


@dataclass(eq=False)
class UnknownFinding(Refusal):
    """Whatever becomes of a finding becomes of one that was recorded."""

    RULE: ClassVar = "inspections.unknown-finding"
    SOURCE: ClassVar = "logic"
    zh = "没有编号为 {finding} 的发现问题。请核对编号。"
    en = "No finding {finding} is recorded. Check its id."
    finding: FindingId


@dataclass(eq=False)
class FindingIdTaken(Refusal):
    """A finding is recorded once."""

    RULE: ClassVar = "inspections.finding-id-taken"
    SOURCE: ClassVar = "logic: one id, one finding"
    zh = "问题编号 {finding} 已登记且内容不同。如登记有误请更正,否则请换一个编号。"
    en = "The finding {finding} is recorded already, with other content. Correct it, or choose another id."
    finding: FindingId


@dataclass(eq=False)
class RestsOnNothing(Refusal):
    """A finding names the facts it rests on."""

    RULE: ClassVar = "inspections.rests-on-nothing"
    SOURCE: ClassVar = "issue 4 (the very facts it rests on); facts/programme.md section 8 (evidence)"
    zh = "问题 {finding} 没有写明依据哪些已入账的事实。请填写至少一条事实的编号。"
    en = "The finding {finding} names no facts it rests on. Name at least one by its position."
    finding: FindingId


@dataclass(eq=False)
class LossesDoNotAddUp(Refusal):
    """A finding's sum is that of its losses, person by person."""

    RULE: ClassVar = "inspections.losses-do-not-add-up"
    SOURCE: ClassVar = "facts/programme.md section 8 (the amount of loss is argued person by person)"
    zh = "逐人损失合计 {losses_fen},与问题金额 {amount_fen} 不符。请核对逐人金额。"
    en = "The losses of the persons make {losses_fen}, not {amount_fen}. Check them person by person."
    losses_fen: int
    amount_fen: int


@dataclass(eq=False)
class BlocksNobody(Refusal):
    """Only a finding on an institution, its class or a payment to it can hold payments back."""

    RULE: ClassVar = "inspections.blocks-nobody"
    SOURCE: ClassVar = "issue 4 (an open blocking finding on an institution refuses its payments)"
    zh = "问题 {finding} 的对象 {object} 不是培训机构、其培训班或对其支付,不能停付。请去掉停付,或核对对象。"
    en = "The finding {finding} is about {object}: no institution, class of one or payment to one, so it holds nothing back. Leave “blocking” out, or check the object."
    finding: FindingId
    object: str


@dataclass(eq=False)
class FindingIsClosed(Refusal):
    """A closed finding is reopened before anything more is asked of it."""

    RULE: ClassVar = "inspections.finding-is-closed"
    SOURCE: ClassVar = F53
    zh = "问题 {finding} 已于 {closed_on} 销号。如整改不实,请先重新打开。"
    en = "The finding {finding} was closed on {closed_on}. If it was not put right, reopen it first."
    finding: FindingId
    closed_on: date


@dataclass(eq=False)
class FindingIsOpen(Refusal):
    """Only a closed finding is reopened or revisited."""

    RULE: ClassVar = "inspections.finding-is-open"
    SOURCE: ClassVar = "facts/programme.md section 6 (closed or reopened, then revisited)"
    zh = "问题 {finding} 尚未销号。请在销号之后再重新打开或回头看。"
    en = "The finding {finding} is not closed. Reopen or revisit it once it is."
    finding: FindingId


@dataclass(eq=False)
class DeadlineNotAfterFinding(Refusal):
    """Putting right takes time: the deadline lies after the finding and not before the order."""

    RULE: ClassVar = "inspections.deadline-not-after"
    SOURCE: ClassVar = F53
    zh = "整改期限 {deadline} 应晚于发现问题的日期({found_on})且不早于下达日期。请核对期限。"
    en = "The deadline {deadline} must lie after the finding ({found_on}) and not before the order. Check the deadline."
    deadline: date
    found_on: date


@dataclass(eq=False)
class RectificationNotOrdered(Refusal):
    """Who puts a finding right, and until when, is said before it is reported."""

    RULE: ClassVar = "inspections.rectification-not-ordered"
    SOURCE: ClassVar = "facts/programme.md section 6 (rectification planned: unit, person, deadline)"
    zh = "问题 {finding} 尚未下达整改要求(责任单位、责任人、期限)。请先下达。"
    en = "No rectification of {finding} was ordered (unit, person, deadline). Order it first."
    finding: FindingId


@dataclass(eq=False)
class NotTheResponsibleUnit(Refusal):
    """The unit that has to put it right, or was reminded, answers for itself."""

    RULE: ClassVar = "inspections.not-the-responsible-unit"
    SOURCE: ClassVar = "facts/programme.md section 6 (责任单位)"
    zh = "{organisation} 不是问题 {finding} 的责任单位或被催办单位。请由该单位的经办人办理。"
    en = "{organisation} is not the unit that answers for {finding}, or was not reminded. Ask an officer of that unit."
    finding: FindingId
    organisation: OrganisationId


@dataclass(eq=False)
class EvidenceBeforeTheFinding(Refusal):
    """What proves that a finding was put right came after the finding, and after it was last reopened."""

    RULE: ClassVar = "inspections.evidence-before-finding"
    SOURCE: ClassVar = F53
    zh = "整改证据日期 {evidence_on} 早于问题 {finding} 被发现或重新打开的日期({since})。请提供其后的证据。"
    en = "The evidence of {evidence_on} is older than the finding {finding}, or its reopening ({since}). Hand in evidence from after it."
    finding: FindingId
    evidence_on: date
    since: date


@dataclass(eq=False)
class EvidenceUsedElsewhere(Refusal):
    """One photo does not put two findings right."""

    RULE: ClassVar = "inspections.evidence-used-elsewhere"
    SOURCE: ClassVar = "facts/falsification.csv F53, F54 (evidence hash already used elsewhere)"
    zh = "证据 {digest} 已用于问题 {other}。请提供本问题自己的证据。"
    en = "The evidence {digest} was handed in for {other}. Hand in evidence of this finding's own."
    digest: str
    other: str


@dataclass(eq=False)
class NothingReported(Refusal):
    """A review looks at a report that nobody has reviewed yet."""

    RULE: ClassVar = "inspections.nothing-reported"
    SOURCE: ClassVar = F53
    zh = "问题 {finding} 没有待复核的整改报告。请先报告整改情况。"
    en = "No report on {finding} waits for a review. Report the rectification first."
    finding: FindingId


@dataclass(eq=False)
class ReviewedByThemselves(Refusal):
    """Neither who reported nor who is in charge reviews a rectification."""

    RULE: ClassVar = "inspections.reviewed-by-themselves"
    SOURCE: ClassVar = F53
    zh = "{officer} 是问题 {finding} 的报告人或整改责任人,不能自己复核。请换人复核。"
    en = "{officer} reported on {finding} or is in charge of putting it right. Somebody else must review it."
    finding: FindingId
    officer: OfficerId


@dataclass(eq=False)
class NotAccepted(Refusal):
    """A finding is closed only after a review accepted its rectification."""

    RULE: ClassVar = "inspections.not-accepted"
    SOURCE: ClassVar = F53
    zh = "问题 {finding} 的整改尚未复核通过,不能销号。请先复核。"
    en = "No review has accepted the rectification of {finding}. Have it reviewed first, then close it."
    finding: FindingId


@dataclass(eq=False)
class ClosedByThemselves(Refusal):
    """Neither who is in charge nor who reported closes a finding."""

    RULE: ClassVar = "inspections.closed-by-themselves"
    SOURCE: ClassVar = "facts/falsification.csv F53 (closing person = responsible person)"
    zh = "{officer} 是问题 {finding} 的整改责任人或报告人,不能自己销号。请换人销号。"
    en = "{officer} is in charge of putting {finding} right or reported on it. Somebody else must close it."
    finding: FindingId
    officer: OfficerId


@dataclass(eq=False)
class NotOneSubject(Refusal):
    """A measure or a commendation is about exactly one official, officer or organisation."""

    RULE: ClassVar = "inspections.not-one-subject"
    SOURCE: ClassVar = "issue 4 (accountability)"
    zh = "填写了 {count} 个对象。请只填写一人或一个单位,多人请分别登记。"
    en = "{count} subjects are named. Name exactly one person or organisation, and record each by itself."
    count: int


@dataclass(eq=False)
class CircularIdTaken(Refusal):
    """A circular is issued once."""

    RULE: ClassVar = "inspections.circular-id-taken"
    SOURCE: ClassVar = "logic: one id, one circular"
    zh = "通报编号 {circular} 已登记且内容不同。如有误请更正,否则请换一个编号。"
    en = "The circular {circular} is recorded already, with other content. Correct it, or choose another id."
    circular: str
