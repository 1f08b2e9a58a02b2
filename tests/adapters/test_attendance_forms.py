"""Attendance sheets as real ones look: days in every spelling, half days, months that end."""

from __future__ import annotations

from datetime import date

import pytest
from form_sheets import merged, only, sheet_of

from taizhang.adapters.forms.field_names import FieldName as F
from taizhang.adapters.forms.forms import FormKind
from taizhang.adapters.forms.tables import FormTable

# -- attendance -------------------------------------------------------------------------------------------


def attendance(
    days: list[object], title: str = "焊工一班学员出勤簿（2016年3月）", second: list[object] | None = None
) -> FormTable:
    marks: list[object] = ["√"] * len(days)
    rows: list[list[object]] = [[title], ["序号", "姓名", *days]]
    rows += [["", "", *second]] if second else []
    return only(sheet_of([*rows, [1, "张三", *marks]]))


@pytest.mark.parametrize(
    "days",
    [
        ["3月2日", "3月3日", "3月4日"], ["3.2", "3.3", "3.4"], ["3/2", "3/3", "3/4"], ["3-2", "3-3", "3-4"], ["2", "3", "4"], [2, 3, 4], [2.0, 3.0, 4.0], ["2日", "3日", "4日"],
        [date(2016, 3, 2), date(2016, 3, 3), date(2016, 3, 4)], ["2016.3.2", "2016-3-3", "20160304"], ["3月2日(周三)", "3月3日（星期四）", "3月4日周五"], [42431, 42432, 42433], [3.2, 3.3, 3.4], ["３月２日", "３．３", "４"],
    ],
)  # fmt: skip
def test_day_columns_are_dated_in_every_spelling(days: list[object]) -> None:
    table = attendance(days)
    assert table.form == FormKind.ATTENDANCE
    assert [day.on for day in table.day_columns] == [date(2016, 3, 2), date(2016, 3, 3), date(2016, 3, 4)]
    assert [day.part for day in table.day_columns] == ["", "", ""]
    assert table.certainty == 1.0
    assert [mark for _, mark in table.rows[0].days] == ["√"] * 3
    assert table.unmapped == []


def test_half_days_in_a_second_header_row_are_two_columns_of_one_day() -> None:
    table = attendance(["3月2日", "", "3月3日", ""], second=["上午", "下午", "上午", "下午"])
    assert [(day.on, day.part) for day in table.day_columns] == [
        (date(2016, 3, 2), "am"), (date(2016, 3, 2), "pm"), (date(2016, 3, 3), "am"), (date(2016, 3, 3), "pm"),
    ]  # fmt: skip
    assert table.header_rows == (2, 3)
    assert len(table.rows) == 1


def test_half_days_merged_under_real_dates_are_read() -> None:
    sheet = merged(
        [["考勤表"], ["姓名", date(2016, 3, 2), None, date(2016, 3, 3), None], [None, "上午", "下午", "上午", "下午"], ["张三", "√", "×", "假", "√"]],
        "A1:E1", "A2:A3", "B2:C2", "D2:E2",
    )  # fmt: skip
    marks = [(day.on, day.part, mark) for day, mark in only(sheet).rows[0].days]
    assert marks[1] == (date(2016, 3, 2), "pm", "×")
    assert marks[2] == (date(2016, 3, 3), "am", "假")


def test_days_under_a_merged_word_and_totals_beside_them_are_read() -> None:
    sheet = merged(
        [
            ["学员考勤表"],
            ["考勤月份：2016年3月"],
            ["序号", "姓名", "日期", None, None, "出勤天数", "备注"],
            [None, None, 1, 2, 3, None, None],
            [1, "张三", "√", "○", "病", 1, ""],
            ["合计", None, 1],
        ],
        "A1:G1", "A3:A4", "B3:B4", "C3:E3", "F3:F4", "G3:G4",
    )  # fmt: skip
    table = only(sheet)
    assert [day.on for day in table.day_columns] == [date(2016, 3, 1), date(2016, 3, 2), date(2016, 3, 3)]
    assert table.rows[0].values[F.DAYS_PRESENT] == 1
    assert (len(table.rows), table.certainty) == (1, 1.0)


def test_a_mark_merged_across_days_speaks_for_each_of_them() -> None:
    sheet = merged(
        [["2016年考勤表"], ["姓名", "3月1日", "3月2日", "3月3日"], ["张三", "√", "事假", None]], "A1:D1", "C3:D3"
    )
    assert [mark for _, mark in only(sheet).rows[0].days] == ["√", "事假", "事假"]


def test_days_run_over_the_end_of_the_month_and_of_the_year() -> None:
    table = attendance([30, 31, 1, 2], "出勤簿 2016年12月")
    assert [day.on for day in table.day_columns] == [
        date(2016, 12, 30),
        date(2016, 12, 31),
        date(2017, 1, 1),
        date(2017, 1, 2),
    ]
    table = attendance(["12月31日", "1月1日"], "2016年出勤簿")
    assert [day.on for day in table.day_columns] == [date(2016, 12, 31), date(2017, 1, 1)]


