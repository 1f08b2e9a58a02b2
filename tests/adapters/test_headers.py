"""Sheets made by hand with every mess that real files show: where the table is, and what its columns mean."""

from __future__ import annotations

from datetime import date

import pytest
from form_sheets import HEADER, ID_1, ID_2, ID_3, merged, names_of, only, person, sheet_of

from taizhang.adapters.forms.field_names import FieldName as F
from taizhang.adapters.forms.forms import FormKind
from taizhang.adapters.forms.header_names import distance
from taizhang.adapters.sheets.sheets import open_workbook

# -- above the table --------------------------------------------------------------------------------------


def test_title_rows_and_head_lines_above_the_table_are_read() -> None:
    sheet = merged(
        [
            ["某县2016年第一期培训学员花名册"],
            ["培训机构：示例职业培训学校    工种班次：焊工一班    开班日期：2016.3.5"],
            HEADER,
            person(1, "张三"),
        ],
        "A1:F1",
        "A2:F2",
    )
    table = only(sheet)
    assert (table.form, table.certainty, table.doubts) == (FormKind.ROSTER, 1.0, [])
    assert table.title == "某县2016年第一期培训学员花名册"
    assert {name: value.value for name, value in table.head.items()} == {
        F.INSTITUTION: "示例职业培训学校",
        F.CLASS_NAME: "焊工一班",
        F.START_DATE: "2016.3.5",
    }
    assert table.head[F.CLASS_NAME].row == 2
    assert table.header_rows == (3,)


def test_a_label_in_one_cell_and_its_value_in_the_next_are_read() -> None:
    table = only(
        sheet_of(
            [
                ["学员花名册"],
                ["培训机构", "示例学校", "", "开班日期：", date(2016, 3, 5), ""],
                HEADER,
                person(1, "张三"),
            ]
        )
    )
    assert table.head[F.INSTITUTION].value == "示例学校"
    assert table.head[F.START_DATE].value == date(2016, 3, 5)
    assert (table.head[F.START_DATE].row, table.head[F.START_DATE].column) == (2, 4)


def test_labels_with_blanks_inside_and_half_width_colons_are_read() -> None:
    table = only(sheet_of([["花名册"], ["培 训 机 构: 示例学校  工　种 :  焊工"], HEADER, person(1, "张三")]))
    assert table.head[F.INSTITUTION].value == "示例学校"
    assert table.head[F.OCCUPATION].value == "焊工"


def test_labels_below_and_beside_the_table_are_read() -> None:
    table = only(
        sheet_of(
            [
                ["学员花名册"],
                [*HEADER, "", "培训机构", "示例学校"],
                [*person(1, "张三"), "", "工种", "焊工"],
                person(2, "李四", ID_2),
                ["联系人：王五   联系电话：13900000009"],
            ]
        )
    )
    assert {name: value.value for name, value in table.head.items()} == {
        F.INSTITUTION: "示例学校",
        F.OCCUPATION: "焊工",
        F.CONTACT: "王五",
        F.CONTACT_PHONE: "13900000009",
    }
    assert names_of(table) == ["张三", "李四"]


def test_a_label_without_a_value_gives_nothing_and_does_not_take_the_next_label() -> None:
    table = only(sheet_of([["花名册"], ["培训机构：", "", "工种：", "焊工"], HEADER, person(1, "张三")]))
    assert F.INSTITUTION not in table.head
    assert table.head[F.OCCUPATION].value == "焊工"


# -- names of columns -------------------------------------------------------------------------------------


def test_columns_may_stand_in_any_order() -> None:
    table = only(sheet_of([["花名册"], HEADER[::-1], person(1, "张三")[::-1]]))
    assert table.rows[0].values[F.PERSON_NAME] == "张三"
    assert table.rows[0].values[F.ID_NUMBER] == ID_1


