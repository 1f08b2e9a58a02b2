"""Files in by the page: what is understood, what came of each row, the checked workbook, and who may see it."""

from __future__ import annotations

import io
import re
import time
from datetime import date

import openpyxl
import pytest
from starlette.applications import Starlette
from starlette.testclient import TestClient
from web_world import COUNTY, World

from taizhang.adapters.forms.forms import FormKind
from taizhang.domain.classes import ClassApproved, ClassFiled
from taizhang.domain.identity import generate_identity
from taizhang.domain.officers import DataExported

NEW_CLASS = "c620121-2016-002"
GOOD = generate_identity("620121", date(1985, 7, 1), 201)
WRONG = GOOD[:-1] + ("0" if GOOD[-1] != "0" else "1")
PATIENCE_SECONDS = 60


@pytest.fixture
def clerk(world: World, app: Starlette) -> TestClient:
    """A clerk of a county where a second class is approved and waits for its trainees."""
    filed = ClassFiled(
        occurred_on=date(2016, 4, 1), training_class=NEW_CLASS, name="中式面点师一班", county=COUNTY,
        institution="i-yongdeng", programme="labour", programme_kind="labour", occupation="cook", seats=10,
        required_minutes=480, planned_minutes=480, starts_on=date(2016, 5, 9), ends_on=date(2016, 5, 20),
    )  # fmt: skip
    world.record("zhao", filed)
    world.record("wang", ClassApproved(occurred_on=date(2016, 4, 20), training_class=NEW_CLASS))
    return world.client(app, "wang")


def _roster() -> bytes:
    lines = [
        "培训学员花名册,,,",
        "序号,姓名,身份证号,班次编号",
        f"1,赵样例,{GOOD},{NEW_CLASS}",
        f"2,钱样例,{WRONG},{NEW_CLASS}",
    ]
    return "\n".join(lines).encode("gb18030")


def _upload(world: World, client: TestClient, content: bytes, name: str = "花名册.csv") -> str:
    answer = client.post("/import", data={"csrf": world.csrf(client)}, files=[("files", (name, content))])
    assert answer.status_code == 303, answer.text
    return answer.headers["location"]


def _finished(client: TestClient, address: str) -> str:
    until = time.monotonic() + PATIENCE_SECONDS
    while time.monotonic() < until:
        text = client.get(address).text
        if 'http-equiv="refresh"' not in text:
            return text
        time.sleep(0.1)
    raise AssertionError("the import did not end")


def _imported(world: World, client: TestClient) -> str:
    draft = _upload(world, client, _roster())
    started = client.post(draft, data={"csrf": world.csrf(client)})
    assert started.status_code == 303
    return _finished(client, started.headers["location"])


def test_the_preview_says_what_is_understood_and_records_nothing(world: World, clerk: TestClient) -> None:
    before = world.house.log.head().position
    text = clerk.get(_upload(world, clerk, _roster())).text
    assert "培训学员花名册" in text
    assert re.search(r'name="map:身份证号".*?value="id_number" selected', text, flags=re.DOTALL)
    assert "2 行" in text
    assert world.house.log.head().position == before


def test_a_header_of_merged_rows_is_shown_under_the_name_of_its_field(world: World, clerk: TestClient) -> None:
    book = openpyxl.Workbook()
    page = book.worksheets[0]
    headers = [["序号", "基本信息", None, "班次编号"], [None, "姓名", "身份证号", None]]
    for row in (["培训学员花名册"], *headers, [1, "赵样例", GOOD, NEW_CLASS]):
        page.append(row)
    for merged in ("A2:A3", "B2:C2", "D2:D3"):
        page.merge_cells(merged)
    out = io.BytesIO()
    book.save(out)
    text = clerk.get(_upload(world, clerk, out.getvalue(), "花名册.xlsx")).text
    assert re.findall(r'<th scope="row">(#\d)</th><td>([^<]*)<', text) == [("#1", "序号"), ("#4", "班次编号")]


def test_good_rows_go_in_and_every_row_comes_back_in_words(world: World, clerk: TestClient) -> None:
    text = _imported(world, clerk)
    assert "已入账" in text
    assert "赵样例" not in text
    link = re.search(r'href="(/import/jobs/[^"]+/result\.xlsx)"', text)
    assert link is not None
    before = world.house.log.head().position
    workbook = openpyxl.load_workbook(io.BytesIO(clerk.get(link[1]).content))
    rows = [[str(cell or "") for cell in row] for row in workbook.worksheets[0].iter_rows(values_only=True)]
    assert any("校验结果" in row for row in rows)
    good = next(row for row in rows if GOOD in row)
    wrong = next(row for row in rows if WRONG in row)
    assert "已入账" in good[-1]
    assert "校验" in wrong[-1]
    [stored] = world.house.log.at([before + 1])
    assert stored.type == DataExported.TOPIC
    world.house.views.catch_up()
    assert clerk.get(f"/api/ledger?class={NEW_CLASS}").json()["figures"]["persons"] == 1


def test_the_same_file_twice_changes_nothing_and_says_so(world: World, clerk: TestClient) -> None:
    _imported(world, clerk)
    assert "均已登记过" in _imported(world, clerk)


def test_earlier_imports_are_listed_for_the_region_and_for_nobody_else(
    world: World, app: Starlette, clerk: TestClient
) -> None:
    text = _imported(world, clerk)
    link = re.search(r'href="(/import/jobs/[^"]+/result\.xlsx)"', text)
    assert link is not None
    assert "花名册.csv" in clerk.get("/import").text
    foreign = world.client(app, "foreign")
    assert "花名册.csv" not in foreign.get("/import").text
    assert foreign.get(link[1]).status_code == 404
    assert world.client(app, "board").get(link[1]).status_code == 403


def test_a_draft_belongs_to_the_officer_who_uploaded_it(world: World, app: Starlette, clerk: TestClient) -> None:
    draft = _upload(world, clerk, _roster())
    other = world.client(app, "zhao")
    assert other.get(draft).status_code == 404
    assert other.post(draft, data={"csrf": world.csrf(other)}).status_code == 404


def test_a_file_that_cannot_be_read_is_explained(world: World, clerk: TestClient) -> None:
    text = clerk.get(_upload(world, clerk, b"\x00\x01\x02 not a workbook", "坏文件.xlsx")).text
    assert 'class="note bad"' in text
    assert 'class="strong"' not in text


def test_a_file_that_cannot_be_read_is_named_with_what_to_do_in_both_languages(world: World, clerk: TestClient) -> None:
    draft = _upload(world, clerk, b"no workbook", "扫描件.xlsx")
    assert "文件“扫描件.xlsx”不是电子表格" in (text := clerk.get(draft).text)
    assert "另存为" in text
    assert "save it as .xlsx" in clerk.get(f"{draft}?lang=en").text


@pytest.mark.parametrize("form", list(FormKind))
def test_every_template_can_be_downloaded_and_opened(
    shared_world: World, shared_app: Starlette, form: FormKind
) -> None:
    answer = shared_world.client(shared_app, "wang").get(f"/import/templates/{form}.xlsx")
    assert answer.status_code == 200
    assert openpyxl.load_workbook(io.BytesIO(answer.content)).worksheets
