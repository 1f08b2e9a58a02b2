"""Opens the files that people send: .xlsx, .xls and .csv, told apart by what is inside and not by their names.

Nothing here knows what a form is. A file that cannot be read raises a `FileUnreadable`, which says in both languages
what is wrong with the file and what its sender can do; it is no rule's refusal, for no rule has looked at it yet.
"""

from __future__ import annotations

import csv
import hashlib
import io
import re
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import ClassVar, Final, cast

import olefile
from python_calamine import CalamineError, PasswordError, SheetTypeEnum, SheetVisibleEnum, load_workbook

from taizhang.adapters.sheets.extent import NoSheet, cells_of
from taizhang.adapters.sheets.layout import Width, stated_widths

MAX_FILE_BYTES: Final = 100 * 1024 * 1024
MAX_UNPACKED_BYTES: Final = 1024 * 1024 * 1024
MAX_CELLS: Final = 20_000_000  # of all sheets, blank ones counted: the reader lays a sheet out as a full rectangle

_ZIP_MAGIC: Final = b"PK\x03\x04"
_OLE_MAGIC: Final = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_BIFF_FILEPASS: Final = 0x002F
_BIFF_BOF: Final = frozenset({0x0009, 0x0209, 0x0409, 0x0809})
_BIFF_EOF: Final = 0x000A
_TEXT_SUFFIXES: Final = (".csv", ".txt", ".tsv")


@dataclass(slots=True)
class Sheet:
    """One sheet: `rows[0]` is the row that Excel calls `first_row`; `merged` holds (top, left, bottom, right), 0-based.

    `widths` are those of its columns, where the file states any.
    """

    name: str
    rows: list[list[object]]
    first_row: int = 1
    merged: tuple[tuple[int, int, int, int], ...] = ()
    hidden: bool = False
    widths: tuple[Width, ...] = ()


@dataclass(slots=True)
class Workbook:
    """A file as it was sent: its kind (xlsx, xls, csv), its sheets in their order, and the SHA-256 of its bytes."""

    format: str
    digest: str
    filename: str = ""
    sheets: list[Sheet] = field(default_factory=list)


class FileUnreadable(Exception):
    """A file that cannot be taken in at all. The class is the cause; `code` is its stable name."""

    code: ClassVar[str]
    zh: ClassVar[str]
    zh_remedy: ClassVar[str]
    en: ClassVar[str]
    en_remedy: ClassVar[str]

    def __init__(self, filename: str) -> None:
        super().__init__(filename)
        self.filename = filename

    def message(self, language: str = "zh") -> str:
        """What is wrong and what to do, in one line."""
        text = f"{self.zh}{self.zh_remedy}" if language == "zh" else f"{self.en} {self.en_remedy}"
        return text.format(filename=self.filename)

    def __str__(self) -> str:
        return self.message("en")


class EncryptedWorkbook(FileUnreadable):
    """The workbook opens only with a password."""

    code = "file-encrypted"
    zh = "文件“{filename}”设有打开密码，无法读取。"
    zh_remedy = "请在 Excel 中用密码打开，在“文件－信息－保护工作簿”里取消打开密码，保存后重新上传（只锁定单元格的工作表保护不必取消）。"
    en = 'The file "{filename}" opens only with a password.'
    en_remedy = "Open it in Excel, remove the password to open, save it and send it again (a protected sheet is fine)."


class MacroWorkbook(FileUnreadable):
    """The workbook carries macros."""

    code = "file-has-macros"
    zh = "文件“{filename}”带有宏程序，为安全起见不予读取。"
    zh_remedy = "请在 Excel 中另存为“Excel 工作簿(*.xlsx)”，重新上传。"
    en = 'The file "{filename}" carries macros and is not read, for safety.'
    en_remedy = 'Save it in Excel as "Excel Workbook (*.xlsx)" and send that file.'


class EmptyFile(FileUnreadable):
    """Nothing is in the file, or in any of its sheets."""

    code = "file-empty"
    zh = "文件“{filename}”是空的，没有任何内容。"
    zh_remedy = "请核对是否选错文件，或保存后重新上传。"
    en = 'The file "{filename}" is empty.'
    en_remedy = "Check that it is the right file, save it again and send it."


