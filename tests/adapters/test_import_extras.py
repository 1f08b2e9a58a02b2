"""Columns that hold another form's facts: scores and certificates inside a roster, exits and returns inside a register."""

from __future__ import annotations

from datetime import date

import pytest
from import_samples import CLERK, SCHOOL_NAME, SmallHouse, number, people, workbook

from taizhang.adapters.importing.importer import Importer, ImportResult
from taizhang.domain.certificates import CertificateIssued
from taizhang.domain.enrolment import TraineeEnrolled
from taizhang.domain.households import HouseholdExited, HouseholdReturned
from taizhang.domain.refused import SubmissionRefused
from taizhang.domain.scores import ScoreRecorded

HOURS = "8:30-11:30 14:30-17:30"
ISSUER = "永登县人力资源和社会保障局"
PERSON = ("序号", "姓名", "性别", "名族", "文化程度", "身份证号码", "联系电话", "家庭地址", "是否建档立卡")
TRAINING = ("培训机构", "班次编号", "工种", "培训等级", "开班日期", "结业日期", "培训费(元)", "补贴(元)", "缴费日期")
EXAM = ("准考证号", "考试日期", "理论成绩", "实操成绩", "总成绩", "考核结果")
RESITS = tuple(f"第{n}次补考{part}" for n in "一二三" for part in ("日期", "理论", "实操"))
CERTIFICATE = ("证书类型", "证书编号", "发证机关", "发证日期")
WHOLE_HISTORY = (*PERSON, *TRAINING, *EXAM, *RESITS, *CERTIFICATE)
assert len(WHOLE_HISTORY) == 37


def history(place: int, **said: object) -> list[object]:
    """One row of 37 columns: a person's whole history in one class."""
    row = people(1, first=place)[0]
    told: dict[str, object] = dict(zip(("序号", "姓名", "性别", "名族", "身份证号码"), row[:5], strict=True))
    told |= {"培训机构": SCHOOL_NAME, "班次编号": "2016-01", "培训费(元)": 800, "考试日期": "2016年4月14日"}
    told |= {"理论成绩": 55, "实操成绩": 70, "第一次补考日期": "2016.4.15", "第一次补考理论": 61, "第一次补考实操": 75}
    told |= {"证书类型": "培训合格证书", "证书编号": f"GS-{place}", "发证机关": ISSUER, "发证日期": "2016.4.16"}
    told |= said
    return [told.get(header) for header in WHOLE_HISTORY]


def whole_file(*rows: list[object], name: str = "花名册.xlsx") -> tuple[bytes, str]:
    named = [[number, row[1], row[5], "√", "√", "√"] for number, row in enumerate(rows, 1)]
    head: list[object] = ["班次编号:", "2016-01", "上课时间:", HOURS]
    columns: list[object] = ["序号", "姓名", "身份证号码", "5日", "6日", "7日"]
    sheets = {
        "人员": [["培训人员花名册"], list(WHOLE_HISTORY), *rows],
        "考勤": [["2016年4月学员出勤簿"], head, columns, *named],
    }
    return workbook(sheets), name


def run(house: SmallHouse, *rows: list[object]) -> ImportResult:
    return Importer(house).run(*whole_file(*rows), CLERK)


def verdicts(result: ImportResult) -> list[str]:
    return [verdict.zh for verdict in result.verdicts if verdict.sheet == "人员"]


def test_a_row_that_holds_a_whole_history_is_split_into_its_facts(house: SmallHouse) -> None:
    result = run(house, history(0), history(1))
    assert {verdict.outcome for verdict in result.verdicts} == {"recorded"}, result.verdicts
    assert len(house.of(TraineeEnrolled)) == 2
    scores = [(one.theory_tenths, one.practice_tenths, one.occurred_on.day) for one in house.of(ScoreRecorded)]
    assert sorted(scores) == [(550, 700, 14), (550, 700, 14), (610, 750, 15), (610, 750, 15)]
    issued = [(one.kind, one.number, one.occurred_on) for one in house.of(CertificateIssued)]
    assert issued == [("training", f"GS-{n}", date(2016, 4, 16)) for n in (0, 1)]
    rows = {one.source.row for one in house.facts() if isinstance(one.fact, CertificateIssued) and one.source}
    assert rows == {3, 4}
    before = len(house.facts())
    again = run(house, history(0), history(1))
    assert (again.counts["facts"], len(house.facts())) == (0, before)
    assert again.counts["unchanged"] == 4


