"""Files in by the page: what is understood, what came of each row, the checked workbook, and who may see it."""

from __future__ import annotations

import hashlib
import io
import re
import zipfile
from datetime import date
from typing import Any

import openpyxl
import pytest
from import_web import GOOD, NEW_CLASS, WRONG, finished, imported, roster, second_class, upload
from starlette.applications import Starlette
from starlette.testclient import TestClient
from web_world import COUNTY, World

from taizhang.adapters.forms.forms import FormKind
from taizhang.domain.envelope import opened
from taizhang.domain.identity import generate_identity
from taizhang.domain.officers import DataExported
from taizhang.domain.sealing import PeriodSealed
from taizhang.http.app import create_app


@pytest.fixture
def clerk(world: World, app: Starlette) -> TestClient:
    """A clerk of a county where a second class is approved and waits for its trainees."""
    second_class(world)
    return world.client(app, "wang")


def test_the_preview_says_what_is_understood_and_records_nothing(world: World, clerk: TestClient) -> None:
    before = world.house.log.head().position
    text = clerk.get(upload(world, clerk, roster())).text
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
    text = clerk.get(upload(world, clerk, out.getvalue(), "花名册.xlsx")).text
    found = dict(re.findall(r'<select name="map:([^"]+)".*?<option value="([a-z_]*)" selected', text, flags=re.DOTALL))
    assert found == {"序号": "serial", "姓名": "person_name", "身份证号": "id_number", "班次编号": "class_no"}


def test_good_rows_go_in_and_every_row_comes_back_in_words(world: World, clerk: TestClient) -> None:
    text = imported(world, clerk)
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


def test_a_file_is_only_checked_first_and_imported_from_the_same_draft_after(world: World, clerk: TestClient) -> None:
    draft = upload(world, clerk, roster())
    before = world.house.log.head().position
    asked = {"csrf": world.csrf(clerk), "check": "1", "map:身份证号": ""}
    text = finished(clerk, clerk.post(draft, data=asked).headers["location"])
    assert "没有记录任何内容" in text
    assert "没有身份证号码" in text, "checked with the columns as the clerk set them"
    assert re.search(r"<div><b>0</b><span>可入账</span></div>", text)
    assert f'href="{draft}"' in text
    assert re.search(r'name="map:身份证号"(?:(?!</select>).)* selected', clerk.get(draft).text, flags=re.DOTALL) is None
    asked |= {"map:身份证号": "id_number"}
    text = finished(clerk, clerk.post(draft, data=asked).headers["location"])
    assert re.search(
        r"<div><b>1</b><span>可入账</span></div>.*?<div><b>1</b><span>会被拒</span></div>", text, flags=re.DOTALL
    )
    assert world.house.log.head().position == before
    assert "/facts/" not in text.partition("<table")[2], "no fact was made, so none is linked"
    assert "还没有导入过文件" in clerk.get("/import?lang=zh").text
    del asked["check"]
    text = finished(clerk, clerk.post(draft, data=asked).headers["location"])
    assert re.search(r"<div><b>1</b><span>已入账</span></div>", text)
    assert "培训学员花名册</dt>" in text
    assert " / Roster" not in text


def test_a_column_that_was_not_recognised_leaves_no_table_without_doubts(world: World, clerk: TestClient) -> None:
    content = roster().decode("gb18030").replace("班次编号", "班次编号,血型").encode()
    text = clerk.get(upload(world, clerk, content)).text
    assert "1 栏未认出,请核对" in text
    assert "识别无疑问" not in text


def test_the_same_file_twice_changes_nothing_and_says_so(world: World, clerk: TestClient) -> None:
    lines = roster().splitlines()
    good = b"\n".join(line for line in lines if WRONG.encode() not in line)
    imported(world, clerk, good)
    assert "均已登记过" in imported(world, clerk, good)


def test_a_file_with_refused_rows_again_does_not_claim_that_all_of_it_stands(world: World, clerk: TestClient) -> None:
    imported(world, clerk)
    text = imported(world, clerk)
    assert "均已登记过" not in text
    assert "1 行与已入账内容相同,其余1 行被规则拒绝" in text


def test_earlier_imports_are_listed_for_the_region_and_for_nobody_else(
    world: World, app: Starlette, clerk: TestClient
) -> None:
    text = imported(world, clerk)
    link = re.search(r'href="(/import/jobs/[^"]+/result\.xlsx)"', text)
    assert link is not None
    assert "花名册.csv" in clerk.get("/import").text
    foreign = world.client(app, "foreign")
    assert "花名册.csv" not in foreign.get("/import").text
    assert foreign.get(link[1]).status_code == 404
    assert world.client(app, "board").get(link[1]).status_code == 403


