"""Writes workbooks: the sender's own with a 校验结果 column, and the templates of the six forms."""

from __future__ import annotations

import io
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from types import MappingProxyType
from typing import IO, Any, Final

import xlsxwriter

from taizhang.adapters.forms.field_names import FieldName as Field
from taizhang.adapters.forms.forms import (
    CHOICES,
    FORMS,
    GUIDE_SHEET,
    MARKS,
    PERSONAL_TEXT,
    RESULT_HEADER,
    SUMMARY_SHEET,
    Form,
    FormKind,
)
from taizhang.adapters.forms.tables import FormTable
from taizhang.adapters.sheets.layout import Area, guessed_widths, merges_within
from taizhang.adapters.sheets.plain_sheet import PlainSheet, assembled
from taizhang.adapters.sheets.sheets import Sheet, Workbook

_TEMPLATE_ROWS: Final = 500
_TEMPLATE_DAYS: Final = 31
_DATES: Final = frozenset({Field.START_DATE, Field.END_DATE, Field.BIRTH_DATE, Field.ISSUE_DATE, Field.EXAM_DATE})

_FILLED_IN_BY: Final = MappingProxyType(
    {
        FormKind.HOUSEHOLD_REGISTER: ("乡镇或村", "a township or village"),
        FormKind.VILLAGE_DUTY: ("乡镇或派驻单位", "a township or the unit that sent the official"),
        FormKind.APPRAISALS: ("组织部门", "the organisation department"),
    }
)
"""Who fills in a form, where it is not the training institution."""

_MEANT: Final = MappingProxyType(
    {
        Field.SERIAL: "serial number",
        Field.CLASS_NO: "class number",
        Field.FILING_NO: "number of the filing",
        Field.CERTIFICATE_NO: "certificate number",
        Field.HOUSEHOLD_NO: "household number",
        Field.UNIT: "employer",
        Field.DAYS_LEAVE: "days on leave",
    }
)
"""What a heading means, where the field's own name does not say it."""

Out = Path | str | IO[bytes]


def write_result(
    workbook: Workbook,
    verdicts: Mapping[tuple[str, int], str],
    out: Out,
    summary: Sequence[tuple[str, str]],
    tables: Sequence[FormTable] = (),
) -> None:
    """The workbook as it was sent, in the same sheets, rows and columns, with each row's verdict right of its table.

    Merged cells and the widths of columns are kept, too; headers are in bold under titles in the middle. `verdicts` maps
    (sheet name, row number as Excel shows it) to words; `tables`, if given, say where the columns end and which rows are
    headers. Text stays text, whatever it begins with: no formula is ever written.
    """
    skeleton, pages = io.BytesIO(), []
    with xlsxwriter.Workbook(skeleton, {"in_memory": True}) as book:
        formats = _Formats(book)
        by_sheet: dict[str, dict[int, str]] = {}
        for (name, row), words in verdicts.items():
            by_sheet.setdefault(name, {})[row] = words
        taken = {sheet.name for sheet in workbook.sheets}
        for sheet, name in zip(workbook.sheets, _sheet_names(workbook), strict=True):
            here = [table for table in tables if table.sheet == sheet.name]
            pages.append(book.add_worksheet(name, PlainSheet))
            _write_sheet(pages[-1], sheet, by_sheet.get(sheet.name, {}), here, formats)
        _write_summary(book.add_worksheet(_free_name(SUMMARY_SHEET, taken)), summary, formats)
    assembled(skeleton, out, pages)


class _Formats:
    """The few cell formats that a written workbook uses."""

    def __init__(self, book: Any) -> None:
        self.text = book.add_format({"num_format": "@"})
        self.date = book.add_format({"num_format": "yyyy-mm-dd"})
        self.moment = book.add_format({"num_format": "yyyy-mm-dd hh:mm:ss"})
        self.clock = book.add_format({"num_format": "[h]:mm:ss"})
        self.bold = book.add_format({"bold": True})
        self.title = book.add_format({"bold": True, "font_size": 16, "align": "center"})
        self.header = book.add_format(
            {
                "bold": True,
                "border": 1,
                "text_wrap": True,
                "align": "center",
                "valign": "vcenter",
                "bg_color": "#E8EEF7",
            }
        )
        self.heading = book.add_format({"bold": True, "align": "center", "valign": "vcenter"})
        named = {"header": self.header, "heading": self.heading}
        named |= {"text": self.text, "date": self.date, "moment": self.moment, "clock": self.clock, "bold": self.bold}
        self.indexes = {name: int(each._get_xf_index()) for name, each in named.items()}


