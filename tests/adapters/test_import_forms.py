"""The other five forms, made by hand and messy: what goes in equals what a reader counts in the files."""

from __future__ import annotations

import io
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import openpyxl
import pytest
from import_samples import (
    CLERK,
    COOKS,
    ROSTER_HEADERS,
    SCHOOL,
    SCHOOL_NAME,
    SECOND,
    SmallHouse,
    approved,
    number,
    people,
    record,
    roster,
    small_house,
    workbook,
)

from taizhang.adapters.importing.hours import NotHours, hours_of_part, parse_day_hours
from taizhang.adapters.importing.importer import Importer, ImportResult
from taizhang.adapters.importing.lookup import Lookup
from taizhang.adapters.sheets.sheets import NotASpreadsheet
from taizhang.domain.attendance import AttendanceTaken
from taizhang.domain.certificates import CertificateIssued
from taizhang.domain.classes import ClassFiled, ClassGuard, ClassId
from taizhang.domain.enrolment import TraineeEnrolled
from taizhang.domain.households import (
    HouseholdAttributeStated,
    HouseholdExited,
    HouseholdMemberListed,
    HouseholdRegistered,
)
from taizhang.domain.identity import mask_name, parse_identity
from taizhang.domain.institutions import TeacherRegistered, VenueRegistered
from taizhang.domain.people import PersonDied, PersonRegistered
from taizhang.domain.refused import SubmissionRefused
from taizhang.domain.scores import ScoreRecorded
from taizhang.domain.sessions import SessionHeld

WELDERS = ClassId("c620121-2016-09")
HOURS = "8:30-11:30 14:30-17:30"
ISSUER = "永登县人力资源和社会保障局"


@pytest.fixture
def house(tmp_path: Path) -> Iterator[SmallHouse]:
    with small_house(tmp_path) as house:
        yield house


def filing(**changed: object) -> bytes:
    """A class filing as it is printed: labels beside their values, courses and teachers below."""
    said: dict[str, object] = {
        "机构": SCHOOL_NAME,
        "工种": "电焊工",
        "人数": "50人",
        "学时": "60学时",
        "开班": "2016.4.11",
        "结班": "2016年4月17日",
        "时间": HOURS,
        "类型": "劳动力技能培训",
        **changed,
    }
    return workbook(
        {
            "开班申请": [
                ["职业技能培训开班申请表"],
                ["培训机构", said["机构"], "法定代表人", "样本法人"],
                ["班次名称", "电焊工九班", "班次编号", "2016-09"],
                ["培训工种", said["工种"], "培训类型", said["类型"]],
                ["培训人数", said["人数"], "总学时", said["学时"]],
                ["开班日期", said["开班"], "结业日期", said["结班"]],
                ["培训地点", "示例乡文化站", "上课时间", said["时间"]],
                ["申请日期", "2016-04-01", "教材", "电焊工(初级)"],
                ["课程名称", "学时", "授课教师", "职称"],
                ["安全常识", 10, "样本教师甲", "讲师"],
                ["焊接实操", 50, "样本教师乙", "技师"],
            ]
        }
    )


def test_a_filing_whose_labels_stand_beside_their_values_is_a_class(house: SmallHouse) -> None:
    result = Importer(house).run(filing(), "开班.xlsx", CLERK)
    assert [verdict.outcome for verdict in result.verdicts] == ["recorded"] * 3, result.verdicts
    filed = next(fact for fact in house.of(ClassFiled) if fact.training_class == WELDERS)
    assert (filed.institution, filed.seats, filed.required_minutes) == (SCHOOL, 50, 3600)
    assert (filed.starts_on, filed.ends_on) == (date(2016, 4, 11), date(2016, 4, 17))
    assert filed.occurred_on == date(2016, 4, 1)
    assert filed.daily_hours == ((510, 690), (870, 1050))
    assert filed.courses == (("安全常识", 600), ("焊接实操", 3000))
    assert len(house.of(TeacherRegistered)) == 2
    assert filed.teachers == tuple(fact.teacher for fact in house.of(TeacherRegistered))
    assert [fact.name for fact in house.of(VenueRegistered)] == ["示例乡文化站"]
    again = Importer(house).run(filing(), "开班.xlsx", CLERK)
    assert again.counts["facts"] == 0
    assert again.counts["unchanged"] == 3