def test_a_number_that_lost_its_nought_is_dated_by_its_neighbours() -> None:
    table = attendance([3.19, 3.2, 3.21])
    assert [day.on for day in table.day_columns] == [date(2016, 3, 19), date(2016, 3, 20), date(2016, 3, 21)]
    assert table.certainty == 1.0


def test_a_number_that_may_have_lost_its_nought_is_doubted() -> None:
    table = attendance([3.2, 3.21, 3.22])
    assert table.day_columns[0].on == date(2016, 3, 20)
    assert any("3.2" in doubt for doubt in table.doubts)


def test_days_without_a_year_or_a_month_stay_undated_and_say_so() -> None:
    table = attendance([1, 2, 3], "学员出勤簿")
    assert [day.on for day in table.day_columns] == [None, None, None]
    assert "年月" in table.doubts[0]


def test_the_year_comes_from_the_start_date_when_the_title_has_none() -> None:
    table = only(sheet_of([["学员签到表"], ["开班日期：2016年3月1日"], ["姓名", "3月2日", "3月3日"], ["张三", 4, 8]]))
    assert table.day_columns[0].on == date(2016, 3, 2)
    assert [mark for _, mark in table.rows[0].days] == [4, 8]


def test_a_day_that_the_month_does_not_have_stays_undated() -> None:
    assert attendance([28, 29, 30], "2015年2月出勤簿").day_columns[1].on is None


def test_the_month_may_stand_in_a_line_of_its_own() -> None:
    for line in (["2016年3月"], ["", "", "2016年3月"]):
        table = only(sheet_of([["学员出勤簿"], list(line), ["序号", "姓名", 1, 2], [1, "张三", "√", "√"]]))
        assert [day.on for day in table.day_columns] == [date(2016, 3, 1), date(2016, 3, 2)]


@pytest.mark.parametrize(
    ("rows", "regions"),
    [
        ([["", "", "3月", "", "", ""], ["序号", "姓名", 30, 31, 1, 2]], ["C2:F2"]),  # above the header, over the days
        ([["", "", "3月"], ["序号", "姓名", 30, 31, 1, 2]], []),  # the same where nothing is merged
        ([["3月", "", "", "", "", ""], ["序号", "姓名", 30, 31, 1, 2]], ["A2:F2"]),  # over the whole table
        ([["序号", "姓名", "3月", "", "", ""], ["", "", 30, 31, 1, 2]], ["A2:A3", "B2:B3", "C2:F2"]),  # in the header
        ([["序号", "姓名", "三月份", "", "四月份", ""], ["", "", 30, 31, 1, 2]], ["A2:A3", "B2:B3", "C2:D2", "E2:F2"]),
        ([["月份", "", "3月", "", "4月", ""], ["序号", "姓名", 30, 31, 1, 2]], ["A2:B2", "C2:D2", "E2:F2"]),
        ([["序号", "姓名", "出勤情况（3月）", "", "", ""], ["", "", 30, 31, 1, 2]], ["A2:A3", "B2:B3", "C2:F2"]),
        ([["序号", "姓名", "日期", "", "", ""], ["", "", "3月", "", "4月", ""], ["", "", 30, 31, 1, 2]], ["A2:A4", "B2:B4", "C2:F2", "C3:D3", "E3:F3"]),
    ],
)  # fmt: skip
def test_a_bare_month_above_the_days_is_read_and_turns_in_their_middle(
    rows: list[list[object]], regions: list[str]
) -> None:
    people: list[list[object]] = [[1, "张三", "√", "√", "√", "×"], [2, "李四", "√", "√", "√", "√"]]
    table = only(merged([["焊工一班学员出勤簿（2016年）"], *rows, *people], "A1:F1", *regions))
    assert [day.on for day in table.day_columns] == [
        date(2016, 3, 30),
        date(2016, 3, 31),
        date(2016, 4, 1),
        date(2016, 4, 2),
    ]
    assert len(table.rows) == 2
    assert table.certainty == 1.0


def test_without_a_year_the_columns_keep_what_is_known_of_month_and_day() -> None:
    table = only(sheet_of([["学员出勤簿"], ["", "", "12月"], ["序号", "姓名", 30, 31, 1], [1, "张三", "√", "√", "√"]]))
    assert [(day.on, day.month, day.day) for day in table.day_columns] == [
        (None, 12, 30),
        (None, 12, 31),
        (None, 1, 1),
    ]


def test_a_sign_in_sheet_without_any_day_is_doubted() -> None:
    table = only(sheet_of([["培训班学员签到表"], ["序号", "姓名", "签名"], [1, "张三", "张三"]]))
    assert table.form == FormKind.ATTENDANCE
    assert "日期列" in table.doubts[0]