def _write_sheet(
    page: PlainSheet, sheet: Sheet, verdicts: Mapping[int, str], tables: Sequence[FormTable], formats: _Formats
) -> None:
    width = max((len(row) for row in sheet.rows), default=0)
    for first, last, letters, hidden in sheet.widths or guessed_widths(sheet.rows):
        if first < width:
            page.set_column(first, min(last, width - 1), letters, None, {"hidden": hidden})
    page.set_column(width, width, 48)
    if sheet.hidden:
        page.hide()
    words = {
        row - sheet.first_row: (RESULT_HEADER, formats.indexes["header"]) for row in _headers(sheet, verdicts, tables)
    }
    words.update((row - sheet.first_row, (text, 0)) for row, text in verdicts.items())
    above = sheet.first_row - 1
    merged = merges_within(
        ((top - above, left, bottom - above, right) for top, left, bottom, right in sheet.merged if top >= above),
        len(sheet.rows),
        width,
    )
    page.lay(sheet.rows, words, formats.indexes, _heads(sheet, tables, merged, formats), merged)


def _heads(sheet: Sheet, tables: Sequence[FormTable], merged: Sequence[Area], formats: _Formats) -> dict[int, int]:
    """The format of header rows, and of rows above the first of them that are one merged title, by their index."""
    headers = {row - sheet.first_row for table in tables for row in table.header_rows}
    titles = {
        top
        for top, left, bottom, _ in merged
        if top == bottom and top < min(headers, default=0) and _is_alone(sheet.rows[top], left)
    }
    return dict.fromkeys(titles, formats.indexes["heading"]) | dict.fromkeys(headers, formats.indexes["header"])


def _is_alone(row: Sequence[object], column: int) -> bool:
    """Whether nothing else stands in the row."""
    return all(cell in ("", None) for at, cell in enumerate(row) if at != column)


def _headers(sheet: Sheet, verdicts: Mapping[int, str], tables: Sequence[FormTable]) -> set[int]:
    """The rows in which the verdicts' header stands: a table's last header row, else above the first verdict."""
    headers = {table.header_rows[-1] for table in tables if table.header_rows}
    if not headers and verdicts:
        headers = {max(sheet.first_row, min(verdicts) - 1)}
    return headers


def _write_summary(page: Any, summary: Sequence[tuple[str, str]], formats: _Formats) -> None:
    page.set_column(0, 0, 36)
    page.set_column(1, 1, 60)
    page.write_string(0, 0, SUMMARY_SHEET, formats.bold)
    for row, (what, words) in enumerate(summary, 1):
        page.write_string(row, 0, what)
        page.write_string(row, 1, words)


def _sheet_names(workbook: Workbook) -> Iterator[str]:
    """The sheets' own names; a .csv has none, its file's name is cut to what Excel allows."""
    used: set[str] = set()
    for sheet in workbook.sheets:
        name = "".join("_" if letter in "[]:*?/\\" else letter for letter in sheet.name).strip("'")[:31] or "Sheet"
        name = _free_name(name, used)
        used.add(name)
        yield name


def _free_name(name: str, taken: set[str]) -> str:
    lowered = {other.lower() for other in taken}
    free, number = name, 2
    while free.lower() in lowered:
        free, number = f"{name[:27]}({number})", number + 1
    return free


# -- templates --------------------------------------------------------------------------------------------


def write_template(kind: FormKind, out: Out) -> None:
    """An empty form under the names that its real one prints, with lists to choose from and a sheet that explains it."""
    form = FORMS[kind]
    with xlsxwriter.Workbook(str(out) if isinstance(out, Path) else out, {"strings_to_formulas": False}) as book:
        formats = _Formats(book)
        page = book.add_worksheet(form.zh)
        headers = [(field, form.printed(field)) for field in form.template_columns]
        days = range(1, _TEMPLATE_DAYS + 1) if kind == FormKind.ATTENDANCE else range(0)
        width = len(headers) + len(days)
        page.merge_range(0, 0, 0, width - 1, form.zh, formats.title)
        top = _template_head(page, form, formats)
        column = 0
        for field, text in headers:
            if field == Field.DAYS_PRESENT:
                column = _template_days(page, top, column, days, formats)
            _template_column(page, top, column, field, text, formats)
            column += 1
        page.freeze_panes(top + 1, 0)
        _write_guide(book.add_worksheet(GUIDE_SHEET), form, formats)


