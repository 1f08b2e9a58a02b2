"""The six forms: what each holds, what it must hold, and how to tell one from another.

A form has columns (one value a row) and head fields (one value a table: 培训机构, 开班日期 …). A word may mean another
field in another form: 联系电话 is the trainee's in a roster and the institution's in a class filing.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from types import MappingProxyType
from typing import Final

from taizhang.adapters.forms.field_names import NAMES
from taizhang.adapters.forms.field_names import FieldName as F

GUIDE_SHEET: Final = "填表说明"
SUMMARY_SHEET: Final = "校验汇总"
RESULT_HEADER: Final = "校验结果"
"""What our own workbooks add: a sheet that explains a form, one with totals, and the column of verdicts."""

SEXES: Final = ("男", "女")
YES_NO: Final = ("是", "否")
EDUCATIONS: Final = ("文盲或半文盲", "小学", "初中", "高中", "中专", "中技", "大专", "本科及以上")
LEVELS: Final = ("专项能力", "初级", "中级", "高级", "技师", "高级技师")
CERTIFICATE_TYPES: Final = ("职业资格证书", "职业技能等级证书", "专项职业能力证书", "培训合格证书")
PROGRAMME_TYPES: Final = (
    "两后生培训",
    "劳动力技能培训",
    "技能提升培训",
    "大学生村官电商培训",
    "村党组织书记轮训",
    "农村实用人才培训",
    "干部培训",
    "共青团办班",
    "工会办班",
    "妇联办班",
)
POVERTY_ATTRIBUTES: Final = ("一般农户", "一般贫困户", "低保户", "五保户", "低保贫困户", "特困供养贫困户")
EXIT_ATTRIBUTES: Final = ("未脱贫", "已脱贫(享受政策)", "已脱贫(不再享受)", "返贫")
POVERTY_CAUSES: Final = (
    *("因病", "因残", "因学", "因灾", "缺土地", "缺水", "缺技术", "缺劳力", "缺资金"),
    *("交通条件落后", "自身发展动力不足", "其它"),
)
HEALTH_STATES: Final = ("健康", "长期慢性病", "患有大病", "残疾")
LABOUR_STATES: Final = ("普通劳动力", "技能劳动力", "弱劳动力或半劳动力", "丧失劳动力", "无劳动力")
WORK_STATES: Final = ("乡(镇)内务工", "乡外县内务工", "县外省内务工", "省外务工", "其他")
MARKS: Final = ("√", "×", "假", "迟", "早", "病")

PERSONAL_TEXT: Final = frozenset(
    {F.ID_NUMBER, F.HEAD_ID_NUMBER, F.PHONE, F.CONTACT_PHONE, F.BANK_ACCOUNT, F.HOUSEHOLD_NO, F.PERSON_NO}
    | {F.CERTIFICATE_NO, F.EXAM_TICKET, F.FILING_NO, F.CLASS_NO}
)
"""Columns whose digits are names, not numbers: a template formats them as text."""

CHOICES: Final[Mapping[F, tuple[str, ...]]] = MappingProxyType(
    {
        F.SEX: SEXES,
        F.REGISTERED_POOR: YES_NO,
        F.EDUCATION: EDUCATIONS,
        F.LEVEL: LEVELS,
        F.CERTIFICATE_TYPE: CERTIFICATE_TYPES,
        F.PROGRAMME_TYPE: PROGRAMME_TYPES,
        F.POVERTY_ATTRIBUTE: POVERTY_ATTRIBUTES,
        F.EXIT_ATTRIBUTE: EXIT_ATTRIBUTES,
        F.POVERTY_CAUSE: POVERTY_CAUSES,
        F.HEALTH: HEALTH_STATES,
        F.LABOUR_ABILITY: LABOUR_STATES,
        F.WORK_STATUS: WORK_STATES,
    }
)


class FormKind(StrEnum):
    """Which of the six forms a table is."""

    CLASS_FILING = "class-filing"
    ROSTER = "roster"
    ATTENDANCE = "attendance"
    SCORES = "scores"
    CERTIFICATES = "certificates"
    HOUSEHOLD_REGISTER = "household-register"


@dataclass(frozen=True, slots=True)
class Form:
    """One form: its titles, its fields, what it needs (one of each group), and which fields speak for it."""

    kind: FormKind
    zh: str
    en: str
    titles: tuple[str, ...]
    columns: tuple[F, ...]
    head: tuple[F, ...]
    needed: tuple[frozenset[F], ...]
    speaks: Mapping[F, float]
    column_names: Mapping[F, tuple[str, ...]]
    head_names: Mapping[F, tuple[str, ...]]
    template_columns: tuple[F, ...]
    template_head: tuple[F, ...]

    def printed(self, field: F, *, in_head: bool = False) -> str:
        """The name under which our template of this form prints the field."""
        special = self.head_names if in_head else self.column_names
        return (special.get(field) or NAMES[field])[0]


_CLASS_HEAD: Final = (
    *(F.INSTITUTION, F.CLASS_NAME, F.CLASS_NO, F.FILING_NO, F.OCCUPATION, F.LEVEL, F.PROGRAMME_TYPE, F.START_DATE),
    *(F.END_DATE, F.PERIOD, F.PLACE, F.HOURS_TOTAL, F.PLANNED_SEATS, F.CONTACT, F.CONTACT_PHONE, F.TEACHER_NAME),
    *(F.EXAM_DATE, F.EXAMINER, F.ISSUER, F.ISSUE_DATE, F.MONTH, F.COUNTY, F.CERTIFICATE_TYPE, F.LEGAL_REPRESENTATIVE),
    F.DAILY_HOURS,
)
_PERSON: Final = (
    *(F.SERIAL, F.PERSON_NAME, F.SEX, F.BIRTH_DATE, F.AGE, F.ETHNICITY, F.EDUCATION, F.ID_NUMBER, F.PHONE, F.UNIT),
    *(F.HOME_ADDRESS, F.REGISTERED_POOR, F.HOUSEHOLD_NO, F.BANK_NAME, F.BANK_ACCOUNT, F.SIGNATURE, F.REMARK),
    *(F.PREFECTURE, F.COUNTY, F.TOWNSHIP, F.VILLAGE, F.VILLAGE_GROUP),
)
_CLASS_COLUMNS: Final = (F.OCCUPATION, F.LEVEL, F.INSTITUTION, F.CLASS_NAME, F.CLASS_NO, F.START_DATE, F.END_DATE)
_SCORE: Final = (F.EXAM_TICKET, F.EXAM_DATE, F.THEORY_SCORE, F.PRACTICE_SCORE, F.TOTAL_SCORE, F.RESULT)
_CERTIFICATE: Final = (F.CERTIFICATE_TYPE, F.CERTIFICATE_NO, F.ISSUER, F.ISSUE_DATE)
_RESITS: Final = tuple(name for name in F if name.startswith("resit_"))
_HOUSEHOLD: Final = (
    *(F.HOUSEHOLD_NO, F.HEAD_NAME, F.HEAD_ID_NUMBER, F.PROVINCE, F.PREFECTURE, F.COUNTY, F.TOWNSHIP, F.VILLAGE),
    *(F.VILLAGE_GROUP, F.HOUSEHOLD_SIZE, F.POVERTY_STANDARD, F.POVERTY_ATTRIBUTE, F.EXIT_ATTRIBUTE, F.EXIT_YEAR),
    F.RETURNED_ON,
    *(F.POVERTY_CAUSE, F.OTHER_CAUSES, F.PHONE, F.BANK_NAME, F.BANK_ACCOUNT, F.HOME_ADDRESS),
    F.IDENTIFIED_ON,
)
HOUSEHOLD_FIELDS: Final = frozenset(_HOUSEHOLD)
"""What is said once for a household and holds for each of its members' rows."""

