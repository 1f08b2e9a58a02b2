"""Why a step of a case is not recorded."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from types import MappingProxyType
from typing import ClassVar, Final

from taizhang.domain.core import Refusal

_ISSUE: Final = "issue 5 (leads to cases: right of reply, decision, recovery, circular, negative list)"


@dataclass(eq=False)
class CaseIdTaken(Refusal):
    """A case is opened once."""

    RULE: ClassVar = "leads.case-id-taken"
    SOURCE: ClassVar = "logic: one id, one thing"
    zh = "线索编号 {case} 已登记。请换一个编号,或在该线索上继续办理。"
    en = "The case {case} is recorded already. Choose another id, or go on with that case."
    case: str


@dataclass(eq=False)
class LeadNotConfirmed(Refusal):
    """A case rests on confirmed leads."""

    RULE: ClassVar = "leads.case-on-unconfirmed"
    SOURCE: ClassVar = "issue 5 (leads never accuse)"
    zh = "疑点 {lead} 尚未确认,不能据以立线索。请先核查并确认。"
    en = "The lead {lead} is not confirmed, and no case rests on it. Have it checked and confirmed first."
    lead: str


@dataclass(eq=False)
class LeadInACase(Refusal):
    """A lead is taken up by one case."""

    RULE: ClassVar = "leads.lead-in-a-case"
    SOURCE: ClassVar = "logic: nobody is proceeded against twice for one thing"
    zh = "疑点 {lead} 已归入线索 {case}。请在该线索上办理。"
    en = "The lead {lead} belongs to the case {case}. Go on with that case."
    lead: str
    case: str


@dataclass(eq=False)
class UnknownCase(Refusal):
    """Whatever is done belongs to a case that was opened."""

    RULE: ClassVar = "leads.unknown-case"
    SOURCE: ClassVar = "logic"
    zh = "线索 {case} 尚未登记。请先登记,或核对编号。"
    en = "The case {case} was not opened. Open it first, or check its id."
    case: str


@dataclass(eq=False)
class NotYourCase(Refusal):
    """The office where a case is goes on with it."""

    RULE: ClassVar = "leads.not-your-case"
    SOURCE: ClassVar = _ISSUE
    zh = "线索 {case} 由 {organisation} 办理。请由该单位办理,或先办理移送。"
    en = "The case {case} is with {organisation}. Let that office go on, or have the case transferred first."
    case: str
    organisation: str


@dataclass(eq=False)
class CaseIsClosed(Refusal):
    """A closed case is reopened, with a reason, before anything else is done."""

    RULE: ClassVar = "leads.case-is-closed"
    SOURCE: ClassVar = _ISSUE
    zh = "线索 {case} 已于 {closed_on} 办结。如有新情况,请先说明理由重新办理。"
    en = "The case {case} was closed on {closed_on}. If there is something new, reopen it with the reason first."
    case: str
    closed_on: date


@dataclass(eq=False)
class CaseIsOpen(Refusal):
    """Only a closed case is reopened."""

    RULE: ClassVar = "leads.case-is-open"
    SOURCE: ClassVar = "logic"
    zh = "线索 {case} 尚未办结,无须重新办理。请直接继续。"
    en = "The case {case} is not closed. Simply go on with it."
    case: str


@dataclass(eq=False)
class OneIsAsked(Refusal):
    """A reply is asked of, and made by, one organisation, official or officer."""

    RULE: ClassVar = "leads.one-is-asked"
    SOURCE: ClassVar = _ISSUE
    zh = "线索 {case} 的申辩人应为一个单位、一名干部或一名经办人。请只填一项。"
    en = "A reply in the case {case} is that of one organisation, one official or one officer. Name exactly one."
    case: str


@dataclass(eq=False)
class NotInvited(Refusal):
    """Who replies was asked, and replies for themselves unless the office records what came on paper."""

    RULE: ClassVar = "leads.not-invited"
    SOURCE: ClassVar = _ISSUE
    zh = "线索 {case} 没有请 {whom} 陈述申辩,或您不代表该方。请核对,或由办理单位凭书面材料登记。"
    en = "{whom} was not asked to reply in the case {case}, or you do not act for them. Check it, or let the office record what came on paper."
    case: str
    whom: str


@dataclass(eq=False)
class ReplyNotInvited(Refusal):
    """Nothing is decided before those concerned were asked."""

    RULE: ClassVar = "leads.reply-not-invited"
    SOURCE: ClassVar = _ISSUE
    zh = "线索 {case} 尚未听取有关单位或人员的陈述申辩。请先发出申辩通知。"
    en = "Nobody has been given the right of reply in the case {case}. Invite the reply first."
    case: str


@dataclass(eq=False)
class ReplyStillRuns(Refusal):
    """Nothing is decided while somebody may still answer."""

    RULE: ClassVar = "leads.reply-still-runs"
    SOURCE: ClassVar = _ISSUE
    zh = "线索 {case} 中 {whom} 的申辩期到 {until} 为止,尚未答复。请待期满或收到答复后再作决定。"
    en = "In the case {case} {whom} may answer until {until} and has not. Decide after that day or after the reply."
    case: str
    whom: str
    until: date


@dataclass(eq=False)
class DecidedAlready(Refusal):
    """A case is decided once; the decision is corrected, or the case reopened."""

    RULE: ClassVar = "leads.decided-already"
    SOURCE: ClassVar = "logic"
    zh = "线索 {case} 已于 {decided_on} 作出决定。如有误请更正该决定。"
    en = "The case {case} was decided on {decided_on}. Correct that decision if it is wrong."
    case: str
    decided_on: date


@dataclass(eq=False)
class UnfoundedAndMore(Refusal):
    """Who is cleared bears no consequence, and no sum is established."""

    RULE: ClassVar = "leads.unfounded-and-more"
    SOURCE: ClassVar = "logic"
    zh = "线索 {case} 既认定查无问题,又有其他处理或金额。请只保留一种结论。"
    en = "The case {case} is called unfounded and has consequences or a sum beside it. Keep one or the other."
    case: str


@dataclass(eq=False)
class NotDecided(Refusal):
    """What follows a decision comes after it."""

    RULE: ClassVar = "leads.not-decided"
    SOURCE: ClassVar = _ISSUE
    zh = "线索 {case} 尚未作出决定。请先登记决定。"
    en = "The case {case} is not decided. Record the decision first."
    case: str


@dataclass(eq=False)
class NothingToLink(Refusal):
    """A consequence is a fact that stands in the log."""

    RULE: ClassVar = "leads.nothing-to-link"
    SOURCE: ClassVar = "facts/falsification.csv F53 (closed without new evidence)"
    zh = "日志中没有 {about} 的“{consequence}”记录。请先登记该事项,再关联。"
    en = "The log has no {consequence} of {about}. Record it first, then link it."
    WORDED: ClassVar = MappingProxyType({"consequence": "consequence"})
    about: str
    consequence: str


@dataclass(eq=False)
class ConsequenceMissing(Refusal):
    """A case is closed when what was decided was carried out."""

    RULE: ClassVar = "leads.consequence-missing"
    SOURCE: ClassVar = "facts/falsification.csv F53 (false closure)"
    zh = "线索 {case} 决定的“{outcomes}”尚无对应的已办事项。请先办理并关联,再办结。"
    en = "What was decided in the case {case} is not carried out yet: {outcomes}. Carry it out and link it, then close."
    WORDED: ClassVar = MappingProxyType({"outcomes": "case-outcome"})
    case: str
    outcomes: tuple[str, ...]


@dataclass(eq=False)
class UnknownOffice(Refusal):
    """A case is transferred to a registered organisation, and to another one than where it is."""

    RULE: ClassVar = "leads.unknown-office"
    SOURCE: ClassVar = "logic"
    zh = "{organisation} 未登记,或线索 {case} 本就在该单位。请先登记接收单位,或核对编号。"
    en = "{organisation} is not registered, or the case {case} is there already. Register the office, or check its id."
    organisation: str
    case: str
