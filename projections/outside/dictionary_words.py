"""What the columns of the tables of outside lists mean, for the data dictionary."""

from __future__ import annotations

from typing import Final

# Columns: name (or table.name), Chinese, English.
OUTSIDE_WORDS: Final = """
outside_entry.account|银行账户随机编号|random id of the bank account
outside_entry.amount_fen|金额(分)|amount in fen
covers_since|名单覆盖起日,空为未说明|first day that the list covers; null: not stated
covers_until|名单覆盖止日,空为名单日期|last day that the list covers; null: the list's date
dated_on|名单日期|day as of which the list was made
outside_entry.effective_on|自何日起为真(名单未写明的按名单日期)|from which day it is so; the list's date where it states none
file|文件摘要(SHA-256)|digest of the file (SHA-256)
list_kind|名单种类(list-kind)|kind of list (list-kind)
name_differs|号码相符而姓名不符,1 是 0 否|the number is ours, the name beside it is not, 1 or 0
number|名单内行序号|number of the row in the list
outside_list|名单编号|id of the outside list
outside_list.first_position|首次记录的位置,更正与原记录相同|position of the first version; a correction has that of what it corrects
outside_entry.first_position|首次记录的位置,更正与原记录相同|position of the first version; a correction has that of what it corrects
rows|名单行数|rows of the list
says|名单原话(不含号码)|what the list says, in its own terms
made_by|名单出具单位|who made the list
named_unit|单位代码或名称|employer, school, business or licence, by code or name
unusable|号码不可用的行数|rows without a usable number
outside_list.void|已作废,1 是 0 否|declared void, 1 or 0
outside_entry.void|已作废,1 是 0 否|declared void, 1 or 0
"""
