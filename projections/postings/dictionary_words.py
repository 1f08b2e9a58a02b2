"""What the columns of the read tables of postings mean: lines of the data dictionary."""

from __future__ import annotations

from typing import Final

# Columns: name, Chinese, English; "table.name" where a name means something else than elsewhere.
POSTING_WORDS: Final = """
appraised_by|登记考核的经办人|officer who recorded the appraisal
appraised_on|考核日期|day of the appraisal
classes|涉及培训班,逗号分隔|classes it names, comma between
days|在岗天数|days of duty
duty_basis|在岗依据(duty-basis)|what the duty is known from (duty-basis)
ended_by|以何事实结束(事实类型简称)|kind of fact that ended it, in short
figures|提拔所依据的数据:指标、对象、数值,分号分隔|figures that the promotion rests on: measure, subject, value; semicolons between
from_posting|由何派驻调整而来|posting from which it was a transfer
grade|考核等次(grade)|grade (grade)
home_unit|派出单位|home unit
households|带动户数|households reached
lifted_on|移出负面清单日期,空为未移出|day of leaving the negative list; null: not lifted
listed_on|列入负面清单日期|day of entering the negative list
log_position|提拔依据的日志位置|log position that the promotion rests on
month|月份(首日)|month, by its first day
official|干部随机编号|random id of the official
officer|干部本人的经办人编号|officer under whom the official signs in
person_type|人员类别(person-type)|type of person (person-type)
posting|派驻编号|id of the posting
posting.ended_on|实际结束日期,空为未结束|real last day; null: not ended
posting_kind|派驻类型(posting-kind)|kind of posting (posting-kind)
posting_step.effective_on|发生日期|day on which it happened
posting_step.kind|事实类型简称|kind of fact in short
posting_step.late_days|发生至入账相隔天数|days from the day it happened to its recording
promoted_on|提拔日期|day of the promotion
report|查询编号|report id
selected_on|选派日期|day of the selection
to_county|调整去向县区|county of the new posting of a transfer
to_post|提拔职务|post to which the official was promoted
to_posting|调整为何派驻|posting to which it was a transfer
what|工作内容|what was done
work_kind|工作类型(work-kind)|kind of work (work-kind)
worked_on|工作日期|day of the work
"""