@pytest.mark.parametrize(
    ("text", "field"),
    [
        ("身份证号", F.ID_NUMBER), ("公民身份号码", F.ID_NUMBER), ("证件号码", F.ID_NUMBER), ("身份证号码（18位）", F.ID_NUMBER), ("身 份 证 号", F.ID_NUMBER),
        ("身分证号码", F.ID_NUMBER), ("身份正号码", F.ID_NUMBER), ("身份证号码*", F.ID_NUMBER), ("身份证\n号码", F.ID_NUMBER), ("居民身份证号码", F.ID_NUMBER),
        ("名族", F.ETHNICITY), ("姓别", F.SEX), ("性 别", F.SEX), ("学历", F.EDUCATION), ("文化程度", F.EDUCATION), ("手机号码", F.PHONE), ("联系电话/手机", F.PHONE),
        ("家庭住址", F.HOME_ADDRESS), ("是否建档立卡", F.REGISTERED_POOR), ("建档立卡贫困户", F.REGISTERED_POOR), ("银行卡号", F.BANK_ACCOUNT), ("一卡通账号", F.BANK_ACCOUNT), ("聯系電話", F.PHONE),
    ],
)  # fmt: skip
def test_a_column_is_known_under_its_usual_and_misspelt_names(text: str, field: F) -> None:
    table = only(sheet_of([["学员花名册"], ["序号", "姓名", text], [1, "张三", "某值"]]))
    assert table.columns[2] == field
    assert table.certainty == 1.0


def test_the_name_column_is_known_when_it_is_misspelt() -> None:
    table = only(sheet_of([["学员花名册"], ["序号", "性名", "姓别", "名族"], [1, "张三", "男", "汉族"]]))
    assert table.rows[0].values == {F.SERIAL: 1, F.PERSON_NAME: "张三", F.SEX: "男", F.ETHNICITY: "汉族"}


def test_a_slip_of_the_pen_is_forgiven_but_said() -> None:
    table = only(sheet_of([["学员花名册"], ["序号", "姓名", "身份证号吗", "家庭详细住址"], [1, "张三", ID_1, "某村"]]))
    assert table.columns[2] == F.ID_NUMBER
    assert any("身份证号吗" in doubt for doubt in table.doubts)
    assert len(table.doubts) == len(table.doubts_en)
    assert table.certainty < 1.0


@pytest.mark.parametrize("text", ["原工作单位", "家长电话", "退伍日期", "技能特长", "紧急联系电话"])
def test_a_column_that_only_resembles_a_field_stays_unmapped(text: str) -> None:
    table = only(sheet_of([["学员花名册"], ["序号", "姓名", "身份证号码", text], [1, "张三", ID_1, "某值"]]))
    assert table.columns[3] is None
    assert table.unmapped == [(3, text)]
    assert table.rows[0].extra == {text: "某值"}


def test_what_the_clerk_confirmed_wins_over_every_name() -> None:
    sheet = sheet_of([["学员花名册"], ["序号", "姓名", "证号", "备注"], [1, "张三", ID_1, "是"]])
    table = only(sheet, {"证号": "id_number", "备注": "registered_poor"})
    assert table.rows[0].values == {F.SERIAL: 1, F.PERSON_NAME: "张三", F.ID_NUMBER: ID_1, F.REGISTERED_POOR: "是"}


def test_the_clerk_can_say_that_a_column_is_none_of_the_fields() -> None:
    sheet = sheet_of([["学员花名册"], ["序号", "姓名", "工种"], [1, "张三", "甲"]])
    assert only(sheet, {"工种": ""}).columns[2] is None


def test_a_column_named_twice_takes_the_first_that_holds_values_and_says_so() -> None:
    sheet = sheet_of([["学员花名册"], ["姓名", "联系电话", "联系电话"], ["张三", "13900000001", "13900000002"]])
    table = only(sheet)
    assert table.rows[0].values[F.PHONE] == "13900000001"
    assert table.rows[0].extra == {"联系电话": "13900000002"}
    assert "第 2 列和第 3 列" in table.doubts[0]


def test_a_column_without_a_header_is_kept_under_its_place() -> None:
    table = only(sheet_of([["学员花名册"], ["姓名", "", "性别"], ["张三", "某值", "男"], ["李四", "", "男"]]))
    assert table.rows[0].extra == {"(第2列)": "某值"}


def test_edit_distance_counts_swapped_letters_once() -> None:
    assert [distance("abcd", other) for other in ("abcd", "abdc", "abc", "abxd", "")] == [0, 1, 1, 1, 4]