class NotASpreadsheet(FileUnreadable):
    """Neither .xlsx nor .xls nor .csv, whatever its name says."""

    code = "file-not-a-spreadsheet"
    zh = "文件“{filename}”不是电子表格（只收 .xlsx、.xls、.csv）。"
    zh_remedy = "请用 Excel 或 WPS 打开后另存为 .xlsx，重新上传。"
    en = 'The file "{filename}" is not a spreadsheet (.xlsx, .xls and .csv are taken).'
    en_remedy = "Open it in Excel or WPS, save it as .xlsx and send that file."


class FileTooLarge(FileUnreadable):
    """More bytes, or a larger rectangle of cells, than one import takes."""

    code = "file-too-large"
    zh = "文件“{filename}”过大（上限 100 MB，各工作表共 2000 万个单元格）。"
    zh_remedy = "请删去表格下方和右侧多余的空行空列，或按班次分成几个文件上传。"
    en = 'The file "{filename}" is too large (limit 100 MB, and 20 million cells in all sheets).'
    en_remedy = "Delete the unused rows and columns below and beside the table, or send several smaller files."


class DamagedFile(FileUnreadable):
    """It begins like a spreadsheet, but cannot be read to its end."""

    code = "file-damaged"
    zh = "文件“{filename}”已损坏或不完整，无法读取。"
    zh_remedy = "请用 Excel 打开并另存一份，或请原单位重新发送。"
    en = 'The file "{filename}" is damaged or incomplete.'
    en_remedy = "Open it in Excel and save a copy, or ask its sender for it again."


class ErasedFile(FileUnreadable):
    """It holds somebody whose data were erased; the store keeps another file in its place."""

    code = "file-erased"
    zh = "文件“{filename}”含有已依法删除个人信息的人员，不再收存。"
    zh_remedy = "请删去该人员所在行后另存，重新上传。"
    en = 'The file "{filename}" holds somebody whose data were erased; it is not taken in again.'
    en_remedy = "Remove that person's row, save it and send it anew."


def unreadable(code: str, filename: str) -> FileUnreadable:
    """The cause with this stable name, as it is told of this file."""
    return next(kind for kind in FileUnreadable.__subclasses__() if kind.code == code)(filename)


def open_workbook(path_or_bytes: Path | str | bytes, filename: str) -> Workbook:
    """The file's sheets with every value as it stands there; raises `FileUnreadable`."""
    data = path_or_bytes if isinstance(path_or_bytes, bytes) else _bytes_of(Path(path_or_bytes), filename)
    if not data.strip():
        raise EmptyFile(filename)
    if len(data) > MAX_FILE_BYTES:
        raise FileTooLarge(filename)
    kind, sheets = _read(data, filename)
    if not any(cell not in ("", None) for sheet in sheets for row in sheet.rows for cell in row):
        raise EmptyFile(filename)
    return Workbook(kind, hashlib.sha256(data).hexdigest(), filename, sheets)


def _bytes_of(path: Path, filename: str) -> bytes:
    if path.stat().st_size > MAX_FILE_BYTES:
        raise FileTooLarge(filename)
    return path.read_bytes()


def _read(data: bytes, filename: str) -> tuple[str, list[Sheet]]:
    if data.startswith(_ZIP_MAGIC):
        _check_xlsx(data, filename)
        sheets, widths = _excel_sheets(data, filename), stated_widths(data)
        for sheet in sheets:
            sheet.widths = widths.get(sheet.name, ())
        return "xlsx", sheets
    if data.startswith(_OLE_MAGIC):
        _check_xls(data, filename)
        return "xls", _excel_sheets(data, filename)
    return "csv", [_csv_sheet(data, filename)]


def _excel_sheets(data: bytes, filename: str) -> list[Sheet]:
    try:
        book = load_workbook(io.BytesIO(data))
        return [
            Sheet(
                name=meta.name,
                rows=cast(
                    list[list[object]], (sheet := book.get_sheet_by_index(index)).to_python(skip_empty_area=False)
                ),
                merged=tuple(
                    (top, left, bottom, right) for (top, left), (bottom, right) in sheet.merged_cell_ranges or ()
                ),
                hidden=meta.visible != SheetVisibleEnum.Visible,
            )
            for index, meta in enumerate(book.sheets_metadata)
            if meta.typ == SheetTypeEnum.WorkSheet
        ]
    except PasswordError as error:
        raise EncryptedWorkbook(filename) from error
    except (CalamineError, zipfile.BadZipFile, ValueError, OSError) as error:
        raise DamagedFile(filename) from error


