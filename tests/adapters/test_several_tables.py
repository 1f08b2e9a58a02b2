"""Sheets that hold several tables, or none, or one that could be several things."""

from __future__ import annotations

import random
from datetime import date, datetime

from form_sheets import HEADER, ID_1, ID_2, merged, names_of, only, person, sheet_of

from taizhang.adapters.forms.field_names import NAMES
from taizhang.adapters.forms.field_names import FieldName as F
from taizhang.adapters.forms.headers import recognise
from taizhang.adapters.sheets.sheets import Sheet

# -- several tables ---------------------------------------------------------------------------------------


def test_two_classes_in_one_sheet_are_two_tables_each_with_its_own_head() -> None:
    sheet = sheet_of(
        [
            ["焊工一班学员花名册"],
            ["工种班次：焊工一班"],
            HEADER,
            person(1, "张三"),
            ["合计", "1人"],
            ["填表人：王五"],
            [""],
            ["电工二班学员花名册"],
            ["工种班次：电工二班"],
            ["姓名", "身份证号码", "序号"],
            ["李四", ID_2, 1],
        ]
    )
    first, second = recognise(sheet)
    assert (names_of(first), first.head[F.CLASS_NAME].value) == (["张三"], "焊工一班")
    assert (names_of(second), second.head[F.CLASS_NAME].value) == (["李四"], "电工二班")


def test_two_classes_without_a_blank_row_between_them_are_two_tables() -> None:
    sheet = sheet_of(
        [["工种班次：焊工一班"], HEADER, person(1, "张三"), ["工种班次：电工二班"], HEADER, person(1, "李四", ID_2)],
        "学员花名册",
    )
    tables = recognise(sheet)
    assert [(names_of(table), table.head[F.CLASS_NAME].value) for table in tables] == [
        (["张三"], "焊工一班"),
        (["李四"], "电工二班"),
    ]


def test_a_header_printed_again_on_the_next_page_goes_on_with_the_same_table() -> None:
    sheet = sheet_of([["学员花名册"], HEADER, person(1, "张三"), HEADER, person(2, "李四", ID_2)])
    assert names_of(only(sheet)) == ["张三", "李四"]


def test_two_halves_of_a_roster_side_by_side_are_both_read() -> None:
    half = ["序号", "姓名", "身份证号码"]
    tables = recognise(sheet_of([["学员花名册"], [*half, *half], [1, "张三", ID_1, 2, "李四", ID_2]]))
    assert [names_of(table) for table in tables] == [["张三"], ["李四"]]


def test_a_second_table_deep_in_a_long_sheet_is_found() -> None:
    rows = [["学员花名册"], HEADER, *(person(i, f"甲{chr(0x4E00 + i)}") for i in range(300))]
    rows += [["序号", "姓  名", "性别", "身份证号码", "准考证号", "理论成绩"], [1, "李四", "男", ID_2, "A1", 80]]
    first, second = recognise(sheet_of(rows))
    assert (len(first.rows), names_of(second)) == (300, ["李四"])


def test_a_hidden_sheet_is_read_but_doubted() -> None:
    sheet = sheet_of([["学员花名册"], HEADER, person(1, "张三")])
    sheet.hidden = True
    assert "隐藏" in only(sheet).doubts[0]


def test_a_sheet_without_any_form_gives_no_table() -> None:
    assert recognise(sheet_of([["会议纪要"], ["时间", "地点"], ["上午", "会议室"]])) == []


def test_a_form_that_could_be_another_is_doubted_and_not_silently_chosen() -> None:
    table = only(sheet_of([["姓名", "性别", "身份证号码"], ["张三", "男", ID_1]]))
    assert table.certainty < 1.0
    assert any("看不出是" in doubt for doubt in table.doubts)


def test_a_row_never_shows_its_people_when_printed() -> None:
    table = only(sheet_of([["学员花名册"], HEADER, person(1, "张三")]))
    assert "张三" not in repr(table.rows[0])


def test_dates_in_cells_stay_dates() -> None:
    table = only(sheet_of([["颁证花名册"], ["姓名", "证书编号", "发证日期"], ["张三", "A1", datetime(2016, 5, 1)]]))
    assert table.rows[0].values[F.ISSUE_DATE] == datetime(2016, 5, 1)


def test_a_header_whose_every_cell_is_merged_into_the_rows_below_is_no_table() -> None:
    sheet = merged([["姓名", "身份证号码"], [None, None], [None, None]], "A1:A3", "B1:B3")
    assert recognise(sheet) == []


def test_values_that_are_no_numbers_at_all_do_not_stop_the_reading() -> None:
    table = only(sheet_of([["学员花名册"], ["姓名", "联系电话"], ["张三", float("inf")], ["李四", float("nan")]]))
    assert names_of(table) == ["张三", "李四"]


def test_any_jumble_of_labels_values_and_merges_is_read_without_a_failure() -> None:
    words = [word for names in NAMES.values() for word in names] + [
        "合计",
        "备注：甲",
        "培训机构：示例",
        "：",
        "3月2日",
        "上午",
        "学员花名册",
    ]
    values: list[object] = [1, 3.2, 6.2e17, float("inf"), True, date(2016, 3, 5), datetime(2016, 3, 5), " ", "\n", ""]
    choice = random.Random(20150617)
    for _ in range(300):
        width = choice.randint(1, 9)
        rows = [
            [choice.choice(choice.choice([words, values])) for _ in range(width)] for _ in range(choice.randint(1, 14))
        ]
        tops = [(choice.randrange(len(rows)), choice.randrange(width)) for _ in range(3)]
        regions = tuple((top, left, min(top + 2, len(rows) - 1), min(left + 1, width - 1)) for top, left in tops)
        for table in recognise(Sheet("表", rows, merged=regions)):
            assert 0.0 <= table.certainty <= 1.0
            assert all(1 <= row.row_number <= len(rows) and row.values for row in table.rows)
