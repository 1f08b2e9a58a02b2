"""What the columns of the tables of leads, and of what rules look at, mean, for the data dictionary."""

from __future__ import annotations

from typing import Final

# Columns: name (or table.name), Chinese, English.
RULE_WORDS: Final = """
announced|是否预告,1 是 0 否|announced beforehand, 1 or 0
answered_on|答复日期|day of the answer
band_0|感知哈希第 1 段(16 位)|first part of the perceptual hash, 16 bits
band_1|感知哈希第 2 段|second part of the perceptual hash
band_2|感知哈希第 3 段|third part of the perceptual hash
band_3|感知哈希第 4 段|fourth part of the perceptual hash
camera|相机品牌型号|make and model of the camera
contact|联系方式编号(保险库内比对)|id of the contact, compared in the vault
device|设备编号(保险库内比对),空为文件未注明|id of the device, compared in the vault; empty: the file names none
in_all|共用总人数|how many share it in all
looks|照片感知哈希(16 位十六进制),空为无可比内容|perceptual hash of the picture in hex; empty: nothing to compare
shared_contact.kind|类别:phone 电话,address 住址|phone or address
sharing|联系方式与人员|contact and person
shown_on|照片所示日期|the day that the picture is to show
taken_minute|拍摄时刻(零点起分钟)|minute after midnight at which it was taken
taken_on|拍摄日期(相机时钟)|day on which it was taken, by the camera's clock
claimed|所报指标和数值(JSON)|figures claimed, JSON
attendance_hours.persons|登记出勤人数|persons marked present
builds|所据各表的重建次数|builds of the tables that were read
channel|答复方式|how the answer was given
closed_position|销号事实的位置|position of the closing fact
content|检查内容(inspection-content)|content (inspection-content)
counted|现场清点人数|people counted on the spot
days|出勤天数|days present
employer|用人单位|employer
employment_group.persons|人数|persons
employment_group.words|第二来源名称|what the second source is called
ends|结束时刻(零点起分钟)|end, minutes after midnight
facts|记录条数|facts recorded
finding.amount_fen|涉及金额(分)|amount in fen
finding.closed_on|销号日期,空为未销号|day of closing; null: not closed
finding.object|检查对象|what it is about
finding.region|区划代码|code of the region
first_on|首个出勤日|first day present
found_on|发现日期|day of the finding
gaps|缺勤段数(中间有出勤)|stretches of absence with presence between
happened_on|所述日期|day of which it speaks
head_count.inspection|检查编号,空为日常核查|id of the inspection; empty: an ordinary check
head_count.posting|驻村岗位编号,空为培训班|id of the posting; empty: a class
held_on|日期|day
inspection_opened.kind|检查类别(inspection-kind)|kind of inspection (inspection-kind)
announced_on|通知日期|day of the announcement
inspection_opened.opened_on|立项日期|day of opening
issued_on|发证日期|day of issue
issuer|发证单位|issuer
key|编号|id
known_position|可知位置:所据最后一条事实|from this position it could be known: the last fact it rests on
last_on|最后出勤日|last day present
late|迟报(超过 30 天)条数|facts recorded more than 30 days late
lead|疑点编号|id of the lead
lead_due.kind|对象类别|kind of subject
lead_run.rules|所用规则、版本、措辞与门槛|rules, versions, wording and thresholds used
lead.rule|规则编号|id of the rule
lead_subject.rule|规则编号|id of the rule
lead.version|规则版本|version of the rule
live|当日记录条数|facts recorded on the very day of which they speak
look_up.persons|查阅人数|persons looked at
marks|出勤时段|hours marked present
minute|时刻(零点起分钟)|minute after midnight
minutes|出勤分钟数|minutes present
new_household|新立户编号|id of the new household
night|深夜(23 时至 5 时)条数|facts recorded between 23:00 and 05:00
number|次数|number
officer|经办人|officer
pattern|出勤时段简称|short name of the hours
positions|所据事实的位置,逗号分隔|positions of the facts it rests on, comma between
positions_in_all|所据事实总数|facts it rests on in all
read_on|查阅日期|day of looking
recorded_on|入账日期|day of recording
rules|规则|rules
run|名称|name
said|reported 填报,confirmed 核实|reported or confirmed
seal|封账编号|id of the seal
sealed_on|封账日期|day of the seal
sequence|编号末尾数字,-1 为无|last digits of the number; -1: none
severity|程度:high 高,medium 中,low 低|severity: high, medium or low
split_on|分户日期|day of the split
starts|开始时刻(零点起分钟)|start, minutes after midnight
stem|编号去掉末尾数字|the number without its last digits
subject|对象,例如 class:编号|subject, such as class:ID
subjects|对象,逗号分隔|subjects, comma between
sum_fen|涉及金额(分)|sum at stake in fen
teacher|教师编号|id of the teacher
visited_on|首次到场日期|day of the first visit
what|事项|what it is
words_en|英文说明|in English words
words_zh|中文说明|in Chinese words
"""
