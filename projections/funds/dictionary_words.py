"""What the columns of the tables of money mean, for the data dictionary."""

from __future__ import annotations

from typing import Final

# Columns: name (or table.name), Chinese, English.
FUND_WORDS: Final = """
account|账户:国库或部门(区划代码或区划代码/部门)、outside、advance:编号、institution:编号、person:编号|account: a treasury or a department (region code, or region code/department), outside, advance:ID, institution:ID, person:ID
advance|预付编号|id of the advance
amount_fen|金额(分)|amount in fen
fund_entry.amount_fen|金额(分):转入为正,转出为负|amount in fen: positive into the account, negative out of it
fund_share.amount_fen|金额(分):支付为正,退回或追缴为负|amount in fen: positive when paid, negative when it came back
approved_fen|审核通过金额(分),空为未审核|approved amount in fen; null: not reviewed
approver|批准人|officer who approved
bank_account|收款账户编号(账号本身在保密库)|id of the payee's bank account (its number is in the vault)
basis|依据|where it comes from
book|账簿:quota 指标,cash 资金,claims 已审申领|book: quota, cash, or claims (approved claims)
claim|申领编号|id of the claim
claimed_value|自报数值:人数、分或万分之一|value as claimed: persons, fen, or hundredths of a per cent
cleared_fen|已冲销金额(分)|cleared amount in fen
conditions|条件(rate-condition),逗号分隔|conditions (rate-condition), comma between
corrects|所更正事实的位置,空为非更正|position of the fact it corrects; null: no correction
counter|对方:另一持有者、outside、advance、institution、person|other side: another holder, outside, advance, institution or person
fund_entry.counter|对方:另一持有者、outside、advance、institution、person;已审申领行为支付的资金编号|other side: another holder, outside, advance, institution or person; in rows of approved claims the fund line that paid
counter_account|对方账户|account on the other side
donor|捐赠人|donor
donor_person|捐赠人随机编号|random id of a private donor
due_on|应冲销日期|day by which it is to be cleared
effective_month|生效年月,例如 201703|month from which it holds, such as 201703
ended_on|公示结束日期|day on which the public notice ended
entries|笔数,被更正收回的抵减|number of entries, those taken back counted off
evaluated_on|评价日期|day of the evaluation
evaluation_kind|评价方式:self-evaluation 自评,spot-check 抽查|kind of evaluation: self-evaluation or spot-check
fact|事实类型全称|full name of the kind of fact
fund_bank_account.persons|登记为本人账户的人数|how many persons named it as theirs
fund_claim.persons|申领人数|how many persons it claims for
fund_committed.counter|支付的资金项目;审核行为空|fund line that paid; empty in rows of a review
fund_committed.effective_on|发生日期|day on which it happened
fund_committed.holder|申领所属县|county whose claim it is
fund_committed.in_fen|审核列支或银行退回(分)|charged by a review, or sent back by the bank, in fen
fund_committed.kind|事实类型简称,例如 subsidy-paid|kind of fact in short, such as subsidy-paid
fund_committed.line|列支的资金编号;空为未确定资金|fund line that is charged; empty: not yet charged to a line
fund_committed.out_fen|已支付(分)|paid, in fen
fund_day.effective_on|发生日期|day on which it happened
fund_entry.effective_on|发生日期|day on which it happened
fund_entry.kind|事实类型简称,例如 subsidy-paid|kind of fact in short, such as subsidy-paid
fund_entry.place|在该事实各行中的序号|number of the row among those of its fact
fund_day.kind|事实类型简称,例如 subsidy-paid|kind of fact in short, such as subsidy-paid
fund_month.kind|事实类型简称,例如 subsidy-paid|kind of fact in short, such as subsidy-paid
fund_share.effective_on|发生日期|day on which it happened
fund_share.kind|事实类型简称,例如 subsidy-paid|kind of fact in short, such as subsidy-paid
fund_share.place|在该事实各行中的序号|number of the row among those of its fact
fund_step.effective_on|发生日期|day on which it happened
fund_step.kind|事实类型简称,例如 subsidy-paid|kind of fact in short, such as subsidy-paid
fund_step.late_days|发生至入账相隔天数|days from the day it happened to its recording
holder|持有者:国库(区划代码)或部门(区划代码/部门)|holder: a treasury (region code) or a department (region code/department)
holders|登记人,逗号分隔|who named it as theirs, comma between
in_fen|转入(分)|in, in fen
indicator|绩效指标(fund-indicator)|performance indicator (fund-indicator)
institutions|登记为本机构账户的机构数|how many institutions named it as theirs
issued_by|下达单位,逗号分隔|issuing organisations, comma between
item|记录编号|id of the row
lawful_days|应在多少天内拨出,空为按政策|within how many days it must be passed on; null: as the policy says
line|资金编号,申领和公示为空|id of the fund line; empty for claims and notices
objections|异议数|objections
opened_on|设立日期|day of opening
out_fen|转出(分)|out, in fen
paid_fen|已支付金额(分)|paid amount in fen
paid_on|支付日期|day of payment
party|账户性质:own 本级持有,advance 预付未冲销,institution、person 最终收款人,outside 来源,claims 已审申领|what the account is to the holder: own, advance (outstanding), institution or person (end payees), outside, claims (approved claims)
payee_kind|收款方式:institution 机构,person 个人|paid to: institution or person
payer|付款方|who pays
payment|支付编号|id of the payment
per_person_fen|每人金额(分)|for each person, in fen
persons_left_out|审核剔除人数|persons that the review left out
poor_only|是否只计建档立卡,1 是 0 否|registered poor only, 1 or 0
posted_on|公示开始日期|day on which the public notice was posted
prepared_by|经办人|officer who prepared it
purpose|用途(fund-purpose)|purpose (fund-purpose)
purposes|允许用途(fund-purpose),逗号分隔|permitted purposes (fund-purpose), comma between
rate_basis|计费方式:per-person 按人,per-hour 按学时|paid per-person or per-hour
receipt|捐赠票据|receipt of the donation
receiver|收款方|who receives
recorded_by|记账经办人|officer who recorded it
recorded_month|入账年月,例如 201703|month of the recording, such as 201703
recorded_on|入账日期(北京时间)|day of the recording (Beijing)
replaced_at|被更正的时间(UTC 微秒),空为有效|when another body took its place, UTC microseconds; null: in force
restriction|捐赠限定用途|restriction of the donation
returned_fen|退还金额(分)|returned amount in fen
reviewed_by|审核人|officer who reviewed it
reviewed_on|审核日期|day of the review
role|记账人角色|role in which it was recorded
scope|适用范围(line-scope)|scope (line-scope)
skill_level|等级,空为不限|level; null: any
source|资金来源(fund-source)|source of the fund (fund-source)
submitted_on|申领日期|day of the claim
taken_back|是否为更正收回,1 是 0 否|whether a correction takes it back, 1 or 0
tie|挂钩办法编号|id of the tie
value|数值|value
void|是否作废,1 是 0 否|whether it was declared void, 1 or 0
why|原因|reason
"""