def test_the_line_of_a_filing_counts_its_classes_and_the_same_rows_as_the_totals(house: SmallHouse) -> None:
    result = Importer(house).run(filing(), "开班.xlsx", CLERK)
    said = {what: zh for what, zh, _ in result.summary}
    assert said["数据行 / Rows"] == "3 行"
    [line] = [zh for what, zh in said.items() if what.startswith("开班申请:")]
    assert line.startswith("1 个班,3 行")


def test_a_filing_of_an_unknown_institution_says_so(house: SmallHouse) -> None:
    result = Importer(house).run(filing(机构="不存在的学校"), "开班.xlsx", CLERK)
    assert {verdict.outcome for verdict in result.verdicts} == {"unusable"}
    assert "不存在的学校" in result.verdicts[0].zh


def attendance(rows: list[list[object]], hours: str | None = HOURS) -> bytes:
    head: list[object] = ["培训机构:", SCHOOL_NAME, "班次编号:", "2016-01"]
    head += ["上课时间:", hours] if hours else []
    return workbook(
        {
            "考勤": [
                ["2016年4月学员出勤簿"],
                head,
                ["序号", "姓名", "身份证号码", "5日", "6日", "7日", "出勤天数"],
                *rows,
            ]
        }
    )


def enrolled(house: SmallHouse, count: int) -> list[list[object]]:
    rows = people(count)
    Importer(house).run(roster(rows), "花名册.xlsx", CLERK)
    return rows


def test_day_columns_become_sessions_and_marks_hours(house: SmallHouse) -> None:
    rows = enrolled(house, 4)
    sheet = attendance(
        [
            [1, rows[0][1], rows[0][4], "√", "√", "×", 2],
            [2, rows[1][1], None, "√", "迟", "√", 3],  # a name only
            [3, rows[2][1], rows[2][4], "假", 3, "病", 1],
            [4, "样本无人", None, "√", "√", "√", 3],
        ]
    )
    result = Importer(house).run(sheet, "考勤.xlsx", CLERK)
    assert [one.outcome for one in result.verdicts] == ["recorded", "recorded", "recorded", "unusable"], result.verdicts
    held = sorted((fact.hours.on.day, fact.hours.start, fact.hours.end) for fact in house.of(SessionHeld))
    assert held == [(day, *span) for day in (5, 6, 7) for span in ((510, 690), (870, 1050))]
    taken = {fact.person: fact for fact in house.of(AttendanceTaken)}
    minutes = sorted(sum(mark.minutes for mark in fact.marks) for fact in taken.values())
    assert minutes == [180, 720, 1080]
    assert sorted(len(fact.absent) for fact in taken.values()) == [0, 1, 2]
    again = Importer(house).run(sheet, "考勤.xlsx", CLERK)
    assert again.counts["facts"] == 0


def test_a_longer_sheet_of_the_same_month_adds_the_new_days_only(house: SmallHouse) -> None:
    rows = enrolled(house, 1)
    Importer(house).run(attendance([[1, rows[0][1], rows[0][4], "√", "√", None, 2]]), "甲.xlsx", CLERK)
    Importer(house).run(attendance([[1, rows[0][1], rows[0][4], "√", "√", "√", 3]]), "乙.xlsx", CLERK)
    assert len(house.of(SessionHeld)) == 6
    days = [sorted({mark.on.day for mark in fact.marks}) for fact in house.of(AttendanceTaken)]
    assert days == [[5, 6], [7]]


def test_a_refused_row_names_its_person_masked_and_not_by_an_id(house: SmallHouse) -> None:
    rows = enrolled(house, 1)
    [registered] = house.of(PersonRegistered)
    record(house, CLERK, [PersonDied(occurred_on=date(2016, 4, 1), person=registered.person)])
    sheet = attendance([[1, rows[0][1], rows[0][4], "√", "√", "√", 3]])
    [verdict] = Importer(house).run(sheet, "考勤.xlsx", CLERK).verdicts
    assert verdict.outcome == "refused"
    for words in (verdict.zh, verdict.en):
        assert registered.person not in words
        assert mask_name(str(rows[0][1])) in words
        assert str(rows[0][1]) not in words


