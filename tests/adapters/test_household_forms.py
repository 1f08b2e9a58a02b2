"""Household registers as real ones look: one row a member, or one sheet a household."""

from __future__ import annotations

import pytest
from form_sheets import HOUSEHOLD, ID_1, ID_2, ID_3, head, merged, only, sheet_of

from taizhang.adapters.forms.field_names import FieldName as F
from taizhang.adapters.forms.forms import FormKind

# -- household register -----------------------------------------------------------------------------------


MEMBERS = [
    "户编号",
    "户主姓名",
    "县区",
    "乡镇",
    "行政村",
    "姓名",
    "身份证号码",
    "与户主关系",
    "健康状况",
    "贫困户属性",
    "联系电话",
]


def members(*, second_number: object = "") -> list[list[object]]:
    return [
        ["贫困户登记表"],
        list(MEMBERS),
        [HOUSEHOLD, "张三", "某县", "某镇", "某村", "张三", ID_1, "户主", "健康", "一般贫困户", "13900000001"],
        [second_number, "", "", "", "", "李四", ID_2, "配偶", "残疾", "", ""],
        ["6211210001002", "王五", "某县", "某镇", "乙村", "王五", ID_3, "户主", "健康", "低保贫困户", ""],
    ]


@pytest.mark.parametrize("regions", [(), ("A3:A4", "B3:B4", "C3:C4", "D3:D4", "E3:E4", "J3:J4", "K3:K4")])
def test_household_columns_filled_in_the_first_row_only_hold_for_every_member(regions: tuple[str, ...]) -> None:
    table = only(merged(members(), *regions))
    assert (table.form, table.certainty) == (FormKind.HOUSEHOLD_REGISTER, 1.0)
    second = table.rows[1].values
    assert (second[F.HOUSEHOLD_NO], second[F.HEAD_NAME], second[F.VILLAGE]) == (HOUSEHOLD, "张三", "某村")
    assert (second[F.PERSON_NAME], second[F.HEALTH], second[F.POVERTY_ATTRIBUTE]) == ("李四", "残疾", "一般贫困户")
    assert table.rows[2].values[F.VILLAGE] == "乙村"
    assert F.PHONE not in table.rows[2].values  # the next household has none, and does not take its neighbour's


def test_a_head_of_household_without_a_number_does_not_inherit_the_one_above() -> None:
    rows = members()
    rows[4][0] = rows[4][1] = ""
    table = only(sheet_of(rows))
    assert F.HOUSEHOLD_NO not in table.rows[2].values


def test_one_household_a_sheet_with_labels_and_a_list_of_members_is_read() -> None:
    sheet = merged(
        [
            ["贫困户登记表"],
            ["户编号", HOUSEHOLD, "", "户主姓名", "张三", ""],
            ["身份证号码", ID_1, "", "联系电话", "13900000001", ""],
            ["市州", "某市", "县区", "某县", "乡镇", "某镇"],
            ["行政村", "某村", "村民小组", "一社", "致贫原因", "缺技术"],
            ["贫困户属性", "一般贫困户", "脱贫年度", 2018, "银行账号", "6228000000000000001"],
            ["家庭成员情况"],
            ["序号", "姓名", "与户主关系", "性别", "身份证号码", "健康状况"],
            [1, "张三", "户主", "男", ID_1, "健康"],
            [2, "李四", "配偶", "女", ID_2, "健康"],
            ["填表人：王五", "", "", "填表日期：2014.5.1"],
        ],
        "A1:F1", "B2:C2", "E2:F2", "A7:F7",
    )  # fmt: skip
    table = only(sheet)
    assert (table.form, table.certainty) == (FormKind.HOUSEHOLD_REGISTER, 1.0)
    assert head(table) == {
        F.HOUSEHOLD_NO: HOUSEHOLD, F.HEAD_NAME: "张三", F.HEAD_ID_NUMBER: ID_1, F.PHONE: "13900000001", F.PREFECTURE: "某市", F.COUNTY: "某县", F.TOWNSHIP: "某镇",
        F.VILLAGE: "某村", F.VILLAGE_GROUP: "一社", F.POVERTY_CAUSE: "缺技术", F.POVERTY_ATTRIBUTE: "一般贫困户", F.EXIT_YEAR: 2018, F.BANK_ACCOUNT: "6228000000000000001",
    }  # fmt: skip
    assert [(row.row_number, row.values[F.PERSON_NAME]) for row in table.rows] == [(9, "张三"), (10, "李四")]


def test_a_household_form_in_which_the_person_is_labelled_like_a_table_is_no_table() -> None:
    table = only(
        sheet_of(
            [
                ["贫困户登记表"],
                ["姓名", "张三", "性别", "男", "民族", "汉族"],
                ["身份证号码", ID_1, "", "联系电话", "13900000001", ""],
                ["户编号", HOUSEHOLD, "", "乡镇", "某镇", ""],
            ]
        )
    )
    assert table.rows == []
    assert head(table)[F.HEAD_NAME] == "张三"
    assert head(table)[F.HEAD_ID_NUMBER] == ID_1