# -- rows -------------------------------------------------------------------------------------------------


def test_blank_rows_inside_are_stepped_over_and_row_numbers_stay_those_of_excel() -> None:
    sheet = sheet_of(
        [["学员花名册"], [""], HEADER, person(1, "张三"), [""], ["　", " "], person(2, "李四", ID_2), [""], [""], [""], person(3, "王五", ID_3)]
    )  # fmt: skip
    assert [(row.row_number, row.values[F.PERSON_NAME]) for row in only(sheet).rows] == [
        (4, "张三"),
        (7, "李四"),
        (11, "王五"),
    ]


@pytest.mark.parametrize(
    "line",
    [
        ["合计", "", "", "", 2, ""], ["", "合计", "", "2人", "", ""], ["总 计", "2"], ["小计：2人"], ["备注：本表一式两份"], ["说明：1.本表由培训机构填写"], ["填表人：王五", "", "", "审核人：赵六"],
        ["注：身份证号码必须真实"], ["单位（盖章）", "", "负责人：", ""], ["主管部门意见：同意"], ["1. 本表由培训机构填写"],
    ],
)  # fmt: skip
def test_totals_and_notes_are_no_trainees(line: list[object]) -> None:
    sheet = sheet_of([["学员花名册"], HEADER, person(1, "张三"), person(2, "李四", ID_2), line])
    assert names_of(only(sheet)) == ["张三", "李四"]


def test_rows_after_a_subtotal_are_not_lost() -> None:
    sheet = sheet_of([["花名册"], HEADER, person(1, "张三"), ["小计", "", 1], person(2, "李四", ID_2), ["合计", "", 2]])
    assert names_of(only(sheet)) == ["张三", "李四"]


def test_rows_numbered_in_advance_but_left_blank_are_no_trainees() -> None:
    sheet = sheet_of([["花名册"], HEADER, person(1, "张三"), [2], [3], [4]])
    assert names_of(only(sheet)) == ["张三"]


def test_a_row_without_a_name_is_kept_so_that_it_can_be_reported() -> None:
    sheet = sheet_of([["花名册"], HEADER, [1, "", "男", ID_1, "13900000001", ""], person(2, "李四", ID_2)])
    assert [row.row_number for row in only(sheet).rows] == [3, 4]


def test_rows_that_give_only_a_name_are_rows() -> None:
    sheet = sheet_of([["学员花名册"], ["序号", "姓名"], [1, "张三"], [2, "李四"], ["", "王五"]])
    assert names_of(only(sheet)) == ["张三", "李四", "王五"]


def test_surnames_that_begin_like_a_note_are_still_people() -> None:
    sheet = sheet_of([["学员花名册"], ["姓名", "身份证号码"], ["单国强", ID_1], ["经亨颐", ID_2], ["合理", ID_3]])
    assert names_of(only(sheet)) == ["单国强", "经亨颐", "合理"]


def test_numbers_printed_under_the_header_are_not_a_row() -> None:
    sheet = sheet_of([["学员花名册"], HEADER, [1, 2, 3, 4, 5, 6], person(1, "张三")])
    table = only(sheet)
    assert names_of(table) == ["张三"]
    assert table.columns[1] == F.PERSON_NAME


def test_cells_merged_down_a_column_speak_for_each_row() -> None:
    sheet = merged(
        [
            ["学员花名册"],
            ["姓名", "身份证号码", "工种"],
            ["张三", ID_1, "焊工"],
            ["李四", ID_2, None],
            ["王五", ID_3, "电工"],
        ],
        "C3:C4",
    )
    assert [row.values[F.OCCUPATION] for row in only(sheet).rows] == ["焊工", "焊工", "电工"]
    assert sheet.rows[3][2] == ""  # what was sent stays as it was sent


def test_short_rows_of_a_csv_are_read() -> None:
    sheet = open_workbook(
        "姓名,身份证号码,联系电话\n张三,62242119850101001X\n李四\n".encode("gb18030"), "学员花名册.csv"
    ).sheets[0]
    table = only(sheet)
    assert table.rows[0].values == {F.PERSON_NAME: "张三", F.ID_NUMBER: ID_1}
    assert table.certainty == 1.0