def test_days_without_a_year_are_those_of_the_class_where_only_one_fits(house: SmallHouse) -> None:
    rows = enrolled(house, 1)
    title, month = ["学员出勤簿"], ["", "", "", "4月"]
    head = ["培训机构:", SCHOOL_NAME, "班次编号:", "2016-01", "上课时间:", HOURS]
    for last, outcome in ((6, "recorded"), (20, "unusable")):
        row = [1, rows[0][1], rows[0][4], "√", "√"]
        sheet = workbook({"考勤": [title, head, month, ["序号", "姓名", "身份证号码", 5, last], row]})
        assert Importer(house).run(sheet, "考勤.xlsx", CLERK).verdicts[0].outcome == outcome
    [taken] = house.of(AttendanceTaken)
    assert {mark.on for mark in taken.marks} == {date(2016, 4, 5), date(2016, 4, 6)}


def test_a_sheet_whose_hours_are_stated_nowhere_is_refused_in_words(house: SmallHouse) -> None:
    rows = enrolled(house, 1)
    result = Importer(house).run(
        attendance([[1, rows[0][1], rows[0][4], "√", "√", "√", 3]], hours=None), "考勤.xlsx", CLERK
    )
    assert result.verdicts[0].outcome == "unusable"
    assert "上课时间" in result.verdicts[0].zh
    assert house.of(SessionHeld) == []


def test_sessions_of_a_class_never_approved_are_refused_and_every_row_says_so(house: SmallHouse) -> None:
    importer, rows = Importer(house), people(2)
    importer.run(filing(), "开班.xlsx", CLERK)
    importer.run(roster(rows, class_no="2016-09"), "花名册.xlsx", CLERK)
    sheet = workbook(
        {
            "考勤": [
                ["2016年4月学员出勤簿"],
                ["培训机构:", SCHOOL_NAME, "班次名称:", "电焊工九班"],
                ["姓名", "身份证号码", "11日", "12日"],
                *([row[1], row[4], "√", "√"] for row in rows),
            ]
        }
    )
    result = importer.run(sheet, "考勤.xlsx", CLERK)
    assert [verdict.outcome for verdict in result.verdicts] == ["refused", "refused"]
    assert all(verdict.zh.startswith(f"{WELDERS} 班尚未批准") for verdict in result.verdicts)
    assert {verdict.rules for verdict in result.verdicts} == {("training.class-never-approved",)}
    what, zh, _ = result.summary[0]
    assert what.startswith("原因")
    assert "尚未批准" in zh
    assert "2 行因此未录入" in zh
    [refusal] = house.of(SubmissionRefused)  # of the sheet, not of every day and every row
    assert refusal.rule == "training.class-never-approved"
    importer.run(sheet, "另存.xlsx", CLERK)
    assert len(house.of(SubmissionRefused)) == 1
    record(house, SECOND, [approved(WELDERS)])  # on 25 March, before the class was filed
    assert importer.run(sheet, "考勤.xlsx", CLERK).counts["recorded"] == 2


def test_a_class_approved_while_its_sheet_goes_in_gets_all_its_sessions(
    house: SmallHouse, monkeypatch: pytest.MonkeyPatch
) -> None:
    importer, rows = Importer(house), people(2)
    importer.run(filing(), "开班.xlsx", CLERK)
    importer.run(roster(rows, class_no="2016-09"), "花名册.xlsx", CLERK)
    asked = Lookup.class_guard

    def class_guard(self: Lookup, training_class: ClassId) -> ClassGuard:
        seen = asked(self, training_class)
        record(house, SECOND, [approved(WELDERS)])
        return seen

    monkeypatch.setattr(Lookup, "class_guard", class_guard)
    head, columns = ["培训机构:", SCHOOL_NAME, "班次名称:", "电焊工九班"], ["姓名", "身份证号码", "11日", "12日"]
    marks = [[row[1], row[4], "√", "√"] for row in rows]
    result = importer.run(workbook({"考勤": [["2016年4月学员出勤簿"], head, columns, *marks]}), "考勤.xlsx", CLERK)
    assert result.counts["recorded"] == 2, result.verdicts
    assert len(house.of(SessionHeld)) == 4
    assert house.of(SubmissionRefused) == []