def test_what_a_fact_lacks_is_said_on_the_row_and_the_seat_is_taken_all_the_same(house: SmallHouse) -> None:
    result = run(
        house,
        history(0, 发证日期=None, 发证机关=None),
        history(1, 考试日期=None),
        history(2, 证书编号="X" * 70),
        history(3, 证书类型=None, 证书编号=None, 发证日期=None, 理论成绩=None, 实操成绩=None, 第一次补考日期=None),
    )
    said = verdicts(result)
    assert "证书未登记:没有填写发证日期、发证机关" in said[0]
    assert "成绩未登记:没有填写考试日期" in said[1]
    assert "证书未登记:证书编号超过 60 位" in said[2]
    assert "未登记" not in said[3]
    assert [verdict.outcome for verdict in result.verdicts] == ["recorded"] * 8
    assert all("已有完全相同的记录" not in words for words in said)
    assert (len(house.of(TraineeEnrolled)), len(house.of(CertificateIssued))) == (4, 1)


def test_a_certificate_that_a_rule_refuses_is_told_beside_the_seat(house: SmallHouse) -> None:
    result = run(house, history(0, 发证日期="2016.4.6"))
    [seat] = verdicts(result)
    assert "已入账" in seat
    assert result.verdicts[0].rules == ("training.before-last-session",)
    assert result.verdicts[0].outcome == "refused"


def test_a_row_that_got_no_seat_is_refused_once_and_gets_nothing_else(house: SmallHouse) -> None:
    result = run(house, history(0, 身份证号码=6.22301e17))
    assert [one.rule for one in house.of(SubmissionRefused)].count("identity.lost-digits") <= 2  # roster and attendance
    assert house.of(ScoreRecorded) == house.of(CertificateIssued) == []
    assert verdicts(result)[0].count("Excel") == 1


COLUMNS = (
    "户编号",
    "户主姓名",
    "县",
    "姓名",
    "证件号码",
    "与户主关系",
    "贫困户属性",
    "脱贫属性",
    "脱贫时间",
    "返贫时间",
)


def register(**said: object) -> bytes:
    told: dict[str, object] = {"户编号": "62012101", "户主姓名": "样本甲", "县": "永登县", "姓名": "样本甲"}
    told |= {"证件号码": number(500), "与户主关系": "户主", "贫困户属性": "一般贫困户", **said}
    return workbook({"户册": [["建档立卡贫困户信息登记表"], list(COLUMNS), [told.get(column) for column in COLUMNS]]})


def turns(house: SmallHouse) -> list[tuple[str, date]]:
    kinds = {HouseholdExited: "exit", HouseholdReturned: "return"}
    return [(kinds[type(one.fact)], one.fact.occurred_on) for one in house.facts() if type(one.fact) in kinds]


@pytest.mark.parametrize(
    ("left", "came_back", "expected"),
    [
        ("2014年12月20日", "2015.6.1", [("exit", date(2014, 12, 20)), ("return", date(2015, 6, 1))]),
        (2014, "2015年", [("exit", date(2014, 12, 31)), ("return", date(2015, 12, 31))]),
        (date(2014, 12, 20), None, [("exit", date(2014, 12, 20))]),
        ("2014年11月", "2016-02", [("exit", date(2014, 11, 30)), ("return", date(2016, 2, 29))]),
        ("201412", "2015.6", [("exit", date(2014, 12, 31)), ("return", date(2015, 6, 30))]),
        (None, "否", []),
    ],
)
def test_exits_and_returns_of_a_household_are_facts_of_their_own(
    house: SmallHouse, left: object, came_back: object, expected: list[tuple[str, date]]
) -> None:
    content = register(脱贫时间=left, 返贫时间=came_back)
    for _ in range(2):
        result = Importer(house).run(content, "户册.xlsx", CLERK)
        assert turns(house) == expected, result.verdicts
    assert result.counts["facts"] == 0


def test_a_month_without_its_day_goes_in_under_its_last_one_and_is_told_unless_it_may_be_another(
    house: SmallHouse,
) -> None:
    [row] = Importer(house).run(register(脱贫时间="2014年", 返贫时间="2015年6月"), "户册.xlsx", CLERK).verdicts
    assert "只有返贫月份,返贫日期按 2015-06-30 登记" in row.zh
    assert "only the month of the return is stated: recorded under 2015-06-30" in row.en
    [row] = Importer(house).run(register(户编号="62012102", 返贫时间=2016.1), "户册二.xlsx", CLERK).verdicts
    assert row.outcome == "unusable", "2016.1 may have been 2016.10"


@pytest.mark.parametrize(("marked", "missing"), [("返贫", "返贫时间"), ("已脱贫(享受政策)", "脱贫年度")])
def test_an_exit_or_a_return_without_its_day_is_told_and_not_made_up(
    house: SmallHouse, marked: str, missing: str
) -> None:
    result = Importer(house).run(register(脱贫属性=marked), "户册.xlsx", CLERK)
    assert result.verdicts[0].outcome == "recorded"
    assert f"没有填写{missing}" in result.verdicts[0].zh
    assert turns(house) == []
