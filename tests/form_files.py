"""The forms besides the roster, filled in by hand as they are printed: a filing, attendance, scores, certificates, a register."""

from __future__ import annotations

from import_samples import (
    CLERK,
    SCHOOL_NAME,
    SmallHouse,
    number,
    people,
    roster,
    workbook,
)

from taizhang.adapters.importing.importer import Importer
from taizhang.domain.classes import ClassId

WELDERS = ClassId("c620121-2016-09")

HOURS = "8:30-11:30 14:30-17:30"

ISSUER = "永登县人力资源和社会保障局"


def filing(**changed: object) -> bytes:
    """A class filing as it is printed: labels beside their values, courses and teachers below."""
    said: dict[str, object] = {
        "机构": SCHOOL_NAME,
        "工种": "电焊工",
        "人数": "50人",
        "学时": "60学时",
        "开班": "2016.4.11",
        "结班": "2016年4月17日",
        "时间": HOURS,
        "类型": "劳动力技能培训",
        **changed,
    }
    return workbook(
        {
            "开班申请": [
                ["职业技能培训开班申请表"],
                ["培训机构", said["机构"], "法定代表人", "样本法人"],
                ["班次名称", "电焊工九班", "班次编号", "2016-09"],
                ["培训工种", said["工种"], "培训类型", said["类型"]],
                ["培训人数", said["人数"], "总学时", said["学时"]],
                ["开班日期", said["开班"], "结业日期", said["结班"]],
                ["培训地点", "示例乡文化站", "上课时间", said["时间"]],
                ["申请日期", "2016-04-01", "教材", "电焊工(初级)"],
                ["课程名称", "学时", "授课教师", "职称"],
                ["安全常识", 10, "样本教师甲", "讲师"],
                ["焊接实操", 50, "样本教师乙", "技师"],
            ]
        }
    )


def attendance(rows: list[list[object]], hours: str | None = HOURS) -> bytes:
    head: list[object] = ["培训机构:", SCHOOL_NAME, "班次编号:", "2016-01"]
    head += ["上课时间:", hours] if hours else []
    return workbook(
        {
            "考勤": [
                ["2016年4月学员出勤簿"],
                head,
                ["序号", "姓名", "身份证号码", "5日", "6日", "7日", "出勤天数"],
                *rows,
            ]
        }
    )


def enrolled(house: SmallHouse, count: int) -> list[list[object]]:
    rows = people(count)
    Importer(house).run(roster(rows), "花名册.xlsx", CLERK)
    return rows


def scores(rows: list[list[object]]) -> bytes:
    return workbook(
        {
            "成绩": [
                ["学员成绩单"],
                ["培训机构:", SCHOOL_NAME, "班次编号:", "2016-01", "考试日期:", "2016年4月15日"],
                ["序号", "姓名", "身份证号码", "理论成绩", "实操成绩", "总成绩", "考核结果"],
                *rows,
            ]
        }
    )


def certificates(rows: list[list[object]], issuer: str = ISSUER) -> bytes:
    return workbook(
        {
            "颁证": [
                ["颁证花名册"],
                ["培训机构:", SCHOOL_NAME, "班次编号:", "2016-01", "发证机关:", issuer],
                ["序号", "姓名", "身份证号码", "证书编号", "证书类型", "发证日期"],
                *rows,
            ]
        }
    )


def register(rows: list[list[object]]) -> bytes:
    return workbook(
        {
            "户册": [
                ["建档立卡贫困户信息登记表"],
                [
                    "户编号",
                    "户主姓名",
                    "县",
                    "行政村",
                    "姓名",
                    "证件号码",
                    "与户主关系",
                    "贫困户属性",
                    "脱贫年度",
                    "主要致贫原因",
                ],
                *rows,
            ]
        }
    )


HOUSEHOLDS: list[list[object]] = [
    ["62012101", "样本户主甲", "永登县", "样本村", "样本户主甲", number(500), "户主", "低保户", None, "因病"],
    [None, None, None, None, "样本配偶甲", number(501), "配偶", None, None, None],
    [None, None, None, None, "样本幼儿甲", None, "之子", None, None, None],
    ["62012102", "样本户主乙", "永登县", "样本村", "样本户主乙", number(502), "户主", "一般贫困户", 2015, "缺技术"],
]