def _template_head(page: Any, form: Form, formats: _Formats) -> int:
    """The labels above the table, two pairs a line; returns the table's header row."""
    row = 1
    for place, field in enumerate(form.template_head):
        row, column = 1 + place // 2, 3 * (place % 2)
        page.write_string(row, column, f"{form.printed(field, in_head=True)}：", formats.bold)
        page.write_blank(row, column + 1, None, _format_of(field, formats))
        if field in CHOICES:
            page.data_validation(row, column + 1, row, column + 1, {"validate": "list", "source": list(CHOICES[field])})
    return row + 1 if form.template_head else 1


def _format_of(field: Field, formats: _Formats) -> Any:
    return formats.text if field in PERSONAL_TEXT else formats.date if field in _DATES else None


def _template_column(page: Any, top: int, column: int, field: Field, text: str, formats: _Formats) -> None:
    page.set_column(
        column, column, 22 if field in PERSONAL_TEXT else max(8, 2 * len(text) + 2), _format_of(field, formats)
    )
    page.write_string(top, column, text, formats.header)
    if field in CHOICES:
        options = {"validate": "list", "source": list(CHOICES[field]), "error_type": "warning"}
        page.data_validation(top + 1, column, top + _TEMPLATE_ROWS, column, options)


def _template_days(page: Any, top: int, column: int, days: Sequence[int], formats: _Formats) -> int:
    for day in days:
        page.set_column(column + day - 1, column + day - 1, 4)
        page.write_string(top, column + day - 1, f"{day}日", formats.header)
    options = {"validate": "list", "source": list(MARKS), "error_type": "information"}
    page.data_validation(top + 1, column, top + _TEMPLATE_ROWS, column + len(days) - 1, options)
    return column + len(days)


def _write_guide(page: Any, form: Form, formats: _Formats) -> None:
    """How the form is filled in, in Chinese, then in English with what each heading means."""
    page.set_column(0, 0, 110)
    page.set_column(1, 1, 30)
    named = list(dict.fromkeys((*form.template_head, *form.template_columns)))
    page.write_string(0, 0, GUIDE_SHEET, formats.bold)
    lines = _guide_zh(form, named)
    for row, line in enumerate(lines, 1):
        page.write_string(row, 0, f"{row}. {line}")
    top = len(lines) + 2
    page.write_string(top, 0, f"How to fill in this form ({form.en})", formats.bold)
    lines = _guide_en(form)
    for number, line in enumerate(lines, 1):
        page.write_string(top + number, 0, f"{number}. {line}")
    top += len(lines) + 2
    page.write_string(top, 0, "表头 Heading", formats.bold)
    page.write_string(top, 1, "Meaning", formats.bold)
    for row, field in enumerate(named, top + 1):
        page.write_string(row, 0, form.printed(field, in_head=field in form.template_head))
        page.write_string(row, 1, _MEANT.get(field) or field.replace("_", " "))


def _guide_zh(form: Form, named: Sequence[Field]) -> list[str]:
    by, _ = _FILLED_IN_BY.get(form.kind, ("培训机构", ""))
    lines = [
        f"{form.zh}由{by}填写，一行一条，不要合并单元格，不要改动表头文字；列的先后可以调整。",
        "日期写年月日，如 2016-03-05；年份写四位。",
        "没有的内容留空，不要填“无”或“0”。",
    ]
    if texts := "、".join(form.printed(field) for field in named if field in PERSONAL_TEXT):
        lines.append(f"{texts}已设为文本格式，请直接录入，不要改为数字，否则后几位会丢失。")
    if form.kind == FormKind.ATTENDANCE:
        lines.append(
            "考勤月份写年和月，如 2016年3月；每天一格：√ 出勤，× 缺勤，假 请假，迟 迟到，早 早退，病 病假，也可填当天学时。"
        )
    return lines + [f"{form.printed(field)}：可选 {'、'.join(CHOICES[field])}。" for field in named if field in CHOICES]


def _guide_en(form: Form) -> list[str]:
    _, by = _FILLED_IN_BY.get(form.kind, ("", "the training institution"))
    lines = [
        f"Filled in by {by}, one entry a row. Merge no cells and keep the headings as they are; columns may change places.",
        "Dates with a year of four digits, for example 2016-03-05.",
        "Leave empty what there is not; write neither “none” nor “0”.",
        "Long numbers stand in columns formatted as text: type them as they are, or Excel loses the last digits.",
        "Where a list is offered, choose from it; what the list offers is written above.",
    ]
    if form.kind == FormKind.ATTENDANCE:
        lines.append(
            "The month with its year, for example 2016年3月; one cell a day: √ present, × absent, 假 on leave, 迟 late, 早 left early, "
            "病 ill, or the hours of that day."
        )
    return lines