# -- headers of several rows ------------------------------------------------------------------------------


def test_a_header_merged_over_two_rows_is_read() -> None:
    sheet = merged(
        [
            ["学员成绩单"],
            ["序号", "姓名", "考核成绩", None, "备注"],
            [None, None, "理论", "实操", None],
            [1, "张三", 80, 90, ""],
        ],
        "A1:E1", "A2:A3", "B2:B3", "C2:D2", "E2:E3",
    )  # fmt: skip
    table = only(sheet)
    assert table.header_rows == (2, 3)
    assert table.rows[0].values == {F.SERIAL: 1, F.PERSON_NAME: "张三", F.THEORY_SCORE: 80, F.PRACTICE_SCORE: 90}
    assert table.certainty == 1.0


def test_group_labels_above_the_header_are_read() -> None:
    sheet = merged(
        [
            ["学员成绩单"],
            ["基本信息", None, None, "考核成绩", None],
            ["序号", "姓名", "身份证号码", "理论", "实操"],
            [1, "张三", ID_1, 80, 90],
        ],
        "A1:E1", "A2:C2", "D2:E2",
    )  # fmt: skip
    table = only(sheet)
    assert table.rows[0].values[F.PRACTICE_SCORE] == 90
    assert table.header_rows == (2, 3)


def test_a_group_label_that_only_says_where_leaves_the_columns_their_names() -> None:
    sheet = merged(
        [
            ["贫困户登记表"],
            ["户编号", "所在地", None, None, "姓名", "身份证号码"],
            [None, "县(区)", "乡(镇)", "村 名", None, None],
            ["H1", "永登县", "示例乡", "示例村", "张三", ID_1],
        ],
        "A1:F1", "A2:A3", "B2:D2", "E2:E3", "F2:F3",
    )  # fmt: skip
    table = only(sheet)
    assert table.unmapped == []
    assert table.rows[0].values[F.VILLAGE] == "示例村"
    assert table.rows[0].values[F.COUNTY] == "永登县"


def test_labels_with_merged_values_right_above_a_table_are_no_part_of_its_header() -> None:
    sheet = merged(
        [
            ["开班申请表"],
            ["培训工种", "焊工", None, "班次编号", "2017-01"],
            ["计划人数", 20, None, "总学时", 24],
            ["备案编号", "示例备1号", None, "办班地点", "示例教室"],
            ["序号", "课程内容", "课程课时", "任课老师", "教师学历"],
            [1, "焊接安全", 8, None, None],
            [2, "手工电弧焊", 16, None, None],
        ],
        "A1:E1", "B2:C2", "B3:C3", "B4:C4",
    )  # fmt: skip
    table = only(sheet)
    assert table.unmapped == []
    assert [row.values[F.COURSE_NAME] for row in table.rows] == ["焊接安全", "手工电弧焊"]
    assert {F.FILING_NO, F.PLACE} <= set(table.head)


def test_a_two_row_header_of_a_csv_is_read_without_any_merge() -> None:
    sheet = sheet_of(
        [
            ["成绩单"],
            ["序号", "姓名", "考核成绩", "", "备注"],
            ["", "", "理论", "实操", ""],
            ["1", "张三", "80", "90", ""],
        ]
    )
    assert only(sheet).rows[0].values[F.PRACTICE_SCORE] == "90"


def test_resits_are_kept_apart_from_the_first_exam() -> None:
    groups = [
        ["人员花名册"],
        ["姓名", "考试", None, "第一次补考", None, "第二次补考", None],
        [None, "理论", "实操", "理论", "实操", "理论", "实操"],
    ]
    sheet = merged(
        [*groups, ["张三", 50, 55, 58, 60, 70, 75]], "A2:A3", "B2:C2", "D2:E2", "F2:G2"
    )  # fmt: skip
    values = only(sheet).rows[0].values
    assert (values[F.THEORY_SCORE], values[F.RESIT_1_THEORY], values[F.RESIT_2_PRACTICE]) == (50, 58, 75)