def test_several_files_stand_in_one_list_and_their_results_come_in_one_download(
    world: World, app: Starlette, clerk: TestClient
) -> None:
    other = roster().replace(GOOD.encode(), generate_identity("620121", date(1985, 7, 1), 203).encode())
    files = [(name, roster() if "一" in name else other) for name in ("花名册一.csv", "花名册二.csv")]
    sent = [("files", one) for one in [*files, ("扫描件.pdf", b"%PDF-1.4")]]
    draft = clerk.post("/import", data={"csrf": world.csrf(clerk)}, files=sent).headers["location"]
    assert clerk.get(draft).text.count('name="map:身份证号"') == 1, "a column is asked about once, not once a file"
    address = clerk.post(draft, data={"csrf": world.csrf(clerk)}).headers["location"]
    live = finished(clerk, f"{address}?lang=zh")
    kept = world.client(create_app(world.house, follow=False), "wang").get(f"{address}?lang=zh").text
    for text in (live, kept):
        rows = re.findall(r'<tr><th scope="row">([^<]+)<.*?class="tag [a-z]+">([^<]+)<', text, flags=re.DOTALL)
        assert rows[:3] == [("花名册一.csv", "已完成"), ("花名册二.csv", "已完成"), ("扫描件.pdf", "无法读取")]
        assert "文件“扫描件.pdf”不是电子表格" in text
        assert (
            len(re.findall(r"/import/jobs/[^/]+/result\.xlsx", text.partition("<table")[2].partition("</table>")[0]))
            == 2
        )
    packed = clerk.get(f"{address}/results.zip?lang=zh")
    with zipfile.ZipFile(io.BytesIO(packed.content)) as archive:
        assert archive.namelist() == ["花名册一-校验结果.xlsx", "花名册二-校验结果.xlsx"]
        assert openpyxl.load_workbook(io.BytesIO(archive.read("花名册二-校验结果.xlsx"))).worksheets
    [stored] = world.house.log.at([world.house.log.head().position])
    said: Any = opened(stored.position, stored.leaf).fact
    assert isinstance(said, DataExported)
    assert (said.rows, said.digest) == (4, hashlib.sha256(packed.content).hexdigest())
    assert world.client(app, "zhao").get(f"{address}/results.zip").status_code == 404


def test_more_files_than_one_form_holds_are_turned_away_in_words(world: World, clerk: TestClient) -> None:
    sent = [("files", (f"{number}.csv", b"x")) for number in range(201)]
    answer = clerk.post("/import?lang=zh", data={"csrf": world.csrf(clerk)}, files=sent)
    assert answer.status_code == 413
    assert "请分几次提交" in answer.text
    assert "Send them in several turns" in answer.text


def test_a_draft_belongs_to_the_officer_who_uploaded_it(world: World, app: Starlette, clerk: TestClient) -> None:
    draft = upload(world, clerk, roster())
    other = world.client(app, "zhao")
    assert other.get(draft).status_code == 404
    assert other.post(draft, data={"csrf": world.csrf(other)}).status_code == 404


def test_a_file_that_cannot_be_read_is_explained(world: World, clerk: TestClient) -> None:
    text = clerk.get(upload(world, clerk, b"\x00\x01\x02 not a workbook", "坏文件.xlsx")).text
    assert 'class="note bad"' in text
    assert 'class="strong"' not in text


def test_a_file_that_cannot_be_read_is_named_with_what_to_do_in_both_languages(world: World, clerk: TestClient) -> None:
    draft = upload(world, clerk, b"no workbook", "扫描件.xlsx")
    assert "文件“扫描件.xlsx”不是电子表格" in (text := clerk.get(draft).text)
    assert "另存为" in text
    assert "save it as .xlsx" in clerk.get(f"{draft}?lang=en").text


def _sealed(world: World) -> str:
    """The months of the second class are sealed by the county; the seal's id."""
    world.record(
        "zhao",
        PeriodSealed(
            occurred_on=date(2016, 7, 1), seal="s-2016-q2", region=COUNTY, since=date(2016, 4, 1),
            until=date(2016, 6, 30),
        ),
    )  # fmt: skip
    return "s-2016-q2"


