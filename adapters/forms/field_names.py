"""The fields that forms hold, and the names under which real forms print them.

A name stands here without blanks, brackets and marks (`header_names` takes those off before it compares). The first
name of a field is the one that our own templates print. Misspellings that real files show often stand with the rest.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType
from typing import Final


class FieldName(StrEnum):
    """One thing that a form says, whatever the form calls it."""

    # the class
    INSTITUTION = "institution"
    LEGAL_REPRESENTATIVE = "legal_representative"
    CONTACT = "contact"
    CONTACT_PHONE = "contact_phone"
    OCCUPATION = "occupation"
    LEVEL = "level"
    PROGRAMME_TYPE = "programme_type"
    PLANNED_SEATS = "planned_seats"
    HOURS_TOTAL = "hours_total"
    START_DATE = "start_date"
    END_DATE = "end_date"
    PERIOD = "period"
    PLACE = "place"
    CLASS_NO = "class_no"
    CLASS_NAME = "class_name"
    FILING_NO = "filing_no"
    TEXTBOOK = "textbook"
    DAILY_HOURS = "daily_hours"
    FILING_DATE = "filing_date"
    COURSE_NAME = "course_name"
    COURSE_HOURS = "course_hours"
    TEACHER_NAME = "teacher_name"
    TEACHER_DEGREE = "teacher_degree"
    TEACHER_TITLE = "teacher_title"
    # the person
    SERIAL = "serial"
    PERSON_NAME = "person_name"
    SEX = "sex"
    BIRTH_DATE = "birth_date"
    AGE = "age"
    ETHNICITY = "ethnicity"
    EDUCATION = "education"
    ID_NUMBER = "id_number"
    PHONE = "phone"
    UNIT = "unit"
    HOME_ADDRESS = "home_address"
    REGISTERED_POOR = "registered_poor"
    BANK_NAME = "bank_name"
    BANK_ACCOUNT = "bank_account"
    SIGNATURE = "signature"
    REMARK = "remark"
    # attendance
    HALF_DAY = "half_day"
    DAYS_PRESENT = "days_present"
    DAYS_ABSENT = "days_absent"
    DAYS_LEAVE = "days_leave"
    HOURS_PRESENT = "hours_present"
    MONTH = "month"
    # scores
    EXAM_TICKET = "exam_ticket"
    EXAM_DATE = "exam_date"
    THEORY_SCORE = "theory_score"
    PRACTICE_SCORE = "practice_score"
    TOTAL_SCORE = "total_score"
    RESULT = "result"
    EXAMINER = "examiner"
    RESIT_1_DATE = "resit_1_date"
    RESIT_1_THEORY = "resit_1_theory"
    RESIT_1_PRACTICE = "resit_1_practice"
    RESIT_1_TOTAL = "resit_1_total"
    RESIT_2_DATE = "resit_2_date"
    RESIT_2_THEORY = "resit_2_theory"
    RESIT_2_PRACTICE = "resit_2_practice"
    RESIT_2_TOTAL = "resit_2_total"
    RESIT_3_DATE = "resit_3_date"
    RESIT_3_THEORY = "resit_3_theory"
    RESIT_3_PRACTICE = "resit_3_practice"
    RESIT_3_TOTAL = "resit_3_total"
    # certificates
    PREVIOUS_LEVEL = "previous_level"
    CERTIFICATE_TYPE = "certificate_type"
    CERTIFICATE_NO = "certificate_no"
    ISSUER = "issuer"
    ISSUE_DATE = "issue_date"
    # the household
    HOUSEHOLD_NO = "household_no"
    HEAD_NAME = "head_name"
    HEAD_ID_NUMBER = "head_id_number"
    PROVINCE = "province"
    PREFECTURE = "prefecture"
    COUNTY = "county"
    TOWNSHIP = "township"
    VILLAGE = "village"
    VILLAGE_GROUP = "village_group"
    HOUSEHOLD_SIZE = "household_size"
    PERSON_NO = "person_no"
    RELATION = "relation"
    IN_SCHOOL = "in_school"
    HEALTH = "health"
    LABOUR_ABILITY = "labour_ability"
    WORK_STATUS = "work_status"
    WORK_MONTHS = "work_months"
    POVERTY_STANDARD = "poverty_standard"
    IDENTIFIED_ON = "identified_on"
    POVERTY_ATTRIBUTE = "poverty_attribute"
    EXIT_ATTRIBUTE = "exit_attribute"
    EXIT_YEAR = "exit_year"
    RETURNED_ON = "returned_on"
    POVERTY_CAUSE = "poverty_cause"
    OTHER_CAUSES = "other_causes"
    # posted officials
    POSTING_NO = "posting_no"
    POSTING_KIND = "posting_kind"
    DUTY_DAYS = "duty_days"
    DUTY_BASIS = "duty_basis"
    APPRAISED_YEAR = "appraised_year"
    APPRAISED_ON = "appraised_on"
    GRADE = "grade"
    DOCUMENT_NO = "document_no"


_F = FieldName

_PRINTED: Final[Mapping[FieldName, str]] = {
    _F.INSTITUTION: "培训机构 培训机构名称 机构名称 培训学校 培训单位 承训机构 承训单位 办学机构 申请机构 申请单位 申报单位 定点机构 定点培训机构 施教机构 培训机构全称",
    _F.LEGAL_REPRESENTATIVE: "法定代表人 法人代表 法人 法定代表 法人姓名 法定代表人姓名",
    _F.CONTACT: "联系人 经办人 机构联系人 项目负责人 班级负责人 联系人姓名",
    _F.CONTACT_PHONE: "联系人电话 机构电话 机构联系电话 联系人联系电话 负责人电话",
    _F.OCCUPATION: "工种 培训工种 培训专业 专业 职业工种 职业 培训职业 专业工种 工种名称 鉴定工种 职业名称 培训项目 专业名称 申报工种 考核工种 职业资格工种",
    _F.LEVEL: "培训等级 技能等级 技术等级 等级 级别 证书等级 职业等级 培训级别 鉴定等级 职业资格等级 现技术等级 申报等级 培训层次",
    _F.PROGRAMME_TYPE: "培训类型 培训类别 项目类型 班次类型 培训性质 项目类别 培训项目类型",
    _F.PLANNED_SEATS: "培训人数 人数 计划人数 计划培训人数 拟培训人数 开班人数 班额 学员人数 招生人数 计划名额 核定人数 参训人数",
    _F.HOURS_TOTAL: "总学时 培训学时 学时 总课时 培训课时 课时 学时数 课时数 总学时数 计划学时 合计学时",
    _F.START_DATE: "开班日期 开班时间 开始日期 开始时间 培训开始时间 培训开始日期 起始日期 开课日期 开课时间 入学时间 开学日期 拟开班时间 计划开班时间 计划开班日期",
    _F.END_DATE: "结业日期 结业时间 结束日期 结束时间 培训结束时间 培训结束日期 结班日期 结班时间 终止日期 截止日期 毕业时间 拟结业时间 计划结业时间 计划结业日期",
    _F.PERIOD: "培训时间 培训起止时间 起止时间 起止日期 培训日期 培训期限 培训起止日期 培训时段",
    _F.PLACE: "培训地点 地点 办班地点 开班地点 授课地点 上课地点 教学地点 培训地址 办班地址",
    _F.CLASS_NO: "班次编号 班号 班级编号 班级号 开班编号 培训班编号 班次号 班级代码",
    _F.CLASS_NAME: "班次名称 工种班次 班次 班级 班级名称 培训班名称 培训班 班名 培训班次 期次 培训期次",
    _F.FILING_NO: "备案号 开班备案号 备案编号 审批编号 审批文号 批准文号 开班审批号 开班批复号",
    _F.TEXTBOOK: "教材 使用教材 培训教材 教材名称",
    _F.DAILY_HOURS: "上课时间 每日上课时间 授课时间 每天上课时间 上课时段 教学时间 作息时间 每日授课时间",
    _F.FILING_DATE: "申请日期 申报日期 填表日期 填报日期 申请时间 申报时间 填表时间",
    _F.COURSE_NAME: "课程名称 课程 课程内容 培训课程 课程设置 授课内容 培训内容 教学内容 科目",
    _F.COURSE_HOURS: "课程学时 课程课时 授课学时 授课课时",
    _F.TEACHER_NAME: "授课教师 教师姓名 任课教师 教师 主讲教师 讲师 授课老师 任课老师 师资姓名 授课人",
    _F.TEACHER_DEGREE: "教师学历 师资学历",
    _F.TEACHER_TITLE: "职称 教师职称 专业技术职称 职称或技术等级 职称或职业资格 教师资格",
    _F.SERIAL: "序号 编号 顺序号 序列 NO 次序",
    _F.PERSON_NAME: "姓名 学员姓名 名字 参训人员姓名 受训人姓名 学生姓名 培训人员姓名 考生姓名 持证人 持证人姓名 学员 劳动力姓名",
    _F.SEX: "性别 男女",
    _F.BIRTH_DATE: "出生日期 出生年月 出生年月日 出生时间 生日",
    _F.AGE: "年龄 周岁",
    _F.ETHNICITY: "民族 民族成份 族别",
    _F.EDUCATION: "文化程度 学历 文化水平 受教育程度 最高学历",
    _F.ID_NUMBER: "身份证号码 身份证号 公民身份号码 公民身份证号码 公民身份证号 证件号码 证件号 身份证 身份号码 居民身份证号码 居民身份证号 身份证件号码 身份证编号 有效证件号码 证件号码身份证或残疾证 ID号 残疾证号码 残疾人证号 身份证号或残疾证号 学员身份证号 学员身份证号码",
    _F.PHONE: "联系电话 电话 手机 手机号 手机号码 电话号码 联系方式 移动电话 联系手机 本人电话 学员电话",
    _F.UNIT: "工作单位 单位 所在单位 就业单位 单位名称 用工单位 承诺就业单位 务工单位",
    _F.HOME_ADDRESS: "家庭地址 家庭住址 住址 地址 户籍地址 户籍所在地 通讯地址 户口所在地 详细地址 现住址 户籍地 居住地址",
    _F.REGISTERED_POOR: "是否建档立卡 建档立卡 是否贫困户 贫困户 建档立卡贫困户 是否建档立卡贫困户 是否建档立卡户 建档立卡户 是否贫困人口 建档立卡贫困人口 是否建档立卡贫困劳动力 是否精准扶贫户",
    _F.BANK_NAME: "开户银行 开户行 银行名称 银行",
    _F.BANK_ACCOUNT: "银行账号 银行账户 银行卡号 一卡通账号 一卡通号 一折通账号 账号 卡号 帐号 银行帐号 惠农一卡通账号 社保卡号 社保卡银行账号 银行卡账号 一卡通",
    _F.SIGNATURE: "签名 学员签名 签字 本人签字 本人签名 学员签字",
    _F.REMARK: "备注 说明 备考",
    _F.HALF_DAY: "时段 午别 上下午 上午下午",
    _F.DAYS_PRESENT: "出勤天数 实到天数 出勤 出勤合计 出勤次数 实际出勤天数 合计出勤 实际出勤 出勤日数",
    _F.DAYS_ABSENT: "缺勤天数 缺勤 旷课 缺课 缺课天数 缺勤合计 旷课天数 缺课次数",
    _F.DAYS_LEAVE: "请假天数 请假 事假 请假次数 请假合计",
    _F.HOURS_PRESENT: "实到学时 出勤学时 实际学时 完成学时 出勤课时 累计学时 实到课时 实训学时",
    _F.MONTH: "考勤月份 月份 年月 考勤年月 所属月份",
    _F.EXAM_TICKET: "准考证号 准考证号码 准考证 考号 考试编号 鉴定准考证号 考生号",
    _F.EXAM_DATE: "考试日期 考试时间 考核日期 考核时间 鉴定日期 鉴定时间 考评日期 结业考试时间",
    _F.THEORY_SCORE: "理论成绩 理论 理论考试 理论知识 理论分数 理论考试成绩 理论知识成绩 应知 应知成绩 笔试成绩 理论得分 理论考核成绩 理论知识考试成绩",
    _F.PRACTICE_SCORE: "实操成绩 实操 实际操作 操作技能 技能成绩 实作成绩 操作成绩 实践成绩 实操考试 应会 应会成绩 操作技能成绩 实际操作成绩 技能 实操分数 实操考核成绩 技能考核成绩 实操得分 实作 实践",
    _F.TOTAL_SCORE: "总成绩 综合成绩 总分 成绩 考试成绩 考核成绩 合计成绩 结业成绩 最终成绩 平均成绩 鉴定成绩",
    _F.RESULT: "考核结果 评定结果 鉴定结果 结果 是否合格 考试结果 评定 合格与否 成绩评定 评定等次",
    _F.EXAMINER: "考评员 考官 监考人 考评员签字 监考员 评卷人 监考教师 主考人 考评人员 阅卷人 考评员签名 监考人员",
    _F.PREVIOUS_LEVEL: "原技术等级 原等级 原职业资格等级 原技能等级 原有技术等级 培训前等级 原有技能等级",
    _F.CERTIFICATE_TYPE: "证书类型 证书类别 证书种类 证书名称 发证类型",
    _F.CERTIFICATE_NO: "证书编号 证书号 证书号码 合格证编号 合格证号 职业资格证书编号 职业资格证书号 结业证编号 结业证号 资格证编号 培训合格证编号 发证编号 职业资格证书编码 证书编码 结业证书编号",
    _F.ISSUER: "发证机关 发证单位 颁证机构 发证机构 颁发单位 颁证单位 颁发机构 核发机关 颁证机关 发证部门",
    _F.ISSUE_DATE: "发证日期 发证时间 颁证日期 颁发日期 颁证时间 核发日期 领证日期 证书日期 颁发时间 批准日期",
    _F.HOUSEHOLD_NO: "户编号 贫困户编号 家庭编号 户编码 建档立卡户编号 建档立卡编号 户号 户籍编号 扶贫手册编号 户主编号",
    _F.HEAD_NAME: "户主姓名 户主 户主名字 家庭户主 户主姓名字",
    _F.HEAD_ID_NUMBER: "户主身份证号码 户主身份证号 户主证件号码 户主身份证 户主公民身份号码 户主证件号",
    _F.PROVINCE: "省 省份",
    _F.PREFECTURE: "市州 市 市级 地市 州市 市或州 市地州",
    _F.COUNTY: "县区 县 区县 县级 县市区 县市 县或区 所属县区",
    _F.TOWNSHIP: "乡镇 乡 镇 乡镇街道 乡级 所在乡镇 乡镇名称",
    _F.VILLAGE: "行政村 村 村名 所在村 村委会 村社区 行政村名称 村居",
    _F.VILLAGE_GROUP: "村民小组 自然村 组 社 村组 小组 村社 自然村组",
    _F.HOUSEHOLD_SIZE: "家庭人口 家庭人口数 人口数 家庭人数 户人口数 总人口",
    _F.PERSON_NO: "人编号 人员编号 人口编号 贫困人口编号 人员编码",
    _F.RELATION: "与户主关系 与户主的关系 家庭关系 户主关系 关系 和户主关系 与户主之关系",
    _F.IN_SCHOOL: "在校生状况 在校情况 是否在校 在校状况 在校生情况 在校生 是否在校生 在学情况 就学状况",
    _F.HEALTH: "健康状况 健康 身体状况 健康情况 健康程度",
    _F.LABOUR_ABILITY: "劳动能力 劳动技能 劳动力状况 劳动力 劳动力类型 劳动力情况",
    _F.WORK_STATUS: "务工状况 务工情况 务工状态 务工区域 就业状况 务工地点",
    _F.WORK_MONTHS: "务工时间 务工月数 务工时长 务工时间月",
    _F.IDENTIFIED_ON: "识别时间 识别日期 建档时间 建档日期 认定时间 认定日期 贫困户识别时间 建档立卡时间",
    _F.POVERTY_STANDARD: "识别标准 贫困标准",
    _F.POVERTY_ATTRIBUTE: "贫困户属性 贫困属性 户属性 属性 贫困户类型 农户属性 贫困类型",
    _F.EXIT_ATTRIBUTE: "脱贫属性 脱贫状态 脱贫情况 是否脱贫",
    _F.EXIT_YEAR: "脱贫年度 脱贫年份 脱贫时间 脱贫日期 退出年度 退出年份 退出时间 退出日期 脱贫年",
    _F.RETURNED_ON: "返贫时间 返贫日期 返贫年度 返贫年份 返贫年 是否返贫 返贫 返贫情况",
    _F.POVERTY_CAUSE: "主要致贫原因 致贫原因 主要原因 致贫主因 贫困原因 主要致贫因素",
    _F.OTHER_CAUSES: "其他致贫原因 其它致贫原因 次要致贫原因 其他原因",
    _F.POSTING_NO: "派驻编号 派驻号 驻村编号",
    _F.POSTING_KIND: "派驻类型 派驻身份 驻村身份",
    _F.DUTY_DAYS: "驻村天数 在岗天数 在村天数 驻村在岗天数 实际驻村天数 本月驻村天数",
    _F.DUTY_BASIS: "在岗依据 驻村依据 考勤方式",
    _F.APPRAISED_YEAR: "考核年度 考核年份",
    _F.APPRAISED_ON: "考核日期 考核时间 评定日期",
    _F.GRADE: "考核等次 评定等次 年度考核等次",
    _F.DOCUMENT_NO: "文号 考核文号 文件号",
}
_RESITS: Final = (("1", "一", "首"), ("2", "二", "二"), ("3", "三", "三"))
_RESIT_PARTS: Final = {
    "date": ("日期", "时间", "考试日期", "考试时间", "补考日期"),
    "theory": ("理论", "理论成绩"),
    "practice": ("实操", "实操成绩", "技能", "实际操作"),
    "total": ("", "成绩", "总成绩", "分数", "补考成绩"),
}


def _resit_names() -> dict[FieldName, tuple[str, ...]]:
    """第一次补考理论, 补考1理论, 第1次补考成绩 …"""
    return {
        FieldName(f"resit_{digit}_{part}"): tuple(
            start + ending
            for ending in endings
            for start in (
                f"第{han}次补考",
                f"第{digit}次补考",
                f"补考{han}",
                f"补考{digit}",
                f"{other}次补考",
                f"补考第{han}次",
            )
        )
        for digit, han, other in _RESITS
        for part, endings in _RESIT_PARTS.items()
    }


NAMES: Final[Mapping[FieldName, tuple[str, ...]]] = MappingProxyType(
    {name: tuple(words.split()) for name, words in _PRINTED.items()} | _resit_names()
)
