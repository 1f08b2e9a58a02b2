"""The eight forms: what each holds, what it must hold, and how to tell one from another.

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

from taizhang.adapters.forms.choices import CHOICES, MARKS, PERSONAL_TEXT
from taizhang.adapters.forms.field_names import NAMES
from taizhang.adapters.forms.field_names import FieldName as F

__all__ = ["CHOICES", "FORMS", "MARKS", "PERSONAL_TEXT", "Form", "FormKind", "column_vocabulary", "head_vocabulary"]

GUIDE_SHEET: Final = "填表说明"
SUMMARY_SHEET: Final = "校验汇总"
RESULT_HEADER: Final = "校验结果"
"""What our own workbooks add: a sheet that explains a form, one with totals, and the column of verdicts."""


class FormKind(StrEnum):
    """Which of the eight forms a table is."""

    CLASS_FILING = "class-filing"
    ROSTER = "roster"
    ATTENDANCE = "attendance"
    SCORES = "scores"
    CERTIFICATES = "certificates"
    HOUSEHOLD_REGISTER = "household-register"
    VILLAGE_DUTY = "village-duty"
    APPRAISALS = "appraisals"


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

_POSTED: Final = (F.SERIAL, F.PERSON_NAME, F.POSTING_NO, F.POSTING_KIND, F.TOWNSHIP, F.VILLAGE, F.REMARK)
_POSTED_NAMES: Final = MappingProxyType(
    {F.VILLAGE: (*NAMES[F.VILLAGE], "派驻村", "驻村"), F.PERSON_NAME: ("姓名", "干部姓名")}
)
_VILLAGE_DUTY: Final = Form(
    kind=FormKind.VILLAGE_DUTY,
    zh="驻村在岗月报表",
    en="Duty in the village by month",
    titles=("驻村在岗", "在岗月报", "驻村考勤", "驻村天数", "驻村干部考勤", "在岗情况"),
    columns=(*_POSTED, F.MONTH, F.DUTY_DAYS, F.DUTY_BASIS),
    head=(F.MONTH, F.COUNTY, F.TOWNSHIP, F.REMARK),
    needed=(_any(F.POSTING_NO), _any(F.DUTY_DAYS)),
    speaks={F.POSTING_NO: 3, F.DUTY_DAYS: 4, F.DUTY_BASIS: 3},
    column_names=_POSTED_NAMES,
    head_names=_NONE,
    template_columns=(F.SERIAL, F.PERSON_NAME, F.POSTING_NO, F.VILLAGE, F.DUTY_DAYS, F.DUTY_BASIS, F.REMARK),
    template_head=(F.MONTH, F.COUNTY),
)
_APPRAISALS: Final = Form(
    kind=FormKind.APPRAISALS,
    zh="派驻干部年度考核表",
    en="Appraisals of posted officials",
    titles=("干部年度考核", "干部考核", "考核等次", "年度考核"),
    columns=(*_POSTED, F.APPRAISED_YEAR, F.GRADE, F.DOCUMENT_NO, F.APPRAISED_ON),
    head=(F.APPRAISED_YEAR, F.DOCUMENT_NO, F.APPRAISED_ON, F.COUNTY, F.REMARK),
    needed=(_any(F.POSTING_NO), _any(F.GRADE)),
    speaks={F.POSTING_NO: 3, F.GRADE: 4, F.APPRAISED_YEAR: 3, F.APPRAISED_ON: 1},
    column_names=_POSTED_NAMES,
    head_names=_NONE,
    template_columns=(F.SERIAL, F.PERSON_NAME, F.POSTING_NO, F.VILLAGE, F.GRADE, F.REMARK),
    template_head=(F.APPRAISED_YEAR, F.APPRAISED_ON, F.DOCUMENT_NO),
)

_ALL: Final = (
    _CLASS_FILING,
    _ROSTER,
    _ATTENDANCE,
    _SCORES,
    _CERTIFICATES,
    _HOUSEHOLD_REGISTER,
    _VILLAGE_DUTY,
    _APPRAISALS,
)
FORMS: Final[Mapping[FormKind, Form]] = MappingProxyType({form.kind: form for form in _ALL})


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
