"""Files as they come: each kind is known by its bytes, and what cannot be read says why and what to do."""

from __future__ import annotations

import io
import zipfile
from datetime import date
from pathlib import Path

import openpyxl
import pytest
import xlsxwriter
import xlwt
from msoffcrypto.format.ooxml import OOXMLFile

from taizhang.adapters.sheets import sheets
from taizhang.adapters.sheets.sheets import (
    DamagedFile,
    EmptyFile,
    EncryptedWorkbook,
    FileTooLarge,
    FileUnreadable,
    MacroWorkbook,
    NotASpreadsheet,
    open_workbook,
)

ROWS = [["姓名", "身份证号码"], ["张三", "62242119850101001X"]]


def xlsx(rows: list[list[object]], **options: object) -> bytes:
    book = openpyxl.Workbook()
    page = book.active
    assert page is not None
    for row in rows:
        page.append(row)
    if options.get("protect"):
        page.protection.set_password("sample")
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def xls(rows: list[list[object]]) -> bytes:
    book = xlwt.Workbook()
    page = book.add_sheet("花名册")
    for index, row in enumerate(rows):
        for column, value in enumerate(row):
            page.write(index, column, value)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def repacked(data: bytes, add: dict[str, bytes], drop: str = "") -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for part in old.infolist():
            if part.filename != drop and part.filename not in add:
                new.writestr(part.filename, old.read(part.filename))
        for name, body in add.items():
            new.writestr(name, body)
    return out.getvalue()


def test_an_xlsx_is_read_with_its_sheets_names_and_digest() -> None:
    book = open_workbook(xlsx(ROWS), "名册.xlsx")
    assert (book.format, book.sheets[0].name, book.sheets[0].rows) == ("xlsx", "Sheet", ROWS)
    assert len(book.digest) == 64


def test_the_digest_is_that_of_the_bytes_so_the_same_file_is_known_again(tmp_path: Path) -> None:
    data = xlsx(ROWS)
    path = tmp_path / "a.xlsx"
    path.write_bytes(data)
    assert open_workbook(path, "a.xlsx").digest == open_workbook(data, "b.xlsx").digest


def test_an_xls_is_read_with_its_merged_cells() -> None:
    book = xlwt.Workbook()
    page = book.add_sheet("名册")
    page.write_merge(0, 0, 0, 2, "学员花名册")
    page.write(1, 0, "张三")
    out = io.BytesIO()
    book.save(out)
    opened = open_workbook(out.getvalue(), "名册.xls")
    assert (opened.format, opened.sheets[0].merged, opened.sheets[0].rows[1][0]) == ("xls", ((0, 0, 0, 2),), "张三")


def test_an_xls_named_xlsx_and_an_xlsx_named_csv_are_known_by_their_bytes() -> None:
    assert open_workbook(xls(ROWS), "名册.xlsx").format == "xls"
    assert open_workbook(xlsx(ROWS), "名册.csv").format == "xlsx"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
@pytest.mark.parametrize("mark", [",", "\t", ";"])
def test_a_csv_is_read_in_every_usual_encoding_and_separator(encoding: str, mark: str) -> None:
    text = "\r\n".join(mark.join(map(str, row)) for row in ROWS)
    book = open_workbook(text.encode(encoding), "名册.csv")
    assert (book.format, book.sheets[0].rows) == ("csv", ROWS)


def test_a_rare_character_in_gb18030_survives() -> None:
    rows = open_workbook("姓名,村\n张𬭎,槐树㘵".encode("gb18030"), "名册.csv").sheets[0].rows
    assert rows[1] == ["张𬭎", "槐树㘵"]


def test_a_csv_value_with_a_line_break_and_commas_stays_one_value() -> None:
    rows = open_workbook('姓名,地址\n张三,"通渭县,某村\n三社"\n'.encode(), "a.csv").sheets[0].rows
    assert rows[1] == ["张三", "通渭县,某村\n三社"]


def test_dates_and_numbers_come_as_excel_holds_them() -> None:
    rows = open_workbook(xlsx([["日期", "成绩"], [date(2016, 3, 5), 85.5]]), "a.xlsx").sheets[0].rows
    assert rows[1] == [date(2016, 3, 5), 85.5]