_HEAD_PHONE: Final = MappingProxyType({F.CONTACT_PHONE: ("联系电话", "电话", "手机", *NAMES[F.CONTACT_PHONE])})
_NONE: Final[Mapping[F, tuple[str, ...]]] = MappingProxyType({})


def _any(*fields: F) -> frozenset[F]:
    return frozenset(fields)


_CLASS_FILING: Final = Form(
    kind=FormKind.CLASS_FILING,
    zh="开班申请表",
    en="Class filing",
    titles=("开班申请", "开班审核", "开班审批", "开班备案", "开班计划", "办班申请", "办班审批", "开班报告", "开班申报"),
    columns=(
        *(F.SERIAL, F.COURSE_NAME, F.COURSE_HOURS, F.TEACHER_NAME, F.TEACHER_DEGREE, F.TEACHER_TITLE, F.TEXTBOOK),
        *(F.INSTITUTION, F.LEGAL_REPRESENTATIVE, F.CONTACT, F.CONTACT_PHONE, F.OCCUPATION, F.LEVEL, F.PROGRAMME_TYPE),
        *(F.PLANNED_SEATS, F.HOURS_TOTAL, F.START_DATE, F.END_DATE, F.PERIOD, F.PLACE, F.CLASS_NO, F.CLASS_NAME),
        *(F.FILING_NO, F.ID_NUMBER, F.REMARK, F.COUNTY, F.DAILY_HOURS, F.FILING_DATE),
    ),
    head=(*_CLASS_HEAD, F.TEXTBOOK, F.REMARK, F.FILING_DATE),
    needed=(_any(F.OCCUPATION, F.CLASS_NAME), _any(F.START_DATE, F.PERIOD), _any(F.PLANNED_SEATS, F.HOURS_TOTAL)),
    speaks={
        F.LEGAL_REPRESENTATIVE: 3,
        F.COURSE_NAME: 3,
        F.TEACHER_TITLE: 3,
        F.PLANNED_SEATS: 2,
        F.PLACE: 2,
        F.HOURS_TOTAL: 1,
    },
    column_names={
        F.TEACHER_NAME: (*NAMES[F.TEACHER_NAME], "姓名"),
        F.TEACHER_DEGREE: ("教师学历", "学历", "文化程度"),
        F.COURSE_HOURS: (*NAMES[F.COURSE_HOURS], "学时", "课时"),
        F.HOURS_TOTAL: tuple(name for name in NAMES[F.HOURS_TOTAL] if name not in ("学时", "课时")),
        F.CONTACT_PHONE: _HEAD_PHONE[F.CONTACT_PHONE],
    },
    head_names={**_HEAD_PHONE, F.PLACE: (*NAMES[F.PLACE], "地址")},
    template_columns=(F.SERIAL, F.COURSE_NAME, F.COURSE_HOURS, F.TEACHER_NAME, F.TEACHER_DEGREE, F.TEACHER_TITLE),
    template_head=(
        *(F.INSTITUTION, F.LEGAL_REPRESENTATIVE, F.CONTACT, F.CONTACT_PHONE, F.CLASS_NAME, F.CLASS_NO, F.OCCUPATION),
        *(F.LEVEL, F.PROGRAMME_TYPE, F.PLANNED_SEATS, F.HOURS_TOTAL, F.PLACE, F.START_DATE, F.END_DATE, F.FILING_NO),
        *(F.DAILY_HOURS, F.FILING_DATE, F.TEXTBOOK),
    ),
)
_ROSTER: Final = Form(
    kind=FormKind.ROSTER,
    zh="培训学员花名册",
    en="Roster",
    titles=(
        "学员花名册",
        "人员花名册",
        "学员名册",
        "学员登记",
        "报名表",
        "报名花名册",
        "学员名单",
        "花名册",
        "培训台账",
        "人员名单",
    ),
    columns=(
        *_PERSON,
        *_CLASS_COLUMNS,
        F.PREVIOUS_LEVEL,
        *_CERTIFICATE,
        *_SCORE,
        *_RESITS,
        F.PROGRAMME_TYPE,
        F.HOURS_TOTAL,
    ),
    head=_CLASS_HEAD,
    needed=(_any(F.PERSON_NAME),),
    speaks={F.PREVIOUS_LEVEL: 3, F.REGISTERED_POOR: 2, F.HOME_ADDRESS: 2, F.PHONE: 1.5, F.BANK_ACCOUNT: 1, F.UNIT: 0.5},
    column_names={F.OCCUPATION: (*NAMES[F.OCCUPATION], "培训意愿工种")},
    head_names=_HEAD_PHONE,
    template_columns=(
        *(F.SERIAL, F.PERSON_NAME, F.SEX, F.ETHNICITY, F.EDUCATION, F.ID_NUMBER, F.OCCUPATION, F.UNIT, F.PHONE),
        *(F.CERTIFICATE_TYPE, F.PREVIOUS_LEVEL, F.LEVEL, F.CERTIFICATE_NO, F.HOME_ADDRESS, F.REGISTERED_POOR),
        *(F.HOUSEHOLD_NO, F.BANK_NAME, F.BANK_ACCOUNT, F.REMARK),
    ),
    template_head=(F.INSTITUTION, F.CLASS_NAME, F.CLASS_NO, F.START_DATE, F.END_DATE),
)
_ATTENDANCE: Final = Form(
    kind=FormKind.ATTENDANCE,
    zh="学员出勤簿",
    en="Attendance",
    titles=("出勤", "考勤", "签到", "点名"),
    columns=(
        *_PERSON,
        *(
            F.OCCUPATION,
            F.HALF_DAY,
            F.DAYS_PRESENT,
            F.DAYS_ABSENT,
            F.DAYS_LEAVE,
            F.HOURS_PRESENT,
            F.CLASS_NAME,
            F.CLASS_NO,
        ),
    ),
    head=_CLASS_HEAD,
    needed=(_any(F.PERSON_NAME, F.ID_NUMBER),),
    speaks={F.DAYS_PRESENT: 3, F.DAYS_ABSENT: 3, F.DAYS_LEAVE: 2, F.HOURS_PRESENT: 3, F.HALF_DAY: 3, F.SIGNATURE: 0.5},
    column_names={F.DAYS_PRESENT: (*NAMES[F.DAYS_PRESENT], "合计", "天数")},
    head_names=_HEAD_PHONE,
    template_columns=(F.SERIAL, F.PERSON_NAME, F.ID_NUMBER, F.DAYS_PRESENT, F.DAYS_ABSENT, F.DAYS_LEAVE, F.REMARK),
    template_head=(F.INSTITUTION, F.CLASS_NAME, F.CLASS_NO, F.MONTH, F.DAILY_HOURS, F.TEACHER_NAME),
)
_SCORES: Final = Form(
    kind=FormKind.SCORES,
    zh="学员成绩单",
    en="Scores",
    titles=("成绩单", "成绩表", "成绩册", "成绩登记", "成绩汇总", "考核成绩", "考试成绩", "鉴定成绩"),
    columns=(*_PERSON, *_SCORE, *_RESITS, F.EXAMINER, F.OCCUPATION, F.LEVEL, F.CLASS_NAME, F.CLASS_NO),
    head=_CLASS_HEAD,
    needed=(_any(F.PERSON_NAME, F.ID_NUMBER), _any(F.THEORY_SCORE, F.PRACTICE_SCORE, F.TOTAL_SCORE, F.RESULT)),
    speaks={F.EXAM_TICKET: 3, F.EXAMINER: 3, F.THEORY_SCORE: 2, F.PRACTICE_SCORE: 2, F.TOTAL_SCORE: 2, F.RESULT: 2},
    column_names=_NONE,
    head_names=_HEAD_PHONE,
    template_columns=(
        *(F.SERIAL, F.EXAM_TICKET, F.PERSON_NAME, F.ID_NUMBER, F.THEORY_SCORE, F.PRACTICE_SCORE, F.TOTAL_SCORE),
        *(F.RESULT, F.REMARK),
    ),
    template_head=(F.INSTITUTION, F.CLASS_NAME, F.CLASS_NO, F.OCCUPATION, F.EXAM_DATE, F.EXAMINER),
)
_CERTIFICATES: Final = Form(
    kind=FormKind.CERTIFICATES,
    zh="颁证花名册",
    en="Certificates",
    titles=("颁证", "发证", "领证", "证书发放", "证书领取", "证书登记", "证书花名册", "证书名册"),
    columns=(*_PERSON, *_SCORE, *_CERTIFICATE, *_CLASS_COLUMNS),
    head=_CLASS_HEAD,
    needed=(_any(F.PERSON_NAME, F.ID_NUMBER), _any(F.CERTIFICATE_NO)),
    speaks={
        F.CERTIFICATE_NO: 3,
        F.ISSUE_DATE: 3,
        F.ISSUER: 3,
        F.CERTIFICATE_TYPE: 1,
        F.THEORY_SCORE: 1,
        F.PRACTICE_SCORE: 1,
    },
    column_names=_NONE,
    head_names=_HEAD_PHONE,
    template_columns=(
        *(
            F.SERIAL,
            F.PERSON_NAME,
            F.UNIT,
            F.SEX,
            F.BIRTH_DATE,
            F.ID_NUMBER,
            F.EDUCATION,
            F.THEORY_SCORE,
            F.PRACTICE_SCORE,
        ),
        *(F.CERTIFICATE_NO, F.CERTIFICATE_TYPE, F.ISSUER, F.ISSUE_DATE, F.REMARK),
    ),
    template_head=(F.INSTITUTION, F.CLASS_NAME, F.CLASS_NO, F.OCCUPATION, F.LEVEL),
)
_HOUSEHOLD_REGISTER: Final = Form(
    kind=FormKind.HOUSEHOLD_REGISTER,
    zh="贫困户登记表",
    en="Household register",
    titles=(
        "贫困户登记",
        "贫困户信息",
        "建档立卡登记",
        "贫困户名册",
        "贫困户花名册",
        "贫困人口信息",
        "建档立卡信息",
        "户信息",
        "贫困户台账",
    ),
    columns=(
        *_HOUSEHOLD,
        *(F.SERIAL, F.PERSON_NAME, F.ID_NUMBER, F.PERSON_NO, F.RELATION, F.SEX, F.BIRTH_DATE, F.AGE, F.ETHNICITY),
        *(F.EDUCATION, F.IN_SCHOOL, F.HEALTH, F.LABOUR_ABILITY, F.WORK_STATUS, F.WORK_MONTHS, F.REMARK),
    ),
    head=(*_HOUSEHOLD, F.REMARK),
    needed=(_any(F.PERSON_NAME, F.ID_NUMBER, F.HEAD_NAME), _any(F.HOUSEHOLD_NO, F.HEAD_NAME, F.RELATION)),
    speaks={
        F.RELATION: 4,
        F.HEALTH: 3,
        F.LABOUR_ABILITY: 3,
        F.POVERTY_CAUSE: 3,
        F.POVERTY_ATTRIBUTE: 2,
        F.EXIT_YEAR: 2,
        F.HEAD_NAME: 2,
    },
    column_names={F.PERSON_NAME: (*NAMES[F.PERSON_NAME], "成员姓名", "家庭成员姓名", "家庭成员")},
    head_names={
        F.HEAD_NAME: (*NAMES[F.HEAD_NAME], "姓名"),
        F.HEAD_ID_NUMBER: (*NAMES[F.HEAD_ID_NUMBER], *NAMES[F.ID_NUMBER]),
    },
    template_columns=(
        *(F.HOUSEHOLD_NO, F.HEAD_NAME, F.PREFECTURE, F.COUNTY, F.TOWNSHIP, F.VILLAGE, F.VILLAGE_GROUP, F.PERSON_NAME),
        *(F.ID_NUMBER, F.RELATION, F.SEX, F.ETHNICITY, F.EDUCATION, F.IN_SCHOOL, F.HEALTH, F.LABOUR_ABILITY),
        *(
            F.WORK_STATUS,
            F.POVERTY_ATTRIBUTE,
            F.IDENTIFIED_ON,
            F.EXIT_YEAR,
            F.POVERTY_CAUSE,
            F.PHONE,
            F.BANK_NAME,
            F.BANK_ACCOUNT,
        ),
        F.REMARK,
    ),
    template_head=(),
)

FORMS: Final[Mapping[FormKind, Form]] = MappingProxyType(
    {form.kind: form for form in (_CLASS_FILING, _ROSTER, _ATTENDANCE, _SCORES, _CERTIFICATES, _HOUSEHOLD_REGISTER)}
)


@cache
def column_vocabulary(kind: FormKind) -> Mapping[str, F]:
    """Printed name -> field, for this form's columns."""
    form = FORMS[kind]
    return _vocabulary(form.columns, form.column_names)


@cache
def head_vocabulary(kind: FormKind) -> Mapping[str, F]:
    """Printed name -> field, for the labels that stand around this form's table."""
    form = FORMS[kind]
    return _vocabulary(form.head, form.head_names)


def _vocabulary(fields: tuple[F, ...], special: Mapping[F, tuple[str, ...]]) -> Mapping[str, F]:
    words: dict[str, F] = {}
    for field in fields:
        for name in special.get(field) or NAMES[field]:
            words.setdefault(name, field)
    for field, names in special.items():  # a form's own meaning of a word wins over the general one
        words.update((name, field) for name in names if field in fields)
    return MappingProxyType(words)