def scores(rows: list[list[object]]) -> bytes:
    return workbook(
        {
            "成绩": [
                ["学员成绩单"],
                ["培训机构:", SCHOOL_NAME, "班次编号:", "2016-01", "考试日期:", "2016年4月15日"],
                ["序号", "姓名", "身份证号码", "理论成绩", "实操成绩", "总成绩", "考核结果"],
                *rows,
            ]
        }
    )


def test_scores_go_in_as_tenths_and_results(house: SmallHouse) -> None:
    rows = enrolled(house, 3)
    result = Importer(house).run(
        scores(
            [
                [1, rows[0][1], rows[0][4], 85.5, "90分", None, "合格"],
                [2, rows[1][1], None, "缺考", None, None, "不合格"],
                [3, rows[2][1], rows[2][4], None, None, 77, None],
            ]
        ),
        "成绩.xlsx",
        CLERK,
    )
    assert result.counts["recorded"] == 3, result.verdicts
    kept = [
        (f.theory_tenths, f.practice_tenths, f.total_tenths, f.passed, f.occurred_on) for f in house.of(ScoreRecorded)
    ]
    day = date(2016, 4, 15)
    assert kept == [(855, 900, None, True, day), (None, None, None, False, day), (None, None, 770, None, day)]


def certificates(rows: list[list[object]], issuer: str = ISSUER) -> bytes:
    return workbook(
        {
            "颁证": [
                ["颁证花名册"],
                ["培训机构:", SCHOOL_NAME, "班次编号:", "2016-01", "发证机关:", issuer],
                ["序号", "姓名", "身份证号码", "证书编号", "证书类型", "发证日期"],
                *rows,
            ]
        }
    )


def test_certificates_come_after_hours_and_a_number_of_an_identity_is_refused(house: SmallHouse) -> None:
    rows = enrolled(house, 3)
    Importer(house).run(
        attendance([[n, row[1], row[4], "√", "√", "√" if n else "×", 3] for n, row in enumerate(rows[:2])]),
        "考勤.xlsx",
        CLERK,
    )
    result = Importer(house).run(
        certificates(
            [
                [1, rows[0][1], rows[0][4], "GS2016-0001", "专项职业能力证书", "2016.4.16"],
                [2, rows[1][1], rows[1][4], "GS2016-0001", "专项职业能力证书", "2016.4.16"],
                [3, rows[2][1], rows[2][4], "GS2016-0003", "专项职业能力证书", "2016.4.16"],
            ]
        ),
        "颁证.xlsx",
        CLERK,
    )
    assert [verdict.outcome for verdict in result.verdicts] == ["recorded", "refused", "refused"], result.verdicts
    assert result.verdicts[1].rules == ("training.number-in-use",)
    assert result.verdicts[2].rules == ("training.hours-not-evidenced",)
    [issued] = house.of(CertificateIssued)
    assert (issued.kind, issued.number, issued.issuer) == ("special-skill", "GS2016-0001", "hr-620121")


def test_an_issuer_that_nobody_registered_is_told_of_with_where_to_register_it(house: SmallHouse) -> None:
    [row] = enrolled(house, 1)
    line: list[object] = [1, row[1], row[4], "GS2016-0001", "专项职业能力证书", "2016.4.16"]
    [verdict] = Importer(house).run(certificates([line], issuer="未登记的发证机关"), "颁证.xlsx", CLERK).verdicts
    assert verdict.outcome == "unusable"
    for words in (verdict.zh, verdict.en):
        assert "/record/institutions.register-organisation" in words
        assert "taizhang record" in words