def test_rows_of_a_sealed_period_are_announced_and_go_in_as_late_additions(world: World, clerk: TestClient) -> None:
    seal = _sealed(world)
    draft = upload(world, clerk, roster())
    for language, words in (("zh", "1 行涉及已封账的期间"), ("en", "1 row speaks about sealed days")):
        assert words in clerk.get(f"{draft}?lang={language}").text
    sent = {"csrf": world.csrf(clerk), "seal": seal, "approver": "zhao", "late_reason": "花名册补报"}
    lacking = clerk.post(f"{draft}?lang=zh", data=sent | {"approver": ""})
    assert lacking.status_code == 422
    assert "补报须同时选择封账" in lacking.text
    assert "花名册补报" in lacking.text, "what was typed is still there"
    started = clerk.post(draft, data=sent)
    assert "已入账" in finished(clerk, started.headers["location"])
    [enrolled] = [
        row for row in clerk.get(f"/api/facts?of=class:{NEW_CLASS}").json()["rows"] if "enrolled" in row["type"]
    ]
    assert enrolled["addition"] == {"seal": seal, "reason": "花名册补报", "approver": "zhao"}


def test_rows_of_a_sealed_period_without_a_late_addition_come_back_refused(world: World, clerk: TestClient) -> None:
    _sealed(world)
    text = imported(world, clerk)
    assert "所在期间已封账" in text
    assert (
        clerk.get(f"/api/facts?of=class:{NEW_CLASS}&type=").json()["rows"][-1]["type"] != "training.trainee-enrolled.v1"
    )


def test_nobody_is_asked_about_seals_where_none_concerns_the_rows(world: World, clerk: TestClient) -> None:
    assert 'name="seal"' not in clerk.get(upload(world, clerk, roster())).text
    earlier = PeriodSealed(
        occurred_on=date(2016, 2, 1), seal="s-2015", region=COUNTY, since=date(2015, 1, 1), until=date(2015, 12, 31)
    )
    world.record("zhao", earlier)
    assert 'name="seal"' not in clerk.get(upload(world, clerk, roster())).text


@pytest.mark.parametrize("form", list(FormKind))
def test_every_template_can_be_downloaded_and_opened(
    shared_world: World, shared_app: Starlette, form: FormKind
) -> None:
    answer = shared_world.client(shared_app, "wang").get(f"/import/templates/{form}.xlsx")
    assert answer.status_code == 200
    assert openpyxl.load_workbook(io.BytesIO(answer.content)).worksheets


def test_who_came_in_is_compared_by_itself_with_telephones_and_with_the_lists_that_stand(
    world: World, app: Starlette, clerk: TestClient
) -> None:
    """The school's own file is compared, too, and the school does not learn with what."""
    people = [generate_identity("620121", date(1985, 7, n), 301 + n) for n in (1, 2, 3)]
    dead = f"姓名,公民身份号码,死亡日期\n样例,{people[0]},2016-02-01\n外人,{GOOD},2016-02-02\n".encode()
    taken = clerk.post(
        "/lists",
        data={"csrf": world.csrf(clerk), "kind": "deaths", "source": "样例", "as_of": "2016-03-31", "region": COUNTY},
        files={"file": ("死亡名单.csv", dead, "text/csv")},
    )
    assert taken.status_code == 200
    lines = [f"{n},样例{n},{who},10000001234,{NEW_CLASS}" for n, who in enumerate(people)]
    text = imported(world, clerk, "\n".join(["序号,姓名,身份证号,联系电话,班次编号", *lines]).encode())
    assert "三人以上共用的电话或住址 2 个,新登记 2 个" in text  # theirs, and that of the three of the first class
    assert "重新比对外部名单 1 份,新增相符 1 行" in text
    head = world.house.log.head().position
    *shared, entry = (opened(one.position, one.leaf) for one in world.house.log.at([head - 2, head - 1, head]))
    said: list[Any] = [one.fact for one in (*shared, entry)]
    assert {one.contact_kind: one.sharers_in_all for one in said[:2]} == {"phone": 3}
    assert {(one.recorded_by.officer, one.recorded_by.role) for one in (*shared, entry) if one.recorded_by} == {
        ("system", "matcher")
    }
    assert said[2].since == date(2016, 2, 1)
    assert imported(world, clerk, "\n".join(["序号,姓名,身份证号,班次编号", f"1,赵样例,{GOOD},{NEW_CLASS}"]).encode())
    answer = clerk.post("/lists/again", data={"csrf": world.csrf(clerk), "outside_list": said[2].outside_list})
    assert "新增相符 0 行" in answer.text, "the second file has been compared already"
    assert world.house.log.head().position == head + 3, "registered, enrolled, and on the list"
    again = {"csrf": "", "outside_list": f"list-{COUNTY}-none"}
    assert clerk.post("/lists/again", data=again | {"csrf": world.csrf(clerk)}).status_code == 404
