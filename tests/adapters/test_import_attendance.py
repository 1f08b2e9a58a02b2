"""Attendance sheets made by hand: days become sessions, marks become hours."""

from __future__ import annotations

from datetime import date

import pytest
from form_files import HOURS, WELDERS, attendance, enrolled, filing
from import_samples import (
    CLERK,
    SCHOOL_NAME,
    SECOND,
    SmallHouse,
    approved,
    people,
    record,
    roster,
    workbook,
)

from taizhang.adapters.importing.hours import NotHours, hours_of_part, parse_day_hours
from taizhang.adapters.importing.importer import Importer
from taizhang.adapters.importing.lookup import Lookup
from taizhang.domain.attendance import AttendanceTaken
from taizhang.domain.classes import ClassGuard, ClassId
from taizhang.domain.identity import mask_name
from taizhang.domain.people import PersonDied, PersonRegistered
from taizhang.domain.refused import SubmissionRefused
from taizhang.domain.sessions import SessionHeld


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
