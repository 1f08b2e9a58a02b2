"""What a household register says people were: dated like the household, once however often it is said."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from import_samples import CLERK, SmallHouse, number, small_house, workbook

from taizhang.adapters.importing.importer import Importer
from taizhang.domain.households import HouseholdRegistered
from taizhang.domain.people import PersonRegistered, PersonStatusStated

HEADERS = ["户编号", "户主姓名", "县", "姓名", "证件号码", "与户主关系", "贫困户属性", "识别时间"]
HEADERS += ["在校生状况", "劳动能力", "务工状况", "备注"]
IDENTIFIED, REGISTERED, TODAY = date(2015, 6, 1), date(2014, 1, 1), date(2016, 4, 18)


def member(person: int, *stated: str | None, household: int = 1, since: object = "2015-06-01") -> list[object]:
    own = ["户主" if person % 10 == 0 else "之子", "低保户", since]
    return [f"6201210{household}", "样本户主", "永登县", f"样本成员{person}", number(700 + person), *own, *stated]


def register(*rows: list[object]) -> bytes:
    return workbook({"户册": [["建档立卡贫困户信息登记表"], HEADERS, *rows]})


@pytest.fixture(params=["sqlite", "postgresql"])
def house(tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[SmallHouse]:
    url = None if request.param == "sqlite" else request.getfixturevalue("postgres_url")
    with small_house(tmp_path, url, url) as made:
        yield made


def stated(house: SmallHouse) -> list[tuple[int, str, date]]:
    """(which member in the order of registration, status, from when)."""
    people = [fact.person for fact in house.of(PersonRegistered)]
    return [(people.index(fact.person), fact.status, fact.since) for fact in house.of(PersonStatusStated)]


def test_a_register_states_what_its_members_were_from_the_day_of_the_household(house: SmallHouse) -> None:
    content = register(
        member(0, "非在校生", "普通劳动力", "省外务工", None),
        member(1, "普通高中二年级", "无劳动力", "无", None),
        member(2, "否", "技能劳动力", "未务工", "两后生"),
        member(3, None, "丧失劳动力", None, "新成长劳动力,待培训"),
        member(10, None, "弱劳动力或半劳动力", "自主创业", None, household=2, since=None),
    )
    result = Importer(house).run(content, "户册.xlsx", CLERK)
    assert [one.outcome for one in result.verdicts] == ["recorded"] * 5, result.verdicts
    assert stated(house) == [
        (0, "labourer", IDENTIFIED),
        (0, "employed", IDENTIFIED),
        (1, "no-labour", IDENTIFIED),
        (1, "in-school", IDENTIFIED),
        (2, "skilled-labourer", IDENTIFIED),
        (2, "two-after", IDENTIFIED),
        (3, "lost-labour", IDENTIFIED),
        (3, "new-labourer", IDENTIFIED),
        (4, "weak-labourer", REGISTERED),
        (4, "self-employed", REGISTERED),
    ]
    assert Importer(house).run(content, "户册.xlsx", CLERK).counts["facts"] == 0


def test_the_same_words_in_another_file_change_nothing(house: SmallHouse) -> None:
    rows = [member(0, "在校", "普通劳动力", "乡外县内务工", "两后生"), member(1, None, "有劳动能力", None, None)]
    Importer(house).run(register(*rows), "户册.xlsx", CLERK)
    before = stated(house)
    assert len(before) == 5
    again = Importer(house).run(register(*reversed(rows)), "户册2.xlsx", CLERK)
    assert {one.outcome for one in again.verdicts} == {"unchanged"}, again.verdicts
    assert stated(house) == before


def test_a_later_register_that_says_otherwise_holds_from_today_and_the_old_file_takes_nothing_back(
    house: SmallHouse,
) -> None:
    old, new = register(member(0, None, "普通劳动力", None, None)), register(member(0, None, "丧失劳动力", None, None))
    for content in (old, new, new, old):
        last = Importer(house).run(content, "户册.xlsx", CLERK)
    assert last.counts["facts"] == 0
    assert stated(house) == [(0, "labourer", IDENTIFIED), (0, "lost-labour", TODAY)]


@pytest.mark.parametrize(
    ("remark", "marked"),
    [("两后生", True), ("是两后生;待安置", True), ("非两后生", False), ("家中另有两后生一名", False)],
)
def test_a_mark_counts_when_it_is_the_members_own(tmp_path: Path, remark: str, marked: bool) -> None:
    with small_house(tmp_path) as house:
        Importer(house).run(register(member(0, None, None, None, remark)), "户册.xlsx", CLERK)
        assert [status for _, status, _ in stated(house)] == ["two-after"] * marked


def test_words_that_nobody_knows_are_said_and_not_guessed(tmp_path: Path) -> None:
    with small_house(tmp_path) as house:
        [verdict] = Importer(house).run(register(member(0, "休假", "尚可", "甲类", None)), "户册.xlsx", CLERK).verdicts
        assert verdict.outcome == "recorded"
        assert all(column in verdict.zh for column in ("在校状况", "劳动能力", "务工状况"))
        assert stated(house) == []


@pytest.mark.parametrize("house", ["sqlite"], indirect=True)
@pytest.mark.parametrize(
    ("printed", "since", "zh", "en"),
    [
        ("2014.10", date(2014, 10, 31), "识别时间只有月份,按 2014-10-31 登记", "only the month of identification"),
        ("2014年2月", date(2014, 2, 28), "识别时间只有月份,按 2014-02-28 登记", "only the month of identification"),
        (2014, date(2014, 12, 31), "识别时间只有年度,按 2014-12-31 登记", "only the year of identification"),
    ],
)
def test_a_household_identified_in_a_month_or_a_year_stands_from_its_last_day_and_is_flagged(
    house: SmallHouse, printed: object, since: date, zh: str, en: str
) -> None:
    content = register(member(0, None, None, None, None, since=printed))
    [verdict] = Importer(house).run(content, "户册.xlsx", CLERK).verdicts
    assert (verdict.outcome, verdict.flagged, zh in verdict.zh, en in verdict.en) == ("recorded", True, True, True)
    assert [fact.occurred_on for fact in house.of(HouseholdRegistered)] == [since]


def test_a_number_that_may_be_another_month_is_no_day_of_identification(house: SmallHouse) -> None:
    content = register(member(0, None, None, None, None, since=2014.1))
    [verdict] = Importer(house).run(content, "户册.xlsx", CLERK).verdicts
    assert verdict.outcome == "unusable"
    assert house.of(HouseholdRegistered) == []
