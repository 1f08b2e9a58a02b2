"""What may be chosen in a form's column, in the words that the real forms print; and which columns' digits are names."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from taizhang.adapters.forms.field_names import FieldName as F

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
DUTY_BASES: Final = ("签到", "工作日志", "走访核实")
GRADES: Final = ("优秀", "称职", "基本称职", "不称职", "合格", "基本合格", "不合格")
MARKS: Final = ("√", "×", "假", "迟", "早", "病")

PERSONAL_TEXT: Final = frozenset(
    {F.ID_NUMBER, F.HEAD_ID_NUMBER, F.PHONE, F.CONTACT_PHONE, F.BANK_ACCOUNT, F.HOUSEHOLD_NO, F.PERSON_NO}
    | {F.CERTIFICATE_NO, F.EXAM_TICKET, F.FILING_NO, F.CLASS_NO, F.POSTING_NO}
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
        F.DUTY_BASIS: DUTY_BASES,
        F.GRADE: GRADES,
    }
)
