"""The data dictionary of the read tables: every column with its type and its meaning in both languages, in one place."""

from __future__ import annotations

from functools import cache
from typing import Any, Final, NamedTuple

from sqlalchemy import Column
from sqlalchemy.dialects import postgresql

from taizhang.projections.cases.dictionary_words import CASE_WORDS
from taizhang.projections.funds.dictionary_words import FUND_WORDS
from taizhang.projections.inspections.dictionary_words import INSPECTION_WORDS
from taizhang.projections.measures import MEASURES
from taizhang.projections.outside.dictionary_words import OUTSIDE_WORDS
from taizhang.projections.performance.dictionary_words import PERFORMANCE_WORDS
from taizhang.projections.postings.dictionary_words import POSTING_WORDS
from taizhang.projections.rules.dictionary_words import RULE_WORDS
from taizhang.projections.statements.dictionary_words import STATEMENT_WORDS
from taizhang.projections.tables import view_table
from taizhang.projections.views import all_views


class Meaning(NamedTuple):
    """One column of one read table; `type` as on PostgreSQL (dates are text on SQLite)."""

    table: str
    column: str
    type: str
    zh: str
    en: str


# A name means the same in every table, unless "table.name" says otherwise. Columns: name, Chinese, English.
_WORDS: Final = """
aim|培训目的(wish-aim)|what the training is wished for (wish-aim)
amount|目标数|the target's amount
approved_by|批准人|officer who approved
approved_on|批准日期|day of approval
area|片区|contiguous area
as_printed|文件原文数字|the figure as the document prints it
attribute|贫困户属性(household-attribute)|poverty attribute (household-attribute)
belongs|是否为该户成员,1 是 0 否|whether the person belongs to the household, 1 or 0
build|表的重建次数|how often the tables were built anew
cancelled_on|取消日期|day of cancellation
categories|适用县类别(region-category),逗号分隔|categories of counties (region-category), comma between
category|县类别(region-category)|category of the county (region-category)
certificate_issuer|发证单位|issuer of the latest certificate
certificate_kind|最近一本有效证书类型(certificate-kind)|kind of the latest certificate that stands (certificate-kind)
certificate_number|最近一本有效证书编号|number of the latest certificate that stands
certificate_on|最近一本有效证书发证日期|day of the latest certificate that stands
certificates|有效证书数|certificates that stand
claimed_poor|花名册自称是否建档立卡,空为未填|what the roster claims about poverty; null: nothing
code|代码|code
command|被拒绝的命令|command that was refused
completed_on|结业日期|day of completion
conflicting|两份材料对此人说法不一,1 是 0 否|two files disagree about the person, 1 or 0
contradiction|花名册与户册不一致,1 是 0 否|the roster contradicts the register, 1 or 0
corrected|有更正,1 是 0 否|something about it was corrected, 1 or 0
counties|适用县,逗号分隔|counties by name, comma between
county|县级区划代码|code of the county
days_absent|缺勤天数|days absent
days_present|出勤天数|days present
demand|用工需求编号|id of the labour demand
died_on|死亡日期|day of death
document|文号|document number
doubt_en|对原文数字的疑问(英文)|doubt about the printed figure, in English
doubt_zh|对原文数字的疑问|doubt about the printed figure, in Chinese
effective_on|变化生效日期|day from which the change holds
en|英文名称|name in English
ends_on|结束日期|last day
enrolled_on|首次报名日期,空为无有效报名|first day of enrolment; null: none stands
error|使视图停下的错误|what stopped the view
error_position|出错事实的位置|position of the fact that stopped it
exit_year|脱贫年度|year judged for leaving poverty
exited_on|退出日期|day of leaving poverty
field|业务领域|field of work
filed_by|申报人|officer who filed
filed_on|申报日期|day of filing
filing_number|备案编号|filing number
first_position|首条事实的位置|position of the first fact
form|培训形式(wish-form)|form of training (wish-form)
household|户编号|id of the household
institution|培训机构编号|id of the training institution
kept|计为哪个编号|the id under which the person is counted
kind|类型|kind
last_position|末条事实的位置|position of the last fact
known_from|本版本自此入账时间起为所知(UTC 微秒)|this version was known from this recording time on, UTC microseconds
known_until|本版本至此入账时间止,空为至今|until this recording time, UTC microseconds; null: until now
late_addition|有补报,1 是 0 否|late addition after a seal, 1 or 0
late_days|最长滞后录入天数|the longest that a fact waited to be recorded, in days
level|层级(region-level)|level (region-level)
ledger_class.level|培训等级|level of the occupation
members|同一人的全部编号(内部格式)|all ids of the person (private format)
merged_on|并入他户日期|day on which it joined another household
name|名称|name
note|备注|note
occupation|工种代码|code of the occupation
occupations|认定工种,逗号分隔|occupations, comma between
organisation|单位编号|id of the organisation
parent|上级区划代码|code of the region above
passed|是否合格,1 是 0 否,空为未录|passed, 1 or 0; null: not recorded
period|期间,空为全部|period; empty: all time
period_kind|期间类型:all 全部、year 年、phase 阶段|all, year or phase
person|人员随机编号|random id of the person
persons|人数,各统计单元不可相加|distinct persons; cells do not add up
persons_poor|建档立卡人数,各统计单元不可相加|distinct registered poor persons; cells do not add up
labour_demand.persons|需求人数|persons wanted
phase|阶段|phase
place|地点|place
plan|计划编号|id of the plan
poor|是否建档立卡,1 是 0 否|registered poor, 1 or 0
village_standing.poor|是否贫困村,1 是 0 否|poor village, 1 or 0
poor_village|是否贫困村,空为未说明|poor village; null: nothing stated
position|事实在日志中的位置|position of the fact in the log
practice_tenths|实操成绩(十分之一分)|practice score in tenths
presence|报名时段(多段时,内部格式)|stretches of enrolment, when several (private format)
presence_checks|到场核查次数|checks on the spot
programme|项目编号|id of the programme
programme_kind|项目类型(programme-kind),空为全部|kind of programme (programme-kind); empty: all
recorded_at|入账时间(UTC 微秒)|recording time, UTC microseconds
refusals|拒绝次数|refusals
refused_on|退回或拒绝日期|day of the refusal
region|区划代码|code of the region
registered_on|登记日期|day of registration
relation|与户主关系|relation to the head
reported_by|填报单位|who reported
required_minutes|规定学时(分钟)|required minutes
rule|所据规则|rule that refused
seats|名额|seats
seats_taken|已占名额|seats taken
session_minutes|已上课时长(分钟)|minutes of the sessions held
sessions_held|已上课次数|sessions held
since|自何日起|from this day on
source_list|名单来源|list that says so
stands|本版本是否有效,1 是 0 否(已撤回)|whether it stood in this version, 1 or 0 (taken back)
starts_on|开始日期|first day
state|视图内部状态,读者不用|private state of the view
stated_on|陈述日期|day of the statement
status|状态(class-status 等)|status (class-status and others)
person_status.status|状态(person-status)|status (person-status)
person.status|最近状态(person-status)|latest status (person-status)
target|目标编号:项目、阶段、区划|id of the target: programme, phase and region
teachers|教师人数|teachers
theory_tenths|理论成绩(十分之一分)|theory score in tenths
took_part|本人确认是否参加,1 是 0 否|whether the trainee says they took part, 1 or 0
township|乡镇代码|code of the township
training_class|培训班编号|id of the class
unit|单位(target-unit)|unit (target-unit)
until|至何日止|until this day
venue|场地编号|id of the venue
venues|场地数|venues
version|视图版本|version of the view
village|行政村代码|code of the village
wishes|意愿陈述次数|how many wishes were stated
withdrawn_on|最终退班日期|day of the final withdrawal
year|年度|year
zh|中文名称|name in Chinese
"""


