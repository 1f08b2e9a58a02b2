"""What the columns of the tables of leads and cases mean, for the data dictionary."""

from __future__ import annotations

from typing import Final

# Columns: name (or table.name), Chinese, English.
CASE_WORDS: Final = """
lead_status.amount_fen|确认的金额(分)|sum established when it was confirmed, in fen
case_file.amount_fen|决定的金额(分)|sum decided, in fen
assigned_on|指派日期|day on which it was assigned
assigned_to|核查人|officer to whom it is assigned
case_id|线索编号|id of the case
case_status|线索状态(case-status)|how the case stands (case-status)
check_by|核查期限|day by which it is to be checked
checked_on|核查日期|day of the latest check
closed_on|办结日期|day on which it was closed
concluded_on|结论日期|day of the conclusion
conclusion|结论:confirmed 确认、refuted 排除|confirmed or refuted
decided_on|决定日期|day of the decision
case_step.effective_on|发生日期|day on which it happened
case_step.first_position|首次记录的位置,更正与原记录相同|position of the first version; a correction has that of what it corrects
case_step.kind|事实类型|kind of fact
lead|疑点编号|id of the lead
lead_status.status|疑点状态(lead-status)|how the lead stands (lead-status)
leads|疑点编号,逗号分隔|leads, comma between
merged_into|并入的疑点|lead under which it goes on
opened_on|登记日期|day on which it was opened
case_file.organisation|现办理单位|office where it is now
outcomes|处理决定(case-outcome),逗号分隔|decision (case-outcome), comma between
lead_status.position|最后一条有关事实的位置|position of the last fact about it
case_file.position|最后一条有关事实的位置|position of the last fact about it
recovered_fen|已关联的追缴金额(分)|money recovered as linked, in fen
refuted_why|排除理由(refuted-why)|why there was nothing in it (refuted-why)
reopened_on|重新办理日期|day on which it was reopened
replied_on|最近一次陈述申辩的日期|day of the latest reply
reply_until|申辩期止|last day for the reply
result|核查结果(lead-result)|result of the latest check (lead-result)
lead_status.rule|规则|rule that asks it
subjects|涉及对象(标签),逗号分隔|whom or what it is about (tags), comma between
title|标题|title
transfers|移送次数|how often it was transferred
lead_status.version|规则版本|version of the rule
"""
