"""Workbooks that go back to their senders, and the empty forms that they download."""

from __future__ import annotations

import io
import re
import zipfile
from datetime import date, datetime, time
from pathlib import Path

import openpyxl
import pytest

from taizhang.adapters.forms.field_names import FieldName as F
from taizhang.adapters.forms.forms import CHOICES, FORMS, PERSONAL_TEXT, FormKind
from taizhang.adapters.forms.headers import recognise
from taizhang.adapters.sheets.sheets import Sheet, Workbook, open_workbook
from taizhang.adapters.sheets.workbooks import write_result, write_template

ID_1 = "62242119850101001X"
ROWS: list[list[object]] = [
    ["培训学员花名册", "", "", ""],
    ["序号", "姓名", "身份证号码", "联系电话"],
    [1.0, "张三", ID_1, "13900000001"],
    [2.0, "李四", "622421198601010021", 13900000002.0],
]
VERDICTS = {("名册", 3): "已导入", ("名册", 4): "未导入：身份证号码校验位不符，请核对证件后重填"}


def written(workbook: Workbook, verdicts: dict[tuple[str, int], str], **more: object) -> bytes:
    out = io.BytesIO()
    write_result(workbook, verdicts, out, [("总行数", "2"), ("已导入", "1")], **more)  # type: ignore[arg-type]
    return out.getvalue()


def book_of(*sheets: Sheet) -> Workbook:
    return Workbook("xlsx", "0" * 64, "名册.xlsx", list(sheets))


def filled_template(kind: FormKind) -> bytes:
    """The template as a clerk fills it in: every label, and two rows under the headers."""
    out = io.BytesIO()
    write_template(kind, out)
    book = openpyxl.load_workbook(io.BytesIO(out.getvalue()))
    page = book.worksheets[0]
    heads = {FORMS[kind].printed(field, in_head=True): field for field in FORMS[kind].template_head}
    top = max(
        cell.row
        for row in page.iter_rows()
        for cell in row
        if cell.value == FORMS[kind].printed(FORMS[kind].template_columns[0])
    )
    for row in page.iter_rows(max_row=top - 1):
        for cell in row:
            if isinstance(cell.value, str) and (field := heads.get(cell.value.rstrip("："))):
                page.cell(cell.row, cell.column + 1, sample(field, 1))
    columns = {FORMS[kind].printed(field): field for field in FORMS[kind].template_columns}
    for cell in page[top]:
        for number in (1, 2):
            field = columns.get(str(cell.value))
            page.cell(top + number, cell.column, sample(field, number) if field else "√")
    saved = io.BytesIO()
    book.save(saved)
    return saved.getvalue()


def sample(field: F, number: int) -> object:
    if field in CHOICES:
        return CHOICES[field][0]
    fixed: dict[F, object] = {
        F.SERIAL: number,
        F.PERSON_NAME: f"张{'三四'[number - 1]}",
        F.ID_NUMBER: ID_1,
        F.MONTH: "2016年3月",
        F.RELATION: "户主",
    }
    return fixed.get(field, date(2016, 3, 5) if field.endswith("_date") else f"值{number}")


# -- results ----------------------------------------------------------------------------------------------


def test_the_result_holds_the_original_in_its_order_and_a_verdict_right_of_each_row() -> None:
    workbook = book_of(Sheet("名册", ROWS), Sheet("其他", [["说明", "略"]]))
    back = open_workbook(written(workbook, VERDICTS), "结果.xlsx")
    assert [sheet.name for sheet in back.sheets] == ["名册", "其他", "校验汇总"]
    assert [row[:4] for row in back.sheets[0].rows] == ROWS
    assert [row[4] for row in back.sheets[0].rows] == ["", "校验结果", VERDICTS["名册", 3], VERDICTS["名册", 4]]
    assert back.sheets[1].rows == [["说明", "略"]]
    assert back.sheets[2].rows == [["校验汇总", ""], ["总行数", "2"], ["已导入", "1"]]


def test_identity_numbers_stay_text_and_are_formatted_as_text() -> None:
    page = openpyxl.load_workbook(io.BytesIO(written(book_of(Sheet("名册", ROWS)), VERDICTS)))["名册"]
    assert (page["C4"].value, page["C4"].data_type, page["C4"].number_format) == ("622421198601010021", "s", "@")
    assert page["C3"].number_format == "@"