@cache  # follows from the code alone
def dictionary() -> tuple[Meaning, ...]:
    """Every column of every read table, in the order of the tables."""
    meanings = _meanings()
    tables = [view_table(), *(table for make in all_views() for table in make().metadata.tables.values())]
    return tuple(
        Meaning(
            str(table.name),
            str(column.name),
            _type(column),
            *(meanings.get(f"{table.name}.{column.name}") or meanings[column.name]),
        )
        for table in tables
        for column in table.columns
    )


def _meanings() -> dict[str, tuple[str, str]]:
    """By column, or by table and column: what it means in Chinese and English."""
    found: dict[str, tuple[str, str]] = {}
    for measure in MEASURES:
        found[measure.name] = f"{measure.zh}:{measure.formula_zh}", f"{measure.en}: {measure.formula_en}"
        found[measure.poor] = f"{measure.zh}(建档立卡)", f"{measure.en}, registered poor only"
    for months in (1, 3, 6):
        after = f"{months}个月就业", f"work {months} month{'s' if months > 1 else ''} after the class (employment-kind)"
        found[f"ledger_enrolment.employed_{months}"] = f"填报的{after[0]}类型(employment-kind)", f"reported {after[1]}"
        found[f"ledger_enrolment.confirmed_{months}"] = (
            f"经核实的{after[0]}类型(employment-kind)",
            f"confirmed {after[1]}",
        )
    lines = (
        line.split("|")
        for line in (
            _WORDS
            + FUND_WORDS
            + POSTING_WORDS
            + INSPECTION_WORDS
            + OUTSIDE_WORDS
            + PERFORMANCE_WORDS
            + CASE_WORDS
            + STATEMENT_WORDS
            + RULE_WORDS
        )
        .strip()
        .splitlines()
        if line
    )
    return found | {name: (zh, en) for name, zh, en in lines}


def _type(column: Column[Any]) -> str:
    return str(column.type.compile(dialect=postgresql.dialect())).partition(" COLLATE")[0]  # type: ignore[no-untyped-call]
