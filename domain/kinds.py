"""What every kind of fact is called, in Chinese and English: on pages, in messages, wherever people read."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache
from types import MappingProxyType
from typing import Final, NamedTuple


class KindWords(NamedTuple):
    """A kind's name in both languages."""

    zh: str
    en: str


_WORDS: Final = """
demand.labour-demand-reported               用工需求      Labour demand reported
funds.advance-cleared                       预付清算        Advance cleared
funds.advance-paid                          预付            Advance paid
funds.allocation-issued                     资金下达      Allocation issued
funds.allocation-tied                       资金与培训挂钩  Allocation tied to training
funds.bank-account-registered               银行账户登记    Bank account registered
funds.budget-approved                       预算批复      Budget approved
funds.claim-reviewed                        申领审核        Claim reviewed
funds.claim-submitted                       补贴申领        Claim submitted
funds.line-opened                           资金项目设立  Fund line opened
funds.notice-ended                          公示结束        Notice ended
funds.notice-posted                         公示            Notice posted
funds.payment-returned                      银行退回        Payment returned
funds.performance-evaluated                 绩效评价      Performance evaluated
funds.recalled                              资金收回      Funds recalled
funds.recovered                             追缴            Funds recovered
funds.returned                              资金退回      Funds returned
funds.subsidy-paid                          补贴支付        Subsidy paid
funds.transferred                           资金拨付      Funds transferred
funds.use-plan-filed                        用款计划填报  Use plan filed
households.household-attribute-stated       户属性变更    Household attribute stated
households.household-exited                 农户脱贫      Household left poverty
households.household-member-left            成员离户      Member left
households.household-member-listed          成员列入户    Member listed
households.household-merged                 农户合并      Households merged
households.household-registered             农户登记      Household registered
households.household-returned               农户返贫      Household returned to poverty
households.household-split                  农户分户      Household split
inspections.accountability-imposed          问责            Accountability imposed
inspections.checkpoint-taken                取定检查点         Checkpoint taken
inspections.circular-issued                 通报            Circular issued
inspections.commendation-given              表彰            Commendation given
inspections.finding-answered                问题反馈          Finding answered
inspections.finding-closed                  销号            Finding closed
inspections.finding-recorded                发现问题          Finding recorded
inspections.finding-reopened                重新打开问题        Finding reopened
inspections.inspection-opened               检查立项          Inspection opened
inspections.nonce-committed                 随机数承诺         Nonce committed
inspections.plan-approved                   检查计划          Inspection plan approved
inspections.population-fixed                抽样总体          Population fixed
inspections.rectification-ordered           下达整改          Rectification ordered
inspections.rectification-reported          报告整改          Rectification reported
inspections.rectification-reviewed          整改复核          Rectification reviewed
inspections.reminder-answered               催办回复          Reminder answered
inspections.reminder-sent                   催办            Reminder sent
inspections.revisit-held                    回头看           Revisit held
inspections.sample-drawn                    抽取样本          Sample drawn
inspections.visit-held                      现场检查          Visit held
institutions.designation-withdrawn          取消定点      Designation withdrawn
institutions.institution-designated         机构定点      Institution designated
institutions.institution-suspended          机构暂停      Institution suspended
institutions.organisation-registered        单位登记      Organisation registered
institutions.teacher-registered             教师登记      Teacher registered
institutions.venue-registered               场地登记      Venue registered
leads.case-closed                           线索办结        Case closed
leads.case-decided                          线索决定        Case decided
leads.case-opened                           线索登记        Case opened
leads.case-reopened                         线索重新办理    Case reopened
leads.case-transferred                      线索移送        Case transferred
leads.consequence-linked                    处理结果关联    Consequence linked
leads.lead-assigned                         疑点指派        Lead assigned
leads.lead-checked                          疑点核查        Lead checked
leads.lead-confirmed                        疑点确认        Lead confirmed
leads.lead-refuted                          疑点排除        Lead refuted
leads.leads-merged                          疑点合并        Leads merged
leads.reply-invited                         申辩通知        Reply invited
leads.reply-made                            陈述申辩        Reply made
officers.data-exported                      数据导出      Data exported
officers.key-issued                         发放程序密钥  Key for a program issued
officers.key-revoked                        撤销程序密钥  Key for a program revoked
officers.officer-appointed                  经办人登记    Officer appointed
officers.personal-data-read                 查看个人信息  Personal data read
officers.role-granted                       授予岗位      Role granted
officers.role-revoked                       撤销岗位      Role revoked
officers.sign-in-given                      发放登录凭据  Sign-in given
outside.entry-stated                        外部名单记载    Outside entry stated
outside.list-imported                       外部名单导入    Outside list imported
people.contact-shared                       共用联系方式    Contact shared
people.duplicate-queued                     疑似重复      Duplicate queued
people.duplicate-resolved                   疑似重复的判断  Duplicate decided
people.file-blanked                         文件替换      File blanked
people.forgetting-approved                  删除个人信息批准  Forgetting approved
people.forgetting-requested                 删除个人信息申请  Forgetting requested
people.forgetting-withdrawn                 删除申请撤回  Forgetting withdrawn
people.legal-hold-lifted                    解除法律保全  Legal hold lifted
people.legal-hold-placed                    法律保全      Legal hold placed
people.person-forgotten                     个人信息删除  Person forgotten
people.person-details-stated                人员资料陈述  Details stated
people.person-died                          人员死亡      Person died
people.person-moved                         人员迁移      Person moved
people.person-registered                    人员登记      Person registered
people.person-status-stated                 人员状态      Status stated
people.persons-merged                       人员合并      Persons merged
people.persons-separated                    人员分开      Persons separated
plans.plan-approved                         计划批准      Plan approved
plans.plan-filed                            计划报备      Plan filed
policy.form-published                       表式公布      Form published
policy.programme-opened                     项目设立      Programme opened
policy.rate-set                             补贴标准      Rate set
policy.target-set                           目标任务      Target set
policy.threshold-set                        界限值        Threshold set
postings.duty-recorded                      在岗天数      Duty recorded
postings.leave-taken                        请假          Leave taken
postings.negative-list-entered              列入负面清单  Entered on the negative list
postings.negative-list-lifted               移出负面清单  Lifted from the negative list
postings.official-appraised                 干部考核      Official appraised
postings.official-posted                    干部派驻      Official posted
postings.official-promoted                  干部提拔      Official promoted
postings.official-recalled                  干部召回      Official recalled
postings.official-selected                  干部选派      Official selected
postings.official-transferred               派驻调整      Official transferred
postings.posting-ended                      派驻结束      Posting ended
postings.term-renewed                       派驻续任      Term renewed
postings.village-work-recorded              驻村工作      Village work recorded
proof.roots-committed                       树根互证        Roots committed
regions.county-exited                       县摘帽        County exited
regions.region-registered                   区划登记      Region registered
regions.region-renamed                      区划更名      Region renamed
regions.region-reparented                   区划隶属变更  Region re-parented
regions.village-poverty-stated              贫困村认定    Village poverty stated
statements.period-sealed                    封账          Period sealed
statements.statement-filed                  报表报送        Statement filed
statements.submission-refused               提交被拒      Submission refused
training.attachment-filed                   附件            Attachment filed
training.attendance-taken                   考勤          Attendance taken
training.certificate-issued                 颁发证书      Certificate issued
training.certificate-revoked                撤销证书      Certificate revoked
training.class-approved                     开班批准      Class approved
training.class-cancelled                    培训班取消    Class cancelled
training.class-completed                    培训班结业    Class completed
training.class-filed                        开班申请      Class filed
training.class-filing-refused               开班不予批准  Class filing refused
training.class-rescheduled                  培训班改期    Class rescheduled
training.employment-confirmed               就业核实      Employment confirmed
training.employment-reported                就业填报      Employment reported
training.presence-checked                   现场核查      Presence checked
training.score-recorded                     成绩          Score recorded
training.session-held                       上课          Session held
training.trainee-confirmed                  学员确认      Trainee confirmed
training.trainee-enrolled                   报名          Trainee enrolled
training.trainee-withdrawn                  退班          Trainee withdrawn
training.wish-stated                        培训意愿      Wish stated
"""

_CORRECTIONS: Final = MappingProxyType(
    {
        "training.attendance-corrected": "training.attendance-taken",
        "training.score-amended": "training.score-recorded",
    }
)
"""Corrections whose name is not that of the corrected fact with `-corrected` behind it."""

_VERSION: Final = re.compile(r"\.v\d+$")


def kind_words(topic: str) -> KindWords | None:
    """What facts of this topic are called, whatever their version; a correction after what it corrects."""
    stem = _VERSION.sub("", topic)
    known = kinds()
    if stem in known:
        return known[stem]
    corrected = known.get(_CORRECTIONS.get(stem, stem.removesuffix("-corrected")))
    return None if corrected is None else KindWords(f"{corrected.zh}(更正)", f"{corrected.en} (correction)")


@cache
def kinds() -> Mapping[str, KindWords]:
    """The kinds of facts that are no corrections, by their topic without its version."""
    rows = (line.split(maxsplit=2) for line in _WORDS.strip().splitlines())
    return MappingProxyType({stem: KindWords(zh, en) for stem, zh, en in rows})