def test_a_number_that_lost_its_digits_goes_back_as_it_looked_and_not_as_an_exact_one() -> None:
    rows: list[list[object]] = [["姓名", "身份证号码"], ["张三", 6.2230119800101e17]]
    page = openpyxl.load_workbook(io.BytesIO(written(book_of(Sheet("名册", rows)), {("名册", 2): "未导入"})))["名册"]
    assert (page["B2"].value, page["B2"].data_type) == ("6.2230119800101e+17", "s")


@pytest.mark.parametrize("text", ["=1+1", "=HYPERLINK(\"http://x\")", "+86", "-1", "@SUM(A1)", "http://example.org", "{=1}"])  # fmt: skip
def test_a_cell_that_begins_like_a_formula_stays_text(text: str) -> None:
    data = written(book_of(Sheet("名册", [["姓名"], [text]])), {("名册", 2): text})
    assert open_workbook(data, "a.xlsx").sheets[0].rows[1] == [text, text]
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        assert b"<f>" not in archive.read("xl/worksheets/sheet1.xml")


@pytest.mark.parametrize(
    "text", ["a<b>&\"c\"", " 两端有空格 ", "上\n下", "_x0041_", "a\x07b", "𬭎㘵", "x" * 40000, "两  格", "\ud800"]
)  # fmt: skip
def test_any_text_comes_back_as_it_was_as_far_as_a_workbook_can_hold_it(text: str) -> None:
    back = open_workbook(written(book_of(Sheet("名册", [["姓名"], [text]])), {}), "a.xlsx").sheets[0].rows[1][0]
    assert back == text[:32767].replace("\ud800", "\ufffd")


def test_dates_times_and_truth_values_come_back_as_what_they_were() -> None:
    row: list[object] = [date(2016, 3, 5), datetime(2016, 3, 5, 8, 30), time(8, 30), True, 3, 85.5, None, ""]
    back = open_workbook(written(book_of(Sheet("名册", [row])), {}), "a.xlsx").sheets[0].rows[0]
    assert back[0] == date(2016, 3, 5)
    assert back[1] == datetime(2016, 3, 5, 8, 30)
    assert back[3:6] == [True, 3.0, 85.5]


def test_what_counts_as_equal_comes_back_as_what_it_was_and_rows_of_noughts_are_kept() -> None:
    rows: list[list[object]] = [[1, 1.5, True, "1", ""], [0, 0.0, False, None, ""], ["", None, "", "", ""], ["", "末"]]
    page = openpyxl.load_workbook(io.BytesIO(written(book_of(Sheet("甲", rows)), {("甲", 4): "好"}))).worksheets[0]
    back = [[cell.value for cell in row] for row in page.iter_rows()]
    assert back[0][:4] == [1, 1.5, True, "1"]
    assert [type(value) for value in back[0][:4]] == [int, float, bool, str]
    assert back[1][:4] == [0, 0, False, None]
    assert back[2][:5] == [None] * 5
    assert (back[3][0], back[3][1], back[3][5]) == (None, "末", "好")


def test_a_csv_comes_back_as_a_workbook_under_its_own_name() -> None:
    name = "二〇一六年第一期焊工培训班学员花名册（含建档立卡贫困户标识）最终版[2].csv"
    workbook = open_workbook("姓名,身份证号码\n张三,62242119850101001X\n".encode("gb18030"), name)
    back = open_workbook(written(workbook, {(workbook.sheets[0].name, 2): "已导入"}), "a.xlsx")
    assert back.sheets[0].rows[1] == ["张三", ID_1, "已导入"]


def test_a_sheet_that_is_called_like_our_summary_is_kept_beside_it() -> None:
    back = open_workbook(written(book_of(Sheet("校验汇总", ROWS)), {}), "a.xlsx")
    assert [sheet.name for sheet in back.sheets] == ["校验汇总", "校验汇总(2)"]