def test_rows_keep_their_excel_numbers_when_the_sheet_begins_with_blank_rows() -> None:
    sheet = open_workbook(xlsx([[None], [None], ["", "姓名"]]), "a.xlsx").sheets[0]
    assert sheet.rows[2][1] == "姓名"
    assert sheet.first_row == 1


def test_a_hidden_sheet_is_marked_as_hidden() -> None:
    book = openpyxl.Workbook()
    book.create_sheet("旧表").sheet_state = "hidden"
    book.active["A1"] = "姓名"  # type: ignore[index]
    out = io.BytesIO()
    book.save(out)
    assert [sheet.hidden for sheet in open_workbook(out.getvalue(), "a.xlsx").sheets] == [False, True]


def test_a_workbook_with_a_password_is_refused_with_the_way_out() -> None:
    locked = io.BytesIO()
    OOXMLFile(io.BytesIO(xlsx(ROWS))).encrypt("sample", locked)
    with pytest.raises(EncryptedWorkbook, match="password") as caught:
        open_workbook(locked.getvalue(), "名册.xlsx")
    assert "取消打开密码" in caught.value.message()
    assert caught.value.code == "file-encrypted"


def test_an_old_xls_with_a_password_is_refused_as_encrypted() -> None:
    data = xls([[f"姓名{i}", i] for i in range(600)])  # large enough to stand in sectors of its own
    at = data.index(b"\x09\x08\x10\x00\x00\x06\x05\x00")  # the first record, BOF
    length = 4 + int.from_bytes(data[at + 2 : at + 4], "little")
    follower = at + length
    locked = data[:follower] + b"\x2f\x00" + data[follower + 2 :]  # the record after it becomes a FilePass
    with pytest.raises(EncryptedWorkbook):
        open_workbook(locked, "名册.xls")


def test_a_merely_protected_sheet_is_read() -> None:
    assert open_workbook(xlsx(ROWS, protect=True), "名册.xlsx").sheets[0].rows == ROWS


def test_a_protected_xls_sheet_is_read() -> None:
    book = xlwt.Workbook()
    page = book.add_sheet("名册")
    page.write(0, 0, "姓名")
    page.protect, page.password = True, "sample"
    out = io.BytesIO()
    book.save(out)
    assert open_workbook(out.getvalue(), "名册.xls").sheets[0].rows == [["姓名"]]


@pytest.mark.parametrize("name", ["xl/vbaProject.bin", "xl/VBAPROJECT.BIN", "xl/macrosheets/sheet1.xml"])
@pytest.mark.parametrize("filename", ["名册.xlsm", "名册.xlsx"])
def test_a_workbook_with_macros_is_refused_whatever_it_is_called(name: str, filename: str) -> None:
    with pytest.raises(MacroWorkbook, match="macros") as caught:
        open_workbook(repacked(xlsx(ROWS), {name: b"macro"}), filename)
    assert "宏" in caught.value.message()


def test_an_old_xls_with_macros_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    real = sheets.olefile.OleFileIO.exists
    monkeypatch.setattr(
        sheets.olefile.OleFileIO, "exists", lambda self, name: name == "_VBA_PROJECT_CUR" or real(self, name)
    )
    with pytest.raises(MacroWorkbook):
        open_workbook(xls(ROWS), "名册.xls")


@pytest.mark.parametrize("data", [b"", b"  \r\n\t ", xlsx([[None]]), xls([])])
def test_an_empty_file_or_a_workbook_of_empty_sheets_is_refused(data: bytes) -> None:
    with pytest.raises(EmptyFile):
        open_workbook(data, "名册.xlsx")


@pytest.mark.parametrize(
    "data",
    [
        b"%PDF-1.4 ...",
        b"\x89PNG\r\n\x1a\n\x00\x00",
        b"<html><table><tr><td>\xe5\xa7\x93</td></tr></table></html>",
        b"just some words",
        repacked(xlsx(ROWS), {"word/document.xml": b"<w/>"}, drop="xl/workbook.xml"),
    ],
)
def test_what_is_no_spreadsheet_is_refused_whatever_its_name(data: bytes) -> None:
    with pytest.raises(NotASpreadsheet):
        open_workbook(data, "名册.xls")


