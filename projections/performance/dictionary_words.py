"""What the columns of the read tables of performance mean, for the data dictionary."""

from __future__ import annotations

from typing import Final

# Columns: name (or table.name), Chinese, English.
PERFORMANCE_WORDS: Final = """
about|说明:阶段、计划类型、项目类型|more words: phase, kind of plan, kind of programme
adverse|其中说到缺勤、未通过、未就业、退班等不利情况的条数|how many of them say something adverse: absence, failure, no work, withdrawal
changes|0 新记录 1 更正 2 补报|0 a new record, 1 a correction, 2 a late addition
facts|记录条数|how many facts
last_position|其中最后一条的位置|position of the last of them
performance_record.effective_on|所记事项的日期;更正为被更正事项的日期|day that it is about; of a correction the day of what it corrects
performance_record.first_position|其中第一条的位置|position of the first of them
performance_record.kind|事实类型,不含版本号|kind of fact, without its version
performance_record.late_days|记录比发生晚的天数|days from the day it is about to its recording
performance_record.officer|记录人|officer who recorded
performance_record.organisation|记录人所属单位|organisation of the officer who recorded
performance_record.training_class|培训班编号;不涉及培训班的为空|id of the class; empty where there is none
performance_statement.amount|数额:目标数、计划人次、界限值|amount: target, person-times planned, threshold
performance_statement.effective_on|发生日期|day on which it happened
performance_statement.kind|陈述类型:target、programme、plan、plan-approval、threshold、seal、class、class-approval|kind of statement: target, programme, plan, plan-approval, threshold, seal, class, class-approval
performance_statement.organisation|承办机构或批准部门|institution of a class, or the department that approved it
performance_statement.programme|培训项目|programme
performance_statement.since|起始日期|first day
performance_statement.subject|陈述对象:项目、计划、班、界限值名称、封账号|what it is about: programme, plan, class, name of the threshold, seal
performance_statement.unit|目标单位(target-unit)|unit of the target (target-unit)
performance_statement.until|截止日期|last day
performance_statement.void|已作废,1 是 0 否|declared void, 1 or 0
recorded_on|记录日期(北京时间)|day of recording, Beijing time
"""