def test_many_rows_at_once_are_written_as_each_would_be_by_itself() -> None:
    """A shorter row among them lets each be written by itself."""
    odd: list[object] = [
        "",
        None,
        True,
        0,
        1.5,
        float("nan"),
        10**15,
        "a|b",
        " a",
        "a ",
        "a  b",
        "<",
        "_x0041_",
        "\u3000",
        "\ud800",
    ]
    odd += [
        "62148300000000001",
        "6214830000000000X",
        "1234567890",
        "汉族",
        "x" * 40000,
        date(2016, 3, 5),
        time(8, 30),
        "&",
    ]
    columns: list[list[object]] = [
        [f"{number}号" for number in range(480)],
        [float(number) for number in range(480)],
        [number % 2 == 0 for number in range(480)],
        [f"6214830000{number:06d}" for number in range(480)],
        [f"{number}" if number % 2 else f"6214830000{number:06d}" for number in range(480)],
        [number or "零" for number in range(480)],
        *([one if number == 99 else f"第{number}" for number in range(480)] for one in odd),
        [odd[number % 3] for number in range(480)],
        [odd[number % len(odd)] for number in range(480)],
    ]
    rows = [list(row) for row in zip(*columns, strict=True)]
    for words in ({}, {("名册", number): f"已入账(第 {number} 条)" for number in range(1, 481)}):
        together = [written(book_of(Sheet("名册", rows)), words), written(book_of(Sheet("名册", rows[:20])), words)]
        alone = written(book_of(Sheet("名册", [*rows, ["短"]])), words)
        by_itself = rows_in(alone)
        assert rows_in(together[0]) == by_itself[:480]
        assert rows_in(together[1]) == by_itself[:20]


def rows_in(written_book: bytes) -> list[bytes]:
    with zipfile.ZipFile(io.BytesIO(written_book)) as archive:
        return re.findall(rb"<row .*?</row>", archive.read("xl/worksheets/sheet1.xml"), re.DOTALL)


def test_each_table_of_a_sheet_has_the_header_of_the_verdicts() -> None:
    sheet = Sheet("名册", [*ROWS, ["", "", "", ""], *ROWS])
    page = open_workbook(written(book_of(sheet), {}, tables=recognise(sheet)), "a.xlsx").sheets[0]
    assert [index for index, row in enumerate(page.rows) if row[-1] == "校验结果"] == [1, 6]


def test_a_result_sent_in_again_is_read_like_the_original(tmp_path: Path) -> None:
    path = tmp_path / "结果.xlsx"
    write_result(book_of(Sheet("名册", ROWS)), VERDICTS, path, [("总行数", "2")])
    tables = [table for sheet in open_workbook(path, "结果.xlsx").sheets for table in recognise(sheet)]
    assert [row.values[F.PERSON_NAME] for table in tables for row in table.rows] == ["张三", "李四"]
    assert tables[0].rows[0].extra == {"校验结果": "已导入"}


# -- templates --------------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", list(FormKind))
def test_a_template_filled_in_is_recognised_for_certain(kind: FormKind) -> None:
    workbook = open_workbook(filled_template(kind), "t.xlsx")
    tables = [table for sheet in workbook.sheets for table in recognise(sheet)]
    assert len(tables) == 1
    table = tables[0]
    assert (table.form, table.certainty, table.doubts, table.unmapped) == (kind, 1.0, [], [])
    assert set(table.columns.values()) == set(FORMS[kind].template_columns)
    assert set(table.head) == set(FORMS[kind].template_head)
    assert len(table.rows) == 2
    assert table.rows[1].values.keys() >= set(FORMS[kind].template_columns)


def test_the_attendance_template_has_a_dated_column_for_every_day_of_the_month() -> None:
    workbook = open_workbook(filled_template(FormKind.ATTENDANCE), "t.xlsx")
    days = recognise(workbook.sheets[0])[0].day_columns
    assert [day.on for day in days] == [date(2016, 3, number) for number in range(1, 32)]


@pytest.mark.parametrize("kind", list(FormKind))
def test_a_template_says_in_english_what_each_of_its_headings_means(kind: FormKind) -> None:
    out = io.BytesIO()
    write_template(kind, out)
    page, guide = openpyxl.load_workbook(io.BytesIO(out.getvalue())).worksheets
    printed = {str(cell.value).rstrip("：") for row in page.iter_rows() for cell in row if cell.value}
    rows = [(row[0].value, row[1].value) for row in guide.iter_rows()]
    told = dict(rows[rows.index(("表头 Heading", "Meaning")) + 1 :])
    assert len(told) == len({*FORMS[kind].template_head, *FORMS[kind].template_columns})
    assert told.keys() <= printed
    assert all(str(words).isascii() and "_" not in str(words) for words in told.values())