def register(rows: list[list[object]]) -> bytes:
    return workbook(
        {
            "户册": [
                ["建档立卡贫困户信息登记表"],
                [
                    "户编号",
                    "户主姓名",
                    "县",
                    "行政村",
                    "姓名",
                    "证件号码",
                    "与户主关系",
                    "贫困户属性",
                    "脱贫年度",
                    "主要致贫原因",
                ],
                *rows,
            ]
        }
    )


HOUSEHOLDS: list[list[object]] = [
    ["62012101", "样本户主甲", "永登县", "样本村", "样本户主甲", number(500), "户主", "低保户", None, "因病"],
    [None, None, None, None, "样本配偶甲", number(501), "配偶", None, None, None],
    [None, None, None, None, "样本幼儿甲", None, "之子", None, None, None],
    ["62012102", "样本户主乙", "永登县", "样本村", "样本户主乙", number(502), "户主", "一般贫困户", 2015, "缺技术"],
]


def test_a_household_register_goes_in_with_members_and_exits(house: SmallHouse) -> None:
    importer, content = Importer(house), register(HOUSEHOLDS)
    result = importer.run(content, "户册.xlsx", CLERK)
    assert result.counts["recorded"] == 4, result.verdicts
    kept = [(fact.household, fact.attribute, fact.causes) for fact in house.of(HouseholdRegistered)]
    assert kept == [("62012101", "poor-minimum-living", ("illness",)), ("62012102", "poor", ("no-skill",))]
    assert [(fact.household, fact.relation) for fact in house.of(HouseholdMemberListed)] == [
        ("62012101", "head"),
        ("62012101", "spouse"),
        ("62012101", "child"),
        ("62012102", "head"),
    ]
    [exit] = house.of(HouseholdExited)
    assert (exit.household, exit.exit_year, exit.occurred_on) == ("62012102", 2015, date(2015, 12, 31))
    assert len(house.of(PersonRegistered)) == 4
    assert importer.run(content, "户册.xlsx", CLERK).counts["facts"] == 0


def test_a_register_that_says_otherwise_later_states_the_new_attribute_once(house: SmallHouse) -> None:
    importer = Importer(house)
    importer.run(register(HOUSEHOLDS), "户册.xlsx", CLERK)
    changed = [list(row) for row in HOUSEHOLDS]
    changed[0][7] = "一般贫困户"
    content = register(changed)
    for _ in range(2):
        importer.run(content, "户册2.xlsx", CLERK)
    [stated] = house.of(HouseholdAttributeStated)
    assert (stated.household, stated.attribute) == ("62012101", "poor")


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


@pytest.mark.parametrize(
    ("text", "hours"),
    [
        ("8:30-11:30 14:30-17:30", ((510, 690), (870, 1050))),
        ("上午8：30—11：30，下午2：30—5：30", ((510, 690), (870, 1050))),
        ("上午8时30分至11时30分", ((510, 690),)),
        ("9-12", ((540, 720),)),
    ],
)
def test_daily_hours_are_read_as_they_are_printed(text: str, hours: object) -> None:
    assert parse_day_hours(text) == hours


def test_hours_that_run_backwards_or_say_nothing_are_not_guessed() -> None:
    for text in ("全天", "17:30-14:30", "8:00-10:00 9:00-11:00"):
        with pytest.raises(NotHours):
            parse_day_hours(text)
    assert hours_of_part(((510, 690), (870, 1050)), "pm") == ((870, 1050),)


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


def test_a_filing_that_cannot_be_used_registers_no_teacher_and_no_venue(house: SmallHouse) -> None:
    result = Importer(house).run(filing(时间="全天"), "开班.xlsx", CLERK)
    assert {verdict.outcome for verdict in result.verdicts} == {"unusable"}
    assert "起止时间" in result.verdicts[0].zh
    assert house.of(TeacherRegistered) == house.of(VenueRegistered) == []
    assert Importer(house).run(filing(), "开班2.xlsx", CLERK).counts["recorded"] == 3
    assert len(house.of(TeacherRegistered)) == 2