# -- .xlsx ------------------------------------------------------------------------------------------------


def _check_xlsx(data: bytes, filename: str) -> None:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            parts = archive.infolist()
            names = [part.filename.lower() for part in parts]
            if any(name.endswith("vbaproject.bin") or name.startswith("xl/macrosheets/") for name in names):
                raise MacroWorkbook(filename)
            if not any(name.startswith("xl/workbook.xml") for name in names):
                raise NotASpreadsheet(filename)
            if sum(part.file_size for part in parts) > MAX_UNPACKED_BYTES:
                raise FileTooLarge(filename)
            if any(name == "content.xml" or name.startswith("xl/workbook.bin") for name in names):
                raise NotASpreadsheet(filename)  # another kind of workbook beside it, which the reader may take instead
            if sum(cells_of(archive, MAX_CELLS)) > MAX_CELLS:
                raise FileTooLarge(filename)
    except (NoSheet, zipfile.BadZipFile, OSError, EOFError, NotImplementedError, RuntimeError, zlib.error) as error:
        raise DamagedFile(filename) from error


# -- .xls -------------------------------------------------------------------------------------------------


def _check_xls(data: bytes, filename: str) -> None:
    try:
        with olefile.OleFileIO(io.BytesIO(data)) as container:
            if container.exists("EncryptionInfo") or container.exists("EncryptedPackage"):
                raise EncryptedWorkbook(filename)
            if container.exists("_VBA_PROJECT_CUR"):
                raise MacroWorkbook(filename)
            stream = next((name for name in ("Workbook", "Book") if container.exists(name)), None)
            if stream is None:
                raise NotASpreadsheet(filename)
            if _has_filepass(container.openstream(stream).read()):
                raise EncryptedWorkbook(filename)
    except (OSError, IndexError, ValueError, TypeError) as error:
        raise DamagedFile(filename) from error


def _has_filepass(stream: bytes) -> bool:
    """A FilePass record among the workbook's first records: everything after it is encrypted."""
    at = 0
    while at + 4 <= len(stream):
        record = int.from_bytes(stream[at : at + 2], "little")
        if record == _BIFF_FILEPASS:
            return True
        if record == _BIFF_EOF or (at == 0 and record not in _BIFF_BOF):
            return False
        at += 4 + int.from_bytes(stream[at + 2 : at + 4], "little")
    return False


# -- .csv -------------------------------------------------------------------------------------------------


def csv_text(data: bytes, filename: str) -> tuple[str, str, str]:
    """A text file's text, its encoding, and what parts its cells ("," where nothing does). Raises FileUnreadable."""
    text, encoding = _text_of(data, filename)
    return text, encoding, _delimiter(text) or ","


def _csv_sheet(data: bytes, filename: str) -> Sheet:
    text, _ = _text_of(data, filename)
    delimiter = _delimiter(text)
    if delimiter is None and not filename.lower().endswith(_TEXT_SUFFIXES):
        raise NotASpreadsheet(filename)
    try:
        rows: list[list[object]] = list(_csv_rows(text, delimiter or ","))
    except csv.Error as error:
        raise DamagedFile(filename) from error
    return Sheet(name=Path(filename).stem, rows=rows)


def _text_of(data: bytes, filename: str) -> tuple[str, str]:
    if data.startswith((b"%PDF", b"{\\rtf", b"<")):
        raise NotASpreadsheet(filename)
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):  # what Excel saves as "Unicode text"
        encodings = ["utf-16"]
    elif b"\x00" in data:
        raise NotASpreadsheet(filename)
    else:
        encodings = ["utf-8-sig", "gb18030"]
    for encoding in encodings:
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        if any(ord(letter) < 32 and letter not in "\t\r\n\x0b\x0c" for letter in text[:4096]):
            break
        return text, encoding
    raise NotASpreadsheet(filename)


def _delimiter(text: str) -> str | None:
    """The separator that most of the first lines hold; None where there is none."""
    lines = [re.sub(r'"[^"]*"', "", line) for line in text[:65536].splitlines()[:60]]
    best = max(",\t;", key=lambda mark: sum(line.count(mark) for line in lines))
    return best if any(best in line for line in lines) else None


def _csv_rows(text: str, delimiter: str) -> Iterator[list[object]]:
    for row in csv.reader(io.StringIO(text, newline=""), delimiter=delimiter):
        yield [*row]