@pytest.mark.parametrize("kind", list(FormKind))
def test_a_template_formats_numbers_that_are_names_as_text_and_offers_lists(kind: FormKind) -> None:
    out = io.BytesIO()
    write_template(kind, out)
    book = openpyxl.load_workbook(io.BytesIO(out.getvalue()))
    page, guide = book.worksheets
    assert guide.title == "填表说明"
    told = [str(row[0].value) for row in guide.iter_rows() if "文本格式" in str(row[0].value)]
    fields = [*FORMS[kind].template_head, *FORMS[kind].template_columns]
    assert told, "every form has a column of digits that are a name"
    assert (
        told[0]
        .partition(" ")[2]
        .startswith(FORMS[kind].printed(next(each for each in fields if each in PERSONAL_TEXT)))
    )
    header = {str(cell.value): cell.column_letter for row in page.iter_rows() for cell in row if cell.value}
    for field in FORMS[kind].template_columns:
        if field in PERSONAL_TEXT:
            style = page.column_dimensions[header[FORMS[kind].printed(field)]]
            assert style.number_format == "@"
    offered = {each.formula1.strip('"') for each in page.data_validations.dataValidation}
    fields = {*FORMS[kind].template_columns, *FORMS[kind].template_head}
    assert {",".join(CHOICES[field]) for field in fields if field in CHOICES} <= offered


def sent_with_merges() -> Workbook:
    """A roster as a school's clerk lays it out in Excel: a merged title, a header of two rows, columns of their own width."""
    book = openpyxl.Workbook()
    page = book.worksheets[0]
    page.title = "名册"
    for row in (
        ["培训学员花名册", None, None, None],
        ["序号", "基本信息", None, "联系电话"],
        [None, "姓名", "身份证号码", None],
        [1, "张三", ID_1, "13900000001"],
        [None, "李四", "622421198601010021", "13900000002"],
    ):
        page.append(row)
    for area in ("A1:Z1", "A2:A3", "B2:C2", "D2:D3", "A4:A5"):
        page.merge_cells(area)
    page.column_dimensions["C"].width = 33
    page.column_dimensions["D"].hidden = True
    out = io.BytesIO()
    book.save(out)
    return open_workbook(out.getvalue(), "名册.xlsx")


def test_what_goes_back_keeps_merged_cells_and_the_widths_of_columns() -> None:
    sent = sent_with_merges()
    verdicts = {("名册", 4): "已导入", ("名册", 5): "已导入"}
    page = openpyxl.load_workbook(io.BytesIO(written(sent, verdicts, tables=recognise(sent.sheets[0]))))["名册"]
    areas = {str(area) for area in page.merged_cells.ranges}
    assert areas == {"A1:D1", "A2:A3", "B2:C2", "D2:D3", "A4:A5"}, "a title never runs over the column of verdicts"
    assert page.column_dimensions["C"].width == pytest.approx(33, abs=1)
    assert page.column_dimensions["D"].hidden
    assert page["E3"].value == "校验结果"
    assert [page[f"E{row}"].value for row in (4, 5)] == ["已导入", "已导入"]
    assert page["B3"].font.bold
    assert page["A1"].alignment.horizontal == "center"
    assert not page["B4"].font.bold
    again = open_workbook(written(sent, verdicts, tables=recognise(sent.sheets[0])), "名册.xlsx").sheets[0]
    assert [row[:4] for row in again.rows] == sent.sheets[0].rows, "no value moved"


def test_columns_without_a_stated_width_are_as_wide_as_what_stands_in_them() -> None:
    page = openpyxl.load_workbook(io.BytesIO(written(book_of(Sheet("名册", ROWS)), VERDICTS)))["名册"]
    assert page.column_dimensions["C"].width == pytest.approx(20, abs=1)
    assert page.column_dimensions["A"].width == pytest.approx(6, abs=1), "the title above is no reason"


@pytest.mark.parametrize(
    "merged",
    [((0, 0, 1, 1), (1, 1, 2, 2)), ((2, 2, 2, 2),), ((0, 0, 1_048_575, 16_383), (0, 0, 0, 3)), ((9, 9, 12, 12),)],
)
def test_merges_that_excel_would_call_damage_are_left_out(merged: tuple[tuple[int, int, int, int], ...]) -> None:
    content = written(book_of(Sheet("名册", ROWS, merged=merged)), VERDICTS)
    assert not openpyxl.load_workbook(io.BytesIO(content))["名册"].merged_cells.ranges
