"""A stored file without one person's cells. All people here are generated."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable

import openpyxl
import pytest
from openpyxl.comments import Comment

from taizhang.adapters.sheets.blanking import Rows, blanked, holds, sought
from taizhang.adapters.sheets.sheets import open_workbook

WHO = sought({"name": ["样本张三"], "id_number": ["62012119800503101X"], "phone": ["13900000001"], "sex": ["男"]})
ROWS = [
    ["序号", "姓名", "证件号码", "电话", "户主"],
    [1, "样本张三", "62012119800503101x", "139-0000-0001", "样本张三"],
    [2, "样本李四", "620121198105031022", "13900000002", "样本张三"],
    [3, "样本张三", "620121197005031033", "13900000003", "男"],
]
OWN = Rows(own=frozenset({(0, 2)}), namesakes=frozenset({(0, 4)}))


def csv_file(encoding: str = "gb18030") -> bytes:
    return "".join(",".join(map(str, row)) + "\r\n" for row in ROWS).encode(encoding)


def xlsx_file(change: Callable[[openpyxl.Workbook], None] = lambda _: None) -> bytes:
    book = openpyxl.Workbook()
    for row in ROWS:
        book.active.append(row)
    book.active["A1"].font = openpyxl.styles.Font(bold=True)
    change(book)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def cells_of(content: bytes, filename: str) -> list[list[object]]:
    return [[cell or "" for cell in row] for row in open_workbook(content, filename).sheets[0].rows]


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_the_persons_row_is_blank_and_so_is_the_name_in_a_relatives_row_but_not_a_namesakes(kind: str) -> None:
    content = csv_file() if kind == "csv" else xlsx_file()
    done = blanked(content, f"花名册.{kind}", OWN, WHO)
    assert done is not None
    assert done.cells == 6
    header, own, relative, namesake = cells_of(done.content, f"花名册.{kind}")
    assert header == ROWS[0]
    assert own[:5] == [""] * 5
    assert [str(cell).removesuffix(".0") for cell in relative] == [
        "2",
        "样本李四",
        "620121198105031022",
        "13900000002",
        "",
    ]
    assert namesake[1] == "样本张三"
    assert not holds(done.content, WHO)
    assert holds(content, WHO)


def test_a_csv_keeps_its_encoding_and_a_workbook_its_looks() -> None:
    done = blanked(csv_file(), "花名册.csv", OWN, WHO)
    assert done is not None
    assert done.content.decode("gb18030").startswith("序号,姓名")
    done = blanked(xlsx_file(), "花名册.xlsx", OWN, WHO)
    assert done is not None
    assert openpyxl.load_workbook(io.BytesIO(done.content)).active["A1"].font.bold


def test_of_a_row_that_speaks_of_others_too_only_what_is_the_persons_goes() -> None:
    done = blanked(csv_file(), "花名册.csv", Rows(shared=frozenset({(0, 2)})), WHO)
    assert done is not None
    assert cells_of(done.content, "x.csv")[1] == ["1", "", "", "", ""]


def test_what_stands_beside_the_cells_goes_too() -> None:
    def told(book: openpyxl.Workbook) -> None:
        book.properties.creator = "样本张三"
        book.active["A3"].comment = Comment("电话 13900000001", "x")

    done = blanked(xlsx_file(told), "花名册.xlsx", OWN, WHO)
    assert done is not None
    assert not holds(done.content, WHO)
    assert "样本张三".encode() not in b"".join(_parts(done.content, "docProps/"))


def test_of_a_large_workbook_the_values_are_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("taizhang.adapters.sheets.blanking.LAYOUT_CELLS_MOST", 1)
    done = blanked(xlsx_file(), "花名册.xlsx", OWN, WHO)
    assert done is not None
    assert not holds(done.content, WHO)
    assert cells_of(done.content, "花名册.xlsx")[2][1] == "样本李四"


def test_a_file_that_holds_nothing_of_the_person_stays_as_it_is() -> None:
    assert blanked(csv_file(), "花名册.csv", Rows(), sought({"name": ["样本赵六"], "phone": ["13911111111"]})) is None


def test_a_number_in_fifteen_digits_is_found_too() -> None:
    content = "姓名,证件\n某某,620121800503101\n".encode()
    done = blanked(content, "x.csv", Rows(), WHO)
    assert done is not None
    assert cells_of(done.content, "x.csv")[1] == ["某某", ""]


def _parts(content: bytes, below: str) -> list[bytes]:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return [archive.read(name) for name in archive.namelist() if name.startswith(below)]
