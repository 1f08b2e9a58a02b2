"""Each of the six forms as real ones look: by hand, with everything at once."""

from __future__ import annotations

import io
from datetime import date

import xlwt
from form_sheets import HOUSEHOLD, ID_1, head, merged, only, sheet_of

from taizhang.adapters.forms.field_names import NAMES
from taizhang.adapters.forms.field_names import FieldName as F
from taizhang.adapters.forms.forms import CHOICES, FORMS, HOUSEHOLD_FIELDS, FormKind, column_vocabulary, head_vocabulary
from taizhang.adapters.forms.headers import recognise
from taizhang.adapters.sheets.sheets import open_workbook

# -- the vocabulary itself --------------------------------------------------------------------------------


def test_every_form_can_be_read_from_the_names_that_its_template_prints() -> None:
    for kind, form in FORMS.items():
        for field in form.template_columns:
            assert column_vocabulary(kind)[form.printed(field)] == field
        for field in form.template_head:
            assert head_vocabulary(kind)[form.printed(field, in_head=True)] == field


def test_every_field_has_a_printed_name_and_belongs_to_a_form() -> None:
    used = {field for form in FORMS.values() for field in (*form.columns, *form.head)}
    assert set(F) == used == set(NAMES)
    assert set(CHOICES) <= used
    assert set(FORMS[FormKind.HOUSEHOLD_REGISTER].columns) >= HOUSEHOLD_FIELDS


# -- class filing -----------------------------------------------------------------------------------------


CLASS_FILING: list[list[object]] = [
    ["开班申请表"],
    ["培训机构", "示例职业培训学校", "", "法定代表人", "王五", ""],
    ["联系人", "赵六", "", "联系电话", "13900000009", ""],
    ["培训工种", "焊工", "", "培训等级", "初级", ""],
    ["培训类型", "劳动力技能培训", "", "培训人数", 50, ""],
    ["总学时", 80, "", "培训地点", "示例镇文化站", ""],
    ["开班日期", "2016年3月5日", "", "结业日期", date(2016, 3, 20), ""],
    ["班次名称", "焊工一班", "", "备案号", "〔2016〕12号", ""],
    ["课程设置", "课程名称", "课时", "授课教师", "职称", ""],
    ["", "焊接基础", 40, "钱七", "讲师", ""],
    ["", "焊接实操", 40, "孙八", "技师", ""],
    ["主管部门意见：", "", "", "（盖章）", "", ""],
]
FILING_HEAD = {
    F.INSTITUTION: "示例职业培训学校",
    F.LEGAL_REPRESENTATIVE: "王五",
    F.CONTACT: "赵六",
    F.CONTACT_PHONE: "13900000009",
    F.OCCUPATION: "焊工",
    F.LEVEL: "初级",
    F.PROGRAMME_TYPE: "劳动力技能培训",
    F.PLANNED_SEATS: 50,
    F.HOURS_TOTAL: 80,
    F.PLACE: "示例镇文化站",
    F.START_DATE: "2016年3月5日",
    F.END_DATE: date(2016, 3, 20),
    F.CLASS_NAME: "焊工一班",
    F.FILING_NO: "〔2016〕12号",
}


def test_a_class_filing_with_labels_beside_values_and_a_list_of_courses_is_read() -> None:
    table = only(merged(CLASS_FILING, "A1:F1", "B2:C2", "E2:F2", "A9:A11"))
    assert (table.form, table.certainty, table.doubts) == (FormKind.CLASS_FILING, 1.0, [])
    assert head(table) == FILING_HEAD
    assert [row.values for row in table.rows] == [
        {F.COURSE_NAME: "焊接基础", F.COURSE_HOURS: 40, F.TEACHER_NAME: "钱七", F.TEACHER_TITLE: "讲师"},
        {F.COURSE_NAME: "焊接实操", F.COURSE_HOURS: 40, F.TEACHER_NAME: "孙八", F.TEACHER_TITLE: "技师"},
    ]


def test_a_class_filing_without_any_merge_or_course_is_read() -> None:
    table = only(sheet_of(CLASS_FILING[:8]))
    assert (table.form, head(table), table.rows, table.certainty) == (FormKind.CLASS_FILING, FILING_HEAD, [], 1.0)


def test_the_teachers_of_a_class_filing_stand_in_a_second_list() -> None:
    teachers: list[list[object]] = [
        ["师资", "姓名", "学历", "职称"],
        ["", "钱七", "大专", "讲师"],
        ["", "孙八", "本科", "技师"],
    ]
    courses: list[list[object]] = [["课程", "课程名称", "课时"], ["", "焊接基础", 40]]
    table = only(sheet_of([*CLASS_FILING[:8], *courses, *teachers]))
    assert [row.values.get(F.COURSE_NAME) or row.values[F.TEACHER_NAME] for row in table.rows] == [
        "焊接基础",
        "钱七",
        "孙八",
    ]
    assert table.rows[2].values == {F.TEACHER_NAME: "孙八", F.TEACHER_DEGREE: "本科", F.TEACHER_TITLE: "技师"}


