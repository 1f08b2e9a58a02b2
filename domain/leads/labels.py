"""What the codes of outside lists, leads and cases are called; labels.py takes them in."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, Final, Literal

from taizhang.domain.attachments import AttachmentKind
from taizhang.domain.contacts import ContactKind
from taizhang.domain.leads.cases import CaseOutcome, Consequence
from taizhang.domain.leads.leads import CheckResult, How, RefutedWhy
from taizhang.domain.outside import ListKind

ListSubject = Literal["person", "institution", "account"]
LeadStatus = Literal["new", "assigned", "checked", "confirmed", "refuted", "merged", "in-case"]
CaseStatus = Literal["open", "replying", "decided", "closed"]
Severity = Literal["high", "medium", "low"]  # of a rule, and so of its leads

LEAD_WORDS: Final = """
list-kind
    deaths              死亡名单               deaths
    payroll             财政供养名单           public payroll
    pensions            养老金发放名单         pensions paid
    social-insurance    社会保险缴费名单       social insurance
    school-rolls        学籍名单               school rolls
    business-registrations  工商登记名单       business registrations
    licences            办学许可名单           licences
    bank-returns        银行退回和核对清单     bank returns
list-subject
    person              人员                   a person
    institution         培训机构               a training institution
    account             银行账户               a bank account
lead-how
    papers              调阅原始凭证           original papers
    comparison          数据比对               comparison of data
    phone               电话核实               by phone
    home-visit          入户核实               home visit
    site-visit          现场核查               on the spot
    bank                向银行核对             with the bank
    other-office        向其他单位函询         asked another office
lead-result
    supports            支持疑点               supports the lead
    contradicts         不支持疑点             contradicts the lead
    unclear             尚不能判断             unclear
refuted-why
    innocent            另有正当原因           an innocent explanation
    data-error          数据录入差错           a mistake in the data
    list-error          外部名单有误           a mistake in an outside list
    rule-error          规则判断有误           the rule judged wrongly
    duplicate           与其他疑点重复         the same as another lead
    out-of-scope        不属监督范围           not within the scope
lead-status
    new                 待指派                 nobody is on it
    assigned            核查中                 being checked
    checked             已核查待结论           checked, not concluded
    confirmed           已确认                 confirmed
    refuted             已排除                 refuted
    merged              已并入其他疑点         merged into another
    in-case             已归入线索             in a case
case-outcome
    unfounded           查无问题,予以澄清    unfounded, cleared
    rectify             责令整改               to be put right
    recover             追缴资金               money to be recovered
    circular            通报                   a circular
    negative-list       列入负面清单           the negative list
    hand-over           移送有权机关           handed to the authorities
consequence
    recovery            追缴                   recovery
    circular            通报                   circular
    negative-list       负面清单               negative list
    accountability      问责                   accountability
case-status
    open                办理中                 open
    replying            申辩期内               may still be answered
    decided             已决定                 decided
    closed              已办结                 closed
attachment-kind
    photo               照片                   photograph
    attendance-sheet    考勤表                 attendance sheet
    roster              花名册                 roster
    contract            合同                   contract
    certificate         证书                   certificate
    other               其他                   other paper
contact-kind
    phone               电话                   telephone number
    address             住址                   address
severity
    high                重                     high
    medium              中                     medium
    low                 轻                     low
"""

LEAD_VOCABULARIES: Final[Mapping[str, Any]] = MappingProxyType(
    {
        "list-kind": ListKind,
        "list-subject": ListSubject,
        "lead-how": How,
        "lead-result": CheckResult,
        "refuted-why": RefutedWhy,
        "lead-status": LeadStatus,
        "case-outcome": CaseOutcome,
        "consequence": Consequence,
        "case-status": CaseStatus,
        "severity": Severity,
        "attachment-kind": AttachmentKind,
        "contact-kind": ContactKind,
    }
)
