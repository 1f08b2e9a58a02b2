"""Sheets made by hand for the tests of what a table is and what its columns mean."""

from __future__ import annotations

import io

import openpyxl

from taizhang.adapters.forms.field_names import FieldName as F
from taizhang.adapters.forms.headers import recognise
from taizhang.adapters.forms.tables import FormTable
from taizhang.adapters.sheets.sheets import Sheet, open_workbook

ID_1, ID_2, ID_3 = "62242119850101001X", "622421198601010021", "622421198701010032"
HEADER = ["序号", "姓名", "性别", "身份证号码", "联系电话", "家庭地址"]
HOUSEHOLD = "6211210001001"


def sheet_of(rows: list[list[object]], name: str = "Sheet1") -> Sheet:
    """The rows as a reader gives them: as wide as the widest, blanks as empty text."""
    width = max(map(len, rows))
    return Sheet(name, [[*("" if cell is None else cell for cell in row), *[""] * (width - len(row))] for row in rows])


def merged(rows: list[list[object]], *regions: str, name: str = "Sheet1") -> Sheet:
    """The rows in a real .xlsx with merged regions, opened again."""
    book = openpyxl.Workbook()
    page = book.active
    assert page is not None
    page.title = name
    for row in rows:
        page.append(row)
    for region in regions:
        page.merge_cells(region)
    out = io.BytesIO()
    book.save(out)
    return open_workbook(out.getvalue(), "a.xlsx").sheets[0]


def only(sheet: Sheet, remembered: dict[str, str] | None = None) -> FormTable:
    tables = recognise(sheet, remembered)
    assert len(tables) == 1, [(table.form, table.header_rows) for table in tables]
    return tables[0]


def head(table: FormTable) -> dict[F, object]:
    return {name: value.value for name, value in table.head.items()}


def person(number: int, name: str, identity: str = ID_1) -> list[object]:
    return [number, name, "男", identity, "13900000001", "某村一社"]


def names_of(table: FormTable) -> list[object]:
    return [row.values.get(F.PERSON_NAME) for row in table.rows]