def test_a_class_filing_form_left_blank_is_not_taken_for_a_table() -> None:
    blank = [
        ["开班审核表"],
        ["培训机构", "", "法定代表人", ""],
        ["授课教师", "", "培训地点", ""],
        ["开班日期", "", "结业日期", ""],
    ]
    assert recognise(sheet_of(blank)) == []


def test_several_filings_in_one_list_are_rows() -> None:
    table = only(
        sheet_of(
            [
                ["2016年开班计划表"],
                ["序号", "培训机构", "班次名称", "培训工种", "培训人数", "总学时", "开班时间", "结业时间", "培训地点"],
                [1, "示例学校", "焊工一班", "焊工", 50, 80, "2016.3.5", "2016.3.20", "甲镇"],
                [2, "示例学校", "电工一班", "电工", 40, 80, "2016.4.5", "2016.4.20", "乙镇"],
                ["合计", "", "", "", 90],
            ]
        )
    )
    assert table.form == FormKind.CLASS_FILING
    assert [row.values[F.PLANNED_SEATS] for row in table.rows] == [50, 40]
    assert table.rows[1].values[F.CLASS_NAME] == "电工一班"
    assert table.certainty == 1.0


def test_a_filing_and_a_roster_in_one_sheet_are_two_forms() -> None:
    roster: list[list[object]] = [
        ["培训学员花名册"],
        ["序号", "姓名", "身份证号码", "联系电话"],
        [1, "张三", ID_1, "13900000001"],
    ]
    filing, names = recognise(sheet_of([*CLASS_FILING, [""], *roster]))
    assert (filing.form, names.form) == (FormKind.CLASS_FILING, FormKind.ROSTER)
    assert len(filing.rows) == 2
    assert names.rows[0].values[F.PERSON_NAME] == "张三"


def test_a_filing_of_labels_only_before_a_roster_is_its_own_form() -> None:
    roster: list[list[object]] = [
        ["培训学员花名册"],
        ["序号", "姓名", "身份证号码", "联系电话"],
        [1, "张三", ID_1, "13900000001"],
    ]
    filing, names = recognise(sheet_of([*CLASS_FILING[:8], [""], *roster]))
    assert (filing.form, head(filing)) == (FormKind.CLASS_FILING, FILING_HEAD)
    assert (names.form, len(names.rows)) == (FormKind.ROSTER, 1)


# -- roster -----------------------------------------------------------------------------------------------


def test_the_roster_with_its_usual_fourteen_columns_is_read_from_an_old_xls() -> None:
    book = xlwt.Workbook()
    page = book.add_sheet("Sheet1")
    header = [
        "序号",
        "姓名",
        "性别",
        "名族",
        "文化程度",
        "身份证号码",
        "工种",
        "工作单位",
        "联系电话",
        "证书类型",
        "原技术等级",
        "培训等级",
        "证书编号",
        "家庭地址",
    ]
    page.write_merge(0, 0, 0, 13, "培训学员花名册")
    page.write_merge(1, 1, 0, 5, "培训机构：示例学校")
    page.write_merge(1, 1, 6, 9, "工种班次：焊工一班")
    page.write_merge(1, 1, 10, 13, "开班日期：2016年3月5日")
    for column, text in enumerate(header):
        page.write(2, column, text)
    for column, value in enumerate(
        [
            1,
            "张 三",
            "男",
            "汉族",
            "初中",
            ID_1,
            "焊工",
            "",
            "13900000001",
            "培训合格证书",
            "无",
            "初级",
            "HG001",
            "某村",
        ]
    ):
        page.write(3, column, value)
    out = io.BytesIO()
    book.save(out)
    table = only(open_workbook(out.getvalue(), "名册.xls").sheets[0])
    assert (table.form, table.certainty) == (FormKind.ROSTER, 1.0)
    assert table.unmapped == []
    assert head(table) == {F.INSTITUTION: "示例学校", F.CLASS_NAME: "焊工一班", F.START_DATE: "2016年3月5日"}
    assert table.rows[0].values[F.PREVIOUS_LEVEL] == "无"
    assert table.rows[0].values[F.LEVEL] == "初级"