def test_a_file_cut_off_in_the_middle_is_refused_as_damaged() -> None:
    for data in (xlsx(ROWS)[:-200], xls(ROWS)[:700]):
        with pytest.raises(DamagedFile):
            open_workbook(data, "名册.xlsx")


def test_a_broken_sheet_inside_a_sound_archive_is_refused_as_damaged() -> None:
    broken = repacked(xlsx(ROWS), {"xl/worksheets/sheet1.xml": b"<worksheet><sheetData><row"})
    with pytest.raises(FileUnreadable):
        open_workbook(broken, "名册.xlsx")


def test_a_file_beyond_the_limit_is_refused_before_it_is_read(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(sheets, "MAX_FILE_BYTES", 100)
    path = tmp_path / "a.xlsx"
    path.write_bytes(xlsx(ROWS))
    for source in (path, path.read_bytes()):
        with pytest.raises(FileTooLarge):
            open_workbook(source, "名册.xlsx")


def test_one_value_in_the_last_corner_of_a_sheet_is_refused_and_does_not_exhaust_the_memory() -> None:
    out = io.BytesIO()
    with xlsxwriter.Workbook(out) as book:
        page = book.add_worksheet()
        page.write(0, 0, "姓名")
        page.write(1048575, 16383, "x")
    with pytest.raises(FileTooLarge, match="unused rows"):
        open_workbook(out.getvalue(), "名册.xlsx")


def test_formats_down_to_the_last_row_do_not_make_a_small_table_too_large() -> None:
    out = io.BytesIO()
    with xlsxwriter.Workbook(out) as book:
        page = book.add_worksheet()
        page.write(0, 0, "姓名")
        page.write_blank(1048575, 16383, None, book.add_format({"bold": True}))
    assert open_workbook(out.getvalue(), "名册.xlsx").sheets[0].rows == [["姓名"]]


FAR = '<row r="1000000"><c r="ZZ1000000"><v>1</v></c></row>'
LIES = {
    "a size that is not its own": f'<row r="1"><c r="A1"><v>1</v></c></row>{FAR}',
    "the row after the column": FAR.replace('<c r="ZZ1000000">', "<c s='1' r = 'zz1000000' >"),
    "cells that name no place": f'<row r="1">{"<c><v>1</v></c>" * 300}</row><row r="1000000"><c><v>1</v></c></row>',
    "elements by other names": FAR.replace("<", "<x:").replace("<x:/", "</x:"),
}


@pytest.mark.parametrize("cells", LIES.values(), ids=LIES.keys())
@pytest.mark.parametrize("part", ["xl/worksheets/sheet1.xml", "xl/elsewhere.txt"])
def test_a_sheet_that_lies_about_its_size_is_refused_before_the_reader_reserves_the_memory(
    cells: str, part: str
) -> None:
    """The reader ends the whole process where it gets no memory: no exception, and no server any more."""
    own = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    text = f'<worksheet xmlns="{own}" xmlns:x="{own}"><dimension ref="A1:B2"/>{" " * 5_000}<sheetData>{cells}</sheetData></worksheet>'
    with pytest.raises(FileTooLarge):
        open_workbook(repacked(xlsx(ROWS), {part: text.encode()}), "名册.xlsx")


def test_a_sheet_that_declares_entities_is_refused() -> None:
    text = (
        b'<!DOCTYPE x [<!ENTITY a "aaaa">]><worksheet><sheetData><row><c><v>&a;</v></c></row></sheetData></worksheet>'
    )
    with pytest.raises(DamagedFile):
        open_workbook(repacked(xlsx(ROWS), {"xl/worksheets/sheet1.xml": text}), "名册.xlsx")


def test_a_workbook_of_another_kind_beside_the_one_is_refused() -> None:
    with pytest.raises(NotASpreadsheet):
        open_workbook(repacked(xlsx(ROWS), {"content.xml": b"<office/>"}), "名册.xlsx")


def test_every_cause_speaks_both_languages_and_has_a_code_of_its_own() -> None:
    causes = FileUnreadable.__subclasses__()
    assert len({cause.code for cause in causes}) == len(causes) == 7
    for cause in causes:
        assert "名册.xlsx" in cause("名册.xlsx").message("zh")
        assert "名册.xlsx" in cause("名册.xlsx").message("en")
        assert cause.zh_remedy
        assert cause.en_remedy
