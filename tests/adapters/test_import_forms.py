"""The forms together, made by hand and messy: in any order, on either engine, tried without a trace."""

from __future__ import annotations

import io
from pathlib import Path

import openpyxl
from form_files import HOUSEHOLDS, attendance, certificates, filing, register, scores
from import_samples import (
    CLERK,
    COOKS,
    ROSTER_HEADERS,
    SmallHouse,
    number,
    people,
    roster,
    small_house,
)

from taizhang.adapters.importing.importer import Importer, ImportResult
from taizhang.adapters.sheets.sheets import NotASpreadsheet
from taizhang.domain.enrolment import TraineeEnrolled
from taizhang.domain.identity import parse_identity
from taizhang.domain.scores import ScoreRecorded


def test_files_of_a_whole_class_go_in_together_in_whatever_order_they_are_given(house: SmallHouse) -> None:
    rows = people(2)
    files = [
        (scores([[1, rows[0][1], rows[0][4], 80, 80, None, "合格"]]), "成绩.xlsx"),
        (roster(rows), "花名册.xlsx"),
        (b"%PDF-1.4 no spreadsheet", "扫描件.pdf"),
        (filing(), "开班.xlsx"),
    ]
    answers = Importer(house).run_many(files, CLERK)
    assert [type(answer).__name__ for answer in answers] == [
        "ImportResult",
        "ImportResult",
        "NotASpreadsheet",
        "ImportResult",
    ]
    assert len(house.of(ScoreRecorded)) == 1
    assert [fact.training_class for fact in house.of(TraineeEnrolled)] == [COOKS, COOKS]


def test_a_class_and_its_roster_in_one_file_are_tried_without_a_trace(house: SmallHouse) -> None:
    rows = people(3)
    book = openpyxl.load_workbook(io.BytesIO(filing()))
    page = book.create_sheet("花名册", 0)  # before the filing that it needs
    for row in [["学员花名册"], ["班次编号:", "2016-09"], ROSTER_HEADERS, *rows]:
        page.append(row)
    out = io.BytesIO()
    book.save(out)
    before = len(house.facts())
    dry = Importer(house).run(out.getvalue(), "一班.xlsx", CLERK, dry_run=True)
    assert {verdict.outcome for verdict in dry.verdicts} == {"recorded"}, dry.verdicts
    assert len(house.facts()) == before
    assert house.vault.find([parse_identity(str(rows[0][4]))]) == [None]
    wet = Importer(house).run(out.getvalue(), "一班.xlsx", CLERK)
    assert [(v.sheet, v.row, v.outcome) for v in wet.verdicts] == [(v.sheet, v.row, v.outcome) for v in dry.verdicts]
    assert len(house.of(TraineeEnrolled)) == 3


def test_a_csv_of_an_old_excel_goes_in_as_well(house: SmallHouse) -> None:
    lines = [["班次编号:", "2016-01"], ROSTER_HEADERS, *people(3)]
    content = "\r\n".join(",".join(str(cell) for cell in line) for line in lines).encode("gb18030")
    result = Importer(house).run(content, "花名册.csv", CLERK)
    assert result.counts["recorded"] == 3, result.verdicts


def test_every_form_goes_in_on_either_engine(tmp_path: Path, engine_url: str) -> None:
    rows = people(2)
    with small_house(tmp_path, engine_url, engine_url if engine_url.startswith("postgresql") else None) as house:
        files = [
            (certificates([[1, rows[0][1], rows[0][4], "GS-1", "专项职业能力证书", "2016.4.16"]]), "颁证.xlsx"),
            (scores([[1, rows[0][1], None, 80, 80, None, "合格"]]), "成绩.xlsx"),
            (attendance([[n, row[1], row[4], "√", "√", "√", 3] for n, row in enumerate(rows)]), "考勤.xlsx"),
            (roster(rows), "花名册.xlsx"),
            (filing(), "开班.xlsx"),
            (register(HOUSEHOLDS), "户册.xlsx"),
        ]
        importer = Importer(house)
        first = importer.run_many(files, CLERK)
        assert all(isinstance(one, ImportResult) and one.counts["recorded"] == one.rows for one in first), first
        again = importer.run_many(files, CLERK)
        assert all(isinstance(one, ImportResult) and not one.changed for one in again)


def test_nobody_of_any_form_can_be_read_in_the_log(house: SmallHouse, tmp_path: Path) -> None:
    rows = people(2)
    files = [
        (filing(), "开班.xlsx"),
        (roster(rows), "花名册.xlsx"),
        (attendance([[n, row[1], row[4], "√", "√", "√", 3] for n, row in enumerate(rows)]), "考勤.xlsx"),
        (scores([[1, rows[0][1], rows[1][4], 80, 80, None, "合格"]]), "成绩.xlsx"),
        (certificates([[1, rows[0][1], rows[0][4], rows[0][4], "专项职业能力证书", "2016.4.16"]]), "颁证.xlsx"),
        (register(HOUSEHOLDS), "户册.xlsx"),
        (
            register([[number(600), "样本户主丙", "永登县", "", "样本户主丙", number(600), "户主", "低保户"]]),
            "户册2.xlsx",
        ),
    ]
    answers = Importer(house).run_many(files, CLERK)
    refused = [one for answer in answers if isinstance(answer, ImportResult) for one in answer.verdicts]
    assert any("身份证号码" in one.zh for one in refused if one.outcome == "refused")
    assert any("不能" not in one.zh and "户编号" in one.zh for one in refused if one.outcome == "unusable")
    house.close()
    stored = b"".join(path.read_bytes() for path in tmp_path.glob("log.db*"))
    assert "示例乡文化站".encode() in stored  # the search reads the right bytes
    personal = [cell for row in [*rows, *HOUSEHOLDS] for cell in row if isinstance(cell, str) and len(cell) > 4]
    personal = [cell for cell in personal if cell.startswith(("样本", "1", "6")) and not cell.startswith("620121")]
    personal += [str(row[4]) for row in rows] + [number(500 + n) for n in range(3)] + [number(600)]
    for text in [*personal, "样本教师甲", "样本教师乙", "样本法人", "样本户主甲", "样本户主丙"]:
        if text != "样本村":
            assert text.encode() not in stored, text


def test_files_tried_together_see_what_the_others_would_record(house: SmallHouse) -> None:
    before = len(house.facts())
    files = [(roster(people(2), class_no="2016-09"), "花名册.xlsx"), (filing(), "开班.xlsx"), (b"%PDF", "扫描件.pdf")]
    tried = Importer(house).run_many(files, CLERK, dry_run=True)
    assert [one.counts["recorded"] for one in tried if isinstance(one, ImportResult)] == [2, 3]
    assert isinstance(tried[2], NotASpreadsheet)
    assert len(house.facts()) == before