def test_a_wide_roster_with_training_fee_exam_resits_and_certificate_in_one_row_is_read() -> None:
    groups = ["基本信息", *[""] * 9, "培训情况", *[""] * 6, "收费情况", "", "", "考试", "", ""]
    groups += ["第一次补考", "", "", "第二次补考", "", "", "第三次补考", "", "", "证书", "", "", "", "备注"]
    lower = ["序号", "姓名", "姓别", "名族", "出生年月", "身份证号", "文化程度", "联系电话", "家庭住址", "是否贫困户"]
    lower += [
        "培训机构",
        "工种",
        "培训等级",
        "班级",
        "开班时间",
        "结业时间",
        "学时",
        "应收金额",
        "实收金额",
        "收费日期",
    ]
    lower += [
        "考试日期",
        "理论成绩",
        "实操成绩",
        *["日期", "理论", "实操"] * 3,
        "证书类型",
        "证书编号",
        "发证日期",
        "发证机关",
        "",
    ]
    assert len(groups) == len(lower) == 37
    row: list[object] = [f"v{index}" for index in range(37)]
    row[0], row[1], row[5] = 1, "张三", ID_1
    table = only(sheet_of([["培训人员花名册"], groups, lower, row]))
    values = table.rows[0].values
    assert (table.form, table.doubts, table.certainty) == (FormKind.ROSTER, [], 1.0)
    assert values[F.EXAM_DATE] == "v20"
    assert (values[F.THEORY_SCORE], values[F.RESIT_1_THEORY], values[F.RESIT_3_PRACTICE]) == ("v21", "v24", "v31")
    assert (values[F.RESIT_2_DATE], values[F.CERTIFICATE_NO], values[F.START_DATE]) == ("v26", "v33", "v14")
    assert table.rows[0].extra == {"收费情况/应收金额": "v17", "收费情况/实收金额": "v18", "收费情况/收费日期": "v19"}


def test_a_roster_that_claims_poverty_and_gives_an_account_is_read() -> None:
    header = ["姓名", "身份证号", "建档立卡贫困户", "户编号", "开户行", "一卡通账号"]
    table = only(sheet_of([["学员名册"], header, ["张三", ID_1, "是", HOUSEHOLD, "示例银行", "6228000000000000001"]]))
    assert table.rows[0].values[F.REGISTERED_POOR] == "是"
    assert table.rows[0].values[F.HOUSEHOLD_NO] == HOUSEHOLD
    assert table.rows[0].values[F.BANK_ACCOUNT] == "6228000000000000001"


# -- scores and certificates ------------------------------------------------------------------------------


def test_a_score_sheet_is_read_without_any_identity_number() -> None:
    table = only(
        sheet_of(
            [
                ["某县焊工一班成绩单"],
                ["考试日期：2016.3.20", "", "", "考评员：周九、吴十"],
                ["准考证号", "姓名", "应知", "应会", "备注"],
                ["A001", "张三", 80, 90.5, ""],
                ["A002", "李四", "缺考", "", "病"],
            ]
        )
    )
    assert (table.form, table.certainty) == (FormKind.SCORES, 1.0)
    assert head(table) == {F.EXAM_DATE: "2016.3.20", F.EXAMINER: "周九、吴十"}
    assert table.rows[1].values == {
        F.EXAM_TICKET: "A002",
        F.PERSON_NAME: "李四",
        F.THEORY_SCORE: "缺考",
        F.REMARK: "病",
    }


def test_a_score_sheet_is_known_by_its_columns_alone() -> None:
    table = only(sheet_of([["准考证号", "姓名", "理论成绩", "实操成绩"], ["A001", "张三", 80, 90]]))
    assert (table.form, table.certainty) == (FormKind.SCORES, 1.0)


def test_a_certificate_list_is_read() -> None:
    header = [
        "序号",
        "姓名",
        "单位",
        "性别",
        "出生日期",
        "公民身份号码",
        "学历",
        "理论",
        "实操",
        "证书编号",
        "证书类别",
        "发证机关",
        "发证日期",
        "备注",
    ]
    row = [1, "张三", "", "男", "1985.1.1", ID_1, "初中", 80, 90, "HG001", "培训合格证书", "某县人社局", 42500, ""]
    table = only(sheet_of([["颁证花名册"], header, row, ["", "", "", "经办人：王五"]]))
    assert (table.form, table.unmapped, table.certainty) == (FormKind.CERTIFICATES, [], 1.0)
    values = table.rows[0].values
    assert (values[F.CERTIFICATE_NO], values[F.ISSUER], values[F.ISSUE_DATE]) == ("HG001", "某县人社局", 42500)
    assert len(table.rows) == 1


def test_a_certificate_list_without_numbers_is_doubted() -> None:
    table = only(sheet_of([["颁证花名册"], ["姓名", "发证日期", "发证机关"], ["张三", "2016.5.1", "某县人社局"]]))
    assert table.form == FormKind.CERTIFICATES
    assert any("证书编号" in doubt for doubt in table.doubts)
