"""Importing: a roster of 50,000 rows x 20 columns read, checked, recorded and ledgered, against parsing it merely."""

from __future__ import annotations

import io
from collections.abc import Iterator
from contextlib import ExitStack
from datetime import date, timedelta
from itertools import count

import openpyxl
import python_calamine
import xlsxwriter

from benchmarks.enrolments import CLERK, COUNTY, SEATS, EnrolmentHouse
from benchmarks.harness import Comparison, Measured, Round, Size, folder, timed
from taizhang.adapters.house import House
from taizhang.adapters.importing.importer import Importer
from taizhang.adapters.settings import Settings
from taizhang.adapters.vault.keys import VaultKeys
from taizhang.domain.identity import generate_identity

ROUNDS_MOST = 3  # a round takes half a minute
BORN_FROM, BORN_DAYS = date(1960, 1, 1), 13_000
HEADERS = (
    "序号",
    "班次编号",
    "姓名",
    "性别",
    "民族",
    "身份证号码",
    "出生日期",
    "年龄",
    "文化程度",
    "联系电话",
    "家庭住址",
    "是否建档立卡",
    "开户银行",
    "银行账号",
    "工作单位",
    "乡镇",
    "行政村",
    "村民小组",
    "签名",
    "备注",
)
assert len(HEADERS) == 20


def roster(rows: int, columns: int, classes: list[str], first: int) -> bytes:
    """A generated, labelled roster: title, header, rows; people of every round are new ones."""
    out = io.BytesIO()
    with xlsxwriter.Workbook(out, {"constant_memory": True}) as book:
        sheet = book.add_worksheet("花名册")
        sheet.write_row(0, 0, ["贫困家庭劳动力培训学员花名册(示例)"])
        sheet.write_row(1, 0, HEADERS[:columns])
        for number, row in enumerate(_rows(rows, classes, first), 2):
            sheet.write_row(number, 0, row[:columns])
    return out.getvalue()


def _rows(rows: int, classes: list[str], first: int) -> Iterator[list[object]]:
    for place in range(rows):
        number = first + place
        born = BORN_FROM + timedelta(days=number % BORN_DAYS)
        identity = generate_identity(COUNTY, born, number // BORN_DAYS)
        yield [
            place + 1,
            classes[place // SEATS],
            f"示例{number:07d}".translate(_DIGITS),
            "男" if int(identity[16]) % 2 else "女",
            "汉族",
            identity,
            born.isoformat(),
            2016 - born.year,
            "初中",
            f"100{number:08d}",
            f"永登县示例乡示例村{number}号",
            "是" if number % 2 else "否",
            "示例银行",
            f"62148300{number:08d}",
            "",
            "示例乡",
            "示例村",
            f"{number % 9 + 1}组",
            "",
            "示例",
        ]


_DIGITS = str.maketrans("0123456789", "零一二三四五六七八九")


def _sides(size: Size, stack: ExitStack, parse: object) -> tuple[Round, Round]:
    made: list[bytes] = []
    firsts = count(0, size.rows)

    def ours(_number: int) -> Measured:
        where = folder(stack)
        url = f"sqlite:///{where / 'log.db'}"
        filing = EnrolmentHouse(url)
        classes = [one.removeprefix(f"c{COUNTY}-") for one in filing.file_classes(-(-size.rows // SEATS))]
        filing.log.close()
        made[:] = [roster(size.rows, size.columns, classes, next(firsts))]
        settings = Settings(database=url, vault=f"sqlite:///{where / 'vault.db'}", files=str(where / "files"))
        house = House(settings, VaultKeys.generate())
        try:
            house.views.catch_up()
            before = house.log.head().position
            measured = timed(size.rows, lambda: _import(house, made[0]))
            assert house.log.head().position - before >= 2 * size.rows, "not every row went in"
            assert all(view.lag == 0 and view.error is None for view in house.views.status())
            return measured
        finally:
            house.close()

    def rival(_number: int) -> Measured:
        return timed(size.rows, lambda: parse(made[0]))  # type: ignore[operator]

    return ours, rival


def _import(house: House, content: bytes) -> None:
    Importer(house, follows=True).run(content, "roster.xlsx", CLERK, reason="generated sample")
    house.views.catch_up()


def _openpyxl(content: bytes) -> list[list[object]]:
    book = openpyxl.load_workbook(io.BytesIO(content), read_only=True, data_only=True)
    return [list(row) for sheet in book.worksheets for row in sheet.iter_rows(values_only=True)]


def _calamine(content: bytes) -> list[list[object]]:
    book = python_calamine.CalamineWorkbook.from_filelike(io.BytesIO(content))
    return [list[object](row) for name in book.sheet_names for row in book.get_sheet_by_name(name).to_python()]


def _against_openpyxl(size: Size, stack: ExitStack) -> tuple[Round, Round]:
    return _sides(size, stack, _openpyxl)


def _against_calamine(size: Size, stack: ExitStack) -> tuple[Round, Round]:
    return _sides(size, stack, _calamine)


COMPARISONS = (
    Comparison("import-roster-openpyxl", "openpyxl, parsing merely", "rows/s", _against_openpyxl, ROUNDS_MOST),
    Comparison("import-roster-calamine", "calamine, parsing merely", "rows/s", _against_calamine, ROUNDS_MOST),
)
